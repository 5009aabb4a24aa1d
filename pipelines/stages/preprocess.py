"""Turn the raw files of one data set into arrays.

Inputs are written as uint8 images ``(n, 1, 28, 28)``, labels as ``(n,)``. Training and test samples
go to separate folders, so training depends on no test sample. The data card in reports/data
holds rows per class, mean and hashes.
"""

import hashlib
from typing import Any

import numpy as np

from pipelines.data.samples import Samples
from pipelines.data.sources import read
from pipelines.io.console import Console, run, stage_arguments
from pipelines.io.files import write_array, write_json
from pipelines.io.places import data_card, processed_folder, raw_folder
from pipelines.recipes.params import load_params


def describe(samples: Samples) -> dict[str, Any]:
    """Return a summary of samples; its sum of integers is exact on every machine."""
    content = samples.inputs.tobytes() + samples.labels.tobytes()
    card: dict[str, Any] = {
        "rows": len(samples.labels),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    if np.issubdtype(samples.labels.dtype, np.integer):
        card["rows_per_class"] = np.bincount(samples.labels).tolist()
    if np.issubdtype(samples.inputs.dtype, np.integer):
        card["mean_input"] = int(samples.inputs.sum(dtype=np.int64)) / samples.inputs.size
    return card


def write(
    console: Console, name: str, train: Samples, test: Samples, class_names: list[str]
) -> None:
    """Write the arrays of a data set, and its data card."""
    card: dict[str, Any] = {"class_names": class_names}
    for split, samples in {"train": train, "test": test}.items():
        for field, array in samples._asdict().items():
            path = processed_folder(name, split) / f"{field}.npy"
            write_array(path, array)
            console.wrote(path)
        card[split] = describe(samples)
    write_json(data_card(name), card)


def main() -> None:
    """Run the stage from the command line."""
    params = load_params()
    args = stage_arguments(__doc__, "preprocess", params.datasets)
    dataset = params.dataset(args.name)
    with Console(f"preprocess@{args.name}", quiet=args.quiet) as console:
        raw = raw_folder(args.name)
        train, test, class_names = read(args.name, dataset, raw)
        console.read(raw, f"{len(train.labels)} training and {len(test.labels)} test rows")
        write(console, args.name, train, test, class_names)


if __name__ == "__main__":
    run(main)
