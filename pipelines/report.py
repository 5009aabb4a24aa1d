"""Put the results of all recipes on one page, reports/report.html, that needs nothing else.

The page holds its figures, in a palette, and its style; it asks no network for anything. Recipes
stand under the document that they are from, with what was published beside what came out. Figures
that compare several recipes are drawn here and kept in reports/figures.
"""

from __future__ import annotations

import base64
import io
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from matplotlib.figure import Figure
from PIL import Image

import np_viz
from pipelines.canvas import embed_model
from pipelines.shared._env import PUBLISHED, ROOT
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, parser_for, run
from pipelines.shared.files import read_json, read_table, write_text
from pipelines.shared.parts import model_path
from pipelines.shared.recipe import ConfigError, Recipe

TITLES = {
    "learning_curves": "Loss and accuracy while training; train: the mean over a round, while the "
    "weights move and dropout is on; val: at its end",
    "layers": "What happens inside while training",
    "confusion_matrix": "What the test rows were taken for",
    "misclassified": "Its surest mistakes on the test rows",
    "reliability": "How far its confidence can be believed; ECE: expected calibration error",
    "weights": "What the units of the first layer look for",
}
# Recipes whose names begin alike are compared in one figure: by a column of their histories, or by
# what was published.
COMPARED_RUNS = {
    "s2_optimizer_": "One network under seven optimizers: validation accuracy",
    "s2_overfit_": "300 training images with and without regularisers: validation accuracy",
}
COMPARED_RESULTS = {"s4_b": "The table of S4: published, and reproduced with 95 % intervals"}
# The recipe of each page whose network answers what is drawn on it.
DRAWN = {"report": "s0_mnist_dnn", "flagships": "mnist_mlp_augmented"}
NEAR = 0.005  # a reproduced accuracy this near to the published one counts as equal


def verdict(difference: float) -> str:
    """Say in one word how a reproduced figure stands to the published one."""
    if abs(difference) <= NEAR:
        return "reproduced"
    return "higher" if difference > 0 else "lower"


def comparisons(recipe: Recipe, metrics: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a row for each published figure of a recipe, with ours beside it."""
    return [
        {
            "what": key.replace("_", " "),
            "published": published,
            "reproduced": metrics[key],
            "deviation": metrics.get(f"{key}_std"),
            "difference": metrics[key] - published,
            "verdict": verdict(metrics[key] - published),
        }
        for key, published in recipe.published.items()
    ]


def compare(recipes: Mapping[str, Recipe], reports: Path) -> dict[str, Figure]:
    """Draw the figures that show several recipes side by side."""
    figures = {}
    for prefix, title in COMPARED_RUNS.items():
        names = [name for name in recipes if name.startswith(prefix)]
        if names:
            runs = {
                name.removeprefix(prefix): read_table(reports / name / "history.csv")
                for name in names
            }
            figures[prefix.rstrip("_")] = np_viz.compare_runs(
                runs, column="val_accuracy", title=title
            )
    for prefix, title in COMPARED_RESULTS.items():
        found = {
            name.removeprefix(prefix[:-1]): (recipe, read_json(reports / name / "metrics.json"))
            for name, recipe in recipes.items()
            if name.startswith(prefix)
        }
        if found:
            figures[prefix.rstrip("_")] = np_viz.result_comparison(
                list(found),
                [recipe.published["test_accuracy"] for recipe, _ in found.values()],
                [metrics["test_accuracy"] for _, metrics in found.values()],
                intervals=[metrics["test_accuracy_interval"] for _, metrics in found.values()],
                title=title,
            )
    return figures


def embed(path: Path) -> str:
    """Return a PNG file as a data URL, in a palette of 256 colours: 40 % of its bytes."""
    content = io.BytesIO()
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(content, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


def entry(name: str, recipe: Recipe, reports: Path) -> dict[str, Any]:
    """Return what the page says of one recipe."""
    folder = reports / name
    if not (folder / "metrics.json").exists():
        raise ConfigError(f"reports/{name} is not there; the stage plot@{name} makes it")
    metrics = read_json(folder / "metrics.json")
    return {
        "name": name,
        "recipe": recipe,
        "metrics": metrics,
        "comparisons": comparisons(recipe, metrics),
        "figures": [
            {"title": title, "url": embed(folder / "figures" / f"{kind}.png")}
            for kind, title in TITLES.items()
            if (folder / "figures" / f"{kind}.png").exists()
        ],
    }


def drawn_model(recipes: Mapping[str, Recipe], reports: Path, name: str) -> dict[str, Any] | None:
    """Return what the page needs to answer drawings with a recipe's network, if it was trained."""
    if name not in recipes:
        return None
    recipe = recipes[name]
    path = model_path(name, recipe, recipe.all_seeds[0])
    if not path.exists():
        return None
    classes = read_json(reports / "data" / f"{recipe.dataset}.json")["class_names"]
    return {"name": name, "classes": classes, "json": embed_model(path, classes)}


def page(
    recipes: Mapping[str, Recipe],
    reports: Path,
    model: dict[str, Any] | None = None,
    *,
    flagships: bool = False,
) -> str:
    """Return the HTML text of the report on what lies in `reports` of some recipes.

    With a `model` that `drawn_model` returned the page has a canvas to draw on. Recipes are from
    documents, `flagships` are not: that is what the page begins with.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    documents: dict[str, list[dict[str, Any]]] = {}
    for name, recipe in recipes.items():
        documents.setdefault(recipe.source, []).append(entry(name, recipe, reports))
    used = dict.fromkeys(recipe.dataset for recipe in recipes.values())
    data = [read_json(reports / "data" / f"{name}.json") for name in used]
    together = [
        {"title": title, "url": embed(path)}
        for prefix, title in (COMPARED_RUNS | COMPARED_RESULTS).items()
        if any(name.startswith(prefix) for name in recipes)
        and (path := reports / "figures" / f"{prefix.rstrip('_')}.png").exists()
    ]
    return environment.get_template("report.html").render(
        documents=documents,
        data=data,
        together=together,
        arithmetic=PUBLISHED,
        near=NEAR,
        model=model,
        flagships=flagships,
    )


def main() -> None:
    """Run the stage from the command line."""
    parser = parser_for(__doc__, "report")
    parser.add_argument(
        "--flagships",
        action="store_true",
        help="the larger networks, on a page of their own: reports/flagships.html",
    )
    args = parser.parse_args()
    with Console("report", quiet=args.quiet) as console:
        params, reports = load_params(), ROOT / "reports"
        name, recipes = "report", params.recipes
        if args.flagships:
            name, recipes = "flagships", params.flagships
        else:
            shutil.rmtree(reports / "figures", ignore_errors=True)
            (reports / "figures").mkdir(parents=True)
            for kind, figure in compare(recipes, reports).items():
                path = reports / "figures" / f"{kind}.png"
                np_viz.save_figure(figure, path)
                console.wrote(path)
        model = drawn_model(recipes, reports, DRAWN[name])
        if model is None:
            console.say(f"models/{DRAWN[name]} is not there, so the page has no canvas")
        text = page(recipes, reports, model, flagships=args.flagships)
        write_text(reports / f"{name}.html", text)
        console.wrote(reports / f"{name}.html")


if __name__ == "__main__":
    run(main)
