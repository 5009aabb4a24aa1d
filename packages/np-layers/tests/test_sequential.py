"""Sequential: names, sizes, slices, states, penalties, memory and error messages."""

import re
import tracemalloc

import numpy as np
import pytest

import np_layers as npl
from np_layers.layers import sequential


def mlp(dtype=np.float32, seed=0, **options):
    layers = [npl.Dense(16, **options), npl.ReLU(), ("head", npl.Dense(3))]
    return npl.Sequential(layers, input_shape=8, rng=np.random.default_rng(seed), dtype=dtype)


X = np.random.default_rng(1).normal(size=(10, 8)).astype(np.float32)
Y = np.array([0, 1, 2, 0, 1, 2, 0, 1, 2, 0])


def test_arrays_are_live_under_the_names_of_their_layers():
    model = mlp()
    names = ["0.weight", "0.bias", "head.weight", "head.bias"]
    assert list(model.parameters()) == list(model.gradients()) == names
    assert model.parameters()["0.weight"] is model["0"].parameters()["weight"]
    assert model["head"] is model[2] is model[-1]
    assert len(model) == 3
    before = model.forward(X)
    model.parameters()["head.bias"][...] += 1
    np.testing.assert_allclose(model.forward(X), before + 1, rtol=1e-5)
    model.parameters().clear()
    assert list(model.parameters()) == names


def test_names_of_nested_layers_are_joined_by_dots():
    inner = npl.Residual([("norm", npl.BatchNorm()), npl.Dense(4)])
    model = npl.Sequential(
        [("block", inner), npl.Sequential([npl.Dense(2)])],
        input_shape=(4,), rng=np.random.default_rng(0),
    )  # fmt: skip
    assert list(model.parameters()) == [
        "block.norm.weight", "block.norm.bias", "block.1.weight", "block.1.bias",
        "1.0.weight", "1.0.bias",
    ]  # fmt: skip
    assert list(model.buffers()) == ["block.norm.running_mean", "block.norm.running_var"]


def test_forward_agrees_with_einsum():
    model = mlp(np.float64)
    W0, b0, W1, b1 = model.parameters().values()
    b0[...], b1[...] = np.arange(16) / 7, [1, 2, 3]
    hidden = np.maximum(np.einsum("ni,ij->nj", X.astype(float), W0) + b0, 0)
    expected = np.einsum("ni,ij->nj", hidden, W1) + b1
    np.testing.assert_allclose(model.forward(X), expected, rtol=1e-12)


def test_training_lowers_the_loss():
    model = mlp(l2=1e-3)
    losses = []
    for _ in range(200):
        loss, grad = npl.cross_entropy(model.forward(X, training=True), Y)
        losses.append(loss + model.penalty())
        assert model.backward(grad, input_gradient=False) is None
        for name, array in model.parameters().items():
            array -= 0.1 * model.gradients()[name]
    assert losses[-1] < 0.1 * losses[0]


def test_input_gradient_false_leaves_out_the_product_of_the_first_layer(monkeypatch):
    asked = []
    backward = npl.Dense.backward

    def spy(self, grad_output, *, input_gradient=True):
        asked.append((self.units, input_gradient))
        return backward(self, grad_output, input_gradient=input_gradient)

    monkeypatch.setattr(npl.Dense, "backward", spy)
    layers = [npl.Flatten(), npl.ReLU(), npl.Dense(5), npl.Tanh(), npl.Dense(2)]
    model = npl.Sequential(layers, input_shape=(2, 3), rng=np.random.default_rng(0))
    y = model.forward(np.ones((4, 2, 3)), training=True)
    model.backward(y, input_gradient=False)
    assert asked == [(2, True), (5, False)]
    with pytest.raises(RuntimeError, match=re.escape("backward of Flatten follows")):
        model[0].backward(np.ones((4, 6)))  # what it saved was cleared


