# mypy: ignore-errors
"""Unit 11: metrics, calibration and fair comparison."""

import numpy as np


def confusion_matrix(labels, predictions, classes):
    """Return C (classes, classes): C[i, j] samples of class i were predicted as j."""
    # Write your code here: two or three lines.


def f1_scores(C):
    """Return the F1 of each class (classes,): 2 TP / (support + predicted), 0 where that is 0/0.

    C is a confusion matrix. TP is the diagonal, support the samples of a class, predicted the
    samples that were predicted as it.
    """
    # Write your code here: three lines.


def expected_calibration_error(p, labels, bins):
    """Return Σ_b n_b/N |accuracy_b - confidence_b|.

    p (N, classes) are probabilities. The confidence of a sample is its largest p, its prediction
    the place of that. Bin b holds the samples with b/bins < confidence ≤ (b + 1)/bins.
    """
    # Write your code here: about eight lines.


def paired_difference(right_a, right_b):
    """Return the difference of two accuracies on the same samples, and its standard error.

    right_a and right_b (N,) are 1 where network a, or b, was right, else 0. With d = a - b the
    standard error is √(Σ (d - mean d)² / (N - 1) / N).
    """
    # Write your code here: two lines.
