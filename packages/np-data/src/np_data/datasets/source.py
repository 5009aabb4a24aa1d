"""What a place that data sets come from has to do, and what can go wrong there.

A source has one method. It is handed an order: the files that are still wanted, a scratch folder,
and `accept`, to which it offers each file that it could get. Whether a file is the right one is
judged by `accept` alone, by its hash; a source knows only how to get bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from np_data.datasets.entry import IdxFile


class FetchError(OSError):
    """A data set could not be fetched: every source and its reason, or a disk that is full.

    Examples
    --------
    >>> import tempfile
    >>> from np_data import DatasetEntry, IdxFile, fetch
    >>> from np_data.datasets.sources import LocalFolder
    >>> roles = ("train_images", "train_labels", "test_images", "test_labels")
    >>> entry = DatasetEntry("nowhere", {role: IdxFile(role, "00" * 32) for role in roles})
    >>> fetch(entry, tempfile.mkdtemp(), sources=[LocalFolder("/nowhere")])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    np_data.datasets.source.FetchError: nowhere: no source had train_images, train_labels, ...
      folder /nowhere: /nowhere is not a folder
    Put the files, gzip or not, into FOLDER/nowhere and set NP_DATA_MIRROR=FOLDER.
    """


class SourceError(Exception):
    """Why one source cannot deliver. The next one is asked."""


class RefusedError(SourceError):
    """A file that arrived is not the one that was ordered, judged by its SHA-256."""


@dataclass(frozen=True)
class Order:
    """What `fetch` asks of a source.

    Attributes
    ----------
    dataset
        The name of the data set.
    files
        The files that no source before has brought.
    folder
        A scratch folder, empty but for what an interrupted order for this data set left to resume.
    accept
        ``accept(file, path)`` takes the file at `path`, gzip or not, or raises RefusedError.
    progress
        Whether to report to a person who is watching.
    """

    dataset: str
    files: tuple[IdxFile, ...]
    folder: Path
    accept: Callable[[IdxFile, Path], None]
    progress: bool = False


class Source(Protocol):
    """A place that data sets come from. ``str(source)`` is what messages call it."""

    def bring(self, order: Order) -> None:
        """Offer files to ``order.accept``; raise SourceError where that is not possible."""


def optional(module: str) -> Any:
    """Import what the extra `np-data[download]` installs, or say that this extra is missing."""
    try:
        return import_module(module)
    except ImportError:
        raise SourceError(f"{module} is missing: pip install 'np-data[download]'") from None
