"""Tests of the figures of evaluation: the drawn cells, points and curves are the given numbers."""

import re

import numpy as np
import pytest
from matplotlib.figure import Figure

from np_viz import (
    plot_confusion_matrix,
    plot_precision_recall_curve,
    plot_roc_curve,
    reliability_diagram,
)


def entries(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def written(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_confusion_matrix_writes_counts_and_shares():
    counts = [[999, 1, 0], [0, 0, 0], [1, 1, 9998]]
    figure = plot_confusion_matrix(counts)
    assert written(figure) == [
        *("999\n99.9 %", "1\n0.1 %", "0"),
        *("0", "0", "0"),
        *("1\n<0.1 %", "1\n<0.1 %", "9998\n>99.9 %"),
    ]
    shades = np.asarray(figure.axes[0].images[0].get_array())
    np.testing.assert_allclose(shades, [[0.999, 0.001, 0], [0, 0, 0], [1e-4, 1e-4, 0.9998]])
    assert figure.axes[0].images[0].get_clim() == (0, 1)


def test_confusion_matrix_has_true_classes_as_rows():
    [ax] = plot_confusion_matrix([[1, 2], [3, 4]], ["cat", "dog"]).axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted class", "true class")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["cat", "dog"]
    assert ax.get_ylim() == (1.5, -0.5)
    assert ax.texts[1].get_position() == (1, 0)
    assert ax.texts[1].get_text().startswith("2")


def test_confusion_matrix_writes_rates_unchanged():
    assert written(plot_confusion_matrix([[0.25, 0.75], [1, 0]]))[:2] == [
        "0.25\n25 %",
        "0.75\n75 %",
    ]


@pytest.mark.parametrize("k", [2, 10, 14, 26])
def test_confusion_matrix_names_every_class_and_writes_every_count(k):
    counts = np.arange(1, k * k + 1).reshape(k, k)
    [ax] = plot_confusion_matrix(counts).axes
    assert [label.get_text() for label in ax.get_xticklabels()] == [str(i) for i in range(k)]
    assert [text.get_text().split("\n")[0] for text in ax.texts] == [str(c) for c in counts.flat]
    assert min(text.get_fontsize() for text in ax.texts) >= 6
    assert ax.images[0].get_clim() == (0, 1)


def test_confusion_matrix_of_26_classes_leaves_zeros_out():
    assert written(plot_confusion_matrix(3 * np.eye(26))) == ["3"] * 26


def test_confusion_matrix_of_100_classes_has_a_color_bar_that_ends_at_the_largest_share():
    counts = 40 * np.eye(100) + 60 * np.roll(np.eye(100), 1, axis=1)
    figure = plot_confusion_matrix(counts)
    assert written(figure) == []
    assert len(figure.axes) == 2
    assert figure.axes[0].images[0].get_clim() == (0, 0.6)


def test_confusion_matrix_shade_is_the_square_root_of_the_share():
    image = plot_confusion_matrix([[99, 1], [0, 1]]).axes[0].images[0]
    assert image.norm(0.01) == pytest.approx(0.1)


def test_text_is_white_on_dark_cells():
    figure = plot_confusion_matrix([[9, 0.1], [0.1, 9]])
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
def test_weight_never_looks_like_a_whole_count(count, text):
    assert written(plot_confusion_matrix([[count]]))[0].split("\n")[0] == text


def test_confusion_matrix_in_small_axes_has_small_numbers():
    figure = Figure(figsize=(2, 2))
    plot_confusion_matrix(np.eye(10), ax=figure.subplots())
    assert {text.get_fontsize() < 4 for text in figure.axes[0].texts} == {True}


# Four samples in the bins (0, .5] and (.5, 1]: confidences .5 (right), .6 (wrong), .9 and 1 (right)
def test_reliability_diagram_draws_the_table_and_its_error():
    [ax] = reliability_diagram([0.5, 2.5 / 3], [1.0, 2 / 3], [1, 3]).axes
    points = ax.lines[1]
    np.testing.assert_allclose(points.get_xdata(), [0.5, 2.5 / 3])
    np.testing.assert_allclose(points.get_ydata(), [1.0, 2 / 3])
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], [0.25, 0.75])
    ece = 0.25 * 0.5 + 0.75 * abs(2 / 3 - 2.5 / 3)
    assert entries(ax) == [f"accuracy (ECE {ece:.3f})", "gap", "share of samples"]


