"""Read pictures from files: PNG, JPEG and others through Pillow, ``.npy``, IDX.

A file may hold grey or coloured pictures, a palette, transparency, 8 or 16 bits, or a photograph
that the camera turned. Each picture is returned upright, as numbers from 0 to 1 of shape (height,
width, channels).
"""

import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

import np_data
from pipelines.photographs.handwriting import Image

LARGE = 1600  # pixels; a larger photograph is reduced while it is read
LEAST = 8  # pixels of its shorter side
WHITES = {"i": (255, 4095, 65535), "f": (1, 255)}  # integers of 8, 12, 16 bits; floats
FORMATS = ("PNG", "JPEG", "WEBP", "BMP")
IDX_TYPES = tuple(bytes([code]) for code in (0x08, 0x09, 0x0B, 0x0C, 0x0D, 0x0E))
EXPORT = "save it as PNG or JPEG first"
# Files that cannot be read here: their first bytes (for HEIC and AVIF the brand), what they are,
# and what to do.
OTHERS: list[tuple[tuple[bytes, ...], str, str]] = [
    ((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "an HEIC picture", EXPORT),
    ((b"avif", b"avis"), "an AVIF picture", EXPORT),
    ((b"%PDF",), "a PDF document", "save its page as PNG first"),
    ((b"\xfd7zXZ\0",), "an xz archive", "unpack it first with: xz -d"),
    ((b"PK\x03\x04",), "a ZIP archive", "unpack it first"),
    ((b"version https://git-lfs",), "a Git LFS pointer", "get the file itself with: git lfs pull"),
]


class PictureError(ValueError):
    """A file holds no picture that can be read."""


class Picture(NamedTuple):
    """Pixels from 0 to 1, shape (height, width, channels), and the file that they are from.

    ``kind`` is the file's format. ``size`` is the height and the width in the file; a large
    picture is reduced and has fewer ``pixels``.
    """

    name: str
    pixels: Image
    kind: str
    size: tuple[int, int]

    @property
    def what(self) -> str:
        """The size and the format in words."""
        return f"{self.size[0]} × {self.size[1]} {self.kind}"


def read_pictures(path: Path) -> list[Picture]:
    """Return the pictures in a file: one, or all rows of a .npy or IDX file.

    Raises
    ------
    PictureError
        If the file is missing, empty, cut short or not a picture.
    """
    try:
        with path.open("rb") as file:
            start = file.read(64)
        check_kind(start)
        if start.startswith(b"\x93NUMPY"):
            pictures = from_array(path, np.load(path, allow_pickle=False), "NumPy")
        elif is_idx(start):
            pictures = from_array(path, np_data.read_idx(path), "IDX")
        else:
            pictures = [from_pillow(path)]
        if min(pictures[0].pixels.shape[:2]) < LEAST:
            raise PictureError(
                f"a picture has {LEAST} × {LEAST} pixels or more, got {pictures[0].what}"
            )
        return pictures
    except OSError as error:
        raise PictureError(f"{path}: {error.strerror or error}") from error
    except (ValueError, SyntaxError, EOFError) as error:
        text = str(error).splitlines()[0] if str(error) else "the file cannot be read"
        raise PictureError(text if str(path) in text else f"{path}: {text}") from error


def is_idx(start: bytes) -> bool:
    """Return whether a file starts like an IDX file, or like gzip, which only IDX uses here."""
    return start.startswith(b"\x1f\x8b") or (start[:2] == b"\0\0" and start[2:3] in IDX_TYPES)


def check_kind(start: bytes) -> None:
    """Raise an error if the first bytes of a file show that it is one of `OTHERS` or empty.

    Raises
    ------
    PictureError
        With what the file is and what to do.
    """
    if not start:
        raise PictureError("the file is empty")
    brand = start[8:12] if start[4:8] == b"ftyp" else b""
    for starts, name, advice in OTHERS:
        if start.startswith(starts) or (brand and brand in starts):
            raise PictureError(f"this is {name}, which cannot be read here; {advice}")


def from_array(path: Path, array: NDArray[Any], kind: str) -> list[Picture]:
    """Return the pictures of an array: (h, w), (h, w, c), (n, h, w), (n, c, h, w), (n, h, w, c)."""
    if array.ndim == 2:
        stack = array[np.newaxis, :, :, np.newaxis]
    elif array.ndim == 3 and array.shape[2] in (1, 3, 4):
        stack = array[np.newaxis]
    elif array.ndim == 3:
        stack = array[..., np.newaxis]
    elif array.ndim == 4 and array.shape[1] in (1, 3, 4):
        stack = np.moveaxis(array, 1, 3)
    elif array.ndim == 4 and array.shape[3] in (1, 3, 4):
        stack = array
    else:
        raise PictureError(f"pictures have two to four axes, got an array of shape {array.shape}")
    if not stack.size:
        raise PictureError(f"there are no pixels in an array of shape {array.shape}")
    if stack.dtype.kind not in "buif":
        raise PictureError(f"pixels are numbers, got {stack.dtype}")
    if not np.isfinite(stack).all():
        raise PictureError("pixels are finite numbers, got NaN or infinity")
    names = [str(path)] if len(stack) == 1 else [f"{path}[{row}]" for row in range(len(stack))]
    return [
        Picture(name, without_alpha(pixels), kind, stack.shape[1:3])
        for name, pixels in zip(names, scaled(stack), strict=True)
    ]


def scaled(pixels: NDArray[Any]) -> Image:
    """Return all pixels of a file from 0 to 1, on one scale.

    White is the smallest of `WHITES` that no value exceeds: a file of 16 bits often uses only 8 or
    12 of them. Ink is measured against the paper around it, so a dark photograph of 16 bits may
    come out brighter than it was. Where a value is larger or negative, the range is that of the
    values.
    """
    whites = WHITES["f" if pixels.dtype.kind in "bf" else "i"]
    values = pixels.astype(np.float64)
    low, high = min(0.0, float(values.min())), float(values.max())
    if low < 0 or high > whites[-1]:
        values -= low
        values /= (high - low) or 1.0
    else:
        values /= next(white for white in whites if high <= white)
    return values


def without_alpha(pixels: Image) -> Image:
    """Lay a transparent picture on white, or on black if its visible part is bright."""
    if pixels.shape[2] not in (2, 4):
        return pixels
    colour, alpha = pixels[..., :-1], pixels[..., -1:]
    seen = float((colour * alpha).sum() / max(alpha.sum() * colour.shape[2], 1e-9))
    ground = 0.0 if seen > 0.5 and alpha.min() < 1 else 1.0
    return colour * alpha + ground * (1 - alpha)


def from_pillow(path: Path) -> Picture:
    """Read a picture file, upright, and reduced where it is large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            warnings.simplefilter("ignore", UserWarning)
            with Pillow.open(path, formats=FORMATS) as opened:
                image = ImageOps.exif_transpose(opened)
                kind, size = str(opened.format), (image.height, image.width)
                image.load()
    except UnidentifiedImageError as error:
        raise PictureError(
            f"this is not a picture; known are {', '.join(FORMATS)}, .npy and IDX"
        ) from error
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise PictureError(
            "the picture has more than 89 million pixels; reduce it first"
        ) from error
    if not image.mode.startswith("I"):  # convert would keep 8 of its 16 bits
        mode = "RGBA" if image.has_transparency_data else "RGB"
        image = image.convert("L" if image.mode in ("1", "L") else mode)
        image = image.reduce(max(1, min(max(image.size) // LARGE, min(image.size) // LEAST)))
    pixels = np.asarray(image)
    pixels = pixels if pixels.ndim == 3 else pixels[..., np.newaxis]
    return Picture(str(path), without_alpha(scaled(pixels)), kind, size)
