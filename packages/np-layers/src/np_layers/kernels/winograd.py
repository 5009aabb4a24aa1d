"""Convolution with 3×3 filters in 16 products per 2×2 tile of output instead of 36 (Winograd).

In one dimension, a filter g of three numbers is applied at two neighbouring places of four pixels
d. That takes six products: y₀ = d₀g₀ + d₁g₁ + d₂g₂ and y₁ = d₁g₀ + d₂g₁ + d₃g₂. Four are enough:
y₀ = m₀ + m₁ + m₂ and y₁ = m₁ − m₂ + m₃ with m₀ = (d₀ − d₂) g₀, m₁ = (d₁ + d₂)(g₀ + g₁ + g₂)/2,
m₂ = (d₂ − d₁)(g₀ − g₁ + g₂)/2 and m₃ = (d₃ − d₁) g₂. As matrices, y = Aᵀ(Gg ⊙ Bᵀd), and in two
dimensions y = Aᵀ(G g Gᵀ ⊙ Bᵀ d B)A. The sum over channels can be taken before Aᵀ, so ⊙ becomes 16
matrix products over all tiles. All three maps are linear; the gradients use their transposes.

The even and odd rows and columns of an image are stored apart (its four phases). Then the pixels
(i, j) of all tiles are one run of memory, and each sum above is one long operation. A pixel that is
not finite makes its tiles NaN, even where no filter sees the pixel.

`im2col` is the plain version. Lavin and Gray, "Fast algorithms for convolutional neural networks",
2016, after Winograd, 1980; here the fourth sum and its product have the opposite sign.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from np_layers._types import Array, Shape
from np_layers.kernels.threads import scratch
from np_layers.kernels.windows import Pair, Windows

TRANSFORMED_BYTES = 1 << 21  # tiles computed at once
SUMS_PER_CHANNEL = 215  # the sums for one tile and channel take as long as 215 multiplications
G = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])
GG = np.kron(G, G)


def applies_to(windows: Windows, channels: int, maps: Shape) -> bool:
    """Return whether this module is the fastest for maps (F, Ho, Wo): 3×3, stride 1, many channels.

    The sums grow with channels + filters, but the saved products with channels · filters.
    """
    if windows.kernel != (3, 3) or windows.stride != (1, 1):
        return False
    F, Ho, Wo = maps
    tiles = _Tiles(1, (Ho, Wo)).run
    cost = (16 * channels * F + SUMS_PER_CHANNEL * (channels + F)) * tiles
    return max(windows.before + windows.after) < 3 and cost < 12 * channels * F * Ho * Wo


def images_at_once(windows: Windows, channels: int, maps: Shape, itemsize: int) -> int:
    """Return how many images are computed at once, so that they stay in a cache."""
    F, Ho, Wo = maps
    return max(1, TRANSFORMED_BYTES // (16 * max(channels, F) * _Tiles(1, (Ho, Wo)).run * itemsize))


def transform_filters(W: Array) -> Array:
    """Return U = G W Gᵀ for the filters W (F, C, 3, 3), shape (16, F, C)."""
    F, C = W.shape[:2]
    U: Array = GG.astype(W.dtype) @ W.reshape(F * C, 9).T
    return U.reshape(16, F, C)


def filter_gradient(dU: Array) -> Array:
    """Return dL/dW = Gᵀ dL/dU G, shape (F, C, 3, 3): the transpose of `transform_filters`."""
    F, C = dU.shape[1:]
    dW: Array = dU.reshape(16, F * C).T @ GG.astype(dU.dtype)
    return dW.reshape(F, C, 3, 3)


def convolve(x: Array, U: Array, b: Array | None, y: Array, windows: Windows) -> None:
    """Write y = W ⋆ x + b into y, in place, for W given as U; see `im2col.convolve`."""
    (n, F, Ho, Wo), C = y.shape, x.shape[1]
    tiles = _Tiles(n, (Ho, Wo))
    T = tiles.run
    x_phases, V, half, M, halves, y_phases = scratch(
        (2, 2, C * tiles.length + 1), (4, 4, C, tiles.length), tiles.half(C),
        (4, 4, F, T), (2, 4, F, T), (2, 2, F, T), dtype=x.dtype,
    )  # fmt: skip
    tiles.transform(x, x_phases, half, V, windows.before)
    np.matmul(U, V.reshape(16, C, -1)[..., :T], out=M.reshape(16, F, T))
    if b is not None:
        M[1, 1] += b[:, None]  # Aᵀ adds it once to each of the four pixels
    _to_outputs(M, out=halves)
    _to_outputs(halves.swapaxes(0, 1), out=y_phases.swapaxes(0, 1))
    for phase, pixels in tiles.pixels(y_phases, y):
        pixels[...] = phase


def backward(
    x: Array, dy: Array, U: Array, dU: Array, db: Array | None, dx: Array | None, windows: Windows
) -> None:
    """Add dL/dU and dL/db to dU and db, and write dL/dx into dx, in place, where dy = dL/dy.

    With dM = A dy Aᵀ and V = Bᵀ x B, M = U V gives dL/dU = dM Vᵀ and dL/dV = Uᵀ dM, and
    dL/dx = B dL/dV Bᵀ, where the tiles overlap. dM[1, 1] is the sum over a tile.

    Parameters
    ----------
    x, dy : ndarray of shape (n, C, H, W), ndarray of shape (n, F, Ho, Wo)
        The images, and dL/dy.
    U, dU : ndarray of shape (16, F, C)
        `transform_filters` of the filters, and its gradient.
    db, dx : ndarray of shape (F,), ndarray of shape (n, C, H, W); or None
        None if it is not needed.
    windows : Windows
        Size and padding.
    """
    (n, F, Ho, Wo), C = dy.shape, x.shape[1]
    tiles = _Tiles(n, (Ho, Wo))
    T = tiles.run
    x_phases, V, half, dM, halves, dy_phases = scratch(
        (2, 2, C * tiles.length + 1), (4, 4, C, tiles.length), tiles.half(C),
        (4, 4, F, T), (4, 2, F, T), (2, 2, F, T), dtype=x.dtype,
    )  # fmt: skip
    tiles.transform(x, x_phases, half, V, windows.before)
    dy_phases[...] = 0
    for phase, pixels in tiles.pixels(dy_phases, dy):
        phase[...] = pixels
    _from_outputs(dy_phases, out=halves)
    _from_outputs(halves.swapaxes(0, 1), out=dM.swapaxes(0, 1))
    V, products = V.reshape(16, C, -1), dM.reshape(16, F, T)
    dU += np.matmul(products, V[..., :T].transpose(0, 2, 1))
    if db is not None:
        db += dM[1, 1].sum(axis=1)
    if dx is not None:
        np.matmul(U.transpose(0, 2, 1), products, out=V[..., :T])  # dL/dV in the place of V
        V[..., T:] = 0
        dV = V.reshape(4, 4, -1)[..., : half.shape[-1] - 1]
        _from_tiles(dV.swapaxes(0, 1), 1, out=half.swapaxes(0, 1))
        _from_tiles(half, tiles.below, out=x_phases)
        for phase, pixels in tiles.pixels(x_phases[..., :-1], dx, windows.before):
            pixels[...] = phase


class _Tiles:
    """The 2×2 tiles of n output maps: row after row, and in a row image after image.

    Each row ends with a tile that is not used, because its pixels belong to the next row too.
    """

    def __init__(self, n: int, maps: Pair) -> None:
        self.n, (self.rows, columns) = n, (-(-size // 2) for size in maps)
        self.pitch = columns + 1
        self.below = n * self.pitch  # distance from a tile to the one below it
        self.run = self.rows * self.below
        self.length = self.run + self.below  # of a phase, with the pixels below the last tiles

    def half(self, channels: int) -> Shape:
        """Return the shape of the array that is transformed along the rows only."""
        return 4, 2, channels * self.length + 1 - self.below

    def transform(self, x: Array, phases: Array, half: Array, V: Array, before: Pair) -> None:
        """Write V = Bᵀ x B, (4, 4, C, length), for the images x with a border, in place.

        A shift moves all channels at once, so one more number follows the last phase.
        """
        phases[...] = 0
        for phase, pixels in self.pixels(phases[..., :-1], x, before):
            phase[...] = pixels
        _to_tiles(phases, self.below, out=half)
        flat = V.reshape(4, 4, -1)[..., : half.shape[-1] - 1]
        _to_tiles(half.swapaxes(0, 1), 1, out=flat.swapaxes(0, 1))

    def pixels(
        self, phases: Array, images: Array, before: Pair = (0, 0)
    ) -> Iterator[tuple[Array, Array]]:
        """Yield views of each phase (2, 2, …) and of its pixels, both (C, rows, n, columns).

        Row r of an image is row r + before of the phases; columns in the same way.
        """
        n, C = images.shape[:2]
        phases = phases.reshape(2, 2, C, -1, n, self.pitch)
        for p, q in np.ndindex(2, 2):
            top, left = (p - before[0]) % 2, (q - before[1]) % 2  # the first pixel in this phase
            above, ahead = (before[0] + top) // 2, (before[1] + left) // 2
            pixels = images[:, :, top::2, left::2].transpose(1, 2, 0, 3)
            pixels = pixels[:, : phases.shape[3] - above, :, : self.pitch - ahead]
            rows, columns = pixels.shape[1], pixels.shape[3]
            yield phases[p, q, :, above : above + rows, :, ahead : ahead + columns], pixels


def _to_tiles(phases: Array, shift: int, *, out: Array) -> None:
    """Write Bᵀ d along one axis: d₀ − d₂, d₁ + d₂, d₂ − d₁, d₃ − d₁.

    phases (2, …) are the even and the odd pixels; the next tile is ``shift`` further on.
    """
    (d0, d1), (d2, d3) = phases[..., :-shift], phases[..., shift:]
    np.subtract(d0, d2, out=out[0])
    np.add(d1, d2, out=out[1])
    np.subtract(d2, d1, out=out[2])
    np.subtract(d3, d1, out=out[3])


def _from_tiles(v: Array, shift: int, *, out: Array) -> None:
    """Write B v, the transpose of `_to_tiles`: each pixel gets the sum over its tiles.

    v (4, …) is overwritten.
    """
    (d0, d1), (d2, d3) = out[..., :-shift], out[..., shift:]
    out[..., -shift:] = 0
    d0[...] = v[0]
    np.subtract(v[1], v[2], out=d1)
    d1 -= v[3]
    v[1] += v[2]
    v[1] -= v[0]
    d2 += v[1]
    d3 += v[3]


def _to_outputs(m: Array, *, out: Array) -> None:
    """Write Aᵀ m along the first axis, 4 → 2: m₀ + m₁ + m₂, m₁ − m₂ + m₃."""
    np.add(m[0], m[1], out=out[0])
    out[0] += m[2]
    np.subtract(m[1], m[2], out=out[1])
    out[1] += m[3]


def _from_outputs(y: Array, *, out: Array) -> None:
    """Write A y along the first axis, 2 → 4: y₀, y₀ + y₁, y₀ − y₁, y₁."""
    out[0] = y[0]
    np.add(y[0], y[1], out=out[1])
    np.subtract(y[0], y[1], out=out[2])
    out[3] = y[1]
