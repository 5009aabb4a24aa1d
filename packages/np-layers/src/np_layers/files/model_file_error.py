"""The one error of all model files, which always says which file it is about."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


class ModelFileError(ValueError):
    """A model file that cannot be trusted or understood; the message names the file."""


@contextmanager
def naming(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn any ValueError of the block into a ModelFileError that names ``path``.

    Examples
    --------
    >>> with naming("model.npz"):
    ...     raise ValueError("it is empty")
    Traceback (most recent call last):
    np_layers.files.model_file_error.ModelFileError: model file 'model.npz': it is empty
    """
    try:
        yield
    except ValueError as error:
        raise ModelFileError(f"model file {os.fspath(path)!r}: {error}") from error
