"""What all optimizers share: the checked step, weight decay, state and its dictionary.

An optimizer is its equation, given by `_rule`, and the names of the arrays that it remembers for
each parameter, given by `slots`. Everything else is here. A step checks all that it is given
before it writes anything, so it happens wholly or not at all.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from operator import is_
from typing import Any

import numpy as np
from numpy.typing import NDArray

from np_optim import _checks, _memory
from np_optim._groups import Group, group
from np_optim._state import State, from_dict, to_dict

Array = NDArray[Any]
Schedule = Callable[[int], float]
Scalars = Callable[..., list[Array]]
Rule = Callable[[Array, Array, list[Array], list[Array]], None]


class Optimizer(ABC):
    """Base of all optimizers.

    Parameters
    ----------
    lr : float or callable
        Learning rate, at least 0; a callable maps the index of a step, from 0, to the rate.
    weight_decay : float
        Strength λ of the decay towards 0. Coupled: g ← g + λ p, the gradient of λ/2 ‖p‖², before
        the equation of the optimizer. Decoupled: p ← p - lr λ p, beside that equation.
    check_finite : bool
        Whether a step refuses gradients that hold NaN or infinity.
    """

    slots: tuple[str, ...] = ()
    decoupled = False

    def __init__(self, lr: float | Schedule, *, weight_decay: float, check_finite: bool) -> None:
        self.lr = lr if callable(lr) else _checks.number("lr", lr, 0.0)
        self.weight_decay = _checks.number("weight_decay", weight_decay, 0.0)
        self.check_finite = check_finite
        self.steps = 0
        self._states: dict[str, State] = {}
        self._loaded = False
        self._layout: list[tuple[str, tuple[int, ...], np.dtype[Any]]] | None = None
        self._params: list[Array] = []
        self._groups: list[Group] = []

    @abstractmethod
    def _rule(self, lr: float, t: int, scalars: Scalars) -> Rule:
        """Return update(p, g, slots, scratch) for a parameter's step number t, counted from 1.

        `scalars(a, b, …)` makes arrays of the parameter's dtype of numbers, once for all blocks.
        """

    @property
    def current_lr(self) -> float:
        """Learning rate of the next step."""
        lr = self.lr(self.steps) if callable(self.lr) else self.lr
        return _checks.number(f"lr at step {self.steps}", lr, 0.0)

    def step(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> None:
        """Update the arrays of `params` in place by one step; `grads` is only read.

        A parameter that is seen for the first time, at whichever step, starts with fresh state.

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
            Not arrays; a dtype or shape that does not fit; a read-only parameter.
        FloatingPointError
            A gradient holds NaN or infinity. Nothing has been changed then, nor in the cases above.
        """
        self._check(params, grads)
        grads = _memory.apart_from(params, grads)
        lr = self.current_lr
        self._regroup(params)
        rules: dict[tuple[int, np.dtype[Any]], Rule] = {}
        with np.errstate(all="ignore"):
            for part in self._groups:
                for state in part.states:
                    state.steps += 1
                kind = (part.states[0].steps, part.dtype)
                if kind not in rules:
                    rules[kind] = self._decayed(lr, *kind)
                for p, g, slots, scratch in part.blocks(params, grads):
                    rules[kind](p, g, slots, scratch)
        self.steps += 1

    def _check(self, params: Mapping[str, Array], grads: Mapping[str, Array]) -> None:
        _checks.real_arrays("params", params)
        _checks.real_arrays("grads", grads)
        _checks.same_arrays("grads", grads, params)
        _checks.writeable("params", params)
        if self.check_finite:
            _checks.all_finite("grads", grads)

    def _regroup(self, params: Mapping[str, Array]) -> None:
        """Prepare state and scratch for these parameters, unless the last step had their like."""
        layout = [(key, p.shape, p.dtype) for key, p in params.items()]
        same = len(params) == len(self._params) and all(map(is_, params.values(), self._params))
        if layout == self._layout and same:
            return
        _memory.check_apart(params)
        self._params = list(params.values())
        if layout == self._layout:
            return
        absent = [key for key in params if key not in self._states]
        unused = [key for key in self._states if key not in params]
        if self._loaded and absent and unused:
            raise KeyError(
                f"the loaded state has the key {unused[0]!r}, which params lack, but not the key "
                f"{absent[0]!r}, which they have; resume with the parameters that were saved"
            )
        for key, p in params.items():
            for slot, array in self._states[key].slots.items() if key in self._states else ():
                _checks.same_arrays("state", {f"{slot}/{key}": array}, {f"{slot}/{key}": p})
        self._states |= {key: self._fresh(params[key]) for key in absent}
        self._groups = group(params, self._states)
        self._layout, self._loaded = layout, False

    def _fresh(self, p: Array) -> State:
        return State(0, {slot: np.zeros(p.shape, p.dtype) for slot in self.slots})

    def _decayed(self, lr: float, t: int, dtype: np.dtype[Any]) -> Rule:
        """Return the rule of this step preceded by the weight decay."""
        least = float(np.finfo(dtype).smallest_subnormal)

        def scalars(*values: float) -> list[Array]:
            # A number above 0 stays so: an ε that is rounded to 0 would let 0 / 0 arise.
            return [np.array(max(v, least) if v > 0 else v, dtype) for v in values]

        rule = self._rule(lr, t, scalars)
        if self.weight_decay == 0:
            return rule
        weight_decay, shrink = scalars(self.weight_decay, 1 - lr * self.weight_decay)

        def decoupled(p: Array, g: Array, slots: list[Array], scratch: list[Array]) -> None:
            np.multiply(p, shrink, out=p)  # p ← p - lr λ p
            rule(p, g, slots, scratch)

        def coupled(p: Array, g: Array, slots: list[Array], scratch: list[Array]) -> None:
            *free, d = scratch
            np.multiply(p, weight_decay, out=d)
            np.add(d, g, out=d)  # g + λ p
            rule(p, d, slots, free)

        return decoupled if self.decoupled else coupled

    def __getstate__(self) -> dict[str, Any]:
        # A copy of a view is no view of a copy: copies gather their groups anew.
        return self.__dict__ | {"_groups": [], "_params": [], "_layout": None}

    def state_dict(self) -> dict[str, Array]:
        """Return a copy of the state: "optimizer", "step", "step/<key>" and "<slot>/<key>".

        The options of the constructor are not in it. An optimizer that is constructed alike and
        loads it continues with the same bits.
        """
        return to_dict(type(self).__name__, self.steps, self._states)

    def load_state_dict(self, state_dict: Mapping[str, Array]) -> None:
        """Replace the state by a copy of one that `state_dict` returned.

        Raises
        ------
        KeyError, ValueError, TypeError
            It is the state of another optimizer, of other options or of other parameters, as far
            as they are known by now. The next step compares the rest. The state is kept then.
        """
        steps, states = from_dict(type(self).__name__, self.slots, state_dict)
        for key, state in states.items():
            if key in self._states:
                _checks.same_arrays(
                    "state",
                    {f"{slot}/{key}": array for slot, array in state.slots.items()},
                    {f"{slot}/{key}": array for slot, array in self._states[key].slots.items()},
                )
        self.steps, self._states = steps, states
        self._loaded, self._layout = True, None
