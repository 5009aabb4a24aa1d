"""Losses against plain Python, and what they refuse."""

import math
import re

import numpy as np
import pytest

from np_layers import (
    Sequential,
    Softmax,
    binary_cross_entropy,
    cross_entropy,
    huber,
    mean_absolute_error,
    mean_squared_error,
)


def reference_cross_entropy(logits, rows):
    """Σ_n −Σ_k t log p, by loops over Python floats."""
    total = 0.0
    for z, t in zip(logits.tolist(), rows.tolist(), strict=True):
        top = max(z)
        log_sum = top + math.log(sum(math.exp(v - top) for v in z))
        total -= sum(tk * (zk - log_sum) for tk, zk in zip(t, z, strict=True) if tk > 0)
    return total


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_cross_entropy_against_loops(smoothing):
    rng = np.random.default_rng(0)
    logits, ids = 5 * rng.normal(size=(7, 4)), rng.integers(0, 4, 7)
    rows = (1 - smoothing) * np.eye(4)[ids] + smoothing / 4
    for targets in [ids, np.eye(4)[ids], np.eye(4, dtype=np.uint8)[ids]]:
        loss, _ = cross_entropy(logits, targets, label_smoothing=smoothing)
        assert loss == pytest.approx(reference_cross_entropy(logits, rows) / 7, rel=1e-12)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_cross_entropy_of_many_classes_keeps_its_digits(smoothing):
    rng = np.random.default_rng(3)
    z, ids = rng.normal(size=(3, 200_000)).astype(np.float32), np.array([0, 5, 199_999])
    loss, grad = cross_entropy(z, ids, label_smoothing=smoothing)
    expected, expected_grad = cross_entropy(z.astype(float), ids, label_smoothing=smoothing)
    assert loss == pytest.approx(expected, rel=1e-6)
    np.testing.assert_allclose(grad, expected_grad, rtol=2e-6, atol=1e-12)


def test_cross_entropy_of_impossible_classes():
    z = np.array([[1.0, -np.inf, 1.0], [-np.inf, 5.0, -np.inf]])
    for targets in [np.array([0, 1]), np.eye(3)[[0, 1]]]:
        loss, grad = cross_entropy(z, targets)
        assert loss == pytest.approx(math.log(2) / 2)
        np.testing.assert_allclose(grad, [[-0.25, 0, 0.25], [0, 0, 0]])
    loss, grad = cross_entropy(z, np.array([1, 1]), reduction="sum")
    assert loss == math.inf
    np.testing.assert_allclose(grad, [[0.5, -1, 0.5], [0, 0, 0]])


def test_cross_entropy_of_equal_and_extreme_logits():
    for size in [0, 1e4, -1e4]:
        loss, grad = cross_entropy(np.full((2, 5), size), np.array([1, 4]))
        assert loss == pytest.approx(math.log(5), rel=1e-12)
        np.testing.assert_allclose(grad.sum(axis=1), 0, atol=1e-15)
    assert cross_entropy(np.array([[1e4, -1e4]]), np.array([1]))[0] == 2e4
    assert cross_entropy(np.array([[1e4, -1e4]]), np.array([0]))[0] == 0


def test_cross_entropy_keeps_nan_in_its_row():
    loss, grad = cross_entropy(np.array([[np.nan, 0.0], [0.0, 0.0]]), np.array([0, 0]))
    assert math.isnan(loss)
    assert np.isnan(grad[0]).all()
    assert np.isfinite(grad[1]).all()


def test_binary_cross_entropy_agrees_with_its_definition():
    z, t = np.array([[-2.0, 0.5], [3.0, 0.0]]), np.array([[0.0, 0.3], [1.0, 1.0]])
    p = 1 / (1 + np.exp(-z))
    expected = np.mean(-t * np.log(p) - (1 - t) * np.log(1 - p))
    loss, grad = binary_cross_entropy(z, t)
    assert loss == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(grad, (p - t) / 4, rtol=1e-12)
    assert binary_cross_entropy(np.array([1e4]), np.array([1.0]))[0] == 0
    assert binary_cross_entropy(np.array([1e4]), np.array([0.0]))[0] == 1e4
    assert binary_cross_entropy(np.array([-1e4]), np.array([1.0]))[0] == 1e4


