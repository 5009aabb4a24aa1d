"""The training loop beside plain arithmetic: chunks, choice of weights, schedules, averages."""

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
from pipelines.training.gradients import gradient_of
from pipelines.training.network import build_network, build_schedule
from pipelines.training.statistics import gradient_norms, layer_statistics
from pipelines.training.tasks import task_of
from pipelines.training.train import train

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


def run(what: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("pipelines.training.checkpoint.FOLDER", tmp_path)
    checkpoint = Checkpoint("test", "key", SILENT.say)
    network, transforms, training = train(what, what.all_seeds[0], SAMPLES, checkpoint, SILENT)
    checkpoint.discard()
    return network, transforms, training.history


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("size", [25, 7, 1])
def test_chunks_sum_to_the_gradient_of_the_whole_batch(reduction: str, size: int) -> None:
    whole = recipe(reduction=reduction, l2=0.1, batch_size=60)
    chunked = recipe(reduction=reduction, l2=0.1, batch_size=60, chunk_size=size)
    results = []
    for what in (whole, chunked):
        network = build_network(what, (1, 4, 4), seed=5)
        results.append(gradient_of(what, network, task_of(what, LABELS))(IMAGES, LABELS))
    (loss, correct, gradients), (loss_in_chunks, correct_in_chunks, in_chunks) = results
    assert loss_in_chunks == pytest.approx(loss, rel=1e-5)
    assert correct_in_chunks == correct
    for key, gradient in gradients.items():
        np.testing.assert_allclose(in_chunks[key], gradient, rtol=1e-4, atol=1e-5, err_msg=key)


def test_chunk_size_is_refused_when_a_layer_needs_the_whole_batch() -> None:
    what = recipe(layers=["Flatten", "BatchNorm", {"Dense": {"units": 2}}], chunk_size=7)
    network = build_network(what, (1, 4, 4), seed=5)
    with pytest.raises(ConfigError, match=re.escape("recipe.chunk_size: a batch cannot be cut")):
        gradient_of(what, network, task_of(what, LABELS))


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("shards", [2, 3, 7, 64])
def test_shards_sum_to_the_gradient_of_the_whole_batch(reduction: str, shards: int) -> None:
    results = []
    for count in (1, shards):
        what = recipe(reduction=reduction, l2=0.1, shards=count, batch_size=64)
        network = build_network(what, (1, 4, 4), seed=5)
        results.append(gradient_of(what, network, task_of(what, LABELS))(IMAGES, LABELS))
    assert results[1].loss == pytest.approx(results[0].loss, rel=1e-5)
    assert results[1].correct == results[0].correct
    for key, gradient in results[0].gradients.items():
        np.testing.assert_allclose(
            results[1].gradients[key], gradient, rtol=1e-4, atol=1e-5, err_msg=key
        )


NOISY = ["Flatten", {"Dense": {"units": 16}}, "BatchNorm", "ReLU", {"Dropout": {"rate": 0.3}}]


def test_shards_give_equal_bits_on_any_number_of_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = recipe(layers=[*NOISY, {"Dense": {"units": 2}}], shards=3)
    states = []
    for cores in (1, 2, 3):
        monkeypatch.setenv("NP_LAYERS_THREADS", str(cores))
        states.append(run(what, tmp_path, monkeypatch)[0].state_dict())
    for state in states[1:]:
        for key, array in states[0].items():
            np.testing.assert_array_equal(state[key], array, err_msg=key)


def test_shards_have_different_dropout_masks() -> None:
    what = recipe(layers=["Flatten", {"Dropout": {"rate": 0.5}}, {"Dense": {"units": 2}}], shards=2)
    network = build_network(what, (1, 4, 4), seed=5)
    task = task_of(what, LABELS)
    twice = np.concatenate([IMAGES[:30], IMAGES[:30]]), np.concatenate([LABELS[:30]] * 2)
    both = gradient_of(what, network, task)(*twice).gradients["2.weight"].copy()
    alone = build_network(what, (1, 4, 4), seed=5)
    one = gradient_of(recipe(), alone, task)(IMAGES[:30], LABELS[:30]).gradients
    assert np.abs(both - one["2.weight"]).max() > 1e-3


@pytest.mark.parametrize("shards", [1, 2])
def test_stopped_training_continues_with_equal_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shards: int
) -> None:
    monkeypatch.setattr("pipelines.training.loop.SAVE_SECONDS", 0.0)
    what = recipe(layers=[*NOISY, {"Dense": {"units": 2}}], shards=shards, ema=0.9)
    whole, _, history = run(what, tmp_path, monkeypatch)

    def stop(checkpoint: Checkpoint, *args: Any) -> None:
        save(checkpoint, *args)
        if len(args[0]["history"]) == 3:
            raise KeyboardInterrupt

    save = Checkpoint.save
    monkeypatch.setattr(Checkpoint, "save", stop)
    with pytest.raises(KeyboardInterrupt):
        run(what, tmp_path, monkeypatch)
    monkeypatch.setattr(Checkpoint, "save", save)
    again, _, rows = run(what, tmp_path, monkeypatch)
    assert rows == history
    for key, array in whole.state_dict().items():
        np.testing.assert_array_equal(again.state_dict()[key], array, err_msg=key)


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
    network, _, history = run(what, tmp_path, monkeypatch)
    _, val = split(what, SAMPLES, 3)
    assert val is not None
    outputs = network.predict(val.inputs)
    loss, _ = task_of(what, LABELS).loss(outputs, val.labels)
    losses = [row["val_loss"] for row in history]
    assert losses[-1] > min(losses), "the last epoch must not be the best, or nothing is tested"
    assert loss == pytest.approx(min(losses), rel=1e-6)


