"""Description of a data set: its IDX files, its sources and its class names."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from np_data.datasets.idx_file import IdxFile
from np_data.datasets.source import Source

Arrays = tuple[NDArray[Any], NDArray[Any]]
ROLES = ("train_images", "train_labels", "test_images", "test_labels")


@dataclass(frozen=True)
class DatasetEntry:
    """A data set: its name, its four files by role, its sources and its class names.

    Parameters
    ----------
    name : str
        Letters, digits, ``.``, ``_`` and ``-``; else ValueError.
    files : mapping of str to IdxFile
        Exactly the roles ``train_images``, ``train_labels``, ``test_images`` and ``test_labels``;
        else ValueError.
    sources : sequence of Source
        Asked one after the other, see ``np_data.datasets.sources``.
    class_names : sequence of str
        The name of class 0, of class 1, and so on.
    folder : str
        Its folder in the cache and in mirrors, by default its name. Data sets that come in one
        archive share it.
    prepare : callable, optional
        ``prepare(images, labels)`` returns upright images and class ids from 0, if the files hold
        something else. ``load`` calls it for the training and for the test arrays.

    Examples
    --------
    >>> DatasetEntry("mine", {"train_images": IdxFile("a", "00" * 32)})  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: files must have exactly the roles train_images, ..., got ['train_images']
    """

    name: str
    files: Mapping[str, IdxFile]
    sources: Sequence[Source] = ()
    class_names: Sequence[str] = ()
    folder: str = ""
    prepare: Callable[[NDArray[Any], NDArray[Any]], Arrays] | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", self.name):
            raise ValueError(f"name must be letters, digits, '.', '_' and '-', got {self.name!r}")
        if sorted(self.files) != sorted(ROLES):
            raise ValueError(
                f"files must have exactly the roles {', '.join(ROLES)}, got {list(self.files)!r}"
            )
        names = [file.member or file.name for file in self.files.values()]
        if len(set(names)) < len(names):
            raise ValueError(f"files must have four different names, got {names!r}")
        if not self.folder:
            object.__setattr__(self, "folder", self.name)
