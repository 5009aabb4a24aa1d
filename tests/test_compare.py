"""Paired comparisons of recipes: the interval, the refusals, and the command."""

import csv
import math
import re
from typing import Any

import mpmath
import numpy as np
import pytest

from pipelines.commands.compare import (
    T_95,
    Difference,
    check_fair,
    finding,
    paired_difference,
    summary,
)
from pipelines.recipes.schema import ConfigError

from .conftest import Workshop
from .test_plugins import recipe


@pytest.mark.parametrize("df", range(1, len(T_95) + 1))
def test_t_holds_95_percent_of_the_distribution(df: int) -> None:
    t = T_95[df - 1]
    outside = mpmath.betainc(df / 2, 0.5, 0, df / (df + t * t), regularized=True)
    assert float(outside) == pytest.approx(0.05, rel=2e-3)


def test_interval_of_a_textbook_sample() -> None:
    # Student 1908: hours of sleep gained by ten patients with the second drug over the first.
    first = np.array([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    second = np.array([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    mean, low, high = paired_difference(second, first)
    assert (round(mean, 2), round(low, 2), round(high, 2)) == (1.58, 0.70, 2.46)


@pytest.mark.parametrize(
    ("difference", "metric", "sentence"),
    [
        ((0.02, 0.01, 0.03), "accuracy", "b is better than a: +0.0200 accuracy on average over 5"),
        ((-0.02, -0.03, -0.01), "accuracy", "b is worse than a"),
        ((-0.02, -0.03, -0.01), "mse", "b is better than a"),
        ((0.02, -0.01, 0.05), "accuracy", "b and a: 5 seeds show no clear difference"),
        ((0.0, 0.0, 0.0), "accuracy", "no clear difference"),
    ],
)
def test_finding_says_what_the_interval_allows(
    difference: tuple[float, float, float], metric: str, sentence: str
) -> None:
    assert sentence in finding("a", "b", Difference(*difference), metric, 5)


@pytest.mark.parametrize(
    ("keys", "test", "message"),
    [
        ({"dataset": "large"}, True, "recipe.dataset: must be small as in recipe, got large"),
        ({"val_fraction": 0.1}, False, "recipe.val_fraction: must be 0.2 as in recipe, got 0.1"),
        ({"val_fraction": 0.0, "val_rows": 9}, False, "recipe.val_rows: must be None as in"),
    ],
)
def test_recipes_with_other_rows_are_refused(keys: Any, test: bool, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        check_fair([recipe(), recipe(**keys)], test=test)


def test_validation_rows_depend_on_train_rows_only_with_val_rows() -> None:
    check_fair([recipe(), recipe(train_rows=9)], test=False)
    both = {"val_fraction": 0.0, "val_rows": 5}
    with pytest.raises(ConfigError, match="train_rows: must be None as in"):
        check_fair([recipe(**both), recipe(train_rows=9, **both)], test=False)


def test_recipes_without_validation_rows_need_test() -> None:
    plain = recipe(val_fraction=0.0)
    check_fair([plain, plain], test=True)
    with pytest.raises(ConfigError, match="no validation rows to compare on"):
        check_fair([plain, plain], test=False)


def test_summary_has_the_mean_and_deviation_of_each_recipe() -> None:
    values = np.array([[0.5, 0.6], [0.7, 0.9]])
    first, other = summary(["a", "b"], values, [Difference(0.15, -0.5, 0.8)])
    assert first["recipe"] == "a"
    assert first["difference"] is None
    assert first["std"] == pytest.approx(math.sqrt(0.02))
    assert other["mean"] == pytest.approx(0.75)
    assert (other["difference"], other["low"], other["high"]) == (0.15, -0.5, 0.8)


def test_compare_trains_each_recipe_with_the_same_seeds_once(workshop: Workshop) -> None:
    lock = workshop.sha256("dvc.lock")
    workshop.write_params({"first": 3, "second": 1, "third": 2})
    words = ("pipelines.commands.compare", "first", "second", "--seeds", "2")
    done = workshop.run(*words)
    assert done.returncode == 0, done.stderr
    assert "4 runs, 0 of them done before" in done.stderr
    assert done.stdout.splitlines()[0].split() == ["seed", "first", "second"]
    assert [line.split()[0] for line in done.stdout.splitlines()[1:4]] == ["7", "8", "mean"]
    folder = workshop.folder / "reports" / "comparisons"
    assert (folder / "first-second-validation.png").exists()

    # A training of `first` on the rows of seed 7 has the accuracy that `train` wrote.
    with (folder / "runs.csv").open(encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file))
    (own,) = (row for row in kept if (row["recipe"], row["seed"]) == ("first", "7"))
    history = workshop.folder / "reports" / "recipes" / "first" / "history.csv"
    with history.open(encoding="utf-8", newline="") as file:
        assert float(own["accuracy"]) == float(list(csv.DictReader(file))[-1]["val_accuracy"])

    again = workshop.run(*words)
    assert "4 runs, 4 of them done before" in again.stderr
    assert again.stdout == done.stdout
    more = workshop.run("pipelines.commands.compare", "third", "second", "--seeds", "2")
    assert "4 runs, 2 of them done before" in more.stderr
    assert workshop.sha256("dvc.lock") == lock
