"""A data set in memory: the arrays that the four IDX files hold, and the names of the classes."""

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from np_data.datasets.entry import DatasetEntry
from np_data.datasets.fetch import fetch
from np_data.datasets.registry import find
from np_data.datasets.source import Source
from np_data.idx import read_idx


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

    Examples
    --------
    >>> import numpy as np
    >>> images, labels = np.zeros((2, 28, 28), np.uint8), np.array([1, 0], np.uint8)
    >>> data = Dataset(images, labels, images, labels, ("cat", "dog"))
    >>> [data.class_names[label] for label in data.train_labels]
    ['dog', 'cat']
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

    Examples
    --------
    >>> import hashlib, tempfile
    >>> import numpy as np
    >>> from np_data import IdxFile, write_idx
    >>> there, files = tempfile.mkdtemp(), {}
    >>> for role in ("train_images", "train_labels", "test_images", "test_labels"):
    ...     write_idx(f"{there}/{role}", np.arange(len(role), dtype=np.uint8))
    ...     with open(f"{there}/{role}", "rb") as file:
    ...         files[role] = IdxFile(role, hashlib.sha256(file.read()).hexdigest())
    >>> load(DatasetEntry("mine", files), there).test_labels
    array([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10], dtype=uint8)
    """
    entry = name if isinstance(name, DatasetEntry) else find(name)
    folder = fetch(entry, directory, sources=sources, progress=progress)
    arrays = {role: read_idx(folder / f.name, mmap=mmap) for role, f in entry.files.items()}
    return Dataset(**arrays, class_names=tuple(entry.class_names))
