"""np-lab beside the other packages: students' classes train in them, and its oracles agree."""

import numpy as np
import pytest

import np_lab
import np_layers
import np_metrics
import np_optim
from np_lab.digits import digits
from np_lab.units.activations import solutions as activations
from np_lab.units.activations import tasks as activation_tasks
from np_lab.units.adam import solutions as adam
from np_lab.units.adam import tasks as adam_tasks
from np_lab.units.batchnorm import solutions as batchnorm
from np_lab.units.batchnorm import tasks as batchnorm_tasks
from np_lab.units.conv import solutions as conv
from np_lab.units.conv import tasks as conv_tasks
from np_lab.units.dense import solutions as dense
from np_lab.units.dense import tasks as dense_tasks
from np_lab.units.losses import tasks as loss_tasks
from np_lab.units.metrics import tasks as metric_tasks
from np_lab.units.sgd import solutions as sgd
from np_lab.units.sgd import tasks as sgd_tasks

RNG = np.random.default_rng


def student(cls):
    return np_lab.as_layer(cls, np_layers.Layer)


def dense_model(layer, relu, dtype=np.float64):
    return np_layers.Sequential(
        [layer(20), relu(), layer(10)], input_shape=(144,), rng=RNG(0), dtype=dtype
    )


def train(model, optimizer, steps=60):
    images, labels = digits(400, seed=0, shift=0)
    x = images.reshape(len(images), *model.input_shape)
    losses = []
    for step in range(steps):
        rows = np.arange(step * 32, step * 32 + 32) % len(x)
        loss, gradient = np_layers.cross_entropy(
            model.forward(x[rows], training=True), labels[rows]
        )
        model.backward(gradient)
        optimizer.step(model.parameters(), model.gradients())
        losses.append(float(loss))
    return losses


def test_student_dense_takes_the_same_steps_as_dense_in_sequential():
    theirs = dense_model(np_layers.Dense, np_layers.ReLU)
    own = dense_model(student(dense.Dense), student(activations.ReLU))
    names = {"weight": "W", "bias": "b"}
    for key, value in theirs.parameters().items():
        index, name = key.rsplit(".", 1)
        own.parameters()[f"{index}.{names[name]}"][...] = value
    losses = [train(model, np_optim.SGD(0.1)) for model in (theirs, own)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-9)
    assert losses[1][-1] < losses[1][0] / 2


def test_student_optimizer_takes_the_same_steps_as_adam():
    own = np_lab.as_optimizer(adam.Adam, np_optim.Optimizer)(lr=0.01)
    assert repr(own) == "StudentAdam(lr=0.01)"
    losses = []
    for optimizer in (np_optim.Adam(0.01), own):
        losses.append(train(dense_model(np_layers.Dense, np_layers.ReLU), optimizer, steps=20))
    assert losses[0] == pytest.approx(losses[1], rel=1e-9)


def test_model_with_student_layers_is_saved_with_its_running_statistics(tmp_path, monkeypatch):
    layers = [student(dense.Dense), student(batchnorm.BatchNorm)]
    for layer in layers:
        monkeypatch.setitem(np_layers.LAYERS, layer.__name__, layer)
    model = np_layers.Sequential(
        [layers[0](16), layers[1](momentum=0.5), np_layers.Dense(10)],
        input_shape=(144,),
        rng=RNG(0),
        dtype=np.float64,
    )
    train(model, np_optim.SGD(0.1), steps=3)
    x = RNG(1).normal(size=(5, 144))
    np_layers.save(model, tmp_path / "model.npz")
    loaded = np_layers.load(tmp_path / "model.npz")
    assert repr(loaded.layers[1]) == "StudentBatchNorm(momentum=0.5)"
    assert loaded.buffers()["1.running_mean"].any()
    np.testing.assert_array_equal(loaded.predict(x), model.predict(x))


@pytest.mark.parametrize("cls", [sgd.SGD, sgd.Momentum, adam.Adagrad, adam.AdaDelta, adam.Adam])
def test_student_optimizer_continues_from_its_state_and_follows_a_schedule(cls):
    def optimizer():
        return np_lab.as_optimizer(cls, np_optim.Optimizer)(np_optim.cosine(0.1, steps=8))

    def steps(own, params, seeds):
        for seed in seeds:
            own.step(params, {key: RNG(seed).normal(size=p.shape) for key, p in params.items()})

    start = {"0.W": np.ones((2, 3)), "0.b": np.ones(3)}
    through = {key: p.copy() for key, p in start.items()}
    steps(optimizer(), through, range(6))
    first, second = optimizer(), optimizer()
    steps(first, start, range(3))
    second.load_state_dict(first.state_dict())
    steps(first, {key: p.copy() for key, p in start.items()}, range(3, 5))  # shares nothing
    steps(second, start, range(3, 6))
    assert second.steps == 6
    for key, p in through.items():
        np.testing.assert_array_equal(start[key], p)


def test_student_sgd_follows_a_schedule():
    own = np_lab.as_optimizer(sgd.SGD, np_optim.Optimizer)(lambda step: 10.0**-step)
    params = {"w": np.zeros(1)}
    for expected in (-1.0, -1.1, -1.11):
        own.step(params, {"w": np.ones(1)})
        assert params["w"][0] == pytest.approx(expected)


