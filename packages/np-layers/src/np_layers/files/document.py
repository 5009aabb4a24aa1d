"""The JSON document of a model file: format, version and architecture.

The JSON is strict: no NaN, and no name twice in one object. So every JSON reader understands it in
the same way.
"""

from __future__ import annotations

import json
import re
from typing import Any

from np_layers.layers.sequential import Sequential

FORMAT = "np-layers model"
FORMAT_VERSION = 1
# The field "written_by" names the first release of this format version, not the installed one. So
# equal models give equal bytes in every release.
WRITTEN_BY = "np-layers 0.1.0"

# In a safetensors header the document is a string, where quotation marks are escaped.
_VERSION = re.compile(rb'"format_version\\?": ?([0-9]{1,9})')
_WRITTEN_BY = re.compile(rb'"written_by\\?": ?\\?"([^"\\]{1,80})')


def document_of(model: Sequential) -> dict[str, Any]:
    """Return the document that describes ``model``.

    Raises
    ------
    TypeError
        If ``model`` is not a Sequential.
    KeyError
        If a layer or an initialiser is not registered, so that `load` could not find it.
    """
    if not isinstance(model, Sequential) or type(model).forward is not Sequential.forward:
        raise TypeError(f"model must be a Sequential, got {model!r}; write Sequential([layer], …)")
    config = model.to_config()
    Sequential.from_config({"layers": config["layers"]})  # fails if load would fail
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "written_by": WRITTEN_BY,
        "model": config,
    }


def check_format(document: Any) -> None:
    """Raise ValueError if a document is not of this format and version."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ValueError(f"the document's format must be {FORMAT!r}, got {shorten(document)}")
    _check_version(document.get("format_version"), document.get("written_by"))


def check_version(head: bytes) -> None:
    """Raise ValueError if the first bytes of a file state another format version.

    Call this before anything else is checked. A newer version may have another layout or another
    digest, and would look damaged. Every version has its number and its release in plain JSON near
    the beginning of the file.

    Examples
    --------
    >>> check_version(b'{"format_version": 2, "written_by": "np-layers 3.1.0"}')
    Traceback (most recent call last):
    ValueError: the format version must be 1, got 2; install 'np-layers 3.1.0' or newer
    """
    version, written_by = _VERSION.search(head), _WRITTEN_BY.search(head)
    if version is not None:
        _check_version(int(version[1]), written_by and written_by[1].decode("ascii", "replace"))


def dump_json(value: Any) -> bytes:
    r"""Return ``value`` as ASCII text. Equal values give equal bytes.

    Raises
    ------
    ValueError
        If a number is NaN or infinite.
    TypeError
        If a value has no JSON form.

    Examples
    --------
    >>> dump_json({"b": 1, "a": "é"})
    b'{"a": "\\u00e9", "b": 1}'
    """
    return json.dumps(value, sort_keys=True, allow_nan=False).encode("ascii")


def parse_json(text: bytes) -> Any:
    """Return the value of a JSON text.

    Raises
    ------
    ValueError
        If the text is not strict JSON.

    Examples
    --------
    >>> parse_json(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ValueError: not valid JSON: each name must occur once in an object, got 'a' twice
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not valid JSON: {error}") from error


def shorten(value: Any) -> str:
    """Return ``repr(value)`` for a message, with at most 80 characters of it."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _check_version(version: Any, written_by: Any) -> None:
    if version != FORMAT_VERSION:
        raise ValueError(
            f"the format version must be {FORMAT_VERSION}, got {shorten(version)}; "
            f"install {shorten(written_by)} or newer"
        )


def _refuse_constant(name: str) -> None:
    raise ValueError(f"a number must be finite, got {name}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            raise ValueError(f"each name must occur once in an object, got {name!r} twice")
        result[name] = value
    return result
