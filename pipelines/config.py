"""What params.yaml may say, checked whole before any work.

Every key is declared here with its type and its bounds; an unknown key, a wrong type or a bad value
is a `ConfigError` that names the path in the file, such as `recipes.s1_fashion_dnn.lr`. The file is
read with the YAML 1.2 rules by which DVC reads it, so both see the same values.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from pipelines._env import ROOT

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Positive = Annotated[int, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]


def _choice(value: object) -> tuple[str, dict[str, Any]]:
    """Read `Adam` or `{SGD: {momentum: 0.9}}` as a name and its options."""
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict) and len(value) == 1:
        ((name, options),) = value.items()
        if isinstance(name, str) and isinstance(options, dict) and all(
            isinstance(option, str) for option in options
        ):
            return name, options
    raise ValueError(f"must be a name or one name with its options, got {value!r}")


Choice = Annotated[tuple[str, dict[str, Any]], BeforeValidator(_choice)]


class ConfigError(ValueError):
    """params.yaml says something that the pipeline does not understand; the text names the path."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class DataSet(_Strict):
    """One data set: where it comes from and how its figures are titled."""

    title: str
    fetch: Literal["mnist", "fashion-mnist"]


class Recipe(_Strict):
    """One published result: a data set, a network and how it is trained.

    Training is counted in `epochs` (passes over the data) or in `iterations` (updates); then the
    network is measured every `measure_every` updates. The seed decides the split, the initial
    weights, the batches and dropout.
    """

    title: str
    source: str
    note: str = ""
    published: dict[Literal["train_accuracy", "test_accuracy"], float] = {}
    dataset: Name
    preprocess: list[Choice]
    val_fraction: Fraction = 0.0
    layers: Annotated[list[Choice], Field(min_length=1, max_length=1000)]
    weight_init: Choice
    loss: Literal["cross_entropy", "mean_squared_error"]
    reduction: Literal["mean", "sum"] = "mean"
    optimizer: Choice
    lr: Annotated[float, Field(gt=0)]
    batch_size: Positive
    order: Literal["shuffle", "sequential", "replacement"] = "shuffle"
    last: Literal["keep", "drop", "fill"] = "keep"
    epochs: Positive | None = None
    iterations: Positive | None = None
    measure_every: Positive = 500
    seed: Seed

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if (self.epochs is None) == (self.iterations is None):
            raise ValueError("a recipe says either epochs or iterations")
        if self.order == "replacement" and self.iterations is None:
            raise ValueError("batches drawn with replacement are counted in iterations")
        return self


class Params(_Strict):
    """The whole of params.yaml."""

    datasets: dict[Name, DataSet]
    recipes: dict[Name, Recipe]

    @model_validator(mode="after")
    def _known_datasets(self) -> Self:
        for name, recipe in self.recipes.items():
            if recipe.dataset not in self.datasets:
                raise ValueError(
                    f"recipes.{name}.dataset: must be one of {sorted(self.datasets)}, "
                    f"got {recipe.dataset!r}"
                )
        return self

    def recipe(self, name: str) -> Recipe:
        """Return the recipe called `name`; ConfigError lists the names."""
        if name not in self.recipes:
            raise ConfigError(f"recipes.{name}: no such recipe; known: {', '.join(self.recipes)}")
        return self.recipes[name]

    def dataset(self, name: str) -> DataSet:
        """Return the data set called `name`; ConfigError lists the names."""
        if name not in self.datasets:
            raise ConfigError(f"datasets.{name}: no such set; known: {', '.join(self.datasets)}")
        return self.datasets[name]


def load_params(path: Path = ROOT / "params.yaml") -> Params:
    """Read and check params.yaml; ConfigError names every path that is wrong."""
    try:
        content = YAML(typ="safe", pure=True).load(path)
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name}: {error}") from error
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        lines = [_line(dict(detail)) for detail in error.errors(include_url=False)]
        raise ConfigError("\n".join(dict.fromkeys(lines))) from None


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
            text = f"{rule[:1].lower()}{rule[1:]}, got {detail['input']!r}"
    return f"params.yaml: {place}: {text}" if place else f"params.yaml: {text}"
