"""Fonts: Latin text in the bundled one, Korean in an installed one, Latin letters where none is."""

import re

import matplotlib
import pytest
from matplotlib.font_manager import findfont

import np_viz
import np_viz._text as text_module
from np_viz._hangul import romanise
from np_viz._text import FAMILY, legible, shorten, width

BUNDLED = f"{matplotlib.get_data_path()}/fonts/ttf"


@pytest.fixture
def no_korean_font(monkeypatch):
    monkeypatch.setattr(text_module, "FALLBACK_FAMILIES", ())
    text_module._family_holding.cache_clear()
    yield
    text_module._family_holding.cache_clear()


@pytest.fixture
def a_korean_font(monkeypatch):
    """Some font that claims to hold Hangul, for machines that have none."""

    def holding(path):
        extra = {chr(c) for c in range(0xAC00, 0xD7A4)} if "STIXGeneral.ttf" in path else set()
        return frozenset(characters(path)) | extra

    characters = text_module._characters.__wrapped__
    monkeypatch.setattr(text_module, "_characters", holding)
    monkeypatch.setattr(text_module, "FALLBACK_FAMILIES", ("No such family", "STIXGeneral"))
    text_module._family_holding.cache_clear()
    yield "STIXGeneral"
    text_module._family_holding.cache_clear()


def test_latin_text_comes_from_the_bundled_font():
    assert findfont(FAMILY) == f"{BUNDLED}/DejaVuSans.ttf"
    assert legible("Ankle boot, café, 5 × 10⁻³ ✓") == "Ankle boot, café, 5 × 10⁻³ ✓"


# Revised Romanization, letter by letter, worked by hand.
@pytest.mark.parametrize(
    ("korean", "latin"),
    [
        ("가", "ga"),
        ("힣", "hit"),
        ("한글", "hangeul"),
        ("손글씨", "songeulssi"),
        ("학습 곡선", "hakseup gokseon"),
        ("닭", "dak"),
        ("꽃", "kkot"),
        ("의자 3", "uija 3"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_hangul_in_latin_letters(korean, latin):
    assert romanise(korean) == latin


def test_without_a_korean_font_text_is_romanised(no_korean_font):
    assert legible("손글씨 인식") == "songeulssi insik"
    assert legible("\u1109\u1169\u11ab") == "son"  # the same syllable in three code points
    assert legible("猫") == "[U+732B]"
    assert legible("ＡＢ") == "AB"
    assert legible("a\x00b\ud800") == "a[U+0000]b[U+D800]"


def test_with_a_korean_font_text_stays(a_korean_font):
    assert legible("손글씨 인식") == "손글씨 인식"
    families = text_module._properties("손글씨", 9).get_family()
    assert families == [FAMILY, a_korean_font]
    assert text_module._properties("Latin", 9).get_family() == [FAMILY]


def test_whitespace_becomes_one_space():
    assert legible(" two\n\tlines ") == "two lines"
    assert legible(5) == "5"


def test_legible_text_stays_what_it_is(no_korean_font):
    for text in ("T-shirt/top", "손글씨", "猫", "\x07", "$x$"):
        assert legible(legible(text)) == legible(text)


def test_width_is_that_of_the_drawn_text():
    figure = np_viz.image_grid([[[0.0]]], title="Wide title")
    figure.canvas.draw()
    box = figure.texts[0].get_window_extent()
    assert box.width / figure.dpi == pytest.approx(width("Wide title", 11.0), abs=0.03)


def test_shorten_keeps_what_fits():
    assert shorten("Ankle boot", 5.0, 9.0) == "Ankle boot"
    cut = shorten("Ankle boot", 0.5, 9.0)
    assert re.fullmatch(r"Ank.*…", cut)
    assert width(cut, 9.0) <= 0.5
    longer = "Ankle boot"[: len(cut)] + "…"
    assert width(longer, 9.0) > 0.5
    assert shorten("Ankle boot", 0.0, 9.0) == "…"


@pytest.mark.parametrize("title", ["손글씨 인식 결과", "猫と犬", "😀", "$\\frac{1}{2}", "a_b^c"])
def test_any_title_is_drawn_without_a_warning(title):
    figure = np_viz.confusion_matrix([[1, 0], [0, 1]], ["고양이", "dog $5"], title=title)
    figure.canvas.draw()
    [head] = [text.get_text() for text in figure.texts]
    assert head == legible(title)
