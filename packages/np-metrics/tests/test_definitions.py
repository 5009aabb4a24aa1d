"""Metrics against hand-worked numbers and against their definitions in plain Python."""

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import np_metrics as npm

# 2 cats, 3 dogs, 1 owl; one dog was taken for a cat, the owl for a dog
TRUE = ["cat", "cat", "dog", "dog", "dog", "owl"]
PRED = ["cat", "cat", "cat", "dog", "dog", "dog"]


def test_label_metrics_equal_numbers_worked_by_hand():
    assert npm.accuracy(TRUE, PRED) == pytest.approx(4 / 6)
    np.testing.assert_array_equal(
        npm.confusion_matrix(TRUE, PRED), [[2, 0, 0], [1, 2, 0], [0, 1, 0]]
    )
    np.testing.assert_allclose(npm.precision(TRUE, PRED, average=None), [2 / 3, 2 / 3, 0])
    np.testing.assert_allclose(npm.recall(TRUE, PRED, average=None), [1, 2 / 3, 0])
    np.testing.assert_allclose(npm.f1(TRUE, PRED, average=None), [4 / 5, 2 / 3, 0])
    assert npm.f1(TRUE, PRED) == pytest.approx((4 / 5 + 2 / 3) / 3)
    assert npm.f1(TRUE, PRED, average="weighted") == pytest.approx((2 * 4 / 5 + 3 * 2 / 3) / 6)
    assert npm.f1(TRUE, PRED, average="micro") == pytest.approx(4 / 6)
    assert npm.precision(TRUE, PRED, zero_division=1) == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
    assert npm.fbeta(TRUE, PRED, beta=2, average=None)[0] == pytest.approx(5 * 2 / (4 * 2 + 3))
    assert npm.balanced_accuracy(TRUE, PRED) == pytest.approx((1 + 2 / 3 + 0) / 3)
    # 4 of 6 agree; chance agrees in 2/6 · 3/6 + 3/6 · 3/6 = 15/36
    assert npm.cohen_kappa(TRUE, PRED) == pytest.approx((4 / 6 - 15 / 36) / (1 - 15 / 36))
    # covariances times 36: 4·6 - (2·3 + 3·3), 36 - (9 + 9), 36 - (4 + 9 + 1)
    assert npm.matthews_corrcoef(TRUE, PRED) == pytest.approx(9 / math.sqrt(18 * 22))


def test_precision_of_class_without_predictions_equals_zero_division():
    for value in (0, 1, math.nan):
        ratio = npm.precision(TRUE, PRED, labels=["owl"], average=None, zero_division=value)
        np.testing.assert_array_equal(ratio, [value])
    assert npm.precision(TRUE, PRED, zero_division=math.nan) == pytest.approx(2 / 3)
    assert math.isnan(npm.f1([0], [0], labels=[5], zero_division=math.nan))


def test_probability_metrics_equal_numbers_worked_by_hand():
    prob = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.5, 0.25, 0.25], [0.25, 0.25, 0.5]]
    true = [0, 1, 2, 2]
    assert npm.log_loss(true, prob) == pytest.approx(
        -(math.log(0.7) + math.log(0.6) + math.log(0.25) + math.log(0.5)) / 4
    )
    assert npm.brier_score(true, prob) == pytest.approx(
        (0.09 + 0.04 + 0.01 + 0.01 + 0.16 + 0.09 + 0.25 + 0.0625 + 0.5625 + 0.0625 + 0.0625 + 0.25)
        / 4
    )
    assert npm.top_k_accuracy(true, prob, k=1) == 0.75
    assert npm.top_k_accuracy(true, prob, k=2) == 1.0  # of equal scores the right one comes first
    assert (
        npm.top_k_accuracy([2, 1], [[0.5, 0.25, 0.25], [0.5, 0.25, 0.25]], k=2, labels=range(3))
        == 0.5
    )
    # five bins: 0.5 and 0.5 and 0.6 fall into (0.4, 0.6], 0.7 into (0.6, 0.8]
    assert npm.expected_calibration_error(true, prob, n_bins=5) == pytest.approx(
        3 / 4 * abs(2 / 3 - 1.6 / 3) + 1 / 4 * abs(1 - 0.7)
    )
    assert npm.log_loss([0, 1], [0.0, 1.0]) == pytest.approx(0, abs=1e-15)
    assert npm.log_loss([0, 1], [1.0, 0.0]) == pytest.approx(52 * math.log(2))
    assert npm.brier_score([0, 1, 1], [0.25, 0.75, 0.5]) == pytest.approx((0.125 + 0.25) / 3)
    assert npm.mean_squared_error([[0, 0], [1, 1]], [[1, 3], [1, 1]]) == 2.5


