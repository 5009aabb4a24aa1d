"""Data sets of one's own, described in a TOML file.

One table for each data set: where its files are, and of each file the name, the SHA-256 of its
decompressed payload and, if it is known, its size in bytes::

    [kmnist]
    urls = ["https://example.org/kmnist/{name}.gz"]
    class_names = ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"]

    [kmnist.files]
    train_images = { name = "train-images-idx3-ubyte", sha256 = "…", size = 47040016 }
    train_labels = { name = "train-labels-idx1-ubyte", sha256 = "…", size = 60008 }
    test_images = { name = "t10k-images-idx3-ubyte", sha256 = "…", size = 7840016 }
    test_labels = { name = "t10k-labels-idx1-ubyte", sha256 = "…", size = 10008 }

A URL is of the web, or ``file://`` for a folder. ``np-data info FILE`` prints hash and size.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from np_data.datasets.entry import DatasetEntry, IdxFile
from np_data.datasets.source import Source
from np_data.datasets.sources import LocalFolder, WebMirror


class RegistryError(ValueError):
    """A file of data sets that is not valid; the message names the file and the table in it.

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
    """Read the data sets that a TOML file describes, to be fetched or registered.

    Raises
    ------
    RegistryError
        The file is not TOML, or a table in it has an unknown, missing or wrong key.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.toml"
    >>> written = path.write_text("mine = { file = {} }")
    >>> read_registry(path)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    np_data.datasets.registry_file.RegistryError: ...mine.toml: mine: unknown key 'file'; the keys are ...
    """
    try:
        tables = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise RegistryError(f"{os.fspath(path)}: not valid TOML: {problem}") from problem
    entries = []
    for name, table in tables.items():
        try:
            entries.append(_entry(name, table))
        except (KeyError, TypeError, ValueError) as problem:
            reason = problem.args[0] if problem.args else problem
            raise RegistryError(f"{os.fspath(path)}: {name}: {reason}") from problem
    return entries


def source_at(url: str) -> Source:
    """Return the source for a place given as text: ``http(s)://…{name}…``, else a folder."""
    if not isinstance(url, str):
        raise TypeError(f"a URL must be text, got {url!r}")
    return WebMirror(url) if url.startswith(("http://", "https://")) else LocalFolder(url)


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
