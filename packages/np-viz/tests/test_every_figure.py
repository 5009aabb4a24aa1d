"""Tests for every figure: where it draws, what it leaves unchanged, what it depends on."""

import pickle
import pydoc
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version

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
    """Return the file of a case, made once for all tests that compare with it."""
    folder = tmp_path_factory.mktemp("plain")

    @cache
    def make(case):
        return saved(case(), folder)

    return make


def map_arrays(change, value):
    """Return the same arguments with ``change`` applied to every array of numbers."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, dict):
        return {key: map_arrays(change, item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map_arrays(change, item) for item in value)
    return value


def test_every_public_function_has_a_case(all_cases):
    assert {case.name for case in all_cases} | {"save_figure"} == set(np_viz.__all__)


def test_every_docstring_has_all_sections():
    for name in np_viz.__all__:
        for section in ("Parameters", "Raises", "Examples", ">>> "):
            assert section in getattr(np_viz, name).__doc__


def test_help_shows_readable_types():
    for name in np_viz.__all__:
        text = pydoc.plain(pydoc.render_doc(getattr(np_viz, name)))
        assert "_NestedSequence" not in text
        assert ("ArrayLike" in text) or name == "save_figure"


def test_new_figure_needs_no_window(plain_case):
    figure = plain_case()
    assert isinstance(figure, Figure)
    assert isinstance(figure.canvas, FigureCanvasAgg)
    assert figure.dpi == 100


def test_new_figure_shows_itself_in_a_notebook(plain_case, plain_bytes):
    assert plain_case()._repr_png_() == plain_bytes(plain_case)


def test_figure_survives_pickle(tmp_path):
    figure = np_viz.image_grid(np.eye(4)[None], [7])
    copy = pickle.loads(pickle.dumps(figure))  # noqa: S301
    assert saved(copy, tmp_path) == saved(figure, tmp_path)


@pytest.mark.parametrize("name", ["confusion_matrix", "roc_curve", "precision_recall_curve"])
def test_old_name_works_and_warns(name):
    with pytest.warns(DeprecationWarning, match=f"np_viz.{name} is now np_viz.plot_{name}"):
        assert getattr(np_viz, name) is getattr(np_viz, f"plot_{name}")
    assert name not in np_viz.__all__


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'np_viz' has no attribute 'plot_roc'"):
        np_viz.plot_roc  # noqa: B018


def test_dir_lists_the_public_names():
    assert dir(np_viz) == sorted([*np_viz.__all__, "__version__"])
    assert np_viz.__version__ == version("np-viz")


def test_given_axes_are_drawn_in_and_their_figure_is_returned(plain_case):
    figure = Figure(figsize=(9, 7))
    left, right = figure.subplots(1, 2)
    assert plain_case(ax=left) is figure
    assert not right.has_data()
    assert left.has_data() or any(child.has_data() for child in left.child_axes)


def test_empty_figure_and_subfigure_are_drawn_in(plain_case):
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


def test_one_axes_for_each_panel_is_drawn_in(plain_case):
    panels = len(plain_case().axes)
    figure = Figure(figsize=(12, 8))
    given = figure.subplots(1, panels, squeeze=False)
    assert plain_case(ax=given) is figure
    assert all(ax.has_data() for ax in figure.axes)
    message = f"ax must hold {panels} axes, one for each panel, got {panels + 1}"
    with pytest.raises(ValueError, match=re.escape(message)):
        plain_case(ax=Figure().subplots(1, panels + 1))
    assert (panels > 1) == (plain_case.name in SEVERAL)


def test_figure_with_axes_is_rejected(plain_case):
    figure = Figure()
    figure.subplots()
    message = "a figure given as ax must be empty, got one with 1 axes"
    with pytest.raises(ValueError, match=re.escape(message)):
        plain_case(ax=figure)


@pytest.mark.parametrize("ax", ["left", 3, object])
def test_ax_of_another_type_is_rejected(plain_case, ax):
    message = "ax must be an Axes, a sequence of Axes, a Figure, a SubFigure or None, got"
    with pytest.raises(TypeError, match=re.escape(message)):
        plain_case(ax=ax)


def test_read_only_and_strided_arrays_give_the_same_file(plain_case, plain_bytes, tmp_path):
    def strided(array):
        wide = np.repeat(array, 2, axis=-1)[..., ::2]
        wide.flags.writeable = False
        return wide

    args = map_arrays(strided, plain_case.args)
    figure = plain_case.function(*args, **plain_case.options)
    assert saved(figure, tmp_path) == plain_bytes(plain_case)


def test_float32_and_float64_give_the_same_texts(plain_case, tmp_path):
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


def test_rcparams_and_random_state_do_not_change(plain_case, tmp_path):
    settings = dict(matplotlib.rcParams)
    state = np.random.get_state()  # noqa: NPY002
    saved(plain_case(), tmp_path, "svg")
    assert dict(matplotlib.rcParams) == settings
    np.testing.assert_equal(np.random.get_state(), state)  # noqa: NPY002


def test_matplotlib_style_does_not_change_a_new_figure(plain_case, plain_bytes, tmp_path):
    plain = plain_bytes(plain_case)
    with matplotlib.style.context(["seaborn-v0_8-poster", "ggplot", "dark_background"]):
        assert saved(plain_case(), tmp_path) == plain


def test_four_threads_write_the_same_files_as_one(tmp_path, all_cases):
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
fig = np_viz.plot_confusion_matrix(np.eye(30))
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
