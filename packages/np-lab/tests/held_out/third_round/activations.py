"""Fresh mistakes of unit 3, as students make them."""

import numpy as np


class ReLU__max_of_columns:
    def forward(self, x):
        self.x = x
        return np.max(x, 0)

    def backward(self, G):
        return G * (self.x > 0)


class ReLU__third_argument_of_maximum:
    def forward(self, x):
        self.mask = x > 0
        return np.maximum(x, 0, x)

    def backward(self, G):
        return G * self.mask


class ReLU__writes_into_G:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, G):
        G[self.x <= 0] = 0
        return G


class ReLU__sign_of_G:
    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, G):
        return np.maximum(G, 0)


class ReLU__returns_the_mask:
    def forward(self, x):
        self.mask = x > 0
        return x * self.mask

    def backward(self, G):
        return self.mask


class ReLU__if_on_array:
    def forward(self, x):
        self.x = x
        return x if x > 0 else 0

    def backward(self, G):
        return G * (self.x > 0)


class LeakyReLU__fixed_slope:
    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, 0.01 * x)

    def backward(self, G):
        return np.where(self.x > 0, G, 0.01 * G)


class LeakyReLU__slope_without_x:
    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.slope)

    def backward(self, G):
        return np.where(self.x > 0, G, self.slope * G)


class LeakyReLU__gradient_without_G:
    def __init__(self, slope=0.01):
        self.slope = slope

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, G):
        return np.where(self.x > 0, 1, self.slope)


class Sigmoid__brackets_forgotten:
    def forward(self, x):
        self.y = 1 / 1 + np.exp(-x)
        return self.y

    def backward(self, G):
        return G * self.y * (1 - self.y)


class Sigmoid__sigmoid_of_y:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, G):
        y = 1 / (1 + np.exp(-self.y))
        return G * y * (1 - y)


class Sigmoid__only_y:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, G):
        return G * self.y * 1 - self.y


class Sigmoid__exp_overflows_on_the_other_side:
    def forward(self, x):
        self.y = np.exp(x) / (1 + np.exp(x))
        return self.y

    def backward(self, G):
        return G * self.y * (1 - self.y)


class ELU__brackets_forgotten:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.alpha * np.exp(np.minimum(x, 0)) - 1)

    def backward(self, G):
        return np.where(self.x > 0, G, G * self.alpha * np.exp(np.minimum(self.x, 0)))


class ELU__mask_times_infinity:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = x
        return (x > 0) * x + (x <= 0) * self.alpha * (np.exp(x) - 1)

    def backward(self, G):
        return np.where(self.x > 0, G, G * self.alpha * np.exp(np.minimum(self.x, 0)))


class ELU__derivative_is_y:
    def __init__(self, alpha=1.0):
        self.alpha = alpha

    def forward(self, x):
        self.x = x
        self.y = np.where(x > 0, x, self.alpha * (np.exp(np.minimum(x, 0)) - 1))
        return self.y

    def backward(self, G):
        return np.where(self.x > 0, G, G * self.y)
