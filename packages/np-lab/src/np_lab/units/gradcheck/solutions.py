# mypy: ignore-errors
"""Right solutions of unit 5."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        kept = x[index]
        x[index] = kept + h
        above = f(x)
        x[index] = kept - h
        below = f(x)
        x[index] = kept
        gradient[index] = (above - below) / (2 * h)
    return gradient


def relative_error(a, n):
    scale = np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-8)
    return np.max(np.abs(a - n) / scale)


def check_backward(layer, x, G):
    layer.forward(x)
    dx = layer.backward(G)
    numeric = numerical_gradient(lambda x: np.sum(G * layer.forward(x)), x)
    return relative_error(dx, numeric) < 1e-5


def numerical_gradient__copies(f, x, h=1e-5):
    steps = []
    for i in range(x.size):
        e = np.zeros(x.size)
        e[i] = h
        e = e.reshape(x.shape)
        steps.append((f(x + e) - f(x - e)) / (2 * h))
    return np.array(steps).reshape(x.shape)


def numerical_gradient__smaller_step(f, x, h=1e-6):
    gradient = np.zeros(x.shape)
    flat = gradient.ravel()
    for i in range(x.size):
        above, below = x.copy(), x.copy()
        above.flat[i] += h
        below.flat[i] -= h
        flat[i] = (f(above) - f(below)) / (above.flat[i] - below.flat[i])
    return gradient


def numerical_gradient__fourth_order(f, x, h=1e-3):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        values = []
        for step in (2 * h, h, -h, -2 * h):
            y = np.array(x)
            y[index] += step
            values.append(f(y))
        gradient[index] = (-values[0] + 8 * values[1] - 8 * values[2] + values[3]) / (12 * h)
    return gradient


def relative_error__loop(a, n):
    worst = 0.0
    for p, q in zip(a.ravel(), n.ravel(), strict=True):
        worst = max(worst, abs(p - q) / max(abs(p), abs(q), 1e-8))
    return worst


def relative_error__float(a, n):
    scale = np.stack([np.abs(a), np.abs(n), np.full(a.shape, 1e-8)]).max(axis=0)
    return float((np.abs(n - a) / scale).max())


def check_backward__number(layer, x, G):
    numeric = numerical_gradient__copies(lambda x: (layer.forward(x) * G).sum(), x)
    layer.forward(x)
    return bool(relative_error__loop(layer.backward(G), numeric) <= 1e-5)
