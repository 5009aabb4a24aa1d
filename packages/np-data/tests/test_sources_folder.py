"""Folders that hold the files under another name, in another place, or something else."""

import gzip
import os
import tracemalloc

import pytest

from np_data import FetchError, fetch
from np_data.datasets.sources import LocalFolder

FIRST = "train-images-idx3-ubyte"


def dotted(files):
    return {name.replace("-idx", ".idx"): data for name, data in files.items()}


def test_folder_accepts_spelling_with_dot(tiny, folder_of, tmp_path, contents):
    source = folder_of(dotted(tiny.packed), suffix=".gz")
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[source])) == tiny.raw


def test_folder_of_data_set_is_searched_first(tiny, folder_of, tmp_path, contents):
    mirror = folder_of({**tiny.raw, FIRST: b"of another data set"})
    folder_of({FIRST: tiny.raw[FIRST]}, "mirror/tiny")
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[mirror])) == tiny.raw


def test_damaged_file_does_not_hide_right_one(tiny, folder_of, tmp_path, contents):
    mirror = folder_of({name: data[:-1] for name, data in tiny.packed.items()}, suffix=".gz")
    for name, data in dotted(tiny.raw).items():
        (mirror / name).write_bytes(data)
    (mirror / "t10k-labels.idx1-ubyte").unlink()
    with pytest.raises(FetchError) as caught:
        fetch(tiny.entry, tmp_path / "out", sources=[mirror])
    assert str(caught.value).count("the data is truncated") == 1, (
        "only the missing file has a reason"
    )
    (mirror / "t10k-labels-idx1-ubyte").write_bytes(tiny.raw["t10k-labels-idx1-ubyte"])
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[str(mirror)])) == tiny.raw


def test_symbolic_links_are_followed(tiny, folder_of, tmp_path, contents):
    real = folder_of(tiny.raw, "real")
    (tmp_path / "links").mkdir()
    for name in tiny.raw:
        (tmp_path / "links" / name).symlink_to(real / name)
    folder = fetch(tiny.entry, tmp_path / "out", sources=[tmp_path / "links"])
    assert contents(folder) == tiny.raw
    assert not any(path.is_symlink() for path in folder.iterdir())


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("/nowhere/at all", "/nowhere/at all is not a folder"),
        ("file:///nowhere/at%20all", "/nowhere/at all is not a folder"),
        ("https://example.org/", "location must be a folder or a file:///… URL, got 'https://exam"),
        ("file://host/share", "location must be a folder or a file:///… URL, got 'file://host"),
    ],
)
def test_missing_folder_is_named(reason_of, location, reason):
    assert f"folder {location}: {reason}" in reason_of(LocalFolder(location))


def test_pipes_folders_and_large_files_are_refused_in_constant_memory(folder_of, reason_of):
    mirror = folder_of({})
    os.mkfifo(mirror / FIRST)
    (mirror / "train-labels-idx1-ubyte").mkdir()
    (mirror / "t10k-images-idx3-ubyte").write_bytes(gzip.compress(bytes(100 << 20), 9))
    with (mirror / "t10k-labels-idx1-ubyte").open("wb") as sparse:
        sparse.truncate(1 << 28)
    tracemalloc.start()
    reason = reason_of(LocalFolder(mirror))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert f"no {FIRST} or {FIRST}.gz; no train-labels-idx1-ubyte or" in reason
    assert "t10k-images-idx3-ubyte: it has more than the 10016 bytes that it may have" in reason
    assert "t10k-labels-idx1-ubyte: it has more than the 58 bytes that it may have" in reason
    assert peak < 8 << 20
