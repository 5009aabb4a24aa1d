"""Count how many pictures of handwriting are read right.

    python benchmarks/photographs.py FOLDER [--model PATH] [--show]

FOLDER holds pictures and ``labels.json``, which maps the path of each picture below the folder to
its digit, or to its digits from left to right, such as ``"2026"``. Three counts are printed for
each subfolder: the pictures that are read right, those with a digit that is "not sure", and those
that are read wrong though the answer is sure and above 90 %. ``--show`` also lists the pictures
that are read wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.commands.predict import Classifier, classify, default_model, describe  # noqa: E402
from pipelines.io.console import Console  # noqa: E402
from pipelines.recipes.params import load_params  # noqa: E402


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, help="default: the one that predict takes")
    parser.add_argument("--show", action="store_true", help="list the pictures that are wrong")
    options = parser.parse_args()
    labels = json.loads((options.folder / "labels.json").read_text(encoding="utf-8"))
    console = Console("photographs", quiet=True)
    classifier = Classifier(options.model or default_model(), load_params())
    classifier.calibrate(console)
    results = classify([options.folder / name for name in labels], classifier, "digit", console)
    counts: dict[str, Counter[str]] = {}
    for (name, label), result in zip(labels.items(), results, strict=True):
        digits = result.get("digits", [])
        right = "".join(digit["class"] for digit in digits) == str(label)
        sure = all(digit["sure"] for digit in digits)
        confident = sure and all(digit["confidence"] > 0.9 for digit in digits)
        counts.setdefault(str(Path(name).parent), Counter()).update(
            total=1, right=right, unsure=not sure, wrong=bool(digits) and confident and not right
        )
        if options.show and not right:
            print(f"  {label}: {result.get('error') or describe(result)}")
    for kind, count in counts.items():
        print(
            f"{kind}: {count['right']} of {count['total']} right, {count['unsure']} not sure, "
            f"{count['wrong']} wrong above 90 %"
        )


if __name__ == "__main__":
    main()
