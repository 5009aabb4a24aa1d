"""The list of layers in a model: check it, walk through it, print it as a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from np_layers._types import Shape
from np_layers.layers.base import Layer

# A layer's name is part of the names of arrays, which become names in a file.
_NAME = re.compile(r"[^./\\:\x00-\x1f]+")


def checked_layers(layers: Iterable[Layer | tuple[str, Layer]]) -> dict[str, Layer]:
    """Return the layers by name; the name of an unnamed layer is its position.

    Raises
    ------
    TypeError
        If an item is not a layer and not a pair (name, layer).
    ValueError
        If the list is empty, a layer or a name occurs twice, or a name cannot be in a file.
    """
    if isinstance(layers, Layer):
        raise TypeError(f"layers must be a list of layers, got {layers!r}; write [layer]")
    named: dict[str, Layer] = {}
    for i, item in enumerate(layers):
        name, layer = item if isinstance(item, tuple) and len(item) == 2 else (str(i), item)
        if not isinstance(layer, Layer):
            hint = "; write the class with parentheses" if isinstance(layer, type) else ""
            raise TypeError(f"layers[{i}] must be a Layer, got {layer!r}{hint}")
        if not isinstance(name, str):
            raise TypeError(f"the name of layers[{i}] must be a str, got {name!r}")
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"the name of layers[{i}] must be text without . / \\ and :, got {name!r}; "
                "use _ instead"
            )
        if name in named:
            raise ValueError(f"the name of layers[{i}] must be new, got {name!r} again")
        if any(layer is other for other in named.values()):
            raise ValueError(f"layers[{i}] is in the list twice, got {layer!r}; make a new one")
        named[name] = layer
    if not named:
        raise ValueError("a Sequential needs at least one layer, got []")
    return named


def leaves(layer: Layer, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """Yield (prefix of its array names, layer) for each layer that holds no other layers.

    Parameters
    ----------
    layer : Layer
        A model, a block or a layer, built or not.
    prefix : str
        Prefix of the names of ``layer`` itself.

    Examples
    --------
    >>> from np_layers import Dense, ReLU, Sequential
    >>> [prefix for prefix, _ in leaves(Sequential([Dense(2), Sequential([ReLU()])]))]
    ['0.', '1.0.']
    """
    inner = layer.named_layers()
    if not inner:
        yield prefix, layer
    for name, one in inner.items():
        yield from leaves(one, f"{prefix}{name}.")


class Summary(str):
    """A table as text; a notebook shows it as an HTML table."""

    rows: list[tuple[str, ...]]

    def _repr_html_(self) -> str:
        lines: list[str] = []
        for row in self.rows:
            tag = "td" if lines else "th"
            cells = [
                f'<{tag} style="text-align:{"left" if i < 3 else "right"}">{escape(cell)}</{tag}>'
                for i, cell in enumerate(row)
            ]
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return f"<table>{''.join(lines)}</table>"


def layer_table(
    layers: Mapping[str, Layer], input_shape: Shape, shapes: Mapping[str, Shape]
) -> Summary:
    """Return a table with one line per layer.

    Parameters
    ----------
    layers : mapping of str to Layer
        Built layers by name.
    input_shape : tuple of int
        Shape of one sample.
    shapes : mapping of str to tuple of int
        Output shape of each layer.

    Returns
    -------
    Summary
        Name, layer, output shape, number of parameters, and floating-point operations of one
        forward for one sample; without a final newline.
    """
    counts = {
        name: sum(array.size for array in layer._all_parameters().values())
        for name, layer in layers.items()
    }
    rows: list[tuple[str, ...]] = [
        ("name", "layer", "output shape", "parameters", "FLOPs"),
        ("input", "", str(input_shape), "", ""),
        *(
            (name, _kind(one), str(shapes[name]), f"{counts[name]:,}", f"{one.flops:,}")
            for name, one in layers.items()
        ),
    ]
    flops = sum(layer.flops for layer in layers.values())
    rows.append(("total", "", "", f"{sum(counts.values()):,}", f"{flops:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = Summary("\n".join(_line(row, widths) for row in rows))
    table.rows = rows
    return table


def _kind(layer: Layer) -> str:
    """Return the name of the class, with a mark if its parameters are frozen."""
    frozen = layer._all_parameters() and not layer.parameters()
    return type(layer).__name__ + ", frozen" * bool(frozen)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    """Join the cells: text to the left, numbers to the right."""
    text = [cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
    return "  ".join(text + numbers).rstrip()
