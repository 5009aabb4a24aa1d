"""A layer of your own: a registered subclass of Layer."""

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


def test_registered_layer_trains_saves_and_loads(scale_layer, tmp_path):
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


def test_register_rejects_a_name_that_is_taken(scale_layer):
    def other():
        @npl.register
        class Scale(npl.Layer):
            pass

    with pytest.raises(ValueError, match=re.escape("must be unique, got a second 'Scale'")):
        other()
    assert npl.LAYERS["Scale"] is scale_layer
    assert npl.register(scale_layer) is scale_layer


def test_missing_methods_are_named():
    class Nothing(npl.Layer):
        pass

    layer = Nothing()
    layer.build((2,), rng=np.random.default_rng(0), dtype=np.float64)
    with pytest.raises(TypeError, match=re.escape("Nothing must define forward()")):
        layer.forward(np.zeros((1, 2)))
    with pytest.raises(TypeError, match=re.escape("Nothing must define backward()")):
        layer.backward(np.zeros((1, 2)))


class Square(npl.Layer):
    """y = x², with the shortest signatures that a beginner writes."""

    def forward(self, x):
        self.x = x
        return x * x

    def backward(self, grad):
        return 2 * self.x * grad


@pytest.mark.parametrize("position", [0, 1, 2])
def test_layer_may_leave_out_the_keywords(position):
    rng = np.random.default_rng(0)
    layers = [npl.Dense(3), npl.Tanh()]
    layers.insert(position, Square())
    model = npl.Sequential(layers, input_shape=3, rng=rng, dtype=np.float64)
    x = rng.normal(size=(4, 3))
    check_gradients(model, x=x, rng=rng)
    y = model(x, training=True)
    assert model.backward(y, input_gradient=False) is None
    assert model.gradients()["0.weight" if position else "1.weight"].any()
    np.testing.assert_array_equal(model.predict(x), model(x))


def test_layer_may_leave_out_the_keywords_in_a_block():
    rng = np.random.default_rng(0)
    model = npl.Sequential([npl.Residual([Square()])], input_shape=3, rng=rng, dtype=np.float64)
    check_gradients(model, x=rng.normal(size=(4, 3)), rng=rng)


class Forgetful(npl.Layer):
    def __init__(self, factor, *, shift=0):
        self.f = factor


def test_config_names_the_argument_that_is_not_an_attribute():
    message = "got Forgetful without 'factor'; write self.factor = factor"
    with pytest.raises(TypeError, match=re.escape(message)):
        Forgetful(2).config()
    assert repr(Forgetful(2)) == "Forgetful()"


def built(layer):
    return npl.Sequential([layer], input_shape=2, rng=np.random.default_rng(0))


class WithoutSuper(npl.Layer):
    def build(self, input_shape, *, rng, dtype):
        return input_shape


class ParameterFirst(npl.Layer):
    def build(self, input_shape, *, rng, dtype):
        self.add_parameter("weight", np.zeros(input_shape))
        return super().build(input_shape, rng=rng, dtype=dtype)


class WithoutReturn(npl.Layer):
    def build(self, input_shape, *, rng, dtype):
        super().build(input_shape, rng=rng, dtype=dtype)


@pytest.mark.parametrize(
    ("layer", "kind", "message"),
    [
        (WithoutSuper(), RuntimeError, "layer '0': its build must call super().build(…)"),
        (ParameterFirst(), RuntimeError, "(in build itself, super().build(…) comes first)"),
        (WithoutReturn(), TypeError, "layer '0': build must return the output shape, got None"),
    ],
)
def test_wrong_build_is_named(layer, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        built(layer)


def test_model_with_another_forward_is_not_saved_as_a_sequential(tmp_path):
    class Doubled(npl.Sequential):
        def forward(self, x, *, training=False):
            return 2 * super().forward(x, training=training)

    model = Doubled([npl.Dense(2)], input_shape=2, rng=np.random.default_rng(0))
    with pytest.raises(TypeError, match=re.escape("model must be a Sequential, got Doubled(")):
        npl.save(model, tmp_path / "model.npz")


class Softsign(npl.Activation):
    def f(self, x, y):
        np.divide(x, 1 + np.abs(x), out=y)
        return (x,)

    def derivative(self, d, x):
        np.divide(1, (1 + np.abs(x)) ** 2, out=d)


def test_activation_needs_only_its_function_and_derivative():
    rng = np.random.default_rng(0)
    layers = [npl.Dense(3), Softsign()]
    model = npl.Sequential(layers, input_shape=4, rng=rng, dtype=np.float64)
    check_gradients(model, rng=rng)
    layer = npl.Activation()
    layer.build((2,), rng=rng, dtype=np.float64)
    with pytest.raises(TypeError, match=re.escape("Activation must define f()")):
        layer.forward(np.zeros((1, 2)))
