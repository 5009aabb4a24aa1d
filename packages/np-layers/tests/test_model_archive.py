import hashlib
import io
import re
import tracemalloc
import zipfile

import numpy as np
import pytest

from np_layers.files.model_archive import read_archive, write_archive
from np_layers.files.npy_format import encode

ARRAYS = {
    "0.weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "큰.bias": np.array([1.5, -0.0, np.nan]),
    "1.empty": np.empty((0, 4), np.float32),
    "1.steps": np.array(7),
}
DOCUMENT = {"b": [1, None, {"c": "ü"}], "a": 0.1}


def archive(arrays=ARRAYS, document=DOCUMENT) -> bytes:
    stream = io.BytesIO()
    write_archive(stream, arrays, document)
    return stream.getvalue()


def read(data: bytes):
    return read_archive(io.BytesIO(data))


def seal(data: bytes) -> bytes:
    """What somebody who knows the format would do: compute the digest anew."""
    return data + hashlib.sha256(data).hexdigest().encode()


def forge(*members, compression=zipfile.ZIP_STORED) -> bytes:
    """A sealed zip file with any members at all."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as forged:
        for name, data in members:
            info = zipfile.ZipInfo()
            info.filename = name
            forged.writestr(info, data, compression)
        forged.comment = b"sha256:" + b"0" * 64
    return seal(stream.getvalue()[:-64])


CONFIG = ("config.npy", encode(np.frombuffer(b"{}", np.uint8)))


def test_arrays_and_document_come_back_bit_for_bit():
    arrays, document = read(archive())
    assert document == DOCUMENT
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        assert arrays[name].tobytes() == array.tobytes()


def test_plain_numpy_opens_it_without_pickle():
    with np.load(io.BytesIO(archive()), allow_pickle=False) as plain:
        assert plain.files == ["config", *ARRAYS]
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(plain[name], array)
    assert zipfile.ZipFile(io.BytesIO(archive())).testzip() is None


def test_the_bytes_depend_on_the_content_alone():
    turned = {name: np.array(array, order="F") for name, array in ARRAYS.items()}
    swapped = {name: a.astype(a.dtype.newbyteorder()) for name, a in ARRAYS.items()}
    assert archive() == archive(turned) == archive(swapped)
    assert archive() == archive(document=dict(reversed(DOCUMENT.items())))


def test_the_bytes_are_those_of_the_first_release():
    # Written down from Python 3.11, 3.12 and 3.13 with NumPy 1.26, 2.4 and 2.5, which agree.
    digest = hashlib.sha256(archive({"0.weight": np.arange(3.0)}, {"answer": 42})).hexdigest()
    assert digest == ("c7ccaaa718683aec9200cf54b8c5ef8f46ed1a7dd0f92ee3c9e725dd6f015fa8")


def test_every_flipped_bit_is_noticed():
    data = archive()
    assert len(data) < 3000
    for place in range(len(data)):
        for bit in range(8):
            broken = bytearray(data)
            broken[place] ^= 1 << bit
            with pytest.raises(ValueError, match=r"^(expected sha256|the last 71 of)"):
                read(bytes(broken))


def test_every_cut_and_every_addition_is_noticed():
    data = archive()
    for length in range(len(data)):
        with pytest.raises(ValueError, match=r"^the last 71 of"):
            read(data[:length])
        with pytest.raises(ValueError, match=r"^expected sha256"):
            read(data[length + 1 :] if length + 1 < len(data) - 71 else b"x" + data)
    for extra in [b"\0", b"\n", bytes(71), data]:
        with pytest.raises(ValueError, match=r"^(expected sha256|the last 71 of)"):
            read(data + extra)


def test_a_change_under_a_new_digest_is_refused_or_harmless():
    data = archive()[:-64]
    generator = np.random.default_rng(0)
    refused = 0
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] = generator.integers(256)
        if generator.random() < 0.2:
            del broken[place : place + generator.integers(40)]
        try:
            arrays, _ = read(seal(bytes(broken)))
        except ValueError:
            refused += 1
        else:
            assert sum(array.nbytes for array in arrays.values()) <= len(data)
    assert refused > len(data) / 2


def test_pickles_are_not_executed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    program = b"cos\nmkdir\n(S'executed'\ntR."  # os.mkdir("executed"), in the oldest protocol
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (), }".ljust(117) + b"\n"
    objects = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + program
    for data in [objects, program]:
        for members in [(CONFIG, ("0.weight.npy", data)), (("config.npy", data),)]:
            with pytest.raises(ValueError, match=re.escape("a .npy ")):
                read(forge(*members))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ([], "holds a member 'config', got []"),
        ([("0.weight.npy", encode(np.eye(2)))], "holds a member 'config', got ['0.weight']"),
        ([CONFIG, ("../0.npy", encode(np.eye(2)))], "a member's name is flat"),
        ([CONFIG, ("/0.npy", encode(np.eye(2)))], "a member's name is flat"),
        ([CONFIG, ("a\\..\\0.npy", encode(np.eye(2)))], "a member's name is flat"),
        ([CONFIG, ("C:0.npy", encode(np.eye(2)))], "a member's name is flat"),
        ([CONFIG, ("...npy", encode(np.eye(2)))], "a member's name is flat"),
        ([CONFIG, ("0.npy\0.txt", encode(np.eye(2)))], "a member's name is flat"),
        ([CONFIG, ("folder/", b"")], "a member's name is flat"),
        ([CONFIG, ("0.weight", encode(np.eye(2)))], "a member's name is flat and ends in .npy"),
        ([("config.npy", b"")], "array 'config': a .npy member starts with"),
        ([("config.npy", encode(np.frombuffer(b"{", np.uint8)))], "not valid JSON"),
        ([("config.npy", encode(np.frombuffer(b"[" * 10**5, np.uint8)))], "not valid JSON"),
        ([("config.npy", encode(np.frombuffer(b"NaN", np.uint8)))], "a number is finite, got NaN"),
        ([("config.npy", encode(np.frombuffer(b"9" * 9999, np.uint8)))], "not valid JSON"),
        ([("config.npy", encode(np.frombuffer(b"\xff", np.uint8)))], "not valid JSON"),
    ],
)
def test_members_that_save_cannot_have_written_are_refused(members, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        read(forge(*members))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice_is_refused():
    members = [CONFIG, ("0.npy", encode(np.eye(2))), ("0.npy", encode(np.eye(3)))]
    with pytest.raises(ValueError, match=re.escape("got '0.npy' more than once")):
        read(forge(*members))


def bomb() -> bytes:
    return forge(CONFIG, ("0.npy", encode(np.zeros(10**6))), compression=zipfile.ZIP_DEFLATED)


def claim() -> bytes:
    shape = b"\x93NUMPY\x01\x00\x47\x00{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }"
    return forge(CONFIG, ("0.npy", (shape % 10**12).ljust(80) + b"\n" + bytes(8)))


def overlap() -> bytes:
    """A directory that lists the same megabyte under a hundred names."""
    one = forge(CONFIG, ("000.npy", encode(np.zeros(10**6, np.uint8))))[: -71 - 22]
    start = one.rindex(b"PK\x01\x02")
    entry = one[start:]
    directory = b"".join(entry.replace(b"000.npy", b"%03d.npy" % i) for i in range(100))
    stop = one.index(b"PK\x01\x02")
    first = one[stop:start]
    directory = first + directory
    end = b"PK\x05\x06" + bytes(4) + (101).to_bytes(2, "little") * 2
    end += len(directory).to_bytes(4, "little") + stop.to_bytes(4, "little")
    return seal(one[:stop] + directory + end + (71).to_bytes(2, "little") + b"sha256:")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (bomb, "members are neither compressed nor encrypted"),
        (claim, "needs 8000000000000 bytes, got 8"),
        (overlap, "all members fit into the file's"),
    ],
)
def test_a_bomb_takes_no_more_memory_than_the_file_is_long(make, message):
    stream = io.BytesIO(make())
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=re.escape(message)):
            read_archive(stream)
        assert tracemalloc.get_traced_memory()[1] < stream.seek(0, io.SEEK_END) + 5 * 10**6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["config", "", "a/b", "a\\b", "c:d", "a\nb", ".hidden"])
def test_names_that_would_not_be_read_are_not_written(name):
    with pytest.raises(ValueError, match=re.escape(f"got {name!r}; rename the layer")):
        write_archive(io.BytesIO(), {name: np.eye(2)}, {})


def test_numbers_that_json_lacks_are_not_written():
    with pytest.raises(ValueError, match=re.escape("not JSON compliant")):
        write_archive(io.BytesIO(), {}, {"rate": float("nan")})


@pytest.mark.parametrize("other", [b"", b"PK", b"<html>not found</html>" * 9, bytes(5000)])
def test_other_files_are_refused(other):
    with pytest.raises(ValueError, match=re.escape(f"of {len(other)} bytes must be 'sha256:'")):
        read(other)


def test_a_plain_npz_is_refused():
    stream = io.BytesIO()
    np.savez(stream, **ARRAYS)
    with pytest.raises(ValueError, match=re.escape("was cut, extended or not written by np_la")):
        read(stream.getvalue())
