"""The preprocessed samples of a data set: inputs with their labels."""

from typing import Any, NamedTuple

from numpy.typing import NDArray

from pipelines.io.files import read_array
from pipelines.io.places import processed_folder


class Samples(NamedTuple):
    """Inputs ``(n, …)``, images as ``(n, channels, height, width)``, and their labels.

    Labels are class ids ``(n,)``, or the values ``(n, k)`` of a regression.
    """

    inputs: NDArray[Any]
    labels: NDArray[Any]


def load_samples(dataset: str, split: str) -> Samples:
    """Load the split ``train`` or ``test`` of a preprocessed data set."""
    folder = processed_folder(dataset, split)
    return Samples(*(read_array(folder / f"{field}.npy") for field in Samples._fields))
