"""JSON as other programs read it too: no NaN, no name twice, no nesting that overflows a stack."""

from __future__ import annotations

import json
from typing import Any


def dump(value: Any) -> bytes:
    r"""Return ``value`` as ASCII text, equal for equal values.

    Raises
    ------
    ValueError
        If a number is NaN or infinite.
    TypeError
        If a value is none of JSON's.

    Examples
    --------
    >>> dump({"b": 1, "a": "é"})
    b'{"a": "\\u00e9", "b": 1}'
    """
    return json.dumps(value, sort_keys=True, allow_nan=False).encode("ascii")


def parse(text: bytes) -> Any:
    """Return the value of a JSON text from somebody else.

    Raises
    ------
    ValueError
        If it is not JSON, or JSON that readers understand differently.

    Examples
    --------
    >>> parse(b'{"a": 1, "a": 2}')
    Traceback (most recent call last):
    ValueError: not valid JSON: a name stands once in an object, got 'a' twice
    """
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not valid JSON: {error}") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"a number is finite, got {name}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in pairs:
        if name in result:
            raise ValueError(f"a name stands once in an object, got {name!r} twice")
        result[name] = value
    return result
