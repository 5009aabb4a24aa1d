"""Description of one IDX file of a data set: its name, SHA-256 and size."""

import re
from dataclasses import dataclass

_MAX_SIZE = 1 << 30  # accepted of a file of unknown size; the largest of EMNIST has 547 MB


@dataclass(frozen=True)
class IdxFile:
    """One IDX file: its name, and the SHA-256 and size in bytes of its decompressed content.

    Parameters
    ----------
    name : str
        A file name without folders.
    sha256 : str
        64 hexadecimal digits in lower case.
    size : int, optional
        Without it, up to 1 GiB is accepted before the hash is compared.

    Raises
    ------
    TypeError
        If a value has the wrong type.
    ValueError
        If the name has folders, the hash is not valid or the size is negative.

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
        """Greatest number of decompressed bytes to read."""
        return _MAX_SIZE if self.size is None else self.size

    @property
    def packed_limit(self) -> int:
        """Greatest number of bytes to download; gzip adds a little to what cannot be compressed."""
        return self.limit + self.limit // 1000 + (1 << 16)
