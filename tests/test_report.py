"""The report page: outcomes, hostile text, missing results, own recipes, pictures, the canvas."""

import base64
import io
import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from ruamel.yaml import YAML

from pipelines.data import transforms as prepare
from pipelines.data.samples import Samples
from pipelines.io import places
from pipelines.recipes.params import check, load_params
from pipelines.recipes.publications import Publications, load_publications
from pipelines.recipes.schema import ConfigError
from pipelines.stages import canvas, report
from pipelines.stages.mistakes import find_mistakes
from pipelines.stages.page.packing import pack
from pipelines.stages.page.pictures import Sheet
from pipelines.stages.page.results import learns_nothing, outcome, outcome_of
from pipelines.stages.page.settings import differences, layer_words, settings
from pipelines.stages.page.training import embed_training, folder_hash

np_layers = canvas.np_layers  # of this checkout, which the pipeline puts on the path

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
        "published": {"test_accuracy": 0.915},
    }
    return Publications.model_validate(
        {
            "writeups": {"s9": {"title": "S9 · a document", "author": "someone", "year": 2026}},
            "groups": {"runs": {"title": "Runs", "compare": "val_accuracy"}},
            "recipes": {name: entry | changes},
        }
    )


def write_results(reports: Path, name: str, seeds: str = SEEDS) -> None:
    folder = reports / "recipes" / name
    folder.mkdir(parents=True)
    text = seeds.format(hash="ab" * 32)
    (folder / "seeds.csv").write_text(text, encoding="utf-8")
    (folder / "metrics.json").write_text('{"parameters": 1234567}', encoding="utf-8")
    history = "seed,epoch,step,train_loss,train_accuracy\n0,1,10,0.5,0.9\n"
    (folder / "history.csv").write_text(history, encoding="utf-8")


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    part = {"rows": 3, "sha256": "cd" * 32}
    (tmp_path / "data").mkdir()
    card = {"class_names": ["a", "b"], "train": part, "test": part}
    (tmp_path / "data" / "small.json").write_text(json.dumps(card), encoding="utf-8")
    write_results(tmp_path, "one")
    monkeypatch.setattr(places, "REPORTS", tmp_path)
    return tmp_path


def plain(html: str) -> str:
    """Return the English text of a piece of the page, without its elements."""
    english = re.sub(r'<span lang="ko">.*?</span>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", english).split())


def row_of(text: str, name: str) -> str:
    """Return the text of a recipe's row in the table."""
    table = text[text.index('<table class="results"') :]
    rows = re.findall(r"<tr data-writeup.*?</tr>", table, flags=re.DOTALL)
    return plain(next(row for row in rows if f'href="#{name}"' in row))


def section_of(text: str, name: str) -> str:
    """Return the text of a recipe's section."""
    begin = text.index(f'<details class="recipe" id="{name}">')
    return plain(text[begin : text.index("</details>", begin)])


def data_of(text: str) -> Any:
    found = re.search(r'id="page-data">(.*?)</script>', text, flags=re.DOTALL)
    assert found is not None
    return json.loads(unpacked(found[1]))


def unpacked(text: str) -> bytes:
    """Return the bytes that `pack` made a text of."""
    return zlib.decompress(base64.b85decode(text.replace(",", "<")))


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        (0.0, "holds"),
        (-0.005, "holds"),
        (0.0051, "near"),
        (-0.02, "near"),
        (0.021, "far"),
        (-0.4, "far"),
    ],
)
def test_outcome_depends_on_the_size_of_the_difference(difference: float, expected: str) -> None:
    assert outcome_of(difference) == expected


def test_outcome_of_a_recipe_is_that_of_its_worst_number() -> None:
    rows = [
        {"difference": 0.001, "outcome": "holds"},
        {"difference": -0.3, "outcome": "far"},
    ]
    learned = {"test_accuracy_low": 0.9, "test_accuracy_high": 0.95}
    assert outcome(learned, rows, 10) == "far"
    assert outcome(learned, [], 10) == "unprinted"
    assert outcome(learned, [], 10, corrects=True) == "corrected"
    guessing = {"test_accuracy_low": 0.092, "test_accuracy_high": 0.104}
    assert outcome(guessing, rows, 10) == "fails"


def test_learns_nothing_needs_an_interval_around_guessing() -> None:
    assert learns_nothing({"test_accuracy_low": 0.09, "test_accuracy_high": 0.11}, 10)
    assert not learns_nothing({"test_accuracy_low": 0.09, "test_accuracy_high": 0.11}, 2)
    assert not learns_nothing({"test_max_error": 0.1}, 0)


