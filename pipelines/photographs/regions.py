"""Connected regions of pixels, found by numbering them."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipelines.photographs.handwriting import Image, stroke_width

T = TypeVar("T", bound=np.generic)
Mask = NDArray[np.bool_]
Box = tuple[slice, slice]


@dataclass(eq=False)
class Region:
    """Some of the pixels of a picture, their bounding box and how much ink they have."""

    mask: Mask
    rows: slice
    columns: slice
    ink: Image

    @property
    def height(self) -> int:
        """Rows of the bounding box."""
        return int(self.rows.stop - self.rows.start)

    @property
    def width(self) -> int:
        """Columns of the bounding box."""
        return int(self.columns.stop - self.columns.start)

    @property
    def size(self) -> int:
        """The longer side of the bounding box."""
        return max(self.height, self.width)

    @property
    def total(self) -> float:
        """The ink of all pixels together."""
        return float(self.ink[self.mask].sum())

    @property
    def stroke(self) -> float:
        """The width of the strokes in pixels."""
        return stroke_width(np.where(self.mask, self.ink, 0)[self.rows, self.columns])

    def touches_border(self) -> bool:
        """Return whether the region reaches a side of the picture."""
        return bool(border_of(self.mask).any())


def join(regions: list[Region]) -> Region:
    """Return one region of the pixels of all."""
    mask = np.logical_or.reduce([region.mask for region in regions])
    return Region(mask, *bounding_box(mask), regions[0].ink)


def bounding_box(mask: Mask) -> Box:
    """Return the rows and the columns that hold all pixels of a mask."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def border_of(picture: NDArray[T]) -> NDArray[T]:
    """Return the pixels on the four sides of a picture, one after the other."""
    return np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])


def label_regions(marked: Mask) -> NDArray[np.int64]:
    """Return a number for the region of each marked pixel, and -1 for the other pixels.

    Pixels that touch at a corner belong to one region. Every pixel starts with a number of its own.
    It takes the smallest number around it, and then the number of the pixel that this number
    stands for, until nothing changes.
    """
    numbers = np.arange(marked.size).reshape(marked.shape)
    outside = marked.size
    labels = np.where(marked, numbers, outside)
    while True:
        windows = sliding_window_view(np.pad(labels, 1, constant_values=outside), (3, 3))
        smallest = np.where(marked, windows.min(axis=(2, 3)), outside)
        smallest = np.append(smallest.ravel(), outside)[smallest]
        if (smallest == labels).all():
            return np.where(marked, labels, -1)
        labels = smallest


def find_regions(ink: Image, threshold: float) -> list[Region]:
    """Return the regions of pixels with more ink than ``threshold``, most ink first."""
    labels = label_regions(ink > threshold)
    regions = []
    for number in np.unique(labels[labels >= 0]):
        mask = labels == number
        regions.append(Region(mask, *bounding_box(mask), ink))
    return sorted(regions, key=lambda region: -region.total)
