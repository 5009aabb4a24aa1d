import hashlib
import io
import json
import os
import re
import tracemalloc

import numpy as np
import pytest

from np_layers import (
    LAYERS,
    AvgPool2D,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    MaxPool2D,
    ModelFileError,
    ReLU,
    Residual,
    Sequential,
    Softmax,
    load,
    register_initializer,
    save,
    save_safetensors,
    uniform,
)
from np_layers._names import Registry
from np_layers.files.document import WRITTEN_BY, document_of
from np_layers.files.npz import read_archive, write_archive
from np_layers.initializers import INITIALIZERS


def small(dtype=np.float32, seed=0) -> Sequential:
    layers = [
        Dense(4, weight_init="torch_uniform"),
        LeakyReLU(0.1),
        Dropout(0.5),
        ("head", Dense(2)),
    ]
    return Sequential(layers, input_shape=(3,), rng=np.random.default_rng(seed), dtype=dtype)


def forge(path, document, arrays) -> None:
    """Write a file with a right digest and whatever inside."""
    with path.open("w+b") as stream:
        write_archive(stream, arrays, document)


def assert_same(model: Sequential, other: Sequential) -> None:
    assert model.to_config() == other.to_config()
    ours, theirs = model.state_dict(), other.state_dict()
    assert list(ours) == list(theirs)
    for name in ours:
        assert ours[name].dtype == theirs[name].dtype
        assert ours[name].tobytes() == theirs[name].tobytes()


def test_load_twice_returns_independent_models(tmp_path):
    path = tmp_path / "model.npz"
    save(small(), path)
    one, two = load(path), load(path)
    one.parameters()["0.weight"] += 1
    assert_same(two, small())
    assert not (one.state_dict()["0.weight"] == two.state_dict()["0.weight"]).any()


def test_save_gives_equal_bytes_for_equal_models_and_any_name(tmp_path):
    for name in ["a.npz", "b", "이름.model"]:
        save(small(), tmp_path / name)
        save(load(tmp_path / name), str(tmp_path / f"{name}-again"))
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
    assert len(list(tmp_path.iterdir())) == 6


def many_layers() -> Sequential:
    block = [Conv2D(2, (1, 3), padding=(0, 1), bias=False), LeakyReLU(0.2)]
    hidden = Dense(3, weight_init=uniform(-1, 1), l1=0.5)
    layers = [
        *(Conv2D(2, 3, padding="same", l2=0.1), BatchNorm(), ReLU(), MaxPool2D(2)),
        *(("block", Residual(block)), AvgPool2D(2, stride=1), Flatten(), Dropout(0.25)),
        Sequential([("hidden", hidden), LayerNorm()]),
        *(Dense(2, weight_init="torch_uniform", bias_init="zeros"), Softmax()),
    ]
    model = Sequential(layers, input_shape=(1, 6, 6), rng=np.random.default_rng(0))
    for array in model.parameters().values():
        array[...] = np.arange(array.size).reshape(array.shape)
    return model


@pytest.mark.parametrize(
    ("save", "digest"),
    [
        (save, "95984c7412d72ca49cffb4d49bfad074780bb254edcd03d48d2f163691c29b4f"),
        (save_safetensors, "37f0547d6f9fd451c9df8a2da3eb289813b05185cdddae3470a698ce2f84d76d"),
    ],
)
def test_save_gives_bytes_of_release_0_1_0(tmp_path, save, digest):
    save(many_layers(), tmp_path / "model")
    assert hashlib.sha256((tmp_path / "model").read_bytes()).hexdigest() == digest


def test_load_layer_norm_of_release_0_1_0_normalises_last_axis(tmp_path):
    """0.1.0 had no normalized_shape and always took the last axis."""
    last_axis = Sequential([LayerNorm(4)], input_shape=(2, 4), rng=np.random.default_rng(0))
    document = document_of(last_axis)
    del document["model"]["layers"][0]["normalized_shape"]
    forge(tmp_path / "model.npz", document, last_axis.state_dict())
    x = np.random.default_rng(1).normal(size=(3, 2, 4))
    assert (load(tmp_path / "model.npz").forward(x) == last_axis.forward(x)).all()


def test_numpy_reads_saved_arrays_and_document(tmp_path):
    save(small(), tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz", allow_pickle=False) as plain:
        assert plain["head.weight"].shape == (4, 2)
        document = json.loads(bytes(plain["config"]))
    assert document["model"]["input_shape"] == [3]
    assert document["written_by"] == WRITTEN_BY == "np-layers 0.1.0"


def test_load_rejects_damaged_file_and_names_it(tmp_path):
    path = tmp_path / "model.npz"
    save(small(), path)
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), 37):
        data[place] ^= 1
        path.write_bytes(data)
        with pytest.raises(ModelFileError, match=re.escape(f"model file '{path}': ")):
            load(path)
        data[place] ^= 1
        path.write_bytes(data[:place])
        with pytest.raises(ModelFileError, match=re.escape(f"model file '{path}': ")):
            load(path)
    path.write_bytes(data)
    assert_same(load(path), small())


