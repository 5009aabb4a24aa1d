"""Payloads that have arrived once, kept so that a second checkout needs no network.

The cache is a folder of files named by the SHA-256 of their content, so one data set cannot be
served as another, and a file is verified each time that it is read. It is a convenience: where it
cannot be written, everything goes on without it.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

from np_data.datasets.entry import IdxFile
from np_data.datasets.lock import locked
from np_data.datasets.payload import unpack
from np_data.datasets.source import FetchError, RefusedError


def cache_folder() -> Path:
    """Return ``$NP_DATA_CACHE``, else the user's cache folder of this platform."""
    if chosen := os.environ.get("NP_DATA_CACHE"):
        return Path(chosen).expanduser()
    try:
        platformdirs = import_module("platformdirs")
    except ImportError:
        return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "np-data"
    return Path(platformdirs.user_cache_dir("np-data", appauthor=False))


class Cache:
    """The payloads in one folder, by hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def give(self, file: IdxFile, target: Path) -> bool:
        """Copy the payload to `target`; False where it is absent or damaged."""
        kept = self.folder / file.sha256
        if not kept.is_file():
            return False
        try:
            source = kept.open("rb")
        except OSError:
            return False
        with source:
            try:
                unpack(source, file, target)
            except RefusedError:
                return False
        return True

    def keep(self, file: IdxFile, path: Path) -> None:
        """Copy the payload at `path` into the cache, if the cache can be written."""
        with suppress(OSError, FetchError, RefusedError), path.open("rb") as source:
            unpack(source, file, self.folder / file.sha256)

    @contextmanager
    def scratch(self, name: str) -> Iterator[tuple[Path, bool]]:
        """Enter a scratch folder, and tell whether no other process can do so at the same time.

        Downloads that were interrupted (``*.part``) survive in it. Where the cache cannot be
        written it is a temporary folder instead, with no lock and nothing to resume.
        """
        work = self.folder / f"{name}.work"
        try:
            work.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / f"{name}.lock").open("ab")
        except OSError:
            with tempfile.TemporaryDirectory(prefix="np-data-") as folder:
                yield Path(folder), False
            return
        with lock, locked(lock):
            work.mkdir(exist_ok=True)  # who held the lock before has removed it
            _clear(work, but=".part")
            try:
                yield work, True
            except BaseException:
                _clear(work, but=".part")
                with suppress(OSError):
                    work.rmdir()
                raise
            shutil.rmtree(work, ignore_errors=True)


def _clear(folder: Path, but: str) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix != but:
            path.unlink(missing_ok=True)
