# /// script
# requires-python = ">=3.11"
# dependencies = ["nox>=2026.8.10"]
# ///
"""Every command of this repository: run the pipeline, run the tests, measure the speed.

`nox` alone runs the sessions that gate a change. `nox -l` lists all of them.
"""

import hashlib
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
PYTHONS = nox.project.python_versions(PACKAGES["np-data"], max_version="3.14")
# Sessions with one Python take the oldest supported one, or nox's own where that is missing.
OLDEST_PYTHON = PYTHONS[0]
if not shutil.which(f"python{OLDEST_PYTHON}"):
    OLDEST_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
PINS = ("-c", str(ROOT / "constraints.txt"))

# A package is tested alone: an inherited path could make a sibling importable.
os.environ.pop("PYTHONPATH", None)
# uv otherwise ignores certificates that only the system knows, such as a university's proxy.
os.environ.setdefault("UV_SYSTEM_CERTS", "true")
# pyenv's commands python3.11, python3.12, … answer only for the versions that this variable names.
if pyenv := shutil.which("pyenv"):
    installed = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True)
    current = ".".join(map(str, sys.version_info[:3]))
    names = dict.fromkeys([current, *installed.stdout.split()])
    os.environ["PYENV_VERSION"] = ":".join(names)

# Sessions run side by side. With more threads each, they would wait for one another's cores.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
PYTEST = ("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")

IS_ALONE = """
import importlib.util, pathlib, sys
package, *siblings = sys.argv[1:]
origin = pathlib.Path(importlib.util.find_spec(package).origin)
if not origin.is_relative_to(sys.prefix):
    sys.exit(f"{package} is imported from {origin}, not from the wheel in {sys.prefix}")
if found := [name for name in siblings if importlib.util.find_spec(name)]:
    sys.exit(f"siblings of {package} can be imported: {found}")
"""


def group(name: str, project: dict = TOOLS) -> list[str]:
    """Return the requirements of a dependency group."""
    return nox.project.dependency_groups(project, name)


def run_pipeline(session: nox.Session, *command: str) -> None:
    """Run a module of the pipeline in the environment that nox itself runs in.

    The requirements are installed there, so that `.venv/bin/dvc` works afterwards as well.
    """
    if sys.prefix == sys.base_prefix:
        session.error("run nox from a virtual environment; README.md shows how to make one")
    install = ["pip", "install", "--quiet"]
    if importlib.util.find_spec("uv"):
        install = ["uv", *install, "--compile-bytecode", "--python", sys.executable]
    session.run(sys.executable, "-m", *install, *PINS, *group("pipeline"), external=True)
    # DVC starts each stage as `python -m …`: that must be the Python of this environment.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    session.run(sys.executable, "-m", *command, *session.posargs, external=True, env={"PATH": path})


@nox.session(python=False, default=False)
def reproduce(session: nox.Session) -> None:
    """Download the data, train every recipe, evaluate, write reports/report.html."""
    run_pipeline(session, "pipelines.commands.reproduce")


@nox.session(python=False, default=False)
def flagships(session: nox.Session) -> None:
    """Train the larger networks, which `reproduce` leaves out; write reports/flagships.html."""
    run_pipeline(session, "pipelines.commands.reproduce", "--flagships")


@nox.session(python=False, default=False)
def verify(session: nox.Session) -> None:
    """Train again in a fresh clone and compare with the committed results (`-- --quick`: two)."""
    run_pipeline(session, "pipelines.commands.verify")


def install_and_test(
    session: nox.Session, package: str, *pins: str, groups: tuple[str, ...] = ("test",)
) -> None:
    """Install the wheel of one package without its siblings, and run its tests."""
    project = PACKAGES[package]
    requirements = [item for name in groups for item in group(name, project)]
    session.install(*pins, f"./packages/{package}", *requirements)
    modules = [name.replace("-", "_") for name in (package, *(p for p in PACKAGES if p != package))]
    session.run("python", "-I", "-c", IS_ALONE, *modules)
    session.chdir(f"packages/{package}")
    session.run(*PYTEST, *session.posargs, env=ONE_THREAD)


@nox.session(python=PYTHONS, tags=["gate"], allow_parallel=True)
@nox.parametrize("package", list(PACKAGES), ids=list(PACKAGES))
def tests(session: nox.Session, package: str) -> None:
    """Test each package alone, from its wheel, on every Python that is present."""
    install_and_test(session, package, *PINS)