def test_load_rejects_newer_format_and_names_its_release(tmp_path):
    document = {**document_of(small()), "format_version": 2, "written_by": "np-layers 3.1.0"}
    forge(tmp_path / "model.npz", document, small().state_dict())
    with pytest.raises(ModelFileError, match=re.escape("1, got 2; install 'np-layers 3.1.0'")):
        load(tmp_path / "model.npz")


def test_load_recognises_newer_format_whatever_its_digest(tmp_path):
    path = tmp_path / "model.npz"
    save(small(), path)
    with np.load(path) as plain:
        members = dict(plain)
    text = bytes(members["config"]).replace(b'"format_version": 1', b'"format_version": 12')
    np.savez(path, **{**members, "config": np.frombuffer(text, np.uint8)})
    with pytest.raises(ModelFileError, match=re.escape(f"1, got 12; install '{WRITTEN_BY}'")):
        load(path)


class Scaling(Layer):
    """A registered layer with a parameter and an option."""

    def __init__(self, start):
        self.start = start

    def build(self, input_shape, *, rng, dtype):
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        self.add_parameter("scale", np.full(shape, self.start))
        return shape

    def forward(self, x, *, training=False):
        return self.check_input(x) * self._parameters["scale"]


def test_save_and_load_own_layer_only_when_registered(tmp_path, monkeypatch):
    model = Sequential([Scaling(3.0)], input_shape=(2,), rng=np.random.default_rng(0))
    with pytest.raises(KeyError, match=re.escape("unknown layer 'Scaling'")):
        save(model, tmp_path / "model.npz")
    monkeypatch.setitem(LAYERS, "Scaling", Scaling)
    model.parameters()["0.scale"][...] = 5
    save(model, tmp_path / "model.npz")
    assert load(tmp_path / "model.npz").forward(np.ones((1, 2))).tolist() == [[5, 5]]
    monkeypatch.delitem(LAYERS, "Scaling")
    with pytest.raises(ModelFileError, match="import the file that registers your own first"):
        load(tmp_path / "model.npz")


def test_save_and_load_own_initializer_only_when_registered(tmp_path, monkeypatch):
    def halves(shape, *, fan_in, fan_out, rng, dtype):
        return np.full(shape, 0.5, dtype)

    layers = [Dense(2, weight_init=halves)]
    model = Sequential(layers, input_shape=(3,), rng=np.random.default_rng(0))
    with pytest.raises(KeyError, match=re.escape("'halves'")) as caught:
        save(model, tmp_path / "model.npz")
    assert "register_initializer" in str(caught.value)
    monkeypatch.setattr(
        "np_layers.initializers.INITIALIZERS", Registry("initialiser", INITIALIZERS)
    )
    register_initializer(halves)
    save(model, tmp_path / "model.npz")
    assert load(tmp_path / "model.npz").layers[0].weight_init is halves


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (None, "the document's format must be 'np-layers model', got None"),
        ([], "the document's format must be 'np-layers model', got []"),
        ({"format": "np-layers modem"}, "the document's format must be"),
        ({"format": "np-layers model"}, "format version must be 1, got None; install None"),
    ],
)
def test_load_rejects_other_documents(tmp_path, document, message):
    forge(tmp_path / "model.npz", document, {})
    with pytest.raises(ModelFileError, match=re.escape(message)):
        load(tmp_path / "model.npz")


def architecture(*layers, **options):
    return {"layers": list(layers), "input_shape": [3], "dtype": "float32", **options}


