"""State of an optimizer, and the flat dictionary of arrays that it is saved as.

The dictionary has the keys "optimizer" (the class name), "step" (the steps of the optimizer), and
for each parameter "step/<key>" (the steps that it took part in) and "<slot>/<key>" for every state
array. ``numpy.savez`` stores it as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from np_optim import _checks
from np_optim._checks import Array


@dataclass
class State:
    """State of one parameter: the number of its steps, and one array for each slot."""

    steps: int
    slots: dict[str, Array]

    def check_fits(self, key: str, model: Array) -> None:
        """Raise unless every array has the shape and dtype of ``model``."""
        for slot, array in self.slots.items():
            _checks.same_shape_and_dtype(f"state['{slot}/{key}']", array, model)


def to_dict(name: str, steps: int, states: Mapping[str, State]) -> dict[str, Array]:
    """Return a flat dictionary of copies."""
    flat = {"optimizer": np.array(name), "step": np.array(steps)}
    for key, state in states.items():
        flat[f"step/{key}"] = np.array(state.steps)
        flat |= {f"{slot}/{key}": array.copy() for slot, array in state.slots.items()}
    return flat


def from_dict(
    name: str, slots: tuple[str, ...], flat: Mapping[str, Array]
) -> tuple[int, dict[str, State]]:
    """Return the steps and the states that an optimizer of that name with those slots saved."""
    keys = [entry.removeprefix("step/") for entry in flat if entry.startswith("step/")]
    expected = ["optimizer", "step", *(f"{s}/{key}" for key in keys for s in ("step", *slots))]
    for entry in expected:
        if entry not in flat:
            raise KeyError(
                f"state must have the key {entry!r}, got {list(flat)!r}; construct the optimizer "
                "with the class and options that it was saved with"
            )
    saved = str(flat["optimizer"])
    if saved != name:
        raise ValueError(
            f"state 'optimizer' must be {name!r}, got {saved!r}; load it into a {saved}"
        )
    for entry in flat:
        if entry not in expected:
            raise KeyError(
                f"state must have only the slots {slots!r} of {name}, got the key {entry!r}; "
                "construct the optimizer with the options that it was saved with"
            )
    return _steps(flat, "step"), {key: _state(slots, flat, key) for key in keys}


def _state(slots: tuple[str, ...], flat: Mapping[str, Array], key: str) -> State:
    arrays = {slot: flat[f"{slot}/{key}"] for slot in slots}
    _checks.real_arrays("state", {f"{slot}/{key}": array for slot, array in arrays.items()})
    state = State(
        _steps(flat, f"step/{key}"), {s: np.array(array, order="C") for s, array in arrays.items()}
    )
    if slots:
        state.check_fits(key, state.slots[slots[0]])
    return state


def _steps(flat: Mapping[str, Array], entry: str) -> int:
    steps = np.asarray(flat[entry])
    if steps.shape != () or steps.dtype.kind not in "iu":
        raise ValueError(f"state[{entry!r}] must be a whole number, got {steps!r}; save it again")
    return _checks.count(f"state[{entry!r}]", int(steps), low=0)
