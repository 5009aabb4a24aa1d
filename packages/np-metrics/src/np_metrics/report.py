"""The summary that one reads first: precision, recall, F1 and support of every class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from np_metrics.class_ratios import averaged
from np_metrics.counts import class_counts
from np_metrics.labels import encode
from np_metrics.validation import one_of, weight_array, whole_number, zero_division_value

COLUMNS = ("precision", "recall", "f1-score", "support")
SHARES = (0.0, 1.0, 0.5)  # of actual samples in the ratio: see class_ratios

Row = dict[str, float]


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
    """Return precision, recall, F1 and support per class and averaged, as text or as a dict.

    The rows below the classes are accuracy (or ``micro avg``, which differs from it only if
    ``labels`` leaves out a label that occurs), macro average and weighted average.

    Parameters
    ----------
    y_true, y_pred : (N,) true and predicted labels, integers or strings.
    labels : classes to report, in this order, present or not; by default the sorted labels that
        occur in ``y_true`` or ``y_pred``.
    target_names : one name per class, in the order of the classes.
    sample_weight : (N,) weights, not negative; support is then a sum of weights.
    digits : decimals in the text, also of a support that is a sum of weights.
    output : ``"text"``, or ``"dict"`` for ``{name: {column: float}}`` and ``{"accuracy": float}``.
    output_dict : scikit-learn's spelling: True is ``output="dict"``.
    zero_division : 0, 1 or nan, the value of 0/0; nan is left out of averages.

    Raises
    ------
    ValueError
        For lengths that differ, NaN labels, names that are not one per class, unknown options.
    TypeError
        For labels that are neither numbers nor strings, or a mix of both.

    References
    ----------
    The formulas are those of `precision`, `recall` and `f1`.

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
    digits = whole_number("digits", digits, least=0)
    zero_division = zero_division_value(zero_division)
    codes = encode(y_true, y_pred, labels)
    weights = weight_array(sample_weight, len(codes.y_true))
    chosen, counts = class_counts(codes, weights)
    names = _names(y_true, y_pred, codes.classes[chosen], labels, target_names)

    def columns(average: str | None) -> list[Any]:
        return [averaged(counts, share, average, zero_division) for share in SHARES]

    per_class = zip(names, *columns(None), counts.actual, strict=True)
    rows = [(name, dict(zip(COLUMNS, map(float, row), strict=True))) for name, *row in per_class]
    everything = np.isin(codes.occurring(), chosen).all()
    for average in ("micro", "macro", "weighted"):
        name = "accuracy" if average == "micro" and everything else f"{average} avg"
        values = [*columns(average), float(counts.actual.sum())]
        rows.append((name, dict(zip(COLUMNS, values, strict=True))))
    if output == "text" and not output_dict:
        return _text(rows, digits, whole=weights is None)
    report: dict[str, Any] = dict(rows)
    if everything:
        report["accuracy"] = report["accuracy"]["precision"]
    return report


def _names(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    classes: NDArray[Any],
    labels: ArrayLike | None,
    target_names: list[str] | None,
) -> list[str]:
    """Return the given names, or the labels as the caller wrote them: 1.0 and True stay so."""
    if target_names is not None:
        if len(target_names) != len(classes):
            raise ValueError(
                f"target_names must name each of {len(classes)} classes; got {len(target_names)}: "
                "pass all labels as labels="
            )
        return [str(name) for name in target_names]
    if labels is not None:
        return [str(label) for label in np.asarray(labels).tolist()]
    kinds = {np.asarray(y_true).dtype.kind, np.asarray(y_pred).dtype.kind}
    if kinds in ({"b"}, {"f"}):
        classes = classes.astype(np.bool_ if kinds == {"b"} else np.float64)
    return [str(label) for label in classes.tolist()]


def _text(rows: list[tuple[str, Row]], digits: int, *, whole: bool) -> str:
    width = max(*(len(name) for name, _ in rows), len("weighted avg"), digits)
    lines = [" " * width + " " + "".join(f" {column:>9}" for column in COLUMNS), ""]
    for place, (name, row) in enumerate(rows):
        averages = place - (len(rows) - 3)  # the last three rows are averages
        if averages == 0:
            lines.append("")
        cells = [f"{row[column]:>9.{digits}f}" for column in COLUMNS[:3]]
        if averages == 0 and name == "accuracy":
            cells[:2] = [" " * 9] * 2
        cells.append(f"{row['support']:>9.{0 if whole else digits}f}")
        lines.append(f"{name:>{width}}  " + " ".join(cells))
    return "\n".join(lines) + "\n"
