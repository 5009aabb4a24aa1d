"""Bad arguments raise errors with the rule, the value received and the likely fix."""

import re

import numpy as np
import pytest

import np_metrics as npm

OF_LABELS = [
    npm.accuracy,
    npm.balanced_accuracy,
    npm.classification_report,
    npm.cohen_kappa,
    npm.confusion_matrix,
    npm.f1,
    npm.matthews_corrcoef,
    npm.precision,
    npm.recall,
]
OF_PROBABILITIES = [
    npm.brier_score,
    npm.expected_calibration_error,
    npm.log_loss,
    npm.calibration_curve,
]
OF_BINARY_SCORES = [npm.average_precision, npm.precision_recall_curve, npm.roc_auc, npm.roc_curve]
ROWS = [[0.5, 0.5], [0.25, 0.75]]


def refused(error, message):
    return pytest.raises(error, match=re.escape(message))


@pytest.mark.parametrize("metric", OF_LABELS)
class TestLabels:
    def test_rejects_different_lengths(self, metric):
        message = (
            "y_true and y_pred must describe the same samples, got len(y_true)=3, len(y_pred)=2"
        )
        with refused(ValueError, message):
            metric([0, 1, 2], [0, 1])

    def test_rejects_nan(self, metric):
        message = "y_pred must hold class ids, whole numbers and not NaN, got nan at index 1"
        with refused(ValueError, message):
            metric([0.0, 1.0], [0.0, np.nan])

    @pytest.mark.parametrize("missing", [np.nan, float("inf")])
    def test_rejects_missing_value_among_objects(self, metric, missing):
        with pytest.raises((ValueError, TypeError), match=re.escape("y_true must")):
            metric(np.array(["cat", missing], dtype=object), ["cat", "dog"])

    def test_rejects_nan_in_list_of_strings(self, metric):
        with refused(TypeError, "y_true must hold integers only or strings only, got float, str"):
            metric(["cat", np.nan], ["cat", "nan"])

    def test_rejects_probabilities_as_labels(self, metric):
        message = "got 0.25 at index 0; turn scores or probabilities into labels first"
        with refused(ValueError, message):
            metric([0, 1], [0.25, 0.75])

    def test_rejects_one_hot_rows_as_labels(self, metric):
        message = (
            "y_true must hold one label per sample, shape (N,), got shape (2, 2); for one-hot or "
            "probability rows use y_true.argmax(axis=1)"
        )
        with refused(ValueError, message):
            metric(np.eye(2), [0, 1])

    def test_rejects_mix_of_strings_and_numbers(self, metric):
        with refused(TypeError, "labels must be all strings or all numbers, got"):
            metric(["0", "1"], [0, 1])
        with refused(TypeError, "y_true must hold integers only or strings only, got int, str"):
            metric([0, "1"], ["0", "1"])

    @pytest.mark.parametrize("value", [None, 3, "cat", 0.5])
    def test_rejects_scalar(self, metric, value):
        with refused(TypeError, f"y_true must be an array of labels, got {value!r}"):
            metric(value, [0, 1])

    @pytest.mark.parametrize(
        "values",
        [
            [None, 1],
            np.array(["a", b"b"], dtype=object),
            np.array([1j, 2j]),
            np.array(["2020-01-01", "2020-01-02"], dtype="M8[D]"),
            np.array([b"a", b"b"]),
            {0: 1},
        ],
        ids=["None", "mixed", "complex", "dates", "bytes", "dict"],
    )
    def test_rejects_other_kinds(self, metric, values):
        with pytest.raises(TypeError, match=re.escape("y_true must")):
            metric(values, [0, 1])

    def test_rejects_empty_array(self, metric):
        with refused(ValueError, "y_true must hold at least one label, got shape (0,)"):
            metric([], [])

    def test_rejects_float_labels_beyond_exact_integers(self, metric):
        with refused(ValueError, "whole numbers and not NaN, got 9007199254740992.0 at index 0"):
            metric([2.0**53, 1], [0, 1])

    def test_accepts_column_of_labels(self, metric):
        np.testing.assert_equal(metric([[0], [1], [1]], [0, 1, 0]), metric([0, 1, 1], [0, 1, 0]))


