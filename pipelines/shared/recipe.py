"""What a recipe and a data set may say: every key with its type and its bounds.

An unknown key, a wrong type or a bad value is an error, which pipelines/shared/config.py names.
"""

from __future__ import annotations

import reprlib
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Positive = Annotated[int, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]

_shortened = reprlib.Repr()
_shortened.maxlevel = 2
_shortened.maxstring = _shortened.maxother = 80
short = _shortened.repr


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
    raise ValueError(f"must be a name or one name with its options, got {short(value)}")


Choice = Annotated[tuple[str, dict[str, Any]], BeforeValidator(_choice)]


class ConfigError(ValueError):
    """A file says something that the pipeline does not understand; the text names the path."""


class Strict(BaseModel):
    """What the files say, neither more nor converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class File(Strict):
    """One IDX file: its name, and the hash of its decompressed content."""

    name: str
    sha256: str


class DataSet(Strict):
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


class Recipe(Strict):
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
