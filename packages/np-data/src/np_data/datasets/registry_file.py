"""Read descriptions of data sets from a TOML file.

There is one table for each data set. It says where the files are, and for each file its name, the
SHA-256 of its decompressed content and, if known, its size in bytes::

    [shapes]
    urls = ["https://example.org/shapes/{name}.gz"]
    class_names = ["circle", "square", "triangle"]

    [shapes.files]
    train_images = { name = "train-images-idx3-ubyte", sha256 = "…", size = 47040016 }
    train_labels = { name = "train-labels-idx1-ubyte", sha256 = "…", size = 60008 }
    test_images = { name = "t10k-images-idx3-ubyte", sha256 = "…", size = 7840016 }
    test_labels = { name = "t10k-labels-idx1-ubyte", sha256 = "…", size = 10008 }

If only the hash of a compressed file is known, see ``IdxFile``. A URL is ``http(s)://``, or
``file://`` for a folder. ``np-data info FILE`` prints hash and size.
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
    >>> written = path.write_text("mine")
    >>> read_registry(path)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    np_data.datasets.registry_file.RegistryError: ...mine.toml: not valid TOML: ...
    """


def read_registry(path: str | os.PathLike[str]) -> list[DatasetEntry]:
    """Read the data sets that a TOML file describes, to fetch or register them.

    RegistryError if the file is not TOML, or a key is unknown or missing, or a value is wrong.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "mine.toml"
    >>> roles = ("train_images", "train_labels", "test_images", "test_labels")
    >>> files = [f"{role} = {{ name = '{role}', sha256 = '{'00' * 32}' }}" for role in roles]
    >>> written = path.write_text(f"mine = {{ files = {{ {', '.join(files)} }} }}")
    >>> [entry.name for entry in read_registry(path)]
    ['mine']
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
    files, urls, names = table["files"], table.get("urls", []), table.get("class_names", [])
    if not (isinstance(files, dict) and isinstance(urls, list) and isinstance(names, list)):
        raise TypeError(f"expected a table of files, lists of urls and class_names, got {table!r}")
    for file in files.values():
        _check_keys(file, {"name", "sha256"}, {"member", "size"})
    return DatasetEntry(
        name,
        files={role: IdxFile(**file) for role, file in files.items()},
        sources=tuple(map(source_at, urls)),
        class_names=tuple(names),
    )


def _check_keys(table: Any, required: set[str], optional: set[str]) -> None:
    if not isinstance(table, dict) or not required <= set(table) <= required | optional:
        keys = f"{', '.join(sorted(required))} and perhaps {', '.join(sorted(optional))}"
        raise ValueError(f"expected the keys {keys}, got {table!r}")
