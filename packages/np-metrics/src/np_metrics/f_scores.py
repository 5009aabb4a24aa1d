"""Precision, recall, F1 and F-beta, per class or averaged over classes.

The default here is ``average="macro"``, the plain mean over classes; scikit-learn's default is
``"binary"``. Nothing warns: what an undefined ratio counts as is said by ``zero_division``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_ratios import class_ratio, share_of_actual


def precision(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    pos_label: int | str = 1,
    average: str | None = "macro",
    zero_division: float = 0,
    sample_weight: ArrayLike | None = None,
) -> float | NDArray[np.float64]:
    """Return the share of the samples predicted as a class that belong to it.

    precision_c = hits_c / predicted_c

    Parameters
    ----------
    y_true, y_pred : (N,) true and predicted labels, integers or strings.
    labels : classes to report, in this order, present or not. By default the sorted labels that
        occur in ``y_true`` or ``y_pred``; pass ``range(K)`` for an index that is the class id.
    pos_label : the class that ``average="binary"`` reports.
    average : ``"macro"`` plain mean over classes; ``"weighted"`` mean weighted by the samples of
        each class; ``"micro"`` one ratio of the summed counts; ``"binary"`` the class
        ``pos_label`` of two (``labels`` is then not used); None one value per class.
    zero_division : 0, 1 or nan, the value of 0/0; nan is left out of averages.
    sample_weight : (N,) weights, not negative; by default every sample counts once.

    Returns
    -------
    float, or float64 array (K,) for ``average=None``.

    Raises
    ------
    ValueError
        For lengths that differ, NaN labels, an unknown ``average`` or ``zero_division``, and for
        ``average="binary"`` with more than two classes.
    TypeError
        For labels that are neither numbers nor strings, or a mix of both.

    References
    ----------
    C. J. van Rijsbergen, Information Retrieval, 2nd edition, 1979, chapter 7.

    Examples
    --------
    >>> precision([0, 1, 2, 2], [0, 0, 2, 2], average=None)
    array([0.5, 0. , 1. ])
    >>> precision([0, 1, 2, 2], [0, 0, 2, 2])
    0.5
    """
    return class_ratio(
        y_true,
        y_pred,
        0.0,
        labels=labels,
        pos_label=pos_label,
        average=average,
        zero_division=zero_division,
        sample_weight=sample_weight,
    )


def recall(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    pos_label: int | str = 1,
    average: str | None = "macro",
    zero_division: float = 0,
    sample_weight: ArrayLike | None = None,
) -> float | NDArray[np.float64]:
    """Return the share of the samples of a class that were predicted as it.

    recall_c = hits_c / actual_c

    Parameters, returns, errors and reference are those of `precision`. Over all classes,
    ``average="micro"`` and ``"weighted"`` both equal `accuracy`.

    Examples
    --------
    >>> recall(["cat", "dog", "dog"], ["cat", "dog", "cat"], average=None)
    array([1. , 0.5])
    """
    return class_ratio(
        y_true,
        y_pred,
        1.0,
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

    ``beta`` says how many times recall weighs as much as precision: 0 is precision, infinity is
    recall. The other parameters, returns, errors and the reference are those of `precision`.

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
    Parameters, returns, errors and reference are those of `precision`.

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
