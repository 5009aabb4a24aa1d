"""What the grader says about wrong solutions."""

import importlib

import numpy as np
import pytest

from np_lab import grade, select
from np_lab._alternatives import alternative_of


def task_of(name):
    ((_, task),) = select(name)
    return task


def text_of(name, solution, language="en"):
    (text,) = grade(task_of(name), solution).texts(language)
    return text


def mistakes_of(name, solution):
    return [finding.mistake for finding in grade(task_of(name), solution).findings]


def test_right_solution_has_no_findings():
    assert grade(task_of("dense_forward"), lambda x, W, b: x @ W + b).passed


def test_empty_function_is_not_written_yet():
    def dense_forward(x, W, b):
        """Return y."""

    report = grade(task_of("dense_forward"), dense_forward)
    assert not report.started
    assert report.texts("en") == ["not written yet: dense_forward"]


@pytest.mark.parametrize("body", ["pass", "...", '"doc"', "return None"])
def test_every_kind_of_empty_body_is_not_written_yet(body):
    space = {}
    exec(f"def dense_forward(x, W, b):\n    {body}", space)  # noqa: S102
    assert mistakes_of("dense_forward", space["dense_forward"]) == ["unwritten"]


def test_function_that_returns_a_constant_is_written():
    def dense_forward(x, W, b):
        return 1

    assert mistakes_of("dense_forward", dense_forward) != ["unwritten"]


def test_half_written_class_names_the_empty_method():
    class Dense:
        def __init__(self, inputs, outputs, rng):
            pass

        def forward(self, x):
            return x

        def backward(self, G):
            pass

    assert text_of("Dense", Dense) == "not written yet: Dense.backward"


def test_founding_mistake_is_named_as_a_question():
    def dense_backward(x, W, b, G):
        return G @ W.T, x.T @ G, G.mean()

    assert text_of("dense_backward", dense_backward) == (
        "your bias gradient equals G.mean(), one number for all outputs. "
        "Each output has its own bias: sum over which axis?"
    )


def test_mistake_is_named_in_korean():
    text = text_of("dense_forward", lambda x, W, b: x @ W, "ko")
    assert text == "편향 b가 빠졌습니다. 입력이 모두 0이면 뉴런의 출력은 0이 아니라 b입니다."


def test_two_mistakes_in_two_outputs_are_both_named():
    found = mistakes_of("dense_backward", lambda x, W, b, G: (G, x.T @ G, G.mean(axis=0)))
    assert sorted(found) == ["bias-mean", "input-is-output-gradient"]


def test_two_mistakes_in_one_optimizer_are_both_named():
    class Adam:
        def __init__(self, lr, beta1, beta2, eps):
            self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
            self.m = self.v = 0.0

        def step(self, p, g):
            self.m = self.beta1 * self.m + (1 - self.beta1) * g
            self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
            m, v = self.m / (1 - self.beta1**2), self.v / (1 - self.beta2**2)
            p -= self.lr * m / np.sqrt(v + self.eps)

    text = text_of("Adam", Adam)
    assert text.startswith("two mistakes at once.")
    assert "1 − β²" in text
    assert "ε stands inside the root" in text


def test_writing_into_an_input_is_named():
    def softmax(z):
        z -= z.max(axis=1, keepdims=True)
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)

    assert text_of("softmax", softmax).startswith("your code writes into its input z.")


def test_value_of_an_earlier_call_is_named():
    calls = []

    def dense_forward(x, W, b):
        calls.append(1)
        return x @ W + b + (len(calls) > 4)

    assert mistakes_of("dense_forward", dense_forward) == ["remembers"]


def test_error_names_the_line_and_the_inputs_and_nothing_else():
    def dense_backward(x, W, b, G):
        return G @ W.T, x.T @ G, undefined  # noqa: F821

    text = text_of("dense_backward", dense_backward)
    assert text.startswith("your code stops with NameError: name 'undefined' is not defined")
    assert "`return G @ W.T, x.T @ G, undefined" in text
    assert "x = [[ 0.19, -0.52]]" in text


def test_attribute_that_forward_forgot_is_named():
    class ReLU:
        def forward(self, x):
            return x * (x > 0)

        def backward(self, G):
            return G * self.mask

    assert text_of("ReLU", ReLU).startswith("self.mask is used in line")


def test_missing_gradient_attribute_is_named():
    class Dense:
        def __init__(self, inputs, outputs, rng):
            self.W, self.b = np.zeros((inputs, outputs)), np.zeros(outputs)

        def forward(self, x):
            return x @ self.W + self.b

        def backward(self, G):
            return G @ self.W.T

    assert text_of("Dense", Dense).startswith("Dense must keep self.dW")


def test_missing_return_is_named():
    def dense_forward(x, W, b):
        x @ W + b

    assert text_of("dense_forward", dense_forward).startswith("it returns nothing")


def test_too_few_values_are_named():
    text = text_of("dense_backward", lambda x, W, b, G: (G @ W.T, x.T @ G))
    assert text == "it must return 3 values (dx, dW, db), got 2."


