"""Draw the figures of one recipe: learning curves, and for images what was learnt and mistaken."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import np_layers
import np_metrics
import np_viz
from pipelines.shared._env import ROOT
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, arguments, run
from pipelines.shared.files import naming, read_array, read_json, read_table, reading, remove_others
from pipelines.shared.parts import Part, load_part, model_path
from pipelines.shared.recipe import Recipe

Array = NDArray[np.floating]


def curves(recipe: Recipe, history: dict[str, Array]) -> Figure:
    """Draw the history of the first seed."""
    rows = history["seed"] == recipe.all_seeds[0]
    chosen = None
    if recipe.keep == "last":
        chosen = float(history["epoch"][rows][-1])
    return np_viz.learning_curves(
        {key: column[rows] for key, column in history.items()}, chosen=chosen
    )


def inside(recipe: Recipe, layers: dict[str, Array]) -> Figure:
    """Draw how the layers' outputs and the parameters' gradients go, for the first seed."""
    rows = layers["seed"] == recipe.all_seeds[0]
    panels = {
        "deviation": "Standard deviation of what each layer gives out",
        "gradient": "Norm of the gradient of each layer's weights (last batch of the round)",
    }
    lines = {
        kind: {
            column.removeprefix(f"{kind}:"): values[rows]
            for column, values in layers.items()
            if column.startswith(f"{kind}:") and not column.endswith(".bias")
        }
        for kind in panels
    }
    lines["deviation"] = without_repeats(lines["deviation"])
    heights = [max(3.2, 0.19 * len(lines[kind]) + 1.1) for kind in panels]  # as the legends need
    figure = Figure(figsize=(7.6, sum(heights)), layout="constrained")
    places = figure.subfigures(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    for place, (kind, title) in zip(places, panels.items(), strict=True):
        runs = {name: {"epoch": layers["epoch"][rows], kind: y} for name, y in lines[kind].items()}
        np_viz.compare_runs(runs, column=kind, log_scale=True, title=title, ax=place)
    return figure


def without_repeats(columns: dict[str, Array]) -> dict[str, Array]:
    """Leave out each column that equals the one before, as those of Flatten and Dropout do."""
    before = [np.empty(0), *columns.values()]
    return {
        name: column
        for (name, column), last in zip(columns.items(), before, strict=False)
        if not np.array_equal(column, last, equal_nan=True)
    }


def of_classes(test: Part, probabilities: Array, classes: list[str]) -> dict[str, Figure]:
    """Draw which classes are taken for which."""
    answers = probabilities.argmax(axis=1)
    matrix = np_metrics.confusion_matrix(test.labels, answers, labels=list(range(len(classes))))
    figures = {
        "confusion_matrix": np_viz.confusion_matrix(matrix, classes),
        "reliability": np_viz.reliability_diagram(test.labels, probabilities),
    }
    if test.inputs.ndim == 4 and (answers != test.labels).any():
        figures["misclassified"] = np_viz.misclassified(
            test.inputs, test.labels, answers, probabilities, class_names=classes
        )
    return figures


def of_weights(network: np_layers.Sequential, shape: tuple[int, ...]) -> dict[str, Figure]:
    """Draw the first weights, where they look at images: each unit as the image it looks for."""
    weights = [array for key, array in network.parameters().items() if key.endswith("weight")]
    if len(shape) != 3 or not weights:
        return {}
    kernels = weights[0].ndim == 4
    return {"weights": np_viz.weight_grid(weights[0], None if kernels else shape, limit=24)}


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "plot", "recipe", "a recipe or a flagship")
    name, recipe = args.recipe, load_params().recipe(args.recipe)
    with Console(f"plot@{name}", quiet=args.quiet) as console:
        history = read_table(ROOT / "reports" / name / "history.csv")
        layers = read_table(ROOT / "reports" / name / "layers.csv")
        path = ROOT / "reports" / "data" / f"{recipe.dataset}.json"
        with reading(path):
            classes = list(read_json(path)["class_names"])
        test = load_part(recipe.dataset, "test")
        predictions = read_array(ROOT / "data" / "predictions" / f"{name}.npy")
        console.read(
            ROOT / "reports" / name,
            f"{len(history['step'])} rounds, {len(predictions)} predictions",
        )
        network = np_layers.load(model_path(name, recipe, recipe.all_seeds[0]))
        figures = {"learning_curves": curves(recipe, history), "layers": inside(recipe, layers)}
        if test.labels.dtype.kind in "iu":
            figures |= of_classes(test, predictions, classes)
        figures |= of_weights(network, test.inputs.shape[1:])
        folder = ROOT / "reports" / name / "figures"
        folder.mkdir(parents=True, exist_ok=True)
        paths = {folder / f"{kind}.png": figure for kind, figure in figures.items()}
        for path, figure in paths.items():
            with naming(path):
                np_viz.save_figure(figure, path)
            console.wrote(path)
        remove_others(folder, keep=paths)


if __name__ == "__main__":
    run(main)
