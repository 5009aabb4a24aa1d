"""Splits, folds and one-hot rows: each row once, aligned, in exact proportions."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from np_data import kfold, one_hot, shuffle, train_val_split

SEEDS = st.integers(0, 2**40)


@given(
    n=st.integers(2, 200), f=st.floats(0.01, 0.99), seed=SEEDS, mix=st.booleans(), data=st.data()
)
def test_train_val_split_puts_each_row_into_one_part(n, f, seed, mix, data):
    if not 0 < round(n * f) < n:
        return
    classes = data.draw(st.none() | st.lists(st.integers(-3, 3), min_size=n, max_size=n))
    x, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    train, val = train_val_split(x, y, val_fraction=f, seed=seed, shuffle=mix, stratify=classes)
    assert len(val[0]) == round(n * f)
    assert sorted(np.concatenate([train[1], val[1]])) == list(range(n))
    for part in (train, val):
        assert (part[0][:, 0] == 2 * part[1]).all()
        assert mix or (np.diff(part[1]) > 0).all()
    if classes is not None:
        for k in set(classes):
            exact = classes.count(k) * f
            got = sum(classes[row] == k for row in val[1])
            assert abs(got - exact) < 1, (k, exact, got)


def test_train_val_split_depends_on_the_seed():
    x = np.arange(100)
    first, again, other = (
        train_val_split(x, val_fraction=0.3, seed=seed)[1][0] for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert (first != other).any()


def test_validation_rows_of_sorted_data_come_from_all_classes():
    """The last rows, unshuffled, would be rows of one class."""
    labels = np.repeat(np.arange(10), 100)
    (_,), (val,) = train_val_split(labels, val_fraction=0.1, seed=0)
    assert np.unique(val).size == 10
    (_,), (val,) = train_val_split(labels, val_fraction=0.1, seed=0, stratify=labels)
    assert np.bincount(val).tolist() == [10] * 10
    (train,), (val,) = train_val_split(labels, val_fraction=0.1, seed=0, shuffle=False)
    assert train[0] == 0
    assert set(val) == {9}


@given(n=st.integers(2, 60), k=st.integers(2, 60), seed=SEEDS, data=st.data())
def test_kfold_is_an_even_partition_in_total_and_per_class(n, k, seed, data):
    if k > n:
        return
    classes = data.draw(st.none() | st.lists(st.sampled_from("abc"), min_size=n, max_size=n))
    folds = kfold(n, k, seed=seed, stratify=classes)
    assert len(folds) == k
    assert sorted(np.concatenate([val for _, val in folds])) == list(range(n))
    for train, val in folds:
        assert sorted([*train, *val]) == list(range(n))
    sizes = [len(val) for _, val in folds]
    assert max(sizes) - min(sizes) <= 1
    for c in set(classes or ()):
        per_fold = [sum(classes[row] == c for row in val) for _, val in folds]
        assert max(per_fold) - min(per_fold) <= 1


def test_kfold_depends_on_the_seed():
    def rows(seed):
        return kfold(50, 5, seed=seed)[0][1].tolist()

    assert rows(1) == rows(1)
    assert rows(1) != rows(2)


def test_shuffle_keeps_rows_aligned_and_arguments_unchanged():
    x, y = np.arange(100).reshape(50, 2), np.arange(50)
    a, b = shuffle(x, y, rng=np.random.default_rng(3))
    assert (a[:, 0] == 2 * b).all()
    assert sorted(b) == list(range(50))
    assert (b != y).any()
    assert (y == np.arange(50)).all()
    (alone,) = shuffle(y, rng=np.random.default_rng(3))
    assert (alone == b).all()


@given(labels=st.lists(st.integers(0, 6), max_size=30))
def test_one_hot_equals_a_loop_over_labels(labels):
    rows = one_hot(np.array(labels, dtype=np.uint8), 7, dtype=np.float64)
    expected = np.array([[float(k == label) for k in range(7)] for label in labels])
    assert rows.shape == (len(labels), 7)
    assert rows.dtype == np.float64
    assert (rows == expected.reshape(-1, 7)).all()


def test_one_hot_infers_the_number_of_classes():
    assert (one_hot([2, 0, 3]) == one_hot([2, 0, 3], 4)).all()
    assert one_hot(np.array([255], np.uint8)).shape == (1, 256)


@pytest.mark.parametrize("stratify", [None, np.arange(40) % 4])
def test_val_fraction_may_be_a_number_of_rows(stratify):
    x = np.arange(40)
    for rows in (1, 8, np.int64(20), 39):
        _, (val,) = train_val_split(x, val_fraction=rows, seed=2, stratify=stratify)
        assert len(val) == rows
    share = train_val_split(x, val_fraction=0.2, seed=2, stratify=stratify)[1][0]
    count = train_val_split(x, val_fraction=8, seed=2, stratify=stratify)[1][0]
    assert (share == count).all()


X = np.zeros((4, 2))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: train_val_split(X, val_fraction=1.0, seed=0), ValueError, "got 1.0 of 4 rows"),
        (lambda: train_val_split(X, val_fraction=-0.1, seed=0), ValueError, "got -0.1 of 4 rows"),
        (lambda: train_val_split(X, val_fraction=-1, seed=0), ValueError, "at least 0, got -1"),
        (lambda: train_val_split(X, val_fraction=True, seed=0), TypeError, "an integer, got True"),
        (
            lambda: train_val_split(X, val_fraction=4, seed=0),
            ValueError,
            "at least one row in both parts, got 4 of 4 rows",
        ),
        (
            lambda: train_val_split(X, val_fraction=float("nan"), seed=0),
            ValueError,
            "cannot convert float NaN to integer",
        ),
        (
            lambda: train_val_split(X, val_fraction=0.1, seed=0),
            ValueError,
            "at least one row in both parts, got 0.1 of 4 rows",
        ),
        (
            lambda: train_val_split(X, X[:3], val_fraction=0.5, seed=0),
            ValueError,
            "arrays must have the same number of rows, got [4, 3]",
        ),
        (
            lambda: train_val_split(np.array(3), val_fraction=0.5, seed=0),
            ValueError,
            "arrays must have the same number of rows, got [None]",
        ),
        (lambda: train_val_split(val_fraction=0.5, seed=0), TypeError, "at least one array"),
        (
            lambda: train_val_split(X, val_fraction=0.5, seed=0, stratify=[1, 2]),
            ValueError,
            "stratify must hold one class per row, shape (4,), got (2,)",
        ),
        (
            lambda: train_val_split(X, val_fraction=0.5, seed=None),
            TypeError,
            "seed must be an integer, got None",
        ),
        (
            lambda: train_val_split(X, val_fraction=0.5, seed=0.5),
            TypeError,
            "seed must be an integer, got 0.5",
        ),
        (
            lambda: train_val_split(X, val_fraction=0.5, seed=-1),
            ValueError,
            "seed must be at least 0, got -1",
        ),
        (lambda: train_val_split(X, val_fraction=0.5, seed=True), TypeError, "integer, got True"),
        (lambda: kfold(4, 2, seed=True), TypeError, "seed must be an integer, got True"),
        (lambda: kfold(4, 2.0, seed=0), TypeError, "k must be an integer, got 2.0"),
        (lambda: kfold(4, 2, seed=None), TypeError, "seed must be an integer, got None"),
        (lambda: kfold(4, 2, seed=-1), ValueError, "seed must be at least 0, got -1"),
        (lambda: kfold(4, 1, seed=0), ValueError, "2 <= k <= n rows, got k=1 for n=4"),
        (lambda: kfold(4, 5, seed=0), ValueError, "2 <= k <= n rows, got k=5 for n=4"),
        (lambda: kfold(4, 2, seed=0, stratify=[0]), ValueError, "shape (4,), got (1,)"),
        (lambda: shuffle(X, rng=3), TypeError, "rng must be a numpy.random.Generator, got 3"),
        (lambda: one_hot([0, 3], 3), ValueError, "labels must be from 0 to 2, got 3 in row 1"),
        (lambda: one_hot([-1], 3), ValueError, "labels must be from 0 to 2, got -1 in row 0"),
        (lambda: one_hot([0.0], 3), TypeError, "labels must be integers, got float64"),
        (lambda: one_hot([[0]], 3), ValueError, "labels must have the shape (N,), got (1, 1)"),
        (lambda: one_hot([1, 2, 3], 3), ValueError, "got 3 in row 2; subtract 1 from labels"),
        (lambda: one_hot([]), ValueError, "zero-size array"),
        (lambda: one_hot([-1]), ValueError, "labels must be from 0 to 0, got -1 in row 0"),
        (lambda: one_hot([0], True), TypeError, "num_classes must be an integer, got True"),
        (lambda: one_hot([0], 0), ValueError, "num_classes must be at least 1, got 0"),
    ],
)
def test_split_functions_reject_wrong_arguments(call, error, message):
    with pytest.raises(error, match=re.escape(message)):
        call()


@pytest.mark.parametrize(
    "call",
    [
        lambda: train_val_split(X, val_fraction=0.5),
        lambda: kfold(4, 2),
        lambda: shuffle(X),
    ],
)
def test_seed_and_rng_are_required(call):
    with pytest.raises(TypeError, match=re.escape("missing 1 required keyword-only argument")):
        call()
