"""The pipeline on a small data set, run by the commands that a user types."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import RECIPE, Workshop, idx, pictures
from .test_report import data_of


def repro(workshop: Workshop, *words: str, **env: str) -> str:
    done = workshop.run("dvc", "repro", *words, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def ran(output: str) -> set[str]:
    return set(re.findall(r"Running stage '([^']+)'", output))


def test_repro_runs_every_stage_and_then_nothing(finished: Workshop, workshop: Workshop) -> None:
    stages = ran(finished.printed)
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
    assert (folder / "mistakes.json").exists()
    data = data_of(page)
    assert set(data["recipes"]) == {"first", "second"}
    assert data["sheet"].startswith("data:image/png;base64,")
    assert "A small document (nobody, 2026)" in page
    assert "Own recipes" in page  # second has no entry
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
    workshop.change(
        "title: A small network", "title: A better title", "pipelines/publications.yaml"
    )
    assert ran(repro(workshop)) == {"report"}
    page = (workshop.folder / "reports" / "report.html").read_text(encoding="utf-8")
    assert "A better title" in page


def test_adding_a_recipe_to_params_runs_it_and_the_report(workshop: Workshop) -> None:
    workshop.write_params({"first": 3, "second": 2, "third": 1})
    assert ran(repro(workshop)) == {
        "plugins",
        "train@third",
        "evaluate@third",
        "plot@third",
        "report",
    }


def test_evaluate_measures_training_rows_without_those_held_out(workshop: Workshop) -> None:
    workshop.change("val_fraction: 0.2", "train_rows: 7")
    workshop.change("lr: 0.05", "lr: 0.0001")
    workshop.stage("train", "first")
    workshop.stage("evaluate", "first")
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


def test_changed_recipe_runs_alone_and_its_earlier_results_are_in_the_cache(
    workshop: Workshop,
) -> None:
    second = workshop.sha256("models/second/model.npz")
    text = (workshop.folder / "params.yaml").read_text(encoding="utf-8")
    head, tail = text.split("  second:")
    changed = head.replace("lr: 0.05", "lr: 0.04") + "  second:" + tail
    (workshop.folder / "params.yaml").write_text(changed, encoding="utf-8")
    assert ran(repro(workshop)) == {
        "plugins",
        "train@first",
        "evaluate@first",
        "plot@first",
        "report",
    }
    assert workshop.sha256("models/second/model.npz") == second
    (workshop.folder / "params.yaml").write_text(text, encoding="utf-8")
    assert ran(repro(workshop, "evaluate@first")) == set()


def test_help_lists_the_recipes_and_an_unknown_one_gets_the_nearest(workshop: Workshop) -> None:
    done = workshop.run("pipelines.stages.train", "--help")
    assert done.returncode == 0
    assert done.stdout.endswith("names:\n  first\n  second\n")
    done = workshop.run("pipelines.stages.train", "frist")
    assert done.returncode == 1
    assert done.stderr == "error: there is no recipe 'frist'; did you mean first?\n"


def test_download_replaces_or_names_damaged_data(workshop: Workshop, tmp_path: Path) -> None:
    raw = workshop.folder / "data" / "raw" / "small" / "train_images"
    good = raw.read_bytes()
    raw.chmod(0o644)
    raw.write_bytes(good[:-1])
    repro(workshop, "preprocess@small")
    assert raw.read_bytes() == good
    nowhere = {"NP_DATA_MIRROR": str(tmp_path), "NP_DATA_CACHE": str(tmp_path / "none")}
    workshop.stage("download", "small", **nowhere)  # what is whole needs no source
    raw.unlink()
    done = workshop.run("pipelines.stages.download", "small", **nowhere)
    assert done.returncode == 1
    assert "train_images" in done.stderr
    assert "NP_DATA_MIRROR=" in done.stderr
    assert not raw.exists()


def test_files_of_ones_own_are_a_data_set(workshop: Workshop) -> None:
    folder = workshop.folder / "data" / "own" / "stripes"
    folder.mkdir(parents=True)
    for part, rows in (("train", 90), ("t10k", 30)):
        images, labels = pictures(rows, seed=rows)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(idx(images))
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(idx(labels))
    entry = "{path: data/own/stripes, format: idx, class_names: [위, 가운데, 아래]}"
    workshop.change("own_datasets: {}", f"own_datasets:\n  stripes: {entry}")
    params = workshop.folder / "params.yaml"
    recipe = RECIPE.format(name="own", epochs=3).replace("dataset: small", "dataset: stripes")
    params.write_text(params.read_text(encoding="utf-8") + recipe, encoding="utf-8")
    done = workshop.run("pipelines.commands.reproduce", "own")
    assert done.returncode == 0, done.stderr
    stages = {"preprocess_own@stripes", "train@own", "evaluate@own", "plot@own"}
    assert ran(done.stdout) == {"plugins", *stages}
    assert ran(repro(workshop, "plot@own")) == set()
    tracked = workshop.run("dvc", "add", "data/own/stripes")
    assert tracked.returncode == 0, tracked.stderr
    picture = workshop.folder / "digit.idx"
    picture.write_bytes(idx(pictures(1, seed=0)[0]))
    done = workshop.run("pipelines.commands.predict", "--model", "models/own", str(picture))
    assert done.stdout.startswith(
        f"{picture}: {('위', '가운데', '아래')[pictures(1, seed=0)[1][0]]} "
    )
    images, labels = pictures(90, seed=5)
    (folder / "train-images-idx3-ubyte").unlink()
    (folder / "train-images-idx3-ubyte").write_bytes(idx(images))
    (folder / "train-labels-idx1-ubyte").unlink()
    (folder / "train-labels-idx1-ubyte").write_bytes(idx(labels))
    assert ran(repro(workshop, "plot@own", "plot@first")) == stages
