"""The student's folder: write it, and load a solution from it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

from np_lab.course import UNITS, Unit
from np_lab.task import Task


class StudentFileError(ValueError):
    """A student's file is missing, does not run, or lacks the name that a task asks for."""


def write_folder(folder: Path, language: str) -> list[Path]:
    """Write the notes and the stubs of all units; a file that exists is left as it is.

    Returns
    -------
    list of Path
        The files that were written.
    """
    written = []
    for unit in UNITS:
        texts = dict(unit.stubs()) | {"notes.md": unit.notes(language)}
        for name, text in texts.items():
            path = folder / unit.folder / name
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
                written.append(path)
    return written


def load_solution(folder: Path, unit: Unit, task: Task) -> Any:
    """Import the student's file and return the function or class that the task asks for.

    The file is imported by its path under a name of its own, so that nothing installed can be
    imported in its place. Files beside it can be imported by name.

    Raises
    ------
    StudentFileError
        If the file is missing, cannot be imported, or does not define the name.
    """
    path = folder / unit.folder / task.file
    if not path.exists():
        raise StudentFileError(f"{path} is missing; `np-lab new {folder}` writes it")
    name = f"_student_{unit.folder}_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise StudentFileError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever a student's file raises
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        raise StudentFileError(
            f"{path} does not run: {type(error).__name__}: {error}{line}"
        ) from error
    finally:
        sys.path.remove(str(path.parent))
    if not hasattr(module, task.name):
        raise StudentFileError(f"{path} must define {task.name}; was it renamed?")
    return getattr(module, task.name)
