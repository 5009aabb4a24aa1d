"""Make the pictures of the README: ``python docs/make_figures.py [folder]``.

Softmax regression on drawn digits, trained by gradient descent with momentum. All numbers are
computed here with NumPy, so each call shows which plain arrays a figure needs.
"""

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from drawn_digits import draw_digits
from matplotlib.figure import Figure
from numpy.typing import NDArray

import np_viz

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Part = tuple[Floats, Ints]
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def softmax(z: Floats) -> Floats:
    """Softmax of the rows of z."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(e / e.sum(axis=1, keepdims=True))


def train(
    parts: dict[str, Part], *, lr: float, momentum: float, epochs: int = 25
) -> tuple[dict[str, list[float]], Floats]:
    """Return the history and the weights (784, 10)."""
    w, velocity = np.zeros((784, 10)), np.zeros((784, 10))
    history: dict[str, list[float]] = {"epoch": [float(e) for e in range(1, epochs + 1)]}
    x, y = parts["train"]
    for _ in range(epochs):
        gradient = x.T @ (softmax(x @ w) - np.eye(10)[y]) / len(y)
        velocity = momentum * velocity - lr * gradient
        w = w + velocity
        for split, (images, labels) in parts.items():
            p = softmax(images @ w)
            loss = -np.log(p[np.arange(len(labels)), labels]).mean()
            history.setdefault(f"{split}_loss", []).append(float(loss))
            accuracy = float((p.argmax(axis=1) == labels).mean())
            history.setdefault(f"{split}_accuracy", []).append(accuracy)
    return history, w


def deep_network(x: Floats, y: Ints) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Return activations and gradients of a network with three Sigmoid layers before training."""
    rng = np.random.default_rng(3)
    sizes = [784, 64, 64, 64, 10]
    weights = [rng.normal(0, n**-0.5, (n, m)) for n, m in pairwise(sizes)]
    outputs = [x]
    for w in weights[:-1]:
        outputs.append(1 / (1 + np.exp(-(outputs[-1] @ w))))
    upstream = (softmax(outputs[-1] @ weights[-1]) - np.eye(10)[y]) / len(y)
    gradients = {}
    for i in reversed(range(4)):
        gradients[f"{i}.weight"] = outputs[i].T @ upstream
        upstream = (upstream @ weights[i].T) * outputs[i] * (1 - outputs[i])
    activations = {f"{i} Sigmoid": outputs[i] for i in (1, 2, 3)}
    return activations, {name: gradients[name] for name in sorted(gradients)[1:]}


def roc(positive: NDArray[np.bool_], score: Floats) -> tuple[Floats, Floats]:
    """Return false and true positive rates at falling scores."""
    falling = positive[np.argsort(-score)]
    fpr = np.cumsum(~falling) / np.sum(~falling)
    tpr = np.cumsum(falling) / np.sum(falling)
    return np.append(0.0, fpr), np.append(0.0, tpr)


def precision_recall(positive: NDArray[np.bool_], score: Floats) -> tuple[Floats, Floats]:
    """Return precision and recall at rising scores, up to precision 1 at recall 0."""
    falling = positive[np.argsort(-score)]
    tp = np.cumsum(falling)
    precision, recall = tp / np.arange(1, len(tp) + 1), tp / tp[-1]
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0)


def calibration(y: Ints, p: Floats, bins: int) -> tuple[Floats, Floats, Floats]:
    """Return mean confidence, accuracy and count of equally wide bins; NaN if a bin is empty."""
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    index = np.ceil(confidence * bins).astype(int) - 1
    counts = np.bincount(index, minlength=bins).astype(float)
    with np.errstate(invalid="ignore"):
        means = np.bincount(index, confidence, bins) / counts
        return means, np.bincount(index, right, bins) / counts, counts


def figures_of_images(images: NDArray[np.uint8], y: Ints, w: Floats) -> dict[str, Figure]:
    """Draw one figure for each function of ``np_viz.images``."""
    p = softmax(images.reshape(len(images), -1) / 255.0 @ w)
    predicted = p.argmax(axis=1)
    shifts = [(0, 3), (2, 0), (-2, -2)]
    variants = np.stack([np.roll(images[:2], shift, axis=(2, 3)) for shift in shifts])
    slopes = (w[:, y] - w @ p.T).T.reshape(images.shape)  # of log p[y] by the pixels
    return {
        "image_grid": np_viz.image_grid(images[:12], y[:12], predicted[:12]),
        "class_means": np_viz.class_means(images, y, NAMES),
        "augmentation_preview": np_viz.augmentation_preview(images[:2], variants),
        "weight_grid": np_viz.weight_grid(w, (28, 28)),
        "misclassified": np_viz.misclassified(images, y, predicted, p, limit=6),
        "saliency_maps": np_viz.saliency_maps(images[:3], slopes[:3], y[:3]),
    }


def figures_of_training(
    parts: dict[str, Part], history: dict[str, list[float]]
) -> dict[str, Figure]:
    """Draw one figure for each function of ``np_viz.training``."""
    momenta, rates = (0.0, 0.5, 0.8, 0.9), (0.01, 0.03, 0.1, 0.3)
    results = {
        (m, lr): train(parts, lr=lr, momentum=m, epochs=15)[0] for m in momenta for lr in rates
    }
    accuracies = [[results[m, lr]["val_accuracy"][-1] for lr in rates] for m in momenta]
    runs = {f"momentum {m}": results[m, 0.1] for m in momenta}
    activations, gradients = deep_network(*parts["val"])
    return {
        "learning_curves": np_viz.learning_curves(history, title="Softmax regression"),
        "compare_runs": np_viz.compare_runs(runs, ordered=True),
        "activation_histograms": np_viz.activation_histograms(activations),
        "gradient_histograms": np_viz.gradient_histograms(gradients),
        "sweep_table": np_viz.sweep_table(
            accuracies, momenta, rates, row_label="momentum", column_label="learning rate", digits=3
        ),
    }


def figures_of_evaluation(y: Ints, p: Floats) -> dict[str, Figure]:
    """Draw one figure for each function of ``np_viz.evaluation``."""
    matrix = np.zeros((10, 10), dtype=np.int64)
    np.add.at(matrix, (y, p.argmax(axis=1)), 1)
    fpr, tpr = roc(y == 8, p[:, 8])
    curves = {NAMES[k]: precision_recall(y == k, p[:, k]) for k in (1, 3, 8)}
    return {
        "plot_confusion_matrix": np_viz.plot_confusion_matrix(matrix, NAMES),
        "plot_roc_curve": np_viz.plot_roc_curve(fpr, tpr, auc=np.trapezoid(tpr, fpr)),
        "plot_precision_recall_curve": np_viz.plot_precision_recall_curve(
            {name: precision for name, (precision, _) in curves.items()},
            {name: recall for name, (_, recall) in curves.items()},
        ),
        "reliability_diagram": np_viz.reliability_diagram(*calibration(y, p, bins=10)),
    }


def main(folder: Path) -> None:
    """Write one picture for each public function into ``folder``."""
    drawn = {"train": draw_digits(1000, seed=1), "val": draw_digits(500, seed=2)}
    parts = {split: (x.reshape(len(x), -1) / 255.0, y) for split, (x, y) in drawn.items()}
    images, y = drawn["val"]
    history, w = train(parts, lr=0.3, momentum=0.9)
    figures = {
        **figures_of_images(images, y, w),
        **figures_of_training(parts, history),
        **figures_of_evaluation(y, softmax(parts["val"][0] @ w)),
    }
    for name, figure in figures.items():
        np_viz.save_figure(figure, folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
