"""How well ``predict`` reads photographs of digits whose answers are known.

Digits of MNIST's test rows are enlarged, given a pen's weight, laid on a sheet with its lines and
its light, and photographed: noise, JPEG, a table under the sheet. Beside the share of photographs
that is read right stands that of the same digits as MNIST has them, which the network reads without
any preparation: the difference is what the photograph costs. Then rows of four digits are read, and
it is counted how often the answer is "not sure" for scribbles, letters, and MNIST's test rows.

Every picture has its own generator, made of the seed, its kind and its number.

    python benchmarks/handwriting.py [--pictures 40] [--model PATH] [--json PATH]

It runs in the pipeline's environment, with the model and ``data/processed/mnist`` made:
``.venv/bin/dvc repro train@s0_mnist_dnn`` makes both.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipelines.commands.predict import Classifier, classify, default_model
from pipelines.io.console import Console, run
from pipelines.io.places import processed_folder
from pipelines.photographs.handwriting import prepare_digit
from pipelines.recipes.params import load_params

SEED = 1998
KINDS: dict[str, frozenset[str]] = {
    "plain": frozenset(),
    "gradient": frozenset({"uneven", "grain"}),
    "shadow": frozenset({"uneven", "grain", "shadow"}),
    "noise": frozenset({"much grain"}),
    "colour": frozenset({"grain", "coloured"}),
    "jpeg": frozenset({"uneven", "grain", "jpeg"}),
    "board": frozenset({"uneven", "grain", "board"}),
    "alpha": frozenset({"alpha"}),
    "lined": frozenset({"uneven", "grain", "lines"}),
    "squared": frozenset({"uneven", "grain", "lines", "squares"}),
    "table": frozenset({"uneven", "grain", "table"}),
    "crop": frozenset({"grain", "crop"}),
    "all": frozenset({"uneven", "much grain", "shadow", "coloured", "lines", "jpeg"}),
}
PENS = {"thin": 0.55, "normal": 0.4, "bold": 0.2}  # the grey of MNIST's strokes that is their edge
LETTERS = "ACDEFGHJKLMNPQRTUVWXYacdefhkmnprtuvwxy"  # without those that look like digits
FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSerif", "DejaVuSansMono")
GAP = (0.1, 0.4)  # between the digits of a row, as a share of their height
INKS = [(0.1, 0.2, 0.7), (0.8, 0.1, 0.1), (0.1, 0.5, 0.2), (0.5, 0.1, 0.6), (0.9, 0.5, 0.1)]


def written(digit: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Return a digit of 28 x 28 bytes as a pen would write it: ink 0 to 1, `(size, size)`."""
    pen, pixel = rng.choice(list(PENS)), size / digit.shape[0]
    image = Image.fromarray(digit).resize((size, size), Image.Resampling.BICUBIC)
    image = image.rotate(rng.uniform(-8, 8), Image.Resampling.BICUBIC)
    grey = np.asarray(image.filter(ImageFilter.GaussianBlur(pixel / 2)), np.float64) / 255
    ink = 1 / (1 + np.exp(-(grey - PENS[pen]) * 6 * pixel))
    if pen == "thin":
        narrower = ImageFilter.MinFilter(max(3, int(0.6 * pixel) // 2 * 2 + 1))
        ink = np.asarray(Image.fromarray((255 * ink).astype(np.uint8)).filter(narrower)) / 255
    return ink


def sheet(traits: frozenset[str], height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Return what is written on: `(height, width, 3)`, white or yellowish, lined, or a board."""
    if "board" in traits:
        return np.full((height, width, 3), rng.uniform(0.05, 0.3))
    tone = rng.uniform(0.75, 0.98) * np.array([1, rng.uniform(0.94, 1), rng.uniform(0.85, 1)])
    paper = np.broadcast_to(tone, (height, width, 3))
    if "lines" not in traits:
        return paper
    y, x = np.mgrid[:height, :width]
    gap, slope = rng.integers(40, 90), np.tan(np.deg2rad(rng.uniform(-3, 3)))
    printed = (y + slope * x) % gap < 2
    if "squares" in traits:
        printed |= (x - slope * y) % gap < 2
    blue = np.array([0.7, 0.8, 0.95]) * rng.uniform(0.8, 1)
    return np.where(printed[..., np.newaxis], paper * blue, paper)


def light(traits: frozenset[str], height: int, width: int, rng: np.random.Generator) -> np.ndarray:
    """Return the light that falls on each pixel, at most 1: a ramp or a lamp, and a shadow."""
    result = np.ones((height, width))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    if "uneven" in traits:
        angle = rng.uniform(0, 2 * np.pi)
        bright = (np.cos(angle) * x + np.sin(angle) * y) / 2.84 + 0.5
        if rng.random() < 0.5:
            lamp = rng.uniform(-0.5, 0.5, 2)
            bright = 1 - ((x - lamp[0]) ** 2 + (y - lamp[1]) ** 2) / 4.5
        least = rng.uniform(0.4, 0.8)
        result = least + (1 - least) * bright
    if "shadow" in traits:
        angle, edge = rng.uniform(0, 2 * np.pi), rng.uniform(-0.4, 0.4, 2)
        inside = np.cos(angle) * (x - edge[0]) + np.sin(angle) * (y - edge[1])
        covered = 1 / (1 + np.exp(-inside / rng.uniform(0.01, 0.1)))
        result = result * (1 - rng.uniform(0.3, 0.6) * covered)
    return result


def photograph(digit: np.ndarray, kind: str, file: Path, rng: np.random.Generator) -> Path:
    """Write a photograph of a digit; returns its path, which is `file` with a suffix."""
    traits = KINDS[kind]
    size = int(rng.integers(150, 420))
    height, width = (int(rng.integers(550, 900)) for _ in range(2))
    margin = size // 8
    if "crop" in traits:
        size, height, width, margin = 300, 310, 310, 0
    top, left = (int(rng.integers(margin, side - size - margin + 1)) for side in (height, width))
    ink = np.zeros((height, width, 1))
    ink[top : top + size, left : left + size, 0] = written(digit, size, rng)
    pen = np.full(3, rng.uniform(0.05, 0.3))
    if "coloured" in traits:
        pen = np.array(INKS[rng.integers(len(INKS))])
    elif "board" in traits:
        pen = np.full(3, rng.uniform(0.75, 1))
    if "alpha" in traits:
        pixels = np.concatenate([np.broadcast_to(pen, (height, width, 3)), ink], axis=2)
        return saved(pixels, file.with_suffix(".png"))
    pixels = sheet(traits, height, width, rng) * (1 - ink) + pen * ink
    if "table" in traits:
        around = (top, left, height - top - size, width - left - size)
        above, before, below, after = (
            int(rng.integers(10, max(11, int(0.8 * gap)))) for gap in around
        )
        table = np.ones((height, width), bool)
        table[above : height - below, before : width - after] = False
        pixels[table] = rng.uniform(0.1, 0.35) * np.array([1, 0.8, 0.6])
    pixels *= light(traits, height, width, rng)[..., np.newaxis]
    if traits & {"grain", "much grain"}:
        spread = rng.uniform(0.02, 0.05) if "much grain" in traits else 0.01
        pixels += rng.normal(0, spread, (height, width, 1))
        pixels += rng.normal(0, spread / 2, (height, width, 3))
    if "jpeg" in traits:
        return saved(pixels, file.with_suffix(".jpg"), quality=int(rng.integers(25, 80)))
    return saved(pixels, file.with_suffix(".png"))


def saved(pixels: np.ndarray, file: Path, quality: int = 0) -> Path:
    """Write a picture of pixels from 0 to 1."""
    image = Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8))
    image.save(file, **({"quality": quality} if quality else {"compress_level": 1}))
    return file


def read(file: Path, classifier: Classifier) -> str:
    """Return the digits that are answered, or nothing if there is an error."""
    (result,) = classify([file], classifier, "digit", Console("handwriting", quiet=True))
    return "".join(digit["class"] for digit in result.get("digits", []))


def measure(
    kind: str, count: int, classifier: Classifier, images: np.ndarray, labels: np.ndarray
) -> dict[str, Any]:
    """Photograph so many digits and read them; the time is from the file to the answer."""
    right = blank = 0
    seconds = 0.0
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            rng = np.random.default_rng([SEED, list(KINDS).index(kind), number])
            rows.append(int(rng.integers(len(images))))
            file = photograph(images[rows[-1]], kind, Path(folder, str(number)), rng)
            start = time.perf_counter()
            answer = read(file, classifier)
            seconds += time.perf_counter() - start
            file.unlink()
            right += answer == str(labels[rows[-1]])
            blank += answer == ""
    without = classifier.probabilities(images[rows]).argmax(axis=1) == labels[rows]
    return {
        "kind": kind,
        "right": right / count,
        "right_without_photograph": float(without.mean()),
        "blank": blank,
        "seconds_per_picture": seconds / count,
    }


def measure_rows(
    count: int, classifier: Classifier, images: np.ndarray, labels: np.ndarray
) -> float:
    """Return the share of rows of four digits of which all digits are found and read right."""
    right = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            rng = np.random.default_rng([SEED, 100, number])
            rows = rng.integers(len(images), size=4)
            parts = []
            for row in rows:
                ink = written(images[row], 200, rng)
                columns = np.flatnonzero((ink > 0.1).any(axis=0))
                gap = np.zeros((200, int(200 * rng.uniform(*GAP))))
                parts += [ink[:, columns[0] : columns[-1] + 1], gap]
            ink = np.pad(np.hstack(parts), 60)
            pixels = np.repeat(0.9 - 0.7 * ink[..., np.newaxis], 3, axis=2)
            pixels += rng.normal(0, 0.01, pixels.shape)
            answer = read(saved(pixels, Path(folder, "row.png")), classifier)
            right += answer == "".join(str(labels[row]) for row in rows)
    return right / count


def scribble(rng: np.random.Generator) -> np.ndarray:
    """Draw one to three random curves: ink 0 to 1."""
    image = Image.new("L", (200, 200), 0)
    draw, width = ImageDraw.Draw(image), int(rng.integers(6, 22))
    for _ in range(int(rng.integers(1, 4))):
        corners = rng.uniform(20, 180, (int(rng.integers(3, 9)), 2))
        for _ in range(4):  # cut the corners until they are round (Chaikin, 1974)
            quarters = [0.75 * corners[:-1] + 0.25 * corners[1:]]
            quarters.append(0.25 * corners[:-1] + 0.75 * corners[1:])
            inner = np.stack(quarters, axis=1).reshape(-1, 2)
            corners = np.concatenate([corners[:1], inner, corners[-1:]])
        draw.line([tuple(point) for point in corners], fill=255, width=width, joint="curve")
    return np.asarray(image) / 255


def letters(count: int) -> list[np.ndarray]:
    """Print letters in several fonts: ink 0 to 1."""
    folder = Path(matplotlib.get_data_path(), "fonts", "ttf")
    inks = []
    for name in FONTS:
        font = ImageFont.truetype(str(folder / f"{name}.ttf"), 150)
        for letter in LETTERS:
            image = Image.new("L", (260, 260), 0)
            ImageDraw.Draw(image).text((50, 40), letter, font=font, fill=255)
            inks.append(np.asarray(image) / 255)
    return inks[:count]


def measure_not_sure(classifier: Classifier, digits: np.ndarray) -> dict[str, float]:
    """Return the share of pictures that are answered with "not sure", and with more than 90 %."""
    answers = classifier.answer(digits)
    confident = [answer["sure"] and answer["confidence"] > 0.9 for answer in answers]
    return {
        "not_sure": float(np.mean([not answer["sure"] for answer in answers])),
        "above_90": float(np.mean(confident)),
    }


def prepared(inks: list[np.ndarray]) -> np.ndarray:
    """Return drawings as MNIST would have them."""
    return np.stack([prepare_digit(ink)[0] for ink in inks])


def show(row: dict[str, Any]) -> None:
    """Print a row of the table."""
    print(
        f"{row['kind']:<10}{100 * row['right']:>7.1f} %"
        f"{100 * row['right_without_photograph']:>18.1f} %"
        f"{row['blank']:>7}{row['seconds_per_picture']:>15.2f}",
        flush=True,
    )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pictures", type=int, default=40, help="of each kind (%(default)s)")
    parser.add_argument("--model", type=Path, default=default_model(), help="as in predict")
    parser.add_argument("--json", type=Path, default=None, metavar="PATH")
    args = parser.parse_args()
    if args.pictures < 1:
        parser.error(f"--pictures must be 1 or more, got {args.pictures}")
    classifier = Classifier(args.model, load_params())
    if not classifier.digits:
        parser.error(f"{args.model} is not a model of digits")
    classifier.calibrate(Console("handwriting"))
    folder = processed_folder("mnist", "test")
    images, labels = np.load(folder / "inputs.npy")[:, 0], np.load(folder / "labels.npy")
    print(f"{args.model}, {args.pictures} pictures of each kind, seed {SEED}\n")
    print(f"{'kind':<10}{'right':>9}{'without photograph':>20}{'blank':>7}{'s a picture':>15}")
    rows = []
    for kind in KINDS:
        rows.append(measure(kind, args.pictures, classifier, images, labels))
        show(rows[-1])
    overall = {
        name: float(np.mean([row[name] for row in rows])) for name in rows[0] if name != "kind"
    }
    overall |= {"kind": "overall", "blank": sum(row["blank"] for row in rows)}
    show(overall)
    four = measure_rows(args.pictures, classifier, images, labels)
    print(f"\nrows of four digits, all four right: {100 * four:.1f} %\n")
    rng = np.random.default_rng([SEED, 200])
    strange: dict[str, Callable[[], np.ndarray]] = {
        "scribbles": lambda: prepared([scribble(rng) for _ in range(600)]),
        "letters": lambda: prepared(letters(1000)),
        "test rows": lambda: images,
    }
    print(f"{'':<10}{'not sure':>12}{'sure, above 90 %':>20}")
    not_sure = {}
    for name, draw in strange.items():
        not_sure[name] = measure_not_sure(classifier, draw())
        print(
            f"{name:<10}{100 * not_sure[name]['not_sure']:>10.2f} %"
            f"{100 * not_sure[name]['above_90']:>18.1f} %",
            flush=True,
        )
    if args.json is not None:
        result = {
            "model_sha256": classifier.sha256,
            "seed": SEED,
            "pictures_of_each_kind": args.pictures,
            "rows": rows,
            "overall": overall,
            "rows_of_four": four,
            "not_sure": not_sure,
        }
        args.json.write_text(json.dumps(result, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    run(main)
