"""Read and write IDX files: round trips, damaged files, foreign files, sources of all kinds."""

import gzip
import io
import lzma
import os
import re
import struct
import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from np_data import IdxError, read_idx, write_idx

CODES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


def by_hand(array):
    """Encode without the library: one element after another with struct."""
    letter = {"u1": "B", "i1": "b", "i2": "h", "i4": "i", "f4": "f", "f8": "d"}[array.dtype.str[1:]]
    header = struct.pack(">BBBB", 0, 0, CODES[array.dtype.str[1:]], array.ndim)
    header += b"".join(struct.pack(">I", n) for n in array.shape)
    return header + b"".join(struct.pack(">" + letter, v) for v in array.ravel().tolist())


@st.composite
def arrays(draw):
    dtype = np.dtype(draw(st.sampled_from(sorted(CODES))))
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=5))
    return draw(hnp.arrays(dtype, shape))


def same(a, b):
    assert a.dtype == b.dtype
    assert a.shape == b.shape
    assert a.tobytes() == b.tobytes()  # NaN and -0.0 included


@given(array=arrays(), pack=st.booleans())
def test_read_idx_returns_what_write_idx_wrote(tmp_path_factory, array, pack):
    path = tmp_path_factory.mktemp("idx") / "a"
    write_idx(path, array, compress=pack)
    raw = path.read_bytes()
    assert (gzip.decompress(raw) if pack else raw) == by_hand(array)
    for source in (path, str(path), io.BytesIO(raw)):
        read = read_idx(source)
        same(read, array)
        assert read.dtype.isnative
        assert read.flags.writeable
    if not pack:
        mapped = read_idx(path, mmap=True)
        same(mapped.astype(array.dtype), array)
        assert not mapped.flags.writeable


@pytest.mark.parametrize("code", sorted(CODES))
def test_read_idx_reads_the_limits_of_each_type(tmp_path, code):
    dtype = np.dtype(code)
    limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    array = np.array([limits.min, 0, 1, limits.max], dtype)
    assert read_idx(io.BytesIO(by_hand(array))).tolist() == array.tolist()


def test_read_idx_reads_int32_as_big_endian():
    data = b"\0\0\x0c\x01\0\0\0\x02" + b"\0\0\0\x01" + b"\xff\xff\xff\xfe"
    assert read_idx(io.BytesIO(data)).tolist() == [1, -2]


@pytest.mark.parametrize("kind", [">i4", "<i4"])
def test_write_idx_takes_any_byte_order_and_layout_and_leaves_its_argument(tmp_path, kind):
    array = np.arange(24, dtype=kind).reshape(2, 3, 4)[:, ::-1, ::2].T
    before = array.copy()
    write_idx(tmp_path / "a", array)
    assert (tmp_path / "a").read_bytes() == by_hand(array.astype("i4"))
    assert (array == before).all()


@pytest.mark.parametrize("dtype", [bool, "i8", "u2", "f2", "c8", object, "U1", "M8[s]"])
def test_write_idx_rejects_types_without_a_code(tmp_path, dtype):
    with pytest.raises(TypeError, match=re.escape("array must be one of uint8, int8, int16")):
        write_idx(tmp_path / "a", np.zeros(2, dtype))
    assert list(tmp_path.iterdir()) == []


def test_write_idx_gives_equal_bytes_and_compresses_by_name(tmp_path):
    array = np.arange(1000, dtype=np.int16)
    for name in ("a.gz", "b.gz"):
        write_idx(tmp_path / name, array)
    first = (tmp_path / "a.gz").read_bytes()
    assert first == (tmp_path / "b.gz").read_bytes()
    assert first[:10] == b"\x1f\x8b\x08\x00" + bytes(4) + b"\x00\xff"  # no name, no time
    write_idx(tmp_path / "c", array, compress=True)
    assert (tmp_path / "c").read_bytes() == first
    write_idx(tmp_path / "d.gz", array, compress=False)
    assert (tmp_path / "d.gz").read_bytes() == by_hand(array)


def test_write_idx_error_names_the_given_path_when_folder_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match=re.escape("directory: 'missing/x.idx'") + "$"):
        write_idx("missing/x.idx", np.zeros(3, np.uint8))


