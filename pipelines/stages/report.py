"""Put the results of all recipes on one page, reports/report.html.

The page needs no other file and no internet: it holds its style and scripts, the histories as CSV,
the pictures of mistakes, and trained networks that answer drawings. Data is packed, so that the
page stays below 4 MB. The larger networks have a page of the same design, reports/flagships.html.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pipelines.io.console import Console, parser_for, run
from pipelines.io.files import read_json, write_text
from pipelines.io.places import (
    REPORTS,
    data_card,
    model_path,
    processed_folder,
    results_folder,
)
from pipelines.io.tables import read_rows
from pipelines.recipes.params import load_params
from pipelines.recipes.publications import Entry, Publications, load_publications
from pipelines.recipes.schema import Recipe
from pipelines.stages.canvas import embed_model
from pipelines.stages.page.packing import pack
from pipelines.stages.page.pictures import Sheet
from pipelines.stages.page.results import comparisons, learns_nothing, outcome, read_metrics
from pipelines.stages.page.settings import NAMES, differences, layer_words, settings
from pipelines.stages.page.training import embed_training

DENSE = "s0_mnist_dnn"  # the network whose units light up; it answers drawings beside every pair
FAILURE = "s3_full_batch"  # the training that the page steps through
TRAINED_HERE = ("s1_xor", "mnist_500")  # the recipes that the page trains itself
NETWORK_SCRIPTS = ("exact.js", "random.js", "network.js")  # of the canvas and of the training
CANVAS_SCRIPTS = ("digit.js", "writeups.js", "drawing.js", "units.js")
TRAINING_SCRIPTS = ("training.js", "modelfile.js", "trainer.js")


def as_json(content: Any) -> Markup:
    """Return JSON that can stand in a script element."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no element can begin or end in it


def recipe_entry(
    recipe: Recipe, publications: Publications, recipes: Mapping[str, Recipe]
) -> dict[str, Any]:
    """Return what the page shows of one recipe."""
    entry = publications.entry(recipe.name)
    metrics = read_metrics(recipe)
    classes = len(read_json(data_card(recipe.dataset))["class_names"])
    rows = comparisons(entry, metrics)
    corrected = recipes.get(entry.corrected or "")
    corrects = any(other.corrected == recipe.name for other in publications.recipes.values())
    return {
        "name": recipe.name,
        "entry": entry,
        "metrics": metrics,
        "sha256": read_rows(results_folder(recipe) / "seeds.csv")[0]["model_sha256"],
        "seeds": recipe.all_seeds,
        "layers": [layer_words(layer) for layer in recipe.layers],
        "settings": {key: value for key, value in settings(recipe).items() if key != "layers"},
        "corrected": corrected and corrected.name,
        "differences": differences(recipe, corrected) if corrected else [],
        "comparisons": rows,
        "outcome": outcome(metrics, rows, classes, corrects=corrects),
        "fails": learns_nothing(metrics, classes),
        "native": publications.native.get(recipe.name),
    }


def recipe_data(recipe: Recipe, entry: Entry, sheet: Sheet) -> dict[str, Any]:
    """Return what the scripts of the page need of one recipe."""
    folder = results_folder(recipe)
    data: dict[str, Any] = {
        "title": {"en": entry.title, "ko": entry.ko.title or entry.title},
        "seed": recipe.all_seeds[0],
        "classes": read_json(data_card(recipe.dataset))["class_names"],
    }
    for file in ("metrics.json", "history.csv"):
        if (folder / file).exists():
            data[file] = (folder / file).read_text(encoding="utf-8")
    if (folder / "mistakes.json").exists():
        found = read_json(folder / "mistakes.json")
        data["confusion"] = found.get("confusion")
        data["mistakes"] = [sheet.add(item) for item in found.get("mistakes", [])]
        if recipe.name == DENSE:
            data["examples"] = [sheet.add(item) for item in found.get("examples", [])]
    if recipe.name == FAILURE and (folder / "layers.csv").exists():
        data["layers.csv"] = (folder / "layers.csv").read_text(encoding="utf-8")
    return data


def drawn_names(publications: Publications) -> list[str]:
    """Return the networks that answer drawings: the dense one, and the pairs of the write-ups."""
    pairs = publications.pairs
    return [DENSE, *(name for pair in pairs for name in (pair.published, pair.corrected))]


def drawn_models(
    recipes: Mapping[str, Recipe], publications: Publications
) -> dict[str, dict[str, Any]]:
    """Return those networks of `drawn_names` that were trained, by name."""
    models = {}
    for name in drawn_names(publications):
        recipe = recipes.get(name)
        if recipe is None or not (path := model_path(recipe, recipe.all_seeds[0])).exists():
            continue
        classes = read_json(data_card(recipe.dataset))["class_names"]
        models[name] = {"classes": classes, "json": embed_model(path, classes)}
    return models


