# mypy: ignore-errors
"""Right solutions of unit 2. A name before two underscores says which task a variant solves."""

import numpy as np


def dense_forward(x, W, b):
    return x @ W + b


def dense_backward(x, W, b, G):
    return G @ W.T, x.T @ G, G.sum(axis=0)


class Dense:
    def __init__(self, inputs, outputs, rng):
        self.W = rng.normal(size=(inputs, outputs)) * np.sqrt(2 / inputs)
        self.b = np.zeros(outputs)
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        return dense_forward(x, self.W, self.b)

    def backward(self, G):
        dx, self.dW, self.db = dense_backward(self.x, self.W, self.b, G)
        return dx


def dense_forward__dot(x, W, b):
    y = np.dot(x, W)
    y += b
    return y


def dense_forward__einsum(x, W, b):
    return np.einsum("ni,ij->nj", x, W) + b[None, :]


def dense_forward__float32(x, W, b):
    return (x.astype(np.float32) @ W.astype(np.float32)) + b.astype(np.float32)


def dense_forward__lists(x, W, b):
    return [[sum(x[n] * W[:, j]) + b[j] for j in range(len(b))] for n in range(len(x))]


def dense_forward__bias_column(x, W, b):
    return np.hstack([x, np.ones((len(x), 1))]) @ np.vstack([W, b])


def dense_backward__einsum(x, W, b, G):
    dx = np.einsum("nj,ij->ni", G, W)
    return [dx, np.einsum("ni,nj->ij", x, G), np.einsum("nj->j", G)]


def dense_backward__rows(x, W, b, G):
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros_like(b)
    for n in range(len(x)):
        dx[n] = W @ G[n]
        dW += np.outer(x[n], G[n])
        db += G[n]
    return dx, dW, db


def dense_backward__float32(x, W, b, G):
    x, W, G = (a.astype(np.float32) for a in (x, W, G))
    return G @ W.T, x.T @ G, np.ones(len(G), np.float32) @ G


class Dense__in_place:
    def __init__(self, inputs, outputs, rng):
        self.W = rng.normal(size=(inputs, outputs))
        self.b = np.zeros(outputs)
        self.dW = np.zeros_like(self.W)
        self.db = np.zeros_like(self.b)

    def forward(self, x):
        self.saved = x.copy()
        self.y = x @ self.W + self.b
        return self.y

    def backward(self, G):
        self.dW[...] = 0
        self.dW += self.saved.T @ G
        np.sum(G, axis=0, out=self.db)
        return (self.W @ G.T).T
