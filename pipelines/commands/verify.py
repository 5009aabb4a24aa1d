"""Compare results with the committed ones, by computing the recipes again in a fresh clone.

Data, models, histories, metrics and predictions must be equal to the last bit on any machine.
Figures, and the pages that show them, depend on the versions of Matplotlib and FreeType and on the
processor, so a difference there is only reported.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipelines.environment import ROOT
from pipelines.io.console import Console, parser_for, run

LOCKS = ("dvc.lock", "pipelines/flagships/dvc.lock")
QUICK = ("s0_mnist_dnn", "s1_xor")
DRAWN = (".html", "figures")  # how the names of outputs end that Matplotlib draws


def git(*words: str, folder: Path) -> str:
    """Run git and return its output; OSError if it fails."""
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise OSError(f"git {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def outputs(lock: str) -> Iterator[tuple[str, str]]:
    """Yield the path and the hash of every output that the text of a dvc.lock names."""
    content: dict[str, Any] = YAML(typ="safe", pure=True).load(lock) or {}
    for stage in content.get("stages", {}).values():
        for output in stage.get("outs", []):
            yield output["path"], output["md5"]


def compare(clone: Path, computed: str, console: Console) -> None:
    """Compare a clone's computed outputs with its commit; ValueError if numbers differ."""
    equal, numbers, drawn = 0, [], []
    for lock in LOCKS:
        committed = dict(outputs(git("show", f"HEAD:{lock}", folder=clone)))
        for path, md5 in outputs((clone / lock).read_text(encoding="utf-8")):
            if committed.get(path) == md5:
                equal += 1
            elif path.endswith(DRAWN):
                drawn.append(path)
            else:
                numbers.append(path)
    console.say(f"computed {computed} again")
    if numbers:
        raise ValueError("these outputs differ from the committed ones:\n  " + "\n  ".join(numbers))
    console.say(f"{equal} outputs have the bytes of the committed ones, all models among them")
    if drawn:
        console.say(
            f"{len(drawn)} outputs are drawn and differ, as they may with another Matplotlib, "
            "FreeType or processor"
        )


def compute_and_compare(*, quick: bool, flagships: bool, console: Console) -> None:
    """Run the pipeline in a fresh clone and compare its outputs with the commit."""
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
                raise ValueError("the run failed with the message above")
        compare(clone, computed, console)


def main() -> None:
    """Run the command line."""
    parser = parser_for(__doc__, "commands.verify")
    parser.add_argument("--flagships", action="store_true", help="the larger networks as well")
    parser.add_argument("--quick", action="store_true", help=f"only {' and '.join(QUICK)}")
    args = parser.parse_args()
    with Console("verify", quiet=args.quiet) as console:
        compute_and_compare(quick=args.quick, flagships=args.flagships, console=console)


if __name__ == "__main__":
    run(main)
