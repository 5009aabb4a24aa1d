"""Tests of check_optimizer: it passes right optimizers and names the fault of wrong ones."""

import re

import numpy as np
import pytest

import np_optim
from np_optim import SGD, Adadelta, Adagrad, Adam, AdamW, Lion, RMSprop, cosine
from np_optim.testing import check_optimizer


class Student:
    """An optimizer as somebody would write it: a rule for one array, and a dict of state."""

    def __init__(self):
        self.t = 0
        self.state = {}

    def step(self, params, grads):
        self.t += 1
        for key in params:
            state = self.state.setdefault(key, {"m": 0.0, "v": 0.0, "u": 0.0})
            self.rule(params[key], grads[key], state, self.t)


def student(rule, **methods):
    """Return a class of optimizers with that rule."""
    return type(rule.__name__, (Student,), {"rule": staticmethod(rule)} | methods)


def adam_with(
    lr=1e-3,
    β1=0.9,
    β2=0.999,
    eps=1e-8,
    square=lambda g: g * g,
    correct=lambda β, t: 1 - β**t,
    root=lambda v, c, eps: np.sqrt(v / c) + eps,
):
    def adam(p, g, s, t):
        s["m"] = β1 * s["m"] + (1 - β1) * g
        s["v"] = β2 * s["v"] + (1 - β2) * square(g)
        p -= lr * s["m"] / correct(β1, t) / root(s["v"], correct(β2, t), eps)

    return adam


def sgd_plain(p, g, s, t):
    p -= 0.001 * g


def sgd_ascent(p, g, s, t):
    p += 0.001 * g


def sgd_two_rates(p, g, s, t):
    p -= 0.001 * g * (1 if t < 10 else 0.1)


def sgd_mean_gradient(p, g, s, t):
    p -= 0.001 * g.mean()


def sgd_clips(p, g, s, t):
    p -= 0.001 * np.clip(g, -1, 1)


def sgd_skips_negative(p, g, s, t):
    p -= 0.001 * np.maximum(g, 0)


def momentum_right(p, g, s, t):
    s["m"] = 0.9 * s["m"] + g
    p -= 0.001 * s["m"]


def momentum_averages(p, g, s, t):
    s["m"] = 0.9 * s["m"] + 0.1 * g
    p -= 0.001 * s["m"]


def momentum_in_sutskever_form(p, g, s, t):
    s["m"] = 0.9 * s["m"] + cosine(0.1, steps=20)(t - 1) * g
    p -= s["m"]


def momentum_keeps_gradient_array(p, g, s, t):
    if t == 1:
        s["m"] = g
    else:
        s["m"] = 0.9 * s["m"] + g
    p -= 0.001 * s["m"]


def nesterov_with_old_buffer(p, g, s, t):
    old = s["m"]
    s["m"] = 0.9 * s["m"] + g
    p -= 0.001 * (g + 0.9 * old)


def decay_forgotten(p, g, s, t):
    p -= 0.001 * g


def decay_with_wrong_sign(p, g, s, t):
    p -= 0.001 * (g - 0.1 * p)


def adagrad_right(p, g, s, t):
    s["v"] = s["v"] + g * g
    p -= 0.01 * g / (np.sqrt(s["v"]) + 1e-10)


def adagrad_forgets(p, g, s, t):
    s["v"] = 0.9 * s["v"] + g * g
    p -= 0.01 * g / (np.sqrt(s["v"]) + 1e-10)


def adagrad_without_root(p, g, s, t):
    s["v"] = s["v"] + g * g
    p -= 0.01 * g / (s["v"] + 1e-10)


def rmsprop_right(p, g, s, t):
    s["v"] = 0.99 * s["v"] + 0.01 * g * g
    p -= 0.01 * g / (np.sqrt(s["v"]) + 1e-8)


def rmsprop_epsilon_inside(p, g, s, t):
    s["v"] = 0.99 * s["v"] + 0.01 * g * g
    p -= 0.01 * g / np.sqrt(s["v"] + 1e-8)


def rmsprop_updates_late(p, g, s, t):
    p -= 0.01 * g / (np.sqrt(s["v"]) + 1e-8)
    s["v"] = 0.99 * s["v"] + 0.01 * g * g


def adadelta_uses_new_average(p, g, s, t):
    s["v"] = 0.9 * s["v"] + 0.1 * g * g
    Δ = np.sqrt(s["u"] + 1e-6) / np.sqrt(s["v"] + 1e-6) * g
    s["u"] = 0.9 * s["u"] + 0.1 * Δ * Δ
    p -= np.sqrt(s["u"] + 1e-6) / np.sqrt(s["v"] + 1e-6) * g


def amsgrad_of_corrected_v(p, g, s, t):
    s["m"] = 0.9 * s["m"] + 0.1 * g
    s["v"] = 0.999 * s["v"] + 0.001 * g * g
    s["u"] = np.maximum(s["u"], s["v"] / (1 - 0.999**t))
    p -= 0.001 * s["m"] / (1 - 0.9**t) / (np.sqrt(s["u"]) + 1e-8)


