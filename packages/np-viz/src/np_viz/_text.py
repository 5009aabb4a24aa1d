"""Text in figures: which font holds its characters, how wide it is, what is shown where no font is.

Latin text is set in the DejaVu Sans that Matplotlib brings with it, so that a figure of Latin text
never depends on the fonts of a machine. Characters that DejaVu Sans lacks (Korean, Chinese,
Japanese) are set in the first installed font of ``FALLBACK_FAMILIES`` that holds all of them. Where
none does, Hangul is romanised and any other character is replaced by its code point, so that
neither an empty box nor a warning appears. Text is never read as TeX: a ``$`` is a dollar sign.
"""

import math
import unicodedata
from bisect import bisect_right
from functools import cache, lru_cache

import matplotlib
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from np_viz._hangul import romanise

FAMILY = "DejaVu Sans"
FALLBACK_FAMILIES = (
    "Noto Sans CJK KR",
    "Noto Sans KR",
    "NanumGothic",
    "NanumBarunGothic",
    "Nanum Gothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "AppleGothic",
    "Pretendard",
    "Source Han Sans K",
    "Source Han Sans KR",
    "UnDotum",
    "Baekmuk Dotum",
    "NanumMyeongjo",
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Noto Sans JP",
    "Noto Sans SC",
    "Hiragino Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Yu Gothic",
    "IPAGothic",
    "IPAexGothic",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
    "Unifont",
)


@cache
def _characters(path: str) -> frozenset[str]:
    """Characters that the font file holds."""
    return frozenset(map(chr, FT2Font(path).get_charmap()))


@cache
def _bundled() -> frozenset[str]:
    """Characters of the DejaVu Sans that comes with Matplotlib."""
    return _characters(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf")


def _missing(text: str) -> frozenset[str]:
    """Characters that DejaVu Sans lacks."""
    return frozenset(text) - _bundled()


@cache
def _family_holding(characters: frozenset[str]) -> str | None:
    """Return the first installed fallback family that holds all the characters."""
    installed = {font.name for font in fontManager.ttflist}
    for family in FALLBACK_FAMILIES:
        if family in installed:
            path = fontManager.findfont(FontProperties(family=family))
            if characters <= _characters(str(path)):
                return family
    return None


def legible(text: object) -> str:
    r"""Spell a text with characters for which a font is at hand; one line stays one line.

    Examples
    --------
    >>> legible("T-shirt/top")
    'T-shirt/top'
    >>> legible("two\nlines")
    'two lines'
    """
    spelled = " ".join(unicodedata.normalize("NFC", str(text)).split())
    missing = _missing(spelled)
    if not missing or _family_holding(missing) is not None:
        return spelled
    spelled = romanise(spelled)
    return "".join(c if not _missing(c) else _substitute(c) for c in spelled)


def _substitute(character: str) -> str:
    """Return the compatible form of a character, or its code point in brackets."""
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if not _missing(compatible) else f"[U+{ord(character):04X}]"


def _properties(text: str, size: float) -> FontProperties:
    """Return the font of a legible text: DejaVu Sans, and a fallback family where it is needed."""
    missing = _missing(text.replace("\n", ""))
    family = _family_holding(missing) if missing else None
    return FontProperties(family=[FAMILY, family] if family else [FAMILY], size=size)


def spell(artist: Text, text: str, *, size: float, colour: str) -> Text:
    """Set string, font, size and colour of ``artist`` in place; the text is a ``legible`` one."""
    artist.set_parse_math(False)
    artist.set_text(text)
    artist.set_fontproperties(_properties(text, size))
    artist.set_color(colour)
    return artist


def width(text: str, size: float) -> float:
    """Width of the longest line in inches at ``size`` points."""
    lines = text.split("\n")
    return max(_line_width(line, size) for line in lines)


@lru_cache(maxsize=4096)
def _line_width(line: str, size: float) -> float:
    points, _, _ = text_to_path.get_text_width_height_descent(
        line, _properties(line, size), ismath=False
    )
    return float(points) / 72.0


def decimals(value: float, digits: int) -> str:
    """Spell a number with ``digits`` decimals, large ones as powers of ten; a dash where none is.

    Examples
    --------
    >>> decimals(0.5, 4), decimals(1e20, 4), decimals(float("nan"), 4)
    ('0.5000', '1.0000e+20', '–')
    """
    if not math.isfinite(value):
        return "–"
    return f"{value:.{digits}{'f' if abs(value) < 1e9 else 'e'}}"


def shorten(text: str, inches: float, size: float) -> str:
    """Cut a line so that it is at most ``inches`` wide; what was cut shows as an ellipsis."""
    if width(text, size) <= inches:
        return text
    # The longest beginning that fits, found by bisection.
    end = bisect_right(range(1, len(text)), inches, key=lambda n: width(f"{text[:n]}…", size))
    return f"{text[:end].rstrip()}…"
