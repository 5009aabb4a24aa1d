"""The nodes and constants of an ONNX model, added layer by layer."""

from __future__ import annotations

from typing import Any

import numpy as np

from np_layers._types import Array, Shape


class Graph:
    """The nodes and constants of a model. A tensor is known by its name.

    Parameters
    ----------
    onnx : module
        The package onnx. `export_onnx` imports it, because it is optional.
    """

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, name: str, array: Array) -> str:
        """Add an array as float32 and return ``name``."""
        data = np.ascontiguousarray(array, np.float32)
        self._constants.append(self._onnx.numpy_helper.from_array(data, name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """Add an operator and return ``output``, the new name of its result."""
        node = self._onnx.helper.make_node(operator, inputs, [output], name=output, **attributes)
        self._nodes.append(node)
        return output

    def model(self, *, input_shape: Shape, output_shape: Shape, opset: int, producer: str) -> Any:
        """Return the ModelProto from ``"input"`` to ``"output"``, with a free batch axis."""
        helper, float32 = self._onnx.helper, self._onnx.TensorProto.FLOAT
        inputs = [helper.make_tensor_value_info("input", float32, ["batch", *input_shape])]
        outputs = [helper.make_tensor_value_info("output", float32, ["batch", *output_shape])]
        graph = helper.make_graph(self._nodes, "model", inputs, outputs, self._constants)
        name, version = producer.split()
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", opset)],
            ir_version=9,  # the oldest that has opset 20, so that older readers accept it
            producer_name=name,
            producer_version=version,
        )
