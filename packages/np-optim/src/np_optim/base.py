"""Base class of all optimizers: the checked step, weight decay, and the saved state.

A step checks all its arguments before it writes anything, so it happens completely or not at all.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np

from np_optim import _checks, _memory
from np_optim._blocks import blocks
from np_optim._checks import Array as Array
from np_optim._state import State, from_dict, to_dict
from np_optim.schedules import Schedule


class Optimizer(ABC):
    """Base class of all optimizers.

    A new optimizer writes its equation in ``update`` and names its state arrays in ``slots``.
    It keeps each option of its constructor as an attribute of the same name.

    Parameters
    ----------
    lr : float or callable
        Learning rate, at least 0, or a schedule: a callable that maps the index of a step,
        from 0, to the learning rate.
    weight_decay : float
        Strength λ of the decay towards 0. Coupled: g ← g + λ p, the gradient of λ/2 ‖p‖², before
        the update. Decoupled (``decoupled = True``): p ← p - lr λ p, beside the update.
    check_finite : bool
        Whether a step refuses gradients that contain NaN or infinity.

    Examples
    --------
    >>> import numpy as np
    >>> class SignSGD(Optimizer):
    ...     def update(self, p, g, slots, lr, t):
    ...         p -= lr * np.sign(g)
    >>> params = {"w": np.array([1.0, -2.0])}
    >>> SignSGD(0.5).step(params, {"w": np.array([10.0, -0.1])})
    >>> params["w"]
    array([ 0.5, -1.5])
    """

    slots: tuple[str, ...] = ()
    decoupled = False

    def __init__(
        self, lr: float | Schedule, *, weight_decay: float = 0.0, check_finite: bool = True
    ) -> None:
        self.lr = lr if callable(lr) else _checks.number("lr", lr, 0.0)
        self.weight_decay = _checks.number("weight_decay", weight_decay, 0.0)
        self.check_finite = check_finite
        self.steps = 0
        self._states: dict[str, State] = {}
        self._loaded = False

    @abstractmethod
    def update(self, p: Array, g: Array, slots: dict[str, Array], lr: float, t: int) -> None:
        """Update one block of one parameter, and its state, in place.

        Parameters
        ----------
        p : ndarray of shape (n,)
            Block of the parameter, to change.
        g : ndarray of shape (n,)
            Block of the gradient, to read only. Coupled weight decay is already in it.
        slots : dict of str to ndarray of shape (n,)
            Block of each state array, to change.
        lr : float
            Learning rate of this step.
        t : int
            Number of this step, counted from 1 for each parameter.
        """

    def initial_value(self, slot: str) -> float:
        """Return the number that fills a new state array."""
        return 0.0

    @property
    def current_lr(self) -> float:
        """Learning rate of the next step."""
        lr = self.lr(self.steps) if callable(self.lr) else self.lr
        return _checks.number(f"lr at step {self.steps}", lr, 0.0)

    def step(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> None:
        """Update the arrays of ``params`` in place by one step; ``grads`` is only read.

        A parameter that appears for the first time, at any step, starts with fresh state.

        Parameters
        ----------
        params : dict of str to ndarray
            Float32 or float64 arrays of any shape.
        grads : dict of str to ndarray
            Gradients under the same keys, of the same shapes and dtypes.

        Raises
        ------
        KeyError
            The keys differ.
        TypeError, ValueError
            Not arrays; a dtype or shape that does not fit; a read-only parameter; parameters that
            share memory.
        FloatingPointError
            A gradient contains NaN or infinity. A step that raises has changed nothing.
        """
        _checks.real_arrays("params", params, written=True)
        _checks.real_arrays("grads", grads)
        _checks.same_arrays("grads", grads, params)
        if self.check_finite:
            _checks.all_finite("grads", grads)
        grads = _memory.separate(params, grads)
        lr = self.current_lr
        self._add_states(params)
        with np.errstate(all="ignore"):
            for key, p in params.items():
                state = self._states[key]
                state.steps += 1
                arrays = [p, *state.slots.values(), grads[key]]
                for p_block, *slot_blocks, g_block in blocks(arrays, written=len(arrays) - 1):
                    slots = dict(zip(self.slots, slot_blocks, strict=True))
                    if self.weight_decay and self.decoupled:
                        p_block *= 1 - lr * self.weight_decay  # p ← p - lr λ p
                    elif self.weight_decay:
                        g_block = self.weight_decay * p_block + g_block  # g ← g + λ p
                    self.update(p_block, g_block, slots, lr, state.steps)
        self.steps += 1

    def _add_states(self, params: Mapping[str, Array]) -> None:
        """Compare the existing state with the parameters and add state for new ones."""
        new = [key for key in params if key not in self._states]
        unused = [key for key in self._states if key not in params]
        if self._loaded and new and unused:
            raise KeyError(
                f"params must have the key {unused[0]!r} of the loaded state, "
                f"got the unknown key {new[0]!r}; resume with the parameters that were saved"
            )
        for key, state in self._states.items():
            if key in params:
                state.check_fits(key, params[key])
        for key in new:
            p = params[key]
            arrays = {s: np.full(p.shape, self.initial_value(s), p.dtype) for s in self.slots}
            self._states[key] = State(0, arrays)
        self._loaded = False

    def state_dict(self) -> dict[str, Array]:
        """Return a copy of the state: "optimizer", "step", "step/<key>" and "<slot>/<key>".

        It does not contain the options of the constructor. An optimizer with the same options that
        loads it continues with the same bits.
        """
        return to_dict(type(self).__name__, self.steps, self._states)

    def load_state_dict(self, state_dict: Mapping[str, Array]) -> None:
        """Replace the state by a copy of one that ``state_dict`` returned.

        Raises
        ------
        KeyError, ValueError, TypeError
            It is the state of another optimizer, of other options, or of parameters with other
            shapes. The old state is kept then. Parameters that are not known yet are compared at
            the next step.
        """
        steps, states = from_dict(type(self).__name__, self.slots, state_dict)
        for key, state in states.items():
            if key in self._states:
                for known in self._states[key].slots.values():
                    state.check_fits(key, known)
        self.steps, self._states, self._loaded = steps, states, True

    def __repr__(self) -> str:
        names = [name for name in inspect.signature(type(self)).parameters if hasattr(self, name)]
        options = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__name__}({options})"
