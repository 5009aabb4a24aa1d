"""A real browser for the tests of this folder, and the committed pages opened in it."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

REPORTS = Path(__file__).resolve().parents[2] / "reports"
READY = "document.documentElement.dataset.ready === 'yes'"
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "these tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open a file in a window of its own; a request for another file or an error fails the test."""
    asked: list[str] = []
    said: list[str] = []
    contexts = []

    def open_file(
        file: Path | str = "report.html", width: int = 1440, scheme: str = "light", query: str = ""
    ) -> Page:
        path = REPORTS / file
        context = browser.new_context(
            viewport={"width": width, "height": 900 if width > 500 else 844},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda call: asked.append(call.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri() + query)
        page.wait_for_function(READY)
        return page

    yield open_file
    assert [url for url in asked if not url.startswith(("data:", "blob:", "file:"))] == []
    assert said == []
    for context in contexts:
        context.close()
