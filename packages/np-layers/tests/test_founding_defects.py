"""The mistakes of the write-ups that this project began with; each test fails with the mistake."""

import math

import numpy as np
import pytest

import np_layers as npl
from np_layers.testing import check_gradients


def built(layer, shape, dtype=np.float64):
    layer.build(shape, rng=np.random.default_rng(0), dtype=dtype)
    return layer


def test_1_each_bias_has_its_own_gradient():
    """Was: one number for all, `dout.mean()`."""
    layer = built(npl.Dense(2), (1,))
    layer.forward(np.zeros((3, 1)), training=True)
    layer.backward(np.array([[1.0, 10], [2, 20], [3, 30]]))
    np.testing.assert_array_equal(layer.gradients()["bias"], [6, 60])


def test_3_a_penalty_in_the_loss_is_in_the_gradient_too():
    """Was: λ/2 ‖W‖² in every loss, λ W in the gradient of one optimizer only."""
    rng = np.random.default_rng(0)
    layers = [npl.Dense(5, l2=0.3), npl.ReLU(), npl.Dense(3, l1=0.2)]
    model = npl.Sequential(layers, input_shape=4, rng=rng, dtype=np.float64)
    x, y = rng.normal(size=(6, 4)), rng.integers(0, 3, 6)

    def gradients():
        _, grad = npl.cross_entropy(model.forward(x, training=True), y)
        model.backward(grad)
        return {name: array.copy() for name, array in model.gradients().items()}

    with_penalty = gradients()
    model[0].l2 = model[2].l1 = 0.0
    difference = {name: with_penalty[name] - array for name, array in gradients().items()}
    W0, W2 = model.parameters()["0.weight"], model.parameters()["2.weight"]
    np.testing.assert_allclose(difference["0.weight"], 0.3 * W0, rtol=1e-10)
    np.testing.assert_allclose(difference["2.weight"], 0.2 * np.sign(W2), rtol=1e-10)
    assert not difference["0.bias"].any()
    model[0].l2, model[2].l1 = 0.3, 0.2
    expected = 0.15 * sum(w * w for w in W0.ravel().tolist())
    expected += 0.2 * sum(abs(w) for w in W2.ravel().tolist())
    assert model.penalty() == pytest.approx(expected, rel=1e-12)
    check_gradients(model, npl.cross_entropy, x, y)


@pytest.mark.parametrize("function", [npl.softmax, npl.log_softmax])
def test_4_softmax_subtracts_the_maximum_of_each_row(function):
    """Was: the maximum of all rows; a row far below it became 0/0."""
    x = np.array([[0.0, math.log(3)], [-1e4, -1e4 + math.log(3)], [1e4, 1e4 + math.log(3)]])
    expected = np.array([[0.25, 0.75]] * 3)
    if function is npl.log_softmax:
        expected = np.log(expected)
    np.testing.assert_allclose(function(x), expected, rtol=1e-11)


def test_4_softmax_layer_and_cross_entropy_subtract_the_maximum_of_each_row():
    x = np.array([[0.0, 0.0], [-1e4, -1e4], [1e4, 1e4]])
    np.testing.assert_array_equal(built(npl.Softmax(), (2,)).forward(x), 0.5)
    loss, grad = npl.cross_entropy(x, np.array([0, 0, 0]))
    assert loss == pytest.approx(math.log(2), rel=1e-12)
    np.testing.assert_allclose(grad, [[-1 / 6, 1 / 6]] * 3, rtol=1e-12)


ACTIVATIONS = [
    npl.ReLU(), npl.LeakyReLU(), npl.ELU(), npl.GELU(), npl.SiLU(), npl.Sigmoid(), npl.Tanh(),
    npl.Softplus(), npl.Softmax(),
]  # fmt: skip


@pytest.mark.parametrize("layer", ACTIVATIONS, ids=repr)
def test_5_an_activation_does_not_write_into_its_input(layer):
    """Was: `x[x <= 0] = 0` on the caller's array."""
    layer = npl.Sequential([layer], input_shape=2, rng=np.random.default_rng(0), dtype=np.float64)
    x = np.array([[-1.0, 2.0]])
    G = np.array([[3.0, 4.0]])
    layer.forward(x, training=True)
    layer.backward(G)
    np.testing.assert_array_equal(x, [[-1, 2]])
    np.testing.assert_array_equal(G, [[3, 4]])


def test_6_dropout_keeps_the_expected_output():
    """Was: no scaling, so that evaluation saw inputs 1/(1 − rate) times too large."""
    layer = built(npl.Dropout(0.75), (1000,))
    x = np.ones((400, 1000))
    y = layer.forward(x, training=True)
    assert set(np.unique(y)) == {0.0, 4.0}
    assert y.mean() == pytest.approx(1, abs=5 * math.sqrt(3 / x.size))
    np.testing.assert_array_equal(layer.forward(x), x)


def test_7_the_prediction_is_inside_the_logarithm():
    """Was: −p log t. For p = (¼, ¾) and class 0 the loss is log 4, not −¼ log 1 − ¾ log 0."""
    logits = np.array([[0.0, math.log(3)]])
    loss, grad = npl.cross_entropy(logits, np.array([0]))
    assert loss == pytest.approx(math.log(4), rel=1e-12)
    np.testing.assert_allclose(grad, [[0.25 - 1, 0.75]], rtol=1e-12)
    loss, _ = npl.cross_entropy(logits, np.array([[0.5, 0.5]]))
    assert loss == pytest.approx(0.5 * math.log(4) + 0.5 * math.log(4 / 3), rel=1e-12)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_15_the_gradient_of_the_squared_error_belongs_to_its_value(reduction):
    """Was: a mean in the value, y − t without factor in the gradient."""
    y, t = np.array([[1.0, 2.0, 4.0]]), np.array([[0.0, 0.0, 0.0]])
    loss, grad = npl.mean_squared_error(y, t, reduction=reduction)
    moved = y.copy()
    moved[0, 2] += 0.5
    after, _ = npl.mean_squared_error(moved, t, reduction=reduction)
    # f(y + h) − f(y) = f'(y) h + ½ f'' h², with f'' = 2 or 2/3
    second = 2.0 if reduction == "sum" else 2 / 3
    assert after - loss == pytest.approx(grad[0, 2] * 0.5 + second * 0.125, rel=1e-12)
    assert loss == pytest.approx(21 if reduction == "sum" else 7)
    np.testing.assert_allclose(grad, [[2, 4, 8]] if reduction == "sum" else [[2 / 3, 4 / 3, 8 / 3]])


# 18, Python loops over samples: test_laws.py::test_no_python_loop_over_samples
