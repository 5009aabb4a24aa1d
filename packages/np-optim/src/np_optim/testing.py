"""Check that an optimizer takes the same steps as a reference."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Arrays = dict[str, Array]
Gradients = Callable[[np.random.Generator, int], Arrays]

SHAPES = {"weight": (3, 4), "bias": (4,), "other": (4,), "scale": (1,)}
TOLERANCE = {"float64": (1e-9, 1e-12), "float32": (1e-4, 1e-6)}


def check_optimizer(
    optimizer: Callable[[], Any],
    *,
    reference: Callable[[], Any],
    steps: int = 30,
    seed: int = 0,
) -> None:
    """Raise AssertionError unless an optimizer takes the same steps as a reference.

    Both optimizers get equal parameters and equal random gradients. The parameters are compared
    after each step. The problems differ in the gradients: numbers near 1, numbers of very different
    size (which show a wrong ε), many zeros, one constant, and float32. An optimizer that has
    ``state_dict`` and ``load_state_dict`` must also continue in a new object.

    Parameters
    ----------
    optimizer : callable
        Class or function that returns a new optimizer when it is called without arguments. The
        optimizer needs one method: ``step(params, grads)`` changes the arrays of ``params`` in
        place and only reads ``grads``. Both are dicts of arrays with the same keys.
    reference : callable
        The same for the optimizer that is right.
    steps, seed : int
        Steps of each problem, and seed of the random parameters and gradients.

    Raises
    ------
    AssertionError
        The message names the problem, the step, the parameter, the index, and the numbers expected
        and got.

    Examples
    --------
    >>> from np_optim import SGD, Adam
    >>> check_optimizer(lambda: Adam(0.1), reference=lambda: Adam(0.1))
    >>> check_optimizer(SGD, reference=lambda: SGD(momentum=0.9))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    AssertionError: SGD at step 2 of the problem 'ordinary gradients': params['weight'][0, 0] ...
    """
    for problem, gradients in PROBLEMS.items():
        _compare(optimizer(), reference(), problem, gradients, steps, seed)
    if all(hasattr(optimizer(), name) for name in ("state_dict", "load_state_dict")):
        _compare(optimizer(), reference(), RESUMED, _ordinary, steps, seed, renew=optimizer)


def _ordinary(rng: np.random.Generator, t: int) -> Arrays:
    return {key: rng.normal(size=shape) for key, shape in SHAPES.items()}


def _sizes(rng: np.random.Generator, t: int) -> Arrays:
    return {k: g * 10.0 ** rng.uniform(-12, 2, g.shape) for k, g in _ordinary(rng, t).items()}


def _zeros(rng: np.random.Generator, t: int) -> Arrays:
    """Return gradients of which two thirds are 0, and all of them at every fifth step."""
    arrays = _ordinary(rng, t)
    return {k: g * (rng.random(g.shape) < 1 / 3) * (t % 5 != 0) for k, g in arrays.items()}


def _constant(rng: np.random.Generator, t: int) -> Arrays:
    return {key: np.full(shape, 3.0) for key, shape in SHAPES.items()}


def _float32(rng: np.random.Generator, t: int) -> Arrays:
    return {key: g.astype(np.float32) for key, g in _ordinary(rng, t).items()}


PROBLEMS: dict[str, Gradients] = {
    "ordinary gradients": _ordinary,
    "gradients of very different size": _sizes,
    "gradients with many zeros": _zeros,
    "constant gradients": _constant,
    "float32": _float32,
}
RESUMED = "continued with load_state_dict in a new optimizer"


def _compare(
    optimizer: Any,
    reference: Any,
    problem: str,
    gradients: Gradients,
    steps: int,
    seed: int,
    renew: Callable[[], Any] | None = None,
) -> None:
    """Take the same steps with both; with ``renew``, continue in a new optimizer halfway."""
    rng, name = np.random.default_rng(seed), type(optimizer).__name__
    params = gradients(rng, 1)
    expected, held = {key: p.copy() for key, p in params.items()}, dict(params)
    # Networks write their gradients into the same arrays at every step, so this check does too.
    # In another order: an optimizer that pairs arrays by position must not pass.
    given = {key: np.empty_like(p) for key, p in reversed(params.items())}
    for t in range(1, steps + 1):
        where = f"at step {t} of the problem {problem!r}"
        grads, before = gradients(rng, t), {key: p.copy() for key, p in params.items()}
        for key, g in grads.items():
            given[key][...] = g
        try:
            if renew and t == steps // 2 + 1:
                state, optimizer = optimizer.state_dict(), renew()
                optimizer.load_state_dict(state)
            optimizer.step(params, given)
        except Exception as error:
            error.add_note(f"{name} raised this {where}")
            raise
        reference.step(expected, grads)
        for key, g in grads.items():
            if params.get(key) is not held[key]:
                raise AssertionError(
                    f"{name} must change the arrays of params in place, got another array as "
                    f"params[{key!r}] {where}; write p -= ... or p[...] = ..."
                )
            if not np.array_equal(given.get(key, np.nan), g):
                raise AssertionError(
                    f"{name} must only read the gradients, got a changed grads[{key!r}] {where}; "
                    "work on a copy"
                )
            _compare_arrays(params[key], expected[key], before[key], g, f"{name} {where}", key)


def _compare_arrays(
    p: Array, expected: Array, before: Array, g: Array, where: str, key: str
) -> None:
    rtol, atol = TOLERANCE[p.dtype.name]
    wrong = ~np.isclose(p, expected, rtol, atol, equal_nan=True)
    if wrong.any():
        index = tuple(np.argwhere(wrong)[0].tolist())
        place = f"params[{key!r}]" + (str(list(index)) if index else "")
        raise AssertionError(
            f"{where}: {place} must be {expected[index]:.10g}, got {p[index]:.10g}; "
            f"it was {before[index]:.10g} and the gradient {g[index]:.10g}, "
            f"and {wrong.sum()} of {wrong.size} elements differ"
        )
