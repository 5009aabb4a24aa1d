"""Run pieces of a batch on several threads.

The caller cuts the batch into pieces, and the cut does not depend on the number of threads. Each
piece writes only its own part of the result. So the number of threads changes when a piece is
computed, but not its bits.

NumPy's matrix library has threads of its own. Threads on both levels slow each other down. So the
pieces get several threads only where the matrix library is limited to one (`thread_count`).
"""

from __future__ import annotations

import functools
import math
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape

# The environment variables that limit OpenBLAS, OpenMP, MKL and Accelerate.
BLAS_VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)


def thread_count() -> int:
    """Return how many threads `for_each` uses.

    This is ``NP_LAYERS_THREADS`` if that environment variable is set. Otherwise it is the number
    of cores that this process may use where the matrix library is limited to one thread
    (``OPENBLAS_NUM_THREADS=1``, set before NumPy is imported), and 1 where it is not.

    Raises
    ------
    ValueError
        If ``NP_LAYERS_THREADS`` is not a whole number from 1.
    """
    text = os.environ.get("NP_LAYERS_THREADS")
    if text is None:
        one_blas_thread = any(os.environ.get(name) == "1" for name in BLAS_VARIABLES)
        return _cores() if one_blas_thread else 1
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError(
            f"NP_LAYERS_THREADS must be a whole number from 1, got {text!r}; "
            "unset it to use the default"
        )
    return int(text)


def for_each(task: Callable[[slice], object], length: int, *, step: int = 1) -> None:
    """Call ``task`` for the pieces [0, step), [step, 2·step), … of ``length``.

    Several threads share the pieces. A call inside a piece of another `for_each` uses one thread.
    After an error no new piece is started, and the error is raised when all threads are done.

    Parameters
    ----------
    task : function of a slice
        It must not write what another call reads or writes, because the order of the calls is not
        defined. NumPy's floating-point error settings are those of the caller.
    length : int
        End of the last piece, which may be shorter than the others.
    step : int
        Length of a piece. It must not depend on the number of threads.

    Examples
    --------
    >>> squares = np.arange(5)
    >>> def square(piece):
    ...     squares[piece] **= 2
    >>> for_each(square, 5, step=2)
    >>> squares
    array([ 0,  1,  4,  9, 16])
    """
    pieces = deque(slice(i, min(i + step, length)) for i in range(0, length, step))
    alone = _local.inside_piece or len(pieces) < 2
    threads = 1 if alone else min(len(pieces), thread_count())
    if threads < 2:
        for piece in pieces:
            task(piece)
        return
    settings = np.geterr()

    def work() -> None:
        _local.inside_piece = True
        try:
            with np.errstate(**settings):
                while True:
                    try:
                        piece = pieces.popleft()
                    except IndexError:
                        return
                    task(piece)
        finally:
            pieces.clear()  # after an error the other threads stop too
            _local.inside_piece = False

    helpers: list[Future[None]] = []
    try:
        for _ in range(threads - 1):
            helpers.append(_pool(threads - 1).submit(work))
        work()
    finally:
        pieces.clear()
        helpers = [helper for helper in helpers if not helper.cancel()]
        wait(helpers)
    for helper in helpers:
        helper.result()


def scratch(*shapes: Shape, dtype: DTypeLike) -> list[Array]:
    """Return uninitialised arrays that this thread may use until its next call of `scratch`.

    The arrays lie in one block of memory that the thread keeps. So the block stays in the
    processor's cache from one piece to the next.
    """
    dtype = np.dtype(dtype)
    sizes = [math.prod(shape) * dtype.itemsize for shape in shapes]
    starts = [0]
    for size in sizes:
        starts.append(starts[-1] + -(-size // 64) * 64)  # each array begins a cache line
    if _local.memory.size < starts[-1]:
        _local.memory = np.empty(starts[-1], np.uint8)
    return [
        _local.memory[start : start + size].view(dtype).reshape(shape)
        for start, size, shape in zip(starts, sizes, shapes, strict=False)
    ]


class _Local(threading.local):
    """Values that each thread has for itself."""

    memory: Array = np.empty(0, np.uint8)
    inside_piece = False


_local = _Local()


@functools.cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="np-layers")


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if hasattr(os, "register_at_fork"):
    # A forked process has the pools but not their threads, so it must make new pools.
    os.register_at_fork(after_in_child=_pool.cache_clear)
