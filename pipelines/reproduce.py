"""Run the whole pipeline, independent recipes side by side.

`dvc repro` runs one stage after the other. This command lets as many recipes train at a time as
there are cores, each on a core of its own: the first of the file first, so that there is soon
something to look at, then the longest; the shortest share one call of DVC, which takes longer to
start than they to train. What is up to date is left alone, as with `dvc repro`.
With --flagships the larger networks are trained, which `dvc repro` leaves alone.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from np_layers.kernels.threads import thread_count
from pipelines.mend import mend
from pipelines.shared._env import ROOT
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, parser_for, run
from pipelines.shared.parts import load_part
from pipelines.shared.recipe import ConfigError, Recipe
from pipelines.training.model import build_network

# In operations of a matrix product, measured: what a value costs that goes from layer to layer, a
# step of augmentation for an image, and starting and ending the three stages of a recipe.
VALUE, AUGMENT, START = 200, 5 * 10**6, 4 * 10**11
FLAGSHIPS = "pipelines/flagships/dvc.yaml:"  # where DVC finds their stages


class StageError(ValueError):
    """A stage ended with an error, which it has said itself."""


def dvc(*words: str, console: Console) -> None:
    """Run one dvc command in this checkout; StageError where it fails."""
    command = [sys.executable, "-m", "dvc", "--wait-for-lock", *words]
    if console.quiet:
        command.append("--quiet")
    if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603
        raise StageError(f"`dvc {' '.join(words)}` failed; what it says is above")


def without_git(console: Console) -> None:
    """Let DVC work in a folder that was unpacked rather than cloned."""
    if not (ROOT / ".git").exists():
        dvc("config", "--local", "core.no_scm", "true", console=console)


def effort(recipe: Recipe) -> int:
    """Estimate the operations of a recipe's training, and what starting its stages costs."""
    part = load_part(recipe.dataset, "train")
    network = build_network(recipe, part.inputs.shape[1:], recipe.all_seeds[0])
    rows = (recipe.iterations or 0) * recipe.batch_size or (recipe.epochs or 0) * len(part.labels)
    values = sum(math.prod(shape) for shape in network.shapes.values())
    each = network.flops + VALUE * values + AUGMENT * len(recipe.augment)
    return len(recipe.all_seeds) * rows * each + START


def in_groups(efforts: dict[str, int]) -> list[list[str]]:
    """Return the first recipe, then the others by effort, those of less than 2 % as one group."""
    first, *others = efforts
    least = sum(efforts.values()) / 50
    groups = [[name] for name in others if efforts[name] >= least]
    groups.append([name for name in others if efforts[name] < least])
    groups.sort(key=lambda group: sum(efforts[name] for name in group), reverse=True)
    return [[first], *(group for group in groups if group)]


class Progress:
    """How much of the work is done, and so how long the rest may take."""

    def __init__(self, efforts: dict[str, int], jobs: int, console: Console) -> None:
        self.efforts, self.jobs, self.console = efforts, jobs, console
        self.done: set[str] = set()
        self.worked = 0.0  # seconds of all jobs that led to what is done
        self.start = time.monotonic()

    def ready(self, names: list[str], seconds: float) -> None:
        """Say that recipes are ready, which took a job so long, and what that says of the others.

        What other jobs have begun is not done, but the time is spent as well.
        """
        self.done |= set(names)
        self.worked += seconds
        share = sum(self.efforts[name] for name in self.done) / sum(self.efforts.values())
        left = self.worked / share / self.jobs - (time.monotonic() - self.start)
        about = "" if share == 1 else f", about {max(left, 0) / 60:.1f} minutes left"
        count = f"{len(self.done)} of {len(self.efforts)}{about}"
        for name in names:
            self.console.say(f"{name} is ready, see reports/{name} ({count})")


def recipe_stages(
    names: list[str], *, file: str, force: tuple[str, ...], progress: Progress, console: Console
) -> None:
    """Train, evaluate and plot some recipes, whose stages are in the DVC file `file`."""
    stages = [f"{file}{stage}@{name}" for name in names for stage in ("train", "evaluate", "plot")]
    start = time.monotonic()
    dvc("repro", *force, "--single-item", *stages, console=console)
    progress.ready(names, time.monotonic() - start)


def main() -> None:
    """Run the command line."""
    cores = thread_count()
    parser = parser_for(__doc__, "reproduce")
    parser.add_argument(
        "recipes", nargs="*", help="only these recipes (default: all, and the report)"
    )
    parser.add_argument(
        "--flagships", action="store_true", help="the larger networks, instead of the recipes"
    )
    parser.add_argument("--force", action="store_true", help="compute what is up to date as well")
    parser.add_argument(
        "--jobs",
        type=int,
        choices=range(1, cores + 1),
        default=cores,
        help="recipes that train at a time (default: the number of cores, %(default)s here)",
    )
    args = parser.parse_args()
    with Console("reproduce", quiet=args.quiet) as console:
        params = load_params()
        every = params.flagships if args.flagships else params.recipes
        names = args.recipes or list(every)
        if unknown := set(names) - every.keys():
            raise ConfigError(f"must be among {', '.join(every)}; got {', '.join(sorted(unknown))}")
        without_git(console)
        os.environ["NP_LAYERS_THREADS"] = str(cores // args.jobs)  # for the stages
        mend(console)
        force = ("--force",) if args.force else ()
        datasets = dict.fromkeys(every[name].dataset for name in names)
        dvc("repro", *force, *(f"preprocess@{name}" for name in datasets), console=console)
        efforts = {name: effort(every[name]) for name in names}
        one = partial(
            recipe_stages,
            file=FLAGSHIPS if args.flagships else "",
            force=force,
            progress=Progress(efforts, args.jobs, console),
            console=console,
        )
        with ThreadPoolExecutor(args.jobs) as pool:
            for _ in pool.map(one, in_groups(efforts)):
                pass
        if not args.recipes:
            report = f"{FLAGSHIPS}report" if args.flagships else "report"
            dvc("repro", *force, "--single-item", report, console=console)
            console.say(f"open reports/{'flagships' if args.flagships else 'report'}.html")


if __name__ == "__main__":
    run(main)