def test_predict_agrees_with_forward_for_any_batch_size():
    model = mlp()
    x = np.random.default_rng(2).normal(size=(2500, 8))
    for size in [1, 7, 1024, 10**9]:
        got = model.predict(x, batch_size=size)
        assert got.dtype == np.float32
        np.testing.assert_allclose(got, model.forward(x), rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match=re.escape("batch_size must be at least 1, got 0")):
        model.predict(x, batch_size=0)


def test_predict_reads_a_memory_map(tmp_path):
    np.save(tmp_path / "x.npy", np.random.default_rng(0).integers(0, 255, (300, 8), np.uint8))
    x = np.load(tmp_path / "x.npy", mmap_mode="r")
    assert mlp().predict(x, batch_size=100).shape == (300, 3)


def test_state_dict_returns_copies():
    model, other = mlp(seed=0), mlp(seed=1)
    state = model.state_dict()
    for name, array in state.items():
        assert not np.shares_memory(array, model.parameters()[name])
    live = other.parameters()
    other.load_state_dict(state)
    assert live["0.weight"] is other.parameters()["0.weight"]
    assert other.forward(X).tobytes() == model.forward(X).tobytes()


def test_load_state_dict_changes_nothing_after_an_error():
    model = mlp()
    before = model.state_dict()
    good = {name: array + 1 for name, array in before.items()}

    def refused(kind, message, **changes):
        state = {**good, **changes}
        with pytest.raises(kind, match=re.escape(message)):
            model.load_state_dict(
                {name: array for name, array in state.items() if array is not None}
            )
        for name, array in model.parameters().items():
            assert array.tobytes() == before[name].tobytes()

    refused(KeyError, "missing ['head.bias'], unknown []", **{"head.bias": None})
    refused(KeyError, "missing [], unknown ['tail']", tail=np.zeros(2))
    refused(ValueError, "'head.bias' must have shape (3,), got (1,)", **{"head.bias": np.zeros(1)})
    wide = good["head.weight"].astype(np.float64)
    refused(
        ValueError, "'head.weight' must have dtype float32, got float64", **{"head.weight": wide}
    )
    big_endian = {name: array.astype(array.dtype.newbyteorder(">")) for name, array in good.items()}
    model.load_state_dict(big_endian)
    np.testing.assert_array_equal(model.parameters()["head.bias"], good["head.bias"])


def test_from_config_draws_parameters_or_leaves_zeros():
    config = mlp().to_config()
    assert not any(
        array.any() for array in npl.Sequential.from_config(config).parameters().values()
    )
    drawn = npl.Sequential.from_config(config, rng=np.random.default_rng(0))
    assert drawn.forward(X).tobytes() == mlp().forward(X).tobytes()
    with pytest.raises(KeyError, match=re.escape("unknown layer 'os.system'; known: AvgPool2D")):
        npl.Sequential.from_config({"layers": [{"layer": "os.system"}]})
    with pytest.raises(TypeError, match=re.escape("unexpected keyword argument 'size'")):
        npl.Sequential.from_config({"layers": [{"layer": "Dense", "size": 3}]})


def test_training_steps_allocate_no_large_array():
    layers = [npl.Dense(1024, l2=1e-4), npl.ReLU(), npl.Dense(1024), npl.LeakyReLU(), npl.Dense(10)]
    model = npl.Sequential(layers, input_shape=784, rng=np.random.default_rng(0))
    x, y = np.zeros((512, 784), np.float32), np.zeros(512, int)

    def step(rows):
        loss, grad = npl.cross_entropy(model.forward(x[:rows], training=True), y[:rows])
        model.backward(grad, input_gradient=False)
        return loss + model.penalty()

    step(512)
    tracemalloc.start()
    try:
        for rows in [512, 100, 512]:
            step(rows)
        assert tracemalloc.get_traced_memory()[1] < 10**6
    finally:
        tracemalloc.stop()


