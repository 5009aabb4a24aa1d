"""Mistakes in convolution and pooling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def pad(x: Array, p: int, **options: Any) -> Array:
    """Return x with p more numbers on each side of the image."""
    return np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), **options)


def _convolution(
    padded: Callable[[Array, int], Array] = pad,
    size: Callable[[int, int, int], int] = lambda n, k, s: (n - k) // s + 1,
    window: Callable[[Array, int, int, int, int], Array] = lambda x, i, j, k, s: x[
        :, :, i * s : i * s + k, j * s : j * s + k
    ],
    product: Callable[[Array, Array], Array] = lambda part, W: np.einsum("ncuv,fcuv->nf", part, W),
    bias: Callable[[Array], Any] = lambda b: b,
) -> Any:
    """Return a convolution in which one of these parts is wrong."""

    def conv2d(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
        xp, k = padded(x, padding), W.shape[2]
        out_h, out_w = size(xp.shape[2], k, stride), size(xp.shape[3], k, stride)
        y = np.zeros((len(x), len(W), out_h, out_w))
        for i in range(out_h):
            for j in range(out_w):
                part = window(xp, i, j, k, stride)
                if part.shape[2:] == (k, k):
                    y[:, :, i, j] = product(part, W) + bias(b)
        return y

    return conv2d


def _stride_ignored(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
    return np.asarray(_convolution()(x, W, b, 1, padding))


def _padding_ignored(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
    return np.asarray(_convolution()(x, W, b, stride, 0))


def _padding_twice(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
    return np.asarray(_convolution()(x, W, b, stride, 2 * padding))


def _channel_last(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
    return np.asarray(_convolution()(x, W, b, stride, padding)).transpose(0, 2, 3, 1)


def _pad_end(x: Array, p: int) -> Array:
    return np.pad(x, ((0, 0), (0, 0), (0, 2 * p), (0, 2 * p)))


def _square_only(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
    y = np.asarray(_convolution()(x, W, b, stride, padding))
    side = y.shape[2]
    square = np.zeros((*y.shape[:2], side, side))
    width = min(side, y.shape[3])
    square[:, :, :, :width] = y[:, :, :, :width]
    return square


def _padding_once(x: Array, W: Array, b: Array, stride: int, padding: int) -> Array:
    k = W.shape[2]
    out_h, out_w = ((side + padding - k) // stride + 1 for side in x.shape[2:])
    return np.asarray(_convolution()(x, W, b, stride, padding))[:, :, :out_h, :out_w]


CONV2D = {
    "square-images-only": _square_only,
    "padding-counted-once": _padding_once,
    "stride-ignored": _stride_ignored,
    "padding-ignored": _padding_ignored,
    "padding-twice": _padding_twice,
    "padding-at-the-end": _convolution(_pad_end),
    "padding-repeats-the-edge": _convolution(lambda x, p: pad(x, p, mode="edge")),
    "padding-with-ones": _convolution(lambda x, p: pad(x, p, constant_values=1)),
    "one-window-too-few": _convolution(size=lambda n, k, s: (n - k) // s),
    "one-window-too-many": _convolution(size=lambda n, k, s: (n - k) // s + 2),
    "size-rounded-up": _convolution(size=lambda n, k, s: -(-(n - k) // s) + 1),
    "window-not-moved-by-stride": _convolution(
        window=lambda x, i, j, k, s: x[:, :, i : i + k, j : j + k]
    ),
    "stride-inside-the-window": _convolution(
        window=lambda x, i, j, k, s: x[:, :, i : i + k * s : s, j : j + k * s : s]
    ),
    "rows-and-columns-swapped": _convolution(
        window=lambda x, i, j, k, s: x[:, :, j * s : j * s + k, i * s : i * s + k]
    ),
    "kernel-flipped": _convolution(
        product=lambda part, W: np.einsum("ncuv,fcuv->nf", part, W[:, :, ::-1, ::-1])
    ),
    "kernel-transposed": _convolution(product=lambda part, W: np.einsum("ncuv,fcvu->nf", part, W)),
    "channels-averaged": _convolution(
        product=lambda part, W: np.einsum("ncuv,fcuv->nf", part, W) / W.shape[1]
    ),
    "window-averaged": _convolution(
        product=lambda part, W: np.einsum("ncuv,fcuv->nf", part, W) / W[0].size
    ),
    "first-channel-only": _convolution(
        product=lambda part, W: np.einsum("nuv,fuv->nf", part[:, 0], W[:, 0])
    ),
    "first-filter-only": _convolution(
        product=lambda part, W: np.repeat(
            np.einsum("ncuv,cuv->n", part, W[0])[:, None], len(W), axis=1
        )
    ),
    "no-bias": _convolution(bias=lambda b: 0.0),
    "bias-summed": _convolution(bias=np.sum),
    "channel-last": _channel_last,
    "stride-in-one-direction": _convolution(
        window=lambda x, i, j, k, s: x[:, :, i * s : i * s + k, j : j + k]
    ),
    "stride-in-one-direction#columns": _convolution(
        window=lambda x, i, j, k, s: x[:, :, i : i + k, j * s : j * s + k]
    ),
    "bias-of-first-filter": _convolution(bias=lambda b: b[0]),
}


def _columns(
    order: str = "nijcuv",
    padded: Callable[[Array, int], Array] = pad,
    stride_of: Callable[[int], int] = lambda s: s,
    flip: bool = False,
) -> Any:
    """Return an im2col whose axes come in another order, or that ignores an option."""

    def im2col(x: Array, k: int, stride: int, padding: int) -> Array:
        xp, s = padded(x, padding), stride_of(stride)
        views = np.lib.stride_tricks.sliding_window_view(xp, (k, k), (2, 3))[:, :, ::s, ::s]
        views = views[..., ::-1, ::-1] if flip else views
        ordered = np.einsum(f"ncijuv->{order}", views)
        return np.reshape(ordered, (int(np.prod(ordered.shape[:3])), -1))

    return im2col


def _transposed(x: Array, k: int, stride: int, padding: int) -> Array:
    return np.asarray(_columns()(x, k, stride, padding)).T


def _six_axes(x: Array, k: int, stride: int, padding: int) -> Array:
    xp = pad(x, padding)
    views = np.lib.stride_tricks.sliding_window_view(xp, (k, k), (2, 3))
    return views[:, :, ::stride, ::stride].transpose(0, 2, 3, 1, 4, 5)


def _last_missing(x: Array, k: int, stride: int, padding: int) -> Array:
    xp = pad(x, padding)
    views = np.lib.stride_tricks.sliding_window_view(xp, (k, k), (2, 3))
    views = views[:, :, : xp.shape[2] - k : stride, : xp.shape[3] - k : stride]
    return views.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * k * k)


def _only_reshaped(x: Array, k: int, stride: int, padding: int) -> Array:
    xp = pad(x, padding)
    views = np.lib.stride_tricks.sliding_window_view(xp, (k, k), (2, 3))[:, :, ::stride, ::stride]
    return views.reshape(-1, x.shape[1] * k * k)


def _pads_everything(x: Array, k: int, stride: int, padding: int) -> Array:
    return np.asarray(
        _columns(padded=lambda x, p: np.pad(x, p)[p : len(x) + p])(x, k, stride, padding)
    )


def _pads_every_axis(x: Array, k: int, stride: int, padding: int) -> Array:
    return np.asarray(_columns(padded=lambda x, p: np.pad(x, p))(x, k, stride, padding))


def _pads_first_samples(x: Array, k: int, stride: int, padding: int) -> Array:
    return np.asarray(_columns(padded=lambda x, p: np.pad(x, p)[: len(x)])(x, k, stride, padding))


IM2COL = {
    "pads-channels": _pads_everything,
    "pads-every-axis": _pads_every_axis,
    "pads-every-axis-and-keeps-the-batch": _pads_first_samples,
    "channel-last": _columns("nijuvc"),
    "u-and-v-swapped": _columns("nijcvu"),
    "i-and-j-swapped": _columns("njicuv"),
    "sample-last": _columns("ijncuv"),
    "not-transposed": _only_reshaped,
    "transposed": _transposed,
    "six-axes": _six_axes,
    "padding-ignored": _columns(padded=lambda x, p: x),
    "padding-at-the-end": _columns(padded=_pad_end),
    "stride-ignored": _columns(stride_of=lambda s: 1),
    "window-flipped": _columns(flip=True),
    "last-window-missing": _last_missing,
}


class RightConv:
    """A right layer, from which the wrong ones differ in one method."""

    def __init__(
        self, channels: int, filters: int, kernel_size: int, stride: int, padding: int, rng: Any
    ) -> None:
        shape = (filters, channels, kernel_size, kernel_size)
        self.W, self.b = np.zeros(shape), np.zeros(filters)
        self.dW, self.db = np.zeros(shape), np.zeros(filters)
        self.stride, self.padding = stride, padding

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.keep(x)
        return np.asarray(_convolution()(x, self.W, self.b, self.stride, self.padding))

    def keep(self, x: Array) -> None:
        """Keep the padded input."""
        self.xp = pad(x, self.padding)

    def backward(self, G: Array) -> Array:
        """Set dW and db, return dx."""
        self.set_gradients(self.weight_gradient(G), self.bias_gradient(G))
        return self.cut(self.padded_gradient(G))

    def places(self, G: Array) -> list[tuple[int, int, slice, slice]]:
        """Return i, j and the rows and columns of each window."""
        k, s = self.W.shape[2], self.stride
        return [
            (i, j, slice(i * s, i * s + k), slice(j * s, j * s + k))
            for i, j in np.ndindex(*G.shape[2:])
        ]

    def weight_gradient(self, G: Array) -> Any:
        """Return dW."""
        dW = np.zeros_like(self.W)
        for i, j, rows, columns in self.places(G):
            dW += np.einsum("nf,ncuv->fcuv", G[:, :, i, j], self.xp[:, :, rows, columns])
        return dW

    def bias_gradient(self, G: Array) -> Any:
        """Return db."""
        return G.sum(axis=(0, 2, 3))

    def padded_gradient(self, G: Array) -> Array:
        """Return the gradient of the padded input."""
        dxp = np.zeros_like(self.xp)
        for i, j, rows, columns in self.places(G):
            dxp[:, :, rows, columns] += np.einsum("nf,fcuv->ncuv", G[:, :, i, j], self.W)
        return dxp

    def cut(self, dxp: Array) -> Array:
        """Return dx without the padding."""
        p = self.padding
        return dxp[:, :, p : dxp.shape[2] - p, p : dxp.shape[3] - p]

    def set_gradients(self, dW: Any, db: Any) -> None:
        """Keep the gradients."""
        self.dW, self.db = dW, db


class _OverlapLost(RightConv):
    def padded_gradient(self, G: Array) -> Array:
        dxp = np.zeros_like(self.xp)
        for i, j, rows, columns in self.places(G):
            dxp[:, :, rows, columns] = np.einsum("nf,fcuv->ncuv", G[:, :, i, j], self.W)
        return dxp


class _PaddingKept(RightConv):
    def cut(self, dxp: Array) -> Array:
        return dxp


class _PaddingCutAtEnd(RightConv):
    def cut(self, dxp: Array) -> Array:
        p = 2 * self.padding
        return dxp[:, :, : dxp.shape[2] - p, : dxp.shape[3] - p]


class _KernelFlipped(RightConv):
    def padded_gradient(self, G: Array) -> Array:
        dxp = np.zeros_like(self.xp)
        W = self.W[:, :, ::-1, ::-1]
        for i, j, rows, columns in self.places(G):
            dxp[:, :, rows, columns] += np.einsum("nf,fcuv->ncuv", G[:, :, i, j], W)
        return dxp


class _WeightsOverwritten(RightConv):
    def weight_gradient(self, G: Array) -> Any:
        dW = np.zeros_like(self.W)
        for i, j, rows, columns in self.places(G):
            dW[...] = np.einsum("nf,ncuv->fcuv", G[:, :, i, j], self.xp[:, :, rows, columns])
        return dW


class _WeightsFlipped(RightConv):
    def weight_gradient(self, G: Array) -> Any:
        return super().weight_gradient(G)[:, :, ::-1, ::-1]


class _WeightsAveraged(RightConv):
    def weight_gradient(self, G: Array) -> Any:
        return super().weight_gradient(G) / len(G)


class _WeightsOverPlaces(RightConv):
    def weight_gradient(self, G: Array) -> Any:
        return super().weight_gradient(G) / (G.shape[2] * G.shape[3])


class _WeightsOfOneSample(RightConv):
    def weight_gradient(self, G: Array) -> Any:
        dW = np.zeros_like(self.W)
        for i, j, rows, columns in self.places(G):
            dW += np.einsum("f,cuv->fcuv", G[0, :, i, j], self.xp[0, :, rows, columns])
        return dW


class _BiasOverBatch(RightConv):
    def bias_gradient(self, G: Array) -> Any:
        return G.sum(axis=0)


class _BiasMean(RightConv):
    def bias_gradient(self, G: Array) -> Any:
        return G.mean()


class _BiasMeanOfPlaces(RightConv):
    def bias_gradient(self, G: Array) -> Any:
        return G.mean(axis=(0, 2, 3))


class _BiasOfLastAxis(RightConv):
    def bias_gradient(self, G: Array) -> Any:
        return G.sum(axis=(0, 1, 2))


class _BiasMeanOfPixels(RightConv):
    def bias_gradient(self, G: Array) -> Any:
        return G.mean(axis=(2, 3)).sum(axis=0)


class _Accumulates(RightConv):
    def set_gradients(self, dW: Any, db: Any) -> None:
        self.dW, self.db = self.dW + dW, self.db + db


class _AccumulatesWeights(RightConv):
    def set_gradients(self, dW: Any, db: Any) -> None:
        self.dW, self.db = self.dW + dW, db


class _InputNotPadded(RightConv):
    def weight_gradient(self, G: Array) -> Any:
        self.xp = pad(self.cut(self.xp), 0)
        dW = np.zeros_like(self.W)
        for i, j, rows, columns in self.places(G):
            part = self.xp[:, :, rows, columns]
            dW[:, :, : part.shape[2], : part.shape[3]] += np.einsum(
                "nf,ncuv->fcuv", G[:, :, i, j], part
            )
        self.xp = pad(self.xp, self.padding)
        return dW


class _StrideIgnored(RightConv):
    def places(self, G: Array) -> list[tuple[int, int, slice, slice]]:
        k = self.W.shape[2]
        return [(i, j, slice(i, i + k), slice(j, j + k)) for i, j in np.ndindex(*G.shape[2:])]


class _StrideIgnoredInInput(RightConv):
    def padded_gradient(self, G: Array) -> Array:
        right, self.stride = self.stride, 1
        try:
            return super().padded_gradient(G)
        finally:
            self.stride = right


class _CutMinusZero(RightConv):
    def cut(self, dxp: Array) -> Array:
        p = self.padding
        return dxp[:, :, p:-p, p:-p]


class _BiasOfImage(RightConv):
    def bias_gradient(self, G: Array) -> Any:
        return G.sum(axis=(0, 1))


CONV_LAYER = {
    "stride-ignored": _StrideIgnored,
    "stride-ignored-in-dx": _StrideIgnoredInInput,
    "cut-with-minus-zero": _CutMinusZero,
    "overlap-lost": _OverlapLost,
    "padding-kept": _PaddingKept,
    "padding-cut-at-the-end": _PaddingCutAtEnd,
    "kernel-flipped": _KernelFlipped,
    "weights-overwritten": _WeightsOverwritten,
    "weights-flipped": _WeightsFlipped,
    "weights-averaged": _WeightsAveraged,
    "weights-averaged-over-places": _WeightsOverPlaces,
    "weights-of-first-sample": _WeightsOfOneSample,
    "weights-input-not-padded": _InputNotPadded,
    "bias-mean-of-all": _BiasMean,
    "bias-over-batch-only": _BiasOverBatch,
    "bias-averaged": _BiasMeanOfPlaces,
    "bias-averaged-over-places": _BiasMeanOfPixels,
    "bias-wrong-axes": _BiasOfLastAxis,
    "accumulates": _Accumulates,
    "accumulates-weight": _AccumulatesWeights,
    "bias-wrong-axes#image": _BiasOfImage,
}


class RightPool:
    """A right layer, from which the wrong ones differ in one method."""

    def __init__(self, size: int) -> None:
        self.size = size

    def forward(self, x: Array) -> Array:
        """Return y."""
        self.x = x
        n, c, h, w = x.shape
        s = self.size
        blocks = self.cut(x).reshape(n, c, h // s, s, w // s, s)
        return np.asarray(self.reduce(blocks.transpose(0, 1, 2, 4, 3, 5)))

    def cut(self, x: Array) -> Array:
        """Return x without the rows and columns that do not fill a window."""
        s = self.size
        return x[:, :, : x.shape[2] // s * s, : x.shape[3] // s * s]

    def reduce(self, windows: Array) -> Any:
        """Return one number for each window, the last two axes."""
        return windows.max(axis=(4, 5))

    def backward(self, G: Array) -> Array:
        """Return dx."""
        dx, s = np.zeros_like(self.x), self.size
        for n, c, i, j in np.ndindex(*G.shape):
            place = (n, c, slice(i * s, i * s + s), slice(j * s, j * s + s))
            dx[place] = self.share(self.x[place], G[n, c, i, j])
        return dx

    def share(self, window: Array, g: Any) -> Any:
        """Return the gradient of one window."""
        share = np.zeros_like(window)
        share[np.unravel_index(window.argmax(), window.shape)] = g
        return share


class _Average(RightPool):
    def reduce(self, windows: Array) -> Any:
        return windows.mean(axis=(4, 5))


class _Smallest(RightPool):
    def reduce(self, windows: Array) -> Any:
        return windows.min(axis=(4, 5))


class _LargestSize(RightPool):
    def reduce(self, windows: Array) -> Any:
        return np.abs(windows).max(axis=(4, 5))


class _Corner(RightPool):
    def reduce(self, windows: Array) -> Any:
        return windows[..., 0, 0]


class _StartsAtZero(RightPool):
    def reduce(self, windows: Array) -> Any:
        return np.maximum(windows.max(axis=(4, 5)), 0)


class _OverChannels(RightPool):
    def reduce(self, windows: Array) -> Any:
        return np.repeat(windows.max(axis=(1, 4, 5), keepdims=False)[:, None], windows.shape[1], 1)


class _ToAll(RightPool):
    def share(self, window: Array, g: Any) -> Any:
        return np.full(window.shape, g)


class _ToAllEqually(RightPool):
    def share(self, window: Array, g: Any) -> Any:
        return np.full(window.shape, g / window.size)


class _TimesX(RightPool):
    def share(self, window: Array, g: Any) -> Any:
        return super().share(window, g) * window


class _MaskOnly(RightPool):
    def share(self, window: Array, g: Any) -> Any:
        return super().share(window, 1.0)


class _Transposed(RightPool):
    def share(self, window: Array, g: Any) -> Any:
        return super().share(window, g).T


class _ToCorner(RightPool):
    def share(self, window: Array, g: Any) -> Any:
        share = np.zeros_like(window)
        share[0, 0] = g
        return share


class _SmallGradient(RightPool):
    def backward(self, G: Array) -> Array:
        return G


class _KeepsLargest(RightPool):
    def backward(self, G: Array) -> Array:
        self.x = self.x.copy()
        return super().backward(G)[:, :, : self.size * G.shape[2], : self.size * G.shape[3]]


class _Overlaps(RightPool):
    def forward(self, x: Array) -> Array:
        self.x = x
        s = self.size
        views = np.lib.stride_tricks.sliding_window_view(x, (s, s), (2, 3))
        return np.asarray(views.max(axis=(4, 5)))[:, :, : x.shape[2] // s, : x.shape[3] // s]


class _MaskOfImage(RightPool):
    def backward(self, G: Array) -> Array:
        mask = self.x == self.x.max(axis=(2, 3), keepdims=True)
        return np.asarray(super().backward(G) * mask)


class _ToSmallest(RightPool):
    def share(self, window: Array, g: Any) -> Any:
        share = np.zeros_like(window)
        share[np.unravel_index(window.argmin(), window.shape)] = g
        return share


POOL = {
    "largest-of-the-image": _MaskOfImage,
    "average": _Average,
    "smallest": _Smallest,
    "largest-absolute": _LargestSize,
    "corner": _Corner,
    "starts-at-zero": _StartsAtZero,
    "over-channels": _OverChannels,
    "windows-overlap": _Overlaps,
    "gradient-to-all": _ToAll,
    "gradient-shared": _ToAllEqually,
    "gradient-times-x": _TimesX,
    "mask-only": _MaskOnly,
    "place-transposed": _Transposed,
    "gradient-to-corner": _ToCorner,
    "gradient-not-spread": _SmallGradient,
    "gradient-cut": _KeepsLargest,
    "gradient-to-smallest": _ToSmallest,
}
