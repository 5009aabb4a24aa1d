"""Matrix products in the shape that the matrix library computes fastest.

OpenBLAS cuts a product into one part for each thread: by rows if it has more rows than columns,
else by columns. Parts of rows take up to a third less time (two threads, AVX2). So a product with
somewhat more columns than rows is computed in two halves, each of which has more rows than columns.
"""

from __future__ import annotations

import numpy as np

from np_layers._types import Array

FEW_ROWS = 128  # below this, the library computes the product on one thread or nearly so


def multiply(a: Array, b: Array, *, out: Array) -> Array:
    """Write the matrix product a b into ``out``.

    Examples
    --------
    >>> a, b = np.ones((128, 3)), np.ones((3, 200))
    >>> bool((multiply(a, b, out=np.empty((128, 200))) == 3).all())
    True
    """
    rows, columns = out.shape
    if not FEW_ROWS <= rows <= columns < 2 * rows:
        return np.matmul(a, b, out=out)
    half = columns // 2
    np.matmul(a, b[:, :half], out=out[:, :half])
    np.matmul(a, b[:, half:], out=out[:, half:])
    return out
