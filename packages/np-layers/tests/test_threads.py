"""Work in pieces: all of it once, errors and settings as without threads."""

from __future__ import annotations

import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import np_layers.kernels.threads
from np_layers.kernels.threads import for_each, scratch, thread_count


@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize(("length", "step"), [(0, 1), (1, 1), (10, 3), (9, 3), (2, 5), (100, 1)])
def test_every_piece_is_done_once(threads, length, step):
    done = []
    for_each(done.append, length, step=step, threads=threads)
    done.sort(key=lambda piece: piece.start)
    assert [i for piece in done for i in range(piece.start, piece.stop)] == list(range(length))
    assert all(piece.stop - piece.start == step for piece in done[:-1])


def test_pieces_run_at_the_same_time():
    meeting = threading.Barrier(2, timeout=30)
    for_each(lambda piece: meeting.wait(), 2, threads=2)


@pytest.mark.parametrize("failing", [0, 3, 7])
def test_an_error_reaches_the_caller_when_all_threads_have_stopped(failing):
    running = []

    def task(piece):
        running.append(piece.start)
        if piece.start == failing:
            raise KeyError(failing)
        time.sleep(0.01)
        running.remove(piece.start)

    with pytest.raises(KeyError, match=str(failing)):
        for_each(task, 8, threads=2)
    assert running == [failing]


def test_after_an_error_no_other_piece_is_begun():
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
        for_each(task, 1000, threads=2)
    assert len(begun) < 1000


def test_after_a_helper_s_error_the_other_helpers_are_awaited():
    caller, together = threading.current_thread(), threading.Barrier(4, timeout=30)
    begun, done, first, failed = [], [], threading.Lock(), threading.Event()

    def task(piece):
        begun.append(piece)
        if len(begun) <= 4:
            together.wait()
        if threading.current_thread() is caller:
            failed.wait(30)
        elif first.acquire(blocking=False):
            failed.set()
            raise KeyError("a helper's piece")
        time.sleep(0.05)
        done.append(piece)

    with pytest.raises(KeyError, match="a helper's piece"):
        for_each(task, 100, threads=4)
    assert len(done) == len(begun) - 1
    assert len(begun) < 100


def test_a_helper_that_cannot_be_started_leaves_none_running(monkeypatch):
    started, begun, done = threading.Event(), [], []

    class Pool(ThreadPoolExecutor):
        def submit(self, work):
            if started.is_set():
                raise RuntimeError("can't start new thread")
            helper = super().submit(work)
            started.wait(30)
            return helper

    def task(piece):
        begun.append(piece)
        started.set()
        time.sleep(0.05)
        done.append(piece)

    with Pool(2) as pool:
        monkeypatch.setattr(np_layers.kernels.threads, "_pool", lambda workers: pool)
        with pytest.raises(RuntimeError, match="can't start new thread"):
            for_each(task, 3, threads=3)
        assert done == begun


def test_one_pool_serves_any_number_of_pieces(monkeypatch):
    monkeypatch.setattr(np_layers.kernels.threads, "_pools", pools := {})
    for length in range(2, 6):
        for_each(lambda piece: None, length, threads=4)
    assert len(pools) == 1
    pools.popitem()[1].shutdown()


def test_floating_point_settings_of_the_caller_hold_in_every_thread():
    meeting = threading.Barrier(2, timeout=30)
    settings = []

    def task(piece):
        meeting.wait()
        settings.append(np.geterr()["divide"])

    with np.errstate(divide="raise"):
        for_each(task, 2, threads=2)
    assert settings == ["raise", "raise"]


def test_inside_a_piece_one_thread_does_all():
    numbers = np.zeros((4, 3))
    crowds = []

    def outer(row):
        me = threading.current_thread()

        def inner(column):
            numbers[row, column] = row.start + 10 * column.start
            crowds.append(threading.current_thread() is me)

        for_each(inner, 3, threads=2)

    for_each(outer, 4, threads=2)
    np.testing.assert_array_equal(numbers, np.arange(4)[:, None] + 10 * np.arange(3))
    assert crowds == [True] * 12
    meeting = threading.Barrier(2, timeout=30)
    for_each(lambda piece: meeting.wait(), 2, threads=2)  # outside again


if hasattr(os, "fork"):

    def test_a_forked_process_has_threads_of_its_own(true_in_a_fork):
        def pieces_meet():
            meeting = threading.Barrier(2, timeout=10)
            for_each(lambda piece: meeting.wait(), 2, threads=2)
            return True

        for_each(lambda piece: None, 4, threads=2)
        assert true_in_a_fork(pieces_meet)


def test_thread_count_is_the_variable_or_the_cores(monkeypatch):
    monkeypatch.setenv("NP_LAYERS_THREADS", "3")
    assert thread_count() == 3
    monkeypatch.delenv("NP_LAYERS_THREADS")
    assert 1 <= thread_count() <= (os.cpu_count() or 1)


@pytest.mark.parametrize("text", ["", "0", "-1", "two", "1.5", "²"])
def test_bad_thread_count(monkeypatch, text):
    monkeypatch.setenv("NP_LAYERS_THREADS", text)
    message = f"NP_LAYERS_THREADS must be a whole number from 1, got {text!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        thread_count()


def test_scratch_arrays_are_apart_and_aligned():
    for _ in range(2):
        arrays = scratch((3, 5), (0, 4), (7,), dtype=np.float32)
        for value, array in enumerate(arrays):
            array[...] = value
        assert [array.shape for array in arrays] == [(3, 5), (0, 4), (7,)]
        assert all(np.all(array == value) for value, array in enumerate(arrays))
        assert all(array.ctypes.data % 64 == arrays[0].ctypes.data % 64 for array in arrays)


def test_scratch_of_two_threads_is_apart():
    meeting = threading.Barrier(2, timeout=30)
    held = []

    def task(piece):
        held.append(scratch((100,), dtype=np.float64)[0])
        meeting.wait()

    for_each(task, 2, threads=2)
    assert not np.shares_memory(*held)
