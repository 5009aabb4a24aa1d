"""The table of all networks: sorting, filters, and its state in the address."""

from playwright.sync_api import Page

from tests.browser.conftest import Open

ROWS = "[...document.querySelectorAll('#results tbody tr')].filter(row => !row.hidden)"


def column(page: Page, key: str) -> list[float]:
    """Return the values of a column from top to bottom, without the empty ones at the end."""
    values = page.evaluate(f"{ROWS}.map(row => row.dataset['{key}'])")
    filled = [value for value in values if value]
    assert values[: len(filled)] == filled  # rows without a value come last
    return [float(value) for value in filled]


def test_every_column_sorts_in_both_directions(open_page: Open) -> None:
    page = open_page()
    for key in ("parameters", "published", "ours", "difference"):
        button = page.locator(f"th[data-key='{key}'] button")
        button.click()
        assert column(page, key) == sorted(column(page, key), reverse=True)
        assert page.locator(f"th[data-key='{key}']").get_attribute("aria-sort") == "descending"
        button.click()
        assert column(page, key) == sorted(column(page, key))
    page.locator("th[data-key='title'] button").click()
    titles = page.evaluate(f"{ROWS}.map(row => row.querySelector('a [lang=en]').textContent)")
    assert titles[0].startswith("500 digits")
    assert titles[1] == "A deep fully connected network on Fashion-MNIST"
    assert len(titles) == 33
    page.locator("th[data-key='outcome'] button").click()
    assert page.evaluate(f"{ROWS}[0].dataset.outcome") == "fails"


def test_filters_are_kept_in_the_address(open_page: Open) -> None:
    page = open_page()
    page.select_option("[name=writeup]", "s4")
    page.select_option("[name=outcome]", "far")
    shown = page.evaluate(f"{ROWS}.map(row => row.dataset.writeup + row.dataset.outcome)")
    assert shown == ["s4far"] * 3
    assert page.locator("#count").inner_text() == "3 of 33"
    query = "?" + page.url.partition("?")[2]
    again = open_page(query=query + "&sort=difference.up")
    assert again.locator("#count").inner_text() == "3 of 33"
    assert column(again, "difference") == sorted(column(again, "difference"))


def test_search_finds_by_name_and_title(open_page: Open) -> None:
    page = open_page()
    page.locator("[name=q]").fill("nesterov")
    assert page.locator("#count").inner_text() == "1 of 33"
    page.locator("[name=q]").fill("no such network")
    assert page.locator("#count").inner_text() == "0 of 33"


def test_table_works_with_the_keyboard_alone(open_page: Open) -> None:
    page = open_page()
    page.locator("[name=q]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.sort") == "title"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert column(page, "parameters") == sorted(column(page, "parameters"), reverse=True)


def test_row_is_a_card_on_a_phone(open_page: Open) -> None:
    page = open_page(width=390)
    row = page.locator("#results tbody tr").nth(2)
    assert row.evaluate("row => getComputedStyle(row).display") == "grid"
    label = "cell => getComputedStyle(cell, '::before').content"
    assert row.locator("td").nth(1).evaluate(label) == '"published"'
