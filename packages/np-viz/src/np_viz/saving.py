"""Save a figure as a PNG or SVG file with reproducible bytes."""

from __future__ import annotations

import math
from os import PathLike
from pathlib import Path

from matplotlib.figure import Figure

from np_viz._atomic import atomic_write
from np_viz._figure import METADATA, figure_bytes
from np_viz._style import DPI


def save_figure(fig: Figure, path: str | PathLike[str], *, dpi: float = DPI) -> Path:
    """Write a figure to a PNG or SVG file; equal figures give equal bytes.

    The bytes are equal under one version of Matplotlib; another version may draw a text one pixel
    differently. The file is written atomically: after an error the old file is still there. While
    it is written, some settings in ``rcParams`` are replaced, and restored before this function
    returns.

    Parameters
    ----------
    fig : Figure
        A figure that this package returned, or any other Matplotlib figure.
    path : path
        Name of the file. It ends in ``.png`` or ``.svg``; its folder must exist.
    dpi : float
        Pixels per inch of a PNG, and of the pictures inside an SVG.

    Returns
    -------
    Path
        The path of the file.

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
