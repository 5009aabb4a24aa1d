"""The committed pages in a real browser: what the first screen shows, links, languages, access."""

import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import REPORTS, Open

WINDOWS = [(1440, "light"), (768, "dark"), (390, "light"), (360, "dark")]
PAGES = ["report.html", "flagships.html"]


@pytest.mark.parametrize("file", PAGES)
def test_page_is_below_4_mb(file: str) -> None:
    assert (REPORTS / file).stat().st_size < 4_000_000


@pytest.mark.parametrize("width", [1440, 390])
def test_first_screen_shows_headline_canvas_and_cards(open_page: Open, width: int) -> None:
    page = open_page(width=width)
    height = page.viewport_size["height"]  # type: ignore[index]
    for part, whole in (("h1", True), ("#paper", True), ("#answer", True), (".card", False)):
        box = page.locator(part).first.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < height, part
        assert not whole or box["y"] + box["height"] <= height, part
    assert page.locator(".card").count() == 5


@pytest.mark.parametrize(("width", "scheme"), WINDOWS)
@pytest.mark.parametrize("file", PAGES)
def test_page_is_not_wider_than_the_window(
    open_page: Open, file: str, width: int, scheme: str
) -> None:
    for language in ("en", "ko"):
        page = open_page(file, width, scheme, f"?lang={language}")
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        page.wait_for_function(
            "[...document.querySelectorAll('details.recipe')].every(d => d.dataset.filled)"
        )
        widths = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        scrolled, shown = page.evaluate(widths)
        assert scrolled <= shown


@pytest.mark.parametrize("file", PAGES)
def test_every_link_leads_somewhere(open_page: Open, file: str) -> None:
    page = open_page(file)
    targets = set(page.evaluate("[...document.links].map(a => a.getAttribute('href'))"))
    assert len(targets) > 10
    for target in targets:
        if target.startswith("#"):
            assert page.evaluate("id => !!document.getElementById(id)", target[1:]), target
        elif not target.startswith("https://"):
            assert (REPORTS / target).exists(), target
    assert {"flagships.html", "report.html"} - {file} <= targets
    assert "../README.md" in targets


def test_link_to_a_recipe_opens_its_section(open_page: Open) -> None:
    page = open_page(query="#s2_conv_net")
    section = page.locator("#s2_conv_net")
    assert section.get_attribute("open") is not None
    assert section.locator(".chart svg").count() == 2
    page.locator("#results a[href='#s1_fashion_dnn']").click()
    page.wait_for_selector("#s1_fashion_dnn[open] .matrix")


def visible_text(page: Page) -> str:
    return page.locator("main").inner_text()


def test_language_button_changes_every_text(open_page: Open) -> None:
    page = open_page(query="#s3_full_batch")
    assert not re.search("[가-힣]", visible_text(page))
    page.locator("#language").click()
    assert page.evaluate("document.documentElement.lang") == "ko"
    assert "NumPy" in page.title()
    assert re.search("[가-힣]", page.title())
    for part in ("h1", "#answer", ".card h3", "#said", "#count", "#s3_full_batch .matrix caption"):
        assert re.search("[가-힣]", page.locator(part).first.inner_text()), part
    page.reload()
    assert page.evaluate("document.documentElement.lang") == "ko"


def test_theme_button_changes_colours_and_is_remembered(open_page: Open) -> None:
    page = open_page()
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.locator("#theme").click()
    dark = page.evaluate(background)
    assert dark != light
    page.reload()
    assert page.evaluate(background) == dark


def test_history_is_downloaded_as_it_was_written(open_page: Open) -> None:
    page = open_page(query="#s1_xor")
    with page.expect_download() as waited:
        page.locator("#s1_xor [data-file='history.csv']").click()
    expected = REPORTS / "recipes" / "s1_xor" / "history.csv"
    assert Path(waited.value.path()).read_bytes() == expected.read_bytes()


def test_stepper_moves_to_the_update_where_the_gradient_vanishes(open_page: Open) -> None:
    page = open_page()
    assert page.locator("#earlier").is_disabled()
    page.locator("#later").click()
    assert page.locator("#update").input_value() == "1"
    readings = page.locator("#readings").inner_text()
    assert "2 / 30" in readings
    assert "10⁻⁴" in readings
    assert "times smaller" in page.locator("#said").inner_text()
    page.locator("#update").press("End")
    assert page.locator("#later").is_disabled()


def test_print_leaves_out_what_only_a_screen_can_do(open_page: Open) -> None:
    page = open_page()
    page.emulate_media(media="print")
    for part in ("header", "#draw", "#filters", "#units"):
        assert not page.locator(part).is_visible()
    assert page.locator("h1").is_visible()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Download axe-core, which finds barriers to people who use a page in other ways."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("axe-core needs npm")
    folder = tmp_path_factory.mktemp("axe")
    subprocess.run([npm, "pack", "axe-core@4"], cwd=folder, check=True, capture_output=True)
    with tarfile.open(next(folder.glob("*.tgz"))) as archive:
        archive.extract("package/axe.min.js", folder, filter="data")
    return folder / "package" / "axe.min.js"


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
@pytest.mark.parametrize("file", PAGES)
def test_page_has_no_serious_barrier(
    open_page: Open, axe: Path, file: str, width: int, scheme: str
) -> None:
    page = open_page(file, width, scheme)
    page.evaluate(
        "document.querySelectorAll('#s3_full_batch, #s1_fashion_dnn, #mnist_99_fast')"
        ".forEach(d => { d.open = true })"
    )
    page.add_script_tag(path=axe)
    found = page.evaluate("axe.run(document)")["violations"]
    serious = [item["id"] for item in found if item["impact"] in ("serious", "critical")]
    assert serious == []
