"""Properties of the model files that hold for every layer."""

import numpy as np
import pytest
from layer_cases import CASES

import np_layers as npl
from np_layers.files.rebuild import WEIGHT_SHAPES
from np_layers.layers._layer_list import leaves

FORMATS = {
    "npz": (npl.save, npl.load),
    "safetensors": (npl.save_safetensors, npl.load_safetensors),
}

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])
each_format = pytest.mark.parametrize("form", FORMATS)


def trained(case, dtype):
    """Return a model whose buffers have changed."""
    model = case.model(dtype)
    model.forward(case.x(), training=True)
    return model


@each_case
@each_dtype
@each_format
def test_load_returns_model_that_trains_on_with_same_bits(case, dtype, form, tmp_path):
    save, load = FORMATS[form]
    model = trained(case, dtype)
    save(model, tmp_path / "model")
    copy = load(tmp_path / "model")
    assert copy.to_config() == model.to_config()
    assert repr(copy) == repr(model)
    x, grad = case.x(seed=8), np.ones((4, *model.output_shape))
    for _ in range(2):
        for training in [False, True]:
            y, z = (net.forward(x, training=training) for net in (model, copy))
            assert y.dtype == z.dtype == dtype
            assert y.tobytes() == z.tobytes()
        assert model.backward(grad).tobytes() == copy.backward(grad).tobytes()
    for name, gradient in model.gradients().items():
        assert gradient.tobytes() == copy.gradients()[name].tobytes()
    assert copy.penalty() == model.penalty()


@each_case
@each_format
def test_save_after_load_gives_same_bytes(case, form, tmp_path):
    save, load = FORMATS[form]
    save(trained(case, np.float32), tmp_path / "one")
    save(load(tmp_path / "one"), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


@each_case
@each_dtype
def test_from_torch_state_dict_inverts_to_torch_state_dict(case, dtype):
    model, other = trained(case, dtype), case.model(dtype, seed=1)
    npl.from_torch_state_dict(other, npl.to_torch_state_dict(model))
    x = case.x(seed=8)
    assert other.forward(x).tobytes() == model.forward(x).tobytes()


@each_case
@each_format
def test_load_rejects_arrays_of_other_shapes(case, form, tmp_path):
    save, load = FORMATS[form]
    model = case.model(np.float32)
    state = model.state_dict()
    for name in state:
        larger = {**state, name: np.zeros((*state[name].shape, 1), state[name].dtype)}
        model.state_dict = lambda larger=larger: larger
        save(model, tmp_path / "model")
        with pytest.raises(npl.ModelFileError, match="cannot be built"):
            load(tmp_path / "model")


def test_weight_shapes_has_every_layer_with_parameters_and_weight_is_the_largest_array():
    for case in CASES:
        for prefix, layer in leaves(case.model()):
            if not layer.parameters():
                assert type(layer) not in WEIGHT_SHAPES
                continue
            weight = layer.parameters()["weight"]
            shape = WEIGHT_SHAPES[type(layer)](layer, layer.input_shape)
            assert weight.shape == tuple(shape), (case.id, prefix)
            assert weight.size == max(array.size for array in layer.state_dict().values())
