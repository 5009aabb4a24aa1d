"""Count how many pictures of handwriting are read right.

    python benchmarks/photographs.py FOLDER [--model PATH] [--show]

FOLDER holds pictures and ``labels.json``, which maps the path of each picture below the folder to
its digit, or to its digits from left to right, such as ``"2026"``. The counts are printed for each
subfolder. ``--show`` also lists the pictures that are read wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from pipelines.commands.predict import Classifier, classify, default_model  # noqa: E402
from pipelines.recipes.params import load_params  # noqa: E402
from pipelines.io.console import Console  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, help="default: the one that predict takes")
    parser.add_argument("--show", action="store_true", help="list the pictures that are wrong")
    options = parser.parse_args()
    labels = json.loads((options.folder / "labels.json").read_text(encoding="utf-8"))
    classifier = Classifier(options.model or default_model(), load_params())
    right: dict[str, int] = defaultdict(int)
    total: dict[str, int] = defaultdict(int)
    with Console("photographs", quiet=True) as console:
        for name, label in labels.items():
            (result,) = classify([options.folder / name], classifier, "auto-digit", console)
            read = result.get("class", "refused")
            kind = str(Path(name).parent)
            total[kind] += 1
            right[kind] += read == str(label)
            if options.show and read != str(label):
                print(f"  {name}: {label}, read {read} {result.get('confidence', 0):.0%} {result.get('error', '')[-60:]}")
    for kind, count in total.items():
        print(f"{kind}: {right[kind]} of {count}")


if __name__ == "__main__":
    main()
