"""Metrics of scores and probabilities equal scikit-learn's, on random and on degenerate input."""

import warnings
from itertools import product

import numpy as np
import pytest
from sklearn import metrics as sk

import np_metrics as npm


def equal(ours, theirs):
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)
    assert np.shape(ours) == np.shape(theirs)


@pytest.fixture(autouse=True)
def _quiet_reference():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _binary_cases():
    rng = np.random.default_rng(3)
    true = rng.integers(0, 2, 200)
    yield "normal scores", true, rng.normal(size=200) + true
    yield "probabilities", true, rng.random(200)
    yield "many ties", true, rng.integers(0, 4, 200) / 4
    yield "all scores equal", true, np.full(200, 0.25)
    yield "perfect", true, true.astype(float)
    yield "reversed", true, 1.0 - true
    yield "two samples", np.array([0, 1]), np.array([0.3, 0.2])
    yield "one sample, positive", np.array([1]), np.array([0.7])
    yield "one sample, negative", np.array([0]), np.array([0.7])
    yield "only positives", np.ones(5, int), rng.random(5)
    yield "only negatives", np.zeros(5, int), rng.random(5)
    yield "minus one and one", 2 * true - 1, rng.random(200)
    yield "bool", true == 1, rng.random(200)
    yield "float labels", true.astype(float), rng.random(200)
    yield "float32 scores with ties", true, rng.integers(0, 9, 200).astype(np.float32) / 8
    yield "integer scores", true, rng.integers(-5, 5, 200)
    yield "extreme scores", true, rng.choice([-1e308, -5e-324, 0.0, 5e-324, 1e308], 200)


BINARY = {name: (true, score) for name, true, score in _binary_cases()}


def weights_of(n):
    rng = np.random.default_rng(n)
    yield None
    yield rng.integers(1, 4, n)
    yield rng.random(n) + 0.1
    if n > 20:
        yield rng.integers(0, 2, n) * rng.random(n)


@pytest.mark.parametrize("case", BINARY)
def test_binary_curves_and_areas_equal_sklearn(case):
    true, score = BINARY[case]
    for w, drop in product(weights_of(len(true)), (False, True)):
        every = {"sample_weight": w, "drop_intermediate": drop}
        for ours, theirs in zip(
            npm.roc_curve(true, score, **every), sk.roc_curve(true, score, **every), strict=True
        ):
            equal(ours, theirs)
    for w in weights_of(len(true)):
        for ours, theirs in zip(
            npm.precision_recall_curve(true, score, sample_weight=w),
            sk.precision_recall_curve(true, score, sample_weight=w),
            strict=True,
        ):
            equal(ours, theirs)
        assert ours.dtype == score.dtype or case == "integer scores"
        equal(
            npm.average_precision(true, score, sample_weight=w),
            sk.average_precision_score(true, score, sample_weight=w),
        )
        equal(
            npm.roc_auc(true, score, sample_weight=w),
            sk.roc_auc_score(true, score, sample_weight=w),
        )


def test_pos_label_equals_sklearn_for_strings_and_many_classes():
    rng = np.random.default_rng(4)
    true, score = np.array(["a", "b", "c"])[rng.integers(0, 3, 90)], rng.random(90)
    for ours, theirs in (
        (npm.roc_curve, sk.roc_curve),
        (npm.precision_recall_curve, sk.precision_recall_curve),
    ):
        for pos_label in ("a", "b", "nowhere"):
            for x, y in zip(
                ours(true, score, pos_label=pos_label),
                theirs(true, score, pos_label=pos_label),
                strict=True,
            ):
                equal(x, y)
    two = np.where(true == "c", "a", true)
    equal(npm.roc_auc(two, score), sk.roc_auc_score(two, score))
    for pos_label in ("a", "b"):
        every = {"pos_label": pos_label}
        equal(
            npm.average_precision(two, score, **every),
            sk.average_precision_score(two, score, **every),
        )
        equal(npm.brier_score(two, score, **every), sk.brier_score_loss(two, score, **every))


def test_larger_of_two_other_numbers_is_positive():
    true, prob = np.array([2, 3, 3, 2]), np.array([0.25, 0.75, 0.5, 0.875])
    equal(npm.brier_score(true, prob), sk.brier_score_loss(true, prob))
    equal(npm.log_loss(true, prob), sk.log_loss(true, prob))
    equal(npm.roc_auc(true, prob), sk.roc_auc_score(true, prob))


