"""Reused memory: the right shape and type each time, and no growth in a steady state."""

import numpy as np

from np_layers.kernels.workspace import Workspace


def test_a_name_is_the_same_memory_at_every_size():
    workspace = Workspace()
    large = workspace.empty("a", (6, 4), np.float32)
    small = workspace.empty("a", (2, 4), np.float32)
    assert small.shape == (2, 4)
    assert small.flags.c_contiguous
    assert np.shares_memory(large, small)
    assert workspace.empty("a", (6, 4), np.float32).ctypes.data == large.ctypes.data
    assert not np.shares_memory(large, workspace.empty("b", (6, 4), np.float32))


def test_another_type_or_more_room_is_new_memory():
    workspace = Workspace()
    first = workspace.empty("a", (3,), np.float32)
    assert workspace.empty("a", (3,), np.float64).dtype == np.float64
    assert workspace.empty("a", (3,), np.bool_).dtype == np.bool_
    larger = workspace.empty("a", (5, 5), np.float32)
    assert larger.shape == (5, 5)
    assert not np.shares_memory(first, larger)


def test_empty_shapes():
    workspace = Workspace()
    assert workspace.empty("a", (0, 4), np.float32).shape == (0, 4)
    assert workspace.empty("a", (2, 4), np.float32).shape == (2, 4)
    assert workspace.empty("a", (), np.float32).shape == ()
