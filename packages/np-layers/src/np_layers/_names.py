"""Classes or functions of one kind by name, as a decorator registers them."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
R = TypeVar("R", bound=Any)


class Registry(dict[str, T]):
    """A dictionary of names whose KeyError says which name was perhaps meant.

    Parameters
    ----------
    kind : str
        What the messages call an item, such as ``"layer"``.
    items : mapping
        The first items by name.

    Examples
    --------
    >>> animals = Registry("animal")
    >>> @animals.register
    ... class Otter: ...
    >>> list(animals)
    ['Otter']
    >>> animals["oter"]  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    KeyError: "unknown animal 'oter'; did you mean Otter? (import the file that registers ...)"
    """

    def __init__(self, kind: str, items: Mapping[str, T] | None = None) -> None:
        super().__init__(items or {})
        self.kind = kind

    def register(self, item: R) -> R:
        """Add a class or a function under its own name, and return it.

        ValueError if another one has the name.
        """
        name = item.__name__
        known: Any = self.setdefault(name, item)
        # A module that runs twice, as in a notebook, defines the same thing again.
        if (known.__module__, known.__qualname__) != (item.__module__, item.__qualname__):
            raise ValueError(
                f"the name of each {self.kind} must be unique, got a second {name!r} "
                f"({item.__module__}, known from {known.__module__}); rename it"
            )
        self[name] = item
        return item

    def __missing__(self, name: object) -> NoReturn:
        names = {known.lower(): known for known in sorted(self)}
        near = [names[match] for match in get_close_matches(str(name).lower(), names)]
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(self))}"
        raise KeyError(
            f"unknown {self.kind} {name!r}; {hint} (import the file that registers your own first)"
        )
