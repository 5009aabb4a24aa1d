"""Read and write IDX files, the format of MNIST.

A file is read completely and correctly or refused with an IdxError. Memory is allocated only for
bytes that exist, so a wrong header cannot fill it. Equal arrays are written as equal bytes, so a
checksum identifies the data.
"""

import os
import stat
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._idx_header import DTYPES, IdxHeader, read_header, read_up_to
from np_data._streams import PathOrFile, Stream, opened, written
from np_data.errors import IdxError

_BUFFERSIZE = 1 << 16  # elements converted at once, so that a memory map is never copied whole


def read_idx(source: PathOrFile, *, mmap: bool = False) -> NDArray[Any]:
    """Read an IDX file, compressed by gzip or not, into an array.

    Parameters
    ----------
    source : path or binary file
        A file object is read from its current position to its end and left open.
    mmap : bool
        Map an uncompressed file into memory: only the rows that are used are read. The array is
        read-only and keeps the byte order of the file (big-endian).

    Returns
    -------
    ndarray
        uint8, int8, int16, int32, float32 or float64 in native byte order, writeable: of shape
        ``(N, 28, 28)`` for MNIST's images, ``(N,)`` for its labels.

    Raises
    ------
    IdxError
        If the header is wrong, there are fewer or more elements than it promises, the gzip data is
        damaged, or ``mmap`` is asked for a gzip file.
    TypeError
        If ``source`` is not a path or a binary file, or ``mmap`` is asked for a file that is not on
        the disk.

    Examples
    --------
    >>> import tempfile
    >>> from np_data import write_idx
    >>> path = tempfile.mkdtemp() + "/images.idx.gz"
    >>> write_idx(path, np.arange(12, dtype=np.uint8).reshape(3, 2, 2))
    >>> read_idx(path)[1]
    array([[4, 5],
           [6, 7]], dtype=uint8)
    """
    with opened(source, error=IdxError) as stream:
        file, name = stream.file, stream.name
        header = read_header(stream)
        if mmap:
            return _map(stream, header)
        if file is source or stream.is_gzip or not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            elements = read_up_to(stream, header.nbytes)
            _check_length(len(elements) + len(stream.read(1)), header, name)
            array = np.frombuffer(elements, header.dtype).reshape(header.shape)
        else:  # a regular file, whose length is known
            _check_length(os.fstat(file.fileno()).st_size - header.offset, header, name)
            array = np.fromfile(file, header.dtype).reshape(header.shape)
    if array.dtype.isnative:
        return array
    return array.byteswap(inplace=True).view(array.dtype.newbyteorder("="))


def _map(stream: Stream, header: IdxHeader) -> NDArray[Any]:
    file, name = stream.file, stream.name
    if stream.is_gzip:
        raise IdxError(f"{name}: mmap=True needs an uncompressed file, got gzip; gunzip it first")
    try:
        size = os.fstat(file.fileno()).st_size
    except (AttributeError, OSError) as error:
        raise TypeError(f"mmap=True needs a path or a file on disk, got {file!r}") from error
    offset = file.tell()
    _check_length(size - offset, header, name)
    return np.memmap(file, dtype=header.dtype, mode="r", offset=offset, shape=header.shape)


def _check_length(got: int, header: IdxHeader, name: str) -> None:
    if got != header.nbytes:
        found = f"truncated to {got}" if got < header.nbytes else "trailing bytes"
        raise IdxError(
            f"{name}: byte {header.offset + min(got, header.nbytes)}: expected {header.nbytes} "
            f"bytes of {header.dtype.name} elements of shape {header.shape}, got {found}"
        )


def write_idx(
    path: str | os.PathLike[str], array: ArrayLike, *, compress: bool | None = None
) -> None:
    """Write an array as an IDX file, atomically: other readers see all of it or none of it.

    Parameters
    ----------
    path : path
        The file to create or replace.
    array : array_like
        uint8, int8, int16, int32, float32 or float64, in either byte order; else TypeError.
    compress : bool, optional
        Whether to compress by gzip; by default if ``path`` ends in ``.gz``.

    Examples
    --------
    >>> import tempfile
    >>> path = tempfile.mkdtemp() + "/labels.idx"
    >>> write_idx(path, np.array([5, 0, 4], dtype=np.uint8))
    >>> with open(path, "rb") as file:
    ...     file.read().hex(" ")
    '00 00 08 01 00 00 00 03 05 00 04'
    """
    values = np.asarray(array)
    dtype = values.dtype.newbyteorder(">")
    code = next((code for code, known in DTYPES.items() if known == dtype), None)
    if code is None:
        raise TypeError(
            "array must be one of uint8, int8, int16, int32, float32 and float64, "
            f"got {values.dtype}; convert it with astype"
        )
    pieces = np.nditer(
        values,
        flags=["external_loop", "buffered", "zerosize_ok"],
        op_flags=["readonly"],
        op_dtypes=dtype,
        casting="equiv",
        order="C",
        buffersize=_BUFFERSIZE,
    )
    with written(path, compress=compress) as file:
        file.write(bytes([0, 0, code, values.ndim]) + np.array(values.shape, ">u4").tobytes())
        for piece in pieces:
            file.write(np.ascontiguousarray(piece).data)
