"""Precision and recall, per class or averaged over classes.

The default here is ``average="macro"``, the plain mean over classes; scikit-learn's default is
``"binary"``. Nothing warns: what an undefined ratio counts as is said by ``zero_division``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_ratios import class_ratio


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
    A. Kent et al., Machine literature searching VIII, American Documentation 6, 1955.

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

    Over all classes ``average="micro"`` and ``"weighted"`` both equal `accuracy`.

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
    A. Kent et al., Machine literature searching VIII, American Documentation 6, 1955.

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
