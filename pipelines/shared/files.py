"""Results on the disk: written whole or not at all, with the same bytes for the same values.

A file is written beside its place under a hidden name and renamed. Whoever writes holds a lock on
the hidden file, which the system takes back when the process dies: so what a killed process left is
told from what a running one is at, and removed by the next who writes there. git and DVC ignore
hidden files among the results.
"""

from __future__ import annotations

import csv
import fcntl
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` that takes its place when the block ends well.

    The file is flushed to the disk before it is renamed, so that a crash or a full disk leaves the
    earlier file or none, never half of one.
    """
    with naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path.parent, f"{path.name}.")
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name}.", suffix=path.suffix
        )
        temporary = Path(name)
        try:
            with suppress(OSError):  # some file systems know no locks
                fcntl.flock(handle, fcntl.LOCK_EX)
            yield temporary
            os.fsync(handle)
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
            os.close(handle)


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Name the file that could not be written in the error of the block."""
    try:
        yield
    except OSError as error:
        raise OSError(f"{path} was not written: {error.strerror or error}") from error


def remove_leftovers(folder: Path, start: str) -> None:
    """Remove what killed processes had written of files whose names start so.

    Files that are locked are in use.
    """
    for leftover in folder.glob(f".{start}*"):
        with suppress(OSError), leftover.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink()


def remove_others(folder: Path, keep: Iterable[Path]) -> None:
    """Remove what an earlier run left in `folder`, a stage's own, and this one did not write."""
    for path in set(folder.iterdir()) - set(keep):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 with Unix line ends."""
    with replaced(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write `content` with sorted keys; ValueError where a number is not finite."""
    text = json.dumps(content, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False)
    write_text(path, text + "\n")


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write a .npy file, the bytes of `numpy.save`.

    That function hands a small array to C's buffers and does not see when a full disk refuses them.
    """
    content = np.ascontiguousarray(array)
    with replaced(path) as temporary, temporary.open("wb") as file:
        header = np.lib.format.header_data_from_array_1_0(content)
        np.lib.format.write_array_header_1_0(file, header)
        file.write(content.data)


def read_json(path: Path) -> Any:
    """Read a JSON file; ValueError names a file that is none."""
    with reading(path):
        return json.loads(path.read_text(encoding="utf-8"))


def read_array(path: Path) -> NDArray[Any]:
    """Read a .npy file; ValueError names a file that is none, is cut, or holds pickled objects."""
    with reading(path), path.open("rb") as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))


def write_table(path: Path, rows: Sequence[Mapping[str, float | int]]) -> None:
    """Write rows with equal keys as CSV; floats keep all their digits, None is an empty cell."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, text.getvalue())


def read_table(path: Path) -> dict[str, NDArray[Any]]:
    """Read a table of numbers as columns; an empty cell is NaN."""
    with reading(path), path.open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
        if not rows:
            raise ValueError("a line of names must be followed by rows, got none")
        columns = zip(*rows, strict=True)
        return {
            name: np.array([float(cell or "nan") for cell in column])
            for name, column in zip(names, columns, strict=True)
        }


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Name the file in the error of the block that reads it, and what to do about it."""
    try:
        yield
    except (AttributeError, EOFError, LookupError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is damaged: {error}; remove it and run the stage that writes it again"
        ) from error