@nox.session(python=OLDEST_PYTHON, tags=["gate"], allow_parallel=True)
def integration(session: nox.Session) -> None:
    """Test what crosses packages: architecture, README examples, the pipeline on small data."""
    session.install(*PINS, *group("pipeline"), *group("integration"))
    others = ["--ignore", "tests/browser", "--ignore", "tests/docs"]
    session.run(*PYTEST, *others, "tests", *session.posargs, env=ONE_THREAD)


@nox.session(python=OLDEST_PYTHON, tags=["gate"], allow_parallel=True)
def types(session: nox.Session) -> None:
    """Check the types of the packages and the pipeline, and of the READMEs' examples."""
    wheels = [f"./packages/{package}" for package in PACKAGES]
    session.install(*PINS, *group("types"), *group("pipeline"), *wheels)
    for package in PACKAGES:
        session.run("mypy", f"packages/{package}/src")
    session.run("mypy", "--platform", "win32", "packages/np-data/src")  # no fcntl, no madvise
    session.run("mypy", "pipelines")
    session.run("python", "tests/examples.py", "build/examples")
    session.run("mypy", "--strict", "build/examples")
    quiet = {"PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}  # or it asks for a newer version
    session.run("pyright", "build/examples", env=quiet)


@nox.session(python=OLDEST_PYTHON, tags=["gate"], allow_parallel=True)
def lint(session: nox.Session) -> None:
    """Check style, likely mistakes and security rules with ruff, and the workflows with zizmor."""
    session.install(*PINS, *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("zizmor", "--offline", "--quiet", ".github")
    session.run("repo-review", ".", "--show", "err")


@nox.session(python=OLDEST_PYTHON, venv_backend="uv", default=False, allow_parallel=True)
@nox.parametrize("package", list(PACKAGES), ids=list(PACKAGES))
def oldest(session: nox.Session, package: str) -> None:
    """Test each package with the oldest versions that it, its extras and its tests allow."""
    project = PACKAGES[package]["project"]
    extras = project.get("optional-dependencies", {}).values()
    lowest = ["--resolution", "lowest-direct", *project["dependencies"], *chain(*extras)]
    if package == "np-viz":
        lowest.append("pyparsing==3.2.*")  # 3.3 deprecates what the oldest Matplotlib calls
    install_and_test(session, package, *lowest)


@nox.session(python=OLDEST_PYTHON, venv_backend="virtualenv", default=False)
@nox.parametrize("package", ["np-layers", "np-optim"], ids=["np-layers", "np-optim"])
def torch(session: nox.Session, package: str) -> None:
    """Compare layers, losses and optimizers with PyTorch's own numbers."""
    install_and_test(session, package, *PINS, groups=("test", "torch"))


@nox.session(python=OLDEST_PYTHON, default=False)
def course(session: nox.Session) -> None:
    """Measure np-lab's grader like a classifier: mistakes found, false alarms, time."""
    session.install(*PINS, "./packages/np-lab")
    session.run("python", "-m", "np_lab.measure", *session.posargs)


@nox.session(python=OLDEST_PYTHON, default=False)
def notebooks(session: nox.Session) -> None:
    """Execute np-lab's notebooks, with stubs and with solutions (`-- en --quick`: some)."""
    session.install(*PINS, "./packages/np-lab", *group("notebooks", PACKAGES["np-lab"]))
    session.run("python", "packages/np-lab/tests/notebooks/execute.py", *session.posargs)


@nox.session(python=OLDEST_PYTHON, venv_backend="virtualenv", default=False)
def offline(session: nox.Session) -> None:
    """Install np-lab's wheel in an empty environment, and finish unit 2 without a network."""
    folder = Path(session.create_tmp())
    session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, "packages/np-lab")
    session.run("python", "-m", "venv", "--clear", folder / "student")
    python = folder / "student" / ("Scripts" if os.name == "nt" else "bin") / "python"
    (wheel,) = folder.glob("np_lab-*.whl")
    session.run(python, "-m", "pip", "install", "-q", *PINS, wheel, external=True)
    shutil.rmtree(folder / "work", ignore_errors=True)
    (folder / "work").mkdir()
    session.run("python", "packages/np-lab/tests/test_offline.py", python, folder / "work")


@nox.session(python=OLDEST_PYTHON, venv_backend="virtualenv", default=False)
def machines(session: nox.Session) -> None:
    """Check for equal bits with other processors, BLAS libraries and NumPys: two tiny trainings.

    `-- --quick` takes a few of them. Emulated processors need QEMU: apt-get install
    qemu-user-static.
    """
    session.install(*PINS, "numpy")
    session.run("python", "tests/machines/run.py", *session.posargs)


@nox.session(python=OLDEST_PYTHON, default=False)
def browser(session: nox.Session) -> None:
    """Test the report page in Chromium, which must be installed."""
    session.install(*PINS, *group("browser"))
    session.run(*PYTEST, "tests/browser", *session.posargs)


@nox.session(python=OLDEST_PYTHON, default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation into build/docs, and check its links and examples."""
    session.install(*PINS, *group("docs"), *(f"./packages/{package}" for package in PACKAGES))
    session.run("sphinx-build", "-q", "-W", "--keep-going", "-c", "docs", ".", "build/docs")
    # tests/conftest.py needs the pipeline, which is not installed here.
    session.run(*PYTEST, "--noconftest", "tests/docs", *session.posargs)


@nox.session(python=OLDEST_PYTHON, venv_backend="uv", default=False)
def release(session: nox.Session) -> None:
    """Build a package's wheel and sdist twice, compare their bytes, and try them: `-- np-data`."""
    if session.posargs not in [[package] for package in PACKAGES]:
        session.error(f"name one package after `--`: {', '.join(PACKAGES)}")
    (package,) = session.posargs
    session.install(*PINS, *group("release"))
    session.run(*PYTEST, "--noconftest", "tests/test_versions.py", "-k", package)
    # What is committed is released, with the time of the commit.
    time = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    built = []
    for folder in ("first", "second"):
        here = Path(session.create_tmp()) / folder
        shutil.rmtree(here, ignore_errors=True)
        here.mkdir()
        archive = here / "sources.tar"
        session.run("git", "archive", "-o", str(archive), f"HEAD:packages/{package}", external=True)
        shutil.unpack_archive(archive, here / "sources", filter="data")
        session.run("python", "-m", "build", "--no-isolation", "--outdir", str(here / "dist"),
                    str(here / "sources"), env={"SOURCE_DATE_EPOCH": time.stdout.strip()},
                    silent=True)  # fmt: skip
        built.append({path.name: path.read_bytes() for path in sorted((here / "dist").iterdir())})
    if built[0] != built[1]:
        session.error(f"two builds of {package} differ: {', '.join(built[0])}")
    dist = ROOT / "dist"
    dist.mkdir(exist_ok=True)
    for name, content in built[0].items():
        (dist / name).write_bytes(content)
    files = [str(dist / name) for name in built[0]]
    (wheel,) = (file for file in files if file.endswith(".whl"))
    session.run("twine", "check", "--strict", *files)
    session.run("check-wheel-contents", wheel)
    use = f"import {package.replace('-', '_')} as p, numpy; [getattr(p, n) for n in p.__all__]; "
    use += "print(p.__name__, p.__version__, 'with NumPy', numpy.__version__)"
    # Each Python with the oldest dependencies that have wheels for it, and with the newest ones.
    needs = [f"--with={need}" for need in PACKAGES[package]["project"]["dependencies"]]
    for python in filter(lambda version: shutil.which(f"python{version}"), PYTHONS):
        for versions in ("lowest-direct", "highest"):
            session.run("uv", "run", "--no-project", "--isolated", "--no-build", "--quiet",
                        "--python", python, "--resolution", versions, "--with", wheel,
                        *needs, "python", "-I", "-c", use)  # fmt: skip
    for file in files:
        session.log(f"{hashlib.sha256(Path(file).read_bytes()).hexdigest()}  {Path(file).name}")


@nox.session(python=OLDEST_PYTHON, default=False)
def audit(session: nox.Session) -> None:
    """Ask PyPI for known vulnerabilities of every pinned version."""
    session.install(*PINS, *group("audit"))
    options = ["--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    session.run("pip-audit", *options, "-r", str(ROOT / "constraints.txt"), *session.posargs)


@nox.session(python=OLDEST_PYTHON, venv_backend="virtualenv", default=False)
def bench(session: nox.Session) -> None:
    """Measure speed against other libraries, which are installed in this session only."""
    session.install(*PINS, *group("bench"), *(f"./packages/{package}" for package in PACKAGES))
    for area in ("training", "parts", "convolution", "growth", "data", "optimizers", "metrics"):
        result = f"{session.create_tmp()}/{area}.json"
        session.run("python", f"benchmarks/{area}.py", "--json", result, *session.posargs)


if __name__ == "__main__":
    nox.main()
