"""Tests of the figures of training: the drawn lines, bars and cells are the given numbers."""

import re

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from np_viz import (
    activation_histograms,
    compare_runs,
    gradient_histograms,
    learning_curves,
    sweep_table,
)
from np_viz.training._history import running_mean


def entries(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_learning_curves_draws_the_columns():
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


def test_learning_curves_marks_the_chosen_epoch():
    [loss] = learning_curves({"loss": [2.0, 1.0]}, chosen=1).axes
    assert entries(loss) == ["train", "kept: epoch 1"]


@pytest.mark.parametrize(
    ("epoch", "text"), [(1200.0, "1200"), (1 / 75, "0.0133"), (2.5, "2.5"), (31.0 + 1 / 3, "31.3")]
)
def test_learning_curves_writes_a_fraction_of_an_epoch_briefly(epoch, text):
    [loss] = learning_curves({"epoch": [0.0, epoch], "loss": [2.0, 1.0]}, chosen=epoch).axes
    assert entries(loss)[-1] == f"kept: epoch {text}"


def test_learning_curves_marks_the_best_epoch_by_validation():
    assert entries(learning_curves({"loss": [2.0, 1.0]}).axes[0]) == ["train"]
    [accuracy] = learning_curves({"val_accuracy": [0.5, 0.9, 0.9]}).axes
    assert entries(accuracy)[-1] == "highest val accuracy: epoch 2"


def test_learning_curves_draws_other_measures_and_steps():
    history = {"iteration": [10, 20], "train_f1": [0.5, 0.75], "test_f1": [0.5, 0.7]}
    [panel] = learning_curves(history, measures=["f1"]).axes
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("iteration", "f1")
    assert entries(panel) == ["train", "test"]


def test_learning_curves_counts_values_that_are_not_finite():
    [loss] = learning_curves({"train_loss": [np.inf, 2.0, np.nan, 1.0]}).axes
    np.testing.assert_array_equal(loss.lines[0].get_ydata(), [np.nan, 2, np.nan, 1])
    assert entries(loss) == ["train (2 not finite)"]


def test_value_between_two_gaps_has_a_marker():
    values = np.arange(30.0)
    values[[4, 6]] = np.nan
    [loss] = learning_curves({"train_loss": values}).axes
    marked = loss.lines[0].get_markevery()
    assert 5 in marked
    assert len(marked) < 12


def test_column_measured_at_every_third_step_is_drawn_without_gaps():
    nan = np.nan
    history = {"loss": np.arange(9.0), "val_loss": [nan, 3, nan, nan, 2, nan, nan, 1, nan]}
    [loss] = learning_curves(history).axes
    np.testing.assert_array_equal(loss.lines[1].get_xydata(), [[2, 3], [5, 2], [8, 1]])
    assert entries(loss)[:2] == ["train", "val"]


def test_column_that_ends_early_counts_its_gaps():
    [loss] = learning_curves({"loss": [3.0, 2.0, 1.0, np.nan]}).axes
    assert entries(loss) == ["train (1 not finite)"]


def test_running_mean_equals_a_loop(rng):
    y = rng.normal(size=40)
    y[[3, 4, 20]] = np.nan
    for window in (1, 3, 7, 99):
        near = [y[max(0, i - window // 2) : i + window // 2 + 1] for i in range(len(y))]
        expected = [np.nan if np.isnan(v) else np.nanmean(n) for v, n in zip(y, near, strict=True)]
        np.testing.assert_allclose(running_mean(y, window), expected)
    assert learning_curves({"loss": []}, smooth=3).axes[0].lines[0].get_xydata().shape == (0, 2)


def test_noisy_column_is_smoothed_in_front_of_its_pale_values(rng):
    noisy = rng.random(3000)
    [loss] = learning_curves({"loss": noisy}).axes
    pale, line = loss.lines
    np.testing.assert_array_equal(pale.get_ydata(), noisy)
    np.testing.assert_array_equal(line.get_ydata(), running_mean(noisy, 61))
    assert (pale.get_alpha(), entries(loss)) == (0.25, ["train (mean of 61)"])
    [axes] = compare_runs({"a": {"loss": noisy}, "b": {"loss": noisy}}).axes
    assert len(axes.lines) == 4
    assert axes.get_legend().get_title().get_text() == "last value, line: mean of 61"


def test_smooth_and_short_columns_are_not_smoothed_unless_asked(rng):
    for values in (np.linspace(3, 1, 3000), rng.random(200)):
        [loss] = learning_curves({"loss": values}).axes
        assert len(loss.lines) == 1
    [loss] = learning_curves({"loss": rng.random(9)}, smooth=4).axes
    assert entries(loss) == ["train (mean of 5)"]
    [loss] = learning_curves({"loss": rng.random(3000)}, smooth=1).axes
    assert entries(loss) == ["train"]


@pytest.mark.parametrize(
    ("column", "values", "low", "high"),
    [
        ("accuracy", [0.098, 0.102], 0.05, 0.15),
        ("accuracy", [0.49, 0.51], 0.25, 0.75),
        ("accuracy", [0.989, 0.991], 0.985, 0.995),
        ("accuracy", [0.1, 0.9], 0.1, 0.9),
        ("loss", [2.302, 2.304], 2.2454, 2.3606),
        ("loss", [0.5, 2.0], 0.5, 2.0),
    ],
)
def test_vertical_axis_does_not_show_noise_as_a_difference(column, values, low, high):
    margin = 0.05 * (high - low)
    for figure in (learning_curves({column: values}), compare_runs({"a": {column: values}})):
        limits = figure.axes[0].get_ylim()
        np.testing.assert_allclose(limits, (low - margin, high + margin), atol=1e-9)


def test_compare_runs_lists_runs_in_the_order_of_their_ends():
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


def test_ordered_runs_keep_their_order_and_have_different_colors():
    runs = {f"{i} Dense": {"loss": [1.0, (7 * i) % 16]} for i in range(16)}
    [ax] = compare_runs(runs, ordered=True).axes
    assert entries(ax) == [f"{i} Dense: {(7 * i) % 16}" for i in range(16)]
    lightness = [sum(to_rgb(line.get_color())) for line in ax.lines]
    assert len(set(lightness)) == 16
    assert lightness[0] < lightness[-1]


def test_seven_runs_differ_in_color_and_marker():
    runs = {str(i): {"loss": [1.0 * i, 2.0 * i]} for i in range(7)}
    lines = compare_runs(runs).axes[0].lines
    assert len({line.get_color() for line in lines}) == 7
    assert len({line.get_marker() for line in lines}) == 7


def test_log_scale_leaves_out_values_that_are_not_positive():
    [ax] = compare_runs({"a": {"loss": [1.0, 0.0, -1.0, 0.1]}}, log_scale=True).axes
    assert ax.get_yscale() == "log"
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [1.0, np.nan, np.nan, 0.1])
    assert ax.get_legend().get_title().get_text() == "last value (≤ 0 is not drawn)"


def test_log_scale_still_lists_a_last_value_of_zero():
    runs = {"a": {"loss": [1.0, -2.0]}, "b": {"loss": [1.0, 0.0]}, "c": {"loss": [1.0, 0.5]}}
    assert entries(compare_runs(runs, log_scale=True).axes[0]) == ["c: 0.5", "b: 0", "a: -2"]


def test_horizontal_axis_includes_steps_without_values():
    runs = {"a": {"epoch": [10, 20], "loss": [1, 1]}, "b": {"epoch": [10, 50], "loss": [1, 0]}}
    assert compare_runs(runs, log_scale=True).axes[0].get_xlim() == (8.0, 52.0)


@pytest.mark.parametrize(
    ("values", "last"),
    [([0.0, 0.0], ": 0"), ([0.0, np.nan], ": 0"), ([0.0, -1.0], ": -1"), ([np.nan, np.inf], "")],
)
def test_log_scale_without_positive_values_says_that_nothing_is_drawn(values, last):
    figure = compare_runs({"a": {"loss": values}, "b": {"loss": values}}, log_scale=True)
    assert written(figure) == ["nothing to draw"]
    assert entries(figure.axes[0]) == [f"a{last}", f"b{last}"]
    assert list(figure.axes[0].get_yticks()) == []


@pytest.mark.parametrize(
    ("decades", "ticks"),
    [(0.5, [1, 2, 3]), (2, [1, 10, 100]), (4, [1, 10, 100, 1000, 10000])],
)
def test_log_scale_of_many_decades_has_few_ticks_in_each(decades, ticks):
    [ax] = compare_runs({"a": {"loss": [1.0, 10.0**decades]}}, log_scale=True).axes
    low, high = ax.get_ylim()
    np.testing.assert_allclose([tick for tick in ax.get_yticks() if low <= tick <= high], ticks)


def test_activation_histograms_counts_every_value():
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
        ([1e17, 1e17], (1e17 - 1e14, 1e17 + 1e14)),
        ([-4.0, -4.0], (-4.5, -3.5)),
        ([1.0, 1.0 + 1e-9], (1.0, 1.0 + 1e-9)),
    ],
)
def test_values_closer_than_float_spacing_share_one_bin(values, limits):
    [ax] = activation_histograms({"dead": values}).axes
    np.testing.assert_allclose(ax.get_xlim(), limits, rtol=1e-12)
    assert ax.patches[0].get_data().values.sum() == pytest.approx(1.0)


def test_gradient_histograms_share_one_logarithmic_axis():
    first, second, dead = gradient_histograms(
        {"a": [1.0, -10.0, 0.0], "b": [1e-4, 1e-3], "c": [0.0]}, bins=5
    ).axes
    for ax in (first, second, dead):
        np.testing.assert_allclose(ax.get_xlim(), (-4, 1))
    np.testing.assert_allclose(first.patches[0].get_data().values, [0, 0, 0, 0, 1])
    np.testing.assert_allclose(second.patches[0].get_data().values, [0.5, 0.5, 0, 0, 0])
    assert first.get_title(loc="left") == "a\nmedian |g| 1\n33 % zero"
    assert dead.texts[0].get_text() == "nothing to draw"


def test_sweep_table_frames_the_best_cell():
    values = [[0.5, np.nan], [0.25, 0.75]]
    [ax] = sweep_table(values, [8, 16], [0.1, 0.01]).axes
    assert [text.get_text() for text in ax.texts] == ["0.5000", "–", "0.2500", "0.7500"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["0.1", "0.01"]
    assert ax.patches[0].get_xy() == (0.5, 0.5)
    [ax] = sweep_table(values, [8, 16], [0.1, 0.01], best="min").axes
    assert ax.patches[0].get_xy() == (-0.5, 0.5)
    assert not sweep_table(values, [8, 16], [0.1, 0.01], best=None).axes[0].patches


@pytest.mark.parametrize(
    ("values", "limits"),
    [([0.97, 0.976], (0.9595, 0.9865)), ([0.1, 0.97], (0.1, 0.97)), ([200, 202], (195.95, 206.05))],
)
def test_sweep_table_gives_small_differences_a_small_contrast(values, limits):
    image = sweep_table([values], ["a"], ["b", "c"]).axes[0].images[0]
    np.testing.assert_allclose(image.get_clim(), limits)


def test_two_figures_share_one_page():
    figure = Figure(figsize=(10, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    sweep_table([[1.0]], ["a"], ["b"], title="published", ax=left)
    sweep_table([[2.0]], ["a"], ["b"], title="ours", ax=right)
    assert [ax.get_title() for ax in figure.axes] == ["published", "ours"]


BAD = [
    (learning_curves, ([1.0],), {}, TypeError, "history must be a mapping of name to val"),
    (learning_curves, ({"epoch": [1]},), {}, ValueError, "history must have a column such as"),
    (learning_curves, ({"loss": [1], "val_loss": [1, 2]},), {}, ValueError, "must be equally long"),
    (learning_curves, ({"loss": ["a"]},), {}, TypeError, "history['loss'] must hold real numbers"),
    (learning_curves, ({"loss": [[1.0]]},), {}, ValueError, "history['loss'] must have shape (n,)"),
    (learning_curves, ({"loss": [1.0]},), {"chosen": 7}, ValueError, "epoch column, got 7"),
    (compare_runs, ([],), {}, TypeError, "runs must be a mapping of name to values"),
    (learning_curves, ({"loss": [1.0]},), {"smooth": 0}, ValueError, "smooth must be at least 1"),
    (compare_runs, ({},), {}, ValueError, "runs must hold at least one run"),
    (
        compare_runs,
        ({"a": {"loss": [1]}},),
        {"column": "f1"},
        KeyError,
        "column must be in every run, got 'f1'",
    ),
    (compare_runs, ({"a": {"loss": [1]}, "b": {"accuracy": [1]}},), {}, ValueError, "must share a"),
    (
        compare_runs,
        ({"a": {"loss": [1], "epoch": [1]}, "b": {"loss": [1], "step": [1]}},),
        {},
        ValueError,
        "all runs must be counted in the same steps",
    ),
    (activation_histograms, ([1.0],), {}, TypeError, "activations must be a mapping of name"),
    (activation_histograms, ({},), {}, ValueError, "activations must hold at least one layer"),
    (gradient_histograms, ({"a": ["b"]},), {}, TypeError, "gradients['a'] must hold real numbers"),
    (gradient_histograms, ({"a": [1.0]},), {"bins": 0}, ValueError, "bins must be at least 1"),
    (sweep_table, ([1.0], ["a"], ["b"]), {}, ValueError, "for each of 1 row_names"),
    (sweep_table, ([[1.0]], ["a", "b"], ["c"]), {}, ValueError, "for each of 2 row_names"),
    (
        sweep_table,
        ([[np.inf]], ["a"], ["c"]),
        {},
        ValueError,
        "values must be finite, got an infinite",
    ),
    (sweep_table, ([[1]], ["a"], ["c"]), {"digits": -1}, ValueError, "digits must be at least 0"),
    (sweep_table, ([[1]], ["a"], ["c"]), {"digits": 2.5}, TypeError, "digits must be an integer"),
    (sweep_table, ([[1]], ["a"], ["c"]), {"best": "mean"}, ValueError, "got 'mean'"),
]


@pytest.mark.parametrize(("function", "args", "options", "error", "message"), BAD)
def test_wrong_arguments_are_rejected(function, args, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(*args, **options)


def test_number_stays_behind_a_long_name():
    long = "a name of a run that is far too long for any legend " * 3
    assert entries(compare_runs({long: {"loss": [0.125]}}).axes[0])[0].endswith("…: 0.125")
