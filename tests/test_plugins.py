"""Recipes whose layers, optimizer, loss and transforms come from plugin files."""

import importlib
import re
import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import np_data
import np_layers
import np_optim
from pipelines.data.samples import Samples
from pipelines.recipes import plugins
from pipelines.recipes.plugins import import_plugins
from pipelines.recipes.schema import ConfigError, Recipe
from pipelines.training import checkpoint
from pipelines.training.loop import Training

from .conftest import ROOT, Workshop
from .test_pipeline import ran, repro

MINE = '''
import np_data
import np_layers
import np_optim
import numpy as np


@np_layers.register
class Gain(np_layers.Layer):
    """y = g x with one g for each input."""

    def __init__(self, start=1.0):
        self.start = start

    def build(self, input_shape, *, rng, dtype):
        shape = super().build(input_shape, rng=rng, dtype=dtype)
        self.add_parameter("gain", np.full(shape, self.start))
        return shape

    def forward(self, x, *, training=False):
        x = self.check_input(x)
        if training:
            self.save_for_backward(x)
        return x * self.parameters()["gain"]

    def backward(self, grad_output):
        (x,) = self.saved()
        self.gradients()["gain"][...] = (x * grad_output).sum(axis=0)
        return grad_output * self.parameters()["gain"]


@np_optim.register
class SignSGD(np_optim.Optimizer):
    def update(self, p, g, slots, lr, t):
        p -= lr * np.sign(g)


@np_layers.register_loss
def squared_hinge(outputs, labels, *, reduction="mean", margin=1.0):
    signs = 2 * np.eye(outputs.shape[1], dtype=outputs.dtype)[labels] - 1
    short = np.maximum(margin - signs * outputs, 0)
    scale = 1 / len(outputs) if reduction == "mean" else 1
    return float((short**2).sum() * scale), -2 * signs * short * scale


@np_data.register_transform
class Negative:
    def fit(self, x):
        return self

    def apply(self, x, *, rng=None):
        return 255 - np.asarray(x)

    def to_dict(self):
        return {"kind": "negative"}

    @classmethod
    def from_dict(cls, state):
        return cls()


@np_data.register_augmentation
def roll(images, *, rng, pixels=1):
    return np.roll(images, rng.integers(pixels + 1), axis=3)
'''
USES = [
    ("    dataset: small", "    plugins: [experiments/mine.py]\n    dataset: small"),
    ("preprocess: [Scale]", "preprocess: [Negative, Scale]\n    augment: [{roll: {pixels: 2}}]"),
    ("      - ReLU\n", "      - ReLU\n      - Gain: {start: 0.5}\n"),
    ("loss: cross_entropy", "loss: {squared_hinge: {margin: 0.9}}"),
    ("optimizer: {SGD: {momentum: 0.9}}", "optimizer: SignSGD"),
    ("lr: 0.05", "lr: 0.002"),
]
SAMPLES = Samples(
    np.random.default_rng(0).integers(0, 255, (20, 1, 4, 4)), np.arange(20, dtype=np.int64) % 2
)


def use_plugin(text: str) -> str:
    """Return params.yaml with a first recipe that uses every kind of plugin."""
    first, rest = text.split("  second:")
    for old, new in USES:
        assert old in first
        first = first.replace(old, new)
    return first + "  second:" + rest


