"""Fresh mistakes of unit 2, as students make them."""

import numpy as np


def dense_forward__result_transposed(x, W, b):
    return W.T @ x.T + b[:, None]


def dense_forward__bias_as_column_vector(x, W, b):
    return x @ W + b.reshape(-1, 1)


def dense_forward__adds_bias_to_W_in_place(x, W, b):
    W += b
    return x @ W


def dense_forward__inner(x, W, b):
    return np.inner(x, W) + b


def dense_forward__relu_included(x, W, b):
    return np.maximum(x @ W + b, 0)


def dense_forward__first_row_for_all(x, W, b):
    y = np.zeros((len(x), len(b)))
    for j in range(len(b)):
        y[:, j] = np.sum(x[0] * W[:, j]) + b[j]
    return y


def dense_forward__loop_returns_early(x, W, b):
    y = np.zeros((len(x), len(b)))
    for n in range(len(x)):
        y[n] = x[n] @ W + b
        return y


def dense_forward__prints(x, W, b):
    print("y =", x @ W + b)


def dense_forward__parameter_order(W, x, b):
    return x @ W + b


def dense_backward__db_of_first_row(x, W, b, G):
    return G @ W.T, x.T @ G, G[0]


def dense_backward__dx_transposed(x, W, b, G):
    return W @ G.T, x.T @ G, G.sum(axis=0)


def dense_backward__everything_averaged(x, W, b, G):
    n = len(x)
    return G @ W.T / n, x.T @ G / n, G.sum(axis=0) / n


def dense_backward__divides_G_in_place(x, W, b, G):
    G /= len(x)
    return G @ W.T, x.T @ G, G.sum(axis=0)


def dense_backward__order_dW_db_dx(x, W, b, G):
    return x.T @ G, G.sum(axis=0), G @ W.T


def dense_backward__db_as_column(x, W, b, G):
    return G @ W.T, x.T @ G, G.sum(axis=0).reshape(-1, 1)


def dense_backward__returns_a_dictionary(x, W, b, G):
    return {"dx": G @ W.T, "dW": x.T @ G, "db": G.sum(axis=0)}


def dense_backward__dW_from_y(x, W, b, G):
    y = x @ W + b
    return G @ W.T, y.T @ G, G.sum(axis=0)


def dense_backward__last_row_missing(x, W, b, G):
    db = np.zeros_like(b)
    for n in range(len(G) - 1):
        db += G[n]
    return G @ W.T, x.T @ G, db


class Base:
    def __init__(self, inputs, outputs, rng):
        self.W = rng.normal(size=(inputs, outputs)) * np.sqrt(2 / inputs)
        self.b = np.zeros(outputs)
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, G):
        self.dW, self.db = self.x.T @ G, G.sum(axis=0)
        return G @ self.W.T


class Dense__input_kept_in_the_class(Base):
    def forward(self, x):
        type(self).x = x
        return x @ self.W + self.b


class Dense__gradients_kept_in_the_class(Base):
    grads = {}

    def backward(self, G):
        self.grads["W"] = self.x.T @ G
        self.grads["b"] = G.sum(axis=0)
        return G @ self.W.T

    dW = property(lambda self: self.grads["W"], lambda self, value: None)
    db = property(lambda self: self.grads["b"], lambda self, value: None)


class Dense__returns_nothing_from_backward(Base):
    def backward(self, G):
        super().backward(G)


class Dense__no_self_before_W(Base):
    def forward(self, x):
        self.x = x
        return x @ W + b  # noqa: F821


class Dense__backward_after_update_of_x(Base):
    def forward(self, x):
        self.x = x
        x = x @ self.W + self.b
        self.x = x
        return x


class Dense__backward_removed:
    def __init__(self, inputs, outputs, rng):
        self.W, self.b = np.zeros((inputs, outputs)), np.zeros(outputs)
        self.dW = self.db = None

    def forward(self, x):
        return x @ self.W + self.b
