"""check_gradients itself: it passes what is right and explains what is wrong."""

import re

import numpy as np
import pytest

import np_layers as npl
from np_layers.testing import check_gradients, check_loss_gradient


def model(*layers, shape=4, dtype=np.float64):
    return npl.Sequential(layers, input_shape=shape, rng=np.random.default_rng(0), dtype=dtype)


X = np.random.default_rng(1).normal(size=(5, 4))
Y = np.array([0, 1, 2, 1, 0])


class Broken(npl.Dense):
    """A Dense layer with a fault in its backward."""

    def __init__(self, fault):
        super().__init__(3)
        self.fault = fault

    def backward(self, grad_output, *, input_gradient=True):
        grad = super().backward(grad_output, input_gradient=input_gradient)
        dW, db = self._gradients["weight"], self._gradients["bias"]
        if self.fault == "scalar bias":
            db[...] = grad_output.mean()
        elif self.fault == "sign":
            dW *= -1
        elif self.fault == "half":
            dW *= 0.5
        elif self.fault == "five":
            dW *= 5
        elif self.fault == "zero":
            dW[...] = 0
        elif self.fault == "input":
            grad[2, 1] += 1
        return grad


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("scalar bias", "the gradient of 0.bias[0] is wrong"),
        ("sign", "a sign is wrong"),
        ("half", "2 times too small: a mean where a sum belongs?"),
        ("five", "5 times too large: a sum where value and gradient have a mean?"),
        ("zero", "is this part of the gradient missing?"),
        ("input", "the gradient of x[2, 1] is wrong"),
    ],
)
def test_faults_are_found_and_named(fault, message):
    for loss in [npl.cross_entropy, None]:
        with pytest.raises(AssertionError, match=re.escape(message)):
            check_gradients(model(Broken(fault)), loss, X, Y, rng=np.random.default_rng(2))


def test_the_message_shows_both_numbers():
    with pytest.raises(AssertionError) as caught:
        check_gradients(model(Broken("half")), npl.cross_entropy, X, Y)
    text = str(caught.value)
    assert re.search(r"gradient of 0\.weight\[0, 0\] is wrong\n", text)
    analytic = float(re.search(r"analytic +(\S+)", text)[1])
    numeric = float(re.search(r"numeric +(\S+)", text)[1])
    assert analytic == pytest.approx(numeric / 2, rel=1e-6)


def test_a_gradient_of_a_sum_alone_would_not_see_this():
    """Softmax outputs sum to one: an upstream of ones has the gradient 0, whatever backward is."""

    class Zero(npl.Softmax):
        def backward(self, grad_output, *, input_gradient=True):
            return 0 * super().backward(grad_output)

    with pytest.raises(AssertionError, match=re.escape("the gradient of x[0, 0] is wrong")):
        check_gradients(model(Zero()), x=X, rng=np.random.default_rng(0))


def test_whole_models_with_penalties():
    layers = [npl.Dense(6, l1=0.1), npl.BatchNorm(), npl.GELU(), npl.Dropout(0.3)]
    net = model(*layers, npl.Residual([npl.Dense(6, l2=0.5), npl.Tanh()]), npl.Dense(3))
    check_gradients(net, npl.cross_entropy, X, Y, samples=None)


def test_the_model_is_as_before():
    net = model(npl.Dense(6), npl.BatchNorm(), npl.Dropout(0.5), npl.Dense(3))
    x = X.copy()
    before = net.state_dict()
    check_gradients(net, npl.cross_entropy, x, Y)
    for name, array in net.state_dict().items():
        assert array.tobytes() == before[name].tobytes(), name
    np.testing.assert_array_equal(x, X)
    with pytest.raises(RuntimeError, match=re.escape("backward without it")):
        net.backward(np.ones((5, 3)))


def test_places_of_large_arrays_are_spread_out():
    layer = Broken("none")
    net = model(layer, shape=100)
    original = layer.backward

    def last_wrong(grad_output, *, input_gradient=True):
        grad = original(grad_output, input_gradient=input_gradient)
        layer.gradients()["weight"][-1, -1] += 1
        return grad

    layer.backward = last_wrong
    x, y = np.ones((2, 100)), np.ones((2, 3))
    with pytest.raises(AssertionError, match=re.escape("gradient of 0.weight[99, 2] is wrong")):
        check_gradients(net, npl.mean_squared_error, x, y)


def test_losses():
    check_loss_gradient(npl.cross_entropy, X[:, :3], Y)

    def halved(y, t):
        loss, grad = npl.mean_squared_error(y, t)
        return loss, grad / 2

    with pytest.raises(AssertionError, match=re.escape("predictions[0, 0] is wrong")):
        check_loss_gradient(halved, X, np.zeros((5, 4)))

    def flat(y, t):
        return 0.0, np.zeros(3)

    with pytest.raises(AssertionError, match=re.escape("must have the shape (5, 4)")):
        check_loss_gradient(flat, X, None)


def test_refused():
    with pytest.raises(TypeError, match=re.escape("needs a float64 model, got float32")):
        check_gradients(model(npl.Dense(3), dtype=np.float32), npl.cross_entropy, X, Y)
    with pytest.raises(
        TypeError, match=re.escape("draws x: pass rng=numpy.random.default_rng(seed)")
    ):
        check_gradients(model(npl.Dense(3)))
    with pytest.raises(TypeError, match=re.escape("draws the upstream gradient: pass rng=")):
        check_gradients(model(npl.Dense(3)), x=X)
