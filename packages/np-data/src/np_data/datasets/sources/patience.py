"""Waiting for the network without waiting for ever.

The timeouts of sockets count from one byte to the next and for one address at a time: a server that
sends a byte now and then, a host with many dead addresses, or a name server that never answers
exceeds any of them many times over. So the work is done in a thread, which is left behind when
nothing comes of it any more.
"""

import queue
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from np_data.datasets.source import SourceError


def patiently(
    work: Callable[[], None], *, seconds: float, progress: Callable[[], object] = lambda: None
) -> None:
    """Do `work` in a thread; TimeoutError once `progress()` has stayed the same for `seconds`."""
    outcome: queue.SimpleQueue[BaseException | None] = queue.SimpleQueue()

    def run() -> None:
        try:
            work()
            outcome.put(None)
        except BaseException as problem:
            outcome.put(problem)

    threading.Thread(target=run, daemon=True).start()
    before = progress()
    while True:
        try:
            problem = outcome.get(timeout=seconds)
        except queue.Empty:
            if (now := progress()) == before:
                raise TimeoutError(f"nothing came for {seconds:g} s") from None
            before = now
            continue
        if problem is not None:
            raise problem
        return


def reach(url: str, seconds: float) -> None:
    """Raise SourceError unless a connection opens within `seconds`, name lookup included."""
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    try:
        patiently(
            lambda: socket.create_connection(address, timeout=seconds).close(), seconds=seconds
        )
    except OSError as problem:
        raise SourceError(f"{address[0]} cannot be reached: {problem}") from problem
