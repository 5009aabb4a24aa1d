"""The committed page in a real browser: nothing missing, nothing asked for, nothing cut off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

PAGE = Path(__file__).resolve().parents[2] / "reports" / "report.html"


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["desk", "phone"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, scheme = request.param
    opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened.asked, opened.said = [], []  # type: ignore[attr-defined]
    opened.on("request", lambda call: opened.asked.append(call.url))
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.goto(PAGE.as_uri())
    yield opened
    opened.close()


def test_page_loads_without_requests_and_errors(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    page.wait_for_function("[...document.images].every(i => i.complete)")
    broken = page.evaluate("[...document.images].filter(i => !i.naturalWidth).length")
    assert broken == 0
    assert page.evaluate("document.images.length") > 60
    assert [url for url in page.asked if not url.startswith("data:")] == [PAGE.as_uri()]
    assert page.said == []


def test_page_is_not_wider_than_the_window(page: Page) -> None:
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_page_links_lead_to_places_on_the_page(page: Page) -> None:
    targets = page.evaluate("[...document.links].map(a => a.getAttribute('href'))")
    assert len(targets) > 60
    for target in set(targets):
        assert target.startswith("#")
        assert page.evaluate("id => !!document.getElementById(id)", target[1:]), target
