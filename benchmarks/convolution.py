"""Time convolutional networks beside PyTorch: training steps and prediction, with equal threads.

Every contestant is a process of its own that waits for its turn. A round gives each a turn at each
network, in an order that changes from round to round; a turn is the median of several steps. So a
busy machine slows all, and a row shows the median of a round's ratio, its least and its greatest.
Processor time counts all threads, also while one waits for another without sleeping.

    python benchmarks/convolution.py [--rounds 5] [--steps 10] [--threads 2] [--json PATH]

``np_layers`` runs three times: as it is, with the threads of the matrix library; with
``OPENBLAS_NUM_THREADS=1``, where threads of its own share a batch; and in exact arithmetic, also
with threads of its own, where the results have the same bits on any machine. Everything is measured
in two runs, with new processes. A warning says where their medians differ.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from machine import REST, environment, machine, processor_class, warnings

Step = Callable[[], Any]

BATCH = {"cnn": 64, "s2": 32, "deep": 64}
CASES = tuple(f"{network} {what}" for what in ("train", "predict") for network in BATCH)
CONTESTANTS = ("np_layers", "np_layers, one BLAS thread", "np_layers, exact", "torch")
OWN_THREADS = ("np_layers, one BLAS thread", "np_layers, exact")  # np-layers has the threads


def np_layers_steps(arithmetic: str) -> dict[str, Step]:
    import numpy as np

    from np_layers import (
        BatchNorm,
        Conv2D,
        Dense,
        Dropout,
        Flatten,
        MaxPool2D,
        ReLU,
        Sequential,
        cross_entropy,
    )
    from np_optim import Adam

    def block(filters: int) -> list[Any]:
        return [Conv2D(filters, 3, padding="same"), BatchNorm(), ReLU()]

    layers = {
        "cnn": [
            *(Conv2D(16, 3, padding="same"), ReLU(), MaxPool2D(2)),
            *(Conv2D(32, 3, padding="same"), ReLU(), MaxPool2D(2)),
            *(Flatten(), Dense(64), ReLU(), Dense(10)),
        ],
        "s2": [Conv2D(32, 3), ReLU(), Dropout(0.2), Flatten(), Dense(10)],
        "deep": [
            *(*block(32), *block(32), MaxPool2D(2), *block(64), *block(64), MaxPool2D(2)),
            *(Flatten(), Dense(128), BatchNorm(), ReLU(), Dropout(0.4), Dense(10)),
        ],
    }

    def train(model: Sequential, optimizer: Adam, x: Any, labels: Any) -> None:
        logits = model.forward(x, training=True)
        _, grad = cross_entropy(logits, labels, arithmetic=arithmetic)
        model.backward(grad, input_gradient=False)
        optimizer.step(model.parameters(), model.gradients())

    steps: dict[str, Step] = {}
    for name, network in layers.items():
        rng = np.random.default_rng(0)
        model = Sequential(network, input_shape=(1, 28, 28), rng=rng, arithmetic=arithmetic)
        optimizer = Adam(1e-3)
        images = rng.standard_normal((256, 1, 28, 28), dtype=np.float32)
        x, labels = images[: BATCH[name]], rng.integers(0, 10, BATCH[name])

        steps[f"{name} train"] = partial(train, model, optimizer, x, labels)
        steps[f"{name} predict"] = partial(model.predict, images)
    return steps


def torch_steps() -> dict[str, Step]:
    import torch
    from torch import nn

    torch.manual_seed(0)
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))

    def block(channels: int, filters: int) -> list[nn.Module]:
        return [nn.Conv2d(channels, filters, 3, padding=1), nn.BatchNorm2d(filters), nn.ReLU()]

    networks = {
        "cnn": nn.Sequential(
            *(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(1568, 64), nn.ReLU(), nn.Linear(64, 10)),
        ),
        "s2": nn.Sequential(
            nn.Conv2d(1, 32, 3), nn.ReLU(), nn.Dropout(0.2), nn.Flatten(), nn.Linear(21632, 10)
        ),
        "deep": nn.Sequential(
            *(*block(1, 32), *block(32, 32), nn.MaxPool2d(2)),
            *(*block(32, 64), *block(64, 64), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(3136, 128), nn.BatchNorm1d(128), nn.ReLU()),
            *(nn.Dropout(0.4), nn.Linear(128, 10)),
        ),
    }

    def train(model: nn.Module, optimizer: Any, x: Any, labels: Any) -> None:
        model.train()
        optimizer.zero_grad()
        loss: Any = nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()

    def predict(model: nn.Module, images: Any) -> None:
        model.eval()
        with torch.inference_mode():
            model(images)

    steps: dict[str, Step] = {}
    for name, model in networks.items():
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        images = torch.randn(256, 1, 28, 28)
        x, labels = images[: BATCH[name]].clone(), torch.randint(0, 10, (BATCH[name],))

        steps[f"{name} train"] = partial(train, model, optimizer, x, labels)
        steps[f"{name} predict"] = partial(predict, model, images)
    return steps


def work(contestant: str, steps_per_turn: int) -> None:
    """Answer each case read from standard input with the milliseconds of one step."""
    if contestant == "torch":
        steps = torch_steps()
    else:
        steps = np_layers_steps("exact" if "exact" in contestant else "native")
    for line in sys.stdin:
        step = steps[line.strip()]
        step()
        times, busy = [], time.process_time()
        for _ in range(steps_per_turn):
            start = time.perf_counter()
            step()
            times.append(time.perf_counter() - start)
        busy = (time.process_time() - busy) / steps_per_turn
        print(1e3 * statistics.median(times), 1e3 * busy, flush=True)


def start(contestant: str, threads: int, steps: int) -> subprocess.Popen[str]:
    command = [sys.executable, __file__, "--contestant", contestant, "--steps", str(steps)]
    return subprocess.Popen(
        command,
        env=environment(threads, one_blas_thread=contestant in OWN_THREADS),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def turn(process: subprocess.Popen[str], case: str) -> tuple[float, float]:
    assert process.stdin
    assert process.stdout
    time.sleep(REST)
    print(case, file=process.stdin, flush=True)
    milliseconds, processor = map(float, process.stdout.readline().split())
    return milliseconds, processor


Times = dict[str, dict[str, list[tuple[float, float]]]]


def measure(rounds: int, steps: int, threads: int) -> Times:
    """Return the times of each case and contestant, round by round."""
    processes = {name: start(name, threads, steps) for name in CONTESTANTS}
    times: Times = {case: {name: [] for name in CONTESTANTS} for case in CASES}
    try:
        for number in range(rounds + 1):
            first = number % len(CONTESTANTS)
            order = CONTESTANTS[first:] + CONTESTANTS[:first]
            for case in CASES:
                for name in order:
                    result = turn(processes[name], case)
                    if number > 0:  # the first round warms up
                        times[case][name].append(result)
    finally:
        for process in processes.values():
            process.terminate()
            process.wait()
    return times


def row(case: str, name: str, first: Times, second: Times) -> dict[str, Any]:
    """Return the figures of two runs together, and a warning if they disagree."""
    times = {
        contestant: first[case][contestant] + second[case][contestant] for contestant in CONTESTANTS
    }
    runs = [[wall for wall, _ in run[case][name]] for run in (first, second)]
    pairs = list(zip(times[name], times["torch"], strict=True))
    ratios = [ours[0] / torch[0] for ours, torch in pairs]
    return {
        "case": case,
        "contestant": name,
        "warnings": warnings(f"{case}, {name}", *runs),
        "milliseconds": statistics.median(wall for wall, _ in times[name]),
        "milliseconds_least": min(wall for wall, _ in times[name]),
        "ratio_to_torch": statistics.median(ratios),
        "ratio_least": min(ratios),
        "ratio_greatest": max(ratios),
        "processor_milliseconds": statistics.median(busy for _, busy in times[name]),
        "processor_ratio": statistics.median(ours[1] / torch[1] for ours, torch in pairs),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each run")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--contestant", choices=CONTESTANTS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        work(options.contestant, options.steps)
        return
    runs = [measure(options.rounds, options.steps, options.threads) for _ in range(2)]
    rows = [row(case, name, *runs) for case in CASES for name in CONTESTANTS]
    print(
        f"{'case':13}{'contestant':28}{'':11}     ms   least   to torch (least … most)   processor"
    )
    for r in rows:
        print(
            f"{r['case']:13}{r['contestant']:28}{processor_class():11}{r['milliseconds']:7.2f} "
            f"{r['milliseconds_least']:7.2f}   {r['ratio_to_torch']:8.2f} "
            f"({r['ratio_least']:.2f} … {r['ratio_greatest']:.2f})   {r['processor_ratio']:9.2f}"
        )
    print("\n".join(warning for r in rows for warning in r["warnings"]))
    if options.json:
        document = {
            "machine": machine(),
            "threads": options.threads,
            "rounds": options.rounds,
            "rows": rows,
        }
        options.json.write_text(json.dumps(document, indent=2, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
