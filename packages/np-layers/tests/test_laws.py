"""What holds for every layer: each test runs over all cases in `layer_cases.CASES`."""

import copy
import json
import math
import pickle
import re
import sys

import numpy as np
import pytest
from layer_cases import CASES, LOSSES

import np_layers as npl
from np_layers.testing import check_gradients, check_loss_gradient

each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
each_arithmetic = pytest.mark.parametrize("arithmetic", ["native", "exact"])
each_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def read_only(array):
    array.flags.writeable = False
    return array


def trained_gradients(model, x, G):
    model.forward(x, training=True)
    grad_x = model.backward(G)
    return {**{name: array.copy() for name, array in model.gradients().items()}, "x": grad_x}


def assert_same_bits(a, b):
    assert a.dtype == b.dtype
    assert a.shape == b.shape
    assert a.tobytes() == b.tobytes()


def test_every_layer_and_loss_is_in_the_registry():
    seen = {type(case.make()).__name__ for case in CASES}
    assert seen == set(npl.LAYERS), "add a line for each new layer to CASES in layer_cases.py"
    losses = {case.loss.__name__ for case in LOSSES}
    assert losses - {"_smoothed"} == set(npl.LOSSES)
    layers = {name for name in npl.__all__ if name in npl.LAYERS}
    others = {
        # initialisers, in test_initializers.py
        "he_normal", "he_uniform", "xavier_normal", "xavier_uniform", "lecun_normal",
        "torch_uniform", "uniform", "normal", "zeros", "get_initializer", "register_initializer",
        # registered losses, in the docstring of register_loss
        "LOSSES", "register_loss",
        # functions, in test_functions.py
        "softmax", "log_softmax", "sigmoid",
        # registered layers and gradient checks, in test_custom_layer.py, test_gradient_checks.py
        "Layer", "Activation", "LAYERS", "register", "testing",
        # formats, in test_model_file.py, test_safetensors_file.py, test_onnx_export.py,
        # test_torch_state.py
        "save", "load", "ModelFileError", "save_safetensors", "load_safetensors", "export_onnx",
        "to_torch_state_dict", "from_torch_state_dict",
    }  # fmt: skip
    assert layers == set(npl.LAYERS), "add each registered layer to np_layers.__all__"
    assert layers | losses | others == set(npl.__all__)


@each_case
@each_arithmetic
def test_gradients_agree_with_differences(case, arithmetic):
    check_gradients(
        case.model(arithmetic=arithmetic), x=case.x(), rng=np.random.default_rng(2), samples=None
    )


@each_case
def test_gradients_agree_inside_a_model_with_a_loss(case):
    rng = np.random.default_rng(0)
    layers = [case.make(), npl.Flatten(), npl.Dense(3, l2=0.1)]
    model = npl.Sequential(layers, input_shape=case.shape, rng=rng, dtype=np.float64)
    check_gradients(model, npl.cross_entropy, case.x(), np.array([0, 2, 1, 1]))


@each_case
@each_dtype
def test_output_shape_is_what_build_said(case, dtype):
    layer = case.make()
    shape = layer.build(case.shape, rng=np.random.default_rng(0), dtype=dtype)
    for training in [False, True]:
        assert layer.forward(case.x(dtype=dtype), training=training).shape == (4, *shape)
    assert isinstance(layer.flops, int)
    assert layer.flops >= 0


@each_case
@each_arithmetic
@each_dtype
@pytest.mark.parametrize("given", [np.float32, np.float64, np.uint8, np.int64])
def test_dtype_of_results_is_the_dtype_of_the_model(case, arithmetic, dtype, given):
    model = case.model(dtype, arithmetic=arithmetic)
    x = (5 * case.x()).astype(given)
    assert model.forward(x).dtype == dtype
    output = model.forward(x, training=True)
    assert output.dtype == dtype
    assert model.backward(np.ones(output.shape)).dtype == dtype
    assert {array.dtype for array in model.parameters().values()} <= {np.dtype(dtype)}
    assert {array.dtype for array in model.gradients().values()} <= {np.dtype(dtype)}
    for name, array in model.buffers().items():
        assert array.dtype == dtype or name.endswith((".seed", ".step")), name
    assert isinstance(model.penalty(), float)


