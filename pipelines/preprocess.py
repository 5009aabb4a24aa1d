"""Turn one raw data set into arrays: inputs, images as `(n, 1, 28, 28)` uint8, and labels `(n,)`.

Training and test rows go to separate folders, so that the training stages depend on no test row.
What was found (rows per class, mean, hashes) goes to reports/data.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from pipelines.shared._env import ROOT
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, arguments, run
from pipelines.shared.datasets import read
from pipelines.shared.files import write_array, write_json
from pipelines.shared.parts import Part, processed


def describe(part: Part) -> dict[str, Any]:
    """Return what a reader wants to know of a part; integer sums, so equal on every machine."""
    found: dict[str, Any] = {
        "rows": len(part.labels),
        "sha256": hashlib.sha256(part.inputs.tobytes() + part.labels.tobytes()).hexdigest(),
    }
    if np.issubdtype(part.labels.dtype, np.integer):
        found["rows_per_class"] = np.bincount(part.labels).tolist()
    if np.issubdtype(part.inputs.dtype, np.integer):
        found["mean_input"] = int(part.inputs.sum(dtype=np.int64)) / part.inputs.size
    return found


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "preprocess", "dataset", "a key of datasets: in params.yaml")
    dataset = load_params().dataset(args.dataset)
    with Console(f"preprocess@{args.dataset}", quiet=args.quiet) as console:
        raw = ROOT / "data" / "raw" / args.dataset
        train, test, class_names = read(args.dataset, dataset, raw)
        console.read(raw, f"{len(train.labels)} training and {len(test.labels)} test rows")
        found: dict[str, Any] = {"title": dataset.title, "class_names": class_names}
        for name, part in {"train": train, "test": test}.items():
            for kind, array in part._asdict().items():
                path = processed(args.dataset, name) / f"{kind}.npy"
                write_array(path, array)
                console.wrote(path)
            found[name] = describe(part)
        write_json(ROOT / "reports" / "data" / f"{args.dataset}.json", found)


if __name__ == "__main__":
    run(main)
