"""Make the pictures of the README: ``python docs/make_figures.py [folder]``.

Softmax regression on drawn digits, trained by momentum descent and by four of its relatives.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from drawn_digits import draw_digits
from numpy.typing import NDArray

from np_viz import compare_runs, confusion_matrix, image_grid, learning_curves, save_figure

Floats = NDArray[np.float64]
Step = Callable[[Floats], Floats]
Part = tuple[Floats, NDArray[np.int64]]


def descent(lr: float, momentum: float) -> Step:
    """Return a rule that turns a gradient into a change of the weights."""
    velocity: list[Floats] = []

    def step(gradient: Floats) -> Floats:
        velocity.append(momentum * (velocity[-1] if velocity else 0.0) - lr * gradient)
        return velocity[-1]

    return step


def probabilities(x: Floats, w: Floats) -> Floats:
    """Softmax of ``x @ w``, (n, 10)."""
    z = x @ w
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def train(parts: dict[str, Part], step: Step, epochs: int) -> tuple[dict[str, list[float]], Floats]:
    """Return the history and the probabilities of the validation images."""
    w = np.zeros((784, 10))
    history: dict[str, list[float]] = {"epoch": [float(e) for e in range(1, epochs + 1)]}
    x, y = parts["train"]
    for _ in range(epochs):
        w = w + step(x.T @ (probabilities(x, w) - np.eye(10)[y]) / len(y))
        for split, (images, labels) in parts.items():
            p = probabilities(images, w)
            loss = -np.log(p[np.arange(len(labels)), labels]).mean()
            history.setdefault(f"{split}_loss", []).append(float(loss))
            right = float((p.argmax(axis=1) == labels).mean())
            history.setdefault(f"{split}_accuracy", []).append(right)
    return history, probabilities(parts["val"][0], w)


def main(folder: Path) -> None:
    """Write the four pictures into ``folder``."""
    drawn = {"train": draw_digits(1000, seed=1), "val": draw_digits(500, seed=2)}
    parts = {split: (x.reshape(len(x), -1) / 255.0, y) for split, (x, y) in drawn.items()}
    images, labels = drawn["val"]
    history, p = train(parts, descent(0.3, 0.9), 30)
    said = p.argmax(axis=1)
    matrix = np.zeros((10, 10), dtype=np.int64)
    np.add.at(matrix, (labels, said), 1)
    runs = {
        f"momentum {momentum}": train(parts, descent(0.05, momentum), 30)[0]
        for momentum in (0.0, 0.5, 0.8, 0.9, 0.95)
    }
    figures = {
        "image_grid": image_grid(images[:16], labels[:16], said[:16], title="Drawn digits"),
        "learning_curves": learning_curves(history, title="Softmax regression on drawn digits"),
        "confusion_matrix": confusion_matrix(matrix, title="500 validation images"),
        "compare_runs": compare_runs(runs, title="Descent with momentum"),
    }
    for name, figure in figures.items():
        save_figure(figure, folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
