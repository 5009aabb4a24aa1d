"""Description of one IDX file of a data set: its name, its SHA-256, its size and its archive."""

import re
from dataclasses import dataclass

_MAX_SIZE = 1 << 30  # limit if the size is unknown; the largest file of EMNIST has 547 MB


@dataclass(frozen=True)
class IdxFile:
    """One IDX file: its name, and the SHA-256 and size in bytes of its decompressed content.

    ``name`` has no folders, ``sha256`` has 64 hexadecimal digits in lower case; else ValueError.
    Without ``size``, up to 1 GiB is accepted before the hash is compared.

    Some data sets are published with the hash of a compressed file only. If ``name`` ends in
    ``.gz`` or ``.zip``, hash and size are those of the compressed file, and it stays compressed.
    ``member`` is the path of the IDX file, gzip or not, in a ``.zip``.

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
    member: str | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", self.name):
            raise ValueError(f"name must be a plain file name without folders, got {self.name!r}")
        if not re.fullmatch(r"[0-9a-f]{64}", self.sha256):
            raise ValueError(
                f"sha256 must be 64 hexadecimal digits in lower case, got {self.sha256!r}; "
                "it is the hash of the decompressed file: gzip -dc FILE.gz | sha256sum"
            )
        if self.name.endswith(".zip") != (self.member is not None):
            raise ValueError(
                f"a .zip, and no other file, must have a member, got {self.name!r} with the member "
                f"{self.member!r}"
            )
        if self.size is not None and not (isinstance(self.size, int) and self.size >= 0):
            raise ValueError(f"size must be a whole number of bytes, got {self.size!r}")

    @property
    def stays_compressed(self) -> bool:
        """Whether hash and size are those of the compressed file."""
        return self.name.endswith((".gz", ".zip"))

    @property
    def limit(self) -> int:
        """Greatest number of bytes to read, counted in the same form as ``size``."""
        return _MAX_SIZE if self.size is None else self.size