@pytest.mark.parametrize("metric", OF_LABELS + OF_PROBABILITIES + OF_BINARY_SCORES)
class TestWeights:
    @pytest.mark.parametrize(
        ("weights", "error", "message"),
        [
            ([1.0], ValueError, "sample_weight must have shape (2,), got (1,)"),
            ([[1, 1]], ValueError, "sample_weight must have shape (2,), got (1, 2)"),
            ([1.0, -1.0], ValueError, "must be finite and not negative, got -1.0 at index 1"),
            ([np.nan, 1.0], ValueError, "must be finite and not negative, got nan at index 0"),
            ([1.0, np.inf], ValueError, "must be finite and not negative, got inf at index 1"),
            ([0, 0], ValueError, "sample_weight must not be zero for every sample"),
            (["a", "b"], TypeError, "sample_weight must hold numbers, got dtype"),
            (3, ValueError, "sample_weight must have shape (2,), got ()"),
        ],
    )
    def test_rejects_bad_weights(self, metric, weights, error, message):
        with refused(error, message):
            metric([0, 1], [0, 1], sample_weight=weights)


@pytest.mark.parametrize("metric", OF_PROBABILITIES)
class TestProbabilities:
    def test_rejects_rows_that_do_not_sum_to_one(self, metric):
        message = "rows of y_prob must sum to 1, got 0.75 in row 1; apply softmax to logits first"
        with refused(ValueError, message):
            metric([0, 1], [[0.5, 0.5], [0.25, 0.5]])

    def test_rejects_logits(self, metric):
        message = "y_prob must lie in [0, 1], got values from -3.0 to 4.0; apply softmax or sigmoid"
        with refused(ValueError, message):
            metric([0, 1], [[-3.0, 4.0], [0.5, 0.5]])

    @pytest.mark.parametrize("value", [np.nan, np.inf])
    def test_rejects_nan_and_infinity(self, metric, value):
        with refused(ValueError, f"y_prob must be finite, got {value!r} at index (1, 0)"):
            metric([0, 1], [[0.5, 0.5], [value, 0.5]])

    def test_rejects_different_lengths(self, metric):
        message = (
            "y_true and y_prob must describe the same samples, got len(y_true)=3, len(y_prob)=2"
        )
        with refused(ValueError, message):
            metric([0, 1, 0], ROWS)

    def test_rejects_missing_column_and_advises_labels(self, metric):
        message = (
            "y_prob must have one column per label, got 2 columns and 1 labels in y_true; "
            "pass all labels as labels="
        )
        with refused(ValueError, message):
            metric([1, 1], ROWS)

    def test_rejects_bad_labels_option(self, metric):
        with refused(ValueError, "labels must ascend, as the columns of y_prob do, got [1, 0]"):
            metric([0, 1], ROWS, labels=[1, 0])
        with refused(
            ValueError, "y_prob must have one column per label, got 2 columns and 3 labels"
        ):
            metric([0, 1], ROWS, labels=[0, 1, 2])
        with refused(ValueError, "labels must contain every label of y_true, got 7 in y_true"):
            metric([0, 7], ROWS, labels=[0, 1])
        with refused(ValueError, "labels must not repeat a label, got 1 twice"):
            metric([0, 1], ROWS, labels=[1, 1])

    def test_rejects_other_kinds_and_shapes(self, metric):
        with refused(TypeError, "y_prob must hold real numbers, got dtype <U1"):
            metric([0, 1], [["a", "b"], ["c", "d"]])
        with refused(ValueError, "y_prob must have shape (N,) or (N, K), got ()"):
            metric([0, 1], 0.5)
        with refused(ValueError, "y_prob must hold at least one number, got shape (0, 2)"):
            metric([], np.zeros((0, 2)))

    @pytest.mark.parametrize("classes", [10, 200])
    @pytest.mark.parametrize("dtype", [np.float16, np.float32])
    def test_rows_rounded_to_small_dtype_are_accepted_in_any_dtype(self, metric, dtype, classes):
        rng = np.random.default_rng(0)
        logits = rng.normal(size=(400, classes))
        prob = (np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)).astype(dtype)
        ids = np.arange(400) % classes
        for cast in (dtype, np.float32, np.float64):
            assert metric(ids, prob.astype(cast)) is not None

    def test_float32_rows_that_miss_one_by_more_than_rounding_are_rejected(self, metric):
        rows = np.array([[0.3, 0.699], [0.25, 0.75]], np.float32)
        for dtype in (np.float32, np.float64):
            with refused(ValueError, "rows of y_prob must sum to 1, got"):
                metric([0, 1], rows.astype(dtype))