def _multiclass_cases():
    rng = np.random.default_rng(6)
    for n, k in [(3, 3), (60, 5)]:
        true = np.concatenate([np.arange(k), rng.integers(0, k, n - k)])
        prob = rng.dirichlet(np.ones(k), n)
        yield f"random n={n} k={k}", true, prob, None
        yield f"class 1 absent n={n} k={k}", np.where(true == 1, 0, true), prob, np.arange(k)
        rounded = np.round(prob * 4) + 0.25
        yield f"ties n={n} k={k}", true, rounded / rounded.sum(axis=1, keepdims=True), None
        yield f"strings n={n} k={k}", np.array(list("abcdefg"))[true], prob, list("abcdefg")[:k]
        yield f"only class 2 n={n} k={k}", np.full(n, 2), prob, np.arange(k)
        yield f"two of them n={n} k={k}", true % 2, prob, np.arange(k)
    yield "certain and right", np.arange(3), np.eye(3), None
    yield "certain and wrong", np.arange(3), np.eye(3)[::-1], None
    yield "negative ids", np.arange(3) - 7, np.full((3, 3), 1 / 3), None


MULTICLASS = {name: (true, prob, labels) for name, true, prob, labels in _multiclass_cases()}


@pytest.mark.parametrize("case", MULTICLASS)
def test_multiclass_probability_metrics_equal_sklearn(case):
    true, prob, labels = MULTICLASS[case]
    for w in weights_of(len(true)):
        every = {"labels": labels, "sample_weight": w}
        equal(npm.log_loss(true, prob, **every), sk.log_loss(true, prob, **every))
        equal(
            npm.log_loss(true, prob, reduction="sum", **every),
            sk.log_loss(true, prob, normalize=False, **every),
        )
        equal(npm.brier_score(true, prob, **every), sk.brier_score_loss(true, prob, **every))
        for k in range(1, prob.shape[1] + 1):
            equal(
                npm.top_k_accuracy(true, prob, k=k, **every),
                sk.top_k_accuracy_score(true, prob, k=k, **every),
            )
        for average in ("macro", "weighted", "micro", None):
            areas = dict(every, average=average, multi_class="ovr")
            equal(npm.roc_auc(true, prob, **areas), sk.roc_auc_score(true, prob, **areas))
            if labels is None:
                area = {"average": average, "sample_weight": w}
                equal(
                    npm.average_precision(true, prob, **area),
                    sk.average_precision_score(true, prob, **area),
                )
    if len(np.unique(true)) > 1:
        for average in ("macro", "weighted"):
            areas = {"labels": labels, "average": average, "multi_class": "ovo"}
            equal(npm.roc_auc(true, prob, **areas), sk.roc_auc_score(true, prob, **areas))


@pytest.mark.parametrize("case", BINARY)
def test_binary_probability_metrics_equal_sklearn(case):
    true, score = BINARY[case]
    prob = np.clip(score.astype(np.float64), 0, 1)
    for w in weights_of(len(true)):
        equal(
            npm.brier_score(true, prob, sample_weight=w),
            sk.brier_score_loss(true, prob, sample_weight=w),
        )
        both = np.unique(true) if len(np.unique(true)) == 2 else [0, 1]
        every = {"labels": both, "sample_weight": w}
        equal(npm.log_loss(true, prob, **every), sk.log_loss(true, prob, **every))


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_log_loss_clips_probabilities_by_epsilon_of_their_dtype(dtype):
    true, prob = np.array([0, 1, 1, 0]), np.array([0, 0.5, 1, 1], dtype=dtype)
    ours, theirs = npm.log_loss(true, prob), sk.log_loss(true, prob)
    np.testing.assert_allclose(ours, theirs, rtol=4 * np.finfo(dtype).eps)


@pytest.mark.parametrize("shape", [(1,), (50,), (1, 3), (50, 3)])
def test_mean_squared_error_equals_sklearn(shape):
    rng = np.random.default_rng(9)
    true, pred = rng.normal(size=shape), rng.normal(size=shape)
    for w in weights_of(shape[0]):
        equal(
            npm.mean_squared_error(true, pred, sample_weight=w),
            sk.mean_squared_error(true, pred, sample_weight=w),
        )
