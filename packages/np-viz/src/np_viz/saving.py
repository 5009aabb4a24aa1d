"""Save a figure as a PNG or SVG file with reproducible bytes.

The bytes depend on the figure alone. A PNG has no program name. An SVG has no date, no program name
and no random identifiers, and its text is drawn as outlines. This module fixes the resolution and
every Matplotlib setting that changes the file.
"""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from np_viz._atomic import atomic_write
from np_viz._style import DPI

# Matplotlib reads settings with these prefixes when it writes a file.
_FIXED = ("agg.", "axes.unicode_minus", "image.", "path.", "savefig.", "svg.", "text.")
METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
}
_MARGINS = ("left", "bottom", "right", "top", "wspace", "hspace")
_LOCK = threading.Lock()


def save_figure(fig: Figure, path: str | PathLike[str], *, dpi: float = DPI) -> Path:
    """Write a figure to a PNG or SVG file; equal figures give equal bytes.

    The bytes are equal under one version of Matplotlib; another version may draw a text one pixel
    differently. The file is written atomically: after an error the old file is still there. Some
    settings in ``rcParams`` change while the file is written, and are then restored.

    Parameters
    ----------
    fig : Figure
        A figure that this package returned, or any other Matplotlib figure.
    path : path
        Name of the file. It ends in ``.png`` or ``.svg``; its folder must exist.
    dpi : float
        Pixels per inch of a PNG, and of the pictures inside an SVG.

    Raises
    ------
    TypeError
        ``fig`` is not a figure.
    ValueError
        Another suffix, or a ``dpi`` that is not finite or gives a side of zero pixels.
    OSError
        The folder is missing or read-only, or the disk is full. The error names ``path``.

    Examples
    --------
    >>> import tempfile, numpy as np
    >>> from np_viz import image_grid
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_figure(image_grid(np.eye(8)[None]), f"{folder}/eye.png").name
    'eye.png'
    """
    path = Path(path)
    kind = path.suffix[1:].lower()
    if not isinstance(fig, Figure):
        raise TypeError(f"fig must be a Matplotlib Figure, got {type(fig).__name__}")
    if kind not in METADATA:
        raise ValueError(f"path must end in .png or .svg, got {path.name!r}")
    if not 1.0 <= min(fig.get_size_inches()) * dpi < math.inf:
        raise ValueError(f"dpi must be finite and give at least one pixel, got {dpi!r}")
    content = figure_bytes(fig, kind, dpi=dpi)
    with atomic_write(path) as file:
        file.write(content)
    return path


def figure_bytes(fig: Figure, kind: str, *, dpi: float) -> bytes:
    """Return the bytes of a PNG or SVG file of ``fig``: equal figures give equal bytes."""
    default: Any = matplotlib.rcParamsDefault
    settings: Any = {name: default[name] for name in default if name.startswith(_FIXED)}
    buffer = io.BytesIO()
    # All threads share rcParams: two of them must not restore it in the wrong order.
    with (
        _LOCK,
        matplotlib.rc_context(settings | {"svg.hashsalt": "np-viz"}),
        _keep_positions(fig),
    ):
        fig.savefig(
            buffer,
            format=kind,
            dpi=dpi,
            facecolor=fig.get_facecolor(),
            edgecolor="none",
            metadata=METADATA[kind],
        )
    return buffer.getvalue()


@contextmanager
def _keep_positions(fig: Figure) -> Iterator[None]:
    """Restore the positions of axes and subfigures that a layout engine moves while drawing.

    A layout engine starts from the current positions. Without this, a second file of the same
    figure would differ from the first.
    """
    places = [(ax, ax.get_position(original=True), ax.get_position()) for ax in fig.axes]
    boxes = [(part, part.bbox_relative.frozen()) for part in fig.subfigs]
    grids = [fig.subplotpars, *(part.subplotpars for part in fig.subfigs)]
    margins = [{name: getattr(grid, name) for name in _MARGINS} for grid in grids]
    try:
        yield
    finally:
        for grid, margin in zip(grids, margins, strict=True):
            grid.update(**margin)
        for part, box in boxes:
            part.bbox_relative.set(box)
        for ax, original, active in places:
            in_layout = ax.get_in_layout()
            ax.set_position(original, which="original")
            ax.set_position(active, which="active")
            ax.set_in_layout(in_layout)  # set_position takes the axes out of the layout
