r"""Cut the text of a CSV file into blocks of complete lines, in constant memory.

The parsers see one plain form of text: UTF-8 without a byte order mark, lines that end in ``\\n``,
no quotes around numbers and no blank lines at the end of the file.
"""

import re
from collections.abc import Iterator

from np_data._file_kinds import kind_of_file
from np_data._streams import Stream
from np_data.errors import CsvError

_BLOCK = 1 << 18  # bytes: small enough for the cache, large enough that Python's overhead is small
_LONGEST_LINE = 1 << 26
_BOM = b"\xef\xbb\xbf"


def blocks_of_lines(stream: Stream, delimiter: str, *, name: str) -> Iterator[bytes]:
    r"""Yield the text in blocks of complete lines that end in ``\n``.

    Raises
    ------
    CsvError
        If the file is empty or of another kind, such as a zip archive or a web page, or if a line
        is longer than 64 MiB.
    """
    first = True
    blank = b""  # b"\n" after blank lines: the parser rejects it if another row follows
    for block in _raw_blocks(stream, name):
        if first:
            block = block.removeprefix(_BOM)
            if kind := kind_of_file(block[:64]):
                raise CsvError(f"{name}: line 1: expected a row or a header, got {kind}")
        text = _plain(block, delimiter)
        end = _end_of_last_row(text)
        if end:
            yield blank + text[:end]
            first, blank = False, b""
        if end < len(text):
            blank = b"\n"
    if first:
        raise CsvError(f"{name}: line 1: expected a row or a header, got the end of the file")


def without_columns(block: bytes, columns: tuple[int, ...], delimiter: str) -> bytes | None:
    """Return the text without some columns, or None if a line is too short to have them."""
    between = delimiter.encode()
    lines = []
    for line in block.split(b"\n")[:-1]:
        cells = line.split(between, columns[-1] + 1)
        if len(cells) <= columns[-1]:
            return None
        for column in reversed(columns):
            del cells[column]
        lines.append(between.join(cells) + b"\n")
    return b"".join(lines)


def _raw_blocks(stream: Stream, name: str) -> Iterator[bytes]:
    """Yield complete lines as they are in the file; a newline is added to the last one."""
    begun = b""  # a line whose end has not been read
    while True:
        block = bytearray(len(begun) + max(len(begun), _BLOCK))
        block[: len(begun)] = begun
        size = len(begun) + stream.readinto(memoryview(block)[len(begun) :])
        if size == len(begun):
            break
        end = block.rfind(b"\n", 0, size) + 1
        begun = bytes(block[end:size])
        if len(begun) > _LONGEST_LINE:
            raise CsvError(
                f"{name}: expected lines of at most {_LONGEST_LINE} bytes that end in \\n or "
                "\\r\\n, got a longer line"
            )
        if end:
            yield bytes(memoryview(block)[:end])
    if begun:
        yield begun + b"\n"


def _plain(text: bytes, delimiter: str) -> bytes:
    """Return the text with plain line ends, plain cells and single spaces."""
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n")
    between = re.escape(delimiter.encode())
    if b'"' in text:  # a quoted cell that holds a delimiter, quote or newline stays as it is
        text = re.sub(rb'(?<![^\n%b])"([^"\n%b]*)"(?=[\n%b])' % ((between,) * 3), rb"\1", text)
    if delimiter == " ":  # columns may be aligned, and lines may end in a space
        text = re.sub(rb"(?m)^ +| +$", b"", re.sub(rb" {2,}", b" ", text))
    return text


def _end_of_last_row(text: bytes) -> int:
    """Return where the last line ends that is not blank."""
    last_line = text[text.rfind(b"\n", 0, -1) + 1 :]
    if last_line.strip():
        return len(text)
    end = len(text.rstrip(b" \t\n"))
    return text.index(b"\n", end) + 1 if end else 0
