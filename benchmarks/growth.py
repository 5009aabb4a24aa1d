"""How the time of training grows with batch size, width, depth, rows and cores; is there a cliff?

    python benchmarks/growth.py [--rounds 5] [--json PATH] [--png PATH]

Each point is the median time of a training step, taken in rounds that go through all points of a
series, so that a busy machine slows all of them. Beside it stands the time per row and per
multiplication of the network: where that falls or stays, nothing is lost by growing. The rows of
the data set are a memory-mapped file of bytes that is made for the purpose (1e7 rows of 32 bytes).
All this happens on one core, in a process of its own; so do the steps that use one core or two.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from machine import environment, machine

from np_data import Batches
from np_layers import Conv2D, Dense, Flatten, Layer, MaxPool2D, ReLU, Sequential, cross_entropy
from np_optim import Adam

Step = Callable[[], None]
BATCH, FEATURES, BYTES = 128, 784, 32
SECONDS = 0.1  # of steps in one turn, at least one step


def dense(*sizes: int) -> list[Layer]:
    hidden = [layer for size in sizes for layer in (Dense(size), ReLU())]
    return [*hidden, Dense(10)]


def training_step(layers: list[Layer], shape: tuple[int, ...], batch: int) -> tuple[Step, int]:
    """Return a step, and the multiplications of one row's forward."""
    rng = np.random.default_rng(0)
    model, optimizer = Sequential(layers, input_shape=shape, rng=rng), Adam(1e-4)
    x, y = rng.random((batch, *shape), dtype=np.float32), rng.integers(0, 10, batch)

    def step() -> None:
        _, grad = cross_entropy(model.forward(x, training=True), y)
        model.backward(grad, input_gradient=False)
        optimizer.step(model.parameters(), model.gradients())

    return step, model.flops // 2


def batch_sizes() -> dict[int, tuple[Step, int, int]]:
    sizes = [4**i for i in range(7)]
    return {n: (*training_step(dense(128, 64), (FEATURES,), n), n) for n in sizes}


def widths() -> dict[int, tuple[Step, int, int]]:
    sizes = [2**i for i in range(5, 13)]
    return {w: (*training_step(dense(w, w), (FEATURES,), BATCH), BATCH) for w in sizes}


def depths() -> dict[int, tuple[Step, int, int]]:
    return {
        d: (*training_step(dense(*[128] * d), (FEATURES,), BATCH), BATCH)
        for d in (1, 2, 4, 8, 16, 32, 64)
    }


