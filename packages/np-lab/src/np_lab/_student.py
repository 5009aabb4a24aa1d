"""The student's folder: write it, and load a solution from it."""

from __future__ import annotations

import importlib.util
import json
import sys
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from np_lab._errors import own_line
from np_lab._notebooks import notebook
from np_lab._running import ProtocolError
from np_lab.course import UNITS, Unit
from np_lab.task import Task

SETTINGS = "np-lab.json"


@dataclass(frozen=True)
class Settings:
    """What `np-lab new` was called with; kept in the folder for the other commands."""

    language: str = "en"
    seed: int = 0


def write_folder(folder: Path, settings: Settings, *, notebooks: bool = False) -> list[Path]:
    """Write the notes and the stubs of all units; a file that exists is left as it is.

    Returns
    -------
    list of Path
        The files that were written.
    """
    texts = {folder / SETTINGS: json.dumps(asdict(settings)) + "\n"}
    for unit in UNITS:
        notes, files = unit.notes(settings.language, settings.seed), unit.files()
        if notebooks:
            names = [task.name for task in unit.tasks]
            stub, experiment = files[f"{unit.name}.py"], files["experiment.py"]
            text = notebook(notes, stub, experiment, names, settings.language)
            files = {f"{unit.name}.ipynb": text}
        else:
            files["notes.md"] = notes
        texts |= {folder / unit.folder / name: text for name, text in files.items()}
    written = [path for path in texts if not path.exists()]
    for path in written:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8", newline="\n")
    return written


def find_course(folder: Path) -> Path:
    """Return the folder of the course: this one or, from within a unit, its parent.

    Raises
    ------
    ProtocolError
        If neither is a folder that `np-lab new` wrote.
    """
    for candidate in (folder, folder.resolve().parent):
        if (candidate / SETTINGS).exists():
            return candidate
    raise ProtocolError("not-a-folder", path=folder)


def read_settings(folder: Path) -> Settings:
    """Return what the folder was written with."""
    return Settings(**json.loads((folder / SETTINGS).read_text(encoding="utf-8")))


def load_solution(folder: Path, unit: Unit, task: Task) -> Any:
    """Import the student's file and return the function or class that the task asks for.

    The file is imported by its path under a name of its own, so that nothing installed can be
    imported in its place. Files beside it, and those of other units, can be imported by name.

    Raises
    ------
    ProtocolError
        If the file is missing, cannot be imported, or does not define the name.
    """
    path = folder / unit.folder / f"{unit.name}.py"
    if not path.exists():
        raise ProtocolError("file-missing", path=path)
    module = _import(path, [str(path.parent), *(str(folder / u.folder) for u in UNITS)])
    if not hasattr(module, task.name):
        raise ProtocolError("name-missing", path=path, name=task.name)
    return getattr(module, task.name)


def _import(path: Path, search: list[str]) -> Any:
    spec = importlib.util.spec_from_file_location(f"_student_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ProtocolError("file-broken", path=path, error="not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path[:0] = search
    dont_write = sys.dont_write_bytecode
    sys.dont_write_bytecode = True
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever a student's file raises
        text = f"{type(error).__name__}: {error}"
        line = own_line(traceback.extract_tb(error.__traceback__))
        if line and not isinstance(error, SyntaxError):  # the text of that names the line
            text += f" (line {line[0]}: `{line[1]}`)"
        raise ProtocolError("file-broken", path=path, error=text) from error
    finally:
        sys.dont_write_bytecode = dont_write
        del sys.path[: len(search)]
    return module
