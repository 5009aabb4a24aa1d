"""The READMEs and the pages of docs/: examples run, links exist, figures are the committed ones."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("README.md", "README.ko.md")
PAGES = (
    *LANGUAGES,
    "CONTRIBUTING.md",
    *sorted(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
)
TRAINING_PACKAGES = {"np_data", "np_layers", "np_metrics", "np_optim", "np_viz"}
# What the READMEs say was found: the recipes whose accuracies a row of the table names.
FOUND = {
    "S4: the network collapses": ["s4_b512_i10000_h512"],
    "S4: its best network": ["s4_b256_i10000_h256_again", "s4_corrected"],
    "S3: gradient descent": ["s3_full_batch", "s3_corrected"],
    "S2: a first convolution": ["s2_conv_net", "s2_conv_net_corrected"],
    "S1: a deep network": ["s1_fashion_dnn"],
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", read(name), flags=re.MULTILINE | re.DOTALL)


def committed_accuracy(section: str, recipe: str) -> float:
    path = ROOT / "reports" / section / recipe / "metrics.json"
    return float(json.loads(path.read_text(encoding="utf-8"))["test_accuracy"])


@pytest.mark.parametrize("name", LANGUAGES)
def test_readme_example_runs_and_uses_every_package(name: str, tmp_path: Path) -> None:
    (code,) = blocks(name, "python")
    imported = set(re.findall(r"^(?:import|from) (np_\w+)", code, flags=re.MULTILINE))
    assert imported == TRAINING_PACKAGES
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
    assert (tmp_path / "curves.png").exists()


def test_readmes_have_equal_commands_and_examples() -> None:
    english, korean = LANGUAGES
    for kind in ("sh", "python"):
        assert blocks(english, kind) == blocks(korean, kind)


@pytest.mark.parametrize("name", PAGES)
def test_links_exist(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", read(name)):
        if "://" not in target:
            assert ((ROOT / name).parent / target).exists(), target


@pytest.mark.parametrize("name", PAGES)
def test_commands_name_modules_that_exist(name: str) -> None:
    for module in re.findall(r"python -m (pipelines[\w.]+)", read(name)):
        assert (ROOT / (module.replace(".", "/") + ".py")).exists(), module


def test_readme_finds_what_the_committed_run_found() -> None:
    english, korean = (read(name) for name in LANGUAGES)
    for start, recipes in FOUND.items():
        (row,) = re.findall(rf"^\| {start}.*\|$", english, flags=re.MULTILINE)
        for recipe in recipes:
            shown = f"{100 * committed_accuracy('recipes', recipe):.1f} %"
            assert shown in row.split("|")[2], (recipe, shown, row)
            assert shown in korean, (recipe, shown)


def test_flagships_page_shows_the_committed_accuracies() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| (\d+\.\d+) %.* \|$", read("docs/flagships.md"), flags=re.MULTILINE
    )
    assert len(rows) == 6
    for recipe, shown in rows:
        assert shown == f"{100 * committed_accuracy('flagships', recipe):.2f}", recipe
