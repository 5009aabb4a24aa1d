"""Agreement of two sets of labels, corrected for chance: Matthews correlation, Cohen's kappa."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics._checks import one_of, weight_array
from np_metrics._counts import chosen_table, class_counts
from np_metrics._labels import encode


def matthews_corrcoef(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the correlation of true and predicted labels, between -1 and 1.

    mcc = (n Σ tp_c - Σ s_c p_c) / √((n² - Σ p_c²)(n² - Σ s_c²))

    n is the number of samples, s_c the number of samples of class c, and p_c the number of
    predictions of class c. 1 is perfect, 0 is no better than chance. The value is 0 if all true
    labels or all predictions are of one class.

    Parameters and errors are explained in ``help(np_metrics)``.

    References
    ----------
    B. W. Matthews, Biochimica et Biophysica Acta 405, 1975; J. Gorodkin, Comparing two K-category
    assignments by a K-category correlation coefficient, 2004.

    Examples
    --------
    >>> round(matthews_corrcoef([1, 1, 1, 0], [1, 0, 1, 1]), 6)
    -0.333333
    """
    codes = encode(y_true, y_pred)
    _, counts = class_counts(codes, weight_array(sample_weight, len(codes.y_true)))
    if np.count_nonzero(counts.support) < 2 or np.count_nonzero(counts.predicted) < 2:
        return 0.0
    s, p, tp = counts.support, counts.predicted, counts.tp.sum()
    n = p.sum()
    variances = max(n**2 - p @ p, 0.0) * max(n**2 - s @ s, 0.0)  # rounding may give less than 0
    return 0.0 if variances == 0 else float((tp * n - s @ p) / np.sqrt(variances))


def cohen_kappa(
    y1: ArrayLike,
    y2: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    weights: str | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return Cohen's kappa: the agreement of two raters, corrected for chance.

    kappa = 1 - Σ w_ij C_ij / Σ w_ij E_ij,  E_ij = C_i. C_.j / C_..

    C is the confusion matrix. E is the confusion matrix that independent raters would have.

    Parameters
    ----------
    y1, y2 : array_like of shape (N,)
        Labels of the two raters. Their order does not matter.
    labels : array_like of shape (K,), optional
        Classes to use, in this order. Samples with another label are left out.
    weights : {None, "linear", "quadratic"}
        Cost w_ij of a disagreement: 1, abs(i - j) or (i - j)². i and j are positions in
        ``labels``, or in the sorted labels.
    sample_weight
        See ``help(np_metrics)``, also for the errors.

    Returns
    -------
    float
        At most 1. NaN if E has no disagreement, as with a single class.

    References
    ----------
    J. Cohen, A coefficient of agreement for nominal scales, 1960; Weighted kappa, 1968.

    Examples
    --------
    >>> cohen_kappa([0, 0, 1, 1], [0, 0, 1, 0])
    0.5
    """
    one_of("weights", weights, (None, "linear", "quadratic"))
    codes = encode(y1, y2, labels)
    chosen, table = chosen_table(codes, weight_array(sample_weight, len(codes.y_true)))
    C = table.astype(np.float64)
    if C.sum() == 0:
        return float("nan")
    E = np.outer(C.sum(axis=1), C.sum(axis=0)) / C.sum()
    i = np.arange(len(chosen))
    distance = np.abs(i[:, None] - i)
    w = {None: distance > 0, "linear": distance, "quadratic": distance**2}[weights]
    expected = float(np.sum(w * E))
    return float("nan") if expected == 0 else 1 - float(np.sum(w * C)) / expected
