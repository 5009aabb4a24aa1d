"""Unit 9: convolution and pooling."""

from __future__ import annotations

from typing import Any

import numpy as np

from np_lab._running import Arrays, run_layer
from np_lab.task import Task
from np_lab.units.conv import mutants

Array = np.ndarray[Any, Any]


def pad(x: Array, p: int) -> Array:
    """Return x with p zeros on each side of the image."""
    xp = np.zeros((*x.shape[:2], x.shape[2] + 2 * p, x.shape[3] + 2 * p))
    xp[:, :, p : p + x.shape[2], p : p + x.shape[3]] = x
    return xp


def conv2d(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
    """Return y_nfij = b_f + Σ_cuv xp_n,c,i·stride+u,j·stride+v W_fcuv, one number at a time."""
    xp, k = pad(x, padding), W.shape[2]
    out_h, out_w = ((size - k) // stride + 1 for size in xp.shape[2:])
    y = np.zeros((len(x), len(W), out_h, out_w))
    for n, f, i, j in np.ndindex(*y.shape):
        window = xp[n, :, i * stride : i * stride + k, j * stride : j * stride + k]
        y[n, f, i, j] = b[f] + np.sum(window * W[f])
    return y


def im2col(x: Array, k: int, stride: int, padding: int) -> Array:
    """Return the windows of x as rows, by sample, i and j."""
    xp = pad(x, padding)
    out_h, out_w = ((size - k) // stride + 1 for size in xp.shape[2:])
    return np.array(
        [
            xp[n, :, i * stride : i * stride + k, j * stride : j * stride + k].ravel()
            for n, i, j in np.ndindex(len(x), out_h, out_w)
        ]
    )


class Conv2D:
    """The layer, one number at a time."""

    def __init__(
        self,
        channels: int,
        filters: int,
        kernel_size: int = 3,
        stride: int = 1,
        padding: int = 0,
        rng: Any = None,
    ) -> None:
        shape = (filters, channels, kernel_size, kernel_size)
        self.W = rng.normal(size=shape) * np.sqrt(2 / (channels * kernel_size**2))
        self.b = np.zeros(filters)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        self.stride, self.padding = stride, padding

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x = x
        return conv2d(x, self.W, self.b, self.stride, self.padding)

    def backward(self, G: Array) -> Array:
        """Set dW and db, and return dx: y_nfij contains W_fcuv xp_ncab for each window."""
        k, s, p = self.W.shape[2], self.stride, self.padding
        xp = pad(self.x, p)
        self.dW, self.db, dxp = np.zeros_like(self.W), np.zeros_like(self.b), np.zeros_like(xp)
        for n, f, i, j in np.ndindex(*G.shape):
            place = (n, slice(None), slice(i * s, i * s + k), slice(j * s, j * s + k))
            self.dW[f] += G[n, f, i, j] * xp[place]
            self.db[f] += G[n, f, i, j]
            dxp[place] += G[n, f, i, j] * self.W[f]
        return dxp[:, :, p : p + self.x.shape[2], p : p + self.x.shape[3]]


class MaxPool2D:
    """The largest number of each window, one window at a time."""

    def __init__(self, size: int = 2) -> None:
        self.size = size

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x, s = x, self.size
        y = np.zeros((*x.shape[:2], x.shape[2] // s, x.shape[3] // s))
        for n, c, i, j in np.ndindex(*y.shape):
            y[n, c, i, j] = x[n, c, i * s : i * s + s, j * s : j * s + s].max()
        return y

    def backward(self, G: Array) -> Array:
        """Return dx: dy/dx is 1 at the largest number of the window, else 0."""
        dx, s = np.zeros(self.x.shape), self.size
        for n, c, i, j in np.ndindex(*G.shape):
            window = self.x[n, c, i * s : i * s + s, j * s : j * s + s]
            u, v = np.unravel_index(window.argmax(), window.shape)
            dx[n, c, i * s + u, j * s + v] = G[n, c, i, j]
        return dx


# batch, channels, height, width, filters, k, stride, padding
SIZES = [
    (1, 1, 3, 3, 1, 2, 1, 0),
    (2, 2, 4, 5, 3, 3, 1, 1),
    (1, 2, 5, 5, 3, 3, 2, 0),
    (3, 2, 6, 5, 2, 2, 2, 1),
]


def conv_cases() -> list[Arrays]:
    """Return a 3 × 3 image first, then several channels, strides and paddings."""
    rng = np.random.default_rng(11)
    return [
        {
            "x": rng.normal(size=(n, c, h, w)).round(1),
            "W": rng.normal(size=(f, c, k, k)).round(1),
            "b": rng.normal(size=f).round(1),
            "stride": stride,
            "padding": padding,
        }
        for n, c, h, w, f, k, stride, padding in SIZES
    ]


def im2col_cases() -> list[Arrays]:
    """Return images whose pixels are all different."""
    return [
        {
            "x": np.arange(1.0, n * c * h * w + 1).reshape(n, c, h, w),
            "k": k,
            "stride": stride,
            "padding": padding,
        }
        for n, c, h, w, _, k, stride, padding in SIZES
    ]


def layer_cases() -> list[Arrays]:
    """Return the same sizes with the options of the constructor and a gradient G."""
    rng = np.random.default_rng(12)
    result = []
    for (n, _, h, w, f, k, stride, padding), case in zip(SIZES, conv_cases(), strict=True):
        options = {
            "channels": case["x"].shape[1],
            "filters": f,
            "kernel_size": k,
            "stride": stride,
            "padding": padding,
            "rng": np.random.default_rng(0),
        }
        size = tuple((side + 2 * padding - k) // stride + 1 for side in (h, w))
        G = rng.normal(size=(n, f, *size)).round(1)
        result.append({"options": options, "x": case["x"], "G": G, "W": case["W"], "b": case["b"]})
    return result


def pool_cases() -> list[Arrays]:
    """Return images without equal numbers, among them sides that windows do not fill."""
    rng = np.random.default_rng(13)
    result = []
    for size, shape in [(2, (1, 1, 2, 2)), (2, (2, 2, 4, 6)), (3, (1, 2, 6, 7)), (2, (2, 1, 5, 4))]:
        x = rng.permutation(int(np.prod(shape))).reshape(shape) - np.prod(shape) * 0.6
        G = rng.normal(size=(*shape[:2], shape[2] // size, shape[3] // size)).round(2)
        result.append({"options": {"size": size}, "x": x, "G": G})
    return result


def predict(seed: int) -> tuple[dict[str, Any], float]:
    """Ask for one number of a convolution of a 3 × 3 image."""
    rng = np.random.default_rng([9, seed])
    x, W = rng.integers(0, 6, size=(3, 3)), rng.integers(-2, 3, size=(2, 2))
    W[0, 0], W[1, 1] = 1, -2
    text = ["  ".join(map(str, row)) for row in x]
    kernel = ["  ".join(f"{v:2d}" for v in row) for row in W]
    values = {
        "image": "\n".join(f"    {row}" for row in text),
        "kernel": "\n".join(f"    {row}" for row in kernel),
    }
    return values, float(np.sum(x[1:, 1:] * W))


TASKS = (
    Task(
        unit="conv",
        name="conv2d",
        outputs=("y",),
        oracle=conv2d,
        cases=conv_cases,
        mutants=mutants.CONV2D,
    ),
    Task(
        unit="conv",
        name="im2col",
        outputs=("rows",),
        oracle=im2col,
        cases=im2col_cases,
        mutants=mutants.IM2COL,
    ),
    Task(
        unit="conv",
        name="Conv2D",
        outputs=("y", "dx", "dW", "db"),
        oracle=Conv2D,
        cases=layer_cases,
        mutants=mutants.CONV_LAYER,
        run=run_layer,
    ),
    Task(
        unit="conv",
        name="MaxPool2D",
        outputs=("y", "dx"),
        oracle=MaxPool2D,
        cases=pool_cases,
        mutants=mutants.POOL,
        run=run_layer,
    ),
)
