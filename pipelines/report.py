"""Put the results of all recipes on one page, reports/report.html, that needs nothing else.

The page holds its figures and its style; it asks no network for anything.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2

from pipelines.shared._env import ROOT
from pipelines.shared.config import Params, Recipe, load_params
from pipelines.shared.console import Console, parser_for, run
from pipelines.shared.files import read_json, write_text

TITLES = {
    "learning_curves": "Loss and accuracy while training",
    "confusion_matrix": "What the test rows were taken for",
    "reliability": "How far its confidence can be believed",
    "misclassified": "Its surest mistakes on the test rows",
    "weights": "What the units of the first layer look for",
}


def embed(path: Path) -> str:
    """Return a PNG file as a data URL."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode()


def comparisons(recipe: Recipe, metrics: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a row for each published figure of a recipe, with ours beside it."""
    for key, published in recipe.published.items():
        ours = metrics[key]
        yield {
            "what": key.replace("_", " "),
            "published": published,
            "reproduced": ours,
            "difference": ours - published,
        }


def page(params: Params, reports: Path) -> str:
    """Return the HTML text of the report on what lies in `reports`."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    recipes = []
    for name, recipe in params.recipes.items():
        metrics = read_json(reports / name / "metrics.json")
        figures = [
            {"title": TITLES[path.stem], "url": embed(path)}
            for path in sorted(
                (reports / name / "figures").glob("*.png"),
                key=lambda path: list(TITLES).index(path.stem),
            )
        ]
        recipes.append(
            {
                "name": name,
                "recipe": recipe,
                "metrics": metrics,
                "comparisons": list(comparisons(recipe, metrics)),
                "figures": figures,
            }
        )
    data = {name: read_json(reports / "data" / f"{name}.json") for name in params.datasets}
    return environment.get_template("report.html").render(recipes=recipes, data=data)


def main() -> None:
    """Run the stage from the command line."""
    args = parser_for(__doc__, "report").parse_args()
    with Console("report", quiet=args.quiet) as console:
        params = load_params()
        path = ROOT / "reports" / "report.html"
        write_text(path, page(params, ROOT / "reports"))
        console.wrote(path)


if __name__ == "__main__":
    run(main)
