"""What every figure keeps to: where it draws, what it leaves alone, what it depends on."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import matplotlib
import matplotlib.style
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import np_viz

SEVERAL = {"learning_curves", "activation_histograms", "gradient_histograms"}


def saved(figure, folder, kind="png"):
    return np_viz.save_figure(figure, folder / f"figure.{kind}").read_bytes()


@pytest.fixture(scope="module")
def plain_bytes(tmp_path_factory):
    """The file of a case, made once for all tests that compare with it."""
    folder = tmp_path_factory.mktemp("plain")

    @cache
    def make(case):
        return saved(case(), folder)

    return make


def map_arrays(change, value):
    """The same arguments with every array of numbers changed."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, dict):
        return {key: map_arrays(change, item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map_arrays(change, item) for item in value)
    return value


def test_every_public_figure_has_a_case(all_cases):
    assert {case.name for case in all_cases} | {"save_figure"} == set(np_viz.__all__)


def test_every_public_name_is_documented():
    for name in np_viz.__all__:
        for section in ("Parameters", "Returns", "Raises", "Examples", ">>> "):
            assert section in getattr(np_viz, name).__doc__


def test_a_new_figure_needs_no_window(plain_case):
    figure = plain_case()
    assert type(figure) is Figure
    assert isinstance(figure.canvas, FigureCanvasAgg)
    assert figure.dpi == 100


def test_draws_into_a_given_axes_and_returns_its_figure(plain_case):
    figure = Figure(figsize=(9, 7))
    left, right = figure.subplots(1, 2)
    assert plain_case(ax=left) is figure
    assert not right.has_data()
    assert left.has_data() or any(child.has_data() for child in left.child_axes)


def test_draws_into_an_empty_figure_and_subfigure(plain_case):
    figure = Figure(figsize=(9, 7))
    assert plain_case(ax=figure) is figure
    assert figure.axes
    figure = Figure(figsize=(9, 12))
    upper, lower = figure.subfigures(2, 1)
    assert plain_case(ax=upper) is figure
    assert upper.axes
    assert not lower.axes
    [nested] = np.atleast_1d(lower.subfigures(1, 1))
    assert plain_case(ax=nested) is figure
    figure.canvas.draw()


def test_draws_into_as_many_axes_as_there_are_panels(plain_case):
    panels = len(plain_case().axes)
    figure = Figure(figsize=(12, 8))
    given = figure.subplots(1, panels, squeeze=False)
    assert plain_case(ax=given) is figure
    assert all(ax.has_data() for ax in figure.axes)
    message = f"this figure has {panels} panels, got {panels + 1} axes"
    with pytest.raises(ValueError, match=re.escape(message)):
        plain_case(ax=Figure().subplots(1, panels + 1))
    assert (panels > 1) == (plain_case.name in SEVERAL)


def test_a_figure_that_is_not_empty_is_refused(plain_case):
    figure = Figure()
    figure.subplots()
    message = "a figure given as ax must be empty, got one with 1 axes"
    with pytest.raises(ValueError, match=re.escape(message)):
        plain_case(ax=figure)


@pytest.mark.parametrize("ax", ["left", 3, object])
def test_what_is_no_axes_is_refused(plain_case, ax):
    message = "ax must be an Axes, a sequence of Axes, a Figure, a SubFigure or None, got"
    with pytest.raises(TypeError, match=re.escape(message)):
        plain_case(ax=ax)


def test_read_only_and_strided_arrays_are_drawn(plain_case, plain_bytes, tmp_path):
    def strided(array):
        wide = np.repeat(array, 2, axis=-1)[..., ::2]
        wide.flags.writeable = False
        return wide

    args = map_arrays(strided, plain_case.args)
    figure = plain_case.function(*args, **plain_case.options)
    assert saved(figure, tmp_path) == plain_bytes(plain_case)


def test_float32_is_drawn_as_float64(plain_case, tmp_path):
    def rounded(array, dtype):
        return array.astype(np.float32).astype(dtype) if array.dtype.kind == "f" else array

    single, double = (
        plain_case.function(
            *map_arrays(lambda a, d=dtype: rounded(a, d), plain_case.args), **plain_case.options
        )
        for dtype in (np.float32, np.float64)
    )
    texts = [[t.get_text() for ax in f.axes for t in ax.texts] for f in (single, double)]
    assert texts[0] == texts[1]
    assert [len(ax.images) for ax in single.axes] == [len(ax.images) for ax in double.axes]


def test_settings_and_random_state_are_left_alone(plain_case, tmp_path):
    settings = dict(matplotlib.rcParams)
    state = np.random.get_state()  # noqa: NPY002
    saved(plain_case(), tmp_path, "svg")
    assert dict(matplotlib.rcParams) == settings
    np.testing.assert_equal(np.random.get_state(), state)  # noqa: NPY002


def test_a_figure_is_the_same_under_any_style_sheet(plain_case, plain_bytes, tmp_path):
    plain = plain_bytes(plain_case)
    with matplotlib.style.context(["seaborn-v0_8-poster", "ggplot", "dark_background"]):
        assert saved(plain_case(), tmp_path) == plain


def test_four_threads_draw_what_one_draws(tmp_path, all_cases):
    cases = [case for case in all_cases if case.about == "2 names"][:6]

    def draw(numbered):
        index, case = numbered
        folder = tmp_path / str(index)
        folder.mkdir()
        return saved(case(), folder, "svg")

    alone = [draw((f"alone{i}", case)) for i, case in enumerate(cases)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(draw, [(f"pool{i}", case) for i, case in enumerate(cases)]))
    assert together == alone


def test_pyplot_is_never_imported(tmp_path):
    code = """
import sys
import numpy as np, np_viz
fig = np_viz.confusion_matrix(np.eye(30))
np_viz.learning_curves({"loss": [1.0, 2.0], "accuracy": [0.0, 1.0]})
np_viz.image_grid(np.zeros((2, 3, 3)))
np_viz.save_figure(fig, sys.argv[1])
print([m for m in sys.modules if m == "matplotlib.pyplot" or m.startswith("np_")])
"""
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "a.svg")]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    modules = result.stdout
    assert "'np_viz'" in modules
    for absent in ("pyplot", "np_data", "np_layers", "np_optim", "np_metrics"):
        assert absent not in modules
