"""Comparison of steps, state, schedules and clipping with PyTorch, if it is installed."""

import numpy as np
import pytest

import np_optim

torch = pytest.importorskip("torch", reason="the comparison with PyTorch runs in its own session")

STEPS = 200
TOLERANCE = {np.float32: (3e-4, 3e-5), np.float64: (1e-9, 1e-12)}


@pytest.fixture(params=TOLERANCE, ids=["float32", "float64"])
def dtype(request):
    """Return a dtype that PyTorch has as its default, for its own scalars, during the test."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, request.param.__name__))
    yield request.param
    torch.set_default_dtype(before)


def test_200_steps_equal_pytorch(case, make, arrays, dtype):
    name, options = case
    if not hasattr(torch.optim, name):
        pytest.skip(f"PyTorch has no {name}")
    schedule = np_optim.cosine(options.get("lr", 1.0), steps=300)
    ours, params = make(lr=schedule), arrays(0, dtype)
    tensors = {key: torch.nn.Parameter(torch.tensor(p)) for key, p in params.items()}
    theirs = getattr(torch.optim, name)(tensors.values(), **options)
    rtol, atol = TOLERANCE[dtype]
    for t in range(STEPS):
        grads = arrays(t + 1, dtype)
        for key, tensor in tensors.items():
            tensor.grad = torch.tensor(grads[key])
        theirs.param_groups[0]["lr"] = schedule(t)
        theirs.step()
        ours.step(params, grads)
        for key, tensor in tensors.items() if t % 20 == 19 else ():
            np.testing.assert_allclose(
                params[key], tensor.detach().numpy(), rtol, atol, err_msg=f"{key}, step {t}"
            )
    compare_state(ours.state_dict(), theirs, tensors, rtol, atol)


def compare_state(state, theirs, tensors, rtol, atol):
    """Every array that we remember is the one that PyTorch has under that name."""
    for entry, array in state.items():
        slot, _, key = entry.partition("/")
        memory = theirs.state.get(tensors.get(key), {})
        if slot in memory:
            np.testing.assert_allclose(array, memory[slot].numpy(), rtol, atol, err_msg=entry)
        else:
            assert slot in {"optimizer", "step"}, entry


def scheduled_rates(scheduler_of, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    scheduler, rates = scheduler_of(optimizer), []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def lr_scheduler(name, **options):
    return lambda optimizer: getattr(torch.optim.lr_scheduler, name)(optimizer, **options)


def warm_cosine(optimizer):
    schedulers = [
        torch.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters=10),
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=30),
    ]
    return torch.optim.lr_scheduler.SequentialLR(optimizer, schedulers, milestones=[10])


SCHEDULES = {
    "constant": (np_optim.constant(0.5), lr_scheduler("ConstantLR", factor=1.0), 20),
    "step": (
        np_optim.step(0.5, step_size=7, gamma=0.3),
        lr_scheduler("StepLR", step_size=7, gamma=0.3),
        50,
    ),
    "exponential": (
        np_optim.exponential(0.5, gamma=0.9),
        lr_scheduler("ExponentialLR", gamma=0.9),
        50,
    ),
    "cosine": (
        np_optim.cosine(0.5, steps=40, final=0.1),
        lr_scheduler("CosineAnnealingLR", T_max=40, eta_min=0.1),
        41,
    ),
    "linear_warmup": (
        np_optim.linear_warmup(0.5, steps=10, start=0.1),
        lr_scheduler("LinearLR", start_factor=0.2, total_iters=10),
        30,
    ),
    "polynomial": (
        np_optim.polynomial(0.5, steps=20, power=2.0),
        lr_scheduler("PolynomialLR", total_iters=20, power=2.0),
        30,
    ),
    "piecewise": (
        np_optim.piecewise([0.5, 0.05, 0.005], boundaries=[5, 12]),
        lr_scheduler("MultiStepLR", milestones=[5, 12], gamma=0.1),
        30,
    ),
    "join": (
        np_optim.join(
            [np_optim.linear_warmup(0.5, steps=10, start=0.05), np_optim.cosine(0.5, steps=30)],
            boundaries=[10],
        ),
        warm_cosine,
        40,
    ),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules_equal_pytorch(name):
    ours, theirs, steps = SCHEDULES[name]
    rates = scheduled_rates(theirs, steps)
    np.testing.assert_allclose([ours(t) for t in range(steps)], rates, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("anneal", ["cosine", "linear"])
@pytest.mark.parametrize("pct_start", [0.1, 0.25, 0.45])
def test_one_cycle_equals_pytorch(anneal, pct_start):
    steps = 50
    options = {
        "pct_start": pct_start,
        "div_factor": 10.0,
        "final_div_factor": 100.0,
    }
    ours = np_optim.one_cycle(2.0, steps=steps, anneal=anneal, **options)
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.5)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        2.0,
        total_steps=steps,
        anneal_strategy=anneal.replace("cosine", "cos"),
        **options,
    )
    for t in range(steps):
        rate = optimizer.param_groups[0]["lr"]
        assert ours(t) == pytest.approx(rate, rel=1e-12), t
        optimizer.step()
        if t < steps - 1:
            scheduler.step()


@pytest.mark.parametrize("limit", [0.0, 0.5, 3.0, 1e6, np.inf])
def test_clipping_equals_pytorch(arrays, limit, dtype):
    rtol, atol = (1e-5, 1e-7) if dtype is np.float32 else (1e-12, 1e-15)
    tensors = {key: torch.nn.Parameter(torch.tensor(g)) for key, g in arrays(0, dtype).items()}
    for key, tensor in tensors.items():
        tensor.grad = torch.tensor(arrays(1, dtype)[key])
    norm = torch.nn.utils.clip_grad_norm_(tensors.values(), limit)
    clipped, our_norm = np_optim.clip_by_norm(arrays(1, dtype), limit)
    assert our_norm == pytest.approx(float(norm), rel=rtol)
    for key, tensor in tensors.items():
        np.testing.assert_allclose(clipped[key], tensor.grad.numpy(), rtol, atol, err_msg=key)
    if np.isfinite(limit):
        for key, tensor in tensors.items():
            tensor.grad = torch.tensor(arrays(1, dtype)[key])
        torch.nn.utils.clip_grad_value_(tensors.values(), limit)
        limited = np_optim.clip_by_value(arrays(1, dtype), limit)
        for key, tensor in tensors.items():
            np.testing.assert_array_equal(limited[key], tensor.grad.numpy(), err_msg=key)


def test_ema_equals_pytorch(arrays, dtype):
    module = torch.nn.ParameterList([torch.tensor(p) for p in arrays(0, dtype).values()])
    update = torch.optim.swa_utils.get_ema_multi_avg_fn(0.9)
    theirs = torch.optim.swa_utils.AveragedModel(module, multi_avg_fn=update)
    ours = np_optim.EMA(0.9)
    for t in range(30):
        params = arrays(t, dtype)
        with torch.no_grad():
            for parameter, p in zip(module, params.values(), strict=True):
                parameter.copy_(torch.tensor(p))
        theirs.update_parameters(module)
        ours.update(params)
    for average, parameter in zip(ours.value().values(), theirs.module, strict=True):
        rtol = 1e-5 if dtype is np.float32 else 1e-12
        np.testing.assert_allclose(average, parameter.detach().numpy(), rtol, 1e-7)
