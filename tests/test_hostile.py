"""Files that want more than they should: each is refused in one line, and nothing of it is done."""

import io
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipelines.shared.config import load_params
from pipelines.shared.recipe import ConfigError

from .conftest import Workshop, build_workshop

NINE = ",".join(["*a{}"] * 9)
LISTS = "a0: &a0 [x]\n" + "".join(
    f"a{n}: &a{n} [{NINE.format(*[n - 1] * 9)}]\n" for n in range(1, 12)
)
MAPS = "a0: &a0 {k: 1}\n" + "".join(
    f"a{n}: &a{n}\n  <<: [{NINE.format(*[n - 1] * 9)}]\n" for n in range(1, 10)
)
YAML = {
    "x: !!python/object/apply:os.system [touch pwned]": "line 1: could not determine a constructor",
    "x: !mine 3": "line 1: could not determine a constructor",
    LISTS + "recipes: *a11": "must stand for at most 100000 values, got ",
    LISTS + "datasets: {x: {generate: {xor: *a11}}}": "must stand for at most 100000 values, got ",
    MAPS: "must stand for at most 100000 values, got ",
    "recipes: &a {x: *a}": "must stand for at most 100000 values, got ",
    "recipes: " + "[" * 5000 + "]" * 5000: "nested too deeply",
    "recipes: {x: {lr: " + "9" * 5000 + "}}": "digits",
    "recipes: {x: {lr: 2020-13-45}}": "month must be in 1..12",
    "recipes: {}\nrecipes: {}": 'line 2: found duplicate key "recipes"',
    "recipes:\n\t- 1": "line 2: found character '\\t'",
    "recipes: *nowhere": "line 1: found undefined alias 'nowhere'",
    "a: 1\n---\nb: 2": "line 2: but found another document",
    "x: \0": "unacceptable character #x0000",
}


@pytest.mark.parametrize("text", YAML, ids=lambda text: text[:20].splitlines()[0])
def test_yaml_that_asks_for_more_than_plain_values_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape(YAML[text])) as caught:
        load_params(path)
    message = str(caught.value)
    assert message.startswith("params.yaml: ")
    assert "\n" not in message
    assert len(message) < 300


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    workshop = build_workshop(tmp_path_factory.mktemp("hostile"))
    workshop.write_params({"first": 2})
    for stage, subject in (
        ("download", "small"),
        ("preprocess", "small"),
        ("train", "first"),
        ("evaluate", "first"),
    ):
        assert workshop.run(f"pipelines.{stage}", subject).returncode == 0
    return workshop


def refused(workshop: Workshop, *words: str) -> str:
    """Run a command that must fail with one line and change nothing; return the line."""
    before = workshop.results(checkpoints=False)
    done = workshop.run(*words)
    assert done.returncode == 1, done.stdout + done.stderr
    *said, last = done.stderr.splitlines()
    assert all(line.startswith(words[0].removeprefix("pipelines.")) for line in said)
    assert last.startswith("error: ")
    assert workshop.results(checkpoints=False) == before
    assert not (workshop.folder / "pwned").exists()
    return last


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("title: A small", "title: !!python/name:os.system small", "could not determine a constr"),
        (
            "- ReLU\n",
            "- ReLU\n" + "      - ReLU\n" * 1000,
            "recipes.first.layers: list should have at most 1000",
        ),
        ("units: 16", "units: 1000000000000", "recipes.first.layers: Unable to allocate"),
        ("units: 16", f"units: {10**30}", "recipes.first.layers: "),
        ("batch_size: 8", f"batch_size: {10**18}", ""),
        ("  first:", "  ../first:", "recipes.../first"),
        ("dataset: small", "dataset: ../small", "recipes.first.dataset"),
        ("dataset: small", "dataset: /small", "recipes.first.dataset"),
    ],
)
def test_a_recipe_without_measure_is_refused(
    ready: Workshop, old: str, new: str, message: str
) -> None:
    before = (ready.folder / "params.yaml").read_text(encoding="utf-8")
    ready.change(old, new)
    try:
        if message:
            assert message in refused(ready, "pipelines.train", "first")
        else:  # a batch larger than the data is the data
            assert ready.run("pipelines.train", "first").returncode == 0
            (ready.folder / "params.yaml").write_text(before, encoding="utf-8")
            assert ready.run("pipelines.train", "first").returncode == 0
    finally:
        (ready.folder / "params.yaml").write_text(before, encoding="utf-8")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "..", "", ".hidden"])
def test_a_file_of_a_data_set_stays_in_its_folder(ready: Workshop, name: str) -> None:
    before = (ready.folder / "params.yaml").read_text(encoding="utf-8")
    ready.change("name: train_images", f'name: "{name}"')
    last = refused(ready, "pipelines.download", "small")
    (ready.folder / "params.yaml").write_text(before, encoding="utf-8")
    assert "params.yaml: datasets.small: name must be a plain file name" in last


class Touch:
    """An object that makes a file when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return (Path.touch, (Path("pwned"),))


def pickled_npy() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([Touch()], object), allow_pickle=True)
    return file.getvalue()


def pickled_npz() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("config.npy", pickled_npy())
        archive.writestr("../outside.npy", pickled_npy())
    return file.getvalue()


HUGE = (
    b"\x93NUMPY\x01\x00v\x00"
    + b"{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000000,)}"
)
ARRAYS = (b"", pickle.dumps(Touch()), pickled_npy(), pickled_npz(), HUGE.ljust(127) + b"\n")
TEXTS = (
    b"",
    b"<!doctype html><title>Sign in</title>",
    b'{"transforms": [{"__class__": "os.system"}], "class_names": 3}',
    b'{"transforms": [{"Scale": {"maximum": "os"}}]',
)
FILES = {
    "models/first/model.npz": ("evaluate", "model file ", ARRAYS),
    "models/first/model.json": ("evaluate", "model.json is damaged: ", TEXTS),
    "data/processed/small/test/inputs.npy": ("evaluate", "inputs.npy is damaged: ", ARRAYS),
    "data/predictions/first.npy": ("plot", "first.npy is damaged: ", ARRAYS),
    "reports/first/history.csv": ("plot", "history.csv is damaged: ", TEXTS),
    "reports/data/small.json": ("plot", "small.json is damaged: ", TEXTS),
}


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_something_else_is_named(ready: Workshop, file: str) -> None:
    path = ready.folder / file
    before = path.read_bytes()
    stage, message, contents = FILES[file]
    for content in contents:
        path.write_bytes(content)
        last = refused(ready, f"pipelines.{stage}", "first")
        assert message in last or "Unable to allocate" in last
    path.write_bytes(before)
