"""Time np_metrics beside scikit-learn on the same arrays.

Each round times one and then the other, so that a busy machine slows both; a row gives the median
of each and the median, least and greatest ratio of a round. Run it with both installed:

    python benchmarks/metrics.py [--samples 1000000] [--rounds 9] [--json PATH]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine
from sklearn import metrics as sk

import np_metrics as npm

Case = tuple[str, Callable[[], Any], Callable[[], Any]]


def cases(n: int) -> Iterator[Case]:
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 10, n)
    guesses = np.where(rng.random(n) < 0.9, ids, rng.integers(0, 10, n))
    macro = {"average": "macro"}
    for dtype in ("int64", "int32", "uint8"):
        t, p = ids.astype(dtype), guesses.astype(dtype)
        yield from (
            (f"{name}, 10 classes, {dtype}", call(ours, t, p, **kw), call(theirs, t, p, **kw))
            for name, ours, theirs, kw in (
                ("accuracy", npm.accuracy, sk.accuracy_score, {}),
                ("confusion_matrix", npm.confusion_matrix, sk.confusion_matrix, {}),
                ("precision", npm.precision, sk.precision_score, macro),
                ("recall", npm.recall, sk.recall_score, macro),
                ("f1", npm.f1, sk.f1_score, macro),
            )
        )
    positive = (rng.random(n) < 0.3).astype(np.int64)
    for dtype in ("float64", "float32"):
        score = (rng.normal(size=n) + positive).astype(dtype)
        yield (
            f"roc_auc, two classes, {dtype}",
            call(npm.roc_auc, positive, score),
            call(sk.roc_auc_score, positive, score),
        )
    prob = rng.dirichlet(np.ones(10), n).astype(np.float32)
    yield (
        "log_loss, 10 classes, float32",
        call(npm.log_loss, ids, prob),
        call(sk.log_loss, ids, prob),
    )


def call(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Callable[[], Any]:
    return lambda: function(*args, **kwargs)


def seconds(function: Callable[[], Any]) -> float:
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def compare(case: Case, rounds: int) -> dict[str, Any]:
    name, ours, theirs = case
    ours(), theirs()  # page in
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(rounds)]
    ratios = [b / a for a, b in pairs]
    return {
        "case": name,
        "np_metrics_ms": statistics.median(a for a, _ in pairs) * 1e3,
        "scikit_learn_ms": statistics.median(b for _, b in pairs) * 1e3,
        "ratio": statistics.median(ratios),
        "ratio_least": min(ratios),
        "ratio_greatest": max(ratios),
    }


def bootstrap_rows(rounds: int) -> Iterator[dict[str, Any]]:
    rng = np.random.default_rng(1)
    t = rng.integers(0, 10, 10_000)
    p = np.where(rng.random(10_000) < 0.9, t, rng.integers(0, 10, 10_000))
    for metric in (npm.accuracy, npm.f1, lambda a, b: npm.f1(a, b)):
        run = call(npm.bootstrap_interval, metric, t, p, seed=0)
        name = metric.__name__ if metric in (npm.accuracy, npm.f1) else "any callable (f1)"
        yield {
            "case": f"bootstrap_interval, 1000 resamples of 10 000, {name}",
            "np_metrics_ms": statistics.median(seconds(run) for _ in range(rounds)) * 1e3,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--json", type=Path, default=None, metavar="PATH")
    args = parser.parse_args()

    rows = [compare(case, args.rounds) for case in cases(args.samples)]
    print(f"{args.samples} samples, {args.rounds} rounds, medians\n")
    print(f"{'':<36} {'np_metrics':>11} {'sklearn':>11} {'ratio':>7}  (least to greatest)")
    for row in rows:
        print(
            f"{row['case']:<36} {row['np_metrics_ms']:>8.2f} ms {row['scikit_learn_ms']:>8.2f} ms "
            f"{row['ratio']:>6.1f}x  ({row['ratio_least']:.1f} to {row['ratio_greatest']:.1f})"
        )
    print()
    for row in (extra := list(bootstrap_rows(3))):
        print(f"{row['case']:<64} {row['np_metrics_ms']:>8.1f} ms")
    if args.json is not None:
        measured = {"samples": args.samples, "rounds": args.rounds, "rows": rows + extra}
        result = {"machine": machine(), **measured}
        args.json.write_text(json.dumps(result, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
