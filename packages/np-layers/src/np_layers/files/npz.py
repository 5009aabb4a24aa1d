"""Saving and loading a whole model: its architecture and its arrays in one file.

The file is the .npz archive of `model_archive`: the arrays under their names in the state
dictionary, and a JSON document that says which format this is, who wrote it, and how the model is
built. Laws: nothing in a file is executed, a file that is not exactly what was written is refused,
and equal models give equal bytes.
"""

from __future__ import annotations

import os
from pathlib import Path

from np_layers.files.atomic_file import atomic_file
from np_layers.files.model_archive import read_archive, write_archive
from np_layers.files.model_file_error import naming
from np_layers.files.stored_model import check_version, document_of, model_of
from np_layers.layers.sequential import Sequential


def save(model: Sequential, path: str | os.PathLike[str]) -> None:
    """Save the architecture, the parameters and the buffers of ``model`` in one file.

    Parameters
    ----------
    model
        A built model.
    path
        The file, customarily ``….npz``; replaced in one step when everything has been written,
        and left as it was when anything fails.

    Raises
    ------
    TypeError
        If ``model`` is not a Sequential, or an option of a layer has no JSON form.
    KeyError
        If a layer or an initialiser is not known by name, so that nobody could load it.
    RuntimeError
        If the model has not been built.
    OSError
        If the file cannot be written.

    Notes
    -----
    Optimizer state is not part of a model. Plain `numpy.load` opens the file too, without
    pickle: ``numpy.load(path)["0.weight"]``.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from np_layers import Dense
    >>> path = Path(tempfile.mkdtemp()) / "model.npz"
    >>> model = Sequential([Dense(2)], input_shape=(3,), rng=np.random.default_rng(0))
    >>> save(model, path)
    >>> bool((load(path).forward(np.ones((1, 3))) == model.forward(np.ones((1, 3)))).all())
    True
    """
    document, arrays = document_of(model), model.state_dict()
    with atomic_file(path) as stream:
        write_archive(stream, arrays, document)


def load(path: str | os.PathLike[str]) -> Sequential:
    """Return the model that `save` wrote.

    Classes of your own must be known through `register` first.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Sequential
        Built, with the saved arrays, in the saved dtype.

    Raises
    ------
    ModelFileError
        If a byte of the file differs from what `save` wrote, if it is of another format or
        version, if it names an unknown layer, or if architecture and arrays do not fit each
        other. A `ValueError`; found out before memory is taken for anything that the file only
        claims to hold.
    OSError
        If there is no such file or it may not be read.
    """
    with Path(path).open("rb") as stream, naming(path):
        check_version(stream.read(1 << 20))
        arrays, document = read_archive(stream)
        return model_of(document, arrays)
