"""What params.yaml and the flagships' params.yaml may say, checked whole before any work.

Every key is declared here with its type and its bounds; an unknown key, a wrong type or a bad value
is a `ConfigError` that names the file and the path in it, such as `recipes.s1_fashion_dnn.lr`. The
files are read with the YAML 1.2 rules by which DVC reads them, so both see the same values.
"""

from __future__ import annotations

import reprlib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    model_validator,
)

from pipelines.shared._env import ROOT
from pipelines.shared.plain_yaml import read_yaml

FLAGSHIPS = "pipelines/flagships/params.yaml"  # beside their DVC file

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Positive = Annotated[int, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]

_shortened = reprlib.Repr()
_shortened.maxlevel = 2
_shortened.maxstring = _shortened.maxother = 80
_short = _shortened.repr


def _choice(value: object) -> tuple[str, dict[str, Any]]:
    """Read `Adam` or `{SGD: {momentum: 0.9}}` as a name and its options."""
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict) and len(value) == 1:
        ((name, options),) = value.items()
        if (
            isinstance(name, str)
            and isinstance(options, dict)
            and all(isinstance(option, str) for option in options)
        ):
            return name, options
    raise ValueError(f"must be a name or one name with its options, got {_short(value)}")


Choice = Annotated[tuple[str, dict[str, Any]], BeforeValidator(_choice)]


class ConfigError(ValueError):
    """A file says something that the pipeline does not understand; the text names the path."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class File(_Strict):
    """One IDX file: its name, and the hash of its decompressed content."""

    name: str
    sha256: str


class DataSet(_Strict):
    """One data set, from one of four origins.

    `fetch` is a name that np_data knows; `files` are four IDX files of your own with their hashes
    and mirrors (in a URL `{name}` stands for the file's name); `csv_of` writes a data set that
    np_data knows as CSV files, label first, and goes on from those; `generate` computes the rows.
    """

    title: str
    fetch: str | None = None
    files: dict[str, File] | None = None
    urls: list[str] = []
    class_names: list[str] = []
    csv_of: str | None = None
    generate: Choice | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        origins = {
            "fetch": self.fetch,
            "files": self.files,
            "csv_of": self.csv_of,
            "generate": self.generate,
        }
        said = [key for key, value in origins.items() if value is not None]
        if len(said) != 1:
            raise ValueError(f"a data set says one of {', '.join(origins)}, got {said}")
        return self


class Recipe(_Strict):
    """One published result: a data set, a network and how it is trained.

    Training is counted in `epochs` (passes over the data) or in `iterations` (updates); then the
    network is measured every `measure_every` updates. A seed decides the split, the initial
    weights, the batches, augmentation and dropout; with several `seeds` the recipe is trained once
    for each, and its metrics are means with standard deviations. `chunk_size` bounds how many rows
    of a batch are in the network at once: the gradient is the exact sum over the chunks. `shards`
    cuts every batch into so many parts for as many threads; the number is part of the recipe and
    never the machine's, so the bits are the same on any number of cores.
    """

    title: str
    source: str
    note: str = ""
    published: dict[str, float] = {}

    dataset: Name
    train_rows: Positive | None = None
    val_rows: Positive | None = None
    val_fraction: Fraction = 0.0
    preprocess: list[Choice] = []
    augment: list[Choice] = []

    layers: Annotated[list[Choice], Field(min_length=1, max_length=1000)]
    weight_init: Choice
    l1: NotNegative = 0.0
    l2: NotNegative = 0.0

    loss: Literal["cross_entropy", "binary_cross_entropy", "mean_squared_error"]
    loss_factor: Annotated[float, Field(gt=0)] = 1.0
    reduction: Literal["mean", "sum"] = "mean"
    label_smoothing: Fraction = 0.0

    optimizer: Choice
    lr: Annotated[float, Field(gt=0)]
    schedule: Choice = ("constant", {})
    clip_norm: Annotated[float, Field(gt=0)] | None = None
    ema: Annotated[float, Field(gt=0, lt=1)] | None = None

    batch_size: Positive
    chunk_size: Positive | None = None
    shards: Annotated[int, Field(ge=1, le=64)] = 1
    order: Literal["shuffle", "sequential", "replacement"] = "shuffle"
    last: Literal["keep", "drop", "fill"] = "keep"
    epochs: Positive | None = None
    iterations: Positive | None = None
    measure_every: Positive = 500
    keep: Literal["last", "val_loss", "val_accuracy"] = "last"
    patience: Positive | None = None

    seed: Seed | None = None
    seeds: Annotated[list[Seed], Field(min_length=1)] | None = None

    _place: str = PrivateAttr("recipe")  # its file and its path there

    def wrong(self, key: str, why: object) -> ConfigError:
        """Return the error that names a key of this recipe, and what is wrong with it."""
        return ConfigError(f"{self._place}.{key}: {why}")

    @property
    def all_seeds(self) -> list[int]:
        """The seeds that the recipe is trained with."""
        return self.seeds if self.seeds is not None else [self.seed or 0]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        validates = bool(self.val_rows or self.val_fraction)
        rules = {
            "a recipe says either epochs or iterations": (self.epochs is None)
            != (self.iterations is None),
            "a recipe says either seed or seeds": (self.seed is None) != (self.seeds is None),
            "seeds must differ": len(set(self.all_seeds)) == len(self.all_seeds),
            "batches drawn with replacement are counted in iterations": self.order != "replacement"
            or self.iterations is not None,
            "keep and patience need val_rows or val_fraction": validates
            or (self.keep == "last" and self.patience is None),
            "a recipe says at most one of chunk_size and shards": self.chunk_size is None
            or self.shards == 1,
            "a recipe says at most one of val_rows and val_fraction": not (
                self.val_rows and self.val_fraction
            ),
        }
        for rule, holds in rules.items():
            if not holds:
                raise ValueError(rule)
        return self


class Params(_Strict):
    """The whole of both files: data sets, recipes, and recipes that only one command runs."""

    datasets: dict[Name, DataSet]
    recipes: dict[Name, Recipe]
    flagships: dict[Name, Recipe] = {}

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
        raise ConfigError(f"{FLAGSHIPS}: must have the one key flagships, got {_short([*more])}")
    if "flagships" in content:
        raise ConfigError(f"params.yaml: flagships: must stand in {FLAGSHIPS}")
    return content | more


def _read(path: Path, name: str) -> dict[str, Any]:
    try:
        content = read_yaml(path)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from error
    if not isinstance(content, dict):
        raise ConfigError(f"{name}: must be a mapping, got {_short(content)}")
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
            text = f"{rule[:1].lower()}{rule[1:]}, got {_short(detail['input'])}"
    return _in_file(f"{place}: {text}" if place else text)


def _in_file(path: str) -> str:
    """Put the file in which a path stands before it."""
    return f"{FLAGSHIPS if path.startswith('flagships') else 'params.yaml'}: {path}"