def test_page_shows_published_and_reproduced_numbers(reports: Path) -> None:
    text = report.page(recipes(), publications())
    row = row_of(text, "one")
    assert "A small network S9 · one 1,234,567 91.50 % 90.00 % −1.50" in row
    assert "slightly off" in row
    section = section_of(text, "one")
    assert "test accuracy 91.50 % 90.00 % −1.50 slightly off" in section
    assert "[0.88, 0.92]" in section
    assert ".venv/bin/nox -s reproduce -- one" in section
    assert "0 of 1 printed numbers hold" in plain(text)
    assert "S9 · a document (someone, 2026)" in text


def test_page_shows_means_and_deviations_of_several_seeds(reports: Path) -> None:
    write_results(reports, "two", SEEDS + SECOND)
    text = report.page(recipes("two", seed=None, seeds=[0, 1]), publications("two"))
    assert "85.00 % ± 7.07" in section_of(text, "two")
    assert "SHA-256 of the model ( seed 0)" in section_of(text, "two")


def test_page_shows_a_recipe_without_an_entry_under_own_recipes(reports: Path) -> None:
    write_results(reports, "s4_b64_mine")
    text = report.page(recipes("s4_b64_mine"), publications())
    assert "Own recipes" in plain(text)
    assert "s4_b64_mine" in row_of(text, "s4_b64_mine")


def test_page_shows_a_finding_as_a_card_with_its_correction(reports: Path) -> None:
    write_results(reports, "two", SEEDS.replace("0.9,", "0.97,"))
    known = publications(corrected="two", ko={"title": "작은 신경망"}).model_dump()
    known["findings"] = [{"recipe": "one", "title": "A finding", "cause": "The cause."}]
    both = recipes() | recipes("two", lr=0.2)
    text = report.page(both, Publications.model_validate(known))
    card = plain(text[text.index('<li class="card">') : text.index("</ul>")])
    assert "A finding published 91.5 % ours 90.0 % corrected 97.0 % The cause." in card
    assert "learning rate 0.1 0.2" in section_of(text, "one")
    assert "our correction" in row_of(text, "two")
    assert '<span lang="ko">작은 신경망</span>' in text


def test_page_compares_the_histories_of_a_group(reports: Path) -> None:
    grouped = publications(group="runs", label="mine")
    assert data_of(report.page(recipes(), grouped))["groups"] == []  # no validation rows
    groups = data_of(report.page(recipes(val_fraction=0.1), grouped))["groups"]
    assert groups[0]["column"] == "val_accuracy"
    assert groups[0]["members"] == [{"label": "mine", "name": "one"}]


def test_page_holds_histories_and_metrics_as_they_were_written(reports: Path) -> None:
    found = data_of(report.page(recipes(), publications()))["recipes"]["one"]
    folder = reports / "recipes" / "one"
    for file in ("history.csv", "metrics.json"):
        assert found[file] == (folder / file).read_text(encoding="utf-8")


def test_page_names_a_published_metric_that_was_not_measured(reports: Path) -> None:
    with pytest.raises(ConfigError, match=re.escape("got ['test_acuracy']")):
        report.page(recipes(), publications(published={"test_acuracy": 0.9}))


def test_page_escapes_hostile_text(reports: Path) -> None:
    hostile = publications(title="</script><script>alert(1)</script>", note='"><img src=x>')
    text = report.page(recipes(), hostile)
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert data_of(text)["recipes"]["one"]["title"]["en"].startswith("</script>")


def test_page_refers_only_to_the_other_page_and_the_readme(reports: Path) -> None:
    text = report.page(recipes(), publications())
    links = set(re.findall(r"(?:src|href)\s*=\s*['\"](?!#|data:)([^'\"]+)", text))
    assert links == {"flagships.html", "../README.md"}
    assert "@import" not in text
    assert "https://" not in text


def test_page_shows_a_picture_for_shared_links_only_with_an_address(reports: Path) -> None:
    assert "og:image" not in report.page(recipes(), publications())
    known = publications().model_copy(update={"address": "https://example.org/np"})
    text = report.page(recipes(), known)
    assert 'content="https://example.org/np/docs/published.png"' in text


