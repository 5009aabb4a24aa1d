"""Wrong solutions of unit 10, written after its mutants."""

import numpy as np


class Base:
    def __init__(self, features, rng=None, momentum=0.1, eps=1e-5):
        self.gamma, self.beta = np.ones(features), np.zeros(features)
        self.dgamma = self.dbeta = None
        self.running_mean, self.running_var = np.zeros(features), np.ones(features)
        self.momentum, self.eps = momentum, eps

    def forward(self, x, training=True):
        if training:
            mean, var = x.mean(0), x.var(0)
            m = self.momentum
            self.running_mean = (1 - m) * self.running_mean + m * mean
            self.running_var = (1 - m) * self.running_var + m * x.var(0, ddof=1)
        else:
            mean, var = self.running_mean, self.running_var
        self.s = 1 / np.sqrt(var + self.eps)
        self.h = (x - mean) * self.s
        return self.gamma * self.h + self.beta

    def backward(self, G):
        self.dbeta, self.dgamma = G.sum(0), (G * self.h).sum(0)
        g = G * self.gamma
        return self.s * (g - g.mean(0) - self.h * (g * self.h).mean(0))


class BatchNorm__gamma_and_beta_swapped(Base):
    def forward(self, x, training=True):
        super().forward(x, training)
        return self.beta * self.h + self.gamma


class BatchNorm__gradients_swapped(Base):
    def backward(self, G):
        dx = super().backward(G)
        self.dgamma, self.dbeta = self.dbeta, self.dgamma
        return dx


class BatchNorm__running_updated_before_mean(Base):
    def forward(self, x, training=True):
        if training:
            self.running_mean = self.running_mean + self.momentum * x.mean(0)
            self.running_var = self.running_var + self.momentum * x.var(0, ddof=1)
            keep = self.running_mean, self.running_var
            y = super().forward(x, training)
            self.running_mean, self.running_var = keep
            return y
        return super().forward(x, training)


class BatchNorm__training_ignored(Base):
    def forward(self, x, training=True):
        return super().forward(x, training=False)


class BatchNorm__last_term_without_x_hat(Base):
    def backward(self, G):
        super().backward(G)
        g = G * self.gamma
        return self.s * (g - g.mean(0) - (g * self.h).mean(0))
