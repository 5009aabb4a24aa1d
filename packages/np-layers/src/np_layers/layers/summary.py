"""A model as a table: what each layer puts out, how many parameters it has, what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from np_layers.layers.sequential import Sequential


def summary(model: Sequential) -> str:
    """Return one line per layer: name, layer, output shape, parameters, operations per sample.

    Parameters
    ----------
    model
        A built model.

    Returns
    -------
    str
        Lines without a final newline. FLOPs count a multiply-add as two, forward, one sample.

    Examples
    --------
    >>> import numpy as np
    >>> from np_layers import Dense, ReLU, Sequential
    >>> layers = [Dense(8), ReLU(), Dense(3)]
    >>> print(summary(Sequential(layers, input_shape=(4,), rng=np.random.default_rng(0))))
    name   layer  output shape  parameters  FLOPs
    input         (4,)
    0      Dense  (8,)                  40     72
    1      ReLU   (8,)                   0      8
    2      Dense  (3,)                  27     51
    total                               67    131
    """
    layers = model.named_layers()
    parameters = {
        name: sum(array.size for array in layer.parameters().values())
        for name, layer in layers.items()
    }
    rows = [("name", "layer", "output shape", "parameters", "FLOPs")]
    rows.append(("input", "", str(model.input_shape), "", ""))
    for name, layer in layers.items():
        shape, count = str(model.shapes[name]), f"{parameters[name]:,}"
        rows.append((name, type(layer).__name__, shape, count, f"{layer.flops:,}"))
    rows.append(("total", "", "", f"{sum(parameters.values()):,}", f"{model.flops:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    """Join the cells: text to the left, numbers to the right."""
    text = [cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
    return "  ".join(text + numbers).rstrip()
