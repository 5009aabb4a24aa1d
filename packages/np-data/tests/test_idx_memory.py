"""Memory that reading and writing IDX files takes, hostile files included."""

import gzip
import io
import re
import tracemalloc
import zlib

import numpy as np
import pytest

from np_data import IdxError, read_idx, write_idx

MEGABYTE = 1 << 20


def peak(call):
    """Return the most memory in bytes that Python and NumPy held during the call."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def refused(source, message):
    def call():
        with pytest.raises(IdxError, match=re.escape(message)):
            read_idx(source)

    return call


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("dimension", [b"\x7f\xff\xff\xff", b"\xff\xff\xff\xff"])
def test_read_idx_takes_no_memory_for_elements_that_are_missing(tmp_path, pack, dimension):
    data = b"\0\0\x08\x01" + dimension + b"a few bytes"
    path = tmp_path / "a"
    path.write_bytes(gzip.compress(data) if pack else data)
    assert peak(refused(path, "truncated")) < 3 * MEGABYTE
    assert peak(refused(io.BytesIO(path.read_bytes()), "truncated")) < 3 * MEGABYTE


def test_read_idx_does_not_decompress_a_gzip_bomb(tmp_path):
    packer = zlib.compressobj(9, wbits=31)
    bomb = packer.compress(b"\0\0\x08\x01\0\0\0\x05hello")
    for _ in range(256):
        bomb += packer.compress(bytes(MEGABYTE))
    (tmp_path / "bomb.gz").write_bytes(bomb + packer.flush())
    assert peak(refused(tmp_path / "bomb.gz", "trailing bytes")) < 3 * MEGABYTE


def test_read_idx_rejects_a_header_of_2_to_the_93_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"\0\0\x08\x03" + b"\x80\0\0\0" * 3)
    assert peak(refused(tmp_path / "a", "fit into memory")) < MEGABYTE


def test_read_idx_and_write_idx_take_little_more_memory_than_the_array(tmp_path):
    array = np.random.default_rng(0).integers(0, 256, 16 * MEGABYTE, dtype=np.uint8)
    write_idx(tmp_path / "a", array)
    assert peak(lambda: read_idx(tmp_path / "a")) < 17 * MEGABYTE
    assert peak(lambda: read_idx(tmp_path / "a", mmap=True)) < MEGABYTE
    assert peak(lambda: write_idx(tmp_path / "b", array.view(np.int16))) < 2 * MEGABYTE