def test_page_names_a_recipe_that_was_not_run(reports: Path) -> None:
    (reports / "recipes" / "one" / "metrics.json").unlink()
    with pytest.raises(ConfigError, match=re.escape("the stage evaluate@one writes it")):
        report.page(recipes(), publications())


def test_page_of_the_flagships_says_what_they_are(reports: Path) -> None:
    text = report.page(recipes(), publications(writeup=None, aim=0.85), flagships=True)
    assert "These networks follow no document" in text
    assert "85.00 %" in row_of(text, "one")
    assert 'class="outcome' not in text.partition("<body")[2]
    assert 'href="report.html"' in text
    assert "follow no document" not in report.page(recipes(), publications())


@pytest.mark.usefixtures("reports")
def test_page_shows_the_figure_of_native_arithmetic_beside_the_exact_one() -> None:
    texts = publications()
    assert 'id="arithmetic"' not in report.page(recipes(), texts)
    texts.native["one"] = 0.9155
    text = report.page(recipes(), texts).partition('id="arithmetic"')[2]
    rows = re.findall(r"<tr>.*?</tr>", text.partition("</section>")[0], flags=re.DOTALL)
    assert [plain(row) for row in rows[1:]] == ["one 91.55 % 90.00 % −1.55 88.00 % – 92.00 %"]


def test_version_of_the_page_is_that_of_the_packages() -> None:
    root = Path(__file__).resolve().parents[1]
    shown = load_publications(load_params().all_recipes).version
    for name in ("data", "layers", "metrics", "optim", "viz"):
        code = root / f"packages/np-{name}/src/np_{name}/__init__.py"
        assert f'__version__ = "{shown}"' in code.read_text(encoding="utf-8")


# Settings in words.


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        (("Flatten", {}), "Flatten"),
        (("Dense", {"units": 128}), "Dense 128"),
        (("Conv2D", {"filters": 32, "kernel_size": 3}), "Conv2D 32 @ 3×3"),
        (("Conv2D", {"filters": 8, "kernel_size": 5, "stride": 2}), "Conv2D 8 @ 5×5, stride 2"),
        (("Dropout", {"rate": 0.2}), "Dropout 0.2"),
    ],
)
def test_layer_words(layer: tuple[str, dict[str, Any]], expected: str) -> None:
    assert layer_words(layer) == expected


def test_settings_leave_out_defaults_and_name_options() -> None:
    found = settings(
        recipes(
            optimizer={"SGD": {"momentum": 0.9, "nesterov": True}},
            preprocess=["Scale", {"Standardize": {"per": "feature"}}],
        )["one"]
    )
    assert found["optimizer"] == "SGD (momentum 0.9, nesterov)"
    assert found["preprocess"] == "Scale, Standardize (per feature)"
    assert found["loss"] == "cross entropy"
    assert "reduction" not in found


def test_differences_name_defaults_and_leave_out_seeds() -> None:
    first, second = recipes(reduction="sum")["one"], recipes(lr=0.5, seed=7)["one"]
    assert differences(first, second) == [
        ("reduction", "sum", "mean"),
        ("lr", "0.1", "0.5"),
    ]


# Pictures of mistakes.


def test_find_mistakes_keeps_the_most_confident_one_of_each_cell() -> None:
    images = np.arange(5 * 784).reshape(5, 1, 28, 28).astype(np.uint8)
    probabilities = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8], [0.3, 0.7], [0.9, 0.1]])
    found = find_mistakes(Samples(images, np.array([0, 0, 0, 1, 0])), probabilities, 2)
    assert found["confusion"] == [[2, 2], [0, 1]]
    (mistake,) = found["mistakes"]
    assert {key: mistake[key] for key in ("row", "truth", "predicted", "probability")} == {
        "row": 2,
        "truth": 0,
        "predicted": 1,
        "probability": 0.8,
    }
    assert base64.b64decode(mistake["pixels"]) == images[2].tobytes()
    assert [(item["row"], item["truth"]) for item in found["examples"]] == [(0, 0), (3, 1)]


def test_find_mistakes_of_other_inputs_gives_a_matrix_or_nothing() -> None:
    points = Samples(np.zeros((2, 2)), np.array([0, 1]))
    assert find_mistakes(points, np.eye(2), 2) == {"confusion": [[1, 0], [0, 1]]}
    assert find_mistakes(Samples(np.zeros((2, 2)), np.zeros((2, 1))), np.zeros((2, 1)), 0) == {}


