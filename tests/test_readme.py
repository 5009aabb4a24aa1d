"""What the READMEs say is tried: their examples run, and both languages say the same."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("README.md", "README.ko.md")


def blocks(name: str, language: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


EXAMPLES = [(name, code) for name in LANGUAGES for code in blocks(name, "python")]


@pytest.mark.parametrize(
    ("name", "code"), EXAMPLES, ids=[f"{name}:{code.split()[1]}" for name, code in EXAMPLES]
)
def test_readme_example_runs(name: str, code: str, tmp_path: Path) -> None:
    path = os.pathsep.join(str(folder) for folder in sorted(ROOT.glob("packages/*/src")))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_readme_has_an_example_for_every_package() -> None:
    packages = {path.name.replace("-", "_") for path in (ROOT / "packages").iterdir()}
    for language in LANGUAGES:
        code = "\n".join(blocks(language, "python"))
        imported = set(re.findall(r"^(?:import|from) (np_\w+)", code, flags=re.MULTILINE))
        assert imported == packages


def test_readmes_have_equal_commands_and_examples() -> None:
    english, korean = LANGUAGES
    for kind in ("sh", "python"):
        assert blocks(english, kind) == blocks(korean, kind)


@pytest.mark.parametrize("name", LANGUAGES)
def test_readme_links_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if "://" not in target:
            assert (ROOT / target).exists(), target


@pytest.mark.parametrize("name", LANGUAGES)
def test_readme_results_are_the_committed_ones(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    row = r"^\| `((?:s\d|mnist|fashion)_\w+)` \|.*\| (\d+\.\d+) %.* \|$"
    rows = re.findall(row, text, flags=re.MULTILINE)
    assert len(rows) >= 6
    for recipe, shown in rows:
        (path,) = ROOT.glob(f"reports/*/{recipe}/metrics.json")
        metrics = json.loads(path.read_text(encoding="utf-8"))
        assert shown == f"{100 * metrics['test_accuracy']:.2f}", recipe
