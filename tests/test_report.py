"""The report page: verdicts, hostile text, missing results, own recipes, and the canvas."""

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipelines.data import transforms as prepare
from pipelines.io import places
from pipelines.recipes.params import check
from pipelines.recipes.publications import Publications
from pipelines.recipes.schema import ConfigError
from pipelines.stages import canvas, report

np_layers = canvas.np_layers  # of this checkout, which the pipeline puts on the path

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)
SEEDS = """seed,model_sha256,train_accuracy,test_accuracy,test_accuracy_low,test_accuracy_high
0,{hash},0.95,0.9,0.88,0.92
"""
SECOND = """1,{hash},0.97,0.8,0.78,0.82
"""


def recipes(name: str = "one", **changes: Any) -> Any:
    recipe = {
        "dataset": "small",
        "layers": ["Flatten"],
        "loss": "cross_entropy",
        "optimizer": "SGD",
        "lr": 0.1,
        "batch_size": 1,
        "epochs": 1,
        "seed": 0,
    }
    datasets = {"small": {"fetch": "mnist"}}
    return check({"datasets": datasets, "recipes": {name: recipe | changes}}).recipes


def publications(name: str = "one", **changes: Any) -> Publications:
    entry = {
        "title": "A small network",
        "writeup": "s9",
        "published": {"test_accuracy": 0.92},
    }
    return Publications.model_validate(
        {
            "writeups": {"s9": {"title": "S9 · a document", "author": "someone", "year": 2026}},
            "groups": {
                "runs": {"title": "Runs", "compare": "val_accuracy"},
                "table": {"title": "The table", "compare": "published"},
            },
            "recipes": {name: entry | changes},
        }
    )


def write_results(reports: Path, name: str, seeds: str = SEEDS) -> None:
    folder = reports / "recipes" / name
    (folder / "figures").mkdir(parents=True)
    text = seeds.format(hash="ab" * 32)
    (folder / "seeds.csv").write_text(text, encoding="utf-8")
    (folder / "metrics.json").write_text('{"parameters": 1234567}', encoding="utf-8")
    (folder / "figures" / "learning_curves.png").write_bytes(PIXEL)


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    part = {"rows": 3, "sha256": "cd" * 32}
    (tmp_path / "data").mkdir()
    card = {"class_names": ["a", "b"], "train": part, "test": part}
    (tmp_path / "data" / "small.json").write_text(json.dumps(card), encoding="utf-8")
    write_results(tmp_path, "one")
    monkeypatch.setattr(places, "REPORTS", tmp_path)
    monkeypatch.setattr(report, "REPORTS", tmp_path)
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
def test_verdict_changes_at_half_a_percent(difference: float, word: str) -> None:
    assert report.verdict(difference) == word


def test_page_shows_published_and_reproduced_numbers(reports: Path) -> None:
    text = report.page(recipes(), publications())
    row = re.search(r"<td>test accuracy</td>(.*?)</tr>", text, flags=re.DOTALL)
    assert row is not None
    assert re.findall(r">([^<>]+)</td>", row[1])[:4] == ["0.9200", "0.9000", "-0.0200", "lower"]
    assert "88.00 – 92.00 %" in text
    assert "1,234,567 parameters" in text
    assert text.count("data:image/png;base64,") == 1
    assert "S9 · a document (someone, 2026)" in text


def test_page_shows_means_and_deviations_of_several_seeds(reports: Path) -> None:
    write_results(reports, "two", SEEDS + SECOND)
    text = report.page(recipes("two", seed=None, seeds=[0, 1]), publications("two"))
    assert "0.8500 ± 0.0707" in text
    assert "those of the first seed, 0." in text
    assert "first seed" not in report.page(recipes(), publications())


def test_page_shows_a_recipe_without_an_entry_under_own_recipes(reports: Path) -> None:
    for name in ("s4_b64_mine", "s2_optimizer_mine"):
        write_results(reports, name)
        own, others = recipes(name), publications()
        assert report.group_figures(own, others) == {}
        text = report.page(own, others)
        assert "<h3>Own recipes</h3>" in text
        assert f"<h2>{name}</h2>" in text


def test_group_figures_leave_out_members_without_the_numbers(reports: Path) -> None:
    assert report.group_figures(recipes(), publications(group="runs")) == {}  # no validation rows
    assert report.group_figures(recipes(), publications(group="table", published={})) == {}
    found = report.group_figures(recipes(), publications(group="table"))
    assert found["table"][0] == "The table"


