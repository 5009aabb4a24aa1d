"""Hostile files: each is refused in one line, and nothing else happens."""

import io
import pickle
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines.data.sources import fetch
from pipelines.data.transforms import load_transforms
from pipelines.io.files import read_array, read_json
from pipelines.io.tables import read_columns
from pipelines.recipes.params import read_mapping
from pipelines.recipes.schema import ConfigError, DataSet

from .conftest import Workshop


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
TEXTS = (b"", b"<!doctype html><title>Sign in</title>", b"\xff\xfe")
TRANSFORMS = (
    b'{"transforms": [{"__class__": "os.system"}]}',
    b'{"transforms": [{"kind": "scale", "maximum": "os"}]',
    b'{"transforms": 3}',
)


@pytest.mark.parametrize(
    ("reader", "contents"),
    [
        (read_array, ARRAYS),
        (read_json, TEXTS),
        (read_columns, TEXTS),
        (load_transforms, (*TEXTS, *TRANSFORMS)),
    ],
)
def test_reader_names_a_damaged_file_and_runs_nothing(
    reader: Callable[[Path], Any],
    contents: tuple[bytes, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "file"
    for content in contents:
        path.write_bytes(content)
        with pytest.raises((ValueError, MemoryError), match=r"file is damaged: |Unable to alloc"):
            reader(path)
        assert list(tmp_path.iterdir()) == [path]


def test_stage_answers_a_hostile_model_with_one_line(workshop: Workshop) -> None:
    (workshop.folder / "models/first/model.npz").write_bytes(pickled_npz())
    before = workshop.results()
    done = workshop.run("pipelines.stages.evaluate", "first")
    assert done.returncode == 1
    *printed, last = done.stderr.splitlines()
    assert all(line.startswith("evaluate@first: ") for line in printed)
    assert last.startswith("error: ")
    assert "model.npz" in last
    assert workshop.results() == before
    assert not (workshop.folder / "pwned").exists()


@pytest.mark.parametrize("text", ["!!python/name:os.system x", "!!python/object/apply:os.abort []"])
def test_yaml_file_runs_nothing(text: str, tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(f"lr: {text}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=re.escape("params.yaml: line 1: could not determine")):
        read_mapping(path, "params.yaml")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "a/../../b", "..", "", ".hidden"])
def test_download_refuses_a_file_name_outside_its_folder(name: str, tmp_path: Path) -> None:
    roles = ("train_images", "train_labels", "test_images", "test_labels")
    files = {role: {"name": role, "sha256": "0" * 64} for role in roles}
    files["train_images"]["name"] = name
    dataset = DataSet.model_validate({"files": files, "class_names": ["a", "b"]})
    with pytest.raises(ConfigError, match=r"datasets\.small: name must be a plain file name"):
        fetch("small", dataset, tmp_path / "raw", progress=False)
    assert not (tmp_path / "raw").exists()