@each_case
@each_arithmetic
def test_float32_agrees_with_float64(case, arithmetic):
    single, double = (
        case.model(np.float32, arithmetic=arithmetic),
        case.model(np.float64, arithmetic=arithmetic),
    )
    G = np.random.default_rng(2).normal(size=double.forward(case.x()).shape)
    expected = trained_gradients(double, case.x(), G)
    for name, gradient in trained_gradients(single, case.x(), G).items():
        np.testing.assert_allclose(gradient, expected[name], rtol=2e-4, atol=2e-5, err_msg=name)


@each_case
@each_arithmetic
def test_arguments_are_not_written(case, arithmetic):
    for layer in [case.model(arithmetic=arithmetic), case.layer()]:
        x = read_only(case.x())
        before = x.copy()
        G = read_only(np.ones_like(layer.forward(x)))
        layer.forward(x, training=True)
        layer.backward(G)
        assert_same_bits(x, before)
        assert_same_bits(G, np.ones_like(G))


@each_case
@each_arithmetic
def test_returned_arrays_are_not_overwritten_by_later_steps(case, arithmetic):
    for layer in [case.model(arithmetic=arithmetic), case.layer()]:
        output = layer.forward(case.x(), training=True)
        grad = layer.backward(np.ones_like(output))
        quiet = layer.forward(case.x())
        kept = [output.copy(), grad.copy(), quiet.copy()]
        other = layer.forward(case.x(seed=9), training=True)
        layer.backward(-np.ones_like(other))
        layer.forward(case.x(seed=8))
        for array, copied in zip([output, grad, quiet], kept, strict=True):
            assert_same_bits(array, copied)


@each_case
def test_caller_may_write_into_arrays_of_a_model(case):
    model = case.model()
    x = case.x()
    before = x.copy()
    output = model.forward(x, training=True)
    output[...] = np.nan
    G = np.ones_like(output)
    grad = model.backward(G)
    assert np.isfinite(grad).all()
    grad[...] = np.nan
    model.forward(x)[...] = np.nan
    model.predict(x)[...] = np.nan
    assert_same_bits(x, before)
    assert_same_bits(G, np.ones_like(G))


@each_case
def test_caller_may_write_into_arrays_of_a_layer_that_stands_alone(case):
    layer = case.layer()
    x = case.x()
    before = x.copy()
    layer.forward(x)[...] = np.nan
    G = np.ones_like(layer.forward(x, training=True))
    layer.backward(G)[...] = np.nan
    assert_same_bits(x, before)
    assert_same_bits(G, np.ones_like(G))


@each_case
@each_arithmetic
def test_empty_batch_gives_empty_arrays(case, arithmetic):
    model = case.model(arithmetic=arithmetic)
    empty = case.x(rows=0)
    assert model.forward(empty).shape == (0, *model.output_shape)
    assert model.predict(empty).shape == (0, *model.output_shape)
    if case.rows_interact:
        with pytest.raises(ValueError, match=re.escape("at least 2 values of each feature")):
            model.forward(empty, training=True)
        return
    gradients = trained_gradients(model, empty, np.zeros((0, *model.output_shape)))
    assert gradients.pop("x").shape == empty.shape
    for name, gradient in gradients.items():
        if "penal" not in case.id and not model.penalty():
            assert not gradient.any(), name


