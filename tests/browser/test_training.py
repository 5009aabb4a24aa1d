"""The page trains networks: exact arithmetic, random numbers and model files equal Python's."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

import np_layers
from np_layers.arithmetic import elementary, exact, normal_distribution
from pipelines.data.samples import Samples
from pipelines.data.transforms import save_transforms
from pipelines.io import places
from pipelines.io.console import Console
from pipelines.io.files import file_hash, write_array, write_json
from pipelines.recipes.params import load_params
from pipelines.recipes.publications import Publications
from pipelines.stages import report
from pipelines.training.loop import Training
from tests.browser.conftest import Open

RECIPES = {name: load_params().recipe(name) for name in report.TRAINED_HERE}


class NoCheckpoint:
    def load(self) -> None:
        return None

    def save(self, *state: Any) -> None:
        pass


def rows_for(name: str) -> Samples:
    """Return the corners of a square, or 600 pictures with one bright band for each class."""
    if name == "s1_xor":
        return Samples(np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float), np.array([0, 1, 1, 0]))
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 10, 600)
    images = np.where(rng.random((600, 28, 28)) < 0.1, rng.integers(0, 256, (600, 28, 28)), 0)
    for image, label in zip(images, labels, strict=True):
        image[2 * label + 4 : 2 * label + 7] = rng.integers(100, 256, (3, 28))
    return Samples(images[:, np.newaxis].astype(np.uint8), labels)


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the models and results of both recipes, trained by Python."""
    folder = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "ROOT", folder)
        patch.setattr(places, "REPORTS", folder / "reports")
        for name, recipe in RECIPES.items():
            samples = rows_for(name)
            for field, array in samples._asdict().items():
                path = places.processed_folder(recipe.dataset, "train") / f"{field}.npy"
                write_array(path, array)
            training = Training(recipe, 0, samples)
            training.run(NoCheckpoint(), Console("test", quiet=True))  # type: ignore[arg-type]
            model = places.model_path(recipe, 0)
            model.parent.mkdir(parents=True)
            np_layers.save(training.network, model)
            save_transforms(training.transforms, model.with_suffix(".json"))
            write_results(name, training, model)
    return folder


def write_results(name: str, training: Training, model: Path) -> None:
    """Write what the page shows of a recipe."""
    results = places.results_folder(RECIPES[name])
    results.mkdir(parents=True)
    keys = ("seed", "epoch", "step", "train_loss")
    lines = [",".join(keys), *(",".join(repr(row[k]) for k in keys) for row in training.history)]
    (results / "history.csv").write_text("\n".join(lines), encoding="utf-8")
    names = ("accuracy", "accuracy_low", "accuracy_high")
    head = ["seed", "model_sha256", "train_accuracy", *(f"test_{key}" for key in names)]
    seeds = f"{','.join(head)}\n0,{file_hash(model)},1,1,1,1\n"
    (results / "seeds.csv").write_text(seeds, encoding="utf-8")
    write_json(results / "metrics.json", {"parameters": 17})
    part = {"rows": 4, "sha256": "ab" * 32}
    card = {"class_names": [], "train": part, "test": part}
    write_json(places.data_card(RECIPES[name].dataset), card)


