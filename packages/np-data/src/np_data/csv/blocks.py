"""Cutting the text of a CSV file into blocks of complete lines, in constant memory."""

from collections.abc import Iterator

from np_data.errors import CsvError
from np_data.streams import Gunzip, Plain

BOM = b"\xef\xbb\xbf"  # a mark that some programs put before the first line

_BLOCK = 1 << 18  # bytes: small enough for the second-level cache, large enough to forget Python
_LONGEST_LINE = 1 << 26


def blocks_of_lines(stream: Plain | Gunzip, *, name: str) -> Iterator[bytearray]:
    r"""Yield the text in blocks of complete lines, each ending in `\n` whatever the file's ends.

    Raises
    ------
    CsvError
        If a line is longer than 64 MiB: such a file is no table, and would not fit into memory.
    """
    begun = bytearray()  # of a line whose end has not been read
    while True:
        block = bytearray(len(begun) + max(len(begun), _BLOCK))
        block[: len(begun)] = begun
        size = len(begun) + stream.readinto(memoryview(block)[len(begun) :])
        if size == len(begun):
            break
        end = block.rfind(b"\n", 0, size) + 1
        begun = block[end:size]
        if len(begun) > _LONGEST_LINE:
            raise CsvError(
                f"{name}: expected lines of at most {_LONGEST_LINE} bytes that end in \\n or "
                "\\r\\n, got more"
            )
        if end:
            del block[end:]
            yield _unix(block)
    if begun:
        yield _unix(begun + b"\n")


def _unix(block: bytearray) -> bytearray:
    return block.replace(b"\r\n", b"\n") if b"\r" in block else block
