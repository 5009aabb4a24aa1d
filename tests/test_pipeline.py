"""The pipeline on a small data set, run by the commands that a user types."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Workshop

FIRST = "models/first/model.npz"


def repro(workshop: Workshop, *words: str, **env: str) -> str:
    done = workshop.run("dvc", "repro", *words, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def ran(output: str) -> set[str]:
    return set(re.findall(r"Running stage '([^']+)'", output))


def test_repro_runs_every_stage_and_then_nothing(workshop: Workshop) -> None:
    stages = ran(repro(workshop))
    assert {"download@small", "preprocess@small", "train@first", "plot@second", "report"} <= stages
    for name in ("first", "second"):
        folder = workshop.folder / "reports" / "recipes" / name
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        assert metrics["test_accuracy"] > 0.9
        assert all(isinstance(value, int | float) for value in metrics.values())
        assert {"learning_curves.png", "confusion_matrix.png"} <= {
            path.name for path in (folder / "figures").iterdir()
        }
    page = (workshop.folder / "reports" / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") >= 4
    assert "A small document (nobody, 2026)" in page
    assert "<h3>Own recipes</h3>" in page  # second has no entry
    assert not re.search(r"(src|href)=.?(https?:)?//", page)
    assert ran(repro(workshop)) == set()
    untracked = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all", "reports"],
        cwd=workshop.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    names = re.findall(r"reports/\S+", untracked.stdout)
    kept = {"history.csv", "metrics.json", "seeds.csv"}
    assert {Path(name).name for name in names} == {*kept, "small.json", "report.html"}


def test_editing_publications_runs_only_the_report(workshop: Workshop) -> None:
    repro(workshop)
    workshop.change(
        "title: A small network", "title: A better title", "pipelines/publications.yaml"
    )
    assert ran(repro(workshop)) == {"report"}
    page = (workshop.folder / "reports" / "report.html").read_text(encoding="utf-8")
    assert "A better title" in page


def test_adding_a_recipe_to_params_runs_it_and_the_report(workshop: Workshop) -> None:
    repro(workshop)
    workshop.write_params({"first": 3, "second": 2, "third": 1})
    assert ran(repro(workshop)) == {"train@third", "evaluate@third", "plot@third", "report"}


def test_evaluate_measures_training_rows_without_those_held_out(workshop: Workshop) -> None:
    workshop.change("val_fraction: 0.2", "train_rows: 7")
    workshop.change("lr: 0.05", "lr: 0.0001")
    for stage in ("download small", "preprocess small", "train first", "evaluate first"):
        module, name = stage.split()
        assert workshop.run(f"pipelines.stages.{module}", name).returncode == 0
    text = (workshop.folder / "reports/recipes/first/metrics.json").read_text(encoding="utf-8")
    correct = 7 * json.loads(text)["train_accuracy"]
    assert correct == pytest.approx(round(correct))
    assert 0 < correct < 7


def test_stage_without_its_packages_says_what_to_activate(workshop: Workshop) -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-m", "pipelines.stages.train", "first"],
        cwd=workshop.folder,
        env=workshop.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "activate its environment first: . .venv/bin/activate" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_changed_recipe_runs_alone(workshop: Workshop) -> None:
    repro(workshop)
    second = workshop.sha256("models/second/model.npz")
    text = (workshop.folder / "params.yaml").read_text(encoding="utf-8")
    head, tail = text.split("  second:")
    (workshop.folder / "params.yaml").write_text(
        head.replace("lr: 0.05", "lr: 0.04") + "  second:" + tail, encoding="utf-8"
    )
    assert ran(repro(workshop)) == {"train@first", "evaluate@first", "plot@first", "report"}
    assert workshop.sha256("models/second/model.npz") == second


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lr: 0.05", "lr: fast", "recipes.first.lr"),
        ("lr: 0.05", "lrr: 0.05", "recipes.first.lrr: unknown key"),
        ("    lr: 0.05\n", "", "recipes.first.lr: missing"),
        ("ReLU", "Relu", "recipes.first.layers.2: unknown layer 'Relu'"),
        ("units: 16", "unit: 16", "recipes.first.layers.1"),
        ("{SGD: {momentum: 0.9}}", "{SGD: {momentum: -1}}", "recipes.first.optimizer: momentum"),
        ("[Scale]", "[Scales]", "recipes.first.preprocess.0"),
        ("[Scale]", "[{Scale: {mean: 0.5}}]", "recipes.first.preprocess.0: state"),
        ("[Scale]", "[Scale, {Standardize: {mean: 0, x: 1}}]", "recipes.first.preprocess.1: s"),
        ("layers:", "augment: [{random_shfit: {}}]\n    layers:", "recipes.first.augment.0: must"),
        (
            "layers:",
            "augment: [{random_shift: {max_shfit: 2}}]\n    layers:",
            "recipes.first.augment.0: random_shift() got an unexpected keyword",
        ),
        (
            "layers:",
            "augment: [random_flip, {random_affine: {shear: 100}}]\n    layers:",
            "recipes.first.augment.1: shear must",
        ),
        ("dataset: small", "dataset: smal", "recipes.first.dataset"),
    ],
)
def test_train_names_a_wrong_parameter_before_any_work(
    workshop: Workshop, old: str, new: str, message: str
) -> None:
    workshop.run("pipelines.stages.download", "small")
    workshop.run("pipelines.stages.preprocess", "small")
    workshop.change(old, new)
    done = workshop.run("pipelines.stages.train", "first")
    assert done.returncode == 1
    assert f"params.yaml: {message}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (workshop.folder / "models").exists()


def test_repro_restores_an_earlier_recipe_from_the_cache(workshop: Workshop) -> None:
    repro(workshop, "train@first")
    workshop.change("lr: 0.05", "lr: 0.04")
    assert "train@first" in ran(repro(workshop, "train@first"))
    workshop.change("lr: 0.04", "lr: 0.05")
    assert ran(repro(workshop, "train@first")) == set()


def test_help_lists_the_recipes_and_an_unknown_one_gets_the_nearest(workshop: Workshop) -> None:
    done = workshop.run("pipelines.stages.train", "--help")
    assert done.returncode == 0
    assert done.stdout.endswith("names:\n  first\n  second\n")
    done = workshop.run("pipelines.stages.train", "frist")
    assert done.returncode == 1
    assert done.stderr == "error: there is no recipe 'frist'; did you mean first?\n"


def test_download_replaces_or_names_damaged_data(workshop: Workshop, tmp_path: Path) -> None:
    repro(workshop, "preprocess@small")
    raw = workshop.folder / "data" / "raw" / "small" / "train_images"
    good = raw.read_bytes()
    raw.chmod(0o644)
    raw.write_bytes(good[:-1])
    repro(workshop, "preprocess@small")
    assert raw.read_bytes() == good
    done = workshop.run(
        "pipelines.stages.download",
        "small",
        NP_DATA_MIRROR=str(tmp_path),
        NP_DATA_CACHE=str(tmp_path),
    )
    assert done.returncode == 0, "what is there and whole needs no source"
    raw.unlink()
    done = workshop.run(
        "pipelines.stages.download",
        "small",
        NP_DATA_MIRROR=str(tmp_path),
        NP_DATA_CACHE=str(tmp_path),
    )
    assert done.returncode == 1
    assert "train_images" in done.stderr
    assert "NP_DATA_MIRROR=" in done.stderr
    assert not raw.exists()
