"""Model files: NumPy's archive, safetensors, PyTorch's dictionaries and ONNX."""
