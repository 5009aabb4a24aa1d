"""Hostile files: each is refused in one line, and nothing else happens."""

import io
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from .conftest import Workshop, build_workshop


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
        assert workshop.run(f"pipelines.stages.{stage}", subject).returncode == 0
    return workshop


def refused(workshop: Workshop, *words: str) -> str:
    """Run a command that must fail with one line and change nothing; return the line."""
    before = workshop.results(checkpoints=False)
    done = workshop.run(*words)
    assert done.returncode == 1, done.stdout + done.stderr
    *printed, last = done.stderr.splitlines()
    assert all(line.startswith(words[0].rpartition(".")[2]) for line in printed)
    assert last.startswith("error: ")
    assert workshop.results(checkpoints=False) == before
    assert not (workshop.folder / "pwned").exists()
    return last


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lr: 0.05", "lr: !!python/name:os.system small", "could not determine a constr"),
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
def test_train_refuses_a_recipe_beyond_all_bounds(
    ready: Workshop, old: str, new: str, message: str
) -> None:
    before = (ready.folder / "params.yaml").read_text(encoding="utf-8")
    ready.change(old, new)
    try:
        if message:
            assert message in refused(ready, "pipelines.stages.train", "first")
        else:  # a batch larger than the data is the data
            assert ready.run("pipelines.stages.train", "first").returncode == 0
            (ready.folder / "params.yaml").write_text(before, encoding="utf-8")
            assert ready.run("pipelines.stages.train", "first").returncode == 0
    finally:
        (ready.folder / "params.yaml").write_text(before, encoding="utf-8")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "..", "", ".hidden"])
def test_download_refuses_a_file_name_outside_its_folder(ready: Workshop, name: str) -> None:
    before = (ready.folder / "params.yaml").read_text(encoding="utf-8")
    ready.change("name: train_images", f'name: "{name}"')
    last = refused(ready, "pipelines.stages.download", "small")
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
    b'{"transforms": [{"kind": "scale", "maximum": "os"}]',
)
FILES = {
    "models/first/model.npz": ("evaluate", "model file ", ARRAYS),
    "models/first/model.json": ("evaluate", "model.json is damaged: ", TEXTS),
    "data/processed/small/test/inputs.npy": ("evaluate", "inputs.npy is damaged: ", ARRAYS),
    "data/predictions/first.npy": ("plot", "first.npy is damaged: ", ARRAYS),
    "reports/recipes/first/history.csv": ("plot", "history.csv is damaged: ", TEXTS),
    "reports/data/small.json": ("plot", "small.json is damaged: ", TEXTS),
}


@pytest.mark.parametrize("file", FILES)
def test_stage_names_a_damaged_file(ready: Workshop, file: str) -> None:
    path = ready.folder / file
    before = path.read_bytes()
    stage, message, contents = FILES[file]
    for content in contents:
        path.write_bytes(content)
        last = refused(ready, f"pipelines.stages.{stage}", "first")
        assert message in last or "Unable to allocate" in last
    path.write_bytes(before)
