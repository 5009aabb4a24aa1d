"""Split rows into training and validation parts, make folds, and shuffle rows.

Arrays that belong together (images, labels, weights) are given together, and their rows stay
aligned. Results are copies. For a data set that is larger than memory, split ``np.arange(n)`` and
index with the parts.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._checks import check_integer, check_rng
from np_data._gather import common_length

Arrays = tuple[NDArray[Any], ...]


def train_val_split(
    *arrays: ArrayLike,
    val_fraction: float,
    seed: int,
    shuffle: bool = True,
    stratify: ArrayLike | None = None,
) -> tuple[Arrays, Arrays]:
    """Split the rows of arrays into a training part and a validation part.

    Parameters
    ----------
    *arrays : array_like of shape (N, ...)
        One or more arrays with the same number of rows.
    val_fraction : float or int
        The share of the rows for validation, between 0 and 1, or their number.
    seed : int
        Decides which rows go where and in which order. Not used with ``shuffle=False``.
    shuffle : bool
        If False, the order is kept and the last rows are for validation. Use this only if the rows
        are in random order already.
    stratify : array_like of shape (N,), optional
        Class of each row. Each class is split in the same proportion, to within one row.

    Returns
    -------
    train, val : tuple of ndarray
        One array for each array given. ValueError if a part would have no rows.

    Examples
    --------
    >>> x, y = np.arange(20).reshape(10, 2), np.array([0, 1] * 5)
    >>> (x_train, y_train), (x_val, y_val) = train_val_split(
    ...     x, y, val_fraction=0.4, seed=0, stratify=y
    ... )
    >>> x_train.shape, np.bincount(y_val).tolist()
    ((6, 2), [2, 2])
    """
    rows = tuple(map(np.asarray, arrays))
    n = common_length(rows)
    if hasattr(val_fraction, "__index__"):
        n_val = check_integer("val_fraction", val_fraction, 0)
        share = n_val / n if n else 0.0
    else:
        n_val, share = round(n * val_fraction), val_fraction
    if not 0 < n_val < n:
        raise ValueError(
            "val_fraction must be a share between 0 and 1 or a number of rows, and leave at least "
            f"one row in both parts, got {val_fraction!r} of {n} rows"
        )
    order = _rng(seed).permutation(n) if shuffle else np.arange(n)
    in_val = np.zeros(n, dtype=bool)  # over positions in ``order``
    if stratify is None:
        in_val[n - n_val :] = True
    else:
        classes = np.unique(_classes(stratify, n), return_inverse=True)[1][order]
        for k, take in enumerate(_apportion(np.bincount(classes), share, n_val)):
            members = np.flatnonzero(classes == k)
            in_val[members[members.size - take :]] = True
    train, val = order[~in_val], order[in_val]
    return tuple(a[train] for a in rows), tuple(a[val] for a in rows)


def kfold(
    n: int, k: int, *, seed: int, stratify: ArrayLike | None = None
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Split ``n`` rows into ``k`` folds; each fold is the validation set once.

    Return ``k`` pairs ``(train, val)`` of ascending row numbers. Folds differ by at most one row,
    in total and within each class.

    Parameters
    ----------
    n, k : int
        Number of rows and of folds, 2 <= k <= n; else ValueError.
    seed : int
        Decides which row goes to which fold.
    stratify : array_like of shape (n,), optional
        Class of each row.

    Examples
    --------
    >>> for train, val in kfold(5, 2, seed=0):
    ...     print(train, val)
    [0 4] [1 2 3]
    [1 2 3] [0 4]
    """
    n, k = check_integer("n", n, 0), check_integer("k", k, 0)
    if not 2 <= k <= n:
        raise ValueError(f"k folds need 2 <= k <= n rows, got k={k} for n={n}")
    order = _rng(seed).permutation(n)
    if stratify is not None:
        order = order[np.argsort(_classes(stratify, n)[order], kind="stable")]
    fold = np.empty(n, dtype=np.intp)
    fold[order] = np.arange(n) % k
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]


def shuffle(*arrays: ArrayLike, rng: np.random.Generator) -> Arrays:
    """Return copies of arrays of shape (N, ...) with their rows in one common random order.

    A single array comes back in a tuple too: ``(x,) = shuffle(x, rng=rng)``. TypeError if ``rng``
    is not a generator or no array is given; ValueError if lengths differ.

    Examples
    --------
    >>> x, y = shuffle([10, 20, 30], [1, 2, 3], rng=np.random.default_rng(0))
    >>> bool((x == 10 * y).all())
    True
    """
    rows = tuple(map(np.asarray, arrays))
    n = common_length(rows)
    check_rng(rng)
    order = rng.permutation(n)
    return tuple(a[order] for a in rows)


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(check_integer("seed", seed, 0))


def _classes(stratify: ArrayLike, n: int) -> NDArray[Any]:
    classes = np.asarray(stratify)
    if classes.shape != (n,):
        raise ValueError(f"stratify must hold one class per row, shape ({n},), got {classes.shape}")
    return classes


def _apportion(counts: NDArray[np.intp], fraction: float, total: int) -> list[int]:
    """Round ``counts * fraction`` up or down so that the sum is ``total`` (largest remainders)."""
    exact = counts * fraction
    shares = np.floor(exact).astype(np.intp)
    largest_remainders = np.argsort(shares - exact, kind="stable")
    shares[largest_remainders[: total - int(shares.sum())]] += 1
    return [int(share) for share in shares]
