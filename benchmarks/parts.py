"""Where the time of a training step goes, for the dense networks of `training_peers`.

    python benchmarks/parts.py [--threads 2] [--seconds 2] [--json PATH]

Products and element-wise operations are computed alone, on arrays of the network's shapes; the
products also by PyTorch, whose library on x86 is MKL. Batches, loss and optimizer are timed in real
training steps. What is left of a step is Python, and the waiting for memory and threads that the
operations alone do not have. Each figure is a lower quartile, which other programs disturb less.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from machine import environment, machine, processor_class
from training_peers import NETWORKS, Network, our_network

PARTS = ("products", "element-wise", "loss", "optimizer", "batch", "the rest", "step")
Part = Callable[[], Any]


def products(W: list[Any], A: list[Any], multiply: Callable[..., Any]) -> None:
    """Multiply what forward and backward multiply, with ``multiply(a, b)``."""
    for a, w in zip(A, W, strict=False):
        multiply(a, w)
    for i in reversed(range(len(W))):
        multiply(A[i].T, A[i + 1])
        if i > 0:
            multiply(A[i + 1], W[i].T)


def element_wise(A: list[Any]) -> None:
    """Do to the outputs what bias and ReLU do, forward and backward."""
    for i, y in enumerate(A[1:], start=1):
        y += np.zeros(y.shape[1], y.dtype)
        np.sum(y, axis=0)
        if i < len(A) - 1:
            y.clip(0, np.inf, out=y)
            y += 0
            np.greater(y, 0, out=y)
            y *= y


def bare(net: Network, library: str, threads: int) -> dict[str, Part]:
    """Return the operations of a step as functions of nothing."""
    rng = np.random.default_rng(0)
    shapes = zip(net.sizes, net.sizes[1:], strict=False)
    W: list[Any] = [rng.random(s, dtype=np.float32) for s in shapes]
    A: list[Any] = [rng.random((net.batch, size), dtype=np.float32) for size in net.sizes]
    if library == "torch":
        import torch

        torch.set_num_threads(threads)
        A = [torch.from_numpy(a) for a in A]
        W = [torch.from_numpy(np.ascontiguousarray(w.T)).T for w in W]  # as torch.nn.Linear has it
        return {"PyTorch": lambda: products(W, A, torch.mm)}
    return {
        "products": lambda: products(W, A, np.matmul),
        "element-wise": lambda: element_wise(A),
    }


def training(net: Network) -> Callable[[], dict[str, float]]:
    """Return a function that trains one step and returns the seconds of its parts."""
    import np_data
    import np_layers

    rng = np.random.default_rng(0)
    x = rng.random((12_800, net.sizes[0]), dtype=np.float32)
    y = rng.integers(0, net.sizes[-1], len(x))
    model, optimizer = our_network(net, "native")
    data = np_data.Batches(x, y, batch_size=net.batch, seed=0, last="drop", steps=1_000_000)
    batches = iter(data)

    def step() -> dict[str, float]:
        times = [time.perf_counter()]
        inputs, labels = next(batches)
        times.append(time.perf_counter())
        logits = model.forward(inputs, training=True)
        times.append(time.perf_counter())
        _, grad = np_layers.cross_entropy(logits, labels)
        times.append(time.perf_counter())
        model.backward(grad, input_gradient=False)
        times.append(time.perf_counter())
        optimizer.step(model.parameters(), model.gradients())
        times.append(time.perf_counter())
        batch, _, loss, _, update = np.diff(times).tolist()
        return {"batch": batch, "loss": loss, "optimizer": update, "step": times[-1] - times[0]}

    return step


def lower_quartile(seconds: list[float]) -> float:
    return float(np.quantile(seconds, 0.25))


def work(net: Network, library: str, threads: int, seconds: float) -> dict[str, float]:
    """Return the seconds of each part that this library computes."""
    parts = {}
    for name, part in bare(net, library, threads).items():
        times = []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            start = time.perf_counter()
            part()
            times.append(time.perf_counter() - start)
        parts[name] = lower_quartile(times)
    if library == "numpy":
        step, steps = training(net), []
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            steps.append(step())
        parts |= {name: lower_quartile([s[name] for s in steps]) for name in steps[0]}
        known = sum(seconds for name, seconds in parts.items() if name != "step")
        parts["the rest"] = parts["step"] - known
    return parts


def measure(net: Network, threads: int, seconds: float) -> dict[str, float]:
    """Measure in processes of their own, so that the libraries' threads do not meet."""
    parts: dict[str, float] = {}
    for library in ("numpy", "torch"):
        command = [sys.executable, __file__, "--library", library, "--network", net.name]
        command += ["--threads", str(threads), "--seconds", str(seconds)]
        answer = subprocess.run(
            command, env=environment(threads), stdout=subprocess.PIPE, text=True, check=True
        )
        parts |= json.loads(answer.stdout)
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write everything measured to this file")
    parser.add_argument("--network", default="", help="part of a network's name; default all")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--seconds", type=float, default=2.0, help="for each part")
    parser.add_argument("--library", choices=("numpy", "torch"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    networks = [net for net in NETWORKS if options.network in net.name]
    if options.library:
        print(json.dumps(work(networks[0], options.library, options.threads, options.seconds)))
        return
    columns = ("PyTorch", *PARTS)
    print(f"{'milliseconds':36}" + "".join(f"{name:>13}" for name in columns))
    results = []
    for net in networks:
        parts = measure(net, options.threads, options.seconds)
        row = "".join(f"{1e3 * parts[name]:13.3f}" for name in columns)
        print(f"{net.name:26}{processor_class():10}{row}", flush=True)
        results.append({"network": net.name, "seconds": parts})
    if options.json:
        measured = {"machine": machine(), "threads": options.threads, "results": results}
        options.json.write_text(json.dumps(measured, indent=1))


if __name__ == "__main__":
    main()
