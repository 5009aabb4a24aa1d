"""Tests of Mean and ConfusionMatrix: parts that are merged in any order equal the whole."""

import pickle
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import np_metrics as npm

finite = st.floats(allow_nan=False, allow_infinity=False)


def exact_mean(values, weights=None):
    weights = weights or [1.0] * len(values)
    total = sum(Fraction(v) * Fraction(w) for v, w in zip(values, weights, strict=True))
    return float(total / sum(map(Fraction, weights)))


@settings(max_examples=200, deadline=None)
@given(st.lists(finite, min_size=1, max_size=30), st.integers(0, 30), st.randoms())
def test_mean_is_exact_for_any_order_and_split(values, cut, random):
    whole = npm.Mean().update(values).value()
    assert whole == exact_mean(values)
    shuffled = random.sample(values, len(values))
    first, second = npm.Mean(), npm.Mean()
    for value in shuffled[:cut]:
        first.update(value)
    if shuffled[cut:]:
        second.update(shuffled[cut:])
    assert first.merge(second).value() == whole


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(finite, st.floats(0.0, 1e300)), min_size=1, max_size=20), st.randoms())
def test_weighted_mean_is_exact_for_any_order_and_split(pairs, random):
    pairs = [*pairs, (0.5, 1.0)]
    values, weights = zip(*pairs, strict=True)
    whole = npm.Mean().update(values, sample_weight=weights).value()
    assert whole == exact_mean(values, weights)
    parts = npm.Mean()
    for value, weight in random.sample(pairs, len(pairs)):
        parts = npm.Mean().update(value, sample_weight=weight).merge(parts)
    assert parts.value() == whole


def test_mean_is_exact_for_smallest_and_largest_numbers():
    least, most = 5e-324, 1.7976931348623157e308
    assert npm.Mean().update([least] * 3).value() == least
    assert npm.Mean().update([most] * 1000).value() == most
    assert npm.Mean().update([most, -most, 3.0]).value() == 1.0
    assert npm.Mean().update([1e16, 1.0, -1e16]).value() == 1 / 3
    assert npm.Mean().update(np.full(3, 0.1, dtype=np.float32)).value() == float(np.float32(0.1))
    assert npm.Mean().update(np.array([1, 2, 4])).value() == 7 / 3


def test_mean_of_many_numbers_does_not_overflow_int64():
    values = 1 + np.random.default_rng(0).random(20_000)
    assert npm.Mean().update(values).value() == exact_mean(values.tolist())


def test_integer_weights_of_mean_equal_repeated_numbers():
    weighted = npm.Mean().update([0.1, 0.7], sample_weight=[3, 2]).value()
    assert weighted == npm.Mean().update([0.1] * 3 + [0.7] * 2).value()


def test_part_of_mean_may_have_weight_zero():
    weights = [0.0, 0.0, 2.0, 1.0]
    whole = npm.Mean().update([0.1, 0.2, 0.3, 0.4], sample_weight=weights)
    first = npm.Mean().update([0.1, 0.2], sample_weight=weights[:2])
    second = npm.Mean().update([0.3, 0.4], sample_weight=weights[2:])
    with pytest.raises(
        RuntimeError, match=re.escape("value() needs a number with weight, got none")
    ):
        first.value()
    assert first.merge(second).value() == whole.value()


def test_streaming_objects_can_be_pickled():
    mean = npm.Mean().update([0.1, 0.7], sample_weight=[3, 2])
    matrix = npm.ConfusionMatrix(3).update([0, 1, 2], [0, 1, 1])
    assert pickle.loads(pickle.dumps(mean)).value() == mean.value()  # noqa: S301
    other = pickle.loads(pickle.dumps(matrix))  # noqa: S301
    np.testing.assert_array_equal(other.merge(matrix).value(), 2 * matrix.value())


def test_repr_shows_content_of_streaming_objects():
    assert repr(npm.Mean()) == "Mean: no number yet"
    assert repr(npm.Mean().update([1.0, 2.0])) == "Mean: 1.5"
    matrix = npm.ConfusionMatrix(2)
    assert repr(matrix) == "ConfusionMatrix(2): 0 samples"
    matrix.update([0, 1, 1], [0, 1, 0])
    assert repr(matrix) == "ConfusionMatrix(2): 3 samples, accuracy 0.6667"


@pytest.mark.parametrize("score", ["accuracy", "precision", "recall", "f1"])
def test_score_of_empty_matrix_raises(score):
    message = f"{score}() needs a sample, got none; call update() first"
    with pytest.raises(RuntimeError, match=re.escape(message)):
        getattr(npm.ConfusionMatrix(3), score)()


