"""Unit 1: IDX and CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from np_lab._running import Arrays, ProtocolError, Solution, call_function
from np_lab.task import Task
from np_lab.units.data import mutants

Array = np.ndarray[Any, Any]


def read_idx(data: bytes) -> Array:
    """Return the array, one number at a time."""
    kind, axes = data[2], data[3]
    size = {0x08: 1, 0x0C: 4, 0x0D: 4, 0x0E: 8}[kind]
    shape = [int.from_bytes(data[4 + 4 * a : 8 + 4 * a], "big") for a in range(axes)]
    body = data[4 + 4 * axes :]
    if len(body) != size * np.prod(shape):
        raise ValueError(f"the header promises the shape {shape}, got {len(body)} bytes")
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    if kind in (0x0D, 0x0E):
        numbers = [float(np.frombuffer(part[::-1], f"<f{size}")[0]) for part in parts]
        return np.array(numbers).reshape(shape)
    return np.array([int.from_bytes(p, "big", signed=size > 1) for p in parts]).reshape(shape)


def read_csv(text: str) -> tuple[Array, Array]:
    """Return pixels and labels, one cell at a time."""
    lines = text.rstrip().split("\n")
    names = lines[0].strip().split(",")
    pixels, labels = [], []
    for line in lines[1:]:
        cells = dict(zip(names, line.strip().split(","), strict=True))
        labels.append(int(cells.pop("label")))
        pixels.append([int(cell) for cell in cells.values()])
    return np.array(pixels, np.uint8), np.array(labels)


def one_hot(labels: Array, classes: int) -> Array:
    """Return t_nk = 1 where k is the label of n."""
    t = np.zeros((len(labels), classes))
    for n, label in enumerate(labels):
        t[n, label] = 1
    return t


def _idx(array: Array) -> bytes:
    """Return an IDX file as bytes."""
    code = {"u1": 0x08, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}[array.dtype.str[1:]]
    header = bytes([0, 0, code, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def idx_cases() -> list[Arrays]:
    """Return labels, images, whole numbers and fractions."""
    rng = np.random.default_rng(17)
    return [
        {"data": _idx(np.array([7, 200, 3], np.uint8))},
        {"data": _idx(rng.integers(0, 256, size=(2, 3, 4), dtype=np.uint8))},
        {"data": _idx(rng.integers(-(10**6), 10**6, size=(3, 2), dtype=np.int32))},
        {"data": _idx(rng.normal(size=(2, 2)).astype(np.float32))},
        {"data": _idx(rng.normal(size=5))},
    ]


def csv_cases() -> list[Arrays]:
    """Return tables with the label first, last and in between, with and without a last newline."""
    return [
        {"text": "label,pixel0,pixel1\n5,0,255\n0,7,130\n"},
        {"text": "pixel0,pixel1,label\n10,20,3\n30,40,9\n50,200,1"},
        {"text": "pixel0,label,pixel1,pixel2\n1,2,3,4\n\n"},
    ]


def label_cases() -> list[Arrays]:
    """Return labels among which some classes do not occur."""
    return [
        {"labels": np.array([1]), "classes": 3},
        {"labels": np.array([2, 0, 2, 1]), "classes": 3},
        {"labels": np.array([3, 1, 3]), "classes": 5},
    ]


def run_read_idx(solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]) -> Arrays:
    """Read the bytes; then see whether a byte too few or too many is refused with ValueError."""
    data = inputs["data"]
    array = solution(data)
    if array is None:
        raise ProtocolError("returns-nothing", names="array")
    return {
        "array": np.asarray(array),
        "refuses a file that is too short": _refuses(solution, data[:-1]),
        "refuses a file that is too long": _refuses(solution, data + b"\0"),
    }


def _refuses(solution: Solution, data: bytes) -> float:
    try:
        solution(data)
    except ValueError:
        return 1.0
    except Exception as error:  # a student's code may raise anything
        got = type(error).__name__
        raise ProtocolError("wrong-error", wanted="ValueError", got=got) from error
    return 0.0


def run_read_csv(solution: Solution, inputs: Mapping[str, Any], outputs: tuple[str, ...]) -> Arrays:
    """Read the table; the dtypes are outputs as well."""
    result = call_function(solution, inputs, outputs[:2])
    return result | {
        "pixels are uint8": float(np.asarray(result["pixels"]).dtype == np.uint8),
        "labels are integers": float(np.asarray(result["labels"]).dtype.kind in "iu"),
    }


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for the length of an IDX file."""
    rng = np.random.default_rng([1, seed])
    n, h, w = (int(v) for v in rng.integers(2, 30, size=3))
    return {"n": n, "h": h, "w": w}, 16 + n * h * w


TASKS = (
    Task(
        unit="data",
        name="read_idx",
        outputs=("array", "refuses a file that is too short", "refuses a file that is too long"),
        oracle=read_idx,
        cases=idx_cases,
        mutants=mutants.READ_IDX,
        run=run_read_idx,
    ),
    Task(
        unit="data",
        name="read_csv",
        outputs=("pixels", "labels", "pixels are uint8", "labels are integers"),
        oracle=read_csv,
        cases=csv_cases,
        mutants=mutants.READ_CSV,
        run=run_read_csv,
    ),
    Task(
        unit="data",
        name="one_hot",
        outputs=("t",),
        oracle=one_hot,
        cases=label_cases,
        mutants=mutants.ONE_HOT,
    ),
)
