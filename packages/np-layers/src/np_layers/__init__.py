"""Neural network layers, losses and model files in NumPy."""

from np_layers import testing
from np_layers.files.errors import ModelFileError
from np_layers.files.npz import load, save
from np_layers.files.onnx import export_onnx
from np_layers.files.safetensors import load_safetensors, save_safetensors
from np_layers.files.torch_state import from_torch_state_dict, to_torch_state_dict
from np_layers.functional import log_softmax, sigmoid, softmax
from np_layers.initializers import (
    get_initializer,
    he_normal,
    he_uniform,
    lecun_normal,
    normal,
    register_initializer,
    torch_uniform,
    uniform,
    xavier_normal,
    xavier_uniform,
    zeros,
)
from np_layers.layers.activations import ELU, Activation, LeakyReLU, ReLU, Sigmoid, Tanh
from np_layers.layers.base import Layer
from np_layers.layers.batch_norm import BatchNorm
from np_layers.layers.conv2d import Conv2D
from np_layers.layers.dense import Dense
from np_layers.layers.dropout import Dropout
from np_layers.layers.flatten import Flatten
from np_layers.layers.layer_norm import LayerNorm
from np_layers.layers.pooling import AvgPool2D, GlobalAvgPool2D, MaxPool2D
from np_layers.layers.registry import LAYERS, register
from np_layers.layers.residual import Residual
from np_layers.layers.sequential import Sequential
from np_layers.layers.smooth_activations import GELU, SiLU, Softplus
from np_layers.layers.softmax import Softmax
from np_layers.losses import (
    LOSSES,
    binary_cross_entropy,
    cross_entropy,
    huber,
    mean_absolute_error,
    mean_squared_error,
    register_loss,
)

__all__ = [
    "ELU",
    "GELU",
    "LAYERS",
    "LOSSES",
    "Activation",
    "AvgPool2D",
    "BatchNorm",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2D",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "MaxPool2D",
    "ModelFileError",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "binary_cross_entropy",
    "cross_entropy",
    "export_onnx",
    "from_torch_state_dict",
    "get_initializer",
    "he_normal",
    "he_uniform",
    "huber",
    "lecun_normal",
    "load",
    "load_safetensors",
    "log_softmax",
    "mean_absolute_error",
    "mean_squared_error",
    "normal",
    "register",
    "register_initializer",
    "register_loss",
    "save",
    "save_safetensors",
    "sigmoid",
    "softmax",
    "testing",
    "to_torch_state_dict",
    "torch_uniform",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]

__version__ = "0.2.0"


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
