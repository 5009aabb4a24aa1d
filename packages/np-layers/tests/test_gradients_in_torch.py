"""Outputs, gradients and statistics agree with PyTorch; needs the dependency group `torch`."""

import numpy as np
import pytest

import np_layers as npl

torch = pytest.importorskip("torch", reason="the dependency group torch is not installed")
nn, F = torch.nn, torch.nn.functional

ROW, IMAGE = (6,), (3, 7, 6)
PAIRS = {
    "dense": (ROW, npl.Dense(4), lambda: nn.Linear(6, 4)),
    "dense-rows": ((3, 5, 6), npl.Dense(4), lambda: nn.Linear(6, 4)),
    "conv": (IMAGE, npl.Conv2D(4, 3, 2, 1), lambda: nn.Conv2d(3, 4, 3, 2, 1)),
    "conv-same": (IMAGE, npl.Conv2D(4, 3, padding="same"), lambda: nn.Conv2d(3, 4, 3, padding=1)),
    "dilated": (IMAGE, npl.Conv2D(4, 3, 1, 2, dilation=2), lambda: nn.Conv2d(3, 4, 3, 1, 2, 2)),
    "dilated-stride": (IMAGE, npl.Conv2D(4, 2, 2, 1, dilation=(3, 2)),
                       lambda: nn.Conv2d(3, 4, 2, 2, 1, (3, 2))),
    "dilated-same": (IMAGE, npl.Conv2D(4, 3, padding="same", dilation=3),
                     lambda: nn.Conv2d(3, 4, 3, padding="same", dilation=3)),
    "depthwise": (IMAGE, npl.Conv2D(6, 3, 1, 1, groups=3),
                  lambda: nn.Conv2d(3, 6, 3, 1, 1, groups=3)),
    "groups": ((24, 7, 6), npl.Conv2D(32, 3, 1, 1, groups=2),
               lambda: nn.Conv2d(24, 32, 3, 1, 1, groups=2)),
    "groups-dilated-stride": ((4, 7, 6), npl.Conv2D(6, 3, 2, 2, groups=2, dilation=2),
                              lambda: nn.Conv2d(4, 6, 3, 2, 2, 2, 2)),
    "max-pool": (IMAGE, npl.MaxPool2D(2), lambda: nn.MaxPool2d(2)),
    "avg-pool": (IMAGE, npl.AvgPool2D(3, 2, 1), lambda: nn.AvgPool2d(3, 2, 1)),
    "global": (IMAGE, npl.GlobalAvgPool2D(), lambda: nn.AdaptiveAvgPool2d(1)),
    "batch-norm": (ROW, npl.BatchNorm(), lambda: nn.BatchNorm1d(6)),
    "batch-norm-image": (IMAGE, npl.BatchNorm(eps=0.1), lambda: nn.BatchNorm2d(3, eps=0.1)),
    "layer-norm": (ROW, npl.LayerNorm(), lambda: nn.LayerNorm(6)),
    "layer-norm-image": (IMAGE, npl.LayerNorm(), lambda: nn.LayerNorm(IMAGE)),
    "layer-norm-last": ((5, 6), npl.LayerNorm(6), lambda: nn.LayerNorm(6)),
    "layer-norm-two": (IMAGE, npl.LayerNorm((7, 6), eps=0.1), lambda: nn.LayerNorm((7, 6), 0.1)),
    "relu": (ROW, npl.ReLU(), nn.ReLU),
    "leaky-relu": (ROW, npl.LeakyReLU(), nn.LeakyReLU),
    "elu": (ROW, npl.ELU(0.7), lambda: nn.ELU(0.7)),
    "gelu": (ROW, npl.GELU(), nn.GELU),
    "silu": (ROW, npl.SiLU(), nn.SiLU),
    "sigmoid": (ROW, npl.Sigmoid(), nn.Sigmoid),
    "tanh": (ROW, npl.Tanh(), nn.Tanh),
    "softplus": (ROW, npl.Softplus(), nn.Softplus),
    "softmax": (ROW, npl.Softmax(), lambda: nn.Softmax(-1)),
}  # fmt: skip


OUR_NAMES = {"weight": "class_weights", "pos_weight": "pos_weight"}


