"""Photographs of handwriting become digits as MNIST has them."""

import re

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.photographs import handwriting, paper, regions
from pipelines.photographs.digits import ROWS, TOUCH
from pipelines.photographs.handwriting import NoDigitError, prepare_digit, resample
from pipelines.photographs.pictures import Picture, PictureError
from pipelines.photographs.prepare import Prepared, is_like_mnist, prepare
from pipelines.photographs.sheet import find_axes, find_sheet
from tests.drawings import KINDS, STROKES, alike, drawn, photographed


def picture_of(ink: np.ndarray) -> Picture:
    """Return ink from 0 to 1 as a picture of dark ink on bright paper."""
    pixels = np.repeat(0.9 - 0.8 * ink[..., np.newaxis], 3, axis=2)
    return Picture("", pixels, "PNG", ink.shape)


def single(picture: Picture) -> Prepared:
    """Return the only digit in a picture."""
    (digit,), _ = prepare(picture, "digit")
    return digit


def line(ink: np.ndarray, points: list[tuple[int, int]], width: int) -> np.ndarray:
    """Return ink with another stroke in it."""
    image = Image.fromarray((255 * ink).astype(np.uint8))
    ImageDraw.Draw(image).line(points, fill=255, width=width)
    return np.asarray(image, np.float64) / 255


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(STROKES))
def test_photograph_gives_the_digit_that_its_ink_gives(name: str, kind: str) -> None:
    for width, size in ((4, 160), (12, 260)):
        ink = drawn(name, width=width, size=size)
        expected, _ = prepare_digit(ink)
        pixels = photographed(ink, kind, np.random.default_rng(1))
        found = single(Picture("", pixels, "PNG", ink.shape))
        assert alike(expected, found.digit) > 0.8, (width, size)


def test_box_is_where_the_digit_lies_in_the_file() -> None:
    ink = drawn("4", width=9, size=200, at=(300, 120))
    rows, columns = regions.bounding_box(ink > 0.5)
    for kind in ("plain", "table"):
        pixels = photographed(ink, kind, np.random.default_rng(1))
        # The file is three times as large as the pixels that were read from it.
        found = single(Picture("", pixels, "PNG", (1200, 1800)))
        expected = [3 * edge for edge in (columns.start, rows.start, columns.stop, rows.stop)]
        np.testing.assert_allclose(found.box, expected, atol=15)


@pytest.mark.parametrize("name", list(STROKES))
@pytest.mark.parametrize("sides", ["left", "top", "bottom", "all"])
def test_digit_that_touches_the_border_is_found(name: str, sides: str) -> None:
    ink = drawn(name, width=6, size=300)
    ink[300:304, 20:24] = 1  # a speck does not touch the border
    expected, _ = prepare_digit(drawn(name, width=6, size=300))
    rows, columns = regions.bounding_box(drawn(name, width=6, size=300) > 0.5)
    top, bottom, left, right = 0, 400, 0, 600
    if sides in ("left", "all"):
        left = columns.start + 2
    if sides in ("top", "all"):
        top = rows.start + 2
    if sides in ("bottom", "all"):
        bottom = rows.stop - 2
    if sides == "all":
        right = columns.stop - 2
    found = single(picture_of(ink[top:bottom, left:right]))
    assert alike(expected, found.digit) > 0.75


@pytest.mark.parametrize("stroke", [4, 8, 12, 20, 40])
def test_ring_that_fills_the_picture_is_read_as_a_ring(stroke: int) -> None:
    y, x = np.mgrid[:200, :200] - 99.5
    ring = np.clip(92.5 - np.abs(np.hypot(y, x) - 0), 0, 1) * (np.hypot(y, x) > 92 - stroke)
    found = single(picture_of(ring)).digit
    assert found[14, 14] == 0, "the inside of the ring is paper"
    for row, column in ((4, 14), (23, 14), (14, 4), (14, 23)):
        assert found[row - 1 : row + 2, column - 1 : column + 2].max() > 100


