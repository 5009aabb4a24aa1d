"""Turn the files of a data set of your own into arrays.

The files are at the ``path`` of an entry in params.yaml's own_datasets. The stage writes the same
arrays as ``preprocess`` does for other data sets.
"""

from pipelines.environment import ROOT
from pipelines.io.console import Console, run, stage_arguments
from pipelines.own.read import read_own
from pipelines.recipes.params import known_name, load_params
from pipelines.stages.preprocess import write


def main() -> None:
    """Run the stage from the command line."""
    datasets = load_params().own_datasets
    args = stage_arguments(__doc__, "preprocess_own", datasets)
    dataset = datasets[known_name("data set of your own", args.name, datasets)]
    with Console(f"preprocess_own@{args.name}", quiet=args.quiet) as console:
        train, test, class_names = read_own(args.name, dataset)
        console.read(
            ROOT / dataset.path, f"{len(train.labels)} training and {len(test.labels)} test rows"
        )
        write(console, args.name, train, test, class_names)


if __name__ == "__main__":
    run(main)
