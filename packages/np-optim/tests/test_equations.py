"""Every optimizer against its equation in plain Python, and against hand-worked numbers."""

import math

import numpy as np
import pytest

import np_optim


def sgd(p, g, s, t, lr, momentum=0.0, dampening=0.0, nesterov=False, weight_decay=0.0):
    g = g + weight_decay * p
    s["b"] = g if t == 1 else momentum * s["b"] + (1 - dampening) * g
    return p - lr * (g + momentum * s["b"] if nesterov else s["b"] if momentum else g)


def adagrad(
    p, g, s, t, lr, lr_decay=0.0, initial_accumulator_value=0.0, eps=1e-10, weight_decay=0.0
):
    g = g + weight_decay * p
    s["G"] = s.get("G", initial_accumulator_value) + g**2
    return p - lr / (1 + (t - 1) * lr_decay) * g / (math.sqrt(s["G"]) + eps)


def rmsprop(p, g, s, t, lr, alpha=0.99, eps=1e-8, momentum=0.0, centered=False, weight_decay=0.0):
    g = g + weight_decay * p
    s["v"] = alpha * s.get("v", 0.0) + (1 - alpha) * g**2
    s["a"] = alpha * s.get("a", 0.0) + (1 - alpha) * g
    mean = s["a"] if centered else 0.0
    s["b"] = momentum * s.get("b", 0.0) + g / (math.sqrt(s["v"] - mean**2) + eps)
    return p - lr * s["b"]


def adadelta(p, g, s, t, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0):
    g = g + weight_decay * p
    s["v"] = rho * s.get("v", 0.0) + (1 - rho) * g**2
    delta = math.sqrt(s.get("u", 0.0) + eps) / math.sqrt(s["v"] + eps) * g
    s["u"] = rho * s.get("u", 0.0) + (1 - rho) * delta**2
    return p - lr * delta


def adam(p, g, s, t, lr, betas=(0.9, 0.999), eps=1e-8, amsgrad=False, weight_decay=0.0):
    return adam_step(p, g + weight_decay * p, s, t, lr, betas, eps, amsgrad)


def adamw(p, g, s, t, lr, betas=(0.9, 0.999), eps=1e-8, amsgrad=False, weight_decay=0.01):
    return adam_step(p - lr * weight_decay * p, g, s, t, lr, betas, eps, amsgrad)


def adam_step(p, g, s, t, lr, betas, eps, amsgrad):
    s["m"] = betas[0] * s.get("m", 0.0) + (1 - betas[0]) * g
    s["v"] = betas[1] * s.get("v", 0.0) + (1 - betas[1]) * g**2
    s["w"] = max(s.get("w", 0.0), s["v"]) if amsgrad else s["v"]
    m_hat = s["m"] / (1 - betas[0] ** t)
    v_hat = s["w"] / (1 - betas[1] ** t)
    return p - lr * m_hat / (math.sqrt(v_hat) + eps)


def nadam(
    p,
    g,
    s,
    t,
    lr,
    betas=(0.9, 0.999),
    eps=1e-8,
    momentum_decay=4e-3,
    decoupled_weight_decay=False,
    weight_decay=0.0,
):
    if decoupled_weight_decay:
        p = p - lr * weight_decay * p
    else:
        g = g + weight_decay * p
    mu = [betas[0] * (1 - 0.5 * 0.96 ** (i * momentum_decay)) for i in range(1, t + 2)]
    s["m"] = betas[0] * s.get("m", 0.0) + (1 - betas[0]) * g
    s["v"] = betas[1] * s.get("v", 0.0) + (1 - betas[1]) * g**2
    m_hat = mu[-1] * s["m"] / (1 - math.prod(mu)) + (1 - mu[-2]) * g / (1 - math.prod(mu[:-1]))
    return p - lr * m_hat / (math.sqrt(s["v"] / (1 - betas[1] ** t)) + eps)


def lion(p, g, s, t, lr, betas=(0.9, 0.99), weight_decay=0.0):
    c = betas[0] * s.get("m", 0.0) + (1 - betas[0]) * g
    s["m"] = betas[1] * s.get("m", 0.0) + (1 - betas[1]) * g
    return p - lr * ((c > 0) - (c < 0) + weight_decay * p)


def test_thirty_steps_follow_equation(case, make, arrays):
    name, options = case
    options, equation = dict(options), globals().get(name.lower())
    assert equation, f"write the equation of {name} as a function {name.lower()}() in this file"
    rate = options.pop("lr", 1.0)
    schedule = np_optim.cosine(rate, steps=40)
    optimizer, params = make(lr=schedule), arrays(0)
    numbers = {key: p.ravel().tolist() for key, p in params.items()}
    memory = {key: [{} for _ in p] for key, p in numbers.items()}
    for t in range(30):
        grads = arrays(t + 1)
        optimizer.step(params, grads)
        for key, p in numbers.items():
            for i, g in enumerate(grads[key].ravel().tolist()):
                p[i] = equation(p[i], g, memory[key][i], t + 1, schedule(t), **options)
    for key, p in numbers.items():
        np.testing.assert_allclose(params[key].ravel(), p, rtol=1e-10, atol=1e-13, err_msg=key)