def test_summary_is_a_table():
    model = mlp()
    assert model.summary() == (
        "name   layer  output shape  parameters  FLOPs\n"
        "input         (8,)\n"
        "0      Dense  (16,)                144    272\n"
        "1      ReLU   (16,)                  0     16\n"
        "head   Dense  (3,)                  51     99\n"
        "total                              195    387"
    )
    with pytest.raises(RuntimeError, match=re.escape("has no sizes yet")):
        npl.Sequential([npl.Dense(2)]).summary()


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("make", "kind", "message"),
    [
        (lambda: npl.Sequential([]), ValueError, "at least one layer"),
        (lambda: npl.Sequential(npl.ReLU()), TypeError, "write [layer]"),
        (lambda: npl.Sequential([npl.ReLU]), TypeError, "write the class with parentheses"),
        (lambda: npl.Sequential(["ReLU"]), TypeError, "layers[0] must be a Layer, got 'ReLU'"),
        (lambda: npl.Sequential([(npl.ReLU(),)]), TypeError, "layers[0] must be a Layer"),
        (lambda: npl.Sequential([(1, npl.ReLU())]), TypeError, "must be a str, got 1"),
        (lambda: npl.Sequential([("a.b", npl.ReLU())]), ValueError, ". / \\ and :, got 'a.b'"),
        (lambda: npl.Sequential([("a/b", npl.ReLU())]), ValueError, "got 'a/b'; use _ instead"),
        (lambda: npl.Sequential([("a\\b", npl.ReLU())]), ValueError, "text without"),
        (lambda: npl.Sequential([("a:b", npl.ReLU())]), ValueError, "got 'a:b'"),
        (lambda: npl.Sequential([("a\n", npl.ReLU())]), ValueError, "got 'a\\n'"),
        (lambda: npl.Sequential([("", npl.ReLU())]), ValueError, "got ''"),
        (lambda: npl.Sequential([("a", npl.ReLU()), ("a", npl.ELU())]), ValueError, "new, got 'a'"),
        (lambda: npl.Sequential([npl.ReLU()] * 2), ValueError, "layers[1] is in the list twice"),
        (lambda: npl.Sequential([npl.ReLU()], input_shape=3), TypeError, "needs rng="),
        (lambda: npl.Sequential([npl.ReLU()], input_shape=3, rng=0), TypeError, "default_rng("),
        (lambda: npl.Sequential([npl.ReLU()], rng=RNG), TypeError, "needs input_shape="),
        (lambda: npl.Sequential([npl.ReLU()], input_shape=(), rng=RNG), ValueError, "got ()"),
        (lambda: npl.Sequential([npl.ReLU()], input_shape=(0,), rng=RNG), ValueError, "got 0"),
        (lambda: npl.Sequential([npl.ReLU()], input_shape=2.5, rng=RNG), TypeError, "got 2.5"),
        (
            lambda: npl.Sequential([npl.ReLU()], input_shape=3, rng=RNG, dtype=np.float16),
            ValueError,
            "dtype must be float32 or float64, got dtype('float16')",
        ),
        (
            lambda: npl.Sequential([npl.Residual([npl.Dense(2)])], input_shape=3, rng=RNG),
            ValueError,
            "layer '0': the layers of a Residual must keep the shape (3,), got (2,); change units",
        ),
        (lambda: npl.Dense(0), ValueError, "units must be at least 1, got 0"),
        (lambda: npl.Dense(2.0), TypeError, "units must be an integer, got 2.0"),
        (lambda: npl.Dense(True), TypeError, "units must be an integer, got True"),
        (lambda: npl.Dense(2, l2=-1), ValueError, "l2 must be finite and not negative, got -1"),
        (lambda: npl.Dense(2, l1="a"), TypeError, "l1 must be a number, got 'a'"),
        (lambda: npl.Dense(2, l2=True), TypeError, "l2 must be a number, got True"),
        (lambda: npl.Dropout("0.5"), TypeError, "rate must be a number, got '0.5'"),
        (lambda: npl.LeakyReLU(1.5), ValueError, "slope must be between 0 and 1, got 1.5"),
        (lambda: npl.ELU(-1), ValueError, "alpha must be finite and not negative, got -1"),
    ],
)  # fmt: skip
def test_wrong_arguments_are_rejected(make, kind, message):
    with pytest.raises(kind, match=re.escape(message)):
        make()


