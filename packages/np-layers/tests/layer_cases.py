"""All layers and losses, with their important options, for the tests in `test_laws.py`.

A new layer needs a line in `CASES`; a test fails if it is missing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import np_layers as npl


@dataclass(frozen=True)
class Case:
    """A way to make a layer, and the shape of one input sample."""

    id: str
    make: Callable[[], npl.Layer]
    shape: tuple[int, ...]
    rows_interact: bool = False  # in training, one row's output depends on the others
    random: bool = False  # in training, the output depends on a mask

    def model(self, dtype=np.float64, seed=0, arithmetic="native") -> npl.Sequential:
        rng = np.random.default_rng(seed)
        options = {"rng": rng, "dtype": dtype, "arithmetic": arithmetic}
        model = npl.Sequential([self.make()], input_shape=self.shape, **options)
        for array in model.parameters().values():
            array += 0.1 * rng.normal(size=array.shape)  # no bias stays at zero
        return model

    def layer(self, dtype=np.float64, seed=0) -> npl.Layer:
        layer = self.make()
        layer.build(self.shape, rng=np.random.default_rng(seed), dtype=dtype)
        return layer

    def x(self, rows=4, seed=1, dtype=np.float64) -> np.ndarray:
        """Random normal inputs, none near 0, where several layers have a kink."""
        x = np.random.default_rng(seed).normal(size=(rows, *self.shape))
        return (x + 0.1 * np.sign(x)).astype(dtype)


FLAT, IMAGE = (6,), (3, 7, 6)

CASES = [
    Case("dense", lambda: npl.Dense(5), FLAT),
    Case("dense-no-bias", lambda: npl.Dense(5, bias=False), FLAT),
    Case("dense-one-unit", lambda: npl.Dense(1, weight_init="torch_uniform"), (1,)),
    Case("dense-penalties", lambda: npl.Dense(5, l1=0.03, l2=0.2), FLAT),
    Case("dense-rows", lambda: npl.Dense(5, l2=0.1), (3, 6)),
    Case("dense-rows-no-bias", lambda: npl.Dense(5, bias=False), (2, 3, 6)),
    Case("dense-own-inits", lambda: npl.Dense(5, weight_init=npl.uniform(-1, 1)), FLAT),
    Case("conv", lambda: npl.Conv2D(4, 3), IMAGE),
    Case("conv-same", lambda: npl.Conv2D(2, (3, 2), padding="same", bias=False), IMAGE),
    Case("conv-stride", lambda: npl.Conv2D(4, 3, stride=(2, 3), padding=(1, 0), l2=0.1), IMAGE),
    Case("conv-dilated", lambda: npl.Conv2D(4, 3, padding=2, dilation=2), IMAGE),
    Case("conv-dilated-stride", lambda: npl.Conv2D(2, 2, 2, 1, dilation=(3, 2)), IMAGE),
    Case("conv-dilated-same", lambda: npl.Conv2D(2, (2, 3), padding="same", dilation=2), IMAGE),
    Case("conv-groups", lambda: npl.Conv2D(4, 3, 1, 1, groups=2, l2=0.1), (6, 5, 4)),
    Case("conv-groups-stride", lambda: npl.Conv2D(6, 3, 2, groups=3, dilation=2), IMAGE),
    Case("conv-depthwise", lambda: npl.Conv2D(6, 3, padding="same", groups=3), IMAGE),
    Case("conv-1x1", lambda: npl.Conv2D(4, 1), IMAGE),
    Case("max-pool", lambda: npl.MaxPool2D(2), IMAGE),
    Case("max-pool-overlap", lambda: npl.MaxPool2D(3, stride=2, padding=1), IMAGE),
    Case("avg-pool", lambda: npl.AvgPool2D(2), IMAGE),
    Case("avg-pool-overlap", lambda: npl.AvgPool2D(3, stride=1, padding=1), IMAGE),
    Case("global-avg-pool", lambda: npl.GlobalAvgPool2D(), IMAGE),
    Case("flatten", lambda: npl.Flatten(), IMAGE),
    Case("dropout", lambda: npl.Dropout(0.4), FLAT, random=True),
    Case("dropout-none", lambda: npl.Dropout(0.0), FLAT),
    Case("batch-norm", lambda: npl.BatchNorm(), FLAT, rows_interact=True),
    Case("batch-norm-image", lambda: npl.BatchNorm(eps=0.1), IMAGE, rows_interact=True),
    Case("layer-norm", lambda: npl.LayerNorm(), FLAT),
    Case("layer-norm-image", lambda: npl.LayerNorm(eps=0.1), IMAGE),
    Case("layer-norm-last-axis", lambda: npl.LayerNorm(6), IMAGE),
    Case("relu", lambda: npl.ReLU(), FLAT),
    Case("relu-image", lambda: npl.ReLU(), IMAGE),
    Case("leaky-relu", lambda: npl.LeakyReLU(0.2), FLAT),
    Case("elu", lambda: npl.ELU(alpha=0.7), FLAT),
    Case("gelu", lambda: npl.GELU(), FLAT),
    Case("silu", lambda: npl.SiLU(), FLAT),
    Case("sigmoid", lambda: npl.Sigmoid(), FLAT),
    Case("tanh", lambda: npl.Tanh(), FLAT),
    Case("softplus", lambda: npl.Softplus(), FLAT),
    Case("softmax", lambda: npl.Softmax(), FLAT),
    Case("softmax-rows", lambda: npl.Softmax(), IMAGE),
    Case(
        "sequential",
        lambda: npl.Sequential([npl.Flatten(), ("hidden", npl.Dense(4, l2=0.1)), npl.Tanh()]),
        IMAGE,
    ),
    Case("residual", lambda: npl.Residual([npl.Dense(6, l1=0.1), npl.ReLU()]), FLAT),
    Case(
        "residual-deep",
        lambda: npl.Residual(
            [npl.Residual([npl.Conv2D(3, 3, padding=1), npl.BatchNorm(), npl.ELU()])]
        ),
        IMAGE,
        rows_interact=True,
    ),
]


@dataclass(frozen=True)
class LossCase:
    """A loss with predictions and targets that fit it."""

    id: str
    loss: Callable[..., tuple[float, np.ndarray]]
    predictions: np.ndarray
    targets: np.ndarray
    divisor: float | None = None  # of "mean"; None is the number of elements


_rng = np.random.default_rng(3)
_Z = 3 * _rng.normal(size=(5, 4))
_IDS = np.array([0, 3, 1, 1, 2])
_ROWS = _rng.dirichlet(np.ones(4), size=5)


_W = np.array([0.5, 2.0, 1.0, 3.0])
_W_OF_IDS = 0.5 + 3.0 + 2.0 + 2.0 + 1.0


def _with(loss, **fixed):
    """Return the loss with some options, under its own name."""

    @functools.wraps(loss)
    def chosen(z, t, **options):
        return loss(z, t, **fixed, **options)

    return chosen


LOSSES = [
    LossCase("cross-entropy-ids", npl.cross_entropy, _Z, _IDS, 5),
    LossCase("cross-entropy-uint8", npl.cross_entropy, _Z, _IDS.astype(np.uint8), 5),
    LossCase("cross-entropy-rows", npl.cross_entropy, _Z, _ROWS, 5),
    LossCase("cross-entropy-one-hot", npl.cross_entropy, _Z, np.eye(4, dtype=int)[_IDS], 5),
    LossCase("cross-entropy-smoothed", _with(npl.cross_entropy, label_smoothing=0.2), _Z, _IDS, 5),
    LossCase(
        "cross-entropy-weighted",
        _with(npl.cross_entropy, class_weights=_W),
        _Z,
        _IDS,
        _W_OF_IDS,
    ),
    LossCase(
        "cross-entropy-smoothed-weighted",
        _with(npl.cross_entropy, class_weights=_W, label_smoothing=0.2),
        _Z,
        _IDS,
        _W_OF_IDS,
    ),
    LossCase(
        "cross-entropy-weighted-rows", _with(npl.cross_entropy, class_weights=_W), _Z, _ROWS, 5
    ),
    LossCase("mean-squared-error", npl.mean_squared_error, _Z, _ROWS),
    LossCase("mean-squared-error-ids", npl.mean_squared_error, _Z, _IDS),
    LossCase("mean-squared-error-vector", npl.mean_squared_error, _Z[:, 0], _ROWS[:, 0]),
    LossCase("binary-cross-entropy", npl.binary_cross_entropy, _Z, _ROWS),
    LossCase("mean-absolute-error", npl.mean_absolute_error, _Z, _ROWS),
    LossCase("mean-absolute-error-ids", npl.mean_absolute_error, _Z, _IDS),
    LossCase("huber", npl.huber, _Z, _ROWS),
    LossCase("huber-small-delta", _with(npl.huber, delta=0.01), _Z, _ROWS),
    LossCase(
        "binary-cross-entropy-weighted", _with(npl.binary_cross_entropy, pos_weight=3), _Z, _ROWS
    ),
    LossCase(
        "binary-cross-entropy-columns", _with(npl.binary_cross_entropy, pos_weight=_W), _Z, _ROWS
    ),
    LossCase("binary-cross-entropy-bool", npl.binary_cross_entropy, _Z[:, 0], _Z[:, 1] > 0),
]
