"""Rotate, scale, shear and move each image by random amounts."""

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data import _elementary
from np_data.augment._checks import check_images, check_range, check_value
from np_data.augment._resample import Positions, resample, working_type
from np_data.augment.registry import register_augmentation


@register_augmentation
def random_affine(
    images: ArrayLike,
    *,
    rng: np.random.Generator,
    degrees: float = 10.0,
    scale: tuple[float, float] = (0.9, 1.1),
    shear: float = 0.0,
    translate: float = 0.0,
    fill: float = 0,
) -> NDArray[Any]:
    """Rotate, scale, shear and move each image about its centre.

    A point at p = (row, column) from the centre goes to ``A p + t`` with::

        A = s [[cos θ, -sin θ], [sin θ, cos θ]] [[1, 0], [tan φ, 1]]

    θ, φ and both components of t are uniform between minus and plus their limit, and s is uniform
    in ``scale``. Result and errors are those of all augmentations, see ``np_data.augment``.

    Parameters
    ----------
    images : array_like of shape (N, C, H, W)
    rng : numpy.random.Generator
    degrees, shear : float
        Limits of θ and φ in degrees; ``shear`` is less than 90.
    scale : (float, float)
        Range of the factor s, above zero.
    translate : float
        Limit of t in pixels.
    fill : float
        Value outside of the image.

    Examples
    --------
    >>> images = np.ones((2, 1, 5, 5), dtype=np.float32)
    >>> turned = random_affine(images, rng=np.random.default_rng(0), degrees=45)
    >>> float(turned[0, 0, 2, 2]), bool(turned[0, 0, 0, 0] < 1)
    (1.0, True)
    """
    batch = check_images(images, rng)
    check_value("fill", fill, batch.dtype)
    check_range("scale", scale, above=0)
    for name, value in (("degrees", degrees), ("translate", translate)):
        if not 0 <= value < math.inf:
            raise ValueError(f"{name} must be finite and at least 0, got {value!r}")
    if not 0 <= shear < 90:
        raise ValueError(f"shear must be from 0 to less than 90 degrees, got {shear!r}")
    n = len(batch)
    theta = np.radians(rng.uniform(-degrees, degrees, n))
    phi = np.radians(rng.uniform(-shear, shear, n))
    s = rng.uniform(*scale, n)
    t = rng.uniform(-translate, translate, (n, 2))
    cos, sin = np.array([(_elementary.cos(a), _elementary.sin(a)) for a in theta]).reshape(n, 2).T
    tan = np.array([_elementary.sin(a) / _elementary.cos(a) for a in phi])
    forward = np.array([[cos - sin * tan, -sin], [sin + cos * tan, cos]]) * s
    return affine(batch, np.moveaxis(forward, -1, 0), t, fill=fill)


def affine(
    images: NDArray[Any], forward: NDArray[Any], translation: NDArray[Any], *, fill: float = 0
) -> NDArray[Any]:
    """Move each pixel from p to ``forward @ p + translation``, measured from the image's centre.

    ``forward`` has the shape (N, 2, 2), ``translation`` (N, 2). A point p is (row, column).

    Examples
    --------
    >>> quarter = np.array([[[0.0, -1.0], [1.0, 0.0]]])
    >>> affine(np.arange(4).reshape(1, 1, 2, 2), quarter, np.zeros((1, 2)))[0, 0]
    array([[1, 3],
           [0, 2]])
    """
    _, _, h, w = images.shape
    (a, b), (c, d) = np.moveaxis(np.asarray(forward, dtype=float), 0, -1)
    determinant = a * d - b * c
    centre = np.array([(h - 1) / 2, (w - 1) / 2])
    kind = working_type(images.dtype)

    def positions(part: slice) -> Positions:
        # An output pixel at q takes its value from p = forward⁻¹ (q - translation).
        q = [
            np.arange(size) - centre[k] - translation[part, k, None]
            for k, size in enumerate((h, w))
        ]
        inverse = np.array([[d[part], -b[part]], [-c[part], a[part]]]) / determinant[part]
        terms = [[(inverse[i, k][:, None] * q[k]).astype(kind) for k in (0, 1)] for i in (0, 1)]
        rows, columns = (of_row[:, :, None] + of_column[:, None, :] for of_row, of_column in terms)
        return rows + kind.type(centre[0]), columns + kind.type(centre[1])

    return resample(images, positions, fill=fill)
