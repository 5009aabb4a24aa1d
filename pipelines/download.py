"""Bring one data set into data/raw, from whichever source answers first.

What is fetched is trusted by the SHA-256 of its arrays alone, and kept in a cache of the user, so
that a second clone downloads nothing.
"""

from __future__ import annotations

from pipelines.shared._env import ROOT
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, arguments, run
from pipelines.shared.datasets import obtain


def main() -> None:
    """Run the stage from the command line."""
    args = arguments(__doc__, "download", "dataset", "a key of datasets: in params.yaml")
    dataset = load_params().dataset(args.dataset)
    with Console(f"download@{args.dataset}", quiet=args.quiet) as console:
        folder = ROOT / "data" / "raw" / args.dataset
        obtain(args.dataset, dataset, folder, progress=not args.quiet)
        for path in sorted(folder.iterdir()):
            console.wrote(path)


if __name__ == "__main__":
    run(main)
