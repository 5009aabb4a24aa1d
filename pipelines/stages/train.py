"""Train the network of one recipe and write the model and its history.

A killed training continues where it was: run the command, or ``dvc repro``, again. The bits of the
result are the same as without the interruption. The history grows after every epoch.
"""

import np_layers
from pipelines.data.samples import load_samples
from pipelines.data.transforms import save_transforms
from pipelines.io.console import Console, run, stage_arguments
from pipelines.io.files import file_hash, remove_others
from pipelines.io.places import model_path, processed_folder, results_folder
from pipelines.io.tables import write_table
from pipelines.recipes.params import load_params
from pipelines.training.checkpoint import Checkpoint, fingerprint
from pipelines.training.loop import Training
from pipelines.training.statistics import Row


def main() -> None:
    """Run the stage from the command line."""
    params = load_params()
    args = stage_arguments(__doc__, "train", params.all_recipes)
    recipe = params.recipe(args.name)
    with Console(f"train@{recipe.name}", quiet=args.quiet) as console:
        samples = load_samples(recipe.dataset, "train")
        folder = processed_folder(recipe.dataset, "train")
        console.read(folder, f"{len(samples.labels)} rows")
        key = fingerprint(recipe, folder)
        tables = {name: results_folder(recipe) / f"{name}.csv" for name in ("history", "layers")}
        history: list[Row] = []
        layers: list[Row] = []
        checkpoints, written = [], []

        def watch(rows: list[Row]) -> None:
            write_table(tables["history"], history + rows)

        for seed in recipe.all_seeds:
            checkpoint = Checkpoint(f"{recipe.name}.{seed}", key, console.say)
            training = Training(recipe, seed, samples)
            training.run(checkpoint, console, watch)
            history += training.history
            layers += training.layers
            checkpoints.append(checkpoint)
            model = model_path(recipe, seed)
            model.parent.mkdir(parents=True, exist_ok=True)
            np_layers.save(training.network, model)
            console.wrote(model)
            console.say(f"SHA-256 of the model {file_hash(model)}")
            save_transforms(training.transforms, model.with_suffix(".json"))
            written += [model, model.with_suffix(".json")]
        remove_others(model.parent, keep=written)
        for name, rows in {"history": history, "layers": layers}.items():
            write_table(tables[name], rows)
            console.wrote(tables[name])
        for checkpoint in checkpoints:
            checkpoint.discard()


if __name__ == "__main__":
    run(main)
