"""Tests of the figures of images: the drawn arrays are the given ones, and the captions."""

import re

import numpy as np
import pytest

from np_viz import (
    augmentation_preview,
    class_means,
    image_grid,
    misclassified,
    saliency_maps,
    weight_grid,
)


def drawn(figure):
    return [np.asarray(image.get_array()) for image in figure.axes[0].images]


def captions(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def flags(figure):
    return [patch.get_linewidth() > 1 for patch in figure.axes[0].patches]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64, np.int16, bool])
@pytest.mark.parametrize("shape", [(7, 6, 5), (7, 1, 6, 5)])
def test_image_grid_draws_the_given_gray_pixels(rng, dtype, shape):
    images = (rng.random(shape) * 255).astype(dtype)
    for image, array in zip(images, drawn(image_grid(images)), strict=True):
        np.testing.assert_array_equal(array, image.reshape(6, 5))


def test_image_grid_draws_the_given_color_pixels(rng):
    images = rng.integers(0, 256, (3, 3, 4, 5)).astype(np.uint8)
    for image, array in zip(images, drawn(image_grid(images)), strict=True):
        for channel in range(3):
            np.testing.assert_array_equal(array[..., channel], image[channel])
    fractions = images / 255
    np.testing.assert_allclose(drawn(image_grid(fractions))[0][..., 1], fractions[0, 1])


@pytest.mark.parametrize("channels", [1, 3])
def test_images_with_channels_last_are_drawn_as_with_channels_first(rng, channels):
    first = rng.random((4, channels, 6, 5))
    last = np.moveaxis(first, 1, -1)
    slopes, variants = rng.random(first.shape), rng.random((2, *first.shape))
    pairs = [
        (image_grid(first), image_grid(last)),
        (saliency_maps(first, slopes), saliency_maps(last, np.moveaxis(slopes, 1, -1))),
        (class_means(first, [0, 0, 1, 1]), class_means(last, [0, 0, 1, 1])),
        (
            augmentation_preview(first, variants),
            augmentation_preview(last, np.moveaxis(variants, 2, -1)),
        ),
    ]
    for one, other in pairs:
        for a, b in zip(drawn(one), drawn(other), strict=True):
            np.testing.assert_array_equal(a, b)


def test_colors_outside_the_range_are_scaled_and_nan_is_gray():
    images = np.array([-2.0, 0.0, 2.0, np.nan]).reshape(1, 1, 2, 2).repeat(3, axis=1)
    np.testing.assert_allclose(drawn(image_grid(images))[0][..., 0], [[0, 0.5], [1, 0.5]])


@pytest.mark.parametrize(
    ("images", "limits"),
    [
        (np.array([[[3, 9]]], np.uint8), (0, 255)),
        (np.array([[[0.25, 0.5]]]), (0, 1)),
        (np.array([[[-1.0, 4.0]]]), (-1, 4)),
        (np.array([[[-1.0, np.nan, np.inf]]]), (-1, -1)),
        (np.array([[[7, 9]]], np.int32), (7, 9)),
    ],
)
def test_image_grid_chooses_black_and_white(images, limits):
    assert image_grid(images).axes[0].images[0].get_clim() == limits


def test_image_grid_writes_labels_and_predictions():
    images = np.zeros((3, 2, 2))
    names = ["cat", "dog", "cow"]
    assert captions(image_grid(images)) == []
    assert captions(image_grid(images, [2, 0, 1])) == ["2", "0", "1"]
    assert captions(image_grid(images, predictions=[2, 0, 1])) == ["2", "0", "1"]
    both = image_grid(images, [2, 0, 1], [2, 1, 1], class_names=names)
    assert captions(both) == ["✓ cow", "✗ dog\nis cat", "✓ dog"]
    assert flags(both) == [False, True, False]


def test_image_grid_says_that_it_draws_the_first_images():
    figure = image_grid(np.zeros((9, 2, 2)), limit=4)
    assert len(drawn(figure)) == 4
    assert captions(figure) == ["first 4 of 9 images"]


def test_nothing_to_draw_gives_a_sentence():
    assert captions(image_grid(np.zeros((0, 2, 2)))) == ["no images"]
    assert captions(class_means(np.zeros((0, 2, 2)), [])) == ["no images"]


def test_given_columns_are_used():
    figure = image_grid(np.zeros((30, 4, 4)), columns=30)
    lefts = {image.get_extent()[0] for image in figure.axes[0].images}
    tops = {image.get_extent()[3] for image in figure.axes[0].images}
    assert (len(lefts), len(tops)) == (30, 1)
    assert (
        len({image.get_extent()[0] for image in image_grid(np.zeros((30, 4, 4))).axes[0].images})
        < 11
    )


