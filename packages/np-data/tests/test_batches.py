"""Batches: rows of every order and last mode, exact resume, and reading only the batch's rows."""

import copy
import itertools
import pickle
import re
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from np_data import Batches, write_idx
from np_data.idx import read_idx

ORDERS = ["shuffle", "sequential", "replacement"]
LASTS = ["keep", "drop", "fill"]


def rows_of(batches, epoch=0, **options):
    return [rows.tolist() for (rows,) in batches.epoch(epoch, **options)]


@given(
    n=st.integers(0, 40),
    batch_size=st.integers(1, 50),
    order=st.sampled_from(ORDERS),
    last=st.sampled_from(LASTS),
    seed=st.integers(0, 2**70),
    epoch=st.integers(0, 2**31),
)
def test_epoch_has_the_rows_that_order_and_last_say(n, batch_size, order, last, seed, epoch):
    x = np.arange(n)
    batches = Batches(x, batch_size=batch_size, seed=seed, order=order, last=last)
    got = rows_of(batches, epoch)
    full, rest = divmod(n, batch_size)
    assert len(got) == len(batches) == full + bool(rest and last != "drop")
    flat = list(itertools.chain(*got))
    assert all(0 <= row < n for row in flat)
    if order == "replacement":
        assert all(len(rows) == batch_size for rows in got)
        return
    seen = flat[: n if last != "drop" else full * batch_size]
    assert len(set(seen)) == len(seen)
    if order == "sequential":
        assert seen == list(range(len(seen)))
    sizes = [len(rows) for rows in got]
    if last == "keep":
        assert sizes == [batch_size] * full + [rest] * bool(rest)
    else:
        assert set(sizes) <= {batch_size}
    if last == "fill" and rest and full:
        assert len(set(got[-1])) == batch_size  # drawn from the other batches, none twice


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("last", LASTS)
def test_epoch_does_not_depend_on_what_ran_before(order, last):
    def make():
        return Batches(
            np.arange(23),
            batch_size=5,
            seed=9,
            order=order,
            last=last,
            transform=lambda x, rng: x + rng.random(x.shape),
        )

    used = make()
    for _ in range(3):
        list(used)
    half = used.epoch(4)
    next(half)
    assert rows_of(used, 7) == rows_of(make(), 7)
    assert rows_of(used, 7, start=2) == rows_of(make(), 7)[2:]
    assert rows_of(used, 7, start=99) == []


def test_each_epoch_has_a_new_order():
    """A generator that is seeded again in every epoch would make all epochs equal."""
    batches = Batches(np.arange(50), batch_size=10, seed=1)
    epochs = [rows_of(batches, e) for e in range(20)]
    assert len({str(rows) for rows in epochs}) == 20
    by_iteration = [[rows.tolist() for (rows,) in batches] for _ in range(20)]
    assert by_iteration == epochs
    drawn = Batches(np.arange(50), batch_size=10, seed=1, order="replacement")
    assert len({str(rows_of(drawn, e)) for e in range(20)}) == 20
    assert len({str(rows) for rows in rows_of(drawn)}) == 5


def test_seeds_and_epochs_do_not_collide():
    def first(seed, epoch):
        return str(rows_of(Batches(np.arange(99), batch_size=99, seed=seed), epoch))

    pairs = [(0, 1), (1, 0), (2**32, 0), (0, 0), (1, 1), (2**32 + 1, 0), (2**64, 0)]
    assert len({first(*pair) for pair in pairs}) == len(pairs)


def test_fill_draws_only_existing_rows():
    """A random index must not be one past the last row."""
    for seed in range(300):
        (batch,) = rows_of(Batches(np.arange(2), batch_size=64, seed=seed, last="fill"))
        assert set(batch) == {0, 1}
        for batch in rows_of(Batches(np.arange(3), batch_size=2, seed=seed, last="fill")):
            assert len(batch) == 2
            assert set(batch) <= {0, 1, 2}


def test_steps_is_the_number_of_batches_and_may_span_passes():
    x = np.arange(10)
    assert len(Batches(x, batch_size=5, seed=0)) == 2
    ten_thousand = Batches(x, batch_size=5, seed=0, order="replacement", steps=10_000)
    assert len(ten_thousand) == 10_000
    counts = np.bincount(np.concatenate([rows for (rows,) in ten_thousand]))
    assert abs(counts / 5000 - 1).max() < 0.1  # 50 000 uniform draws; 7 standard deviations
    passes = rows_of(Batches(x, batch_size=4, seed=0, steps=7))
    assert [len(rows) for rows in passes] == [4, 4, 2, 4, 4, 2, 4]
    assert sorted(itertools.chain(*passes[:3])) == sorted(itertools.chain(*passes[3:6]))
    assert passes[:3] != passes[3:6]
    assert rows_of(Batches(x, batch_size=4, seed=0, steps=2)) == passes[:2]