@pytest.mark.parametrize("metric", OF_BINARY_SCORES)
class TestScores:
    def test_rejects_bad_scores(self, metric):
        with refused(ValueError, "y_score must be finite, got nan at index (1,)"):
            metric([0, 1], [0.5, np.nan])
        with refused(ValueError, "y_true and y_score must describe the same samples"):
            metric([0, 1, 1], [0.5, 0.5])
        with refused(TypeError, "y_score must hold real numbers, got dtype complex128"):
            metric([0, 1], np.array([1j, 2j]))


def test_rejects_two_columns_of_scores_for_two_classes():
    for metric in (npm.roc_auc, npm.average_precision):
        with refused(ValueError, "pass the column of the positive class, y_score[:, 1]"):
            metric([0, 1], ROWS)


@pytest.mark.parametrize("metric", [npm.precision, npm.recall, npm.f1])
def test_precision_recall_f1_reject_bad_options(metric):
    for average in ("samples", "mean", 3, ""):
        message = (
            f"average must be one of 'macro', 'micro', 'weighted', 'binary', None, got {average!r}"
        )
        with refused(ValueError, message):
            metric([0, 1], [0, 1], average=average)
    for value in ("warn", 2, 0.5, None):
        with refused(ValueError, f"zero_division must be 0, 1 or nan, got {value!r}"):
            metric([0, 1], [0, 1], zero_division=value)
    with refused(ValueError, "average='binary' needs two classes, got 3; choose average='macro'"):
        metric([0, 1, 2], [0, 1, 2], average="binary")
    with refused(ValueError, "pos_label must be one of [0, 2], got 1"):
        metric([0, 2], [0, 2], average="binary")
    with refused(ValueError, "pos_label must be one of ['no', 'yes'], got 1"):
        metric(["no", "yes"], ["no", "yes"], average="binary")
    with refused(ValueError, "labels must hold at least one label, got shape (0,)"):
        metric([0, 1], [0, 1], labels=[])
    with refused(ValueError, "labels must not repeat a label, got 1 twice"):
        metric([0, 1], [0, 1], labels=[1, 0, 1])
    with refused(TypeError, "labels must be all strings or all numbers"):
        metric([0, 1], [0, 1], labels=["0", "1"])


def test_other_metrics_reject_bad_options():
    two = [0, 1]
    with refused(ValueError, "beta must not be negative, got -1"):
        npm.fbeta(two, two, beta=-1)
    with refused(ValueError, "beta must not be negative, got nan"):
        npm.fbeta(two, two, beta=float("nan"))
    with refused(ValueError, "normalize must be one of 'true', 'pred', 'all', None, got 'rows'"):
        npm.confusion_matrix(two, two, normalize="rows")
    with refused(ValueError, "labels must contain a label of y_true, got [5, 6]"):
        npm.confusion_matrix(two, two, labels=[5, 6])
    with refused(ValueError, "weights must be one of None, 'linear', 'quadratic', got 'cubic'"):
        npm.cohen_kappa(two, two, weights="cubic")
    with refused(ValueError, "reduction must be one of 'mean', 'sum', got 'none'"):
        npm.accuracy(two, two, reduction="none")
    with refused(ValueError, "output must be one of 'text', 'dict', got 'html'"):
        npm.classification_report(two, two, output="html")
    with refused(ValueError, "target_names must name each of 2 classes, got 3"):
        npm.classification_report(two, two, target_names=["a", "b", "c"])
    with refused(ValueError, "n_bins must be at least 1, got 0"):
        npm.expected_calibration_error(two, ROWS, n_bins=0)
    with refused(TypeError, "n_bins must be an integer, got 2.5 of float"):
        npm.expected_calibration_error(two, ROWS, n_bins=2.5)
    with refused(ValueError, "k must be at least 1, got 0"):
        npm.top_k_accuracy(two, ROWS, k=0)
    with refused(TypeError, "k must be an integer, got True of bool"):
        npm.top_k_accuracy(two, ROWS, k=True)
    with refused(ValueError, "y_true and y_pred must have one shape, got (2,) and (2, 1)"):
        npm.mean_squared_error([1.0, 2.0], [[1.0], [2.0]])


