"""The mistakes of a trained network on the test rows, as one JSON file for the page.

``mistakes.json`` holds the confusion matrix, the most confident mistake of every cell of that
matrix, and the first picture of each class that the network reads correctly. Pictures are the bytes
of 28 x 28 pixels in base64. For other inputs the file holds only the matrix, and for a regression
nothing.
"""

import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray

import np_metrics
from pipelines.data.samples import Samples

SHAPE = (1, 28, 28)


def find_mistakes(test: Samples, probabilities: NDArray[Any], classes: int) -> dict[str, Any]:
    """Return the confusion matrix, the most confident mistake of each cell, and examples.

    Parameters
    ----------
    test : Samples
        The test rows; labels that are not integers give an empty result.
    probabilities : ndarray of shape (rows, classes)
        The network's probabilities for each row.
    classes : int
        The number of classes.
    """
    if test.labels.dtype.kind not in "iu":
        return {}
    predicted = probabilities.argmax(axis=1)
    matrix = np_metrics.confusion_matrix(test.labels, predicted, labels=list(range(classes)))
    found: dict[str, Any] = {"confusion": matrix.tolist()}
    if test.inputs.shape[1:] != SHAPE:
        return found
    confidence = probabilities.max(axis=1)
    mistakes: dict[tuple[int, int], int] = {}
    for row in np.argsort(-confidence, kind="stable").tolist():
        if predicted[row] != test.labels[row]:
            mistakes.setdefault((int(test.labels[row]), int(predicted[row])), row)
    examples: dict[int, int] = {}
    for row in np.flatnonzero(predicted == test.labels).tolist():
        examples.setdefault(int(test.labels[row]), row)

    def picture(row: int) -> dict[str, Any]:
        return {
            "row": row,
            "truth": int(test.labels[row]),
            "predicted": int(predicted[row]),
            "probability": round(float(confidence[row]), 4),
            "pixels": base64.b64encode(test.inputs[row].tobytes()).decode("ascii"),
        }

    found["mistakes"] = [picture(row) for row in mistakes.values()]
    found["examples"] = [picture(row) for row in examples.values()]
    return found
