"""Train a small network whose layers and optimizer may be a student's own.

A layer has ``forward(x)`` and ``backward(G)``; its parameters are the attributes that have a
gradient of the same name with a "d" before it, such as ``W`` and ``dW``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Loss = Callable[[Array, Array], tuple[float, Array]]
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")


def parameter_names(layer: Any) -> list[str]:
    """Return the names of the attributes that have a gradient."""
    return [name for name in vars(layer) if hasattr(layer, f"d{name}")]


def forward(layers: Sequence[Any], x: Array, *, training: bool = False) -> Array:
    """Return the output of the last layer."""
    for layer in layers:
        knows = "training" in inspect.signature(layer.forward).parameters
        x = layer.forward(x, training=training) if knows else layer.forward(x)
    return x


def train(
    layers: Sequence[Any],
    loss: Loss,
    optimizer: Callable[[], Any],
    x: Array,
    labels: Array,
    *,
    steps: int,
    batch: int = 32,
    seed: int = 0,
) -> list[float]:
    """Train in place and return the loss of every step.

    Parameters
    ----------
    layers : sequence
        Objects with forward and backward.
    loss : callable
        ``loss(output, labels)`` returns the loss and its gradient dL/doutput.
    optimizer : callable
        Makes an object with ``step(p, g)`` for each parameter.
    x, labels : ndarray
        Training data; a batch is drawn at random for each step.
    """
    rng = np.random.default_rng(seed)
    parameters = [(layer, name) for layer in layers for name in parameter_names(layer)]
    optimizers = [optimizer() for _ in parameters]
    losses = []
    for _ in range(steps):
        rows = rng.integers(len(x), size=batch)
        value, G = loss(forward(layers, x[rows], training=True), labels[rows])
        for layer in reversed(layers):
            G = layer.backward(G)
        for (layer, name), one in zip(parameters, optimizers, strict=True):
            one.step(getattr(layer, name), getattr(layer, f"d{name}"))
        losses.append(float(value))
    return losses


def accuracy(layers: Sequence[Any], x: Array, labels: Array) -> float:
    """Return the share of rows whose largest output is the label."""
    return float(np.mean(forward(layers, x).argmax(axis=1) == labels))


def smooth(values: Sequence[float], points: int) -> Array:
    """Return the means of ``points`` equal parts of a curve."""
    parts = np.array_split(np.asarray(values, float), min(points, len(values)))
    return np.array([part.mean() for part in parts])


def chart(curves: Mapping[str, Sequence[float]], *, width: int = 60, height: int = 12) -> str:
    """Return curves as text: each is drawn with the number of its line in the legend."""
    smoothed = {name: smooth(values, width) for name, values in curves.items()}
    finite = np.concatenate([v[np.isfinite(v)] for v in smoothed.values()])
    low, high = float(finite.min()), float(finite.max())
    rows = [[" "] * width for _ in range(height)]
    for number, values in enumerate(smoothed.values(), start=1):
        columns = np.linspace(0, width - 1, len(values)).astype(int)
        for column, value in zip(columns, values, strict=True):
            if np.isfinite(value):
                row = round((high - value) / ((high - low) or 1) * (height - 1))
                rows[row][column] = str(number)
    labels = [f"{high:9.3g}", *[" " * 9] * (height - 2), f"{low:9.3g}"]
    lines = [f"{label} │{''.join(row)}" for label, row in zip(labels, rows, strict=True)]
    legend = [f"          {number}: {name}" for number, name in enumerate(curves, start=1)]
    return "\n".join([*lines, " " * 10 + "└" + "─" * width, *legend])


def save_chart(curves: Mapping[str, Sequence[float]], path: str | Path) -> None:
    """Write curves as an SVG file that any browser opens."""
    smoothed = {name: smooth(values, 200) for name, values in curves.items()}
    finite = np.concatenate([v[np.isfinite(v)] for v in smoothed.values()])
    low, high = float(finite.min()), float(finite.max())
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" font-family="sans-serif">',
        '<rect width="640" height="360" fill="white"/>',
        '<path d="M60 20V320H620" fill="none" stroke="#888"/>',
        f'<text x="54" y="26" text-anchor="end" font-size="13">{high:.3g}</text>',
        f'<text x="54" y="322" text-anchor="end" font-size="13">{low:.3g}</text>',
    ]
    for number, (name, values) in enumerate(smoothed.items()):
        color = COLORS[number % len(COLORS)]
        xs = np.linspace(60, 620, len(values))
        ys = 320 - 300 * (values - low) / ((high - low) or 1)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(xs, ys, strict=True) if np.isfinite(b))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        y = 34 + 20 * number
        parts.append(
            f'<text x="610" y="{y}" text-anchor="end" font-size="14" fill="{color}">{name}</text>'
        )
    Path(path).write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")
