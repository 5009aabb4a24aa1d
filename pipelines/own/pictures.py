"""Pictures of your own: PNG, JPEG, WebP or BMP files in one folder for each class."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipelines.own.rows import Parts, Rows
from pipelines.photographs.handwriting import Image, resample
from pipelines.photographs.pictures import read_pictures

CHANNELS = (1, 3)


def read_class_folders(
    path: Path, *, size: Sequence[int] | None = None, channels: int | None = None
) -> Parts:
    """Read ``train/CLASS/`` and ``test/CLASS/``, or ``CLASS/``, in the folder ``path``.

    Parameters
    ----------
    path : Path
    size : list of int, optional
        ``[height, width]`` that every picture is scaled to. By default pictures must have one size.
    channels : {1, 3}, optional
        1 makes pictures grey, 3 makes them RGB. By default 3 if any picture has colours.

    Raises
    ------
    ValueError
        If a folder or a file does not fit; the message names it.
    """
    if channels not in (None, *CHANNELS):
        raise ValueError(f"channels must be 1 (grey) or 3 (colours), got {channels!r}")
    if size is not None and not (isinstance(size, list) and len(size) == 2 and min(size) > 0):
        raise ValueError(f"size must be [height, width] in pixels, got {size!r}")
    if not path.is_dir():
        raise ValueError(f"pictures needs a folder as path, got the file {path}")
    parts = [path / part for part in ("train", "test") if (path / part).is_dir()]
    if len(parts) == 1:
        raise ValueError(
            f"{path}: must have both folders, train and test, or a folder for each class, got only "
            f"{parts[0].name}"
        )
    found = [_files_of(folder) for folder in parts or [path]]
    pictures = {
        file: as_input(read_pictures(file)[0].pixels, size, channels)
        for files in found
        for file, _ in files
    }
    first, shape = found[0][0][0], pictures[found[0][0][0]].shape[1:]
    for file, picture in pictures.items():
        if picture.shape[1:] != shape:
            raise ValueError(
                f"all pictures must have one size, got {_shown(shape)} in {first} and "
                f"{_shown(picture.shape[1:])} in {file}; write size: [HEIGHT, WIDTH] to scale them"
            )
    depth = max(map(len, pictures.values()))
    rows = []
    for folder, files in zip(parts or [path], found, strict=True):
        inputs = [np.broadcast_to(pictures[file], (depth, *shape)) for file, _ in files]
        labels = np.array([name for _, name in files])
        rows.append(Rows(np.stack(inputs), labels, str(folder)))
    return rows[0], rows[1] if parts else None


def as_input(
    pixels: Image, size: Sequence[int] | None = None, channels: int | None = None
) -> NDArray[np.uint8]:
    """Return a picture as training and prediction see it: uint8 (channels, height, width).

    Parameters
    ----------
    pixels : ndarray of shape (height, width, 1 or 3)
        From 0 to 1.
    size, channels
        As in ``read_class_folders``.

    Examples
    --------
    >>> as_input(np.array([[[1.0, 0.5, 0.0]]]), channels=1).tolist()
    [[[128]]]
    """
    if channels == 1:
        pixels = pixels.mean(axis=2, keepdims=True)
    elif channels == 3:
        pixels = np.broadcast_to(pixels, (*pixels.shape[:2], 3))
    planes = np.moveaxis(pixels, 2, 0)
    if size is not None and planes.shape[1:] != tuple(size):
        planes = np.stack([resample(plane, *size) for plane in planes])
    return (np.clip(planes, 0, 1) * 255 + 0.5).astype(np.uint8)


def _files_of(folder: Path) -> list[tuple[Path, str]]:
    """Return the picture files in the folders of the classes, each with the name of its class."""
    names = [path.name for path in sorted(folder.iterdir()) if path.is_dir()]
    classes = [name for name in names if not name.startswith(".")]
    if not classes:
        raise ValueError(f"{folder}: must have a folder for each class, got no folder")
    files = []
    for name in classes:
        inside = [path for path in sorted((folder / name).iterdir()) if path.name[0] != "."]
        if not inside or inside[0].is_dir():
            got = f"the folder {inside[0].name}" if inside else "no file"
            raise ValueError(f"{folder / name}: must hold the pictures of the class, got {got}")
        files += [(path, name) for path in inside]
    return files


def _shown(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape))
