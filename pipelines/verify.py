"""Compute everything anew in a fresh clone and compare it with the committed results.

On the arithmetic that the results were made with (any x86-64 with AVX2 and the pinned NumPy) every
byte of dvc.lock and reports/ must be equal. Elsewhere bits may differ: then the command says on
what it ran, and compares the metrics within a tolerance.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from pipelines.shared._env import PUBLISHED, ROOT, arithmetic
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, parser_for, run

COMPARED = ("dvc.lock", "pipelines/flagships/dvc.lock", "reports")
QUICK = ("s0_mnist_dnn", "s1_xor")
TOLERANCE = 0.005  # of an accuracy or an F1, where the arithmetic is another


class VerificationError(ValueError):
    """A recomputed result is not the committed one."""


def git(*words: str, folder: Path) -> str:
    """Run git and return what it prints; OSError where it fails."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise OSError(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def metric_changes(clone: Path, changed: list[str]) -> list[str]:
    """Return a line for each accuracy or F1 that moved by more than the tolerance."""
    lines = []
    for name in changed:
        if not name.endswith("metrics.json"):
            continue
        before = json.loads(git("show", f"HEAD:{name}", folder=clone))
        after = json.loads((clone / name).read_text(encoding="utf-8"))
        for key, value in before.items():
            if key.endswith(("_accuracy", "_f1")) and abs(after[key] - value) > TOLERANCE:
                lines.append(f"{name}: {key} was {value:.4f}, is {after[key]:.4f}")
    return lines


def compare(clone: Path, console: Console) -> None:
    """Compare the recomputed files with the committed ones; VerificationError where they differ."""
    changed = git("diff", "--name-only", "--", *COMPARED, folder=clone).splitlines()
    here = arithmetic()
    if not changed:
        console.say(f"every byte of {', '.join(COMPARED)} is the committed one ({here})")
    elif here == PUBLISHED:
        raise VerificationError(
            f"with the published arithmetic ({here}) these files came out differently:\n  "
            + "\n  ".join(changed)
        )
    else:
        console.say(f"this machine computes with {here}, the results with {PUBLISHED}")
        if moved := metric_changes(clone, changed):
            raise VerificationError("\n".join(moved))
        console.say(f"bits differ, as they may here; every metric is within {TOLERANCE}")


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
        if args.flagships:
            runs.append(["--force", "--flagships"])
        for words in runs:
            command = [sys.executable, "-m", "pipelines.reproduce", *words]
            if subprocess.run(command, cwd=clone, check=False).returncode:  # noqa: S603
                raise VerificationError("the run failed; what it says is above")
        compare(clone, console)


if __name__ == "__main__":
    run(main)
