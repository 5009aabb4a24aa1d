"""Draw the figures of one recipe: learning curves, confusion matrix, mistakes, first weights."""

from __future__ import annotations

import np_layers
import np_metrics
import np_viz
import numpy as np

from pipelines._env import ROOT
from pipelines.config import load_params
from pipelines.console import Console, arguments, run
from pipelines.files import read_json, read_table
from pipelines.prepare import load_part


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "plot", "recipe", "a key of recipes: in params.yaml")
    name, recipe = args.recipe, load_params().recipe(args.recipe)
    with Console(f"plot@{name}", quiet=args.quiet) as console:
        folder = ROOT / "reports" / name
        history = {key: np.array(column) for key, column in read_table(folder / "history.csv").items()}
        classes = read_json(ROOT / "reports" / "data" / f"{recipe.dataset}.json")["class_names"]
        test = load_part(recipe.dataset, "test")
        probabilities = np.load(ROOT / "data" / "predictions" / f"{name}.npy", allow_pickle=False)
        console.read(folder, f"{len(history['step'])} rounds, {len(probabilities)} predictions")
        answers = probabilities.argmax(axis=1)
        matrix = np_metrics.confusion_matrix(
            test.labels, answers, labels=list(range(len(classes)))
        )
        network = np_layers.load(ROOT / "models" / name / "model.npz")
        weight = next(a for key, a in network.parameters().items() if key.endswith("weight"))
        figures = {
            "learning_curves": np_viz.learning_curves(history),
            "confusion_matrix": np_viz.confusion_matrix(matrix, classes),
            "misclassified": np_viz.misclassified(
                test.images, test.labels, answers, probabilities, classes
            ),
            "weights": np_viz.weight_grid(weight, test.images.shape[2:]),
        }
        for kind, figure in figures.items():
            path = folder / f"{kind}.png"
            np_viz.save_figure(figure, path)
            console.wrote(path)


if __name__ == "__main__":
    run(main)
