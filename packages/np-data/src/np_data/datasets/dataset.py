"""A data set in memory: images and labels for training and testing, and the class names."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast
from zipfile import BadZipFile, ZipFile

from numpy.typing import NDArray

from np_data.datasets.entry import DatasetEntry
from np_data.datasets.fetch import fetch
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.registry import ENTRIES
from np_data.datasets.source import Source
from np_data.errors import IdxError
from np_data.idx import read_idx


class Dataset(NamedTuple):
    """Images and labels for training and testing, and the class names.

    Attributes
    ----------
    train_images, test_images : ndarray of shape (N, H, W)
        uint8 from 0 (background) to 255. ``with_channels`` gives ``(N, 1, H, W)``.
    train_labels, test_labels : ndarray of shape (N,)
        uint8 class ids.
    class_names : tuple of str
        The name of class 0, of class 1, and so on.

    Examples
    --------
    >>> import numpy as np
    >>> images, labels = np.zeros((2, 28, 28), np.uint8), np.array([1, 0], np.uint8)
    >>> data = Dataset(images, labels, images, labels, ("cat", "dog"))
    >>> data.with_channels().train_images.shape
    (2, 1, 28, 28)
    """

    train_images: NDArray[Any]
    train_labels: NDArray[Any]
    test_images: NDArray[Any]
    test_labels: NDArray[Any]
    class_names: tuple[str, ...]

    def __repr__(self) -> str:
        arrays = zip(self._fields, self[:4], strict=False)
        shapes = (f"{name}={array.dtype}{array.shape}" for name, array in arrays)
        return f"Dataset({', '.join(shapes)}, class_names={self.class_names!r})"

    def with_channels(self) -> "Dataset":
        """Return the data set with images of shape (N, 1, H, W); the arrays are views."""
        train, test = (
            images[:, None] if images.ndim == 3 else images
            for images in (self.train_images, self.test_images)
        )
        return self._replace(train_images=train, test_images=test)


def load(
    name: str | DatasetEntry,
    directory: str | os.PathLike[str] | None = None,
    *,
    sources: Sequence[Source | str | os.PathLike[str]] | None = None,
    progress: bool = True,
    mmap: bool = False,
) -> Dataset:
    """Read a data set; fetch first what is missing or damaged.

    Arguments and errors are those of ``fetch``. Without ``directory`` the files are kept in the
    cache. With ``mmap=True`` the arrays are memory maps: only the rows that are used are read.
    Files that stay compressed cannot be mapped: IdxError.

    Examples
    --------
    >>> load("cifar")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    KeyError: "unknown data set 'cifar'; known: emnist-balanced, emnist-byclass, ...
    """
    entry = name if isinstance(name, DatasetEntry) else ENTRIES[name]
    folder = fetch(entry, directory, sources=sources, progress=progress)
    arrays = {role: _read(folder, file, mmap=mmap) for role, file in entry.files.items()}
    if entry.prepare is not None:
        for part in ("train", "test"):
            images, labels = f"{part}_images", f"{part}_labels"
            arrays[images], arrays[labels] = entry.prepare(arrays[images], arrays[labels])
    return Dataset(**arrays, class_names=tuple(entry.class_names))


def _read(folder: Path, file: IdxFile, *, mmap: bool) -> NDArray[Any]:
    """Read one IDX file, or a member of an archive."""
    path = folder / file.name
    if file.member is None:
        return read_idx(path, mmap=mmap)
    try:
        with ZipFile(path) as archive, archive.open(file.member) as member:
            return read_idx(cast(BinaryIO, member), mmap=mmap)
    except (BadZipFile, KeyError) as error:
        raise IdxError(f"{path}: expected an archive with {file.member}, got {error}") from error