@pytest.mark.parametrize(
    ("expected", "got", "fix"),
    [
        ((3, 32, 32), (5, 32, 32, 3), "the channels are last, so np.moveaxis(x, -1, 1) may be"),
        ((3, 4, 8), (5, 32, 3), "np.moveaxis(x, -1, 1).reshape(len(x), 3, 4, 8) may be meant"),
        ((3, 4, 8), (5, 3, 8, 4), "the axes are in another order, so np.transpose may be meant"),
        ((4, 8), (5, 8, 4), "the axes are in another order, so np.transpose may be meant"),
        ((1, 28, 28), (5, 28, 28, 1), "the channels are last, so np.moveaxis(x, -1, 1) may be"),
        ((1, 28, 28), (5, 28, 28), "so x.reshape(len(x), 1, 28, 28) may be meant"),
        ((1, 28, 28), (5, 784), "so x.reshape(len(x), 1, 28, 28) may be meant"),
        ((784,), (5, 28, 28), "so x.reshape(len(x), 784) may be meant"),
        ((784,), (5, 28, 28, 1), "so x.reshape(len(x), 784) may be meant"),
        ((3, 32, 32), (5, 28, 28, 3), "check input_shape= of the model against the data"),
    ],
)
def test_shape_message_advises_what_does_not_scramble(expected, got, fix):
    model = npl.Sequential([npl.Flatten()], input_shape=expected, rng=RNG)
    with pytest.raises(ValueError, match=re.escape(fix)):
        model.forward(np.zeros(got))


def test_shape_messages_name_the_fix():
    model = mlp()
    with pytest.raises(ValueError, match=re.escape("one sample needs a batch axis: x[None]")):
        model.forward(X[0])
    with pytest.raises(ValueError, match=re.escape("x.reshape(len(x), 8) may be meant")):
        model.forward(X.reshape(10, 2, 4))
    with pytest.raises(ValueError, match=re.escape("got (10, 7); check input_shape=")):
        model.forward(X[:, :7])
    with pytest.raises(
        TypeError, match=re.escape("x must be real numbers, got an array of dtype c")
    ):
        model.forward(X * 1j)
    y = model.forward(X, training=True)
    with pytest.raises(ValueError, match=re.escape("the output's shape (10, 3), got (10,)")):
        model.backward(y[:, 0])
    model.backward(y)  # the refused gradient has not used up the forward


def test_layer_cannot_be_built_into_two_models():
    layer = npl.Dense(3)
    npl.Sequential([layer], input_shape=3, rng=RNG)
    with pytest.raises(RuntimeError, match=re.escape("a layer is built once")):
        npl.Sequential([layer], input_shape=3, rng=RNG)


def test_second_build_after_a_failed_one_is_rejected():
    model = npl.Sequential([npl.Dense(3), npl.BatchNorm(), npl.Conv2D(2, 3)])
    with pytest.raises(ValueError, match=re.escape("layer '2': Conv2D needs")):
        model.build((3,), rng=RNG, dtype=np.float32)
    with pytest.raises(RuntimeError, match=re.escape("or one after a build that failed")):
        model.build((3,), rng=RNG, dtype=np.float32)


class Crowd(npl.Layer):
    """Passes its input on and notes the size of each batch."""

    def forward(self, x, *, training=False):
        self.seen = [*getattr(self, "seen", []), len(x)]
        return self.check_input(x)


def test_predict_bounds_the_memory_between_layers(monkeypatch):
    monkeypatch.setattr(sequential, "PREDICT_BYTES", 4 * 100)
    wide, flat, crowd = npl.Dense(25), npl.Dense(2), Crowd()
    model = npl.Sequential([crowd, wide, flat], input_shape=3, rng=np.random.default_rng(0))
    x = np.random.default_rng(1).normal(size=(10, 3)).astype(np.float32)
    together = model.forward(x)
    np.testing.assert_allclose(model.predict(x), together, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.predict(x, batch_size=3), together, rtol=1e-5, atol=1e-6)
    assert crowd.seen == [10, 4, 4, 2, 3, 3, 3, 1]
    monkeypatch.setattr(sequential, "PREDICT_BYTES", 1)
    assert model.predict(x[:2]).shape == (2, 2)
    assert crowd.seen[-2:] == [1, 1]


