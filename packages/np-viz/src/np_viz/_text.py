"""Text in figures: its font, its width, and what replaces characters that no font has.

Latin text uses the DejaVu Sans that comes with Matplotlib, so a figure with Latin text does not
depend on the fonts of the machine. Korean, Chinese and Japanese text uses the first installed font
of ``FALLBACK_FAMILIES`` that has all its characters. Without such a font, Hangul is written in
Latin letters and any other character becomes its code point, such as ``[U+732B]``. Text is never
read as TeX: a ``$`` is a dollar sign.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache, lru_cache

import matplotlib
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from np_viz._hangul import romanize

FAMILY = "DejaVu Sans"
BUNDLED = f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans.ttf"
FALLBACK_FAMILIES = (
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",  # the only name that Matplotlib reads from NotoSansCJK-Regular.ttc
    "NanumGothic",
    "Malgun Gothic",
    "Apple SD Gothic Neo",
    "Hiragino Sans",
    "PingFang SC",
    "Microsoft YaHei",
    "Yu Gothic",
)


@cache
def _characters(path: str) -> frozenset[str]:
    """Return the characters that the font file has."""
    return frozenset(map(chr, FT2Font(path).get_charmap()))


def _missing(text: str) -> frozenset[str]:
    """Return the characters that DejaVu Sans lacks."""
    return frozenset(text) - _characters(BUNDLED)


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
    """Return the NFKC form of a character if DejaVu Sans has it, else its code point."""
    compatible = unicodedata.normalize("NFKC", character)
    return compatible if not _missing(compatible) else f"[U+{ord(character):04X}]"


def _font(text: str, size: float) -> FontProperties:
    """Return the font of a printable text: DejaVu Sans, plus a fallback family if needed."""
    missing = _missing(text.replace("\n", ""))
    family = _family_with(missing) if missing else None
    return FontProperties(family=[FAMILY, family] if family else [FAMILY], size=size)


def set_text(artist: Text, text: str, *, size: float, color: str) -> None:
    """Set the printable text, the font, size and color of ``artist`` in place."""
    text = "\n".join(printable(line) for line in text.split("\n"))
    artist.set_parse_math(False)
    artist.set_text(text)
    artist.set_fontproperties(_font(text, size))
    artist.set_color(color)


@lru_cache(maxsize=4096)
def text_width(text: object, size: float) -> float:
    """Return the width in inches of the printable text at ``size`` points."""
    line = printable(text)
    points, _, _ = text_to_path.get_text_width_height_descent(line, _font(line, size), ismath=False)
    return float(points) / 72.0


def format_percent(share: float) -> str:
    """Write a share above 0 in percent; only 1 becomes 100 %."""
    if share < 0.0005:
        return "<0.1 %"
    if 0.9995 <= share < 1.0:
        return ">99.9 %"
    return f"{100.0 * share:.1f}".removesuffix(".0") + " %"


def shorten(text: object, inches: float, size: float) -> str:
    """Return the printable text; if it is wider than ``inches``, an ellipsis replaces its end."""
    text = printable(text)
    if text_width(text, size) <= inches:
        return text

    def cut(n: int) -> str:
        return f"{text[:n].rstrip()}…"

    return cut(bisect_right(range(1, len(text)), inches, key=lambda n: text_width(cut(n), size)))


def shorten_all(names: Iterable[object], inches: float, size: float) -> list[str]:
    """Shorten names so that different names stay different.

    First the words that all names begin with are cut, and then the end of each name. If some names
    are then equal, each name is cut at its end only and gets a number.

    Examples
    --------
    >>> shorten_all(["conv net, rate 0.1", "conv net, rate 0.01"], 0.6, 8.5)
    ['…0.1', '…0.01']
    """
    texts = [printable(name) for name in names]
    if all(text_width(text, size) <= inches for text in texts):
        return texts
    ends = zip(min(texts), max(texts), strict=False)  # all texts share what these two share
    shared = next((i for i, (a, b) in enumerate(ends) if a != b), 0)
    start = len(re.sub(r"[^\s_/=-]*$", "", texts[0][:shared]))
    tails = [f"…{text[start:]}" if start else text for text in texts]
    short = [shorten(tail, inches, size) for tail in tails]
    if len(set(short)) == len(set(texts)):
        return short
    room = inches - text_width(f"_#{len(texts)}", size)
    return [f"{shorten(text, room, size)} #{i}" for i, text in enumerate(texts, 1)]
