"""fetch and load: order of sources, verification, cache, and errors."""

import errno
import gzip
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from np_data import DatasetEntry, FetchError, IdxFile, fetch, load
from np_data.datasets.registry import ENTRIES
from np_data.datasets.source import SourceError
from np_data.datasets.sources import LocalFolder, WebMirror

fetch_module = sys.modules["np_data.datasets.fetch"]  # the function has the name of its module
cache_folder = fetch_module.cache_folder


class Recorder:
    """A source that records what it is asked for and delivers only some of it."""

    def __init__(self, folder, *only):
        self.folder, self.only, self.asked = folder, only, []

    def fetch(self, request):
        self.asked.append([file.name for file in request.files])
        for file in request.files:
            if file.name in self.only:
                request.accept(file, self.folder / file.name)

    def __str__(self):
        return "recorder"


class Failing:
    """A source that raises an error."""

    def __init__(self, error):
        self.error = error

    def fetch(self, request):
        (request.folder / "half").write_bytes(b"123")
        raise self.error

    def __str__(self):
        return "failing"


def test_fetch_gives_same_files_from_any_source(
    tiny, folder_of, serve, tmp_path, monkeypatch, contents
):
    def whole(files):
        return lambda request, name: request.whole(files[name])

    sources = {
        "raw": folder_of(tiny.raw, "raw"),
        "gzip": LocalFolder(folder_of(tiny.packed, "gzip", ".gz")),
        "url": folder_of(tiny.raw, "사진 1").as_uri(),
        "web": serve(whole(tiny.packed)).url,
        "raw web": WebMirror(serve(whole(tiny.raw)).url),
    }
    for name, source in sources.items():
        monkeypatch.setenv("NP_DATA_CACHE", str(tmp_path / f"cache of {name}"))
        folder = fetch(tiny.entry, str(tmp_path / "out" / name), sources=[source])
        assert folder == tmp_path / "out" / name
        assert contents(folder) == tiny.raw, name


def test_fetch_keeps_right_files_and_asks_no_source(tiny, folder_of):
    folder = folder_of(tiny.raw)
    before = {path: path.stat() for path in folder.iterdir()}
    assert fetch(tiny.entry, str(folder), sources=[]) == folder
    assert {path: path.stat() for path in folder.iterdir()} == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"\0",
        lambda data: data[:40] + bytes([data[40] ^ 1]) + data[41:],
        gzip.compress,
    ],
    ids=["empty", "cut", "grown", "one bit", "gzip"],
)
def test_fetch_replaces_damaged_file_and_keeps_other_files(
    tiny, folder_of, damage, tmp_path, contents
):
    folder = folder_of(tiny.raw, "out")
    name = "t10k-images-idx3-ubyte"
    (folder / name).write_bytes(damage(tiny.raw[name]))
    (folder / "notes.txt").write_text("mine")
    source = Recorder(folder_of(tiny.raw), name)
    fetch(tiny.entry, folder, sources=[source])
    assert source.asked == [[name]]
    assert contents(folder) == {**tiny.raw, "notes.txt": b"mine"}


def test_fetch_asks_next_source_for_missing_files(tiny, folder_of, tmp_path, contents):
    mirror = folder_of(tiny.raw)
    first, *others = tiny.raw
    sources = [Recorder(mirror, first), Recorder(mirror), Recorder(mirror, *others)]
    fetch(tiny.entry, tmp_path / "out", sources=sources)
    assert [source.asked for source in sources] == [[[first, *others]], [others], [others]]
    assert contents(tmp_path / "out") == tiny.raw


def test_fetch_discards_wrong_hash_and_asks_next_source(tiny, folder_of, tmp_path, contents):
    wrong = {name: data[:-1] + bytes([data[-1] ^ 1]) for name, data in tiny.raw.items()}
    sources = [folder_of(wrong, "wrong"), folder_of(tiny.raw)]
    fetch(tiny.entry, tmp_path / "out", sources=sources)
    assert contents(tmp_path / "out") == tiny.raw


