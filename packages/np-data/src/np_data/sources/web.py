"""A mirror on the web, asked through pooch, with resumption of what broke off.

A mirror that cannot be reached is given up within seconds and without a retry. A download that
broke off after new bytes had arrived goes on from there (RFC 9110, 2022, range requests), now or in
the next run; one that brought none is not repeated.
"""

import hashlib
import queue
import re
import socket
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from np_data.payload import full_disk_named
from np_data.progress import bar
from np_data.source import Order, RefusedError, SourceError, optional


@dataclass(frozen=True)
class WebMirror:
    """Files behind one URL each.

    Parameters
    ----------
    url
        With ``{name}`` for the file's name: ``https://host/mnist/{name}.gz``.
    connect_seconds, read_seconds
        How long to wait for a connection, and for the next bytes.
    attempts
        How often one file is asked for, as long as each attempt brings new bytes.
    """

    url: str
    connect_seconds: float = 4.0
    read_seconds: float = 15.0
    attempts: int = 5

    def __post_init__(self) -> None:
        if "{name}" not in self.url or urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError(
                f"url must be http(s) with {{name}} for the file's name, got {self.url!r}; "
                "for example https://host/folder/{name}.gz"
            )

    def bring(self, order: Order) -> None:
        """Download and offer each file in turn."""
        requests = optional("requests")
        optional("pooch")
        if not requests.utils.get_environ_proxies(self.url):  # a proxy resolves names by itself
            reach(self.url, self.connect_seconds)
        for file in order.files:
            url = self.url.replace("{name}", file.name)
            part = order.folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.part"
            resumed = True
            while resumed:
                resumed = self._download(url, part, file.packed_limit, order.progress)
                try:
                    order.accept(file, part)
                    break
                except RefusedError:
                    part.unlink()
                    if not resumed:
                        raise

    def _download(self, url: str, part: Path, limit: int, progress: bool) -> bool:
        """Fill `part`; return whether it was put together from more than one response."""
        requests, pooch = optional("requests"), optional("pooch")
        resumed = False
        for attempt in range(1, self.attempts + 1):
            before = _size(part)
            with full_disk_named(part), ExitStack() as stack:
                meter = stack.enter_context(bar(url.rsplit("/", 1)[-1], progress))
                target = stack.enter_context(_Part(part, limit, meter))
                headers = {"Accept-Encoding": "identity"}
                if before:
                    headers["Range"] = f"bytes={before}-"
                downloader = pooch.HTTPDownloader(
                    chunk_size=1 << 16,
                    timeout=(self.connect_seconds, self.read_seconds),
                    headers=headers,
                    hooks={"response": target.begin},
                )
                try:
                    downloader(url, target, None)
                    problem = target.shortfall()
                except requests.RequestException as error:
                    problem = str(error)
            resumed = resumed or target.resumed
            if not problem:
                return resumed
            if target.status == 416:  # the part does not fit what the server has now
                part.unlink()
            elif _size(part) <= before or attempt == self.attempts:
                break
        raise SourceError(problem)

    def __str__(self) -> str:
        return self.url.replace("{name}", "…")


class _Part:
    """The file object that pooch writes to: it goes on where it left off, up to a limit."""

    def __init__(self, path: Path, limit: int, meter: Any) -> None:
        self._file = path.open("ab")
        self._limit = limit
        self._meter = meter
        self._response: Any = None
        self._expected: int | None = None
        self.status = 0
        self.resumed = False

    def begin(self, response: Any, **_: Any) -> None:
        """Decide from the headers where the bytes that follow belong."""
        self._response = response
        self.status = response.status_code
        if self.status not in (200, 206):
            return
        start = self._file.tell()
        match = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        self.resumed = self.status == 206 and match is not None and int(match[1]) == start
        if not self.resumed:
            self._file.truncate(0)
            start = 0
            if self.status == 206 and (match is None or int(match[1])):
                raise SourceError("the server answered with another range than it was asked for")
        length = response.headers.get("Content-Length", "")
        if (
            length.isdecimal()
            and response.headers.get("Content-Encoding", "identity") == "identity"
        ):
            self._expected = start + int(length)
            self._check(self._expected)
        if self._meter is not None:
            self._meter.reset(total=self._expected)
            self._meter.update(start)

    def write(self, chunk: bytes) -> None:
        """Append, unless this goes beyond the limit."""
        self._check(self._file.tell() + len(chunk))
        self._file.write(chunk)
        if self._meter is not None:
            self._meter.update(len(chunk))

    def flush(self) -> None:
        """Hand the bytes to the operating system, so that a killed process loses none."""
        self._file.flush()

    def shortfall(self) -> str:
        """Say what is missing at the end, or nothing."""
        got = self._file.tell()
        if self._expected is None or got == self._expected:
            return ""
        return f"the connection broke off after {got} of {self._expected} bytes"

    def _check(self, size: int) -> None:
        if size > self._limit:
            self._file.truncate(0)
            raise SourceError(
                f"expected at most {self._limit} bytes, the server has {size} or more"
            )

    def __enter__(self) -> "_Part":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        if self._response is not None:
            self._response.close()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def reach(url: str, seconds: float) -> None:
    """Raise SourceError unless a connection opens within `seconds`, name lookup included.

    A host can have many addresses, and a name server may not answer: both would cost a multiple of
    any timeout on connecting alone, so all of it happens in a thread that is not waited for.
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