def test_areas_equal_numbers_worked_by_hand():
    # positives 0.9 and 0.4, negatives 0.5 and 0.4: of four pairs two are won, one is tied
    true, score = [1, 1, 0, 0], [0.9, 0.4, 0.5, 0.4]
    assert npm.roc_auc(true, score) == 2.5 / 4
    # thresholds 0.9: 1 of 1; 0.5: 1 of 2; 0.4: 2 of 4
    assert npm.average_precision(true, score) == 1 / 2 * 1 + 0 + 1 / 2 * 2 / 4


def test_roc_auc_is_exact_for_weights_of_very_different_size():
    score = [0.9, 0.4, 0.5, 0.3]  # three of four pairs are won, whatever a whole class weighs
    for heavy, light in ((1e30, 1e-30), (1e-30, 1e30), (1e-30, 1e-30), (1e30, 1e30)):
        weights = [heavy, heavy, light, light]
        assert npm.roc_auc([1, 1, 0, 0], score, sample_weight=weights) == 3 / 4


def count(true, pred, of_true, of_pred):
    return sum(1 for t, p in zip(true, pred, strict=True) if t in of_true and p in of_pred)


labels = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(labels)
def test_precision_recall_f1_equal_definition(pairs):
    true, pred = zip(*pairs, strict=True)
    classes = sorted({*true, *pred})
    ratios = []
    for c in classes:
        hit, actual = count(true, pred, {c}, {c}), true.count(c)
        predicted = pred.count(c)
        p = Fraction(hit, predicted) if predicted else Fraction(0)
        r = Fraction(hit, actual) if actual else Fraction(0)
        ratios.append((p, r, 2 * p * r / (p + r) if p + r else Fraction(0), actual))
    for metric, column in ((npm.precision, 0), (npm.recall, 1), (npm.f1, 2)):
        values = [float(row[column]) for row in ratios]
        np.testing.assert_allclose(metric(true, pred, average=None), values, atol=1e-15)
        assert metric(true, pred) == pytest.approx(sum(values) / len(values))
        weighted = sum(float(row[column]) * row[3] for row in ratios) / len(true)
        assert metric(true, pred, average="weighted") == pytest.approx(weighted)
        assert metric(true, pred, average="micro") == pytest.approx(npm.accuracy(true, pred))
    table = [[count(true, pred, {a}, {b}) for b in range(5)] for a in range(5)]
    np.testing.assert_array_equal(npm.confusion_matrix(true, pred, labels=range(5)), table)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(-4, 4)), min_size=2, max_size=30))
def test_areas_equal_definition(pairs):
    true, score = zip(*pairs, strict=True)
    positive = [s for t, s in pairs if t]
    negative = [s for t, s in pairs if not t]
    if positive and negative:
        wins = sum((p > n) + (p == n) / 2 for p, n in product(positive, negative))
        assert npm.roc_auc(true, score) == pytest.approx(wins / len(positive) / len(negative))
    found, area = 0, 0.0
    for threshold in sorted(set(score), reverse=True):
        above = [t for t, s in pairs if s >= threshold]
        area += (sum(above) - found) * sum(above) / len(above)
        found = sum(above)
    assert npm.average_precision(true, score) == pytest.approx(area / found if found else 0.0)


def test_matthews_equals_correlation_of_two_binary_columns():
    rng = np.random.default_rng(1)
    true, pred = rng.integers(0, 2, (2, 300))
    assert npm.matthews_corrcoef(true, pred) == pytest.approx(np.corrcoef(true, pred)[0, 1])


def test_matthews_of_single_class_is_zero_for_any_weights():
    rng = np.random.default_rng(1)
    ids, w = rng.permutation(np.arange(2000) % 400), rng.random(2000)
    one = np.zeros(2000, int)
    assert npm.matthews_corrcoef(one, ids, sample_weight=w) == 0
    assert npm.matthews_corrcoef(ids, one, sample_weight=w) == 0
    assert npm.matthews_corrcoef([0, 0, 0], [0, 100, 200], sample_weight=[0.1, 0.2, 0.3]) == 0
    one[0], w[0] = 1, 1e-30  # a second class that is lost in rounding
    assert npm.matthews_corrcoef(one, ids, sample_weight=w) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("kind", [int, np.uint8, np.int8, np.float16, np.float32, np.longdouble])
