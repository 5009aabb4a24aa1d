"""OpenBLAS has one thread inside, and what it had before outside, whoever else is inside."""

from __future__ import annotations

import os
import threading
from contextlib import ExitStack, contextmanager

import numpy as np
import pytest

from np_layers import Conv2D, Dense, Flatten, Layer, Sequential
from np_layers.kernels import blas_threads
from np_layers.kernels.threads import for_each


class Library:
    """A stand-in for OpenBLAS that remembers its number of threads."""

    def __init__(self):
        self.threads = 4

    def read(self):
        return self.threads

    def write(self, threads):
        self.threads = threads


@pytest.fixture
def library(monkeypatch):
    library = Library()
    monkeypatch.setattr(blas_threads, "_switch", lambda: (library.read, library.write))
    return library


def test_one_inside_and_as_before_outside(library):
    with blas_threads.one_blas_thread():
        assert library.threads == 1
        with blas_threads.one_blas_thread():
            assert library.threads == 1
        assert library.threads == 1
    assert library.threads == 4


def test_restored_after_an_error(library):
    with pytest.raises(KeyError), blas_threads.one_blas_thread():
        raise KeyError
    assert library.threads == 4


def test_the_last_of_several_threads_restores(library):
    inside, leave = threading.Barrier(2, timeout=30), threading.Event()

    def other():
        with blas_threads.one_blas_thread():
            inside.wait()
            leave.wait(30)

    thread = threading.Thread(target=other)
    thread.start()
    with blas_threads.one_blas_thread():
        inside.wait()
    assert library.threads == 1
    leave.set()
    thread.join()
    assert library.threads == 4


if hasattr(os, "fork"):

    def one_inside_and_four_outside(library):
        with blas_threads.one_blas_thread():
            inside = library.threads
        return inside == 1 and library.threads == 4

    @contextmanager
    def halfway(run):
        """Keep another thread where it calls ``stay`` in ``run(stay)``."""
        there, go_on = threading.Event(), threading.Event()

        def stay():
            there.set()
            go_on.wait(90)

        thread = threading.Thread(target=run, args=(stay,))
        thread.start()
        there.wait(30)
        try:
            yield
        finally:
            go_on.set()
            thread.join()

    def test_a_process_forked_beside_a_block_leaves_its_own_as_before(library, true_in_a_fork):
        def other(stay):
            with blas_threads.one_blas_thread():
                stay()

        with halfway(other):
            assert true_in_a_fork(lambda: one_inside_and_four_outside(library))
        assert library.threads == 4

    def test_a_process_forked_inside_a_block_may_leave_it(library, true_in_a_fork):
        with ExitStack() as block:
            block.enter_context(blas_threads.one_blas_thread())

            def leaves():
                inside = library.threads
                block.close()
                return inside == 1 and library.threads == 4 and one_inside_and_four_outside(library)

            assert true_in_a_fork(leaves)
        assert library.threads == 4

    def test_a_process_forked_while_another_thread_enters(library, true_in_a_fork, monkeypatch):
        def other(stay):
            def read():
                if threading.current_thread() is not threading.main_thread():
                    stay()
                return library.threads

            monkeypatch.setattr(library, "read", read)
            with blas_threads.one_blas_thread():
                pass

        with halfway(other):
            assert true_in_a_fork(lambda: one_inside_and_four_outside(library))


def test_another_matrix_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(blas_threads, "_switch", lambda: None)
    with blas_threads.one_blas_thread():
        np.testing.assert_array_equal(np.eye(3) @ np.eye(3), np.eye(3))


@pytest.mark.parametrize("threads", [1, 2])
def test_pieces_have_one_blas_thread_on_any_number_of_threads(library, threads):
    seen = []
    for_each(lambda piece: seen.append(library.threads), 3, threads=threads)
    assert seen == [1, 1, 1]
    assert library.threads == 4


def test_one_piece_may_use_all_of_the_matrix_library(library):
    seen = []
    for_each(lambda piece: seen.append(library.threads), 3, step=3)
    assert seen == [4]


@pytest.mark.parametrize(("first", "threads"), [(Conv2D(2, 1), 1), (Flatten(), 4)])
def test_a_model_has_one_blas_thread_while_images_go_through_it(library, first, threads):
    class Watch(Layer):
        def forward(self, x, *, training=False):
            seen.append(library.threads)
            return x

        def backward(self, grad_output, *, input_gradient=True):
            seen.append(library.threads)
            return grad_output

    seen = []
    layers = [first, Flatten(), Dense(3), Watch()]
    model = Sequential(layers, input_shape=(1, 4, 4), rng=np.random.default_rng(0))
    model.backward(model.forward(np.zeros((2, 1, 4, 4)), training=True))
    assert seen == [threads, threads]
    assert library.threads == 4


def test_the_library_of_this_numpy_is_set_and_restored():
    switch = blas_threads._switch()
    if switch is None:
        return  # a NumPy with another matrix library
    read, _ = switch
    before = read()
    with blas_threads.one_blas_thread():
        assert read() == 1
    assert read() == before
