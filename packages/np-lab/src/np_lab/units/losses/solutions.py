# mypy: ignore-errors
"""Right solutions of unit 4."""

import math

import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(z, labels):
    rows = np.arange(len(z))
    z = z - z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    dz = np.exp(log_p)
    dz[rows, labels] -= 1
    return -log_p[rows, labels].mean(), dz / len(z)


def softmax__lists(z):
    result = []
    for row in z:
        shifted = [math.exp(v - max(row)) for v in row]
        result.append([v / sum(shifted) for v in shifted])
    return result


def softmax__transposed(z):
    e = np.exp(z.T - np.max(z, axis=1))
    return (e / np.sum(e, axis=0)).T


def softmax__from_logarithm(z):
    m = z.max(axis=-1)[:, None]
    return np.exp(z - m - np.log(np.sum(np.exp(z - m), axis=-1))[:, None])


def softmax__float32(z):
    z = z.astype(np.float32)
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)
    return z


def softmax__sigmoid_form(z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2)


def cross_entropy__one_hot(z, labels):
    t = np.eye(z.shape[1])[labels]
    m = z.max(axis=1, keepdims=True)
    log_sum = m + np.log(np.sum(np.exp(z - m), axis=1, keepdims=True))
    return float(np.sum(t * (log_sum - z)) / len(z)), (softmax(z) - t) / len(z)


def cross_entropy__logaddexp(z, labels):
    log_sum = np.logaddexp.reduce(z, axis=1)
    loss = np.mean(log_sum - z[range(len(z)), labels])
    dz = np.exp(z - log_sum[:, None])
    for n, label in enumerate(labels):
        dz[n, label] -= 1
    return [loss, dz / z.shape[0]]


def cross_entropy__loop(z, labels):
    loss, dz = 0.0, np.zeros(z.shape)
    for n in range(len(z)):
        e = np.exp(z[n] - max(z[n]))
        loss -= (z[n, labels[n]] - max(z[n]) - math.log(sum(e))) / len(z)
        dz[n] = e / sum(e) / len(z)
        dz[n, labels[n]] -= 1 / len(z)
    return loss, dz


def cross_entropy__float32(z, labels):
    loss, dz = cross_entropy(z.astype(np.float32), labels)
    return np.float32(loss), dz.astype(np.float32)
