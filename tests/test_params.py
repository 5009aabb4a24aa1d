"""The two files of parameters: an error names the file and the path in it."""

import re
from pathlib import Path

import pytest

from pipelines.shared.config import FLAGSHIPS, load_params
from pipelines.shared.recipe import ConfigError, Recipe
from pipelines.training.model import build_network, build_optimizer, build_schedule

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the committed files."""
    for name in ("params.yaml", FLAGSHIPS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lr: 0.01", "lr: fast", "flagships.mnist_99_fast.lr: input should be a valid number"),
        ("lr: 0.01", "lrr: 0.01", "flagships.mnist_99_fast.lr: missing"),
        ("lr: 0.01", "\tlr: 0.01", "line 28: found character '\\t'"),
        ("dataset: mnist", "dataset: mnis", "flagships.mnist_99_fast.dataset: must be one of"),
        ("flagships:", "flagship:", "must have the one key flagships, got ['flagship']"),
        ("flagships:", "recipes: {}\nflagships:", "must have the one key flagships, got ['rec"),
        ("flagships:", "- flagships:", "must be a mapping, got ["),
    ],
)
def test_an_error_of_a_flagship_names_its_file(
    folder: Path, old: str, new: str, message: str
) -> None:
    change(folder / FLAGSHIPS, old, new)
    with pytest.raises(ConfigError, match=re.escape(f"{FLAGSHIPS}: {message}")):
        load_params(folder / "params.yaml")


def test_flagships_stand_in_their_own_file_and_nowhere_else(folder: Path) -> None:
    change(folder / "params.yaml", "recipes:", "flagships: {}\nrecipes:")
    with pytest.raises(ConfigError, match=re.escape("params.yaml: flagships: must stand in")):
        load_params(folder / "params.yaml")


def test_without_flagships_there_are_none(folder: Path) -> None:
    (folder / FLAGSHIPS).unlink()
    params = load_params(folder / "params.yaml")
    assert params.flagships == {}
    assert params.all_recipes == params.recipes


def build(recipe: Recipe) -> None:
    build_optimizer(recipe, build_schedule(recipe, 100))
    build_network(recipe, (1, 28, 28), 0)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("- Flatten", "- Flaten", "layers.7: unknown layer 'Flaten'"),
        ("filters: 24", "filters: 0", "layers.0: "),
        ("optimizer: Adam", "optimizer: Adams", "optimizer: must be one of"),
        ("optimizer: Adam", "optimizer: {Adam: {beta: 1}}", "optimizer: "),
        ("one_cycle: {pct_start", "one_cycle: {pct", "schedule: "),
        ("one_cycle: {", "cycle: {", "schedule: must be one of"),
    ],
)
@pytest.mark.parametrize("file", ["params.yaml", FLAGSHIPS])
def test_what_cannot_be_built_is_named_with_its_section(
    folder: Path, file: str, old: str, new: str, key: str
) -> None:
    path = f"{FLAGSHIPS}: flagships.mnist_99_fast"
    if file == "params.yaml":  # the same among the recipes
        text = (folder / FLAGSHIPS).read_text(encoding="utf-8")
        moved = text[text.index("  mnist_99_fast:") : text.index("  mnist_mlp:")]
        change(folder / "params.yaml", "recipes:\n", f"recipes:\n{moved}")
        (folder / FLAGSHIPS).unlink()
        path = "params.yaml: recipes.mnist_99_fast"
    change(folder / file, old, new)
    recipe = load_params(folder / "params.yaml").recipe("mnist_99_fast")
    with pytest.raises(ConfigError, match=re.escape(f"{path}.{key}")):
        build(recipe)
