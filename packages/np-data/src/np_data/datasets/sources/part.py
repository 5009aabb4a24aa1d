"""The part of a file that has arrived so far: what an HTTP response is written to."""

import re
from pathlib import Path
from types import TracebackType
from typing import Any

from np_data.datasets.payload import writing
from np_data.datasets.source import FetchError, SourceError


class Part:
    """A file object that goes on where an earlier response broke off, up to a limit.

    It is also handed the response before its body (`begin`), because only the headers tell whether
    the server goes on or begins again (RFC 9110, 2022, section 14.2).
    """

    def __init__(self, path: Path, limit: int, meter: Any = None) -> None:
        with writing(path):
            self._file = path.open("ab")
        self._path = path
        self._limit = limit
        self.size = self._file.tell()
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
        start = self.size
        first = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
        offset = int(first[1]) if first and self.status == 206 else 0
        if offset not in (0, start):
            raise SourceError(f"asked for the bytes from {start} on, the server sent from {offset}")
        self.resumed = offset > 0
        self._file.truncate(offset)
        self.size = offset
        encoded = response.headers.get("Content-Encoding", "identity") != "identity"
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and not encoded:
            self._expected = offset + int(length)
            self._check(self._expected)
        if self._meter is not None:
            self._meter.reset(total=self._expected)
            self._meter.update(offset)

    def write(self, chunk: bytes) -> None:
        """Append, unless this goes beyond the limit."""
        self._check(self.size + len(chunk))
        with writing(self._path):
            self._file.write(chunk)
        self.size += len(chunk)
        if self._meter is not None:
            self._meter.update(len(chunk))

    def flush(self) -> None:
        """Hand the bytes to the system, so that nothing is lost if this process is killed."""
        with writing(self._path):
            self._file.flush()

    def shortfall(self) -> str:
        """Say what is missing after the last byte, or nothing."""
        if self._expected in (None, self.size):
            return ""
        return f"the connection broke off after {self.size} of {self._expected} bytes"

    def hang_up(self) -> None:
        """Close the connection, which only the thread that reads from it can do at any time."""
        if self._response is not None:
            self._response.close()

    def _check(self, size: int) -> None:
        if size > self._limit:
            self._file.truncate(0)
            raise SourceError(f"expected at most {self._limit} bytes, the server sends more")

    def __enter__(self) -> "Part":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            with writing(self._path):
                self._file.close()
        finally:
            if isinstance(problem, FetchError):  # the disk is full: leave it some room
                self._path.unlink(missing_ok=True)
