"""Wrong solutions of unit 9, written after its mutants and without looking at them."""

import numpy as np


def pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def conv2d__square_images_only(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out = (xp.shape[2] - k) // stride + 1
    y = np.zeros((len(x), len(W), out, out))
    for i in range(out):
        for j in range(out):
            window = xp[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, W) + b
    return y


def conv2d__padding_counted_once_in_size(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h = (x.shape[2] + padding - k) // stride + 1
    out_w = (x.shape[3] + padding - k) // stride + 1
    y = np.zeros((len(x), len(W), out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            window = xp[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, W) + b
    return y


def im2col__pads_channels(x, k, stride, padding):
    xp = np.pad(x, padding)
    out_h = (xp.shape[2] - k) // stride + 1
    out_w = (xp.shape[3] - k) // stride + 1
    return np.array(
        [
            xp[n, :, i * stride : i * stride + k, j * stride : j * stride + k].ravel()
            for n in range(len(x))
            for i in range(out_h)
            for j in range(out_w)
        ]
    )


class Conv2D__stride_forgotten_in_backward:
    def __init__(self, channels, filters, kernel_size=3, stride=1, padding=0, rng=None):
        self.W = rng.normal(size=(filters, channels, kernel_size, kernel_size))
        self.b = np.zeros(filters)
        self.stride, self.padding = stride, padding
        self.dW = self.db = None

    def forward(self, x):
        self.xp, k, s = pad(x, self.padding), self.W.shape[2], self.stride
        out_h, out_w = ((size - k) // s + 1 for size in self.xp.shape[2:])
        y = np.zeros((len(x), len(self.W), out_h, out_w))
        for i in range(out_h):
            for j in range(out_w):
                window = self.xp[:, :, i * s : i * s + k, j * s : j * s + k]
                y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, self.W) + self.b
        return y

    def backward(self, G):
        k, p = self.W.shape[2], self.padding
        self.dW, dxp = np.zeros_like(self.W), np.zeros_like(self.xp)
        for i in range(G.shape[2]):
            for j in range(G.shape[3]):
                part = (slice(None), slice(None), slice(i, i + k), slice(j, j + k))
                self.dW += np.einsum("nf,ncuv->fcuv", G[:, :, i, j], self.xp[part])
                dxp[part] += np.einsum("nf,fcuv->ncuv", G[:, :, i, j], self.W)
        self.db = G.sum(axis=(0, 2, 3))
        return dxp[:, :, p : dxp.shape[2] - p, p : dxp.shape[3] - p]


class Conv2D__cut_with_minus_zero:
    def __init__(self, channels, filters, kernel_size=3, stride=1, padding=0, rng=None):
        self.W = rng.normal(size=(filters, channels, kernel_size, kernel_size))
        self.b = np.zeros(filters)
        self.stride, self.padding = stride, padding
        self.dW = self.db = None

    forward = Conv2D__stride_forgotten_in_backward.forward

    def backward(self, G):
        k, s, p = self.W.shape[2], self.stride, self.padding
        self.dW, dxp = np.zeros_like(self.W), np.zeros_like(self.xp)
        for i in range(G.shape[2]):
            for j in range(G.shape[3]):
                part = (slice(None), slice(None), slice(i * s, i * s + k), slice(j * s, j * s + k))
                self.dW += np.einsum("nf,ncuv->fcuv", G[:, :, i, j], self.xp[part])
                dxp[part] += np.einsum("nf,fcuv->ncuv", G[:, :, i, j], self.W)
        self.db = G.sum(axis=(0, 2, 3))
        return dxp[:, :, p:-p, p:-p]


class MaxPool2D__mask_of_whole_image:
    def __init__(self, size=2):
        self.size = size

    def forward(self, x):
        self.x, s = x, self.size
        h, w = x.shape[2] // s, x.shape[3] // s
        blocks = x[:, :, : h * s, : w * s].reshape(*x.shape[:2], h, s, w, s)
        return blocks.max(axis=(3, 5))

    def backward(self, G):
        dx = np.zeros_like(self.x)
        s = self.size
        up = G.repeat(s, axis=2).repeat(s, axis=3)
        mask = self.x == self.x.max(axis=(2, 3), keepdims=True)
        dx[:, :, : up.shape[2], : up.shape[3]] = up
        return dx * mask


class MaxPool2D__integer_gradient:
    def __init__(self, size=2):
        self.size = size

    forward = MaxPool2D__mask_of_whole_image.forward

    def backward(self, G):
        s, dx = self.size, np.zeros(self.x.shape, dtype=int)
        for n, c, i, j in np.ndindex(*G.shape):
            window = self.x[n, c, i * s : i * s + s, j * s : j * s + s]
            u, v = np.unravel_index(window.argmax(), window.shape)
            dx[n, c, i * s + u, j * s + v] = G[n, c, i, j]
        return dx
