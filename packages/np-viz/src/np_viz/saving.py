"""Figure files whose bytes depend on the figure alone.

A PNG carries no program name; an SVG carries no date, no program name and no random identifiers,
and its text is drawn as outlines, so that it looks the same where DejaVu Sans is not installed.
Resolution and every setting of Matplotlib that reaches the file are fixed here, whatever style
sheet or locale is in force. The bytes are equal for equal figures under one version of Matplotlib;
another version may draw text by a pixel differently.
"""

import io
import math
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure, SubplotParams

from np_viz._look import DPI

# Matplotlib reads these when it writes; those not listed by a version are left out.
_FIXED = (
    "agg.path.chunksize",
    "axes.unicode_minus",
    "image.composite_image",
    "path.effects",
    "path.simplify",
    "path.simplify_threshold",
    "path.sketch",
    "path.snap",
    "savefig.bbox",
    "savefig.transparent",
    "svg.fonttype",
    "svg.id",
    "svg.image_inline",
    "text.antialiased",
    "text.hinting",
    "text.kerning_factor",
    "text.usetex",
)
_METADATA: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Creator": None, "Date": None, "Format": None, "Type": None},
}
_MARGINS = ("left", "bottom", "right", "top", "wspace", "hspace")
_LOCK = threading.Lock()


def save_figure(fig: Figure, path: str | PathLike[str], *, dpi: float = DPI) -> Path:
    """Write a figure to a PNG or SVG file; equal figures give equal bytes.

    The file appears under its name only when it is whole: it is written beside it, flushed to the
    disk and renamed; a symbolic link stays a link, and the file that it points to is replaced.
    Settings that Matplotlib reads only from ``rcParams`` at that moment (the salt of SVG
    identifiers) are put there and taken back before this function returns.

    Parameters
    ----------
    fig : Figure
        What the functions of this package return, or any other Matplotlib figure.
    path : path
        Name of the file; ``.png`` or ``.svg`` says which format is meant. Its folder must exist.
    dpi : float
        Pixels per inch of a PNG (of the rasters in an SVG).

    Returns
    -------
    Path
        The path written.

    Raises
    ------
    TypeError
        ``fig`` is no figure.
    ValueError
        Another suffix, or a ``dpi`` that is infinite or makes a side of no pixel.
    FileNotFoundError
        The folder does not exist.

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
    if kind not in _METADATA:
        raise ValueError(f"the suffix of path must be .png or .svg, got {path.name!r}")
    if not 1.0 <= min(fig.get_size_inches()) * dpi < math.inf:
        raise ValueError(f"dpi must be finite and make each side a pixel at least, got {dpi!r}")
    buffer = io.BytesIO()
    # rcParams belongs to the whole process: two threads must not put it back in the wrong order.
    with _LOCK, matplotlib.rc_context(_settings()), _positions_kept(fig):
        fig.savefig(
            buffer,
            format=kind,
            dpi=dpi,
            facecolor=fig.get_facecolor(),
            edgecolor="none",
            metadata=_METADATA[kind],
        )
    _replace(path, buffer.getvalue())
    return path


def _settings() -> Any:  # the names of the settings are a type of their own, by version
    """Return Matplotlib's own defaults of what reaches the file, and a fixed salt."""
    default: Any = matplotlib.rcParamsDefault
    return {name: default[name] for name in _FIXED if name in default} | {"svg.hashsalt": "np-viz"}


@contextmanager
def _positions_kept(fig: Figure) -> Iterator[None]:
    """Leave axes and subfigures where they are, though a layout engine moves them to draw.

    The engines start from the current positions; without this a second file of the same figure
    would differ from the first.
    """
    places = [(ax, ax.get_position(original=True), ax.get_position()) for ax in fig.axes]
    boxes = [(part, part.bbox_relative.frozen()) for part in fig.subfigs]
    margins = [(p, {name: getattr(p, name) for name in _MARGINS}) for p in _subplotpars(fig)]
    try:
        yield
    finally:
        for pars, margin in margins:
            pars.update(**margin)
        for part, box in boxes:
            part.bbox_relative.set(box)
        for ax, original, active in places:
            in_layout = ax.get_in_layout()
            ax.set_position(original, which="original")
            ax.set_position(active, which="active")
            ax.set_in_layout(in_layout)  # set_position takes the axes out of the layout


def _subplotpars(fig: Figure) -> list[SubplotParams]:
    return [fig.subplotpars, *(part.subplotpars for part in fig.subfigs)]


def _replace(path: Path, content: bytes) -> None:
    """Put ``content`` under ``path`` in one step; on failure the old file is untouched."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".np-viz.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        with suppress(OSError):  # it has its final name, or was never made
            temporary.unlink()
