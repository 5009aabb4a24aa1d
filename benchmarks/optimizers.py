"""Nanoseconds per parameter of one optimizer step, beside PyTorch's foreach and fused steps.

Every optimizer is stepped in float32 on one array of 1e5, 1e6 and 1e7 parameters and on the six
arrays of a 784-128-64-10 network. The libraries take turns, round by round, in one process, which
is started once per number of threads so that all libraries get the same. A row gives the median and
the quartiles over the rounds; ratios are medians of the ratios within a round.

    python benchmarks/optimizers.py [--json PATH] [--threads 1 2] [--optimizers SGD Adam]

PyTorch is a peer where it is installed. Lion has none there.
"""

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from machine import environment, machine

import np_optim

NAMES = ["SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "NAdam", "Lion"]
MLP = {"0.w": (784, 128), "0.b": (128,), "1.w": (128, 64), "1.b": (64,), "2.w": (64, 10)}
SIZES: dict[str, dict[str, tuple[int, ...]]] = {
    "784-128-64-10": MLP | {"2.b": (10,)},
    "1e5": {"w": (10**5,)},
    "1e6": {"w": (10**6,)},
    "1e7": {"w": (10**7,)},
}
ROUNDS = 25
SECONDS_PER_ROUND = 0.004
"""Short, so that most rounds escape whatever else the machine does."""
Step = Callable[[], object]


def our_step(name: str, params: dict[str, Any], grads: dict[str, Any]) -> Step:
    """Return a call that steps our optimizer."""
    optimizer = getattr(np_optim, name)(1e-3)
    return lambda: optimizer.step(params, grads)


def torch_step(name: str, params: dict[str, Any], grads: dict[str, Any], **kind: bool) -> Step:
    """Return a call that steps PyTorch's optimizer of that name, or raise RuntimeError."""
    import torch

    tensors = [torch.nn.Parameter(torch.tensor(p)) for p in params.values()]
    for tensor, g in zip(tensors, grads.values(), strict=True):
        tensor.grad = torch.tensor(g)
    cls = getattr(torch.optim, name)
    step: Step = cls(tensors, lr=1e-3, **kind).step
    return step


def peers(name: str, shapes: dict[str, tuple[int, ...]]) -> dict[str, Step]:
    """Return the libraries that have this optimizer, each with its own arrays."""
    rng = np.random.default_rng(0)
    params = {key: rng.normal(size=shape).astype(np.float32) for key, shape in shapes.items()}
    grads = {key: rng.normal(size=shape).astype(np.float32) for key, shape in shapes.items()}
    steps = {"np_optim": our_step(name, params, grads)}
    if importlib.util.find_spec("torch") and name != "Lion":
        steps["foreach"] = torch_step(name, params, grads, foreach=True)
        if name in {"SGD", "Adagrad", "Adam", "AdamW"}:
            steps["fused"] = torch_step(name, params, grads, fused=True)
    return steps


def rounds(steps: dict[str, Step]) -> dict[str, list[float]]:
    """Return seconds per step, one for each round, of libraries that take turns."""
    repeats = {}
    for library, step in steps.items():
        step()
        start = perf_counter()
        step()
        repeats[library] = max(1, int(SECONDS_PER_ROUND / (perf_counter() - start)))
    seconds: dict[str, list[float]] = {library: [] for library in steps}
    for _ in range(ROUNDS):
        for library, step in steps.items():
            start = perf_counter()
            for _ in range(repeats[library]):
                step()
            seconds[library].append((perf_counter() - start) / repeats[library])
    return seconds


def measure(names: list[str], threads: int) -> Iterator[dict[str, Any]]:
    """Yield one row per optimizer, size and library, measured in this process."""
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(threads)
    for name in names:
        for size, shapes in SIZES.items():
            count = sum(int(np.prod(shape)) for shape in shapes.values())
            seconds = rounds(peers(name, shapes))
            for library, times in seconds.items():
                ratios = [ours / t for ours, t in zip(seconds["np_optim"], times, strict=True)]
                low, middle, high = statistics.quantiles([1e9 * t / count for t in times])
                yield {
                    "threads": threads,
                    "optimizer": name,
                    "parameters": size,
                    "library": library,
                    "ns_per_parameter": round(middle, 3),
                    "quartiles": [round(low, 3), round(high, 3)],
                    "np_optim_time_over_this": round(statistics.median(ratios), 3),
                }


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| threads | optimizer | parameters | library | ns per parameter | quartiles | ratio |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        low, high = row["quartiles"]
        cells = [row["threads"], row["optimizer"], row["parameters"], row["library"]]
        cells += [f"{row['ns_per_parameter']:.2f}", f"{low:.2f}-{high:.2f}"]
        cells += [f"{row['np_optim_time_over_this']:.2f}"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure in one process per number of threads; print the table; write JSON if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", type=Path, metavar="PATH")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--optimizers", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.worker:
        sys.stdout.write(json.dumps(list(measure(args.optimizers, args.threads[0]))))
        return
    rows: list[dict[str, Any]] = []
    for threads in args.threads:
        options = ["--worker", "--threads", str(threads), "--optimizers", *args.optimizers]
        command = [sys.executable, __file__, *options]
        done = subprocess.run(
            command, env=environment(threads), check=True, stdout=subprocess.PIPE, text=True
        )
        rows += json.loads(done.stdout)
    print(table(rows))
    if args.json:
        report = {"machine": machine(), "rows": rows}
        args.json.write_text(json.dumps(report, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
