"""Put the results of all recipes on one page, reports/report.html.

The page needs no other file and no network: it holds its style, its figures and a trained network
to draw for. Recipes stand under the write-up that they follow, with published and reproduced
numbers side by side. Figures that compare several recipes are drawn here, into reports/figures.
"""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from matplotlib.figure import Figure
from PIL import Image

import np_viz
from pipelines.environment import PUBLISHED
from pipelines.io.console import Console, parser_for, run
from pipelines.io.files import read_json, write_text
from pipelines.io.places import REPORTS, data_card, model_path, results_folder
from pipelines.io.tables import read_columns, read_rows
from pipelines.recipes.params import load_params
from pipelines.recipes.publications import Entry, Publications, load_publications
from pipelines.recipes.schema import ConfigError, Recipe
from pipelines.stages.canvas import embed_model
from pipelines.stages.comparison import draw_comparison

Metrics = dict[str, float]
# The figures on the page; the others lie in the recipe's folder.
TITLES = {
    "learning_curves": "Loss and accuracy during training; train: the mean over an epoch, while "
    "the weights change and dropout is on; val: at its end",
    "confusion_matrix": "Test rows by class and prediction",
    "misclassified": "The most confident mistakes on the test rows",
}
COLOURS = 64  # of the palette of an embedded figure
DRAWN = "s0_mnist_dnn"  # the recipe whose network answers drawings on the page
NEAR = 0.005  # a reproduced accuracy within this distance counts as equal


def read_metrics(recipe: Recipe) -> Metrics:
    """Return the means of all metrics over the seeds, and with several seeds ``METRIC_std``."""
    folder = results_folder(recipe)
    if not (folder / "metrics.json").exists():
        raise ConfigError(
            f"reports/{recipe.section}/{recipe.name} has no metrics.json; "
            f"the stage evaluate@{recipe.name} writes it"
        )
    rows = read_rows(folder / "seeds.csv")
    metrics: Metrics = dict(read_json(folder / "metrics.json"))
    for key in rows[0].keys() - {"seed", "model_sha256"}:
        values = np.array([float(row[key]) for row in rows])
        metrics[key] = float(values.mean())
        if len(rows) > 1:
            metrics[f"{key}_std"] = float(values.std(ddof=1))
    return metrics


def verdict(difference: float) -> str:
    """Describe in one word how a reproduced number compares with the published one."""
    if abs(difference) <= NEAR:
        return "reproduced"
    return "higher" if difference > 0 else "lower"


def comparisons(entry: Entry, metrics: Metrics) -> list[dict[str, Any]]:
    """Return a row for each published number of a recipe, with ours beside it."""
    if unknown := entry.published.keys() - metrics.keys():
        raise ConfigError(
            f"publications.yaml: published must be among {sorted(metrics)}, got {sorted(unknown)}"
        )
    return [
        {
            "what": key.replace("_", " "),
            "published": published,
            "reproduced": metrics[key],
            "deviation": metrics.get(f"{key}_std"),
            "difference": metrics[key] - published,
            "verdict": verdict(metrics[key] - published),
        }
        for key, published in entry.published.items()
    ]


def group_figures(
    recipes: Mapping[str, Recipe], publications: Publications
) -> dict[str, tuple[str, Figure]]:
    """Draw the groups of recipes; return each figure with its title."""
    figures = {}
    for key, group in publications.groups.items():
        members = {
            publications.entry(name).label: recipe
            for name, recipe in recipes.items()
            if publications.entry(name).group == key
        }
        if group.compare == "published":
            figure = _published_figure(members, publications, group.title)
        else:
            runs = {
                label: read_columns(results_folder(recipe) / "history.csv")
                for label, recipe in members.items()
                if recipe.validates
            }
            figure = (
                np_viz.compare_runs(runs, column=group.compare, title=group.title) if runs else None
            )
        if figure is not None:
            figures[key] = group.title, figure
    return figures


def _published_figure(
    members: Mapping[str, Recipe], publications: Publications, title: str
) -> Figure | None:
    """Draw published and reproduced test accuracies of the members that have both."""
    published = {
        label: publications.entry(recipe.name).published["test_accuracy"]
        for label, recipe in members.items()
        if "test_accuracy" in publications.entry(recipe.name).published
    }
    if not published:
        return None
    metrics = [read_metrics(members[label]) for label in published]
    return draw_comparison(
        list(published),
        list(published.values()),
        [row["test_accuracy"] for row in metrics],
        [(row["test_accuracy_low"], row["test_accuracy_high"]) for row in metrics],
        title=title,
    )


