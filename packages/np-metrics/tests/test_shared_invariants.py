"""Registry of all metrics, and the invariants of every metric."""

import inspect
from typing import get_type_hints

import numpy as np
import pytest

import np_metrics as npm

K = 4


def labels(rng, n):
    true = np.concatenate([np.arange(K), rng.integers(0, K, n - K)])
    return true, np.where(rng.random(n) < 0.6, true, rng.integers(0, K, n))


def probabilities(rng, n):
    true, _ = labels(rng, n)
    return true, rng.dirichlet(np.ones(K), n)


def binary_scores(rng, n):
    true = np.concatenate([[0, 1], rng.integers(0, 2, n - 2)])
    return true, rng.integers(0, 12, n) / 8  # with ties; exact in every dtype


def numbers(rng, n):
    return rng.integers(-8, 8, n) / 4, rng.integers(-8, 8, n) / 4


def metric(function, data, **options):
    return pytest.param(function, data, options, id=f"{function.__name__} {options}".strip(" {}"))


OF_LABELS = [
    metric(npm.accuracy, labels),
    metric(npm.accuracy, labels, reduction="sum"),
    metric(npm.balanced_accuracy, labels),
    metric(npm.balanced_accuracy, labels, adjusted=True),
    metric(npm.matthews_corrcoef, labels),
    metric(npm.cohen_kappa, labels),
    metric(npm.confusion_matrix, labels),
    metric(npm.confusion_matrix, labels, normalize="true"),
    metric(npm.classification_report, labels, output="dict"),
    *(
        metric(ratio, labels, average=average, **options)
        for ratio, options in (
            (npm.precision, {}),
            (npm.recall, {}),
            (npm.f1, {}),
            (npm.fbeta, {"beta": 2}),
        )
        for average in ("macro", "micro", "weighted", None)
    ),
]
OF_SCORES = [
    metric(npm.log_loss, probabilities, labels=range(K)),
    metric(npm.log_loss, probabilities, labels=range(K), reduction="sum"),
    metric(npm.brier_score, probabilities, labels=range(K)),
    metric(npm.top_k_accuracy, probabilities, k=2, labels=range(K)),
    metric(npm.expected_calibration_error, probabilities, labels=range(K)),
    metric(npm.calibration_curve, probabilities, labels=range(K)),
    metric(npm.roc_auc, probabilities, multi_class="ovr", labels=range(K)),
    metric(npm.roc_auc, probabilities, multi_class="ovr", average="micro", labels=range(K)),
    metric(npm.roc_auc, probabilities, multi_class="ovr", average="weighted", labels=range(K)),
    metric(npm.average_precision, probabilities, labels=range(K)),
    metric(npm.roc_auc, binary_scores),
    metric(npm.average_precision, binary_scores),
    metric(npm.roc_curve, binary_scores),
    metric(npm.precision_recall_curve, binary_scores),
    metric(npm.mean_squared_error, numbers),
]
WITHOUT_WEIGHTS = [metric(npm.roc_auc, probabilities, multi_class="ovo", labels=range(K))]
ALL = OF_LABELS + OF_SCORES + WITHOUT_WEIGHTS
NOT_METRICS = {"bootstrap_interval", "ConfusionMatrix", "Mean"}  # have test files of their own


def values(result):
    """Flatten floats, arrays, tuples and dicts into one array."""
    if isinstance(result, dict):
        return np.concatenate([values(part) for part in result.values()])
    if isinstance(result, tuple):
        return np.concatenate([values(part) for part in result])
    return np.ravel(np.asarray(result, dtype=float))


def same(first, second):
    np.testing.assert_allclose(values(first), values(second), rtol=1e-12, atol=1e-12)


def test_every_public_name_is_in_the_registry():
    registered = {param.values[0].__name__ for param in ALL}
    assert registered | NOT_METRICS == set(npm.__all__)


def test_all_is_sorted_and_callable():
    assert sorted(npm.__all__) == npm.__all__
    assert all(callable(getattr(npm, name)) for name in npm.__all__)


