"""The pipeline on a small data set, run by the commands that a user types."""

import json
import re
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


def test_the_whole_way_and_then_nothing_to_do(workshop: Workshop) -> None:
    stages = ran(repro(workshop))
    assert {"download@small", "preprocess@small", "train@first", "plot@second", "report"} <= stages
    for name in ("first", "second"):
        folder = workshop.folder / "reports" / name
        metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
        assert metrics["test_accuracy"] > 0.9
        assert {"learning_curves.png", "confusion_matrix.png"} <= {
            path.name for path in (folder / "figures").iterdir()
        }
    page = (workshop.folder / "reports" / "report.html").read_text(encoding="utf-8")
    assert page.count("data:image/png;base64,") >= 6
    assert not re.search(r"(src|href)=.?(https?:)?//", page)
    assert ran(repro(workshop)) == set()


def test_what_was_held_out_is_not_measured_as_training_rows(workshop: Workshop) -> None:
    workshop.change("val_fraction: 0.2", "train_rows: 7")
    workshop.change("lr: 0.05", "lr: 0.0001")
    for stage in ("download small", "preprocess small", "train first", "evaluate first"):
        module, name = stage.split()
        assert workshop.run(f"pipelines.{module}", name).returncode == 0
    text = (workshop.folder / "reports/first/metrics.json").read_text(encoding="utf-8")
    right = 7 * json.loads(text)["train_accuracy"]
    assert right == pytest.approx(round(right))
    assert 0 < right < 7


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash"])
def test_a_stage_runs_on_the_python_of_dvc_under_any_shell(workshop: Workshop, shell: str) -> None:
    repro(workshop, "download@small", SHELL=shell)


def test_a_changed_recipe_runs_alone(workshop: Workshop) -> None:
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
def test_a_wrong_parameter_is_named_before_any_work(
    workshop: Workshop, old: str, new: str, message: str
) -> None:
    workshop.run("pipelines.download", "small")
    workshop.run("pipelines.preprocess", "small")
    workshop.change(old, new)
    done = workshop.run("pipelines.train", "first")
    assert done.returncode == 1
    assert f"params.yaml: {message}" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (workshop.folder / "models").exists()


def test_a_recipe_that_is_what_it_was_once_is_taken_from_the_cache(workshop: Workshop) -> None:
    repro(workshop, "train@first")
    workshop.change("lr: 0.05", "lr: 0.04")
    assert "train@first" in ran(repro(workshop, "train@first"))
    workshop.change("lr: 0.04", "lr: 0.05")
    assert ran(repro(workshop, "train@first")) == set()


def test_an_unknown_recipe_is_told_from_the_known_ones(workshop: Workshop) -> None:
    done = workshop.run("pipelines.train", "third")
    assert done.returncode == 1
    assert done.stderr == "error: recipes.third: no such recipe; known: first, second\n"


def test_damaged_data_are_replaced_or_named(workshop: Workshop, tmp_path: Path) -> None:
    repro(workshop, "preprocess@small")
    raw = workshop.folder / "data" / "raw" / "small" / "train_images"
    good = raw.read_bytes()
    raw.chmod(0o644)
    raw.write_bytes(good[:-1])
    repro(workshop, "preprocess@small")
    assert raw.read_bytes() == good
    done = workshop.run(
        "pipelines.download", "small", NP_DATA_MIRROR=str(tmp_path), NP_DATA_CACHE=str(tmp_path)
    )
    assert done.returncode == 0, "what is there and whole needs no source"
    raw.unlink()
    done = workshop.run(
        "pipelines.download", "small", NP_DATA_MIRROR=str(tmp_path), NP_DATA_CACHE=str(tmp_path)
    )
    assert done.returncode == 1
    assert "train_images" in done.stderr
    assert "NP_DATA_MIRROR=" in done.stderr
    assert not raw.exists()