def test_error_lists_each_source_with_reason(tiny, folder_of, tmp_path, contents):
    labels = {name: data for name, data in tiny.raw.items() if "labels" in name}
    half = folder_of(labels)
    sources = [
        half,
        Failing(SourceError("no\n  way")),
        Recorder(half),
        Failing(OSError(5, "Input/output error", "drive")),
    ]
    with pytest.raises(FetchError) as caught:
        fetch(tiny.entry, tmp_path / "out", sources=sources)
    images = "train-images-idx3-ubyte, t10k-images-idx3-ubyte"
    assert str(caught.value).split("\n") == [
        f"tiny: no source had {images}",
        f"  folder {half}: no train-images-idx3-ubyte or train-images-idx3-ubyte.gz; "
        "no t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz",
        "  failing: no way",
        f"  recorder: it did not deliver {images}",
        "  failing: [Errno 5] Input/output error: 'drive'",
        "Put the files, gzip or not, into FOLDER/tiny and set NP_DATA_MIRROR=FOLDER.",
    ]
    assert contents(tmp_path / "out") == labels


def test_fetch_rejects_unknown_name_and_wrong_source(tiny, tmp_path):
    with pytest.raises(KeyError, match=re.escape("unknown data set 'cifar'; known: ")):
        fetch("cifar", tmp_path)
    with pytest.raises(TypeError, match=re.escape("sources must be a list, got '/media'")):
        fetch(tiny.entry, tmp_path, sources="/media")


def test_mirror_of_environment_is_asked_first(tiny, folder_of, tmp_path, monkeypatch, contents):
    entry = DatasetEntry("tiny", tiny.entry.files, sources=[Recorder(None)])
    folder_of(tiny.packed, "mirrors/tiny", ".gz")
    for name, data in tiny.raw.items():  # another data set with the same four names
        (tmp_path / "mirrors" / name).write_bytes(data[::-1])
    monkeypatch.setenv("NP_DATA_MIRROR", str(tmp_path / "mirrors"))
    fetch(entry, tmp_path / "out")
    assert contents(tmp_path / "out") == tiny.raw
    assert entry.sources[0].asked == []


def test_second_fetch_comes_from_cache(tiny, folder_of, tmp_path, cache, contents):
    fetch(tiny.entry, tmp_path / "one", sources=[folder_of(tiny.raw)])
    fetch(tiny.entry, tmp_path / "two", sources=[])
    assert contents(tmp_path / "two") == tiny.raw
    assert [path.name for path in cache.iterdir()] == ["tiny"]
    assert contents(cache / "tiny") == tiny.raw


def test_fetch_without_directory_returns_folder_in_cache(tiny, folder_of, cache, contents):
    folder = fetch(tiny.entry, sources=[folder_of(tiny.packed, suffix=".gz")])
    assert folder == cache / "tiny"
    assert contents(folder) == tiny.raw
    assert load(tiny.entry, sources=[]).train_images.shape == (300, 20, 10)


def test_fetch_does_not_trust_damaged_cache(tiny, folder_of, tmp_path, cache, contents):
    source = folder_of(tiny.raw)
    fetch(tiny.entry, tmp_path / "one", sources=[source])
    for number, file in enumerate(tiny.entry.files.values()):
        kept = cache / "tiny" / file.name
        data = kept.read_bytes()
        kept.write_bytes([b"", data[:-1], data + b"\0", data[::-1]][number])
    with pytest.raises(FetchError, match=re.escape("no source had train-images-idx3-ubyte")):
        fetch(tiny.entry, tmp_path / "two", sources=[])
    assert contents(tmp_path / "two") == {}
    fetch(tiny.entry, tmp_path / "two", sources=[source])
    fetch(tiny.entry, tmp_path / "three", sources=[])
    assert contents(tmp_path / "two") == contents(tmp_path / "three") == tiny.raw


def test_cache_serves_no_other_data_set_of_same_name(tiny, folder_of, tmp_path):
    fetch(tiny.entry, tmp_path / "out", sources=[folder_of(tiny.raw)])
    roles = list(tiny.entry.files)
    swapped = {
        role: IdxFile(tiny.entry.files[role].name, tiny.entry.files[other].sha256)
        for role, other in zip(roles, reversed(roles), strict=True)
    }
    with pytest.raises(FetchError):
        fetch(DatasetEntry("tiny", swapped), tmp_path / "two", sources=[])


