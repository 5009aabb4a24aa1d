"""Export a model to ONNX, for ONNX Runtime and other programs."""

from np_layers.files.onnx.emitters import EMITTERS
from np_layers.files.onnx.export import export_onnx

__all__ = ["EMITTERS", "export_onnx"]
