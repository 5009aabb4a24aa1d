"""Neural network layers, losses and model files with nothing but NumPy, every gradient proven."""

from np_layers.files.errors import ModelFileError
from np_layers.files.npz import load, save
from np_layers.files.onnx import export_onnx
from np_layers.files.safetensors import load_safetensors, save_safetensors
from np_layers.files.torch_state import from_torch_state_dict, to_torch_state_dict
from np_layers.functional import log_softmax, sigmoid, softmax
from np_layers.initializers import (
    he_normal,
    he_uniform,
    lecun_normal,
    normal,
    torch_uniform,
    uniform,
    xavier_normal,
    xavier_uniform,
    zeros,
)
from np_layers.layers.activations.elu import ELU
from np_layers.layers.activations.gelu import GELU
from np_layers.layers.activations.leaky_relu import LeakyReLU
from np_layers.layers.activations.relu import ReLU
from np_layers.layers.activations.sigmoid import Sigmoid
from np_layers.layers.activations.silu import SiLU
from np_layers.layers.activations.softmax import Softmax
from np_layers.layers.activations.softplus import Softplus
from np_layers.layers.activations.tanh import Tanh
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
from np_layers.losses import binary_cross_entropy, cross_entropy, mean_squared_error

__all__ = [
    "ELU",
    "GELU",
    "LAYERS",
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
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "load",
    "load_safetensors",
    "log_softmax",
    "mean_squared_error",
    "normal",
    "register",
    "save",
    "save_safetensors",
    "sigmoid",
    "softmax",
    "to_torch_state_dict",
    "torch_uniform",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]
