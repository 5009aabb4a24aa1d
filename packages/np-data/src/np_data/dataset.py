"""A data set in memory: the arrays that the four IDX files hold, and the names of the classes."""

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from np_data.entry import DatasetEntry
from np_data.fetch import fetch
from np_data.idx import read_idx
from np_data.registry import find
from np_data.source import Source


class Dataset(NamedTuple):
    """Images and labels for training and for testing.

    Attributes
    ----------
    train_images, test_images
        ``(samples, height, width)``, uint8 from 0 (background) to 255.
    train_labels, test_labels
        ``(samples,)``, uint8 class numbers.
    class_names
        The name of class 0, of class 1, …
    """

    train_images: NDArray[Any]
    train_labels: NDArray[Any]
    test_images: NDArray[Any]
    test_labels: NDArray[Any]
    class_names: tuple[str, ...]


def load(
    name: str | DatasetEntry,
    directory: str | os.PathLike[str],
    *,
    sources: Sequence[Source] | None = None,
    progress: bool = True,
    mmap: bool = False,
) -> Dataset:
    """Read a data set from `directory`, fetching first what is missing or damaged there.

    The arguments and errors are those of `fetch`; with ``mmap=True`` the arrays are maps of the
    files, of which only the rows that are used are read.
    """
    entry = find(name) if isinstance(name, str) else name
    folder = fetch(entry, directory, sources=sources, progress=progress)
    arrays = {role: read_idx(folder / f.name, mmap=mmap) for role, f in entry.files.items()}
    return Dataset(**arrays, class_names=tuple(entry.class_names))
