"""Wrong layers that people really write, each with the words that `check_gradients` must say."""

from __future__ import annotations

import numpy as np

import np_layers as npl


class Right(npl.Layer):
    """y = tanh(x W + b), written without the library's Dense: the correct version."""

    def __init__(self, units=3, l2=0.0):
        self.units = units
        self.l2 = l2

    def build(self, input_shape, *, rng, dtype):
        super().build(input_shape, rng=rng, dtype=dtype)
        self.add_parameter("weight", rng.normal(size=(input_shape[0], self.units)))
        self.add_parameter("bias", rng.normal(size=self.units))
        return (self.units,)

    def forward(self, x, *, training=False):
        x = self.check_input(x)
        y = np.tanh(x @ self._parameters["weight"] + self._parameters["bias"])
        if training:
            self.save_for_backward(x, y)
        return y

    def backward(self, grad_output, *, input_gradient=True):
        x, y = self.saved()
        dz = grad_output * (1 - y**2)
        self._gradients["weight"][...] = x.T @ dz
        self._gradients["bias"][...] = dz.sum(axis=0)
        self.add_penalty_gradient()
        return dz @ self._parameters["weight"].T if input_gradient else None


class WithoutKeywords(Right):
    """The correct version, with the shortest signatures."""

    def forward(self, x):
        return super().forward(x, training=True)

    def backward(self, grad):
        return super().backward(grad)


WRONG = {}


def wrong(*words, model=lambda layer: [layer]):
    """Enter a class into `WRONG`, with what the message must say, and the layers around it."""

    def enter(cls):
        WRONG[cls.__name__] = (cls, words, model)
        return cls

    return enter


def weight(layer):
    return layer._gradients["weight"]


@wrong("gradient of weight", "was added: overwrite it")
class AddsToTheWeight(Right):
    def backward(self, grad_output, *, input_gradient=True):
        kept = weight(self).copy()
        dx = super().backward(grad_output, input_gradient=input_gradient)
        weight(self)[...] += kept
        return dx


@wrong("gradient of bias", "was added: overwrite it")
class AddsToTheBias(Right):
    def backward(self, grad_output, *, input_gradient=True):
        kept = self._gradients["bias"].copy()
        dx = super().backward(grad_output, input_gradient=input_gradient)
        self._gradients["bias"][...] += kept
        return dx


@wrong("gradient of weight", "it is the gradient of the step before")
class KeepsTheFirstGradient(Right):
    def backward(self, grad_output, *, input_gradient=True):
        kept = weight(self).copy()
        dx = super().backward(grad_output, input_gradient=input_gradient)
        if kept.any():
            weight(self)[...] = kept
        return dx


@wrong("input_gradient=False does not set the gradient of 'weight'")
class ReturnsBeforeTheGradients(Right):
    def backward(self, grad_output, *, input_gradient=True):
        if not input_gradient:
            return None
        return super().backward(grad_output)


