"""Classification report: precision, recall, F1 and support of every class."""

from __future__ import annotations

from typing import Any, Literal, TypedDict, Unpack, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics._checks import integer, one_of, weight_array, zero_division_value
from np_metrics._counts import class_counts
from np_metrics._labels import encode
from np_metrics.precision_recall import averaged_ratio

COLUMNS = ("precision", "recall", "f1-score", "support")
RATIOS = (0.0, 1.0, 0.5)  # the r of precision, recall and F1, see precision_recall


class ReportOptions(TypedDict, total=False):
    """Options of ``classification_report`` besides the kind of output."""

    labels: ArrayLike | None
    target_names: list[str] | None
    sample_weight: ArrayLike | None
    digits: int
    zero_division: float


@overload
def classification_report(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    output: Literal["dict"],
    **options: Unpack[ReportOptions],
) -> dict[str, Any]: ...
@overload
def classification_report(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    output_dict: Literal[True],
    **options: Unpack[ReportOptions],
) -> dict[str, Any]: ...
@overload
def classification_report(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    output: Literal["text"] = ...,
    **options: Unpack[ReportOptions],
) -> str: ...
def classification_report(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    labels: ArrayLike | None = None,
    target_names: list[str] | None = None,
    sample_weight: ArrayLike | None = None,
    digits: int = 2,
    output: str = "text",
    output_dict: bool = False,
    zero_division: float = 0,
) -> str | dict[str, Any]:
    """Return precision, recall, F1 and support of every class and their averages.

    The last rows are accuracy, macro average and weighted average. If ``labels`` leaves out a
    label that occurs, ``micro avg`` takes the place of accuracy. The formulas are those of
    ``precision``, ``recall`` and ``f1``.

    Parameters
    ----------
    y_true, y_pred, labels, zero_division, sample_weight
        See ``help(np_metrics)``. With weights, support is a sum of weights.
    target_names : list of str, optional
        One name per class, in the order of the classes.
    digits : int
        Decimals in the text, also of a support that is a sum of weights.
    output : {"text", "dict"}
        ``"dict"`` gives ``{name: {column: float}}`` and ``{"accuracy": float}``.
    output_dict : bool
        scikit-learn's spelling: True is ``output="dict"``.

    Returns
    -------
    str or dict

    Raises
    ------
    ValueError
        ``target_names`` does not have one name per class.

    Examples
    --------
    >>> print(classification_report(["cat", "dog", "dog"], ["cat", "dog", "cat"]))
                  precision    recall  f1-score   support
    <BLANKLINE>
             cat       0.50      1.00      0.67         1
             dog       1.00      0.50      0.67         2
    <BLANKLINE>
        accuracy                           0.67         3
       macro avg       0.75      0.75      0.67         3
    weighted avg       0.83      0.67      0.67         3
    <BLANKLINE>
    """
    one_of("output", output, ("text", "dict"))
    digits = integer("digits", digits, minimum=0)
    zero_division = zero_division_value(zero_division)
    codes = encode(y_true, y_pred, labels)
    weights = weight_array(sample_weight, len(codes.y_true))
    chosen, counts = class_counts(codes, weights)
    names = _names(y_true, y_pred, codes.classes[chosen], labels, target_names)

    def columns(average: str | None) -> list[Any]:
        return [averaged_ratio(counts, r, average, zero_division) for r in RATIOS]

    per_class = zip(names, *columns(None), counts.support, strict=True)
    rows = [(name, dict(zip(COLUMNS, map(float, row), strict=True))) for name, *row in per_class]
    complete = np.isin(codes.y_true, chosen).all() and np.isin(codes.y_pred, chosen).all()
    for average in ("micro", "macro", "weighted"):
        name = "accuracy" if average == "micro" and complete else f"{average} avg"
        values = [*columns(average), float(counts.support.sum())]
        rows.append((name, dict(zip(COLUMNS, values, strict=True))))
    if output == "text" and not output_dict:
        return _text(rows, digits, whole=weights is None)
    report: dict[str, Any] = dict(rows)
    if complete:
        report["accuracy"] = report["accuracy"]["precision"]
    return report


def _names(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    classes: NDArray[Any],
    labels: ArrayLike | None,
    target_names: list[str] | None,
) -> list[str]:
    """Return the given names, or the labels as the caller wrote them, such as 1.0 or True."""
    if target_names is not None:
        if len(target_names) != len(classes):
            raise ValueError(
                f"target_names must name each of {len(classes)} classes, got {len(target_names)}; "
                "pass all labels as labels="
            )
        return [str(name) for name in target_names]
    if labels is not None:
        return [str(label) for label in np.asarray(labels).tolist()]
    kinds = {np.asarray(y_true).dtype.kind, np.asarray(y_pred).dtype.kind}
    if kinds in ({"b"}, {"f"}):
        classes = classes.astype(np.bool_ if kinds == {"b"} else np.float64)
    return [str(label) for label in classes.tolist()]


def _text(rows: list[tuple[str, dict[str, float]]], digits: int, *, whole: bool) -> str:
    width = max(*(len(name) for name, _ in rows), len("weighted avg"), digits)
    lines = [" " * width + " " + "".join(f" {column:>9}" for column in COLUMNS), ""]
    for index, (name, row) in enumerate(rows):
        first_average = index == len(rows) - 3
        if first_average:
            lines.append("")
        cells = [f"{row[column]:>9.{digits}f}" for column in COLUMNS[:3]]
        if first_average and name == "accuracy":
            cells[:2] = [" " * 9] * 2
        cells.append(f"{row['support']:>9.{0 if whole else digits}f}")
        lines.append(f"{name:>{width}}  " + " ".join(cells))
    return "\n".join(lines) + "\n"
