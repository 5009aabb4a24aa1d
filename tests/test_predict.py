"""Pictures that people have: photographs of handwriting become digits as MNIST has them."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.commands import predict
from pipelines.commands.predict import prepare
from pipelines.environment import ROOT
from pipelines.photographs import handwriting, paper, pictures, regions
from pipelines.photographs.handwriting import NoDigitError, prepare_digit, resample
from pipelines.photographs.paper import find_ink
from pipelines.photographs.pictures import Picture, PictureError, read_pictures

np_layers = predict.np_layers  # of this checkout, which the pipeline puts on the path
np_data = pictures.np_data

STROKES = {
    "7": [(10, 10), (60, 10), (30, 90)],
    "4": [(40, 10), (10, 60), (65, 60), (50, 60), (50, 30), (48, 95)],
    "2": [(10, 30), (25, 10), (50, 15), (55, 35), (10, 90), (60, 88)],
    "0": [(35, 10), (10, 30), (10, 70), (35, 90), (60, 70), (60, 30), (35, 10)],
}


def drawn(name: str, *, width: float = 9, size: int = 300, at: tuple[int, int] = (150, 100)):
    """Draw the strokes of a digit as ink from 0 to 1, 400 x 600 pixels."""
    image = Image.new("L", (1200, 800), 0)
    scale = 2 * size / 100
    points = [(2 * at[0] + x * scale, 2 * at[1] + y * scale) for x, y in STROKES[name]]
    draw = ImageDraw.Draw(image)
    draw.line(points, fill=255, width=round(width * scale), joint="curve")
    for x, y in points:
        r = width * scale / 2
        draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return np.asarray(image.reduce(2), np.float64) / 255


def photographed(ink: np.ndarray, kind: str, rng: np.random.Generator) -> np.ndarray:
    """Put ink on paper and take its picture: (h, w, 3), 0 to 1."""
    height, width = ink.shape
    y, x = np.mgrid[:height, :width]
    sheet, colour, noise = np.array([0.95, 0.93, 0.87]), np.array([0.15, 0.15, 0.2]), 0.01
    light = np.ones(ink.shape)
    lines = np.ones(ink.shape)
    if kind == "blue ink":
        colour = np.array([0.1, 0.2, 0.7])
    elif kind == "orange ink":
        colour = np.array([0.9, 0.5, 0.1])
    elif kind == "board":
        sheet, colour = np.full(3, 0.15), np.full(3, 0.9)
        light = 0.6 + 0.4 * x / width
    elif kind == "gradient":
        light = 0.35 + 0.65 * (x + y) / (width + height)
    elif kind == "shadow":
        light = 1 - 0.5 / (1 + np.exp((x - 0.6 * y - 120) / 12))
    elif kind == "noise":
        noise = 0.05
    elif kind in ("lined", "squared"):
        lines = np.where((y + 0.03 * x) % 45 < 2, 0.75, 1.0)
        if kind == "squared":
            lines = np.where((x - 0.03 * y) % 45 < 2, 0.75, lines)
        light = 0.6 + 0.4 * y / height
    ink = ink[..., np.newaxis]
    picture = sheet * lines[..., np.newaxis] * (1 - ink) + colour * ink
    if kind == "table":
        frame = np.ones(picture.shape[:2], bool)
        frame[15:-20, 30:-60] = False
        picture[frame] = [0.2, 0.15, 0.1]
    picture = picture * light[..., np.newaxis] + rng.normal(0, noise, (height, width, 3))
    picture = np.clip(picture, 0, 1)
    if kind == "jpeg":
        file = io.BytesIO()
        Image.fromarray((picture * 255).astype(np.uint8)).save(file, "JPEG", quality=25)
        picture = np.asarray(Image.open(file), np.float64) / 255
    return picture


def alike(first: np.ndarray, second: np.ndarray) -> float:
    """Return the share of ink that two digits have in common, at most a pixel apart."""
    return max(
        float(np.minimum(first, moved).sum() / np.maximum(first, moved).sum())
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
        for moved in [np.roll(second, (down, right), axis=(0, 1))]
    )


KINDS = (
    *("plain", "gradient", "shadow", "noise", "lined", "squared"),
    *("blue ink", "orange ink", "board", "table", "jpeg"),
)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", list(STROKES))
def test_a_photograph_gives_the_digit_that_its_ink_gives(name: str, kind: str) -> None:
    for width, size in ((4, 160), (12, 260)):
        ink = drawn(name, width=width, size=size)
        expected, _ = prepare_digit(ink)
        found, _ = prepare_digit(find_ink(photographed(ink, kind, np.random.default_rng(1)))[0])
        assert alike(expected, found) > 0.8, (width, size)


def test_a_digit_is_twenty_pixels_with_its_mass_in_the_middle() -> None:
    for name in STROKES:
        for width in (1, 5, 9, 20):
            digit, steps = prepare_digit(drawn(name, width=width))
            rows, columns = (np.flatnonzero(digit.any(axis=axis)) for axis in (1, 0))
            assert max(np.ptp(rows), np.ptp(columns)) + 1 == handwriting.BOX
            y, x = np.mgrid[:28, :28]
            assert np.average(y, weights=digit) == pytest.approx(14, abs=0.51)
            assert np.average(x, weights=digit) == pytest.approx(14, abs=0.51)
            across = handwriting.stroke_width(digit / 255.0)
            assert 1.6 < across < 4.6, (name, width)
            assert steps[-1] == "centred by mass in 28 × 28"


def test_where_and_how_large_a_digit_is_drawn_makes_no_difference() -> None:
    first, _ = prepare_digit(drawn("4", size=300, at=(20, 20)))
    second, _ = prepare_digit(drawn("4", size=150, at=(300, 200)))
    assert np.abs(first.astype(int) - second).max() < 90
    assert np.abs(first.astype(int) - second).mean() < 3


def test_a_prepared_digit_stays_as_it_is() -> None:
    for name in STROKES:
        once, _ = prepare_digit(drawn(name))
        twice, _ = prepare_digit(once / 255.0)
        assert np.abs(once.astype(int) - twice).mean() < 6


def test_resampling_is_the_mean_of_the_area() -> None:
    rng = np.random.default_rng(0)
    image = rng.random((6, 10))
    blocks = image.reshape(3, 2, 5, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(resample(image, 3, 5), blocks, atol=1e-12)
    np.testing.assert_allclose(resample(image, 12, 30), np.kron(image, np.ones((2, 3))), atol=1e-12)
    # 3 pixels into 2: the middle one is halved.
    np.testing.assert_allclose(resample(np.array([[1.0, 4, 7]]), 1, 2), [[2, 6]])
    assert resample(image, 4, 7).mean() == pytest.approx(image.mean())


@pytest.mark.parametrize("width", [2, 6, 15])
def test_the_stroke_width_of_a_bar_is_its_width(width: int) -> None:
    bar = np.zeros((200, 60))
    bar[10:190, 20 : 20 + width] = 0.7
    assert handwriting.stroke_width(bar) == pytest.approx(width, rel=0.1)


def test_regions_are_those_of_a_flood_fill() -> None:
    marked = np.random.default_rng(2).random((30, 40)) < 0.4
    labels = regions.label_regions(marked)
    expected = np.full(marked.shape, -1)
    for start in zip(*np.nonzero(marked), strict=True):
        if expected[start] >= 0:
            continue
        waiting, number = [start], start[0] * 40 + start[1]
        while waiting:
            y, x = waiting.pop()
            if 0 <= y < 30 and 0 <= x < 40 and marked[y, x] and expected[y, x] < 0:
                expected[y, x] = number
                waiting += [(y + v, x + u) for v in (-1, 0, 1) for u in (-1, 0, 1)]
    np.testing.assert_array_equal(labels, expected)


def test_specks_and_what_comes_in_from_the_border_are_left_out() -> None:
    ink = drawn("2", size=200)
    expected, _ = prepare_digit(ink)
    spotted = ink.copy()
    spotted[5:12, 500:508] = 1
    spotted[:, 590:] = 1
    found, steps = find_ink(photographed(spotted, "plain", np.random.default_rng(0)))
    assert "specks and border left out" in steps
    digit, _ = prepare_digit(found)
    assert np.abs(digit.astype(int) - expected).mean() < 6


@pytest.mark.parametrize("kind", ["plain", "gradient", "shadow", "noise", "lined", "squared"])
def test_an_empty_sheet_has_no_digit(kind: str) -> None:
    picture = photographed(np.zeros((400, 600)), kind, np.random.default_rng(0))
    with pytest.raises(NoDigitError, match=re.escape("is the picture blank?")):
        find_ink(picture)


@pytest.mark.parametrize("value", [0.0, 0.5, 1.0])
def test_a_picture_of_one_colour_has_no_digit(value: float) -> None:
    for shape in ((28, 28, 1), (9, 300, 3), (500, 400, 3)):
        with pytest.raises(NoDigitError, match=re.escape("is the picture blank?")):
            find_ink(np.full(shape, value))


def test_light_on_dark_and_its_negative_are_told_apart() -> None:
    ink = drawn("0", size=200)
    for kind in KINDS:
        grey = photographed(ink, kind, np.random.default_rng(0)).mean(axis=2)
        if kind == "table":
            grey = grey[15:-20, 30:-60]
        assert paper.is_light_on_dark(grey) == (kind == "board")
        assert paper.is_light_on_dark(1 - grey) != (kind == "board")


# Files.


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


def test_every_kind_of_file_gives_the_same_picture(tmp_path: Path) -> None:
    digit, _ = prepare_digit(drawn("4"))
    grey = Image.fromarray(digit)
    alpha = Image.merge("LA", (Image.new("L", (28, 28), 255), grey))
    twelve = (digit / 255 * 4095 + 0.5).astype(np.uint16)
    files = [
        saved(tmp_path / "grey.png", grey),
        saved(tmp_path / "rgb.png", grey.convert("RGB")),
        saved(tmp_path / "rgba.png", grey.convert("RGBA")),
        saved(tmp_path / "alpha.png", alpha),
        saved(tmp_path / "palette.png", grey.convert("P")),
        saved(tmp_path / "deep.png", Image.fromarray(digit.astype(np.uint16) * 257)),
        saved(tmp_path / "deep12.png", Image.fromarray(twelve)),
        saved(tmp_path / "deep8.png", Image.fromarray(digit.astype(np.uint16))),
    ]
    arrays = {
        "bytes": digit,
        "wide": digit.astype(np.int64),
        "signed": (digit.astype(np.int64) - 128).astype(np.int8),
        "twelve": twelve,
        "deep": digit.astype(np.uint16) * 257,
        "deep32": np.asarray(grey.convert("I")) * 257,
        "deep64": digit.astype(np.int64) * 257,
        "own": digit.astype(np.int64) * 1_000_000,
        "float": digit / 255.0,
        "float255": digit.astype(np.float32),
        "channel": digit[np.newaxis, np.newaxis],
        "last": digit[..., np.newaxis],
    }
    for name, array in arrays.items():
        np.save(tmp_path / f"{name}.npy", array)
        files.append(tmp_path / f"{name}.npy")
    np_data.write_idx(tmp_path / "images-idx3-ubyte", digit[np.newaxis])
    np_data.write_idx(tmp_path / "images.gz", digit[np.newaxis], compress="gzip")
    files += [tmp_path / "images-idx3-ubyte", tmp_path / "images.gz"]
    for path in files:
        (picture,) = read_pictures(path)
        found, steps = prepare(picture, "auto-digit")
        assert steps == ["taken as it is"], path
        np.testing.assert_array_equal(found, digit, err_msg=str(path))


def test_a_file_of_many_pictures_gives_them_all(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28)).astype(np.uint8)
    np_data.write_idx(tmp_path / "five", images)
    found = read_pictures(tmp_path / "five")
    assert [picture.name for picture in found] == [f"{tmp_path}/five[{n}]" for n in range(5)]
    assert [picture.pixels.shape for picture in found] == [(28, 28, 1)] * 5


@pytest.mark.parametrize(("brightest", "dtype"), [(65535, "u2"), (65535, "i4"), (255, "f8")])
def test_a_value_is_as_bright_in_every_picture_of_a_file(
    brightest: int, dtype: str, tmp_path: Path
) -> None:
    images = np.ones((3, 28, 28), dtype)
    images[0] = brightest
    images[1] = 0
    np.save(tmp_path / "a.npy", images)
    light, black, dark = (picture.pixels for picture in read_pictures(tmp_path / "a.npy"))
    np.testing.assert_array_equal(light, 1)
    np.testing.assert_array_equal(black, 0)
    np.testing.assert_array_equal(dark, 1 / brightest)


@pytest.mark.parametrize("dtype", ["i1", "i2", "i8", "f4", "f8"])
def test_negative_values_are_shifted(dtype: str, tmp_path: Path) -> None:
    values = np.arange(-100, 100).reshape(10, 20)
    np.save(tmp_path / "a.npy", values.astype(dtype))
    (picture,) = read_pictures(tmp_path / "a.npy")
    np.testing.assert_allclose(picture.pixels[..., 0], (values + 100) / 199, atol=1e-12)


@pytest.mark.parametrize("dtype", ["i8", "f8"])
def test_the_widest_range_of_a_type_is_read(dtype: str, tmp_path: Path) -> None:
    info = np.iinfo if dtype == "i8" else np.finfo
    pixels = np.full((28, 28), info(dtype).min, dtype)
    pixels[4:20] = 0
    pixels[5:10] = info(dtype).max
    np.save(tmp_path / "a.npy", pixels)
    (picture,) = read_pictures(tmp_path / "a.npy")
    np.testing.assert_allclose(picture.pixels[[0, 4, 5], 0, 0], [0, 0.5, 1], atol=1e-12)


@pytest.mark.parametrize("values", [4000, 200])
def test_a_dark_deep_photograph_is_read_by_its_contrast(values: int, tmp_path: Path) -> None:
    photo = photographed(drawn("7"), "gradient", np.random.default_rng(0)).mean(axis=2)
    expected, _ = prepare(Picture("", photo[..., np.newaxis], ""), "digit")
    path = saved(tmp_path / "dark.png", Image.fromarray((values * photo).astype(np.uint16)))
    found, _ = prepare(read_pictures(path)[0], "digit")
    assert alike(expected / 255.0, found / 255.0) > 0.9


def test_a_photograph_is_turned_upright(tmp_path: Path) -> None:
    ink = 255 - (255 * drawn("7")).astype(np.uint8)
    expected, _ = prepare(Picture("", ink[..., np.newaxis] / 255.0, ""), "digit")
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 270 degrees to see it upright
    lying = Image.fromarray(ink).rotate(90, expand=True)
    path = saved(tmp_path / "lying.jpg", lying, exif=exif, quality=95)
    (picture,) = read_pictures(path)
    assert picture.what == "400 × 600 JPEG"
    found, _ = prepare(picture, "digit")
    assert np.abs(found.astype(int) - expected).mean() < 3


def test_a_large_photograph_is_reduced(tmp_path: Path) -> None:
    ink = Image.fromarray(255 - (255 * drawn("7")).astype(np.uint8)).resize((4800, 3200))
    (picture,) = read_pictures(saved(tmp_path / "large.jpg", ink.convert("RGB")))
    assert picture.pixels.shape == (1067, 1600, 3)
    digit, steps = prepare(picture, "digit")
    assert "reduced to 534 × 800" in steps
    assert digit.any()


@pytest.mark.parametrize("size", [(5000, 8), (8, 5000), (40000, 20)])
def test_a_long_narrow_picture_keeps_its_shorter_side(
    size: tuple[int, int], tmp_path: Path
) -> None:
    image = Image.new("L", size, 255)
    (picture,) = read_pictures(saved(tmp_path / "narrow.png", image))
    assert min(picture.pixels.shape[:2]) >= pictures.LEAST
    with pytest.raises(NoDigitError, match=re.escape("is the picture blank?")):
        prepare(picture, "digit")


def broken(folder: Path) -> dict[Path, str]:
    """Write files that hold no picture; with the words that their error has."""
    grey = Image.fromarray((255 * drawn("7")).astype(np.uint8))
    whole = saved(folder / "whole.png", grey).read_bytes()
    photo = saved(folder / "whole.jpg", grey).read_bytes()
    contents = {
        "empty.png": (b"", "the file is empty"),
        "text.png": (b"hello", "this is no picture"),
        "cut.png": (whole[: len(whole) // 2], "truncated"),
        "cut.jpg": (photo[: len(photo) // 2], "truncated"),
        "damaged.png": (whole[:60] + b"\xff" * 40 + whole[100:], "damaged.png"),
        "cut.npy": (b"\x93NUMPY\x01\x00", "cut.npy"),
        "cut.idx": (b"\0\0\x08\x03\0\0\0\x05", "cut.idx"),
        "cut.gz": (b"\x1f\x8b\x08\0", "cut.gz"),
    }
    narrow = saved(folder / "narrow.png", Image.new("L", (5000, 7)))
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    arrays = {
        "flat.npy": (np.zeros(10), "two to four axes"),
        "none.npy": (np.zeros((0, 28, 28)), "no pixels"),
        "nan.npy": (np.full((28, 28), np.nan), "finite"),
        "words.npy": (np.full((28, 28), "a"), "numbers"),
        "tiny.npy": (np.zeros((2, 28)), "8 × 8 pixels or more"),
    }
    for name, (array, _) in arrays.items():
        np.save(folder / name, array)
    words = {folder / name: word for name, (_, word) in (contents | arrays).items()}
    return words | {
        narrow: "8 × 8 pixels or more, got 7 × 5000",
        folder / "missing.png": "No such file",
        folder: "Is a directory",
    }


def test_what_is_no_picture_is_refused_in_one_line(tmp_path: Path) -> None:
    for path, word in broken(tmp_path).items():
        with pytest.raises(PictureError, match=re.escape(word)) as caught:
            read_pictures(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


def test_without_pillow_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "a.png", Image.new("L", (28, 28)))
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(PictureError, match=re.escape("pip install -c constraints.txt pillow")):
        read_pictures(path)


def test_a_picture_for_other_models_is_scaled_as_a_whole() -> None:
    pixels = np.ones((56, 28, 3))
    pixels[14:42, 7:21] = 0
    digit, steps = prepare(Picture("", pixels, ""), "auto-whole")
    assert steps == ["scaled as a whole to 28 × 28", "inverted (bright border)"]
    expected = np.zeros((28, 28))
    expected[7:21, 10:17] = 255
    expected[7:21, [10, 17]] = 127.5
    assert np.abs(digit - expected)[:, [*range(10), *range(11, 17), *range(18, 28)]].max() <= 1
    as_it_is, steps = prepare(
        Picture("", resample(pixels.mean(axis=2), 28, 28)[..., None], ""), "auto-whole"
    )
    assert steps == ["taken as it is"]
    assert as_it_is[0, 0] == 255
    with pytest.raises(PictureError, match=re.escape("as it is it must have 28 × 28 pixels")):
        prepare(Picture("", pixels, "56 × 28 PNG"), "none")


# The command.


@pytest.fixture
def model(tmp_path: Path) -> Path:
    network = np_layers.Sequential(
        [np_layers.Flatten(), np_layers.Dense(10)],
        input_shape=(1, 28, 28),
        rng=np.random.default_rng(0),
    )
    folder = tmp_path / "own"
    folder.mkdir()
    np_layers.save(network, folder / "model.npz")
    scale = np_data.Scale().to_dict()
    text = json.dumps({"transforms": [{"Scale": scale}]})
    (folder / "model.json").write_text(text, encoding="utf-8")
    return folder / "model.npz"


def command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.commands.predict", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_answers_what_it_can_and_says_what_it_cannot(
    tmp_path: Path, model: Path
) -> None:
    photo = (255 * photographed(drawn("7"), "shadow", np.random.default_rng(0))).astype(np.uint8)
    good = saved(tmp_path / "good.jpg", Image.fromarray(photo))
    blank = saved(tmp_path / "blank.png", Image.new("RGB", (300, 200), "white"))
    missing = tmp_path / "missing.png"
    done = command(missing, good, blank, "--model", model)
    assert done.returncode == 2
    (line,) = done.stdout.splitlines()
    assert re.fullmatch(rf"{good}: \d \(\d+\.\d %\), then \d \(\d+\.\d %\)", line)
    errors = [text for text in done.stderr.splitlines() if text.startswith("error: ")]
    assert errors == [
        f"error: {missing}: No such file or directory",
        f"error: {blank}: no handwriting stands out from the paper; is the picture blank?",
    ]
    assert "background removed, cropped to rows" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_quiet_keeps_the_answer_and_the_errors(tmp_path: Path, model: Path) -> None:
    np.save(tmp_path / "a.npy", prepare_digit(drawn("7"))[0])
    done = command(tmp_path / "a.npy", "--model", model, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_json_is_one_document_whose_numbers_are_the_networks(tmp_path: Path, model: Path) -> None:
    digits = np.stack([prepare_digit(drawn(name))[0] for name in STROKES])
    np_data.write_idx(tmp_path / "digits", digits)
    done = command(tmp_path / "digits", tmp_path / "missing", "--model", model, "--json")
    assert done.returncode == 2
    document = json.loads(done.stdout)
    *answers, error = document["pictures"]
    assert error == {
        "name": str(tmp_path / "missing"),
        "error": f"{tmp_path / 'missing'}: No such file or directory",
    }
    inputs = (digits / np.float32(255)).astype(np.float32)[:, np.newaxis]
    expected = np_layers.softmax(np_layers.load(model).predict(inputs))
    assert len(answers) == len(digits)
    for answer, row in zip(answers, expected, strict=True):
        values = list(answer["probabilities"].values())
        np.testing.assert_allclose(values, row, atol=1e-6)
        assert answer["class"] == str(row.argmax())
        assert answer["confidence"] == max(values)
        assert answer["runner_up"]["confidence"] == sorted(values)[-2]
        assert answer["steps"] == ["taken as it is"]


def test_a_folder_stands_for_the_model_in_it(tmp_path: Path, model: Path) -> None:
    np.save(tmp_path / "a.npy", prepare_digit(drawn("7"))[0])
    by_file = command(tmp_path / "a.npy", "--model", model)
    by_folder = command(tmp_path / "a.npy", "--model", model.parent)
    assert by_folder.returncode == 0, by_folder.stderr
    assert by_folder.stdout == by_file.stdout
    model.unlink()
    without = command(tmp_path / "a.npy", "--model", model.parent)
    assert without.returncode == 1
    assert without.stderr.startswith(f"error: there is no model {model}; make one with: ")


def test_a_missing_model_says_how_to_make_one(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((28, 28)))
    for name, words in (
        ("s1_fashion_cnn", "pipelines.commands.reproduce s1_fashion_cnn"),
        ("nobody", "pipelines.commands.reproduce s0_mnist_dnn"),
    ):
        for path in (tmp_path / name / "model.npz", tmp_path / name):
            done = command(tmp_path / "a.npy", "--model", path)
            assert done.returncode == 1
            assert done.stderr.startswith(f"error: there is no model {path}; make one with: ")
            assert done.stderr.rstrip().endswith(words)


def test_the_default_model_is_the_first_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predict, "ROOT", tmp_path)
    assert predict.default_model() == tmp_path / "models/s0_mnist_dnn/model.npz"
    for name in reversed(predict.DEFAULTS):
        path = tmp_path / "models" / name / "model.npz"
        path.parent.mkdir(parents=True)
        path.touch()
        assert predict.default_model() == path


@pytest.mark.parametrize(("name", "digits"), [("s1_fashion_dnn", False), ("s0_mnist_dnn", True)])
def test_only_a_model_of_digits_is_given_digits(
    name: str, digits: bool, tmp_path: Path, model: Path
) -> None:
    folder = tmp_path / name
    model.parent.rename(folder)
    classifier = predict.Classifier(folder / "model.npz", predict.load_params())
    assert classifier.digits == digits
    assert classifier.class_names(10)[1] == ("1" if digits else "Trouser")
