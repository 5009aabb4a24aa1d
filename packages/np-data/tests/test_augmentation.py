"""Augmentations: invariants of all, and each one against a loop or a case worked by hand."""

import math
import pickle
import re
from functools import partial

import numpy as np
import pytest

import np_data
from np_data import (
    Batches,
    Scale,
    compose,
    elastic,
    random_affine,
    random_erase,
    random_flip,
    random_shift,
)
from np_data.augment import _resample
from np_data.augment._resample import bilinear
from np_data.augment.affine import affine
from np_data.augment.elastic import smooth_noise, smoothing

# Each augmentation, and options under which it changes nothing.
AUGMENTATIONS = {
    random_shift: {"max_shift": 0},
    random_affine: {"degrees": 0, "scale": (1, 1)},
    elastic: {"alpha": 0},
    random_flip: {"p": 0},
    random_erase: {"p": 0},
}
DTYPES = ["u1", "i2", "i4", "i8", "f4", "f8"]
every = pytest.mark.parametrize("augment", AUGMENTATIONS)


def rng(seed=0):
    return np.random.default_rng(seed)


def pictures(n=40, c=1, h=9, w=7, dtype="f4"):
    return (rng(5).random((n, c, h, w)) * 255).astype(dtype)


def test_every_public_augmentation_is_tested():
    named = {name for name in np_data.__all__ if name.startswith("random_")} | {"elastic"}
    assert named == {f.__name__ for f in AUGMENTATIONS}


@every
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(40, 1, 9, 7), (3, 3, 8, 8), (1, 1, 1, 1), (0, 1, 5, 5)])
def test_shape_and_dtype_stay_and_pixels_depend_on_the_seed(augment, dtype, shape):
    images = pictures(*shape, dtype=dtype)
    before = images.copy()
    out = augment(images, rng=rng(1))
    assert out.shape == images.shape
    assert out.dtype == images.dtype
    assert out.flags.c_contiguous
    assert (images == before).all()
    assert not np.shares_memory(out, images)
    assert (augment(images, rng=rng(1)) == out).all()
    if shape[0] == 40:
        assert (augment(images, rng=rng(2)) != out).any()
        assert (out != images).any()
        assert out.min() >= 0  # between the pixels and the fill
        assert out.max() <= images.max()


@every
@pytest.mark.parametrize("dtype", DTYPES)
def test_neutral_options_change_nothing(augment, dtype):
    images = pictures(dtype=dtype)
    assert (augment(images, rng=rng(), **AUGMENTATIONS[augment]) == images).all()


@every
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8"])
def test_extreme_integers_do_not_wrap(augment, dtype):
    interpolates = augment in (random_affine, elastic)
    info = np.iinfo(dtype)
    least, greatest = int(info.min), int(info.max)
    if interpolates:
        least, greatest = max(least, -(2**53)), min(greatest, 2**53)
    odd = min(greatest, 2**24 + 1)  # float32 cannot hold it
    images = rng(6).choice(np.array([least, odd, greatest], dtype), (30, 1, 6, 5))
    assert (augment(images, rng=rng(), **AUGMENTATIONS[augment]) == images).all()
    fill = {} if augment is random_flip else {"value" if augment is random_erase else "fill": odd}
    equal = np.full((30, 1, 6, 5), odd, dtype)
    assert (augment(equal, rng=rng(), **fill) == odd).all()
    white = np.full((30, 1, 6, 5), greatest, dtype)
    out = augment(white, rng=rng())
    assert out.dtype == dtype
    assert out.min() >= 0
    assert (out == greatest).any()


@pytest.mark.parametrize("augment", [random_affine, elastic])
@pytest.mark.parametrize(
    ("dtype", "value"), [("i8", 2**53 + 1), ("i8", -(2**63)), ("i8", 2**63 - 1), ("u8", 2**64 - 1)]
)
def test_interpolation_rejects_integers_beyond_double_precision(augment, dtype, value):
    message = "integers to interpolate must be from -2**53 to 2**53, got {}; use float64 images"
    with pytest.raises(ValueError, match=re.escape(message.format(value))):
        augment(np.full((1, 1, 2, 2), value, dtype), rng=rng())
    with pytest.raises(ValueError, match=re.escape(message.format(value))):
        augment(np.ones((1, 1, 2, 2), dtype), rng=rng(), fill=value)


@every
def test_images_of_a_batch_change_differently(augment):
    images = np.repeat(pictures(1), 60, axis=0)
    assert len({image.tobytes() for image in augment(images, rng=rng())}) > 1


