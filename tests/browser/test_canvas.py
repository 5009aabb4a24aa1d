"""The canvas: what is drawn is prepared and answered in the page as Python does it."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from pipelines.data.samples import Samples
from pipelines.data.transforms import apply_transforms, load_transforms
from pipelines.io.places import processed_folder
from pipelines.photographs.handwriting import prepare_digit
from pipelines.recipes.publications import Publications
from pipelines.stages import canvas, report

np_layers = canvas.np_layers
ROOT = Path(__file__).resolve().parents[2]
TRAINED = ROOT / "models" / "s0_mnist_dnn" / "model.npz"
SCALE = {"divisor": 255.0, "dtype": "float32", "kind": "scale"}


def made(folder: Path) -> Path:
    """Save a network with every layer that the page computes, and weights that are not zero."""
    rng = np.random.default_rng(5)
    network = np_layers.Sequential(
        [
            np_layers.Flatten(),
            np_layers.Dropout(0.1),
            np_layers.Dense(40),
            np_layers.BatchNorm(),
            np_layers.ReLU(),
            np_layers.Dense(30, bias=False),
            np_layers.LeakyReLU(slope=0.2),
            np_layers.Dense(10),
            np_layers.Softmax(),
        ],
        input_shape=(1, 28, 28),
        rng=rng,
    )
    for name, array in (network.parameters() | network.buffers()).items():
        if array.dtype.kind == "f":
            array += rng.uniform(-0.1 if name.endswith("weight") else 0.05, 0.1, array.shape)
    folder.mkdir()
    np_layers.save(network, folder / "model.npz")
    text = json.dumps({"transforms": [SCALE]})
    (folder / "model.json").write_text(text, encoding="utf-8")
    return folder / "model.npz"


# The trained network and real digits are there after a run; a network of every layer always is.
@pytest.fixture(params=["every layer", *(["s0_mnist_dnn"] if TRAINED.exists() else [])])
def model(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return made(tmp_path / "made") if request.param == "every layer" else TRAINED


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["desk", "phone"])
def page(
    browser: Browser, model: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """Open a page of no recipe but with a network to draw for."""
    classes = [str(digit) for digit in range(10)]
    text = report.page(
        {},
        Publications(),
        {"name": "made", "classes": classes, "json": canvas.embed_model(model, classes)},
    )
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, has_touch=width < 500
    )
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto((tmp_path / "page.html").as_uri())
    yield opened
    assert said == []
    context.close()


def draw(page: Page, points: list[tuple[int, int]]) -> None:
    box = page.locator("#paper").bounding_box()
    assert box is not None
    (x, y), *others = [(box["x"] + x, box["y"] + y) for x, y in points]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=6)
    page.mouse.up()
    page.wait_for_function("!document.getElementById('answer').textContent.startsWith('Nothing')")


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


def test_the_page_computes_what_np_layers_computes(page: Page, model: Path) -> None:
    digits = np.stack([prepare_digit(ink)[0] for ink in scribbles(100)])
    images = processed_folder("mnist", "test") / "inputs.npy"
    if images.exists():
        digits = np.load(images, mmap_mode="r")[:100, 0]
    samples: Any = Samples(digits[:, np.newaxis], np.zeros(len(digits)))
    outputs = np_layers.load(model).predict(
        apply_transforms(load_transforms(model.with_suffix(".json")), samples).inputs
    )
    expected = outputs if model != TRAINED else np_layers.softmax(outputs)
    found = page.evaluate(
        "digits => { const m = readModel(document.getElementById('model').textContent);"
        "return digits.map(d => [...probabilities(m, Uint8Array.from(d))]); }",
        digits.reshape(len(digits), -1).tolist(),
    )
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert len(found) == 100
    assert np.median(expected.max(axis=1)) > 1e-2
    assert np.ptp(expected, axis=0).max() > 1e-2  # differs from digit to digit


def test_drawing_shows_the_digit_its_probabilities_and_the_answer(page: Page) -> None:
    assert page.locator("#answer").inner_text() == "Nothing is drawn yet."
    draw(page, [(80, 60), (190, 60), (190, 75), (150, 140), (110, 230)])
    expected, _ = prepare_digit(drawn(page))
    seen = page.evaluate(
        "() => [...document.getElementById('seen').getContext('2d')"
        ".getImageData(0, 0, 28, 28).data].filter((_, i) => i % 4 === 0)"
    )
    assert np.abs(np.array(seen).reshape(28, 28) - expected.astype(int)).max() <= 1
    shown = page.locator("#bars .number").all_inner_texts()
    shares = [float(text.removesuffix(" %")) for text in shown]
    assert sum(shares) == pytest.approx(100, abs=0.6)
    best = int(np.argmax(shares))
    assert page.locator("#answer").inner_text() == f"This is a {best}, {shares[best]:.1f} % sure."
    assert page.locator("#bars .best th").inner_text() == str(best)


def test_the_trained_network_reads_a_seven(page: Page, model: Path) -> None:
    draw(page, [(80, 60), (190, 60), (190, 75), (150, 140), (110, 230)])
    if model == TRAINED:
        assert page.locator("#answer").inner_text().startswith("This is a 7,")


def test_a_dot_is_ink_and_clear_takes_it_away_by_keyboard(page: Page) -> None:
    draw(page, [(100, 100)])
    assert drawn(page).sum() > 100
    page.keyboard.press("Tab")
    for _ in range(5):
        if page.evaluate("document.activeElement.id") == "clear":
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "clear"
    page.keyboard.press("Enter")
    assert drawn(page).sum() == 0
    assert page.locator("#answer").inner_text() == "Nothing is drawn yet."
    assert page.locator("#bars .number").all_inner_texts() == ["–"] * 10


def test_a_finger_draws_and_does_not_scroll(page: Page) -> None:
    page.evaluate(
        "() => { const p = document.getElementById('paper'), b = p.getBoundingClientRect();"
        "p.setPointerCapture = () => {}; p.hasPointerCapture = () => true;"
        "const send = (kind, x, y) => p.dispatchEvent(new PointerEvent(kind, {pointerType: 'touch',"
        "pointerId: 2, isPrimary: true, button: 0, clientX: b.x + x, clientY: b.y + y}));"
        "send('pointerdown', 80, 80); send('pointermove', 180, 200); send('pointerup', 180, 200); }"
    )
    assert drawn(page)[140, 130] > 0.9
    style = page.evaluate("getComputedStyle(document.getElementById('paper')).touchAction")
    assert style == "none"


def test_the_canvas_is_named_for_those_who_do_not_see_it(page: Page) -> None:
    for name in ("Area to draw a digit on", "The drawing as 28 by 28 pixels"):
        assert page.get_by_role("img", name=name).count() == 1
    assert page.get_by_role("table", name="Probability of each class").count() == 1
    assert page.locator("#answer").get_attribute("aria-live") == "polite"


def test_the_canvas_is_not_printed(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("#draw").is_visible()