def test_sheet_holds_each_picture_once() -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (40, 28, 28), dtype=np.uint8)
    sheet = Sheet()
    for index, picture in enumerate([*pictures, pictures[3]]):
        item = {"row": index, "pixels": base64.b64encode(picture.tobytes()).decode()}
        assert sheet.add(item) == {"row": index, "picture": index % 40 if index < 40 else 3}
    content = base64.b64decode(sheet.data_url().removeprefix("data:image/png;base64,"))
    with Image.open(io.BytesIO(content)) as image:
        pixels = np.asarray(image)
    assert pixels.shape == (56, 32 * 28)
    np.testing.assert_array_equal(pixels[28:, 7 * 28 : 8 * 28], pictures[39])


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


def read_weight(embedded: dict[str, Any]) -> np.ndarray:
    """Return an embedded weight: three planes of bytes, the lowest first."""
    low, middle, high = np.frombuffer(unpacked(embedded["planes"]), np.uint8).reshape(3, -1)
    integers = low + 256.0 * middle + 65536.0 * high.view(np.int8)
    return integers * embedded["scale"] / 2**22


def test_embedded_weight_has_the_largest_of_its_grid() -> None:
    """31/32 and -1/32 are on the grid; the float32 number below 1 is rounded up to 1."""
    below_one = np.nextafter(np.float32(1), np.float32(0))
    weight = np.array([[below_one, 31 / 32], [-1 / 32, 0.0]], np.float32)
    embedded = canvas.embed_weight(weight)
    assert embedded["scale"] == 1
    assert read_weight(embedded).tolist() == [1, 31 / 32, -1 / 32, 0]


def test_embedded_weight_keeps_fewer_bits_for_longer_sums() -> None:
    """In sums of 9000 terms a weight keeps 19 bits."""
    weight = np.full((9000, 1), 0.75, np.float32)
    weight[0] = 0.5 + 2**-21
    assert read_weight(canvas.embed_weight(weight))[:2].tolist() == [0.5, 0.75]


def test_page_holds_only_the_scripts_that_it_needs() -> None:
    folder = Path(report.__file__).with_name("templates")
    every = {path.name for path in folder.glob("*.js")} - {"start.js"}  # start.js is in the head
    assert set(report.script_names(canvas=True, training=True)) == every
    without = report.script_names(canvas=False, training=False)
    assert not {"drawing.js", "exact.js", "trainer.js"} & set(without)
    assert without[-1] == "page.js"
    assert "exact.js" in report.script_names(canvas=False, training=True)


def test_packed_bytes_can_stand_in_a_script_element() -> None:
    for size in range(9):
        content = np.random.default_rng(size).bytes(100 * size + size)
        for noise in (False, True):
            text = pack(content, noise=noise)
            assert unpacked(text) == content
            assert not set(text) & set("<\"'\\")


