"""Tests that texts do not overlap, are not cut off, and have enough contrast."""

import copy
from functools import cache

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.font_manager import findfont
from matplotlib.text import Text

import np_viz

TOUCH = 1.0  # pixels of a text box that may overlap another


def texts_of(figure):
    """Return all texts of a figure that are drawn."""
    found = list(figure.texts)
    for sub in figure.subfigs:
        found += sub.texts
    for ax in figure.axes:
        found += [child for child in ax.get_children() if isinstance(child, Text)]
        legend = ax.get_legend()
        if legend is not None:
            found += [*legend.get_texts(), legend.get_title()]
        if ax.axison:
            for axis in (ax.xaxis, ax.yaxis):
                low, high = sorted(axis.get_view_interval())
                located = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
                found += [label for at, label in located if low <= at <= high]
                found += [axis.label, axis.get_offset_text()]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def corners(text, renderer):
    """Return the four corners of a text, also of a rotated one, in pixels."""
    box = text.get_window_extent(renderer)
    centre = np.array([(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2])
    angle = text.get_rotation()
    text.set_rotation(0)
    flat = text.get_window_extent(renderer)
    text.set_rotation(angle)
    turn = np.deg2rad(angle)
    across = np.array([np.cos(turn), np.sin(turn)]) * (flat.width / 2 - TOUCH)
    up = np.array([-np.sin(turn), np.cos(turn)]) * (flat.height / 2 - TOUCH)
    return np.array([centre + i * across + j * up for i, j in ((1, 1), (-1, 1), (-1, -1), (1, -1))])


def meeting(shapes):
    """Yield the pairs of rectangles whose upright bounding boxes overlap; few do."""
    low, high = np.min(shapes, axis=1), np.max(shapes, axis=1)
    starts_before_end = (low[:, None] < high[None]).all(axis=2)
    yield from np.argwhere(np.triu(starts_before_end & starts_before_end.T, k=1))


def apart(a, b):
    """Return whether a side of one rectangle separates them (separating axis theorem)."""
    for polygon in (a, b):
        for side in (polygon[1] - polygon[0], polygon[2] - polygon[1]):
            shadows = [p @ side for p in (a, b)]
            if shadows[0].max() <= shadows[1].min() or shadows[1].max() <= shadows[0].min():
                return True
    return False


@pytest.fixture(scope="module")
def drawn():
    """Draw each figure once for all tests of this module; its arguments must not change."""

    @cache
    def draw(case):
        before = copy.deepcopy((case.args, case.options))
        figure = case()
        figure.canvas.draw()
        np.testing.assert_equal((case.args, case.options), before)
        return figure

    return draw


def test_texts_do_not_overlap_and_stay_on_a_page_of_ten_inches(case, drawn):
    figure = drawn(case)
    renderer = figure.canvas.get_renderer()
    texts = texts_of(figure)
    shapes = [corners(text, renderer) for text in texts]
    assert shapes
    assert figure.get_figwidth() <= 10.0
    size = figure.get_size_inches() * figure.dpi
    for text, shape in zip(texts, shapes, strict=True):
        assert (shape >= 0).all(), text
        assert (shape <= size).all(), text
    for i, j in meeting(shapes):
        assert apart(shapes[i], shapes[j]), (texts[i], texts[j])


def test_no_other_text_lies_on_a_legend(case, drawn):
    figure = drawn(case)
    for ax in figure.axes:
        if (legend := ax.get_legend()) is not None:
            box = legend.get_window_extent()
            for text in texts_of(figure):
                if text not in [*legend.get_texts(), legend.get_title()]:
                    assert not box.padded(-TOUCH).overlaps(text.get_window_extent()), text


def test_every_number_stays_in_its_cell(all_cases, drawn):
    for case in all_cases:
        if case.name in ("plot_confusion_matrix", "sweep_table"):
            ax = drawn(case).axes[0]
            for text in ax.texts:
                corner = ax.transData.inverted().transform(text.get_window_extent())
                assert np.abs(corner - text.get_position()).max() <= 0.5, (case.about, text)


def luminance(rgb):
    """Relative luminance of components from 0 to 1 (WCAG 2.1)."""
    c = np.asarray(rgb)
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrasts(figure):
    """Yield the contrast of each text with the color of most pixels beneath it."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    texts = texts_of(figure)
    boxes = [text.get_window_extent(renderer) for text in texts]
    shown = [text.get_alpha() for text in texts]
    for text in texts:
        text.set_alpha(0.0)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[::-1, :, :3]
    for text, alpha in zip(texts, shown, strict=True):
        text.set_alpha(alpha)
    for text, box in zip(texts, boxes, strict=True):
        x0, y0, x1, y1 = np.rint(box.extents).astype(int)
        beneath, counts = np.unique(
            pixels[max(y0, 0) : y1, max(x0, 0) : x1].reshape(-1, 3), axis=0, return_counts=True
        )
        pair = sorted(map(luminance, (to_rgb(text.get_color()), beneath[counts.argmax()] / 255)))
        yield text.get_text(), (pair[1] + 0.05) / (pair[0] + 0.05)


def test_every_text_has_the_contrast_of_small_text(case, drawn):
    for text, contrast in contrasts(drawn(case)):
        assert contrast >= 4.5, text


@pytest.mark.parametrize("rate", np.linspace(0.005, 1, 40))
def test_text_on_every_shade_has_enough_contrast(rate):
    for text, contrast in contrasts(np_viz.plot_confusion_matrix([[rate, 1 - rate], [1, 0]])):
        assert contrast >= 4.5, text


def test_every_text_uses_the_font_of_matplotlib(case, drawn):
    for text in texts_of(drawn(case)):
        assert text.get_fontfamily()[0] == "DejaVu Sans", text
        assert not ("$" in text.get_text() and text.get_parse_math()), text
        if text.get_text().isascii():
            assert findfont(text.get_fontproperties()).startswith(matplotlib.get_data_path())


def test_overlap_test_finds_an_overlap(plain_case):
    figure = plain_case()
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    shape = corners(texts_of(figure)[0], renderer)
    ((i, j),) = meeting([shape, shape])
    assert (i, j) == (0, 1)
    assert not apart(shape, shape)
