"""Read descriptions of data sets from a TOML file.

There is one table for each data set. It says where the files are, and for each file its name, the
SHA-256 of its decompressed content and, if known, its size in bytes::

    [kmnist]
    urls = ["https://example.org/kmnist/{name}.gz"]
    class_names = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]

    [kmnist.files]
    train_images = { name = "train-images-idx3-ubyte", sha256 = "…", size = 47040016 }
    train_labels = { name = "train-labels-idx1-ubyte", sha256 = "…", size = 60008 }
    test_images = { name = "t10k-images-idx3-ubyte", sha256 = "…", size = 7840016 }
    test_labels = { name = "t10k-labels-idx1-ubyte", sha256 = "…", size = 10008 }

A URL is ``http(s)://``, or ``file://`` for a folder. ``np-data info FILE`` prints hash and size.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from np_data.datasets.entry import DatasetEntry
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.sources import source_at


class RegistryError(ValueError):
    """A registry file is not valid; the message names the file and the table in it.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.toml"
    >>> written = path.write_text("mine = 3")
    >>> read_registry(path)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    np_data.datasets.registry_file.RegistryError: ...mine.toml: mine: expected a table, got 3
    """


def read_registry(path: str | os.PathLike[str]) -> list[DatasetEntry]:
    """Read the data sets that a TOML file describes, to fetch or register them.

    Raises
    ------
    RegistryError
        If the file is not TOML, or a table has an unknown or missing key or a wrong value.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.toml"
    >>> written = path.write_text("mine = { file = {} }")
    >>> read_registry(path)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    np_data.datasets.registry_file.RegistryError: ...mine.toml: mine: unknown key 'file'; ...
    """
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegistryError(f"{os.fspath(path)}: not valid TOML: {error}") from error
    entries = []
    for name, table in tables.items():
        try:
            entries.append(_entry(name, table))
        except (KeyError, TypeError, ValueError) as error:
            reason = error.args[0] if error.args else error
            raise RegistryError(f"{os.fspath(path)}: {name}: {reason}") from error
    return entries


def _entry(name: str, table: Any) -> DatasetEntry:
    keys = _checked(table, required={"files"}, optional={"urls", "class_names"})
    files = {
        role: IdxFile(**_checked(file, required={"name", "sha256"}, optional={"size"}))
        for role, file in _table(keys["files"]).items()
    }
    lists = {key: keys.get(key, []) for key in ("urls", "class_names")}
    for key, value in lists.items():
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise TypeError(f"{key} must be a list of texts, got {value!r}")
    return DatasetEntry(
        name,
        files=files,
        sources=tuple(source_at(url) for url in lists["urls"]),
        class_names=tuple(lists["class_names"]),
    )


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"expected a table, got {value!r}")
    return value


def _checked(value: Any, *, required: set[str], optional: set[str]) -> Mapping[str, Any]:
    table = _table(value)
    for key in table:
        if key not in required | optional:
            known = ", ".join(sorted(required | optional))
            raise KeyError(f"unknown key {key!r}; the keys are {known}")
    for key in sorted(required):
        if key not in table:
            raise KeyError(f"the key {key!r} is missing")
    return table
