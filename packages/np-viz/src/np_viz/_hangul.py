"""Write Korean syllables in Latin letters, for machines without a Korean font.

A precomposed syllable is ``0xAC00 + (initial * 21 + vowel) * 28 + final`` (The Unicode Standard,
section 3.12). Each of its three parts is written by the Revised Romanization of Korean (2000),
without the sound changes between syllables.
"""

FIRST, LAST = 0xAC00, 0xD7A3
# fmt: off
INITIALS = (
    "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t",
    "p", "h",
)
VOWELS = (
    "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
    "we", "wi", "yu", "eu", "ui", "i",
)
FINALS = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p",
    "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
)
# fmt: on


def romanize(text: str) -> str:
    """Replace Hangul syllables by Latin letters and keep everything else.

    Examples
    --------
    >>> romanize("손글씨 5")
    'songeulssi 5'
    """
    return "".join(_romanize_syllable(c) if FIRST <= ord(c) <= LAST else c for c in text)


def _romanize_syllable(syllable: str) -> str:
    rest, final = divmod(ord(syllable) - FIRST, 28)
    initial, vowel = divmod(rest, 21)
    return INITIALS[initial] + VOWELS[vowel] + FINALS[final]
