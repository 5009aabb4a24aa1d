"""Models for ONNX Runtime and everything else that reads ONNX."""

from np_layers.files.onnx.emitters import EMITTERS
from np_layers.files.onnx.export import export_onnx

__all__ = ["EMITTERS", "export_onnx"]
