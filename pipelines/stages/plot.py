"""Draw the figures of one recipe: learning curves, layers, and for images classes and weights."""

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

import np_layers
import np_metrics
import np_viz
from pipelines.data.samples import Samples, load_samples
from pipelines.io.console import Console, run, stage_arguments
from pipelines.io.files import read_array, read_json, remove_others, write_json
from pipelines.io.places import data_card, model_path, predictions_path, results_folder
from pipelines.io.tables import read_columns
from pipelines.recipes.params import load_params
from pipelines.recipes.plugins import import_plugins
from pipelines.recipes.schema import Recipe
from pipelines.stages.mistakes import find_mistakes

Array = NDArray[np.floating]


def learning_curves(recipe: Recipe, history: dict[str, Array]) -> Figure:
    """Draw the history of the first seed."""
    rows = history["seed"] == recipe.all_seeds[0]
    chosen = float(history["epoch"][rows][-1]) if recipe.keep is None else None
    return np_viz.learning_curves(
        {key: column[rows] for key, column in history.items()}, chosen=chosen
    )


def layer_curves(recipe: Recipe, layers: dict[str, Array]) -> Figure:
    """Draw the layers' outputs and the parameters' gradients over the training, first seed."""
    rows = layers["seed"] == recipe.all_seeds[0]
    panels = {
        "deviation": "Standard deviation of the outputs of each layer",
        "gradient": "Norm of the gradient of each layer's weights "
        "(last batch of the epoch, before clipping)",
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
        np_viz.compare_runs(runs, column=kind, log_scale=True, ordered=True, title=title, ax=place)
    return figure


def without_repeats(columns: dict[str, Array]) -> dict[str, Array]:
    """Leave out each column that equals the one before, like those of Flatten and Dropout."""
    before = [np.empty(0), *columns.values()]
    return {
        name: column
        for (name, column), last in zip(columns.items(), before, strict=False)
        if not np.array_equal(column, last, equal_nan=True)
    }


def class_figures(test: Samples, probabilities: Array, classes: list[str]) -> dict[str, Figure]:
    """Draw the confusion of the classes, the calibration, and for images the worst mistakes."""
    predicted = probabilities.argmax(axis=1)
    labels = list(range(len(classes)))
    matrix = np_metrics.confusion_matrix(test.labels, predicted, labels=labels)
    bins = np_metrics.calibration_curve(test.labels, probabilities, labels=labels)
    figures = {
        "confusion_matrix": np_viz.plot_confusion_matrix(matrix, classes),
        "reliability": np_viz.reliability_diagram(*bins),
    }
    if test.inputs.ndim == 4 and (predicted != test.labels).any():
        figures["misclassified"] = np_viz.misclassified(
            test.inputs, test.labels, predicted, probabilities, class_names=classes
        )
    return figures


def weight_figures(network: np_layers.Sequential, shape: tuple[int, ...]) -> dict[str, Figure]:
    """Draw the first weights as images, if the inputs are images."""
    weights = [array for key, array in network.parameters().items() if key.endswith("weight")]
    if len(shape) != 3 or not weights:
        return {}
    kernels = weights[0].ndim == 4
    return {"weights": np_viz.weight_grid(weights[0], None if kernels else shape, limit=24)}


def main() -> None:
    """Run the stage from the command line."""
    params = load_params()
    args = stage_arguments(__doc__, "plot", params.all_recipes)
    recipe = params.recipe(args.name)
    import_plugins(recipe)
    folder = results_folder(recipe)
    with Console(f"plot@{recipe.name}", quiet=args.quiet) as console:
        history = read_columns(folder / "history.csv")
        layers = read_columns(folder / "layers.csv")
        classes = list(read_json(data_card(recipe.dataset))["class_names"])
        test = load_samples(recipe.dataset, "test")
        predictions = read_array(predictions_path(recipe))
        console.read(folder, f"{len(history['step'])} measurements, {len(predictions)} predictions")
        network = np_layers.load(model_path(recipe, recipe.all_seeds[0]))
        figures = {
            "learning_curves": learning_curves(recipe, history),
            "layers": layer_curves(recipe, layers),
        }
        if test.labels.dtype.kind in "iu":
            figures |= class_figures(test, predictions, classes)
        figures |= weight_figures(network, test.inputs.shape[1:])
        write_json(folder / "mistakes.json", find_mistakes(test, predictions, len(classes)))
        console.wrote(folder / "mistakes.json")
        (folder / "figures").mkdir(parents=True, exist_ok=True)
        paths = {folder / "figures" / f"{name}.png": figure for name, figure in figures.items()}
        for path, figure in paths.items():
            np_viz.save_figure(figure, path)
            console.wrote(path)
        remove_others(folder / "figures", keep=paths)


if __name__ == "__main__":
    run(main)