@wrong("input_gradient=False gives another gradient of 'bias'")
class OtherBiasWithoutInputGradient(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        if not input_gradient:
            self._gradients["bias"] *= 2
        return dx


@wrong("backward of", "writes into grad_output")
class WritesIntoTheGradient(Right):
    def backward(self, grad_output, *, input_gradient=True):
        grad_output *= 0.5
        return super().backward(2 * grad_output, input_gradient=input_gradient)


@wrong("forward of", "writes into x")
class WritesIntoX(Right):
    def forward(self, x, *, training=False):
        x[x < 0] = 0
        return super().forward(x, training=training)


@wrong(
    "forward of layer '1' (WritesInsideAModel) writes into x",
    model=lambda layer: [npl.Dense(4), layer],
)
class WritesInsideAModel(WritesIntoX):
    pass


@wrong("or into an array that forward saved from x")
class WritesIntoTheSavedX(Right):
    def backward(self, grad_output, *, input_gradient=True):
        x = self._saved[0]
        dx = super().backward(grad_output, input_gradient=input_gradient)
        x *= 0
        return dx


@wrong("backward of", "must return dL/dx, got None; is the last line a return?")
class BackwardReturnsNone(Right):
    def backward(self, grad_output, *, input_gradient=True):
        super().backward(grad_output)


@wrong("forward of", "must return y, got None; is the last line a return?")
class ForwardReturnsNone(Right):
    def forward(self, x, *, training=False):
        super().forward(x, training=training)


@wrong("must return dL/dx, an array, got list")
class BackwardReturnsAList(Right):
    def backward(self, grad_output, *, input_gradient=True):
        return super().backward(grad_output).tolist()


@wrong("must return dL/dx in the shape (5, 4) of x, got (4, 5)")
class TransposesDx(Right):
    def backward(self, grad_output, *, input_gradient=True):
        return super().backward(grad_output).T


@wrong("in the layer's dtype float64, got float32")
class RoundsToFloat32(Right):
    def forward(self, x, *, training=False):
        return super().forward(x, training=training).astype(np.float32)


@wrong("changes the parameter 'weight'; only an optimizer may")
class UpdatesItsWeight(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        self._parameters["weight"] -= 0.1 * weight(self)
        return dx


@wrong("replaces the gradient of 'weight' by another array")
class ReplacesTheGradient(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        self._gradients["weight"] = weight(self) * 1.0
        return dx


@wrong("each parameter must have a gradient, got none for 'bias'")
class LacksAGradient(Right):
    def gradients(self):
        return {"weight": weight(self)}


@wrong("forward gives two results for the same x")
class HiddenNoise(Right):
    def forward(self, x, *, training=False):
        return super().forward(x, training=training) + np.random.default_rng().normal()


@wrong("gradient of bias", "all elements are equal: is it summed over too many axes?")
class OneBiasGradientForAll(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        self._gradients["bias"][...] = self._gradients["bias"].mean()
        return dx


@wrong("gradient of weight", "5 times too small: a mean where a sum belongs?")
class DividesByTheBatch(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        weight(self)[...] /= len(grad_output)
        return dx


@wrong("gradient of x", "2 times too large: a sum where value and gradient have a mean?")
class DoublesDx(Right):
    def backward(self, grad_output, *, input_gradient=True):
        return 2 * super().backward(grad_output)


@wrong("gradient of weight", "the sign is wrong")
class WrongSign(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        weight(self)[...] *= -1
        return dx


@wrong("gradient of bias", "the gradient is zero: is this part missing?")
class ForgetsTheBias(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        self._gradients["bias"][...] = 0
        return dx


@wrong("gradient of x", "the gradient is zero: is this part missing?")
class ZeroDx(Right):
    def backward(self, grad_output, *, input_gradient=True):
        return 0 * super().backward(grad_output)


@wrong("gradient of weight", "it is transposed", model=lambda layer: [npl.Dense(3), layer])
class TransposedWeightGradient(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        weight(self)[...] = weight(self).T.copy()
        return dx


@wrong("gradient of weight", "the gradient of the penalty is missing")
class ForgetsThePenalty(Right):
    def __init__(self, units=3):
        super().__init__(units, l2=0.3)

    def add_penalty_gradient(self):
        pass


@wrong("gradient of weight", "the gradient of the penalty is added twice")
class AddsThePenaltyTwice(ForgetsThePenalty):
    def add_penalty_gradient(self):
        npl.Layer.add_penalty_gradient(self)
        npl.Layer.add_penalty_gradient(self)


@wrong("gradient of weight", "gradient of bias", "gradient of x", "ratio")
class DerivativeAtTheWrongPlace(Right):
    """1 − z² instead of 1 − tanh² z: all gradients are wrong, and all are reported."""

    def backward(self, grad_output, *, input_gradient=True):
        x, y = self._saved
        self._saved = x, np.arctanh(y)
        return super().backward(grad_output, input_gradient=input_gradient)


@wrong("gradient of weight", "it holds NaN: is every element set?")
class LeavesAnElement(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output, input_gradient=input_gradient)
        weight(self)[0, 0] = np.nan
        return dx


@wrong("gradient of x", "(1 of 20 places differ)")
class OneWrongElement(Right):
    def backward(self, grad_output, *, input_gradient=True):
        dx = super().backward(grad_output)
        dx[2, 1] += 1
        return dx


@wrong("gradient of x")
class UsesTheWeightTwice(Right):
    def backward(self, grad_output, *, input_gradient=True):
        return super().backward(grad_output) @ self._parameters["weight"] @ np.ones((3, 4))


@wrong("gradient of weight", "gradient of bias", "gradient of x")
class ForgetsTheActivation(Right):
    def backward(self, grad_output, *, input_gradient=True):
        x, y = self._saved
        self._saved = x, 0 * y
        return super().backward(grad_output, input_gradient=input_gradient)


@wrong("gradient of x[0, 0] is wrong", "the gradient is zero")
class SoftmaxWithoutGradient(npl.Softmax):
    """Rows sum to one: with an upstream gradient of ones this would look right."""

    def __init__(self):
        pass

    def backward(self, grad_output, *, input_gradient=True):
        return 0 * super().backward(grad_output)
