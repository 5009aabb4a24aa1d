"""Fresh mistakes of unit 8, as students make them."""

import numpy as np


def he_normal__deviation_as_mean(inputs, outputs, rng):
    return rng.normal(np.sqrt(2 / inputs), size=(inputs, outputs))


def he_normal__variance_as_deviation(inputs, outputs, rng):
    return rng.normal(0, 2 / inputs, size=(inputs, outputs))


def he_normal__root_of_two_over_inputs(inputs, outputs, rng):
    return rng.normal(size=(inputs, outputs)) * np.sqrt(2) / inputs


def he_normal__shape_swapped(inputs, outputs, rng):
    return rng.normal(size=(outputs, inputs)) * np.sqrt(2 / inputs)


def he_normal__two_arguments(inputs, outputs, rng):
    return rng.standard_normal(inputs, outputs) * np.sqrt(2 / inputs)


def he_normal__one_column(inputs, outputs, rng):
    return np.tile(rng.normal(size=(inputs, 1)) * np.sqrt(2 / inputs), outputs)


def he_normal__uniform_numbers(inputs, outputs, rng):
    return rng.random((inputs, outputs)) * np.sqrt(2 / inputs)


def xavier_uniform__brackets(inputs, outputs, rng):
    a = np.sqrt(6 / inputs + outputs)
    return rng.uniform(-a, a, size=(inputs, outputs))


def xavier_uniform__only_positive(inputs, outputs, rng):
    a = np.sqrt(6 / (inputs + outputs))
    return rng.uniform(0, a, size=(inputs, outputs))


def xavier_uniform__sizes_as_arguments(inputs, outputs, rng):
    a = np.sqrt(6 / (inputs + outputs))
    return rng.uniform(-a, a, inputs, outputs)


def xavier_uniform__normal_with_a(inputs, outputs, rng):
    a = np.sqrt(6 / (inputs + outputs))
    return rng.normal(0, a, size=(inputs, outputs))


def xavier_uniform__root_forgotten(inputs, outputs, rng):
    a = 6 / (inputs + outputs)
    return rng.uniform(-a, a, size=(inputs, outputs))


def l2_penalty__penalty_of_each_weight(W, strength):
    return strength / 2 * W**2, strength * W


def l2_penalty__gradient_squared(W, strength):
    return strength / 2 * np.sum(W**2), strength * W**2


def l2_penalty__writes_into_W(W, strength):
    penalty = strength / 2 * np.sum(W**2)
    W *= strength
    return penalty, W


def l2_penalty__norm(W, strength):
    return strength / 2 * np.linalg.norm(W), strength * W


def l2_penalty__integer_half(W, strength):
    return strength // 2 * np.sum(W**2), strength * W


class Base:
    def __init__(self, rate, rng):
        self.rate, self.rng = rate, rng

    def forward(self, x, training=True):
        if not training:
            return x
        self.mask = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
        return x * self.mask

    def backward(self, G):
        return G * self.mask


class Dropout__new_mask_in_backward(Base):
    def backward(self, G):
        return G * (self.rng.random(G.shape) >= self.rate) / (1 - self.rate)


class Dropout__one_mask_for_all_rows(Base):
    def forward(self, x, training=True):
        if not training:
            return x
        self.mask = (self.rng.random(x.shape[1]) >= self.rate) / (1 - self.rate)
        return x * self.mask


class Dropout__writes_into_x(Base):
    def forward(self, x, training=True):
        if not training:
            return x
        self.mask = self.rng.random(x.shape) >= self.rate
        x *= self.mask
        return x / (1 - self.rate)

    def backward(self, G):
        return G * self.mask / (1 - self.rate)


class Dropout__evaluation_scaled(Base):
    def forward(self, x, training=True):
        if not training:
            return x * (1 - self.rate)
        return super().forward(x)


class Dropout__mask_in_the_class(Base):
    def forward(self, x, training=True):
        if not training:
            return x
        type(self).mask = (self.rng.random(x.shape) >= self.rate) / (1 - self.rate)
        return x * self.mask


class Dropout__generator_started_anew(Base):
    def forward(self, x, training=True):
        if not training:
            return x
        rng = np.random.default_rng(0)
        self.mask = (rng.random(x.shape) >= self.rate) / (1 - self.rate)
        return x * self.mask


class Dropout__kept_with_probability_rate(Base):
    def forward(self, x, training=True):
        if not training:
            return x
        self.mask = (self.rng.random(x.shape) < self.rate) / self.rate
        return x * self.mask
