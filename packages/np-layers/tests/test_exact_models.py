"""Models in exact arithmetic: equal bits however the work is done, and the option in files."""

import ast
import copy
import pickle
import re
from pathlib import Path

import numpy as np
import pytest

import np_layers as npl
from np_layers.arithmetic import exact, native
from np_layers.kernels import im2col, shifted
from np_layers.kernels.windows import Windows
from np_layers.layers._layer_list import leaves

PACKAGE = Path(npl.__file__).parent
IMAGES = np.random.default_rng(0).normal(size=(11, 3, 9, 10))
LABELS = np.arange(11) % 4


def network(dtype=np.float32, arithmetic="exact"):
    layers = [
        npl.Conv2D(4, 3, padding=1, l1=0.01),
        npl.BatchNorm(),
        npl.ReLU(),
        npl.Residual([npl.Conv2D(4, 3, padding="same"), npl.SiLU()]),
        npl.MaxPool2D(2),
        npl.Conv2D(9, 3, stride=2, padding=1),
        npl.GELU(),
        npl.Flatten(),
        npl.LayerNorm(),
        npl.Dropout(0.2),
        npl.Dense(4, l2=0.1),
    ]
    rng = np.random.default_rng(1)
    return npl.Sequential(layers, input_shape=(3, 9, 10), rng=rng, dtype=dtype,
                          arithmetic=arithmetic)  # fmt: skip


