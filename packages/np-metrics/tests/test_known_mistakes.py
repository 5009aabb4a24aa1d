"""Known mistakes in metrics: each wrong formula gives another number here."""

import math

import numpy as np
import pytest

import np_metrics as npm

TRUE = np.array([0, 0, 1, 3, 3, 3])
PRED = np.array([0, 1, 1, 3, 3, 0])  # class 2 does not occur at all


def per_present_class(true, pred):
    """The defective form: an entry for each label that happens to be present in ``true``."""
    return np.array([np.mean(pred[true == c] == c) for c in np.unique(true)])


def test_per_class_metrics_are_indexed_by_class_id():
    defective = per_present_class(TRUE, PRED)
    assert defective[2] == pytest.approx(2 / 3)  # that is class 3
    ours = npm.recall(TRUE, PRED, labels=range(4), average=None)
    np.testing.assert_allclose(ours, [1 / 2, 1, 0, 2 / 3])
    assert npm.confusion_matrix(TRUE, PRED, labels=range(4)).shape == (4, 4)
    matrix = npm.ConfusionMatrix(4).update(TRUE, PRED)
    np.testing.assert_allclose(matrix.recall(average=None), ours)


def test_per_class_metrics_keep_shape_when_batch_lacks_a_class():
    rng = np.random.default_rng(0)
    for _ in range(20):
        true, pred = rng.integers(0, 10, (2, 6))
        for metric in (npm.precision, npm.recall, npm.f1):
            values = metric(true, pred, labels=range(10), average=None)
            assert values.shape == (10,)
            for c in range(10):
                assert values[c] == metric(true == c, pred == c, average="binary")


def test_macro_average_includes_class_that_is_only_predicted():
    true, pred = np.array([0, 0, 1]), np.array([0, 2, 1])
    assert per_present_class(true, pred).mean() == 0.75
    assert npm.recall(true, pred) == 0.5


def test_log_loss_uses_logarithm_of_prediction():
    prob, one_hot = np.array([[0.5, 0.5], [0.25, 0.75]]), np.eye(2)
    swapped = -np.mean(np.sum(prob * np.log(one_hot + 1e-12), axis=1))
    assert swapped > 5
    assert npm.log_loss([0, 1], prob) == pytest.approx(-(math.log(0.5) + math.log(0.75)) / 2)


def test_mean_squared_error_averages_over_samples_and_outputs():
    true, pred = np.zeros((4, 3)), np.full((4, 3), 2.0)
    assert npm.mean_squared_error(true, pred) == 4.0  # not halved, not summed over outputs


def test_macro_f1_is_mean_of_f1_per_class():
    true, pred = [0, 0, 0, 1], [0, 1, 1, 1]
    p, r = npm.precision(true, pred), npm.recall(true, pred)
    assert npm.f1(true, pred) == pytest.approx((1 / 2 + 1 / 2) / 2)
    assert 2 * p * r / (p + r) == pytest.approx(2 / 3)


def test_confusion_matrix_of_uint8_labels_does_not_overflow():
    true, pred = np.array([0, 2, 127], dtype=np.uint8), np.array([4, 4, 127], dtype=np.uint8)
    wrapped = true * np.uint8(128) + pred
    assert wrapped[0] == wrapped[1]  # two pairs in one place
    matrix = npm.confusion_matrix(true, pred, labels=range(128))
    assert matrix[0, 4] == matrix[2, 4] == matrix[127, 127] == 1
    matrix = npm.ConfusionMatrix(128).update(true.view(np.int8), pred.view(np.int8)).value()
    assert matrix[0, 4] == matrix[2, 4] == matrix[127, 127] == 1
