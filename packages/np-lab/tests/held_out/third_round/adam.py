"""Fresh mistakes of unit 7, as students make them."""

import numpy as np


class Adagrad__eps_after_the_division:
    def __init__(self, lr, eps=1e-10):
        self.lr, self.eps, self.h = lr, eps, 0.0

    def step(self, p, g):
        self.h += g**2
        p -= self.lr * g / np.sqrt(self.h) + self.eps


class Adagrad__sum_of_gradients_squared:
    def __init__(self, lr, eps=1e-10):
        self.lr, self.eps, self.h = lr, eps, 0.0

    def step(self, p, g):
        self.h = (self.h + g) ** 2
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class Adagrad__norm_of_gradient:
    def __init__(self, lr, eps=1e-10):
        self.lr, self.eps, self.h = lr, eps, 0.0

    def step(self, p, g):
        self.h = self.h + np.sum(g**2)
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class Adagrad__updates_after_the_step:
    def __init__(self, lr, eps=1e-10):
        self.lr, self.eps, self.h = lr, eps, 0.0

    def step(self, p, g):
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)
        self.h = self.h + g**2


class Adagrad__caret(Adagrad__updates_after_the_step):
    def step(self, p, g):
        self.h = self.h + g ^ 2
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class RMSprop__square_forgotten:
    def __init__(self, lr, gamma=0.9, eps=1e-8):
        self.lr, self.gamma, self.eps, self.h = lr, gamma, eps, 0.0

    def step(self, p, g):
        self.h = self.gamma * self.h + (1 - self.gamma) * g
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class RMSprop__brackets_forgotten(RMSprop__square_forgotten):
    def step(self, p, g):
        self.h = self.gamma * self.h + 1 - self.gamma * g**2
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class RMSprop__shared_average:
    h = np.zeros(1)

    def __init__(self, lr, gamma=0.9, eps=1e-8):
        self.lr, self.gamma, self.eps = lr, gamma, eps

    def step(self, p, g):
        RMSprop__shared_average.h = self.gamma * self.h + (1 - self.gamma) * g**2
        p -= self.lr * g / (np.sqrt(self.h) + self.eps)


class RMSprop__bias_correction(RMSprop__square_forgotten):
    t = 0

    def step(self, p, g):
        self.t += 1
        self.h = self.gamma * self.h + (1 - self.gamma) * g**2
        p -= self.lr * g / (np.sqrt(self.h / (1 - self.gamma**self.t)) + self.eps)


class DeltaBase:
    def __init__(self, rho=0.9, eps=1e-6):
        self.rho, self.eps, self.h, self.s = rho, eps, 0.0, 0.0


class AdaDelta__s_from_gradients(DeltaBase):
    def step(self, p, g):
        self.h = self.rho * self.h + (1 - self.rho) * g**2
        d = np.sqrt(self.s + self.eps) / np.sqrt(self.h + self.eps) * g
        self.s = self.rho * self.s + (1 - self.rho) * g**2
        p -= d


class AdaDelta__s_never_updated(DeltaBase):
    def step(self, p, g):
        self.h = self.rho * self.h + (1 - self.rho) * g**2
        d = np.sqrt(self.s + self.eps) / np.sqrt(self.h + self.eps) * g
        p -= d


class AdaDelta__added(DeltaBase):
    def step(self, p, g):
        self.h = self.rho * self.h + (1 - self.rho) * g**2
        d = np.sqrt(self.s + self.eps) / np.sqrt(self.h + self.eps) * g
        self.s = self.rho * self.s + (1 - self.rho) * d**2
        p += d


class AdaDelta__fraction_upside_down(DeltaBase):
    def step(self, p, g):
        self.h = self.rho * self.h + (1 - self.rho) * g**2
        d = np.sqrt(self.h + self.eps) / np.sqrt(self.s + self.eps) * g
        self.s = self.rho * self.s + (1 - self.rho) * d**2
        p -= d


class AdamBase:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = self.v = 0.0
        self.t = 0


class Adam__corrected_means_kept(AdamBase):
    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        self.m = self.m / (1 - self.beta1**self.t)
        self.v = self.v / (1 - self.beta2**self.t)
        p -= self.lr * self.m / (np.sqrt(self.v) + self.eps)


class Adam__t_counts_at_the_end(AdamBase):
    def step(self, p, g):
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m, v = self.m / (1 - self.beta1**self.t), self.v / (1 - self.beta2**self.t)
        p -= self.lr * m / (np.sqrt(v) + self.eps)
        self.t += 1


class Adam__times_for_power(AdamBase):
    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m, v = self.m / (1 - self.beta1 * self.t), self.v / (1 - self.beta2 * self.t)
        p -= self.lr * m / (np.sqrt(v) + self.eps)


class Adam__shared_counter(AdamBase):
    def step(self, p, g):
        type(self).count = getattr(type(self), "count", 0) + 1
        t = type(self).count
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m, v = self.m / (1 - self.beta1**t), self.v / (1 - self.beta2**t)
        p -= self.lr * m / (np.sqrt(v) + self.eps)


class Adam__uncorrected_step(AdamBase):
    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        v = self.v / (1 - self.beta2**self.t)
        p -= self.lr * self.m / (np.sqrt(v) + self.eps)


class Adam__gradient_in_place_of_m(AdamBase):
    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        v = self.v / (1 - self.beta2**self.t)
        p -= self.lr * g / (np.sqrt(v) + self.eps)


class Adam__gradient_squared_in_place(AdamBase):
    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        g **= 2
        self.v = self.beta2 * self.v + (1 - self.beta2) * g
        m, v = self.m / (1 - self.beta1**self.t), self.v / (1 - self.beta2**self.t)
        p -= self.lr * m / (np.sqrt(v) + self.eps)


class Adam__m_hat_forgotten_brackets(AdamBase):
    def step(self, p, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m, v = self.m / 1 - self.beta1**self.t, self.v / 1 - self.beta2**self.t
        p -= self.lr * m / (np.sqrt(v) + self.eps)
