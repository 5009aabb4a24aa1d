"""What params.yaml and the flagships' params.yaml say, checked whole before any work.

Whatever is wrong is a `ConfigError` that names the file and the path in it, such as
`recipes.s1_fashion_dnn.lr`. The files are read with the YAML 1.2 rules by which DVC reads them, so
both see the same values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator

from pipelines.shared._env import ROOT
from pipelines.shared.plain_yaml import read_yaml
from pipelines.shared.recipe import ConfigError, DataSet, Name, Recipe, Strict, short

FLAGSHIPS = "pipelines/flagships/params.yaml"  # beside their DVC file


class Params(Strict):
    """The whole of both files: data sets, recipes, and recipes that only one command runs."""

    datasets: dict[Name, DataSet]
    recipes: dict[Name, Recipe]
    flagships: dict[Name, Recipe] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for section in ("recipes", "flagships"):
            for name, recipe in getattr(self, section).items():
                recipe._place = _in_file(f"{section}.{name}")
                if recipe.dataset not in self.datasets:
                    raise ValueError(
                        f"{section}.{name}.dataset: must be one of {sorted(self.datasets)}, "
                        f"got {recipe.dataset!r}"
                    )
        if both := self.recipes.keys() & self.flagships.keys():
            raise ValueError(f"a name is a recipe's or a flagship's, got both: {sorted(both)}")
        return self

    @property
    def all_recipes(self) -> dict[str, Recipe]:
        """Recipes and flagships by name."""
        return self.recipes | self.flagships

    def recipe(self, name: str) -> Recipe:
        """Return the recipe or flagship called `name`; ConfigError lists the names."""
        known = self.all_recipes
        if name not in known:
            raise ConfigError(f"recipes.{name}: no such recipe; known: {', '.join(known)}")
        return known[name]

    def dataset(self, name: str) -> DataSet:
        """Return the data set called `name`; ConfigError lists the names."""
        if name not in self.datasets:
            raise ConfigError(f"datasets.{name}: no such set; known: {', '.join(self.datasets)}")
        return self.datasets[name]


def read_params(path: Path = ROOT / "params.yaml") -> Any:
    """Read params.yaml and, where they are, the flagships as they stand.

    Raises ConfigError where a file is no plain YAML, or has what belongs into the other.
    """
    content = _read(path, "params.yaml")
    beside = path.parent / FLAGSHIPS
    more = _read(beside, FLAGSHIPS) if beside.exists() else {"flagships": {}}
    if more.keys() != {"flagships"}:
        raise ConfigError(f"{FLAGSHIPS}: must have the one key flagships, got {short([*more])}")
    if "flagships" in content:
        raise ConfigError(f"params.yaml: flagships: must stand in {FLAGSHIPS}")
    return content | more


def _read(path: Path, name: str) -> dict[str, Any]:
    try:
        content = read_yaml(path)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{name}: must be a mapping, got {short(content)}")
    return content


def check(content: Any) -> Params:
    """Check the content of both files; ConfigError names every path that is wrong."""
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        lines = [_line(dict(detail)) for detail in error.errors(include_url=False)]
        raise ConfigError("\n".join(dict.fromkeys(lines))) from None


def load_params(path: Path = ROOT / "params.yaml") -> Params:
    """Read and check params.yaml and the flagships."""
    return check(read_params(path))


def _line(detail: dict[str, Any]) -> str:
    """Turn one of pydantic's details into `params.yaml: recipes.x.lr: rule, got 'fast'`."""
    place = ".".join(str(part) for part in detail["loc"])
    rule = detail["msg"].removeprefix("Value error, ")
    match detail["type"]:
        case "extra_forbidden":
            text = "unknown key"
        case "missing":
            text = "missing"
        case "value_error":
            text = rule
        case _:
            text = f"{rule[:1].lower()}{rule[1:]}, got {short(detail['input'])}"
    return _in_file(f"{place}: {text}" if place else text)


def _in_file(path: str) -> str:
    """Put the file in which a path stands before it."""
    return f"{FLAGSHIPS if path.startswith('flagships') else 'params.yaml'}: {path}"
