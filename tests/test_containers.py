"""Lists, DataFrames and Series of pandas and polars are taken wherever arrays are."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import np_data
import np_layers
import np_metrics
import np_viz

N = 24
RNG = np.random.default_rng(0)
X, P = RNG.random((N, 4)), RNG.dirichlet(np.ones(3), N)
Y = np.arange(N) % 3
BINARY, SCORE = (Y > 0).astype(int), P[:, 0].copy()
MODEL = np_layers.Sequential([np_layers.Dense(3)], input_shape=4, rng=RNG)


class Tensor:
    """What np.asarray sees of a torch tensor: an ``__array__`` of NumPy 1 without ``copy``."""

    def __init__(self, values: np.ndarray) -> None:
        self.values, self.shape = values, values.shape

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, rows: Any) -> "Tensor":
        return Tensor(self.values[rows])

    def __array__(self, dtype: Any = None) -> np.ndarray:
        return self.values if dtype is None else self.values.astype(dtype)


def in_pandas(values: np.ndarray) -> pd.Series | pd.DataFrame:
    """Return a table whose index is not the number of the row."""
    kind: Any = pd.Series if values.ndim == 1 else pd.DataFrame
    return kind(values, index=np.arange(len(values))[::-1] + 100)


def in_polars(values: np.ndarray) -> pl.Series | pl.DataFrame:
    return pl.Series(values) if values.ndim == 1 else pl.DataFrame(values)


CONTAINERS: dict[str, Callable[[np.ndarray], Any]] = {
    "list": lambda values: values.tolist(),
    "pandas": in_pandas,
    "polars": in_polars,
    "tensor": Tensor,
}


def train_step(x: Any, y: Any) -> Any:
    loss, grad = np_layers.cross_entropy(MODEL(x, training=True), y)
    return loss, MODEL.backward(grad)


# A call with two arguments, and the arrays for it.
CALLS: dict[str, tuple[Callable[[Any, Any], Any], np.ndarray, np.ndarray]] = {
    "Batches": (lambda x, y: list(np_data.Batches(x, y, batch_size=5, seed=0)), X, Y),
    "train_val_split": (
        lambda x, y: np_data.train_val_split(x, y, val_fraction=0.3, seed=0, stratify=y),
        X,
        Y,
    ),
    "kfold": (lambda x, y: np_data.kfold(N, 3, seed=0, stratify=y), X, Y),
    "shuffle": (lambda x, y: np_data.shuffle(x, y, rng=np.random.default_rng(0)), X, Y),
    "Scale": (lambda x, y: np_data.Scale(2).fit(x).apply(x), X, Y),
    "Standardize": (lambda x, y: np_data.Standardize(per="feature").fit(x).apply(x), X, Y),
    "one_hot": (lambda x, y: np_data.one_hot(y), X, Y),
    "predict": (lambda x, y: MODEL.predict(x, batch_size=5), X, Y),
    "training": (train_step, X, Y),
    "backward": (lambda x, g: (MODEL(x, training=True), MODEL.backward(g)), X, P),
    "softmax": (lambda x, y: np_layers.softmax(x), X, Y),
    "cross_entropy": (np_layers.cross_entropy, 3 * P, Y),
    "class_weights": (lambda w, y: np_layers.cross_entropy(P * 3, Y, class_weights=w), P[0], Y),
    "mean_squared_error": (np_layers.mean_squared_error, X, X[::-1].copy()),
    "mean_absolute_error": (np_layers.mean_absolute_error, X, X[::-1].copy()),
    "huber": (np_layers.huber, X, X[::-1].copy()),
    "binary_cross_entropy": (np_layers.binary_cross_entropy, SCORE, BINARY),
    "accuracy": (np_metrics.accuracy, Y, Y[::-1].copy()),
    "top_k_accuracy": (lambda p, y: np_metrics.top_k_accuracy(y, p, k=2), P, Y),
    "confusion_matrix": (lambda w, y: np_metrics.confusion_matrix(y, y, sample_weight=w), SCORE, Y),
    "ConfusionMatrix": (lambda x, y: np_metrics.ConfusionMatrix(3).update(y, y).value(), X, Y),
    "Mean": (lambda s, y: np_metrics.Mean().update(s).value(), SCORE, Y),
    "cohen_kappa": (np_metrics.cohen_kappa, Y, Y[::-1].copy()),
    "f1": (np_metrics.f1, Y, Y[::-1].copy()),
    "roc_auc": (lambda s, y: np_metrics.roc_auc(y, s), SCORE, BINARY),
    "roc_curve": (lambda s, y: np_metrics.roc_curve(y, s), SCORE, BINARY),
    "average_precision": (lambda s, y: np_metrics.average_precision(y, s), SCORE, BINARY),
    "log_loss": (lambda p, y: np_metrics.log_loss(y, p), P, Y),
    "brier_score": (lambda p, y: np_metrics.brier_score(y, p), P, Y),
    "calibration_curve": (lambda p, y: np_metrics.calibration_curve(y, p), P, Y),
    "classification_report": (np_metrics.classification_report, Y, Y[::-1].copy()),
}
DRAWINGS: dict[str, tuple[Callable[[Any, Any], Any], np.ndarray, np.ndarray]] = {
    "confusion": (lambda m, y: np_viz.plot_confusion_matrix(m), np.arange(9).reshape(3, 3), Y),
    "roc": (np_viz.plot_roc_curve, np.linspace(0, 1, 5), np.linspace(0, 1, 5)),
    "curves": (
        lambda loss, epoch: np_viz.learning_curves({"epoch": epoch, "train_loss": loss}),
        SCORE,
        np.arange(N),
    ),
    "histograms": (lambda x, y: np_viz.activation_histograms({"a": x}), X, Y),
    "weights": (lambda W, y: np_viz.weight_grid(W, image_shape=(2, 2)), X.T.copy()[:, :3], Y),
}


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("call", CALLS)
def test_container_gives_the_result_of_its_array(call: str, container: str) -> None:
    function, first, second = CALLS[call]
    wrap = CONTAINERS[container]
    with warnings.catch_warnings():
        # NumPy says so of every tensor that is converted with np.array; here that is a mistake.
        warnings.simplefilter("error")
        result = function(wrap(first), wrap(second))
    np.testing.assert_equal(result, function(first, second))


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("drawing", DRAWINGS)
def test_container_gives_the_picture_of_its_array(drawing: str, container: str) -> None:
    function, first, second = DRAWINGS[drawing]
    wrap = CONTAINERS[container]
    drawn = function(wrap(first), wrap(second))
    assert drawn._repr_png_() == function(first, second)._repr_png_()


def test_model_and_confusion_matrix_show_as_tables_in_a_notebook() -> None:
    matrix = np_metrics.ConfusionMatrix(2).update([0, 1, 1], [0, 1, 0])._repr_html_()
    assert "<tr><th>1</th><td>1</td><td>1</td></tr>" in matrix
    for page in (MODEL._repr_html_(), MODEL.summary()._repr_html_()):
        assert "(3,)</td>" in page
        assert ">15</td>" in page
    unbuilt = np_layers.Sequential([("<b>", np_layers.ReLU())])._repr_html_()
    assert "&lt;b&gt;" in unbuilt
    assert "<b>" not in unbuilt
