"""IDX files of your own: images and labels, named like MNIST's or by keys."""

from pathlib import Path

import numpy as np

import np_data
from pipelines.data.generated import ROLES
from pipelines.data.sources import channels_first
from pipelines.own.rows import Parts, Rows

WORDS = {"train": ("train",), "test": ("t10k", "test")}  # in the names of the files of a part


def read_idx_files(path: Path, **files: str) -> Parts:
    """Read IDX files in the folder ``path``, compressed by gzip or not.

    Parameters
    ----------
    path : Path
        A folder.
    files : str
        File names for ``train_images``, ``train_labels``, ``test_images`` and ``test_labels``, or
        for ``images`` and ``labels``. Without names, the files are found by the words train, t10k
        or test, and images or labels.

    Raises
    ------
    ValueError
        If a file is missing or damaged, images do not have rank 2 to 4, labels do not have rank 1
        (2 for floating-point values), or their numbers differ.
    """
    if not path.is_dir():
        raise ValueError(f"idx needs a folder as path, got the file {path}")
    if not files:
        files = {role: _find(path, role) for role in ROLES}
    if files.keys() == {"images", "labels"}:
        return _read(path / files["images"], path / files["labels"]), None
    if files.keys() == set(ROLES):
        images, labels, *test = (path / files[role] for role in ROLES)
        return _read(images, labels), _read(*test)
    raise ValueError(
        f"idx must name {', '.join(ROLES)}, or images and labels, got {', '.join(files)}"
    )


def _find(folder: Path, role: str) -> str:
    """Return the one file of a role in a folder."""
    part, _, kind = role.partition("_")
    names = [
        path.name
        for path in sorted(folder.iterdir())
        if path.is_file() and kind in path.name and path.suffix != ".dvc"
    ]
    found = [name for name in names if any(word in name for word in WORDS[part])]
    if len(found) != 1:
        raise ValueError(
            f"{folder}: must hold one file whose name has {' or '.join(WORDS[part])} and {kind}, "
            f"got {', '.join(found) or 'none'}; name the files, such as "
            f"format: {{idx: {{{role}: FILE, …}}}}, or images and labels with test_fraction"
        )
    return found[0]


def _read(images: Path, labels: Path) -> Rows:
    inputs, answers = np_data.read_idx(images), np_data.read_idx(labels)
    if not 2 <= inputs.ndim <= 4:
        raise ValueError(f"{images}: images must have rank 2, 3 or 4, got shape {inputs.shape}")
    is_value = answers.dtype.kind == "f"
    if answers.ndim != 1 and not (is_value and answers.ndim == 2):
        raise ValueError(f"{labels}: labels must have rank 1, got shape {answers.shape}")
    if len(inputs) != len(answers):
        raise ValueError(
            f"{labels}: must have a label for each of the {len(inputs)} images of {images.name}, "
            f"got {len(answers)}"
        )
    if is_value:
        answers = answers.reshape(len(answers), -1).astype(np.float64)
    return Rows(channels_first(inputs), answers, str(labels))
