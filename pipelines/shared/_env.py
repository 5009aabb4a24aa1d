"""The arithmetic that the pipeline computes with, fixed before NumPy is loaded.

A matrix product rounds differently with another number of BLAS threads or another processor's
kernels, and NumPy's own loops differ where AVX-512 is used. So every stage runs one BLAS thread,
the kernels of the AVX2 class and NumPy's AVX2 loops: any x86-64 with AVX2 then gives the same
bits, with any number of cores. `pipelines/__init__.py` imports this module first. It also puts the
packages of this very checkout first on the import path, so that a stage computes with the sources
that DVC hashed, whatever is installed.
"""

import os
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NUMPY = "2.4.6"  # the version whose bits the committed results have
THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Other versions bring other kernels and other names; Haswell was seen to crash in one of them.
KERNELS = {
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}


def pin() -> None:
    """Set the variables and the import path; has no effect on a NumPy that is loaded already."""
    os.environ.update(THREADS)
    for name in (*KERNELS, "NPY_ENABLE_CPU_FEATURES"):  # NumPy refuses it beside the other list
        os.environ.pop(name, None)
    if version("numpy") == NUMPY:
        os.environ.update(KERNELS)
    sys.path[:0] = [str(path) for path in sorted(ROOT.glob("packages/*/src"))]


def arithmetic() -> str:
    """Name what computes here, such as `numpy 2.4.6, openblas Haswell, 1 thread`."""
    import numpy
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    blas = [
        f"{pool['internal_api']} {pool.get('architecture', '?')}, "
        f"{pool['num_threads']} thread{'s' * (pool['num_threads'] != 1)}"
        for pool in pools
    ]
    return ", ".join([f"numpy {numpy.__version__}", *blas])


PUBLISHED = f"numpy {NUMPY}, openblas Haswell, 1 thread"

if missing := [name for name in ("numpy", "pydantic") if find_spec(name) is None]:
    command = ".venv/bin/nox -s reproduce -- s1_xor"
    sys.exit(f"error: {' and '.join(missing)} must be installed; this does it: {command}")
pin()