def test_broken_strokes_are_joined_into_one_digit() -> None:
    # A 5 whose bar does not reach its stem, and a 0 of two halves.
    five = line(np.zeros((400, 400)), [(150, 80), (140, 180)], 16)
    five = line(five, [(140, 180), (230, 200), (240, 270), (200, 320), (130, 310)], 16)
    with_bar = line(five, [(175, 75), (260, 75)], 16)
    assert alike(single(picture_of(five)).digit, single(picture_of(with_bar)).digit) < 0.85
    assert single(picture_of(with_bar)).digit[:9, 14:].max() > 100
    zero = np.zeros((400, 400))
    for side in (-1, 1):
        points = [(0, -130), (70, -110), (90, 0), (70, 110), (0, 130)]
        zero = line(zero, [(200 + side * (x + 9), 200 + y) for x, y in points], 6)
    assert single(picture_of(zero)).box[2] - single(picture_of(zero)).box[0] > 180


def side_by_side(names: str, gap: int = 60) -> np.ndarray:
    """Draw digits in a row."""
    parts = []
    for name in names:
        ink = drawn(name, width=9, size=200)
        _, columns = regions.bounding_box(ink > 0)
        parts += [ink[:, columns], np.zeros((len(ink), gap))]
    return np.pad(np.hstack(parts), ((0, 0), (60, 0)))


@pytest.mark.parametrize("kind", ["plain", "gradient", "lined", "board"])
def test_several_digits_are_found_from_left_to_right(kind: str) -> None:
    ink = side_by_side("2024")
    pixels = photographed(ink, kind, np.random.default_rng(0))
    found, steps = prepare(Picture("", pixels, "PNG", ink.shape), "digit")
    assert steps[-1] == "4 digits found"
    for name, digit in zip("2024", found, strict=True):
        assert alike(prepare_digit(drawn(name, width=9, size=200))[0], digit.digit) > 0.8
    lefts = [digit.box[0] for digit in found]
    assert lefts == sorted(lefts)


def test_several_rows_of_digits_are_refused_by_name() -> None:
    rows = np.vstack([side_by_side("20"), side_by_side("47")[:, : side_by_side("20").shape[1]]])
    with pytest.raises(NoDigitError, match=re.escape(ROWS)):
        prepare(picture_of(rows), "digit")


def test_digits_that_touch_are_refused_by_name() -> None:
    ink = side_by_side("2024", gap=40)
    joined = line(ink, [(60, 300), (ink.shape[1] - 60, 300)], 14)
    with pytest.raises(NoDigitError, match=re.escape(TOUCH)):
        prepare(picture_of(joined), "digit")


def test_digit_is_twenty_pixels_with_its_mass_in_the_middle() -> None:
    for name in STROKES:
        for width in (1, 5, 9, 20):
            digit, steps = prepare_digit(drawn(name, width=width))
            rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
            assert max(np.ptp(rows), np.ptp(columns)) + 1 == handwriting.BOX
            y, x = np.mgrid[:28, :28]
            assert np.average(y, weights=digit) == pytest.approx(14, abs=0.51)
            assert np.average(x, weights=digit) == pytest.approx(14, abs=0.51)
            across = handwriting.stroke_width(digit / 255.0)
            assert 1.6 < across < 4.6, (name, width)
            assert steps[-1] == "centred by mass in 28 × 28"


def test_prepare_digit_ignores_place_and_size() -> None:
    first, _ = prepare_digit(drawn("4", size=300, at=(20, 20)))
    second, _ = prepare_digit(drawn("4", size=150, at=(300, 200)))
    assert np.abs(first.astype(int) - second).max() < 90
    assert np.abs(first.astype(int) - second).mean() < 3


def test_prepare_digit_keeps_a_prepared_digit() -> None:
    for name in STROKES:
        once, _ = prepare_digit(drawn(name))
        twice, _ = prepare_digit(once / 255.0)
        assert np.abs(once.astype(int) - twice).mean() < 6


