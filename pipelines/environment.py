"""The root folder of the repository, and the arithmetic that the pipeline computes with.

Networks and losses compute exactly (packages/np-layers/docs/exact.md), so no processor, number of
threads, matrix library or version of NumPy changes a bit of a result. ``pipelines/__init__.py``
imports this module first: it puts the packages of this checkout first on the import path, so that a
stage computes with the sources that DVC hashed, whatever is installed.
"""

import sys
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[1]
ARITHMETIC: Literal["exact"] = "exact"

sys.path[:0] = [str(path) for path in sorted(ROOT.glob("packages/*/src"))]
