"""Classification metrics in NumPy that agree with scikit-learn, with streaming and intervals.

These parameters mean the same in every metric:

y_true, y_pred : array_like of shape (N,)
    True and predicted labels: integers, booleans, whole floats or strings, one per sample.
y_prob, y_score : array_like of shape (N, K) or (N,)
    Probabilities, whose rows sum to 1, or scores of any scale. Column j belongs to the j-th label
    in ascending order. With two labels, shape (N,) is the column of the larger label.
labels : array_like of shape (K,), optional
    For metrics of ``y_pred``: the classes to report, in this order, whether they occur or not. By
    default the sorted labels that occur in ``y_true`` or ``y_pred``. With ``range(K)`` the index
    is the class id. For metrics of ``y_prob`` or ``y_score``: all labels, ascending. By default
    the labels in ``y_true``; then every label must occur there.
sample_weight : array_like of shape (N,), optional
    Weights w, finite and not negative. By default every sample counts once.
reduction : {"mean", "sum"}
    ``"sum"`` returns the weighted sum over samples in place of the weighted mean.
zero_division : {0, 1, nan}
    The value of 0/0. Averages leave out NaN.

Every metric raises ValueError if the lengths differ, an array is empty, a label, score or weight
is NaN, a probability is outside [0, 1], the columns are not one per label, or an option is unknown.
It raises TypeError if labels are neither numbers nor strings, if they mix both, or if an argument
that must be a number is not one.
"""

from np_metrics.accuracy import accuracy, balanced_accuracy, top_k_accuracy
from np_metrics.agreement import cohen_kappa, matthews_corrcoef
from np_metrics.bootstrap import bootstrap_interval
from np_metrics.confusion import ConfusionMatrix, confusion_matrix
from np_metrics.curves import precision_recall_curve, roc_curve
from np_metrics.mean import Mean
from np_metrics.precision_recall import f1, fbeta, precision, recall
from np_metrics.probabilities import (
    brier_score,
    calibration_curve,
    expected_calibration_error,
    log_loss,
)
from np_metrics.ranking import average_precision, roc_auc
from np_metrics.regression import mean_squared_error
from np_metrics.report import classification_report

__all__ = [
    "ConfusionMatrix",
    "Mean",
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "bootstrap_interval",
    "brier_score",
    "calibration_curve",
    "classification_report",
    "cohen_kappa",
    "confusion_matrix",
    "expected_calibration_error",
    "f1",
    "fbeta",
    "log_loss",
    "matthews_corrcoef",
    "mean_squared_error",
    "precision",
    "precision_recall_curve",
    "recall",
    "roc_auc",
    "roc_curve",
    "top_k_accuracy",
]

__version__ = "0.2.0"


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