def copied(name):
    """Return a fresh layer of the case: a layer object is built once."""
    layer = PAIRS[name][1]
    return type(layer).from_config(layer.config())


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layer_agrees_with_torch(name, dtype):
    shape, _, make_theirs = PAIRS[name]
    rng = np.random.default_rng(0)
    model = npl.Sequential([copied(name)], input_shape=shape, rng=rng, dtype=dtype)
    theirs = make_theirs().to(torch.float32 if dtype == np.float32 else torch.float64)
    parameters = dict(theirs.named_parameters())
    for key, array in model.parameters().items():
        array[...] = rng.normal(size=array.shape)
        tensor = torch.from_numpy(array.copy())
        parameters[key[2:]].data = tensor.T if array.ndim == 2 and "dense" in name else tensor

    x = (2 * rng.normal(size=(5, *shape))).astype(dtype)
    x_theirs = torch.tensor(x, requires_grad=True)
    y, y_theirs = model.forward(x, training=True), theirs(x_theirs)
    G = rng.normal(size=y.shape).astype(dtype)
    grad_x = model.backward(G)
    y_theirs.backward(torch.from_numpy(G).reshape(y_theirs.shape))

    rtol, atol = (3e-5, 3e-5) if dtype == np.float32 else (1e-11, 1e-13)

    def close(ours, tensor):
        got = tensor.detach().numpy().reshape(ours.shape)
        assert ours.dtype == got.dtype
        np.testing.assert_allclose(ours, got, rtol=rtol, atol=atol)

    close(y, y_theirs)
    close(grad_x, x_theirs.grad)
    for key, gradient in model.gradients().items():
        got = parameters[key[2:]].grad
        close(gradient, got.T.contiguous() if got.ndim == 2 and "dense" in name else got)
    for key, buffer in model.buffers().items():
        close(buffer, dict(theirs.named_buffers())[key[2:]])
    theirs.eval()
    close(model.forward(x), theirs(x_theirs))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_losses_agree_with_torch(reduction):
    rng = np.random.default_rng(0)
    z, ids, rows = 3 * rng.normal(size=(6, 4)), rng.integers(0, 4, 6), rng.dirichlet(np.ones(4), 6)
    w = rng.uniform(0.1, 4, 4)

    def compare(ours, loss, targets, theirs=(), **options):
        tensor = torch.tensor(z, requires_grad=True)
        names = {name: torch.tensor(value) for name, value in dict(theirs).items()}
        value = loss(tensor, torch.from_numpy(targets), reduction=reduction, **names, **options)
        value.sum().backward()
        own = {OUR_NAMES[name]: array for name, array in dict(theirs).items()}
        got, grad = ours(z, targets, reduction=reduction, **own, **options)
        np.testing.assert_allclose(got, value.detach().numpy(), rtol=1e-11, atol=1e-15)
        np.testing.assert_allclose(grad, tensor.grad.numpy(), rtol=1e-10, atol=1e-14)

    for targets in ids, rows:
        for smoothing in 0.0, 0.1:
            compare(npl.cross_entropy, F.cross_entropy, targets, label_smoothing=smoothing)
            compare(
                npl.cross_entropy,
                F.cross_entropy,
                targets,
                {"weight": w},
                label_smoothing=smoothing,
            )
    compare(npl.mean_squared_error, F.mse_loss, rows)
    compare(npl.mean_absolute_error, F.l1_loss, rows)
    compare(npl.huber, F.huber_loss, rows)
    compare(npl.huber, F.huber_loss, rows, delta=0.3)
    compare(npl.binary_cross_entropy, F.binary_cross_entropy_with_logits, rows)
    for weight in w, w[:1]:
        compare(
            npl.binary_cross_entropy,
            F.binary_cross_entropy_with_logits,
            rows,
            {"pos_weight": weight},
        )


@pytest.mark.parametrize("function", ["softmax", "log_softmax"])
def test_functions_agree_with_torch(function):
    z = np.random.default_rng(0).normal(size=(4, 5)) * 50
    expected = getattr(torch, function)(torch.from_numpy(z), -1).numpy()
    np.testing.assert_allclose(getattr(npl, function)(z), expected, rtol=1e-12, atol=1e-300)


def test_torch_uniform_has_the_range_of_torch():
    torch.manual_seed(0)
    theirs = nn.Linear(400, 5000)
    ours = npl.Dense(5000, weight_init="torch_uniform")
    ours.build((400,), rng=np.random.default_rng(0), dtype=np.float32)
    for name, tensor in theirs.named_parameters():
        array = ours.parameters()[name]
        limit = 1 / 20
        assert abs(array).max() <= limit
        assert tensor.abs().max() <= limit
        assert array.std() == pytest.approx(tensor.std().item(), rel=0.05)


def test_frozen_batch_norm_is_one_of_torch_in_evaluation():
    rng = np.random.default_rng(0)
    model = npl.Sequential([npl.BatchNorm()], input_shape=IMAGE, rng=rng, dtype=np.float64)
    theirs = nn.BatchNorm2d(3, dtype=torch.float64).eval()
    for name, array in model.state_dict().items():
        model._state()[name][...] = rng.uniform(0.5, 2, array.shape)
    theirs.load_state_dict(
        {k[2:]: torch.from_numpy(v) for k, v in model.state_dict().items()}, strict=False
    )
    model.freeze()
    x = rng.normal(size=(4, *IMAGE))
    x_theirs = torch.tensor(x, requires_grad=True)
    y, y_theirs = model(x, training=True), theirs(x_theirs)
    y_theirs.backward(torch.from_numpy(x))
    np.testing.assert_allclose(y, y_theirs.detach().numpy(), rtol=1e-12)
    np.testing.assert_allclose(model.backward(x), x_theirs.grad.numpy(), rtol=1e-12)


def test_thirty_training_steps_agree_with_torch():
    rng = np.random.default_rng(0)
    layers = [npl.Dense(20), npl.BatchNorm(), npl.ReLU(), npl.Dense(4)]
    model = npl.Sequential(layers, input_shape=6, rng=rng, dtype=np.float64)
    theirs = nn.Sequential(nn.Linear(6, 20), nn.BatchNorm1d(20), nn.ReLU(), nn.Linear(20, 4))
    theirs = theirs.to(torch.float64)
    for name, tensor in theirs.named_parameters():
        array = model.parameters()[name]
        tensor.data = torch.tensor(array.T if array.ndim == 2 else array)
    x, y = rng.normal(size=(30, 6)), rng.integers(0, 4, 30)
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(30):
        loss, grad = npl.cross_entropy(model.forward(x, training=True), y)
        model.backward(grad, input_gradient=False)
        for name, array in model.parameters().items():
            array -= 0.1 * model.gradients()[name]
        optimizer.zero_grad()
        their_loss = F.cross_entropy(theirs(torch.from_numpy(x)), torch.from_numpy(y))
        their_loss.backward()
        optimizer.step()
        assert loss == pytest.approx(their_loss.item(), rel=1e-9)
    theirs.eval()
    expected = theirs(torch.from_numpy(x)).detach().numpy()
    np.testing.assert_allclose(model.predict(x), expected, rtol=1e-8, atol=1e-10)
