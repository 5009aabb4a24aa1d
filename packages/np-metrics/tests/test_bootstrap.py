"""Tests of bootstrap_interval."""

import inspect
import re

import numpy as np
import pytest

import np_metrics as npm

OF_LABELS = [
    npm.accuracy,
    npm.balanced_accuracy,
    npm.cohen_kappa,
    npm.f1,
    npm.fbeta,
    npm.matthews_corrcoef,
    npm.precision,
    npm.recall,
]


def answers(n, right, seed=0):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, 5, n)
    return true, np.where(rng.random(n) < right, true, rng.integers(0, 5, n))


@pytest.mark.parametrize("metric", OF_LABELS)
def test_interval_contains_metric_and_depends_only_on_seed(metric):
    true, pred = answers(400, 0.8)
    options = {"beta": 2} if metric is npm.fbeta else {}
    low, high = npm.bootstrap_interval(metric, true, pred, seed=1, resamples=200, **options)
    assert low < metric(true, pred, **options) < high
    np.random.default_rng(0).random(3)
    again = npm.bootstrap_interval(metric, true, pred, seed=1, resamples=200, **options)
    assert again == (low, high)
    other = npm.bootstrap_interval(metric, true, pred, seed=2, resamples=200, **options)
    assert other != (low, high)
    shuffled = np.random.default_rng(5).permutation(400)
    again = npm.bootstrap_interval(
        metric, true[shuffled], pred[shuffled], seed=1, resamples=200, **options
    )
    assert again == (low, high)


def test_interval_of_accuracy_equals_binomial_interval():
    true, pred = answers(2000, 0.7)
    share = npm.accuracy(true, pred)
    low, high = npm.bootstrap_interval(npm.accuracy, true, pred, seed=3, resamples=4000)
    half = 1.96 * np.sqrt(share * (1 - share) / 2000)
    np.testing.assert_allclose([low, high], [share - half, share + half], atol=0.1 * half)


@pytest.mark.parametrize("metric", OF_LABELS)
def test_interval_is_the_same_for_metric_and_for_lambda_around_it(metric):
    # class 2 occurs once, so many resamples lack it
    true = [0] * 50 + [1] * 50 + [2]
    pred = [0] * 45 + [1] * 5 + [1] * 48 + [0] * 2 + [2]
    options = {"beta": 2} if metric is npm.fbeta else {}
    own = npm.bootstrap_interval(metric, true, pred, seed=0, resamples=300, **options)
    wrapped = npm.bootstrap_interval(
        lambda a, b: metric(a, b, **options), true, pred, seed=0, resamples=300
    )
    assert own == wrapped


def test_labels_option_keeps_rare_class_in_every_resample():
    true = [0] * 50 + [1] * 50 + [2]
    pred = [0] * 45 + [1] * 5 + [1] * 48 + [0] * 2 + [2]
    low, _ = npm.bootstrap_interval(npm.f1, true, pred, seed=0)
    assert low > 0.8
    low, _ = npm.bootstrap_interval(npm.f1, true, pred, seed=0, labels=range(3))
    assert low < 0.6  # without class 2 the macro average is two thirds of the other


def test_resamples_of_labels_are_distributed_like_rows_drawn_with_replacement():
    true, pred = answers(500, 0.8)
    ours = npm.bootstrap_interval(npm.f1, true, pred, seed=4, resamples=3000)
    rng = np.random.default_rng(5)
    values = []
    for _ in range(3000):
        rows = rng.integers(500, size=500)
        values.append(npm.f1(true[rows], pred[rows]))
    rows = np.quantile(values, [0.025, 0.975])
    np.testing.assert_allclose(ours, rows, atol=0.05 * (ours.high - ours.low))


@pytest.mark.parametrize("dtype", ["u1", "i4", "?", "U1", "O"])
def test_metric_receives_labels_in_their_own_dtype(dtype):
    true = np.array([0, 1, 1, 0, 1]).astype(dtype)
    seen = set()

    def metric(a, b):
        seen.add((a.dtype, b.dtype, len(a), len(b)))
        return 0.0

    npm.bootstrap_interval(metric, true, true, seed=0, resamples=5)
    assert seen == {(true.dtype, true.dtype, 5, 5)}


def test_interval_is_wider_for_larger_confidence_and_empty_for_perfect_predictions():
    true, pred = answers(300, 0.8)
    widths = []
    for confidence in (0.5, 0.9, 0.99):
        low, high = npm.bootstrap_interval(
            npm.accuracy, true, pred, seed=1, resamples=300, confidence=confidence
        )
        widths.append(high - low)
    assert widths == sorted(set(widths))
    assert npm.bootstrap_interval(npm.accuracy, true, true, seed=1, resamples=50) == (1.0, 1.0)


