"""The arithmetic of layers and losses: `native` (NumPy as it is) or `exact` (equal bits anywhere).

Both modules offer the same functions, so that a layer reads the same in both.
"""
