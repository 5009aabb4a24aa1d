"""A model as a JSON document and a dictionary of arrays, which is what a file stores, and back.

Law: the arrays are the measure of what a document may ask for; a document that wants any other
array is refused before that array exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from np_layers._types import Array
from np_layers.files.stored_shapes import allow_only
from np_layers.layers.residual import Residual
from np_layers.layers.sequential import Sequential

FORMAT = "np-layers model"
FORMAT_VERSION = 1
WRITER = "np-layers 0.1.0"

# Quotation marks are escaped where the document is a string in another JSON text.
_VERSION = re.compile(rb'"format_version\\?": ?([0-9]{1,9})')
_WRITER = re.compile(rb'"written_by\\?": ?\\?"([^"\\]{1,80})')


def document_of(model: Sequential) -> dict[str, Any]:
    """Return the JSON document that describes ``model``: format, version, writer, architecture.

    Raises
    ------
    TypeError
        If ``model`` is not a Sequential.
    KeyError
        If a layer or an initialiser is not known by name, so that nobody could load it.
    """
    if not isinstance(model, Sequential) or isinstance(model, Residual):
        raise TypeError(f"a Sequential is saved, got {model!r}; write Sequential([layer], …)")
    config = model.to_config()
    Sequential.from_config({"layers": config["layers"]})  # a model that is saved can be loaded
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "written_by": WRITER,
        "model": config,
    }


def check_version(head: bytes) -> None:
    """Raise ValueError if the first bytes of a file state another format version.

    This is asked before anything else, because another version may be laid out or sealed in
    another way; it would then look damaged. Every version states its number and its writer in
    plain JSON near the beginning.

    Examples
    --------
    >>> check_version(b'{"format_version": 2, "written_by": "np-layers 3.1.0"}')
    Traceback (most recent call last):
    ValueError: format version must be 1, got 2, written by 'np-layers 3.1.0'; install that version
    """
    version, writer = _VERSION.search(head), _WRITER.search(head)
    if version is not None:
        _check_version(int(version[1]), writer and writer[1].decode("ascii", "replace"))


def model_of(document: Any, arrays: Mapping[str, Array]) -> Sequential:
    """Return the model that a document and the arrays stored with it describe.

    Parameters
    ----------
    document
        What `document_of` returned, by way of a file.
    arrays
        What ``model.state_dict()`` returned, by way of the same file.

    Raises
    ------
    ValueError
        If the format, its version or a layer is unknown, or the arrays are not those of the
        architecture.

    Examples
    --------
    >>> from np_layers import Dense
    >>> model = Sequential([Dense(2)], input_shape=(3,), rng=np.random.default_rng(0))
    >>> model_of(document_of(model), model.state_dict()).layers[0].units
    2
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"the document states the format {FORMAT!r}, got {_short(document)}")
    _check_version(document.get("format_version"), document.get("written_by"))
    try:
        options = dict(document["model"])
        _refuse_built(options["layers"])
        unbuilt = Sequential.from_config({"layers": options.pop("layers")})
        allow_only(arrays, unbuilt)
        named = unbuilt.named_layers().items()
        model = Sequential(named, **options, rng=_Zeros(np.random.PCG64(0)))
        model.load_state_dict(arrays)
    except Exception as error:  # whatever a document provokes is the document's fault
        reason = error.args[0] if isinstance(error, KeyError) and error.args else error
        raise ValueError(f"the architecture cannot be built: {reason}") from error
    return model


class _Zeros(np.random.Generator):
    """Zeros for parameters that are about to be overwritten: drawing them takes most of a load."""

    def normal(self, loc: Any = 0, scale: Any = 1, size: Any = None) -> Any:
        return np.zeros(size)

    def uniform(self, low: Any = 0, high: Any = 1, size: Any = None) -> Any:
        return np.zeros(size)


def _refuse_built(layers: Any) -> None:
    """Raise ValueError if a layer would be built as soon as it is made, unseen by `allow_only`."""
    for item in layers:
        config = item[1] if isinstance(item, list) else item
        if "input_shape" in config:
            raise ValueError(f"input_shape is the model's, got one inside {_short(config)}")
        _refuse_built(config.get("layers", ()))


def _check_version(version: Any, writer: Any) -> None:
    if version != FORMAT_VERSION:
        raise ValueError(
            f"format version must be {FORMAT_VERSION}, got {_short(version)}, written by "
            f"{_short(writer)}; install that version"
        )


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"
