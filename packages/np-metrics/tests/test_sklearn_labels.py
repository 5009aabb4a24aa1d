"""Metrics of label pairs equal scikit-learn's, on random and on degenerate input."""

import warnings
from itertools import product

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
    "floating weights, some zero": lambda n: np.maximum(np.arange(n) % 3, n == 1) * 0.7,
}
WEIGHTS_AND_ZEROS = [
    ("no weights", 0),
    ("no weights", 1),
    ("integer weights", 1),
    ("integer weights", np.nan),
    ("floating weights, some zero", np.nan),
]
RATIOS = {
    "precision": (npm.precision, sk.precision_score, {}),
    "recall": (npm.recall, sk.recall_score, {}),
    "f1": (npm.f1, sk.f1_score, {}),
    "fbeta": (npm.fbeta, sk.fbeta_score, {"beta": 0.5}),
}
SUBSETS = [[3, 1], [4, 2, 0], [7, 3, 9], [0, 1, 2, 3, 4], [4, 3, 2, 1, 0, 5], [2]]


def equal(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    assert np.shape(ours) == np.shape(theirs)


def five_classes(n=200):
    rng = np.random.default_rng(8)
    true = rng.integers(0, 5, n)
    return true, np.where(rng.random(n) < 0.6, true, rng.integers(0, 5, n))


@pytest.fixture(autouse=True)
def _quiet_reference():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("case", CASES)
def test_label_metrics_equal_sklearn(case, weights):
    true, pred = CASES[case]
    w = {"sample_weight": WEIGHTS[weights](len(true))}
    equal(npm.accuracy(true, pred, **w), sk.accuracy_score(true, pred, **w))
    equal(
        npm.accuracy(true, pred, reduction="sum", **w),
        sk.accuracy_score(true, pred, normalize=False, **w),
    )
    equal(npm.matthews_corrcoef(true, pred, **w), sk.matthews_corrcoef(true, pred, **w))
    equal(npm.balanced_accuracy(true, pred, **w), sk.balanced_accuracy_score(true, pred, **w))
    adjusted = npm.balanced_accuracy(true, pred, adjusted=True, **w)
    if len(np.unique(true)) > 1:
        equal(adjusted, sk.balanced_accuracy_score(true, pred, adjusted=True, **w))
    else:
        assert np.isnan(adjusted)  # scikit-learn divides by zero: nan or -inf
    for kind in (None, "linear", "quadratic"):
        equal(
            npm.cohen_kappa(true, pred, weights=kind, **w),
            sk.cohen_kappa_score(true, pred, weights=kind, **w),
        )
    for normalize in (None, "true", "pred", "all"):
        ours = npm.confusion_matrix(true, pred, normalize=normalize, **w)
        theirs = sk.confusion_matrix(true, pred, normalize=normalize, **w)
        equal(ours, theirs)
        assert ours.dtype == theirs.dtype


@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.parametrize("case", CASES)
def test_precision_recall_f1_equal_sklearn(case, ratio):
    true, pred = CASES[case]
    ours, theirs, options = RATIOS[ratio]
    averages = ("macro", "micro", "weighted", None)
    for (weights, zero_division), average in product(WEIGHTS_AND_ZEROS, averages):
        every = dict(options, zero_division=zero_division, average=average)
        every["sample_weight"] = WEIGHTS[weights](len(true))
        equal(ours(true, pred, **every), theirs(true, pred, **every))


@pytest.mark.parametrize("beta", [0, 1e-3, 1, 2, 1e3, float("inf")])
def test_fbeta_equals_sklearn_for_every_beta(beta):
    true, pred = five_classes()
    equal(
        npm.fbeta(true, pred, beta=beta, average=None),
        sk.fbeta_score(true, pred, beta=beta, average=None),
    )


@pytest.mark.parametrize(
    ("weights", "zero_division", "far"),
    [
        ("no weights", 0, 1),
        ("integer weights", 1, 1),
        ("floating weights, some zero", np.nan, 1),
        ("no weights", np.nan, 10**12),
        ("floating weights, some zero", 1, 10**12),
    ],
)
@pytest.mark.parametrize("labels", SUBSETS, ids=str)
def test_labels_option_equals_sklearn_for_any_order_and_number(labels, weights, zero_division, far):
    true, pred = five_classes()
    true, pred, labels = true * far, pred * far, np.array(labels) * far
    w = {"sample_weight": WEIGHTS[weights](len(true)), "labels": labels}
    equal(npm.confusion_matrix(true, pred, **w), sk.confusion_matrix(true, pred, **w))
    equal(npm.cohen_kappa(true, pred, **w), sk.cohen_kappa_score(true, pred, **w))
    for ours, theirs, options in RATIOS.values():
        for average in ("macro", "micro", "weighted", None):
            every = dict(options, zero_division=zero_division, average=average, **w)
            equal(ours(true, pred, **every), theirs(true, pred, **every))


@pytest.mark.parametrize("weights", WEIGHTS)
def test_many_classes_equal_sklearn(weights):
    rng = np.random.default_rng(10)
    true = rng.integers(0, 3000, 700)
    pred = np.where(rng.random(700) < 0.5, true, rng.integers(0, 3000, 700))
    w = {"sample_weight": WEIGHTS[weights](700)}
    some = rng.permutation(true)[:40]
    some = [9999, *dict.fromkeys(some.tolist())]
    for labels in (None, some):
        every = {"labels": labels, **w}
        equal(npm.confusion_matrix(true, pred, **every), sk.confusion_matrix(true, pred, **every))
        for name, average in (("precision", None), ("recall", None), ("f1", "weighted")):
            ours, theirs, options = RATIOS[name]
            both = dict(options, average=average, zero_division=1, **every)
            equal(ours(true, pred, **both), theirs(true, pred, **both))
    equal(npm.matthews_corrcoef(true, pred, **w), sk.matthews_corrcoef(true, pred, **w))
    equal(npm.balanced_accuracy(true, pred, **w), sk.balanced_accuracy_score(true, pred, **w))


@pytest.mark.parametrize(
    ("true", "pred", "pos_label"),
    [
        ([0, 1, 1, 0], [0, 1, 0, 0], 1),
        ([0, 1, 1, 0], [0, 1, 0, 0], 0),
        ([-1, 1, 1], [1, 1, 1], -1),
        (["no", "yes", "yes"], ["yes", "yes", "no"], "yes"),
        ([0, 0, 0], [0, 0, 0], 1),
        ([1, 1, 1], [1, 1, 1], 1),
        ([True, False], [True, True], True),
    ],
)
@pytest.mark.parametrize("zero_division", [0, 1, np.nan])
@pytest.mark.parametrize("ratio", RATIOS)
def test_binary_average_equals_sklearn(true, pred, pos_label, ratio, zero_division):
    ours, theirs, options = RATIOS[ratio]
    every = dict(options, average="binary", pos_label=pos_label, zero_division=zero_division)
    equal(ours(true, pred, **every), theirs(true, pred, **every))


@pytest.mark.parametrize(("weights", "zero_division"), WEIGHTS_AND_ZEROS)
@pytest.mark.parametrize("case", CASES)
def test_report_equals_sklearn(case, weights, zero_division):
    true, pred = CASES[case]
    options = {"zero_division": zero_division, "digits": 3}
    w = WEIGHTS[weights](len(true))
    # with weights, or if no answer is right, scikit-learn prints support as a bare float
    if w is None and np.any(true == pred):
        theirs = sk.classification_report(true, pred, **options)
        assert npm.classification_report(true, pred, **options) == theirs
    ours = npm.classification_report(true, pred, sample_weight=w, output="dict", **options)
    theirs = sk.classification_report(true, pred, sample_weight=w, output_dict=True, **options)
    assert list(ours) == list(theirs)
    for name, row in theirs.items():
        if name == "accuracy":
            equal(ours[name], row)
        else:
            assert list(ours[name]) == list(row)
            equal(list(ours[name].values()), list(row.values()))


@pytest.mark.parametrize("labels", SUBSETS, ids=str)
def test_report_of_some_labels_with_names_equals_sklearn(labels):
    true, pred = five_classes()
    names = [f"a rather long name {label}" for label in labels]
    every = {"labels": labels, "target_names": names, "zero_division": 0, "digits": 5}
    ours = npm.classification_report(true, pred, **every)
    assert ours == sk.classification_report(true, pred, **every)
    ours = npm.classification_report(true, pred, output_dict=True, **every)
    theirs = sk.classification_report(true, pred, output_dict=True, **every)
    assert ours.keys() == theirs.keys()
    assert ours == npm.classification_report(true, pred, output="dict", **every)
