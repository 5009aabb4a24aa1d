"""Where the pictures of a sheet lie, in inches, counted down from the upper left corner."""

from collections.abc import Sequence
from dataclasses import dataclass

from np_viz._look import PAGE
from np_viz._text import width

CAPTION = 8.5  # points
LINE, GAP, MARGIN = 0.155, 0.12, 0.12
LARGE, SMALL, FEW = 1.12, 0.84, 12  # sides of a picture; large ones where there are few
NARROWEST = 0.3


@dataclass(frozen=True)
class Layout:
    """A grid of equal cells, as wide as ``room``, with pictures of ``wide`` x ``tall`` inches.

    ``heads`` is the height of the captions above the pictures of each row.
    """

    columns: int
    room: float
    wide: float
    tall: float
    heads: tuple[float, ...]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the whole sheet."""
        if not self.heads:
            return 3.0, 0.6
        across = 2 * MARGIN + self.columns * (self.room + GAP) - GAP
        return across, 2 * MARGIN + sum(self.heads) + len(self.heads) * (self.tall + GAP) - GAP

    def corner(self, index: int) -> tuple[float, float]:
        """Left and upper edge of picture ``index``."""
        row, column = divmod(index, self.columns)
        x = MARGIN + column * (self.room + GAP) + (self.room - self.wide) / 2
        return x, MARGIN + sum(self.heads[: row + 1]) + row * (self.tall + GAP)


def lay_out(
    captions: Sequence[Sequence[str]], *, ratio: float, columns: int | None, group: int
) -> Layout:
    """Lay pictures out that are ``ratio`` times as high as wide, under captions of some lines.

    A cell is as wide as its captions need, up to one and a half pictures. As many columns as fit
    on a page, a multiple of ``group``; given columns make the cells narrower instead.
    """
    count = len(captions)
    side = LARGE if count <= FEW else SMALL
    wide = side * min(1.0, 1.0 / ratio)
    texts = [width(line, CAPTION) for caption in captions for line in caption]
    room = max([wide, *(min(text, 1.5 * side) for text in texts)])
    if columns is None:
        most = int((PAGE - 2 * MARGIN + GAP) // (room + GAP)) // group * group or group
        rows = max(1, -(-count // most))
        columns = -(-max(1, count) // (rows * group)) * group
    room = min(room, max(NARROWEST, (PAGE - 2 * MARGIN + GAP) / columns - GAP))
    wide = min(wide, room)
    starts = range(0, count, columns)
    heads = tuple(LINE * max(map(len, captions[s : s + columns])) for s in starts)
    return Layout(columns, room, wide, wide * ratio, heads)
