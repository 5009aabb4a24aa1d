"""Download one data set into data/raw.

A file is accepted only if its arrays have the expected SHA-256. It is kept in a cache of the user,
so a second clone downloads nothing.
"""

from pipelines.data.sources import fetch
from pipelines.io.console import Console, run, stage_arguments
from pipelines.io.places import raw_folder
from pipelines.recipes.params import load_params


def main() -> None:
    """Run the stage from the command line."""
    params = load_params()
    args = stage_arguments(__doc__, "download", params.datasets)
    dataset = params.dataset(args.name)
    with Console(f"download@{args.name}", quiet=args.quiet) as console:
        folder = raw_folder(args.name)
        fetch(args.name, dataset, folder, progress=not args.quiet)
        for path in sorted(folder.iterdir()):
            console.wrote(path)


if __name__ == "__main__":
    run(main)
