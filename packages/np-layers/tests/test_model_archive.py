import hashlib
import io
import re
import tracemalloc
import zipfile

import numpy as np
import pytest

from np_layers.files.npy import encode
from np_layers.files.npz import read_archive, write_archive

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


def with_digest(data: bytes) -> bytes:
    """Add a right digest, as an attacker would."""
    return data + hashlib.sha256(data).hexdigest().encode()


def forge(*members, compression=zipfile.ZIP_STORED) -> bytes:
    """Return a zip file with any members and a right digest."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as forged:
        for name, data in members:
            info = zipfile.ZipInfo()
            info.filename = name
            forged.writestr(info, data, compression)
        forged.comment = b"sha256:" + b"0" * 64
    return with_digest(stream.getvalue()[:-64])


CONFIG = ("config.npy", encode(np.frombuffer(b"{}", np.uint8)))


def test_read_archive_returns_what_write_archive_got():
    arrays, document = read(archive())
    assert document == DOCUMENT
    assert list(arrays) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].shape == array.shape
        assert arrays[name].tobytes() == array.tobytes()


def test_numpy_reads_archive_without_pickle():
    with np.load(io.BytesIO(archive()), allow_pickle=False) as plain:
        assert plain.files == ["config", *ARRAYS]
        for name, array in ARRAYS.items():
            np.testing.assert_array_equal(plain[name], array)
    assert zipfile.ZipFile(io.BytesIO(archive())).testzip() is None


def test_archive_bytes_ignore_memory_order_byte_order_and_order_of_keys():
    turned = {name: np.array(array, order="F") for name, array in ARRAYS.items()}
    swapped = {name: a.astype(a.dtype.newbyteorder()) for name, a in ARRAYS.items()}
    assert archive() == archive(turned) == archive(swapped)
    assert archive() == archive(document=dict(reversed(DOCUMENT.items())))


def test_archive_bytes_are_those_of_release_0_1_0():
    # Python 3.11, 3.12 and 3.13 with NumPy 1.26, 2.4 and 2.5 gave this digest.
    digest = hashlib.sha256(archive({"0.weight": np.arange(3.0)}, {"answer": 42})).hexdigest()
    assert digest == ("c7ccaaa718683aec9200cf54b8c5ef8f46ed1a7dd0f92ee3c9e725dd6f015fa8")


def test_read_archive_rejects_every_flipped_bit():
    data = archive()
    assert len(data) < 3000
    for place in range(len(data)):
        for bit in range(8):
            broken = bytearray(data)
            broken[place] ^= 1 << bit
            with pytest.raises(ValueError, match=r"^(the first \d+ bytes must|the last 71 of)"):
                read(bytes(broken))


def test_read_archive_rejects_every_cut_and_addition():
    data = archive()
    for length in range(len(data)):
        with pytest.raises(ValueError, match=r"^the last 71 of"):
            read(data[:length])
        with pytest.raises(ValueError, match=r"^the first \d+ bytes must have sha256"):
            read(data[length + 1 :] if length + 1 < len(data) - 71 else b"x" + data)
    for extra in [b"\0", b"\n", bytes(71), data]:
        with pytest.raises(ValueError, match=r"^(the first \d+ bytes must|the last 71 of)"):
            read(data + extra)


def test_read_archive_rejects_or_survives_changes_with_new_digest():
    data = archive()[:-64]
    generator = np.random.default_rng(0)
    refused = 0
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] = generator.integers(256)
        if generator.random() < 0.2:
            del broken[place : place + generator.integers(40)]
        try:
            arrays, _ = read(with_digest(bytes(broken)))
        except ValueError:
            refused += 1
        else:
            assert sum(array.nbytes for array in arrays.values()) <= len(data)
    assert refused > len(data) / 2


def test_read_archive_never_executes_pickles(tmp_path, monkeypatch):
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
        ([], "must have a member 'config', got []"),
        ([("0.weight.npy", encode(np.eye(2)))], "must have a member 'config', got ['0.weight']"),
        (
            [CONFIG, ("../0.npy", encode(np.eye(2)))],
            "a member must be a .npy file",
        ),
        ([CONFIG, ("/0.npy", encode(np.eye(2)))], "a member must be a .npy file"),
        (
            [CONFIG, ("a\\..\\0.npy", encode(np.eye(2)))],
            "a member must be a .npy file",
        ),
        ([CONFIG, ("C:0.npy", encode(np.eye(2)))], "a member must be a .npy file"),
        ([CONFIG, ("...npy", encode(np.eye(2)))], "a member must be a .npy file"),
        (
            [CONFIG, ("0.npy\0.txt", encode(np.eye(2)))],
            "a member must be a .npy file",
        ),
        ([CONFIG, ("folder/", b"")], "a member must be a .npy file"),
        ([CONFIG, ("0.weight", encode(np.eye(2)))], "a member must be a .npy file"),
        ([("config.npy", b"")], "array 'config': a .npy file starts with"),
        ([("config.npy", encode(np.frombuffer(b"{", np.uint8)))], "not valid JSON"),
        ([("config.npy", encode(np.frombuffer(b"[" * 10**5, np.uint8)))], "not valid JSON"),
        (
            [("config.npy", encode(np.frombuffer(b"NaN", np.uint8)))],
            "must be finite, got NaN",
        ),
        ([("config.npy", encode(np.frombuffer(b"9" * 9999, np.uint8)))], "not valid JSON"),
        ([("config.npy", encode(np.frombuffer(b"\xff", np.uint8)))], "not valid JSON"),
    ],
)
def test_read_archive_rejects_members_that_save_does_not_write(members, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        read(forge(*members))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_read_archive_rejects_doubled_member():
    members = [CONFIG, ("0.npy", encode(np.eye(2))), ("0.npy", encode(np.eye(3)))]
    with pytest.raises(ValueError, match=re.escape("got '0.npy' twice")):
        read(forge(*members))


def bomb() -> bytes:
    return forge(CONFIG, ("0.npy", encode(np.zeros(10**6))), compression=zipfile.ZIP_DEFLATED)


def claim() -> bytes:
    shape = b"\x93NUMPY\x01\x00\x47\x00{'descr': '<f8', 'fortran_order': False, 'shape': (%d,), }"
    return forge(CONFIG, ("0.npy", (shape % 10**12).ljust(80) + b"\n" + bytes(8)))


def overlap() -> bytes:
    """Return an archive that lists the same megabyte under a hundred names."""
    one = forge(CONFIG, ("000.npy", encode(np.zeros(10**6, np.uint8))))[: -71 - 22]
    start = one.rindex(b"PK\x01\x02")
    entry = one[start:]
    directory = b"".join(entry.replace(b"000.npy", b"%03d.npy" % i) for i in range(100))
    stop = one.index(b"PK\x01\x02")
    first = one[stop:start]
    directory = first + directory
    end = b"PK\x05\x06" + bytes(4) + (101).to_bytes(2, "little") * 2
    end += len(directory).to_bytes(4, "little") + stop.to_bytes(4, "little")
    return with_digest(one[:stop] + directory + end + (71).to_bytes(2, "little") + b"sha256:")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (bomb, "a member must not be compressed or encrypted"),
        (claim, "needs 8000000000000 bytes, got 8"),
        (overlap, "the members must fit into the file's"),
    ],
)
def test_read_archive_rejects_bombs_within_memory_of_file_size(make, message):
    stream = io.BytesIO(make())
    tracemalloc.start()
    try:
        with pytest.raises(ValueError, match=re.escape(message)):
            read_archive(stream)
        assert tracemalloc.get_traced_memory()[1] < stream.seek(0, io.SEEK_END) + 5 * 10**6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["config", "", "a/b", "a\\b", "c:d", "a\nb", ".hidden"])
def test_write_archive_rejects_names_that_read_archive_rejects(name):
    with pytest.raises(ValueError, match=re.escape(f"got {name!r}; rename the layer")):
        write_archive(io.BytesIO(), {name: np.eye(2)}, {})


def test_write_archive_rejects_nan_in_document():
    with pytest.raises(ValueError, match=re.escape("not JSON compliant")):
        write_archive(io.BytesIO(), {}, {"rate": float("nan")})


@pytest.mark.parametrize("other", [b"", b"PK", b"<html>not found</html>" * 9, bytes(5000)])
def test_read_archive_rejects_other_files(other):
    with pytest.raises(ValueError, match=re.escape(f"of {len(other)} bytes must be 'sha256:'")):
        read(other)


def test_read_archive_rejects_plain_npz():
    stream = io.BytesIO()
    np.savez(stream, **ARRAYS)
    with pytest.raises(ValueError, match=re.escape("the file is cut, extended or not from np_la")):
        read(stream.getvalue())
