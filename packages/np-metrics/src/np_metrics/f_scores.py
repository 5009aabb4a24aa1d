"""F1 and F-beta, per class or averaged over classes: precision and recall in one number.

The default here is ``average="macro"``, the plain mean over classes; scikit-learn's default is
``"binary"``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_ratios import class_ratio, share_of_actual


def f1(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    pos_label: int | str = 1,
    average: str | None = "macro",
    zero_division: float = 0,
    sample_weight: ArrayLike | None = None,
) -> float | NDArray[np.float64]:
    """Return the harmonic mean of precision and recall.

    f1_c = 2 hits_c / (actual_c + predicted_c)

    The macro average is the mean of the classes' F1, not the F1 of mean precision and recall.

    Parameters
    ----------
    y_true, y_pred : (N,) true and predicted labels, integers or strings.
    labels, pos_label, average, zero_division, sample_weight : as in `precision`.

    Returns
    -------
    float, or float64 array (K,) for ``average=None``.

    Raises
    ------
    ValueError, TypeError
        As `precision` does.

    References
    ----------
    C. J. van Rijsbergen, Information Retrieval, 2nd edition, 1979, chapter 7.

    Examples
    --------
    >>> f1([0, 0, 1, 1], [0, 1, 1, 1], average=None).round(3)
    array([0.667, 0.8  ])
    >>> f1([0, 0, 1, 1], [0, 1, 1, 1], labels=[0, 1, 2], average=None).round(3)
    array([0.667, 0.8  , 0.   ])
    """
    return class_ratio(
        y_true,
        y_pred,
        0.5,
        labels=labels,
        pos_label=pos_label,
        average=average,
        zero_division=zero_division,
        sample_weight=sample_weight,
    )


def fbeta(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float,
    labels: ArrayLike | None = None,
    pos_label: int | str = 1,
    average: str | None = "macro",
    zero_division: float = 0,
    sample_weight: ArrayLike | None = None,
) -> float | NDArray[np.float64]:
    """Return the weighted harmonic mean of precision and recall.

    fbeta_c = (1 + β²) hits_c / (β² actual_c + predicted_c)

    Parameters
    ----------
    y_true, y_pred : (N,) true and predicted labels, integers or strings.
    beta : how many times recall weighs as much as precision, not negative: 0 is precision,
        infinity is recall.
    labels, pos_label, average, zero_division, sample_weight : as in `precision`.

    Returns
    -------
    float, or float64 array (K,) for ``average=None``.

    Raises
    ------
    ValueError, TypeError
        As `precision` does, and for a ``beta`` that is negative or no number.

    References
    ----------
    C. J. van Rijsbergen, Information Retrieval, 2nd edition, 1979, chapter 7.

    Examples
    --------
    >>> fbeta([0, 1, 1, 1], [0, 0, 0, 1], beta=2.0, average=None).round(3)
    array([0.714, 0.385])
    """
    return class_ratio(
        y_true,
        y_pred,
        share_of_actual(beta),
        labels=labels,
        pos_label=pos_label,
        average=average,
        zero_division=zero_division,
        sample_weight=sample_weight,
    )
