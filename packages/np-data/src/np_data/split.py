"""Dividing a data set into training and validation rows, at random and, if wanted, class by class.

Arrays that belong together (images, labels, weights) are given together and keep their rows
aligned. Results are copies; the arrays given are never modified. To divide a data set that is
larger than memory, divide `np.arange(n)` instead and index with the parts.
"""

import operator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Arrays = tuple[NDArray[Any], ...]


def train_val_split(
    *arrays: ArrayLike,
    val_fraction: float,
    seed: int,
    shuffle: bool = True,
    stratify: ArrayLike | None = None,
) -> tuple[Arrays, Arrays]:
    """Divide the rows of arrays into a training part and a validation part.

    Parameters
    ----------
    *arrays : array_like
        One or more arrays of shape `(N, ...)`.
    val_fraction : float
        Share of the rows for validation, 0 < val_fraction < 1; `round(N * val_fraction)` rows.
    seed : int
        Decides which rows go where and in which order; unused if nothing is shuffled.
    shuffle : bool
        If False, order is kept and the last rows are for validation. Rows that are sorted by class
        or by date then give a validation set unlike the training set.
    stratify : array_like, optional
        Class of each row, shape `(N,)`: each class is divided in the same proportion, so that its
        number of validation rows is within one of `count * val_fraction`.

    Returns
    -------
    train, val : tuple of ndarray
        Each holds one array per array given, in that order.

    Raises
    ------
    ValueError
        If lengths differ, `val_fraction` is out of range or a part would have no rows.

    Examples
    --------
    >>> x, y = np.arange(20).reshape(10, 2), np.array([0, 1] * 5)
    >>> (x_train, y_train), (x_val, y_val) = train_val_split(
    ...     x, y, val_fraction=0.4, seed=0, stratify=y
    ... )
    >>> x_train.shape, np.bincount(y_val).tolist()
    ((6, 2), [2, 2])
    """
    rows, n = _aligned(arrays)
    if not 0 < val_fraction < 1:
        raise ValueError(
            f"val_fraction is a share of the rows between 0 and 1, both excluded, "
            f"got {val_fraction!r}"
        )
    n_val = round(n * val_fraction)
    if not 0 < n_val < n:
        raise ValueError(
            f"both parts need at least one row, got {n - n_val} for training and {n_val} for "
            f"validation out of {n} rows with val_fraction={val_fraction!r}"
        )
    order = _rng(seed).permutation(n) if shuffle else np.arange(n)
    in_val = np.zeros(n, dtype=bool)  # over positions in `order`
    if stratify is None:
        in_val[n - n_val :] = True
    else:
        classes = np.unique(_classes(stratify, n), return_inverse=True)[1][order]
        shares = _apportion(np.bincount(classes), val_fraction, n_val)
        for k, take in enumerate(shares):
            members = np.flatnonzero(classes == k)
            in_val[members[members.size - take :]] = True
    train, val = order[~in_val], order[in_val]
    return tuple(a[train] for a in rows), tuple(a[val] for a in rows)


def kfold(
    n: int, k: int, *, seed: int, stratify: ArrayLike | None = None
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Divide `n` rows into `k` folds, each of which is the validation set once.

    Rows are dealt to the folds like cards, after shuffling and sorting by class: folds differ by
    at most one row, in all and within each class.

    Parameters
    ----------
    n : int
        Number of rows.
    k : int
        Number of folds, 2 <= k <= n.
    seed : int
        Decides which row goes to which fold.
    stratify : array_like, optional
        Class of each row, shape `(n,)`.

    Returns
    -------
    list of (train, val)
        `k` pairs of row numbers, ascending; each row is in exactly one `val`.

    Raises
    ------
    ValueError
        If `k` is out of range or `stratify` has another length than `n`.

    Examples
    --------
    >>> for train, val in kfold(5, 2, seed=0):
    ...     print(train, val)
    [0 4] [1 2 3]
    [1 2 3] [0 4]
    """
    n, k = operator.index(n), operator.index(k)
    if not 2 <= k <= n:
        raise ValueError(f"k folds need 2 <= k <= n rows, got k={k} for n={n}")
    order = _rng(seed).permutation(n)
    if stratify is not None:
        order = order[np.argsort(_classes(stratify, n)[order], kind="stable")]
    fold = np.empty(n, dtype=np.intp)
    fold[order] = np.arange(n) % k
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i)) for i in range(k)]


def shuffle(*arrays: ArrayLike, rng: np.random.Generator) -> Arrays:
    """Return copies of the arrays with their rows in one common random order.

    Parameters
    ----------
    *arrays : array_like
        One or more arrays of shape `(N, ...)`.
    rng : numpy.random.Generator
        Draws the order.

    Returns
    -------
    tuple of ndarray
        One per array given, also for a single one: `(x,) = shuffle(x, rng=rng)`.

    Raises
    ------
    ValueError
        If lengths differ.

    Examples
    --------
    >>> x, y = shuffle([10, 20, 30], [1, 2, 3], rng=np.random.default_rng(0))
    >>> bool((x == 10 * y).all())
    True
    """
    rows, n = _aligned(arrays)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a numpy.random.Generator, got {rng!r}; use default_rng(seed)")
    order = rng.permutation(n)
    return tuple(a[order] for a in rows)


def _rng(seed: int) -> np.random.Generator:
    """Return the generator of a seed; None, which NumPy takes for any seed, is refused."""
    if not hasattr(seed, "__index__") or isinstance(seed, bool):
        raise TypeError(f"seed must be an integer, got {seed!r}")
    if operator.index(seed) < 0:
        raise ValueError(f"seed must be at least 0, got {seed!r}")
    return np.random.default_rng(operator.index(seed))


def _aligned(arrays: tuple[ArrayLike, ...]) -> tuple[Arrays, int]:
    """Return the arrays and the number of rows that they share."""
    if not arrays:
        raise TypeError("at least one array is needed, got none")
    rows = tuple(np.asarray(a) for a in arrays)
    lengths = [a.shape[0] if a.ndim else None for a in rows]
    if lengths[0] is None or len(set(lengths)) > 1:
        raise ValueError(f"arrays must have the same number of rows, got {lengths}")
    return rows, lengths[0]


def _classes(stratify: ArrayLike, n: int) -> NDArray[Any]:
    classes = np.asarray(stratify)
    if classes.shape != (n,):
        raise ValueError(f"stratify must hold one class per row, shape ({n},), got {classes.shape}")
    return classes


def _apportion(counts: NDArray[np.intp], fraction: float, total: int) -> list[int]:
    """Round `counts * fraction` up or down so that the sum is `total` (largest remainders)."""
    exact = counts * fraction
    shares = np.floor(exact).astype(np.intp)
    largest_remainders = np.argsort(shares - exact, kind="stable")
    shares[largest_remainders[: total - int(shares.sum())]] += 1
    return [int(share) for share in shares]
