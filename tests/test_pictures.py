"""Files with pictures: each kind is read right, or refused with advice."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.photographs import pictures
from pipelines.photographs.handwriting import NoDigitError, prepare_digit
from pipelines.photographs.pictures import Picture, PictureError, read_pictures
from pipelines.photographs.prepare import prepare
from tests.drawings import alike, drawn, photographed
from tests.test_photographs import single

np_data = pictures.np_data  # of this checkout, which the pipeline puts on the path


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)
    return path


def test_read_pictures_gives_one_picture_from_every_kind_of_file(tmp_path: Path) -> None:
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
    np_data.write_idx(tmp_path / "images.gz", digit[np.newaxis], compress=True)
    files += [tmp_path / "images-idx3-ubyte", tmp_path / "images.gz"]
    for path in files:
        (picture,) = read_pictures(path)
        (found,), steps = prepare(picture, "digit")
        assert steps == ["taken as it is"], path
        np.testing.assert_array_equal(found.digit, digit, err_msg=str(path))


def test_read_pictures_gives_all_pictures_of_a_file(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (5, 28, 28)).astype(np.uint8)
    np_data.write_idx(tmp_path / "five", images)
    found = read_pictures(tmp_path / "five")
    assert [picture.name for picture in found] == [f"{tmp_path}/five[{n}]" for n in range(5)]
    assert [picture.pixels.shape for picture in found] == [(28, 28, 1)] * 5


@pytest.mark.parametrize(("brightest", "dtype"), [(65535, "u2"), (65535, "i4"), (255, "f8")])
def test_read_pictures_scales_all_pictures_of_a_file_alike(
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
def test_read_pictures_shifts_negative_values(dtype: str, tmp_path: Path) -> None:
    values = np.arange(-100, 100).reshape(10, 20)
    np.save(tmp_path / "a.npy", values.astype(dtype))
    (picture,) = read_pictures(tmp_path / "a.npy")
    np.testing.assert_allclose(picture.pixels[..., 0], (values + 100) / 199, atol=1e-12)


def test_read_pictures_takes_the_widest_range_of_integers(tmp_path: Path) -> None:
    info = np.iinfo(np.int64)
    pixels = np.full((28, 28), info.min)
    pixels[4:20] = 0
    pixels[5:10] = info.max
    np.save(tmp_path / "a.npy", pixels)
    (picture,) = read_pictures(tmp_path / "a.npy")
    np.testing.assert_allclose(picture.pixels[[0, 4, 5], 0, 0], [0, 0.5, 1], atol=1e-12)


@pytest.mark.parametrize("values", [4000, 200])
def test_dark_deep_photograph_is_read_by_its_contrast(values: int, tmp_path: Path) -> None:
    photo = photographed(drawn("7"), "gradient", np.random.default_rng(0)).mean(axis=2)
    expected = single(Picture("", photo[..., np.newaxis], "PNG", photo.shape))
    path = saved(tmp_path / "dark.png", Image.fromarray((values * photo).astype(np.uint16)))
    found = single(read_pictures(path)[0])
    assert alike(expected.digit, found.digit) > 0.9


def test_photograph_is_turned_upright(tmp_path: Path) -> None:
    ink = 255 - (255 * drawn("7")).astype(np.uint8)
    expected = single(Picture("", ink[..., np.newaxis] / 255.0, "PNG", ink.shape))
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: rotate by 270 degrees to see it upright
    lying = Image.fromarray(ink).rotate(90, expand=True)
    path = saved(tmp_path / "lying.jpg", lying, exif=exif, quality=95)
    (picture,) = read_pictures(path)
    assert picture.what == "400 × 600 JPEG"
    found = single(picture)
    assert np.abs(found.digit.astype(int) - expected.digit).mean() < 3
    np.testing.assert_allclose(found.box, expected.box, atol=4)


def test_large_photograph_is_reduced(tmp_path: Path) -> None:
    ink = Image.fromarray(255 - (255 * drawn("7")).astype(np.uint8)).resize((4800, 3200))
    (picture,) = read_pictures(saved(tmp_path / "large.jpg", ink.convert("RGB")))
    assert picture.pixels.shape == (1067, 1600, 3)
    assert picture.size == (3200, 4800)
    (digit,), steps = prepare(picture, "digit")
    assert "reduced to 534 × 800" in steps
    left = np.flatnonzero((drawn("7") > 0.5).any(axis=0))[0]
    assert digit.box[0] == pytest.approx(8 * left, abs=40)


@pytest.mark.parametrize("size", [(5000, 8), (8, 5000), (40000, 20)])
def test_long_narrow_picture_keeps_its_shorter_side(size: tuple[int, int], tmp_path: Path) -> None:
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
    box = b"\0\0\0\x1cftyp"  # HEIC, AVIF and videos begin with two zero bytes, as IDX does
    contents = {
        "empty.png": (b"", "the file is empty"),
        "text.png": (b"hello", "this is not a picture"),
        "cut.png": (whole[: len(whole) // 2], "truncated"),
        "cut.jpg": (photo[: len(photo) // 2], "truncated"),
        "damaged.png": (whole[:60] + b"\xff" * 40 + whole[100:], "damaged.png"),
        "cut.npy": (b"\x93NUMPY\x01\x00", "cut.npy"),
        "cut.idx": (b"\0\0\x08\x03\0\0\0\x05", "cut.idx"),
        "cut.gz": (b"\x1f\x8b\x08\0", "cut.gz"),
        "phone.heic": (
            box + b"heic\0\0\0\0mif1heic",
            "an HEIC picture, which cannot be read here; save",
        ),
        "phone.jpg": (box + b"mif1\0\0\0\0mif1heic", "an HEIC picture"),
        "web.avif": (box + b"avif\0\0\0\0avifmif1", "an AVIF picture"),
        "clip.mov": (box + b"qt  \0\0\0\0qt  ", "this is not a picture"),
        "paper.pdf": (b"%PDF-1.7\n", "a PDF document"),
        "page.png": (b"<!DOCTYPE html>", "this is not a picture"),
        "t10k.xz": (b"\xfd7zXZ\0\0\x04", "an xz archive, which cannot be read here; unpack"),
        "many.zip": (b"PK\x03\x04\x14\0", "a ZIP archive"),
        "lfs.png": (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        "zeros.bin": (b"\0\0\x07\x03" + 60 * b"\0", "this is not a picture"),
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


def test_read_pictures_refuses_other_files_in_one_line(tmp_path: Path) -> None:
    for path, word in broken(tmp_path).items():
        with pytest.raises(PictureError, match=re.escape(word)) as caught:
            read_pictures(path)
        assert str(path) in str(caught.value)
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((28, 30), [(28, 30, 1)]),
        ((28, 30, 3), [(28, 30, 3)]),
        ((2, 28, 30), [(28, 30, 1)] * 2),
        ((2, 28, 30, 3), [(28, 30, 3)] * 2),
        ((2, 3, 28, 30), [(28, 30, 3)] * 2),
        ((2, 1, 28, 30), [(28, 30, 1)] * 2),
    ],
)
@pytest.mark.parametrize("kind", ["npy", "idx"])
def test_read_pictures_tells_pictures_from_channels(
    shape: tuple[int, ...], expected: list[tuple[int, ...]], kind: str, tmp_path: Path
) -> None:
    array = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    path = tmp_path / f"a.{kind}"
    if kind == "npy":
        np.save(path, array)
    else:
        np_data.write_idx(path, array)
    assert [picture.pixels.shape for picture in read_pictures(path)] == expected
