"""Every key of a recipe and of a data set, with its type and its bounds.

An unknown key, a wrong type, a bad value or two keys that contradict each other are errors;
pipelines/recipes/params.py names the file and the path. Every key that is accepted has an effect.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Positive = Annotated[int, Field(gt=0)]
PositiveFloat = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]

FILES = {"recipes": "params.yaml", "flagships": "pipelines/flagships/params.yaml"}
WEIGHTED = ("Conv2D", "Dense")  # the layers that weight_init, l1 and l2 of a recipe apply to

_shortened = reprlib.Repr()
_shortened.maxlevel = 2
_shortened.maxstring = _shortened.maxother = 80
short = _shortened.repr


class ConfigError(ValueError):
    """A wrong value in a file of parameters; the text names the file and the path in it."""


class Strict(BaseModel):
    """Base of all sections: unknown keys are errors, and values are not converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def _choice(value: object) -> tuple[str, dict[str, Any]]:
    """Read ``Adam`` or ``{SGD: {momentum: 0.9}}`` as a name and its options."""
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


class File(Strict):
    """One IDX file: its name, and the hash of its decompressed content."""

    name: str
    sha256: str


class DataSet(Strict):
    """One data set with one of four origins.

    ``fetch`` is a name that np_data knows. ``files`` are four IDX files of your own with their
    hashes, found at ``urls`` (``{name}`` in a URL stands for the file's name). ``csv_of`` writes a
    data set that np_data knows as CSV files and reads those. ``generate`` computes the rows.
    """

    fetch: str | None = None
    files: dict[str, File] | None = None
    urls: list[str] = []
    csv_of: str | None = None
    generate: Choice | None = None
    class_names: list[str] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        origins = ("fetch", "files", "csv_of", "generate")
        given = [key for key in origins if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(f"must have one of {', '.join(origins)}, got {given}")
        if self.urls and self.files is None:
            raise ValueError(f"urls has no effect without files, got {given[0]}")
        if self.class_names and self.fetch is not None:
            raise ValueError("class_names has no effect with fetch; np_data knows the names")
        return self


class CrossEntropy(Strict):
    """Options of the cross entropy of softmax outputs."""

    label_smoothing: Fraction = 0.0


class BinaryCrossEntropy(Strict):
    """The cross entropy of one sigmoid output, which has no options."""


class MeanSquaredError(Strict):
    """Options of the mean squared error."""

    factor: PositiveFloat = 1.0


class Loss(Strict):
    """One loss with its options; written as a name, it has the default options."""

    cross_entropy: CrossEntropy | None = None
    binary_cross_entropy: BinaryCrossEntropy | None = None
    mean_squared_error: MeanSquaredError | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: object) -> object:
        return {value: {}} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(getattr(self, name) is not None for name in type(self).model_fields) != 1:
            raise ValueError(f"must be one of {', '.join(type(self).model_fields)}")
        return self


class Iterations(Strict):
    """Training counted in updates, with a measurement every so many of them and after the last."""

    count: Positive
    measure_every: Positive = 500


class Keep(Strict):
    """Which weights are kept: the best on the validation rows.

    Training stops after ``patience`` measurements without an improvement.
    """

    best: Literal["val_loss", "val_accuracy"]
    patience: Positive | None = None


