"""Model files: NumPy's .npz, safetensors, PyTorch's state dictionaries and ONNX."""
