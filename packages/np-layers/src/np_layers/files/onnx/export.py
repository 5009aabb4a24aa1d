"""Write a model as an ONNX file: its forward in evaluation, without penalties and gradients."""

from __future__ import annotations

import importlib
import os
from typing import Any

from np_layers._atomic import atomic_write
from np_layers.files.document import WRITTEN_BY
from np_layers.files.onnx.emitters import emit
from np_layers.files.onnx.graph import Graph
from np_layers.layers.sequential import Sequential

OPSET = 20


def export_onnx(model: Sequential, path: str | os.PathLike[str]) -> None:
    """Write ``model`` as an .onnx file of operator set 20, checked by the package onnx.

    Parameters
    ----------
    model : Sequential
        A built model. float64 is rounded to float32, the only dtype for which ONNX Runtime has all
        operators.
    path : path
        The file. It is replaced in one step at the end.

    Raises
    ------
    ImportError
        If the package onnx is missing. The extra ``np-layers[onnx]`` installs it.
    TypeError
        If ``model`` is not a Sequential, or if a layer is not in
        ``np_layers.files.onnx.EMITTERS``.
    RuntimeError
        If the model has not been built.
    OSError
        If the file cannot be written.

    Notes
    -----
    The input is named ``"input"`` and has the shape (batch, *input_shape) for any batch size. The
    output is named ``"output"``. The constants have the names of the state dictionary.

    References
    ----------
    ONNX, "Operators", https://onnx.ai/onnx/operators

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from np_layers import Dense, ReLU
    >>> path = Path(tempfile.mkdtemp()) / "model.onnx"
    >>> rng = np.random.default_rng(0)
    >>> export_onnx(Sequential([Dense(2), ReLU()], input_shape=(3,), rng=rng), path)
    >>> import onnx
    >>> [node.op_type for node in onnx.load(path).graph.node]
    ['Gemm', 'Relu', 'Identity']
    """
    onnx = _onnx()
    if not isinstance(model, Sequential):
        raise TypeError(f"model must be a Sequential, got {model!r}; write Sequential([layer], …)")
    model.parameters()  # fails if the model has not been built
    graph = Graph(onnx)
    graph.node("Identity", [emit(model, graph, "input", "")], "output")
    proto = graph.model(
        input_shape=model.input_shape or (),
        output_shape=model.output_shape,
        opset=OPSET,
        producer=WRITTEN_BY,
    )
    onnx.checker.check_model(proto, full_check=True)
    with atomic_write(path) as stream:
        stream.write(proto.SerializeToString(deterministic=True))


def _onnx() -> Any:
    try:
        return importlib.import_module("onnx")
    except ImportError as error:
        raise ImportError(
            "export_onnx needs the package onnx; install the extra np-layers[onnx], or onnx itself"
        ) from error
