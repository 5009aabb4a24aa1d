"""Neural network layers, losses and model files with nothing but NumPy, every gradient proven."""

from np_layers.dense import Dense
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
from np_layers.model_file import ModelFileError, load, save
from np_layers.registry import LAYERS, register
from np_layers.relu import ReLU
from np_layers.sequential import Sequential

__all__ = [
    "LAYERS",
    "Dense",
    "Layer",
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
