"""Classification metrics with scikit-learn's meaning, streaming and intervals, in NumPy alone."""

from np_metrics.accuracies import accuracy
from np_metrics.confusion import confusion_matrix
from np_metrics.f_scores import f1, fbeta, precision, recall
from np_metrics.scoring_rules import log_loss

__all__ = [
    "accuracy",
    "confusion_matrix",
    "f1",
    "fbeta",
    "log_loss",
    "precision",
    "recall",
]
