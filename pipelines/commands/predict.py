"""Classify your own pictures: photographs of handwriting, drawings, arrays.

For a model of digits, the digits on the paper are found, prepared as MNIST's were, and classified
from left to right. A picture that is already like MNIST's is taken as it is. For a model of
pictures of your own, a picture is scaled to the size of the training pictures. For other models a
picture of 28 x 28 is taken as it is, and any other picture is scaled as a whole, bright on dark.

The answers are printed on standard output, and what was done to each picture on standard error.
"not sure" means that what was found does not look like a digit. The exit code is 2 if a file could
not be classified.
"""

import json
import sys
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

import np_layers
from pipelines.data.samples import Samples, load_samples
from pipelines.data.transforms import apply_transforms, load_transforms
from pipelines.environment import ROOT
from pipelines.io.console import Console, parser_for, run
from pipelines.io.files import file_hash, read_json
from pipelines.io.places import data_card, processed_folder
from pipelines.own.pictures import CHANNELS, as_input
from pipelines.photographs.certainty import Certainty, load_or_calibrate
from pipelines.photographs.handwriting import SIDE
from pipelines.photographs.pictures import Picture, PictureError, read_pictures
from pipelines.photographs.prepare import How, Prepared, prepare
from pipelines.recipes.params import Params, load_params
from pipelines.recipes.plugins import import_plugins
from pipelines.training.tasks import task_of

# The best first; the first one that was trained is used.
DEFAULTS = ("mnist_cnn", "mnist_99_fast", "mnist_mlp_augmented", "s0_mnist_dnn")
Digits = NDArray[np.uint8]
Way = How | Literal["scale"]


class Classifier:
    """A trained network with all that is needed to classify pictures.

    Parameters
    ----------
    path : Path
        A ``model.npz`` or the folder that holds it.
    params : Params
        The recipes and the data sets.
    """

    def __init__(self, path: Path, params: Params) -> None:
        if path.is_dir():
            path = path / "model.npz"
        if not path.exists():
            raise ValueError(f"there is no model {path}; {hint(path, params)}")
        if not path.with_suffix(".json").exists():
            raise ValueError(
                f"the transforms {path.with_suffix('.json')} must lie beside the model"
            )
        self.path = path
        self.sha256 = file_hash(path)
        self.recipe = params.all_recipes.get(path.resolve().parent.name)
        if self.recipe is not None:
            import_plugins(self.recipe)
        self.network = np_layers.load(path)
        self.transforms = load_transforms(path.with_suffix(".json"))
        dataset = None if self.recipe is None else params.datasets.get(self.recipe.dataset)
        own = self.recipe is not None and dataset is None
        self.digits = not own and (dataset is None or "mnist" in (dataset.fetch, dataset.csv_of))
        self.way: Way = "digit" if self.digits else "scale" if own else "whole"
        shape = self.network.input_shape or ()
        if shape != (1, SIDE, SIDE) and not (own and len(shape) == 3 and shape[0] in CHANNELS):
            raise ValueError(
                f"{path} takes inputs of shape {shape}, not pictures of shape (1, {SIDE}, {SIDE})"
            )
        self.shape = shape
        self.certainty: Certainty | None = None

    def class_names(self, count: int) -> list[str]:
        """Return the names of the classes: the data set's, or their numbers."""
        if self.recipe is not None:
            path = data_card(self.recipe.dataset)
            if path.exists():
                return list(read_json(path)["class_names"])
        return [str(number) for number in range(count)]

    def probabilities(self, pictures: Digits) -> NDArray[np.float64]:
        """Return the network's probabilities (n, classes) for n prepared pictures."""
        inputs = pictures.reshape(len(pictures), *self.shape)
        samples = Samples(inputs, np.zeros(len(pictures), np.int64))
        outputs = self.network.predict(apply_transforms(self.transforms, samples).inputs)
        if self.recipe is not None:
            outputs = task_of(self.recipe, samples.labels).probabilities(outputs)
        elif not isinstance(self.network.layers[-1], np_layers.Softmax):
            outputs = np_layers.softmax(outputs)
        return outputs.astype(np.float64)

    def calibrate(self, console: Console) -> None:
        """Load the network's certainty, or compute it once from MNIST's training rows."""
        path = ROOT / "data" / "calibration" / f"{self.sha256[:16]}.npz"
        if not path.exists():
            if not processed_folder("mnist", "train").exists():
                console.say("not calibrated: the training rows of MNIST are missing")
                return
            console.say("calibrating this model, once")
        rows = load_samples("mnist", "train")
        self.certainty = load_or_calibrate(path, self.probabilities, rows.inputs[:, 0], rows.labels)

    def answer(self, pictures: Digits) -> list[dict[str, Any]]:
        """Return the class of each prepared picture, its probability, and the next class."""
        rows = self.probabilities(pictures)
        sure = np.ones(len(rows), bool)
        if self.certainty is not None:
            rows = self.certainty.calibrated(rows)
            sure = self.certainty.is_sure(pictures, rows)
        names = self.class_names(rows.shape[1])
        answers = []
        for row, is_sure in zip(rows, sure, strict=True):
            first, second = np.argsort(-row, kind="stable")[:2]
            answers.append(
                {
                    "class": names[first],
                    "confidence": float(row[first]),
                    "sure": bool(is_sure),
                    "runner_up": {"class": names[second], "confidence": float(row[second])},
                    "probabilities": {
                        name: float(value) for name, value in zip(names, row, strict=True)
                    },
                }
            )
        return answers