def trainings(recipes: Mapping[str, Recipe]) -> dict[str, dict[str, Any]]:
    """Return the recipes that the page can train, if their models and data exist."""
    return {
        name: embed_training(recipe)
        for name, recipe in recipes.items()
        if name in TRAINED_HERE
        and model_path(recipe, recipe.all_seeds[0]).exists()
        and processed_folder(recipe.dataset, "train").exists()
    }


def finding_cards(
    publications: Publications, entries: Mapping[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the cards at the top of the page, of the recipes that are on it."""
    return [
        {
            "finding": finding,
            "recipe": entries[finding.recipe],
            "writeup": publications.writeups.get(entries[finding.recipe]["entry"].writeup or ""),
            "corrected": entries.get(entries[finding.recipe]["corrected"]),
        }
        for finding in publications.findings
        if finding.recipe in entries
    ]


def group_data(publications: Publications, recipes: Mapping[str, Recipe]) -> list[dict[str, Any]]:
    """Return the comparisons of histories, each with its recipes by label."""
    groups = []
    for key, group in publications.groups.items():
        members = [
            {"label": publications.entry(name).label, "name": name}
            for name, recipe in recipes.items()
            if publications.entry(name).group == key and recipe.validates
        ]
        title = {"en": group.title, "ko": group.ko.title or group.title}
        if members:
            groups.append({"title": title, "column": group.compare, "members": members})
    return groups


def templates() -> jinja2.Environment:
    """Return the environment of the page's templates."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def script_names(*, canvas: bool, training: bool) -> list[str]:
    """Return the scripts that the page needs; page.js comes last, because it starts the others."""
    return [
        *("words.js", "packed.js", "curves.js", "mistakes.js", "failure.js", "table.js"),
        *(NETWORK_SCRIPTS if canvas or training else ()),
        *(CANVAS_SCRIPTS if canvas else ()),
        *(TRAINING_SCRIPTS if training else ()),
        "page.js",
    ]


def page(
    recipes: Mapping[str, Recipe],
    publications: Publications,
    models: Mapping[str, dict[str, Any]] | None = None,
    trained_here: Mapping[str, dict[str, Any]] | None = None,
    *,
    flagships: bool = False,
) -> str:
    """Return the HTML of the page about some recipes, from the results in the reports folder.

    With ``models`` of `drawn_models` the page has a canvas, with ``trained_here`` of `trainings` it
    trains networks. ``flagships`` follow no document, which changes the introduction.
    """
    entries: dict[str, dict[str, Any]] = {}
    sections: dict[str, list[dict[str, Any]]] = {key: [] for key in publications.writeups}
    sheet = Sheet()
    data = {}
    for name, recipe in recipes.items():
        entry = publications.entry(name)
        entries[name] = recipe_entry(recipe, publications, recipes)
        sections.setdefault(entry.writeup or "", []).append(entries[name])
        data[name] = recipe_data(recipe, entry, sheet)
    models = models or {}
    groups = group_data(publications, recipes)
    rows = [row for entry in entries.values() for row in entry["comparisons"]]
    used = dict.fromkeys(recipe.dataset for recipe in recipes.values())
    best: dict[str, float] = {}
    for name, recipe in recipes.items():
        title = publications.datasets.get(recipe.dataset, recipe.dataset)
        accuracy = entries[name]["metrics"].get("test_accuracy", 0.0)
        best[title] = max(best.get(title, 0.0), accuracy)
    return (
        templates()
        .get_template("report.html")
        .render(
            sections={key: found for key, found in sections.items() if found},
            entries=entries,
            writeups=publications.writeups,
            address=publications.address,
            cards=finding_cards(publications, entries),
            best=best,
            groups=groups,
            printed=len(rows),
            holding=sum(row["outcome"] == "holds" for row in rows),
            failing=sum(entry["fails"] for entry in entries.values()),
            cards_of_data={
                publications.datasets.get(name, name): read_json(data_card(name)) for name in used
            },
            datasets={
                name.replace("_", " "): title for name, title in publications.datasets.items()
            },
            names=NAMES,
            models=models,
            dense=DENSE,
            pairs=[
                pair
                for pair in publications.pairs
                if pair.published in models and pair.corrected in models
            ],
            trainings=trained_here or {},
            trainings_json=as_json(trained_here or {}),
            failure="layers.csv" in data.get(FAILURE, {}) and FAILURE,
            data=pack(
                as_json({"recipes": data, "groups": groups, "sheet": sheet.data_url()}).encode()
            ),
            scripts=script_names(canvas=bool(models), training=bool(trained_here)),
            version=publications.version,
            flagships=flagships,
        )
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
            models = drawn_models(params.recipes, publications)
            for name in drawn_names(publications):
                if name not in models:
                    console.say(f"the canvas needs the model {name}")
            trained_here = trainings(params.recipes)
            for name in TRAINED_HERE:
                if name not in trained_here:
                    console.say(f"training in the page needs the model and the data of {name}")
                elif trained_here[name]["folder"] is None:
                    console.say(f"models/{name} differs from dvc.lock; run dvc repro")
            write_text(path, page(params.recipes, publications, models, trained_here))
        console.wrote(path)


if __name__ == "__main__":
    run(main)