def test_unknown_mistake_shows_the_smallest_case_with_its_numbers():
    text = text_of("softmax", lambda z: np.exp(z) / 3)
    assert text.startswith("p[0, 1] must be 0.689672, got 2.46302. ")
    assert text.endswith("The inputs were z = [[ 1. ,  2. , -0.5]].")


def test_wrong_shape_shows_both_shapes():
    text = text_of("softmax", lambda z: np.ones(z.size + 1))
    assert text.startswith("p must have shape (1, 3), got (4,).")


def test_strings_are_no_numbers():
    assert mistakes_of("softmax", lambda z: [["a"] * 3]) == ["wrong-kind"]


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (lambda y: -y, "sign"),
        (lambda y: y * 0, "zeros"),
        (lambda y: y * 3, "factor"),
        (lambda y: y + 3, "offset"),
        (lambda y: y.T, "transposed"),
        (lambda y: y[:, ::-1], "reversed"),
        (lambda y: y.astype(int), "truncated"),
        (lambda y: y * len(y), "sum-for-mean"),
        (lambda y: np.where(y > 0, y, np.nan), "not-a-number"),
        (lambda y: y + np.arange(len(y))[:, None], "first-row-only"),
    ],
)
def test_general_pattern_is_named(change, mistake):
    assert mistakes_of("dense_forward", lambda x, W, b: change(x @ W + b)) == [mistake]


@pytest.mark.parametrize("name", ["he_normal", "xavier_uniform", "Dropout", "split", "batches"])
def test_right_solution_passes_whatever_numbers_it_draws(name):
    ((unit, task),) = select(name)
    right = getattr(importlib.import_module(f"np_lab.units.{unit.name}.solutions"), name)
    for draws in range(1, 8):

        def draw_first(*arguments, draws=draws, **options):
            rng = options.get("rng", arguments[-1] if arguments else None)
            rng.random(draws)
            return right(*arguments, **options)

        assert grade(task, draw_first).passed


def test_value_kept_in_the_class_is_named():
    class ReLU:
        def forward(self, x):
            ReLU.mask = x > 0
            return x * self.mask

        def backward(self, G):
            return G * self.mask

    assert text_of("ReLU", ReLU).startswith("dx is wrong when another object of the class is used")


def test_result_for_another_input_names_the_input():
    task = task_of("dense_forward")
    cases = task.cases()
    without_bias = [case["x"] @ case["W"] for case in cases]
    found = alternative_of(task, cases, "y", without_bias)
    assert found == ("as-if", {"name": "b", "value": 0})
    right = [y + case["b"] for y, case in zip(without_bias, cases, strict=True)]
    assert alternative_of(task, cases, "y", [y + 0.1 for y in right]) is None


def test_first_floating_point_error_is_named_with_its_line():
    def softmax(z):
        e = np.exp(z - z[0].max())
        return e / e.sum(axis=1, keepdims=True)

    text = text_of("softmax", softmax)
    assert "A number that is too large comes first in line" in text
    assert "`e = np.exp(z - z[0].max())`" in text


@pytest.mark.parametrize(
    ("solution", "mistake"),
    [
        (lambda x, W, b: (x @ W + b)[0], "axis-lost"),
        (lambda x, W, b: (x @ W + b)[:, None], "axis-added"),
        (lambda x, W, b: (x @ W + b)[:, :-1], "one-too-few"),
        (lambda x, W, b: (x @ W + b).ravel(), "axis-lost"),
        (lambda x, W, b: np.roll(x @ W + b, 1, axis=1), "shifted"),
        (lambda x, W, b: np.floor(x @ W + b), "applied"),
        (lambda x, W, b: np.zeros((len(x) / 2, 3)), "float-as-size"),
        (lambda x, W, b: np.zeros(len(x), len(b)), "size-in-one-tuple"),
        (lambda x, W, b: (x @ W + b).sort()[0], "nothing-used"),
        (lambda W, x, b: x @ W + b, "parameter-order"),
    ],
)
def test_wrong_shape_or_error_is_explained(solution, mistake):
    assert mistakes_of("dense_forward", solution) == [mistake]


def test_values_in_another_order_are_named():
    text = text_of("dense_backward", lambda x, W, b, G: (G.sum(axis=0), x.T @ G, G @ W.T))
    assert text == "the values are right, but in another order. Return dx, dW, db."


def test_parameter_that_never_changes_is_named():
    class SGD:
        def __init__(self, lr):
            self.lr = lr

        def step(self, p, g):
            p = p - self.lr * g

    assert text_of("SGD", SGD).startswith("p never changes.")


def test_gradient_array_that_is_kept_is_named():
    class Momentum:
        def __init__(self, lr, momentum):
            self.lr, self.momentum, self.v = lr, momentum, None

        def step(self, p, g):
            self.v = g if self.v is None else self.momentum * self.v + g
            p -= self.lr * self.v

    assert mistakes_of("Momentum", Momentum) == ["keeps-the-array-of-the-caller"]


def test_exit_in_a_solution_is_an_error_of_the_solution():
    def dense_forward(x, W, b):
        raise SystemExit(0)

    assert mistakes_of("dense_forward", dense_forward) == ["error"]