def test_student_convolution_and_batch_norm_train_in_sequential():
    layers = [
        student(conv.Conv2D)(3, 3, 1, 1),
        student(conv.MaxPool2D)(2),
        np_layers.Flatten(),
        student(dense.Dense)(16),
        student(batchnorm.BatchNorm)(),
        np_layers.Dense(10),
    ]
    model = np_layers.Sequential(layers, input_shape=(1, 12, 12), rng=RNG(0), dtype=np.float64)
    losses = train(model, np_optim.Adam(0.01), steps=40)
    assert losses[-1] < losses[0] / 2


@pytest.mark.parametrize(
    ("oracle", "options", "layer"),
    [
        (activation_tasks.ReLU, {}, np_layers.ReLU()),
        (activation_tasks.LeakyReLU, {"slope": 0.1}, np_layers.LeakyReLU(0.1)),
        (activation_tasks.Sigmoid, {}, np_layers.Sigmoid()),
        (activation_tasks.ELU, {"alpha": 1.0}, np_layers.ELU()),
        (conv_tasks.MaxPool2D, {"size": 2}, np_layers.MaxPool2D(2)),
    ],
)
def test_oracle_without_parameters_agrees_with_np_layers(oracle, options, layer):
    x = RNG(1).normal(size=(3, 2, 4, 6))
    layer.build(x.shape[1:], rng=RNG(0), dtype=np.float64)
    own = oracle(**options)
    y = layer.forward(x, training=True)
    G = RNG(2).normal(size=y.shape)
    np.testing.assert_allclose(own.forward(x), y, rtol=1e-12)
    np.testing.assert_allclose(own.backward(G), layer.backward(G), rtol=1e-12)


@pytest.mark.parametrize(
    ("own", "layer", "shape", "names"),
    [
        (dense_tasks.Dense(4, 3, RNG(0)), np_layers.Dense(3), (4,), {"weight": "W", "bias": "b"}),
        (
            conv_tasks.Conv2D(2, 3, 3, 2, 1, rng=RNG(0)),
            np_layers.Conv2D(3, 3, stride=2, padding=1),
            (2, 5, 6),
            {"weight": "W", "bias": "b"},
        ),
        (
            batchnorm_tasks.BatchNorm(4),
            np_layers.BatchNorm(),
            (4,),
            {"gamma": "gamma", "beta": "beta"},
        ),
    ],
    ids=["Dense", "Conv2D", "BatchNorm"],
)
def test_oracle_with_parameters_agrees_with_np_layers(own, layer, shape, names):
    x = RNG(1).normal(size=(5, *shape))
    layer.build(shape, rng=RNG(0), dtype=np.float64)
    if not set(names) <= set(layer.parameters()):
        names = dict(zip(layer.parameters(), names.values(), strict=True))
    for theirs, ours in names.items():
        setattr(own, ours, layer.parameters()[theirs].copy())
    y = layer.forward(x, training=True)
    G = RNG(2).normal(size=y.shape)
    np.testing.assert_allclose(own.forward(x), y, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(own.backward(G), layer.backward(G), rtol=1e-10, atol=1e-12)
    for theirs, ours in names.items():
        expected = layer.gradients()[theirs]
        np.testing.assert_allclose(getattr(own, f"d{ours}"), expected, rtol=1e-10, atol=1e-12)
    for name, value in layer.buffers().items():
        np.testing.assert_allclose(getattr(own, name), value, rtol=1e-10)


def test_cross_entropy_oracle_agrees_with_np_layers():
    z, labels = RNG(3).normal(size=(6, 4)) * 100, RNG(4).integers(4, size=6)
    for own, theirs in zip(
        loss_tasks.cross_entropy(z, labels), np_layers.cross_entropy(z, labels), strict=True
    ):
        np.testing.assert_allclose(own, theirs, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        (sgd_tasks.SGD(0.1), np_optim.SGD(0.1)),
        (sgd_tasks.Momentum(0.1, 0.9), np_optim.SGD(0.1, momentum=0.9)),
        (sgd_tasks.Nesterov(0.1, 0.9), np_optim.SGD(0.1, momentum=0.9, nesterov=True)),
        (sgd.Nesterov__rewritten(0.1, 0.9), np_optim.SGD(0.1, momentum=0.9, nesterov=True)),
        (adam_tasks.Adagrad(lr=0.1, eps=1e-10), np_optim.Adagrad(0.1)),
        (adam_tasks.RMSprop(lr=0.1, gamma=0.9, eps=1e-8), np_optim.RMSprop(0.1, alpha=0.9)),
        (adam_tasks.AdaDelta(rho=0.9, eps=1e-6), np_optim.Adadelta(1.0, rho=0.9)),
        (adam_tasks.Adam(lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8), np_optim.Adam(0.1)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_optimizer_oracle_agrees_with_np_optim(own, theirs):
    p = RNG(5).normal(size=(3, 2))
    params = {"p": p.copy()}
    for seed in range(5):
        g = RNG(seed).normal(size=p.shape)
        own.step(p, g)
        theirs.step(params, {"p": g})
    np.testing.assert_allclose(p, params["p"], rtol=1e-10)


def test_metric_oracles_agree_with_np_metrics():
    labels, p = RNG(6).integers(3, size=50), RNG(7).dirichlet(np.ones(3), size=50)
    predictions = p.argmax(axis=1)
    C = metric_tasks.confusion_matrix(labels, predictions, 3)
    assert (np_metrics.confusion_matrix(labels, predictions, labels=range(3)) == C).all()
    f1 = np_metrics.f1(labels, predictions, labels=range(3), average=None)
    np.testing.assert_allclose(metric_tasks.f1_scores(C), f1)
    error = np_metrics.expected_calibration_error(labels, p, n_bins=10)
    assert metric_tasks.expected_calibration_error(p, labels, 10) == pytest.approx(error)
