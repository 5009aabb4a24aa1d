"""The report page: verdicts, hostile text, and that it names what is missing."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines import report
from pipelines.shared.config import ConfigError, check

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
METRICS = {
    "test_accuracy": 0.9,
    "test_accuracy_interval": [0.88, 0.92],
    "train_accuracy": 0.95,
    "parameters": 1234567,
    "model_sha256": "ab" * 32,
}


def params(**changes: Any) -> Any:
    recipe = {
        "title": "A small network",
        "source": "S9 · a document",
        "published": {"test_accuracy": 0.92},
        "dataset": "small",
        "layers": ["Flatten"],
        "weight_init": "zeros",
        "loss": "cross_entropy",
        "optimizer": "SGD",
        "lr": 0.1,
        "batch_size": 1,
        "epochs": 1,
        "seed": 0,
    }
    datasets = {"small": {"title": "Small", "fetch": "mnist"}}
    return check({"datasets": datasets, "recipes": {"one": recipe | changes}})


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    part = {"rows": 3, "sha256": "cd" * 32}
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "small.json").write_text(
        json.dumps({"title": "Small", "train": part, "test": part}), encoding="utf-8"
    )
    (tmp_path / "one" / "figures").mkdir(parents=True)
    (tmp_path / "one" / "metrics.json").write_text(json.dumps(METRICS), encoding="utf-8")
    (tmp_path / "one" / "figures" / "learning_curves.png").write_bytes(PIXEL)
    return tmp_path


@pytest.mark.parametrize(
    ("difference", "word"),
    [
        (0.0, "reproduced"),
        (0.005, "reproduced"),
        (-0.005, "reproduced"),
        (0.0051, "higher"),
        (-0.0051, "lower"),
    ],
)
def test_a_verdict_is_by_half_a_percent(difference: float, word: str) -> None:
    assert report.verdict(difference) == word


def test_a_published_figure_stands_beside_ours(reports: Path) -> None:
    text = report.page(params(), reports)
    row = re.search(r"<td>test accuracy</td>(.*?)</tr>", text, flags=re.DOTALL)
    assert row is not None
    assert re.findall(r">([^<>]+)</td>", row[1])[:4] == ["0.9200", "0.9000", "-0.0200", "lower"]
    assert "88.00 – 92.00 %" in text
    assert "1,234,567 parameters" in text
    assert text.count("data:image/png;base64,") == 1


def test_hostile_text_stays_text(reports: Path) -> None:
    text = report.page(params(title="<script>alert(1)</script>", note='"><img src=x>'), reports)
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_page_names_nothing_outside_itself(reports: Path) -> None:
    text = report.page(params(), reports)
    assert not re.search(r"(?:src|href)\s*=\s*['\"](?!#|data:)", text)
    assert "url(" not in text
    assert "@import" not in text


def test_a_recipe_that_was_not_run_is_named_with_its_command(reports: Path) -> None:
    (reports / "one" / "metrics.json").unlink()
    with pytest.raises(ConfigError, match=re.escape("dvc repro plot@one")):
        report.page(params(), reports)