def test_reliability_diagram_leaves_out_empty_bins():
    [ax] = reliability_diagram([np.nan, 0.25, 0.5], [np.nan, 0.5, 9.0], [0, 2, 0]).axes
    np.testing.assert_allclose(ax.lines[1].get_xydata(), [[0.25, 0.5]])
    assert entries(ax)[0] == "accuracy (ECE 0.250)"


@pytest.mark.parametrize("gap", [0.0, 0.01])
def test_reliability_diagram_does_not_name_a_gap_that_is_too_small_to_see(gap):
    [ax] = reliability_diagram([0.4, 0.9], [0.4, 0.9 + gap], [1, 1]).axes
    assert entries(ax)[1:] == ["share of samples"]


def test_curves_draw_the_given_arrays():
    fpr, tpr = [0.0, 0.25, 1.0], [0.0, 0.75, 1.0]
    [ax] = plot_roc_curve(fpr, tpr, auc=0.75).axes
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), np.c_[fpr, tpr])
    assert entries(ax) == ["AUC 0.750"]
    [ax] = plot_precision_recall_curve(
        {"a": [0.5, 1], "b": [0.2, 1]}, {"a": [1, 0], "b": [1, 0]}
    ).axes
    assert entries(ax) == ["a", "b"]
    assert ax.lines[0].get_drawstyle() == "steps-post"
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[1, 0.2], [0, 1]])


def test_thresholds_are_accepted_and_not_drawn():
    for function in (plot_roc_curve, plot_precision_recall_curve):
        with_thresholds = function([0.0, 1.0], [0.0, 1.0], [np.inf, 0.5])
        assert len(with_thresholds.axes[0].lines) == len(function([0, 1], [0, 1]).axes[0].lines)


BAD = [
    (plot_confusion_matrix, ([[1, 2, 3]],), {}, ValueError, "matrix must have shape (K, K)"),
    (plot_confusion_matrix, (np.zeros((0, 0)),), {}, ValueError, "with K >= 1, got (0, 0)"),
    (plot_confusion_matrix, ([[-1]],), {}, ValueError, "matrix must hold finite values >= 0"),
    (plot_confusion_matrix, ([[np.nan]],), {}, ValueError, "matrix must hold finite values >= 0"),
    (
        plot_confusion_matrix,
        ([[1]], ["a", "b"]),
        {},
        ValueError,
        "one name for each of 1 rows, got 2",
    ),
    (plot_roc_curve, ([0, 1], [0, 1, 1]), {}, ValueError, "tpr must have 2 values, got 3"),
    (plot_roc_curve, ([0, 2], [0, 1]), {}, ValueError, "fpr must lie in [0, 1]"),
    (plot_roc_curve, ({"a": [0]}, [0]), {}, TypeError, "both be arrays or both be mappings"),
    (plot_roc_curve, ({"a": [0]}, {"b": [0]}), {}, KeyError, "must have the same names"),
    (plot_roc_curve, ({}, {}), {}, ValueError, "fpr must hold at least one curve"),
    (
        plot_roc_curve,
        ({"a": [0]}, {"a": [0]}),
        {"auc": 1.0},
        KeyError,
        "auc must have the names of",
    ),
    (plot_precision_recall_curve, ([np.nan], [0]), {}, ValueError, "precision must lie in [0, 1]"),
    (reliability_diagram, ([0.5], [0.5], [1, 2]), {}, ValueError, "confidence must have 2 values"),
    (reliability_diagram, ([0.5], [0.5, 1], [1]), {}, ValueError, "accuracy must have 1 values"),
    (reliability_diagram, ([1.5], [1], [1]), {}, ValueError, "confidence must lie in [0, 1]"),
    (reliability_diagram, ([1], [np.nan], [1]), {}, ValueError, "lie in [0, 1], got nan"),
    (
        reliability_diagram,
        ([1], [1], [-1]),
        {},
        ValueError,
        "counts must be finite and not negativ",
    ),
    (reliability_diagram, ([0.5], ["a"], [1]), {}, TypeError, "accuracy must hold real numbers"),
]


@pytest.mark.parametrize(("function", "args", "options", "error", "message"), BAD)
def test_wrong_arguments_are_rejected(function, args, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(*args, **options)


def test_number_stays_behind_a_long_name():
    long = "a name of a curve that is far too long for any legend " * 3
    [ax] = plot_roc_curve(
        {long: [0, 1], "b": [0, 1]}, {long: [0, 1], "b": [0, 1]}, auc={long: 1, "b": 1}
    ).axes
    assert entries(ax)[0].endswith("…: AUC 1.000")
