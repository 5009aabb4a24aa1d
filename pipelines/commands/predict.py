"""Classify pictures of one's own: photographs of handwriting, drawings, arrays.

For a model of digits the handwriting is found on its paper and prepared as MNIST was; a picture of
28 x 28 with a black border is taken as it is. For other models a picture of 28 x 28 is taken as it
is and any other one is scaled as a whole. What was done to a picture is said on standard error, the
answers are printed on standard output. The exit code is 2 where a file could not be answered.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_layers
from pipelines.data.samples import Samples
from pipelines.data.transforms import apply_transforms, load_transforms
from pipelines.environment import ROOT
from pipelines.io.console import Console, parser_for, run
from pipelines.io.files import file_hash, read_json
from pipelines.io.places import data_card
from pipelines.photographs.digits import find_digits
from pipelines.photographs.handwriting import SIDE, prepare_digit, resample
from pipelines.photographs.paper import find_ink
from pipelines.photographs.pictures import Picture, PictureError, read_pictures
from pipelines.recipes.params import Params, load_params
from pipelines.training.tasks import task_of

DEFAULTS = ("mnist_cnn", "mnist_mlp_augmented", "s0_mnist_dnn")  # the first that is there
DARK = 0.1  # a border with less light than this is MNIST's black
Digit = NDArray[np.uint8]


class ModelError(ValueError):
    """There is no model, or none for pictures."""


class Classifier:
    """A trained network with all that is needed to ask it about pictures."""

    def __init__(self, path: Path, params: Params) -> None:
        if path.is_dir():
            path = path / "model.npz"
        if not path.exists():
            raise ModelError(f"there is no model {path}; {hint(path, params)}")
        if not path.with_suffix(".json").exists():
            raise ModelError(
                f"the transforms {path.with_suffix('.json')} must lie beside the model"
            )
        self.path = path
        self.network = np_layers.load(path)
        self.transforms = load_transforms(path.with_suffix(".json"))
        if self.network.input_shape != (1, SIDE, SIDE):
            raise ModelError(
                f"{path} takes inputs of shape {self.network.input_shape}, not pictures "
                f"of shape (1, {SIDE}, {SIDE})"
            )
        self.recipe = params.all_recipes.get(path.resolve().parent.name)
        dataset = None if self.recipe is None else params.datasets[self.recipe.dataset]
        self.digits = dataset is None or "mnist" in (dataset.fetch, dataset.csv_of)

    def class_names(self, count: int) -> list[str]:
        """Return the names of the classes: the data set's, or their numbers."""
        if self.recipe is not None:
            path = data_card(self.recipe.dataset)
            if path.exists():
                return list(read_json(path)["class_names"])
        return [str(number) for number in range(count)]

    def probabilities(self, pictures: list[Digit]) -> NDArray[Any]:
        """Return a row of probabilities for each prepared picture, `(n, classes)`."""
        samples = Samples(np.stack(pictures)[:, np.newaxis], np.zeros(len(pictures), np.int64))
        outputs = self.network.predict(apply_transforms(self.transforms, samples).inputs)
        if self.recipe is not None:
            outputs = task_of(self.recipe, samples.labels).probabilities(outputs)
        elif not isinstance(self.network.layers[-1], np_layers.Softmax):
            outputs = np_layers.softmax(outputs)
        return outputs.astype(np.float64)


def hint(path: Path, params: Params) -> str:
    """Say which command makes a model."""
    name = path.name if path.name in params.all_recipes else path.parent.name
    words = f"--flagships {name}" if name in params.flagships else DEFAULTS[-1]
    if name in params.recipes:
        words = name
    return f"make one with: .venv/bin/python -m pipelines.commands.reproduce {words}"


def default_model() -> Path:
    """Return the best model of digits that is there, or the one that is made soonest."""
    paths = [ROOT / "models" / name / "model.npz" for name in DEFAULTS]
    return next((path for path in paths if path.exists()), paths[-1])