@pytest.mark.parametrize("name", sorted(set(npm.__all__) - {"Mean", "ConfusionMatrix"}))
def test_options_are_keyword_only(name):
    function = getattr(npm, name)
    kinds = [p.kind for p in inspect.signature(function).parameters.values()]
    data = 3 if name == "bootstrap_interval" else 2
    assert all(kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for kind in kinds[:data])
    assert all(kind is not inspect.Parameter.POSITIONAL_OR_KEYWORD for kind in kinds[data:])
    assert "return" in get_type_hints(function)


@pytest.mark.parametrize(("function", "data", "options"), ALL)
def test_order_of_samples_does_not_matter(function, data, options):
    rng = np.random.default_rng(11)
    true, pred = data(rng, 60)
    shuffled = rng.permutation(60)
    same(function(true, pred, **options), function(true[shuffled], pred[shuffled], **options))


@pytest.mark.parametrize(("function", "data", "options"), ALL)
def test_arguments_are_only_read_and_may_be_strided(function, data, options):
    true, pred = data(np.random.default_rng(12), 60)
    expected = function(true, pred, **options)
    wide_true, wide_pred = np.repeat(true, 2), np.repeat(pred, 2, axis=0)
    for array in (true, pred, wide_true, wide_pred):
        array.flags.writeable = False
    same(function(true, pred, **options), expected)
    same(function(wide_true[::2], wide_pred[::2], **options), expected)
    same(function(true[::-1], pred[::-1], **options), expected)
    same(function(true.tolist(), pred.tolist(), **options), expected)


@pytest.mark.parametrize("dtype", ["u1", "i1", "i4", "i8", "u8", "f4", "f8", "O", "?"])
@pytest.mark.parametrize(("function", "data", "options"), OF_LABELS)
def test_dtype_of_labels_does_not_matter(function, data, options, dtype):
    true, pred = data(np.random.default_rng(13), 60)
    if dtype == "?":
        true, pred = true % 2, pred % 2
    expected = function(true, pred, **options)
    same(function(true.astype(dtype), pred.astype(dtype), **options), expected)
    same(function(true.astype(dtype), pred, **options), expected)


@pytest.mark.parametrize("dtype", ["f4", "f2"])
@pytest.mark.parametrize(
    "function",
    [npm.roc_auc, npm.average_precision, npm.roc_curve, npm.precision_recall_curve],
)
def test_dtype_of_exact_scores_does_not_matter(function, dtype):
    true, score = binary_scores(np.random.default_rng(13), 60)
    same(function(true, score.astype(dtype)), function(true, score))
    same(function(true.astype(np.uint8), score), function(true, score))


@pytest.mark.parametrize("dtype", ["i1", "i8", "u1", "u8", "?"])
@pytest.mark.parametrize(
    "function",
    [npm.roc_auc, npm.average_precision, npm.roc_curve, npm.precision_recall_curve],
)
def test_integer_scores_are_ranked_exactly(function, dtype):
    true, score = binary_scores(np.random.default_rng(13), 60)
    small = (8 * score).astype(dtype)
    ranked = function(true, small)
    same(ranked, function(true, small.astype(float)))
    if np.dtype(dtype).itemsize == 8:
        far = np.iinfo(dtype).max - 100  # next to each other they are one float64
        shifted = function(true, small + far)
        if isinstance(ranked, tuple):
            shifted, ranked = shifted[:2], ranked[:2]
        same(shifted, ranked)


@pytest.mark.parametrize(("function", "data", "options"), OF_LABELS + OF_SCORES)
def test_weights_of_one_equal_no_weights(function, data, options):
    true, pred = data(np.random.default_rng(14), 60)
    for ones in (np.ones(60), np.ones(60, dtype=int), [True] * 60):
        weighted = function(true, pred, sample_weight=ones, **options)
        same(weighted, function(true, pred, **options))


@pytest.mark.parametrize(("function", "data", "options"), OF_LABELS + OF_SCORES)
def test_integer_weights_equal_repeated_samples(function, data, options):
    rng = np.random.default_rng(15)
    true, pred = data(rng, 60)
    times = rng.integers(0, 4, 60)
    times[:K] = 1  # every label stays
    repeated = function(np.repeat(true, times), np.repeat(pred, times, axis=0), **options)
    same(function(true, pred, sample_weight=times, **options), repeated)


SUMS_OF_WEIGHTS = ("confusion_matrix", "classification_report", "calibration_curve", "sum")


