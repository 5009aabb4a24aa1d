"""Time np_data beside the libraries that people read MNIST with, on the real files.

In each round all take their turn, so that a busy machine slows all of them; a row gives the median
time and, against the fastest peer of each round, the median ratio. Peers that are not installed
are left out. Files come from `np_data.fetch`, the CSV file from `np_data.write_csv`.

    python benchmarks/data.py [--rounds 5] [--data FOLDER] [--json PATH]
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine

import np_data

Run = Callable[[], Any]

# The kernel's own account (Linux): getrusage would count what the parent process had.
PEAK_OF_ITER_CSV = """
import re, sys
import np_data

def peak():
    with open("/proc/self/status") as status:
        return int(re.search(r"VmHWM:\\s+(\\d+)", status.read())[1]) / 1024

before = peak()
rows = sum(len(features) for features, _ in np_data.iter_csv(sys.argv[1]))
print(peak() - before)
"""


def installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def seconds(run: Run) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def compare(case: str, ours: Run, peers: dict[str, Run], rounds: int) -> dict[str, Any]:
    """Time all, one after the other, in each round."""
    runs = {"np_data": ours, **peers}
    times = [{name: seconds(run) for name, run in runs.items()} for _ in range(rounds)]
    row: dict[str, Any] = {
        "case": case,
        "seconds": {name: statistics.median(t[name] for t in times) for name in runs},
    }
    if peers:
        ratios = [min(t[name] for name in peers) / t["np_data"] for t in times]
        row["ratio"] = statistics.median(ratios)
        row["ratio_least"], row["ratio_greatest"] = min(ratios), max(ratios)
    return row


def idx_cases(raw: Path, packed: Path, rounds: int) -> list[dict[str, Any]]:
    """Read 60 000 images from IDX, and only inflate or copy the same bytes."""
    peers_raw: dict[str, Run] = {"np.fromfile": lambda: np.fromfile(raw, np.uint8)}
    peers_gz: dict[str, Run] = {
        "zlib.decompress": lambda: zlib.decompress(packed.read_bytes(), 31),
        "gzip.decompress": lambda: gzip.decompress(packed.read_bytes()),
    }
    if installed("idx2numpy"):
        import idx2numpy

        peers_raw["idx2numpy"] = lambda: idx2numpy.convert_from_file(str(raw))
        peers_gz["idx2numpy"] = lambda: idx2numpy.convert_from_string(
            gzip.decompress(packed.read_bytes())
        )
    return [
        compare("read_idx, 47 MB", lambda: np_data.read_idx(raw), peers_raw, rounds),
        compare("read_idx, gzip", lambda: np_data.read_idx(packed), peers_gz, rounds),
        compare("read_idx, mmap", lambda: np_data.read_idx(raw, mmap=True), {}, rounds),
    ]


def csv_peers(file: Path, columns: list[str]) -> dict[str, Run]:
    """Return what reads the whole file as bytes, each told the type of the columns."""
    peers: dict[str, Run] = {}
    if installed("pandas"):
        import pandas

        peers["pandas"] = lambda: pandas.read_csv(file, dtype=np.uint8)
    if installed("polars"):
        import polars

        schema = dict.fromkeys(columns, polars.UInt8)
        peers["polars"] = lambda: polars.read_csv(file, schema=schema)
        peers["polars, types inferred"] = lambda: polars.read_csv(file)
    if installed("pyarrow"):
        import pyarrow
        import pyarrow.csv

        options = pyarrow.csv.ConvertOptions(column_types=dict.fromkeys(columns, pyarrow.uint8()))
        peers["pyarrow"] = lambda: pyarrow.csv.read_csv(file, convert_options=options)
    return peers


def csv_cases(file: Path, data: np_data.Dataset, rounds: int) -> list[dict[str, Any]]:
    """Read 60 000 lines of 785 numbers; loadtxt once, for it takes long."""
    flat = data.train_images.reshape(60_000, 784)
    columns = ["label", *(f"pixel{i}" for i in range(784))]
    features, labels = np_data.read_csv(file)
    if not ((features == flat).all() and (labels == data.train_labels).all()):
        raise SystemExit("read_csv did not return what write_csv wrote")
    whole = compare(
        "read_csv, 110 MB", lambda: np_data.read_csv(file), csv_peers(file, columns), rounds
    )
    whole["seconds"]["np.loadtxt"] = seconds(
        lambda: np.loadtxt(file, np.uint8, delimiter=",", skiprows=1)
    )
    script = [sys.executable, "-c", PEAK_OF_ITER_CSV, str(file)]
    chunks = compare("iter_csv, 110 MB", lambda: list(map(len, np_data.iter_csv(file))), {}, rounds)
    if sys.platform == "linux":
        growth = subprocess.run(script, check=True, capture_output=True, text=True).stdout
        chunks["memory_growth_mib"] = float(growth)
    written = file.with_name("again.csv")
    write = compare("write_csv", lambda: np_data.write_csv(written, flat, labels), {}, rounds)
    return [whole, chunks, write]


def epoch_cases(data: np_data.Dataset, rounds: int) -> list[dict[str, Any]]:
    """Go through one epoch of batches of 128, plain and augmented."""
    images = np_data.Scale().apply(data.train_images.reshape(-1, 1, 28, 28))
    labels = data.train_labels

    def epoch(**options: Any) -> Run:
        batches = np_data.Batches(images, labels, batch_size=128, seed=0, **options)
        return lambda: sum(len(y) for _, y in batches)

    peers: dict[str, Run] = {}
    if installed("torch"):
        import torch

        tensors = torch.utils.data.TensorDataset(torch.tensor(images), torch.tensor(labels))
        loader = torch.utils.data.DataLoader(tensors, batch_size=128, shuffle=True)
        peers["torch DataLoader"] = lambda: sum(len(y) for _, y in loader)
    rows = [compare("Batches, one epoch", epoch(), peers, rounds)]
    for name in ("random_shift", "random_affine", "elastic", "random_flip", "random_erase"):
        augmented = epoch(transform=np_data.compose(getattr(np_data, name)))
        rows.append(compare(f"Batches with {name}", augmented, {}, rounds))
    return rows


def show(row: dict[str, Any]) -> None:
    times = ", ".join(f"{name} {value * 1e3:.1f} ms" for name, value in row["seconds"].items())
    print(f"{row['case']:<28} {times}")
    if "ratio" in row:
        least, greatest = row["ratio_least"], row["ratio_greatest"]
        print(f"{'':<28} {row['ratio']:.2f}x the fastest peer ({least:.2f} to {greatest:.2f})")
    if "memory_growth_mib" in row:
        print(f"{'':<28} memory grew by {row['memory_growth_mib']:.1f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", type=Path, default=None, metavar="FOLDER")
    parser.add_argument("--json", type=Path, default=None, metavar="PATH")
    args, _ = parser.parse_known_args()  # options of the other benchmarks may stand beside
    with tempfile.TemporaryDirectory() as folder:
        data = np_data.load("mnist", args.data or Path(folder, "mnist"))
        raw, packed, file = (Path(folder, name) for name in ("a.idx", "a.idx.gz", "a.csv"))
        np_data.write_idx(raw, data.train_images)
        np_data.write_idx(packed, data.train_images)
        np_data.write_csv(file, data.train_images, data.train_labels)
        rows = []
        for cases in (
            lambda: idx_cases(raw, packed, args.rounds),
            lambda: csv_cases(file, data, args.rounds),
            lambda: epoch_cases(data, args.rounds),
        ):
            for row in cases():
                show(row)
                rows.append(row)
    if args.json is not None:
        result = {"machine": machine(), "rounds": args.rounds, "rows": rows}
        args.json.write_text(json.dumps(result, indent=2, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
