"""for_each does every piece once, stops after errors and keeps the caller's settings."""

from __future__ import annotations

import os
import re
import threading
import time

import numpy as np
import pytest

from np_layers.kernels import threads
from np_layers.kernels.threads import for_each, scratch, thread_count


@pytest.fixture
def two_threads(monkeypatch):
    monkeypatch.setenv("NP_LAYERS_THREADS", "2")


@pytest.mark.parametrize("count", ["1", "2", "5"])
@pytest.mark.parametrize(("length", "step"), [(0, 1), (1, 1), (10, 3), (9, 3), (2, 5), (100, 1)])
def test_for_each_does_every_piece_once(monkeypatch, count, length, step):
    monkeypatch.setenv("NP_LAYERS_THREADS", count)
    done = []
    for_each(done.append, length, step=step)
    done.sort(key=lambda piece: piece.start)
    assert [i for piece in done for i in range(piece.start, piece.stop)] == list(range(length))
    assert all(piece.stop - piece.start == step for piece in done[:-1])


def test_for_each_runs_pieces_at_the_same_time(two_threads):
    meeting = threading.Barrier(2, timeout=30)
    for_each(lambda piece: meeting.wait(), 2)


@pytest.mark.parametrize("failing", [0, 3, 7])
def test_for_each_raises_error_when_all_threads_have_stopped(two_threads, failing):
    running = []

    def task(piece):
        running.append(piece.start)
        if piece.start == failing:
            raise KeyError(failing)
        time.sleep(0.01)
        running.remove(piece.start)

    with pytest.raises(KeyError, match=str(failing)):
        for_each(task, 8)
    assert running == [failing]


def test_for_each_starts_no_piece_after_an_error(two_threads):
    caller = threading.current_thread()
    begun, helped = [], threading.Event()

    def task(piece):
        begun.append(piece)
        if threading.current_thread() is caller:
            helped.wait(30)
            raise KeyError("the caller's piece")
        helped.set()
        time.sleep(0.002)

    with pytest.raises(KeyError, match="the caller's piece"):
        for_each(task, 1000)
    assert len(begun) < 1000


def test_for_each_keeps_one_pool_for_any_number_of_pieces(monkeypatch):
    monkeypatch.setenv("NP_LAYERS_THREADS", "4")
    for length in range(2, 6):
        for_each(lambda piece: None, length)
    before = threads._pool.cache_info().misses
    for_each(lambda piece: None, 9)
    assert threads._pool.cache_info().misses == before


def test_for_each_uses_floating_point_settings_of_caller(two_threads):
    meeting = threading.Barrier(2, timeout=30)
    settings = []

    def task(piece):
        meeting.wait()
        settings.append(np.geterr()["divide"])

    with np.errstate(divide="raise"):
        for_each(task, 2)
    assert settings == ["raise", "raise"]


def test_for_each_inside_a_piece_uses_one_thread(two_threads):
    numbers = np.zeros((4, 3))
    same_thread = []

    def outer(row):
        me = threading.current_thread()

        def inner(column):
            numbers[row, column] = row.start + 10 * column.start
            same_thread.append(threading.current_thread() is me)

        for_each(inner, 3)

    for_each(outer, 4)
    np.testing.assert_array_equal(numbers, np.arange(4)[:, None] + 10 * np.arange(3))
    assert same_thread == [True] * 12
    test_for_each_runs_pieces_at_the_same_time(None)  # outside of a piece again


if hasattr(os, "fork"):

    def test_for_each_in_forked_process_makes_new_threads(two_threads, true_in_a_fork):
        def pieces_meet():
            meeting = threading.Barrier(2, timeout=10)
            for_each(lambda piece: meeting.wait(), 2)
            return True

        for_each(lambda piece: None, 4)
        assert true_in_a_fork(pieces_meet)


def test_thread_count_is_the_environment_variable(monkeypatch):
    monkeypatch.setenv("NP_LAYERS_THREADS", "3")
    assert thread_count() == 3


@pytest.mark.parametrize("blas", [None, "1", "2"])
def test_thread_count_is_the_cores_only_beside_one_blas_thread(monkeypatch, blas):
    monkeypatch.delenv("NP_LAYERS_THREADS", raising=False)
    for name in threads.BLAS_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    if blas:
        monkeypatch.setenv("OPENBLAS_NUM_THREADS", blas)
    monkeypatch.setattr(threads, "_cores", lambda: 16)
    assert thread_count() == (16 if blas == "1" else 1)


@pytest.mark.parametrize("text", ["", "0", "-1", "two", "1.5", "²"])
def test_thread_count_rejects_bad_environment_variable(monkeypatch, text):
    monkeypatch.setenv("NP_LAYERS_THREADS", text)
    message = f"NP_LAYERS_THREADS must be a whole number from 1, got {text!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        thread_count()


def test_scratch_arrays_do_not_overlap_and_are_aligned():
    for _ in range(2):
        arrays = scratch((3, 5), (0, 4), (7,), dtype=np.float32)
        for value, array in enumerate(arrays):
            array[...] = value
        assert [array.shape for array in arrays] == [(3, 5), (0, 4), (7,)]
        assert all(np.all(array == value) for value, array in enumerate(arrays))
        assert all(array.ctypes.data % 64 == arrays[0].ctypes.data % 64 for array in arrays)


def test_scratch_arrays_of_two_threads_do_not_overlap(two_threads):
    meeting = threading.Barrier(2, timeout=30)
    held = []

    def task(piece):
        held.append(scratch((100,), dtype=np.float64)[0])
        meeting.wait()

    for_each(task, 2)
    assert not np.shares_memory(*held)
