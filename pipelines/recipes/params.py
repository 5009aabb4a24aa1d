"""Read params.yaml and the flagships' params.yaml, and check all of it before any work.

Every error is a `ConfigError` that names the file and the path in it, such as
``recipes.s1_fashion_dnn.lr``. The files are read with the YAML 1.2 rules of DVC, so both see the
same values.
"""

import reprlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipelines.environment import ROOT
from pipelines.recipes.choices import error_names_place, nearest
from pipelines.recipes.schema import (
    FILES,
    ConfigError,
    DataSet,
    Name,
    OwnDataSet,
    Recipe,
    Strict,
)


class Params(Strict):
    """Both files: data sets, the recipes of the documents, and the flagships."""

    datasets: dict[Name, DataSet]
    own_datasets: dict[Name, OwnDataSet] = Field(default_factory=dict)
    recipes: dict[Name, Recipe]
    flagships: dict[Name, Recipe] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = [*self.datasets, *self.own_datasets]
        if both := self.datasets.keys() & self.own_datasets.keys():
            raise ValueError(f"own_datasets must not share a name with datasets, got {[*both]}")
        for section in FILES:
            for name, recipe in getattr(self, section).items():
                recipe._section, recipe._name = section, name
                with error_names_place(f"{section}.{name}.dataset"):
                    known_name("data set", recipe.dataset, known)
        if both := self.recipes.keys() & self.flagships.keys():
            raise ValueError(f"a recipe and a flagship must not share a name, got {sorted(both)}")
        return self

    @property
    def all_recipes(self) -> dict[str, Recipe]:
        """Recipes and flagships by name."""
        return self.recipes | self.flagships

    def recipe(self, name: str) -> Recipe:
        """Return the recipe or flagship called ``name``."""
        return self.all_recipes[known_name("recipe", name, self.all_recipes)]

    def dataset(self, name: str) -> DataSet:
        """Return the data set called ``name``."""
        return self.datasets[known_name("data set", name, self.datasets)]


def known_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Return ``name`` if it is known; ConfigError suggests the nearest names, or lists them."""
    names = list(known)
    if name not in names:
        raise ConfigError(f"there is no {kind} {name!r}; {nearest(name, names)}")
    return name


def read_params(folder: Path = ROOT) -> dict[str, Any]:
    """Read both files without checking their values; ConfigError names a file that is damaged."""
    content = read_mapping(folder / FILES["recipes"], FILES["recipes"])
    flagships = folder / FILES["flagships"]
    more = read_mapping(flagships, FILES["flagships"]) if flagships.exists() else {}
    if more.keys() - {"flagships"}:
        raise ConfigError(f"{FILES['flagships']}: must have the one key flagships, got {[*more]}")
    if "flagships" in content:
        raise ConfigError(f"params.yaml: flagships: must stand in {FILES['flagships']}")
    return content | more


def read_mapping(path: Path, name: str) -> dict[str, Any]:
    """Read a YAML file that holds a mapping; ConfigError names the line that is wrong."""
    try:
        content = YAML(typ="safe", pure=True).load(path)
    except MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        text = " ".join(str(error.problem).split())
        raise ConfigError(f"{name}: {line}{text}") from error
    except (OSError, YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{name}: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{name}: must be a mapping, got {reprlib.repr(content)}")
    return content


def check(content: Any) -> Params:
    """Check the content of both files; ConfigError names every path that is wrong."""
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        lines = [
            f"{FILES['flagships' if line.startswith('flagships') else 'recipes']}: {line}"
            for line in error_lines(error)
        ]
        raise ConfigError("\n".join(lines)) from None


def load_params(folder: Path = ROOT) -> Params:
    """Read and check both files."""
    return check(read_params(folder))


def error_lines(error: ValidationError) -> list[str]:
    """Return a line such as ``recipes.x.lr: input should be a number, got 'fast'`` per error."""
    lines = []
    for detail in error.errors(include_url=False):
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
                text = f"{rule[:1].lower()}{rule[1:]}, got {reprlib.repr(detail['input'])}"
        lines.append(f"{place}: {text}" if place else text)
    return list(dict.fromkeys(lines))
