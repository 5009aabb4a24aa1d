"""Reading IDX, the format of MNIST and its relatives: strictly, without waste, or by a memory map.

A file is either read completely and correctly or refused with an IdxError: the number of elements
must be the one that the header promises, no byte less and no byte more. Memory is only taken for
bytes that have arrived, whatever the header promises and whatever a gzip stream inflates to.
"""

import os
import stat
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from np_data.errors import IdxError
from np_data.idx_header import IdxHeader, read_all, read_header
from np_data.streams import Gunzip, Plain, Source, name_of, opened, stream_of


def read_idx(source: Source, *, mmap: bool = False) -> NDArray[Any]:
    """Read an IDX file, compressed by gzip or not, into an array.

    Parameters
    ----------
    source : path or binary file object
        Compression is recognised by content, never by name. A file object is read from where it
        stands to its end, and left open.
    mmap : bool
        Map an uncompressed file into memory instead of reading it: this takes constant time, and
        only the rows that are used are ever loaded. The array is read-only and keeps the byte
        order of the disk (big-endian); its values compare and compute like any other.

    Returns
    -------
    ndarray
        uint8, int8, int16, int32, float32 or float64 in native byte order, writeable, in the shape
        that the header gives: `(N, 28, 28)` for MNIST's images, `(N,)` for its labels.

    Raises
    ------
    IdxError
        If the header is none of IDX's, the elements are fewer or more than it promises, or the
        gzip stream is corrupt; and if `mmap` is asked for a compressed file.
    TypeError
        If `source` is neither a path nor a binary file, or `mmap` is asked for a file object that
        is not a file of the operating system.

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
    name = name_of(source)
    with opened(source) as file:
        stream = stream_of(file, name=name, error=IdxError)
        header = read_header(stream, name=name)
        if mmap:
            return _mapped(file, stream, header, name)
        if file is not source and isinstance(stream, Plain):
            return _read_file(file, header, name)
        return _read_stream(stream, header, name)


def _read_file(file: BinaryIO, header: IdxHeader, name: str) -> NDArray[Any]:
    """Read straight into the array: the length of a regular file is known beforehand."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):  # a pipe has a path as well
        return _read_stream(Plain(file, b""), header, name)
    _check_length(status.st_size - header.offset, header, name)
    array = np.empty(header.shape, header.dtype)
    filled = Plain(file, b"").readinto(array.reshape(-1).view(np.uint8).data)
    _check_length(filled, header, name)
    return _native(array)


def _read_stream(stream: Plain | Gunzip, header: IdxHeader, name: str) -> NDArray[Any]:
    """Read elements of which it is unknown how many there are."""
    payload = read_all(stream, header.nbytes)
    _check_length(len(payload) + len(stream.read(1)), header, name)
    return _native(np.frombuffer(payload, header.dtype).reshape(header.shape))


def _mapped(file: BinaryIO, stream: Plain | Gunzip, header: IdxHeader, name: str) -> NDArray[Any]:
    if isinstance(stream, Gunzip):
        raise IdxError(f"{name}: mmap=True needs an uncompressed file, got gzip; gunzip it first")
    try:
        size = os.fstat(file.fileno()).st_size
    except (AttributeError, OSError) as problem:
        raise TypeError(f"mmap=True needs a path or a file on disk, got {file!r}") from problem
    offset = file.tell()
    _check_length(size - offset, header, name)
    if header.nbytes == 0:  # nothing can be mapped
        empty = np.empty(header.shape, header.dtype)
        empty.flags.writeable = False
        return empty
    return np.memmap(file, dtype=header.dtype, mode="r", offset=offset, shape=header.shape)


def _check_length(got: int, header: IdxHeader, name: str) -> None:
    if got == header.nbytes:
        return
    what = f"{header.dtype.name} elements of shape {header.shape}"
    if got < header.nbytes:
        raise IdxError(
            f"{name}: byte {header.offset + got}: truncated, expected {header.nbytes} bytes of "
            f"{what} after a header of {header.offset}, got {got}"
        )
    raise IdxError(
        f"{name}: byte {header.offset + header.nbytes}: expected the end of the file after {what}, "
        "got trailing bytes"
    )


def _native(array: NDArray[Any]) -> NDArray[Any]:
    """Swap the bytes in place where the machine's order is not that of the disk."""
    if array.dtype.isnative:
        return array
    return array.byteswap(inplace=True).view(array.dtype.newbyteorder("="))
