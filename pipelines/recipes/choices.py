"""A choice: a name with its options, such as ``Adam`` or ``{SGD: {momentum: 0.9}}``.

A choice selects a layer, loss, optimizer, schedule, transform, augmentation or generated data set.
Each kind has a dictionary of its names, and ``build`` calls what a choice names.
"""

import reprlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator

T = TypeVar("T")

# The packages end their errors about unknown names with the first text; a recipe needs the second.
IMPORT_FIRST = "import the file that registers your own first"
USE_PLUGINS = "a name of your own needs its file in the recipe's key plugins"


class ConfigError(ValueError):
    """A wrong value in a file of parameters; the text names the file and the path in it."""


def _name_and_options(value: object) -> object:
    if isinstance(value, str):
        return value, {}
    if isinstance(value, dict) and len(value) == 1:
        return next(iter(value.items()))
    raise ValueError(f"must be a name or one name with its options, got {reprlib.repr(value)}")


Choice = Annotated[tuple[str, dict[str, Any]], BeforeValidator(_name_and_options)]


@contextmanager
def error_names_place(place: str) -> Iterator[None]:
    """Turn the error of a block into a `ConfigError` that names a place in a file."""
    try:
        yield
    except (KeyError, MemoryError, OverflowError, TypeError, ValueError) as error:
        text = str(error.args[0] if isinstance(error, KeyError) else error)
        raise ConfigError(f"{place}: {text.replace(IMPORT_FIRST, USE_PLUGINS)}") from error


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean x or y?``, or the known names if none is like ``name``."""
    names = {each.lower(): each for each in sorted(known)}
    near = [names[match] for match in get_close_matches(name.lower(), names)]
    return f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names.values())}"


def build(
    place: str,
    kinds: Mapping[str, Callable[..., T]],
    choice: Choice,
    *arguments: object,
    plugins: bool = False,
) -> T:
    """Call what a choice names with some arguments and its options.

    ``plugins`` says that a plugin can add to ``kinds``.
    """
    kind, options = choice
    if kind not in kinds:
        hint = f" ({USE_PLUGINS})" if plugins else ""
        raise ConfigError(f"{place}: unknown name {kind!r}; {nearest(kind, kinds)}{hint}")
    with error_names_place(place):
        return kinds[kind](*arguments, **options)