@pytest.mark.parametrize("factor", [8, 1e-30, 1e30])
@pytest.mark.parametrize(
    ("function", "data", "options"),
    [p for p in OF_LABELS + OF_SCORES if not any(name in p.id for name in SUMS_OF_WEIGHTS)],
)
def test_common_factor_of_weights_does_not_matter(function, data, options, factor):
    rng = np.random.default_rng(16)
    true, pred = data(rng, 60)
    w = rng.random(60) + 0.1
    scaled = function(true, pred, sample_weight=factor * w, **options)
    same(scaled, function(true, pred, sample_weight=w, **options))


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
@pytest.mark.parametrize(("function", "data", "options"), OF_LABELS + OF_SCORES)
def test_integer_weights_do_not_overflow(function, data, options, dtype):
    rng = np.random.default_rng(16)
    true, pred = data(rng, 60)
    w = rng.integers(1, 4, 60).astype(dtype) << dtype(61)
    huge = function(true, pred, sample_weight=w, **options)
    same(huge, function(true, pred, sample_weight=w.astype(np.float64), **options))


@pytest.mark.parametrize(("function", "data", "options"), OF_LABELS)
def test_names_of_labels_do_not_matter(function, data, options):
    true, pred = data(np.random.default_rng(17), 60)
    expected = function(true, pred, **options)
    ascending = np.array(["ant", "bee", "crow", "dove"])
    same(function(ascending[true], ascending[pred], **options), expected)
    far = np.array([-(10**17), -3, 5, 10**18])
    same(function(far[true], far[pred], **options), expected)
    for end in (2**63 - 4, -(2**63)):
        same(function(true + end, pred + end, **options), expected)


@pytest.mark.parametrize(("function", "data", "options"), OF_LABELS)
def test_permuted_labels_permute_result(function, data, options):
    rng = np.random.default_rng(18)
    true, pred = data(rng, 60)
    order = rng.permutation(K)  # class c is renamed order[c]
    permuted = function(order[true], order[pred], **options)
    plain = function(true, pred, **options)
    if function is npm.classification_report:
        for c in range(K):
            same(permuted[str(order[c])], plain[str(c)])
        same(permuted["macro avg"], plain["macro avg"])
    elif function is npm.confusion_matrix:
        same(permuted[np.ix_(order, order)], plain)
    elif np.ndim(plain):
        same(permuted[order], plain)
    else:
        same(permuted, plain)


HAVE_LABELS = [p for p in OF_LABELS if "labels" in inspect.signature(p.values[0]).parameters]


@pytest.mark.parametrize(("function", "data", "options"), HAVE_LABELS)
def test_empty_class_changes_only_its_own_entry(function, data, options):
    true, pred = data(np.random.default_rng(19), 60)
    plain = function(true, pred, labels=range(K), **options)
    more = function(true, pred, labels=range(K + 1), **options)
    if function is npm.classification_report:
        assert more.pop(str(K)) == {"precision": 0, "recall": 0, "f1-score": 0, "support": 0}
        assert list(more) == list(plain)
        same(more["weighted avg"], plain["weighted avg"])
        macro = plain["macro avg"]["f1-score"]
        assert more["macro avg"]["f1-score"] == pytest.approx(macro * K / (K + 1))
    elif function is npm.confusion_matrix:
        same(more, np.pad(plain, (0, 1)))
    elif np.ndim(plain):
        same(more, [*plain, 0])
    elif options.get("average") == "macro":
        same(more, plain * K / (K + 1))
    else:
        same(more, plain)


@pytest.mark.parametrize(("function", "data", "options"), OF_LABELS)
def test_metric_of_labels_depends_only_on_number_of_each_pair(function, data, options):
    true, pred = data(np.random.default_rng(20), 60)
    pairs, times = np.unique([true, pred], axis=1, return_counts=True)
    same(function(*pairs, sample_weight=times, **options), function(true, pred, **options))


@pytest.mark.parametrize(("function", "data", "options"), ALL)
def test_one_sample_is_accepted(function, data, options):
    true, pred = data(np.random.default_rng(21), 60)
    one = values(function(true[:1], pred[:1], **options))
    assert one.ndim == 1
    assert len(one) > 0
