"""Curves: ticks, numbers as text, smoothing, values under the pointer, names that hide lines."""

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Open


@pytest.fixture
def page(open_page: Open) -> Page:
    return open_page()


def test_ticks_are_round_and_inside(page: Page) -> None:
    assert page.evaluate("ticks(0, 1, 4, false)") == pytest.approx([0, 0.5, 1])
    assert page.evaluate("ticks(0.003, 0.019, 4, false)") == pytest.approx([0.005, 0.01, 0.015])
    assert page.evaluate("ticks(1e-9, 1, 4, true)") == pytest.approx([1e-9, 1e-6, 1e-3, 1])
    assert page.evaluate("ticks(2, 3, 4, true)") == [2, 3]  # no power of ten between them


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0", "0"),
        ("0.123456", "0.1235"),
        ("-2.5", "−2.5"),
        ("0.00001", "10⁻⁵"),
        ("5.6e-6", "5.6 × 10⁻⁶"),
        ("NaN", "–"),
    ],
)
def test_number_text(page: Page, value: str, text: str) -> None:
    assert page.evaluate(f"numberText({value})") == text


def test_smoothed_keeps_a_constant_and_starts_at_the_first_value(page: Page) -> None:
    assert page.evaluate("smoothed([3, 3, 3])") == pytest.approx([3, 3, 3])
    values = np.random.default_rng(0).normal(size=50)
    weights = np.array([[0.8 ** (i - j) * (j <= i) for j in range(50)] for i in range(50)])
    expected = weights @ values / weights.sum(axis=1)
    found = page.evaluate("values => smoothed(values)", values.tolist())
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_read_csv_gives_columns_with_empty_cells_as_nan(page: Page) -> None:
    found = page.evaluate("Object.entries(readCsv('a,b\\n1,\\n2,3e-4\\n'))")
    assert found[0] == ["a", [1, 2]]
    assert np.isnan(found[1][1][0])
    assert found[1][1][1] == 3e-4


def test_pointing_at_a_curve_shows_its_values(page: Page) -> None:
    chart = page.locator("#groups .chart").first
    last = chart.locator(".value").first.inner_text()
    chart.locator("svg").hover(position={"x": 60, "y": 100})
    first = chart.locator(".value").first.inner_text()
    assert first != last
    page.mouse.move(0, 0)
    assert chart.locator(".value").first.inner_text() == last
    chart.locator("svg").focus()
    page.keyboard.press("ArrowLeft")
    assert chart.locator(".value").first.inner_text() != first


def test_name_in_the_legend_hides_its_line(page: Page) -> None:
    chart = page.locator("#groups .chart").first
    assert chart.locator("path").count() == 7
    chart.get_by_role("button", name="Adam").click()
    assert chart.locator("path").count() == 6
    chart.get_by_role("button", name="Adam").click()
    assert chart.locator("path").count() == 7


def test_log_axis_can_be_switched(open_page: Open) -> None:
    page = open_page(query="#s4_b512_i10000_h512")
    chart = page.locator("#s4_b512_i10000_h512 .chart").first
    option = chart.get_by_role("button", name="log axis")
    assert option.get_attribute("aria-pressed") == "true"  # the loss falls by five powers of ten
    labels = chart.locator("svg text").all_inner_texts()
    option.click()
    assert chart.locator("svg text").all_inner_texts() != labels


def test_accuracy_that_does_not_move_looks_flat(open_page: Open) -> None:
    page = open_page(query="#s2_conv_net")
    chart = page.locator("#s2_conv_net .chart").nth(1)
    heights = chart.locator("path").first.evaluate("path => path.getBBox().height")
    assert heights < 30
