import hashlib
import json
import os
import re
import tracemalloc

import numpy as np
import pytest
import safetensors.numpy

from np_layers import (
    BatchNorm,
    Dense,
    Dropout,
    ModelFileError,
    ReLU,
    Sequential,
    load_safetensors,
    save_safetensors,
)
from np_layers.files.document import document_of
from np_layers.files.safetensors import _decode, _encode


def small(dtype=np.float32, seed=0) -> Sequential:
    layers = [Dense(3), BatchNorm(), ReLU(), Dropout(0.5), ("머리", Dense(2, bias=False))]
    return Sequential(layers, input_shape=(3,), rng=np.random.default_rng(seed), dtype=dtype)


def write(path, header, data=b"") -> None:
    """Write a file with any header and a right digest."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    head = len(text).to_bytes(8, "little") + text
    digest = hashlib.sha256(head + data).hexdigest().encode()
    path.write_bytes(head.replace(b"0" * 64, digest) + data)


def header_of(entries, document=None):
    about = {"np_layers": json.dumps(document or document_of(small())), "sha256": "0" * 64}
    return {"__metadata__": about, **entries}


def test_official_package_reads_arrays_and_document(tmp_path):
    model, path = small(), tmp_path / "model.safetensors"
    save_safetensors(model, path)
    state, theirs = model.state_dict(), safetensors.numpy.load_file(path)
    assert theirs.keys() == state.keys()
    for name, array in theirs.items():
        assert array.dtype == state[name].dtype
        np.testing.assert_array_equal(array, state[name])
    with safetensors.safe_open(path, framework="numpy") as opened:
        assert json.loads(opened.metadata()["np_layers"])["model"] == model.to_config()


def test_encode_stores_any_memory_order_in_c_order():
    plain = np.arange(12, dtype=np.float32).reshape(3, 4)
    turned = {
        "transposed": plain.T,
        "reversed": plain[::-1, ::2],
        "fortran": np.asfortranarray(plain),
        "big endian": plain.astype(">f4"),
        "broadcast": np.broadcast_to(np.float64(2), (2, 2)),
        "scalar": np.array(3),
        "empty": np.empty((0, 2)),
    }
    content = b"".join(_encode(turned, {}))
    ours, document = _decode(content)
    theirs = safetensors.numpy.load(content)
    assert document == {}
    assert ours.keys() == theirs.keys() == turned.keys()
    for name, array in turned.items():
        for back in (ours[name], theirs[name]):
            assert back.dtype == array.dtype.newbyteorder("=")
            np.testing.assert_array_equal(back, array)


def test_official_package_writes_arrays_that_load_state_dict_takes(tmp_path):
    model, path = small(), tmp_path / "model.safetensors"
    save_safetensors(model, path)
    arrays = safetensors.numpy.load_file(path)
    other = small(seed=1)
    other.load_state_dict(safetensors.numpy.load(safetensors.numpy.save(arrays)))
    x = np.ones((2, 3))
    assert (other.forward(x) == model.forward(x)).all()


def test_save_safetensors_aligns_arrays(tmp_path):
    layers = [Dense(1), Dropout(0.5)]  # 12 bytes of float32, then 16 of 64-bit integers
    model = Sequential(layers, input_shape=(2,), rng=np.random.default_rng(0))
    save_safetensors(model, tmp_path / "model.safetensors")
    content = (tmp_path / "model.safetensors").read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    del header["__metadata__"]
    assert len(header) == 4
    for entry in header.values():
        width = int(entry["dtype"][1:]) // 8
        assert (8 + size + entry["data_offsets"][0]) % width == 0


def test_decode_rejects_every_flipped_bit_cut_and_addition():
    model = Sequential([Dense(1)], input_shape=(1,), rng=np.random.default_rng(0))
    content = b"".join(_encode(model.state_dict(), {"a": "é"}))
    assert len(content) < 500
    for place in range(len(content)):
        for bit in range(8):
            broken = bytearray(content)
            broken[place] ^= 1 << bit
            with pytest.raises(ValueError, match=r"^the (header|file) must have"):
                _decode(bytes(broken))
        for cut in [content[:place], content[place + 1 :], content + content[: place + 1]]:
            with pytest.raises(ValueError, match=r"^the (header|file) must have"):
                _decode(cut)


def test_load_safetensors_rejects_damaged_file_and_names_it(tmp_path):
    path = tmp_path / "model.safetensors"
    for content in [b"", b"\x93NUMPY", b"<html>" * 99, bytes(999), b"\xff" * 99]:
        path.write_bytes(content)
        with pytest.raises(
            ModelFileError, match=re.escape(f"model file '{path}': the header must")
        ):
            load_safetensors(path)


@pytest.mark.parametrize("dtype", [np.float16, bool, object])
def test_encode_rejects_other_dtypes(dtype):
    with pytest.raises(TypeError, match=re.escape(f"got {np.dtype(dtype)} for 'a'")):
        _encode({"a": np.zeros(2, dtype)}, {})


@pytest.mark.parametrize("model", [None, Dense(2)])
def test_save_safetensors_rejects_other_objects(tmp_path, model):
    with pytest.raises(TypeError, match=re.escape(f"model must be a Sequential, got {model!r}")):
        save_safetensors(model, tmp_path / "model.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_load_safetensors_without_architecture_names_from_torch_state_dict(tmp_path):
    safetensors.numpy.save_file(small().state_dict(), tmp_path / "model.safetensors")
    with pytest.raises(ModelFileError, match=re.escape("use from_torch_state_dict if PyTorch")):
        load_safetensors(tmp_path / "model.safetensors")


def test_load_safetensors_rejects_newer_format_and_names_its_release(tmp_path):
    path = tmp_path / "model.safetensors"
    document = {**document_of(small()), "format_version": 2, "written_by": "np-layers 3.1.0"}
    path.write_bytes(b"".join(_encode(small().state_dict(), document))[:-1])
    with pytest.raises(ModelFileError, match=re.escape("1, got 2; install 'np-layers 3.1.0'")):
        load_safetensors(path)


def entry(dtype="F32", shape=(2,), data_offsets=(0, 8), **more):
    return {"dtype": dtype, "shape": shape, "data_offsets": data_offsets, **more}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ([{"sha256": "0" * 64}], "must state dtype, shape and position"),
        (header_of({"a": None}), "must state dtype, shape and position"),
        (header_of({"a": []}), "must state dtype, shape and position"),
        (header_of({"a": entry(dtype="F16")}), "KeyError('F16')"),
        (header_of({"a": entry(dtype=[])}), "must state dtype, shape and position"),
        (header_of({"a": entry(shape=None)}), "must state dtype, shape and position"),
        (header_of({"a": entry(shape="2")}), "sizes and offsets must be integers"),
        (header_of({"a": entry(shape=[-2])}), "sizes and offsets must be integers"),
        (header_of({"a": entry(shape=[2.0])}), "sizes and offsets must be integers"),
        (header_of({"a": entry(shape=[True, 2])}), "sizes and offsets must be integers"),
        (header_of({"a": entry(shape=[10**9, 10**9])}), "must have the length that its shape"),
        (header_of({"a": entry(shape=[1] * 40 + [2])}), "must have the length that its shape"),
        (header_of({"a": entry(shape=[0, 10**30])}), "must have the length that its shape"),
        (header_of({"a": entry(shape=[0, 10**30], data_offsets=(0, 0))}), ""),
        (header_of({"a": entry(data_offsets=(8, 16))}), "must have the length that its shape"),
        (header_of({"a": entry(data_offsets=(8, 0))}), "must have the length that its shape"),
        (header_of({"a": entry(data_offsets=(0, 4, 8))}), ""),
        (header_of({"a": entry(), "b": entry()}), "without gaps, got [[0, 8], [0, 8]]"),
        (header_of({"a": entry(shape=[1], data_offsets=(4, 8))}), "without gaps"),
        (header_of({}), "without gaps"),
        (header_of({"a": entry()}), "the architecture cannot be built"),
        (header_of({"a": entry()}, {"format": "x"}), "format must be"),
        (json.dumps(header_of({})).encode()[:-1] + b', "a": 1, "a": 2}', "got 'a' twice"),
        (b'{"sha256": "' + b"0" * 64 + b'"}' + b"[" * 10**5, "not valid JSON"),
        (b"[" * 10**5 + b'"sha256": "' + b"0" * 64, "not valid JSON"),
    ],
)
def test_load_safetensors_rejects_other_headers_within_little_memory(tmp_path, header, message):
    path = tmp_path / "model.safetensors"
    write(path, header, bytes(8))
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=re.escape(f"model file '{path}': ")) as caught:
            load_safetensors(path)
        assert tracemalloc.get_traced_memory()[1] < 4 * 10**6
    finally:
        tracemalloc.stop()
    assert message in str(caught.value)


def test_save_safetensors_on_full_disk_leaves_only_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    save_safetensors(small(), path)
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_safetensors(small(seed=1), path)
    assert [(entry.name, entry.read_bytes()) for entry in tmp_path.iterdir()] == [
        (path.name, before)
    ]
