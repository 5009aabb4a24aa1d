"""A user's own data sets: IDX, CSV and picture files that the tests write by hand."""

import gzip
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError
from ruamel.yaml import YAML

from pipelines.environment import ROOT
from pipelines.own.pictures import as_input
from pipelines.own.read import read_own
from pipelines.recipes.params import error_lines
from pipelines.recipes.schema import ConfigError, OwnDataSet, Recipe

Read = tuple[list[Any], list[Any], list[str]]


def read(path: Path, form: Any, **keys: Any) -> Any:
    content = {"path": str(path), "format": form, **keys}
    return read_own("mine", OwnDataSet.model_validate(content))


def refusal(path: Path, form: Any, **keys: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        read(path, form, **keys)
    text = str(caught.value)
    assert text.startswith("params.yaml: own_datasets.mine")
    return text.removeprefix("params.yaml: own_datasets.mine")


# IDX


def idx(array: Any, code: int = 8, kind: str = ">u1") -> bytes:
    values = np.array(array, kind)
    return (
        struct.pack(f">HBB{values.ndim}I", 0, code, values.ndim, *values.shape) + values.tobytes()
    )


GREY = np.arange(5 * 3 * 2).reshape(5, 3, 2)
LETTERS = [3, 1, 26, 1, 3]


def idx_folder(folder: Path, images: Any = GREY, labels: Any = LETTERS, **names: bytes) -> Path:
    """Write training files, and test files of the first two rows; names replace them."""
    folder.mkdir(exist_ok=True)
    contents = {
        "train-images-idx3-ubyte": idx(images),
        "train-labels-idx1-ubyte": idx(labels),
        "t10k-images-idx3-ubyte.gz": gzip.compress(idx(images[:2])),
        "t10k-labels-idx1-ubyte.gz": gzip.compress(idx(labels[:2])),
    }
    for name, content in (contents | names).items():
        (folder / name).write_bytes(content)
    return folder


def test_idx_files_named_like_mnist_are_found(tmp_path: Path) -> None:
    folder = idx_folder(tmp_path / "mine")
    (folder / "train-images-idx3-ubyte.dvc").write_text("outs:")
    train, test, names = read(folder, "idx")
    assert train.inputs.shape == (5, 1, 3, 2)
    assert train.inputs[1, 0].tolist() == [[6, 7], [8, 9], [10, 11]]
    assert train.labels.tolist() == [1, 0, 2, 0, 1]  # the sorted labels are 1, 3 and 26
    assert test.labels.tolist() == [1, 0]
    assert names == ["1", "3", "26"]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((5, 7), (5, 7)),
        ((5, 8, 6), (5, 1, 8, 6)),
        ((5, 8, 6, 3), (5, 3, 8, 6)),
        ((5, 3, 8, 6), (5, 3, 8, 6)),
    ],
)
def test_idx_images_of_rank_2_to_4_get_channels_first(
    tmp_path: Path, shape: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    images = np.random.default_rng(0).integers(0, 256, shape)
    train, _, _ = read(idx_folder(tmp_path / "mine", images), "idx")
    assert train.inputs.shape == expected
    if shape[-1] == 3:
        assert train.inputs[4, 2].tolist() == images[4, :, :, 2].tolist()


def test_idx_files_named_by_keys_give_test_rows_by_a_fraction(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(idx(np.arange(40).reshape(20, 2)))
    (tmp_path / "y").write_bytes(idx([0, 1] * 10))
    form = {"idx": {"images": "x", "labels": "y"}}
    train, test, names = read(tmp_path, form, test_fraction=0.2, seed=5, class_names=["a", "b"])
    assert names == ["a", "b"]
    rows = sorted([*train.inputs[:, 0].tolist(), *test.inputs[:, 0].tolist()])
    assert rows == list(range(0, 40, 2))
    assert sorted(test.labels.tolist()) == [0, 0, 1, 1]  # each class gives its share
    assert (train.inputs[:, 0] // 2 % 2).tolist() == train.labels.tolist()
    assert (
        read(tmp_path, form, test_fraction=0.2, seed=5)[1].inputs.tolist() == test.inputs.tolist()
    )
    other = read(tmp_path, form, test_fraction=0.2, seed=6)[1]
    assert other.inputs.tolist() != test.inputs.tolist()


def test_floating_point_idx_labels_are_a_regression(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(idx(np.arange(20).reshape(10, 2)))
    (tmp_path / "y").write_bytes(idx(np.arange(10) / 2, 14, ">f8"))
    form = {"idx": {"images": "x", "labels": "y"}}
    train, test, names = read(tmp_path, form, test_fraction=0.5)
    assert names == []
    assert train.labels.shape == (5, 1)
    np.testing.assert_array_equal(test.labels[:, 0], test.inputs[:, 0] / 4)
    text = refusal(tmp_path, form, test_fraction=0.5, class_names=["a"])
    assert text == ": a regression has no classes, got class_names ['a']"


@pytest.mark.parametrize(
    ("names", "form", "message"),
    [
        ({"train-images-2": b""}, "idx", "must hold one file whose name has train and images, got"),
        ({}, {"idx": {"images": "a"}}, "or images and labels, got images"),
        ({"t10k-labels-idx1-ubyte.gz": idx([3])}, "idx", "a label for each of the 2 images"),
        ({"t10k-labels-idx1-ubyte.gz": idx([3, 4])}, "idx", "have training rows, got 4; the tr"),
        ({"train-labels-idx1-ubyte": idx([[1]] * 5)}, "idx", "rank 1, got shape (5, 1)"),
        ({"train-images-idx3-ubyte": idx([1] * 5)}, "idx", "rank 2, 3 or 4, got shape (5,)"),
        ({"train-images-idx3-ubyte": b"<html>"}, "idx", "two zero bytes, got b'<h'"),
        (
            {"t10k-images-idx3-ubyte.gz": idx(GREY[:2, :2])},
            "idx",
            "must have one shape, got (1, 3, 2) and (1, 2, 2)",
        ),
    ],
)
def test_wrong_idx_files_are_named(
    tmp_path: Path, names: dict[str, bytes], form: Any, message: str
) -> None:
    assert message in refusal(idx_folder(tmp_path / "mine", **names), form)


def test_folder_without_test_files_says_how_to_name_them(tmp_path: Path) -> None:
    folder = idx_folder(tmp_path / "mine")
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    text = refusal(folder, "idx")
    assert "one file whose name has t10k or test and labels, got none" in text
    assert "or images and labels with test_fraction" in text


# CSV

FLOWERS = "\ufeffid,length,width,species\r\n" + "".join(
    f'{row},{row / 4},{row * 100},"{("setosa", "red lily")[row % 2]}"\r\n' for row in range(10)
)


def test_csv_with_text_labels_and_chosen_columns(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS, encoding="utf-8")
    form = {"csv": {"label": "species", "features": ["length", 2]}}
    train, test, names = read(path, form, test_fraction=0.2)
    assert names == ["red lily", "setosa"]
    for samples in (train, test):
        rows = samples.inputs[:, 1] / 100
        np.testing.assert_array_equal(samples.inputs[:, 0], rows / 4)
        np.testing.assert_array_equal(samples.labels, 1 - rows % 2)
    assert (len(train.labels), len(test.labels)) == (8, 2)


def test_csv_folder_of_pixels_without_header(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text("7;0;1;2;3\n2;4;5;6;7\n")
    (tmp_path / "test.csv.gz").write_bytes(gzip.compress(b"2;255;5;6;7\n"))
    form = {"csv": {"label": 0, "header": False, "delimiter": ";", "shape": [2, 2]}}
    train, test, names = read(tmp_path, form)
    assert train.inputs.dtype == np.uint8
    assert train.inputs.tolist() == [[[[0, 1], [2, 3]]], [[[4, 5], [6, 7]]]]
    assert test.inputs.tolist() == [[[[255, 5], [6, 7]]]]
    assert (train.labels.tolist(), test.labels.tolist(), names) == ([1, 0], [0], ["2", "7"])


def test_csv_target_is_a_regression(tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("rooms,price,rent\n" + "".join(f"{n},{n * 2.5},{n * 3}\n" for n in range(8)))
    train, _, names = read(path, {"csv": {"target": ["price", "rent"]}}, test_fraction=0.25)
    assert names == []
    np.testing.assert_array_equal(train.labels, train.inputs * [2.5, 3])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, ".format: csv must have either label (a class) or target"),
        ({"label": "specie"}, "got 'specie'; the columns are id, length, width, species"),
        ({"label": 4}, "or its position, got 4"),
        ({"label": "species", "features": ["species"]}, "not hold the label or target, got 'spec"),
        ({"label": "length"}, "expected a finite number, got 'setosa'"),
        (
            {"label": "length", "features": ["width"]},
            "text or whole numbers, got 0.25; write target",
        ),
        ({"label": "species", "shape": [2, 2]}, "of the 3 features of"),
        ({"label": "species", "header": False}, "got 'species'; the columns are 0, 1, 2, 3"),
        ({"label": 3, "header": False}, "line 1"),
        ({"label": "species", "delimiter": ";"}, "the columns are id,length,width,species"),
        ({"label": "species", "sep": ";"}, "unexpected keyword argument 'sep'"),
    ],
)
def test_wrong_csv_options_are_named(tmp_path: Path, options: Any, message: str) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text(FLOWERS, encoding="utf-8")
    assert message in refusal(path, {"csv": options}, test_fraction=0.2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the first line must hold cells, got an empty line"),
        (
            b"1,2\n3,4\n",
            "the first line must hold the names of the columns, got 1, 2; write header",
        ),
        (b"a,label\n1,\n", "line 2, column 2: expected text in UTF-8, got an empty cell"),
        ("a,label\n1,개\n".encode("cp949"), "must be CSV in UTF-8"),
        (b"a,label\n1,2,3\n", "expected 2 cells, got 3"),
        (b"PK\x03\x04\xff", "must be CSV in UTF-8"),
    ],
)
def test_wrong_csv_files_are_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    text = refusal(path, {"csv": {"label": "label"}}, test_fraction=0.5)
    assert message in text
    assert str(path) in text


def test_csv_folder_needs_both_files(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(FLOWERS, encoding="utf-8")
    text = refusal(tmp_path, {"csv": {"label": "species"}})
    assert text.endswith("a folder with train.csv and test.csv, got a folder with train.csv")


# Pictures


def draw(path: Path, color: Any, size: tuple[int, int] = (10, 8), mode: str = "RGB") -> None:
    """Write a picture of one color, of this width and height."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, color).save(path)


def test_pictures_in_train_and_test_folders(tmp_path: Path) -> None:
    draw(tmp_path / "train/사과/1.png", (255, 0, 51))
    draw(tmp_path / "train/pear/1.JPG", (0, 0, 0))
    draw(tmp_path / "train/pear/2.png", 102, mode="L")
    draw(tmp_path / "test/사과/x.png", (1, 2, 3))
    (tmp_path / "train" / "pear" / ".gitignore").write_text("")
    (tmp_path / "train" / "notes.txt").write_text("")
    train, test, names = read(tmp_path, "pictures")
    assert names == ["pear", "사과"]
    assert train.labels.tolist() == [0, 0, 1]
    assert train.inputs.shape == (3, 3, 8, 10)
    assert train.inputs[:, :, 7, 9].tolist() == [[0, 0, 0], [102, 102, 102], [255, 0, 51]]
    assert test.inputs[0, :, 0, 0].tolist() == [1, 2, 3]
    assert test.labels.tolist() == [1]


def test_pictures_are_scaled_and_turned_grey(tmp_path: Path) -> None:
    picture = np.zeros((8, 16, 3), np.uint8)
    picture[:, :8] = (30, 60, 90)
    (tmp_path / "a").mkdir()
    Image.fromarray(picture).save(tmp_path / "a" / "1.png")
    draw(tmp_path / "b" / "1.png", (9, 9, 9), size=(20, 40))
    draw(tmp_path / "a" / "2.png", (0, 0, 0))
    draw(tmp_path / "b" / "2.png", (0, 0, 0))
    form = {"pictures": {"size": [2, 4], "channels": 1}}
    train, test, names = read(tmp_path, form, test_fraction=0.5)
    both = np.concatenate([train.inputs, test.inputs])
    assert both.shape == (4, 1, 2, 4)
    assert names == ["a", "b"]
    assert sorted(both[:, 0, 0].tolist()) == [[0] * 4, [0] * 4, [9] * 4, [60, 60, 0, 0]]


def test_grey_pictures_have_one_channel(tmp_path: Path) -> None:
    for name in ("a/1", "a/2", "b/1", "b/2"):
        draw(tmp_path / f"{name}.png", 7, mode="L")
    assert read(tmp_path, "pictures", test_fraction=0.5)[0].inputs.shape == (2, 1, 8, 10)


def test_prediction_sees_a_picture_as_training_does(tmp_path: Path) -> None:
    grey = np.linspace(0, 1, 80).reshape(8, 10, 1)
    as_color = as_input(grey, channels=3)
    assert as_color.shape == (3, 8, 10)
    for plane in as_color:
        np.testing.assert_array_equal(plane, as_input(grey)[0])
        np.testing.assert_array_equal(plane, np.floor(grey[..., 0] * 255 + 0.5))


def folders(path: Path) -> None:
    for name in ("a/1", "a/2", "b/1", "b/2"):
        draw(path / f"{name}.png", (0, 0, 0))


@pytest.mark.parametrize(
    ("make", "form", "message"),
    [
        (lambda path: draw(path / "b/3.png", 0, (9, 9), "L"), "pictures", "got 8 × 10 in"),
        (lambda path: draw(path / "train/a/1.png", 0, mode="L"), "pictures", "got only train"),
        (lambda path: (path / "c").mkdir(), "pictures", "pictures of the class, got no file"),
        (lambda path: draw(path / "c/d/1.png", (0, 0, 0)), "pictures", "got the folder d"),
        (lambda path: (path / "b/x.heic").write_bytes(b"\0\0\0\x18ftypheic"), "pictures", "HEIC"),
        (lambda path: (path / "b/x.png").write_bytes(b""), "pictures", "x.png: the file is empty"),
        (lambda path: None, {"pictures": {"size": 28}}, "must be [height, width] in pixels, got 2"),
        (lambda path: None, {"pictures": {"channels": 4}}, "must be 1 (grey) or 3 (colours), got"),
    ],
)
def test_wrong_pictures_are_named(tmp_path: Path, make: Any, form: Any, message: str) -> None:
    folders(tmp_path)
    make(tmp_path)
    text = refusal(tmp_path, form, test_fraction=0.5)
    assert text.startswith(".format: ")
    assert message in text


def test_folder_without_classes_is_named(tmp_path: Path) -> None:
    draw(tmp_path / "1.png", (0, 0, 0))
    assert "must have a folder for each class" in refusal(tmp_path, "pictures", test_fraction=0.5)


# The entry itself


def test_missing_path_is_named(tmp_path: Path) -> None:
    text = refusal(tmp_path / "nowhere", "idx")
    assert text.startswith(f".path: must be a file or a folder, got {tmp_path}/nowhere, which does")


def test_missing_file_is_named(tmp_path: Path) -> None:
    form = {"idx": {"images": "x", "labels": "y"}}
    text = refusal(tmp_path, form, test_fraction=0.5)
    assert text == f".path: {tmp_path}/x: No such file or directory"


def test_test_rows_are_drawn_or_given_but_not_both(tmp_path: Path) -> None:
    folders(tmp_path)
    text = refusal(tmp_path, "pictures")
    assert text == f".test_fraction: missing; {tmp_path} has no test rows"
    folder = idx_folder(tmp_path / "mine")
    text = refusal(folder, "idx", test_fraction=0.5)
    assert text == f".test_fraction: has no effect; {folder} has its own test rows"


def test_number_of_class_names_is_checked(tmp_path: Path) -> None:
    text = refusal(idx_folder(tmp_path / "mine"), "idx", class_names=["a"])
    assert text == ": class_names must have a name for each of the 3 labels 1, 3, 26, got ['a']"


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"seed": 0}, "seed has no effect without test_fraction, got 0"),
        ({"test_fraction": 0.0}, "test_fraction: input should be greater than 0"),
        ({"path": None}, "path: input should be a valid string"),
        ({"format": None}, "format: must be a name or one name with its options"),
        ({"fetch": "mnist"}, "fetch: unknown key"),
    ],
)
def test_entry_refuses_wrong_keys(keys: dict[str, Any], message: str) -> None:
    OwnDataSet.model_validate({"path": "data/own/x", "format": "idx"})
    with pytest.raises(ValidationError) as caught:
        OwnDataSet.model_validate({"path": "data/own/x", "format": "idx"} | keys)
    assert any(message in line for line in error_lines(caught.value))


# docs/own-data.md


def test_entries_of_the_documentation_are_valid() -> None:
    text = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")
    blocks = [
        YAML(typ="safe").load(block) for block in re.findall("```yaml\\n(.*?)```", text, re.S)
    ]
    entries = [block for block in blocks if "my_kana" not in block]
    assert len(entries) == 4
    for block in entries:
        for entry in block.get("own_datasets", block).values():
            OwnDataSet.model_validate(entry)
    (recipe,) = [block["my_kana"] for block in blocks if "my_kana" in block]
    Recipe.model_validate(recipe)
