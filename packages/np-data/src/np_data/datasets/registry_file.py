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
    np_data.datasets.registry_file.RegistryError: ...mine.toml: mine: expected the keys ..., got 3
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
    np_data.datasets.registry_file.RegistryError: ...mine.toml: mine: expected the keys ...
    """
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RegistryError(f"{os.fspath(path)}: not valid TOML: {error}") from error
    entries = []
    for name, table in tables.items():
        try:
            entries.append(_entry(name, table))
        except (TypeError, ValueError) as error:
            raise RegistryError(f"{os.fspath(path)}: {name}: {error}") from error
    return entries


def _entry(name: str, table: Any) -> DatasetEntry:
    _check_keys(table, {"files"}, {"urls", "class_names"})
    if not isinstance(table["files"], dict):
        raise TypeError(f"files must be a table, got {table['files']!r}")
    for file in table["files"].values():
        _check_keys(file, {"name", "sha256"}, {"size"})
    for key in ("urls", "class_names"):
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise TypeError(f"{key} must be a list of texts, got {value!r}")
    return DatasetEntry(
        name,
        files={role: IdxFile(**file) for role, file in table["files"].items()},
        sources=tuple(map(source_at, table.get("urls", []))),
        class_names=tuple(table.get("class_names", [])),
    )


def _check_keys(table: Any, required: set[str], optional: set[str]) -> None:
    if not isinstance(table, dict) or not required <= set(table) <= required | optional:
        keys = f"{', '.join(sorted(required))} and perhaps {', '.join(sorted(optional))}"
        raise ValueError(f"expected the keys {keys}, got {table!r}")
