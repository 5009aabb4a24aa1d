"""Fresh mistakes of unit 10, as students make them."""

import numpy as np


class Base:
    def __init__(self, features, rng=None, momentum=0.1, eps=1e-5):
        self.gamma, self.beta = np.ones(features), np.zeros(features)
        self.dgamma = self.dbeta = None
        self.running_mean, self.running_var = np.zeros(features), np.ones(features)
        self.momentum, self.eps = momentum, eps

    def statistics(self, x, training):
        if not training:
            return self.running_mean, self.running_var
        self.update(x)
        return x.mean(axis=0), x.var(axis=0)

    def update(self, x):
        m = self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * x.mean(axis=0)
        self.running_var = (1 - m) * self.running_var + m * x.var(axis=0, ddof=1)

    def forward(self, x, training=True):
        mean, var = self.statistics(x, training)
        self.s = 1 / np.sqrt(var + self.eps)
        self.h = (x - mean) * self.s
        return self.gamma * self.h + self.beta

    def backward(self, G):
        self.dbeta, self.dgamma = G.sum(axis=0), (G * self.h).sum(axis=0)
        g = G * self.gamma
        return self.s * (g - g.mean(axis=0) - self.h * (g * self.h).mean(axis=0))


class BatchNorm__eps_beside_the_root(Base):
    def forward(self, x, training=True):
        mean, var = self.statistics(x, training)
        self.s = 1 / (np.sqrt(var) + self.eps)
        self.h = (x - mean) * self.s
        return self.gamma * self.h + self.beta


class BatchNorm__running_mean_is_local(Base):
    def update(self, x):
        m = self.momentum
        running_mean = (1 - m) * self.running_mean + m * x.mean(axis=0)
        self.running_var = (1 - m) * self.running_var + m * x.var(axis=0, ddof=1)


class BatchNorm__running_deviation(Base):
    def update(self, x):
        m = self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * x.mean(axis=0)
        self.running_var = (1 - m) * self.running_var + m * x.std(axis=0, ddof=1)


class BatchNorm__beta_is_scaled(Base):
    def forward(self, x, training=True):
        super().forward(x, training)
        return self.gamma * (self.h + self.beta)


class BatchNorm__gradient_of_gamma_from_y(Base):
    def forward(self, x, training=True):
        self.y = super().forward(x, training)
        return self.y

    def backward(self, G):
        dx = super().backward(G)
        self.dgamma = (G * self.y).sum(axis=0)
        return dx


class BatchNorm__gradients_averaged(Base):
    def backward(self, G):
        dx = super().backward(G)
        self.dgamma, self.dbeta = self.dgamma / len(G), self.dbeta / len(G)
        return dx


class BatchNorm__mean_of_everything(Base):
    def statistics(self, x, training):
        if not training:
            return self.running_mean, self.running_var
        self.update(x)
        return x.mean(), x.var()


class BatchNorm__sum_for_mean_in_dx(Base):
    def backward(self, G):
        super().backward(G)
        g = G * self.gamma
        return self.s * (g - g.sum(axis=0) - self.h * (g * self.h).sum(axis=0))


class BatchNorm__writes_into_x(Base):
    def forward(self, x, training=True):
        mean, var = self.statistics(x, training)
        self.s = 1 / np.sqrt(var + self.eps)
        x -= mean
        self.h = x * self.s
        return self.gamma * self.h + self.beta


class BatchNorm__evaluation_without_eps(Base):
    def forward(self, x, training=True):
        if not training:
            h = (x - self.running_mean) / np.sqrt(self.running_var)
            return self.gamma * h + self.beta
        return super().forward(x)


class BatchNorm__evaluation_with_variance(Base):
    def forward(self, x, training=True):
        if not training:
            return self.gamma * (x - self.running_mean) / self.running_var + self.beta
        return super().forward(x)


class BatchNorm__running_statistics_overwritten(Base):
    def update(self, x):
        self.running_mean, self.running_var = x.mean(axis=0), x.var(axis=0, ddof=1)
