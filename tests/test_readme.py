"""The READMEs and the pages of docs/: examples run, links exist, figures are the committed ones."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

import np_layers.layers.activations
import np_optim
from np_layers.testing import check_gradients
from np_optim.testing import check_optimizer
from pipelines.recipes.schema import Recipe

from .examples import ROOT, blocks, programs

LANGUAGES = ("README.md", "README.ko.md")
PAGES = (
    *LANGUAGES,
    "CONTRIBUTING.md",
    *sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "docs").rglob("*.md")),
)
TRAINING_PACKAGES = {"np_data", "np_layers", "np_metrics", "np_optim", "np_viz"}
# What the READMEs say was found: the recipes whose accuracies a row of the table names.
FOUND = {
    "S4: the network collapses": ["s4_b512_i10000_h512"],
    "S4: its best network": ["s4_b256_i10000_h256_again", "s4_corrected"],
    "S3: gradient descent": ["s3_full_batch", "s3_corrected"],
    "S2: a first convolution": ["s2_conv_net", "s2_conv_net_corrected"],
    "S1: a deep network": ["s1_fashion_dnn"],
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def committed_accuracy(section: str, recipe: str) -> float:
    path = ROOT / "reports" / section / recipe / "metrics.json"
    return float(json.loads(path.read_text(encoding="utf-8"))["test_accuracy"])


@pytest.mark.parametrize("name", LANGUAGES)
def test_readme_example_runs_and_uses_every_package(name: str, tmp_path: Path) -> None:
    (code,) = blocks(name, "python")
    imported = set(re.findall(r"^(?:import|from) (np_\w+)", code, flags=re.MULTILINE))
    assert imported == TRAINING_PACKAGES
    path = os.pathsep.join(str(folder) for folder in sorted(ROOT.glob("packages/*/src")))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "curves.png").exists()


def test_readmes_have_equal_commands_and_examples() -> None:
    english, korean = LANGUAGES
    for kind in ("sh", "python"):
        assert blocks(english, kind) == blocks(korean, kind)


@pytest.mark.parametrize("path", sorted(ROOT.glob("packages/*/README.md")))
def test_readme_of_a_package_has_a_program_for_the_type_checkers(path: Path) -> None:
    found = programs(path.relative_to(ROOT).as_posix())
    assert found
    for code in found:
        compile(code, str(path), "exec")


@pytest.mark.parametrize("name", PAGES)
def test_links_exist(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", read(name)):
        if "://" not in target:
            assert ((ROOT / name).parent / target).exists(), target


@pytest.mark.parametrize("name", PAGES)
def test_commands_name_modules_that_exist(name: str) -> None:
    for module in re.findall(r"python -m (pipelines[\w.]+)", read(name)):
        assert (ROOT / (module.replace(".", "/") + ".py")).exists(), module


def test_readme_finds_what_the_committed_run_found() -> None:
    english, korean = (read(name) for name in LANGUAGES)
    for start, recipes in FOUND.items():
        (row,) = re.findall(rf"^\| {start}.*\|$", english, flags=re.MULTILINE)
        for recipe in recipes:
            shown = f"{100 * committed_accuracy('recipes', recipe):.1f} %"
            assert shown in row.split("|")[2], (recipe, shown, row)
            assert shown in korean, (recipe, shown)


def test_flagships_page_shows_the_committed_accuracies() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|.*\| (\d+\.\d+) %.* \|$", read("docs/flagships.md"), flags=re.MULTILINE
    )
    assert len(rows) == 6
    for recipe, shown in rows:
        assert shown == f"{100 * committed_accuracy('flagships', recipe):.2f}", recipe


def example(start: str) -> str:
    """Return the Python example of docs/extend.md that contains a text."""
    (code,) = (code for code in blocks("docs/extend.md", "python") if start in code)
    return code


@pytest.fixture
def names_are_forgotten() -> Iterator[None]:
    """Take what a test registers out of the registries again."""
    layers, optimizers = dict(np_layers.LAYERS), dict(np_optim.OPTIMIZERS)
    yield
    for registry, before in ((np_layers.LAYERS, layers), (np_optim.OPTIMIZERS, optimizers)):
        for name in registry.keys() - before.keys():
            del registry[name]


@pytest.mark.usefixtures("names_are_forgotten")
def test_plugin_of_extend_page_has_right_gradient_and_steps() -> None:
    names: dict[str, Any] = {}
    exec(example("class SquaredReLU"), names)  # noqa: S102
    rng = np.random.default_rng(0)
    layers = [np_layers.Dense(3), names["SquaredReLU"]()]
    check_gradients(np_layers.Sequential(layers, input_shape=2, rng=rng, dtype=float), rng=rng)
    params = {"w": np.array([1.0, -2.0, 3.0])}
    np_optim.OPTIMIZERS["SignDescent"](0.5).step(params, {"w": np.array([10.0, -0.1, 0.0])})
    assert params["w"].tolist() == [0.5, -1.5, 3.0]


@pytest.mark.usefixtures("names_are_forgotten")
def test_activation_of_extend_page_has_right_gradient() -> None:
    names = dict(vars(np_layers.layers.activations))
    exec(example("class Softsign"), names)  # noqa: S102
    rng = np.random.default_rng(0)
    layers = [np_layers.Dense(3), names["Softsign"]()]
    check_gradients(np_layers.Sequential(layers, input_shape=2, rng=rng, dtype=float), rng=rng)


@pytest.mark.usefixtures("names_are_forgotten")
def test_optimizer_of_extend_page_follows_its_equation() -> None:
    names: dict[str, Any] = {}
    for start in ("class SignSGD", "def signsgd"):
        exec(example(start), names)  # noqa: S102
    optimizer, equation = names["SignSGD"], names["signsgd"]

    class Reference:
        def __init__(self) -> None:
            self.memory: dict[tuple[str, int], dict[str, float]] = {}

        def step(self, params: dict[str, np.ndarray], grads: dict[str, np.ndarray]) -> None:
            for key, p in params.items():
                for i, g in enumerate(grads[key].flat):
                    s = self.memory.setdefault((key, i), {})
                    p.flat[i] = equation(float(p.flat[i]), float(g), s, 1, 1e-3)

    check_optimizer(optimizer, reference=Reference)


def test_recipes_of_extend_page_are_recipes() -> None:
    text = "\n".join(blocks("docs/extend.md", "yaml"))
    recipes = YAML(typ="safe").load(text)
    assert len(recipes) == 3
    assert {Recipe.model_validate(recipe).epochs for recipe in recipes.values()} == {3}