@each_case
def test_output_of_a_row_does_not_depend_on_the_batch(case):
    model = case.model()
    x = case.x()
    together = model.forward(x)
    for row in range(len(x)):
        alone = model.forward(x[row : row + 1])
        np.testing.assert_allclose(alone[0], together[row], rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(model.predict(x, batch_size=3), together, rtol=1e-12, atol=1e-14)


@each_case
@each_dtype
@pytest.mark.parametrize("cut", [1, 2, 3])
def test_exact_output_of_a_row_does_not_depend_on_the_batch(case, dtype, cut):
    model = case.model(dtype, arithmetic="exact")
    x = case.x(rows=5, dtype=dtype)
    together = model.forward(x)
    parts = [model.forward(x[i : i + cut]) for i in range(0, len(x), cut)]
    assert_same_bits(np.concatenate(parts), together)
    assert_same_bits(model.predict(x, batch_size=cut), together)


@each_case
@each_dtype
def test_exact_gradients_do_not_depend_on_the_order_of_rows(case, dtype):
    if case.random:
        return
    order = np.array([4, 0, 3, 6, 1, 2, 5])
    x = case.x(rows=7, dtype=dtype)
    model, other = (case.model(dtype, arithmetic="exact") for _ in range(2))
    G = np.random.default_rng(2).normal(size=(7, *model.output_shape)).astype(dtype)
    expected, got = trained_gradients(model, x, G), trained_gradients(other, x[order], G[order])
    assert_same_bits(got.pop("x"), expected.pop("x")[order])
    for name, gradient in got.items():
        assert_same_bits(gradient, expected[name])
    for name, array in other.buffers().items():
        assert_same_bits(array, model.buffers()[name])


@each_case
@each_dtype
def test_equal_seeds_give_equal_bits(case, dtype):
    first, second = case.model(dtype), case.model(dtype)
    for name, array in first.state_dict().items():
        assert_same_bits(array, second.state_dict()[name])
    for _ in range(2):
        assert_same_bits(first.forward(case.x()), second.forward(case.x()))
        a = first.forward(case.x(), training=True)
        assert_same_bits(a, second.forward(case.x(), training=True))
        assert_same_bits(first.backward(a), second.backward(a))
    for name, array in first.gradients().items():
        assert_same_bits(array, second.gradients()[name])


@each_case
def test_memory_order_does_not_matter(case):
    model = case.model()
    x = case.x()
    double = np.repeat(x, 2, axis=0)[::2]
    reverse = x[::-1].copy()[::-1]
    for same in [np.asfortranarray(x), double, reverse, x.tolist()]:
        np.testing.assert_allclose(model.forward(same), model.forward(x), rtol=1e-13, atol=1e-15)
    if case.random:
        return
    G = np.random.default_rng(2).normal(size=model.forward(x).shape)
    expected = trained_gradients(model, x, G)
    again = trained_gradients(model, np.asfortranarray(x), np.asfortranarray(G))
    for name, gradient in again.items():
        np.testing.assert_allclose(gradient, expected[name], rtol=1e-12, atol=1e-13, err_msg=name)


@each_case
@each_arithmetic
@each_dtype
def test_configuration_round_trip_through_json(case, arithmetic, dtype):
    model = case.model(dtype, arithmetic=arithmetic)
    text = json.dumps(model.to_config(), allow_nan=False)
    twin = npl.Sequential.from_config(json.loads(text))
    assert json.dumps(twin.to_config()) == text
    assert repr(twin) == repr(model)
    twin.load_state_dict(model.state_dict())
    for training in [False, True]:
        a = model.forward(case.x(), training=training)
        assert_same_bits(a, twin.forward(case.x(), training=training))


@each_case
@each_arithmetic
@each_dtype
def test_save_and_load(case, arithmetic, dtype, tmp_path):
    model = case.model(dtype, arithmetic=arithmetic)
    npl.save(model, tmp_path / "model.npz")
    twin = npl.load(tmp_path / "model.npz")
    assert list(twin.state_dict()) == list(model.state_dict())
    for training in [False, True]:
        a = model.forward(case.x(), training=training)
        assert_same_bits(a, twin.forward(case.x(), training=training))


@each_case
def test_backward_follows_one_training_forward(case):
    for layer in [case.model(), case.layer()]:
        output = layer.forward(case.x())
        with pytest.raises(RuntimeError, match=re.escape("forward(x, training=True)")):
            layer.backward(output)
        layer.forward(case.x(), training=True)
        layer.backward(output)
        with pytest.raises(RuntimeError, match=re.escape("forward(x, training=True)")):
            layer.backward(output)


@each_case
@each_arithmetic
def test_evaluation_leaves_a_pending_backward_alone(case, arithmetic):
    model, undisturbed = case.model(arithmetic=arithmetic), case.model(arithmetic=arithmetic)
    G = model.forward(case.x(), training=True)
    undisturbed.forward(case.x(), training=True)
    model.forward(case.x(seed=7))
    model.predict(case.x(rows=9, seed=7), batch_size=2)
    model.penalty()
    assert_same_bits(model.backward(G), undisturbed.backward(G))
    for name, array in model.gradients().items():
        assert_same_bits(array, undisturbed.gradients()[name])


@each_case
@each_arithmetic
def test_input_gradient_false_leaves_the_other_gradients_equal(case, arithmetic):
    model, lazy = case.model(arithmetic=arithmetic), case.model(arithmetic=arithmetic)
    G = model.forward(case.x(), training=True)
    lazy.forward(case.x(), training=True)
    model.backward(G)
    assert lazy.backward(G, input_gradient=False) is None
    for name, array in model.gradients().items():
        assert_same_bits(array, lazy.gradients()[name])
    with pytest.raises(RuntimeError, match=re.escape("forward(x, training=True)")):
        lazy.backward(G)


@each_case
def test_gradients_are_overwritten_not_added_up(case):
    model = case.model()
    G = model.forward(case.x(), training=True)
    live = model.gradients()
    model.backward(G)
    first = {name: array.copy() for name, array in live.items()}
    for name, array in model.buffers().items():
        if name.endswith(".step"):
            array[...] = 0
    model.forward(case.x(), training=True)
    model.backward(G)
    for name, array in live.items():
        np.testing.assert_allclose(array, first[name], rtol=1e-12, atol=1e-15)


@each_case
def test_wrong_shape_is_rejected_with_the_name_of_the_layer(case):
    layer = case.layer()
    name = type(layer).__name__
    inner = ", ".join(map(str, case.shape))
    expected = f"{name} expects x of shape (batch, {inner}), got {case.shape}; one sample needs"
    with pytest.raises(ValueError, match=re.escape(expected)):
        layer.forward(case.x()[0])
    with pytest.raises(ValueError, match=re.escape(f"{name} expects x of shape (batch, {inner})")):
        layer.forward(np.zeros((4, *case.shape, 2)))
    with pytest.raises(ValueError, match=re.escape(f"{name} expects x of shape (batch, {inner})")):
        layer.forward(np.zeros(()))


@each_case
def test_layer_must_be_built_once_before_use(case):
    layer = case.make()
    for call in [layer.parameters, layer.gradients, layer.buffers, lambda: layer.forward(case.x())]:
        with pytest.raises(RuntimeError, match=re.escape("has no sizes yet")):
            call()
    layer = case.layer()
    with pytest.raises(RuntimeError, match=re.escape("a layer is built once")):
        layer.build(case.shape, rng=np.random.default_rng(0), dtype=np.float32)


@each_case
@each_arithmetic
def test_copies_are_independent(case, arithmetic):
    model = case.model(arithmetic=arithmetic)
    G = model.forward(case.x(), training=True)
    model.backward(G)
    kept = model.forward(case.x()).copy()
    for twin in [copy.deepcopy(model), pickle.loads(pickle.dumps(model))]:  # noqa: S301
        assert_same_bits(twin.forward(case.x()), kept)
        for array in twin.parameters().values():
            array += 1
        twin.forward(case.x(seed=5), training=True)
        twin.backward(np.full_like(G, 7))
        assert_same_bits(model.forward(case.x()), kept)


@each_case
@each_arithmetic
def test_pickle_does_not_hold_memory_of_training(case, arithmetic):
    model = case.model(arithmetic=arithmetic)
    before = len(pickle.dumps(model))
    model.forward(case.x(rows=100), training=True)
    assert len(pickle.dumps(model)) < before + 500


@each_case
def test_calling_a_layer_is_forward(case):
    for layer in [case.model(), case.layer()]:
        assert_same_bits(layer(case.x()), layer.forward(case.x()))
    first, second = case.model(), case.model()
    assert_same_bits(first(case.x(), training=True), second.forward(case.x(), training=True))
    assert_same_bits(
        first.backward(np.ones_like(first(case.x()))),
        second.backward(np.ones_like(second(case.x()))),
    )


@each_case
@each_arithmetic
def test_short_last_batch_gives_the_bits_of_a_fresh_model(case, arithmetic):
    used, fresh = case.model(arithmetic=arithmetic), case.model(arithmetic=arithmetic)
    if case.random:
        return
    G = np.random.default_rng(2).normal(size=(7, *used.output_shape))
    used.forward(case.x(rows=7, seed=4), training=True)
    used.backward(G)
    for name, array in used.buffers().items():
        array[...] = fresh.buffers()[name]
    a, b = used.forward(case.x(), training=True), fresh.forward(case.x(), training=True)
    assert_same_bits(a, b)
    assert_same_bits(used.backward(G[:4]), fresh.backward(G[:4]))


@each_case
def test_no_python_loop_over_samples(case):
    """The number of Python calls does not grow with the batch."""
    model = case.model(np.float32)
    calls = []
    for rows in [2, 32]:
        x = case.x(rows, dtype=np.float32)
        for _ in range(2):  # the second step has its memory
            count = 0

            def tracer(frame, event, argument):
                nonlocal count
                count += event in ("call", "c_call")

            G = model.forward(x, training=True)
            sys.setprofile(tracer)
            try:
                model.forward(x, training=True)
                model.backward(G)
            finally:
                sys.setprofile(None)
        calls.append(count)
    assert calls[1] <= calls[0] + 10


@pytest.mark.parametrize("case", LOSSES, ids=lambda case: case.id)
class TestLosses:
    @each_arithmetic
    @pytest.mark.parametrize("reduction", ["mean", "sum"])
    def test_gradient_belongs_to_the_value(self, case, reduction, arithmetic):
        def loss(z, t):
            return case.loss(z, t, reduction=reduction, arithmetic=arithmetic)

        check_loss_gradient(loss, case.predictions, case.targets)

    @each_dtype
    @each_arithmetic
    def test_types_of_value_and_gradient(self, case, dtype, arithmetic):
        z = case.predictions.astype(dtype)
        loss, grad = case.loss(z, case.targets, arithmetic=arithmetic)
        assert type(loss) is float
        assert grad.dtype == dtype
        assert grad.shape == z.shape

    def test_arguments_are_not_written(self, case):
        z, t = case.predictions.copy(), case.targets.copy()
        case.loss(read_only(z), read_only(t))
        assert_same_bits(z, case.predictions)
        assert_same_bits(t, case.targets)

    def test_sum_is_mean_times_count(self, case):
        count = case.divisor or case.predictions.size
        mean, grad_mean = case.loss(case.predictions, case.targets)
        total, grad_total = case.loss(case.predictions, case.targets, reduction="sum")
        assert total == pytest.approx(mean * count, rel=1e-12)
        np.testing.assert_allclose(grad_total, grad_mean * count, rtol=1e-12)

    def test_order_of_rows_does_not_matter(self, case):
        order = np.array([3, 0, 4, 1, 2])
        loss, grad = case.loss(case.predictions, case.targets)
        permuted, grad_permuted = case.loss(case.predictions[order], case.targets[order])
        assert permuted == pytest.approx(loss, rel=1e-12)
        np.testing.assert_allclose(grad_permuted, grad[order], rtol=1e-12)

    @each_dtype
    def test_exact_loss_does_not_depend_on_the_order_of_rows(self, case, dtype):
        order = np.array([3, 0, 4, 1, 2])
        z, t = case.predictions.astype(dtype), case.targets
        loss, grad = case.loss(z, t, arithmetic="exact")
        permuted, grad_permuted = case.loss(z[order], t[order], arithmetic="exact")
        assert permuted == loss
        assert_same_bits(grad_permuted, grad[order])
        native, _ = case.loss(z, t)
        assert loss == pytest.approx(native, rel=1e-6)

    @each_arithmetic
    def test_empty_batch_has_loss_zero(self, case, arithmetic):
        for reduction in ["mean", "sum"]:
            loss, grad = case.loss(
                case.predictions[:0],
                case.targets[:0],
                reduction=reduction,
                arithmetic=arithmetic,
            )
            assert loss == 0
            assert grad.shape == (0, *case.predictions.shape[1:])

    @each_dtype
    @each_arithmetic
    @pytest.mark.parametrize("size", [1e4, -1e4])
    def test_extreme_predictions_give_finite_values(self, case, dtype, size, arithmetic):
        z = np.zeros(case.predictions.shape, dtype)
        z[::2] = size
        z[..., 0] = -size
        loss, grad = case.loss(z, case.targets, arithmetic=arithmetic)
        assert np.isfinite(loss)
        assert np.isfinite(grad).all()

    @each_dtype
    @each_arithmetic
    def test_reduction_none_gives_the_terms_of_the_sum(self, case, dtype, arithmetic):
        z = case.predictions.astype(dtype)
        terms, grad = case.loss(z, case.targets, reduction="none", arithmetic=arithmetic)
        total, grad_total = case.loss(z, case.targets, reduction="sum", arithmetic=arithmetic)
        rows = case.loss.__name__ == "cross_entropy"
        assert terms.shape == (z.shape[:1] if rows else z.shape)
        assert terms.dtype == dtype
        assert math.fsum(terms.ravel()) == pytest.approx(total, rel=1e-13)
        assert_same_bits(grad, grad_total)
        alone, _ = case.loss(z[3:4], case.targets[3:4], reduction="sum", arithmetic=arithmetic)
        assert terms[3].sum() == pytest.approx(alone, rel=1e-6)

    def test_unknown_reduction_is_rejected(self, case):
        with pytest.raises(ValueError, match=re.escape("""or "none", got 'average'""")):
            case.loss(case.predictions, case.targets, reduction="average")
