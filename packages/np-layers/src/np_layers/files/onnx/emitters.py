"""The ONNX operators of each layer class: one emitter per class, in one table.

An emitter gets the layer, the graph, the name of the input tensor and the prefix for new names. It
adds nodes to the graph and returns the name of the output tensor. The layers do not know ONNX.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from np_layers.files.onnx.graph import Graph
from np_layers.layers.activations import ELU, LeakyReLU, ReLU, Sigmoid, Tanh
from np_layers.layers.base import Layer
from np_layers.layers.batch_norm import BatchNorm
from np_layers.layers.conv2d import Conv2D
from np_layers.layers.dense import Dense
from np_layers.layers.dropout import Dropout
from np_layers.layers.flatten import Flatten
from np_layers.layers.layer_norm import LayerNorm
from np_layers.layers.pooling import AvgPool2D, GlobalAvgPool2D, MaxPool2D
from np_layers.layers.residual import Residual
from np_layers.layers.sequential import Sequential
from np_layers.layers.smooth_activations import GELU, SiLU, Softplus
from np_layers.layers.softmax import Softmax

# (layer, graph, input tensor, prefix) -> output tensor
Emitter = Callable[[Any, Graph, str, str], str]


def emit(layer: Layer, graph: Graph, x: str, prefix: str) -> str:
    """Add ``layer`` to ``graph`` and return its output tensor. TypeError if it has no emitter."""
    if type(layer) not in EMITTERS:
        raise TypeError(
            f"export_onnx needs an emitter for each layer class, got {layer!r}; add a function for "
            f"{type(layer).__name__} to np_layers.files.onnx.EMITTERS"
        )
    return EMITTERS[type(layer)](layer, graph, x, prefix)


def _operator(operator: str, **attributes: Any) -> Emitter:
    """Return the emitter of a layer that is one operator without options."""
    return lambda layer, graph, x, prefix: graph.node(
        operator, [x], prefix + operator, **attributes
    )


def _dense(layer: Dense, graph: Graph, x: str, prefix: str) -> str:
    W, *b = _parameters(layer, graph, prefix)
    if len(layer.input_shape or ()) == 1:
        return graph.node("Gemm", [x, W, *b], f"{prefix}Gemm")
    y = graph.node("MatMul", [x, W], f"{prefix}MatMul")
    return graph.node("Add", [y, *b], f"{prefix}Add") if b else y


def _conv2d(layer: Conv2D, graph: Graph, x: str, prefix: str) -> str:
    inputs = [x, *_parameters(layer, graph, prefix)]
    windows = layer.windows
    options: dict[str, Any] = {
        "kernel_shape": windows.kernel,
        "strides": windows.stride,
        "pads": [*windows.before, *windows.after],
    }
    if windows.dilation != (1, 1):
        options["dilations"] = windows.dilation
    if layer.groups != 1:
        options["group"] = layer.groups
    return graph.node("Conv", inputs, f"{prefix}Conv", **options)


def _pool(operator: str, **attributes: Any) -> Emitter:
    def emit_pool(layer: MaxPool2D | AvgPool2D, graph: Graph, x: str, prefix: str) -> str:
        pads = [*layer.padding, *layer.padding]
        options = {"kernel_shape": layer.kernel_size, "strides": layer.stride, "pads": pads}
        return graph.node(operator, [x], prefix + operator, **options, **attributes)

    return emit_pool


def _global_avg_pool2d(layer: GlobalAvgPool2D, graph: Graph, x: str, prefix: str) -> str:
    mean = graph.node("GlobalAveragePool", [x], f"{prefix}GlobalAveragePool")
    return graph.node("Flatten", [mean], f"{prefix}Flatten", axis=1)


def _batch_norm(layer: BatchNorm, graph: Graph, x: str, prefix: str) -> str:
    inputs = [x, *_parameters(layer, graph, prefix)]
    statistics = ("running_mean", "running_var")
    inputs += [graph.constant(prefix + name, layer.buffers()[name]) for name in statistics]
    operator = "BatchNormalization"
    return graph.node(operator, inputs, prefix + operator, epsilon=layer.eps)


def _layer_norm(layer: LayerNorm, graph: Graph, x: str, prefix: str) -> str:
    inputs, operator = [x, *_parameters(layer, graph, prefix)], "LayerNormalization"
    return graph.node(
        operator,
        inputs,
        prefix + operator,
        axis=-len(layer.parameter_shape(layer.input_shape or ())),
        epsilon=layer.eps,
    )


def _leaky_relu(layer: LeakyReLU, graph: Graph, x: str, prefix: str) -> str:
    return graph.node("LeakyRelu", [x], f"{prefix}LeakyRelu", alpha=layer.slope)


def _elu(layer: ELU, graph: Graph, x: str, prefix: str) -> str:
    return graph.node("Elu", [x], f"{prefix}Elu", alpha=layer.alpha)


def _silu(layer: SiLU, graph: Graph, x: str, prefix: str) -> str:
    gate = graph.node("Sigmoid", [x], f"{prefix}Sigmoid")
    return graph.node("Mul", [x, gate], f"{prefix}Mul")


def _sequential(layer: Sequential, graph: Graph, x: str, prefix: str) -> str:
    for name, inner in layer.named_layers().items():
        x = emit(inner, graph, x, f"{prefix}{name}.")
    return x


def _residual(layer: Residual, graph: Graph, x: str, prefix: str) -> str:
    body = _sequential(layer, graph, x, prefix)
    return graph.node("Add", [x, body], f"{prefix}Add")


def _parameters(layer: Layer, graph: Graph, prefix: str) -> list[str]:
    """Add the parameters under their names in the state dictionary: weight, then bias."""
    arrays = layer.state_dict()
    names = [name for name in ("weight", "bias") if name in arrays]
    return [graph.constant(prefix + name, arrays[name]) for name in names]


EMITTERS: dict[type[Layer], Emitter] = {
    AvgPool2D: _pool("AveragePool", count_include_pad=1),
    BatchNorm: _batch_norm,
    Conv2D: _conv2d,
    Dense: _dense,
    Dropout: _operator("Identity"),
    ELU: _elu,
    Flatten: _operator("Flatten", axis=1),
    GELU: _operator("Gelu", approximate="none"),
    GlobalAvgPool2D: _global_avg_pool2d,
    LayerNorm: _layer_norm,
    LeakyReLU: _leaky_relu,
    MaxPool2D: _pool("MaxPool"),
    ReLU: _operator("Relu"),
    Residual: _residual,
    Sequential: _sequential,
    SiLU: _silu,
    Sigmoid: _operator("Sigmoid"),
    Softmax: _operator("Softmax", axis=-1),
    Softplus: _operator("Softplus"),
    Tanh: _operator("Tanh"),
}