def test_class_weights_by_hand():
    # p = 1/2 for every class, so each row's loss is w[y] log 2.
    z, ids, w = np.zeros((3, 2)), np.array([0, 0, 1]), [1.0, 4.0]
    terms, grad = cross_entropy(z, ids, class_weights=w, reduction="none")
    np.testing.assert_allclose(terms, np.log(2) * np.array([1, 1, 4]))
    np.testing.assert_allclose(grad, [[-0.5, 0.5], [-0.5, 0.5], [2, -2]])
    loss, grad = cross_entropy(z, ids, class_weights=w)
    assert loss == pytest.approx(math.log(2))  # 6 log 2 / (1 + 1 + 4)
    np.testing.assert_allclose(grad, np.array([[-0.5, 0.5], [-0.5, 0.5], [2, -2]]) / 6)
    loss, grad = cross_entropy(z, np.eye(2)[ids], class_weights=w)
    assert loss == pytest.approx(6 * math.log(2) / 3)
    assert cross_entropy(z, ids, class_weights=[0, 0])[0] == 0


def test_class_weight_zero_ignores_a_class_with_impossible_logits():
    z = np.array([[0.0, -np.inf], [0.0, 0.0]])
    loss, grad = cross_entropy(z, np.array([1, 0]), class_weights=[1, 0])
    assert loss == pytest.approx(math.log(2))
    np.testing.assert_allclose(grad, [[0, 0], [-0.5, 0.5]])


def test_pos_weight_counts_yes_answers_more():
    loss, grad = binary_cross_entropy(np.zeros(2), np.array([1, 0]), pos_weight=3)
    assert loss == pytest.approx((3 + 1) * math.log(2) / 2)
    np.testing.assert_allclose(grad, [-0.75, 0.25])
    assert binary_cross_entropy(np.array([-1e4]), np.array([1.0]), pos_weight=3)[0] == 3e4


def test_huber_and_absolute_error_by_hand():
    y, t = np.array([0.0, 0.5, -3.0, 2.0]), np.zeros(4)
    terms, grad = huber(y, t, delta=2, reduction="none")
    np.testing.assert_array_equal(terms, [0, 0.125, 2 * 3 - 2, 2])
    np.testing.assert_array_equal(grad, [0, 0.5, -2, 2])
    assert huber(np.array([1e30], np.float32), t[:1])[0] == pytest.approx(1e30)
    loss, grad = mean_absolute_error(y, t)
    assert loss == 5.5 / 4
    np.testing.assert_array_equal(grad, [0, 0.25, -0.25, 0.25])