def test_recipe_with_a_plugin_runs_alone_and_depends_on_its_file(workshop: Workshop) -> None:
    own = {"plugins", "train@first", "evaluate@first", "plot@first", "report"}
    mine, params = workshop.folder / "experiments" / "mine.py", workshop.folder / "params.yaml"
    mine.write_text(MINE, encoding="utf-8")
    assert ran(repro(workshop)) == {"plugins"}  # no recipe uses the file
    params.write_text(use_plugin(params.read_text(encoding="utf-8")), encoding="utf-8")
    assert ran(repro(workshop)) == own
    model = workshop.folder / "models" / "first" / "model.npz"
    trained = model.read_bytes()
    page = (workshop.folder / "reports" / "report.html").read_text(encoding="utf-8")
    assert "experiments/mine.py" in page
    assert "Gain" in page

    picture = workshop.folder / "picture.npy"
    np.save(picture, np.full((28, 28), 200, np.uint8))
    done = workshop.run("pipelines.commands.predict", str(picture), "--model", str(model))
    assert done.returncode == 0, done.stderr
    with pytest.raises(np_layers.ModelFileError, match=r"'Gain'.*import the file"):
        np_layers.load(model)

    workshop.change("np.sign(g)", "2 * np.sign(g)", "experiments/mine.py")
    assert ran(repro(workshop)) == own
    assert model.read_bytes() != trained
    workshop.change("2 * np.sign(g)", "np.sign(g)", "experiments/mine.py")
    assert ran(repro(workshop)) == {"report"}  # the rest is in DVC's cache
    assert model.read_bytes() == trained


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder for plugins, whose names are forgotten after the test."""
    registries: list[dict[str, Any]] = [
        np_layers.LAYERS,
        np_layers.LOSSES,
        np_optim.OPTIMIZERS,
        np_data.TRANSFORMS,
        np_data.AUGMENTATIONS,
    ]
    before = [dict(registry) for registry in registries]
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "__init__.py").touch()
    monkeypatch.setattr(plugins, "ROOT", tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == "experiments"]:
        monkeypatch.delitem(sys.modules, name)
    importlib.invalidate_caches()
    yield tmp_path / "experiments"
    for registry, names in zip(registries, before, strict=True):
        for name in registry.keys() - names:
            del registry[name]
    for name in [name for name in sys.modules if name.split(".")[0] == "experiments"]:
        del sys.modules[name]


def recipe(**keys: Any) -> Recipe:
    plain: dict[str, Any] = {
        "dataset": "small",
        "val_fraction": 0.2,
        "layers": ["Flatten", {"Dense": {"units": 2}}],
        "weight_init": "he_normal",
        "loss": "cross_entropy",
        "optimizer": "SGD",
        "lr": 0.01,
        "batch_size": 5,
        "epochs": 2,
        "seed": 0,
    }
    return Recipe.model_validate(plain | keys)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        (
            {"layers": ["Flatten", "Gian", {"Dense": {"units": 2}}]},
            "layers.1: unknown layer 'Gian'; did you mean Gain",
        ),
        ({"optimizer": "SignSDG"}, "optimizer: unknown name 'SignSDG'; did you mean SignSGD"),
        ({"loss": "square_hinge"}, "loss: unknown name 'square_hinge'; did you mean squared_hinge"),
        ({"loss": {"squared_hinge": {"slack": 1}}}, "loss: got an unexpected keyword argument"),
        ({"preprocess": ["negativ"]}, "preprocess.0: unknown name 'negativ'; did you mean Neg"),
        ({"augment": ["rol"]}, "augment.0: unknown name 'rol'; did you mean roll?"),
        ({"plugins": ["experiments/m.py"]}, "plugins: there is no file experiments/m.py"),
    ],
)
def test_wrong_name_beside_a_plugin_gets_the_nearest(
    folder: Path, keys: dict[str, Any], message: str
) -> None:
    (folder / "mine.py").write_text(MINE, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(f"recipes.recipe.{message}")):
        Training(recipe(**{"plugins": ["experiments/mine.py"]} | keys), 0, SAMPLES)


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (
            {"layers": ["Flatten", "Gain", {"Dense": {"units": 2}}]},
            "layers.1: unknown layer 'Gain'",
        ),
        ({"weight_init": "my_init"}, "layers.1: unknown initialiser 'my_init'"),
        ({"optimizer": "SignSGD"}, "optimizer: unknown name 'SignSGD'"),
        ({"loss": "squared_hinge"}, "loss: unknown name 'squared_hinge'"),
        ({"preprocess": ["Negative"]}, "preprocess.0: unknown name 'Negative'"),
        ({"augment": ["roll"]}, "augment.0: unknown name 'roll'"),
    ],
)
def test_name_of_a_plugin_that_the_recipe_does_not_list_is_told_about_the_key(
    keys: dict[str, Any], place: str
) -> None:
    hint = r".* \(a name of your own needs its file in the recipe's key plugins\)$"
    with pytest.raises(ConfigError, match=re.escape(f"recipes.recipe.{place}") + hint):
        Training(recipe(**keys), 0, SAMPLES)


def test_plugin_that_imports_a_file_which_is_not_listed_is_refused(folder: Path) -> None:
    (folder / "mine.py").write_text("import experiments.helper", encoding="utf-8")
    (folder / "helper.py").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape("a plugin imports experiments/helper.py; add")):
        import_plugins(recipe(plugins=["experiments/mine.py"]))


def test_plugins_may_import_each_other(folder: Path) -> None:
    (folder / "mine.py").write_text("from experiments.helper import ANSWER", encoding="utf-8")
    (folder / "helper.py").write_text("ANSWER = 42", encoding="utf-8")
    import_plugins(recipe(plugins=["experiments/mine.py", "experiments/helper.py"]))


@pytest.mark.parametrize("file", ["mine.py", "../mine.py", "experiments/a.txt", "/mine.py"])
def test_plugin_outside_of_experiments_is_refused(file: str) -> None:
    with pytest.raises(ValueError, match="plugins"):
        recipe(plugins=[file])


def test_regression_with_a_registered_loss_takes_the_steps_of_the_squared_error(
    folder: Path,
) -> None:
    text = """
