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
        A float is the share of the rows for validation, 0 < val_fraction < 1:
        ``round(N * val_fraction)`` rows. An int is the number of rows for validation.
    seed : int
        Decides which rows go where and in which order. Not used with ``shuffle=False``.
    shuffle : bool
        If False, the order is kept and the last rows are for validation. Use it only for rows in
        random order: rows that are sorted by class or by date give a validation set that differs
        from the training set.
    stratify : array_like of shape (N,), optional
        Class of each row. Each class is split in the same proportion: its number of validation
        rows is within one of ``count * val_fraction``.

    Returns
    -------
    train, val : tuple of ndarray
        Each holds one array for each array given, in the same order.

    Raises
    ------
    TypeError
        If ``seed`` is not an integer or no array is given.
    ValueError
        If lengths differ, ``val_fraction`` is out of range or a part would have no rows.

    Examples
    --------
    >>> x, y = np.arange(20).reshape(10, 2), np.array([0, 1] * 5)
    >>> (x_train, y_train), (x_val, y_val) = train_val_split(
    ...     x, y, val_fraction=0.4, seed=0, stratify=y
    ... )
    >>> x_train.shape, np.bincount(y_val).tolist()
    ((6, 2), [2, 2])
    >>> (x_train,), (x_val,) = train_val_split(x, val_fraction=3, seed=0)
    >>> len(x_train), len(x_val)
    (7, 3)
    """
    rows, n = _aligned(arrays)
    n_val, fraction = _validation_rows(n, val_fraction)
    order = _rng(seed).permutation(n) if shuffle else np.arange(n)
    in_val = np.zeros(n, dtype=bool)  # over positions in `order`
    if stratify is None:
        in_val[n - n_val :] = True
    else:
        classes = np.unique(_classes(stratify, n), return_inverse=True)[1][order]
        for k, take in enumerate(_apportion(np.bincount(classes), fraction, n_val)):
            members = np.flatnonzero(classes == k)
            in_val[members[members.size - take :]] = True
    train, val = order[~in_val], order[in_val]
    return tuple(a[train] for a in rows), tuple(a[val] for a in rows)


def kfold(
    n: int, k: int, *, seed: int, stratify: ArrayLike | None = None
) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Split ``n`` rows into ``k`` folds; each fold is the validation set once.

    Rows are shuffled, sorted by class, and dealt to the folds in turn. So folds differ by at most
    one row, in total and within each class.

    Parameters
    ----------
    n : int
        Number of rows.
    k : int
        Number of folds, 2 <= k <= n.
    seed : int
        Decides which row goes to which fold.
    stratify : array_like of shape (n,), optional
        Class of each row.

    Returns
    -------
    list of (train, val)
        ``k`` pairs of ascending row numbers; each row is in exactly one ``val``.

    Raises
    ------
    TypeError
        If ``n``, ``k`` or ``seed`` is not an integer.
    ValueError
        If ``k`` is out of range or ``stratify`` has another length than ``n``.

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
    """Return copies of the arrays with their rows in one common random order.

    Parameters
    ----------
    *arrays : array_like of shape (N, ...)
        One or more arrays with the same number of rows.
    rng : numpy.random.Generator
        Draws the order.

    Returns
    -------
    tuple of ndarray
        One for each array given. A single array comes back as ``(x,) = shuffle(x, rng=rng)``.

    Raises
    ------
    TypeError
        If ``rng`` is not a generator or no array is given.
    ValueError
        If lengths differ.

    Examples
    --------
    >>> x, y = shuffle([10, 20, 30], [1, 2, 3], rng=np.random.default_rng(0))
    >>> bool((x == 10 * y).all())
    True
    """
    rows, n = _aligned(arrays)
    check_rng(rng)
    order = rng.permutation(n)
    return tuple(a[order] for a in rows)


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(check_integer("seed", seed, 0))


def _aligned(arrays: tuple[ArrayLike, ...]) -> tuple[Arrays, int]:
    """Return the arrays and the number of rows that they share."""
    rows = tuple(np.asarray(a) for a in arrays)
    return rows, common_length(rows)


def _validation_rows(n: int, val_fraction: float) -> tuple[int, float]:
    """Return the number of validation rows and their share."""
    if hasattr(val_fraction, "__index__"):
        n_val = check_integer("val_fraction", val_fraction, 0)
        fraction = n_val / n if n else 0.0
    elif 0 < val_fraction < 1:
        n_val, fraction = round(n * val_fraction), val_fraction
    else:
        raise ValueError(
            "val_fraction must be a share between 0 and 1 or a whole number of rows, "
            f"got {val_fraction!r}"
        )
    if not 0 < n_val < n:
        raise ValueError(
            f"both parts need at least one row, got {n - n_val} for training and {n_val} for "
            f"validation out of {n} rows with val_fraction={val_fraction!r}"
        )
    return n_val, fraction


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
