"""Writing a model as ONNX: the forward of evaluation, without penalties, masks or gradients."""

from __future__ import annotations

import importlib
import os
from typing import Any

from np_layers.files.atomic_file import atomic_file
from np_layers.files.onnx.emitters import emit
from np_layers.files.onnx.graph import Graph
from np_layers.files.stored_model import WRITER
from np_layers.layers.sequential import Sequential

OPSET = 20


def export_onnx(model: Sequential, path: str | os.PathLike[str]) -> None:
    """Write ``model`` as an .onnx file of operator set 20, checked by the package onnx.

    Parameters
    ----------
    model
        A built model. One of float64 is rounded: the file computes in float32, the only type for
        which ONNX Runtime has all operators.
    path
        The file; replaced in one step when everything has been written.

    Raises
    ------
    ImportError
        Without the package onnx, which the extra ``np-layers[onnx]`` brings.
    TypeError
        If ``model`` is not a Sequential, or a layer has no counterpart in
        ``np_layers.onnx_export.EMITTERS``.
    RuntimeError
        If the model has not been built.
    OSError
        If the file cannot be written.

    Notes
    -----
    The graph's input is called ``"input"``, shape (batch, *input_shape) with any batch size, its
    output ``"output"``. Constants carry the names of the state dictionary.

    References
    ----------
    .. [1] ONNX, "Operators", https://onnx.ai/onnx/operators

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
        raise TypeError(f"a Sequential is exported, got {model!r}; write Sequential([layer], …)")
    model.parameters()  # refuses a model that has not been built
    graph = Graph(onnx)
    graph.node("Identity", [emit(model, graph, "input", "")], "output")
    proto = graph.model(
        input_shape=model.input_shape or (),
        output_shape=model.output_shape,
        opset=OPSET,
        writer=WRITER,
    )
    onnx.checker.check_model(proto, full_check=True)
    with atomic_file(path) as stream:
        stream.write(proto.SerializeToString(deterministic=True))


def _onnx() -> Any:
    try:
        return importlib.import_module("onnx")
    except ImportError as error:
        raise ImportError(
            "export_onnx needs the package onnx; install the extra np-layers[onnx], or onnx itself"
        ) from error
