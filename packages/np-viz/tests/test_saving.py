"""Tests of save_figure: equal bytes for equal figures, and atomic files."""

import base64
import hashlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

from np_viz import image_grid, learning_curves, plot_confusion_matrix, save_figure

DRAW = """
import hashlib, sys, pathlib
import numpy as np
import np_viz
rng = np.random.default_rng(3)
figures = [
    np_viz.image_grid(rng.random((5, 9, 9)), [0, 1, 2, 3, 4], [0, 1, 2, 3, 3]),
    np_viz.learning_curves({"train_loss": [3.0, 2.0], "val_accuracy": [0.25, 0.5]}, title="<&>"),
    np_viz.plot_confusion_matrix([[5, 1], [2, 3]], ["T-shirt/top", "Ankle boot"]),
]
for i, figure in enumerate(figures):
    for kind in ("png", "svg"):
        path = pathlib.Path(sys.argv[1], f"{i}.{kind}")
        np_viz.save_figure(figure, path)
        print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def curves():
    return learning_curves({"train_loss": [0.9, 0.5, 0.4], "val_loss": [0.8, 0.6, 0.7]})


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_drawing_before_saving_does_not_change_the_file(tmp_path, kind):
    untouched = save_figure(plot_confusion_matrix(np.eye(30)), tmp_path / f"1.{kind}").read_bytes()
    figure = plot_confusion_matrix(np.eye(30))
    for _ in range(3):
        figure.canvas.draw()
    assert save_figure(figure, tmp_path / f"2.{kind}").read_bytes() == untouched


def run(folder, **environment):
    folder.mkdir()
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAW, str(folder)],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_two_processes_write_the_same_bytes(tmp_path):
    first = run(tmp_path / "a", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C", LANG="C")
    second = run(
        tmp_path / "b",
        PYTHONHASHSEED="4711",
        TZ="Asia/Seoul",
        LC_ALL="C.UTF-8",
        LANG="ko_KR.UTF-8",
        SOURCE_DATE_EPOCH="1700000000",
        MPLBACKEND="svg",
    )
    assert len(first.splitlines()) == 6
    assert first == second


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_equal_figures_give_equal_bytes(tmp_path, kind):
    figure = curves()
    paths = [tmp_path / f"{i}.{kind}" for i in range(3)]
    save_figure(figure, paths[0])
    save_figure(figure, paths[1])
    save_figure(curves(), paths[2])
    assert len({hashlib.sha256(path.read_bytes()).digest() for path in paths}) == 1


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_rcparams_do_not_change_the_file(tmp_path, kind):
    figure = curves()
    plain = save_figure(figure, tmp_path / f"plain.{kind}").read_bytes()
    odd = {
        "savefig.bbox": "tight",
        "savefig.dpi": 30,
        "savefig.facecolor": "red",
        "savefig.transparent": True,
        "svg.fonttype": "none",
        "svg.hashsalt": "another",
        "text.hinting": "none",
        "path.simplify": False,
    }
    with matplotlib.rc_context(odd):
        before = dict(matplotlib.rcParams)
        assert save_figure(figure, tmp_path / f"odd.{kind}").read_bytes() == plain
        assert dict(matplotlib.rcParams) == before


def test_png_has_no_program_name_and_the_right_size(tmp_path):
    figure = curves()
    with Image.open(save_figure(figure, tmp_path / "a.png")) as image:
        assert image.size == tuple(np.round(figure.get_size_inches() * 100).astype(int))
        assert "Software" not in image.info
    with Image.open(save_figure(figure, tmp_path / "b.PNG", dpi=200)) as image:
        assert image.size == tuple(np.round(figure.get_size_inches() * 200).astype(int))


def test_svg_has_no_date_no_program_and_no_font(tmp_path):
    text = save_figure(curves(), tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<svg" in text
    assert not re.search(r"dc:date|dc:creator|Matplotlib v|<text|font-family", text)


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.png.txt", ".png", "a.jpeg"])
def test_other_suffix_is_rejected_and_nothing_is_written(tmp_path, name):
    message = f"path must end in .png or .svg, got {name!r}"
    with pytest.raises(ValueError, match=re.escape(message)):
        save_figure(curves(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_wrong_arguments_and_missing_folder_are_rejected(tmp_path):
    with pytest.raises(TypeError, match=re.escape("fig must be a Matplotlib Figure, got Axes")):
        save_figure(curves().axes[0], tmp_path / "a.png")
    for dpi in (0, -1, 0.1, float("nan"), float("inf")):
        message = f"dpi must be finite and give at least one pixel, got {dpi!r}"
        with pytest.raises(ValueError, match=re.escape(message)):
            save_figure(curves(), tmp_path / "a.png", dpi=dpi)
    file = save_figure(curves(), tmp_path / "file.png")
    for path in (tmp_path / "missing" / "a.png", tmp_path / ("n" * 300 + ".png"), file / "a.png"):
        with pytest.raises(OSError, match=re.escape(repr(str(path)))) as caught:
            save_figure(curves(), path)
        assert caught.value.filename == str(path)
    with pytest.raises(FileNotFoundError):
        save_figure(curves(), tmp_path / "missing" / "a.png")
    assert list(tmp_path.iterdir()) == [file]


def test_failed_write_keeps_the_old_file(tmp_path, monkeypatch):
    path = save_figure(curves(), tmp_path / "a.png")
    old = path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_figure(Figure(), path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_link_is_replaced_and_its_file_stays(tmp_path):
    target, link = tmp_path / "target.png", tmp_path / "link.png"
    target.write_bytes(b"old")
    link.symlink_to(target)
    assert save_figure(curves(), link) == link
    assert not link.is_symlink()
    assert target.read_bytes() == b"old"


def test_longest_file_name_is_written(tmp_path):
    path = tmp_path / ("n" * 251 + ".png")
    assert save_figure(curves(), path).is_file()
    assert list(tmp_path.iterdir()) == [path]


def test_name_with_spaces_and_korean_letters_is_written(tmp_path):
    folder = tmp_path / "내 그림"
    folder.mkdir()
    assert save_figure(curves(), str(folder / "학습 곡선.svg")) == Path(folder / "학습 곡선.svg")


@pytest.mark.parametrize("layout", ["constrained", "tight", None])
@pytest.mark.parametrize("kind", ["png", "svg"])
def test_figure_with_its_own_layout_gives_the_same_bytes_twice(tmp_path, layout, kind):
    figure = Figure(figsize=(8, 6), layout=layout)
    upper, lower = figure.subfigures(2, 1)
    learning_curves({"train_loss": [3.0, 2.0], "val_accuracy": [0.25, 0.5]}, ax=upper, title="a")
    plot_confusion_matrix(np.eye(4), ["T-shirt/top"] * 4, ax=lower, title="b")
    before = [ax.get_position().bounds for ax in figure.axes]
    first = save_figure(figure, tmp_path / f"1.{kind}").read_bytes()
    assert save_figure(figure, tmp_path / f"2.{kind}").read_bytes() == first
    assert [ax.get_position().bounds for ax in figure.axes] == before


def test_svg_keeps_the_pixels_of_a_picture(tmp_path):
    pixels = np.arange(12, dtype=np.uint8).reshape(1, 3, 4)
    text = save_figure(image_grid(pixels), tmp_path / "a.svg").read_text(encoding="utf-8")
    [data] = re.findall(r'base64,\s*([^"]*)"', text)
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert picture.size == (4, 3)
    assert "image-rendering:pixelated" in text