@pytest.mark.parametrize(
    ("loss", "options", "message"),
    [
        (cross_entropy, {"class_weights": [1, 2, 3]}, "must have shape (4,), got (3,)"),
        (cross_entropy, {"class_weights": [1, 2, 3, -1]}, "must be finite and not negative, got"),
        (binary_cross_entropy, {"pos_weight": [1, 2, 3]}, "must have shape (3, 4), got (3,)"),
        (binary_cross_entropy, {"pos_weight": np.nan}, "must be finite and not negative, got nan"),
        (huber, {"delta": 0}, "delta must be positive and finite, got 0"),
    ],
)
def test_wrong_options_are_rejected(loss, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        loss(Z, np.eye(3, 4), **options)


def test_mean_squared_error_takes_class_ids_as_one_hot_rows():
    y, ids = np.random.default_rng(0).normal(size=(3, 4)), np.array([1, 0, 3])
    by_ids = mean_squared_error(y, ids)
    by_rows = mean_squared_error(y, np.eye(4)[ids])
    assert by_ids[0] == by_rows[0]
    np.testing.assert_array_equal(by_ids[1], by_rows[1])


def test_gradient_is_a_new_array():
    y = np.zeros((2, 2))
    for loss in [
        cross_entropy,
        mean_squared_error,
        mean_absolute_error,
        huber,
        binary_cross_entropy,
    ]:
        grads = [loss(y, np.eye(2))[1] for _ in range(2)]
        assert not np.shares_memory(grads[0], grads[1])
        assert not np.shares_memory(grads[0], y)


Z = np.zeros((3, 4))


@pytest.mark.parametrize(
    ("loss", "z", "t", "kind", "message"),
    [
        (cross_entropy, Z, [0, 4, 9], ValueError, "0 … 3, got 4 in row 1; the last layer"),
        (cross_entropy, Z, [0, 1, -1], ValueError, "must be 0 … 3, got -1 in row 2"),
        (cross_entropy, Z, [1, 2, 4], ValueError, "0 … 3, got 1 … 4; subtract 1: targets - 1"),
        (cross_entropy, Z, [1, 2, 5], ValueError, "must be 0 … 3, got 5 in row 2; the last layer"),
        (mean_squared_error, Z, [1, 2, 4], ValueError, "got 1 … 4; subtract 1: targets - 1"),
        (mean_squared_error, Z[:, :2], np.zeros((2, 3)), ValueError, "shape (3, 2), got (2, 3)$"),
        (cross_entropy, Z, [0.0, 1.0, 2.0], TypeError, "float64; use targets.astype(int)"),
        (cross_entropy, Z, [0, 1], ValueError, "must have shape (3,) or (3, 4), got (2,)"),
        (cross_entropy, Z, [[0], [1], [2]], ValueError, "(3, 4), got (3, 1); targets[:, 0]"),
        (cross_entropy, Z[0], [0, 1, 2, 3], ValueError, "shape (batch, classes), got (4,)$"),
        (cross_entropy, Z[None], [0], ValueError, "got (1, 3, 4); put Flatten() before the last"),
        (cross_entropy, Z, np.full((3, 4), 0.5), ValueError, "[0.5, 0.5, 0.5, 0.5] in row 0"),
        (cross_entropy, Z, [[1, 0, 0, 0], [2, -1, 0, 0], [1, 0, 0, 0]], ValueError, "in row 1"),
        (cross_entropy, Z, np.full((3, 4), np.nan), ValueError, "in row 0"),
        (cross_entropy, Z, np.full((3, 4), "a"), TypeError, "must be numbers, got dtype <U1"),
        (mean_squared_error, Z, [0, 1, 4], ValueError, "must be 0 … 3, got 4 in row 2"),
        (mean_squared_error, Z[:, :1], np.zeros(3), ValueError, "targets.reshape(3, 1) may be"),
        (mean_squared_error, Z, np.zeros((3, 1)), ValueError, "shape (3, 4), got (3, 1)"),
        (binary_cross_entropy, Z, np.full((3, 4), 1.5), ValueError, "in [0, 1], got 1.5 in row 0"),
        (binary_cross_entropy, Z[0], [0, 0, np.nan, 0], ValueError, "got nan in row 2"),
        (binary_cross_entropy, Z[:, :1], [0, 1, 1], ValueError, "targets.reshape(3, 1)"),
        (cross_entropy, Z.astype(str), [0, 1, 2], TypeError, "logits must be real numbers, got"),
        (cross_entropy, Z * 1j, [0, 1, 2], TypeError, "real numbers, got an array of dtype comp"),
        (mean_squared_error, Z[0], [None] * 4, TypeError, "targets must be real numbers, got"),
        (binary_cross_entropy, Z * 1j, Z, TypeError, "logits must be real numbers, got"),
        (mean_squared_error, Z * 1j, Z, TypeError, "predictions must be real numbers, got"),
        (binary_cross_entropy, Z, Z * 1j, TypeError, "targets must be real numbers, got"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_rejected(loss, z, t, kind, message):
    pattern = re.escape(message.removesuffix("$")) + "$" * message.endswith("$")
    with pytest.raises(kind, match=pattern):
        loss(z, np.array(t))


@pytest.mark.parametrize("smoothing", [-0.1, 1.0, np.nan])
def test_wrong_label_smoothing_is_rejected(smoothing):
    with pytest.raises(ValueError, match=re.escape("label_smoothing must be in [0, 1)")):
        cross_entropy(Z, np.array([0, 1, 2]), label_smoothing=smoothing)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_warns_about_a_softmax_layer(dtype):
    z = np.random.default_rng(0).normal(size=(20, 4)).astype(dtype)
    layers = [Softmax()]
    model = Sequential(layers, input_shape=4, rng=np.random.default_rng(0), dtype=dtype)
    with pytest.warns(UserWarning, match="got rows of probabilities; leave out the Softmax layer"):
        cross_entropy(model(z), np.zeros(20, int))


@pytest.mark.parametrize(
    "z",
    [
        np.zeros((4, 3)),
        np.full((4, 3), 0.5),
        np.eye(3),  # exact one-hot rows, as tests and toy examples use them
        np.array([[0.3, 0.7]]),  # one row may have sum 1 by accident
        np.ones((4, 1)),
        np.random.default_rng(0).normal(size=(4, 3)),
        np.random.default_rng(0).random(size=(4, 3)),
        np.log(np.random.default_rng(0).dirichlet(np.ones(3), 4)),
        np.zeros((0, 3)),
    ],
    ids=str,
)
def test_cross_entropy_does_not_warn_about_logits(z):
    cross_entropy(z, np.zeros(len(z), int))  # a warning would be an error here
