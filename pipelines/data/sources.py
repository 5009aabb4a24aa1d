"""Fetch the raw files of a data set, and read them as samples.

A raw folder holds four IDX files like those of MNIST, or two CSV files with the label first.
Generated rows are written as IDX files, too.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
from np_data.datasets.sources import WebMirror
from pipelines.data.generated import GENERATORS, ROLES
from pipelines.data.samples import Samples
from pipelines.recipes.choices import build, error_names_place
from pipelines.recipes.schema import DataSet

CSV_FILES = {"train": "mnist_train.csv", "test": "mnist_test.csv"}


def fetch(name: str, dataset: DataSet, folder: Path, *, progress: bool) -> None:
    """Put the raw files of a data set into ``folder``."""
    if dataset.generate is not None:
        place = f"params.yaml: datasets.{name}.generate"
        arrays = build(place, GENERATORS, dataset.generate)
        folder.mkdir(parents=True, exist_ok=True)
        for role, array in arrays.items():
            np_data.write_idx(folder / f"{role}.idx", array)
    elif dataset.csv_of is not None:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as idx:
            data = np_data.load(_entry(name, dataset), idx, progress=progress)
        for split, file in CSV_FILES.items():
            images, labels = getattr(data, f"{split}_images"), getattr(data, f"{split}_labels")
            np_data.write_csv(folder / file, images.reshape(len(images), -1), labels)
    else:
        np_data.fetch(_entry(name, dataset), folder, progress=progress)


def read(name: str, dataset: DataSet, folder: Path) -> tuple[Samples, Samples, list[str]]:
    """Read the raw files of a data set: training samples, test samples, class names."""
    if dataset.generate is not None:
        arrays = [np_data.read_idx(folder / f"{role}.idx") for role in ROLES]
        return Samples(*arrays[:2]), Samples(*arrays[2:]), dataset.class_names
    if dataset.csv_of is not None:
        train, test = (_read_csv(folder / file) for file in CSV_FILES.values())
        return train, test, dataset.class_names
    data = np_data.load(_entry(name, dataset), folder)
    train = Samples(channels_first(data.train_images), data.train_labels)
    test = Samples(channels_first(data.test_images), data.test_labels)
    return train, test, list(data.class_names)


def _entry(name: str, dataset: DataSet) -> str | np_data.DatasetEntry:
    """Return what np_data fetches: a name that it knows, or an entry of its registry."""
    known = dataset.fetch or dataset.csv_of
    if known is not None:
        return known
    with error_names_place(f"params.yaml: datasets.{name}"):
        return np_data.DatasetEntry(
            name,
            files={
                role: np_data.IdxFile(file.name, file.sha256)
                for role, file in (dataset.files or {}).items()
            },
            sources=[WebMirror(url) for url in dataset.urls],
            class_names=dataset.class_names,
        )


def channels_first(images: NDArray[Any]) -> NDArray[Any]:
    """Return images (n, h, w), (n, h, w, c) or (n, c, h, w) as (n, c, h, w); other inputs stay."""
    if images.ndim == 3:
        return images[:, np.newaxis]
    if images.ndim == 4 and images.shape[3] in (1, 3, 4) and images.shape[1] not in (1, 3, 4):
        return np.ascontiguousarray(np.moveaxis(images, 3, 1))
    return images


def _read_csv(path: Path) -> Samples:
    """Read rows of a label and n·n pixels as images ``(rows, 1, n, n)``."""
    pixels, labels = np_data.read_csv(path)
    side = round(pixels.shape[1] ** 0.5)
    return Samples(pixels.reshape(len(pixels), 1, side, side), labels)
