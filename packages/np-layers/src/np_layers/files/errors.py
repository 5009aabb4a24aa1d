"""The error of all model files. Its message names the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


class ModelFileError(ValueError):
    """A model file is damaged, of another format or version, or not a model file."""


ModelFileError.__module__ = "np_layers"  # the name that users import


@contextmanager
def error_names_file(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn a ValueError in the block into a ModelFileError that names ``path``.

    Examples
    --------
    >>> with error_names_file("model.npz"):
    ...     raise ValueError("the file is empty")
    Traceback (most recent call last):
    np_layers.ModelFileError: model file 'model.npz': the file is empty
    """
    try:
        yield
    except ValueError as error:
        raise ModelFileError(f"model file {os.fspath(path)!r}: {error}") from error
