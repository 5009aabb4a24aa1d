"""The command predict: pictures of handwriting are answered by a trained network."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.commands import predict
from pipelines.environment import ROOT
from pipelines.io.console import Console
from pipelines.photographs import pictures
from pipelines.photographs.certainty import Certainty, calibrate, fit_temperature, load_or_calibrate
from pipelines.photographs.digits import ROWS
from pipelines.photographs.handwriting import prepare_digit
from tests.drawings import STROKES, drawn, photographed
from tests.test_photographs import side_by_side

np_layers = predict.np_layers  # of this checkout, which the pipeline puts on the path
np_data = pictures.np_data


def saved(path: Path, image: Image.Image) -> Path:
    image.save(path)
    return path


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
    text = json.dumps({"transforms": [scale]})
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


def test_predict_answers_what_it_can_and_says_what_it_cannot(tmp_path: Path, model: Path) -> None:
    photo = (255 * photographed(drawn("7"), "shadow", np.random.default_rng(0))).astype(np.uint8)
    good = saved(tmp_path / "good.jpg", Image.fromarray(photo))
    blank = saved(tmp_path / "blank.png", Image.new("RGB", (300, 200), "white"))
    missing = tmp_path / "missing.png"
    done = command(missing, good, blank, "--model", model)
    assert done.returncode == 2
    (line,) = done.stdout.splitlines()
    assert re.fullmatch(rf"{good}: (not sure this is a digit; perhaps )?\d \(.* %\).*", line)
    errors = [text for text in done.stderr.splitlines() if text.startswith("error: ")]
    assert errors == [
        f"error: {missing}: No such file or directory",
        f"error: {blank}: no handwriting stands out from the paper; is the picture blank?",
    ]
    assert "background removed" in done.stderr
    assert "done" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_quiet_prints_only_answers_and_errors(tmp_path: Path, model: Path) -> None:
    np.save(tmp_path / "a.npy", prepare_digit(drawn("7"))[0])
    done = command(tmp_path / "a.npy", "--model", model, "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1


def test_json_holds_the_answers_of_the_network(tmp_path: Path, model: Path) -> None:
    digits = np.stack([prepare_digit(drawn(name))[0] for name in STROKES])
    np_data.write_idx(tmp_path / "digits", digits)
    done = command(tmp_path / "digits", tmp_path / "missing", "--model", model, "--json")
    assert done.returncode == 2
    document = json.loads(done.stdout)
    *answered, error = document["pictures"]
    assert [picture["steps"] for picture in answered] == [["taken as it is"]] * len(digits)
    answers = [digit for picture in answered for digit in picture["digits"]]
    assert error == {
        "name": str(tmp_path / "missing"),
        "error": f"{tmp_path / 'missing'}: No such file or directory",
    }
    inputs = (digits / np.float32(255)).astype(np.float32)[:, np.newaxis]
    expected = np_layers.softmax(np_layers.load(model).predict(inputs))
    assert len(answers) == len(digits)
    for answer, row in zip(answers, expected, strict=True):
        values = list(answer["probabilities"].values())
        # Calibration divides all logarithms by one temperature.
        others = row < row.max()
        ratios = np.log(np.array(values)[others] / max(values)) / np.log(row[others] / row.max())
        np.testing.assert_allclose(ratios, ratios.mean(), rtol=1e-3)
        assert sum(values) == pytest.approx(1)
        assert answer["class"] == str(row.argmax())
        assert answer["confidence"] == max(values)
        assert answer["runner_up"]["confidence"] == sorted(values)[-2]
        assert answer["box"] == [0, 0, 28, 28]


def test_folder_stands_for_the_model_in_it(tmp_path: Path, model: Path) -> None:
    np.save(tmp_path / "a.npy", prepare_digit(drawn("7"))[0])
    by_file = command(tmp_path / "a.npy", "--model", model)
    by_folder = command(tmp_path / "a.npy", "--model", model.parent)
    assert by_folder.returncode == 0, by_folder.stderr
    assert by_folder.stdout == by_file.stdout
    model.unlink()
    without = command(tmp_path / "a.npy", "--model", model.parent)
    assert without.returncode == 1
    assert without.stderr.startswith(f"error: there is no model {model}; make one with: ")


def test_missing_model_says_how_to_make_one(tmp_path: Path) -> None:
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


def test_default_model_is_the_first_that_is_there(
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
def test_digits_are_found_only_for_a_model_of_digits(
    name: str, digits: bool, tmp_path: Path, model: Path
) -> None:
    folder = tmp_path / name
    model.parent.rename(folder)
    classifier = predict.Classifier(folder / "model.npz", predict.load_params())
    assert classifier.digits == digits
    assert classifier.class_names(10)[1] == ("1" if digits else "Trouser")


def test_several_digits_are_printed_from_left_to_right(tmp_path: Path, model: Path) -> None:
    ink = side_by_side("2024")
    photo = (255 * photographed(ink, "plain", np.random.default_rng(0))).astype(np.uint8)
    path = saved(tmp_path / "year.jpg", Image.fromarray(photo))
    rows = saved(tmp_path / "rows.png", Image.fromarray(np.vstack([photo, photo])))
    done = command(path, rows, "--model", model)
    (line,) = done.stdout.splitlines()
    assert re.fullmatch(rf"{path}: [\d?]( [\d?]){{3}} \([^,]+(, [^,]+){{3}}\)", line)
    assert done.stderr.splitlines()[-1] == f"error: {rows}: {ROWS}"
    document = json.loads(command(path, "--model", model, "--json").stdout)
    digits = document["pictures"][0]["digits"]
    assert [sorted(digit) for digit in digits] == [
        ["box", "class", "confidence", "probabilities", "runner_up", "steps", "sure"]
    ] * 4
    assert [digit["box"][0] for digit in digits] == sorted(digit["box"][0] for digit in digits)


def test_describe_says_what_is_not_sure() -> None:
    def answer(name: str, confidence: float, sure: bool) -> dict[str, object]:
        other = {"class": "5", "confidence": 0.012}
        return {"class": name, "confidence": confidence, "sure": sure, "runner_up": other}

    one = {"name": "a.png", "digits": [answer("3", 0.9871, True)]}
    assert predict.describe(one) == "a.png: 3 (98.7 %), then 5 (1.2 %)"
    unsure = {"name": "a.png", "digits": [answer("3", 0.412, False)]}
    assert predict.describe(unsure) == "a.png: not sure this is a digit; perhaps 3 (41.2 %)"
    several = {"name": "a.png", "digits": [answer("2", 0.99995, True), answer("0", 0.4, False)]}
    assert predict.describe(several) == "a.png: 2 ? (> 99.9 %, not sure)"


# How sure an answer is.


def blobs(rng: np.random.Generator, labels: np.ndarray) -> np.ndarray:
    """Draw a class for each label: a bright spot in another place, with noise."""
    y, x = np.mgrid[:28, :28]
    centres = np.array([(8, 8), (8, 20), (20, 14)])[labels] + rng.normal(0, 1, (len(labels), 2))
    away = (y - centres[:, :1, None]) ** 2 + (x - centres[:, 1:, None]) ** 2
    spots = 230 * np.exp(-away / 30) * rng.uniform(0.8, 1, (len(labels), 1, 1))
    return (spots + rng.uniform(0, 20, spots.shape)).astype(np.uint8)


def overconfident(digits: np.ndarray) -> np.ndarray:
    """Answer by the nearest spot, far too sure."""
    flat = digits.reshape(len(digits), -1) / 255.0
    centres = blobs(np.random.default_rng(9), np.repeat([0, 1, 2], 50)).reshape(3, 50, -1)
    logits = -2.0 * np.square(flat[:, None] - centres.mean(axis=1) / 255).sum(axis=2)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.fixture(scope="module")
def certainty() -> Certainty:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 3000)
    return calibrate(overconfident, blobs(rng, labels), labels)


def test_fit_temperature_finds_the_temperature_that_was_used() -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 2, (20_000, 4))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (true.cumsum(axis=1) < rng.random((len(true), 1))).sum(axis=1)
    sharp = np.exp(2.5 * logits) / np.exp(2.5 * logits).sum(axis=1, keepdims=True)
    assert fit_temperature(sharp, labels) == pytest.approx(2.5, rel=0.06)
    assert fit_temperature(true, labels) == pytest.approx(1, rel=0.06)


def test_rows_like_the_training_rows_are_sure_and_others_are_not(certainty: Certainty) -> None:
    rng = np.random.default_rng(1)
    rows = blobs(rng, rng.integers(0, 3, 2000))
    assert certainty.is_sure(rows, certainty.calibrated(overconfident(rows))).mean() > 0.98
    noise = rng.integers(0, 256, (50, 28, 28)).astype(np.uint8)
    crosses = np.maximum(blobs(rng, np.zeros(50, int)), blobs(rng, np.full(50, 2)))
    for strange in (noise, crosses):
        answers = certainty.calibrated(overconfident(strange))
        assert not certainty.is_sure(strange, answers).any()


def test_strangeness_is_the_distance_from_the_subspace_of_the_class(certainty: Certainty) -> None:
    rng = np.random.default_rng(2)
    rows = blobs(rng, np.array([0, 1, 2]))
    flat = rows.reshape(3, -1) / 255.0
    for label in range(3):
        basis = certainty.components[label].T
        target = flat[label] - certainty.means[label]
        nearest = basis @ np.linalg.lstsq(basis, target, rcond=None)[0]
        expected = np.square(target - nearest).sum() / certainty.distances[label]
        found = certainty.strangeness(rows[label : label + 1], np.eye(3)[label : label + 1])
        assert found == pytest.approx([expected], rel=1e-6)
    even = np.full((1, 3), 1 / 3)
    parts = [certainty.strangeness(rows[:1], np.eye(3)[label : label + 1]) for label in range(3)]
    expected = np.mean(parts) + 0.2 * np.log(3)
    assert certainty.strangeness(rows[:1], even) == pytest.approx([expected])


def test_calibration_is_computed_once_and_read_again(tmp_path: Path, certainty: Certainty) -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 3000)
    images, path = blobs(rng, labels), tmp_path / "folder" / "a.npz"
    first = load_or_calibrate(path, overconfident, images, labels)
    second = load_or_calibrate(path, lambda digits: 1 / 0, images, labels)
    for name in Certainty.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(first, name), getattr(certainty, name))
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_classifier_without_training_rows_is_not_calibrated(
    tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(predict, "ROOT", tmp_path)
    monkeypatch.setattr(predict, "processed_folder", lambda name, split: tmp_path / "missing")
    classifier = predict.Classifier(model, predict.load_params())
    classifier.calibrate(Console("predict"))
    assert "not calibrated: the training rows of MNIST are missing" in capsys.readouterr().err
    digits = np.stack([prepare_digit(drawn(name))[0] for name in STROKES])
    assert all(answer["sure"] for answer in classifier.answer(digits))
