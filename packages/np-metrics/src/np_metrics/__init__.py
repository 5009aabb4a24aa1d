"""Classification metrics with scikit-learn's meaning, streaming and intervals, in NumPy alone."""

from np_metrics.accuracies import accuracy, balanced_accuracy
from np_metrics.agreement import cohen_kappa, matthews_corrcoef
from np_metrics.bootstrap import bootstrap_interval
from np_metrics.calibration import expected_calibration_error, reliability_curve
from np_metrics.confusion import confusion_matrix
from np_metrics.curves import precision_recall_curve, roc_curve
from np_metrics.f_scores import f1, fbeta
from np_metrics.mean import Mean
from np_metrics.precision_area import average_precision
from np_metrics.precision_recall import precision, recall
from np_metrics.regression import mean_squared_error
from np_metrics.report import classification_report
from np_metrics.roc_area import roc_auc
from np_metrics.scoring_rules import brier_score, log_loss
from np_metrics.streaming import ConfusionMatrix
from np_metrics.top_k import top_k_accuracy

__all__ = [
    "ConfusionMatrix",
    "Mean",
    "accuracy",
    "average_precision",
    "balanced_accuracy",
    "bootstrap_interval",
    "brier_score",
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
    "reliability_curve",
    "roc_auc",
    "roc_curve",
    "top_k_accuracy",
]
