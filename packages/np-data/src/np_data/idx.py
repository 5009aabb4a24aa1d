"""Read and write IDX files, the format of MNIST.

A file is read completely and correctly or refused with an IdxError: the number of elements must be
the one that the header promises. Memory is taken only for bytes that have arrived, whatever the
header promises. Equal arrays are written as equal bytes, so a checksum identifies the data.
"""

import os
import stat
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_data._idx_header import DTYPES, IdxHeader, read_header, read_up_to
from np_data._streams import PathOrFile, Stream, name_of, opened, written
from np_data.errors import IdxError

_BUFFERSIZE = 1 << 16  # elements converted at once, so that a memory map is never copied whole


def read_idx(source: PathOrFile, *, mmap: bool = False) -> NDArray[Any]:
    """Read an IDX file, compressed by gzip or not, into an array.

    Parameters
    ----------
    source : path or binary file
        Gzip is recognized by content, not by name. A file object is read from its current
        position to its end and left open.
    mmap : bool
        Map an uncompressed file into memory instead of reading it. This takes constant time, and
        only the rows that are used are loaded. The array is read-only and keeps the byte order of
        the file (big-endian); its values compare and compute like any others.

    Returns
    -------
    ndarray
        uint8, int8, int16, int32, float32 or float64 in native byte order, writeable, in the shape
        that the header gives: ``(N, 28, 28)`` for MNIST's images, ``(N,)`` for its labels.

    Raises
    ------
    IdxError
        If the header is not an IDX header, there are fewer or more elements than it promises, or
        the gzip data is damaged; if ``mmap`` is asked for a gzip file.
    TypeError
        If ``source`` is neither a path nor a binary file, or ``mmap`` is asked for a file object
        that is not a file on the disk.
    ValueError
        If ``mmap`` is not a boolean.

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
    if mmap not in (True, False):
        raise ValueError(f"mmap must be True or False, got {mmap!r}; a map is always read-only")
    name = name_of(source)
    with opened(source) as file:
        stream = Stream(file, name=name, error=IdxError)
        header = read_header(stream, name=name)
        if mmap:
            return _map(file, stream, header, name)
        if file is source or stream.is_gzip or not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            elements = read_up_to(stream, header.nbytes)
            _check_length(len(elements) + len(stream.read(1)), header, name)
            array = np.frombuffer(elements, header.dtype).reshape(header.shape)
        else:  # a regular file, whose length is known: read into the array itself
            _check_length(os.fstat(file.fileno()).st_size - header.offset, header, name)
            array = np.empty(header.shape, header.dtype)
            count = stream.readinto(array.reshape(-1).view(np.uint8).data)
            _check_length(count, header, name)
    if array.dtype.isnative:
        return array
    return array.byteswap(inplace=True).view(array.dtype.newbyteorder("="))


def _map(file: BinaryIO, stream: Stream, header: IdxHeader, name: str) -> NDArray[Any]:
    if stream.is_gzip:
        raise IdxError(f"{name}: mmap=True needs an uncompressed file, got gzip; gunzip it first")
    try:
        size = os.fstat(file.fileno()).st_size
    except (AttributeError, OSError) as error:
        raise TypeError(f"mmap=True needs a path or a file on disk, got {file!r}") from error
    offset = file.tell()
    _check_length(size - offset, header, name)
    if header.nbytes == 0:  # zero bytes cannot be mapped
        empty = np.empty(header.shape, header.dtype)
        empty.flags.writeable = False
        return empty
    return np.memmap(file, dtype=header.dtype, mode="r", offset=offset, shape=header.shape)


def _check_length(got: int, header: IdxHeader, name: str) -> None:
    if got == header.nbytes:
        return
    elements = f"{header.dtype.name} elements of shape {header.shape}"
    if got < header.nbytes:
        raise IdxError(
            f"{name}: byte {header.offset + got}: truncated, expected {header.nbytes} bytes of "
            f"{elements} after a header of {header.offset}, got {got}"
        )
    raise IdxError(
        f"{name}: byte {header.offset + header.nbytes}: expected the end of the file after "
        f"{elements}, got trailing bytes"
    )


def write_idx(
    path: str | os.PathLike[str], array: ArrayLike, *, compress: bool | None = None
) -> None:
    """Write an array as an IDX file, atomically: other readers see all of it or none of it.

    Parameters
    ----------
    path : path
        The file to create or replace. Its folder must exist.
    array : array_like
        uint8, int8, int16, int32, float32 or float64, of any shape and either byte order.
    compress : bool, optional
        Whether to compress by gzip; by default if ``path`` ends in ``.gz``.

    Raises
    ------
    TypeError
        If IDX has no code for the array's dtype.
    ValueError
        If a dimension is longer than 2**32 - 1.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from np_data import read_idx
    >>> path = tempfile.mkdtemp() + "/labels.idx"
    >>> write_idx(path, np.array([5, 0, 4], dtype=np.uint8))
    >>> with open(path, "rb") as file:
    ...     file.read().hex(" ")
    '00 00 08 01 00 00 00 03 05 00 04'
    >>> read_idx(path)
    array([5, 0, 4], dtype=uint8)
    """
    values = np.asarray(array)
    dtype = values.dtype.newbyteorder(">")
    if dtype not in DTYPES.values():
        raise TypeError(
            "array must be one of uint8, int8, int16, int32, float32 and float64, "
            f"got {values.dtype}; convert it with astype"
        )
    if any(length >= 2**32 for length in values.shape):
        raise ValueError(f"a dimension of IDX is at most 2**32 - 1, got the shape {values.shape}")
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
        file.write(IdxHeader(dtype, values.shape).to_bytes())
        for piece in pieces:
            file.write(np.ascontiguousarray(piece).data)
