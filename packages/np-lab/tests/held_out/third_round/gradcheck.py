"""Fresh mistakes of unit 5, as students make them."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = np.zeros_like(x)
        e[index] = h
        gradient[index] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient


def relative_error(a, n):
    return np.max(np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-8))


def numerical_gradient__not_restored(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        x[index] += h
        above = f(x)
        x[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
    return gradient


def numerical_gradient__view_for_copy(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        above, below = x[:], x.copy()
        above[index] += h
        below[index] -= h
        gradient[index] = (f(above) - f(below)) / (2 * h)
    return gradient


def numerical_gradient__flat_argument(f, x, h=1e-5):
    gradient = np.zeros(x.size)
    for i in range(x.size):
        above, below = x.flatten(), x.flatten()
        above[i] += h
        below[i] -= h
        gradient[i] = (f(above) - f(below)) / (2 * h)
    return gradient.reshape(x.shape)


def numerical_gradient__integer_array(f, x, h=1e-5):
    gradient = np.zeros(x.shape, dtype=int)
    for index in np.ndindex(*x.shape):
        e = np.zeros_like(x)
        e[index] = h
        gradient[index] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient


def numerical_gradient__all_at_once(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / (2 * h) * np.ones_like(x)


def numerical_gradient__brackets(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        e = np.zeros_like(x)
        e[index] = h
        gradient[index] = (f(x + e) - f(x - e)) / 2 * h
    return gradient


def numerical_gradient__range_of_index(f, x, h=1e-5):
    gradient = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            e = np.zeros_like(x)
            e[i, j] = h
            gradient[i, j] = (f(x + e) - f(x - e)) / (2 * h)
    return gradient


def relative_error__mean(a, n):
    return np.mean(np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-8))


def relative_error__numpy_max_for_maximum(a, n):
    return np.max(np.abs(a - n) / np.max(np.abs(a), np.abs(n)))


def relative_error__array(a, n):
    return np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-8)


def relative_error__no_guard(a, n):
    return np.max(np.abs(a - n) / np.maximum(np.abs(a), np.abs(n)))


def relative_error__place_of_largest(a, n):
    return np.argmax(np.abs(a - n) / np.maximum(np.maximum(np.abs(a), np.abs(n)), 1e-8))


def check_backward__returns_the_error(layer, x, G):
    n = numerical_gradient(lambda x: np.sum(G * layer.forward(x)), x)
    layer.forward(x)
    return relative_error(layer.backward(G), n)


def check_backward__verdict_reversed(layer, x, G):
    n = numerical_gradient(lambda x: np.sum(G * layer.forward(x)), x)
    layer.forward(x)
    return relative_error(layer.backward(G), n) > 1e-5


def check_backward__compares_shapes(layer, x, G):
    layer.forward(x)
    return layer.backward(G).shape == x.shape


def check_backward__upstream_of_ones(layer, x, G):
    n = numerical_gradient(lambda x: np.sum(layer.forward(x)), x)
    layer.forward(x)
    return relative_error(layer.backward(np.ones_like(G)), n) < 1e-5


def check_backward__too_tolerant(layer, x, G):
    n = numerical_gradient(lambda x: np.sum(G * layer.forward(x)), x)
    layer.forward(x)
    return relative_error(layer.backward(G), n) < 0.5