@pytest.mark.parametrize(
    "option", [{"degrees": 30}, {"scale": (0.5, 2)}, {"shear": 30}, {"translate": 3}]
)
def test_random_affine_draws_each_amount_per_image(option):
    images = np.repeat(pictures(1), 20, axis=0)
    still = {"degrees": 0, "scale": (1, 1)}
    out = random_affine(images, rng=rng(), **{**still, **option})
    assert len({image.tobytes() for image in out}) == 20


@every
def test_channels_of_an_image_change_alike(augment):
    grey = pictures(20)
    colours = np.concatenate([grey, grey, grey], axis=1)
    out = augment(colours, rng=rng())
    assert (out[:, 0] == out[:, 1]).all()
    assert (out[:, 0] == out[:, 2]).all()


@every
@pytest.mark.parametrize("pixels", [1, 200, 1 << 20])
def test_result_does_not_depend_on_cache_constant(augment, pixels, monkeypatch):
    images = pictures(23, c=3)
    want = augment(images, rng=rng())
    monkeypatch.setattr(_resample, "_PIXELS", pixels)
    assert (augment(images, rng=rng()) == want).all()


@pytest.mark.parametrize("count", [1, 2, 32, 399])
def test_elastic_of_first_images_equals_first_images_of_elastic(count):
    images = pictures(400, h=7, w=5)
    assert (elastic(images[:count], rng=rng()) == elastic(images, rng=rng())[:count]).all()


def test_channels_get_the_elastic_field_of_a_grey_image():
    grey = pictures(100, h=28, w=28)
    colours = np.repeat(grey, 3, axis=1)
    assert (elastic(colours, rng=rng()) == elastic(grey, rng=rng())).all()


@pytest.mark.parametrize(("h", "w", "sigma"), [(28, 28, 4.0), (5, 9, 0.6), (1, 3, 2.0)])
def test_smooth_noise_equals_integer_arithmetic(h, w, sigma):
    """Sums of 64-bit integers have no rounding, whatever their order."""

    def integers(values, bits):
        whole = np.rint(np.asarray(values, float) * 2.0**bits).astype(np.int64)
        assert (whole / 2.0**bits == values).all()  # no bit is lost
        return whole

    down, across = smoothing(h, sigma), smoothing(w, sigma)
    noise = integers(2 * rng(3).random((6, 2, h, w), dtype=np.float32) - 1, 23)
    rows = np.einsum("nchk,wk->nchw", noise, integers(across, 24))
    rounded = integers(np.rint(rows / 2.0**23) / 2.0**24, 24)
    want = np.einsum("hk,nckw->nchw", integers(down, 24), rounded) / 2.0**48
    assert (smooth_noise(6, down, across, rng=rng(3)) == want).all()


@every
def test_result_does_not_depend_on_memory_layout(augment):
    images = pictures()
    for other in (np.asfortranarray(images), np.repeat(images, 2, axis=3)[..., ::2]):
        assert (augment(other, rng=rng()) == augment(images, rng=rng())).all()


@every
def test_nested_lists_are_images(augment):
    images = pictures(3, h=2, w=2)
    assert (augment(images.tolist(), rng=rng()) == augment(images.astype(float), rng=rng())).all()


@every
def test_augmentation_rejects_wrong_images_and_rng(augment):
    with pytest.raises(ValueError, match=re.escape("images must have the shape (N, C, H, W), got")):
        augment(np.zeros((3, 784)), rng=rng())
    with pytest.raises(ValueError, match=re.escape("(N, C, H, W), got (3, 1, 0, 5)")):
        augment(np.zeros((3, 1, 0, 5)), rng=rng())
    with pytest.raises(ValueError, match=re.escape("got (3, 28, 28); add the axis of channels")):
        augment(np.zeros((3, 28, 28)), rng=rng())
    with pytest.raises(
        ValueError, match=re.escape("got (3, 28, 28, 1) with the channels last; mo")
    ):
        augment(np.zeros((3, 28, 28, 1)), rng=rng())
    with pytest.raises(TypeError, match=re.escape("images must be integers or floats, got bool")):
        augment(np.zeros((1, 1, 2, 2), bool), rng=rng())
    with pytest.raises(TypeError, match=re.escape("images must be integers or floats, got <U1")):
        augment([[[["a"]]]], rng=rng())
    with pytest.raises(TypeError, match=re.escape("rng must be a numpy.random.Generator, got 3")):
        augment(pictures(), rng=3)
    with pytest.raises(TypeError, match=re.escape("missing 1 required keyword-only argument")):
        augment(pictures())


