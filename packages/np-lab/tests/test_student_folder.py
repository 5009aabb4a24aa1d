"""What runs in a student's folder: experiments and notebooks."""

import contextlib
import importlib.resources
import io
import json
import subprocess
import sys

import pytest

from np_lab.cli import main
from np_lab.course import UNITS
from np_lab.digits import digits, show
from np_lab.playground import chart, save_chart

QUICK = ("data", "dense", "losses", "gradcheck", "metrics", "capstone")


def solution_text(unit):
    path = importlib.resources.files("np_lab.units") / unit.name / "solutions.py"
    return path.read_text(encoding="utf-8")


@pytest.fixture
def solved(tmp_path):
    with contextlib.redirect_stdout(io.StringIO()):
        main(["new", str(tmp_path), "--language", "en"])
    for unit in UNITS:
        (tmp_path / unit.folder / f"{unit.name}.py").write_text(solution_text(unit), "utf-8")
    return tmp_path


@pytest.mark.parametrize("name", QUICK)
def test_experiment_runs_with_right_solutions(solved, name):
    (unit,) = (unit for unit in UNITS if unit.name == name)
    result = subprocess.run(
        [sys.executable, "experiment.py"],
        cwd=solved / unit.folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "OPENBLAS_NUM_THREADS": "1", "PATH": ""},
    )
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""


@pytest.mark.parametrize("unit", [pytest.param(unit, id=unit.name) for unit in UNITS])
def test_notebook_runs_with_the_right_solution(tmp_path, unit, capsys):
    main(["new", str(tmp_path), "--notebooks", "--language", "en"])
    text = (tmp_path / unit.folder / f"{unit.name}.ipynb").read_text(encoding="utf-8")
    document = json.loads(text)
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    kinds = [cell["cell_type"] for cell in document["cells"]]
    assert kinds == ["markdown"] * 5 + ["code", "code", "markdown", "code"]
    assert len({cell["id"] for cell in document["cells"]}) == len(kinds)
    stub, check, _ = (cell["source"] for cell in document["cells"] if cell["cell_type"] == "code")
    space = {"__name__": "notebook"}
    exec(stub, space)  # noqa: S102
    exec(check, space)  # noqa: S102
    assert "✓" not in capsys.readouterr().out
    exec(solution_text(unit), space)  # noqa: S102
    exec(check, space)  # noqa: S102
    assert capsys.readouterr().out.count("✓") == len(unit.tasks)


def test_notebook_checks_in_the_language_of_the_folder(tmp_path):
    main(["new", str(tmp_path), "--notebooks", "--language", "ko"])
    document = json.loads((tmp_path / "02_dense" / "dense.ipynb").read_text(encoding="utf-8"))
    sources = [cell["source"] for cell in document["cells"]]
    assert sources[6].endswith('check(dense_forward, dense_backward, Dense, language="ko");')
    assert sources[-1].startswith("import numpy as np\n\nfrom np_lab.playground import chart")


def test_notebook_of_the_capstone_names_what_to_copy(tmp_path):
    main(["new", str(tmp_path), "--notebooks", "--language", "en"])
    text = (tmp_path / "12_capstone" / "capstone.ipynb").read_text(encoding="utf-8")
    assert "The last cell also uses LeakyReLU, Adam, Dense, cross_entropy" in text


def test_digits_are_the_same_for_a_seed():
    images, labels = digits(20, seed=1)
    again, _ = digits(20, seed=1)
    assert (images == again).all()
    assert images.shape == (20, 12, 12)
    assert len(show(images[0]).splitlines()) == 12
    assert set(labels) <= set(range(10))


def test_chart_draws_one_number_a_curve(tmp_path):
    curves = {"down": [3.0, 2.0, 1.0], "up": [1.0, 2.0, float("nan"), 3.0]}
    text = chart(curves, width=20, height=5)
    assert "1: down" in text
    assert "2: up" in text
    save_chart(curves, tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text().count("<polyline") == 2