def test_resample_takes_the_mean_of_the_area() -> None:
    rng = np.random.default_rng(0)
    image = rng.random((6, 10))
    blocks = image.reshape(3, 2, 5, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(resample(image, 3, 5), blocks, atol=1e-12)
    np.testing.assert_allclose(resample(image, 12, 30), np.kron(image, np.ones((2, 3))), atol=1e-12)
    # 3 pixels into 2: the middle one is halved.
    np.testing.assert_allclose(resample(np.array([[1.0, 4, 7]]), 1, 2), [[2, 6]])
    assert resample(image, 4, 7).mean() == pytest.approx(image.mean())


@pytest.mark.parametrize("width", [2, 6, 15])
def test_stroke_width_of_a_bar_is_its_width(width: int) -> None:
    bar = np.zeros((200, 60))
    bar[10:190, 20 : 20 + width] = 0.7
    assert handwriting.stroke_width(bar) == pytest.approx(width, rel=0.1)


def test_label_regions_agrees_with_a_flood_fill() -> None:
    marked = np.random.default_rng(2).random((30, 40)) < 0.4
    labels = regions.label_regions(marked)
    expected = np.full(marked.shape, -1)
    for start in zip(*np.nonzero(marked), strict=True):
        if expected[start] >= 0:
            continue
        waiting, number = [start], start[0] * 40 + start[1]
        while waiting:
            y, x = waiting.pop()
            if 0 <= y < 30 and 0 <= x < 40 and marked[y, x] and expected[y, x] < 0:
                expected[y, x] = number
                waiting += [(y + v, x + u) for v in (-1, 0, 1) for u in (-1, 0, 1)]
    np.testing.assert_array_equal(labels, expected)


def test_specks_lines_and_ground_are_left_out() -> None:
    ink = drawn("2", size=200)
    expected, _ = prepare_digit(ink)
    spotted = ink.copy()
    spotted[5:12, 500:508] = 1
    spotted[:, 590:] = 1
    spotted[380:383] = 1
    digit = single(picture_of(spotted))
    assert np.abs(digit.digit.astype(int) - expected).mean() < 6


def test_what_the_border_cuts_off_is_left_out_beside_a_whole_digit() -> None:
    ink = drawn("0", width=6, size=220, at=(200, 100))
    expected, _ = prepare_digit(ink)
    with_neighbour = line(ink, [(300, 0), (320, 60)], 14)
    (digit,), steps = prepare(picture_of(with_neighbour), "digit")
    assert "writing at the border left out" in steps
    assert alike(expected, digit.digit) > 0.9


def test_upright_line_alone_is_read_as_a_one() -> None:
    ink = np.zeros((300, 200))
    ink[:, 96:102] = 1
    assert single(picture_of(ink)).digit[5:23, 14].min() > 100


@pytest.mark.parametrize("kind", ["plain", "gradient", "shadow", "noise", "lined", "squared"])
def test_empty_sheet_has_no_digit(kind: str) -> None:
    picture = photographed(np.zeros((400, 600)), kind, np.random.default_rng(0))
    with pytest.raises(NoDigitError, match=re.escape("is the picture blank?")):
        prepare(Picture("", picture, "PNG", (400, 600)), "digit")


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("shape", [(28, 28, 1), (9, 300, 3), (500, 400, 3)])
def test_picture_of_one_colour_has_no_digit(value: float, shape: tuple[int, ...]) -> None:
    with pytest.raises(NoDigitError, match=re.escape("is the picture blank?")):
        prepare(Picture("", np.full(shape, value), "PNG", shape[:2]), "digit")


def test_light_on_dark_is_told_from_its_negative() -> None:
    ink = drawn("0", size=200)
    for kind in KINDS:
        grey = photographed(ink, kind, np.random.default_rng(0)).mean(axis=2)
        if kind == "table":
            grey = grey[15:-20, 30:-60]
        assert paper.is_light_on_dark(grey) == (kind == "board")
        assert paper.is_light_on_dark(1 - grey) != (kind == "board")


def test_find_sheet_finds_paper_on_a_table_only() -> None:
    ink = drawn("7", size=200)
    grey = {
        kind: photographed(ink, kind, np.random.default_rng(0)).mean(axis=2)[::3, ::3]
        for kind in ("table", "plain", "shadow", "board")
    }
    rows, columns = find_sheet(grey["table"])  # 400 x 600 with margins of 15, 20, 30 and 60
    np.testing.assert_allclose(
        [rows.start, rows.stop, columns.start, columns.stop], [5, 127, 10, 180], atol=2
    )
    for kind in ("plain", "shadow", "board"):
        assert find_sheet(grey[kind]) is None, kind


@pytest.mark.parametrize(("ground", "inside", "ink"), [(1, 0, 1), (1, 1, 0), (0.1, 0.9, 0.2)])
def test_plot_gives_the_digit_inside_its_axes(ground: float, inside: float, ink: float) -> None:
    digit = drawn("4", width=9, size=220, at=(200, 90))
    shown = inside + (ink - inside) * digit
    plot = np.full((520, 700), float(ground))
    plot[60:460, 50:650] = shown
    for edge in (np.s_[60:62, 50:650], np.s_[458:460, 50:650], np.s_[60:460, 50:52]):
        plot[edge] = 1 - round(ground)
    plot[60:460, 648:650] = 1 - round(ground)
    for tick in range(100, 600, 100):  # ticks with labels, and a title
        plot[460:468, tick : tick + 2] = 1 - round(ground)
        plot[475:490, tick - 5 : tick + 5] = 1 - round(ground)
    plot[20:40, 300:390:12] = 1 - round(ground)
    assert find_axes(plot) is not None
    picture = Picture("", np.repeat(plot[..., np.newaxis], 3, axis=2), "PNG", plot.shape)
    assert alike(prepare_digit(digit)[0], single(picture).digit) > 0.8


@pytest.mark.parametrize("name", list(STROKES))
def test_digit_is_not_taken_for_axes(name: str) -> None:
    for width in (2, 9, 30):
        assert find_axes(1 - drawn(name, width=width)) is None


def test_only_a_digit_in_the_place_of_mnists_is_taken_as_it_is() -> None:
    digit = prepare_digit(drawn("2"))[0] / 255.0
    assert is_like_mnist(digit)
    assert not is_like_mnist(np.roll(digit, 3, axis=0))
    assert not is_like_mnist(np.pad(resample(digit[4:24, 4:24], 14, 14), 7))
    assert not is_like_mnist(np.zeros((28, 28)))
    assert not is_like_mnist(1 - digit)
    moved = Picture("", np.roll(digit, 3, axis=0)[..., np.newaxis], "PNG", (28, 28))
    assert alike(single(moved).digit, 255 * digit) > 0.8


def test_picture_for_other_models_is_scaled_as_a_whole() -> None:
    pixels = np.ones((56, 28, 3))
    pixels[14:42, 7:21] = 0
    (whole,), steps = prepare(Picture("", pixels, "PNG", (56, 28)), "whole")
    assert steps == ["scaled as a whole to 28 × 28", "inverted (bright border)"]
    expected = np.zeros((28, 28))
    expected[7:21, 10:17] = 255
    expected[7:21, [10, 17]] = 127.5
    columns = [*range(10), *range(11, 17), *range(18, 28)]
    assert np.abs(whole.digit - expected)[:, columns].max() <= 1
    fitting = resample(pixels.mean(axis=2), 28, 28)[..., np.newaxis]
    (as_it_is,), steps = prepare(Picture("", fitting, "PNG", (28, 28)), "whole")
    assert steps == ["taken as it is"]
    assert as_it_is.digit[0, 0] == 255
    with pytest.raises(PictureError, match=re.escape("must have 28 × 28 pixels, got 56 × 28 PNG")):
        prepare(Picture("", pixels, "PNG", (56, 28)), "none")