@pytest.mark.parametrize("shape", [(9, 10, 40), (9, 40, 10), (9, 20, 200), (9, 200, 20)])
def test_pictures_keep_their_shape_and_area(shape):
    left, right, bottom, top = image_grid(np.zeros(shape)).axes[0].images[0].get_extent()
    assert (bottom - top) / (right - left) == pytest.approx(shape[1] / shape[2])
    assert (bottom - top) * (right - left) == pytest.approx(1.12**2)


def test_weight_grid_draws_the_columns_of_a_dense_layer(rng):
    weights = rng.normal(size=(6, 4))
    figure = weight_grid(weights, (2, 3))
    for unit, array in enumerate(drawn(figure)):
        np.testing.assert_array_equal(array, weights[:, unit].reshape(2, 3))
    bound = np.abs(weights).max()
    assert figure.axes[0].images[0].get_clim() == (-bound, bound)
    assert captions(figure)[-1] == f"red +{bound:.3g}, white 0, blue −{bound:.3g}"


def test_weight_grid_draws_a_picture_for_each_channel_of_a_kernel(rng):
    kernels = rng.normal(size=(5, 2, 3, 3))
    figure = weight_grid(kernels, limit=6)
    assert len(drawn(figure)) == 6
    np.testing.assert_array_equal(drawn(figure)[3], kernels[1, 1])
    assert captions(figure)[3] == "1, ch 1"
    assert captions(figure)[-1].endswith("first 3 of 5 units")


def test_misclassified_draws_the_most_confident_mistakes_first(rng):
    images = rng.random((5, 3, 3))
    figure = misclassified(
        images,
        [0, 1, 2, 0, 1],
        [1, 1, 0, 2, 0],
        [0.5, 0.99, 0.75, 0.9999, 0.75],
        ["cat", "dog", "cow"],
    )
    for position, index in enumerate([3, 2, 4, 0]):
        np.testing.assert_array_equal(drawn(figure)[position], images[index])
    assert captions(figure) == [
        "✗ >99.9 % cow\nis cat",
        "✗ 75 % cat\nis cow",
        "✗ 75 % cat\nis dog",
        "✗ 50 % dog\nis cat",
        "4 mistakes in 5 images",
    ]
    assert all(flags(figure))


def test_misclassified_takes_the_confidence_from_probability_rows():
    rows = [[0.2, 0.8], [0.7, 0.3]]
    figure = misclassified(np.zeros((2, 2, 2)), [0, 1], [1, 0], rows)
    assert captions(figure)[:2] == ["✗ 80 % 1\nis 0", "✗ 70 % 0\nis 1"]


def test_misclassified_counts_the_mistakes():
    none = misclassified(np.zeros((2, 2, 2)), [0, 1], [0, 1])
    assert captions(none) == ["0 mistakes in 2 images"]
    some = misclassified(np.zeros((3, 2, 2)), [0, 0, 0], [1, 1, 1], limit=2)
    assert captions(some)[-1] == "2 first of 3 mistakes in 3 images"
    sure = misclassified(np.zeros((3, 2, 2)), [0] * 3, [1] * 3, [0.5] * 3, limit=2)
    assert captions(sure)[-1] == "2 most confident of 3 mistakes in 3 images"


def test_class_means_draws_the_means_of_the_classes(rng):
    images = rng.integers(0, 256, (20, 1, 3, 4)).astype(np.uint8)
    labels = np.arange(20) % 3
    figure = class_means(images, labels, ["a", "b", "c", "d"])
    for k, array in enumerate(drawn(figure)):
        total = sum(images[i, 0].astype(float) for i in range(20) if labels[i] == k)
        np.testing.assert_allclose(array, total / np.sum(labels == k))
    assert captions(figure) == ["a\n7 images", "b\n7 images", "c\n6 images", "d\n0 images"]
    assert len(figure.axes[0].patches) == 4
    assert captions(class_means(images[:2], [7, 10**9])) == ["7\n1 images", "1000000000\n1 images"]


def test_large_class_ids_are_written():
    images = np.zeros((2, 2, 2))
    ids = np.array([2**32 - 1, 7], np.uint32)
    assert captions(image_grid(images, ids)) == ["4294967295", "7"]
    assert captions(misclassified(images, ids, [7, 7]))[0] == "✗ 7\nis 4294967295"


def test_saliency_map_is_the_largest_slope_over_the_channels():
    gradients = np.array([[1.0, -8.0], [-2.0, 4.0], [0.0, 0.0]]).reshape(1, 3, 1, 2)
    figure = saliency_maps(np.zeros((1, 3, 1, 2)), gradients, [1], [0])
    np.testing.assert_allclose(drawn(figure)[1], [[0.25, 1.0]])
    assert captions(figure) == ["✗ 0\nis 1", "max 8"]


