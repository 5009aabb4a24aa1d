"""Equations as MathML, which browsers show without a script, a font or a network.

Pages write equations in LaTeX between dollar signs. Docstrings write them in plain Unicode, because
they are read in editors as well: a paragraph such as ``m ← β₁ m + (1 - β₁) g`` becomes an equation.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx

MATHML = "http://www.w3.org/1998/Math/MathML"
LETTER = "[A-Za-zΑ-ωℓϵ∂]"
TOKENS = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)"
    rf"|(?P<name>{LETTER}{{2,}}(?:_{LETTER}{{3,}})+)"
    rf"|(?P<word>{LETTER}+\u0302?)"
    r"|(?P<index>(?:_(?:\{[^}]*\}|[A-Za-z0-9]+|\.+))+)"
    r"|(?P<power>\^(?:\w+|\((?:[^()]|\([^()]*\))*\)))"
    r"|(?P<raised>[⁰¹²³⁴-⁹⁺⁻ᵀᵃ-ᶻⁿⁱ]+)"
    r"|(?P<lowered>[₀-₉ₐ-ₜᵢⱼ]+)"
    r"|(?P<root>√)"
    r"|(?P<space>\s+)"
    r"|(?P<sign>.)"
)
FUNCTION = "exp|log|ln|max|min|mean|tanh|sign|softmax|sigmoid"
OPERAND = (
    rf"(?<!{LETTER})(?:\d+(?:\.\d+)?|{FUNCTION}|lr|eps"
    rf"|d?{LETTER}\u0302?)(?:_\w+|\^\w+|[²³⁻ᵀᵗᶻ₀-₉ᵢⱼ'])*"
    rf"(?!{LETTER})"
)
OPERATOR = "[-+−*·/×÷=←<>≤≥⋯…]"
# A word of a formula: operands with operators, brackets, roots and sums around them.
MATHEMATICAL = re.compile(rf"(?:{OPERAND}|{OPERATOR}|[()|‖√Σ∂½¼])+")
SIGNS = re.compile(r"[←Σ√²ᵀ·−‖∂α-ωΑ-Ω₀-₉ᵢⱼ]")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer of equations and the reader of docstrings."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    app.connect("autodoc-process-docstring", mark_equations, priority=400)  # before numpydoc
    return {"parallel_read_safe": True}


def inline(self: object, node: nodes.math) -> None:
    """Write an equation inside a line."""
    self.body.append(markup(node.astext()))  # type: ignore[attr-defined]
    raise nodes.SkipNode


def block(self: object, node: nodes.math_block) -> None:
    """Write an equation on a line of its own."""
    rows = [row for row in node.astext().splitlines() if row.strip()]
    lines = "".join(f"<div>{markup(row)}</div>" for row in rows)
    self.body.append(f'<div class="equation">{lines}</div>')  # type: ignore[attr-defined]
    raise nodes.SkipNode


def markup(text: str) -> str:
    """Return the MathML of a formula. A backslash marks LaTeX; other text is plain Unicode."""
    if "\\" in text:
        return convert(text)
    return f'<math xmlns="{MATHML}"><mrow>{unicode_row(text)}</mrow></math>'


def unicode_row(text: str) -> str:
    """Return the MathML elements of a formula in plain Unicode."""
    elements: list[str] = []
    position = 0
    while match := TOKENS.match(text, position):  # the last kind, sign, takes any character
        kind, token, position = match.lastgroup, match[0], match.end()
        if kind == "number":
            elements.append(f"<mn>{token}</mn>")
        elif kind == "name":
            elements.append(f"<mtext>{token}</mtext>")
        elif kind == "word":
            elements.append(f"<mi>{token}</mi>")
        elif kind in ("index", "lowered") and elements:
            index = re.sub("[_{}]+", " ", token).strip() if kind == "index" else plain(token)
            elements.append(f"<msub>{elements.pop()}<mrow>{unicode_row(index)}</mrow></msub>")
        elif kind in ("power", "raised") and elements:
            power = token[1:].strip("()") if kind == "power" else plain(token)
            elements.append(f"<msup>{elements.pop()}<mrow>{unicode_row(power)}</mrow></msup>")
        elif kind == "root":
            inside, position = radicand(text, position)
            elements.append(f"<msqrt>{unicode_row(inside)}</msqrt>")
        elif kind == "space":
            if len(token) > 1:
                elements.append('<mspace width="2em"/>')
            elif elements and not elements[-1].startswith("<mo"):
                elements.append('<mspace width="0.25em"/>')
        else:
            elements.append(f'<mo stretchy="false">{escape(token.replace("-", "−"))}</mo>')
    return "".join(elements)


def plain(token: str) -> str:
    """Return the ordinary letters and digits of raised or lowered ones."""
    return unicodedata.normalize("NFKC", token)


def radicand(text: str, start: int) -> tuple[str, int]:
    """Return what is below the root that begins before `start`, and where it ends."""
    if text[start : start + 1] != "(":
        match = re.compile(r"\s?[^\W_]+(?:_\w+)?[̂²]*").match(text, start)
        return (match[0], match.end()) if match else ("", start)
    depth = 0
    for position in range(start, len(text)):
        depth += (text[position] == "(") - (text[position] == ")")
        if depth == 0:
            return text[start + 1 : position], position + 1
    return text[start:], len(text)


def is_equation(paragraph: list[str]) -> bool:
    """Return whether a paragraph is a formula: indented signs, or ``name = …`` and no sentence."""
    text = "\n".join(paragraph)
    if not re.search("[=←]", text) or re.search(r">>>|``|[\"']\w", text):
        return False
    if all(line.startswith("    ") for line in paragraph):
        return "[" not in text and bool(SIGNS.search(text))
    sentence = re.search(r"\. |[^.\s]{2}\.$", text)
    return len(paragraph) <= 2 and not sentence and bool(re.match(r"\w+(\(\w\))? [=←] ", text))


def mark_equations(
    app: Sphinx, what: str, name: str, value: object, options: object, lines: list[str]
) -> None:
    """Turn the formulas of a docstring into equations, and protect bars and underscores in text."""
    result: list[str] = []
    for paragraph in paragraphs(lines):
        if is_equation(paragraph):
            if result and not result[-1].strip() and len(result) > 1:
                result[-2] = re.sub(r"::$", ":", result[-2])
            result += [".. math::", "", *("    " + line.strip().rstrip(".") for line in paragraph)]
        elif any(">>>" in line for line in paragraph):
            result += paragraph
        else:
            result += [protect(line) for line in paragraph]
    lines[:] = result


def paragraphs(lines: list[str]) -> list[list[str]]:
    """Split lines at blank ones; a blank line is a paragraph of its own."""
    found: list[list[str]] = []
    for line in lines:
        if line.strip() and found and found[-1][0].strip():
            found[-1].append(line)
        else:
            found.append([line])
    return found


def protect(line: str) -> str:
    """Mark the formulas of a line of prose, and escape what would be read as markup."""
    parts = re.split(r"(``.*?``|`.*?`)", line)
    parts[::2] = [mark_inline(part) for part in parts[::2]]
    return "".join(parts)


def mark_inline(text: str) -> str:
    """Mark each run of mathematical words with an equals sign or an arrow as an equation."""
    result, run = "", ""
    for chunk in re.findall(r"\s*\S+|\s+$", text):
        word = chunk.strip().rstrip(".,:;")
        if not MATHEMATICAL.fullmatch(word):
            result, run = result + equation_or_text(run) + escape_markup(chunk), ""
        elif chunk.strip() == word:
            run += chunk
        else:
            end = chunk.rindex(word) + len(word)
            result, run = result + equation_or_text(run + chunk[:end]) + chunk[end:], ""
    return result + equation_or_text(run)


def equation_or_text(run: str) -> str:
    """Return a run of mathematical words as an equation if it is a whole one."""
    space = run[: len(run) - len(run.lstrip())]
    words = run.split()
    if words and words[0] in ("a", "A", "I"):
        return space + words[0] + equation_or_text(run[len(space) + 1 :])
    ends = words[:1] + words[-1:]
    complete = not any(re.fullmatch(f"{OPERATOR}|{FUNCTION}", word) for word in ends)
    balanced = run.count("(") == run.count(")") and run.count("|") % 2 == 0
    if complete and balanced and re.search("[=←]", run):
        return f"{space}:math:`{run.strip()}`"
    return escape_markup(run)


def escape_markup(text: str) -> str:
    """Escape bars, stars and closing underscores."""
    return re.sub(r"([|*]|(?<=\w)_(?=\W|$))", r"\\\1", text)
