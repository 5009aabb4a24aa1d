"""Explain the error with which a solution stops, and find the student's own line."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

Line = tuple[int | None, str | None]  # number and text

# Parts of the texts of Python's and NumPy's errors, and the message that explains them.
SIGNS = {
    "name 'np' is not defined": "numpy-missing",
    "non-broadcastable output": "in-place-shape",
    "broadcast": "broadcast",
    "matmul": "product-shapes",
    "not aligned": "product-shapes",
    "shape-mismatch for sum": "product-shapes",
    "for ^": "power",
    "bitwise_xor": "power",
    "truth value of an array": "truth-of-array",
    "scalar index": "array-as-axis",
    "as a data type": "size-in-one-tuple",
    "positional arguments (": "size-in-one-tuple",
    "cannot be interpreted as an integer": "float-as-size",
    "'NoneType' object": "nothing-used",
    "cannot reshape": "reshape",
    "tuple index out of range": "axis-index",
    "IndexError": "index",
    "takes 1 positional argument but 2 were given": "self-missing",
    "unexpected keyword argument": "parameters-changed",
    "required positional argument": "parameters-changed",
}
METHODS = ("forward", "backward", "step")

# Where the frames of an error are not the student's: this package and NumPy.
LIBRARIES = (str(Path(__file__).parent), str(Path(np.__file__).parent))


def own_line(frames: Iterable[traceback.FrameSummary]) -> Line | None:
    """Return the last line that is the student's, or None."""
    own = [
        frame
        for frame in frames
        if not frame.filename.startswith(LIBRARIES) and not frame.filename.endswith(".pyx")
    ]
    return (own[-1].lineno, own[-1].line) if own else None


def explain_error(error: BaseException, solution: Any, inputs: str) -> tuple[str, dict[str, Any]]:
    """Return the name of a message and its values.

    Parameters
    ----------
    error : exception
    solution : callable
        What the student wrote.
    inputs : str
        The inputs of the case, as text.
    """
    text = f"{type(error).__name__}: {error}"
    line = own_line(traceback.extract_tb(error.__traceback__))
    values = {"error": text, "line": line, "inputs": inputs}
    if isinstance(error, AttributeError) and type(error.obj) is solution:
        if error.name in METHODS:
            return "missing-method", {"owner": solution.__name__, "name": error.name}
        return "never-assigned", values | {"name": error.name}
    known = next((name for sign, name in SIGNS.items() if sign in text), None)
    if known is None and isinstance(error, NameError) and isinstance(solution, type):
        return "undefined-name", values | {"name": error.name}
    return known or "error", values
