"""The machine that is measured on, and the environment in which a contestant runs there.

Whoever measures may have fixed OpenBLAS or NumPy to the instructions of an older processor. A
contestant gets what a user's machine gives.
"""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

COUNTS = (
    *("MKL_NUM_THREADS", "NP_LAYERS_THREADS", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS"),
    *("OPENBLAS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
)
FIXING = ("NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
REST = 0.2  # seconds before a turn: the threads of the one before stop waiting for more work
PEERS = ("jax", "keras", "numpy", "scikit-learn", "torch")


def environment(threads: int) -> dict[str, str]:
    """Return the variables of a process that may use so many threads."""
    free = {name: value for name, value in os.environ.items() if name not in FIXING}
    counts = dict.fromkeys(COUNTS, str(threads))
    return free | counts


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{found.name: found.version for found in distributions() if found.name in PEERS},
        "load": os.getloadavg() if hasattr(os, "getloadavg") else None,
        "date": datetime.now(UTC).date().isoformat(),
    }
