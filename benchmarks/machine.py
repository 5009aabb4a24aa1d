"""The machine that is measured on, and the environment in which a contestant runs there.

Whoever measures may have fixed OpenBLAS or NumPy to the instructions of an older processor. A
contestant gets what a user's machine gives.
"""

from __future__ import annotations

import os
import platform
import statistics
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

COUNTS = (
    *("MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"),
    "VECLIB_MAXIMUM_THREADS",
)
FIXING = ("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
REST = 0.2  # seconds before a turn: the threads of the one before stop waiting for more work
UNSTEADY = 1.15  # two runs on a quiet machine differ by less than this factor
PEERS = ("jax", "keras", "numpy", "scikit-learn", "torch")


def environment(threads: int, *, one_blas_thread: bool = False) -> dict[str, str]:
    """Return the variables of a process that may use so many threads.

    The matrix library has them, as by default; with ``one_blas_thread`` np-layers has them.
    """
    free = {name: value for name, value in os.environ.items() if name not in FIXING}
    blas, layers = ("1", str(threads)) if one_blas_thread else (str(threads), "1")
    return free | dict.fromkeys(COUNTS, blas) | {"NP_LAYERS_THREADS": layers}


@cache
def cpuinfo() -> str:
    """Return what Linux says of the processor; other systems say nothing."""
    path = Path("/proc/cpuinfo")
    return path.read_text() if path.exists() else ""


def processor_class() -> str:
    """Return the kind of processor and its cores: ``"AVX2 ×2"`` or ``"AVX-512 ×8"``."""
    words = cpuinfo().split()
    kinds = {"avx512f": "AVX-512", "avx2": "AVX2"}
    kind = next((name for flag, name in kinds.items() if flag in words), platform.machine())
    return f"{kind} ×{os.cpu_count()}"


def warnings(name: str, first: list[float], second: list[float]) -> list[str]:
    """Return a warning if two runs of the same program disagree."""
    a, b = statistics.median(first), statistics.median(second)
    if max(a, b) <= UNSTEADY * min(a, b):
        return []
    return [f"warning: {name}: two runs differ by {max(a, b) / min(a, b) - 1:.0%}; measure again"]


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    lines = cpuinfo().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "class": processor_class(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{found.name: found.version for found in distributions() if found.name in PEERS},
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "date": datetime.now(UTC).date().isoformat(),
    }