def test_augmentation_preview_has_a_row_for_each_original(rng):
    images = rng.random((2, 1, 3, 3))
    variants = np.stack([images * 0.5, images * 0.25])
    figure = augmentation_preview(images, variants)
    expected = [
        images[0],
        variants[0, 0],
        variants[1, 0],
        images[1],
        variants[0, 1],
        variants[1, 1],
    ]
    for array, image in zip(drawn(figure), expected, strict=True):
        np.testing.assert_array_equal(array, image[0])
    assert captions(figure) == ["original", "variant 1", "variant 2"]
    assert captions(augmentation_preview(images, variants, limit=1))[-1] == "first 1 of 2 images"


X = np.zeros((2, 4, 4))
BAD = [
    (image_grid, (np.zeros((2, 16)),), {}, ValueError, "got (2, 16); one image needs a first axis"),
    (image_grid, (np.zeros((2, 16)),), {}, ValueError, "images.reshape(-1, 1, 28, 28)"),
    (
        image_grid,
        (np.zeros((28, 28, 3)),),
        {},
        ValueError,
        "needs a first axis, as in images[np.ne",
    ),
    (image_grid, (np.zeros((2, 2, 4, 4)),), {}, ValueError, "images must have shape (N, H, W)"),
    (image_grid, (np.zeros((2, 0, 4)),), {}, ValueError, "images must have shape (N, H, W)"),
    (image_grid, (X.astype(complex),), {}, TypeError, "images must hold real numbers, got dtype c"),
    (image_grid, (np.full((2, 2, 2), "a"),), {}, TypeError, "images must hold real numbers"),
    (image_grid, (X, [1]), {}, ValueError, "labels must have one entry for each of 2 rows, got 1"),
    (image_grid, (X, [0.0, 1.0]), {}, TypeError, "labels must hold integer class ids, got dtype f"),
    (image_grid, (X, [[0, 1], [1, 0]]), {}, ValueError, "with .argmax(axis=1)"),
    (
        image_grid,
        (X, [0, -1]),
        {},
        ValueError,
        "labels must hold class ids from 0, got -1",
    ),
    (image_grid, (X, None, [0]), {}, ValueError, "predictions must have one entry for each of 2"),
    (image_grid, (X, [0, 2]), {"class_names": ["a"]}, ValueError, "name all 3 classes, got 1"),
    (image_grid, (X,), {"limit": 0}, ValueError, "limit must be at least 1, got 0"),
    (image_grid, (X,), {"limit": 2.5}, TypeError, "limit must be an integer, got 2.5"),
    (image_grid, (X,), {"columns": True}, TypeError, "columns must be an integer, got True"),
    (weight_grid, (np.zeros((6, 2)), (2, 2)), {}, ValueError, "with product 6"),
    (weight_grid, (np.zeros((6, 2)),), {}, ValueError, "got None"),
    (weight_grid, (np.zeros(6), (2, 3)), {}, ValueError, "weights must have shape (in, units)"),
    (weight_grid, (np.zeros((8, 3, 0, 3)),), {}, ValueError, "not empty, got (8, 3, 0, 3)"),
    (misclassified, (X, [0, 1], [0]), {}, ValueError, "y_pred must have one entry for each of 2"),
    (misclassified, (X, [0, 1], [1, 1], [0.5]), {}, ValueError, "must have shape (2, K) or (2,)"),
    (misclassified, (X, [0, 1], [1, 1], [2, 0]), {}, ValueError, "must lie in [0, 1]"),
    (misclassified, (X, [0, 1], [1, 1], [np.nan, 0]), {}, ValueError, "must lie in [0, 1]"),
    (misclassified, (X, [0, 1], [1, 1], [[1.0], [1.0]]), {}, ValueError, "1 columns and class 1"),
    (class_means, (X, [0]), {}, ValueError, "labels must have one entry for each of 2 rows, got 1"),
    (saliency_maps, (X, None), {}, TypeError, "gradients must be an array, got None"),
    (saliency_maps, (X, X[:1]), {}, ValueError, "gradients must have the shape of images"),
    (saliency_maps, (X, X[:, :2]), {}, ValueError, "gradients must have the shape of images"),
    (augmentation_preview, (X, X), {}, ValueError, "variants must have shape (V, *(2, 4, 4))"),
]


@pytest.mark.parametrize(("function", "args", "options", "error", "message"), BAD)
def test_wrong_arguments_are_rejected(function, args, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        function(*args, **options)


def test_title_stands_at_the_top_of_a_tall_sheet():
    figure = image_grid(np.zeros((100, 4, 4)), columns=3, title="Tall")
    figure.canvas.draw()
    box = figure.texts[0].get_window_extent()
    assert figure.get_figheight() * figure.dpi - box.y1 < 20


def test_confidence_stays_beside_a_long_name():
    name = "a class with a very long name"
    figure = misclassified(np.zeros((1, 2, 2)), [0], [1], [0.5], [name, name])
    assert re.fullmatch("✗ 50 % a class.*…\nis a class.*…", captions(figure)[0])
