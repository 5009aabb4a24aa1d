"""Keep the matrix library to one thread while pieces of a batch are computed by several.

NumPy's wheels bring OpenBLAS, which uses all cores for each product. When several threads call it
at once they wait for each other without sleeping, and where it cuts a product depends on its number
of threads, so the last bits do too. NumPy has no switch for it; the library has, and is asked here.
Another matrix library is left as it is: set its own variable (``MKL_NUM_THREADS=1``).
"""

from __future__ import annotations

import ctypes
import functools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

Switch = tuple[Callable[[], int], Callable[[int], None]]

_lock = threading.Lock()
_inside: list[int] = []  # threads, each as often as it is inside
_before = 1
_to_restore = False  # after a fork that left behind the thread that would have done it


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Give OpenBLAS one thread inside ``with``, and what it had before afterwards.

    The setting is the process's, so several threads may be inside at once: the first changes it,
    the last restores it.

    Examples
    --------
    >>> with one_blas_thread():
    ...     product = np.ones((2, 2)) @ np.ones((2, 2))
    """
    switch = _switch()
    if switch is None:
        yield
        return
    read, write = switch
    global _before, _to_restore
    thread = threading.get_ident()
    with _lock:  # a process forked at any moment finds in _inside who may have changed the setting
        first = not _inside
        if first and not _to_restore:
            _before = read()
        _to_restore = False
        _inside.append(thread)
        if first:
            write(1)
    try:
        yield
    finally:
        with _lock:
            if len(_inside) == 1:
                write(_before)
            _inside.remove(thread)


@functools.cache
def _switch() -> Switch | None:
    """Return the functions that read and write the number of threads of NumPy's OpenBLAS."""
    package = Path(np.__file__).parent
    for folder in (package.parent / "numpy.libs", package / ".dylibs"):
        for file in sorted(folder.glob("*openblas*")):
            library = ctypes.CDLL(str(file))  # loaded already: this only finds it
            for prefix in ("scipy_openblas", "openblas"):
                for suffix in ("64_", ""):
                    read = getattr(library, f"{prefix}_get_num_threads{suffix}", None)
                    write = getattr(library, f"{prefix}_set_num_threads{suffix}", None)
                    if read is not None and write is not None:
                        return read, write
    return None


def _leave_others() -> None:
    """In a forked process, forget the threads that it does not have.

    If one of them had changed the setting, the end of this process's next block restores it.
    OpenBLAS is not called here: a thread that is gone may hold a lock of its own.
    """
    global _lock, _to_restore
    _lock = threading.Lock()
    here = [thread for thread in _inside if thread == threading.get_ident()]
    _to_restore = _to_restore or (bool(_inside) and not here)
    _inside[:] = here


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_others)
