"""A mirror on the web, asked through pooch, with resumption of what broke off.

A mirror that cannot be reached is given up within seconds and without a retry. A download that
broke off after new bytes had arrived goes on from there (RFC 9110, 2022, range requests), now or in
the next run; one that brought none is not repeated.
"""

import hashlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from np_data.datasets.progress import bar
from np_data.datasets.source import FetchError, Order, RefusedError, SourceError, optional
from np_data.datasets.sources.part import Part
from np_data.datasets.sources.patience import patiently, reach

_CHUNK = 1 << 14  # what is lost at most when a download breaks off


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

    Raises
    ------
    ValueError
        The URL is of another kind, or has no ``{name}``.

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
    attempts: int = 5

    def __post_init__(self) -> None:
        if "{name}" not in self.url or urlsplit(self.url).scheme not in ("http", "https"):
            raise ValueError(
                f"url must be http(s) with {{name}} for the file's name, got {self.url!r}; "
                "for example https://host/folder/{name}.gz"
            )

    def bring(self, order: Order) -> None:
        """Download and offer each file in turn."""
        optional("pooch")
        requests = optional("requests")
        if not requests.utils.get_environ_proxies(self.url):  # a proxy resolves names by itself
            reach(self.url, self.connect_seconds)
        for file in order.files:
            url = self.url.replace("{name}", file.name)
            part = order.folder / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.part"
            for again in (False, True):
                joined = self._download(url, part, file.packed_limit, order.progress)
                try:
                    order.accept(file, part)
                    break
                except RefusedError:
                    part.unlink()
                    if again or not joined:
                        raise

    def _download(self, url: str, path: Path, limit: int, progress: bool) -> bool:
        """Fill `path`; return whether its bytes come from more than one response."""
        joined = False
        for attempt in range(1, self.attempts + 1):
            before = path.stat().st_size if path.exists() else 0
            with ExitStack() as stack:
                meter = stack.enter_context(bar(url.rsplit("/", 1)[-1], progress))
                part = stack.enter_context(Part(path, limit, meter))
                problem = self._request(url, part, before)
            joined = joined or part.resumed
            if not problem:
                return joined
            if part.status == 416:  # what is here does not fit what the server has now
                path.unlink()
            elif path.stat().st_size <= before or attempt == self.attempts:
                break
        raise SourceError(problem)

    def _request(self, url: str, part: Part, start: int) -> str:
        """Ask once for the bytes from `start` on; return what went wrong, if anything did."""
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        downloader = optional("pooch").HTTPDownloader(
            chunk_size=_CHUNK,
            timeout=(self.connect_seconds, self.read_seconds),
            headers=headers,
            hooks={"response": part.begin},
        )

        def ask() -> None:
            try:
                downloader(url, part, None)
            finally:
                part.hang_up()

        try:
            patiently(
                ask, seconds=self.connect_seconds + self.read_seconds, progress=lambda: part.size
            )
        except FetchError:
            raise
        except OSError as problem:  # which every exception of requests is
            return str(problem)
        return part.shortfall()

    def __str__(self) -> str:
        return self.url.replace("{name}", "…")
