"""Classification metrics with scikit-learn's meaning, streaming and intervals, in NumPy alone."""

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
