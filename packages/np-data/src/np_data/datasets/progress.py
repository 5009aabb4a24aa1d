"""Telling a person who watches a terminal what is going on, on stderr, and nobody else."""

import sys
from contextlib import nullcontext
from importlib import import_module
from typing import Any


def watching() -> bool:
    """Tell whether somebody sees stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


def note(text: str, shown: bool) -> None:
    """Print one line."""
    if shown:
        print(f"np-data: {text}", file=sys.stderr, flush=True)


def bar(title: str, shown: bool) -> Any:
    """Return a tqdm bar over bytes as a context manager; None in its place without tqdm."""
    if not shown:
        return nullcontext()
    try:
        tqdm = import_module("tqdm").tqdm
    except ImportError:
        return nullcontext()
    return tqdm(desc=title, unit="B", unit_scale=True, unit_divisor=1024)
