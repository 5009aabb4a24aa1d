# mypy: ignore-errors
"""Break it: a loss whose gradient does not belong to it, and a step that is too small.

Run:  python experiment.py
"""

import numpy as np
from gradcheck import check_backward, numerical_gradient, relative_error

from np_lab.playground import chart
from np_lab.units.gradcheck.layers import LAYERS


def flawed_mse(y, t):
    """The founding mistake: the value is a mean over all entries, the gradient over rows."""
    return np.mean((y - t) ** 2), 2 * (y - t) / len(y)


rng = np.random.default_rng(0)
y, t = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
numeric = numerical_gradient(lambda y: flawed_mse(y, t)[0], y)
print("flawed MSE: its gradient / the numerical one =", (flawed_mse(y, t)[1] / numeric)[0].round(3))

x = np.array([1.0])
steps = 10.0 ** -np.arange(1, 14)
errors = [
    relative_error(np.cos(x), numerical_gradient(lambda x: float(np.sin(x[0])), x, h))
    for h in steps
]
print("log10 of the error of the derivative of sin(1), for h = 1e-1, 1e-2, … 1e-13:")
print(chart({"log10 error": list(np.log10(errors))}, width=39))

print("your check_backward says:")
x, G = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
for name, layer in LAYERS.items():
    print(f"  {name:16} {check_backward(layer(), x, G)}")
