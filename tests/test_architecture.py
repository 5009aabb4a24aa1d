"""Rules of the code base, read from the sources: who may import whom, and what DVC must know."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipelines.recipes.params import load_params

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = sorted(path.name for path in (ROOT / "packages").iterdir() if path.is_dir())
MODULES = {name.replace("-", "_") for name in PACKAGES}
RUNTIME = {name: {"numpy"} for name in MODULES} | {"np_viz": {"numpy", "matplotlib"}}
FLAGSHIPS = "pipelines/flagships/dvc.yaml"
STAGES = [
    *(("dvc.yaml", name) for name in ("download", "preprocess")),
    *((file, name) for file in ("dvc.yaml", FLAGSHIPS) for name in ("train", "evaluate", "plot")),
    *((file, "report") for file in ("dvc.yaml", FLAGSHIPS)),
]
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
# Folders whose modules are private without an underscore.
PRIVATE_FOLDERS = {"kernels", "arithmetic", "csv", "sources", "files", "onnx", "units"}
# Files of np-lab that a student's folder gets a copy of: they import the student's own files.
STUDENT_FILES = {"experiment.py", "stub.py"}


def sources(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.AST) -> set[str]:
    """Return the whole names of the modules that a tree imports, at any depth."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def imports_when_loaded(tree: ast.Module) -> set[str]:
    """Return what is imported when the module is, and not later or only for type checking."""
    found = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            found |= imports(node)
        waiting.extend(ast.iter_child_nodes(node))
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_package_imports_no_sibling_and_not_the_pipeline(package: str) -> None:
    own = package.replace("-", "_")
    forbidden = (MODULES - {own}) | {"pipelines"}
    for path in sources(ROOT / "packages" / package / "src"):
        names = {name.split(".")[0] for name in imports(parse(path))}
        assert not names & forbidden, path


@pytest.mark.parametrize("package", PACKAGES)
def test_package_loads_only_its_runtime_dependencies(package: str) -> None:
    own = package.replace("-", "_")
    allowed = set(sys.stdlib_module_names) | RUNTIME[own] | {own}
    for path in sources(ROOT / "packages" / package / "src"):
        if path.name in STUDENT_FILES:
            continue
        loaded = {name.split(".")[0] for name in imports_when_loaded(parse(path))}
        assert loaded <= allowed, path


