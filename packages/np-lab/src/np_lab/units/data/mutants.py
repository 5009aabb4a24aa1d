"""Mistakes in reading files."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
TYPES = {0x08: "u1", 0x0C: "i4", 0x0D: "f4", 0x0E: "f8"}


def _reader(
    order: str = ">",
    kind: str | None = None,
    start: int | None = None,
    check: bool = True,
    shape_order: str = ">",
    finish: Any = lambda a, shape: a.reshape(shape),
) -> Any:
    """Return a reader in which one of these is wrong."""

    def read_idx(data: bytes) -> Any:
        axes = data[3]
        shape = [int(n) for n in np.frombuffer(data, f"{shape_order}i4", axes, 4)]
        begin = 4 + 4 * axes if start is None else start
        dtype = np.dtype(order + (kind or TYPES[data[2]]))
        count = int(np.prod(shape))
        if check and len(data) != 4 + 4 * axes + count * np.dtype(TYPES[data[2]]).itemsize:
            raise ValueError("wrong length")
        numbers = np.frombuffer(
            data[begin : begin + (len(data) - begin) // dtype.itemsize * dtype.itemsize], dtype
        )
        numbers = np.resize(numbers, count) if len(numbers) < count else numbers[:count]
        return finish(numbers, shape)

    return read_idx


def _accepts_longer(data: bytes) -> Any:
    axes = data[3]
    shape = np.frombuffer(data, ">i4", axes, 4)
    count = int(np.prod(shape))
    if len(data) < 4 + 4 * axes + count * np.dtype(TYPES[data[2]]).itemsize:
        raise ValueError("too short")
    return np.frombuffer(data, ">" + TYPES[data[2]], count, 4 + 4 * axes).reshape(shape)


READ_IDX = {
    "fixed-offset-16": _reader(start=16),
    "fixed-offset-8": _reader(start=8),
    "offset-4": _reader(start=4),
    "little-endian": _reader(order="<"),
    "always-uint8": _reader(kind="u1"),
    "signed-bytes": _reader(
        finish=lambda a, s: a.astype("i1").reshape(s) if a.itemsize == 1 else a.reshape(s)
    ),
    "length-not-checked": _reader(check=False),
    "longer-files-accepted": _accepts_longer,
    "not-reshaped": _reader(finish=lambda a, s: a),
    "axes-reversed": _reader(finish=lambda a, s: a.reshape(s[::-1])),
    "column-first": _reader(finish=lambda a, s: a.reshape(s, order="F")),
    "rows-of-pixels": _reader(finish=lambda a, s: a.reshape(s[0], -1)),
    "scaled": _reader(finish=lambda a, s: a.reshape(s) / 255),
}


def _table(text: str) -> tuple[list[str], Array, int]:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    names = lines[0].split(",")
    table = np.array([[int(v) for v in line.split(",")] for line in lines[1:]])
    return names, table, names.index("label")


def _csv(finish: Any) -> Any:
    """Return a reader from a function of the table and the place of the label."""

    def read_csv(text: str) -> Any:
        _, table, label = _table(text)
        pixels = np.delete(table, label, axis=1).astype(np.uint8)
        return finish(pixels, table[:, label], table, label)

    return read_csv


def _header_is_a_row(text: str) -> Any:
    rows = [[int(v) for v in line.split(",")] for line in text.split("\n") if line.strip()]
    table = np.array(rows)
    return table[:, 1:].astype(np.uint8), table[:, 0]


def _empty_line_is_a_row(text: str) -> Any:
    lines = text.split("\n")
    label = lines[0].split(",").index("label")
    table = np.array([[int(v) for v in line.split(",")] for line in lines[1:]])
    return np.delete(table, label, axis=1).astype(np.uint8), table[:, label]


READ_CSV = {
    "label-is-first": _csv(lambda p, y, t, k: (t[:, 1:].astype(np.uint8), t[:, 0])),
    "label-is-last": _csv(lambda p, y, t, k: (t[:, :-1].astype(np.uint8), t[:, -1])),
    "header-is-a-row": _header_is_a_row,
    "empty-line-is-a-row": _empty_line_is_a_row,
    "label-among-pixels": _csv(lambda p, y, t, k: (t.astype(np.uint8), y)),
    "first-row-lost": _csv(lambda p, y, t, k: (p[1:], y[1:])),
    "last-row-lost": _csv(lambda p, y, t, k: (p[:-1], y[:-1])),
    "order-swapped": _csv(lambda p, y, t, k: (y, p)),
    "signed-pixels": _csv(lambda p, y, t, k: (p.astype(np.int8), y)),
    "another-dtype": _csv(lambda p, y, t, k: (p.astype(int), y)),
    "labels-as-floats": _csv(lambda p, y, t, k: (p, y.astype(float))),
    "scaled": _csv(lambda p, y, t, k: (p / 255, y)),
    "transposed": _csv(lambda p, y, t, k: (p.T, y)),
    "labels-as-column": _csv(lambda p, y, t, k: (p, y[:, None])),
    "labels-from-zero": _csv(lambda p, y, t, k: (p, y - 1)),
    "labels-one-hot": _csv(lambda p, y, t, k: (p, np.eye(10)[y])),
}


def _hot(labels: Array, classes: int) -> Array:
    return np.eye(classes)[labels]


def _every_row(labels: Array, classes: int) -> Array:
    t = np.zeros((len(labels), classes))
    t[:, labels] = 1
    return t


def _present_only(labels: Array, classes: int) -> Array:
    present = np.unique(labels)
    return np.asarray(labels[:, None] == present, float)


ONE_HOT = {
    "labels-that-occur": _present_only,
    "largest-label": lambda y, k: np.eye(y.max() + 1)[y],
    "every-row": _every_row,
    "transposed": lambda y, k: _hot(y, k).T,
    "counts-from-one": lambda y, k: np.eye(k + 1)[y][:, 1:],
    "shifted": lambda y, k: np.roll(_hot(y, k), 1, axis=1),
    "inverted": lambda y, k: 1 - _hot(y, k),
    "label-as-value": lambda y, k: _hot(y, k) * y[:, None],
    "cumulative": lambda y, k: np.cumsum(_hot(y, k), axis=1),
    "one-class-too-many": lambda y, k: np.eye(k + 1)[y],
    "sorted": lambda y, k: _hot(np.sort(y), k),
    "summed": lambda y, k: _hot(y, k).sum(axis=0),
    "reversed-classes": lambda y, k: _hot(y, k)[:, ::-1],
}
