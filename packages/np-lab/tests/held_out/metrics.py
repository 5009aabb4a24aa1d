"""Wrong solutions of unit 11, written after its mutants."""

import numpy as np


def confusion_matrix__only_when_wrong_transposed(labels, predictions, classes):
    C = np.zeros((classes, classes))
    for i, j in zip(labels, predictions, strict=True):
        C[max(i, j), min(i, j)] += 1
    return C


def f1_scores__integer_division(C):
    total = C.sum(0) + C.sum(1)
    return 2 * np.diag(C) // np.maximum(total, 1)


def f1_scores__f2(C):
    total = C.sum(0) + 4 * C.sum(1)
    return 5 * np.diag(C) / np.maximum(total, 1)


def expected_calibration_error__smallest_probability(p, labels, bins):
    confidence, right = p.min(axis=1), p.argmax(axis=1) == labels
    error = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def expected_calibration_error__digitize(p, labels, bins):
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    return sum(
        (place == b).mean() * abs(right[place == b].mean() - confidence[place == b].mean())
        for b in range(bins)
        if (place == b).any()
    )


def paired_difference__covariance_forgotten_sign(right_a, right_b):
    n = len(right_a)
    variance = right_a.var(ddof=1) + right_b.var(ddof=1) + 2 * np.cov(right_a, right_b)[0, 1]
    return (right_a - right_b).mean(), np.sqrt(variance / n)
