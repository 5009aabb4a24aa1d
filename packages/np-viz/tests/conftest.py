"""Example calls of every figure, for the tests that all figures must pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import np_viz

LONG = [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
]
KOREAN = ["영", "일", "이", "삼", "사", "오", "육", "칠", "팔", "긴 이름을 가진 구"]
HOSTILE = ["$x$", "_y", "a\nb", "\x00", "😀", "-- >", "%s {0}", "מ", "<&>", "x" * 200]


@dataclass(frozen=True, eq=False)
class Case:
    """A function and the arguments of one call."""

    name: str
    args: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    about: str = "plain"

    @property
    def function(self) -> Callable[..., Any]:
        return getattr(np_viz, self.name)

    def __call__(self, **more: Any) -> Any:
        return self.function(*self.args, **{**self.options, **more})


def history(epochs: int, *, gap: bool = False) -> dict[str, np.ndarray]:
    epoch = np.arange(1, epochs + 1)
    columns = {
        "epoch": epoch,
        "train_loss": 1.0 / np.sqrt(epoch),
        "val_loss": 0.2 + 1.0 / np.sqrt(epoch) + 0.001 * epoch,
        "train_accuracy": 1 - 0.5 / epoch,
        "val_accuracy": 0.95 - 0.5 / epoch,
    }
    if gap:
        columns["val_loss"][epochs // 2 :: 3] = np.nan
        columns["train_accuracy"][0] = np.inf
    return columns


def cases_of(names: Sequence[str], about: str) -> list[Case]:
    """Return cases of the figures that show names, with these names."""
    rng = np.random.default_rng(5)
    k = len(names)
    images = rng.random((3 * k, 1, 6, 6))
    truth = np.arange(3 * k) % k
    predicted = np.where(rng.random(3 * k) < 0.5, truth, (truth + 1) % k)
    probabilities = rng.dirichlet(np.ones(k), 3 * k)
    counts = rng.integers(0, 900, (k, k))
    counts[0] = 0
    fall = np.linspace(1, 0, 30)
    title = f"A title: {names[-1]}"
    runs = {name: history(5 + i) for i, name in enumerate(names)}
    layers = {name: rng.normal(0, 10.0**-i, 50) for i, name in enumerate(names[-4:])}
    plain = [
        ("image_grid", (images, truth, predicted), {"class_names": names}),
        ("plot_confusion_matrix", (counts, names), {}),
        ("misclassified", (images, truth, predicted, probabilities, names), {}),
        ("compare_runs", (runs,), {}),
        ("compare_runs", (runs,), {"log_scale": True, "column": "train_loss"}),
        ("class_means", (images, truth, names), {}),
        (
            "saliency_maps",
            (images[:k], images[:k] - 0.5, truth[:k], predicted[:k]),
            {"class_names": names},
        ),
        (
            "plot_roc_curve",
            (dict.fromkeys(names, fall[::-1] ** 3), dict.fromkeys(names, fall[::-1])),
            {"auc": dict.fromkeys(names, 0.75)},
        ),
        (
            "plot_precision_recall_curve",
            (dict.fromkeys(names, 1 - fall / 2), dict.fromkeys(names, fall)),
            {"average_precision": dict.fromkeys(names, 0.75)},
        ),
        (
            "sweep_table",
            (rng.random((k, 3)), names, names[-1:] * 3),
            {"row_label": names[-1], "column_label": names[0]},
        ),
        ("activation_histograms", (layers,), {}),
        ("gradient_histograms", (layers,), {}),
    ]
    return [Case(name, args, {**o, "title": title}, about) for name, args, o in plain]


def single_cases() -> list[Case]:
    """Return cases of the figures without names, and edge cases of the others."""
    rng = np.random.default_rng(6)
    images = rng.integers(0, 256, (12, 1, 28, 28)).astype(np.uint8)
    color = rng.random((5, 3, 8, 8))
    bins = np.linspace(0.05, 0.95, 10)
    noisy = {"iteration": np.arange(3000), "train_loss": rng.random(3000), "val_loss": np.nan}
    noisy["val_loss"] = np.where(noisy["iteration"] % 100 == 0, 0.5, np.nan)
    return [
        Case("image_grid", (images,), {"title": "Without captions"}),
        Case("image_grid", (np.zeros((0, 5, 5)),), {"title": "Empty"}, "empty"),
        Case("image_grid", (rng.random((9, 20, 200)), np.arange(9)), {}, "strips"),
        Case("image_grid", (rng.random((3, 200, 20)), np.arange(3)), {}, "towers"),
        Case("image_grid", (np.moveaxis(color, 1, -1), range(5)), {}, "channels last"),
        Case("image_grid", (color, [0, 1, 2, 3, 4]), {"limit": 3}, "limited"),
        Case("weight_grid", (rng.normal(size=(36, 10)), (6, 6)), {"title": "Dense"}),
        Case("weight_grid", (rng.normal(size=(16, 3, 3, 3)),), {}, "kernels"),
        Case("weight_grid", (np.zeros((4, 1, 3, 3)),), {}, "zeros"),
        Case("learning_curves", (history(20),), {"title": "Twenty epochs"}, "20"),
        Case("learning_curves", (history(1),), {"chosen": 1}, "one epoch"),
        Case("learning_curves", (history(500),), {"title": "Long"}, "500"),
        Case("learning_curves", (noisy,), {}, "noisy"),
        Case("learning_curves", ({"loss": [2.3, 2.301], "accuracy": [0.1, 0.101]},), {}, "dead"),
        Case("learning_curves", (history(12, gap=True),), {"title": "Gaps"}, "gaps"),
        Case("learning_curves", ({"loss": []},), {}, "empty"),
        Case("learning_curves", ({"val_accuracy": [np.nan]},), {}, "nothing finite"),
        *(
            Case("learning_curves", ({"loss": [size, size / 9], "accuracy": [0, 1]},), {}, about)
            for size, about in ((4e9, "billions"), (4e-7, "millionths"))
        ),
        *(
            Case(
                "plot_confusion_matrix", (rng.integers(0, 999, (k, k)),), {"title": f"{k}"}, f"{k}"
            )
            for k in (14, 15, 18, 20, 26, 40, 100)
        ),
        Case(
            "plot_confusion_matrix",
            (np.eye(60), [f"a rather long name {i}" for i in range(60)]),
            {},
            "60 long names",
        ),
        Case("plot_confusion_matrix", ([[60000, 0], [1, 59999]],), {}, "2"),
        Case("plot_confusion_matrix", ([[0.25, 0.75], [0.5, 0.5]],), {}, "rates"),
        Case(
            "plot_confusion_matrix",
            (np.array([[2**63, 12345678], [9999999, 1]], np.uint64),),
            {},
            "large counts",
        ),
        Case(
            "plot_confusion_matrix",
            (np.diag([1e300, 1e15 + 0.5, 123456.78, 0.999999]) + np.diag([1e-300] * 3, 1),),
            {},
            "weights of all sizes",
        ),
        Case("misclassified", (images, [1] * 12, [1] * 12), {"title": "None"}, "no mistake"),
        Case("compare_runs", ({"one": {"loss": [1.0]}},), {}, "one epoch"),
        Case("compare_runs", ({str(i): {"loss": [i]} for i in range(60)},), {}, "60 runs"),
        Case(
            "compare_runs",
            ({f"s2_rmsprop_rate_0.0{i:02d}_momentum_0.9_decay": {"loss": [i]} for i in range(30)},),
            {"ordered": True},
            "30 long names",
        ),
        Case("compare_runs", ({"a": noisy, "b": noisy},), {"column": "train_loss"}, "noisy"),
        Case("compare_runs", ({"a": {"loss": [0.0]}},), {"log_scale": True}, "zero"),
        *(
            Case(
                "compare_runs",
                ({"a": {"loss": np.geomspace(1.0, 10.0**decades, 5)}},),
                {"log_scale": True},
                f"{decades} decades",
            )
            for decades in (0.001, 0.1, 1, 1.8, 2.5, 3.6, 4, 8, 100)
        ),
        Case("reliability_diagram", (bins, bins**2, 100 * bins), {"title": "Calibration"}),
        Case("reliability_diagram", (bins, bins, bins), {}, "calibrated"),
        Case("reliability_diagram", ([], [], []), {}, "empty"),
        Case("reliability_diagram", ([np.nan, 0.7], [np.nan, 0.9], [0, 5]), {}, "one bin"),
        Case(
            "activation_histograms", ({"ReLU": np.zeros(9), "NaN": [np.nan], "no": []},), {}, "odd"
        ),
        Case(
            "activation_histograms",
            ({"noise": [0.1 + 0.2, 0.3], "large": [1e17] * 9, "largest": [1e150, -1e150]},),
            {},
            "constant",
        ),
        Case("gradient_histograms", ({"noise": [0.1 + 0.2, 0.3]},), {}, "constant"),
        Case("gradient_histograms", ({"zero": np.zeros(9), "inf": [np.inf, 1.0]},), {}, "odd"),
        Case("saliency_maps", (images[:2], np.zeros((2, 28, 28))), {}, "zero"),
        Case("augmentation_preview", (images, np.stack([images] * 5)), {"title": "Shifts"}),
        Case("augmentation_preview", (images[:1], images[:1][np.newaxis][:0]), {}, "no variant"),
        Case("plot_roc_curve", ([0.0, 0.2, 1.0], [0.0, 0.8, 1.0]), {"auc": 0.8, "title": "One"}),
        Case("plot_roc_curve", ({str(i): [0, 1] for i in range(40)},) * 2, {}, "40 curves"),
        Case("plot_precision_recall_curve", ([0.5, 1.0, 1.0], [1.0, 0.5, 0.0]), {}),
        Case("sweep_table", ([[np.nan, 0.5]], ["a"], [1, 2]), {"title": "One row"}, "hole"),
        Case("sweep_table", ([[12345678.12345, 1e-9], [1e300, -1e300]], "ab", "cd"), {}, "large"),
        Case("sweep_table", ([[0.5, 0.6]], ["a"], [1, 2]), {"digits": 10}, "digits"),
        *(
            Case(
                "sweep_table",
                (np.eye(rows, 2), range(rows), "ab"),
                {"row_label": "layers.1.Dense.units · learning rate", "title": title},
                f"{rows} rows",
            )
            for rows in (1, 2, 3, 4, 5, 6)
            for title in (None, "Long name of the rows")
        ),
    ]


CASES = [
    *single_cases(),
    *cases_of(LONG, "10 long names"),
    *cases_of(LONG[-2:], "2 names"),
    *cases_of(KOREAN, "Korean names")[:4],
    *cases_of(HOSTILE, "hostile names"),
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test with the argument ``case`` for all cases, with ``plain_case`` for one of each."""
    if "case" in metafunc.fixturenames:
        ids = [f"{i} {c.name} {c.about}" for i, c in enumerate(CASES)]
        metafunc.parametrize("case", CASES, ids=ids)
    if "plain_case" in metafunc.fixturenames:
        first = {c.name: c for c in reversed(CASES) if c.about in ("plain", "2 names", "20")}
        metafunc.parametrize("plain_case", first.values(), ids=first.keys())


@pytest.fixture
def all_cases() -> list[Case]:
    return CASES


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(17)
