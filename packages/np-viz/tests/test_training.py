"""Plots: the lines, bars and cells drawn are the numbers given."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from np_viz import (
    activation_histograms,
    compare_runs,
    confusion_matrix,
    gradient_histograms,
    learning_curves,
    precision_recall_curve,
    reliability_diagram,
    result_comparison,
    roc_curve,
    sweep_table,
)


def entries(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_learning_curves_draw_the_columns_that_are_there():
    history = {
        "epoch": [1, 2, 3],
        "train_loss": [3.0, 2.0, 1.0],
        "val_loss": [3.5, 2.5, 2.75],
        "val_accuracy": [0.25, 0.75, 0.5],
        "seconds": [1, 1, 1],
    }
    loss, accuracy = learning_curves(history).axes
    assert entries(loss) == ["train", "val", "lowest val loss: epoch 2"]
    assert entries(accuracy) == ["val", "lowest val loss: epoch 2"]
    for line, name in zip(loss.lines, ("train_loss", "val_loss"), strict=False):
        np.testing.assert_array_equal(line.get_xdata(), [1, 2, 3])
        np.testing.assert_array_equal(line.get_ydata(), history[name])
    assert list(loss.lines[-1].get_xdata()) == [2, 2]
    assert (loss.get_xlabel(), loss.get_ylabel()) == ("epoch", "loss")


def test_a_given_epoch_is_marked_instead():
    [loss] = learning_curves({"loss": [2.0, 1.0]}, chosen=1).axes
    assert entries(loss) == ["train", "kept: epoch 1"]


def test_without_validation_nothing_is_marked_and_accuracy_marks_its_highest():
    assert entries(learning_curves({"loss": [2.0, 1.0]}).axes[0]) == ["train"]
    [accuracy] = learning_curves({"val_accuracy": [0.5, 0.9, 0.9]}).axes
    assert entries(accuracy)[-1] == "highest val accuracy: epoch 2"


def test_other_measures_and_steps():
    history = {"iteration": [10, 20], "train_f1": [0.5, 0.75], "test_f1": [0.5, 0.7]}
    [panel] = learning_curves(history, measures=["f1"]).axes
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("iteration", "f1")
    assert entries(panel) == ["train", "test"]


def test_what_is_not_finite_leaves_a_gap_and_is_counted():
    [loss] = learning_curves({"train_loss": [np.inf, 2.0, np.nan, 1.0]}).axes
    np.testing.assert_array_equal(loss.lines[0].get_ydata(), [np.nan, 2, np.nan, 1])
    assert entries(loss) == ["train (2 not finite)"]


def test_a_value_between_two_gaps_has_a_marker():
    values = np.arange(30.0)
    values[[4, 6]] = np.nan
    [loss] = learning_curves({"train_loss": values}).axes
    marked = loss.lines[0].get_markevery()
    assert 5 in marked
    assert len(marked) < 12


def test_runs_stand_in_the_order_of_their_ends():
    runs = {
        "bad": {"val_loss": [3.0, 2.5]},
        "good": {"val_loss": [3.0, 0.5, 0.25]},
        "lost": {"val_loss": [3.0, np.nan]},
        "nothing": {"val_loss": [np.nan]},
    }
    [ax] = compare_runs(runs).axes
    assert entries(ax) == ["lost: 3", "bad: 2.5", "good: 0.25", "nothing"]
    handles = ax.get_legend().legend_handles
    assert [h.get_color() for h in handles[:3]] == [ax.lines[i].get_color() for i in (2, 0, 1)]
    np.testing.assert_array_equal(ax.lines[1].get_ydata(), [3.0, 0.5, 0.25])


def test_seven_runs_differ_without_colour():
    runs = {str(i): {"loss": [1.0 * i, 2.0 * i]} for i in range(7)}
    lines = compare_runs(runs).axes[0].lines
    assert len({line.get_color() for line in lines}) == 7
    assert len({line.get_marker() for line in lines}) == 7


def test_a_logarithmic_axis_leaves_out_what_is_not_positive():
    [ax] = compare_runs({"a": {"loss": [1.0, 0.0, -1.0, 0.1]}}, log_scale=True).axes
    assert ax.get_yscale() == "log"
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1.0, np.nan, np.nan, 0.1])
    assert ax.get_legend().get_title().get_text() == "last value (≤ 0 is not drawn)"


def test_a_run_that_ends_at_zero_is_not_given_its_last_positive_value():
    runs = {"a": {"loss": [1.0, -2.0]}, "b": {"loss": [1.0, 0.0]}, "c": {"loss": [1.0, 0.5]}}
    assert entries(compare_runs(runs, log_scale=True).axes[0]) == ["c: 0.5", "b: 0", "a: -2"]


def test_the_steps_of_what_is_not_drawn_are_on_the_axis():
    runs = {"a": {"epoch": [10, 20], "loss": [1, 1]}, "b": {"epoch": [10, 50], "loss": [1, 0]}}
    assert compare_runs(runs, log_scale=True).axes[0].get_xlim() == (8.0, 52.0)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([0.0, 0.0], "0 at every step"),
        ([0.0, np.nan], "no value above 0"),
        ([0.0, -1.0], "no value above 0"),
        ([np.nan, np.inf], "no finite value"),
        ([], "no finite value"),
    ],
)
def test_where_a_logarithmic_axis_can_draw_nothing_it_says_so(values, words):
    figure = compare_runs({"a": {"loss": values}, "b": {"loss": values}}, log_scale=True)
    assert written(figure) == [words]
    assert list(figure.axes[0].get_yticks()) == []


@pytest.mark.parametrize(
    ("decades", "ticks"),
    [(0.5, [1, 1.5, 2, 3]), (3, [1, 3, 10, 30, 100, 300, 1000]), (4, [1, 10, 100, 1000, 10000])],
)
def test_a_logarithmic_axis_of_many_decades_has_few_ticks_in_each(decades, ticks):
    [ax] = compare_runs({"a": {"loss": [1.0, 10.0**decades]}}, log_scale=True).axes
    low, high = ax.get_ylim()
    np.testing.assert_allclose([tick for tick in ax.get_yticks() if low <= tick <= high], ticks)


def test_counts_and_shares_of_a_confusion_matrix():
    counts = [[999, 1, 0], [0, 0, 0], [1, 1, 9998]]
    figure = confusion_matrix(counts)
    assert written(figure) == [
        *("999\n99.9 %", "1\n0.1 %", "0\n0 %"),
        *("0", "0", "0"),
        *("1\n<0.1 %", "1\n<0.1 %", "9998\n>99.9 %"),
    ]
    shades = np.asarray(figure.axes[0].images[0].get_array())
    np.testing.assert_allclose(shades, [[0.999, 0.001, 0], [0, 0, 0], [1e-4, 1e-4, 0.9998]])
    assert figure.axes[0].images[0].get_clim() == (0, 1)


def test_true_classes_run_down_and_predicted_ones_across():
    [ax] = confusion_matrix([[1, 2], [3, 4]], ["cat", "dog"]).axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]
    assert ax.get_ylim() == (1.5, -0.5)
    assert ax.texts[1].get_position() == (1, 0)
    assert ax.texts[1].get_text().startswith("2")


def test_rates_and_weights_are_written_as_they_are():
    assert written(confusion_matrix([[0.25, 0.75], [1, 0]]))[:2] == ["0.25\n25 %", "0.75\n75 %"]


def test_many_classes_have_shades_and_a_scale_only():
    figure = confusion_matrix(np.eye(30))
    assert written(figure) == []
    assert len(figure.axes) == 2
    assert len(confusion_matrix(np.eye(25)).axes) == 1


def test_text_is_light_on_dark_cells():
    figure = confusion_matrix([[9, 1], [1, 9]])
    assert [text.get_color() == "white" for text in figure.axes[0].texts] == [
        True,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0.0, "0"),
        (60000.0, "60000"),
        (9999999, "9999999"),
        (12345678, "1.23e07"),
        (2**63, "9.22e18"),
        (0.25, "0.25"),
        (1 / 3, "0.333"),
        (0.9996, "0.9996"),
        (0.0004, "0.0004"),
        (2.00004, "2.00004"),
        (1234.5, "1234.5"),
        (3 - 2**-51, "3"),
        (1e15 + 0.5, "1e15"),
    ],
)
def test_a_count_is_told_from_a_weight(count, text):
    assert written(confusion_matrix([[count]]))[0].split("\n")[0] == text


def test_a_matrix_in_small_axes_has_small_numbers():
    figure = Figure(figsize=(2, 2))
    confusion_matrix(np.eye(10), ax=figure.subplots())
    assert {text.get_fontsize() < 4 for text in figure.axes[0].texts} == {True}


# Four samples worked by hand: bins (0, .5] and (.5, 1].
# confidences .5 (right), .6 (wrong), .9 (right), 1. (right)
def test_reliability_worked_by_hand():
    rows = [[0.5, 0.25, 0.25], [0.6, 0.2, 0.2], [0.05, 0.9, 0.05], [0, 0, 1]]
    [ax] = reliability_diagram([0, 1, 1, 2], rows, bins=2).axes
    points = ax.lines[1]
    np.testing.assert_allclose(points.get_xdata(), [0.5, 2.5 / 3])
    np.testing.assert_allclose(points.get_ydata(), [1.0, 2 / 3])
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], [0.25, 0.75])
    ece = 0.25 * 0.5 + 0.75 * abs(2 / 3 - 2.5 / 3)
    assert entries(ax)[0] == f"accuracy (ECE {ece:.3f})"


def test_reliability_of_a_binary_probability_and_of_a_table_are_alike():
    [binary] = reliability_diagram([0, 1, 1], [0.1, 0.4, 0.9], bins=2).axes
    table = {"confidence": [0.25, 0.5, 0.9], "accuracy": [0.5, 0.0, 1.0], "count": [2, 0, 1]}
    [finished] = reliability_diagram(table).axes
    for ax in (binary, finished):
        np.testing.assert_allclose(ax.lines[1].get_xdata(), [0.25, 0.9])
        np.testing.assert_allclose(ax.lines[1].get_ydata(), [0.5, 1.0])
    assert entries(binary) == entries(finished)


def test_histograms_count_every_value():
    values = np.array([[0.0, 0.0, 1.0], [2.0, np.nan, -1.0]])
    [ax] = activation_histograms({"1 ReLU": values}, bins=3).axes
    np.testing.assert_allclose(ax.patches[0].get_data().values, [0.2, 0.4, 0.4])
    mean, std = np.mean([0, 0, 1, 2, -1]), np.std([0, 0, 1, 2, -1])
    head = f"1 ReLU\nmean {mean:.3g}, std {std:.3g}\n40 % zero, 1 not finite"
    assert ax.get_title(loc="left") == head


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        ([0.3, 0.1 + 0.2], (-0.2, 0.8)),
        ([0.0, 1e-320], (-0.5, 0.5)),
        ([1e17, 1e17], (1e17 - 1e14, 1e17 + 1e14)),
        ([-4.0, -4.0], (-4.5, -3.5)),
        ([1.0, 1.0 + 1e-9], (1.0, 1.0 + 1e-9)),
    ],
)
def test_values_closer_than_bins_can_be_share_one(values, limits):
    [ax] = activation_histograms({"dead": values}).axes
    np.testing.assert_allclose(ax.get_xlim(), limits, rtol=1e-12)
    assert ax.patches[0].get_data().values.sum() == pytest.approx(1.0)


def test_gradients_share_one_logarithmic_axis():
    first, second, dead = gradient_histograms(
        {"a": [1.0, -10.0, 0.0], "b": [1e-4, 1e-3], "c": [0.0]}, bins=5
    ).axes
    for ax in (first, second, dead):
        np.testing.assert_allclose(ax.get_xlim(), (-4, 1))
    np.testing.assert_allclose(first.patches[0].get_data().values, [0, 0, 0, 0, 1])
    np.testing.assert_allclose(second.patches[0].get_data().values, [0.5, 0.5, 0, 0, 0])
    assert first.get_title(loc="left") == "a\nmedian |g| 1\n33 % zero"
    assert dead.texts[0].get_text() == "nothing to draw"


def test_curves_are_the_arrays_given():
    fpr, tpr = [0.0, 0.25, 1.0], [0.0, 0.75, 1.0]
    [ax] = roc_curve(fpr, tpr, auc=0.75).axes
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), np.c_[fpr, tpr])
    assert entries(ax) == ["AUC 0.750"]
    [ax] = precision_recall_curve({"a": [0.5, 1], "b": [0.2, 1]}, {"a": [1, 0], "b": [1, 0]}).axes
    assert entries(ax) == ["a", "b"]
    assert ax.lines[0].get_drawstyle() == "steps-post"
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[1, 0.2], [0, 1]])


def test_results_stand_side_by_side():
    figure = result_comparison(
        ["first", "second"],
        [0.5, np.nan],
        [0.75, 0.25],
        intervals=[[0.7, 0.8], [0.2, 0.3]],
        digits=2,
    )
    assert written(figure) == ["published", "0.50", "–", "reproduced", "0.75", "0.25"]
    [ax] = figure.axes
    np.testing.assert_array_equal(ax.lines[0].get_xdata(), [0.5, np.nan])
    np.testing.assert_array_equal(ax.lines[1].get_xdata(), [0.75, 0.25])
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_a_sweep_frames_its_best_cell():
    values = [[0.5, np.nan], [0.25, 0.75]]
    [ax] = sweep_table(values, [8, 16], [0.1, 0.01]).axes
    assert [text.get_text() for text in ax.texts] == ["0.5000", "–", "0.2500", "0.7500"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0.1", "0.01"]
    assert ax.patches[0].get_xy() == (0.5, 0.5)
    [ax] = sweep_table(values, [8, 16], [0.1, 0.01], best="min").axes
    assert ax.patches[0].get_xy() == (-0.5, 0.5)
    assert not sweep_table(values, [8, 16], [0.1, 0.01], best=None).axes[0].patches


def test_two_figures_share_one_page():
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    sweep_table([[1.0]], ["a"], ["b"], title="published", ax=left)
    sweep_table([[2.0]], ["a"], ["b"], title="ours", ax=right)
    assert [ax.get_title() for ax in figure.axes] == ["published", "ours"]


P = [[0.5, 0.5], [0.25, 0.75]]
BAD = [
    (learning_curves, ([1.0],), {}, TypeError, "history must be a mapping of column name to array"),
    (learning_curves, ({"epoch": [1]},), {}, ValueError, "history must have a column such as"),
    (learning_curves, ({"loss": [1], "val_loss": [1, 2]},), {}, ValueError, "must be equally long"),
    (learning_curves, ({"loss": ["a"]},), {}, TypeError, "history['loss'] must hold real numbers"),
    (learning_curves, ({"loss": [[1.0]]},), {}, ValueError, "history['loss'] must have shape (n,)"),
    (learning_curves, ({"loss": [1]},), {"measures": "loss"}, TypeError, "measures must be a seq"),
    (
        learning_curves,
        ({"loss": [1e308, -1e308]},),
        {},
        ValueError,
        "must hold numbers up to ±1e+300",
    ),
    (learning_curves, ({"loss": [1.0]},), {"chosen": 7}, ValueError, "epoch column, got 7"),
    (compare_runs, ([],), {}, TypeError, "runs must be a mapping of name to history"),
    (compare_runs, ({},), {}, ValueError, "runs must hold at least one run"),
    (compare_runs, ({"a": {"loss": [1]}},), {"column": "f1"}, KeyError, "run 'a' has no column"),
    (compare_runs, ({"a": {"loss": [1]}, "b": {"accuracy": [1]}},), {}, ValueError, "must share a"),
    (
        compare_runs,
        ({"a": {"loss": [1], "epoch": [1]}, "b": {"loss": [1], "step": [1]}},),
        {},
        ValueError,
        "all runs must be counted in the same steps",
    ),
    (confusion_matrix, ([[1, 2, 3]],), {}, ValueError, "matrix must have shape (K, K)"),
    (confusion_matrix, (np.zeros((0, 0)),), {}, ValueError, "with K >= 1, got (0, 0)"),
    (confusion_matrix, ([[-1]],), {}, ValueError, "matrix must hold finite values >= 0"),
    (confusion_matrix, ([[np.nan]],), {}, ValueError, "matrix must hold finite values >= 0"),
    (confusion_matrix, ([[1e308, 1e308], [0, 0]],), {}, ValueError, "matrix must hold numbers up"),
    (confusion_matrix, ([[1]], ["a", "b"]), {}, ValueError, "one name for each of 1 rows, got 2"),
    (reliability_diagram, ([0, 1],), {}, TypeError, "y_prob is needed with y_true"),
    (reliability_diagram, ([0], P), {}, ValueError, "y_true must have one entry for each of 2"),
    (reliability_diagram, ([0, 2], P), {}, ValueError, "class ids below 2, got 2"),
    (reliability_diagram, ([0, 1], [[2.0, 0], [1, 0]]), {}, ValueError, "must lie in [0, 1]"),
    (reliability_diagram, ([0, 1], P), {"bins": 0}, ValueError, "bins must be at least 1, got 0"),
    (reliability_diagram, ({"count": [1]},), {}, KeyError, "the table has no column 'confidence'"),
    (
        reliability_diagram,
        ({"confidence": [2], "accuracy": [1], "count": [1]},),
        {},
        ValueError,
        "confidence must lie in [0, 1]",
    ),
    (activation_histograms, ([1.0],), {}, TypeError, "activations must be a mapping of name"),
    (activation_histograms, ({},), {}, ValueError, "activations must hold at least one layer"),
    (gradient_histograms, ({"a": ["b"]},), {}, TypeError, "gradients['a'] must hold real numbers"),
    (gradient_histograms, ({"a": [1.0]},), {"bins": 0}, ValueError, "bins must be at least 1"),
    (roc_curve, ([0, 1], [0, 1, 1]), {}, ValueError, "tpr must have 2 values, got 3"),
    (roc_curve, ([0, 2], [0, 1]), {}, ValueError, "fpr must lie in [0, 1]"),
    (roc_curve, ({"a": [0]}, [0]), {}, TypeError, "both be arrays or both be mappings"),
    (roc_curve, ({"a": [0]}, {"b": [0]}), {}, KeyError, "must have the same names"),
    (roc_curve, ({}, {}), {}, ValueError, "fpr must hold at least one curve"),
    (roc_curve, ({"a": [0]}, {"a": [0]}), {"auc": 1.0}, KeyError, "auc must have the names of"),
    (precision_recall_curve, ([np.nan], [0]), {}, ValueError, "precision must lie in [0, 1]"),
    (result_comparison, ("a", [1], [1]), {}, TypeError, "names must be a sequence of names"),
    (result_comparison, ([], [], []), {}, ValueError, "names must hold at least one row"),
    (
        result_comparison,
        (["a"], [1, 2], [1]),
        {},
        ValueError,
        "published must have 1 values, got 2",
    ),
    (result_comparison, (["a"], [1], [1]), {"digits": -1}, ValueError, "digits must be at least 0"),
    (result_comparison, (["a"], [1], [1]), {"digits": 2.5}, TypeError, "digits must be an integer"),
    (result_comparison, (["a"], [1], [1]), {"intervals": [[2, 1]]}, ValueError, "lower before"),
    (sweep_table, ([1.0], ["a"], ["b"]), {}, ValueError, "values must have shape (rows, columns)"),
    (sweep_table, ([[1.0]], ["a", "b"], ["c"]), {}, ValueError, "for each of 2 row_names"),
    (sweep_table, ([[np.inf]], ["a"], ["c"]), {}, ValueError, "values must be finite, or NaN"),
    (sweep_table, ([[1]], ["a"], ["c"]), {"digits": -1}, ValueError, "digits must be at least 0"),
    (sweep_table, ([[1]], ["a"], ["c"]), {"digits": 2.5}, TypeError, "digits must be an integer"),
    (sweep_table, ([[1]], ["a"], ["c"]), {"best": "mean"}, ValueError, "got 'mean'"),
]


@pytest.mark.parametrize(("function", "args", "options", "error", "message"), BAD)
def test_what_cannot_be_drawn_is_refused(function, args, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(*args, **options)


def test_the_number_behind_a_long_name_stays():
    long = "a name of a run that is far too long for any legend " * 3
    assert entries(compare_runs({long: {"loss": [0.125]}}).axes[0])[0].endswith("…: 0.125")
    [ax] = roc_curve(
        {long: [0, 1], "b": [0, 1]}, {long: [0, 1], "b": [0, 1]}, auc={long: 1, "b": 1}
    ).axes
    assert entries(ax)[0].endswith("…: AUC 1.000")
