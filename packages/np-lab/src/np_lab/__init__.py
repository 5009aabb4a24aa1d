"""A course on deep networks in NumPy whose grader names your mistake."""

from np_lab.adapters import as_layer, as_optimizer
from np_lab.checking import check
from np_lab.course import UNITS, Unit, select
from np_lab.digits import digits
from np_lab.grading import Finding, Report, grade
from np_lab.playground import accuracy, chart, train
from np_lab.task import Task

__version__ = "0.2.0"

__all__ = [
    "UNITS",
    "Finding",
    "Report",
    "Task",
    "Unit",
    "accuracy",
    "as_layer",
    "as_optimizer",
    "chart",
    "check",
    "digits",
    "grade",
    "select",
    "train",
]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
