"""A mirror on the web, read with the standard library.

Timeouts are short, and a mirror that fails is not tried again, because there are more mirrors. In a
network that is closed, a mirror is given up after a few seconds.
"""

import queue
import socket
import threading
import time
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener, getproxies, proxy_bypass

from np_data.datasets._progress import show_bytes
from np_data.datasets.source import FetchRequest, SourceError

_CHUNK = 1 << 16
_SLOWEST = 1000  # bytes per second


@dataclass(frozen=True)
class WebMirror:
    """Files behind one URL each.

    Parameters
    ----------
    url : str
        With ``{name}`` for the file's name: ``https://host/mnist/{name}.gz``.
    connect_seconds, read_seconds : float
        How long to wait for a connection, and for the next bytes.

    Raises
    ------
    ValueError
        If the URL is not http(s) or has no ``{name}``.

    Examples
    --------
    >>> WebMirror("https://example.org/a.gz")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: url must be http(s) with {name} for the file's name, got 'https://...
    """

    url: str
    connect_seconds: float = 4.0
    read_seconds: float = 15.0

    def __post_init__(self) -> None:
        if "{name}" not in self.url or urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError(
                f"url must be http(s) with {{name}} for the file's name, got {self.url!r}; "
                "for example https://host/folder/{name}.gz"
            )

    def fetch(self, request: FetchRequest) -> None:
        """Download and offer each file in turn."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme not in getproxies() or proxy_bypass(host):
            port = parts.port or (443 if parts.scheme == "https" else 80)
            check_reachable(host, port, self.connect_seconds)
        for file in request.files:
            path = request.folder / file.name
            url = self.url.replace("{name}", file.name)
            self._download(url, path, file.packed_limit, request.progress)
            request.accept(file, path)
            path.unlink()

    def _download(self, url: str, path: Path, limit: int, progress: bool) -> None:
        """Write what ``url`` returns to ``path``, at most ``limit`` bytes."""
        headers = {"User-Agent": "np-data", "Accept-Encoding": "identity"}
        request = Request(url, headers=headers)  # noqa: S310 - http and https only
        size, start = 0, time.monotonic()
        try:
            with (
                path.open("wb") as file,
                build_opener().open(request, timeout=self.read_seconds) as response,
            ):
                total = response.length
                if total is not None and total > limit:
                    raise SourceError(f"{url} has {total} bytes, expected at most {limit}")
                while piece := response.read1(_CHUNK):
                    size += len(piece)
                    if size > limit:
                        raise SourceError(f"{url} has more than {limit} bytes")
                    file.write(piece)
                    show_bytes(path.name, size, total, progress)
                    seconds = time.monotonic() - start
                    if seconds > self.read_seconds and size < _SLOWEST * seconds:
                        raise SourceError(f"{url} is too slow: {size} bytes in {seconds:.0f} s")
        except HTTPError as error:
            error.close()
            raise SourceError(f"{url}: {error.code} {error.reason}") from error
        except (OSError, HTTPException) as error:
            raise SourceError(f"{url}: {getattr(error, 'reason', error)}") from error
        if total is not None and size < total:
            raise SourceError(f"{url}: the connection broke off after {size} of {total} bytes")

    def __str__(self) -> str:
        return self.url.replace("{name}", "…")


def check_reachable(host: str, port: int, seconds: float) -> None:
    """Raise SourceError unless a connection opens within ``seconds``, name lookup included.

    A socket's timeout does not cover the name lookup and counts for one address at a time. So this
    works in a thread, which is left behind if it takes too long.
    """
    outcome: queue.SimpleQueue[OSError | None] = queue.SimpleQueue()

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=seconds).close()
            outcome.put(None)
        except OSError as error:
            outcome.put(error)

    threading.Thread(target=connect, daemon=True).start()
    try:
        error = outcome.get(timeout=seconds)
    except queue.Empty:
        error = TimeoutError(f"no connection within {seconds:g} s")
    if error is not None:
        raise SourceError(f"{host} cannot be reached: {error}") from error
