"""Read a data set of your own: its format, its test rows, its classes."""

from collections.abc import Callable

import numpy as np

import np_data
from pipelines.data.samples import Samples
from pipelines.environment import ROOT
from pipelines.own.csv_files import read_csv_files
from pipelines.own.idx_files import read_idx_files
from pipelines.own.pictures import read_class_folders
from pipelines.own.rows import Parts, Rows, class_ids
from pipelines.recipes.choices import build, error_names_place
from pipelines.recipes.schema import ConfigError, OwnDataSet

FORMATS: dict[str, Callable[..., Parts]] = {
    "idx": read_idx_files,
    "csv": read_csv_files,
    "pictures": read_class_folders,
}


def read_own(name: str, dataset: OwnDataSet) -> tuple[Samples, Samples, list[str]]:
    """Return training samples, test samples and class names; ConfigError names the key."""
    place = f"params.yaml: own_datasets.{name}"
    path = ROOT / dataset.path
    if not path.exists():
        raise ConfigError(
            f"{place}.path: must be a file or a folder, got {dataset.path}, which does not exist; "
            "write it from the top folder of the clone"
        )
    try:
        train, test = build(f"{place}.format", FORMATS, dataset.format, path)
    except OSError as error:
        raise ConfigError(f"{place}.path: {error.filename or path}: {error.strerror}") from error
    if (test is None) == (dataset.test_fraction is None):
        raise ConfigError(
            f"{place}.test_fraction: "
            + ("missing; " if test is None else "has no effect; ")
            + f"{dataset.path} has {'no' if test is None else 'its own'} test rows"
        )
    with error_names_place(place):
        return _split(dataset, train) if test is None else _encode(dataset, train, test)


def _split(dataset: OwnDataSet, rows: Rows) -> tuple[Samples, Samples, list[str]]:
    """Draw the test rows; each class gives the same share of its rows."""
    samples, _, names = _encode(dataset, rows, rows)
    train, test = np_data.train_val_split(
        *samples,
        val_fraction=dataset.test_fraction or 0.0,
        seed=dataset.seed,
        stratify=samples.labels if rows.has_classes else None,
    )
    return Samples(*train), Samples(*test), names


def _encode(dataset: OwnDataSet, train: Rows, test: Rows) -> tuple[Samples, Samples, list[str]]:
    """Replace labels by class ids; the values of a regression stay."""
    if train.inputs.shape[1:] != test.inputs.shape[1:]:
        raise ValueError(
            f"training and test inputs must have one shape, got {train.inputs.shape[1:]} and "
            f"{test.inputs.shape[1:]} in {test.source}"
        )
    if not train.has_classes:
        if dataset.class_names:
            raise ValueError(f"a regression has no classes, got class_names {dataset.class_names}")
        return Samples(train.inputs, train.labels), Samples(test.inputs, test.labels), []
    classes = np.unique(train.labels)
    names = dataset.class_names or [str(label) for label in classes.tolist()]
    if len(names) != len(classes):
        raise ValueError(
            f"class_names must have a name for each of the {len(classes)} labels "
            f"{', '.join(map(str, classes[:10]))}{', …' if len(classes) > 10 else ''}, got {names}"
        )
    first, second = (
        Samples(np.ascontiguousarray(rows.inputs), class_ids(rows, classes))
        for rows in (train, test)
    )
    return first, second, names