def hint(path: Path, params: Params) -> str:
    """Say which command makes a model."""
    name = path.name if path.name in params.all_recipes else path.parent.name
    if name in params.flagships:
        words = f"--flagships {name}"
    else:
        words = name if name in params.recipes else DEFAULTS[-1]
    return f"make one with: .venv/bin/python -m pipelines.commands.reproduce {words}"


def default_model() -> Path:
    """Return the best model of digits that was trained, or else the one that trains fastest."""
    paths = [ROOT / "models" / name / "model.npz" for name in DEFAULTS]
    return next((path for path in paths if path.exists()), paths[-1])


def prepare_for(
    classifier: Classifier, picture: Picture, way: Way
) -> tuple[list[Prepared], list[str]]:
    """Return the network's inputs for a picture, and what was done to it in words."""
    channels, height, width = classifier.shape
    if way == "scale":
        pixels = as_input(picture.pixels, (height, width), channels)
        box = (0, 0, picture.size[1], picture.size[0])
        fits = picture.size == (height, width)
        step = "taken as it is" if fits else f"scaled to {height} × {width}"
        return [Prepared(pixels, box, [])], [step]
    if (channels, height, width) != (1, SIDE, SIDE):
        raise PictureError(
            f"--prepare must be scale for pictures of {height} × {width} with {channels} channels, "
            f"got {way}"
        )
    return prepare(picture, way)


def classify(
    paths: list[Path], classifier: Classifier, way: Way, console: Console
) -> list[dict[str, Any]]:
    """Return a result for each picture: its name and either its answers or an error.

    A result's ``"digits"`` are the answers from left to right, each with the ``"box"`` of its
    digit: left, top, right and bottom in pixels of the picture.
    """
    results: list[dict[str, Any]] = []
    found: list[tuple[dict[str, Any], Prepared]] = []
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
                digits, steps = prepare_for(classifier, picture, way)
            except ValueError as error:
                result["error"] = f"{picture.name}: {error}"
                continue
            console.say(f"{picture.name}: {', '.join([picture.what, *steps])}")
            result |= {"steps": steps, "digits": []}
            found += [(result, digit) for digit in digits]
    if found:
        answers = classifier.answer(np.stack([digit.digit for _, digit in found]))
        for (result, digit), answer in zip(found, answers, strict=True):
            result["digits"].append(answer | {"box": digit.box, "steps": digit.steps})
    return results


def describe(result: dict[str, Any]) -> str:
    """Return the line that is printed for a classified picture."""
    digits = result["digits"]
    if len(digits) > 1:
        read = " ".join(digit["class"] if digit["sure"] else "?" for digit in digits)
        shares = ", ".join(
            percent(digit["confidence"]) if digit["sure"] else "not sure" for digit in digits
        )
        return f"{result['name']}: {read} ({shares})"
    (digit,) = digits
    other = digit["runner_up"]
    guess = f"{digit['class']} ({percent(digit['confidence'])})"
    if not digit["sure"]:
        return f"{result['name']}: not sure this is a digit; perhaps {guess}"
    return f"{result['name']}: {guess}, then {other['class']} ({percent(other['confidence'])})"


def percent(share: float) -> str:
    """Return a probability as text; above 99.9 % the text says no more than that."""
    return "> 99.9 %" if share > 0.999 else f"{100 * share:.1f} %"


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
        choices=["auto", "digit", "whole", "scale", "none"],
        default="auto",
        help="find the digits, scale the whole picture (scale: without turning it bright on dark), "
        "or neither (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    args = parser.parse_args()
    with Console("predict", quiet=args.quiet) as console:
        classifier = Classifier(args.model or default_model(), load_params())
        console.read(classifier.path, f"SHA-256 {classifier.sha256}")
        if classifier.digits:
            classifier.calibrate(console)
        way = classifier.way if args.prepare == "auto" else args.prepare
        results = classify(args.images, classifier, way, console)
        errors = [result["error"] for result in results if "error" in result]
        if args.json:
            document = {
                "model": str(classifier.path),
                "model_sha256": classifier.sha256,
                "pictures": results,
            }
            print(json.dumps(document, indent=2, ensure_ascii=False))
        for result in results:
            if "error" in result:
                print(f"error: {result['error']}", file=sys.stderr)
            elif not args.json:
                print(describe(result))
        if errors:
            sys.exit(2)


if __name__ == "__main__":
    run(main)
