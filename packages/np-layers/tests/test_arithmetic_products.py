"""Exact products and sums: equal to integer arithmetic, whatever the order of their terms."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from np_layers.arithmetic import exact, grid, native

F32 = np.float32
MAGNITUDES = [0.0, 1.0, -3.0, 1e-3, 1e30, -1e30, 1e-30, 1e-45, 3e38, -1e-38]


def random(shape, seed=0, dtype=F32, spread=1.0):
    rng = np.random.default_rng(seed)
    return (rng.normal(size=shape) * np.exp(spread * rng.normal(size=shape))).astype(dtype)


def integers(operand, part=0):
    """Return the grid values as Python integers, and the unit of each sample."""
    unit = operand.scale * 2.0**-operand.bits
    scaled = operand.slices[part] / unit
    assert np.array_equal(scaled, np.rint(scaled))
    return [[int(v) for v in row] for row in scaled], np.broadcast_to(unit, (len(scaled), 1))


def rounded(value: Fraction) -> np.float32:
    """Round a number to float32, by way of float64 as the implementation documents it."""
    return F32(float(value))


@pytest.mark.parametrize(("N", "K", "M"), [(1, 1, 1), (3, 17, 5), (7, 784, 4), (2, 3000, 3)])
def test_matmul_equals_integer_product(N, K, M):
    x, W = exact.samples(random((N, K))), exact.weights(random((K, M), 1), terms=K)
    y = exact.matmul(x, W, out=np.empty((N, M), F32))
    (a, unit_a), (b, unit_b) = integers(x), integers(W)
    for n in range(N):
        for m in range(M):
            whole = sum(a[n][k] * b[k][m] for k in range(K))
            assert abs(whole) <= 2**53
            assert y[n, m] == rounded(whole * Fraction(unit_a[n, 0]) * Fraction(unit_b[0, 0]))


@pytest.mark.parametrize("threads", ["1", "3"])
@pytest.mark.parametrize("dtype", [F32, np.float64])
@pytest.mark.parametrize(("N", "M"), [(3, 50), (50, 3), (40, 40)])
def test_products_in_blocks_of_rows_or_columns_have_the_same_bits(
    monkeypatch, dtype, threads, N, M
):
    K = 7
    x, W, b, G = random((N, K)), random((K, M), 1), random(M, 2), random((N, M), 3)

    def products():
        x_, W_ = exact.samples(x.astype(dtype)), exact.weights(W.astype(dtype), terms=max(K, M))
        G_ = exact.samples(G.astype(dtype))
        y = exact.matmul(x_, W_, out=np.empty((N, M), dtype), bias=b.astype(dtype))
        dx = exact.matmul_transposed(G_, W_, out=np.empty((N, K), dtype))
        dW = exact.sum_of_products(x_, G_, out=np.empty((K, M), dtype))
        return y, dx, dW

    whole = products()
    monkeypatch.setenv("NP_LAYERS_THREADS", threads)
    monkeypatch.setattr(exact, "FEW_MULTIPLICATIONS", 1)
    monkeypatch.setattr(exact, "SUMS", 30)
    monkeypatch.setattr(exact, "LINES", 2)
    for got, expected in zip(products(), whole, strict=True):
        assert got.tobytes() == expected.tobytes()


@pytest.mark.parametrize(("N", "K", "M"), [(1, 1, 1), (9, 4, 5), (300, 3, 2)])
def test_sum_of_products_equals_integer_product(N, K, M):
    x = exact.samples(random((N, K), spread=3))
    G = exact.samples(random((N, M), 1, spread=3))
    dW = exact.sum_of_products(x, G, out=np.empty((K, M), F32))
    beside = exact.beside(x, G, terms=N)
    (a, unit_a), (b, unit_b) = integers(x), integers(beside)
    unit = unit_a * unit_b
    assert (unit == unit[0]).all()
    for k in range(K):
        for m in range(M):
            whole = sum(a[n][k] * b[n][m] for n in range(N))
            assert abs(whole) <= 2**53
            assert dW[k, m] == rounded(whole * Fraction(unit[0, 0]))


@given(st.data())
def test_matmul_does_not_depend_on_order_of_terms(data):
    N, K, M = (data.draw(st.integers(1, 6)) for _ in range(3))
    element = st.sampled_from(MAGNITUDES) | st.floats(-2, 2, width=32)
    x = data.draw(arrays(F32, (N, K), elements=element))
    W = data.draw(arrays(F32, (K, M), elements=element))
    order = data.draw(st.permutations(range(K)))
    with np.errstate(over="ignore"):
        y = product(x, W)
        z = product(x[:, order], W[order])
    assert np.array_equal(y, z, equal_nan=True)


@given(st.data())
def test_sum_of_products_does_not_depend_on_order_of_samples(data):
    N, K, M = (data.draw(st.integers(1, 6)) for _ in range(3))
    element = st.sampled_from(MAGNITUDES) | st.floats(-2, 2, width=32)
    x = data.draw(arrays(F32, (N, K), elements=element))
    G = data.draw(arrays(F32, (N, M), elements=element))
    order = data.draw(st.permutations(range(N)))
    with np.errstate(over="ignore"):
        dW = sum_of_products(x, G)
        dV = sum_of_products(x[order], G[order])
    assert np.array_equal(dW, dV, equal_nan=True)


def product(x, W):
    out = np.empty((len(x), W.shape[1]), x.dtype)
    return exact.matmul(exact.samples(x), exact.weights(W, terms=len(W)), out=out)


def sum_of_products(x, G):
    out = np.empty((x.shape[1], G.shape[1]), x.dtype)
    return exact.sum_of_products(exact.samples(x), exact.samples(G), out=out)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_matmul_of_a_sample_does_not_depend_on_the_batch(dtype):
    x, W = random((50, 70), dtype=dtype, spread=2), random((70, 30), 1, dtype)
    whole = product(x, W)
    for step in (1, 7, 49):
        parts = [product(x[i : i + step], W) for i in range(0, 50, step)]
        assert np.array_equal(np.concatenate(parts), whole)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("cut", [1, 13, 49])
def test_sum_over_batch_does_not_depend_on_the_cut(dtype, cut):
    x = exact.samples(random((50, 20), dtype=dtype, spread=2))
    G = exact.samples(random((50, 30), 1, dtype, spread=2))
    whole = exact.sum_of_products(x, G, out=np.empty((20, 30), dtype))
    G = exact.beside(x, G, terms=50)
    for slices in zip(x.slices, G.slices, strict=True):
        a, g = slices
        parts = a[:cut].T @ g[:cut] + a[cut:].T @ g[cut:]
        assert np.array_equal(parts, np.einsum("nk,nm->km", a[::-1], g[::-1]))
    if dtype is np.float32:
        assert np.array_equal(parts.astype(F32), whole)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float32, 1e-5), (np.float64, 1e-14)])
def test_products_are_close_to_native_ones(dtype, tolerance):
    x, W, G = random((40, 90), 0, dtype), random((90, 20), 1, dtype), random((40, 20), 2, dtype)
    b = random(20, 3, dtype)

    def run(arithmetic):
        xs, Ws, Gs = arithmetic.samples(x), arithmetic.weights(W, 90), arithmetic.samples(G)
        return (
            arithmetic.matmul(xs, Ws, out=np.empty_like(G), bias=b),
            arithmetic.matmul_transposed(Gs, Ws, out=np.empty_like(x)),
            arithmetic.sum_of_products(xs, Gs, out=np.empty_like(W)),
            arithmetic.total(G, axis=0),
            arithmetic.sum_of_samples(Gs, out=np.empty_like(b)),
        )

    for got, expected in zip(run(exact), run(native), strict=True):
        np.testing.assert_allclose(got, expected, rtol=0, atol=tolerance * np.abs(expected).max())


def test_bits_shrink_as_sums_grow():
    for terms in (1, 2, 3, 1000, 2048, 2049, 2**17):
        bits = grid.bits_beside_samples(terms)
        assert terms * 2 ** (grid.SAMPLE_BITS + bits) <= 2**53
    assert grid.bits_beside_samples(2048) == 22
    assert grid.bits_beside_samples(2049) == 21
    assert grid.bits_beside_samples(2**20) == 13


def test_worst_case_reaches_the_bound_and_is_exact():
    """All factors as large as the grid allows, one odd term: one more bit would be lost."""
    K = 2**11
    x = np.full((1, K), 1 - 2.0**-20, F32)
    W = np.full((K, 1), 1 - 2.0**-22, F32)
    xs, Ws = exact.samples(x), exact.weights(W, terms=K)
    sums = np.empty((1, 1))
    exact.matmul(xs, Ws, out=sums)
    a, b = 2**20 - 1, 2**22 - 1
    assert sums[0, 0] == Fraction(K * a * b, 2**42)
    assert K * a * b > 2**52


def test_long_sum_of_one_sample_gets_fewer_bits_and_stays_exact():
    K = 2**17 + 1
    x, W = random((1, K)), random((K, 1), 1)
    order = np.random.default_rng(0).permutation(K)
    assert exact.weights(W, terms=K).bits == 15
    assert np.array_equal(product(x, W), product(x[:, order], W[order]))


def test_long_sum_over_a_batch_is_cut_into_exact_blocks():
    """One sample more than the bits allow: two blocks, each exact, added in order."""
    N = grid.MAX_TERMS + 1
    x, G = random((N, 1)), random((N, 1), 1)
    order = np.random.default_rng(0).permutation(grid.MAX_TERMS)
    dW = sum_of_products(x, G)
    x[: len(order)], G[: len(order)] = x[order], G[order]
    assert np.array_equal(sum_of_products(x, G), dW)


def test_grid_that_is_too_fine_loses_the_order():
    """With the bits of a short sum, a long one depends on the order: what the bound is for."""
    K = 2**17
    x, W = random((1, K)) ** 2, random((K, 1), 1) ** 2
    xs = exact.samples(x)
    fine = grid.Operand(W, exact.weights(W, K).scale, 40)
    coarse = exact.weights(W, terms=K)
    order = np.argsort(xs.slices[0][0], kind="stable")
    for operand, equal in ((fine, False), (coarse, True)):
        a, b = xs.slices[0][0], operand.slices[0][:, 0]
        assert (np.cumsum(a * b)[-1] == np.cumsum((a * b)[order])[-1]) is np.bool_(equal)


@pytest.mark.filterwarnings("ignore:invalid value")  # OpenBLAS warns on some processors
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nan_and_infinity_stay_where_they_are(dtype):
    x, W = random((4, 6), dtype=dtype), random((6, 3), 1, dtype)
    clean = product(x, W)
    x[1, 2], x[2, 0] = np.nan, np.inf
    y = product(x, W)
    assert np.isnan(y[1]).all()
    assert not np.isfinite(y[2]).any()  # in float64 ∞ may become NaN
    assert np.array_equal(y[[0, 3]], clean[[0, 3]])
    W[0, 1] = np.nan
    y = product(x, W)
    assert np.isnan(y[:, 1]).all()
    assert np.array_equal(y[[0, 3]][:, [0, 2]], clean[[0, 3]][:, [0, 2]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.0, 1e-45, 1e-39, 1e-30, 1.0, 1e30, 3e38])
def test_one_element_of_any_magnitude(dtype, value):
    x = np.full((1, 1), value, dtype)
    y = product(x, np.ones((1, 1), dtype))
    expected = 0.0 if dtype is np.float32 and value < 2.0**-122 else x
    np.testing.assert_allclose(y, expected, rtol=2e-6)


def test_totals_are_never_subnormal():
    assert exact.total(np.full(3, 2e-39, F32), axis=0) == 0


@pytest.mark.parametrize("shape", [(0, 3, 2), (2, 0, 3), (2, 3, 0)])
def test_empty_products(shape):
    N, K, M = shape
    assert np.array_equal(product(np.ones((N, K), F32), np.ones((K, M), F32)), np.zeros((N, M)))
    assert np.array_equal(sum_of_products(np.ones((N, K), F32), np.ones((N, M), F32)),
                          np.full((K, M), N))  # fmt: skip


@given(arrays(F32, array_shapes(min_dims=1, max_dims=1, max_side=50),
              elements=st.floats(-2, 2, width=32)), st.randoms())  # fmt: skip
def test_total_is_the_exact_sum(x, random):
    order = list(range(len(x)))
    random.shuffle(order)
    expected = math.fsum(float(v) for v in x)
    got = exact.total(x, axis=0)
    assert got == exact.total(x[order], axis=0)
    assert abs(float(got) - expected) <= 2.0**-24 * abs(expected) + len(x) * 2.0**-46


def test_total_of_any_axis_and_layout():
    x = random((5, 4, 3, 2))
    for axis in (0, (0, 2, 3), (1, 2), -1, (0, 1, 2, 3)):
        got = exact.total(x, axis)
        assert np.array_equal(got, exact.total(np.asfortranarray(x), axis))
        np.testing.assert_allclose(got, x.sum(axis=axis, dtype=np.float64), rtol=1e-6, atol=1e-6)


def test_total_of_nothing_is_zero():
    assert np.array_equal(exact.total(np.ones((0, 3), F32), axis=0), np.zeros(3))
