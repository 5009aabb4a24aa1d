"""Rows of a data set of your own: inputs with labels as the files hold them, and their classes."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Rows(NamedTuple):
    """Inputs ``(n, …)`` and their labels.

    Labels are whole numbers or texts ``(n,)``, one for each class, or the values of a regression,
    floating-point numbers ``(n, k)``. ``source`` is the file or the folder, for messages.
    """

    inputs: NDArray[Any]
    labels: NDArray[Any]
    source: str

    @property
    def has_classes(self) -> bool:
        """True unless the labels are the values of a regression."""
        return self.labels.dtype.kind != "f"


Parts = tuple[Rows, Rows | None]  # training rows and test rows, or all rows and None


def class_ids(rows: Rows, classes: NDArray[Any]) -> NDArray[np.int64]:
    """Return the class id of each row: the position of its label in ``classes``, which are sorted.

    ValueError if a label is not among them.
    """
    unknown = np.setdiff1d(rows.labels, classes)
    if unknown.size:
        raise ValueError(
            f"{rows.source}: every label must have training rows, got {unknown[0].item()!r}; "
            f"the training rows have {', '.join(map(str, classes[:10]))}"
            f"{', …' if len(classes) > 10 else ''}"
        )
    return np.searchsorted(classes, rows.labels).astype(np.int64)