def test_embedded_network_has_the_saved_weights(tmp_path: Path) -> None:
    path = saved(tmp_path / "net", np_layers.Dense(5), np_layers.LeakyReLU(slope=0.2))
    model = json.loads(canvas.embed_model(path, ["</script>"] * 5))
    assert [layer["layer"] for layer in model["layers"]] == ["Flatten", "Dense", "LeakyReLU"]
    assert model["layers"][2]["slope"] == 0.2
    weights = np_layers.load(path).parameters()
    arrays = model["layers"][1]["arrays"]
    weight = read_weight(arrays["weight"])
    scale = 2.0 ** np.frexp(np.abs(weights["1.weight"]).max())[1]
    half = scale * 2.0**-22 / 2  # 784 terms leave 22 bits
    np.testing.assert_allclose(weight, weights["1.weight"].ravel(), rtol=0, atol=half)
    np.testing.assert_array_equal(numbers(arrays["bias"]), weights["1.bias"])
    # (x / 255 - 0.5) / 0.25
    scale, standardize = model["transforms"]
    assert numbers(scale["divide"]) == 255
    assert (numbers(standardize["subtract"]), numbers(standardize["divide"])) == (0.5, 0.25)
    assert "<" not in canvas.embed_model(path, ["</script>"] * 5)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([np_layers.Dense(5), np_layers.BatchNorm()], "got a layer BatchNorm"),
        ([np_layers.LayerNorm()], "got a layer LayerNorm"),
    ],
)
def test_embed_model_refuses_a_layer_that_the_page_cannot_compute(
    layers: list[Any], message: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        canvas.embed_model(saved(tmp_path / "net", *layers), [])


def test_embedded_convolution_has_its_shapes(tmp_path: Path) -> None:
    network = np_layers.Sequential(
        [np_layers.Conv2D(4, 3), np_layers.Flatten(), np_layers.Dense(2)],
        input_shape=(1, 28, 28),
        rng=np.random.default_rng(0),
    )
    np_layers.save(network, tmp_path / "model.npz")
    (tmp_path / "model.json").write_text('{"transforms": []}', encoding="utf-8")
    first = json.loads(canvas.embed_model(tmp_path / "model.npz", ["a", "b"]))["layers"][0]
    assert first["shape"] == [1, 28, 28, 4, 1, 3, 3]


def test_embed_model_refuses_a_convolution_with_padding(tmp_path: Path) -> None:
    network = np_layers.Sequential(
        [np_layers.Conv2D(4, 3, padding=1)],
        input_shape=(1, 28, 28),
        rng=np.random.default_rng(0),
    )
    np_layers.save(network, tmp_path / "model.npz")
    (tmp_path / "model.json").write_text('{"transforms": []}', encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("got stride (1, 1), padding (1, 1)")):
        canvas.embed_model(tmp_path / "model.npz", [])


def test_page_has_a_canvas_only_with_a_network(reports: Path, tmp_path: Path) -> None:
    classes = [str(digit) for digit in range(10)]
    text = canvas.embed_model(saved(tmp_path / "net", np_layers.Dense(10)), classes)
    models = {name: {"classes": classes, "json": text} for name in ("one", "two")}
    pair = {"writeup": "s9", "published": "one", "corrected": "two", "see": "What to see."}
    known = Publications.model_validate(publications().model_dump() | {"pairs": [pair]})
    with_canvas = report.page(recipes(), known, models)
    assert 'id="paper"' in with_canvas
    assert "What to see." in with_canvas
    assert 'id="units"' not in with_canvas  # that needs the dense network
    assert 'id="paper"' not in report.page(recipes(), known)
    del models["two"]
    models[report.DENSE] = models["one"]
    without_pair = report.page(recipes(), known, models)
    assert 'id="units"' in without_pair
    assert "What to see." not in without_pair


def test_drawn_models_are_those_that_were_trained(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "models" / "one" / "model.npz"
    monkeypatch.setattr(report, "model_path", lambda recipe, seed: path)
    assert report.drawn_models(recipes(), publications()) == {}
    monkeypatch.setattr(report, "DENSE", "one")
    assert report.drawn_models(recipes(), publications()) == {}
    saved(path.parent, np_layers.Dense(2))
    (model,) = report.drawn_models(recipes(), publications()).values()
    assert model["classes"] == ["a", "b"]


def test_stage_report_depends_on_the_models_that_it_embeds() -> None:
    root = Path(__file__).resolve().parents[1]
    stages = YAML(typ="safe").load(root / "dvc.yaml")["stages"]
    models = {path for path in stages["report"]["deps"] if path.startswith("models/")}
    known = load_publications(load_params().all_recipes)
    assert models == {
        f"models/{name}" for name in [*report.drawn_names(known), *report.TRAINED_HERE]
    }


# The training in the page.


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("layers", ["Flatten", "BatchNorm"]),
        ("weight_init", "zeros"),
        ("loss", {"cross_entropy": {"label_smoothing": 0.1}}),
        ("optimizer", {"Adam": {"eps": 0.1}}),
        ("clip_norm", 1.0),
        ("l2", 0.1),
        ("seed", 2**32),
    ],
)
def test_embed_training_refuses_what_the_page_cannot_train(key: str, value: Any) -> None:
    options: dict[str, Any] = {
        "layers": ["Flatten", {"Dense": {"units": 2}}],
        "weight_init": "he_normal",
        "optimizer": "Adam",
    }
    if key == "layers":
        value = [*value, {"Dense": {"units": 2}}]
    with pytest.raises(ConfigError, match="the page cannot train"):
        embed_training(recipes(**options | {key: value})["one"])


def test_folder_hash_is_that_of_dvc(tmp_path: Path) -> None:
    """The expected hash is what DVC 3 wrote for such a folder."""
    (tmp_path / "model.json").write_bytes(b"{}\n")
    (tmp_path / "model.npz").write_bytes(b"weights")
    assert folder_hash(tmp_path) == "9c5130393215e87ec4e9c8bf39e7af47.dir"
