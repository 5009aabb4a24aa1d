"""The directive `exhibit`: a mistake of the museum, its broken and its right lines side by side.

    ```{exhibit} bias_gradient
    ```

shows docs/museum/bias_gradient.py: its functions `broken` and `right`, the examples of its
docstring, which a test runs, and the figure that its function `draw(axes)` draws, if it has one.
"""

from __future__ import annotations

import doctest
import importlib.util
import inspect
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from docutils import nodes
from languages import is_korean
from matplotlib import rc_context
from matplotlib.figure import Figure
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

WORDS = {
    "en": ("broken", "right", "In this repository:"),
    "ko": ("잘못된 코드", "올바른 코드", "이 저장소에서는:"),
}


class Exhibit(SphinxDirective):
    """Show one file of docs/museum."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the two functions, the examples and the figure."""
        name = self.arguments[0]
        path = Path(self.env.srcdir, "docs", "museum", f"{name}.py")
        for dependency in (path, Path(__file__)):
            self.env.note_dependency(str(dependency))
        module = load(path)
        broken, right, here = WORDS["ko" if is_korean(self.env.docname) else "en"]
        pair = nodes.container(classes=["pair"])
        sources = [inspect.getsource(f).rstrip() for f in (module.broken, module.right)]
        for kind, title, source, other in (
            ("broken", broken, sources[0], sources[1]),
            ("right", right, sources[1], sources[0]),
        ):
            side = nodes.container(classes=[kind])
            side += nodes.paragraph("", title, classes=["side"])
            side += code(source, marked=lines_of_its_own(source, other))
            pair += side
        shown = nodes.container(classes=["shown"])
        shown += code(examples(module), language="pycon")
        if hasattr(module, "draw"):
            shown += self.figure(module, name)
        link = nodes.paragraph(classes=["here"])
        children, _ = self.parse_inline(f"{here} {{py:obj}}`{module.HERE}`")
        link += children
        return [pair, shown, link]

    def figure(self, module: ModuleType, name: str) -> nodes.image:
        """Draw the figure of an exhibit and return the image."""
        file = Path(self.env.srcdir, "build", "figures", f"{name}.svg")
        file.parent.mkdir(parents=True, exist_ok=True)
        settings = {"svg.hashsalt": name, "font.size": 9, "axes.spines.top": False}
        with rc_context(settings | {"axes.spines.right": False, "legend.frameon": False}):
            figure = Figure(figsize=(6.4, 2.6), layout="constrained")
            module.draw(figure.subplots())
            figure.savefig(file, metadata={"Date": None})
        return nodes.image(uri=f"/build/figures/{name}.svg", alt=inspect.getdoc(module.draw))


def load(path: Path) -> ModuleType:
    """Import a file of the museum without making it a package."""
    spec = importlib.util.spec_from_file_location(f"museum.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def examples(module: ModuleType) -> str:
    """Return the examples of a module's docstring as they look in a terminal."""
    parts = doctest.DocTestParser().parse(module.__doc__ or "")
    lines = []
    for part in parts:
        if isinstance(part, doctest.Example):
            first, *more = part.source.rstrip().splitlines()
            lines += [f">>> {first}", *(f"... {line}" for line in more), part.want.rstrip()]
    return "\n".join(line for line in lines if line)


def lines_of_its_own(source: str, other: str) -> list[int]:
    """Return the numbers of the lines that the other source does not have, without the first."""
    pairs = enumerate(source.splitlines()[1:], 2)
    return [number for number, line in pairs if line not in other.splitlines()]


def code(text: str, language: str = "python", marked: Sequence[int] = ()) -> nodes.literal_block:
    """Return a highlighted block, in which some lines are marked."""
    block = nodes.literal_block(text, text, language=language)
    block["highlight_args"] = {"hl_lines": list(marked)}
    return block


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("exhibit", Exhibit)
    return {"parallel_read_safe": True}
