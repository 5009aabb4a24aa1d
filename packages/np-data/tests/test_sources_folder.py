"""Folders that hold the files under another name, in another place, or something else."""

import gzip
import os
import re
import tracemalloc

import pytest

from np_data import FetchError, fetch
from np_data.datasets.sources import LocalFolder

FIRST = "train-images-idx3-ubyte"


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def dotted(files):
    return {name.replace("-idx", ".idx"): data for name, data in files.items()}


def test_the_spelling_with_a_dot(tiny, folder_of, tmp_path):
    source = LocalFolder(folder_of(dotted(tiny.packed), suffix=".gz"))
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[source])) == tiny.raw


def test_the_folder_of_the_data_set_comes_first_and_any_other_still_counts(
    tiny, folder_of, tmp_path
):
    mirror = folder_of({**tiny.raw, FIRST: b"of another data set"})
    folder_of({FIRST: tiny.raw[FIRST]}, "mirror/tiny")
    source = LocalFolder(mirror)
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[source])) == tiny.raw


def test_a_damaged_file_does_not_hide_a_right_one(tiny, folder_of, tmp_path):
    mirror = folder_of({name: data[:-1] for name, data in tiny.packed.items()}, suffix=".gz")
    for name, data in dotted(tiny.raw).items():
        (mirror / name).write_bytes(data)
    (mirror / "t10k-labels.idx1-ubyte").unlink()
    with pytest.raises(FetchError) as caught:
        fetch(tiny.entry, tmp_path / "out", sources=[LocalFolder(mirror)])
    assert str(caught.value).count("truncated") == 1, "only the file that is missing has a reason"
    (mirror / "t10k-labels-idx1-ubyte").write_bytes(tiny.raw["t10k-labels-idx1-ubyte"])
    source = LocalFolder(str(mirror))
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[source])) == tiny.raw


def test_links_are_followed(tiny, folder_of, tmp_path):
    real = folder_of(tiny.raw, "real")
    (tmp_path / "links").mkdir()
    for name in tiny.raw:
        (tmp_path / "links" / name).symlink_to(real / name)
    source = LocalFolder(tmp_path / "links")
    folder = fetch(tiny.entry, tmp_path / "out", sources=[source])
    assert contents(folder) == tiny.raw
    assert not any(path.is_symlink() for path in folder.iterdir())


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/nowhere/at all", "/nowhere/at all is not a folder"),
        ("file:///nowhere/at%20all", "/nowhere/at all is not a folder"),
        ("https://example.org/", "expected a folder or a file:///… URL, got 'https://example.org"),
        ("file://host/share", "expected a folder or a file:///… URL, got 'file://host/share'"),
    ],
)
def test_what_is_no_folder(tiny, tmp_path, location, reason):
    with pytest.raises(FetchError, match=re.escape(f"folder {location}: {reason}")):
        fetch(tiny.entry, tmp_path / "out", sources=[LocalFolder(location)])


def test_a_pipe_a_folder_and_a_file_without_end(tiny, folder_of, tmp_path):
    mirror = folder_of({})
    os.mkfifo(mirror / FIRST)
    (mirror / "train-labels-idx1-ubyte").mkdir()
    bomb = gzip.compress(bytes(100 << 20), 9)
    (mirror / "t10k-images-idx3-ubyte").write_bytes(bomb)
    with (mirror / "t10k-labels-idx1-ubyte").open("wb") as endless:
        endless.truncate(1 << 28)
    tracemalloc.start()
    with pytest.raises(FetchError) as caught:
        fetch(tiny.entry, tmp_path / "out", sources=[LocalFolder(mirror)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    reason = str(caught.value).split("\n")[1]
    assert f"no {FIRST} or {FIRST}.gz; no train-labels-idx1-ubyte or" in reason
    assert "t10k-images-idx3-ubyte: it has more than the 10016 bytes that it may have" in reason
    assert "t10k-labels-idx1-ubyte: it has more than the 58 bytes that it may have" in reason
    assert peak < 8 << 20
    assert contents(tmp_path / "out") == {}
