"""Run the whole pipeline, independent recipes side by side.

`dvc repro` runs one stage after the other. A training uses one core, so this command lets as many
recipes train at a time as there are cores: the first of params.yaml first, so that there is soon
something to look at, then the longest. What is up to date is left alone, as with `dvc repro`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from pipelines.shared._env import ROOT
from pipelines.shared.config import Recipe, load_params
from pipelines.shared.console import Console, parser_for, run
from pipelines.shared.prepare import load_part
from pipelines.training.model import build_network


class StageError(ValueError):
    """A stage ended with an error, which it has said itself."""


def dvc(*words: str, console: Console) -> None:
    """Run one dvc command in this checkout; StageError where it fails."""
    command = [sys.executable, "-m", "dvc", "--wait-for-lock", *words]
    if console.quiet:
        command.append("--quiet")
    if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603
        raise StageError(f"`dvc {' '.join(words)}` failed; what it says is above")


def without_git() -> None:
    """Let DVC work in a folder that was unpacked rather than cloned."""
    if not (ROOT / ".git").exists():
        (ROOT / ".dvc" / "config.local").write_text("[core]\n    no_scm = true\n", encoding="utf-8")


def effort(name: str, recipe: Recipe) -> int:
    """Estimate the floating-point operations of a recipe's training."""
    part = load_part(recipe.dataset, "train")
    network = build_network(name, recipe, part.inputs.shape[1:], recipe.all_seeds[0])
    rows = (recipe.iterations or 0) * recipe.batch_size or (recipe.epochs or 0) * len(part.labels)
    return len(recipe.all_seeds) * rows * network.flops


def recipe_stages(name: str, *, force: tuple[str, ...], console: Console) -> None:
    """Train, evaluate and plot one recipe."""
    stages = [f"{stage}@{name}" for stage in ("train", "evaluate", "plot")]
    dvc("repro", *force, "--single-item", *stages, console=console)
    console.say(f"{name} is ready, see reports/{name}")


def main() -> None:
    """Run the command line."""
    parser = parser_for(__doc__, "reproduce")
    parser.add_argument(
        "recipes", nargs="*", help="only these recipes (default: all, and the report)"
    )
    parser.add_argument("--force", action="store_true", help="compute what is up to date as well")
    parser.add_argument(
        "--jobs",
        type=int,
        default=len(os.sched_getaffinity(0)),
        help="recipes that train at a time (default: the number of cores, %(default)s here)",
    )
    args = parser.parse_args()
    with Console("reproduce", quiet=args.quiet) as console:
        params = load_params()
        names = args.recipes or list(params.recipes)
        datasets = dict.fromkeys(params.recipe(name).dataset for name in names)
        without_git()
        force = ("--force",) if args.force else ()
        dvc("repro", *force, *(f"preprocess@{name}" for name in datasets), console=console)
        if not args.recipes:
            first, *others = names
            others.sort(key=lambda name: effort(name, params.recipe(name)), reverse=True)
            names = [first, *others]
        one = partial(recipe_stages, force=force, console=console)
        with ThreadPoolExecutor(args.jobs) as pool:
            for _ in pool.map(one, names):
                pass
        if not args.recipes:
            dvc("repro", *force, "--single-item", "report", console=console)
            console.say("open reports/report.html")


if __name__ == "__main__":
    run(main)