class Recipe(Strict):
    """A data set, a network and how it is trained.

    ``epochs`` are passes over the data, ``iterations`` are updates. A seed decides the split, the
    initial weights, the batches, augmentation and dropout; with several ``seeds`` the recipe is
    trained once for each, and its metrics are means. Without ``keep`` the last weights are kept.
    ``chunk_size`` limits how many rows of a batch are in the network at once. ``shards`` cuts
    every batch into so many parts for as many threads; the number belongs to the recipe and not to
    the machine, so the bits are the same on any number of cores.
    """

    dataset: Name
    train_rows: Positive | None = None
    val_rows: Positive | None = None
    val_fraction: Fraction = 0.0
    preprocess: list[Choice] = []
    augment: list[Choice] = []

    layers: Annotated[list[Choice], Field(min_length=1, max_length=1000)]
    weight_init: Choice | None = None
    l1: NotNegative = 0.0
    l2: NotNegative = 0.0

    loss: Loss
    reduction: Literal["mean", "sum"] = "mean"

    optimizer: Choice
    lr: PositiveFloat
    schedule: Choice = ("constant", {})
    clip_norm: PositiveFloat | None = None
    ema: Annotated[float, Field(gt=0, lt=1)] | None = None

    batch_size: Positive
    chunk_size: Positive | None = None
    shards: Annotated[int, Field(ge=1, le=64)] = 1
    order: Literal["shuffle", "sequential", "replacement"] = "shuffle"
    last: Literal["keep", "drop", "fill"] = "keep"
    epochs: Positive | None = None
    iterations: Iterations | None = None
    keep: Keep | None = None

    seed: Seed | None = None
    seeds: Annotated[list[Seed], Field(min_length=1)] | None = None

    _section: str = PrivateAttr("recipes")
    _name: str = PrivateAttr("recipe")

    @property
    def section(self) -> str:
        """``recipes`` or ``flagships``."""
        return self._section

    @property
    def name(self) -> str:
        """The recipe's key in its section."""
        return self._name

    @property
    def all_seeds(self) -> list[int]:
        """The seeds that the recipe is trained with."""
        return self.seeds if self.seeds is not None else [self.seed or 0]

    @property
    def validates(self) -> bool:
        """True if some training rows are held out for validation."""
        return bool(self.val_rows or self.val_fraction)

    def error(self, key: str, reason: object) -> ConfigError:
        """Return the error that names a key of this recipe, and what is wrong with it."""
        return ConfigError(f"{FILES[self._section]}: {self._section}.{self._name}.{key}: {reason}")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        contradiction = next(self._contradictions(), None)
        if contradiction is not None:
            raise ValueError(contradiction)
        return self

    def _contradictions(self) -> Iterator[str]:
        """Yield what is wrong with the keys together."""
        for first, second in (("epochs", "iterations"), ("seed", "seeds")):
            given = [key for key in (first, second) if getattr(self, key) is not None]
            if len(given) != 1:
                yield f"must have either {first} or {second}, got {' and '.join(given) or 'none'}"
        if len(set(self.all_seeds)) != len(self.all_seeds):
            yield f"seeds must differ, got {self.seeds}"
        if self.val_rows and self.val_fraction:
            yield "must have at most one of val_rows and val_fraction, got both"
        if self.keep is not None and not self.validates:
            yield "keep needs val_rows or val_fraction, got none"
        if self.order == "replacement" and self.iterations is None:
            yield "order: replacement needs iterations, got epochs"
        if self.order == "replacement" and self.last != "keep":
            yield f"last has no effect with order: replacement, got {self.last!r}"
        if self.chunk_size is not None and self.shards > 1:
            yield "must have at most one of chunk_size and shards, got both"
        if self.chunk_size is not None and self.chunk_size >= self.batch_size:
            yield f"chunk_size must be below batch_size {self.batch_size}, got {self.chunk_size}"
        if self.shards > self.batch_size:
            yield f"shards must be at most batch_size {self.batch_size}, got {self.shards}"
        yield from self._contradictions_of_measurements()
        yield from self._contradictions_of_weights()

    def _contradictions_of_measurements(self) -> Iterator[str]:
        measurements = self.epochs or 0
        if self.iterations is not None:
            count, every = self.iterations.count, self.iterations.measure_every
            measurements = math.ceil(count / every)
            if every > count and "measure_every" in self.iterations.model_fields_set:
                yield f"iterations.measure_every must be at most the count {count}, got {every}"
        patience = None if self.keep is None else self.keep.patience
        if patience is not None and patience >= measurements:
            yield f"keep.patience must be below the {measurements} measurements, got {patience}"

    def _contradictions_of_weights(self) -> Iterator[str]:
        """Compare weight_init, l1 and l2 with the layers, which may have their own."""
        layers = [options for kind, options in self.layers if kind in WEIGHTED]
        for key in ("weight_init", "l1", "l2"):
            if getattr(self, key) and all(key in own for own in layers):
                kinds = " or ".join(WEIGHTED)
                yield f"{key} has no effect: it needs a {kinds} layer without its own {key}"
        if self.weight_init is None and not all("weight_init" in own for own in layers):
            yield "weight_init is missing"
