"""Known mistakes of optimizer code, each with the numbers that it would give."""

import math

import numpy as np
import pytest

import np_optim

COUPLED = ["SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "NAdam"]


def first_steps(optimizer, grads, start=1.0):
    params, path = {"w": np.array([start])}, []
    for g in grads:
        optimizer.step(params, {"w": np.array([g])})
        path.append(float(params["w"][0]))
    return path


def test_adam_bias_correction_uses_power_of_step():
    # A constant gradient makes both corrected averages constant: every step is lr · g/|g|. With
    # the constant 1 - β² for 1 - βᵗ the steps would grow from the second on.
    path = first_steps(np_optim.Adam(0.1, eps=1e-300), [3.0] * 50)
    np.testing.assert_allclose(path, 1 - 0.1 * np.arange(1, 51), atol=1e-12)
    constant = 0.1 * (0.1 / (1 - 0.9**2)) / math.sqrt(0.001 / (1 - 0.999**2))
    assert path[0] != pytest.approx(1 - constant, abs=1e-3)


@pytest.mark.parametrize("name", COUPLED)
def test_coupled_decay_equals_l2_gradient_in_every_optimizer(name, arrays):
    decayed, explicit = getattr(np_optim, name), arrays(0)
    params, decayed, plain = arrays(0), decayed(0.1, weight_decay=0.5), decayed(0.1)
    for t in range(5):
        grads = arrays(t + 1)
        plain.step(explicit, {k: g + 0.5 * explicit[k] for k, g in grads.items()})
        decayed.step(params, grads)
    for key, p in params.items():
        np.testing.assert_allclose(p, explicit[key], rtol=1e-12, atol=1e-14, err_msg=key)


@pytest.mark.parametrize("name", ["AdamW", "Lion"])
def test_decoupled_decay_shrinks_parameters_and_not_averages(name, arrays):
    params, grads = arrays(0), {key: np.zeros_like(p) for key, p in arrays(0).items()}
    optimizer = getattr(np_optim, name)(0.1, weight_decay=0.5)
    for _ in range(3):
        optimizer.step(params, grads)
    for key, p in arrays(0).items():
        np.testing.assert_allclose(params[key], p * 0.95**3, rtol=1e-14, err_msg=key)
        np.testing.assert_array_equal(optimizer.state_dict()[f"exp_avg/{key}"], 0)


@pytest.mark.parametrize(("dtype", "lr", "g"), [(np.float32, 1e-42, 1e20), (float, 1e-310, 1e300)])
def test_sgd_uses_rate_below_smallest_normal_number(dtype, lr, g):
    params = {"w": np.zeros(1, dtype)}
    np_optim.SGD(lr).step(params, {"w": np.full(1, g, dtype)})
    assert params["w"][0] == pytest.approx(-lr * g, rel=1e-3)


@pytest.mark.parametrize("name", ["Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "NAdam"])
@pytest.mark.parametrize("eps", [1e-44, 1e-60])
def test_epsilon_that_rounds_to_zero_keeps_weights_without_gradient(name, eps):
    params = {"w": np.ones(2, np.float32)}
    optimizer = getattr(np_optim, name)(0.1, eps=eps, weight_decay=0.0)
    for _ in range(3):
        optimizer.step(params, {"w": np.array([0, 1], np.float32)})
    assert params["w"][0] == 1
    assert np.isfinite(params["w"][1])


def test_adam_default_epsilon_is_1e_minus_8():
    # g = 1e-8 = ε: the first step is lr · g/(g + ε) = lr/2; with 10e-8 it would be lr/11.
    assert first_steps(np_optim.Adam(0.1), [1e-8], start=0.0) == [pytest.approx(-0.05)]
    assert np_optim.Adam().eps == np_optim.RMSprop().eps == np_optim.NAdam().eps == 0.00000001


def test_adadelta_scales_by_accumulator_of_earlier_steps():
    # ρ = ½, ε = 1, g = 2: v = 2, Δ = √1/√3 · 2. Taking in Δ² first would need Δ itself.
    first = 2 / math.sqrt(3)
    v, u = 0.5 * 2 + 0.5 * 4, 0.5 * first**2
    second = math.sqrt(u + 1) / math.sqrt(v + 1) * 2
    path = first_steps(np_optim.Adadelta(rho=0.5, eps=1.0), [2.0, 2.0])
    assert path == [pytest.approx(1 - first), pytest.approx(1 - first - second)]
    # The other order of the gradient's accumulator: √(0 + ε) below the first step.
    assert path[0] != pytest.approx(1 - 2.0, abs=1e-3)
    # The numerator has gained exactly the first step by the second.
    assert second != pytest.approx(2 / math.sqrt(v + 1), abs=1e-3)
