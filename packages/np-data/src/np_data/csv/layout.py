"""The columns of a CSV file: how many there are, their names, and what each one is used for."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from np_data.errors import CsvError

Column = str | int
Header = bool | Literal["infer"]

NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")

_NO_DELIMITER = set('0123456789+-.eE"\r\n\0')


class Layout(NamedTuple):
    """The columns of a file: their number, the label's position, and those that are left out."""

    columns: int
    label: int | None
    dropped: tuple[int, ...] = ()
    has_header: bool = False

    @property
    def kept(self) -> list[int]:
        """Positions in the file of the columns that are not left out."""
        return [column for column in range(self.columns) if column not in self.dropped]


def check_delimiter(delimiter: str) -> None:
    """Raise TypeError or ValueError if a delimiter could be part of a number or a line end."""
    if not isinstance(delimiter, str):
        raise TypeError(f"delimiter must be a string, got {delimiter!r}")
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter in _NO_DELIMITER:
        raise ValueError(
            "delimiter must be one ASCII character that cannot be part of a number, "
            f"got {delimiter!r}"
        )


def layout_of(
    line: bytes,
    *,
    label: Column | None,
    drop: Sequence[Column],
    header: Header,
    delimiter: str,
    name: str,
) -> Layout:
    """Decide from the first line of a file what its columns are.

    Raises
    ------
    CsvError
        If the line may be a header or a row, a column is not found, or a column has no name.
    """
    where = f"{name}: line 1"
    if not line.strip():
        raise CsvError(f"{where}: expected a row or a header, got a blank line")
    cells = cells_of(line, delimiter, name)
    if len(cells) == 1 and (other := _likely_delimiter(cells[0], label)) not in (None, delimiter):
        raise CsvError(
            f"{where}: expected cells separated by {delimiter!r}, got {shown(line)}; "
            f"pass delimiter={other!r}"
        )
    if header == "infer":
        header = _is_header(cells, label, drop, where)
    dropped = {_position(column, "drop", cells, header, where) for column in drop}
    position = None if label is None else _position(label, "label", cells, header, where)
    if position in dropped:
        raise ValueError(f"label must not be one of the dropped columns, got {label!r}")
    if len(dropped) == len(cells):
        raise ValueError(f"drop must leave at least one column, got all {len(cells)}")
    for column in range(len(cells)) if header else ():
        unnamed = re.fullmatch(r"|Unnamed: \d+", cells[column])
        if unnamed and column not in {position, *dropped}:
            raise CsvError(
                f"{where}, column {column + 1}: expected a name, got {cells[column]!r}, which "
                f"pandas writes above row numbers; pass drop={column} to leave the column out"
            )
    return Layout(len(cells), position, tuple(sorted(dropped)), header)


def _is_header(cells: list[str], label: Column | None, drop: Sequence[Column], where: str) -> bool:
    """Return whether the first line is a header; raise CsvError if it may be a row as well.

    It is a header if it names the label or a column to drop, or if no cell is a number. It is a row
    if all cells are numbers. Columns that are dropped by position do not count.
    """
    if any(column in cells for column in (label, *drop)):
        return True
    dropped = {column % len(cells) for column in drop if isinstance(column, int)}
    kept = {column: cell for column, cell in enumerate(cells) if column not in dropped}
    texts = [column for column, cell in kept.items() if not NUMBER.fullmatch(cell)]
    if len(texts) == len(kept):
        return True
    if texts:
        raise CsvError(
            f"{where}: expected a header or a row of numbers, got a mixture (column "
            f"{texts[0] + 1} is {shown(cells[texts[0]])}); pass header=True or header=False"
        )
    if _may_be_names(list(kept.values())):
        raise CsvError(
            f"{where}: expected a header or a row, got {', '.join(list(kept.values())[:4])}, …, "
            "which may be names that pandas gave or a row; pass header=True or header=False"
        )
    return False


def _may_be_names(cells: list[str]) -> bool:
    """Return whether pandas may have written these numbers as names of columns.

    Columns without names are called 0, 1, 2, …. If the first row of a file was taken for its
    header, equal names were made different, such as 5, 0, 0.1, 0.2, 0.3, 18, 18.1.
    """
    if len(cells) > 1 and cells == [str(i) for i in range(len(cells))]:
        return True
    counts: Counter[str] = Counter()
    names = []
    for cell in cells:
        whole = cell.partition(".")[0]
        names.append(f"{whole}.{counts[whole]}" if counts[whole] else whole)
        counts[whole] += 1
    return cells == names and max(counts.values()) > 3


def cells_of(line: bytes, delimiter: str, name: str) -> list[str]:
    """Return the cells of the first line without quotes and spaces around them."""
    text = line.decode("utf-8", "replace")
    try:
        rows = list(csv.reader([text], delimiter=delimiter, skipinitialspace=delimiter != " "))
    except csv.Error as error:
        if "\r" in text:
            raise CsvError(
                f"{name}: line 1: expected lines that end in \\n or \\r\\n, "
                f"got \\r alone in {shown(line)}"
            ) from error
        raise CsvError(f"{name}: line 1: expected a header, got {shown(line)}") from error
    return [cell.strip() for cell in rows[0]] if rows else [""]


def _likely_delimiter(cell: str, label: Column | None) -> str | None:
    """Return the character that separates names or numbers in what was taken for one cell."""
    for delimiter in ";\t|, ":
        parts = [part.strip(' "') for part in cell.split(delimiter)]
        if len(parts) > 1 and (
            delimiter in ";\t|" or label in parts or all(map(NUMBER.fullmatch, filter(None, parts)))
        ):
            return delimiter
    return None


def _position(column: Column, option: str, cells: list[str], header: bool, where: str) -> int:
    """Return the position of the column that an option names."""
    or_none = ", or label=None" if option == "label" else ""
    if isinstance(column, int):
        if not -len(cells) <= column < len(cells):
            raise CsvError(
                f"{where}: expected a column for {option}={column}, got {len(cells)} columns"
            )
        return column % len(cells)
    if not header:
        raise CsvError(
            f"{where}: expected a header with the column {column!r}, got a row of numbers; "
            f"pass the column's position, such as {option}=0{or_none}"
        )
    if cells.count(column) != 1:
        raise CsvError(
            f"{where}: expected one column {column!r}, got {cells.count(column)} among "
            f"{', '.join(map(repr, cells[:5]))}{', …' if len(cells) > 5 else ''}; "
            f"pass its name or position as {option}{or_none}"
        )
    return cells.index(column)


def shown(text: bytes | str) -> str:
    """Return text for a message, cut where it is long."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    return repr(text[:40]) + ("…" if len(text) > 40 else "")