def test_slice_is_a_model_that_shares_the_layers():
    model = mlp(seed=0)
    body, head = model[:-1], model[-1:]
    assert isinstance(body, npl.Sequential)
    assert body.layers == model.layers[:2]
    assert list(head.named_layers()) == ["head"]
    assert head.input_shape == (16,)
    assert (body.output_shape, head.output_shape) == ((16,), (3,))
    np.testing.assert_array_equal(head(body(X)), model(X))
    np.testing.assert_array_equal(body.predict(X), body.forward(X))
    assert body.parameters()["0.weight"] is model.parameters()["0.weight"]
    y = body.forward(X, training=True)
    body.backward(np.ones_like(y))
    assert body.gradients()["0.weight"] is model.gradients()["0.weight"]
    assert "Dense" in body.summary()


def test_slice_is_saved_and_loaded(tmp_path):
    for part in (mlp()[1:], mlp()[:1], mlp()[:]):
        npl.save(part, tmp_path / "part.npz")
        twin = npl.load(tmp_path / "part.npz")
        assert list(twin.state_dict()) == list(part.state_dict())
        x = np.ones((2, *part.input_shape))
        np.testing.assert_array_equal(twin(x), part(x))


def test_slice_of_an_unbuilt_model_or_a_block():
    layers = [npl.Dense(4), npl.Tanh(), npl.Dense(4)]
    part = npl.Sequential(layers)[1:]
    with pytest.raises(RuntimeError, match="has no sizes yet"):
        part.parameters()
    block = npl.Residual([npl.Dense(4), npl.Tanh()])
    npl.Sequential([block], input_shape=4, rng=RNG)
    assert type(block[:1]) is npl.Sequential
    x = np.ones((2, 4), np.float32)
    np.testing.assert_array_equal(x + block[:](x), block(x))


@pytest.mark.parametrize(
    ("key", "message"),
    [(slice(3, 3), "at least one layer"), (slice(None, None, 2), "step 1, got 2")],
)
def test_wrong_slices_are_rejected(key, message):
    with pytest.raises(ValueError, match=message):
        mlp()[key]


def test_repr_shows_options_that_are_not_defaults():
    assert repr(npl.Dense(3)) == "Dense(units=3)"
    assert repr(npl.Dense(3, l2=0.1, bias=False)) == "Dense(units=3, bias=False, l2=0.1)"
    uniform = "Dense(units=3, weight_init=Uniform(low=-1, high=1))"
    assert repr(npl.Dense(3, weight_init=npl.uniform(-1, 1))) == uniform
    assert repr(npl.Sequential([npl.ReLU()])) == "Sequential([ReLU()])"
    assert repr(mlp()) == "Sequential([Dense(units=16), ReLU(), ('head', Dense(units=3))])"
    long = npl.Sequential(
        [npl.Residual([npl.Dense(100, l2=0.001)] + [npl.Tanh() for _ in range(8)])]
    )
    lines = repr(long).splitlines()
    assert lines[0] == "Sequential(["
    assert lines[2] == "        Dense(units=100, l2=0.001),"


def test_residual_is_rejected_as_a_whole_model(tmp_path):
    block = npl.Residual([npl.Dense(2)])
    block.build((2,), rng=RNG, dtype=np.float32)
    with pytest.raises(TypeError, match=re.escape("model must be a Sequential, got Residual(")):
        npl.save(block, tmp_path / "model.npz")
    with pytest.raises(TypeError, match="input_shape"):
        npl.Residual([npl.Dense(2)], input_shape=2, rng=RNG)


def test_package_has_a_version_and_lists_its_names():
    assert re.fullmatch(r"\d+\.\d+\.\d+", npl.__version__)
    assert set(dir(npl)) == {*npl.__all__, "__version__"}
    assert npl.testing.check_gradients
