"""Mistakes in batch normalisation: each changes one method of a right layer."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class Right:
    """Batch normalisation in small methods."""

    def __init__(self, features: int, momentum: float, eps: float, rng: Any = None) -> None:
        self.gamma, self.beta = np.ones(features), np.zeros(features)
        self.dgamma, self.dbeta = np.zeros(features), np.zeros(features)
        self.running_mean, self.running_var = np.zeros(features), np.ones(features)
        self.momentum, self.eps = momentum, eps

    def forward(self, x: Array, training: bool = True) -> Array:
        """Return y."""
        if not training:
            return np.asarray(self.evaluate(x))
        self.move(x)
        mean, var = self.statistics(x)
        self.scale = self.inverse_deviation(var)
        self.x_hat = (x - mean) * self.scale
        return np.asarray(self.output(self.x_hat))

    def statistics(self, x: Array) -> tuple[Any, Any]:
        """Return μ and σ² of the batch."""
        return x.mean(axis=0), x.var(axis=0)

    def inverse_deviation(self, var: Any) -> Any:
        """Return 1 / √(σ² + ε)."""
        return 1 / np.sqrt(var + self.eps)

    def output(self, x_hat: Array) -> Any:
        """Return γ x̂ + β."""
        return self.gamma * x_hat + self.beta

    def move(self, x: Array) -> None:
        """Move the running statistics."""
        m = self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * x.mean(axis=0)
        self.running_var = (1 - m) * self.running_var + m * self.running_variance(x)

    def running_variance(self, x: Array) -> Any:
        """Return the variance that the running statistics move towards."""
        return x.var(axis=0, ddof=1)

    def evaluate(self, x: Array) -> Any:
        """Return y outside training."""
        return self.output((x - self.running_mean) / np.sqrt(self.running_var + self.eps))

    def backward(self, G: Array) -> Array:
        """Set dgamma and dbeta, return dx."""
        self.set_gradients(self.gamma_gradient(G), self.beta_gradient(G))
        return np.asarray(self.input_gradient(G))

    def set_gradients(self, dgamma: Any, dbeta: Any) -> None:
        """Keep the gradients."""
        self.dgamma, self.dbeta = dgamma, dbeta

    def gamma_gradient(self, G: Array) -> Any:
        """Return Σ G x̂."""
        return (G * self.x_hat).sum(axis=0)

    def beta_gradient(self, G: Array) -> Any:
        """Return Σ G."""
        return G.sum(axis=0)

    def input_gradient(self, G: Array) -> Any:
        """Return dx."""
        g = G * self.gamma
        return self.scale * (g - g.mean(axis=0) - self.x_hat * (g * self.x_hat).mean(axis=0))


class _StatisticsConstant(Right):
    def input_gradient(self, G: Array) -> Any:
        return G * self.gamma * self.scale


class _VarianceConstant(Right):
    def input_gradient(self, G: Array) -> Any:
        g = G * self.gamma
        return self.scale * (g - g.mean(axis=0))


class _MeanConstant(Right):
    def input_gradient(self, G: Array) -> Any:
        g = G * self.gamma
        return self.scale * (g - self.x_hat * (g * self.x_hat).mean(axis=0))


class _GammaMissing(Right):
    def input_gradient(self, G: Array) -> Any:
        return self.scale * (G - G.mean(axis=0) - self.x_hat * (G * self.x_hat).mean(axis=0))


class _ScaleMissing(Right):
    def input_gradient(self, G: Array) -> Any:
        return super().input_gradient(G) / self.scale


class _SumsForMeans(Right):
    def input_gradient(self, G: Array) -> Any:
        g = G * self.gamma
        return self.scale * (g - g.sum(axis=0) - self.x_hat * (g * self.x_hat).sum(axis=0))


class _SignOfVarianceTerm(Right):
    def input_gradient(self, G: Array) -> Any:
        g = G * self.gamma
        return self.scale * (g - g.mean(axis=0) + self.x_hat * (g * self.x_hat).mean(axis=0))


class _GammaGradientMean(Right):
    def gamma_gradient(self, G: Array) -> Any:
        return (G * self.x_hat).mean(axis=0)


class _GammaGradientOfY(Right):
    def gamma_gradient(self, G: Array) -> Any:
        return (G * self.output(self.x_hat)).sum(axis=0)


class _GammaGradientWithoutX(Right):
    def gamma_gradient(self, G: Array) -> Any:
        return G.sum(axis=0)


class _BetaGradientMean(Right):
    def beta_gradient(self, G: Array) -> Any:
        return G.mean(axis=0)


class _BetaGradientScalar(Right):
    def beta_gradient(self, G: Array) -> Any:
        return G.sum()


class _Accumulates(Right):
    def set_gradients(self, dgamma: Any, dbeta: Any) -> None:
        self.dgamma, self.dbeta = self.dgamma + dgamma, self.dbeta + dbeta


class _RowStatistics(Right):
    def statistics(self, x: Array) -> tuple[Any, Any]:
        return x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)


class _OneStatistic(Right):
    def statistics(self, x: Array) -> tuple[Any, Any]:
        return x.mean(), x.var()


class _UnbiasedInBatch(Right):
    def statistics(self, x: Array) -> tuple[Any, Any]:
        return x.mean(axis=0), x.var(axis=0, ddof=1)


class _VarianceWithoutMean(Right):
    def statistics(self, x: Array) -> tuple[Any, Any]:
        return x.mean(axis=0), (x**2).mean(axis=0)


class _NoRoot(Right):
    def inverse_deviation(self, var: Any) -> Any:
        return 1 / (var + self.eps)


class _EpsilonOutside(Right):
    def inverse_deviation(self, var: Any) -> Any:
        return 1 / (np.sqrt(var) + self.eps)


class _NoEpsilon(Right):
    def inverse_deviation(self, var: Any) -> Any:
        return 1 / np.sqrt(var)


class _NoGammaBeta(Right):
    def output(self, x_hat: Array) -> Any:
        return x_hat


class _BetaMissing(Right):
    def output(self, x_hat: Array) -> Any:
        return self.gamma * x_hat


class _RunningNotMoved(Right):
    def move(self, x: Array) -> None:
        del x


class _MomentumSwapped(Right):
    def move(self, x: Array) -> None:
        m = 1 - self.momentum
        self.running_mean = (1 - m) * self.running_mean + m * x.mean(axis=0)
        self.running_var = (1 - m) * self.running_var + m * x.var(axis=0, ddof=1)


class _LastBatch(Right):
    def move(self, x: Array) -> None:
        self.running_mean, self.running_var = x.mean(axis=0), x.var(axis=0, ddof=1)


class _RunningBiased(Right):
    def running_variance(self, x: Array) -> Any:
        return x.var(axis=0)


class _RunningDeviation(Right):
    def running_variance(self, x: Array) -> Any:
        return x.std(axis=0, ddof=1)


class _BatchInEvaluation(Right):
    def evaluate(self, x: Array) -> Any:
        return self.output((x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + self.eps))


class _MovesInEvaluation(Right):
    def evaluate(self, x: Array) -> Any:
        self.move(x)
        return super().evaluate(x)


class _GradientsSwapped(Right):
    def set_gradients(self, dgamma: Any, dbeta: Any) -> None:
        self.dgamma, self.dbeta = dbeta, dgamma


class _GammaAndBetaSwapped(Right):
    def output(self, x_hat: Array) -> Any:
        return self.beta * x_hat + self.gamma


class _RunningAdds(Right):
    def move(self, x: Array) -> None:
        m = self.momentum
        self.running_mean = self.running_mean + m * x.mean(axis=0)
        self.running_var = self.running_var + m * self.running_variance(x)


class _NeverTraining(Right):
    def forward(self, x: Array, training: bool = True) -> Array:
        self.scale = 1 / np.sqrt(self.running_var + self.eps)
        self.x_hat = (x - self.running_mean) * self.scale
        return np.asarray(self.output(self.x_hat))


class _LastTermWithoutX(Right):
    def input_gradient(self, G: Array) -> Any:
        g = G * self.gamma
        return self.scale * (g - g.mean(axis=0) - (g * self.x_hat).mean(axis=0))


BATCH_NORM = {
    "statistics-constant": _StatisticsConstant,
    "variance-constant": _VarianceConstant,
    "mean-constant": _MeanConstant,
    "dx-without-gamma": _GammaMissing,
    "dx-without-scale": _ScaleMissing,
    "dx-sums-for-means": _SumsForMeans,
    "dx-sign": _SignOfVarianceTerm,
    "dgamma-mean": _GammaGradientMean,
    "dgamma-of-y": _GammaGradientOfY,
    "dgamma-without-x": _GammaGradientWithoutX,
    "dbeta-mean": _BetaGradientMean,
    "dbeta-scalar": _BetaGradientScalar,
    "accumulates": _Accumulates,
    "statistics-of-rows": _RowStatistics,
    "statistics-of-all": _OneStatistic,
    "unbiased-in-batch": _UnbiasedInBatch,
    "variance-without-mean": _VarianceWithoutMean,
    "no-root": _NoRoot,
    "epsilon-outside": _EpsilonOutside,
    "no-epsilon": _NoEpsilon,
    "no-gamma-and-beta": _NoGammaBeta,
    "no-beta": _BetaMissing,
    "running-not-moved": _RunningNotMoved,
    "momentum-swapped": _MomentumSwapped,
    "running-is-last-batch": _LastBatch,
    "running-variance-biased": _RunningBiased,
    "running-deviation": _RunningDeviation,
    "batch-in-evaluation": _BatchInEvaluation,
    "moves-in-evaluation": _MovesInEvaluation,
    "gradients-swapped": _GradientsSwapped,
    "gamma-and-beta-swapped": _GammaAndBetaSwapped,
    "running-adds": _RunningAdds,
    "never-training": _NeverTraining,
    "dx-without-x-hat": _LastTermWithoutX,
}
