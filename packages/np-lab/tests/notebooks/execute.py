"""Execute the notebooks of all units: with empty stubs, then with right solutions.

Run by ``nox -s notebooks``, which installs nbclient, ipykernel and jupytext. Arguments are the
languages; ``--quick`` leaves out the units whose experiment trains for seconds.
"""

import argparse
import importlib.resources
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

from np_lab import UNITS
from np_lab._student import Settings, write_folder
from np_lab._texts import LANGUAGES, message

QUICK = ("data", "dense", "losses", "gradcheck", "metrics", "capstone")
EARLIER = ("activations", "adam", "dense", "losses")  # what the capstone uses
STUB, CHECK = 5, 6  # places of the two cells


def solution_of(unit: str) -> str:
    """Return the right solution of a unit; for the capstone, of the units that it uses as well."""
    names = (*EARLIER, unit) if unit == "capstone" else (unit,)
    folder = importlib.resources.files("np_lab.units")
    return "\n\n".join((folder / name / "solutions.py").read_text("utf-8") for name in names)


def text_of(cell: dict) -> str:
    """Return what a cell printed."""
    return "".join(output.get("text", "") for output in cell["outputs"])


def execute(path: Path, unit: str, tasks: int, language: str) -> None:
    """Execute one notebook twice in the same kernel, and say what it must print."""
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    again = jupytext.reads(jupytext.writes(notebook, "py:percent"), "py:percent")
    if [cell["source"] for cell in again.cells] != [cell["source"] for cell in notebook.cells]:
        raise SystemExit(f"{path}: jupytext does not give the same cells back")
    options = {
        "timeout": 300,
        "startup_timeout": 300,
        "resources": {"metadata": {"path": path.parent}},
    }
    client = NotebookClient(notebook, **options)
    with client.setup_kernel():
        for place in (STUB, CHECK):
            client.execute_cell(notebook.cells[place], place)
        empty = message("unwritten", language, name="")
        if text_of(notebook.cells[CHECK]).count(empty) != tasks:
            raise SystemExit(f"{path}: empty stubs print {text_of(notebook.cells[CHECK])!r}")
        notebook.cells[STUB]["source"] = solution_of(unit)
        for place, cell in enumerate(notebook.cells):
            client.execute_cell(cell, place)
        if text_of(notebook.cells[CHECK]).count("✓") != tasks:
            raise SystemExit(f"{path}: solutions print {text_of(notebook.cells[CHECK])!r}")


def main() -> None:
    """Write the folder of the course in each language and execute its notebooks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("languages", nargs="*", default=LANGUAGES)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    for language in options.languages:
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_folder(folder, Settings(language), notebooks=True)
            units = [unit for unit in UNITS if not options.quick or unit.name in QUICK]
            for unit in units:
                path = folder / unit.folder / f"{unit.name}.ipynb"
                execute(path, unit.name, len(unit.tasks), language)
        taken = time.perf_counter() - start
        print(f"{language}: {len(units)} notebooks, with stubs and with solutions, {taken:.0f} s")


if __name__ == "__main__":
    main()
