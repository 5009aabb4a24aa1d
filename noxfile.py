# /// script
# requires-python = ">=3.11"
# dependencies = ["nox>=2026.8.10"]
# ///
"""Every check and every run of this repository, each in an environment made for it.

`nox` alone runs what gates a change; `nox -l` lists the rest.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from itertools import chain
from pathlib import Path

import nox

nox.needs_version = ">=2026.8.10"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_external_run = True
nox.options.error_on_missing_interpreters = False
nox.options.parallel = "auto"
nox.options.sessions = ["integration", "tests", "types", "lint"]

ROOT = Path(__file__).parent
TOOLS = nox.project.load_toml(ROOT / "pyproject.toml")
PACKAGES = {
    path.parent.name: nox.project.load_toml(path)
    for path in sorted(ROOT.glob("packages/*/pyproject.toml"))
}
PINS = ("-c", str(ROOT / "constraints.txt"))

# A package is tested where no sibling can be imported; an inherited path could bring one in.
os.environ.pop("PYTHONPATH", None)


def pythons() -> list[str]:
    """Return the versions that answer on this machine, of those that the packages support."""
    if shutil.which("pyenv"):  # its python3.x answer only when they are named
        names = subprocess.run(["pyenv", "versions", "--bare"], capture_output=True, text=True)
        here = ".".join(map(str, sys.version_info[:3]))
        os.environ["PYENV_VERSION"] = ":".join(dict.fromkeys([here, *names.stdout.split()]))
    found = []
    for version in ("3.11", "3.12", "3.13", "3.14"):
        command = shutil.which(f"python{version}")
        if command and not subprocess.run([command, "-c", ""], capture_output=True).returncode:
            found.append(version)
    return found or [f"{sys.version_info.major}.{sys.version_info.minor}"]


PYTHONS = pythons()

ALONE = """
import importlib.util, pathlib, sys
package, *siblings = sys.argv[1:]
place = pathlib.Path(importlib.util.find_spec(package).origin)
if not place.is_relative_to(sys.prefix):
    sys.exit(f"{package} is imported from {place}, not from the wheel in {sys.prefix}")
if found := [name for name in siblings if importlib.util.find_spec(name)]:
    sys.exit(f"siblings of {package} can be imported: {found}")
"""


def group(name: str, project: dict = TOOLS) -> list[str]:
    """Return the requirements of a dependency group."""
    return nox.project.dependency_groups(project, name)


def install_and_test(
    session: nox.Session, package: str, *pins: str, groups: tuple[str, ...] = ("test",)
) -> None:
    """Install one package's wheel and nothing of its siblings, and run its tests."""
    project = PACKAGES[package]
    needs = [need for name in groups for need in group(name, project)]
    session.install(*pins, f"./packages/{package}", *needs)
    modules = [name.replace("-", "_") for name in (package, *(p for p in PACKAGES if p != package))]
    session.run("python", "-I", "-c", ALONE, *modules)
    session.chdir(f"packages/{package}")
    session.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *session.posargs)


@nox.session(python=PYTHONS, tags=["gate"], allow_parallel=True)
@nox.parametrize("package", list(PACKAGES), ids=list(PACKAGES))
def tests(session: nox.Session, package: str) -> None:
    """Test each package alone, from its wheel, on every Python that is present."""
    install_and_test(session, package, *PINS)


@nox.session(python=PYTHONS[:1], venv_backend="uv", default=False, allow_parallel=True)
@nox.parametrize("package", list(PACKAGES), ids=list(PACKAGES))
def oldest(session: nox.Session, package: str) -> None:
    """Test each package with the oldest versions of what it, its extras and its tests ask for."""
    project = PACKAGES[package]["project"]
    extras = project.get("optional-dependencies", {}).values()
    lowest = ["--resolution", "lowest-direct", *project["dependencies"], *chain(*extras)]
    if package == "np-viz":
        lowest.append("pyparsing==3.2.*")  # 3.3 deprecates what Matplotlib 3.8 calls
    install_and_test(session, package, *lowest)


