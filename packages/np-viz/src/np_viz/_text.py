"""Text in figures: its font, its width, and what replaces characters that no font has.

Latin text uses the DejaVu Sans that comes with Matplotlib, so a figure with Latin text does not
depend on the fonts of the machine. Korean, Chinese and Japanese text uses the first installed font
of ``FALLBACK_FAMILIES`` that has all its characters. Without such a font, Hangul is written in
Latin letters and any other character becomes its code point, such as ``[U+732B]``. Text is never
read as TeX: a ``$`` is a dollar sign.
"""

import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache, lru_cache

import matplotlib
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from np_viz._hangul import romanize

FAMILY = "DejaVu Sans"
FALLBACK_FAMILIES = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "NanumBarunGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "AppleGothic",
    "Source Han Sans K",
    "UnDotum",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Hiragino Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Yu Gothic",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "Unifont",
)


@cache
def _characters(path: str) -> frozenset[str]:
    """Characters that the font file has."""
    return frozenset(map(chr, FT2Font(path).get_charmap()))


@cache
def _bundled() -> frozenset[str]:
    """Characters of the DejaVu Sans that comes with Matplotlib."""
    return _characters(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf")


def _missing(text: str) -> frozenset[str]:
    """Characters that DejaVu Sans lacks."""
    return frozenset(text) - _bundled()


@cache
def _family_with(characters: frozenset[str]) -> str | None:
    """Return the first installed fallback family that has all the characters."""
    installed = {font.name for font in fontManager.ttflist}
    for family in FALLBACK_FAMILIES:
        if family in installed:
            path = fontManager.findfont(FontProperties(family=family))
            if characters <= _characters(str(path)):
                return family
    return None


def printable(text: object) -> str:
    r"""Return one line of text with only characters that an installed font has.

    Examples
    --------
    >>> printable("T-shirt/top")
    'T-shirt/top'
    >>> printable("two\nlines")
    'two lines'
    """
    line = " ".join(unicodedata.normalize("NFC", str(text)).split())
    missing = _missing(line)
    if not missing or _family_with(missing) is not None:
        return line
    return "".join(c if not _missing(c) else _substitute(c) for c in romanize(line))


def _substitute(character: str) -> str:
    """Return the compatible form of a character, or its code point in brackets."""
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if not _missing(compatible) else f"[U+{ord(character):04X}]"


def _font(text: str, size: float) -> FontProperties:
    """Return the font of a printable text: DejaVu Sans, plus a fallback family if needed."""
    missing = _missing(text.replace("\n", ""))
    family = _family_with(missing) if missing else None
    return FontProperties(family=[FAMILY, family] if family else [FAMILY], size=size)


def set_text(artist: Text, text: str, *, size: float, color: str) -> Text:
    """Set string, font, size and color of ``artist`` in place; ``text`` must be printable."""
    artist.set_parse_math(False)
    artist.set_text(text)
    artist.set_fontproperties(_font(text, size))
    artist.set_color(color)
    return artist


def text_width(text: str, size: float) -> float:
    """Width of the longest line in inches at ``size`` points."""
    return max(_line_width(line, size) for line in text.split("\n"))


@lru_cache(maxsize=4096)
def _line_width(line: str, size: float) -> float:
    points, _, _ = text_to_path.get_text_width_height_descent(line, _font(line, size), ismath=False)
    return float(points) / 72.0


def format_decimals(value: float, digits: int) -> str:
    """Format a number with ``digits`` decimals; from 1e9 on as a power of ten, NaN as a dash.

    Examples
    --------
    >>> format_decimals(0.5, 4), format_decimals(1e20, 4), format_decimals(float("nan"), 4)
    ('0.5000', '1.0000e+20', '–')
    """
    if not math.isfinite(value):
        return "–"
    return f"{value:.{digits}{'f' if abs(value) < 1e9 else 'e'}}"


def shorten(text: str, inches: float, size: float) -> str:
    """Cut the end of a line so that it is at most ``inches`` wide; an ellipsis marks the cut."""
    return _longest(lambda n: f"{text[:n].rstrip()}…", text, inches, size)


def shorten_all(names: Sequence[str], inches: float, size: float) -> list[str]:
    """Shorten names so that names that differ still differ.

    Tried in this order: cut the words at the beginning that all names share and then the end of
    each name; cut the middle of each name; cut the end and add a number.

    Examples
    --------
    >>> shorten_all(["conv net, rate 0.1", "conv net, rate 0.01"], 0.6, 8.5)
    ['…0.1', '…0.01']
    """
    if all(text_width(name, size) <= inches for name in names):
        return list(names)
    ends = zip(min(names), max(names), strict=False)  # all names share what these two share
    shared = next((i for i, (a, b) in enumerate(ends) if a != b), 0)
    start = len(re.sub(r"[^\s_/=-]*$", "", names[0][:shared]))
    tails = [f"…{name[start:]}" if start else name for name in names]
    number = f" #{len(names)}"
    for short in (
        [shorten(tail, inches, size) for tail in tails],
        [_cut_middle(name, inches, size) for name in names],
    ):
        if len(set(short)) == len(set(names)):
            return short
    room = inches - text_width(number, size)
    return [f"{shorten(name, room, size)} #{i}" for i, name in enumerate(names, 1)]


def _cut_middle(text: str, inches: float, size: float) -> str:
    return _longest(lambda n: f"{text[: n // 2]}…{text[len(text) - n // 2 :]}", text, inches, size)


def _longest(cut: Callable[[int], str], text: str, inches: float, size: float) -> str:
    """Return ``text`` if it fits, or ``cut(n)`` with the largest n that fits, by bisection."""
    if text_width(text, size) <= inches:
        return text
    lengths = range(1, len(text))
    return cut(bisect_right(lengths, inches, key=lambda n: text_width(cut(n), size)))
