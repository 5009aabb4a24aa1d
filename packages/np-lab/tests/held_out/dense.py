"""Wrong solutions of unit 2, written after its mutants and without looking at them."""

import numpy as np


def dense_forward__bias_only_first_row(x, W, b):
    y = x @ W
    y[0] += b
    return y


def dense_forward__rounded_to_int(x, W, b):
    y = np.zeros((len(x), W.shape[1]), dtype=int)
    for n in range(len(x)):
        y[n] = x[n] @ W + b
    return y


def dense_forward__loop_misses_last_input(x, W, b):
    y = np.zeros((x.shape[0], W.shape[1]))
    for i in range(x.shape[1] - 1):
        y += x[:, i : i + 1] * W[i]
    return y + b


def dense_backward__forgot_db(x, W, b, G):
    dx = G @ W.T
    dW = x.T @ G
    return dx, dW


def dense_backward__loop_overwrites(x, W, b, G):
    dW = np.zeros_like(W)
    for n in range(len(x)):
        dW = np.outer(x[n], G[n])
    return G @ W.T, dW, G.sum(0)


def dense_backward__relu_slipped_in(x, W, b, G):
    G = G * (x @ W + b > 0)
    return G @ W.T, x.T @ G, G.sum(0)


class Dense__typo_in_attribute:
    def __init__(self, inputs, outputs, rng):
        self.W = rng.normal(size=(inputs, outputs))
        self.b = np.zeros(outputs)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, G):
        self.grad_W = self.x.T @ G
        self.grad_b = G.sum(0)
        return G @ self.W.T


class Dense__uses_undefined_name:
    def __init__(self, inputs, outputs, rng):
        self.W = rng.normal(size=(inputs, outputs))
        self.b = np.zeros(outputs)
        self.dW = self.db = None

    def forward(self, x):
        return x @ self.W + self.b

    def backward(self, G):
        self.dW = self.x.T @ G
        self.db = G.sum(0)
        return G @ self.W.T
