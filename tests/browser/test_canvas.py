"""The canvas and the units: what is drawn is prepared and answered as Python does it."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from np_layers.arithmetic import exact
from pipelines.data.samples import Samples
from pipelines.data.transforms import apply_transforms, load_transforms
from pipelines.io.places import processed_folder
from pipelines.photographs.handwriting import prepare_digit
from pipelines.recipes.params import load_params
from pipelines.recipes.publications import Pair, Publications, load_publications
from pipelines.stages import canvas, report
from pipelines.training.tasks import Classification, OneHotRegression
from tests.browser.conftest import Open

np_layers = canvas.np_layers
ROOT = Path(__file__).resolve().parents[2]
PUBLICATIONS = load_publications(load_params().all_recipes)
TRAINED = {name: ROOT / "models" / name / "model.npz" for name in report.drawn_names(PUBLICATIONS)}
CLASSES = [str(digit) for digit in range(10)]
SCALE = {"divisor": 255.0, "dtype": "float32", "kind": "scale"}
SEVEN = [(80, 60), (190, 60), (190, 75), (150, 140), (110, 230)]


def made(folder: Path, *layers: np_layers.Layer) -> Path:
    """Save a network of these layers with weights that are not zero."""
    rng = np.random.default_rng(5)
    network = np_layers.Sequential(
        list(layers), input_shape=(1, 28, 28), rng=rng, arithmetic="exact"
    )
    for name, array in (network.parameters() | network.buffers()).items():
        if array.dtype.kind == "f":
            array += rng.uniform(-0.1 if name.endswith("weight") else 0.05, 0.1, array.shape)
    folder.mkdir()
    np_layers.save(network, folder / "model.npz")
    text = json.dumps({"transforms": [SCALE]})
    (folder / "model.json").write_text(text, encoding="utf-8")
    return folder / "model.npz"


def dense(folder: Path) -> Path:
    return made(
        folder,
        np_layers.Flatten(),
        np_layers.Dropout(0.1),
        np_layers.Dense(40),
        np_layers.ReLU(),
        np_layers.Dense(30),
        np_layers.LeakyReLU(slope=0.2),
        np_layers.Dense(10),
        np_layers.Softmax(),
    )


def convolution(folder: Path) -> Path:
    return made(
        folder,
        np_layers.Conv2D(4, 3),
        np_layers.ReLU(),
        np_layers.Conv2D(3, 5, bias=False),
        np_layers.Flatten(),
        np_layers.Dense(10, bias=False),
    )


def sigmoids(folder: Path) -> Path:
    return made(
        folder,
        np_layers.Flatten(),
        np_layers.Dense(16),
        np_layers.Sigmoid(),
        np_layers.Dense(10),
        np_layers.Sigmoid(),
    )


def weights_below_a_power_of_two(folder: Path) -> Path:
    """Save a network whose largest weight is rounded up to a power of two."""
    path = made(folder, np_layers.Flatten(), np_layers.Dense(10), np_layers.Tanh())
    network = np_layers.load(path)
    network.parameters()["1.weight"][400, 3] = np.nextafter(np.float32(2), np.float32(0))
    np_layers.save(network, path)
    return path


MADE = {
    report.DENSE: dense,
    "sigmoids": sigmoids,
    "convolution": convolution,
    "below_a_power": weights_below_a_power_of_two,
    "dense": dense,
}
PAIRS = [
    Pair(writeup="s8", published="sigmoids", corrected="convolution", see="Sigmoids."),
    Pair(writeup="s9", published="below_a_power", corrected="dense", see="Large weights."),
]


# The trained networks are there after a run; networks of every layer always are.
@pytest.fixture(
    params=["made", *(["trained"] if all(path.exists() for path in TRAINED.values()) else [])]
)
def models(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Path]:
    if request.param == "trained":
        return TRAINED
    return {name: make(tmp_path / name) for name, make in MADE.items()}


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["desk", "phone"])
def page(
    open_page: Open, models: dict[str, Path], tmp_path: Path, request: pytest.FixtureRequest
) -> Page:
    """Open a page of no recipe but with networks to draw for."""
    embedded = {
        name: {"classes": CLASSES, "json": canvas.embed_model(path, CLASSES)}
        for name, path in models.items()
    }
    pairs = PUBLICATIONS.pairs if models is TRAINED else PAIRS
    text = report.page({}, Publications(pairs=pairs), embedded)
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    return open_page(tmp_path / "page.html", *request.param)


def draw(page: Page, points: list[tuple[int, int]]) -> None:
    """Draw a stroke through points of a paper of 280 x 280."""
    box = page.locator("#paper").bounding_box()
    assert box is not None
    scale = box["width"] / 280
    (x, y), *others = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in points]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()
    page.wait_for_function("!document.getElementById('answer').textContent.startsWith('Draw')")


def drawn(page: Page) -> np.ndarray:
    """Return the ink on the canvas, 0 to 1."""
    values = page.evaluate(
        "() => { const p = document.getElementById('paper');"
        "return [...p.getContext('2d').getImageData(0, 0, p.width, p.height).data]"
        ".filter((_, i) => i % 4 === 3); }"
    )
    return np.array(values, np.float64).reshape(280, 280) / 255


def prepared(page: Page, ink: np.ndarray) -> np.ndarray:
    values = page.evaluate(
        "([height, width, data]) =>"
        "[...prepareDigit({height, width, data: Float64Array.from(data)})]",
        [*ink.shape, ink.ravel().tolist()],
    )
    return np.array(values).reshape(28, 28)


def scribbles(count: int) -> list[np.ndarray]:
    """Draw ink in pictures of many sizes: discs along lines, thin to thick, with soft edges."""
    rng = np.random.default_rng(8)
    pictures = []
    for _ in range(count):
        height, width = rng.integers(20, 200, 2)
        y, x = np.mgrid[:height, :width]
        ends = rng.uniform(0.1, 0.9, (5, 2)) * (height, width)
        radius = rng.uniform(0.01, 0.12) * max(height, width)
        ink = np.zeros((height, width))
        for (top, left), (bottom, right) in itertools.pairwise(ends):
            for part in np.linspace(0, 1, 40):
                away = np.hypot(y - top - part * (bottom - top), x - left - part * (right - left))
                ink = np.maximum(ink, np.clip(radius - away + 0.5, 0, 1))
        pictures.append(ink)
    return pictures


def test_the_page_prepares_a_drawing_as_python_does(page: Page) -> None:
    for ink in scribbles(30):
        expected, _ = prepare_digit(ink)
        assert np.abs(prepared(page, ink) - expected.astype(int)).max() <= 1


def test_the_page_computes_the_bits_of_np_layers(page: Page, models: dict[str, Path]) -> None:
    digits = np.stack([prepare_digit(ink)[0] for ink in scribbles(120)])
    images = processed_folder("mnist", "test") / "inputs.npy"
    if images.exists():
        digits[20:] = np.load(images, mmap_mode="r")[:100, 0]
    samples: Any = Samples(digits[:, np.newaxis], np.zeros(len(digits)))
    for name, path in models.items():
        network = np_layers.load(path)
        outputs = network.predict(
            apply_transforms(load_transforms(path.with_suffix(".json")), samples).inputs
        )
        last = type(network.layers[-1]).__name__
        expected = outputs
        if last != "Softmax":
            task = OneHotRegression if last == "Sigmoid" else Classification
            expected = task("mean").probabilities(outputs)
        found = page.evaluate(
            "async ([name, digits]) => { const m = (await readModels())[name];"
            "return digits.map(d => [...probabilities(m, Uint8Array.from(d))]); }",
            [name, digits.reshape(len(digits), -1).tolist()],
        )
        np.testing.assert_array_equal(np.array(found), expected)
        assert len(found) == 120
        if name not in ("s2_conv_net", "s3_full_batch"):  # these give every drawing one answer
            assert np.ptp(expected, axis=0).max() > 1e-2  # differs from digit to digit


def test_page_holds_the_weights_on_their_grid(page: Page, models: dict[str, Path]) -> None:
    for name, path in models.items():
        weights = [
            array
            for key, array in np_layers.load(path).parameters().items()
            if key.endswith("weight")
        ]
        found = page.evaluate(
            "async name => (await readModels())[name].layers.filter(layer => layer.weight)"
            ".map(({weight}) => [...weight])",
            name,
        )
        for values, weight in zip(found, weights, strict=True):
            terms = max(weight.shape[:2]) * math.prod(weight.shape[2:])
            (expected,) = exact.weights(weight, terms).slices
            np.testing.assert_array_equal(values, expected.ravel())


def shares(page: Page) -> list[float]:
    shown = page.locator("#bars .number").all_inner_texts()
    return [float(text.removesuffix("\u00a0%")) for text in shown]


def test_drawing_shows_the_digit_its_probabilities_and_the_answer(page: Page) -> None:
    assert page.locator("#answer").inner_text().startswith("Draw here")
    draw(page, SEVEN)
    expected, _ = prepare_digit(drawn(page))
    seen = page.evaluate(
        "() => [...document.getElementById('seen').getContext('2d')"
        ".getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    )
    assert np.abs(np.array(seen).reshape(28, 28) - expected.astype(int)).max() <= 1
    assert sum(shares(page)) == pytest.approx(100, abs=0.6)
    best = str(int(np.argmax(shares(page))))
    assert best in page.locator("#answer").inner_text()
    assert page.locator("#bars .best th").inner_text() == best
    assert page.locator(".choices label:has(:checked) output").inner_text() == best


def test_answer_changes_while_the_pen_is_down(page: Page) -> None:
    box = page.locator("#paper").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 120, steps=4)
    page.wait_for_function("!document.getElementById('answer').textContent.startsWith('Draw')")
    assert sum(shares(page)) == pytest.approx(100, abs=0.6)
    page.mouse.up()


def test_sentence_never_contradicts_the_probabilities(page: Page) -> None:
    def say(digit: list[int], part: str, **found: int | None) -> str:
        """Return the sentence where each network of ``found`` is sure of a class, or of none."""
        rows = {name: [0.1] * 10 for name in found}
        for name, answer in found.items():
            if answer is not None:
                rows[name] = [0.91 if k == answer else 0.01 for k in range(10)]
        call = "([digit, part, rows]) => sentence(digit, part, rows, [...'0123456789'])"
        return str(page.evaluate(call, [digit, part, rows]))

    blank, scribble = [0] * 784, [0, 255] * 392
    assert say(blank, "dense", dense=8) == "This is an 8."
    assert say(blank, "corrected", corrected=2, dense=2, published=0) == "This is a 2."
    unsure = say(blank, "corrected", corrected=8, dense=2)
    assert unsure == "Not sure this is a digit. Perhaps an 8?"
    assert say(scribble, "dense", dense=2).startswith("Not sure")
    assert say(blank, "published", published=0, corrected=7) == "Says 0. Corrected: 7."
    assert "all ten are equal" in say(blank, "published", published=None, corrected=7)


def test_corrected_networks_read_a_seven_and_those_of_s2_and_s3_say_0(
    page: Page, models: dict[str, Path]
) -> None:
    if models is TRAINED:
        draw(page, SEVEN)
        for pair in PUBLICATIONS.pairs:
            page.locator(f".writeups [value='{pair.writeup}']").click()
            published, *others = page.locator(".choices output").all_inner_texts()
            assert published == "0" or pair.writeup == "s4"
            assert others == ["7", "7"]
            assert page.locator("#answer").inner_text() == "This is a 7."


def test_published_convolution_finds_all_digits_equal(page: Page, models: dict[str, Path]) -> None:
    if models is TRAINED:
        draw(page, SEVEN)
        page.locator(".choices .published").click()
        assert "as for every drawing" in page.locator("#answer").inner_text()
        assert shares(page) == [10.0] * 10


def test_arrow_key_changes_the_writeup_and_its_networks(
    page: Page, models: dict[str, Path]
) -> None:
    pairs = PUBLICATIONS.pairs if models is TRAINED else PAIRS
    draw(page, SEVEN)
    before = shares(page)
    assert page.locator(".see:visible").inner_text() == pairs[0].see.strip()
    page.locator(".writeups input").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".see:visible").inner_text() == pairs[1].see.strip()
    assert shares(page) != before
    names = [
        page.locator(f".choices .{part} input").get_attribute("data-network")
        for part in ("published", "corrected", "dense")
    ]
    assert names == [pairs[1].published, pairs[1].corrected, report.DENSE]


def test_undo_takes_the_last_stroke_away(page: Page) -> None:
    draw(page, SEVEN)
    before = drawn(page)
    draw(page, [(40, 200), (240, 200)])
    assert (drawn(page) != before).any()
    page.locator("#undo").click()
    np.testing.assert_array_equal(drawn(page), before)
    page.locator("#undo").click()
    assert drawn(page).sum() == 0
    assert page.locator("#undo").is_disabled()


def test_eraser_takes_ink_away(page: Page) -> None:
    draw(page, SEVEN)
    before = drawn(page).sum()
    page.locator("#eraser").click()
    assert page.locator("#eraser").get_attribute("aria-pressed") == "true"
    draw(page, [(80, 60), (190, 60)])
    assert 0 < drawn(page).sum() < before


def test_a_dot_is_ink_and_clear_takes_it_away_by_keyboard(page: Page) -> None:
    draw(page, [(100, 100)])
    assert drawn(page).sum() > 100
    page.locator("#clear").focus()
    page.keyboard.press("Enter")
    assert drawn(page).sum() == 0
    assert page.locator("#answer").inner_text().startswith("Draw here")
    assert page.locator("#bars .number").all_inner_texts() == ["–"] * 10


def test_a_finger_draws_and_does_not_scroll(page: Page) -> None:
    page.evaluate(
        "() => { const p = document.getElementById('paper'), b = p.getBoundingClientRect();"
        "const s = b.width / 280; p.setPointerCapture = () => {}; p.hasPointerCapture = () => true;"
        "const send = (kind, x, y) => p.dispatchEvent(new PointerEvent(kind, {pointerType: 'touch',"
        "pointerId: 2, isPrimary: true, button: 0, clientX: b.x + x * s, clientY: b.y + y * s}));"
        "send('pointerdown', 80, 80); send('pointermove', 180, 200); send('pointerup', 180, 200); }"
    )
    assert drawn(page)[140, 130] > 0.9
    style = page.evaluate("getComputedStyle(document.getElementById('paper')).touchAction")
    assert style == "none"


def test_canvas_is_named_for_those_who_do_not_see_it(page: Page) -> None:
    for name in ("Area to draw a digit on", "The drawing as 28 by 28 pixels"):
        assert page.get_by_role("img", name=name).count() == 1
    assert page.get_by_role("table", name="Probability of each class").count() == 1
    assert page.locator("#answer").get_attribute("aria-live") == "polite"


def test_units_light_up_as_the_network_computes(page: Page, models: dict[str, Path]) -> None:
    draw(page, SEVEN)
    digit = prepare_digit(drawn(page))[0]
    path = models[report.DENSE]
    samples: Any = Samples(digit[np.newaxis, np.newaxis], np.zeros(1))
    x = apply_transforms(load_transforms(path.with_suffix(".json")), samples).inputs
    levels = []
    for layer in np_layers.load(path).layers:
        x = layer.forward(x)
        if type(layer).__name__ in ("ReLU", "LeakyReLU"):
            levels.append(np.maximum(x[0], 0) / max(x.max(), 1e-9))
    for name, expected in zip(("hidden1", "hidden2"), levels, strict=True):
        on = "units => units.map(unit => Number(unit.style.getPropertyValue('--on')))"
        found = page.locator(f".units.{name} button").evaluate_all(on)
        np.testing.assert_allclose(found, expected, atol=0.05)


def test_arrow_keys_move_between_units(page: Page) -> None:
    page.locator(".units.hidden1 button").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#unit").inner_text().startswith("Layer 1, unit 2")
    assert page.locator(".units.hidden1 button[tabindex='0']").count() == 1


def test_unit_shows_the_product_of_the_weights_before_it(
    page: Page, models: dict[str, Path]
) -> None:
    weights = [
        array.astype(float)
        for name, array in np_layers.load(models[report.DENSE]).parameters().items()
        if name.endswith("weight") and array.ndim == 2
    ]
    found = page.evaluate(
        "async name => { const m = (await readModels())[name];"
        "return [0, 1, 2].map(depth => [...lookedFor(m, depth).weight]); }",
        report.DENSE,
    )
    for depth, values in enumerate(found):
        expected = np.linalg.multi_dot(weights[: depth + 1]) if depth else weights[0]
        np.testing.assert_allclose(values, expected.ravel(), atol=1e-3)


def test_mistake_is_loaded_onto_the_canvas(open_page: Open) -> None:
    page = open_page(query="#s0_mnist_dnn")
    mistake = page.locator("#s0_mnist_dnn .mistakes button").first
    answer = mistake.inner_text().removeprefix("said ")[0]
    mistake.click()
    assert page.locator(".choices .dense output").inner_text() == answer
    assert drawn(page).sum() > 100


def test_cell_of_the_confusion_matrix_opens_its_picture(open_page: Open) -> None:
    page = open_page(query="#s0_mnist_dnn")
    cell = page.locator("#s0_mnist_dnn .matrix button").first
    cell.click()
    truth, predicted = cell.get_attribute("title").split(":")[0].split(", ")  # type: ignore[union-attr]
    shown = page.locator("#s0_mnist_dnn .mistakes li")
    assert shown.count() == 1
    assert f"truth {truth.removeprefix('truth ')}" in shown.first.inner_text()
    assert f"said {predicted.removeprefix('predicted ')}" in shown.first.inner_text()
    cell.click()
    assert shown.count() == 12


def test_samples_are_answered_as_their_class(open_page: Open) -> None:
    page = open_page()
    assert page.locator("#answer").inner_text() == "This is a 7."  # the page starts with one
    for name in ("2", "8"):
        page.get_by_role("button", name=f"Sample {name}", exact=True).click()
        assert page.locator("#answer").inner_text().endswith(f" {name}.")
    draw(page, [(140, 40), (140, 240)])
