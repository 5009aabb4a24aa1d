"""Models for ONNX Runtime and everything else that reads ONNX."""

from np_layers.onnx_export.emitters import EMITTERS
from np_layers.onnx_export.export import export_onnx

__all__ = ["EMITTERS", "export_onnx"]
