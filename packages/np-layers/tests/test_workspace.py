"""Workspace reuses memory and gives the right shape and dtype."""

import numpy as np

from np_layers.kernels.workspace import Workspace


def test_same_name_gives_same_memory_for_smaller_shape():
    workspace = Workspace()
    large = workspace.empty("a", (6, 4), np.float32)
    small = workspace.empty("a", (2, 4), np.float32)
    assert small.shape == (2, 4)
    assert small.flags.c_contiguous
    assert np.shares_memory(large, small)
    assert workspace.empty("a", (6, 4), np.float32).ctypes.data == large.ctypes.data
    assert not np.shares_memory(large, workspace.empty("b", (6, 4), np.float32))


def test_other_dtype_or_larger_shape_gives_new_memory():
    workspace = Workspace()
    first = workspace.empty("a", (3,), np.float32)
    assert workspace.empty("a", (3,), np.float64).dtype == np.float64
    assert workspace.empty("a", (3,), np.bool_).dtype == np.bool_
    larger = workspace.empty("a", (5, 5), np.float32)
    assert larger.shape == (5, 5)
    assert not np.shares_memory(first, larger)


def test_empty_shapes_work():
    workspace = Workspace()
    assert workspace.empty("a", (0, 4), np.float32).shape == (0, 4)
    assert workspace.empty("a", (2, 4), np.float32).shape == (2, 4)
    assert workspace.empty("a", (), np.float32).shape == ()
