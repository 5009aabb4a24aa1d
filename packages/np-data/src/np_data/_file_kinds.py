"""Recognize files of other formats, to name them in error messages."""

import re

_HINTS = (
    (rb"version https://git-lfs", "a Git LFS pointer; fetch the file itself with `git lfs pull`"),
    (rb"\s*<", "HTML or XML; the download may have failed, download the file again"),
    (rb"\s*\{", "JSON; check where the file comes from"),
    (rb"\xff\xfe|\xfe\xff|[^\0]\0[^\0]\0", "UTF-16 text; save the file as UTF-8"),
    (rb"\x1f\x8b", "gzip inside gzip; decompress the file once"),
    (rb"\xfd7zXZ\0", "an xz file; decompress it with `unxz` first"),
    (rb"BZh[1-9]1AY&SY", "a bzip2 file; decompress it with `bunzip2` first"),
    (rb"\x28\xb5\x2f\xfd", "a zstd file; decompress it with `unzstd` first"),
    (rb"PK\x03\x04", "a zip archive (or an Excel file); unpack it or save it as CSV first"),
    (rb"\0\0[\x08\x09\x0b-\x0e][\x01-\x08]", "an IDX file; read it with `read_idx`"),
    (rb"\x93NUMPY", "a NumPy file; read it with `numpy.load`"),
    (rb"\x89HDF|PAR1\x15", "an HDF5 or Parquet file; read it with its own library"),
    (rb"\x80[\x02-\x05]", "a Python pickle; it can run code when it is loaded, so do not trust it"),
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF....WEBP", "a picture; read it with an image library"),
    (rb"....ftyp", "a HEIC or AVIF picture (or a video); save it as PNG first"),
)


def kind_of_file(head: bytes) -> str | None:
    """Return the kind of a file that begins with ``head`` and what to do, or None if unknown."""
    for pattern, hint in _HINTS:
        if re.match(pattern, head, re.DOTALL):
            return hint
    return None
