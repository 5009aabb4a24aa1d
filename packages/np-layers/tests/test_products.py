"""A product in halves has the elements of the definition, whatever the shape and layout."""

from __future__ import annotations

import numpy as np
import pytest

from np_layers.kernels.products import multiply


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("rows", "columns"),
    [(128, 128), (128, 255), (129, 201), (128, 127), (128, 256), (127, 127), (3, 4), (0, 0)],
)
def test_multiply_gives_the_sums_of_the_definition(rows, columns, dtype):
    rng = np.random.default_rng(0)
    a, b = (rng.integers(-9, 10, shape).astype(dtype) for shape in ((rows, 5), (5, columns)))
    expected = sum((np.outer(a[:, k], b[k]) for k in range(5)), np.zeros((rows, columns)))
    for left, right in ((a, b), (np.asfortranarray(a), b), (a, np.asfortranarray(b))):
        out = np.full((rows, columns), np.nan, dtype)
        assert multiply(left, right, out=out) is out
        np.testing.assert_array_equal(out, expected)
