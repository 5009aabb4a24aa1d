"""Agreement of two labellings, corrected for what chance alone would give."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from np_metrics.counts import chosen_table, class_counts
from np_metrics.labels import encode
from np_metrics.scale import power_of_two
from np_metrics.validation import one_of, weight_array


def matthews_corrcoef(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Return the correlation of true and predicted labels, between -1 and 1.

    mcc = (h n - Σ a_c p_c) / √((n² - Σ p_c²)(n² - Σ a_c²))

    h is the number of right answers, n of samples, a_c of samples of class c, p_c of predictions of
    c. 1 is perfect and 0 no better than chance; if either side holds a single class it is 0.

    Parameters
    ----------
    y_true, y_pred : (N,) true and predicted labels, integers or strings, any number of classes.
    sample_weight : (N,) weights, not negative; by default every sample counts once.

    Raises
    ------
    ValueError
        For lengths that differ or NaN labels.
    TypeError
        For labels that are neither numbers nor strings, or a mix of both.

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
    if np.count_nonzero(counts.actual) < 2 or np.count_nonzero(counts.predicted) < 2:
        return 0.0
    unit = power_of_two(counts.predicted.sum())
    a, p, h = counts.actual / unit, counts.predicted / unit, counts.hits.sum() / unit
    n = p.sum()
    spread = max(n**2 - p @ p, 0.0) * max(n**2 - a @ a, 0.0)  # rounded weights may fall below 0
    return 0.0 if spread == 0 else float((h * n - a @ p) / np.sqrt(spread))


def cohen_kappa(
    y1: ArrayLike,
    y2: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    weights: str | None = None,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Return how much of the disagreement that chance would bring two raters avoid.

    kappa = 1 - Σ w_ij C_ij / Σ w_ij E_ij,  E_ij = C_i. C_.j / C_..

    C is the confusion matrix and E what independent raters with the same margins would give.

    Parameters
    ----------
    y1, y2 : (N,) labels of the two raters; exchanging them changes nothing.
    labels : classes to look at, in this order; samples with another label are left out.
    weights : the cost w_ij of a disagreement: None 1, ``"linear"`` abs(i - j), ``"quadratic"``
        (i - j)², i and j being positions in ``labels`` or in the sorted labels.
    sample_weight : (N,) weights, not negative; by default every sample counts once.

    Returns
    -------
    float, at most 1; nan if chance alone leaves nothing to disagree on, as with a single class.

    Raises
    ------
    ValueError
        For lengths that differ, NaN labels, an unknown ``weights``.
    TypeError
        For labels that are neither numbers nor strings, or a mix of both.

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
    C /= power_of_two(C.sum())
    E = np.outer(C.sum(axis=1), C.sum(axis=0)) / C.sum()
    place = np.arange(len(chosen))
    apart = np.abs(place[:, None] - place)
    w = {None: apart > 0, "linear": apart, "quadratic": apart**2}[weights]
    by_chance = float(np.sum(w * E))
    return float("nan") if by_chance == 0 else 1 - float(np.sum(w * C)) / by_chance
