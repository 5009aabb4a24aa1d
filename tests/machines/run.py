"""Train the two tiny networks of tiny.py on as many kinds of machines as can be had here.

    python tests/machines/run.py [--quick] [--only TEXT] [--table]

Native environments differ in threads, OpenBLAS kernels, NumPy's processor features, NumPy's version
and the BLAS library. Emulated ones are other processors under QEMU, with Debian's NumPy. All must
print the same hashes. An environment that cannot be had here is named with the reason.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from roots import PACKAGES, unpack_root

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "np-machines"
SOURCES = [f"packages/{name}/src" for name in ("np-data", "np-layers", "np-optim")]
FIXING = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "NPY_DISABLE_CPU_FEATURES",
    "OPENBLAS_NUM_THREADS",
)
KERNELS = ("Prescott", "Core2", "Nehalem", "Sandybridge", "Haswell", "Zen")
NUMPY_VERSIONS = ("2.0.2", "2.2.6", "2.4.6")
HASHES = ("weights", "history", "predictions")


@dataclass
class Environment:
    """One kind of machine: how to make it, and the command that runs tiny.py on it."""

    name: str
    command: Callable[[], list[str]]
    variables: dict[str, str] = field(default_factory=dict)


def native(name: str, python: str = sys.executable, **variables: str) -> Environment:
    """Return an environment on this processor with other settings."""
    return Environment(name, lambda: [python, str(HERE / "tiny.py")], variables)


def other_numpy(version: str) -> Environment:
    """Return an environment with another version of NumPy, in a virtual environment of its own."""

    def command() -> list[str]:
        folder = CACHE / f"numpy-{version}"
        python = folder / "bin" / "python"
        if not (folder / "complete").exists():
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            requirement = "numpy" if version == "newest" else f"numpy=={version}"
            subprocess.run([python, "-m", "pip", "install", "-q", requirement], check=True)
            (folder / "complete").touch()
        return [str(python), str(HERE / "tiny.py")]

    return Environment(f"NumPy {version}", command)


def debian(blas: str, suite: str = "trixie") -> Environment:
    """Return an environment with Debian's NumPy and another BLAS library, on this processor."""
    packages = {
        "reference BLAS": (),
        "BLIS": ("libblis4-pthread",),
        "OpenBLAS": ("libopenblas0-pthread",),
    }

    def command() -> list[str]:
        root = CACHE / f"native-{blas.replace(' ', '-').lower()}"
        unpack_root(root, machine_name(), suite, (*PACKAGES, *packages[blas]))
        library = next(root.glob("usr/lib/*-linux-gnu*"))
        folder = {"reference BLAS": "blas", "BLIS": "blis-pthread", "OpenBLAS": "openblas-pthread"}
        loader = next(root.glob("usr/lib*/ld-linux-*.so.*"), None) or next(
            library.glob("ld-linux*")
        )
        paths = f"{library / folder[blas]}:{library / 'lapack'}:{library}"
        python = root / "usr/bin/python3"
        return [str(loader), "--library-path", paths, str(python), str(HERE / "tiny.py")]

    home = CACHE / f"native-{blas.replace(' ', '-').lower()}" / "usr"
    return Environment(f"Debian's NumPy with {blas}", command, {"PYTHONHOME": str(home)})


def emulated(architecture: str, suite: str, qemu: str, *options: str) -> Environment:
    """Return another processor, emulated by QEMU, with Debian's NumPy."""

    def command() -> list[str]:
        program = shutil.which(f"qemu-{qemu}-static")
        if program is None:
            raise FileNotFoundError("QEMU is missing: apt-get install qemu-user-static")
        root = CACHE / architecture
        unpack_root(root, architecture, suite, PACKAGES)
        return [
            program,
            *options,
            "-L",
            str(root),
            str(root / "usr/bin/python3"),
            str(HERE / "tiny.py"),
        ]

    return Environment(
        f"{architecture}, emulated", command, {"PYTHONHOME": str(CACHE / architecture / "usr")}
    )


def machine_name() -> str:
    """Return Debian's name of this processor."""
    done = subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def has_avx512() -> bool:
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.exists() and "avx512f" in cpuinfo.read_text()


def environments(*, quick: bool) -> list[Environment]:
    """Return all environments; a quick run has few native ones and one emulated."""
    threads = [native(f"{n} BLAS threads", OPENBLAS_NUM_THREADS=str(n)) for n in (1, 2, 4)]
    names = (*KERNELS, *(["SkylakeX"] if has_avx512() else []))
    kernels = [native(f"OpenBLAS {name}", OPENBLAS_CORETYPE=name) for name in names]
    old = {
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3",
        "OPENBLAS_CORETYPE": "Nehalem",
    }
    features = [native("an x86-64 without AVX2", **old)]
    versions = [other_numpy(version) for version in (*NUMPY_VERSIONS, "newest")]
    libraries = [debian("reference BLAS"), debian("BLIS")]
    processors = [
        emulated("arm64", "trixie", "aarch64", "-cpu", "neoverse-n1"),
        emulated("s390x", "forky", "s390x"),
        emulated("riscv64", "trixie", "riscv64"),
        emulated("ppc64el", "forky", "ppc64le"),
    ]
    if quick:
        return [*threads[:2], kernels[0], kernels[4], *features, versions[0], processors[1]]
    return [*threads, *kernels, *features, *versions, *libraries, *processors]


def run(environment: Environment) -> dict[str, Any]:
    """Run tiny.py in an environment; the result has the hashes, or why it could not run."""
    start = time.monotonic()
    variables = {name: value for name, value in os.environ.items() if name not in FIXING}
    variables |= environment.variables
    variables["PYTHONPATH"] = os.pathsep.join(str(ROOT / source) for source in SOURCES)
    try:
        command = environment.command()
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        text = getattr(error, "stderr", None) or str(error)
        return {"error": text.strip().splitlines()[-1]}
    return json.loads(done.stdout) | {"seconds": time.monotonic() - start}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few environments, for every change")
    parser.add_argument("--only", default="", help="environments whose name contains this text")
    options = parser.parse_args()
    CACHE.mkdir(parents=True, exist_ok=True)
    hashes: dict[str, set[str]] = {}
    failed = 0
    for environment in environments(quick=options.quick):
        if options.only not in environment.name:
            continue
        result = run(environment)
        if "error" in result:
            failed += 1
            print(f"{environment.name:34} not run: {result['error']}", flush=True)
            continue
        for recipe in ("dense", "convolutional"):
            for kind in HASHES:
                hashes.setdefault(f"{recipe} {kind}", set()).add(result[recipe][kind])
        short = " ".join(result[r]["weights"][:8] for r in ("dense", "convolutional"))
        print(
            f"{environment.name:34} {result['machine']:8} NumPy {result['numpy']:7} {short} "
            f"{result['seconds']:6.1f} s",
            flush=True,
        )
    different = sorted(name for name, values in hashes.items() if len(values) > 1)
    print(f"different: {', '.join(different)}" if different else "all hashes are equal")
    sys.exit(1 if different or failed or not hashes else 0)


if __name__ == "__main__":
    main()
