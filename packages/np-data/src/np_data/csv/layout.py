"""The columns of a CSV file: how many there are, their names, and what each one is used for."""

import csv
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from np_data.errors import CsvError

Column = str | int
Header = bool | Literal["infer"]

NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")


class Layout(NamedTuple):
    """The columns of a file: their number, the label's position, and those that are left out."""

    columns: int
    label: int | None
    dropped: tuple[int, ...]
    has_header: bool

    @property
    def features(self) -> list[int]:
        """Positions in the file of the columns of features."""
        others = (self.label, *self.dropped)
        return [column for column in range(self.columns) if column not in others]


def check_delimiter(delimiter: str) -> None:
    """Raise ValueError if a delimiter could be part of a number, a name or a line end."""
    if not re.fullmatch(r"[ -~\t]", delimiter) or delimiter.isalnum() or delimiter in '+-."':
        raise ValueError(
            f"delimiter must be one character that cannot be part of a cell, got {delimiter!r}"
        )


def layout_of(
    line: bytes,
    label: Column | None,
    drop: Sequence[Column],
    header: Header,
    delimiter: str,
    where: str,
    *,
    text_labels: bool,
) -> Layout:
    """Decide from the first line what the columns are; a CsvError begins with ``where``."""
    if not line.strip():
        raise CsvError(f"{where}: expected a row or a header, got a blank line")
    cells = _cells_of(line, delimiter, where)
    if len(cells) == 1 and (other := _likely_delimiter(cells[0], label)) not in (None, delimiter):
        raise CsvError(
            f"{where}: expected cells separated by {delimiter!r}, got {shown(line)}; "
            f"pass delimiter={other!r}"
        )
    if header == "infer":
        may_be_text = [*drop, label] if text_labels else drop
        header = _is_header(cells, label, may_be_text, where)
    dropped = {_position(column, "drop", cells, header, where) for column in drop}
    position = None if label is None else _position(label, "label", cells, header, where)
    if position in dropped or len(dropped) == len(cells):
        raise ValueError(f"drop must leave the label and at least one column, got {drop!r}")
    layout = Layout(len(cells), position, tuple(sorted(dropped)), header)
    for column in layout.features if header else ():
        if re.fullmatch(r"|Unnamed: \d+", cells[column]):
            raise CsvError(
                f"{where}, column {column + 1}: expected a name, got {cells[column]!r}, which "
                f"pandas writes above row numbers; pass drop={column} to leave the column out"
            )
    return layout


def _is_header(
    cells: list[str], label: Column | None, may_be_text: Sequence[Column | None], where: str
) -> bool:
    """Return whether the first line is a header; raise CsvError if it may be a row as well.

    It is a header if it names the label or a column that may be text, or if no cell is a number. It
    is a row if all cells are numbers. Columns that may be text, given by position, do not count.
    """
    if any(column in cells for column in (label, *may_be_text)):
        return True
    ignored = {column % len(cells) for column in may_be_text if isinstance(column, int)}
    kept = [cell for column, cell in enumerate(cells) if column not in ignored]
    texts = [cell for cell in kept if not NUMBER.fullmatch(cell)]
    if len(texts) == len(kept):
        return True
    if texts:
        raise CsvError(
            f"{where}: expected a header or a row of numbers, got a mixture with "
            f"{shown(texts[0])}; pass header=True or header=False"
        )
    if len(kept) > 1 and kept == [str(i) for i in range(len(kept))]:
        raise CsvError(
            f"{where}: expected a header or a row, got {', '.join(kept[:4])}, …, "
            "which may be a row or names that pandas gave; pass header=True or header=False"
        )
    return False


def _cells_of(line: bytes, delimiter: str, where: str) -> list[str]:
    """Return the cells of the first line without quotes and spaces around them."""
    text = line.decode("utf-8", "replace")
    try:
        rows = list(csv.reader([text], delimiter=delimiter, skipinitialspace=delimiter != " "))
    except csv.Error as error:
        raise CsvError(
            f"{where}: expected a header, and lines that end in \\n or \\r\\n, got {shown(line)}"
        ) from error
    return [cell.strip() for cell in rows[0]] if rows else [""]


def _likely_delimiter(cell: str, label: Column | None) -> str | None:
    """Return the character that separates names or numbers in what was taken for one cell."""
    for delimiter in ";\t|, ":
        parts = [part.strip(' "') for part in cell.split(delimiter)]
        if len(parts) > 1 and (label in parts or all(map(NUMBER.fullmatch, parts))):
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
    if not header or cells.count(column) != 1:
        got = ", ".join(map(repr, cells[:5])) + (", …" if len(cells) > 5 else "")
        raise CsvError(
            f"{where}: expected one column named {column!r}, got {got}; "
            f"pass its name or position as {option}{or_none}"
        )
    return cells.index(column)


def shown(text: bytes | str) -> str:
    """Return text for a message, cut where it is long."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    return repr(text[:40]) + ("…" if len(text) > 40 else "")
