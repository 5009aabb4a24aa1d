"""params.yaml, the flagships' params.yaml and publications.yaml: errors name file and path."""

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipelines.recipes.params import error_lines, load_params
from pipelines.recipes.publications import FILE as PUBLICATIONS
from pipelines.recipes.publications import load_publications
from pipelines.recipes.schema import FILES, ConfigError, DataSet, Recipe

ROOT = Path(__file__).resolve().parents[1]
FLAGSHIPS = FILES["flagships"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy the committed files."""
    for name in ("params.yaml", FLAGSHIPS, PUBLICATIONS):
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
        ("lr: 0.01", "\tlr: 0.01", "line 24: found character '\\t'"),
        (
            "dataset: mnist",
            "dataset: mnis",
            "flagships.mnist_99_fast.dataset: there is no data set",
        ),
        ("flagships:", "recipes: {}\nflagships:", "must have the one key flagships, got ['rec"),
        ("flagships:", "- flagships:", "must be a mapping, got ["),
        ("flagships:", "flagships: {}\nflagships:", "line 5: found duplicate key"),
        ("flagships:", "x: !!python/object/apply:os.system [ls]\nflagships:", "line 4: could not"),
    ],
)
def test_load_params_names_the_file_of_a_flagship(
    folder: Path, old: str, new: str, message: str
) -> None:
    change(folder / FLAGSHIPS, old, new)
    with pytest.raises(ConfigError, match=re.escape(f"{FLAGSHIPS}: {message}")):
        load_params(folder)


def test_load_params_refuses_flagships_in_params_yaml(folder: Path) -> None:
    change(folder / "params.yaml", "recipes:", "flagships: {}\nrecipes:")
    with pytest.raises(ConfigError, match=re.escape("params.yaml: flagships: must stand in")):
        load_params(folder)


def test_load_params_without_the_flagships_file_has_none(folder: Path) -> None:
    (folder / FLAGSHIPS).unlink()
    params = load_params(folder)
    assert params.flagships == {}
    assert params.all_recipes == params.recipes


def test_unknown_recipe_is_answered_with_the_nearest_names(folder: Path) -> None:
    params = load_params(folder)
    with pytest.raises(ConfigError, match=re.escape("no recipe 's1_xro'; did you mean s1_xor?")):
        params.recipe("s1_xro")
    with pytest.raises(ConfigError, match=re.escape("no data set '?'; known: fashion")):
        params.dataset("?")


# Keys that contradict each other, or have no effect together.

RECIPE: dict[str, Any] = {
    "dataset": "small",
    "layers": ["Flatten", {"Dense": {"units": 2}}],
    "weight_init": "zeros",
    "loss": "cross_entropy",
    "optimizer": "SGD",
    "lr": 0.1,
    "batch_size": 20,
    "epochs": 6,
    "seed": 3,
}
COUNT = {"iterations": {"count": 100}, "epochs": None}
CONTRADICTIONS: list[tuple[dict[str, Any], str]] = [
    ({"iterations": {"count": 100}}, "either epochs or iterations, got 6 and count=100"),
    ({"epochs": None}, "either epochs or iterations, got None and None"),
    ({"seeds": [1, 2]}, "either seed or seeds"),
    ({"seed": None}, "either seed or seeds"),
    ({"seed": None, "seeds": [1, 1]}, "seeds must differ"),
    ({"val_rows": 5, "val_fraction": 0.1}, "at most one of val_rows and val_fraction"),
    ({"order": "replacement"}, "order: replacement needs iterations"),
    (COUNT | {"order": "replacement", "last": "drop"}, "last has no effect"),
    (COUNT | {"order": "replacement", "last": "fill"}, "last has no effect"),
    ({"keep": {"best": "val_loss"}}, "keep needs val_rows or val_fraction"),
    ({"keep": {"patience": 2}, "val_rows": 5}, "keep.best: missing"),
    ({"patience": 2}, "patience: unknown key"),
    (
        {"keep": {"best": "val_loss", "patience": 6}, "val_rows": 5},
        "keep.patience must be below the 6 measurements, got 6",
    ),
    ({"measure_every": 5}, "measure_every: unknown key"),
    (
        {"loss": {"cross_entropy": {}, "mean_squared_error": {}}},
        "loss: must be a name or one name with its options",
    ),
    ({"label_smoothing": 0.1}, "label_smoothing: unknown key"),
    ({"layers": ["Flatten"]}, "weight_init has no effect"),
    ({"layers": ["Flatten"], "weight_init": None, "l2": 0.1}, "l2 has no effect"),
    ({"layers": ["Flatten"], "weight_init": None, "l1": 0.1}, "l1 has no effect"),
    ({"layers": [{"Dense": {"units": 2, "l2": 0.0}}], "l2": 0.1}, "l2 has no effect"),
    ({"weight_init": None}, "weight_init is missing"),
    ({"layers": ["ReLU"] * 1001}, "layers: list should have at most 1000"),
    ({"dataset": "../small"}, "dataset: string should match pattern"),
    ({"lr": "fast"}, "lr: input should be a valid number, got 'fast'"),
    ({"lr": None}, "lr: input should be a valid number"),
]


@pytest.mark.parametrize(("keys", "message"), CONTRADICTIONS, ids=lambda value: str(value)[:60])
def test_recipe_refuses_keys_that_contradict_each_other(keys: dict[str, Any], message: str) -> None:
    Recipe.model_validate(RECIPE)
    with pytest.raises(ValidationError) as caught:
        Recipe.model_validate(RECIPE | keys)
    assert any(message in line for line in error_lines(caught.value))


# Values that are accepted alone, each with what it needs. Every pair of them is either accepted, or
# refused with a rule that names one of the two.
OPTIONS: dict[str, dict[str, Any]] = {
    "train_rows": {"train_rows": 30},
    "val_rows": {"val_rows": 20},
    "val_fraction": {"val_fraction": 0.2},
    "l2": {"l2": 0.1},
    "reduction": {"reduction": "sum"},
    "clip_norm": {"clip_norm": 1.0},
    "ema": {"ema": 0.9},
    "sequential": {"order": "sequential"},
    "replacement": COUNT | {"order": "replacement"},
    "last": {"last": "drop"},
    "iterations": COUNT,
    "keep": {"keep": {"best": "val_loss", "patience": 2}, "val_rows": 20},
    "seeds": {"seeds": [1, 2], "seed": None},
    "label_smoothing": {"loss": {"cross_entropy": {"label_smoothing": 0.1}}},
    "schedule": {"schedule": "cosine"},
}
CONFLICTS = {
    frozenset(pair)
    for pair in (
        ("val_rows", "val_fraction"),
        ("keep", "val_fraction"),  # here keep brings val_rows
        ("replacement", "last"),
        ("keep", "iterations"),  # 100 updates are measured once
        ("keep", "replacement"),
    )
}


@pytest.mark.parametrize("pair", [*itertools.combinations(OPTIONS, 2)], ids="-".join)
def test_every_pair_of_options_acts_or_is_refused(pair: tuple[str, str]) -> None:
    first, second = pair
    if OPTIONS[first].keys() & OPTIONS[second].keys() & {"order", "loss"}:
        pytest.skip("two values of one key")
    content = RECIPE | OPTIONS[first] | OPTIONS[second]
    if frozenset(pair) in CONFLICTS:
        with pytest.raises(ValidationError):
            Recipe.model_validate(content)
    else:
        Recipe.model_validate(content)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, "must have one of fetch, files, csv_of, generate"),
        ({"fetch": "mnist", "generate": "xor"}, "must have one of"),
        ({"fetch": "mnist", "urls": ["https://example.org"]}, "urls has no effect without files"),
        ({"fetch": "mnist", "class_names": ["a"]}, "class_names has no effect with fetch"),
    ],
)
def test_data_set_refuses_keys_without_effect(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=re.escape(message)):
        DataSet.model_validate(keys)


# publications.yaml


def test_committed_entries_name_recipes_and_data_sets_that_exist() -> None:
    publications = load_publications(load_params().all_recipes)
    assert len(publications.recipes) >= 30
    assert publications.datasets.keys() <= load_params().datasets.keys()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  s1_xor:", "  s1_xro:", "recipes.s1_xro: there is no recipe 's1_xro'; did you mean s1"),
        ("writeup: s0", "writeup: s9", "recipes.s0_mnist_dnn: there is no writeup 's9'"),
        ("corrected: s4_corrected\n    note", "corrected: s5\n    note", "there is no recipe 's5'"),
        ("published: s3_full_batch", "published: s5", "pairs: there is no recipe 's5'"),
        ("group: s2_overfit", "group: s5", "there is no group 's5'"),
        ("title: ", "titel: ", "unknown key"),
        ("published: {train_accuracy: 0.9089", "published: {train_accuracy: high", "number"),
    ],
)
def test_load_publications_names_the_entry(folder: Path, old: str, new: str, message: str) -> None:
    change(folder / PUBLICATIONS, old, new)
    with pytest.raises(ConfigError, match=re.escape(message)) as caught:
        load_publications(load_params(folder).all_recipes, folder)
    assert str(caught.value).startswith(f"{PUBLICATIONS}: ")


def test_recipe_without_an_entry_is_called_by_its_name() -> None:
    entry = load_publications(load_params().all_recipes).entry("mine")
    assert (entry.title, entry.label, entry.writeup, entry.published) == ("mine", "mine", None, {})
