"""Equal states give equal outputs in PyTorch. Needs the dependency group `torch`."""

import numpy as np
import pytest

import np_layers as npl

torch = pytest.importorskip("torch", reason="the dependency group torch is not installed")
nn = torch.nn


class TorchResidual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


IMAGE, ROW = (2, 9, 8), (7,)

PAIRS = {
    "dense": (ROW, [npl.Dense(3)], [nn.Linear(7, 3)]),
    "no bias": (ROW, [npl.Dense(3, bias=False)], [nn.Linear(7, 3, bias=False)]),
    "conv": (IMAGE, [npl.Conv2D(4, (3, 2), 2, 1)], [nn.Conv2d(2, 4, (3, 2), 2, 1)]),
    "same": (IMAGE, [npl.Conv2D(4, 3, padding="same")], [nn.Conv2d(2, 4, 3, padding="same")]),
    "batch norm": (ROW, [npl.BatchNorm(momentum=0.3)], [nn.BatchNorm1d(7, momentum=0.3)]),
    "batch norm of images": (IMAGE, [npl.BatchNorm(eps=1e-3)], [nn.BatchNorm2d(2, eps=1e-3)]),
    "layer norm": (ROW, [npl.LayerNorm()], [nn.LayerNorm(7)]),
    "pooling": (IMAGE, [npl.MaxPool2D(3, 2, 1)], [nn.MaxPool2d(3, 2, 1)]),
    "average": (IMAGE, [npl.AvgPool2D(3, 2, 1)], [nn.AvgPool2d(3, 2, 1)]),
    "activations": (
        ROW,
        [
            npl.Dense(5),
            npl.ReLU(),
            npl.LeakyReLU(0.2),
            npl.ELU(0.7),
            npl.GELU(),
            npl.SiLU(),
            npl.Dense(5),
            npl.Sigmoid(),
            npl.Tanh(),
            npl.Softplus(),
            npl.Dropout(0.5),
            npl.Softmax(),
        ],
        [
            nn.Linear(7, 5),
            nn.ReLU(),
            nn.LeakyReLU(0.2),
            nn.ELU(0.7),
            nn.GELU(),
            nn.SiLU(),
            nn.Linear(5, 5),
            nn.Sigmoid(),
            nn.Tanh(),
            nn.Softplus(),
            nn.Dropout(0.5),
            nn.Softmax(-1),
        ],
    ),
    "nested": (
        IMAGE,
        [
            npl.Residual([npl.Conv2D(2, 3, padding=1), npl.BatchNorm()]),
            npl.Sequential([npl.GlobalAvgPool2D(), npl.Dense(3)]),
        ],
        [
            TorchResidual(nn.Conv2d(2, 2, 3, padding=1), nn.BatchNorm2d(2)),
            nn.Sequential(nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), nn.Linear(2, 3)),
        ],
    ),
}


@pytest.mark.parametrize("case", PAIRS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_torch_and_np_layers_agree_after_copying_state_each_way(case, dtype):
    shape, layers, modules = PAIRS[case]
    rng = np.random.default_rng(0)
    config = npl.Sequential(layers).to_config()
    ours = npl.Sequential(
        npl.Sequential.from_config(config).named_layers().items(),
        input_shape=shape,
        rng=rng,
        dtype=dtype,
    )
    theirs = nn.Sequential(*modules).to(getattr(torch, dtype)).eval()
    x = rng.normal(size=(6, *shape)).astype(dtype)
    tolerance = 1e-5 if dtype == "float32" else 1e-12

    def assert_equal_outputs():
        with torch.no_grad():
            expected = theirs(torch.from_numpy(x)).numpy()
        np.testing.assert_allclose(ours.forward(x), expected, tolerance, tolerance)

    for array in {**ours.parameters(), **ours.buffers()}.values():
        if array.dtype == dtype:
            array[...] = rng.uniform(0.5, 1.5, array.shape)
    state = npl.to_torch_state_dict(ours)
    theirs.load_state_dict({name: torch.from_numpy(array) for name, array in state.items()})
    assert_equal_outputs()

    with torch.no_grad():
        for tensor in theirs.state_dict().values():
            if tensor.is_floating_point():
                tensor.uniform_(0.5, 1.5, generator=torch.Generator().manual_seed(0))
    npl.from_torch_state_dict(ours, {k: v.numpy() for k, v in theirs.state_dict().items()})
    assert_equal_outputs()