@pytest.mark.parametrize(
    ("augment", "options", "message"),
    [
        (random_shift, {"max_shift": -1}, "max_shift must be at least 0, got -1"),
        (random_shift, {"fill": 256}, "fill must be a value of uint8, got 256"),
        (random_shift, {"fill": 0.5}, "fill must be a value of uint8, got 0.5"),
        (random_affine, {"degrees": -1}, "degrees must be finite and at least 0, got -1"),
        (random_affine, {"translate": math.inf}, "translate must be finite and at least 0"),
        (random_affine, {"shear": 90}, "shear must be from 0 to less than 90 degrees, got 90"),
        (random_affine, {"scale": (0, 1)}, "scale must be (low, high) with 0 < low <= high"),
        (random_affine, {"scale": (2, 1)}, "scale must be (low, high) with 0 < low <= high"),
        (random_affine, {"fill": -1}, "fill must be a value of uint8, got -1"),
        (elastic, {"sigma": 0}, "sigma must be above 0, got 0"),
        (elastic, {"alpha": math.nan}, "alpha must be finite, got nan"),
        (random_flip, {"p": 1.5}, "p must be from 0 to 1, got 1.5"),
        (
            random_flip,
            {"direction": "up"},
            "direction must be one of 'horizontal', 'vertical', got",
        ),
        (random_erase, {"p": -1}, "p must be from 0 to 1, got -1"),
        (random_erase, {"area": (0.1, 2)}, "area must be from 0 to 1, got 2"),
        (random_erase, {"aspect": (0, 2)}, "aspect must be (low, high) with 0 < low <= high"),
        (random_erase, {"value": 1000}, "value must be a value of uint8, got 1000"),
    ],
)
def test_augmentation_rejects_wrong_options(augment, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        augment(pictures(dtype="u1"), rng=rng(), **options)


def test_random_shift_gives_one_of_the_possible_shifts():
    images, m, (h, w) = pictures(80, h=5, w=4) + 1, 2, (5, 4)
    padded = np.pad(images, ((0, 0), (0, 0), (m, m), (m, m)), constant_values=-7)
    out = random_shift(images, rng=rng(), max_shift=m, fill=-7)
    seen = set()
    for i in range(80):
        found = {
            (a, b)
            for a in range(2 * m + 1)
            for b in range(2 * m + 1)
            if (out[i] == padded[i, :, a : a + h, b : b + w]).all()
        }
        assert len(found) == 1
        seen |= found
    assert len(seen) > 20  # of 25


def test_bilinear_equals_a_loop_over_pixels():
    images = rng(1).random((3, 2, 4, 5))
    rows, columns = rng(2).uniform(-3, 7, (2, 3, 6, 3))
    out = bilinear(images, rows, columns, fill=0.5)

    def pixel(image, y, x):
        return image[y, x] if 0 <= y < 4 and 0 <= x < 5 else 0.5

    for n, c, i, j in np.ndindex(out.shape):
        y, x = math.floor(rows[n, i, j]), math.floor(columns[n, i, j])
        v, u = rows[n, i, j] - y, columns[n, i, j] - x
        image = images[n, c]
        want = (1 - v) * ((1 - u) * pixel(image, y, x) + u * pixel(image, y, x + 1))
        want += v * ((1 - u) * pixel(image, y + 1, x) + u * pixel(image, y + 1, x + 1))
        assert out[n, c, i, j] == pytest.approx(want, abs=1e-12)


def matrices(*rows):
    return np.array([rows], dtype=float)


STILL = np.zeros((1, 2))


def test_affine_equals_cases_worked_by_hand():
    image = np.arange(1.0, 26).reshape(1, 1, 5, 5)
    # A quarter turn takes the row direction (1, 0) to the column direction (0, 1).
    turned = affine(image, matrices((0, -1), (1, 0)), STILL)[0, 0]
    assert np.allclose(turned, np.rot90(image[0, 0]))
    mirrored = affine(image, matrices((1, 0), (0, -1)), STILL)[0, 0]
    assert np.allclose(mirrored, image[0, 0, :, ::-1])
    moved = affine(image, matrices((1, 0), (0, 1)), np.array([[1, -2]]), fill=-1)[0, 0]
    assert (moved[0] == -1).all()
    assert (moved[1:, :3] == image[0, 0, :4, 2:]).all()
    doubled = affine(image, matrices((2, 0), (0, 2)), STILL)[0, 0]
    assert doubled[2].tolist() == [12, 12.5, 13, 13.5, 14]
    sheared = affine(image, matrices((1, 0), (1, 1)), STILL, fill=0)[0, 0]
    assert sheared[2].tolist() == image[0, 0, 2].tolist()
    assert sheared[3].tolist() == [0, 16, 17, 18, 19]


def test_random_affine_stays_within_its_limits():
    """The centre of mass of a dot tells where the dot went."""
    images = np.zeros((500, 1, 41, 41), np.float64)
    images[:, 0, 20, 30] = 1
    out = random_affine(images, rng=rng(3), degrees=20, scale=(0.8, 1.25), translate=2)
    mass = out[:, 0].sum(axis=(1, 2))
    i = (out[:, 0].sum(axis=2) @ np.arange(-20, 21)) / mass
    j = (out[:, 0].sum(axis=1) @ np.arange(-20, 21)) / mass
    assert np.abs(i).max() < 12.5 * math.sin(math.radians(20)) + 2 + 1
    assert np.abs(i).max() > 4
    assert 8 * math.cos(math.radians(20)) - 3 < j.min() < 7.5
    assert 12.5 < j.max() < 12.5 + 3


def test_smoothing_equals_a_loop_over_taps():
    for length, sigma in [(1, 4.0), (28, 4.0), (9, 0.7), (40, 2.5)]:
        reach = math.ceil(3 * sigma)
        bell = [math.exp(-(k * k) / (2 * sigma**2)) for k in range(-reach, reach + 1)]
        x = rng(4).random(length)
        want = [
            sum(bell[k + reach] * x[i + k] for k in range(-reach, reach + 1) if 0 <= i + k < length)
            for i in range(length)
        ]
        assert np.allclose(smoothing(length, sigma) @ x, np.array(want) / sum(bell), atol=1e-6)


def test_elastic_moves_neighbours_together():
    rows = np.broadcast_to(np.arange(40.0)[:, None], (30, 1, 40, 40))
    out = elastic(rows, rng=rng(), alpha=34, sigma=4)[:, 0, 8:-8, 8:-8]  # away from the edges
    moved = out - rows[:, 0, 8:-8, 8:-8]
    assert 0.3 < moved.std() < 3  # some pixels
    assert np.abs(np.diff(moved, axis=1)).max() < 1.5
    assert abs(moved.mean()) < 0.2


def test_random_flip_mirrors_some_images():
    images = pictures(400)
    out = random_flip(images, rng=rng(), p=0.25)
    flipped = (out == images[..., ::-1]).all(axis=(1, 2, 3))
    assert (out[~flipped] == images[~flipped]).all()
    assert 60 < flipped.sum() < 140
    upside = random_flip(images, rng=rng(), p=1, direction="vertical")
    assert (upside == images[:, :, ::-1]).all()


def test_random_erase_covers_rectangles_of_the_given_area():
    images = np.ones((300, 2, 20, 30), np.uint8)
    out = random_erase(images, rng=rng(), p=0.5, area=(0.1, 0.2), aspect=(0.5, 2), value=9)
    shares, corners = [], set()
    for image in out:
        where = np.argwhere(image[0] == 9)
        if not len(where):
            continue
        (top, left), (bottom, right) = where.min(axis=0), where.max(axis=0)
        assert len(where) == (bottom - top + 1) * (right - left + 1)
        shares.append(len(where) / 600)
        corners.add((top, left))
    assert 100 < len(shares) < 200
    assert min(shares) > 0.07
    assert max(shares) < 0.23
    assert len(corners) > 80
    assert (random_erase(images, rng=rng(), p=1, area=(1, 1), aspect=(1, 1))[:, 0, 10] == 0).any()


def test_compose_runs_steps_in_order_and_passes_labels_on():
    images, labels = pictures(10, dtype="u1"), np.arange(10)
    transform = compose(Scale().apply, partial(random_shift, max_shift=1), random_flip)
    out, same = transform(images, labels, rng=rng(7))
    assert same is labels
    one = rng(7)
    want = random_flip(random_shift(Scale().apply(images), rng=one, max_shift=1), rng=one)
    assert (out == want).all()
    assert compose()(images, rng=rng())[0] is images
    assert compose()(images, 1, 2, rng=rng())[1:] == (1, 2)
    with pytest.raises(TypeError, match=re.escape("a step must be callable, got 'flip'")):
        compose("flip")


def test_composed_transform_can_be_pickled_and_printed():
    transform = compose(Scale().apply, partial(random_shift, max_shift=1), random_flip)
    images = pictures(10, dtype="u1")
    again = pickle.loads(pickle.dumps(transform))  # noqa: S301 - our own bytes
    assert (again(images, rng=rng())[0] == transform(images, rng=rng())[0]).all()
    assert repr(compose(Scale().apply, random_flip)) == "compose(Scale.apply, random_flip)"


@every
def test_augmented_batches_depend_on_seed_and_epoch_only(augment):
    def epoch(number, *before):
        batches = Batches(pictures(), batch_size=16, seed=4, transform=compose(augment))
        for e in before:
            list(batches.epoch(e))
        return [xb.tobytes() for (xb,) in batches.epoch(number)]

    assert epoch(3) == epoch(3, 0, 1)
    assert epoch(3) != epoch(2)
