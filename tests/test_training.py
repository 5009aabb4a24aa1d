"""The training loop beside plain arithmetic: choice of weights, schedules, averages."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.data.generated import linear
from pipelines.data.samples import Samples
from pipelines.data.split import split
from pipelines.io.console import Console
from pipelines.recipes.schema import ConfigError, Recipe
from pipelines.stages.evaluate import summarize
from pipelines.training.checkpoint import Checkpoint
from pipelines.training.loop import Training
from pipelines.training.network import build_network, build_schedule
from pipelines.training.statistics import gradient_norms, layer_statistics
from pipelines.training.tasks import task_of

SILENT = Console("test", quiet=True)
ROWS = np.random.default_rng(0)
IMAGES = ROWS.random((60, 1, 4, 4), dtype=np.float32)
LABELS = (IMAGES.sum(axis=(1, 2, 3)) > 8).astype(np.uint8)
SAMPLES = Samples(IMAGES, LABELS)


COUNT = {"count": 25, "measure_every": 10}


def recipe(**changes: Any) -> Recipe:
    return Recipe.model_validate(
        {
            "dataset": "small",
            "layers": ["Flatten", {"Dense": {"units": 8}}, "Tanh", {"Dense": {"units": 2}}],
            "weight_init": "xavier_normal",
            "loss": "cross_entropy",
            "optimizer": {"SGD": {"momentum": 0.9}},
            "lr": 0.5,
            "batch_size": 20,
            "epochs": 6,
            "seed": 3,
        }
        | changes
    )


def run(what: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Training:
    monkeypatch.setattr("pipelines.training.checkpoint.FOLDER", tmp_path)
    checkpoint = Checkpoint("test", "key", SILENT.say)
    training = Training(what, what.all_seeds[0], SAMPLES)
    try:
        training.run(checkpoint, SILENT)
        checkpoint.discard()
    finally:
        checkpoint.release()
    return training


NOISY = ["Flatten", {"Dense": {"units": 16}}, "BatchNorm", "ReLU", {"Dropout": {"rate": 0.3}}]


def test_stopped_training_continues_with_equal_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.training.loop.SAVE_SECONDS", 0.0)
    what = recipe(layers=[*NOISY, {"Dense": {"units": 2}}], ema=0.9)
    whole = run(what, tmp_path, monkeypatch)

    def stop(checkpoint: Checkpoint, *args: Any) -> None:
        save(checkpoint, *args)
        if len(args[0]["history"]) == 3:
            raise KeyboardInterrupt

    save = Checkpoint.save
    monkeypatch.setattr(Checkpoint, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        run(what, tmp_path, monkeypatch)
    monkeypatch.setattr(Checkpoint, "save", save)
    again = run(what, tmp_path, monkeypatch)
    assert (again.history, again.layers) == (whole.history, whole.layers)
    for key, array in whole.network.state_dict().items():
        np.testing.assert_array_equal(again.network.state_dict()[key], array, err_msg=key)


def test_layer_statistics_of_a_small_network_worked_by_hand() -> None:
    what = recipe(layers=["Flatten", {"Dense": {"units": 4}}, "ReLU"], weight_init="zeros")
    network = build_network(what, (1, 4, 4), seed=5)
    network.parameters()["1.bias"][...] = 3, -1, 1, 1
    row = layer_statistics(network, IMAGES)
    assert row["mean:1.Dense"] == 1
    assert row["deviation:1.Dense"] == 2**0.5
    assert row["silent:1.Dense"] == 0
    assert row["mean:2.ReLU"] == 1.25
    assert row["silent:2.ReLU"] == 0.25


def test_gradient_norms_alone_and_together() -> None:
    arrays = {"1.bias": np.array([3.0, 4.0]), "1.weight": np.array([[12.0]])}
    assert gradient_norms(arrays) == (13, {"gradient:1.bias": 5, "gradient:1.weight": 12})


def test_keep_best_val_loss_returns_the_best_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = recipe(val_rows=20, keep={"best": "val_loss"}, lr=8.0, epochs=8)
    training = run(what, tmp_path, monkeypatch)
    _, val = split(what, SAMPLES, 3)
    assert val is not None
    outputs = training.network.predict(val.inputs)
    loss, _ = task_of(what, LABELS).loss(outputs, val.labels)
    losses = [row["val_loss"] for row in training.history]
    assert losses[-1] > min(losses), "the last epoch must not be the best, or nothing is tested"
    assert loss == pytest.approx(min(losses), rel=1e-6)


def test_patience_stops_a_training_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    what = recipe(val_rows=20, keep={"best": "val_loss", "patience": 3}, lr=8.0, epochs=200)
    history = run(what, tmp_path, monkeypatch).history
    losses = [row["val_loss"] for row in history]
    assert len(losses) < 200
    assert losses.index(min(losses)) == len(losses) - 4


def test_iterations_are_measured_at_their_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = recipe(epochs=None, iterations=COUNT, order="replacement")
    history = run(what, tmp_path, monkeypatch).history
    assert [row["step"] for row in history] == [10, 20, 25]
    assert history[-1]["epoch"] == pytest.approx(25 * 20 / 60)


def test_schedule_is_in_the_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    what = recipe(schedule={"warmup_cosine": {"warmup": 0.5}})
    schedule = build_schedule(what, 100)
    assert [round(schedule(step), 3) for step in (0, 25, 50, 75, 100)] == [0.0, 0.25, 0.5, 0.25, 0]
    history = run(what, tmp_path, monkeypatch).history
    rates = [row["lr"] for row in history]
    assert rates.index(max(rates)) in (2, 3)
    assert rates[-1] < 0.1


def test_ema_weights_are_measured_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run(recipe(val_rows=20), tmp_path, monkeypatch).network
    training = run(recipe(val_rows=20, ema=0.9), tmp_path, monkeypatch)
    averaged, history = training.network, training.history
    difference = plain.parameters()["1.weight"] - averaged.parameters()["1.weight"]
    assert np.abs(difference).max() > 1e-3
    _, val = split(recipe(val_rows=20), SAMPLES, 3)
    assert val is not None
    task = task_of(recipe(), LABELS)
    found = task.measure(task.probabilities(averaged.predict(val.inputs)), val.labels)
    assert found["accuracy"] == history[-1]["val_accuracy"]


def test_clip_norm_bounds_the_step_and_norms_are_measured_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = recipe(
        optimizer="SGD", clip_norm=1e-3, epochs=None, iterations={"count": 1}, order="replacement"
    )
    start = build_network(what, (1, 4, 4), seed=3).parameters()
    training = run(what, tmp_path, monkeypatch)
    network, history, layers = training.network, training.history, training.layers
    moved = sum(
        float(np.square(array - start[key]).sum()) for key, array in network.parameters().items()
    )
    assert moved**0.5 == pytest.approx(0.5 * 1e-3, rel=1e-2)
    assert history[0]["gradient_norm"] > 1e-2
    (row,) = layers
    norms = [value for key, value in row.items() if key.startswith("gradient:")]
    assert sum(norm**2 for norm in norms) ** 0.5 == pytest.approx(history[0]["gradient_norm"])


def test_diverging_loss_is_an_error_that_says_what_to_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        np.errstate(all="ignore"),
        pytest.raises(FloatingPointError, match="lower"),
    ):
        run(recipe(lr=1e30, loss="mean_squared_error"), tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"layers": ["Flatten", "Relu", {"Dense": {"units": 2}}]},
            "layers.1: unknown layer 'Relu'; did you mean ReLU",
        ),
        ({"layers": [{"Dense": {"unit": 8}}]}, "layers.0: "),
        (
            {"layers": ["Flatten", {"Dense": {"units": 10}}]},
            "layers: must have the output shape (2,) for the labels of small, got (10,); change",
        ),
        (
            {"layers": [{"Dense": {"units": 2}}]},
            "layers: must have the output shape (2,)",
        ),
        ({"loss": "binary_cross_entropy"}, "layers: must have the output shape (1,)"),
        ({"layers": ["Flatten", {"Dense": {"units": 10**12}}]}, "layers: Unable to allocate"),
        ({"optimizer": "Adams"}, "optimizer: unknown name 'Adams'; did you mean Adam"),
        ({"optimizer": {"SGD": {"momentum": -1}}}, "optimizer: momentum"),
        ({"schedule": "cycle"}, "schedule: unknown name"),
        ({"schedule": {"one_cycle": {"pct": 0.5}}}, "schedule: "),
        ({"loss": "absolute_error"}, "loss: unknown name"),
        ({"loss": {"cross_entropy": {"factor": 2.0}}}, "loss: "),
        ({"loss": {"cross_entropy": {"label_smoothing": 1}}}, "loss: label_smoothing must be in"),
        ({"loss": {"cross_entropy": {"label_smoothing": "x"}}}, "loss: "),
        ({"loss": {"mean_squared_error": {"factor": 0}}}, "loss: factor must be positive, got 0"),
        ({"loss": {"binary_cross_entropy": {"label_smoothing": 0.1}}}, "loss: "),
        ({"loss": {"mean_squared_error": {"label_smoothing": 0.1}}}, "loss: "),
        ({"preprocess": ["Scales"]}, "preprocess.0: unknown name"),
        ({"preprocess": [{"Scale": {"mean": 0.5}}]}, "preprocess.0: state"),
        ({"preprocess": ["Scale", {"Standardize": {"mean": 0, "x": 1}}]}, "preprocess.1: s"),
        ({"augment": [{"random_shfit": {}}]}, "augment.0: unknown name"),
        ({"augment": [{"random_shift": {"max_shfit": 2}}]}, "augment.0: random_shift() got an un"),
        ({"augment": ["random_flip", {"random_affine": {"shear": 100}}]}, "augment.1: shear must"),
    ],
)
def test_training_names_a_wrong_key_before_any_work(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(f"params.yaml: recipes.recipe.{message}")):
        Training(recipe(**keys), 3, SAMPLES)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"train_rows": 50, "val_rows": 20}, "train_rows: must be at most the 40 rows"),
        ({"train_rows": 50, "val_fraction": 0.5}, "train_rows: must be at most the 30 rows"),
        ({"train_rows": 61}, "train_rows: must be at most the 60 rows"),
        ({"val_rows": 60}, "val_rows: must be below the 60 rows there are, got 60"),
    ],
)
def test_split_refuses_more_rows_than_there_are(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        split(recipe(**keys), SAMPLES, 3)


def test_split_takes_the_rows_that_are_asked_for() -> None:
    used, val = split(recipe(train_rows=30, val_rows=20), SAMPLES, 3)
    assert val is not None
    assert (len(used.labels), len(val.labels)) == (30, 20)
    used, val = split(recipe(train_rows=7), SAMPLES, 3)
    assert (len(used.labels), val) == (7, None)


def test_dropped_last_batch_of_too_few_rows_is_refused() -> None:
    with pytest.raises(ConfigError, match=re.escape("batch_size: must be at most the 60 training")):
        Training(recipe(batch_size=61, last="drop"), 3, SAMPLES)


def test_keep_best_val_accuracy_is_refused_for_a_regression() -> None:
    what = recipe(val_rows=20, keep={"best": "val_accuracy"}, loss="mean_squared_error")
    with pytest.raises(ConfigError, match=re.escape("keep.best: a regression has no accuracy")):
        Training(what, 3, Samples(IMAGES, np.zeros((60, 2))))


def test_history_grows_after_every_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.training.checkpoint.FOLDER", tmp_path)
    seen: list[int] = []
    checkpoint = Checkpoint("test", "key", SILENT.say)
    training = Training(recipe(), 3, SAMPLES)
    training.run(checkpoint, SILENT, lambda history: seen.append(len(history)))
    assert seen == [1, 2, 3, 4, 5, 6]


def test_summarize_seeds_gives_mean_and_deviation() -> None:
    seeds = [{"seed": 1, "test_accuracy": 0.5}, {"seed": 2, "test_accuracy": 0.7}]
    summary = summarize(seeds)
    assert summary["test_accuracy"] == pytest.approx(0.6)
    assert summary["test_accuracy_std"] == pytest.approx(0.02**0.5)
    assert summary.keys() == {"test_accuracy", "test_accuracy_std"}
    assert summarize(seeds[:1]) == {"test_accuracy": 0.5}


def test_linear_data_set_follows_its_formula() -> None:
    arrays = linear(rows=50, features=3, bias=2.0, seed=1)
    units, answers = arrays["test_images"], arrays["test_labels"]
    assert answers[0, 0] == 2.0
    w = answers[1:] - 2.0
    np.testing.assert_allclose(arrays["train_labels"], arrays["train_images"] @ w + 2.0)
    assert units.shape == (4, 3)
    assert np.abs(arrays["train_images"]).max() <= 5
