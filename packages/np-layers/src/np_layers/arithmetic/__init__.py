"""The arithmetic of layers and losses: `native` (plain NumPy) or `exact` (equal bits anywhere).

Both modules have the same functions, so the code of a layer is the same for both.
"""

from types import ModuleType

from np_layers.arithmetic import exact, native

ARITHMETIC = {"native": native, "exact": exact}


def get_arithmetic(name: str) -> ModuleType:
    """Return the module of this name; ValueError if the name is unknown.

    Examples
    --------
    >>> get_arithmetic("fast")
    Traceback (most recent call last):
    ValueError: arithmetic must be "native" or "exact", got 'fast'
    """
    if name not in ARITHMETIC:
        raise ValueError(f'arithmetic must be "native" or "exact", got {name!r}')
    return ARITHMETIC[name]
