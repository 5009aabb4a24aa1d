"""Every key of a recipe and of a data set, with its type and its bounds.

An unknown key, a wrong type, a bad value or two keys that contradict each other are errors;
pipelines/recipes/params.py names the file and the path. Every key that is accepted has an effect.
"""

import math
from collections.abc import Callable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from pipelines.recipes.choices import Choice
from pipelines.recipes.choices import ConfigError as ConfigError

Name = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
Positive = Annotated[int, Field(gt=0)]
PositiveFloat = Annotated[float, Field(gt=0)]
NotNegative = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, lt=1)]
Seed = Annotated[int, Field(ge=0, lt=2**63)]
PluginFile = Annotated[str, Field(pattern=r"^experiments/(\w+/)*\w+\.py$")]

FILES = {"recipes": "params.yaml", "flagships": "pipelines/flagships/params.yaml"}
WEIGHTED = ("Conv2D", "Dense")  # the layers that weight_init, l1 and l2 of a recipe apply to


class Strict(BaseModel):
    """Base of all sections: unknown keys are errors, and values are not converted."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


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


class OwnDataSet(Strict):
    """Files of your own as a data set; docs/own-data.md has examples.

    ``path`` is a file or a folder, counted from the top folder of the clone. ``format`` is idx, csv
    or pictures, with options. If the files hold no test rows, ``test_fraction`` of all rows are
    drawn with ``seed``. ``class_names`` replaces the labels, in their sorted order.
    """

    path: str
    format: Choice
    test_fraction: Annotated[float, Field(gt=0, lt=1)] | None = None
    seed: Seed = 0
    class_names: list[str] = []

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if "seed" in self.model_fields_set and self.test_fraction is None:
            raise ValueError(f"seed has no effect without test_fraction, got {self.seed}")
        return self


class Iterations(Strict):
    """Training counted in updates, measured after every ``measure_every`` and after the last."""

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
    ``plugins`` are files of your own, which register names for the other keys.
    """

    plugins: list[PluginFile] = []
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

    loss: Choice
    reduction: Literal["mean", "sum"] = "mean"

    optimizer: Choice
    lr: PositiveFloat
    schedule: Choice = ("constant", {})
    clip_norm: PositiveFloat | None = None
    ema: Annotated[float, Field(gt=0, lt=1)] | None = None

    batch_size: Positive
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

    @property
    def measurements(self) -> int:
        """How often the training is measured if nothing stops it."""
        if self.iterations is None:
            return self.epochs or 0
        return math.ceil(self.iterations.count / self.iterations.measure_every)

    def place(self, key: str) -> str:
        """Name the file of a key and its path in it."""
        return f"{FILES[self._section]}: {self._section}.{self._name}.{key}"

    def error(self, key: str, reason: object) -> ConfigError:
        """Return the error that names a key of this recipe, and what is wrong with it."""
        return ConfigError(f"{self.place(key)}: {reason}")

    def leaves_open(self, key: str) -> bool:
        """Return whether a layer with weights has no ``key`` of its own."""
        return any(key not in options for kind, options in self.layers if kind in WEIGHTED)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for rule, holds in RULES.items():
            if not holds(self):
                raise ValueError(rule.format(self))
        return self


# What must hold between the keys of a recipe: the error message of each rule, and its test.
RULES: dict[str, Callable[[Recipe], bool]] = {
    "must have either epochs or iterations, got {0.epochs} and {0.iterations}": (
        lambda recipe: (recipe.epochs is None) != (recipe.iterations is None)
    ),
    "must have either seed or seeds, got {0.seed} and {0.seeds}": (
        lambda recipe: (recipe.seed is None) != (recipe.seeds is None)
    ),
    "seeds must differ, got {0.seeds}": (
        lambda recipe: len(set(recipe.all_seeds)) == len(recipe.all_seeds)
    ),
    "must have at most one of val_rows and val_fraction, got both": (
        lambda recipe: not (recipe.val_rows and recipe.val_fraction)
    ),
    "keep needs val_rows or val_fraction, got none": (
        lambda recipe: recipe.keep is None or recipe.validates
    ),
    "keep.patience must be below the {0.measurements} measurements, got {0.keep.patience}": (
        lambda recipe: recipe.keep is None or (recipe.keep.patience or 0) < recipe.measurements
    ),
    "order: replacement needs iterations, got epochs": (
        lambda recipe: recipe.order != "replacement" or recipe.iterations is not None
    ),
    "last has no effect with order: replacement, got {0.last!r}": (
        lambda recipe: recipe.order != "replacement" or recipe.last == "keep"
    ),
    "weight_init has no effect: it needs a layer with weights and without its own weight_init": (
        lambda recipe: recipe.weight_init is None or recipe.leaves_open("weight_init")
    ),
    "l1 has no effect: it needs a layer with weights and without its own l1": (
        lambda recipe: not recipe.l1 or recipe.leaves_open("l1")
    ),
    "l2 has no effect: it needs a layer with weights and without its own l2": (
        lambda recipe: not recipe.l2 or recipe.leaves_open("l2")
    ),
    "weight_init is missing": (
        lambda recipe: recipe.weight_init is not None or not recipe.leaves_open("weight_init")
    ),
}
