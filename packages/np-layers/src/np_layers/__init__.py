"""Neural network layers, losses and model files with nothing but NumPy, every gradient proven."""

from np_layers.avg_pool2d import AvgPool2D
from np_layers.conv2d import Conv2D
from np_layers.dense import Dense
from np_layers.global_avg_pool2d import GlobalAvgPool2D
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
from np_layers.layer import Layer
from np_layers.max_pool2d import MaxPool2D
from np_layers.model_file import ModelFileError, load, save
from np_layers.registry import LAYERS, register
from np_layers.relu import ReLU
from np_layers.sequential import Sequential

__all__ = [
    "LAYERS",
    "AvgPool2D",
    "Conv2D",
    "Dense",
    "GlobalAvgPool2D",
    "Layer",
    "MaxPool2D",
    "ModelFileError",
    "ReLU",
    "Sequential",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "load",
    "normal",
    "register",
    "save",
    "torch_uniform",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
]
