"""Choosing the fastest parser that understands all of a block: bytes first, then decimals.

So the common case costs no more for all the uncommon ones, and every result is exact.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_data.csv.cells import Kind
from np_data.csv.decimals import parse_decimals
from np_data.csv.layout import Layout
from np_data.csv.pixels import parse_pixels


def parse_block(
    block: bytearray, layout: Layout, dtype: np.dtype[Any], delimiter: str
) -> NDArray[Any] | None:
    """Return the table of a block by the fastest parser that understands it, if one does."""
    text = np.frombuffer(block, np.uint8)
    for parse in (parse_pixels, parse_decimals):
        table = parse(text, layout.columns, ord(delimiter))
        if table is not None and _fits(table, layout.label, dtype):
            return table
    return None


def _fits(table: NDArray[Any], label: int | None, dtype: np.dtype[Any]) -> bool:
    """Return whether labels are integers and all other columns can be converted to the type."""
    if table.dtype == np.uint8 == dtype:
        return True
    if table.dtype.kind == "f" and dtype.kind != "f":
        return False
    kind = Kind.of(dtype)
    parts = [table]
    if label is not None:
        if (table[:, label] != np.floor(table[:, label])).any():
            return False
        parts = [table[:, :label], table[:, label + 1 :]]
    return all(
        kind.least <= part.min(initial=0) and part.max(initial=0) <= kind.greatest for part in parts
    )