def prepare(picture: Picture, how: str) -> tuple[Digit, list[str]]:
    """Return a picture as 28 x 28 bytes, bright on black, and what was done to it in words."""
    pixels = picture.pixels
    grey = pixels.mean(axis=2)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    fits = grey.shape == (SIDE, SIDE)
    if how == "auto-digit":
        how = "none" if fits and is_prepared(grey) else "digit"
    elif how == "auto-whole":
        how = "none" if fits else "whole"
    if how == "digit":
        ink = find_ink(pixels)
        inks, remarks = find_digits(ink.ink)
        digit, steps = prepare_digit(max(inks, key=lambda i: i.ink.sum()).ink)
        return digit, ink.steps + remarks + [f"{len(inks)} digits"] + steps
    steps = ["taken as it is"]
    if how == "whole":
        longer = max(grey.shape)
        square = np.full((longer, longer), np.median(border))
        top, left = ((longer - size) // 2 for size in grey.shape)
        square[top : top + grey.shape[0], left : left + grey.shape[1]] = grey
        grey = resample(square, SIDE, SIDE)
        steps = [f"scaled as a whole to {SIDE} × {SIDE}"]
        if np.median(border) > 0.5:
            grey = 1 - grey
            steps.append("inverted (bright border)")
    if grey.shape != (SIDE, SIDE):
        raise PictureError(f"as it is it must have {SIDE} × {SIDE} pixels, got {picture.what}")
    return (np.clip(grey, 0, 1) * 255 + 0.5).astype(np.uint8), steps


def is_prepared(grey):
    rows, columns = (np.flatnonzero((grey > 0).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return False
    longer = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    mass = grey.sum()
    down = (grey.sum(axis=1) * np.arange(28)).sum() / mass
    right = (grey.sum(axis=0) * np.arange(28)).sum() / mass
    return 18 <= longer <= 21 and abs(down - 13.5) <= 1.5 and abs(right - 13.5) <= 1.5


def answer(row: NDArray[Any], names: list[str]) -> dict[str, Any]:
    """Return the class of a row of probabilities, how sure it is, and the class after it."""
    first, second = np.argsort(-row, kind="stable")[:2]
    return {
        "class": names[first],
        "confidence": float(row[first]),
        "runner_up": {"class": names[second], "confidence": float(row[second])},
        "probabilities": {name: float(value) for name, value in zip(names, row, strict=True)},
    }


def classify(
    paths: list[Path], classifier: Classifier, how: str, console: Console
) -> list[dict[str, Any]]:
    """Return what is to be said of each picture: an answer, or the error that it ended with."""
    results: list[dict[str, Any]] = []
    ready: list[tuple[dict[str, Any], Digit]] = []
    for path in paths:
        try:
            pictures = read_pictures(path)
        except ValueError as error:
            results.append({"name": str(path), "error": str(error)})
            continue
        for picture in pictures:
            result: dict[str, Any] = {"name": picture.name}
            results.append(result)
            try:
                digit, steps = prepare(picture, how)
            except ValueError as error:
                result["error"] = f"{picture.name}: {error}"
                continue
            console.say(f"{picture.name}: {', '.join([picture.what, *steps])}")
            result["steps"] = steps
            ready.append((result, digit))
    if ready:
        rows = classifier.probabilities([digit for _, digit in ready])
        names = classifier.class_names(rows.shape[1])
        for (result, _), row in zip(ready, rows, strict=True):
            result |= answer(row, names)
    return results


def main() -> None:
    """Run the command line."""
    parser = parser_for(__doc__, "commands.predict")
    parser.add_argument("images", nargs="+", type=Path, help="PNG, JPEG, .npy or IDX files")
    parser.add_argument(
        "--model",
        type=Path,
        help="a model.npz, or its folder "
        f"(default: the first there is of models/{{{','.join(DEFAULTS)}}})",
    )
    parser.add_argument(
        "--prepare",
        choices=["auto", "digit", "whole", "none"],
        default="auto",
        help="look for a digit, scale the whole picture, or neither (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    args = parser.parse_args()
    with Console("predict", quiet=args.quiet) as console:
        classifier = Classifier(args.model or default_model(), load_params())
        sha256 = file_hash(classifier.path)
        console.read(classifier.path, f"SHA-256 {sha256}")
        kind = "digit" if classifier.digits else "whole"
        how = f"auto-{kind}" if args.prepare == "auto" else args.prepare
        results = classify(args.images, classifier, how, console)
        for result in results:
            if "error" in result:
                print(f"error: {result['error']}", file=sys.stderr)
            elif not args.json:
                other = result["runner_up"]
                print(
                    f"{result['name']}: {result['class']} ({100 * result['confidence']:.1f} %), "
                    f"then {other['class']} ({100 * other['confidence']:.1f} %)"
                )
        if args.json:
            document = {
                "model": str(classifier.path),
                "model_sha256": sha256,
                "pictures": results,
            }
            print(json.dumps(document, indent=2, ensure_ascii=False))
    if any("error" in result for result in results):
        sys.exit(2)


if __name__ == "__main__":
    run(main)
