"""Description of one IDX file of a data set: its name, SHA-256 and size."""

import re
from dataclasses import dataclass

_MAX_SIZE = 1 << 30  # accepted of a file of unknown size; the largest of EMNIST has 547 MB


@dataclass(frozen=True)
class IdxFile:
    """One IDX file: its name, and the SHA-256 and size in bytes of its decompressed content.

    ``name`` has no folders, ``sha256`` has 64 hexadecimal digits in lower case; else ValueError.
    Without ``size``, up to 1 GiB is accepted before the hash is compared.

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
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", self.name):
            raise ValueError(f"name must be a plain file name without folders, got {self.name!r}")
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(
                f"sha256 must be 64 hexadecimal digits in lower case, got {self.sha256!r}; "
                "it is the hash of the decompressed file: gzip -dc FILE.gz | sha256sum"
            )
        if self.size is not None and not (isinstance(self.size, int) and self.size >= 0):
            raise ValueError(f"size must be a whole number of bytes, got {self.size!r}")

    @property
    def limit(self) -> int:
        """Greatest number of decompressed bytes to read."""
        return _MAX_SIZE if self.size is None else self.size
