"""The type names that many modules use: an array, a shape, and a kernel of two operands."""

from collections.abc import Callable
from typing import Any, TypeAlias

from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Shape: TypeAlias = tuple[int, ...]
Kernel: TypeAlias = Callable[[Array, Array, Array], object]  # the last array receives the result
