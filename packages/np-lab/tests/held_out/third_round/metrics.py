"""Fresh mistakes of unit 11, as students make them."""

import numpy as np


def confusion_matrix__shares_of_a_row(labels, predictions, classes):
    C = np.zeros((classes, classes))
    for i, j in zip(labels, predictions, strict=True):
        C[i, j] += 1
    return C / np.maximum(C.sum(axis=1, keepdims=True), 1)


def confusion_matrix__only_classes_seen(labels, predictions, classes):
    k = max(labels.max(), predictions.max()) + 1
    C = np.zeros((k, k))
    for i, j in zip(labels, predictions, strict=True):
        C[i, j] += 1
    return C


def confusion_matrix__bincount_without_length(labels, predictions, classes):
    return np.bincount(labels * classes + predictions).reshape(classes, classes)


def confusion_matrix__set_to_one(labels, predictions, classes):
    C = np.zeros((classes, classes))
    for i, j in zip(labels, predictions, strict=True):
        C[i, j] = 1
    return C


def confusion_matrix__misses_the_last(labels, predictions, classes):
    C = np.zeros((classes, classes))
    for n in range(len(labels) - 1):
        C[labels[n], predictions[n]] += 1
    return C


def f1_scores__two_forgotten(C):
    total = C.sum(axis=0) + C.sum(axis=1)
    return np.diag(C) / np.maximum(total, 1)


def f1_scores__nan_for_empty(C):
    tp = np.diag(C)
    precision, recall = tp / C.sum(axis=0), tp / C.sum(axis=1)
    return 2 * precision * recall / (precision + recall)


def f1_scores__macro_mean(C):
    total = C.sum(axis=0) + C.sum(axis=1)
    return (2 * np.diag(C) / np.maximum(total, 1)).mean()


def f1_scores__arithmetic_mean(C):
    tp = np.diag(C)
    return (tp / np.maximum(C.sum(axis=0), 1) + tp / np.maximum(C.sum(axis=1), 1)) / 2


def f1_scores__integer_array(C):
    f1 = np.zeros(len(C), dtype=C.dtype)
    for k in range(len(C)):
        total = C[k].sum() + C[:, k].sum()
        f1[k] = 2 * C[k, k] / total if total else 0
    return f1


def calibration(p, labels, bins, weigh, gap):
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    error = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            error += weigh(inside) * gap(right[inside].mean() - confidence[inside].mean())
    return error


def expected_calibration_error__weights_forgotten(p, labels, bins):
    return calibration(p, labels, bins, lambda inside: 1, abs)


def expected_calibration_error__mean_of_bins(p, labels, bins):
    return calibration(p, labels, bins, lambda inside: 1 / bins, abs)


def expected_calibration_error__signed(p, labels, bins):
    return calibration(p, labels, bins, np.mean, lambda d: d)


def expected_calibration_error__squared(p, labels, bins):
    return calibration(p, labels, bins, np.mean, lambda d: d**2)


def expected_calibration_error__confidence_of_the_label(p, labels, bins):
    confidence, right = p[np.arange(len(p)), labels], p.argmax(axis=1) == labels
    error = 0.0
    for b in range(bins):
        inside = (confidence > b / bins) & (confidence <= (b + 1) / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def paired_difference__deviation_only(right_a, right_b):
    d = right_a - right_b
    return d.mean(), d.std(ddof=1)


def paired_difference__divided_by_n_twice(right_a, right_b):
    d = right_a - right_b
    return d.mean(), d.std(ddof=1) / len(d)


def paired_difference__unsigned_bytes(right_a, right_b):
    d = right_a.astype(np.uint8) - right_b.astype(np.uint8)
    return d.mean(), np.sqrt(np.sum((d - d.mean()) ** 2) / (len(d) - 1) / len(d))


def paired_difference__absolute(right_a, right_b):
    d = np.abs(right_a - right_b)
    return d.mean(), np.sqrt(np.sum((d - d.mean()) ** 2) / (len(d) - 1) / len(d))


def paired_difference__counts(right_a, right_b):
    d = right_a - right_b
    return d.sum(), np.sqrt(np.sum((d - d.mean()) ** 2) / (len(d) - 1) / len(d))