def train(model, steps=2):
    for _ in range(steps):
        z = model.forward(IMAGES, training=True)
        loss, grad = npl.cross_entropy(z, LABELS, label_smoothing=0.1, arithmetic="exact")
        dx = model.backward(grad)
        for name, array in model.parameters().items():
            array -= 0.1 * model.gradients()[name]
    arrays = [dx, model.predict(IMAGES), *model.state_dict().values()]
    return [loss + model.penalty(), *(array.tobytes() for array in arrays)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_gives_equal_bits_for_any_cut_and_number_of_threads(monkeypatch, dtype):
    expected = train(network(dtype))
    for threads, column_bytes, parts in [("1", 1, 3), ("2", 1 << 14, 8), ("3", 1 << 30, 1)]:
        monkeypatch.setenv("NP_LAYERS_THREADS", threads)
        monkeypatch.setattr(im2col, "COLUMN_BYTES", column_bytes)
        monkeypatch.setattr(native, "MAX_PARTS", parts)
        assert train(network(dtype)) == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_small_products_on_many_threads_give_equal_bits(monkeypatch, dtype):
    expected = train(network(dtype))
    monkeypatch.setenv("NP_LAYERS_THREADS", "3")
    monkeypatch.setattr(exact, "FEW_MULTIPLICATIONS", 1)
    monkeypatch.setattr(exact.grid, "BLOCK", 7)
    assert train(network(dtype)) == expected


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_training_gives_equal_bits_with_im2col_and_shifted(monkeypatch, dtype):
    expected = train(network(dtype))
    monkeypatch.setattr(shifted, "applies_to", lambda windows: False)
    assert train(network(dtype)) == expected


@pytest.mark.parametrize("few_channels", [1, 8])
@pytest.mark.parametrize(("stride", "padding"), [((1, 1), (1, 0)), ((2, 3), (2, 1))])
def test_kernels_equal_the_definition_on_grid_values(monkeypatch, stride, padding, few_channels):
    monkeypatch.setattr(shifted, "FEW_CHANNELS", few_channels)
    windows = Windows((3, 2), stride, padding, padding)
    rng = np.random.default_rng(0)
    Ho, Wo = windows.count((9, 10))
    x = exact.samples(IMAGES.astype(np.float32))
    W = exact.weights(rng.normal(size=(4, 3, 3, 2)).astype(np.float32), terms=24)
    G = exact.samples(rng.normal(size=(11, 4, Ho, Wo)).astype(np.float32))
    G_beside = exact.beside(x, G, terms=11 * Ho * Wo)
    (x,), (W,), (G,), (G_beside,) = x.slices, W.slices, G.slices, G_beside.slices
    y, dx, dW = definition(x, W, G, G_beside, windows)
    for kernels in [im2col] + [shifted] * shifted.applies_to(windows):
        got = np.empty(y.shape), np.empty(x.shape), np.zeros(W.shape)
        kernels.convolve(x, W, got[0], windows)
        kernels.input_gradient(G, W, got[1], windows)
        kernels.add_weight_gradient(x, G_beside, got[2], windows)
        for array, expected in zip(got, (y, dx, dW), strict=True):
            assert np.array_equal(array, expected)


def definition(x, W, G, G_beside, windows):
    """Return y, dL/dx and dL/dW with one multiplication and addition at a time."""
    xp = windows.pad(x, 0)
    y, dxp, dW = np.zeros(G.shape), np.zeros(xp.shape), np.zeros(W.shape)
    for f, c, i, j in np.ndindex(W.shape):
        for h, w in np.ndindex(G.shape[2:]):
            r, s = h * windows.stride[0] + i, w * windows.stride[1] + j
            y[:, f, h, w] += W[f, c, i, j] * xp[:, c, r, s]
            dxp[:, c, r, s] += W[f, c, i, j] * G[:, f, h, w]
            for n in range(len(x)):
                dW[f, c, i, j] += xp[n, c, r, s] * G_beside[n, f, h, w]
    return y, windows.crop(dxp), dW


def test_weight_gradient_of_many_positions_is_cut_into_blocks_of_images(monkeypatch):
    monkeypatch.setattr(exact.grid, "MAX_TERMS", 2 * 9 * 10)
    expected = train(network())
    monkeypatch.setattr(im2col, "COLUMN_BYTES", 1)
    assert train(network()) == expected


def test_exact_and_native_models_agree_up_to_rounding():
    models = [network(np.float64, arithmetic) for arithmetic in ("exact", "native")]
    for model in models:
        train(model, steps=1)
    state = models[1].state_dict()
    for name, array in models[0].state_dict().items():
        np.testing.assert_allclose(array, state[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_initial_weights_are_those_of_native_arithmetic():
    state = network(arithmetic="native").state_dict()
    for name, array in network().state_dict().items():
        assert array.tobytes() == state[name].tobytes(), name


def test_unknown_arithmetic_is_rejected():
    message = """arithmetic must be "native" or "exact", got 'fast'"""
    with pytest.raises(ValueError, match=re.escape(message)):
        npl.Sequential([npl.ReLU()], arithmetic="fast")
    with pytest.raises(ValueError, match=re.escape(message)):
        npl.mean_squared_error(np.ones(2), np.ones(2), arithmetic="fast")


def test_arithmetic_holds_for_all_layers_inside():
    model = network()
    twins = [model, model[2:5], copy.deepcopy(model), pickle.loads(pickle.dumps(model))]  # noqa: S301
    for twin in twins:
        assert {layer.arithmetic for _, layer in leaves(twin)} == {exact}
    assert npl.Dense(2).arithmetic is native


@pytest.mark.parametrize(
    ("save", "load"), [(npl.save, npl.load), (npl.save_safetensors, npl.load_safetensors)]
)
def test_model_file_keeps_the_arithmetic(tmp_path, save, load):
    for arithmetic in ("exact", "native"):
        model = network(arithmetic=arithmetic)
        save(model, tmp_path / arithmetic)
        loaded = load(tmp_path / arithmetic)
        assert loaded.to_config() == model.to_config()
        assert loaded.predict(IMAGES).tobytes() == model.predict(IMAGES).tobytes()
    assert b"arithmetic" not in (tmp_path / "native").read_bytes()
    assert "arithmetic" not in npl.Sequential([npl.ReLU()]).to_config()


def test_both_arithmetics_have_the_same_functions():
    for name in exact.__all__:
        assert callable(getattr(native, name))


def test_layers_and_losses_call_sums_and_products_of_arithmetic_only():
    forbidden = {"sum", "mean", "std", "var", "dot", "prod", "cumsum", "matmul", "einsum", "sqrt"}
    files = [*PACKAGE.glob("layers/*.py"), *PACKAGE.glob("losses/*.py"), PACKAGE / "functional.py"]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.MatMult), file
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = ast.unparse(node.func.value)
                if node.func.attr in forbidden and owner not in ("math", "self.arithmetic"):
                    pytest.fail(f"{file.name}:{node.lineno} calls {owner}.{node.func.attr}")
