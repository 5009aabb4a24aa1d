"""Compute the recipes anew in a fresh clone and compare them with the committed results.

On the arithmetic that the results were made with (any x86-64 with AVX2 and the pinned NumPy) every
byte of dvc.lock and reports/ must be equal. Elsewhere bits may differ: then the command says on
what it ran, and compares accuracy, F1, log loss and the errors of a regression within tolerances.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.shared._env import PUBLISHED, ROOT, arithmetic
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, parser_for, run

COMPARED = ("dvc.lock", "pipelines/flagships/dvc.lock", "reports")
QUICK = ("s0_mnist_dnn", "s1_xor")
# How far a metric may move where the arithmetic is another: as a share of itself, or by how much.
TOLERANCES = {
    "_accuracy": (0, 0.005),
    "_f1": (0, 0.005),
    "_log_loss": (0.25, 0.01),
    "_max_error": (0.05, 0),
    "_mse": (0.05, 0),
}


class VerificationError(ValueError):
    """A recomputed result is not the committed one."""


def git(*words: str, folder: Path) -> str:
    """Run git and return what it prints; OSError where it fails."""
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
            for end, (share, most) in TOLERANCES.items():
                if not key.endswith(end):
                    continue
                if not math.isclose(after[key], value, rel_tol=share, abs_tol=most):
                    lines.append(f"{name}: {key} was {value:.4g}, is {after[key]:.4g}")
    return lines


def compare(clone: Path, what: str, console: Console) -> None:
    """Compare what `what` wrote with what is committed; VerificationError where it differs."""
    changed = git("diff", "--name-only", "--", *COMPARED, folder=clone).splitlines()
    here = arithmetic()
    console.say(f"computed {what} anew ({here})")
    if not changed:
        console.say(f"every byte of {', '.join(COMPARED)} is still the committed one")
    elif here == PUBLISHED:
        raise VerificationError(
            "with the published arithmetic these files came out differently:\n  "
            + "\n  ".join(changed)
        )
    else:
        console.say(f"the committed results were computed with {PUBLISHED}")
        if moved := metric_changes(clone, changed):
            raise VerificationError("\n".join(moved))
        kinds = ", ".join(f"*{end}" for end in TOLERANCES)
        console.say(f"bits differ, as they may here; {kinds} are within their tolerances")


def main() -> None:
    """Run the command line."""
    parser = parser_for(__doc__, "verify")
    parser.add_argument("--flagships", action="store_true", help="the larger networks as well")
    parser.add_argument("--quick", action="store_true", help=f"only {' and '.join(QUICK)}")
    args = parser.parse_args()
    with Console("verify", quiet=args.quiet) as console, tempfile.TemporaryDirectory() as folder:
        load_params()
        if git("status", "--porcelain", folder=ROOT):
            console.say("changes that are not committed are not verified")
        clone = Path(folder) / "clone"
        git("clone", "--quiet", str(ROOT), str(clone), folder=ROOT)
        runs = [["--force", *(QUICK if args.quick else ())]]
        what = " and ".join(QUICK) if args.quick else "the recipes"
        if args.flagships:
            what += " and the flagships"
            runs.append(["--force", "--flagships"])
        for words in runs:
            command = [sys.executable, "-m", "pipelines.reproduce", *words]
            if subprocess.run(command, cwd=clone, check=False).returncode:  # noqa: S603
                raise VerificationError("the run failed; what it says is above")
        compare(clone, what, console)


if __name__ == "__main__":
    run(main)