def test_fbeta_does_not_depend_on_type_of_beta(kind):
    for beta in (0, 1, 2, 20, 100):
        values = npm.fbeta(TRUE, PRED, beta=kind(beta), average=None)
        assert values.tolist() == npm.fbeta(TRUE, PRED, beta=float(beta), average=None).tolist()


@pytest.mark.parametrize("beta", [1e10, 10**10, 1e200, np.float32(1e30), math.inf])
def test_fbeta_of_huge_beta_equals_recall(beta):
    assert npm.fbeta(TRUE, PRED, beta=beta) == npm.recall(TRUE, PRED)


@pytest.mark.parametrize(("kind", "power"), [("linear", 1), ("quadratic", 2)])
def test_weighted_kappa_equals_definition(kind, power):
    rng = np.random.default_rng(2)
    first, second = rng.integers(0, 4, (2, 80)).tolist()
    seen = sum(abs(a - b) ** power for a, b in zip(first, second, strict=True)) / 80
    by_chance = sum(abs(a - b) ** power for a, b in product(first, second)) / 80**2
    kappa = npm.cohen_kappa(first, second, weights=kind)
    assert kappa == pytest.approx(1 - seen / by_chance)


@pytest.mark.parametrize("n_bins", [1, 2, 10, 15, 100])
@pytest.mark.parametrize("weighted", [False, True])
def test_calibration_equals_definition(n_bins, weighted):
    rng = np.random.default_rng(n_bins)
    prob = rng.dirichlet(np.full(4, 0.4), 300)
    prob[:3] = np.eye(4)[:3]
    true = [int(rng.choice(4, p=row)) for row in prob]
    w = rng.random(300).tolist() if weighted else [1.0] * 300
    error, total = 0.0, sum(w)
    for low, high in [(b / n_bins, (b + 1) / n_bins) for b in range(n_bins)]:
        inside = [i for i in range(300) if low < max(prob[i]) <= high]
        weight = sum(w[i] for i in inside)
        if weight:
            right = sum(w[i] for i in inside if max(prob[i]) == prob[i][true[i]]) / weight
            sure = sum(w[i] * max(prob[i]) for i in inside) / weight
            error += weight / total * abs(right - sure)
    every = {"n_bins": n_bins, "labels": range(4), "sample_weight": w if weighted else None}
    assert npm.expected_calibration_error(true, prob, **every) == pytest.approx(error, abs=1e-12)
    confidence, accuracy, counts = npm.calibration_curve(true, prob, **every)
    assert confidence.shape == accuracy.shape == counts.shape == (n_bins,)
    assert counts.sum() == pytest.approx(total)
    np.testing.assert_array_equal(np.isnan(confidence), counts == 0)
    np.testing.assert_array_equal(np.isnan(accuracy), counts == 0)
    gap = np.nansum(counts * np.abs(accuracy - confidence)) / total
    assert gap == pytest.approx(error, abs=1e-12)


def test_calibration_of_one_column_uses_larger_of_p_and_1_minus_p():
    flat = np.array([0.1, 0.4, 0.8, 0.65])
    both = np.stack([1 - flat, flat], axis=1)
    every = {"n_bins": 7}
    assert npm.expected_calibration_error([0, 1, 1, 0], flat, **every) == pytest.approx(
        npm.expected_calibration_error([0, 1, 1, 0], both, **every)
    )


def test_confidence_on_an_edge_belongs_to_the_bin_below():
    prob = [[0.6, 0.4], [0.5, 0.5], [0.7, 0.3]]
    confidence, _, counts = npm.calibration_curve([0, 0, 0], prob, n_bins=5, labels=[0, 1])
    assert counts.tolist() == [0, 0, 2, 1, 0]
    np.testing.assert_allclose(confidence, [np.nan, np.nan, 0.55, 0.7, np.nan])


def test_calibration_error_of_confidence_just_above_an_edge():
    # 0.1 + 0.2 is a little more than 0.3, so with 10 bins it lies in (0.3, 0.4].
    prob = [[0.1 + 0.2, 0.25, 0.25, 0.2], [0.28, 0.24, 0.24, 0.24]]
    error = npm.expected_calibration_error([1, 0], prob, n_bins=10, labels=range(4))
    assert error == pytest.approx((0.3 + 0.72) / 2)
    assert npm.calibration_curve([1, 0], prob, n_bins=10, labels=range(4)).counts[3] == 1
