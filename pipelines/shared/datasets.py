"""Where the rows of a data set of params.yaml come from, and how they become arrays.

A raw folder holds either the four IDX files of the MNIST family or two CSV files with the label
first, as they are passed around for competitions. Generated rows are written as IDX files too, so
that all data sets go the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_data
from np_data.datasets.sources import WebMirror
from pipelines.shared.files import naming, remove_others
from pipelines.shared.parts import Part
from pipelines.shared.recipe import ConfigError, DataSet

Array = NDArray[Any]
ROLES = ("train_images", "train_labels", "test_images", "test_labels")
CSV_FILES = {"train": "mnist_train.csv", "test": "mnist_test.csv"}


def xor() -> dict[str, Array]:
    """Return the four corners of the unit square and whether their coordinates differ."""
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)
    labels = np.array([0, 1, 1, 0], np.uint8)
    return dict(zip(ROLES, (inputs, labels, inputs, labels), strict=True))


def linear(*, rows: int, features: int, bias: float, seed: int) -> dict[str, Array]:
    """Return rows of y = Xw + bias, X uniform in ±5, w standard normal.

    The test rows are the origin and the unit vectors: there the network answers with its own bias
    and with its own weights, so that its largest error on them says how well both are recovered.
    """
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((features, 1))
    X = rng.uniform(-5, 5, (rows, features))
    units = np.vstack([np.zeros(features), np.eye(features)])
    return dict(zip(ROLES, (X, X @ w + bias, units, units @ w + bias), strict=True))


GENERATORS: dict[str, Callable[..., dict[str, Array]]] = {"xor": xor, "linear": linear}


def entry_of(name: str, dataset: DataSet) -> str | np_data.DatasetEntry:
    """Return what np_data fetches for the data set called `name`; ConfigError names the key."""
    known = dataset.fetch or dataset.csv_of
    if known is not None:
        return known
    try:
        return np_data.DatasetEntry(
            name,
            files={
                role: np_data.IdxFile(file.name, file.sha256)
                for role, file in (dataset.files or {}).items()
            },
            sources=[WebMirror(url) for url in dataset.urls],
            class_names=dataset.class_names,
        )
    except ValueError as error:
        raise ConfigError(f"params.yaml: datasets.{name}: {error}") from error


def obtain(name: str, dataset: DataSet, folder: Path, *, progress: bool) -> None:
    """Bring the raw files of a data set into `folder`."""
    if dataset.generate is not None:
        kind, options = dataset.generate
        path = f"params.yaml: datasets.{name}.generate"
        if kind not in GENERATORS:
            raise ConfigError(f"{path}: must be one of {sorted(GENERATORS)}, got {kind!r}")
        try:
            arrays = GENERATORS[kind](**options)
        except (MemoryError, TypeError, ValueError) as error:
            raise ConfigError(f"{path}: {error}") from error
        folder.mkdir(parents=True, exist_ok=True)
        paths = {folder / f"{role}.idx": array for role, array in arrays.items()}
        for target, array in paths.items():
            with naming(target):
                np_data.write_idx(target, array)
        remove_others(folder, keep=paths)
    elif dataset.csv_of is not None:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as idx:
            data = np_data.load(entry_of(name, dataset), idx, progress=progress)
        for part, file in CSV_FILES.items():
            images, labels = getattr(data, f"{part}_images"), getattr(data, f"{part}_labels")
            with naming(folder / file):
                np_data.write_csv(folder / file, images.reshape(len(images), -1), labels)
        remove_others(folder, keep=[folder / file for file in CSV_FILES.values()])
    else:
        np_data.fetch(entry_of(name, dataset), folder, progress=progress)


def read(name: str, dataset: DataSet, folder: Path) -> tuple[Part, Part, list[str]]:
    """Read the raw files of a data set: training rows, test rows, class names."""
    if dataset.generate is not None:
        arrays = {role: np_data.read_idx(folder / f"{role}.idx") for role in ROLES}
        train = Part(arrays["train_images"], arrays["train_labels"])
        test = Part(arrays["test_images"], arrays["test_labels"])
        return train, test, dataset.class_names
    if dataset.csv_of is not None:
        train, test = (_from_csv(folder / file) for file in CSV_FILES.values())
        return train, test, dataset.class_names
    data = np_data.load(entry_of(name, dataset), folder)
    train = Part(data.train_images[:, np.newaxis], data.train_labels)
    test = Part(data.test_images[:, np.newaxis], data.test_labels)
    return train, test, list(data.class_names)


def _from_csv(path: Path) -> Part:
    """Read rows of a label and n·n pixels as images `(rows, 1, n, n)`."""
    pixels, labels = np_data.read_csv(path, label="label")
    if labels is None:
        raise ValueError(f"{path}: there must be a column called label, got none")
    side = round(pixels.shape[1] ** 0.5)
    return Part(pixels.reshape(len(pixels), 1, side, side), labels)
