"""Sliding windows on images: the geometry that convolution and pooling share.

A window of ``kernel`` rows and columns moves over an image in steps of ``stride``. The image has a
border of ``padding`` around it. A window that does not fit completely is left out.
"""

from __future__ import annotations

import operator
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from np_layers._types import Array, Shape

Pair = tuple[int, int]

CACHE_BYTES = 1 << 19  # of images that are pooled at once: half of a second-level cache


@dataclass(frozen=True)
class Windows:
    """Windows of one size, for images of any size.

    Attributes
    ----------
    kernel, stride : (rows, columns)
        Size of a window, and the step to the next one.
    before, after : (rows, columns)
        Border above and left of the image, and below and right of it.
    dilation : (rows, columns)
        Step from one pixel of a window to the next: with 2, every other pixel is left out.

    Examples
    --------
    >>> Windows((3, 3), stride=(2, 2)).count((28, 28))
    (13, 13)
    """

    kernel: Pair
    stride: Pair = (1, 1)
    before: Pair = (0, 0)
    after: Pair = (0, 0)
    dilation: Pair = (1, 1)

    @property
    def extent(self) -> Pair:
        """Rows and columns from the first to the last pixel: (kernel − 1) · dilation + 1."""
        (kh, kw), (dh, dw) = self.kernel, self.dilation
        return (kh - 1) * dh + 1, (kw - 1) * dw + 1

    def count(self, image: Shape) -> Pair:
        """Return ⌊(size + before + after − extent) / stride⌋ + 1 for (rows, columns)."""
        padded = self.padded(image)
        rows, columns = (
            (size - extent) // stride + 1
            for size, extent, stride in zip(padded, self.extent, self.stride, strict=True)
        )
        return rows, columns

    def padded(self, image: Shape) -> Pair:
        """Return the (rows, columns) of the image with its border."""
        rows, columns = (
            size + before + after
            for size, before, after in zip(image, self.before, self.after, strict=True)
        )
        return rows, columns

    def pad(self, x: Array, value: float) -> Array:
        """Return x (N, C, H, W) with a border of ``value``; x itself if the border is empty."""
        if not any(self.before + self.after):
            return x
        xp = np.full((*x.shape[:2], *self.padded(x.shape[2:])), value, x.dtype)
        self.crop(xp)[...] = x
        return xp

    def padded_zeros(self, x: Array) -> Array:
        """Return zeros in the shape of `pad`'s result; x itself, set to 0, without a border."""
        if not any(self.before + self.after):
            x[...] = 0
            return x
        return np.zeros((*x.shape[:2], *self.padded(x.shape[2:])), x.dtype)

    def unpad(self, padded: Array, x: Array) -> None:
        """Copy the images without their borders into x, in place, unless they are x."""
        if padded is not x:
            x[...] = self.crop(padded)

    def crop(self, padded: Array) -> Array:
        """Return the images without their borders, as a view: the inverse of `pad`."""
        height, width = padded.shape[2:]
        (top, left), (bottom, right) = self.before, self.after
        return padded[:, :, top : height - bottom, left : width - right]

    @property
    def overlap(self) -> bool:
        """Whether two windows can share a pixel."""
        return self.stride[0] < self.extent[0] or self.stride[1] < self.extent[1]

    def taps(self, padded: Array) -> list[Array]:
        """Return, for each position (i, j) in a window, the pixels that all windows have there.

        The positions go row after row. Each item is a view (N, C, rows of windows, columns of
        windows) of the padded images.
        """
        (eh, ew), (sh, sw), (dh, dw) = self.extent, self.stride, self.dilation
        height, width = padded.shape[2:]
        rows, columns = (height - eh) // sh + 1, (width - ew) // sw + 1
        return [
            padded[:, :, i : i + sh * (rows - 1) + 1 : sh, j : j + sw * (columns - 1) + 1 : sw]
            for i in range(0, eh, dh)
            for j in range(0, ew, dw)
        ]

    def images_at_once(self, x: Array) -> int:
        """Return how many of the images (N, C, H, W) fit into a cache, at least 1."""
        return max(1, CACHE_BYTES // max(1, x[:1].nbytes))

    def output_shape(self, input_shape: Shape, layer: str) -> Pair:
        """Return `count` for a sample of shape (channels, height, width).

        Parameters
        ----------
        input_shape : tuple of int
            Shape of one sample.
        layer : str
            Name of the layer, for the message.

        Raises
        ------
        ValueError
            If the sample is not an image, or is smaller than one window.

        Warns
        -----
        UserWarning
            If the channels seem to be the last axis.
        """
        check_image(input_shape, layer)
        channels, *image = input_shape
        last_first = f"input_shape={(image[1], channels, image[0])}"
        padded = self.padded(tuple(image))
        if padded[0] < self.extent[0] or padded[1] < self.extent[1]:
            fix = "use a smaller kernel_size, more padding, or fewer layers that shrink the image"
            if image[1] <= 4 < channels:
                fix = f"if the channels are the last axis, use np.moveaxis(x, -1, 1), {last_first}"
            raise ValueError(
                f"{layer}'s window {self.extent} must fit into the image, got height and width "
                f"{tuple(image)}, {padded} with padding; {fix}"
            )
        if image[1] <= 4 < channels == image[0]:
            warnings.warn(
                f"{layer} reads input shape {tuple(input_shape)} as (channels, height, width); "
                f"if the channels are the last axis, use np.moveaxis(x, -1, 1), {last_first}",
                stacklevel=2,
            )
        return self.count(tuple(image))


def check_image(input_shape: Shape, layer: str) -> None:
    """Raise ValueError unless a sample has the shape (channels, height, width), all above 0."""
    shape = tuple(input_shape)
    if len(shape) == 3 and min(shape) > 0:
        return
    fix = "reshape rows of pixels to (batch, channels, height, width)"
    if len(shape) == 2:
        fix = f"add the channel axis: x[:, None], input_shape={(1, *shape)}"
    elif len(shape) == 4:
        fix = f"leave out the batch axis: input_shape={shape[1:]}"
    raise ValueError(f"{layer} needs input shape (channels, height, width), got {shape}; {fix}")


def pair(name: str, value: Any, *, minimum: int) -> Pair:
    """Return ``value`` as (rows, columns); a single integer means both.

    Raises
    ------
    TypeError
        If ``value`` is not an integer or two integers.
    ValueError
        If an integer is below ``minimum``.

    Examples
    --------
    >>> pair("stride", 2, minimum=1)
    (2, 2)
    """
    items = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    try:
        rows, columns = (operator.index(item) for item in items if not isinstance(item, bool))
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name} must be an integer or two, (rows, columns), got {value!r}"
        ) from error
    if min(rows, columns) < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value!r}")
    return rows, columns