DENSE = {"layer": "Dense", "units": 2}
IMAGE = {"input_shape": [1, 28, 28]}
HUGE = {"layer": "Dense", "units": 10**9}


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (None, "cannot be built"),
        ([], "cannot be built"),
        ({}, "layers"),
        (architecture(), "at least one layer"),
        (architecture({"layer": "Nonsense"}), "unknown layer 'Nonsense'"),
        (architecture({"layer": "__class__"}), "unknown layer '__class__'"),
        (architecture({"layer": ["Dense"]}), "cannot be built"),
        (architecture({"units": 2}), "unknown layer ''"),
        (architecture(None), "cannot be built"),
        (architecture([DENSE]), "cannot be built"),
        (architecture([7, DENSE]), "must be a str, got 7"),
        (architecture([["x"], DENSE]), "cannot be built"),
        (architecture(DENSE, input_shape=[4]), "got (4, 2)"),
        (architecture(DENSE, input_shape=[10**9]), "got (1000000000, 2)"),
        (architecture(DENSE, input_shape=[10**99]), "got (1000"),
        (architecture(DENSE, input_shape=[]), "at least one size"),
        (architecture(DENSE, input_shape=[0]), "at least 1, got 0"),
        (architecture(DENSE, input_shape=["3"]), "must be an integer, got '3'"),
        (architecture(DENSE, input_shape=None), "cannot be built"),
        ({"layers": [DENSE]}, "needs input_shape= if rng= is given, got None"),
        (architecture(DENSE, dtype="O"), "dtype must be float32 or float64"),
        (architecture(DENSE, dtype="float64"), "must have dtype float64, got float32"),
        (architecture(DENSE, dtype={}), "cannot be built"),
        (architecture(DENSE, rng=1), "cannot be built"),
        (architecture({"layer": "Dense", "units": 2, "evil": 1}), "evil"),
        (architecture({"layer": "Dense", "units": "2"}), "units must be an integer, got '2'"),
        (architecture({"layer": "Dense", "units": 1e9}), "units must be an integer"),
        (architecture({"layer": "Dense", "units": 3}), "got (3, 3)"),
        (architecture({"layer": "Dense", "units": 2, "bias": False}), "unknown ['0.bias']"),
        (architecture({**DENSE, "weight_init": "os.system"}), "unknown initialiser 'os.system'"),
        (architecture(DENSE, {"layer": "Dropout", "rate": 0.5}), "missing ['1.seed', '1.step']"),
        (architecture(HUGE), "got (3, 1000000000)"),
        (architecture({**HUGE, "weight_init": "zeros"}), "(3, 1000000000)"),
        (architecture(DENSE, HUGE), "got (2, 1000000000)"),
        (architecture(DENSE, {**HUGE, "weight_init": "zeros"}), "(2, 1000000000)"),
        (architecture({"layer": "Sequential", "layers": [HUGE]}), "got (3, 10000"),
        (
            architecture({"layer": "Residual", "layers": [["a", HUGE]]}),
            "'0.a.weight' must have the stored",
        ),
        (
            architecture({"layer": "Sequential", **architecture(HUGE)}),
            "only the model has",
        ),
        (architecture({"layer": "BatchNorm"}, input_shape=[10**9]), "got (1000000000,)"),
        (architecture({"layer": "LayerNorm"}, input_shape=[10**9]), "got (1000000000,)"),
        (architecture({"layer": "Conv2D", "filters": 10**9, "kernel_size": 1}, **IMAGE), "got (1"),
        (
            architecture(
                {"layer": "Conv2D", "filters": 1, "kernel_size": 10**5, "padding": 10**5}, **IMAGE
            ),
            "got (1, 1, 100000, 100000)",
        ),
    ],
)
def test_load_rejects_wrong_architecture_within_little_memory(tmp_path, model, message):
    path = tmp_path / "model.npz"
    arrays = {"0.weight": np.zeros((3, 2), np.float32), "0.bias": np.zeros(2, np.float32)}
    forge(path, {**document_of(small()), "model": model}, arrays)
    tracemalloc.start()
    try:
        with pytest.raises(ModelFileError, match=re.escape(message)) as caught:
            load(path)
        assert tracemalloc.get_traced_memory()[1] < 2 * 10**6
    finally:
        tracemalloc.stop()
    assert str(caught.value).startswith(f"model file '{path}': ")


def test_load_missing_file_raises_file_not_found_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "missing.npz")


def test_save_failure_leaves_no_file(tmp_path):
    def mine(shape, *, fan_in, fan_out, rng, dtype):
        return np.zeros(shape, dtype)

    path = tmp_path / "model.npz"
    own = Sequential([Dense(2, weight_init=mine)], input_shape=(3,), rng=np.random.default_rng(0))
    with pytest.raises(KeyError, match=re.escape("unknown initialiser 'mine'")):
        save(own, path)
    with pytest.raises(TypeError, match=re.escape("model must be a Sequential, got Dense(")):
        save(Dense(2), path)
    with pytest.raises(RuntimeError, match=re.escape("has no sizes yet")):
        save(Sequential([ReLU()]), path)
    with pytest.raises(
        FileNotFoundError, match=re.escape(os.fspath(tmp_path / "missing" / "a.npz"))
    ):
        save(small(), tmp_path / "missing" / "a.npz")
    with pytest.raises(OSError, match=re.escape(os.fspath(tmp_path))):
        save(small(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_save_neither_changes_nor_shares_arrays(tmp_path):
    model = small()
    before = model.state_dict()
    save(model, tmp_path / "model.npz")
    model.parameters()["0.weight"][...] = 0
    saved, _ = read_archive(io.BytesIO((tmp_path / "model.npz").read_bytes()))
    assert saved["0.weight"].tobytes() == before["0.weight"].tobytes()
