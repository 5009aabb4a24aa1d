"""What is known about a data set before any of it has arrived.

A data set of the MNIST family is four IDX files. Each is known by the SHA-256 of its decompressed
payload, which is the one thing that is trusted: not the host, not the compression, not the name.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from np_data.datasets.source import Source

ROLES = ("train_images", "train_labels", "test_images", "test_labels")
_LARGEST = 1 << 30  # accepted of a file whose size is not known: EMNIST's largest is 547 MB


@dataclass(frozen=True)
class IdxFile:
    """One IDX file: its name, and the hash and size in bytes of its decompressed payload.

    Without a size, up to 1 GiB is accepted before the hash is compared. ValueError for a name that
    is a path, a hash that is not 64 hexadecimal digits, and a size below 0.

    Examples
    --------
    >>> IdxFile("../t10k-labels", "ff" * 32)
    Traceback (most recent call last):
        ...
    ValueError: name must be a plain file name without folders, got '../t10k-labels'
    """

    name: str
    sha256: str
    size: int | None = None

    def __post_init__(self) -> None:
        if not (isinstance(self.name, str) and isinstance(self.sha256, str)):
            raise TypeError(f"name and sha256 must be text, got {self.name!r} and {self.sha256!r}")
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", self.name):
            raise ValueError(f"name must be a plain file name without folders, got {self.name!r}")
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(
                f"sha256 must be 64 hexadecimal digits in lower case, got {self.sha256!r}; "
                "it is the hash of the decompressed file: gzip -dc FILE.gz | sha256sum"
            )
        if self.size is not None and not isinstance(self.size, int):
            raise TypeError(f"size must be a whole number of bytes, got {self.size!r}")
        if self.size is not None and self.size < 0:
            raise ValueError(f"size must be at least 0 bytes, got {self.size!r}")

    @property
    def limit(self) -> int:
        """The number of payload bytes after which no hash can match any more."""
        return _LARGEST if self.size is None else self.size

    @property
    def packed_limit(self) -> int:
        """The same for the gzip file, which is a little larger where nothing can be compressed."""
        return self.limit + self.limit // 1000 + (1 << 16)


@dataclass(frozen=True)
class DatasetEntry:
    """A data set: its name, its four files by role, where they come from, and its class names.

    Parameters
    ----------
    name
        Letters, digits, ``.``, ``_`` and ``-``.
    files
        The roles ``train_images``, ``train_labels``, ``test_images`` and ``test_labels``.
    sources
        Asked one after the other, see `np_data.sources`.
    class_names
        The name of class 0, of class 1, …

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
    class_names: Sequence[str] = field(default=())

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", self.name):
            raise ValueError(f"name must be letters, digits, '.', '_' and '-', got {self.name!r}")
        if sorted(self.files) != sorted(ROLES):
            raise ValueError(
                f"files must have exactly the roles {', '.join(ROLES)}, got {list(self.files)!r}"
            )
        names = [file.name for file in self.files.values()]
        if len(set(names)) < len(names):
            raise ValueError(f"files must have four different names, got {names!r}")
