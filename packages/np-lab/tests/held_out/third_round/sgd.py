"""Fresh mistakes of unit 6, as students make them."""

import numpy as np


class SGD__returns_new_parameter:
    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        return p - self.lr * g


class SGD__scales_g_in_place:
    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        g *= self.lr
        p -= g


class SGD__learning_rate_decays:
    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        p -= self.lr * g
        self.lr *= 0.9


class SGD__arguments_swapped:
    def __init__(self, lr):
        self.lr = lr

    def step(self, g, p):
        p -= self.lr * g


class SGD__divided_by_rows:
    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        p -= self.lr * g / len(g)


class SGD__lr_without_self:
    def __init__(self, lr):
        self.lr = lr

    def step(self, p, g):
        p -= lr * g  # noqa: F821


class Base:
    def __init__(self, lr, momentum=0.9):
        self.lr = lr
        self.momentum = momentum
        self.v = 0.0


class Momentum__local_velocity(Base):
    def step(self, p, g):
        v = self.momentum * self.v + g
        p -= self.lr * v


class Momentum__old_velocity(Base):
    def step(self, p, g):
        p -= self.lr * self.v
        self.v = self.momentum * self.v + g


class Momentum__plus_equals_too_much(Base):
    def step(self, p, g):
        self.v += self.momentum * self.v + g
        p -= self.lr * self.v


class Momentum__momentum_on_gradient(Base):
    def step(self, p, g):
        self.v = self.v + self.momentum * g
        p -= self.lr * self.v


class Momentum__sign_of_velocity(Base):
    def step(self, p, g):
        self.v = self.momentum * self.v - self.lr * g
        p -= self.v


class Momentum__shared_velocity(Base):
    state = {"v": 0.0}

    def step(self, p, g):
        self.state["v"] = self.momentum * self.state["v"] + g
        p -= self.lr * self.state["v"]


class Momentum__mean_velocity(Base):
    def step(self, p, g):
        self.v = self.momentum * self.v + g.mean()
        p -= self.lr * self.v


class Momentum__weight_decay_slipped_in(Base):
    def step(self, p, g):
        self.v = self.momentum * self.v + g + 0.01 * p
        p -= self.lr * self.v


class Nesterov__old_velocity(Base):
    def step(self, p, g):
        p -= self.lr * (g + self.momentum * self.v)
        self.v = self.momentum * self.v + g


class Nesterov__momentum_on_gradient(Base):
    def step(self, p, g):
        self.v = self.momentum * self.v + g
        p -= self.lr * (self.v + self.momentum * g)


class Nesterov__momentum_forgotten(Base):
    def step(self, p, g):
        self.v = self.momentum * self.v + g
        p -= self.lr * (g + self.v)


class Nesterov__bracket(Base):
    def step(self, p, g):
        self.v = self.momentum * self.v + g
        p -= self.lr * g + self.momentum * self.v


class Nesterov__float32_state(Base):
    def step(self, p, g):
        self.v = np.float32(self.momentum) * np.float32(self.v) + g.astype(int)
        p -= self.lr * (g + self.momentum * self.v)
