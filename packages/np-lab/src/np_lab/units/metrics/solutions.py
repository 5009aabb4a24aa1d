# mypy: ignore-errors
"""Right solutions of unit 11."""

import numpy as np


def confusion_matrix(labels, predictions, classes):
    C = np.zeros((classes, classes), dtype=int)
    np.add.at(C, (labels, predictions), 1)
    return C


def f1_scores(C):
    tp, support, predicted = np.diag(C), C.sum(axis=1), C.sum(axis=0)
    return np.divide(
        2 * tp, support + predicted, out=np.zeros(len(C)), where=support + predicted > 0
    )


def expected_calibration_error(p, labels, bins):
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    error = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def paired_difference(right_a, right_b):
    d = right_a - right_b
    return d.mean(), d.std(ddof=1) / np.sqrt(len(d))


def confusion_matrix__loop(labels, predictions, classes):
    C = np.zeros((classes, classes))
    for i, j in zip(labels, predictions, strict=True):
        C[i, j] += 1
    return C


def confusion_matrix__bincount(labels, predictions, classes):
    counts = np.bincount(labels * classes + predictions, minlength=classes**2)
    return counts.reshape(classes, classes)


def confusion_matrix__one_hot(labels, predictions, classes):
    eye = np.eye(classes)
    return eye[labels].T @ eye[predictions]


def f1_scores__precision_recall(C):
    scores = []
    for k in range(len(C)):
        tp = C[k, k]
        precision = tp / C[:, k].sum() if C[:, k].sum() else 0
        recall = tp / C[k].sum() if C[k].sum() else 0
        scores.append(2 * precision * recall / (precision + recall) if tp else 0)
    return scores


def expected_calibration_error__sums(p, labels, bins):
    confidence, right = p.max(axis=1), np.argmax(p, axis=1) == labels
    place = np.ceil(confidence * bins).astype(int) - 1
    gap = np.bincount(place, right - confidence, minlength=bins)
    return np.abs(gap).sum() / len(p)


def paired_difference__statistics(right_a, right_b):
    n = len(right_a)
    a, b = np.asarray(right_a, float), np.asarray(right_b, float)
    mean = a.mean() - b.mean()
    variance = np.sum((a - b - mean) ** 2) / (n - 1)
    return [mean, (variance / n) ** 0.5]
