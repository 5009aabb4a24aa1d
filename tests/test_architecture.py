"""The laws of the house, read from the sources: who may import whom, and what DVC must know."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

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


def sources(package: str) -> list[Path]:
    return sorted((ROOT / "packages" / package / "src").rglob("*.py"))


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


def imported_at_once(tree: ast.Module) -> set[str]:
    """Return the top-level packages that are imported when the module is."""
    found = set()
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
        waiting.extend(ast.iter_child_nodes(node))
    return found


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@pytest.mark.parametrize("package", PACKAGES)
def test_no_package_imports_a_sibling_or_the_pipeline(package: str) -> None:
    own = package.replace("-", "_")
    strangers = (MODULES - {own}) | {"pipelines"}
    for path in sources(package):
        names = {name.split(".")[0] for name in imports(parse(path))}
        assert not names & strangers, path


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_imports_only_its_runtime_dependencies_at_once(package: str) -> None:
    own = package.replace("-", "_")
    allowed = set(sys.stdlib_module_names) | RUNTIME[own] | {own}
    for path in sources(package):
        assert imported_at_once(parse(path)) <= allowed, path


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


@pytest.mark.parametrize("path", all_sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_evaluates_text_or_unpickles(path: Path) -> None:
    tree = parse(path)
    tested = "tests" in path.parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and not tested:
                assert node.func.id not in FORBIDDEN_CALLS, f"{path}:{node.lineno}"
            for keyword in node.keywords:
                constant = getattr(keyword.value, "value", None)
                assert (keyword.arg, constant) != ("shell", True), f"{path}:{node.lineno}"
                if not tested:
                    assert (keyword.arg, constant) != ("allow_pickle", True), (
                        f"{path}:{node.lineno}"
                    )
    if not tested:
        assert not imports(tree) & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}, path


def pipeline_needs(module: str) -> set[str]:
    """Return the files and package folders that a module of the pipeline imports, transitively."""
    needed: set[str] = set()
    waiting = [f"pipelines.{module}", "pipelines"]
    while waiting:
        name = waiting.pop()
        place = ROOT / name.replace(".", "/")
        path = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        relative = path.relative_to(ROOT).as_posix()
        if relative in needed or not path.exists():
            continue
        needed.add(relative)
        for imported in imports(parse(path)):
            top = imported.split(".")[0]
            if top in MODULES:
                needed.add(f"packages/{top.replace('_', '-')}/src")
            elif top == "pipelines":
                parts = imported.split(".")
                waiting += [".".join(parts[: size + 1]) for size in range(len(parts))]
    return needed


def entry(file: str, stage: str) -> dict[str, Any]:
    """Return what a DVC file says of a stage."""
    said = YAML(typ="safe").load(ROOT / file)["stages"][stage]
    return dict(said.get("do", said))


def declared(file: str, stage: str) -> set[str]:
    """Return what a DVC file names as the stage's deps."""
    return set(entry(file, stage)["deps"])


def covers(dep: str, path: str) -> bool:
    return path == dep or path.startswith(f"{dep}/")


@pytest.mark.parametrize(("file", "stage"), STAGES)
def test_a_stage_depends_on_all_that_it_imports(file: str, stage: str) -> None:
    deps = declared(file, stage)
    needed = pipeline_needs(stage) | {"pipelines/shared/stage.sh"}
    missing = {path for path in needed if not any(covers(dep, path) for dep in deps)}
    assert not missing, f"{file}: {stage} does not name what it imports"


@pytest.mark.parametrize(("file", "stage"), STAGES)
def test_no_stage_depends_on_code_that_it_does_not_import(file: str, stage: str) -> None:
    needed = pipeline_needs(stage) | {"pipelines/shared/stage.sh"}
    code = {dep for dep in declared(file, stage) if re.match(r"pipelines/|packages/", dep)}
    code -= {"pipelines/templates", "pipelines/flagships/params.yaml"}
    surplus = {dep for dep in code if not any(covers(dep, path) for path in needed)}
    assert not surplus, f"{file}: {stage} would run again for nothing"


@pytest.mark.parametrize("stage", ["train", "evaluate", "plot"])
def test_a_flagship_goes_the_way_of_a_recipe(stage: str) -> None:
    recipe, flagship = entry("dvc.yaml", stage), entry(FLAGSHIPS, stage)
    for same in ("cmd", "deps", "outs", "plots", "metrics"):
        assert recipe.get(same) == flagship.get(same)


@pytest.mark.parametrize(("file", "section"), [("dvc.yaml", "recipes"), (FLAGSHIPS, "flagships")])
def test_the_report_depends_on_every_recipe(file: str, section: str) -> None:
    params = Path(file).with_name("params.yaml").as_posix()
    recipes = YAML(typ="safe").load(ROOT / params)[section]
    assert {params, *(f"reports/{name}" for name in recipes)} <= declared(file, "report")


def test_the_constraints_are_exact_pins_only() -> None:
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_]+", line), line


def test_no_file_is_a_data_set_or_a_model() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    kept = [
        name
        for name in listed.stdout.splitlines()
        if re.search(r"ubyte|\.npz$|\.gz$|\.onnx$", name)
    ]
    assert not kept