def test_curves_and_areas_reject_bad_options():
    three, rows = [0, 1, 2], np.full((3, 3), 1 / 3)
    with refused(ValueError, "multi_class must be 'ovr' or 'ovo' for more than two classes"):
        npm.roc_auc(three, rows)
    with refused(ValueError, "multi_class must be one of 'raise', 'ovr', 'ovo', got 'all'"):
        npm.roc_auc(three, rows, multi_class="all")
    with refused(ValueError, "sample_weight must be None for multi_class='ovo'"):
        npm.roc_auc(three, rows, multi_class="ovo", sample_weight=[1, 1, 1])
    with refused(ValueError, "average must be 'macro' or 'weighted' for multi_class='ovo'"):
        npm.roc_auc(three, rows, multi_class="ovo", average=None)
    with refused(ValueError, "average must be one of 'macro', 'weighted', 'micro', None"):
        npm.roc_auc(three, rows, multi_class="ovr", average="binary")
    with refused(ValueError, "rows of y_score must sum to 1, got 1.5 in row 0"):
        npm.roc_auc(three, rows * 1.5, multi_class="ovr")
    with refused(ValueError, "y_score must have one column per class, got shape (3,)"):
        npm.roc_auc(three, [0.1, 0.2, 0.3], multi_class="ovr")
    with refused(ValueError, "y_score must have one column per class, got shape (3,)"):
        npm.average_precision(three, [0.1, 0.2, 0.3])
    with refused(ValueError, "pos_label must be given unless labels are 0 and 1 or -1 and 1"):
        npm.roc_curve(["a", "b"], [0.1, 0.2])
    with refused(ValueError, "pos_label must be given unless labels are 0 and 1 or -1 and 1"):
        npm.precision_recall_curve([1, 2], [0.1, 0.2])
    with refused(ValueError, "pos_label must be one of [2, 3], got 1"):
        npm.average_precision([2, 3], [0.1, 0.2])
    with refused(ValueError, "pos_label must be left at 1 for a score matrix, got 2"):
        npm.average_precision(three, rows, pos_label=2)
    with refused(ValueError, "y_prob must have one column per class, got shape (N,) for 3 classes"):
        npm.brier_score(three, [0.1, 0.2, 0.3])
    with refused(ValueError, "pos_label must be given unless labels are 0 and 1 or -1 and 1"):
        npm.brier_score(["a", "b"], [0.1, 0.2])


def test_integer_scores_that_round_to_one_float_are_distinguished():
    score = np.array([1763700000000000010, 1763700000000000000])
    assert score[0] != score[1]
    assert float(score[0]) == float(score[1])
    assert npm.roc_auc([1, 0], score) == 1.0
    assert npm.top_k_accuracy([0, 1], [score, score], k=1) == 0.5
    assert npm.precision_recall_curve([1, 0], score)[2].dtype == np.float64


def test_integer_weights_of_any_size_are_exact():
    true, pred, W = [0, 1, 1], [0, 1, 0], 2**62
    assert npm.accuracy(true, pred, sample_weight=[W] * 3) == 2 / 3
    assert npm.log_loss(true, [0.5] * 3, sample_weight=[W] * 3) == pytest.approx(np.log(2))
    np.testing.assert_array_equal(
        npm.confusion_matrix(true, pred, sample_weight=[2 * W] * 3), [[2 * W, 0], [2 * W, 2 * W]]
    )
    below = npm.confusion_matrix(true, pred, sample_weight=[2**53 - 3, 1, 1])
    assert below.dtype == np.int64
    assert below.tolist() == [[2**53 - 3, 0], [1, 1]]


def test_labels_beyond_int64_are_distinguished():
    true = np.array([2**63, 2**63 + 1, 1, 2**64 - 1], np.uint64)
    pred = np.array([2**63, 2**63, 1, 2**64 - 1], np.uint64)
    np.testing.assert_array_equal(
        npm.confusion_matrix(true, pred), [[1, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    )
    assert npm.accuracy(true, pred) == 0.75
    assert npm.accuracy(true, [0, -1, 1, 2]) == 0.25
    asked = np.array([2**63 + 1, 5], np.uint64)
    assert npm.recall(true, pred, labels=asked, average=None).tolist() == [0, 0]