def test_page_names_a_published_metric_that_was_not_measured(reports: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape("got ['test_acuracy']")):
        report.page(recipes(), publications(published={"test_acuracy": 0.9}))


def test_page_escapes_hostile_text(reports: Path) -> None:
    hostile = publications(title="<script>alert(1)</script>", note='"><img src=x>')
    text = report.page(recipes(), hostile)
    assert "<script" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_page_refers_to_nothing_outside_itself(reports: Path) -> None:
    text = report.page(recipes(), publications())
    assert not re.search(r"(?:src|href)\s*=\s*['\"](?!#|data:)", text)
    assert "url(" not in text
    assert "@import" not in text


def test_page_names_a_recipe_that_was_not_run(reports: Path) -> None:
    (reports / "recipes" / "one" / "metrics.json").unlink()
    with pytest.raises(ConfigError, match=re.escape("the stage evaluate@one writes it")):
        report.page(recipes(), publications())


def test_page_shows_a_note_once_above_its_rows(reports: Path) -> None:
    text = report.page(recipes(), publications(note="The reason."))
    table = text[text.index('id="published"') : text.index('id="all"')]
    assert table.count("The reason.") == 1


def test_page_of_the_flagships_says_what_they_are(reports: Path) -> None:
    text = report.page(recipes(), publications(writeup=None), flagships=True)
    assert "that follow no document" in text
    assert "chosen on validation rows" in text
    assert "<th>verdict</th>" not in text
    assert "that follow no document" not in report.page(recipes(), publications())


def test_page_shows_a_figure_of_a_group_with_its_title(reports: Path) -> None:
    (reports / "figures").mkdir()
    (reports / "figures" / "table.png").write_bytes(PIXEL)
    text = report.page(recipes(), publications(), None, {"table": "The table"})
    assert 'alt="The table"' in text


def test_embed_gives_a_palette_that_looks_the_same(tmp_path: Path) -> None:
    shades = np.linspace(0, 255, 64).astype(np.uint8)
    pixels = np.stack(np.broadcast_arrays(shades[:, None], shades, shades[::-1]), axis=2)
    Image.fromarray(pixels).save(tmp_path / "figure.png")
    url = report.embed(tmp_path / "figure.png")
    assert url == report.embed(tmp_path / "figure.png")
    content = base64.b64decode(url.removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(content)) as few:
        assert few.mode == "P"
        error = np.abs(np.asarray(few.convert("RGB")).astype(int) - pixels)
    assert error.mean() < 20


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
    transforms = [{"divisor": 255.0, "dtype": "float32", "kind": "scale"}]
    centre = prepare.np_data.Standardize()
    state = centre.to_dict() | {"mean": 0.5, "std": 0.25}
    text = json.dumps({"transforms": [*transforms, state]})
    (folder / "model.json").write_text(text, encoding="utf-8")
    return folder / "model.npz"


def numbers(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_embedded_network_has_the_saved_weights(tmp_path: Path) -> None:
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
def test_embed_model_refuses_a_layer_that_the_page_cannot_compute(
    layers: list[Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        canvas.embed_model(saved(tmp_path / "net", *layers), [])


def test_page_has_a_canvas_only_with_a_network(reports: Path, tmp_path: Path) -> None:
    classes = [str(digit) for digit in range(10)]
    text = canvas.embed_model(saved(tmp_path / "net", np_layers.Dense(10)), classes)
    model = {"name": "one", "classes": classes, "json": text}
    with_canvas = report.page(recipes(), publications(), model)
    assert with_canvas.count("<canvas") == 2
    assert with_canvas.count('<th scope="row">') == 10
    assert not re.search(r"(?:src|href)\s*=\s*['\"](?!#|data:)", with_canvas)
    assert "<canvas" not in report.page(recipes(), publications())


def test_drawn_model_needs_a_recipe_that_was_trained(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "models" / "one" / "model.npz"
    monkeypatch.setattr(report, "model_path", lambda recipe, seed: path)
    assert report.drawn_model(recipes()) is None
    monkeypatch.setattr(report, "DRAWN", "one")
    assert report.drawn_model(recipes()) is None
    saved(path.parent, np_layers.Dense(2))
    model = report.drawn_model(recipes())
    assert model is not None
    assert model["classes"] == ["a", "b"]
