"""The examples of the READMEs and of the pages of docs/.

`python tests/examples.py FOLDER` writes every Python example that is a whole program into a file
of its own, for the type checkers.
"""

import doctest
import re
import shutil
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKED = ("README.md", "docs/*.md", "packages/*/README.md", "packages/*/docs/*.md")
UNTYPED = {"docs/scikit-learn.md"}  # scikit-learn has no type annotations


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks of one language; ``page`` is a path in the repository."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", text, flags=re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block) for block in found]


def programs(page: str) -> list[str]:
    """Return the Python blocks that import what they use; the others are parts of a file."""
    found = []
    for block in blocks(page, "python"):
        statements = doctest.DocTestParser().get_examples(block)
        code = "".join(statement.source for statement in statements) or block
        if re.search(r"^(import|from) ", code, flags=re.MULTILINE):
            found.append(code)
    return found


def write_programs(folder: Path) -> None:
    """Write the programs of all pages into an empty folder; pyright checks them strictly."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    pages = {path.relative_to(ROOT).as_posix() for glob in CHECKED for path in ROOT.glob(glob)}
    for page in sorted(pages - UNTYPED):
        stem = re.sub(r"\W", "_", page.removesuffix(".md"))
        for number, code in enumerate(programs(page), 1):
            path = folder / f"{stem}_{number}.py"
            path.write_text(f"# pyright: strict\n{code}", encoding="utf-8")


if __name__ == "__main__":
    write_programs(Path(sys.argv[1]))
