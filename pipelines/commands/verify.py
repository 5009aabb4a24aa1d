"""Compare results with the committed ones.

Without options the recipes are computed again in a fresh clone. With the arithmetic of the
committed results (any x86-64 processor with AVX2, and the pinned NumPy) every byte of dvc.lock and
reports/ must be equal. Elsewhere bits may differ: then accuracy, F1, log loss and the errors of a
regression are compared within tolerances.

With --models nothing is computed: the model files of this checkout are compared with the committed
SHA-256. So everyone who trained a recipe sees whether every bit is the published one.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.environment import PUBLISHED, ROOT, arithmetic
from pipelines.io.console import Console, parser_for, run
from pipelines.io.files import file_hash
from pipelines.io.places import model_path, results_folder
from pipelines.io.tables import parse_rows
from pipelines.recipes.params import load_params
from pipelines.recipes.schema import Recipe

COMPARED = ("dvc.lock", "pipelines/flagships/dvc.lock", "reports")
QUICK = ("s0_mnist_dnn", "s1_xor")
# How far a metric may move with another arithmetic: as a fraction of itself, or by how much.
TOLERANCES = {
    "_accuracy": (0, 0.005),
    "_f1": (0, 0.005),
    "_log_loss": (0.25, 0.01),
    "_max_error": (0.05, 0),
    "_mse": (0.05, 0),
}


class VerificationError(ValueError):
    """A computed result differs from the committed one."""


def git(*words: str, folder: Path) -> str:
    """Run git and return its output; OSError if it fails."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise OSError(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def metric_changes(clone: Path, changed: list[str]) -> list[str]:
    """Return a line for each metric that moved by more than its tolerance."""
    lines = []
    for name in changed:
        if not name.endswith("metrics.json"):
            continue
        before = json.loads(git("show", f"HEAD:{name}", folder=clone))
        after = json.loads((clone / name).read_text(encoding="utf-8"))
        for key, value in before.items():
            for end, (fraction, difference) in TOLERANCES.items():
                if key.endswith(end) and not math.isclose(
                    after[key], value, rel_tol=fraction, abs_tol=difference
                ):
                    lines.append(f"{name}: {key} was {value:.4g}, is {after[key]:.4g}")
    return lines


def compare(clone: Path, computed: str, console: Console) -> None:
    """Compare a clone's computed files with its commit; VerificationError if they differ."""
    changed = git("diff", "--name-only", "--", *COMPARED, folder=clone).splitlines()
    here = arithmetic()
    console.say(f"computed {computed} again ({here})")
    if not changed:
        console.say(f"every byte of {', '.join(COMPARED)} is equal to the committed one")
    elif here == PUBLISHED:
        raise VerificationError(
            "with the published arithmetic these files differ:\n  " + "\n  ".join(changed)
        )
    else:
        console.say(f"the committed results were computed with {PUBLISHED}")
        if moved := metric_changes(clone, changed):
            raise VerificationError("\n".join(moved))
        kinds = ", ".join(f"*{end}" for end in TOLERANCES)
        console.say(f"bits differ, as they may here; {kinds} are within their tolerances")


def compute_and_compare(*, quick: bool, flagships: bool, console: Console) -> None:
    """Run the pipeline in a fresh clone and compare its files with the commit."""
    if git("status", "--porcelain", folder=ROOT):
        console.say("changes that are not committed are not verified")
    runs = [[*QUICK] if quick else []]
    computed = " and ".join(QUICK) if quick else "the recipes"
    if flagships:
        computed += " and the flagships"
        runs.append(["--flagships"])
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        git("clone", "--quiet", str(ROOT), str(clone), folder=ROOT)
        for words in runs:
            command = [sys.executable, "-m", "pipelines.commands.reproduce", "--force", *words]
            if subprocess.run(command, cwd=clone, check=False).returncode:  # noqa: S603
                raise VerificationError("the run failed with the message above")
        compare(clone, computed, console)


def compare_models(recipes: list[Recipe], console: Console) -> None:
    """Compare the model files of some recipes with the hashes of the committed seeds.csv."""
    different = 0
    for recipe in recipes:
        table = (results_folder(recipe) / "seeds.csv").relative_to(ROOT).as_posix()
        for row in parse_rows(git("show", f"HEAD:{table}", folder=ROOT)):
            path = model_path(recipe, int(row["seed"]))
            found = file_hash(path)
            equal = found == row["model_sha256"]
            verdict = "the published bits" if equal else f"published is {row['model_sha256']}"
            console.say(f"{path.relative_to(ROOT)} {found}: {verdict}")
            different += not equal
    if different:
        raise VerificationError(f"{different} models differ; this machine has {arithmetic()}")


def main() -> None:
    """Run the command line."""
    params = load_params()
    parser = parser_for(__doc__, "commands.verify", names=params.all_recipes)
    parser.add_argument("--flagships", action="store_true", help="the larger networks as well")
    parser.add_argument("--quick", action="store_true", help=f"only {' and '.join(QUICK)}")
    parser.add_argument(
        "--models",
        nargs="*",
        metavar="RECIPE",
        help="only compare model files: of these recipes, or of all that were trained",
    )
    args = parser.parse_args()
    with Console("verify", quiet=args.quiet) as console:
        if args.models is None:
            compute_and_compare(quick=args.quick, flagships=args.flagships, console=console)
            return
        recipes = [params.recipe(name) for name in args.models] or [
            recipe
            for recipe in params.all_recipes.values()
            if model_path(recipe, recipe.all_seeds[0]).exists()
        ]
        compare_models(recipes, console)


if __name__ == "__main__":
    run(main)
