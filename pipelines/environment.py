"""The arithmetic of the pipeline, fixed before NumPy is loaded.

A matrix product rounds differently with another number of BLAS threads or another processor's
kernels, and NumPy's own loops differ where AVX-512 is used. So every stage uses one BLAS thread,
the kernels of the AVX2 class and NumPy's AVX2 loops: every x86-64 processor with AVX2 then gives
the same bits, with any number of cores. ``pipelines/__init__.py`` imports this module first. It
also puts the packages of this checkout first on the import path, so that a stage computes with the
sources that DVC hashed, whatever is installed.
"""

import os
import sys
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

NUMPY = "2.4.6"  # the version whose bits the committed results have
PUBLISHED = f"numpy {NUMPY}, openblas Haswell, 1 thread"
THREADS = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
# Only for that version: others have other kernels and names, and one crashed with Haswell.
KERNELS = {
    "OPENBLAS_CORETYPE": "Haswell",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}


def pin() -> None:
    """Set the variables and the import path; this has no effect on a NumPy that is loaded."""
    os.environ.update(THREADS)
    for name in (*KERNELS, "NPY_ENABLE_CPU_FEATURES"):  # NumPy refuses it beside the other list
        os.environ.pop(name, None)
    if version("numpy") == NUMPY:
        os.environ.update(KERNELS)
    sys.path[:0] = [str(path) for path in sorted(ROOT.glob("packages/*/src"))]


def arithmetic() -> str:
    """Name what computes here, such as ``numpy 2.4.6, openblas Haswell, 1 thread``."""
    import numpy
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    blas = [
        f"{pool['internal_api']} {pool.get('architecture', '?')}, "
        f"{pool['num_threads']} thread{'s' * (pool['num_threads'] != 1)}"
        for pool in threadpool_info()
        if pool["user_api"] == "blas"
    ]
    return ", ".join([f"numpy {numpy.__version__}", *blas])


pin()