def test_arrays_stay_aligned_and_batches_are_new_arrays():
    x, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    for xb, yb in Batches(x, y, batch_size=3, seed=5):
        assert (xb[:, 0] == 2 * yb).all()
        assert not np.shares_memory(xb, x)
        xb[:] = -1
    for xb, _ in Batches(x, y, batch_size=10, seed=5, order="sequential"):
        xb[:] = -1
    assert (x == np.arange(20.0).reshape(10, 2)).all()


def test_transform_gets_a_generator_of_seed_epoch_and_step():
    calls = []

    def note(x, y, *, rng):
        calls.append(rng.random())
        return x * 2, y

    batches = Batches(np.arange(6), np.arange(6), batch_size=2, seed=3, transform=note)
    for xb, yb in itertools.chain(batches.epoch(0), batches.epoch(1)):
        assert (xb == 2 * yb).all()
    first = list(calls)
    assert len(set(first)) == 6
    calls.clear()
    list(batches.epoch(0, start=1))
    assert calls == first[1:3]


def test_transform_and_order_use_different_random_streams():
    """With one stream, the augmentation of a row would depend on its place in the order."""
    drawn = []

    def note(x, *, rng):
        order = np.arange(40, dtype=np.int32)
        rng.shuffle(order)
        drawn.append(order.tolist())
        return x

    (rows,) = rows_of(Batches(np.arange(40), batch_size=40, seed=3, transform=note))
    assert rows != drawn[0]


def test_batch_of_transposed_array_copies_only_its_rows():
    x = np.zeros((2, 4_000_000)).T
    tracemalloc.start()
    next(Batches(x, batch_size=10, seed=0, order="replacement").epoch(0))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1e6


class OnDisk:
    """Rows as HDF5 gives them: only for ascending numbers without repetition."""

    def __init__(self, values):
        self.values, self.shape, self.asked = values, values.shape, []

    def __getitem__(self, rows):
        assert (np.diff(rows) > 0).all()
        self.asked.extend(rows.tolist())
        return self.values[rows]


@pytest.mark.parametrize("order", ORDERS)
def test_data_set_on_disk_is_read_by_the_rows_of_a_batch(order):
    x = np.arange(60.0).reshape(30, 2)
    lazy = OnDisk(x)
    plain = Batches(x, batch_size=7, seed=2, order=order)
    for (ours,), (theirs,) in zip(
        Batches(lazy, batch_size=7, seed=2, order=order), plain, strict=True
    ):
        assert (ours == theirs).all()
        assert len(lazy.asked) <= 7
        assert set(lazy.asked) == set((theirs[:, 0] / 2).astype(int))
        lazy.asked.clear()


def test_memory_map_gives_plain_native_arrays(tmp_path):
    x = np.random.default_rng(0).normal(size=(30, 5)).astype(np.float32)
    write_idx(tmp_path / "x", x)
    mapped = read_idx(tmp_path / "x", mmap=True)
    for (ours,), (theirs,) in zip(
        Batches(mapped, batch_size=8, seed=1), Batches(x, batch_size=8, seed=1), strict=True
    ):
        assert type(ours) is np.ndarray
        assert ours.dtype == np.float32
        assert ours.dtype.isnative
        assert (ours == theirs).all()


def test_copy_of_memory_map_is_read_as_an_array(tmp_path):
    copied = np.memmap(tmp_path / "x", np.uint8, "w+", shape=(3, 2)).copy()
    assert isinstance(copied, np.memmap)
    assert rows_of(Batches(copied, batch_size=3, seed=0)) == [[[0, 0]] * 3]


@pytest.mark.parametrize("layout", ["C", "F", "strided"])
def test_batches_do_not_depend_on_memory_layout(layout):
    x = np.arange(60.0).reshape(20, 3)
    given_ = {"C": x, "F": np.asfortranarray(x), "strided": np.repeat(x, 2, axis=0)[::2]}[layout]
    want = [b[0].tolist() for b in Batches(x, batch_size=6, seed=0)]
    assert [b[0].tolist() for b in Batches(given_, batch_size=6, seed=0)] == want


class Frame:
    """A table as pandas has it: indexing means columns, conversion gives the values."""

    to_numpy = None

    def __init__(self, values):
        self.values, self.shape = values, values.shape

    def __getitem__(self, label):
        raise KeyError(label)

    def __array__(self, dtype=None, copy=None):
        return self.values


def test_lists_and_tables_give_the_batches_of_their_arrays():
    x, y = np.arange(20).reshape(10, 2), np.arange(10)
    want = rows_of(Batches(x, batch_size=4, seed=1))
    assert rows_of(Batches(x.tolist(), batch_size=4, seed=1)) == want
    assert rows_of(Batches(Frame(x), batch_size=4, seed=1)) == want
    both = Batches(Frame(x), y.tolist(), batch_size=4, seed=1)
    assert all((xb[:, 0] == 2 * yb).all() for xb, yb in both)