def test_mean_rejects_bad_arguments():
    with pytest.raises(
        RuntimeError, match=re.escape("value() needs a number with weight, got none")
    ):
        npm.Mean().value()
    with pytest.raises(ValueError, match=re.escape("must be finite and not negative, got -1")):
        npm.Mean().update([1.0], sample_weight=-1)
    with pytest.raises(ValueError, match=re.escape("values must be finite, got nan at index (1,)")):
        npm.Mean().update([1.0, np.nan])
    with pytest.raises(ValueError, match=re.escape("values must hold at least one number")):
        npm.Mean().update([])
    with pytest.raises(TypeError, match=re.escape("values must hold real numbers, got dtype")):
        npm.Mean().update(["a"])
    with pytest.raises(ValueError, match=re.escape("sample_weight must have shape (2,), got (1,)")):
        npm.Mean().update([1.0, 2.0], sample_weight=3)


def test_rejected_update_changes_nothing():
    mean, matrix = npm.Mean().update(2.0), npm.ConfusionMatrix(2).update([0], [1])
    with pytest.raises(ValueError, match=re.escape("must be finite")):
        mean.update([1.0, np.inf])
    with pytest.raises(ValueError, match=re.escape("must lie in")):
        matrix.update([0, 1], [0, 2])
    assert mean.value() == 2.0
    np.testing.assert_array_equal(matrix.value(), [[0, 1], [0, 0]])


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2), st.data())
def test_merged_matrices_equal_matrix_of_whole(pairs, data):
    true, pred = map(list, zip(*pairs, strict=True))
    cut = data.draw(st.integers(1, len(pairs) - 1))
    first = npm.ConfusionMatrix(4).update(true[:cut], pred[:cut])
    second = npm.ConfusionMatrix(4).update(true[cut:], pred[cut:])
    whole = npm.confusion_matrix(true, pred, labels=range(4))
    np.testing.assert_array_equal(second.merge(first).value(), whole)
    np.testing.assert_array_equal(
        first.value(), npm.confusion_matrix(true[:cut], pred[:cut], labels=range(4))
    )  # the other is left as it is


@pytest.mark.parametrize("dtype", ["u1", "i1", "i8", "u8", "f4", "?"])
@pytest.mark.parametrize("average", ["macro", "micro", "weighted", None])
def test_scores_of_matrix_equal_scores_of_samples(average, dtype):
    true, pred = np.random.default_rng(3).integers(0, 2, (2, 50)).astype(dtype)
    matrix = npm.ConfusionMatrix(7).update(true, pred)
    assert matrix.accuracy() == npm.accuracy(true, pred)
    for name in ("precision", "recall", "f1"):
        for zero_division in (0, 1, np.nan):
            options = {"average": average, "zero_division": zero_division}
            np.testing.assert_array_equal(
                getattr(matrix, name)(**options),
                getattr(npm, name)(true, pred, labels=range(7), **options),
            )


def test_value_of_matrix_is_a_copy():
    matrix = npm.ConfusionMatrix(2).update([0, 1], [0, 1])
    matrix.value()[:] = 9
    assert matrix.accuracy() == 1.0
    assert matrix.value().dtype == np.int64


def test_matrix_rejects_bad_arguments():
    matrix = npm.ConfusionMatrix(3)
    for true, pred, message in (
        ([0, 3], [0, 1], "y_true must lie in [0, 3), got 3"),
        ([0, 1], [0, -1], "y_pred must lie in [0, 3), got -1"),
        ([0, 2**40], [0, 1], "y_true must lie in [0, 3), got 1099511627776"),
        (np.array([2**64 - 1], "u8"), [0], f"y_true must lie in [0, 3), got {2**64 - 1}"),
        ([0, 1], [0], "y_true and y_pred must describe the same samples"),
    ):
        with pytest.raises(ValueError, match=re.escape(message)):
            matrix.update(true, pred)
    with pytest.raises(TypeError, match=re.escape("y_true must hold integer class ids")):
        matrix.update(["a"], ["b"])
    with pytest.raises(ValueError, match=re.escape("num_classes must be at least 1, got 0")):
        npm.ConfusionMatrix(0)
    with pytest.raises(TypeError, match=re.escape("num_classes must be an integer, got 2.0")):
        npm.ConfusionMatrix(2.0)
    with pytest.raises(ValueError, match=re.escape("other must have num_classes=3, got 4")):
        matrix.merge(npm.ConfusionMatrix(4))
    with pytest.raises(ValueError, match=re.escape("average must be one of 'macro', 'micro'")):
        matrix.f1(average="binary")
    assert not matrix.value().any()
