"""Read and write text, JSON and arrays: written atomically, with equal bytes for equal values."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


@contextmanager
def atomic_write(path: Path) -> Iterator[Path]:
    """Give a temporary path beside ``path``, which replaces it if the block raises no error.

    The file is flushed to the disk before it is renamed: a crash or a full disk leaves the earlier
    file or none, never half of one. The temporary name is hidden, and git and DVC ignore it. It is
    always the same for a path, so what a killed process left is overwritten by the next one.
    """
    temporary = path.with_name(f".{path.name}.tmp{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise OSError(f"{path} was not written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


@contextmanager
def damage_names_file(path: Path) -> Iterator[None]:
    """Name the file in the error of the block that reads it, and say what to do about it."""
    try:
        yield
    except (AttributeError, EOFError, LookupError, TypeError, ValueError) as error:
        raise ValueError(
            f"{path} is damaged: {error}; remove it and run the stage that writes it again"
        ) from error


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove_others(folder: Path, keep: Iterable[Path]) -> None:
    """Remove everything in ``folder`` that is not in ``keep``: the results of an earlier run."""
    for path in set(folder.iterdir()) - set(keep):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with Unix line ends."""
    with atomic_write(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write ``content`` with sorted keys; ValueError if a number is not finite."""
    text = json.dumps(content, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False)
    write_text(path, text + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file; ValueError names a damaged file."""
    with damage_names_file(path):
        return json.loads(path.read_text(encoding="utf-8"))


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write a ``.npy`` file with the bytes of ``numpy.save``.

    ``numpy.save`` does not notice when a full disk refuses a small array.
    """
    content = np.ascontiguousarray(array)
    with atomic_write(path) as temporary, temporary.open("wb") as file:
        header = np.lib.format.header_data_from_array_1_0(content)
        np.lib.format.write_array_header_1_0(file, header)
        file.write(content.data)


def read_array(path: Path) -> NDArray[Any]:
    """Read a ``.npy`` file; ValueError names a file that is damaged or holds pickled objects."""
    with damage_names_file(path), path.open("rb") as file:
        return np.asarray(np.lib.format.read_array(file, allow_pickle=False))
