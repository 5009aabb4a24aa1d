"""Public objects can be copied and pickled, and packages list what they export."""

import copy
import pickle
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import np_data
import np_lab
import np_layers
import np_metrics
import np_optim
import np_viz
from np_lab.course import UNITS

PACKAGES = (np_data, np_lab, np_layers, np_metrics, np_optim, np_viz)
ROLES = ("train_images", "train_labels", "test_images", "test_labels")
SHIFT = np_data.compose(partial(np_data.random_shift, max_shift=1))


def a_model() -> np_layers.Sequential:
    return np_layers.Sequential([np_layers.Dense(2)], input_shape=3, rng=np.random.default_rng(0))


def a_frozen_model() -> np_layers.Sequential:
    model = a_model()
    model.freeze()
    return model


def an_optimizer(kind: Callable[[Any], Any]) -> np_optim.Optimizer:
    made: np_optim.Optimizer = kind(np_optim.cosine(0.1, steps=9))
    made.step({"w": np.ones(3)}, {"w": np.ones(3)})
    return made


# One object of each public class, and of what functions return.
EXAMPLES: dict[str, Callable[[], Any]] = {
    "Batches": lambda: np_data.Batches(np.arange(5), batch_size=2, seed=0, transform=SHIFT),
    "Dataset": lambda: np_data.Dataset(*[np.zeros((2, 3, 3))] * 4, ("a", "b")),
    "DatasetEntry": lambda: np_data.DatasetEntry(
        "mine", {role: np_data.IdxFile(role, "0" * 64) for role in ROLES}
    ),
    "IdxFile": lambda: np_data.IdxFile("x", "0" * 64),
    "Scale": np_data.Scale,
    "Standardize": lambda: np_data.Standardize().fit(np.arange(4)),
    "compose": lambda: SHIFT,
    "Finding": lambda: np_lab.Finding("a mistake"),
    "Report": lambda: np_lab.Report(UNITS[0].tasks[0], ()),
    "Task": lambda: UNITS[0].tasks[0],
    "Unit": lambda: UNITS[0],
    "Activation": np_layers.Activation,
    "Layer": np_layers.Layer,
    "Sequential": a_model,
    "frozen": a_frozen_model,
    "summary": lambda: a_model().summary(),
    "normal": lambda: np_layers.normal(0.1),
    "ConfusionMatrix": lambda: np_metrics.ConfusionMatrix(3).update([0, 2], [0, 1]),
    "Mean": lambda: np_metrics.Mean().update([1.0, 2.0]),
    "classification_report": lambda: np_metrics.classification_report([0, 1], [0, 1]),
    "EMA": lambda: np_optim.EMA(0.9),
    "join": lambda: np_optim.join([np_optim.constant(1), np_optim.constant(2)], boundaries=[5]),
    "constant": lambda: np_optim.constant(0.1),
    "cosine": lambda: np_optim.cosine(0.1, steps=9),
    "exponential": lambda: np_optim.exponential(0.1, gamma=0.9),
    "linear_warmup": lambda: np_optim.linear_warmup(0.1, steps=3),
    "one_cycle": lambda: np_optim.one_cycle(0.1, steps=9),
    "piecewise": lambda: np_optim.piecewise([0.1, 0.01], boundaries=[5]),
    "polynomial": lambda: np_optim.polynomial(0.1, steps=9),
    "step": lambda: np_optim.step(0.1, step_size=3),
    "figure": lambda: np_viz.plot_confusion_matrix(np.eye(3, dtype=int)),
}
LAYER_ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "AvgPool2D": (2,),
    "Conv2D": (4, 3),
    "Dense": (4,),
    "Dropout": (0.5,),
    "MaxPool2D": (2,),
    "Residual": ([np_layers.ReLU()],),
}
PUBLIC_CLASSES = {
    name: value
    for package in PACKAGES
    for name in package.__all__
    if isinstance(value := getattr(package, name), type)
    and value not in (np_data.Transform, np_optim.Optimizer)  # cannot be instantiated
}


def example(name: str) -> Any:
    if name in EXAMPLES:
        return EXAMPLES[name]()
    kind = PUBLIC_CLASSES[name]
    if issubclass(kind, BaseException):
        return kind("a message")
    if issubclass(kind, np_optim.Optimizer):
        return an_optimizer(kind)
    return kind(*LAYER_ARGUMENTS.get(name, ()))


@pytest.mark.parametrize("name", sorted({*EXAMPLES, *PUBLIC_CLASSES}))
def test_public_object_survives_copy_deepcopy_and_pickle(name: str) -> None:
    original = example(name)
    before = repr(original)
    for twin in (
        copy.copy(original),
        copy.deepcopy(original),
        pickle.loads(pickle.dumps(original)),  # noqa: S301
    ):
        assert type(twin) is type(original)
        assert repr(twin) == before
        if isinstance(original, np_optim.Optimizer) or name in ("Sequential", "frozen"):
            np.testing.assert_equal(twin.state_dict(), original.state_dict())
    assert repr(original) == before


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.__name__)
def test_dir_lists_what_the_package_exports(package: ModuleType) -> None:
    assert set(dir(package)) == {*package.__all__, "__version__"}


def test_public_object_has_a_telling_repr() -> None:
    for name in sorted({*EXAMPLES, *PUBLIC_CLASSES}):
        text = repr(example(name))
        assert " object at 0x" not in text, (name, text)