def embed(path: Path) -> str:
    """Return a PNG file as a data URL in a small palette, with a third of its bytes."""
    content = io.BytesIO()
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(content, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def recipe_entry(recipe: Recipe, entry: Entry) -> dict[str, Any]:
    """Return what the page shows of one recipe."""
    metrics = read_metrics(recipe)
    folder = results_folder(recipe)
    return {
        "recipe": recipe,
        "entry": entry,
        "metrics": metrics,
        "sha256": read_rows(folder / "seeds.csv")[0]["model_sha256"],
        "comparisons": comparisons(entry, metrics),
        "figures": [
            {"title": title, "url": embed(folder / "figures" / f"{kind}.png")}
            for kind, title in TITLES.items()
            if (folder / "figures" / f"{kind}.png").exists()
        ],
    }


def drawn_model(recipes: Mapping[str, Recipe]) -> dict[str, Any] | None:
    """Return the network that answers drawings on the page, if it was trained."""
    if DRAWN not in recipes:
        return None
    recipe = recipes[DRAWN]
    path = model_path(recipe, recipe.all_seeds[0])
    if not path.exists():
        return None
    classes = read_json(data_card(recipe.dataset))["class_names"]
    return {"name": DRAWN, "classes": classes, "json": embed_model(path, classes)}


def page(
    recipes: Mapping[str, Recipe],
    publications: Publications,
    model: dict[str, Any] | None = None,
    group_titles: Mapping[str, str] | None = None,
    *,
    flagships: bool = False,
) -> str:
    """Return the HTML of the page about some recipes, of the results in the reports folder.

    With a ``model`` of `drawn_model` the page has a canvas. ``group_titles`` are the titles of the
    figures in reports/figures. ``flagships`` follow no document, which changes the introduction.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    sections: dict[str, list[dict[str, Any]]] = {
        str(writeup): [] for writeup in publications.writeups.values()
    }
    for name, recipe in recipes.items():
        entry = publications.entry(name)
        title = str(publications.writeups[entry.writeup]) if entry.writeup else "Own recipes"
        sections.setdefault(title, []).append(recipe_entry(recipe, entry))
    used = dict.fromkeys(recipe.dataset for recipe in recipes.values())
    return environment.get_template("report.html").render(
        sections={title: entries for title, entries in sections.items() if entries},
        links={str(writeup): writeup.link for writeup in publications.writeups.values()},
        data={publications.datasets.get(name, name): read_json(data_card(name)) for name in used},
        groups=[
            {"title": title, "url": embed(REPORTS / "figures" / f"{key}.png")}
            for key, title in (group_titles or {}).items()
        ],
        arithmetic=PUBLISHED,
        near=NEAR,
        model=model,
        flagships=flagships,
    )


def main() -> None:
    """Run the stage from the command line."""
    parser = parser_for(__doc__, "stages.report")
    parser.add_argument(
        "--flagships", action="store_true", help="the larger networks: reports/flagships.html"
    )
    args = parser.parse_args()
    with Console("report", quiet=args.quiet) as console:
        params = load_params()
        publications = load_publications(params.all_recipes)
        if args.flagships:
            path = REPORTS / "flagships.html"
            write_text(path, page(params.flagships, publications, flagships=True))
        else:
            path = REPORTS / "report.html"
            shutil.rmtree(REPORTS / "figures", ignore_errors=True)
            (REPORTS / "figures").mkdir(parents=True)
            figures = group_figures(params.recipes, publications)
            for key, (_, figure) in figures.items():
                np_viz.save_figure(figure, REPORTS / "figures" / f"{key}.png")
                console.wrote(REPORTS / "figures" / f"{key}.png")
            model = drawn_model(params.recipes)
            if model is None:
                console.say(f"models/{DRAWN} does not exist, so the page has no canvas")
            titles = {key: title for key, (title, _) in figures.items()}
            write_text(path, page(params.recipes, publications, model, titles))
        console.wrote(path)


if __name__ == "__main__":
    run(main)
