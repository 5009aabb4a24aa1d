"""A mirror on the web, read with the standard library.

Timeouts are short, and a mirror that fails is not tried again, because there are more mirrors.
"""

import socket
import threading
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, build_opener, getproxies, proxy_bypass

from np_data.datasets._progress import show_bytes
from np_data.datasets.source import FetchRequest, SourceError

_CHUNK = 1 << 16


@dataclass(frozen=True)
class WebMirror:
    """Files behind one URL each, with ``{name}`` for the file's name.

    ValueError if the URL is not http(s) or has no ``{name}``.
    """

    url: str
    connect_seconds: float = 4.0
    read_seconds: float = 15.0  # until the next bytes arrive

    def __post_init__(self) -> None:
        if "{name}" not in self.url or urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError(
                f"url must be http(s) with {{name}} for the file's name, got {self.url!r}"
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
            limit = file.limit + file.limit // 1000 + (1 << 16)  # gzip may add a little
            self._download(url, path, limit, request.progress)
            request.accept(file, path)
            path.unlink()

    def _download(self, url: str, path: Path, limit: int, progress: bool) -> None:
        """Write what ``url`` returns to ``path``, at most ``limit`` bytes."""
        headers = {"User-Agent": "np-data", "Accept-Encoding": "identity"}
        request = Request(url, headers=headers)  # noqa: S310 - http and https only
        size = 0
        try:
            with (
                path.open("wb") as file,
                build_opener().open(request, timeout=self.read_seconds) as response,
            ):
                total = response.length
                while piece := response.read1(_CHUNK):
                    size += len(piece)
                    if size > limit:
                        raise SourceError(f"{url} has more than {limit} bytes")
                    file.write(piece)
                    show_bytes(path.name, size, total, progress)
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
    errors: list[OSError] = [TimeoutError(f"no connection within {seconds:g} s")]

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=seconds).close()
            errors.clear()
        except OSError as error:
            errors[:] = [error]

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise SourceError(f"{host} cannot be reached: {errors[0]}")