def test_write_idx_keeps_the_old_file_when_writing_fails(tmp_path, monkeypatch):
    write_idx(tmp_path / "a", np.zeros(3, np.uint8))
    monkeypatch.setattr(os, "fsync", lambda fd: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match=re.escape("disk full")):
        write_idx(tmp_path / "a", np.ones(3, np.uint8))
    assert read_idx(tmp_path / "a").tolist() == [0, 0, 0]
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


MESSAGES = {
    b"": "byte 0: expected 4 bytes of magic number, got the end",
    b"\0": "byte 1: expected 4 bytes of magic number",
    b"\0\0\x08": "byte 3: expected 4 bytes of magic number",
    b"PK\x03\x04": "byte 0: an IDX file begins with two zero bytes, got b'PK'",
    b"\0\1\x08\x01": "byte 0: an IDX file begins with two zero bytes",
    b"\0\0\x0a\x01\0\0\0\0": "byte 2: expected a type among 0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e, "
    "got 0x0a",
    b"\0\0\x08\xff" + bytes(4 * 255): "byte 3: expected at most 64 dimensions",
    b"\0\0\x08\x02\0\0\0\x01": "byte 8: expected a header of 12 bytes for 2 dimensions, got the "
    "end of the file",
    b"\0\0\x08\x01\0\0\0\x03ab": "byte 10: expected 3 bytes of uint8 elements of shape (3,), "
    "got truncated to 2",
    b"\0\0\x08\x01\0\0\0\x01ab": "byte 9: expected 1 bytes of uint8 elements of shape (1,), "
    "got trailing bytes",
    b"\0\0\x0e\x03" + b"\xff" * 12: "byte 4: expected dimensions that fit into memory",
    b"\0\0\x08\x04" + bytes(4) + b"\xff" * 12: "byte 4: expected dimensions that fit",
}


@pytest.mark.parametrize("data", MESSAGES, ids=range(len(MESSAGES)))
@pytest.mark.parametrize("kind", ["path", "gzip", "object", "mmap"])
def test_read_idx_names_file_position_and_rule_when_header_or_length_is_wrong(tmp_path, data, kind):
    path = tmp_path / "bad.idx"
    path.write_bytes(gzip.compress(data) if kind == "gzip" else data)
    source = io.BytesIO(data) if kind == "object" else path
    name = "BytesIO" if kind == "object" else str(path)
    with pytest.raises(IdxError, match=re.escape(f"{name}: {MESSAGES[data]}")):
        read_idx(source, mmap=kind == "mmap")


SMALL = np.arange(-3, 9, dtype=np.int16).reshape(2, 2, 3)


def read_or_none(data):
    """Return the array, or None if the reader raises an IdxError."""
    try:
        return read_idx(io.BytesIO(data))
    except IdxError as error:
        assert str(error).startswith("BytesIO: ")  # noqa: PT017
        return None


@pytest.mark.parametrize("pack", [False, True])
def test_read_idx_rejects_a_file_truncated_at_any_length(pack):
    data = gzip.compress(by_hand(SMALL), mtime=0) if pack else by_hand(SMALL)
    same(read_or_none(data), SMALL)
    for length in range(len(data)):
        assert read_or_none(data[:length]) is None, length


@pytest.mark.parametrize("pack", [False, True])
@pytest.mark.parametrize("more", [b"\0", b"\0" * 512, b"\x1f", b"\x1f\x8b", b"abc", b"\0abc"])
def test_read_idx_rejects_trailing_bytes_but_takes_gzip_padded_with_zeros(pack, more):
    data = gzip.compress(by_hand(SMALL), mtime=0) if pack else by_hand(SMALL)
    if pack and not more.strip(b"\0"):
        same(read_or_none(data + more), SMALL)
    else:
        assert read_or_none(data + more) is None