def test_patience_stops_a_training_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    what = recipe(val_rows=20, keep={"best": "val_loss", "patience": 3}, lr=8.0, epochs=200)
    _, _, history = run(what, tmp_path, monkeypatch)
    losses = [row["val_loss"] for row in history]
    assert len(losses) < 200
    assert losses.index(min(losses)) == len(losses) - 4


def test_iterations_are_measured_at_their_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    what = recipe(epochs=None, iterations=COUNT, order="replacement")
    _, _, history = run(what, tmp_path, monkeypatch)
    assert [row["step"] for row in history] == [10, 20, 25]
    assert history[-1]["epoch"] == pytest.approx(25 * 20 / 60)


def test_schedule_is_in_the_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    what = recipe(schedule={"warmup_cosine": {"warmup": 0.5}})
    schedule = build_schedule(what, 100)
    assert [round(schedule(step), 3) for step in (0, 25, 50, 75, 100)] == [0.0, 0.25, 0.5, 0.25, 0]
    _, _, history = run(what, tmp_path, monkeypatch)
    rates = [row["lr"] for row in history]
    assert rates.index(max(rates)) in (2, 3)
    assert rates[-1] < 0.1


def test_ema_weights_are_measured_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, _, _ = run(recipe(val_rows=20), tmp_path, monkeypatch)
    averaged, _, history = run(recipe(val_rows=20, ema=0.9), tmp_path, monkeypatch)
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
    monkeypatch.setattr("pipelines.training.checkpoint.FOLDER", tmp_path)
    checkpoint = Checkpoint("test", "key", SILENT.say)
    network, _, training = train(what, 3, SAMPLES, checkpoint, SILENT)
    history, layers = training.history, training.layers
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


def test_dropped_last_batch_of_too_few_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match=re.escape("batch_size: must be at most the 60 training")):
        run(recipe(batch_size=61, last="drop"), tmp_path, monkeypatch)


def test_keep_best_val_accuracy_is_refused_for_a_regression(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.training.checkpoint.FOLDER", tmp_path)
    what = recipe(val_rows=20, keep={"best": "val_accuracy"}, loss="mean_squared_error")
    values = Samples(IMAGES, np.zeros((60, 2)))
    with pytest.raises(ConfigError, match=re.escape("keep.best: a regression has no accuracy")):
        train(what, 3, values, Checkpoint("test", "key", SILENT.say), SILENT)


def test_history_grows_after_every_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.training.checkpoint.FOLDER", tmp_path)
    seen: list[int] = []
    checkpoint = Checkpoint("test", "key", SILENT.say)
    train(recipe(), 3, SAMPLES, checkpoint, SILENT, lambda history: seen.append(len(history)))
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
