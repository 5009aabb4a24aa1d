"""The raw files of a data set become images of shape (n, channels, height, width)."""

import numpy as np
import pytest

from pipelines.data.sources import channels_first


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((5, 28, 30), (5, 1, 28, 30)),
        ((5, 28, 30, 3), (5, 3, 28, 30)),
        ((5, 3, 28, 30), (5, 3, 28, 30)),
        ((5, 7), (5, 7)),
    ],
)
def test_images_get_a_channel_axis_only_if_they_have_none(
    shape: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    images = np.arange(np.prod(shape)).reshape(shape)
    found = channels_first(images)
    assert found.shape == expected
    if shape == (5, 28, 30, 3):
        for channel in range(3):
            np.testing.assert_array_equal(found[:, channel], images[..., channel])
