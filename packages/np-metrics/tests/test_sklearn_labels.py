"""Metrics of label pairs equal scikit-learn's, on random and on degenerate input."""

import warnings

import numpy as np
import pytest
from sklearn import metrics as sk

import np_metrics as npm

NAMES = np.array(["ankle", "bag", "coat", "dress", "sandal"])


def _cases():
    rng = np.random.default_rng(5)
    for n, k in [(1, 1), (1, 3), (2, 2), (7, 2), (40, 5), (300, 3), (50, 300)]:
        true, pred = rng.integers(0, k, n), rng.integers(0, k, n)
        yield f"random n={n} k={k}", true, pred
    true, pred = rng.integers(0, 5, 60), rng.integers(0, 5, 60)
    yield "class 2 never true", np.where(true == 2, 4, true), pred
    yield "class 2 never predicted", true, np.where(pred == 2, 4, pred)
    yield "class 2 absent", np.where(true == 2, 4, true), np.where(pred == 2, 4, pred)
    yield "one class, all right", np.zeros(6, int), np.zeros(6, int)
    yield "one class, all wrong", np.zeros(6, int), np.ones(6, int)
    yield "constant prediction", true, np.full(60, 3)
    yield "perfect", true, true
    yield "negative ids", true - 2, pred - 2
    yield "minus one and one", 2 * (true > 2) - 1, 2 * (pred > 2) - 1
    yield "ids far apart", true * 10**15, pred * 10**15
    yield "ids beyond int64", true.astype(np.uint64) + 2**63, pred.astype(np.uint64) + 2**63
    yield "uint8 ids up to 255", (true * 63).astype(np.uint8), (pred * 63).astype(np.uint8)
    yield "int8 ids", (true * 63 - 128).astype(np.int8), (pred * 63 - 128).astype(np.int8)
    yield "bool", true > 2, pred > 2
    yield "whole floats", true.astype(float), pred.astype(np.float32)
    yield "strings", NAMES[true], NAMES[pred]
    yield "objects", NAMES[true].astype(object), NAMES[pred].astype(object)
    yield (
        "strings of other widths",
        np.array(["a", "bb"])[true % 2],
        np.array(["a", "cccc"])[pred % 2],
    )


CASES = {name: (true, pred) for name, true, pred in _cases()}
WEIGHTS = {
    "no weights": lambda n: None,
    "integer weights": lambda n: np.random.default_rng(n).integers(1, 5, n),
    "floating weights": lambda n: np.random.default_rng(n).random(n) + 0.01,
    "some zero weights": lambda n: np.maximum(np.arange(n) % 3, n == 1),
}
RATIOS = {
    "precision": (npm.precision, sk.precision_score, {}),
    "recall": (npm.recall, sk.recall_score, {}),
    "f1": (npm.f1, sk.f1_score, {}),
    "fbeta 0.5": (npm.fbeta, sk.fbeta_score, {"beta": 0.5}),
    "fbeta 0": (npm.fbeta, sk.fbeta_score, {"beta": 0}),
    "fbeta inf": (npm.fbeta, sk.fbeta_score, {"beta": float("inf")}),
}


def equal(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    assert np.shape(ours) == np.shape(theirs)


@pytest.fixture(autouse=True)
def _quiet_reference():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="sklearn")
        warnings.filterwarnings(
            "ignore", message=".*", category=sk._classification.UndefinedMetricWarning
        )
        yield


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("case", CASES)
def test_accuracy_and_matrix(case, weights):
    true, pred = CASES[case]
    w = WEIGHTS[weights](len(true))
    equal(npm.accuracy(true, pred, sample_weight=w), sk.accuracy_score(true, pred, sample_weight=w))
    for normalize in (None, "true", "pred", "all"):
        ours = npm.confusion_matrix(true, pred, sample_weight=w, normalize=normalize)
        theirs = sk.confusion_matrix(true, pred, sample_weight=w, normalize=normalize)
        equal(ours, theirs)
        assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("zero_division", [0, 1, np.nan])
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("case", CASES)
def test_ratios(case, ratio, weights, zero_division):
    true, pred = CASES[case]
    ours, theirs, options = RATIOS[ratio]
    options = {
        **options,
        "sample_weight": WEIGHTS[weights](len(true)),
        "zero_division": zero_division,
    }
    for average in ("macro", "micro", "weighted", None):
        equal(
            ours(true, pred, average=average, **options),
            theirs(true, pred, average=average, **options),
        )