def test_pandas_objects_give_the_batches_of_their_arrays():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": range(10), "b": range(10)}, index=range(9, -1, -1))
    want = rows_of(Batches(frame.to_numpy(), batch_size=4, seed=1))
    assert rows_of(Batches(frame, batch_size=4, seed=1)) == want
    assert rows_of(Batches(frame["a"], batch_size=4, seed=1)) == [[a for a, _ in r] for r in want]


@pytest.mark.parametrize(
    ("transform", "error", "message"),
    [
        (lambda x, y, rng: x, ValueError, "at least the 2 arrays of a batch, got 1; return (im"),
        (lambda x, y, rng: (x,), ValueError, "at least the 2 arrays of a batch, got 1; return"),
        (
            lambda x, y, rng: None,
            TypeError,
            "must return a tuple of arrays, got NoneType",
        ),
        (lambda x, y, rng: {"x": x, "y": y}, TypeError, "must return a tuple of arrays, got dict"),
    ],
)
def test_transform_must_not_drop_arrays(transform, error, message):
    x = np.zeros((4, 2))
    with pytest.raises(error, match=re.escape(message)):
        next(Batches(x, x, batch_size=2, seed=0, transform=transform).epoch(0))


def test_transform_may_return_more_arrays():
    batches = Batches(np.arange(4), batch_size=2, seed=0, transform=lambda x, rng: [x + 1, x])
    assert all((noisy == clean + 1).all() for noisy, clean in batches)


def test_batches_can_be_copied_pickled_and_printed():
    batches = Batches(np.arange(9), np.arange(9), batch_size=4, seed=3, last="drop")
    list(batches)
    want = [xb.tolist() for xb, _ in batches.epoch(1)]
    for twin in (copy.deepcopy(batches), pickle.loads(pickle.dumps(batches))):  # noqa: S301
        assert [xb.tolist() for xb, _ in twin] == want
    assert repr(batches) == (
        "Batches(2 arrays of 9 rows, batch_size=4, seed=3, order='shuffle', last='drop', steps=2, "
        "transform=None)"
    )


@pytest.mark.parametrize(
    ("arrays", "options", "error", "message"),
    [
        ((), {}, TypeError, "at least one array is needed, got none"),
        ((np.zeros(3), np.zeros(4)), {}, ValueError, "same number of rows, got [3, 4]"),
        ((np.array(1),), {}, ValueError, "same number of rows, got [None]"),
        ((np.zeros(3),), {"batch_size": 0}, ValueError, "batch_size must be at least 1, got 0"),
        ((np.zeros(3),), {"batch_size": 1.5}, TypeError, "batch_size must be an integer, got 1.5"),
        (
            (np.zeros(3),),
            {"batch_size": True},
            TypeError,
            "batch_size must be an integer, got True",
        ),
        ((np.zeros(3),), {"seed": True}, TypeError, "seed must be an integer, got True"),
        ((np.zeros(3),), {"seed": None}, TypeError, "seed must be an integer, got None"),
        ((np.zeros(3),), {"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ((np.zeros(3),), {"steps": 0}, ValueError, "steps must be at least 1, got 0"),
        (
            (np.zeros(3),),
            {"order": "random"},
            ValueError,
            "order must be one of 'shuffle', 'sequential', 'replacement', got 'random'",
        ),
        ((np.zeros(3),), {"last": 1}, ValueError, "last must be one of 'keep', 'drop', 'fill'"),
        ((np.zeros(3),), {"transform": 3}, TypeError, "transform must be callable, got 3"),
        (
            (np.zeros(0),),
            {"order": "replacement", "steps": 3},
            ValueError,
            "steps=3 batches of 2 cannot be made of 0 rows",
        ),
        (
            (np.zeros(1),),
            {"last": "drop", "steps": 3},
            ValueError,
            "steps=3 batches of 2 cannot be made of 1 rows with last='drop'",
        ),
    ],
)
def test_batches_reject_wrong_arguments(arrays, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        Batches(*arrays, **{"batch_size": 2, "seed": 0, **options})


def test_epoch_rejects_negative_numbers():
    batches = Batches(np.zeros(3), batch_size=2, seed=0)
    with pytest.raises(ValueError, match=re.escape("epoch must be at least 0, got -1")):
        batches.epoch(-1)
    with pytest.raises(ValueError, match=re.escape("start must be at least 0, got -1")):
        batches.epoch(0, start=-1)
    with pytest.raises(TypeError, match=re.escape("missing 1 required keyword-only argument")):
        Batches(np.zeros(3), batch_size=2)
