"""Work on a batch in pieces, on as many processor cores as there are, with the same bits on any.

The caller cuts the work into pieces without asking how many threads there are; a piece writes only
what is its own, and its matrix products are done by its own thread. The number of threads therefore
changes when a piece is done and never what it yields. It is the number of cores that this process
may use, or ``NP_LAYERS_THREADS`` when that environment variable is set.
"""

from __future__ import annotations

import math
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import DTypeLike

from np_layers._types import Array, Shape
from np_layers.kernels.blas_threads import one_blas_thread


def thread_count() -> int:
    """Return ``NP_LAYERS_THREADS``, or the number of cores that this process may use.

    Raises
    ------
    ValueError
        If the variable holds anything but a whole number from 1.
    """
    text = os.environ.get("NP_LAYERS_THREADS")
    if text is None:
        return _cores()
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ValueError(
            f"NP_LAYERS_THREADS must be a whole number from 1, got {text!r}; "
            "unset it to use all cores"
        )
    return int(text)


def for_each(
    task: Callable[[slice], None], length: int, *, step: int = 1, threads: int | None = None
) -> None:
    """Call ``task`` for the pieces [0, step), [step, 2·step), … of length, several at a time.

    Parameters
    ----------
    task
        Takes a slice. Must write nothing that another call reads or writes: the order of the
        calls is not certain. NumPy's floating-point error settings are the caller's in all.
    length
        Where the last piece ends, which may be short.
    step
        Length of a piece; a matter of the result, so it must not depend on the threads.
    threads
        At most this many at a time; by default `thread_count`. Inside a piece of another
        `for_each` there is one: the cores have work already.

    Examples
    --------
    >>> squares = np.arange(5)
    >>> def square(piece):
    ...     squares[piece] **= 2
    >>> for_each(square, 5, step=2)
    >>> squares
    array([ 0,  1,  4,  9, 16])
    """
    starts = range(0, length, step)
    if len(starts) < 2 or _local.inside_piece:
        for start in starts:
            task(slice(start, min(start + step, length)))
        return
    with one_blas_thread():
        _share(task, starts, length, thread_count() if threads is None else threads)


def _share(task: Callable[[slice], None], starts: range, length: int, threads: int) -> None:
    """Do all pieces, this thread and its helpers each taking the next one when it is free."""
    waiting = deque(starts)
    settings = np.geterr()

    def work() -> None:
        _local.inside_piece = True
        try:
            with np.errstate(**settings):
                while waiting:
                    try:
                        start = waiting.popleft()
                    except IndexError:  # another thread was quicker
                        return
                    task(slice(start, min(start + starts.step, length)))
        finally:
            waiting.clear()  # after an error nobody begins another piece
            _local.inside_piece = False

    helping: list[Future[None]] = []
    try:
        for _ in range(min(threads, len(starts)) - 1):
            helping.append(_pool(threads - 1).submit(work))
        work()
    finally:
        waiting.clear()
        helping = [helper for helper in helping if not helper.cancel()]
        wait(helping)
    for helper in helping:
        helper.result()


def scratch(*shapes: Shape, dtype: DTypeLike) -> list[Array]:
    """Return uninitialised arrays that this thread may use until it calls `scratch` again.

    They lie in one piece of memory that is kept, so that one piece of work after the other finds
    it in the processor's cache.
    """
    dtype = np.dtype(dtype)
    sizes = [math.prod(shape) for shape in shapes]
    starts = [0]
    for size in sizes:
        starts.append(starts[-1] + -(-size * dtype.itemsize // 64) * 64)
    memory = _local.memory
    if memory.size < starts[-1]:
        memory = _local.memory = np.empty(starts[-1], np.uint8)
    return [
        memory[start : start + size * dtype.itemsize].view(dtype).reshape(shape)
        for start, size, shape in zip(starts, sizes, shapes, strict=False)
    ]


class _Local(threading.local):
    """What each thread has of its own."""

    memory: Array = np.empty(0, np.uint8)
    inside_piece = False


_local = _Local()
_pools: dict[int, ThreadPoolExecutor] = {}


def _pool(workers: int) -> ThreadPoolExecutor:
    if workers not in _pools:
        _pools[workers] = ThreadPoolExecutor(workers, thread_name_prefix="np-layers")
    return _pools[workers]


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


if hasattr(os, "register_at_fork"):
    # A fork copies the pools but none of their threads, which would be waited for in vain.
    os.register_at_fork(after_in_child=_pools.clear)
