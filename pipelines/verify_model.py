"""Compare the model files of this checkout with the published ones, by SHA-256.

The published hashes are those in the committed reports. A student who trained a recipe sees at once
whether every bit is the book's.
"""

from __future__ import annotations

import hashlib
import json

from pipelines.shared._env import ROOT, arithmetic
from pipelines.shared.config import load_params
from pipelines.shared.console import Console, parser_for, run
from pipelines.shared.parts import model_path
from pipelines.verify import VerificationError, git


def published(name: str) -> list[str]:
    """Return the committed hashes of a recipe's models, in the order of its seeds."""
    metrics = json.loads(git("show", f"HEAD:reports/{name}/metrics.json", folder=ROOT))
    return list(metrics.get("weights_sha256_per_seed", [metrics["weights_sha256"]]))


def main() -> None:
    """Run the command line."""
    parser = parser_for(__doc__, "verify_model")
    parser.add_argument("recipes", nargs="*", help="default: all whose models are here")
    args = parser.parse_args()
    params = load_params()
    with Console("verify_model", quiet=args.quiet) as console:
        different = 0
        for name in args.recipes or params.all_recipes:
            recipe = params.recipe(name)
            paths = [model_path(name, recipe, seed) for seed in recipe.all_seeds]
            if not (args.recipes or paths[0].exists()):
                continue
            for path, expected in zip(paths, published(name), strict=True):
                found = hashlib.sha256(path.read_bytes()).hexdigest()
                verdict = "the published bits" if found == expected else f"published is {expected}"
                console.say(f"{path.relative_to(ROOT)} {found}: {verdict}")
                different += found != expected
        if different:
            raise VerificationError(f"{different} models differ; this machine has {arithmetic()}")


if __name__ == "__main__":
    run(main)
