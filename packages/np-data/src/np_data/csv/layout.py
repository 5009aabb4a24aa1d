"""What the columns of a CSV file are: how many, named or not, and which of them is the label."""

import csv
import re
from typing import Literal, NamedTuple

from np_data.errors import CsvError

NUMBER = re.compile(rb"[ \t]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t]*")

_NO_DELIMITER = set('0123456789+-.eE"\r\n\0')


class Layout(NamedTuple):
    """The columns of a file: their number, the label's position, and whether they are named."""

    columns: int
    label: int | None
    has_header: bool

    @property
    def features(self) -> int:
        """Number of columns that are no label."""
        return self.columns - (self.label is not None)


def check_delimiter(delimiter: str) -> None:
    """Raise TypeError or ValueError if a delimiter cannot be told from what it stands between."""
    if not isinstance(delimiter, str):
        raise TypeError(f"delimiter must be a string, got {delimiter!r}")
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in _NO_DELIMITER:
        raise ValueError(
            f"delimiter must be one ASCII character that is no part of a number, got {delimiter!r}"
        )


def layout_of(
    line: bytes,
    *,
    label: str | int | None,
    header: bool | Literal["infer"],
    delimiter: str,
    name: str,
) -> Layout:
    """Decide from the first line of a file what its columns are.

    The line is a header if it names the label or if none of its cells is a number, and a row if
    all of them are.

    Raises
    ------
    CsvError
        If the line may be either, or there is no column for `label`.
    """
    cells = line.split(delimiter.encode())
    numbers = [NUMBER.fullmatch(cell) is not None for cell in cells]
    names = column_names(line, delimiter, name) if header is True or not all(numbers) else []
    if header == "infer":
        if any(numbers) and not all(numbers) and label not in names:
            column = numbers.index(False)
            raise CsvError(
                f"{name}: line 1: expected a header or a row of numbers, got a mixture (column "
                f"{column + 1} is {shown(cells[column])}); pass header=True or header=False"
            )
        header = not all(numbers)
    columns = len(names) if header else len(cells)
    return Layout(columns, _position(label, columns, names if header else None, name), header)


def column_names(line: bytes, delimiter: str, name: str) -> list[str]:
    """Return the names in a header, which may be quoted."""
    try:
        rows = list(csv.reader([line.decode("utf-8", "replace")], delimiter=delimiter))
    except csv.Error as problem:
        if b"\r" in line:
            raise CsvError(
                f"{name}: line 1: expected lines that end in \\n or \\r\\n, "
                f"got \\r alone in {shown(line)}"
            ) from problem
        raise CsvError(f"{name}: line 1: expected a header, got {shown(line)}") from problem
    return [cell.strip() for cell in rows[0]] if rows else [""]


def _position(
    label: str | int | None, columns: int, names: list[str] | None, name: str
) -> int | None:
    if label is None:
        return None
    if isinstance(label, int):
        if not -columns <= label < columns:
            raise CsvError(f"{name}: line 1: expected a column for label={label}, got {columns}")
        return label % columns
    if names is None:
        raise CsvError(
            f"{name}: line 1: expected a header with the column {label!r}, got a row of numbers; "
            "pass the label's position, such as label=0, or label=None"
        )
    if names.count(label) != 1:
        raise CsvError(
            f"{name}: line 1: expected one column {label!r}, got {names.count(label)} among "
            f"{', '.join(map(repr, names[:5]))}{', …' if len(names) > 5 else ''}; "
            "pass its name or position as label, or label=None"
        )
    return names.index(label)


def shown(text: bytes) -> str:
    """Return text for a message, cut where it is long."""
    return repr(text[:40].decode("utf-8", "backslashreplace")) + ("…" if len(text) > 40 else "")


def other_delimiter(cell: bytes) -> str:
    """Return a remark for a message if a cell is numbers with something else between, else ''."""
    for delimiter in ",;\t| ":
        parts = cell.strip().split(delimiter.encode())
        if len(parts) > 1 and all(NUMBER.fullmatch(part) for part in parts):
            return f", as if the delimiter were {delimiter!r}"
    return ""
