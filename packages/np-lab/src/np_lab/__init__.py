"""A course on deep networks in NumPy whose grader names your mistake."""

from importlib.metadata import version

from np_lab.course import UNITS, Unit
from np_lab.grading import Finding, Report, grade
from np_lab.task import Mutant, Task, Text

__version__ = version("np-lab")

__all__ = ["UNITS", "Finding", "Mutant", "Report", "Task", "Text", "Unit", "grade"]
