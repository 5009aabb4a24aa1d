"""Wrong solutions of unit 5, written after its mutants and without looking at them."""

import numpy as np


def numerical_gradient__same_object(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        above = x
        below = x
        above[index] += h
        below[index] -= h
        gradient[index] = (f(above) - f(below)) / (2 * h)
    return gradient


def numerical_gradient__returns_early(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = np.zeros_like(x)
        e[index] = h
        gradient[index] = (f(x + e) - f(x - e)) / (2 * h)
        return gradient


def numerical_gradient__one_dimension(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        e = np.zeros(len(x))
        e[i] = h
        gradient[i] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient


def relative_error__max_of_max(a, n):
    return np.max(np.abs(a - n)) / max(np.max(np.abs(a)), np.max(np.abs(n)), 1e-8)


def relative_error__percent(a, n):
    return 100 * np.max(np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-8))


def check_backward__no_forward(layer, x, G):
    dx = layer.backward(G)
    return np.abs(dx).max() < 1e-5


def check_backward__checks_the_sum_of_squares(layer, x, G):
    numeric = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = np.zeros_like(x)
        e[index] = 1e-5
        numeric[index] = np.sum(layer.forward(x + e) ** 2 - layer.forward(x - e) ** 2) / 2e-5
    layer.forward(x)
    return np.max(np.abs(numeric - layer.backward(G)) / (np.abs(numeric) + 1e-8)) < 1e-5