def row_counts(file: Path) -> dict[int, tuple[Step, int, int]]:
    """Return steps on ever longer parts of one mapped file, rows drawn from all of the part."""
    counts = [10**i for i in range(3, 8)]
    rng = np.random.default_rng(0)
    with file.open("wb") as out:
        for _ in range(counts[-1] // 10**6):
            out.write(rng.bytes(10**6 * BYTES))
    data = np.memmap(file, np.uint8, "r", shape=(counts[-1], BYTES))
    labels = rng.integers(0, 10, counts[-1], dtype=np.uint8)
    return {n: (*mapped_step(data[:n], labels[:n]), BATCH) for n in counts}


def mapped_step(data: np.ndarray, labels: np.ndarray) -> tuple[Step, int]:
    model = Sequential(dense(64), input_shape=BYTES, rng=np.random.default_rng(0))
    optimizer = Adam(1e-4)
    batches = Batches(data, labels, batch_size=BATCH, seed=0, order="replacement", steps=10**9)
    source = iter(batches)

    def step() -> None:
        x, y = next(source)
        _, grad = cross_entropy(model.forward(x / np.float32(255), training=True), y)
        model.backward(grad, input_gradient=False)
        optimizer.step(model.parameters(), model.gradients())

    return step, model.flops // 2


def core_networks() -> dict[str, tuple[list[Layer], tuple[int, ...]]]:
    blocks = [(Conv2D(f, 3, padding="same"), ReLU(), MaxPool2D(2)) for f in (16, 32)]
    return {
        "784-128-64-10": (dense(128, 64), (FEATURES,)),
        "784-1024-128-64-10": (dense(1024, 128, 64), (FEATURES,)),
        "convolution 16, 32": ([*blocks[0], *blocks[1], Flatten(), *dense(64)], (1, 28, 28)),
    }


def on_cores(count: int, *arguments: str) -> Any:
    """Return what this script, run by itself with these arguments on so many cores, prints."""
    command = [sys.executable, __file__, *arguments]
    run = subprocess.run(
        command, env=environment(count), stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(run.stdout)


def all_series(rounds: int) -> dict[str, Any]:
    series: dict[str, Any] = {}
    for name, points in ("batch size", batch_sizes), ("width", widths), ("depth", depths):
        series[name] = measure(points(), rounds)
    with tempfile.TemporaryDirectory() as folder:
        series["rows"] = measure(row_counts(Path(folder) / "rows"), rounds)
    return series


def seconds(step: Step) -> float:
    step()
    count, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < SECONDS or not count:
        step()
        count += 1
    return passed / count


def measure(points: dict[int, tuple[Step, int, int]], rounds: int) -> list[dict[str, float]]:
    times: dict[int, list[float]] = {at: [] for at in points}
    for _ in range(rounds):
        for at, (step, _, _) in points.items():
            times[at].append(seconds(step))
    return [
        {
            "at": at,
            "step_microseconds": 1e6 * (middle := statistics.median(times[at])),
            "least_microseconds": 1e6 * min(times[at]),
            "row_microseconds": 1e6 * middle / rows,
            "picoseconds_per_multiplication": 1e12 * middle / rows / (3 * multiplications),
        }
        for at, (_, multiplications, rows) in points.items()
    ]


def picture(result: dict[str, Any], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 4.6), layout="constrained")
    series = result["series"]
    axes = figure.subplots(1, len(series), sharey=True)
    for ax, (name, points) in zip(axes, series.items(), strict=True):
        at = [point["at"] for point in points]
        ax.loglog(at, [point["row_microseconds"] for point in points], "o-", markersize=3)
        ax.set_xlabel(name)
        ax.grid(alpha=0.3)
    axes[0].set_ylabel("µs per row of a training step")
    made = result["machine"]
    figure.suptitle(f"One core of an {made['processor']}, NumPy {made['numpy']}, {made['date']}")
    figure.savefig(file, dpi=80, metadata={"Software": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--png", type=Path)
    parser.add_argument("--network", choices=core_networks(), help=argparse.SUPPRESS)
    parser.add_argument("--series", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.series:
        return print(json.dumps(all_series(options.rounds)))
    if options.network:
        step, _ = training_step(*core_networks()[options.network], BATCH)
        return print(min(seconds(step) for _ in range(options.rounds)))
    series = on_cores(1, "--series", "--rounds", str(options.rounds))
    cores = {
        name: {count: on_cores(count, "--network", name) for count in (1, 2)}
        for name in core_networks()
    }
    for name, points in series.items():
        print(f"\n{name:>12}   µs a step    least   µs a row   ps a multiplication")
        for p in points:
            print(
                f"{p['at']:12}{p['step_microseconds']:12.0f}{p['least_microseconds']:9.0f}"
                f"{p['row_microseconds']:11.3f}{p['picoseconds_per_multiplication']:14.1f}"
            )
    for name, times in cores.items():
        print(f"\n{name}: {1e3 * times[1]:.2f} ms on 1 core, {1e3 * times[2]:.2f} ms on 2")
    result = {
        "machine": machine(),
        "series": series,
        "cores": cores,
    }
    if options.json:
        options.json.write_text(json.dumps(result, indent=1) + "\n")
    if options.png:
        picture(result, options.png)
    return None


if __name__ == "__main__":
    main()