def adamw_coupled(p, g, s, t):
    adam_with()(p, g + 0.01 * p, s, t)


def lion_without_sign(p, g, s, t):
    p -= 1e-4 * (0.9 * s["m"] + 0.1 * g)
    s["m"] = 0.99 * s["m"] + 0.01 * g


def lion_one_beta(p, g, s, t):
    s["m"] = 0.9 * s["m"] + 0.1 * g
    p -= 1e-4 * np.sign(s["m"])


def scales_gradient_in_place(p, g, s, t):
    g *= 0.001
    p -= g


class CountsEveryArray(Student):
    """The step count grows once per array instead of once per step."""

    def step(self, params, grads):
        for key in params:
            self.t += 1
            adam_with()(
                params[key], grads[key], self.state.setdefault(key, {"m": 0.0, "v": 0.0}), self.t
            )


class SharesStateBetweenArrays(Student):
    def step(self, params, grads):
        for key in params:
            state = self.state.setdefault(params[key].shape, {"m": 0.0})
            momentum_right(params[key], grads[key], state, 1)


class SharesStateBetweenObjects(Student):
    shared = {}  # noqa: RUF012

    def step(self, params, grads):
        self.state = self.shared
        self.t += 1
        for key in params:
            momentum_right(params[key], grads[key], self.state.setdefault(key, {"m": 0.0}), 1)


class ReplacesArrays(Student):
    def step(self, params, grads):
        for key in params:
            params[key] = params[key] - 0.001 * grads[key]


class PairsByPosition(Student):
    def step(self, params, grads):
        for p, g in zip(params.values(), grads.values(), strict=True):
            p -= 0.001 * np.resize(g, p.shape)


class ForgetsStepWhenSaved(Adam):
    def state_dict(self):
        return super().state_dict() | {f"step/{k}": np.array(0) for k in self._states}


class SavesOnlyTheStep(Student):
    rule = staticmethod(momentum_right)

    def state_dict(self):
        return {"t": self.t}

    def load_state_dict(self, state):
        self.t = state["t"]