import np_layers

@np_layers.register_loss
def halved(outputs, targets, *, reduction="mean"):
    loss, gradient = np_layers.mean_squared_error(
        outputs, targets, reduction=reduction, arithmetic="exact"
    )
    return loss / 2, gradient / 2
"""
    (folder / "mine.py").write_text(text, encoding="utf-8")
    values = Samples(SAMPLES.inputs, np.random.default_rng(1).normal(size=(20, 2)))
    own = Training(recipe(plugins=["experiments/mine.py"], loss="halved"), 0, values)
    half = Training(recipe(loss={"mean_squared_error": {"factor": 0.5}}), 0, values)
    for training in (own, half):
        training.history.append(training._train_epoch(0))
    assert own.history == half.history


@pytest.mark.parametrize("language", ["en", "ko"])
def test_parts_of_a_student_train_as_the_text_of_unit_12_says(folder: Path, language: str) -> None:
    units = ROOT / "packages" / "np-lab" / "src" / "np_lab" / "units"
    notes = (units / "capstone" / f"notes.{language}.md").read_text(encoding="utf-8")
    blocks = [textwrap.dedent(block) for block in re.findall(r"\n\n((?:    .*\n|\n)+)", notes)]
    (code,) = (block for block in blocks if "np_layers.register(" in block)
    (text,) = (block for block in blocks if "my_parts:" in block)
    (folder / "mine.py").write_text(code, encoding="utf-8")
    for unit in ("dense", "adam"):
        shutil.copy(units / unit / "solutions.py", folder / f"{unit}.py")
    keys = YAML(typ="safe").load(text)["my_parts"]
    digits = Samples(SAMPLES.inputs, np.arange(20) % 10)
    training = Training(Recipe.model_validate(keys | {"batch_size": 8}), 0, digits)
    losses = [training._train_epoch(epoch)["train_loss"] for epoch in range(20)]
    assert losses[-1] < losses[0]
    assert [repr(layer) for layer in training.network.layers[1:3]] == [
        "StudentDense(outputs=64)",
        "ReLU()",
    ]
    assert type(training.optimizer).__name__ == "StudentAdam"


def test_edited_plugin_continues_no_old_checkpoint(folder: Path) -> None:
    own = recipe(plugins=["experiments/mine.py"])
    keys = []
    for text in ("", "# edited"):
        (folder / "mine.py").write_text(text, encoding="utf-8")
        keys.append(checkpoint.fingerprint(own, folder))
    assert keys[0] != keys[1]
