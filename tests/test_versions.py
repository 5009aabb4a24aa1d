"""Each package has one version: in its code, in its changelog, in the tag of its release."""

import ast
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = sorted(path.parent for path in ROOT.glob("packages/*/pyproject.toml"))


def version_in_code(package: Path) -> str:
    module = package / "src" / package.name.replace("-", "_") / "__init__.py"
    for node in ast.parse(module.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__version__":
            return str(ast.literal_eval(node.value))
    raise AssertionError(f"{module} has no __version__")


def release_tags() -> set[str]:
    """Return the tags of this commit, and the one that a workflow was started for."""
    done = subprocess.run(
        ["git", "tag", "--points-at", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    tags = set(done.stdout.split())
    if os.environ.get("GITHUB_REF_TYPE") == "tag":
        tags.add(os.environ["GITHUB_REF_NAME"])
    return tags


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_tag_of_a_release_is_the_version(package: Path) -> None:
    for tag in release_tags():
        if re.match(rf"{package.name}-v", tag):
            assert tag == f"{package.name}-v{version_in_code(package)}"


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_newest_section_of_the_changelog_is_the_version(package: Path) -> None:
    text = (package / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.findall(r"^## (\d+\.\d+\.\d+)", text, flags=re.MULTILINE)[0]
    assert newest == version_in_code(package)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_pyproject_takes_the_version_from_the_code(package: Path) -> None:
    text = (package / "pyproject.toml").read_text(encoding="utf-8")
    module = package.name.replace("-", "_")
    assert 'dynamic = ["version"]' in text
    assert f'path = "src/{module}/__init__.py"' in text


def test_pre_commit_has_the_versions_of_the_constraints() -> None:
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    used = re.findall(r"additional_dependencies: \[(\S+)\]", text)
    assert used
    assert set(used) <= set(pins)
