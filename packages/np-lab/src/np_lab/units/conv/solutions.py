# mypy: ignore-errors
"""Right solutions of unit 9."""

import numpy as np


def pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv2d(x, W, b, stride, padding):
    xp = pad(x, padding)
    k = W.shape[2]
    out_h = (xp.shape[2] - k) // stride + 1
    out_w = (xp.shape[3] - k) // stride + 1
    y = np.zeros((len(x), len(W), out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            window = xp[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, W) + b
    return y


def im2col(x, k, stride, padding):
    xp = pad(x, padding)
    out_h = (xp.shape[2] - k) // stride + 1
    out_w = (xp.shape[3] - k) // stride + 1
    rows = []
    for n in range(len(x)):
        for i in range(out_h):
            for j in range(out_w):
                rows.append(
                    xp[n, :, i * stride : i * stride + k, j * stride : j * stride + k].ravel()
                )
    return np.array(rows)


class Conv2D:
    def __init__(self, channels, filters, kernel_size=3, stride=1, padding=0, rng=None):
        shape = (filters, channels, kernel_size, kernel_size)
        self.W = rng.normal(size=shape) * np.sqrt(2 / (channels * kernel_size**2))
        self.b = np.zeros(filters)
        self.stride = stride
        self.padding = padding
        self.dW = None
        self.db = None

    def forward(self, x):
        self.xp = pad(x, self.padding)
        return conv2d(x, self.W, self.b, self.stride, self.padding)

    def backward(self, G):
        k, s, p = self.W.shape[2], self.stride, self.padding
        self.dW, dxp = np.zeros_like(self.W), np.zeros_like(self.xp)
        for i in range(G.shape[2]):
            for j in range(G.shape[3]):
                rows, columns = slice(i * s, i * s + k), slice(j * s, j * s + k)
                self.dW += np.einsum("nf,ncuv->fcuv", G[:, :, i, j], self.xp[:, :, rows, columns])
                dxp[:, :, rows, columns] += np.einsum("nf,fcuv->ncuv", G[:, :, i, j], self.W)
        self.db = G.sum(axis=(0, 2, 3))
        return dxp[:, :, p : dxp.shape[2] - p, p : dxp.shape[3] - p]


class MaxPool2D:
    def __init__(self, size=2):
        self.size = size

    def forward(self, x):
        self.x = x
        s = self.size
        y = np.zeros((*x.shape[:2], x.shape[2] // s, x.shape[3] // s))
        for i in range(y.shape[2]):
            for j in range(y.shape[3]):
                y[:, :, i, j] = x[:, :, i * s : i * s + s, j * s : j * s + s].max(axis=(2, 3))
        return y

    def backward(self, G):
        s = self.size
        dx = np.zeros_like(self.x)
        for n, c, i, j in np.ndindex(*G.shape):
            window = self.x[n, c, i * s : i * s + s, j * s : j * s + s]
            u, v = np.unravel_index(window.argmax(), window.shape)
            dx[n, c, i * s + u, j * s + v] = G[n, c, i, j]
        return dx


def conv2d__im2col(x, W, b, stride, padding):
    k, xp = W.shape[2], pad(x, padding)
    out_h, out_w = ((size - k) // stride + 1 for size in xp.shape[2:])
    y = im2col(x, k, stride, padding) @ W.reshape(len(W), -1).T + b
    return y.reshape(len(x), out_h, out_w, len(W)).transpose(0, 3, 1, 2)


def conv2d__shifted(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = ((size - k) // stride + 1 for size in xp.shape[2:])
    y = np.zeros((len(x), len(W), out_h, out_w)) + b[:, None, None]
    for u in range(k):
        for v in range(k):
            part = xp[:, :, u : u + stride * out_h : stride, v : v + stride * out_w : stride]
            y += np.tensordot(W[:, :, u, v], part, (1, 1)).transpose(1, 0, 2, 3)
    return y


def conv2d__windows(x, W, b, stride, padding):
    k = W.shape[2]
    views = np.lib.stride_tricks.sliding_window_view(pad(x, padding), (k, k), (2, 3))
    views = views[:, :, ::stride, ::stride]
    return np.einsum("ncijuv,fcuv->nfij", views, W) + b.reshape(1, -1, 1, 1)


def conv2d__float32(x, W, b, stride, padding):
    return conv2d__windows(x.astype("f4"), W.astype("f4"), b.astype("f4"), stride, padding)


def im2col__windows(x, k, stride, padding):
    views = np.lib.stride_tricks.sliding_window_view(pad(x, padding), (k, k), (2, 3))
    views = views[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)
    return views.reshape(-1, x.shape[1] * k * k)


def im2col__columns(x, k, stride, padding):
    xp = pad(x, padding)
    n, c = x.shape[:2]
    out_h, out_w = ((size - k) // stride + 1 for size in xp.shape[2:])
    col = np.empty((n, c, k, k, out_h, out_w))
    for u in range(k):
        for v in range(k):
            col[:, :, u, v] = xp[
                :, :, u : u + stride * out_h : stride, v : v + stride * out_w : stride
            ]
    return col.transpose(0, 4, 5, 1, 2, 3).reshape(n * out_h * out_w, -1)


class Conv2D__im2col(Conv2D):
    def forward(self, x):
        self.shape, k = x.shape, self.W.shape[2]
        self.col = im2col__columns(x, k, self.stride, self.padding)
        return conv2d__im2col(x, self.W, self.b, self.stride, self.padding)

    def backward(self, G):
        k, s, p = self.W.shape[2], self.stride, self.padding
        flat = G.transpose(0, 2, 3, 1).reshape(-1, len(self.W))
        self.dW = (flat.T @ self.col).reshape(self.W.shape)
        self.db = flat.sum(axis=0)
        n, c, h, w = self.shape
        col = (flat @ self.W.reshape(len(self.W), -1)).reshape(n, *G.shape[2:], c, k, k)
        dxp = np.zeros((n, c, h + 2 * p, w + 2 * p))
        for u in range(k):
            for v in range(k):
                part = dxp[:, :, u : u + s * G.shape[2] : s, v : v + s * G.shape[3] : s]
                part += col[..., u, v].transpose(0, 3, 1, 2)
        return dxp[:, :, p : p + h, p : p + w]


class MaxPool2D__reshape(MaxPool2D):
    def forward(self, x):
        n, c, h, w = x.shape
        s = self.size
        self.x = x
        self.blocks = x[:, :, : h // s * s, : w // s * s].reshape(n, c, h // s, s, w // s, s)
        self.y = self.blocks.max(axis=(3, 5))
        return self.y

    def backward(self, G):
        mask = self.blocks == self.y[:, :, :, None, :, None]
        dx = np.zeros(self.x.shape)
        n, c, a, s, b, _ = self.blocks.shape
        dx[:, :, : a * s, : b * s] = (mask * G[:, :, :, None, :, None]).reshape(n, c, a * s, b * s)
        return dx
