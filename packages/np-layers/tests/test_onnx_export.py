import re
import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from layer_cases import CASES

import np_layers as npl
from np_layers.files.document import WRITTEN_BY
from np_layers.files.onnx import EMITTERS

EXPORTED = [case for case in CASES if type(case.make()) in EMITTERS]
each_case = pytest.mark.parametrize("case", EXPORTED, ids=lambda case: case.id)


def run(path, x):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    (input_,), (output,) = session.get_inputs(), session.get_outputs()
    assert (input_.name, output.name) == ("input", "output")
    return session.run(None, {"input": x})[0]


def settled(model, case):
    """Return the model after a training forward, which changes the running statistics."""
    model.forward(3 + 2 * case.x(rows=9, seed=5), training=True)
    return model


def cnn() -> npl.Sequential:
    return npl.Sequential(
        [
            npl.Conv2D(8, 3, padding="same"),
            npl.BatchNorm(),
            npl.ReLU(),
            npl.MaxPool2D(2),
            ("block", npl.Residual([npl.Conv2D(8, 3, padding=1), npl.GELU(), npl.LayerNorm()])),
            npl.Dropout(0.5),
            npl.AvgPool2D(2, padding=1),
            npl.Flatten(),
            npl.Sequential([npl.Dense(16), npl.SiLU()]),
            ("head", npl.Dense(10)),
            npl.Softmax(),
        ],
        input_shape=(1, 28, 28),
        rng=np.random.default_rng(0),
    )


def test_layers_of_version_0_2_have_emitters():
    """A new layer may come without one: `export_onnx` then says what is missing."""
    assert {layer.__name__ for layer in EMITTERS} >= {
        *("Dense", "Conv2D", "MaxPool2D", "AvgPool2D", "GlobalAvgPool2D", "Flatten", "Dropout"),
        *("BatchNorm", "LayerNorm", "ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh"),
        *("Softplus", "Softmax", "Sequential", "Residual"),
    }


@each_case
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_onnxruntime_agrees_for_every_layer_and_batch_size(case, dtype, tmp_path):
    model = settled(case.model(dtype), case)
    path = tmp_path / "model.onnx"
    npl.export_onnx(model, path)
    onnx.checker.check_model(path, full_check=True)
    for rows in [1, 4, 7]:
        x = case.x(rows=rows, seed=rows).astype(np.float32)
        y = run(path, x)
        assert y.dtype == np.float32
        np.testing.assert_allclose(y, model.forward(x), rtol=2e-5, atol=2e-6)


def test_onnxruntime_agrees_for_network_of_many_layers(tmp_path):
    model, path = cnn(), tmp_path / "cnn.onnx"
    x = np.random.default_rng(1).normal(size=(32, 1, 28, 28)).astype(np.float32)
    model.forward(x, training=True)
    npl.export_onnx(model, str(path))
    for rows in [1, 32]:
        np.testing.assert_allclose(run(path, x[:rows]), model.forward(x[:rows]), 1e-4, 1e-6)


@pytest.mark.parametrize("layer", ["Softmax", "Sigmoid", "Softplus", "ELU", "GELU", "SiLU", "Tanh"])
def test_onnxruntime_agrees_for_extreme_inputs(layer, tmp_path):
    rng = np.random.default_rng(0)
    model = npl.Sequential([getattr(npl, layer)()], input_shape=(6,), rng=rng)
    npl.export_onnx(model, tmp_path / "model.onnx")
    x = np.array([[-1e4, 1e4, 0, 1e-4, -88, 88], [-1e4] * 6, [20, -20, 5, -5, 1, -1]], np.float32)
    np.testing.assert_allclose(run(tmp_path / "model.onnx", x), model.forward(x), 1e-4, 1e-7)


def test_export_has_opset_20_and_names_of_state_dict(tmp_path):
    model = cnn()
    npl.export_onnx(model, tmp_path / "model.onnx")
    proto = onnx.load(tmp_path / "model.onnx")
    assert [(entry.domain, entry.version) for entry in proto.opset_import] == [("", 20)]
    assert f"{proto.producer_name} {proto.producer_version}" == WRITTEN_BY
    assert {constant.name for constant in proto.graph.initializer} == {
        name for name in model.state_dict() if not name.startswith("5.")
    }
    batch, *image = proto.graph.input[0].type.tensor_type.shape.dim
    assert batch.dim_param == "batch"
    assert [axis.dim_value for axis in image] == [1, 28, 28]


def test_export_gives_equal_bytes_and_leaves_model(tmp_path):
    model = cnn()
    before = model.state_dict()
    for name in ["a", "b"]:
        npl.export_onnx(model, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert all((array == before[name]).all() for name, array in model.state_dict().items())


class Doubling(npl.Layer):
    def forward(self, x, *, training=False):
        return 2 * self.check_input(x)


def test_export_own_layer_only_with_emitter(tmp_path, monkeypatch):
    model = npl.Sequential([Doubling()], input_shape=(2,), rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match=re.escape("Doubling to np_layers.files.onnx.EMITTERS")):
        npl.export_onnx(model, tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []

    def double(layer, graph, x, prefix):
        return graph.node("Mul", [x, graph.constant(f"{prefix}two", np.array(2))], f"{prefix}Mul")

    monkeypatch.setitem(EMITTERS, Doubling, double)
    npl.export_onnx(model, tmp_path / "model.onnx")
    assert run(tmp_path / "model.onnx", np.ones((1, 2), np.float32)).tolist() == [[2, 2]]


def test_export_failure_leaves_no_file(tmp_path):
    path = tmp_path / "model.onnx"
    with pytest.raises(TypeError, match=re.escape("model must be a Sequential, got ReLU()")):
        npl.export_onnx(npl.ReLU(), path)
    with pytest.raises(RuntimeError, match=re.escape("has no sizes yet")):
        npl.export_onnx(npl.Sequential([npl.ReLU()]), path)
    with pytest.raises(FileNotFoundError):
        npl.export_onnx(cnn(), tmp_path / "missing" / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_export_without_onnx_names_extra(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(ImportError, match=re.escape("install the extra np-layers[onnx]")):
        npl.export_onnx(cnn(), tmp_path / "model.onnx")