@pytest.fixture
def page(open_page: Open, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Open a page that trains both recipes."""
    monkeypatch.setattr(places, "ROOT", trained)
    monkeypatch.setattr(places, "REPORTS", trained / "reports")
    text = report.page(RECIPES, Publications(), trained_here=report.trainings(RECIPES))
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    return open_page(tmp_path / "page.html", 390, "dark")


def finish(page: Page) -> str:
    """Wait for the end of a training; return the verdict."""
    page.wait_for_selector(".verdict", timeout=60_000)
    return page.locator(".verdict").inner_text()


@pytest.mark.parametrize("name", RECIPES)
def test_page_trains_to_the_bytes_of_the_model_file(page: Page, trained: Path, name: str) -> None:
    page.locator(f"#train [value={name}]").check()
    page.locator("#train-start").click()
    assert finish(page).startswith("Equal")
    model = trained / "models" / name / "model.npz"
    assert page.locator("#train-result code").all_inner_texts()[:2] == [file_hash(model)] * 2
    with page.expect_download() as waited:
        page.locator("#train-file").click()
    assert Path(waited.value.path()).read_bytes() == model.read_bytes()
    assert page.locator("#train-progress").get_attribute("value") == "1"


@pytest.mark.parametrize("name", RECIPES)
def test_page_measures_the_losses_of_the_history(page: Page, trained: Path, name: str) -> None:
    losses = page.evaluate(
        "async (name) => [...train(await readRecipe(readJson('trainings')[name]))]"
        ".map(({ measured }) => measured).filter((loss) => loss !== null)",
        name,
    )
    history = trained / "reports" / "recipes" / name / "history.csv"
    assert losses == np.loadtxt(history, delimiter=",", skiprows=1)[:, 3].tolist()
    assert losses[-1] < losses[0] / 10


def test_stop_button_stops_and_the_next_run_begins_again(page: Page) -> None:
    page.locator("#train [value=mnist_500]").check()
    page.locator("#train-start").click()
    page.wait_for_function("document.getElementById('train-progress').value > 0.1")
    page.locator("#train-start").click()
    said = page.locator("#train-said").inner_text()
    assert "Stopped" in said
    page.wait_for_timeout(300)
    assert page.locator("#train-said").inner_text() == said
    assert page.locator(".verdict").count() == 0
    assert page.locator("#train-file").is_disabled()
    page.locator("#train-start").click()
    assert finish(page).startswith("Equal")


def test_another_bit_is_shown_as_different(page: Page) -> None:
    page.evaluate("EXP[3] *= 1 + 2 ** -12")
    page.locator("#train-start").click()
    assert finish(page).startswith("Different")
    here, python = page.locator("#train-result code").all_inner_texts()[:2]
    assert here != python


def test_training_works_with_the_keyboard_in_korean(page: Page) -> None:
    page.locator("#language").click()
    page.locator("#train [value=s1_xor]").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("#train [value=mnist_500]").is_checked()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert finish(page).startswith("같음")
    page.locator("#language").click()
    assert page.locator(".verdict").inner_text().startswith("Equal")


def numbers(count: int) -> np.ndarray:
    """Return float32 numbers of every size, both signs, and zero."""
    rng = np.random.default_rng(7)
    sizes = 2.0 ** rng.uniform(-90, 7, count)
    values = rng.choice([-1, 1], count) * sizes
    return np.append(values, [0.0, 88.0, -87.5, -104.0]).astype(np.float32)


@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid", "log", "log1p"])
def test_elementary_functions_have_the_bits_of_python(page: Page, name: str) -> None:
    x = numbers(20_000)
    if name.startswith("log"):
        x = np.abs(x)[x != 0]
    found = page.evaluate(f"x => x.map(value => Math.fround({name}(value)))", x.tolist())
    with np.errstate(over="ignore"):
        expected = getattr(elementary, name)(x)
    finite = np.isfinite(expected)
    np.testing.assert_array_equal(np.array(found, float)[finite], expected[finite])
    assert finite.sum() > 19_000


@pytest.mark.parametrize("largest", [1.0, 1e30, 1e-30])
def test_products_have_the_bits_of_python(page: Page, largest: float) -> None:
    rng = np.random.default_rng(1)
    x = (rng.normal(size=(7, 60)) * 2.0 ** rng.integers(-20, 1, (7, 1))).astype(np.float32)
    W = (rng.normal(size=(60, 5)) * largest).astype(np.float32)
    b = rng.normal(size=5).astype(np.float32)
    G = (rng.normal(size=(7, 5)) * 2.0 ** rng.integers(-30, 1, (7, 1))).astype(np.float32)
    found = page.evaluate(
        "([x, W, b, G]) => { const list = (a) => [...a], f = (a) => Float32Array.from(a);"
        "const rows = samples(f(x), 7), grid = weights(f(W), 60), grads = samples(f(G), 7);"
        "return [product(rows, grid, f(b)), productTransposed(grads, grid),"
        "sumOfProducts(rows, grads), sumOfSamples(grads)].map(list); }",
        [array.ravel().tolist() for array in (x, W, b, G)],
    )
    rows, grads, grid = exact.samples(x), exact.samples(G), exact.weights(W, 60)
    empty = [np.empty(shape, np.float32) for shape in ((7, 5), (7, 60), (60, 5), 5)]
    expected = [
        exact.matmul(rows, grid, out=empty[0], bias=b),
        exact.matmul_transposed(grads, grid, out=empty[1]),
        exact.sum_of_products(rows, grads, out=empty[2]),
        exact.sum_of_samples(grads, out=empty[3]),
    ]
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(np.array(ours, float), theirs.ravel())


@pytest.mark.parametrize("key", [(), (0, 0, 0), (29, 0, 3)])
def test_random_numbers_are_those_of_numpy(page: Page, key: tuple[int, ...]) -> None:
    for seed in (0, 1234, 2**32 - 1):
        call = json.dumps([seed, *key])
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))
        normal = "Array.from({ length: 3000 }, () => random.normal())"
        found = page.evaluate(f"() => {{ const random = new Random(...{call}); return {normal}; }}")
        assert found == normal_distribution.standard_normal(rng, (3000,)).tolist()
        order = np.arange(500, dtype=np.int32)
        np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key)).shuffle(order)
        assert page.evaluate(f"shuffled(500, new Random(...{call}))") == order.tolist()


def test_committed_page_ends_with_the_hashes_in_dvc_lock(open_page: Open) -> None:
    page = open_page()
    lock = (Path(__file__).resolve().parents[2] / "dvc.lock").read_text(encoding="utf-8")
    for name in RECIPES:
        page.locator(f"#train [value={name}]").check()
        page.locator("#train-start").click()
        assert finish(page).startswith("Equal")
        sha256, _, folder, _ = page.locator("#train-result code").all_inner_texts()
        assert f"md5: {folder}" in lock
        assert page.evaluate("name => page.recipes[name] !== undefined", name)
        assert sha256 in page.locator(f"#{name}").inner_html()
