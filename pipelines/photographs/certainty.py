"""How sure an answer is: calibrated probabilities, and whether a picture looks like a digit at all.

A network is often too sure of pictures unlike its training rows, and it must answer something even
for a scribble. Two things are therefore computed from the training rows of MNIST:

- a temperature T, so that the probabilities ``p ∝ exp(log p / T)`` are right as often as they say
  on rows that are turned and sheared a little (Guo et al., 2017,
  https://proceedings.mlr.press/v70/guo17a.html);
- for each class the subspace of its main components. The squared distance r of a picture from the
  subspace of its class is small for a digit.

The strangeness of a picture is ``∑ p r / q + ENTROPY · H(p)``. The sum goes over the classes, q is
the distance that few training rows of the class exceed, and H is the entropy. An answer is sure if
the strangeness is below a limit that few training rows exceed.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import np_data
from pipelines.io.files import atomic_write

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]

COMPONENTS = 30  # of each class
ROWS = 3000  # rows of each class that its subspace is computed from
VARIED = 1500  # rows that the temperature is computed from
DEGREES, SHEAR = 10, 17  # the largest angles by which these rows are turned and sheared
PLAIN = 5000  # rows that the limit is computed from
ENTROPY = 0.2
RARE = 0.003  # share of the training rows above q, and above the limit


@dataclass(frozen=True)
class Certainty:
    """What was computed from the training rows, and from a network's answers to them."""

    temperature: Floats  # a number
    means: Floats  # (classes, pixels)
    components: Floats  # (classes, COMPONENTS, pixels)
    distances: Floats  # (classes,), the q of each class
    limit: Floats  # a number

    def calibrated(self, probabilities: Floats) -> Floats:
        """Return probabilities at the temperature, of shape (n, classes)."""
        return _at_temperature(probabilities, float(self.temperature))

    def strangeness(self, digits: Bytes, calibrated: Floats) -> Floats:
        """Return how unlike a digit each picture is, of shape (n,).

        Parameters
        ----------
        digits : ndarray of shape (n, 28, 28)
            Prepared pictures.
        calibrated : ndarray of shape (n, classes)
            Their calibrated probabilities.
        """
        ratios = np.stack(
            [
                _distances(_flat(digits), mean, components) / distance
                for mean, components, distance in zip(
                    self.means, self.components, self.distances, strict=True
                )
            ],
            axis=1,
        )
        entropy = -(calibrated * np.log(np.maximum(calibrated, 1e-12))).sum(axis=1)
        return np.asarray((calibrated * ratios).sum(axis=1) + ENTROPY * entropy)

    def is_sure(self, digits: Bytes, calibrated: Floats) -> NDArray[np.bool_]:
        """Return for each picture whether it looks like a digit, of shape (n,)."""
        return np.asarray(self.strangeness(digits, calibrated) <= self.limit)


def calibrate(
    probabilities: Callable[[Bytes], Floats], images: Bytes, labels: NDArray[np.integer]
) -> Certainty:
    """Compute the certainty of a network from the training rows.

    Parameters
    ----------
    probabilities : callable
        Returns the network's probabilities (n, classes) for pictures (n, 28, 28).
    images : ndarray of shape (n, 28, 28)
    labels : ndarray of shape (n,)
    """
    rng = np.random.default_rng(0)
    order = rng.permutation(len(images))
    images, labels = images[order], labels[order]
    varied = np_data.random_affine(
        images[:VARIED, np.newaxis], rng=rng, degrees=DEGREES, scale=(1, 1), shear=SHEAR
    )[:, 0]
    temperature = fit_temperature(probabilities(varied), labels[:VARIED])
    means, components, distances = [], [], []
    for label in np.unique(labels):
        rows = _flat(images[labels == label])
        count = min(ROWS, len(rows) // 2)  # the other rows measure the distances
        means.append(rows[:count].mean(axis=0))
        components.append(np.linalg.eigh(np.cov(rows[:count].T))[1][:, -COMPONENTS:].T)
        away = _distances(rows[count:], means[-1], components[-1])
        distances.append(np.quantile(away, 1 - RARE))
    certainty = Certainty(
        temperature=np.array(temperature),
        means=np.array(means),
        components=np.array(components),
        distances=np.array(distances),
        limit=np.array(np.inf),
    )
    calibrated = certainty.calibrated(probabilities(images[-PLAIN:]))
    strangeness = certainty.strangeness(images[-PLAIN:], calibrated)
    return replace(certainty, limit=np.array(np.quantile(strangeness, 1 - RARE)))


def fit_temperature(probabilities: Floats, labels: NDArray[np.integer]) -> float:
    """Return the temperature at which the mean of -log p of the right class is smallest."""
    temperatures = np.exp(np.linspace(-1, 2, 61))
    rows = np.arange(len(labels))
    losses = [
        -np.log(np.maximum(_at_temperature(probabilities, t)[rows, labels], 1e-12)).mean()
        for t in temperatures
    ]
    return float(temperatures[np.argmin(losses)])


def load_or_calibrate(
    path: Path,
    probabilities: Callable[[Bytes], Floats],
    images: Bytes,
    labels: NDArray[np.integer],
) -> Certainty:
    """Read a certainty from ``path``, or compute it and write it there."""
    names = tuple(Certainty.__dataclass_fields__)
    if path.exists():
        with np.load(path, allow_pickle=False) as file:
            return Certainty(**{name: file[name] for name in names})
    certainty = calibrate(probabilities, images, labels)
    with atomic_write(path) as temporary:
        np.savez(temporary, **asdict(certainty))
    return certainty


def _flat(digits: Bytes) -> Floats:
    """Return pictures as rows of numbers from 0 to 1, (n, pixels)."""
    return digits.reshape(len(digits), -1) / 255.0


def _distances(rows: Floats, mean: Floats, components: Floats) -> Floats:
    """Return the squared distance of each row from a subspace through ``mean``, (n,)."""
    rows = rows - mean
    inside = rows @ components.T
    return np.asarray(np.square(rows).sum(axis=1) - np.square(inside).sum(axis=1))


def _at_temperature(probabilities: Floats, temperature: float) -> Floats:
    """Return probabilities whose logarithms are divided by the temperature."""
    powers = np.maximum(probabilities, 1e-30) ** (1 / temperature)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