def module_names(folder: Path) -> dict[str, Path]:
    """Return the modules below a folder by their whole names; a package stands for its __init__."""
    named = {}
    for path in sources(folder):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        named[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return named


@pytest.mark.parametrize(
    "folder",
    [
        *(f"packages/{name}/src/{name.replace('-', '_')}" for name in PACKAGES),
        "pipelines",
    ],
)
def test_modules_import_each_other_in_no_circle(folder: str) -> None:
    modules = module_names(ROOT / folder)
    plain = {name for name, path in modules.items() if path.name != "__init__.py"}
    needs = {name: imports_when_loaded(parse(modules[name])) & plain for name in plain}
    while free := {name for name, others in needs.items() if not others}:
        needs = {name: others - free for name, others in needs.items() if name not in free}
    assert not needs, f"these modules are in a circle, or import one: {needs}"


@pytest.mark.parametrize("package", PACKAGES)
def test_module_without_underscore_holds_a_public_name(package: str) -> None:
    folder = ROOT / "packages" / package / "src" / package.replace("-", "_")
    exporters = [*folder.rglob("__init__.py"), *folder.rglob("__main__.py")]
    exported = {name for path in exporters for name in imports(parse(path))}
    for path in sources(folder):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        if PRIVATE_FOLDERS & set(parts) or any(part.startswith("_") for part in parts):
            continue
        name = ".".join(parts)
        run_by_name = parts[-1] in {"testing", "measure"}
        assert run_by_name or any(public.startswith(name) for public in exported), (
            f"{path} holds no public name; mark it with an underscore"
        )


@pytest.mark.parametrize("name", ["_atomic.py", "_elementary.py", "_names.py"])
def test_files_that_packages_share_are_equal(name: str) -> None:
    copies = sorted(ROOT.glob(f"packages/*/src/*/{name}"))
    assert len(copies) > 1
    assert len({path.read_text(encoding="utf-8") for path in copies}) == 1, copies


def all_sources() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines()
    paths = [ROOT / name for name in names] or sorted(ROOT.glob("p*/**/*.py"))
    return [path for path in paths if path.exists()]


MISTAKE_ON_SHOW = ROOT / "docs/museum/eval_names.py"


@pytest.mark.parametrize(
    "path",
    [path for path in all_sources() if path != MISTAKE_ON_SHOW],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_no_source_evaluates_text_or_unpickles(path: Path) -> None:
    tree = parse(path)
    tested = "tests" in path.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = f"{path}:{node.lineno}"
            if isinstance(node.func, ast.Name) and not tested:
                assert node.func.id not in FORBIDDEN_CALLS, place
            for keyword in node.keywords:
                constant = getattr(keyword.value, "value", None)
                assert (keyword.arg, constant) != ("shell", True), place
                assert tested or (keyword.arg, constant) != ("allow_pickle", True), place
    if not tested:
        assert not imports(tree) & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}, path


def stage_needs(stage: str) -> set[str]:
    """Return the files and package folders that a stage imports, transitively.

    An ``__init__.py`` that holds only its docstring is left out.
    """
    needed: set[str] = set()
    waiting = [f"pipelines.stages.{stage}"]
    while waiting:
        name = waiting.pop()
        place = ROOT / name.replace(".", "/")
        path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        relative = path.relative_to(ROOT).as_posix()
        if relative in needed or not path.exists():
            continue
        waiting += [name.rpartition(".")[0]] if "." in name else []
        if len(parse(path).body) > 1:
            needed.add(relative)
        for imported in imports(parse(path)):
            top = imported.split(".")[0]
            if top in MODULES:
                needed.add(f"packages/{top.replace('_', '-')}/src")
            elif top == "pipelines":
                waiting.append(imported)
    return needed


def declaration(file: str, stage: str) -> dict[str, Any]:
    """Return what a DVC file declares for a stage."""
    declared = YAML(typ="safe").load(ROOT / file)["stages"][stage]
    return dict(declared.get("do", declared))


def covers(dep: str, path: str) -> bool:
    return path == dep or path.startswith(f"{dep}/")


@pytest.mark.parametrize(("file", "stage"), STAGES)
def test_stage_depends_on_all_that_it_imports(file: str, stage: str) -> None:
    deps = declaration(file, stage)["deps"]
    missing = {path for path in stage_needs(stage) if not any(covers(dep, path) for dep in deps)}
    assert not missing, f"{file}: {stage} does not name what it imports"


@pytest.mark.parametrize(("file", "stage"), STAGES)
def test_stage_depends_on_no_code_that_it_does_not_import(file: str, stage: str) -> None:
    deps = set(declaration(file, stage)["deps"])
    code = {dep for dep in deps if re.match(r"pipelines/|packages/", dep)}
    code = {dep for dep in code if not dep.endswith((".yaml", "/templates"))}
    needed = stage_needs(stage)
    surplus = {dep for dep in code if not any(covers(dep, path) for path in needed)}
    assert not surplus, f"{file}: {stage} would run again for nothing"


@pytest.mark.parametrize("stage", ["train", "evaluate", "plot"])
def test_flagship_has_the_stages_of_a_recipe(stage: str) -> None:
    recipe, flagship = declaration("dvc.yaml", stage), declaration(FLAGSHIPS, stage)
    for key in ("cmd", "deps", "outs", "plots", "metrics"):
        moved = str(recipe.get(key)).replace("reports/recipes", "reports/flagships")
        assert moved == str(flagship.get(key))


@pytest.mark.parametrize("file", ["dvc.yaml", FLAGSHIPS])
def test_plots_and_artifacts_name_recipes_that_exist(file: str) -> None:
    recipes = set(load_params().all_recipes)
    declared = YAML(typ="safe").load(ROOT / file)
    histories = {
        path for plot in declared.get("plots", []) for p in plot.values() for path in p["y"]
    }
    assert {Path(path).parent.name for path in histories} <= recipes
    models = {artifact["path"] for artifact in declared["artifacts"].values()}
    assert {Path(path).name for path in models} <= recipes


def test_constraints_are_exact_pins_only() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_]+", line), line


def test_git_tracks_no_data_set_and_no_model() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    tracked = [
        name
        for name in listed.stdout.splitlines()
        if re.search(r"ubyte|\.npz$|\.gz$|\.onnx$", name)
    ]
    assert not tracked


def test_git_tracks_less_than_6_mb_of_reports() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "reports"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    paths = [ROOT / name for name in listed.stdout.splitlines()]
    assert sum(path.stat().st_size for path in paths if path.exists()) < 6_000_000