@nox.session(python=PYTHONS[:1], venv_backend="virtualenv", default=False)
@nox.parametrize("package", ["np-layers", "np-optim"], ids=["np-layers", "np-optim"])
def torch(session: nox.Session, package: str) -> None:
    """Compare layers, losses and optimizers with PyTorch's own numbers."""
    install_and_test(session, package, *PINS, groups=("test", "torch"))


@nox.session(python=PYTHONS[:1], tags=["gate"], allow_parallel=True)
def lint(session: nox.Session) -> None:
    """Check style, likely mistakes and security rules with ruff."""
    session.install(*PINS, *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session(python=PYTHONS[:1], tags=["gate"], allow_parallel=True)
def types(session: nox.Session) -> None:
    """Check the types of every package and of the pipeline with mypy."""
    session.install(*PINS, *group("types"), *group("pipeline"))
    for package in PACKAGES:
        session.run("mypy", f"packages/{package}/src")
    session.run("mypy", "--platform", "win32", "packages/np-data/src")  # no fcntl, no madvise
    session.env["MYPYPATH"] = os.pathsep.join(f"packages/{package}/src" for package in PACKAGES)
    session.run("mypy", "pipelines")


@nox.session(python=PYTHONS[:1], tags=["gate"], allow_parallel=True)
def integration(session: nox.Session) -> None:
    """Test what crosses packages: architecture, README examples, the pipeline on small data."""
    session.install(*PINS, *group("pipeline"), *group("integration"))
    words = ["-q", "-p", "no:cacheprovider", "--ignore", "tests/browser"]
    session.run("python", "-m", "pytest", *words, "tests", *session.posargs)


@nox.session(python=PYTHONS[:1], default=False)
def audit(session: nox.Session) -> None:
    """Ask PyPI for known weaknesses of every pinned version; fails where PyPI does not answer."""
    session.install(*PINS, *group("audit"))
    words = ["--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    session.run("pip-audit", *words, "-r", str(ROOT / "constraints.txt"), *session.posargs)


@nox.session(python=PYTHONS[:1], default=False)
def browser(session: nox.Session) -> None:
    """Open the report page in Chromium, which must be installed."""
    session.install(*PINS, *group("browser"))
    words = ["-q", "-p", "no:cacheprovider", "tests/browser"]
    session.run("python", "-m", "pytest", *words, *session.posargs)


def pipeline(session: nox.Session, *words: str) -> None:
    """Run a module of the pipeline in the environment that nox itself runs in.

    What it needs is installed there, so that `.venv/bin/dvc` works afterwards as well.
    """
    if sys.prefix == sys.base_prefix:
        session.error("run nox from an environment: python3 -m venv .venv, see README.md")
    installer = ["pip", "install", "--quiet"]
    if importlib.util.find_spec("uv"):
        installer = ["uv", *installer, "--compile-bytecode", "--python", sys.executable]
    session.run(sys.executable, "-m", *installer, *PINS, *group("pipeline"), external=True)
    session.run(sys.executable, "-m", *words, *session.posargs, external=True)


@nox.session(python=False, default=False)
def reproduce(session: nox.Session) -> None:
    """Download, train, evaluate and plot everything; the results lie in reports/."""
    pipeline(session, "pipelines.reproduce")


@nox.session(python=False, default=False)
def flagships(session: nox.Session) -> None:
    """Train the larger networks, which `reproduce` leaves out; the results lie in reports/."""
    pipeline(session, "pipelines.reproduce", "--flagships")


@nox.session(python=False, default=False)
def verify(session: nox.Session) -> None:
    """Compute the recipes anew and compare with the committed results; `-- --flagships` for all."""
    pipeline(session, "pipelines.verify")


@nox.session(python=PYTHONS[:1], venv_backend="virtualenv", default=False)
def bench(session: nox.Session) -> None:
    """Measure speed against other libraries, which are installed in this session only."""
    session.install(*PINS, *group("bench"), *(f"./packages/{package}" for package in PACKAGES))
    for area in ("training", "convolution", "growth", "data", "optimizers", "metrics"):
        result = f"{session.create_tmp()}/{area}.json"
        session.run("python", f"tests/benchmarks/{area}.py", "--json", result, *session.posargs)


if __name__ == "__main__":
    nox.main()
