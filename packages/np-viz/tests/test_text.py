"""Tests of text: fonts, romanized Korean, widths and shortened names."""

import re

import matplotlib
import pytest
from matplotlib.font_manager import findfont

import np_viz
import np_viz._text as text_module
from np_viz._hangul import romanize
from np_viz._text import FAMILY, printable, shorten, shorten_all, text_width

BUNDLED = f"{matplotlib.get_data_path()}/fonts/ttf"


@pytest.fixture
def no_korean_font(monkeypatch):
    monkeypatch.setattr(text_module, "FALLBACK_FAMILIES", ())
    text_module._family_with.cache_clear()
    yield
    text_module._family_with.cache_clear()


@pytest.fixture
def a_korean_font(monkeypatch):
    """Make one font claim to have Hangul, for machines without a Korean font."""

    def holding(path):
        extra = {chr(c) for c in range(0xAC00, 0xD7A4)} if "STIXGeneral.ttf" in path else set()
        return frozenset(characters(path)) | extra

    characters = text_module._characters.__wrapped__
    monkeypatch.setattr(text_module, "_characters", holding)
    monkeypatch.setattr(text_module, "FALLBACK_FAMILIES", ("No such family", "STIXGeneral"))
    text_module._family_with.cache_clear()
    yield "STIXGeneral"
    text_module._family_with.cache_clear()


def test_latin_text_uses_the_bundled_font():
    assert findfont(FAMILY) == f"{BUNDLED}/DejaVuSans.ttf"
    assert printable("Ankle boot, café, 5 × 10⁻³ ✓") == "Ankle boot, café, 5 × 10⁻³ ✓"


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
def test_romanize(korean, latin):
    assert romanize(korean) == latin


def test_text_without_a_font_is_romanized_or_a_code_point(no_korean_font):
    assert printable("손글씨 인식") == "songeulssi insik"
    assert printable("\u1109\u1169\u11ab") == "son"  # the same syllable in three code points
    assert printable("猫") == "[U+732B]"
    assert printable("ＡＢ") == "AB"
    assert printable("a\x00b\ud800") == "a[U+0000]b[U+D800]"


def test_text_with_a_korean_font_stays(a_korean_font):
    assert printable("손글씨 인식") == "손글씨 인식"
    families = text_module._font("손글씨", 9).get_family()
    assert families == [FAMILY, a_korean_font]
    assert text_module._font("Latin", 9).get_family() == [FAMILY]


def test_whitespace_becomes_one_space():
    assert printable(" two\n\tlines ") == "two lines"
    assert printable(5) == "5"


def test_printable_twice_changes_nothing_more(no_korean_font):
    for text in ("T-shirt/top", "손글씨", "猫", "\x07", "$x$"):
        assert printable(printable(text)) == printable(text)


def test_text_width_equals_that_of_the_drawn_text():
    figure = np_viz.image_grid([[[0.0]]], title="Wide title")
    figure.canvas.draw()
    box = figure.texts[0].get_window_extent()
    assert box.width / figure.dpi == pytest.approx(text_width("Wide title", 11.0), abs=0.03)


def test_shorten_cuts_the_end_as_late_as_possible():
    assert shorten("Ankle boot", 5.0, 9.0) == "Ankle boot"
    cut = shorten("Ankle boot", 0.5, 9.0)
    assert re.fullmatch(r"Ank.*…", cut)
    assert text_width(cut, 9.0) <= 0.5
    longer = "Ankle boot"[: len(cut)] + "…"
    assert text_width(longer, 9.0) > 0.5
    assert shorten("Ankle boot", 0.0, 9.0) == "…"


@pytest.mark.parametrize("title", ["손글씨 인식 결과", "猫と犬", "😀", "$\\frac{1}{2}", "a_b^c"])
def test_any_title_is_drawn_without_warning(title):
    figure = np_viz.plot_confusion_matrix([[1, 0], [0, 1]], ["고양이", "dog $5"], title=title)
    figure.canvas.draw()
    [head] = [text.get_text() for text in figure.texts]
    assert head == printable(title)


@pytest.mark.parametrize(
    "names",
    [
        [f"s2_optimizer_rmsprop_rate_0.0{i:02d}_momentum_0.9" for i in range(30)],
        [f"{i} is the number of this run, whose name is long" for i in range(30)],
        [f"a name with nothing to tell it from others but {i}" for i in range(30)],
        [f"some words and {a} and many more words and {b} at the end" for a in "xy" for b in "uv"],
        [f"the difference is {i} in the middle of a long name" for i in range(30)],
        ["x" * i for i in range(100, 130)],
        ["one", "another", "o"],
    ],
)
def test_shorten_all_keeps_names_different(names):
    short = shorten_all(names, 1.8, 8.5)
    assert len(set(short)) == len(names)
    assert max(text_width(name, 8.5) for name in short) <= 1.8


def test_shorten_all_cuts_the_shared_words_first():
    names = ["rmsprop_rate_0.001_momentum_0.9", "rmsprop_rate_0.002_momentum_0.9"]
    assert shorten_all(names, 1.8, 8.5) == ["…0.001_momentum_0.9", "…0.002_momentum_0.9"]
