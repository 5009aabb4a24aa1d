"""The report page: verdicts, hostile text, and that it names what is missing."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines import canvas, report
from pipelines.shared import prepare
from pipelines.shared.config import check
from pipelines.shared.recipe import ConfigError

np_layers = canvas.np_layers  # of this checkout, which the pipeline puts on the path

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
    "weights_sha256": "ab" * 32,
}


def recipes(**changes: Any) -> Any:
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
    return check({"datasets": datasets, "recipes": {"one": recipe | changes}}).recipes


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
    text = report.page(recipes(), reports)
    row = re.search(r"<td>test accuracy</td>(.*?)</tr>", text, flags=re.DOTALL)
    assert row is not None
    assert re.findall(r">([^<>]+)</td>", row[1])[:4] == ["0.9200", "0.9000", "-0.0200", "lower"]
    assert "88.00 – 92.00 %" in text
    assert "1,234,567 parameters" in text
    assert text.count("data:image/png;base64,") == 1


def test_hostile_text_stays_text(reports: Path) -> None:
    text = report.page(recipes(title="<script>alert(1)</script>", note='"><img src=x>'), reports)
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_page_names_nothing_outside_itself(reports: Path) -> None:
    text = report.page(recipes(), reports)
    assert not re.search(r"(?:src|href)\s*=\s*['\"](?!#|data:)", text)
    assert "url(" not in text
    assert "@import" not in text


def test_a_recipe_that_was_not_run_is_named_with_its_command(reports: Path) -> None:
    (reports / "one" / "metrics.json").unlink()
    with pytest.raises(ConfigError, match=re.escape("the stage plot@one makes it")):
        report.page(recipes(), reports)


def test_a_note_stands_once_over_the_rows_that_it_explains(reports: Path) -> None:
    text = report.page(recipes(note="Why it is so."), reports)
    table = text[text.index('id="published"') : text.index('id="all"')]
    assert table.count("Why it is so.") == 1


def test_the_page_of_the_flagships_says_what_they_are(reports: Path) -> None:
    text = report.page(recipes(), reports, flagships=True)
    assert "that no document trains" in text
    assert "chosen on validation rows" in text
    assert "S9 · a document" not in text
    assert "published documents" not in text
    assert "<th>verdict</th>" not in text
    assert "that no document trains" not in report.page(recipes(), reports)


def test_the_page_says_whose_file_and_figures_it_shows(reports: Path) -> None:
    text = report.page(recipes(seed=None, seeds=[7, 8]), reports)
    assert "those of the first seed, 7." in text
    assert "first seed" not in report.page(recipes(), reports)


def test_a_figure_of_several_recipes_is_named_by_its_title(reports: Path) -> None:
    (reports / "figures").mkdir()
    (reports / "figures" / "s4_b.png").write_bytes(PIXEL)
    two = {"s4_b8": recipes()["one"]}
    (reports / "one").rename(reports / "s4_b8")
    assert 'alt="The table of S4: published' in report.page(two, reports)


def test_an_embedded_figure_is_a_palette_that_looks_the_same(tmp_path: Path) -> None:
    shades = np.linspace(0, 255, 64).astype(np.uint8)
    pixels = np.stack(np.broadcast_arrays(shades[:, None], shades, shades[::-1]), axis=2)
    Image.fromarray(pixels).save(tmp_path / "figure.png")
    url = report.embed(tmp_path / "figure.png")
    assert url == report.embed(tmp_path / "figure.png")
    content = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(content)) as few:
        assert few.mode == "P"
        error = np.abs(np.asarray(few.convert("RGB")).astype(int) - pixels)
    assert error.max() <= 32
    assert error.mean() < 8


# The canvas.


def saved(folder: Path, *layers: Any) -> Path:
    """Save a network and the transform x / 255, after which 0.5 is taken away."""
    network = np_layers.Sequential(
        [np_layers.Flatten(), *layers],
        input_shape=(1, 28, 28),
        rng=np.random.default_rng(3),
    )
    folder.mkdir(parents=True)
    np_layers.save(network, folder / "model.npz")
    transforms = [{"Scale": {"divisor": 255.0, "dtype": "float32", "kind": "scale"}}]
    centre = prepare.np_data.Standardize()
    state = centre.to_dict() | {"mean": 0.5, "std": 0.25}
    text = json.dumps({"transforms": [*transforms, {"Standardize": state}]})
    (folder / "model.json").write_text(text, encoding="utf-8")
    return folder / "model.npz"


def numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_the_embedded_network_is_the_saved_one(tmp_path: Path) -> None:
    path = saved(tmp_path / "net", np_layers.Dense(5), np_layers.LeakyReLU(slope=0.2))
    model = json.loads(canvas.embed_model(path, ["</script>"] * 5))
    assert [layer["layer"] for layer in model["layers"]] == ["Flatten", "Dense", "LeakyReLU"]
    assert model["layers"][2]["slope"] == 0.2
    weights = np_layers.load(path).parameters()
    arrays = model["layers"][1]["arrays"]
    np.testing.assert_array_equal(numbers(arrays["weight"]), weights["1.weight"].ravel())
    np.testing.assert_array_equal(numbers(arrays["bias"]), weights["1.bias"])
    # (x / 255 - 0.5) / 0.25
    transform = model["transform"]["arrays"]
    np.testing.assert_allclose(numbers(transform["factor"]), [4 / 255], rtol=1e-6)
    np.testing.assert_allclose(numbers(transform["offset"]), [-2.0], rtol=1e-6)
    assert "<" not in canvas.embed_model(path, ["</script>"] * 5)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([np_layers.Dense(5), np_layers.Tanh()], "got a layer Tanh"),
        ([np_layers.LayerNorm()], "got a layer LayerNorm"),
    ],
)
def test_what_the_page_cannot_compute_is_refused(
    layers: list[Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        canvas.embed_model(saved(tmp_path / "net", *layers), [])


def test_a_page_with_a_network_has_a_canvas_and_one_without_has_none(
    reports: Path, tmp_path: Path
) -> None:
    classes = [str(digit) for digit in range(10)]
    text = canvas.embed_model(saved(tmp_path / "net", np_layers.Dense(10)), classes)
    model = {"name": "one", "classes": classes, "json": text}
    with_canvas = report.page(recipes(), reports, model)
    assert with_canvas.count("<canvas") == 2
    assert with_canvas.count('<th scope="row">') == 10
    assert not re.search(r"(?:src|href)\s*=\s*['\"](?!#|data:)", with_canvas)
    assert "<canvas" not in report.page(recipes(), reports)


def test_the_canvas_needs_a_recipe_that_was_trained(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "models" / "one" / "model.npz"
    monkeypatch.setattr(report, "model_path", lambda name, recipe, seed: path)
    assert report.drawn_model(recipes(), reports, "another") is None
    assert report.drawn_model(recipes(), reports, "one") is None
    saved(path.parent, np_layers.Dense(2))
    found = json.loads((reports / "data" / "small.json").read_text(encoding="utf-8"))
    (reports / "data" / "small.json").write_text(
        json.dumps(found | {"class_names": ["a", "b"]}), encoding="utf-8"
    )
    model = report.drawn_model(recipes(), reports, "one")
    assert model is not None
    assert model["classes"] == ["a", "b"]
