"""Training and prediction of dense networks, this project beside its peers.

    python benchmarks/training.py --json training.json

Each peer is a process of its own that sleeps until it is its turn, so that thread pools do not
disturb each other; all get the same number of threads. "one BLAS thread" gives them to np-layers
instead of the matrix library. In every round each peer trains one epoch.
The figures are medians over the rounds, and ratios of two peers are taken within a round, where
both met the same machine. A peer that is not installed is left out, and the table says so.
Everything is measured in two runs, with new processes. A warning says where their medians differ.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from machine import REST, environment, machine, processor_class, warnings
from training_peers import NETWORKS, PEERS, Network

ROWS = 60_000


class Worker:
    """A peer in its own process; it answers one line for each line that it is sent."""

    def __init__(self, peer: str, net: Network, threads: int, rows: int) -> None:
        command = [sys.executable, __file__, "--worker", peer, "--network", net.name]
        self._process = subprocess.Popen(
            [*command, "--threads", str(threads), "--rows", str(rows)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=environment(threads, one_blas_thread=peer.endswith("one BLAS thread")),
        )  # fmt: skip

    def ask(self, what: str) -> float | str:
        """Return the seconds, or bytes, or the error's text when the peer cannot be imported."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(what + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return "stopped"
        answer = self._process.stdout.readline()
        return json.loads(answer) if answer else "stopped"

    def close(self) -> None:
        self._process.communicate("", timeout=60)


def work(peer: str, net: Network, threads: int, rows: int) -> None:
    """Answer questions from standard input: the life of a worker."""
    answers, sys.stdout = sys.stdout, sys.stderr
    if hasattr(os, "sched_setaffinity"):  # XLA has no setting: it takes all cores that it may use
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    before = _rss()
    rng = np.random.default_rng(0)
    x = rng.random((rows, net.sizes[0]), dtype=np.float32)
    y = rng.integers(0, net.sizes[-1], rows)
    try:
        epoch, predict = PEERS[peer](net, x, y, threads)
    except ImportError as error:
        print(json.dumps(f"not installed: {error.name}"), file=answers, flush=True)
        return
    imported = _rss()
    for line in sys.stdin:
        question = line.strip()
        if question == "memory":
            answer = _peak() - imported
        elif question == "imported":
            answer = imported - before - x.nbytes - y.nbytes
        else:
            answer = _seconds(question, epoch, predict, x)
        print(json.dumps(answer), file=answers, flush=True)


def _seconds(question: str, epoch: Any, predict: Any, x: np.ndarray) -> float:
    repeat = 300 if question == "one image" else 1
    start = time.perf_counter()
    for i in range(repeat):
        if question == "epoch":
            epoch()
        elif question == "10 000 images":
            predict(x[:10_000])
        else:
            predict(x[i : i + 1])
    return (time.perf_counter() - start) / repeat


def _rss() -> int:
    """Return the resident memory now, in bytes (Linux; elsewhere the peak so far)."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    except OSError:
        return _peak()


def _peak() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def measure(net: Network, peers: list[str], threads: int, rounds: int, rows: int) -> dict[str, Any]:
    """Return the times of every peer that is there, round by round."""
    workers = {peer: Worker(peer, net, threads, rows) for peer in peers}
    absent: dict[str, str] = {}
    for peer, worker in list(workers.items()):  # the first epoch compiles and warms up
        answer = worker.ask("epoch")
        if isinstance(answer, str):
            absent[peer] = answer
            workers.pop(peer).close()
    times: dict[str, dict[str, list[float]]] = {}
    for question in ("epoch", "10 000 images", "one image"):
        times[question] = {peer: [] for peer in workers}
        for _ in range(rounds):
            for peer, worker in workers.items():
                time.sleep(REST)
                worker.ask(question) if question != "epoch" else None  # awake again
                times[question][peer].append(float(worker.ask(question)))
    memory = {peer: worker.ask("memory") for peer, worker in workers.items()}
    for worker in workers.values():
        worker.close()
    return {"network": net.name, "times": times, "memory": memory, "absent": absent}


def join(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return two runs as one result, with the warnings where they disagree."""
    times: dict[str, dict[str, list[float]]] = {}
    found = []
    for question, peers in first["times"].items():
        times[question] = {}
        for peer, seconds in peers.items():
            again = second["times"][question][peer]
            times[question][peer] = seconds + again
            found += warnings(f"{peer}, {question}", seconds, again)
    return {**first, "times": times, "warnings": found}


def table(result: dict[str, Any]) -> str:
    """Return the result as a table: medians, and the ratio to ours with its spread."""
    lines = [
        f"\n{result['network']}",
        f"{'':41}{'epoch':>9}{'/ ours':>8}{'min – max':>14}{'/ floor':>9}"
        f"{'10 000 images':>15}{'one image':>12}{'memory':>9}",
    ]
    times = result["times"]
    for peer, epochs in times["epoch"].items():
        to_ours = [a / b for a, b in zip(epochs, times["epoch"]["ours"], strict=True)]
        floors = times["epoch"]["matrix products alone"]
        to_floor = [a / b for a, b in zip(epochs, floors, strict=True)]
        images = statistics.median(times["10 000 images"][peer])
        image = statistics.median(times["one image"][peer])
        lines.append(
            f"{peer:30}{processor_class():11}"
            f"{statistics.median(epochs):7.3f} s{statistics.median(to_ours):8.2f}"
            f"{min(to_ours):8.2f} –{max(to_ours):5.2f}{statistics.median(to_floor):9.2f}"
            f"{images * 1e3:12.1f} ms{image * 1e6:9.0f} µs{result['memory'][peer] / 2**20:6.0f} MB"
        )
    lines += [f"{peer:30}  {why}" for peer, why in result["absent"].items()]
    return "\n".join(lines + result["warnings"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write everything measured to this file")
    parser.add_argument("--network", help="part of a network's name; default all")
    parser.add_argument("--without", nargs="*", default=[], help="peers to leave out")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each run")
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of an epoch")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    networks = [net for net in NETWORKS if (options.network or "") in net.name]
    if options.worker:
        return work(options.worker, networks[0], options.threads, options.rows)
    peers = [peer for peer in PEERS if peer not in options.without]
    results = []
    for net in networks:
        runs = [
            measure(net, peers, options.threads, options.rounds, options.rows) for _ in range(2)
        ]
        results.append(join(*runs))
        print(table(results[-1]), flush=True)
    if options.json:
        measured = {"machine": machine(), "threads": options.threads, "results": results}
        options.json.write_text(json.dumps(measured, indent=1))
    return None


if __name__ == "__main__":
    main()
