"""Tests of the blocks that an update works on, and of the check for NaN and infinity."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from np_optim import _blocks, _checks


def strided(shape, seed, layout):
    array = np.random.default_rng(seed).normal(size=shape)
    if layout == "fortran":
        return np.asfortranarray(array)
    if layout == "gaps":
        room = np.zeros((*shape, 2))
        room[..., 0] = array
        return room[..., 0]
    return array


@settings(deadline=None)
@given(
    shape=st.lists(st.integers(0, 9), max_size=4).map(tuple),
    layouts=st.tuples(*[st.sampled_from(["plain", "fortran", "gaps"])] * 2),
    block=st.integers(1, 50),
)
def test_blocks_cover_every_element_once_for_any_shape_and_layout(shape, layouts, block):
    first, second = (strided(shape, seed, layout) for seed, layout in enumerate(layouts))
    expected, other = first * 2 + second, second.copy()
    before, _blocks.BLOCK = _blocks.BLOCK, block
    try:
        for a, b in _blocks.blocks([first, second], written=1):
            assert a.ndim == b.ndim == 1
            assert a.size == b.size <= block
            a *= 2
            a += b
    finally:
        _blocks.BLOCK = before
    np.testing.assert_array_equal(first, expected)
    np.testing.assert_array_equal(second, other)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_all_finite_raises_only_for_nan_and_infinity(bad):
    for array in (np.full(100, 1e30, np.float32), np.zeros((10, 20))[:, ::2], np.zeros((5, 20)).T):
        _checks.all_finite("grads", {"w": array})
        array[-1, ...] = bad
        with pytest.raises(FloatingPointError, match=re.escape("grads['w'] must be finite")):
            _checks.all_finite("grads", {"w": array})
    _checks.all_finite("grads", {"w": np.zeros((0, 3))})
    with pytest.raises(FloatingPointError, match=re.escape("grads['w'] must be finite")):
        _checks.all_finite("grads", {"w": np.array(bad)})