def test_interval_accepts_metric_options_array_metrics_and_strings():
    true, pred = answers(300, 0.8)
    low, high = npm.bootstrap_interval(
        npm.recall, true, pred, seed=1, resamples=100, average=None, labels=range(6)
    )
    assert low.shape == high.shape == (6,)
    assert (low <= high).all()
    assert low[5] == high[5] == 0
    names = np.array(list("abcde"))
    named = npm.bootstrap_interval(npm.f1, names[true], names[pred], seed=1, resamples=50)
    assert named == npm.bootstrap_interval(npm.f1, true, pred, seed=1, resamples=50)
    assert all(type(end) is float for end in named)


def test_resample_keeps_probability_rows_with_their_labels():
    rng = np.random.default_rng(0)
    true, prob = np.arange(120) % 3, rng.dirichlet(np.ones(3), 120)
    low, high = npm.bootstrap_interval(npm.log_loss, true, prob, seed=1, labels=range(3))
    assert low < npm.log_loss(true, prob) < high
    low, high = npm.bootstrap_interval(npm.mean_squared_error, true, prob[:, 0], seed=1)
    assert low < npm.mean_squared_error(true, prob[:, 0]) < high


def test_interval_accepts_users_metric():
    true, pred = [1.0, 2.0, 3.0, 5.0], [1.0, 2.5, 3.0, 4.0]
    low, high = npm.bootstrap_interval(
        lambda a, b: float(np.max(np.abs(a - b))), true, pred, seed=0, resamples=100
    )
    assert (low, high) == (0.0, 1.0)


def test_seed_is_keyword_only_and_has_no_default():
    seed = inspect.signature(npm.bootstrap_interval).parameters["seed"]
    assert seed.default is inspect.Parameter.empty
    assert seed.kind is inspect.Parameter.KEYWORD_ONLY


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"seed": None}, TypeError, "seed must be an integer, got None of NoneType"),
        ({"seed": -1}, ValueError, "seed must be at least 0, got -1"),
        ({"resamples": 0}, ValueError, "resamples must be at least 1, got 0"),
        ({"resamples": 1.5}, TypeError, "resamples must be an integer, got 1.5 of float"),
        ({"confidence": 95}, ValueError, "confidence must lie in (0, 1), got 95"),
        ({"confidence": 0}, ValueError, "confidence must lie in (0, 1), got 0"),
        ({"sample_weight": [1, 1]}, ValueError, "options must not contain sample_weight"),
        ({"average": "all"}, ValueError, "average must be one of"),
    ],
)
def test_bootstrap_rejects_bad_options(options, error, message):
    every = {"metric": npm.f1, "y_true": [0, 1], "y_pred": [0, 1], "seed": 0, **options}
    with pytest.raises(error, match=re.escape(message)):
        npm.bootstrap_interval(**every)


def test_bootstrap_rejects_bad_data():
    for metric in (npm.accuracy, npm.mean_squared_error):
        with pytest.raises(ValueError, match=re.escape("must describe the same samples")):
            npm.bootstrap_interval(metric, [0, 1, 1], [0, 1], seed=0)
        with pytest.raises(ValueError, match=re.escape("y_true must hold at least one")):
            npm.bootstrap_interval(metric, [], [], seed=0)
        with pytest.raises(TypeError, match=re.escape("must be")):
            npm.bootstrap_interval(metric, 1, 1, seed=0)


@pytest.mark.parametrize(
    ("metric", "kind"),
    [
        (npm.classification_report, "str"),
        (lambda *_: {"recall": 1.0}, "dict"),
        (npm.precision_recall_curve, "tuple"),
        (npm.roc_curve, "tuple"),
    ],
)
def test_bootstrap_rejects_metric_that_returns_no_numbers_of_one_shape(metric, kind):
    true = [0, 1, 1, 0, 1, 0, 1, 1]
    score = true if kind == "str" else [0.1, 0.9, 0.4, 0.6, 0.3, 0.2, 0.7, 0.4]
    message = f"metric must return a number or an array, always of one shape, got {kind}"
    with pytest.raises(TypeError, match=re.escape(message)):
        npm.bootstrap_interval(metric, true, score, seed=0, resamples=50)


def test_bootstrap_rejects_metric_that_is_nan_for_a_resample():
    message = "metric must be a number for every resample, got nan in"
    with pytest.raises(ValueError, match=re.escape(message)):
        npm.bootstrap_interval(npm.roc_auc, [0, 1], [0.1, 0.9], seed=0, resamples=20)
