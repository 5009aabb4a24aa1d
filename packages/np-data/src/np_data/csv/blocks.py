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
_BOM = b"\xef\xbb\xbf"


def blocks_of_lines(stream: Stream, delimiter: str) -> Iterator[bytes]:
    r"""Yield the text in blocks of complete lines that end in ``\n``.

    CsvError if the file is empty or of another kind, such as a zip archive or a web page.
    """
    # Text that waits: a line whose end has not been read, and blank lines, which are dropped if no
    # other line follows.
    waiting = stream.read(_BLOCK).removeprefix(_BOM)
    expected = f"{stream.name}: line 1: expected a row or a header"
    if kind := kind_of_file(waiting[:64]):
        raise CsvError(f"{expected}, got {kind}")
    is_empty, is_read = True, False
    while not is_read:
        piece = stream.read(max(len(waiting), _BLOCK))
        is_read = not piece
        text = waiting + (piece or b"\n")
        last_row = text[: text.rfind(b"\n") + 1].rstrip(b" \t\r\n")
        end = text.index(b"\n", len(last_row)) + 1 if last_row else 0
        waiting = text[end:]
        if end:
            is_empty = False
            yield _plain(text[:end], delimiter)
    if is_empty:
        raise CsvError(f"{expected}, got the end of the file")


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
