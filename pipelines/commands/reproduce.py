"""Run the whole pipeline, several recipes at the same time.

``dvc repro`` runs one stage after another. This command trains as many recipes at a time as there
are cores, each on a core of its own, in the order of params.yaml. What is up to date is left alone,
as with ``dvc repro``. --flagships trains the larger networks, which ``dvc repro`` leaves out.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipelines.environment import ROOT
from pipelines.io.console import Console, parser_for, run
from pipelines.recipes.params import known_name, load_params

FLAGSHIPS = "pipelines/flagships/dvc.yaml:"  # where DVC finds their stages


def dvc(*words: str, console: Console) -> None:
    """Run one dvc command in this checkout; ValueError if it fails."""
    command = [sys.executable, "-m", "dvc", "--wait-for-lock", *words]
    if console.quiet:
        command.append("--quiet")
    # The stages call `python`, which must be this one.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = os.environ | {"PATH": path}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:  # noqa: S603
        raise ValueError(
            f"`dvc {' '.join(words)}` failed with the message above; if dvc.lock is damaged, "
            "`git checkout dvc.lock` restores it"
        )


def work_without_git(console: Console) -> None:
    """Let DVC work in a folder that was unpacked and not cloned."""
    if not (ROOT / ".git").exists():
        dvc("config", "--local", "core.no_scm", "true", console=console)


def core_count() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_recipes(
    names: list[str], *, prefix: str, force: list[str], jobs: int, console: Console
) -> None:
    """Train, evaluate and plot recipes, ``jobs`` of them at a time; stop at the first error."""
    section = "flagships" if prefix else "recipes"

    def run_one(name: str) -> str:
        stages = [f"{prefix}{stage}@{name}" for stage in ("train", "evaluate", "plot")]
        dvc("repro", *force, "--single-item", *stages, console=console)
        return name

    with ThreadPoolExecutor(jobs) as pool:
        for done, name in enumerate(pool.map(run_one, names), start=1):
            console.say(f"reports/{section}/{name} is ready ({done} of {len(names)})")


def main() -> None:
    """Run the command line."""
    params = load_params()
    cores = core_count()
    parser = parser_for(__doc__, "commands.reproduce", names=params.all_recipes)
    parser.add_argument("recipes", nargs="*", help="only these (default: all, and the report)")
    parser.add_argument(
        "--flagships", action="store_true", help="the larger networks, instead of the recipes"
    )
    parser.add_argument("--force", action="store_true", help="run what is up to date as well")
    parser.add_argument(
        "--jobs",
        type=int,
        choices=range(1, cores + 1),
        default=cores,
        help="recipes that train at a time (default: the number of cores, %(default)s here)",
    )
    args = parser.parse_args()
    with Console("reproduce", quiet=args.quiet) as console:
        every = params.flagships if args.flagships else params.recipes
        kind = "flagship" if args.flagships else "recipe"
        names = [known_name(kind, name, every) for name in args.recipes or every]
        work_without_git(console)
        threads = str(cores // args.jobs)  # of each stage; the number changes no result
        os.environ |= {"OPENBLAS_NUM_THREADS": "1", "NP_LAYERS_THREADS": threads}
        prefix, force = FLAGSHIPS if args.flagships else "", ["--force"] * args.force
        datasets = dict.fromkeys(every[name].dataset for name in names)
        stages = [
            f"preprocess{'_own' if name in params.own_datasets else ''}@{name}" for name in datasets
        ]
        dvc("repro", *force, "plugins", *stages, console=console)
        run_recipes(names, prefix=prefix, force=force, jobs=args.jobs, console=console)
        if not args.recipes:
            dvc("repro", *force, "--single-item", f"{prefix}report", console=console)
            console.say(f"open reports/{'flagships' if args.flagships else 'report'}.html")


if __name__ == "__main__":
    run(main)