FOREIGN = {
    b"\0\0\0\x1cftypheic\0\0\0\0": "byte 2: expected a type among 0x08, 0x09, 0x0b, 0x0c, 0x0d, "
    "0x0e, got 0x00; this is a HEIC or AVIF picture (or a video); save it as PNG first",
    b"\0\0\0\x1cftypavif\0\0\0\0": "byte 2: expected a type among 0x08, 0x09, 0x0b, 0x0c, 0x0d, "
    "0x0e, got 0x00; this is a HEIC or AVIF picture (or a video); save it as PNG first",
    b"version https://git-lfs.github.com/spec/v1\noid sha256:ba89\n": "byte 0: an IDX file begins "
    "with two zero bytes, got b've'; this is a Git LFS pointer; fetch the file itself with `git",
    lzma.compress(b"x"): "got b'\\xfd7'; this is an xz file; decompress it with `unxz` first",
    gzip.compress(b"x"): "got b'\\x1f\\x8b'; this is gzip inside gzip; decompress the file once",
    b"<html><body>404": "got b'<h'; this is HTML or XML; the download may have failed",
    b"PK\x03\x04": "got b'PK'; this is a zip archive (or an Excel file); unpack it",
    b"label,pixel0": "byte 0: an IDX file begins with two zero bytes, got b'la'",
}


@pytest.mark.parametrize("data", FOREIGN, ids=range(len(FOREIGN)))
def test_read_idx_names_foreign_files_and_the_fix(data):
    with pytest.raises(IdxError, match=re.escape(FOREIGN[data])):
        read_idx(io.BytesIO(gzip.compress(data)))


def test_read_idx_rejects_any_flipped_bit_of_a_header():
    data = by_hand(SMALL)
    header = 4 + 4 * SMALL.ndim
    for bit in range(8 * header):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        assert read_or_none(bytes(damaged)) is None, bit  # no other type has two bytes


def test_read_idx_rejects_or_ignores_any_flipped_bit_of_a_gzip_file():
    data = gzip.compress(by_hand(SMALL), mtime=0)
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        read = read_or_none(bytes(damaged))
        if read is not None:  # time stamp, unused flags, system, bits that pad the last block
            same(read, SMALL)


def test_read_idx_reads_gzip_of_several_members():
    data = by_hand(SMALL)
    same(read_idx(io.BytesIO(gzip.compress(data[:7]) + gzip.compress(data[7:]))), SMALL)
    same(read_idx(io.BytesIO(gzip.compress(data) + gzip.compress(b""))), SMALL)
    assert read_or_none(gzip.compress(data) + gzip.compress(b"x")) is None


class Trickle(io.RawIOBase):
    """A binary file that cannot seek and returns one byte at a time, as a socket may."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def read(self, size=-1):
        return self.data.read(min(1, size) if size >= 0 else 1)


@pytest.mark.parametrize("pack", [False, True])
def test_read_idx_reads_sources_that_cannot_seek(tmp_path, pack):
    data = gzip.compress(by_hand(SMALL)) if pack else by_hand(SMALL)
    same(read_idx(Trickle(data)), SMALL)
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(data,))
    writer.start()
    same(read_idx(tmp_path / "pipe"), SMALL)
    writer.join()


def test_read_idx_reads_a_file_from_its_position_and_leaves_it_open(tmp_path):
    (tmp_path / "a").write_bytes(b"junk" + by_hand(SMALL))
    with (tmp_path / "a").open("rb") as file:
        for mmap in (False, True):
            file.seek(4)
            same(read_idx(file, mmap=mmap).astype(SMALL.dtype), SMALL)
        assert not file.closed


def test_read_idx_rejects_wrong_sources(tmp_path):
    for source in (None, 3, [1]):
        with pytest.raises(TypeError, match=re.escape("source must be a path or a binary file")):
            read_idx(source)
    with pytest.raises(TypeError, match=re.escape("must be opened in binary mode")):
        read_idx(io.StringIO("\0\0\x08\1"))
    with pytest.raises(FileNotFoundError, match=re.escape("none'") + "$"):
        read_idx(tmp_path / "none")
    with pytest.raises(TypeError, match=re.escape("mmap=True needs a path or a file on disk")):
        read_idx(io.BytesIO(by_hand(SMALL)), mmap=True)
    write_idx(tmp_path / "a.gz", SMALL)
    with pytest.raises(IdxError, match=re.escape("mmap=True needs an uncompressed file, got gzip")):
        read_idx(tmp_path / "a.gz", mmap=True)


def test_read_idx_uses_the_header_for_any_rank(tmp_path):
    images = np.arange(2 * 3 * 5, dtype=np.uint8).reshape(2, 3, 5)
    for array in (images, images.reshape(2, 15), images.reshape(30)):
        write_idx(tmp_path / "a", array)
        same(read_idx(tmp_path / "a"), array)
