"""Write what a pull request changes in the committed results, as Markdown for a comment.

    python .github/review.py BASE HEAD > comment.md

Numbers and parameters come from ``dvc metrics diff`` and ``dvc params diff``. Curves come from the
history.csv files that differ. Everything is read from git: no data and no model is needed.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys

COLUMNS = ("val_accuracy", "test_accuracy", "train_accuracy", "val_loss", "train_loss")
POINTS = 30  # of a curve
CHARTS = 6
VISIBLE = 0.002  # smaller differences between curves are not drawn
LONGEST_TABLE = 20_000  # characters; a comment may have 65 536


def run(*command: str) -> str:
    """Return what a command prints."""
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return done.stdout


def section(title: str, body: str, *, rows: int) -> str:
    """Return a part of the comment, folded if it is long."""
    if rows <= 20:
        return f"### {title}\n\n{body}\n"
    return f"<details><summary><b>{title}</b> ({rows} rows)</summary>\n\n{body}\n\n</details>\n"


def table(title: str, command: str, base: str, head: str) -> str:
    """Return the table of `dvc metrics diff` or `dvc params diff`, or nothing."""
    text = run(sys.executable, "-m", "dvc", command, "diff", "--md", base, head).strip()
    text = re.sub(r"-{4,}", "---", re.sub(r" {2,}", " ", text))
    text = text.replace(f" {base} ", " base ").replace(f" {head} ", " head ")
    if text.count("\n") < 2:  # no row below the header
        return ""
    if len(text) > LONGEST_TABLE:
        text = text[: text.rindex("\n", 0, LONGEST_TABLE)]
        text += f"\n\nThe table goes on: `dvc {command} diff {base[:10]} {head[:10]}`."
    return section(title, text, rows=text.count("\n") - 1)


def history(revision: str, path: str) -> list[dict[str, str]]:
    """Return the rows of a history's first seed, or none if the revision lacks the file."""
    try:
        text = run("git", "show", f"{revision}:{path}")
    except subprocess.CalledProcessError:
        return []
    rows = list(csv.DictReader(io.StringIO(text)))
    return [row for row in rows if row.get("seed") == rows[0].get("seed")]


def curve(rows: list[dict[str, str]], column: str, steps: list[float]) -> list[float]:
    """Return the column at the given steps: at each the last value that was measured."""
    points = [(float(row["step"]), float(row[column])) for row in rows if row.get(column)]
    return [next((y for x, y in reversed(points) if x <= step), points[0][1]) for step in steps]


def chart(base: str, head: str, path: str) -> tuple[float, str]:
    """Return the largest difference of the two curves, and their chart."""
    old, new = history(base, path), history(head, path)
    rows = new or old
    column = next(name for name in COLUMNS if rows[0].get(name))
    start, end = float(rows[0]["step"]), float(rows[-1]["step"])
    steps = [start + (end - start) * i / (POINTS - 1) for i in range(POINTS)]
    curves = [curve(part, column, steps) for part in (old, new) if part and part[0].get(column)]
    values = [value for line in curves for value in line]
    difference = 1.0
    if len(curves) == 2:
        difference = max(abs(a - b) for a, b in zip(*curves, strict=True))
    recipe = path.split("/")[-2]
    lines = [
        "```mermaid",
        "xychart-beta",
        f'  title "{recipe}"',
        f'  x-axis "updates" {start:g} --> {end:g}',
        f'  y-axis "{column}" {min(values):.4g} --> {max(values) or 1:.4g}',
        *(f"  line [{', '.join(f'{value:.4g}' for value in line)}]" for line in curves),
        "```",
    ]
    return difference, "\n".join(lines)


def curves(base: str, head: str) -> str:
    """Return charts of the histories that differ most, the base's curve first."""
    listed = run("git", "diff", "--name-only", base, head, "--", "reports/**/history.csv")
    charts = sorted((chart(base, head, path) for path in listed.split()), reverse=True)
    shown = [text for difference, text in charts[:CHARTS] if difference >= VISIBLE]
    if not charts:
        return ""
    note = f"{len(charts)} histories differ, {len(shown)} are drawn: first the curve of the base, "
    note += "then the curve of this pull request."
    return section("Curves", "\n\n".join([note, *shown]), rows=0)


def main(base: str, head: str) -> str:
    """Return the comment."""
    parts = [
        table("Results", "metrics", base, head),
        table("Parameters", "params", base, head),
        curves(base, head),
    ]
    body = "\n".join(part for part in parts if part) or "No committed result changes.\n"
    return f"## Results of `{head[:10]}` against `{base[:10]}`\n\n{body}"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(main(*sys.argv[1:]))
