"""Fresh mistakes of unit 9, as students make them."""

import numpy as np


def pad(x, p):
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))


def sizes(xp, k, stride):
    return [(side - k) // stride + 1 for side in xp.shape[2:]]


def conv2d__true_division(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = ((side - k) / stride + 1 for side in xp.shape[2:])
    y = np.zeros((len(x), len(W), out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            window = xp[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, W) + b
    return y


def conv2d__window_too_small(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = sizes(xp, k, stride)
    y = np.zeros((len(x), len(W), out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            window = xp[:, :, i * stride : i * stride + k - 1, j * stride : j * stride + k - 1]
            y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, W[:, :, : k - 1, : k - 1]) + b
    return y


def conv2d__kernel_transposed(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = sizes(xp, k, stride)
    y = np.zeros((len(x), len(W), out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            window = xp[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = np.einsum("ncuv,fcvu->nf", window, W) + b
    return y


def conv2d__overwrites_channels(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = sizes(xp, k, stride)
    y = np.zeros((len(x), len(W), out_h, out_w))
    for c in range(x.shape[1]):
        for i in range(out_h):
            for j in range(out_w):
                window = xp[:, c, i * stride : i * stride + k, j * stride : j * stride + k]
                y[:, :, i, j] = np.einsum("nuv,fuv->nf", window, W[:, c]) + b
    return y


def conv2d__bias_for_each_channel(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = sizes(xp, k, stride)
    y = np.zeros((len(x), len(W), out_h, out_w))
    for c in range(x.shape[1]):
        for i in range(out_h):
            for j in range(out_w):
                window = xp[:, c, i * stride : i * stride + k, j * stride : j * stride + k]
                y[:, :, i, j] += np.einsum("nuv,fuv->nf", window, W[:, c]) + b
    return y


def conv2d__padding_on_one_side(x, W, b, stride, padding):
    xp = np.pad(x, ((0, 0), (0, 0), (padding, 0), (padding, 0)))
    k = W.shape[2]
    out_h, out_w = sizes(xp, k, stride)
    y = np.zeros((len(x), len(W), out_h, out_w))
    for i in range(out_h):
        for j in range(out_w):
            window = xp[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, W) + b
    return y


def conv2d__last_row_and_column_empty(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = sizes(xp, k, stride)
    y = np.zeros((len(x), len(W), out_h, out_w))
    for i in range(out_h - 1):
        for j in range(out_w - 1):
            window = xp[:, :, i * stride : i * stride + k, j * stride : j * stride + k]
            y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, W) + b
    return y


def conv2d__first_image_only(x, W, b, stride, padding):
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = sizes(xp, k, stride)
    y = np.zeros((len(x), len(W), out_h, out_w))
    for f in range(len(W)):
        for i in range(out_h):
            for j in range(out_w):
                window = xp[0, :, i * stride : i * stride + k, j * stride : j * stride + k]
                y[0, f, i, j] = np.sum(window * W[f]) + b[f]
    return y


def im2col__channel_last(x, k, stride, padding):
    xp = pad(x, padding)
    out_h, out_w = sizes(xp, k, stride)
    rows = []
    for n in range(len(x)):
        for i in range(out_h):
            for j in range(out_w):
                window = xp[n, :, i * stride : i * stride + k, j * stride : j * stride + k]
                rows.append(window.transpose(1, 2, 0).ravel())
    return np.array(rows)


def im2col__sample_is_the_inner_loop(x, k, stride, padding):
    xp = pad(x, padding)
    out_h, out_w = sizes(xp, k, stride)
    return np.array(
        [
            xp[n, :, i * stride : i * stride + k, j * stride : j * stride + k].ravel()
            for i in range(out_h)
            for j in range(out_w)
            for n in range(len(x))
        ]
    )


def im2col__windows_as_columns(x, k, stride, padding):
    xp = pad(x, padding)
    out_h, out_w = sizes(xp, k, stride)
    rows = np.array(
        [
            xp[n, :, i * stride : i * stride + k, j * stride : j * stride + k].ravel()
            for n in range(len(x))
            for i in range(out_h)
            for j in range(out_w)
        ]
    )
    return rows.T


def im2col__four_axes(x, k, stride, padding):
    xp = pad(x, padding)
    out_h, out_w = sizes(xp, k, stride)
    return np.array(
        [
            xp[n, :, i * stride : i * stride + k, j * stride : j * stride + k]
            for n in range(len(x))
            for i in range(out_h)
            for j in range(out_w)
        ]
    )


class Base:
    def __init__(self, channels, filters, kernel_size=3, stride=1, padding=0, rng=None):
        self.W = rng.normal(size=(filters, channels, kernel_size, kernel_size))
        self.b = np.zeros(filters)
        self.stride, self.padding = stride, padding
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        xp, k, s = pad(x, self.padding), self.W.shape[2], self.stride
        out_h, out_w = sizes(xp, k, s)
        y = np.zeros((len(x), len(self.W), out_h, out_w))
        for i in range(out_h):
            for j in range(out_w):
                window = xp[:, :, i * s : i * s + k, j * s : j * s + k]
                y[:, :, i, j] = np.einsum("ncuv,fcuv->nf", window, self.W) + self.b
        return y

    def backward(self, G):
        k, s, p = self.W.shape[2], self.stride, self.padding
        xp = pad(self.x, p)
        self.dW, dxp = np.zeros_like(self.W), np.zeros_like(xp)
        for i in range(G.shape[2]):
            for j in range(G.shape[3]):
                part = (slice(None), slice(None), slice(i * s, i * s + k), slice(j * s, j * s + k))
                self.dW += np.einsum("nf,ncuv->fcuv", G[:, :, i, j], xp[part])
                dxp[part] += np.einsum("nf,fcuv->ncuv", G[:, :, i, j], self.W)
        self.db = G.sum(axis=(0, 2, 3))
        return dxp[:, :, p : p + self.x.shape[2], p : p + self.x.shape[3]]


class Conv2D__last_window_only(Base):
    def backward(self, G):
        dx = super().backward(G)
        k, s = self.W.shape[2], self.stride
        xp, i, j = pad(self.x, self.padding), G.shape[2] - 1, G.shape[3] - 1
        window = xp[:, :, i * s : i * s + k, j * s : j * s + k]
        self.dW = np.einsum("nf,ncuv->fcuv", G[:, :, i, j], window)
        return dx


class Conv2D__windows_overwrite_dx(Base):
    def backward(self, G):
        super().backward(G)
        k, s, p = self.W.shape[2], self.stride, self.padding
        dxp = np.zeros_like(pad(self.x, p))
        for i in range(G.shape[2]):
            for j in range(G.shape[3]):
                part = (slice(None), slice(None), slice(i * s, i * s + k), slice(j * s, j * s + k))
                dxp[part] = np.einsum("nf,fcuv->ncuv", G[:, :, i, j], self.W)
        return dxp[:, :, p : p + self.x.shape[2], p : p + self.x.shape[3]]


class Conv2D__padding_stays_on_dx(Base):
    def backward(self, G):
        dx = super().backward(G)
        return pad(dx, self.padding)


class Conv2D__db_over_batch_only(Base):
    def backward(self, G):
        dx = super().backward(G)
        self.db = G.sum(axis=0)
        return dx


class Conv2D__db_mean_over_places(Base):
    def backward(self, G):
        dx = super().backward(G)
        self.db = G.sum(axis=0).mean(axis=(1, 2))
        return dx


class Conv2D__x_of_the_class(Base):
    def forward(self, x):
        y = super().forward(x)
        del self.x
        type(self).x = x
        return y


class Conv2D__dW_unpadded(Base):
    def backward(self, G):
        dx = super().backward(G)
        k, s = self.W.shape[2], self.stride
        self.dW = np.zeros_like(self.W)
        for i in range(G.shape[2]):
            for j in range(G.shape[3]):
                window = self.x[:, :, i * s : i * s + k, j * s : j * s + k]
                h, w = window.shape[2:]
                self.dW[:, :, :h, :w] += np.einsum("nf,ncuv->fcuv", G[:, :, i, j], window)
        return dx


class PoolBase:
    def __init__(self, size=2):
        self.size = size

    def forward(self, x):
        self.x, s = x, self.size
        h, w = x.shape[2] // s, x.shape[3] // s
        return x[:, :, : h * s, : w * s].reshape(*x.shape[:2], h, s, w, s).max(axis=(3, 5))

    def backward(self, G):
        dx, s = np.zeros_like(self.x), self.size
        for n, c, i, j in np.ndindex(*G.shape):
            window = self.x[n, c, i * s : i * s + s, j * s : j * s + s]
            u, v = np.unravel_index(window.argmax(), window.shape)
            dx[n, c, i * s + u, j * s + v] = G[n, c, i, j]
        return dx


class MaxPool2D__starts_from_zero(PoolBase):
    def forward(self, x):
        super().forward(x)
        s = self.size
        y = np.zeros((*x.shape[:2], x.shape[2] // s, x.shape[3] // s))
        for n, c, i, j in np.ndindex(*y.shape):
            for u in range(s):
                for v in range(s):
                    y[n, c, i, j] = max(y[n, c, i, j], x[n, c, i * s + u, j * s + v])
        return y


class MaxPool2D__everyone_gets_G(PoolBase):
    def backward(self, G):
        dx, s = np.zeros_like(self.x), self.size
        up = G.repeat(s, axis=2).repeat(s, axis=3)
        dx[:, :, : up.shape[2], : up.shape[3]] = up
        return dx


class MaxPool2D__stride_one(PoolBase):
    def forward(self, x):
        super().forward(x)
        s = self.size
        y = np.zeros((*x.shape[:2], x.shape[2] // s, x.shape[3] // s))
        for n, c, i, j in np.ndindex(*y.shape):
            y[n, c, i, j] = x[n, c, i : i + s, j : j + s].max()
        return y


class MaxPool2D__rows_and_columns_of_argmax_swapped(PoolBase):
    def backward(self, G):
        dx, s = np.zeros_like(self.x), self.size
        for n, c, i, j in np.ndindex(*G.shape):
            window = self.x[n, c, i * s : i * s + s, j * s : j * s + s]
            v, u = np.unravel_index(window.argmax(), window.shape)
            dx[n, c, i * s + u, j * s + v] = G[n, c, i, j]
        return dx


class MaxPool2D__puts_the_maximum(PoolBase):
    def backward(self, G):
        dx, s = np.zeros_like(self.x), self.size
        for n, c, i, j in np.ndindex(*G.shape):
            window = self.x[n, c, i * s : i * s + s, j * s : j * s + s]
            u, v = np.unravel_index(window.argmax(), window.shape)
            dx[n, c, i * s + u, j * s + v] = window.max()
        return dx