BY_HAND = {
    # One weight at 1, gradients 2 and then 4.
    "SGD(0.5)": (np_optim.SGD(0.5), [0.0, -2.0]),
    # λ = 1: g = 2 + 1 = 3, p = -0.5; g = 4 - 0.5 = 3.5.
    "SGD decay": (np_optim.SGD(0.5, weight_decay=1.0), [-0.5, -2.25]),
    # b = 2, then 0.5 · 2 + 4 = 5.
    "SGD momentum": (np_optim.SGD(0.5, momentum=0.5), [0.0, -2.5]),
    # b = 2 (not dampened), then 0.5 · 2 + 0.75 · 4 = 4.
    "SGD dampening": (np_optim.SGD(0.5, momentum=0.5, dampening=0.25), [0.0, -2.0]),
    # 2 + 0.5 · 2 = 3, then 4 + 0.5 · 5 = 6.5.
    "SGD Nesterov": (np_optim.SGD(0.5, momentum=0.5, nesterov=True), [-0.5, -3.75]),
    # G = 5 + 4 = 9, then 9 + 16 = 25; ε = 1: 2/4, 4/6.
    "Adagrad": (
        np_optim.Adagrad(3.0, initial_accumulator_value=5.0, eps=1.0),
        [-0.5, -2.5],
    ),
    # v = 0.5 · 4 = 2, then 1 + 8 = 9; ε = 1: 2/(√2 + 1), 4/4.
    "RMSprop": (np_optim.RMSprop(1.0, alpha=0.5, eps=1.0), [3 - 2**1.5, 2 - 2**1.5]),
    # Δ = √(0 + 1)/√(0.75 · 0 + 0.25 · 4 + 1)·2 = √2, u = 0.5; v = 0.75 + 4 = 4.75.
    "Adadelta": (
        np_optim.Adadelta(rho=0.75, eps=1.0),
        [1 - 2**0.5, 1 - 2**0.5 - (1.5 / 5.75) ** 0.5 * 4],
    ),
    # m = 1 over 0.5 and v = 1 over 0.25: 2/(2 + 2). Then m = 0.5 · 1 + 0.5 · 4 = 2.5 over
    # 1 - 0.25 and v = 0.75 · 1 + 0.25 · 16 = 4.75 over 1 - 0.5625.
    "Adam": (
        np_optim.Adam(1.0, betas=(0.5, 0.75), eps=2.0),
        [0.5, 0.5 - (2.5 / 0.75) / (math.sqrt(4.75 / 0.4375) + 2.0)],
    ),
    # The decay alone takes 0.5 · 1 · 1 first, the step itself lr · sign at t = 1.
    "AdamW": (np_optim.AdamW(0.5, weight_decay=1.0, eps=1e-300), [0.0]),
    # c = 0.5 · 2 > 0; p = 1 - 0.5 (1 + 1) = 0; then m = 0.25 · 2 and c > 0 again.
    "Lion": (np_optim.Lion(0.5, betas=(0.5, 0.75), weight_decay=1.0), [0.0, -0.5]),
}


@pytest.mark.parametrize("name", BY_HAND)
def test_first_steps_equal_numbers_worked_by_hand(name):
    optimizer, expected = BY_HAND[name]
    params = {"w": np.array([1.0])}
    for g, value in zip([2.0, 4.0], expected, strict=False):
        optimizer.step(params, {"w": np.array([g])})
        assert params["w"][0] == pytest.approx(value, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lion_moves_by_sign_of_smallest_and_largest_numbers(dtype):
    least, most = np.finfo(dtype).smallest_subnormal, np.finfo(dtype).max
    g = np.array([least, -least, most, -most, 1, -1, 0, -0.0], dtype)
    params = {"w": np.zeros(8, dtype)}
    np_optim.Lion(0.5, betas=(0.0, 0.9)).step(params, {"w": g})
    np.testing.assert_array_equal(params["w"], -0.5 * np.sign(g))


def test_defaults_equal_pytorch():
    assert (np_optim.SGD().lr, np_optim.SGD().momentum) == (1e-3, 0.0)
    adagrad = np_optim.Adagrad()
    assert (adagrad.lr, adagrad.eps, adagrad.initial_accumulator_value) == (1e-2, 1e-10, 0.0)
    rmsprop = np_optim.RMSprop()
    assert (rmsprop.lr, rmsprop.alpha, rmsprop.eps) == (1e-2, 0.99, 1e-8)
    adadelta = np_optim.Adadelta()
    assert (adadelta.lr, adadelta.rho, adadelta.eps) == (1.0, 0.9, 1e-6)
    adam = np_optim.Adam()
    assert (adam.lr, adam.betas, adam.eps, adam.weight_decay) == (1e-3, (0.9, 0.999), 1e-8, 0.0)
    assert np_optim.AdamW().weight_decay == 1e-2
    nadam = np_optim.NAdam()
    assert (nadam.lr, nadam.eps, nadam.momentum_decay) == (2e-3, 1e-8, 4e-3)
    assert (np_optim.Lion().lr, np_optim.Lion().betas) == (1e-4, (0.9, 0.99))
