"""One epoch of training a dense network, by this project and by others, each as its users write it.

Every function takes a `Network` and the data and returns two callables: one trains an epoch, one
predicts the classes' scores of all rows that it is given. Libraries are imported inside, so that a
missing one is an ImportError of its own peer only.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Epoch = Callable[[], None]
Predict = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Network:
    """Sizes from input to classes, optimizer ("sgd" or "adam") and batch size."""

    name: str
    sizes: tuple[int, ...]
    optimizer: str
    batch: int

    @property
    def lr(self) -> float:
        return 0.01 if self.optimizer == "sgd" else 0.001


NETWORKS = [
    Network("784-128-64-10 adam 128", (784, 128, 64, 10), "adam", 128),
    Network("784-1024-128-64-10 sgd 64", (784, 1024, 128, 64, 10), "sgd", 64),
    Network("784-256-10 sgd 256", (784, 256, 10), "sgd", 256),
    Network("784-512-512-10 adam 128", (784, 512, 512, 10), "adam", 128),
]


def floor(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """Nothing but the matrix products that the network cannot do without."""
    rng = np.random.default_rng(0)
    shapes = zip(net.sizes, net.sizes[1:], strict=False)
    W = [rng.normal(size=shape).astype(x.dtype) for shape in shapes]
    dW = [np.empty_like(w) for w in W]
    A = [rng.normal(size=(net.batch, size)).astype(x.dtype) for size in net.sizes]
    G = [np.empty_like(a) for a in A]

    def epoch() -> None:
        for _ in range(len(x) // net.batch):
            for i, w in enumerate(W):
                np.matmul(A[i], w, out=G[i + 1])
            for i in reversed(range(len(W))):
                np.matmul(A[i].T, A[i + 1], out=dW[i])
                if i > 0:
                    np.matmul(A[i + 1], W[i].T, out=G[i])

    def predict(x: np.ndarray) -> np.ndarray:
        for w in W:
            x = x @ w
        return x

    return epoch, predict


def our_network(net: Network, arithmetic: str) -> tuple[Any, Any]:
    """Return the model and the optimizer of np-layers and np-optim."""
    import np_layers
    import np_optim

    layers: list[np_layers.Layer] = []
    for size in net.sizes[1:-1]:
        layers += [np_layers.Dense(size), np_layers.ReLU()]
    layers.append(np_layers.Dense(net.sizes[-1]))
    rng = np.random.default_rng(0)
    model = np_layers.Sequential(layers, input_shape=net.sizes[0], rng=rng, arithmetic=arithmetic)
    return model, {"sgd": np_optim.SGD, "adam": np_optim.Adam}[net.optimizer](net.lr)


def _train(net: Network, x: np.ndarray, y: np.ndarray, arithmetic: str) -> tuple[Epoch, Predict]:
    import np_data
    import np_layers

    model, optimizer = our_network(net, arithmetic)
    batches = np_data.Batches(x, y, batch_size=net.batch, seed=0, last="drop")

    def epoch() -> None:
        for inputs, labels in batches:
            logits = model.forward(inputs, training=True)
            _, grad = np_layers.cross_entropy(logits, labels, arithmetic=arithmetic)
            model.backward(grad, input_gradient=False)
            optimizer.step(model.parameters(), model.gradients())

    return epoch, model.predict


def ours(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """The public interface, as a user writes it."""
    return _train(net, x, y, "native")


def ours_exact(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """The same in exact arithmetic: equal bits on every machine."""
    return _train(net, x, y, "exact")


def _torch(net: Network, threads: int, **options: Any) -> tuple[Any, Any]:
    import torch

    torch.set_num_threads(threads)
    layers: list[torch.nn.Module] = []
    for i, (inputs, outputs) in enumerate(zip(net.sizes, net.sizes[1:], strict=False)):
        layers += [torch.nn.ReLU()] * (i > 0) + [torch.nn.Linear(inputs, outputs)]
    model = torch.nn.Sequential(*layers)
    optimizers = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
    return model, optimizers[net.optimizer](model.parameters(), lr=net.lr, **options)


def _torch_run(net: Network, model: Any, optimizer: Any, batches: Any) -> tuple[Epoch, Predict]:
    import torch

    loss_function = torch.nn.CrossEntropyLoss()

    def epoch() -> None:
        for inputs, labels in batches():
            optimizer.zero_grad()
            loss = loss_function(model(inputs), labels)
            loss.backward()
            optimizer.step()

    def predict(x: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return model(torch.from_numpy(x)).numpy()

    return epoch, predict


def _torch_shuffled(net: Network, x: np.ndarray, y: np.ndarray) -> Any:
    import torch

    inputs, labels = torch.from_numpy(x), torch.from_numpy(y)

    def batches() -> Any:
        order = torch.randperm(len(inputs))
        for start in range(0, len(inputs) - net.batch + 1, net.batch):
            rows = order[start : start + net.batch]
            yield inputs[rows], labels[rows]

    return batches


def torch_eager(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """PyTorch, batches by index."""
    return _torch_run(net, *_torch(net, threads), _torch_shuffled(net, x, y))


def torch_fused(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """PyTorch with its fused optimizer."""
    return _torch_run(net, *_torch(net, threads, fused=True), _torch_shuffled(net, x, y))


def torch_loader(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """PyTorch with its DataLoader, as its tutorials have it."""
    import torch
    from torch.utils.data import DataLoader, TensorDataset

    data = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
    loader = DataLoader(data, batch_size=net.batch, shuffle=True, drop_last=True)
    return _torch_run(net, *_torch(net, threads), lambda: loader)


def jax_jit(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """JAX: one compiled step with donated state; batches gathered by NumPy."""
    import jax
    import jax.numpy as jnp

    rng = np.random.default_rng(0)
    shapes = list(zip(net.sizes, net.sizes[1:], strict=False))
    state = [
        (jnp.array(rng.normal(size=s, scale=(2 / s[0]) ** 0.5), jnp.float32), jnp.zeros(s[1]))
        for s in shapes
    ]
    zeros = jax.tree.map(jnp.zeros_like, state)

    def forward(params: Any, x: Any) -> Any:
        for W, b in params[:-1]:
            x = jax.nn.relu(x @ W + b)
        return x @ params[-1][0] + params[-1][1]

    def loss(params: Any, x: Any, y: Any) -> Any:
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(forward(params, x)), y[:, None], 1))

    def sgd(params: Any, m: Any, v: Any, t: Any, x: Any, y: Any) -> Any:
        g = jax.grad(loss)(params, x, y)
        return jax.tree.map(lambda p, g: p - net.lr * g, params, g), m, v, t

    def adam(params: Any, m: Any, v: Any, t: Any, x: Any, y: Any) -> Any:
        t = t + 1
        g = jax.grad(loss)(params, x, y)
        m = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate, root = net.lr / (1 - 0.9**t), jnp.sqrt(1 - 0.999**t)
        params = jax.tree.map(
            lambda p, m, v: p - rate * m / (jnp.sqrt(v) / root + 1e-8), params, m, v
        )
        return params, m, v, t

    step = jax.jit({"sgd": sgd, "adam": adam}[net.optimizer], donate_argnums=(0, 1, 2))
    scores = jax.jit(forward)
    held = [(state, zeros, jax.tree.map(jnp.zeros_like, state), jnp.zeros(()))]

    def epoch() -> None:
        order = rng.permutation(len(x))
        for start in range(0, len(x) - net.batch + 1, net.batch):
            rows = order[start : start + net.batch]
            held[0] = step(*held[0], x[rows], y[rows])
        jax.block_until_ready(held[0])

    return epoch, lambda x: np.asarray(scores(held[0][0], x))


def keras(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """Keras on its JAX backend, `fit` and `predict`."""
    import os

    os.environ["KERAS_BACKEND"] = "jax"
    import keras

    layers = [keras.layers.Dense(size, activation="relu") for size in net.sizes[1:-1]]
    model = keras.Sequential(
        [keras.Input((net.sizes[0],)), *layers, keras.layers.Dense(net.sizes[-1])]
    )
    optimizers = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizers[net.optimizer](net.lr), loss)
    return (
        lambda: model.fit(x, y, batch_size=net.batch, epochs=1, verbose=0),
        lambda x: model.predict(x, batch_size=1024, verbose=0),
    )


def scikit_learn(net: Network, x: np.ndarray, y: np.ndarray, threads: int) -> tuple[Epoch, Predict]:
    """scikit-learn's MLPClassifier."""
    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore", category=UserWarning)
    model = MLPClassifier(
        net.sizes[1:-1], solver=net.optimizer, alpha=0.0, batch_size=net.batch, max_iter=1,
        learning_rate_init=net.lr, momentum=0.0, nesterovs_momentum=False, warm_start=True,
    )  # fmt: skip
    return lambda: model.fit(x, y), lambda x: model.predict_proba(x)


PEERS: dict[str, Callable[..., tuple[Epoch, Predict]]] = {
    "ours": ours,
    "ours, exact": ours_exact,
    "ours, exact, one BLAS thread": ours_exact,
    "matrix products alone": floor,
    "PyTorch": torch_eager,
    "PyTorch fused": torch_fused,
    "PyTorch DataLoader": torch_loader,
    "JAX jit": jax_jit,
    "Keras (JAX)": keras,
    "scikit-learn": scikit_learn,
}
