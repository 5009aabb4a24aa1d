"""Whether a host can be reached at all, told within seconds."""

import queue
import socket
import threading
from urllib.parse import urlsplit

from np_data.source import SourceError


def reach(url: str, seconds: float) -> None:
    """Raise SourceError unless a connection opens within `seconds`, name lookup included.

    A host can have many addresses, and a name server may not answer: both cost a multiple of any
    timeout on connecting alone, so all of it happens in a thread that is not waited for.
    """
    parts = urlsplit(url)
    address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    outcome: queue.SimpleQueue[OSError | None] = queue.SimpleQueue()

    def attempt() -> None:
        try:
            socket.create_connection(address, timeout=seconds).close()
            outcome.put(None)
        except OSError as problem:
            outcome.put(problem)

    threading.Thread(target=attempt, daemon=True).start()
    try:
        problem = outcome.get(timeout=seconds)
    except queue.Empty:
        raise SourceError(f"{address[0]} did not answer within {seconds:g} s") from None
    if problem is not None:
        raise SourceError(f"{address[0]} cannot be reached: {problem}") from problem
