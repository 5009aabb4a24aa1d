"""check_gradients passes right layers, and names what is wrong with wrong ones."""

import re

import numpy as np
import pytest
from wrong_layers import WRONG, Right, WithoutKeywords

import np_layers as npl
from np_layers.testing import check_gradients, check_loss_gradient


def model(*layers, shape=4, dtype=np.float64):
    return npl.Sequential(layers, input_shape=shape, rng=np.random.default_rng(0), dtype=dtype)


X = np.random.default_rng(1).normal(size=(5, 4))
Y = np.array([0, 1, 2, 1, 0])


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("loss", [npl.cross_entropy, None])
@pytest.mark.filterwarnings("ignore:cross_entropy takes logits")
def test_check_gradients_names_the_mistake_of_a_wrong_layer(name, loss):
    make, words, layers_around = WRONG[name]
    net = model(*layers_around(make()))
    with pytest.raises(AssertionError) as caught:
        check_gradients(net, loss, X, Y, rng=np.random.default_rng(2), samples=None)
    text = re.sub(r"gradient of \d\.", "gradient of ", str(caught.value)).replace("'0.", "'")
    for part in words:
        assert part in text


@pytest.mark.parametrize("name", ["AddsToTheWeight", "WritesIntoX", "BackwardReturnsNone"])
def test_check_gradients_of_a_layer_that_stands_alone(name):
    layer = WRONG[name][0]()
    layer.build((4,), rng=np.random.default_rng(0), dtype=np.float64)
    with pytest.raises(AssertionError, match=re.escape(WRONG[name][1][-1])):
        check_gradients(layer, x=X, rng=np.random.default_rng(2))


@pytest.mark.parametrize("make", [Right, lambda: Right(l2=0.2), WithoutKeywords])
@pytest.mark.parametrize("loss", [npl.cross_entropy, None])
def test_check_gradients_passes_right_layers(make, loss):
    net = model(make())
    for _ in range(2):
        check_gradients(net, loss, X, Y, rng=np.random.default_rng(2), samples=None)
    check_gradients(net, loss, X[:1], Y[:1], rng=np.random.default_rng(2))


def test_check_gradients_passes_whole_models_with_penalties():
    layers = [npl.Dense(6, l1=0.1), npl.BatchNorm(), npl.GELU(), npl.Dropout(0.3)]
    net = model(*layers, npl.Residual([npl.Dense(6, l2=0.5), npl.Tanh()]), npl.Dense(3))
    check_gradients(net, npl.cross_entropy, X, Y, samples=None)


def test_message_shows_both_values():
    with pytest.raises(AssertionError) as caught:
        check_gradients(model(WRONG["DividesByTheBatch"][0]()), npl.cross_entropy, X, Y)
    text = str(caught.value)
    assert "gradient of 0.weight[0, 0] is wrong (12 of 12 places differ)\n" in text
    analytic = float(re.search(r"analytic +(\S+)", text)[1])
    numeric = float(re.search(r"numeric +(\S+)", text)[1])
    assert analytic == pytest.approx(numeric / 5, rel=1e-6)


@pytest.mark.parametrize("layer", [npl.Dense, WRONG["UpdatesItsWeight"][0]])
def test_check_gradients_restores_the_model(layer):
    net = model(layer(6), npl.BatchNorm(), npl.Dropout(0.5), npl.Dense(3))
    x, before = X.copy(), net.state_dict()
    try:
        check_gradients(net, npl.cross_entropy, x, Y)
    except AssertionError:
        assert layer is not npl.Dense
    for name, array in net.state_dict().items():
        assert array.tobytes() == before[name].tobytes(), name
    np.testing.assert_array_equal(x, X)
    with pytest.raises(RuntimeError, match=re.escape("backward without it")):
        net.backward(np.ones((5, 3)))
    net.forward(x)[...] = 0  # nothing is read-only any more


def test_samples_are_spread_over_large_arrays():
    layer = Right()
    net = model(layer, shape=100)
    original = layer.backward

    def last_wrong(grad_output, *, input_gradient=True):
        grad = original(grad_output, input_gradient=input_gradient)
        layer.gradients()["weight"][-1, -1] += 1
        return grad

    layer.backward = last_wrong
    x, y = np.ones((2, 100)), np.ones((2, 3))
    for _ in range(2):  # the check leaves the method of the object alone
        with pytest.raises(AssertionError, match=re.escape("gradient of 0.weight[99, 2] is wrong")):
            check_gradients(net, npl.mean_squared_error, x, y)


def halved(y, t):
    loss, grad = npl.mean_squared_error(y, t)
    return loss, grad / 2


def flat(y, t):
    return 0.0, np.zeros(3)


def overwriting(y, t):
    y -= t
    return float(np.sum(y**2)), 2 * y


def value_only(y, t):
    return float(np.sum((y - t) ** 2))


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (halved, "predictions[0, 0] is wrong (12 of 12 places differ)"),
        (halved, "2 times too small: a mean where a sum belongs?"),
        (flat, "must have the shape (4, 3) of the array itself, got (3,)"),
        (overwriting, "the loss writes into its predictions"),
        (value_only, "a loss must return (value, gradient), got "),
    ],
)
def test_wrong_losses_are_named_alone_and_behind_a_model(loss, message):
    targets = np.ones((4, 3))
    with pytest.raises(AssertionError, match=re.escape(message)):
        check_loss_gradient(loss, X[:4, :3], targets)
    with pytest.raises(AssertionError, match=re.escape(message)):
        check_gradients(model(npl.Dense(3)), loss, X[:4], targets)


def test_check_loss_gradient_passes_right_losses():
    check_loss_gradient(npl.cross_entropy, X[:, :3], Y)


def test_refused():
    with pytest.raises(TypeError, match=re.escape("needs a float64 model, got float32")):
        check_gradients(model(npl.Dense(3), dtype=np.float32), npl.cross_entropy, X, Y)
    with pytest.raises(
        TypeError, match=re.escape("draws x: pass rng=numpy.random.default_rng(seed)")
    ):
        check_gradients(model(npl.Dense(3)))
    with pytest.raises(TypeError, match=re.escape("draws the upstream gradient: pass rng=")):
        check_gradients(model(npl.Dense(3)), x=X)
