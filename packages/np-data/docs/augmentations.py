"""Draw augmentations.png with matplotlib: ``python docs/augmentations.py``."""

import sys
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

import np_data

ROWS = {
    "original": lambda images, *, rng: images,
    "random_shift": partial(np_data.random_shift, max_shift=4),
    "random_affine": partial(np_data.random_affine, degrees=25, scale=(0.8, 1.2), shear=15),
    "elastic": np_data.elastic,
    "random_flip": np_data.random_flip,
    "random_erase": partial(np_data.random_erase, p=1.0),
}


def main() -> None:
    """Draw the first ten training images of MNIST and what each augmentation makes of them."""
    images = np_data.load("mnist").with_channels().train_images[:10]
    figure = Figure(figsize=(6.4, 4.0), dpi=100, layout="constrained")
    for axes, (name, augment) in zip(figure.subplots(len(ROWS), 1), ROWS.items(), strict=True):
        rows = augment(images, rng=np.random.default_rng(0))[:, 0]
        strip = np.hstack([np.pad(row, 1, constant_values=90) for row in rows])
        axes.imshow(strip, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set_ylabel(name, rotation=0, ha="right", va="center", fontsize=10)
        axes.set(xticks=[], yticks=[])
    target = Path(__file__).with_suffix(".png")
    figure.savefig(target, metadata={"Software": None})
    sys.stdout.write(f"{target.name}: {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
