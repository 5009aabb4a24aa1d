"""The estimators of docs/sklearn_estimator.py keep scikit-learn's rules."""

import importlib.util
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from .examples import ROOT, programs

PATH = ROOT / "docs" / "sklearn_estimator.py"

spec = importlib.util.spec_from_file_location("sklearn_estimator", PATH)
assert spec is not None
assert spec.loader is not None
module = importlib.util.module_from_spec(spec)
sys.modules["sklearn_estimator"] = (
    module  # so that the page imports it, and estimators can be pickled
)
spec.loader.exec_module(module)
NPClassifier, NPRegressor = module.NPClassifier, module.NPRegressor


@parametrize_with_checks([NPClassifier(epochs=50), NPRegressor(epochs=50)])
def test_estimator_passes_the_checks_of_scikit_learn(
    estimator: Any, check: Callable[[Any], None]
) -> None:
    check(estimator)


class WithoutPandas:
    """Import as if pandas were not installed."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name.split(".")[0] == "pandas":
            raise ImportError(name)


def test_example_of_the_page_finds_a_good_network(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "pandas", raising=False)  # the page does not install it
    monkeypatch.setattr(sys, "meta_path", [WithoutPandas, *sys.meta_path])
    (code,) = programs("docs/scikit-learn.md")
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102
    search = names["search"]
    assert len(search.cv_results_["params"]) == 3
    assert float(capsys.readouterr().out.split()[-1]) > 0.9
    assert search.best_estimator_[-1].model_.input_shape == (4,)
    assert list(search.best_estimator_.classes_) == [0, 1, 2]


def test_regressor_without_hidden_layers_is_linear_regression() -> None:
    x, y = load_diabetes(return_X_y=True)
    options = {"hidden": (), "epochs": 300, "batch_size": 442, "lr": 0.05, "random_state": 0}
    ours = make_pipeline(StandardScaler(), NPRegressor(**options))
    theirs = LinearRegression()
    np.testing.assert_allclose(
        cross_val_score(ours, x, y, cv=3), cross_val_score(theirs, x, y, cv=3), atol=0.01
    )


def test_equal_random_states_give_equal_networks() -> None:
    x, y = load_iris(return_X_y=True)
    network = NPClassifier(epochs=2, random_state=3)
    first, second = (clone(network).fit(x, y).predict_proba(x) for _ in range(2))
    assert (first == second).all()
    other = NPClassifier(epochs=2, random_state=4).fit(x, y).predict_proba(x)
    assert (first != other).any()
