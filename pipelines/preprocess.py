"""Turn one downloaded data set into arrays: images `(n, 1, 28, 28)` uint8 and class ids `(n,)`.

Training and test rows go to separate folders, so that the training stages depend on no test row.
What was found (rows per class, mean, hashes) goes to reports/data.
"""

from __future__ import annotations

import hashlib
from typing import Any

import np_data
import numpy as np

from pipelines._env import ROOT
from pipelines.config import load_params
from pipelines.console import Console, arguments, run
from pipelines.files import replaced, write_json
from pipelines.prepare import Part, processed


def describe(part: Part) -> dict[str, Any]:
    """Return what a reader wants to know of a part; exact, so equal on every machine."""
    total = int(part.images.sum(dtype=np.int64))
    return {
        "rows": len(part.labels),
        "rows_per_class": np.bincount(part.labels).tolist(),
        "mean_pixel": total / max(part.images.size, 1),
        "sha256": hashlib.sha256(part.images.tobytes() + part.labels.tobytes()).hexdigest(),
    }


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "preprocess", "dataset", "a key of datasets: in params.yaml")
    dataset = load_params().dataset(args.dataset)
    with Console(f"preprocess@{args.dataset}", quiet=args.quiet) as console:
        raw = ROOT / "data" / "raw" / args.dataset
        data = np_data.load(dataset.fetch, raw)
        console.read(raw, f"{len(data.train_labels)} training and {len(data.test_labels)} test rows")
        found: dict[str, Any] = {"title": dataset.title, "class_names": list(data.class_names)}
        for name, images, labels in (
            ("train", data.train_images, data.train_labels),
            ("test", data.test_images, data.test_labels),
        ):
            part = Part(images[:, np.newaxis], labels)
            for kind, array in part._asdict().items():
                path = processed(args.dataset, name) / f"{kind}.npy"
                with replaced(path) as temporary:
                    np.save(temporary, array, allow_pickle=False)
                console.wrote(path)
            found[name] = describe(part)
        write_json(ROOT / "reports" / "data" / f"{args.dataset}.json", found)


if __name__ == "__main__":
    run(main)
