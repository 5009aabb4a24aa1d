"""Exponential moving average of parameters, for evaluating a model."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np

from np_optim import _checks
from np_optim._blocks import blend, blocks
from np_optim._checks import Array
from np_optim._state import State, from_dict, to_dict


class EMA:
    """Exponential moving average of the parameters: a ← decay · a + (1 - decay) · p.

    The first update copies the parameters, so the average needs no bias correction. Call ``update``
    after each optimizer step, and evaluate inside ``applied``.

    Parameters
    ----------
    decay : float
        In [0, 1]. The average reaches back about 1 / (1 - decay) updates.

    References
    ----------
    Polyak and Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992, for the
    averaging of parameters. PyTorch's AveragedModel with get_ema_multi_avg_fn is this average.

    Examples
    --------
    >>> import numpy as np
    >>> ema, params = EMA(0.75), {"w": np.array([1.0])}
    >>> ema.update(params)
    >>> params["w"] += 4
    >>> ema.update(params)
    >>> with ema.applied(params):
    ...     print(params["w"])
    [2.]
    >>> params["w"]
    array([5.])
    """

    slots = ("average",)

    def __init__(self, decay: float = 0.999) -> None:
        self.decay = _checks.number("decay", decay, 0.0, 1.0)
        self.steps = 0
        self._states: dict[str, State] = {}
        self._is_applied = False

    def update(self, params: Mapping[str, Array]) -> None:
        """Move the averages towards ``params``, which is only read.

        Its keys, shapes and dtypes must be those of the first update. Inside ``applied``, this
        raises RuntimeError.
        """
        self._outside_applied()
        _checks.real_arrays("params", params)
        if self.steps == 0:
            averages = {key: np.array(p, order="C") for key, p in params.items()}
            self._states = {key: State(0, {"average": a}) for key, a in averages.items()}
        _checks.same_arrays("params", params, self._averages())
        for key, average in self._averages().items():
            self._states[key].steps += 1
            if self.steps:
                with np.errstate(all="ignore"):
                    for average_block, p_block in blocks([average, params[key]], written=1):
                        blend(average_block, p_block, self.decay)
        self.steps += 1

    def value(self) -> dict[str, Array]:
        """Return the averages as read-only views, which the next update changes."""
        views = {key: average.view() for key, average in self._averages().items()}
        for view in views.values():
            view.flags.writeable = False
        return views

    @contextmanager
    def applied(self, params: Mapping[str, Array]) -> Iterator[None]:
        """Put the averages into ``params``, in place, and restore the parameters at the end.

        The keys, shapes and dtypes must be those of the updates. Before the first update, or
        inside another such block, this raises RuntimeError.
        """
        self._outside_applied()
        if self.steps == 0:
            raise RuntimeError("applied needs an average, got no update; call update first")
        _checks.real_arrays("params", params, written=True)
        _checks.same_arrays("params", params, self._averages())
        self._is_applied = True
        saved = {key: p.copy() for key, p in params.items()}
        try:
            for key, average in self._averages().items():
                params[key][...] = average
            yield
        finally:
            for key, p in saved.items():
                params[key][...] = p
            self._is_applied = False

    def state_dict(self) -> dict[str, Array]:
        """Return a copy of the state: "optimizer", "step", "step/<key>" and "average/<key>"."""
        return to_dict(type(self).__name__, self.steps, self._states)

    def load_state_dict(self, state_dict: Mapping[str, Array]) -> None:
        """Replace the state by a copy of one that ``state_dict`` returned.

        The state of something else, or of other parameters, is rejected as in ``Optimizer``.
        """
        self._outside_applied()
        steps, states = from_dict(type(self).__name__, self.slots, state_dict)
        if self._states:
            averages = {key: state.slots["average"] for key, state in states.items()}
            _checks.same_arrays("state", averages, self._averages())
        self.steps, self._states = steps, states

    def _averages(self) -> dict[str, Array]:
        return {key: state.slots["average"] for key, state in self._states.items()}

    def _outside_applied(self) -> None:
        if self._is_applied:
            raise RuntimeError(
                "params contain the averages, got a call inside applied(); leave the block first"
            )

    def __repr__(self) -> str:
        return f"EMA(decay={self.decay!r})"
