"""Precision, recall, F1 and F-beta, per class or averaged over classes.

All four are one ratio. For each class, ``tp`` counts the true positives, ``predicted`` the samples
that were predicted as the class, and ``support`` the samples that belong to it:

    ratio = tp / (r · support + (1 - r) · predicted)

r = 0 is precision, r = 1 is recall, r = β² / (1 + β²) is F-beta, and r = 1/2 is F1.

The default is ``average="macro"``, the plain mean over classes (scikit-learn: ``"binary"``). No
function warns: ``zero_division`` is the value of 0/0.
"""

from __future__ import annotations

from typing import TypedDict, Unpack, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import one_of, weight_array, zero_division_value
from np_metrics._counts import ClassCounts, class_counts
from np_metrics._labels import encode, label_pair, present_labels


class RatioOptions(TypedDict, total=False):
    """Options of precision, recall, F1 and F-beta besides ``average``."""

    labels: ArrayLike | None
    pos_label: int | str
    zero_division: float
    sample_weight: ArrayLike | None


@overload
def precision(
    y_true: ArrayLike, y_pred: ArrayLike, *, average: None, **options: Unpack[RatioOptions]
) -> NDArray[np.float64]: ...
@overload
def precision(
    y_true: ArrayLike, y_pred: ArrayLike, *, average: str = ..., **options: Unpack[RatioOptions]
) -> float: ...
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

    precision_c = tp_c / predicted_c

    Parameters
    ----------
    y_true, y_pred, labels, zero_division, sample_weight
        See ``help(np_metrics)``, also for the errors.
    pos_label : int or str
        The class that ``average="binary"`` reports.
    average : {"macro", "micro", "weighted", "binary", None}
        ``"macro"``: plain mean over classes. ``"weighted"``: mean weighted by support.
        ``"micro"``: one ratio of the summed counts. ``"binary"``: the class ``pos_label`` of two
        classes (``labels`` is not used). None: one value per class.

    Returns
    -------
    float, or float64 ndarray of shape (K,) for ``average=None``

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
    return _ratio(y_true, y_pred, 0.0, labels, pos_label, average, zero_division, sample_weight)


@overload
def recall(
    y_true: ArrayLike, y_pred: ArrayLike, *, average: None, **options: Unpack[RatioOptions]
) -> NDArray[np.float64]: ...
@overload
def recall(
    y_true: ArrayLike, y_pred: ArrayLike, *, average: str = ..., **options: Unpack[RatioOptions]
) -> float: ...
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

    recall_c = tp_c / support_c

    Over all classes, ``average="micro"`` and ``"weighted"`` both equal ``accuracy``. The
    parameters are those of ``precision``.

    Examples
    --------
    >>> recall(["cat", "dog", "dog"], ["cat", "dog", "cat"], average=None)
    array([1. , 0.5])
    """
    return _ratio(y_true, y_pred, 1.0, labels, pos_label, average, zero_division, sample_weight)


@overload
def f1(
    y_true: ArrayLike, y_pred: ArrayLike, *, average: None, **options: Unpack[RatioOptions]
) -> NDArray[np.float64]: ...
@overload
def f1(
    y_true: ArrayLike, y_pred: ArrayLike, *, average: str = ..., **options: Unpack[RatioOptions]
) -> float: ...
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

    f1_c = 2 tp_c / (support_c + predicted_c)

    The macro average is the mean of the classes' F1, not the F1 of mean precision and mean recall.
    The parameters are those of ``precision``.

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
    return _ratio(y_true, y_pred, 0.5, labels, pos_label, average, zero_division, sample_weight)


@overload
def fbeta(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float,
    average: None,
    **options: Unpack[RatioOptions],
) -> NDArray[np.float64]: ...
@overload
def fbeta(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float,
    average: str = ...,
    **options: Unpack[RatioOptions],
) -> float: ...
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

    fbeta_c = (1 + β²) tp_c / (β² support_c + predicted_c)

    Parameters
    ----------
    beta : float
        How many times as much recall counts as precision, at least 0. 0 gives precision, infinity
        gives recall. The other parameters are those of ``precision``.

    References
    ----------
    C. J. van Rijsbergen, Information Retrieval, 2nd edition, 1979, chapter 7.

    Examples
    --------
    >>> fbeta([0, 1, 1, 1], [0, 0, 0, 1], beta=2.0, average=None).round(3)
    array([0.714, 0.385])
    """
    beta = float(beta)
    if not beta >= 0:
        raise ValueError(f"beta must not be negative, got {beta!r}")
    r = 1.0 if beta > 2**27 else beta**2 / (1 + beta**2)  # from 2**27 on it rounds to 1
    return _ratio(y_true, y_pred, r, labels, pos_label, average, zero_division, sample_weight)


def _ratio(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    r: float,
    labels: ArrayLike | None,
    pos_label: int | str,
    average: str | None,
    zero_division: float,
    sample_weight: ArrayLike | None,
) -> float | NDArray[np.float64]:
    """Check the arguments, count, and average the ratio with the given r."""
    one_of("average", average, ("macro", "micro", "weighted", "binary", None))
    zero_division = zero_division_value(zero_division)
    if average == "binary":
        _check_binary(y_true, y_pred, pos_label)
        labels = [pos_label]
    codes = encode(y_true, y_pred, labels)
    _, counts = class_counts(codes, weight_array(sample_weight, len(codes.y_true)))
    return averaged_ratio(counts, r, average, zero_division)


def averaged_ratio(
    counts: ClassCounts, r: float, average: str | None, zero_division: float
) -> float | NDArray[np.float64]:
    """Return the ratio of every class (``average=None``) or its average, which leaves out NaN."""
    if average == "micro":
        counts = ClassCounts(*(np.sum(array, keepdims=True) for array in counts))
    denominator = r * counts.support + (1 - r) * counts.predicted
    values = np.full(denominator.shape, zero_division)
    np.divide(counts.tp, denominator, out=values, where=denominator > 0)
    if average is None:
        return values
    known = ~np.isnan(values)
    if not known.any():
        return float("nan")
    support = counts.support[known]
    weights = support if average == "weighted" and support.any() else None
    return float(np.average(values[known], weights=weights))


def _check_binary(y_true: ArrayLike, y_pred: ArrayLike, pos_label: int | str) -> None:
    present = present_labels(np.concatenate(label_pair(y_true, y_pred))).tolist()
    if len(present) > 2:
        raise ValueError(
            f"average='binary' needs two classes, got {len(present)}; "
            "choose average='macro', 'micro', 'weighted' or None"
        )
    if len(present) == 2 and pos_label not in present:
        raise ValueError(f"pos_label must be one of {present}, got {pos_label!r}")
