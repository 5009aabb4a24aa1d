"""A layer of one's own: a subclass, registered by name, held to the same laws."""

import re

import numpy as np
import pytest

import np_layers as npl
from np_layers.testing import check_gradients


@pytest.fixture
def scale_layer():
    @npl.register
    class Scale(npl.Layer):
        """y = w x, one weight for each feature."""

        def __init__(self, start: float = 1.0) -> None:
            self.start = start

        def build(self, input_shape, *, rng, dtype):
            shape = super().build(input_shape, rng=rng, dtype=dtype)
            self.add_parameter("weight", np.full(shape, self.start))
            return shape

        def forward(self, x, *, training=False):
            x = self.check_input(x)
            if training:
                self.save_for_backward(x)
            return x * self.parameters()["weight"]

        def backward(self, grad_output, *, input_gradient=True):
            (x,) = self.saved()
            self.gradients()["weight"][...] = (grad_output * x).sum(axis=0)
            return grad_output * self.parameters()["weight"] if input_gradient else None

    yield Scale
    del npl.LAYERS["Scale"]


def test_it_is_a_layer_like_the_others(scale_layer, tmp_path):
    rng = np.random.default_rng(0)
    layers = [npl.Dense(3), scale_layer(2.0), ("end", scale_layer())]
    model = npl.Sequential(layers, input_shape=4, rng=rng, dtype=np.float64)
    x = rng.normal(size=(5, 4))
    check_gradients(model, npl.cross_entropy, x, np.array([0, 1, 2, 0, 1]))
    assert list(model.parameters())[2:] == ["1.weight", "end.weight"]
    twin = npl.Sequential.from_config(model.to_config())
    assert repr(twin) == repr(model)
    assert "Scale(start=2.0)" in repr(model)
    npl.save(model, tmp_path / "model.npz")
    assert npl.load(tmp_path / "model.npz").forward(x).tobytes() == model.forward(x).tobytes()


def test_a_second_class_of_the_name_is_refused(scale_layer):
    def other():
        @npl.register
        class Scale(npl.Layer):
            pass

    with pytest.raises(ValueError, match=re.escape("must be unique, got a second 'Scale'")):
        other()
    assert npl.LAYERS["Scale"] is scale_layer
    assert npl.register(scale_layer) is scale_layer


def test_what_is_missing_is_said():
    class Nothing(npl.Layer):
        pass

    layer = Nothing()
    layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    with pytest.raises(TypeError, match=re.escape("Nothing must define forward()")):
        layer.forward(np.zeros((1, 2)))
    with pytest.raises(TypeError, match=re.escape("Nothing must define backward()")):
        layer.backward(np.zeros((1, 2)))
