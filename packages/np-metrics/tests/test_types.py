"""Type checkers know when a metric returns a float, an array, a text or a dict."""

import pytest

api = pytest.importorskip("mypy.api", reason="needs mypy")

USAGE = """
from typing import Any, assert_type

import numpy as np
from numpy.typing import NDArray

import np_metrics as npm

y, p = [0, 1], [0, 1]
score: float = npm.f1(y, p)
npm.f1(y, p, average=None).round(3)
assert_type(npm.precision(y, p, average="micro", labels=range(2)), float)
assert_type(npm.recall(y, p, average=None, zero_division=1), NDArray[np.float64])
assert_type(npm.fbeta(y, p, beta=2.0), float)
area: float = npm.roc_auc(y, p) + npm.average_precision(y, p)
assert_type(npm.classification_report(y, p), str)
assert_type(npm.classification_report(y, p, output="dict")["accuracy"], Any)
assert_type(npm.classification_report(y, p, output_dict=True)["accuracy"], Any)
matrix = npm.ConfusionMatrix(2).update(y, p)
assert_type(matrix.f1(), float)
assert_type(matrix.recall(average=None), NDArray[np.float64])
confidence, accuracy, counts = npm.calibration_curve(y, [0.5, 0.5])
assert_type(counts, NDArray[np.float64])
"""


def test_usage_passes_mypy_strict(tmp_path):
    file = tmp_path / "usage.py"
    file.write_text(USAGE, encoding="utf-8")
    output, errors, status = api.run(
        ["--strict", "--cache-dir", str(tmp_path / "cache"), "--config-file", "", str(file)]
    )
    assert (status, errors) == (0, ""), output