def test_fetch_works_without_cache(tiny, folder_of, tmp_path, monkeypatch, contents):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NP_DATA_CACHE", str(tmp_path / "file" / "cache"))
    fetch(tiny.entry, tmp_path / "out", sources=[folder_of(tiny.raw)])
    assert contents(tmp_path / "out") == tiny.raw
    with pytest.raises(FetchError, match=re.escape("file/cache/tiny cannot be written: Not a dir")):
        fetch(tiny.entry, sources=[folder_of(tiny.raw, "other")])


def test_unwritable_target_ends_fetch_with_its_name(tiny, folder_of, tmp_path):
    out = tmp_path / "out"
    (out / "train-images-idx3-ubyte").mkdir(parents=True)
    sources = [folder_of(tiny.raw), Recorder(None)]
    with pytest.raises(FetchError, match=re.escape(f"{out}/train-images-idx3-ubyte cannot be")):
        fetch(tiny.entry, out, sources=sources)
    assert sources[1].asked == []
    assert [path.name for path in out.iterdir()] == ["train-images-idx3-ubyte"]


def test_file_that_another_process_wrote_meanwhile_is_right(
    tiny, folder_of, tmp_path, monkeypatch, contents
):
    """As on Windows, where an open file cannot be replaced."""

    def unpack(path, file, target):
        target.write_bytes(tiny.raw[file.name])
        raise PermissionError(errno.EACCES, "Access is denied", str(target))

    monkeypatch.setattr(fetch_module, "unpack", unpack)
    fetch(tiny.entry, tmp_path / "out", sources=[folder_of(tiny.raw)])
    assert contents(tmp_path / "out") == tiny.raw


def test_interrupt_leaves_no_file(tiny, tmp_path, cache, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with pytest.raises(KeyboardInterrupt):
        fetch(tiny.entry, tmp_path / "out", sources=[Failing(KeyboardInterrupt())])
    for folder in (tmp_path / "out", tmp_path / "temporary", cache):
        assert list(folder.iterdir()) == []


def test_load_reads_what_fetch_wrote(tiny, folder_of, tmp_path):
    load(tiny.entry, tmp_path / "out", sources=[folder_of(tiny.packed, suffix=".gz")])
    for mapped in (False, True):
        data = load(tiny.entry, tmp_path / "out", mmap=mapped)
        assert data.train_images.shape == (300, 20, 10)
        assert data.train_images.tobytes() == tiny.raw["train-images-idx3-ubyte"][16:]
        assert data.train_labels.tobytes() == tiny.raw["train-labels-idx1-ubyte"][8:]
        assert data.test_images.tobytes() == tiny.raw["t10k-images-idx3-ubyte"][16:]
        assert data.test_labels.tobytes() == tiny.raw["t10k-labels-idx1-ubyte"][8:]
        assert data.test_labels.dtype == np.uint8
        assert data.class_names == ("a", "b")
        images = data.with_channels()
        assert images.train_images.shape == (300, 1, 20, 10)
        assert images.with_channels().test_images.shape == (50, 1, 20, 10)
        assert np.shares_memory(images.test_images, data.test_images)
    assert repr(data).startswith("Dataset(train_images=uint8(300, 20, 10), train_labels=uint8(300")
    with pytest.raises(KeyError, match=re.escape("unknown data set 'cifar'")):
        load("cifar")


@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_known_data_set_has_mirrors_and_package(name):
    entry = ENTRIES[name]
    assert sum(isinstance(source, WebMirror) for source in entry.sources) >= 2
    assert not isinstance(entry.sources[-1], WebMirror)
    assert len(entry.class_names) == 10
    assert [file.size for file in entry.files.values()] == [47040016, 60008, 7840016, 10008]


@pytest.mark.parametrize(
    ("platform", "variable", "default"),
    [
        ("linux", "XDG_CACHE_HOME", ".cache/np-data"),
        ("darwin", None, "Library/Caches/np-data"),
        ("win32", "LOCALAPPDATA", "AppData/Local/np-data"),
    ],
)
def test_cache_folder_follows_platform(monkeypatch, tmp_path, platform, variable, default):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("NP_DATA_CACHE", "~/mine")
    assert cache_folder() == Path.home() / "mine"
    monkeypatch.delenv("NP_DATA_CACHE")
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
        assert cache_folder() == tmp_path / "np-data"
        monkeypatch.delenv(variable)
    assert cache_folder() == Path.home() / default
