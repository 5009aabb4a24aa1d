"""Exact arithmetic calls no NumPy function whose last bits differ between machines."""

import numpy as np
import pytest
from layer_cases import CASES, LOSSES

from np_layers.arithmetic import exact, normal_distribution

# Functions of the C library or of NumPy's own vector code, and sums in an unspecified order.
FORBIDDEN = [
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "tanh", "sinh"),
    *("cosh", "arctan", "arctan2", "arcsin", "arccos", "power", "float_power", "cbrt", "hypot"),
    *("mean", "average", "std", "var", "prod", "cumsum", "cumprod", "trapezoid", "argpartition"),
    *("partition", "vdot", "inner", "einsum", "dot", "tensordot", "convolve", "correlate"),
]


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(name: str) -> None:
        def refuse(*args: object, **options: object) -> None:
            raise AssertionError(f"np.{name} differs between machines")

        monkeypatch.setattr(np, name, refuse)

    for name in FORBIDDEN:
        forbid(name)


@pytest.mark.usefixtures("forbidden")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_exact_arithmetic_uses_portable_functions_only(dtype):
    x = np.linspace(0.1, 2, 12).reshape(4, 3).astype(dtype)
    W = x.T.copy()
    xs, Ws, Gs = exact.samples(x), exact.weights(W, terms=3), exact.samples(x @ W)
    exact.matmul(xs, Ws, out=np.empty((4, 4), dtype), bias=x[:, 0])
    exact.matmul_transposed(Gs, Ws, out=np.empty((4, 3), dtype))
    exact.sum_of_products(xs, Gs, out=np.empty((3, 4), dtype))
    exact.sum_of_samples(Gs, out=np.empty(4, dtype))
    exact.total(x, axis=1)
    for name in ("exp", "expm1", "log", "log1p", "sigmoid", "softplus", "tanh", "sqrt",
                 "normal_cdf"):  # fmt: skip
        getattr(exact, name)(x)
    normal_distribution.standard_normal(np.random.default_rng(0), (100,))


@pytest.mark.usefixtures("forbidden")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_exact_model_uses_portable_functions_only(case):
    model = case.model(np.float32, arithmetic="exact")
    model.backward(model.forward(case.x(), training=True))
    model.predict(case.x())
    model.penalty()


@pytest.mark.usefixtures("forbidden")
@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.id)
def test_exact_loss_uses_portable_functions_only(case):
    case.loss(case.predictions, case.targets, arithmetic="exact")


@pytest.mark.usefixtures("forbidden")
def test_forbidden_functions_are_noticed():
    with pytest.raises(AssertionError, match=r"np\.exp differs"):
        np.exp(1.0)
