"""Draw docs/published.png from the committed results: printed, trained here, corrected.

Run it with ``python docs/published.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

from matplotlib.figure import Figure

ROOT = Path(__file__).resolve().parents[1]
PRINTED, HERE, CORRECTED, GREY = "#d55e00", "#0072b2", "#009e73", "#767676"

# What is shown, the printed figure, the recipe, and the recipe that corrects it.
ROWS = (
    ("S1 · Fashion-MNIST, dense", 0.8781, "s1_fashion_dnn", None),
    ("S2 · first convolution", None, "s2_conv_net", "s2_conv_net_corrected"),
    ("S3 · learning rate 500", None, "s3_full_batch", "s3_corrected"),
    ("S4 · batch 8, 100 steps, 128 units", 0.0982, "s4_b8_i100_h128", None),
    ("S4 · batch 128, 256 units", 0.9365, "s4_b128_i10000_h256", "s4_corrected"),
    ("S4 · batch 128, 512 units", 0.9492, "s4_b128_i10000_h512", "s4_corrected"),
    ("S4 · batch 256, 256 units", 0.9634, "s4_b256_i10000_h256_again", "s4_corrected"),
    ("S4 · batch 256, 512 units", 0.9455, "s4_b256_i10000_h512", "s4_corrected"),
    ("S4 · batch 512, 256 units", 0.5874, "s4_b512_i10000_h256", "s4_corrected"),
    ("S4 · batch 512, 512 units", 0.5522, "s4_b512_i10000_h512", "s4_corrected"),
)


def accuracy(recipe: str) -> float:
    """Return the test accuracy of a recipe's committed run."""
    path = ROOT / "reports" / "recipes" / recipe / "metrics.json"
    return float(json.loads(path.read_text(encoding="utf-8"))["test_accuracy"])


def draw() -> Figure:
    """Draw one row for each network: a line joins the printed figure with ours."""
    figure = Figure(figsize=(8.4, 4.6), layout="constrained")
    axes = figure.subplots()
    for y, (_, printed, recipe, corrected) in enumerate(ROWS):
        ours = accuracy(recipe)
        if printed is not None:
            axes.plot([printed, ours], [y, y], color=GREY, linewidth=1, zorder=1)
            axes.plot(printed, y, "D", color="white", markeredgecolor=PRINTED,
                      markeredgewidth=1.8, markersize=8, label="printed")  # fmt: skip
        axes.plot(ours, y, "o", color=HERE, markersize=8, label="trained here")
        if corrected is not None:
            axes.plot(accuracy(corrected), y, "|", color=CORRECTED, markeredgewidth=3,
                      markersize=15, label="corrected")  # fmt: skip
    axes.set_yticks(range(len(ROWS)), [row[0] for row in ROWS])
    axes.tick_params(axis="y", length=0)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.02)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.set_xlabel("test accuracy")
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    handles = dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    order = ["printed", "trained here", "corrected"]
    axes.legend([handles[name] for name in order], order, loc="center", frameon=False,
                bbox_to_anchor=(0.3, 0.85))  # fmt: skip
    axes.text(0.5, 8.5, "printed as a collapse:\nit does not appear", ha="right", va="center",
              color=GREY)  # fmt: skip
    return figure


if __name__ == "__main__":
    path = ROOT / "docs" / "published.png"
    draw().savefig(path, dpi=150, metadata={"Software": None})
    print(f"wrote {path.relative_to(ROOT)}")