RIGHT = {
    "plain SGD": (student(sgd_plain), SGD),
    "momentum that rebinds its buffer": (student(momentum_right), lambda: SGD(momentum=0.9)),
    "Adagrad": (student(adagrad_right), Adagrad),
    "RMSprop": (student(rmsprop_right), RMSprop),
    "Adam as in the paper": (student(adam_with()), Adam),
    "Adam that moves the corrections": (
        student(adam_with(root=lambda v, c, eps: (np.sqrt(v) + eps * np.sqrt(c)) / np.sqrt(c))),
        Adam,
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_check_optimizer_passes_right_optimizer(name):
    made, reference = RIGHT[name]
    check_optimizer(made, reference=reference)


def test_check_optimizer_passes_every_optimizer_against_itself(make):
    check_optimizer(make, reference=make)


ORDINARY = "of the problem 'ordinary gradients': params['weight'][0, 0] must be"
SIZES = "of the problem 'gradients of very different size': params['weight']"

WRONG = {
    "climbs": (student(sgd_ascent), SGD, f"sgd_ascent at step 1 {ORDINARY}"),
    "changes its rate at step 10": (student(sgd_two_rates), SGD, f"at step 10 {ORDINARY}"),
    "one gradient for all": (student(sgd_mean_gradient), SGD, f"at step 1 {ORDINARY}"),
    "hidden clipping": (student(sgd_clips), SGD, "'ordinary gradients': params['weight']"),
    "only positive gradients": (student(sgd_skips_negative), SGD, "at step 1 of the problem"),
    "momentum that averages": (
        student(momentum_averages),
        lambda: SGD(momentum=0.9),
        f"at step 1 {ORDINARY}",
    ),
    "rate inside the momentum": (
        student(momentum_in_sutskever_form),
        lambda: SGD(cosine(0.1, steps=20), momentum=0.9),
        f"at step 2 {ORDINARY}",
    ),
    "momentum is the gradient's array": (
        student(momentum_keeps_gradient_array),
        lambda: SGD(momentum=0.9),
        f"at step 2 {ORDINARY}",
    ),
    "Nesterov with the old buffer": (
        student(nesterov_with_old_buffer),
        lambda: SGD(momentum=0.9, nesterov=True),
        f"at step 1 {ORDINARY}",
    ),
    "decay forgotten": (
        student(decay_forgotten),
        lambda: SGD(weight_decay=0.1),
        f"at step 1 {ORDINARY}",
    ),
    "decay with wrong sign": (
        student(decay_with_wrong_sign),
        lambda: SGD(weight_decay=0.1),
        f"at step 1 {ORDINARY}",
    ),
    "Adagrad that forgets": (student(adagrad_forgets), Adagrad, f"at step 2 {ORDINARY}"),
    "Adagrad without root": (student(adagrad_without_root), Adagrad, f"at step 1 {ORDINARY}"),
    "RMSprop, ε inside": (student(rmsprop_epsilon_inside), RMSprop, f"at step 1 {ORDINARY}"),
    "RMSprop with the old average": (
        student(rmsprop_updates_late),
        RMSprop,
        f"at step 1 {ORDINARY}",
    ),
    "Adadelta with the new average": (
        student(adadelta_uses_new_average),
        Adadelta,
        f"at step 1 {ORDINARY}",
    ),
    "Adam without correction": (
        student(adam_with(correct=lambda β, t: 1)),
        Adam,
        f"adam at step 1 {ORDINARY}",
    ),
    "Adam, 1 - β² for 1 - βᵗ": (
        student(adam_with(correct=lambda β, t: 1 - β**2)),
        Adam,
        f"at step 1 {ORDINARY}",
    ),
    "Adam that counts from 0": (
        student(adam_with(correct=lambda β, t: 1 - β ** (t + 1))),
        Adam,
        f"at step 1 {ORDINARY}",
    ),
    "Adam, ε 10e-8": (student(adam_with(eps=10e-8)), Adam, "at step 1 of the problem"),
    "Adam, ε inside the root": (
        student(adam_with(root=lambda v, c, eps: np.sqrt(v / c + eps))),
        Adam,
        "at step 1 of the problem",
    ),
    "Adam, ε before the correction": (
        student(adam_with(root=lambda v, c, eps: (np.sqrt(v) + eps) / np.sqrt(c))),
        Adam,
        "at step 1 of the problem",
    ),
    "Adam, betas exchanged": (student(adam_with(β1=0.999, β2=0.9)), Adam, f"at step 2 {ORDINARY}"),
    "Adam, |g| for g²": (student(adam_with(square=np.abs)), Adam, f"at step 1 {ORDINARY}"),
    "AMSGrad of the corrected v": (
        student(amsgrad_of_corrected_v),
        lambda: Adam(amsgrad=True),
        f"at step 2 {ORDINARY}",
    ),
    "AdamW with coupled decay": (student(adamw_coupled), AdamW, f"at step 1 {ORDINARY}"),
    "Lion without sign": (student(lion_without_sign), Lion, f"at step 1 {ORDINARY}"),
    "Lion with one beta": (student(lion_one_beta), Lion, "'ordinary gradients': params['weight']"),
    "step counts arrays": (CountsEveryArray, Adam, "at step 1 of the problem 'ordinary gradients'"),
    "state shared between arrays": (
        SharesStateBetweenArrays,
        lambda: SGD(momentum=0.9),
        "at step 1 of the problem 'ordinary gradients': params['other'][0]",
    ),
    "state shared between objects": (
        SharesStateBetweenObjects,
        lambda: SGD(momentum=0.9),
        f"at step 1 {SIZES}",
    ),
    "arrays replaced": (
        ReplacesArrays,
        SGD,
        "must change the arrays of params in place, got another array as params['weight'] "
        "at step 1",
    ),
    "gradient overwritten": (
        student(scales_gradient_in_place),
        SGD,
        "must only read the gradients, got a changed grads['weight'] at step 1",
    ),
    "arrays paired by position": (PairsByPosition, SGD, f"at step 1 {ORDINARY}"),
    "momentum not in state_dict": (
        SavesOnlyTheStep,
        lambda: SGD(momentum=0.9),
        "at step 16 of the problem 'continued with load_state_dict in a new optimizer'",
    ),
    "step lost by state_dict": (
        ForgetsStepWhenSaved,
        Adam,
        "at step 16 of the problem 'continued with load_state_dict in a new optimizer'",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_check_optimizer_names_step_and_place_of_wrong_optimizer(name):
    made, reference, message = WRONG[name]
    with pytest.raises(AssertionError, match=re.escape(message)):
        check_optimizer(made, reference=reference)


def test_check_optimizer_adds_step_to_error_of_optimizer():
    def fails_later(p, g, s, t):
        if t == 3:
            raise ZeroDivisionError("t - 3 is 0")
        sgd_plain(p, g, s, t)

    with pytest.raises(ZeroDivisionError) as caught:
        check_optimizer(student(fails_later), reference=SGD)
    note = "fails_later raised this at step 3 of the problem 'ordinary gradients'"
    assert caught.value.__notes__ == [note]


def test_message_gives_expected_and_received_number():
    message = (
        r"params\['weight'\]\[0, 0\] must be ([-\d.e]+), got ([-\d.e]+); "
        r"it was ([-\d.e]+) and the gradient ([-\d.e]+), and 12 of 12 elements differ"
    )
    with pytest.raises(AssertionError) as caught:
        check_optimizer(student(sgd_ascent), reference=SGD)
    expected, got, before, g = map(float, re.search(message, str(caught.value)).groups())
    assert expected == pytest.approx(before - 0.001 * g, rel=1e-8)
    assert got == pytest.approx(before + 0.001 * g, rel=1e-8)


def test_testing_is_an_attribute_of_the_package():
    assert np_optim.testing.check_optimizer is check_optimizer
    assert "testing" in dir(np_optim)
