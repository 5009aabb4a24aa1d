"""What the pages say about results is read from the committed files when the site is built.

{accuracy}`s1_fashion_dnn`     the test accuracy of a recipe, such as 87.6 %
{metric}`s2_linear_regression test_max_error`

```{results} s1
```
a table: each recipe of a write-up, what was printed, what comes out here

```{curves} val_accuracy s2_conv_net s2_conv_net_corrected
```
a figure of one column of several histories
"""

from __future__ import annotations

import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from languages import is_korean
from ruamel.yaml import YAML
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

import np_viz

ROOT = Path(__file__).resolve().parents[2]
PUBLICATIONS = ROOT / "pipelines" / "publications.yaml"
HEADERS = {
    "en": ("recipe", "what it is", "printed", "here", "error"),
    "ko": ("레시피", "내용", "글의 값", "여기서 나온 값", "오차"),
}


def recipe_file(recipe: str, file: str) -> Path:
    """Return a committed file of a recipe."""
    return ROOT / "reports" / "recipes" / recipe / file


def read_metrics(recipe: str) -> dict[str, float]:
    """Return the committed numbers of a recipe."""
    return dict(json.loads(recipe_file(recipe, "metrics.json").read_text(encoding="utf-8")))


def percent(value: float) -> str:
    """Return a share as a percentage with one digit after the point."""
    return f"{100 * value:.1f} %"


def result(metrics: dict[str, float], error: str) -> str:
    """Return the test result of a recipe in one cell of a table."""
    if "test_accuracy" not in metrics:
        return f"{error} {metrics['test_max_error']:.0e}"
    text = percent(metrics["test_accuracy"])
    if "test_accuracy_std" in metrics:
        text += f" ± {100 * metrics['test_accuracy_std']:.1f}"
    return text


class AccuracyRole(SphinxRole):
    """The test accuracy of a recipe."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as text."""
        self.env.note_dependency(str(recipe_file(self.text, "metrics.json")))
        return [nodes.Text(percent(read_metrics(self.text)["test_accuracy"]))], []


class MetricRole(SphinxRole):
    """Another committed number of a recipe: a share, a count, or a number in two digits."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as text."""
        recipe, key = self.text.split()
        self.env.note_dependency(str(recipe_file(recipe, "metrics.json")))
        value = read_metrics(recipe)[key]
        if isinstance(value, int):
            shown = f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
        else:
            shown = percent(value) if "accuracy" in key else f"{value:.2g}"
        return [nodes.Text(shown)], []


class Results(SphinxDirective):
    """The recipes of a write-up with the numbers that were printed and that come out here."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        korean = is_korean(self.env.docname)
        publications = YAML(typ="safe").load(PUBLICATIONS.read_text(encoding="utf-8"))
        self.env.note_dependency(str(PUBLICATIONS))
        *head, error = HEADERS["ko" if korean else "en"]
        rows = []
        for name, entry in publications["recipes"].items():
            if entry.get("writeup") != self.arguments[0]:
                continue
            self.env.note_dependency(str(recipe_file(name, "metrics.json")))
            printed = entry.get("published", {}).get("test_accuracy")
            title = entry.get("ko", {}).get("title") if korean else None
            rows.append(
                [
                    nodes.literal(name, name),
                    nodes.Text(title or entry["title"]),
                    nodes.Text("–" if printed is None else percent(printed)),
                    nodes.Text(result(read_metrics(name), error)),
                ]
            )
        return [table([nodes.Text(text) for text in head], rows)]


def table(head: list[nodes.Node], rows: list[list[nodes.Node]]) -> nodes.table:
    """Return a table of inline nodes."""
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=1) for _ in head]
    for section, content in ((nodes.thead(), [head]), (nodes.tbody(), rows)):
        for cells in content:
            row = nodes.row()
            row += [nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells]
            section += row
        group += section
    return nodes.table("", group, classes=["results"])


class Curves(SphinxDirective):
    """One column of the histories of several recipes, by updates of the weights."""

    required_arguments = 2
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Draw the figure and return the image."""
        column, names = self.arguments[0], tuple(self.arguments[1].split())
        for name in names:
            self.env.note_dependency(str(recipe_file(name, "history.csv")))
        file, alt = draw_curves(column, names), f"{column}: {', '.join(names)}"
        return [nodes.image(uri=f"/build/figures/{file}", alt=alt, width="34rem")]


@cache  # a page has a twin in the other language with the same figure
def draw_curves(column: str, names: tuple[str, ...]) -> str:
    """Draw one column of several histories and return the name of the file."""
    figure = np_viz.compare_runs({name: history(name) for name in names}, column=column)
    file = ROOT / "build" / "figures" / f"{column}-{'-'.join(names)}.svg"
    file.parent.mkdir(parents=True, exist_ok=True)
    np_viz.save_figure(figure, file)
    return file.name


def history(recipe: str) -> dict[str, Any]:
    """Return the history of a recipe's first seed."""
    with recipe_file(recipe, "history.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows = [row for row in rows if row["seed"] == rows[0]["seed"]]
    return {
        key: [float(row[key] or "nan") for row in rows]
        for key in rows[0]
        if key not in ("seed", "epoch")
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the roles and directives."""
    app.add_role("accuracy", AccuracyRole())
    app.add_role("metric", MetricRole())
    app.add_directive("results", Results)
    app.add_directive("curves", Curves)
    return {"parallel_read_safe": True}
