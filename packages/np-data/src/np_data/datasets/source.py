"""The interface of a source: a place that the files of a data set are fetched from.

A source has one method, ``fetch``. It calls ``accept`` of the request with each file that it could
get. ``accept`` compares the SHA-256, so a source only has to get bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from np_data.datasets.idx_file import IdxFile


class FetchError(OSError):
    """A data set could not be fetched: each source and its reason, or a disk that is full.

    Examples
    --------
    >>> import tempfile
    >>> from np_data import DatasetEntry, IdxFile, fetch
    >>> roles = ("train_images", "train_labels", "test_images", "test_labels")
    >>> entry = DatasetEntry("nowhere", {role: IdxFile(role, "00" * 32) for role in roles})
    >>> fetch(entry, tempfile.mkdtemp(), sources=["/nowhere"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    np_data.datasets.source.FetchError: nowhere: no source had train_images, train_labels, ...
      folder /nowhere: /nowhere is not a folder
    Put the files, gzip or not, into FOLDER/nowhere and set NP_DATA_MIRROR=FOLDER.
    """


class SourceError(Exception):
    """A source cannot deliver the files; ``fetch`` then asks the next one."""


class RefusedError(SourceError):
    """A file arrived, but its content does not have the SHA-256 of the requested file."""


@dataclass(frozen=True)
class FetchRequest:
    """What ``np_data.fetch`` asks of a source.

    ``accept(file, path)`` takes the file at ``path``, gzip or not, or raises RefusedError.
    """

    dataset: str  # the name of its folder
    files: tuple[IdxFile, ...]  # those that are still missing
    folder: Path  # an empty scratch folder, removed afterwards
    accept: Callable[[IdxFile, Path], None]
    progress: bool = False  # whether to report on stderr


class Source(Protocol):
    """A place that data sets are fetched from. Messages name it by ``str(source)``."""

    def fetch(self, request: FetchRequest) -> None:
        """Call ``request.accept`` with each file; raise SourceError if a file is not available."""
