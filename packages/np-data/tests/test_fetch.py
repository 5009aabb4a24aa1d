"""What a fetch leaves in its folder, whichever the source and whatever goes wrong."""

import gzip
import re
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

import np_data
from np_data import FetchError, fetch, load
from np_data.datasets.cache import cache_folder
from np_data.datasets.registry import find, names
from np_data.datasets.source import SourceError
from np_data.datasets.sources import LocalFolder, WebMirror


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def whole(packed):
    return lambda request, name: request.whole(packed[name])


class Recorder:
    """A source that notes what it is asked for and brings only some of it."""

    def __init__(self, folder, *only):
        self.folder, self.only, self.asked = folder, only, []

    def bring(self, order):
        self.asked.append([file.name for file in order.files])
        for file in order.files:
            if file.name in self.only:
                order.accept(file, self.folder / file.name)

    def __str__(self):
        return "recorder"


def test_the_folder_is_the_same_whatever_the_source(tiny, folder_of, serve, tmp_path, monkeypatch):
    sources = {
        "raw": LocalFolder(folder_of(tiny.raw, "raw")),
        "gzip": LocalFolder(folder_of(tiny.packed, "gzip", ".gz")),
        "url": LocalFolder(folder_of(tiny.raw, "사진 1").as_uri()),
        "web": WebMirror(serve(whole(tiny.packed)).url),
        "raw web": WebMirror(serve(whole(tiny.raw)).url),
    }
    for name, source in sources.items():
        monkeypatch.setenv("NP_DATA_CACHE", str(tmp_path / f"cache of {name}"))
        folder = fetch(tiny.entry, tmp_path / "out" / name, sources=[source])
        assert folder == tmp_path / "out" / name
        assert contents(folder) == tiny.raw, name


def test_files_have_the_usual_permissions(tiny, folder_of, tmp_path):
    fetch(tiny.entry, tmp_path / "out", sources=[LocalFolder(folder_of(tiny.raw))])
    (tmp_path / "plain").touch()
    modes = {path.stat().st_mode for path in (tmp_path / "out").iterdir()}
    assert modes == {(tmp_path / "plain").stat().st_mode}


def test_a_right_file_is_kept_and_needs_no_source(tiny, folder_of):
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
def test_a_damaged_file_is_replaced_and_a_stranger_is_left_alone(tiny, folder_of, damage, tmp_path):
    folder = folder_of(tiny.raw, "out")
    name = "t10k-images-idx3-ubyte"
    (folder / name).write_bytes(damage(tiny.raw[name]))
    (folder / "notes.txt").write_text("mine")
    source = Recorder(folder_of(tiny.raw), name)
    fetch(tiny.entry, folder, sources=[source])
    assert source.asked == [[name]]
    assert contents(folder) == {**tiny.raw, "notes.txt": b"mine"}


def test_what_one_source_lacks_the_next_is_asked_for(tiny, folder_of, tmp_path):
    mirror = folder_of(tiny.raw)
    first, *others = tiny.raw
    sources = [Recorder(mirror, first), Recorder(mirror), Recorder(mirror, *others)]
    fetch(tiny.entry, tmp_path / "out", sources=sources)
    assert [source.asked for source in sources] == [[[first, *others]], [others], [others]]
    assert contents(tmp_path / "out") == tiny.raw


def test_a_wrong_file_is_discarded_and_the_next_source_asked(tiny, folder_of, tmp_path):
    wrong = {name: data[:-1] + bytes([data[-1] ^ 1]) for name, data in tiny.raw.items()}
    sources = [LocalFolder(folder_of(wrong, "wrong")), LocalFolder(folder_of(tiny.raw))]
    fetch(tiny.entry, tmp_path / "out", sources=sources)
    assert contents(tmp_path / "out") == tiny.raw


def test_the_error_has_a_line_for_each_source_and_says_what_to_do(tiny, folder_of, tmp_path):
    class Rude:
        def bring(self, order):
            raise SourceError("no\n  way")

        def __str__(self):
            return "rude"

    class Silent:
        def bring(self, order):
            pass

        def __str__(self):
            return "silent"

    class Broken:
        def bring(self, order):
            raise OSError(5, "Input/output error", "drive")

        def __str__(self):
            return "broken"

    labels = {name: data for name, data in tiny.raw.items() if "labels" in name}
    half = LocalFolder(folder_of(labels))
    with pytest.raises(FetchError) as caught:
        fetch(tiny.entry, tmp_path / "out", sources=[half, Rude(), Silent(), Broken()])
    images = "train-images-idx3-ubyte, t10k-images-idx3-ubyte"
    assert str(caught.value).split("\n") == [
        f"tiny: no source had {images}",
        f"  folder {half.location}: no train-images-idx3-ubyte or train-images-idx3-ubyte.gz; "
        "no t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz",
        "  rude: no way",
        f"  silent: it did not bring {images}",
        "  broken: [Errno 5] Input/output error: 'drive'",
        "Put the files, gzip or not, into FOLDER/tiny and set NP_DATA_MIRROR=FOLDER.",
    ]
    assert contents(tmp_path / "out") == labels


def test_names_and_sources_of_the_wrong_kind(tiny, tmp_path):
    with pytest.raises(KeyError, match=re.escape("unknown data set 'cifar'; known are")):
        fetch("cifar", tmp_path)
    with pytest.raises(TypeError, match=re.escape("sources must be objects with a method bring")):
        fetch(tiny.entry, tmp_path, sources=["npm"])


def test_the_mirror_of_the_environment_is_asked_first(tiny, folder_of, tmp_path, monkeypatch):
    entry = np_data.DatasetEntry("tiny", tiny.entry.files, sources=[Recorder(None)])
    folder_of(tiny.packed, "mirrors/tiny", ".gz")
    other = {name: data[::-1] for name, data in tiny.raw.items()}
    for name, data in other.items():  # as where another data set has the same four names
        (tmp_path / "mirrors" / name).write_bytes(data)
    monkeypatch.setenv("NP_DATA_MIRROR", str(tmp_path / "mirrors"))
    fetch(entry, tmp_path / "out")
    assert contents(tmp_path / "out") == tiny.raw
    assert entry.sources[0].asked == []


def test_the_second_fetch_comes_from_the_cache(tiny, folder_of, tmp_path, cache):
    fetch(tiny.entry, tmp_path / "one", sources=[LocalFolder(folder_of(tiny.raw))])
    fetch(tiny.entry, tmp_path / "two", sources=[])
    assert contents(tmp_path / "two") == tiny.raw
    hashes = {file.sha256 for file in tiny.entry.files.values()}
    assert {path.name for path in cache.iterdir()} == hashes | {"tiny.lock"}


def test_a_damaged_cache_is_not_believed(tiny, folder_of, tmp_path, cache):
    source = LocalFolder(folder_of(tiny.raw))
    fetch(tiny.entry, tmp_path / "one", sources=[source])
    for number, file in enumerate(tiny.entry.files.values()):
        kept = cache / file.sha256
        data = kept.read_bytes()
        kept.write_bytes([b"", data[:-1], data + b"\0", data[::-1]][number])
    with pytest.raises(FetchError, match=re.escape("no source had train-images-idx3-ubyte")):
        fetch(tiny.entry, tmp_path / "two", sources=[])
    assert contents(tmp_path / "two") == {}
    fetch(tiny.entry, tmp_path / "two", sources=[source])
    fetch(tiny.entry, tmp_path / "three", sources=[])
    assert contents(tmp_path / "two") == contents(tmp_path / "three") == tiny.raw


def test_the_cache_never_serves_one_data_set_as_another(tiny, folder_of, tmp_path):
    fetch(tiny.entry, tmp_path / "out", sources=[LocalFolder(folder_of(tiny.raw))])
    roles = list(tiny.entry.files)
    swapped = {
        role: np_data.IdxFile(tiny.entry.files[role].name, tiny.entry.files[other].sha256)
        for role, other in zip(roles, reversed(roles), strict=True)
    }
    fetch(np_data.DatasetEntry("tiny", swapped), tmp_path / "out", sources=[])
    values = list(tiny.raw.values())
    assert contents(tmp_path / "out") == dict(zip(tiny.raw, reversed(values), strict=True))


def test_a_cache_that_cannot_be_made_is_done_without(tiny, folder_of, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("NP_DATA_CACHE", str(tmp_path / "file" / "cache"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fetch(tiny.entry, tmp_path / "out", sources=[LocalFolder(folder_of(tiny.raw))])
    assert contents(tmp_path / "out") == tiny.raw


def test_a_folder_that_cannot_be_written_is_named_once(tiny, folder_of, tmp_path):
    out = tmp_path / "out"
    (out / "train-images-idx3-ubyte").mkdir(parents=True)
    sources = [LocalFolder(folder_of(tiny.raw)), Recorder(None)]
    with pytest.raises(FetchError, match=re.escape(f"{out}/train-images-idx3-ubyte cannot be")):
        fetch(tiny.entry, out, sources=sources)
    assert sources[1].asked == []
    assert [path.name for path in out.iterdir()] == ["train-images-idx3-ubyte"]


def test_ctrl_c_leaves_nothing_behind(tiny, tmp_path, cache):
    class Interrupted:
        def bring(self, order):
            (order.folder / "half").write_bytes(b"123")
            (order.folder / "deep").mkdir()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(tiny.entry, tmp_path / "out", sources=[Interrupted()])
    assert list((tmp_path / "out").iterdir()) == []
    assert [path.name for path in cache.iterdir()] == ["tiny.lock"]


def test_load_reads_what_fetch_brought(tiny, folder_of, tmp_path):
    source = LocalFolder(folder_of(tiny.packed, suffix=".gz"))
    data = load(tiny.entry, tmp_path / "out", sources=[source])
    for mapped in (False, True):
        data = load(tiny.entry, tmp_path / "out", mmap=mapped)
        assert data.train_images.shape == (300, 20, 10)
        assert data.train_images.tobytes() == tiny.raw["train-images-idx3-ubyte"][16:]
        assert data.train_labels.tobytes() == tiny.raw["train-labels-idx1-ubyte"][8:]
        assert data.test_images.tobytes() == tiny.raw["t10k-images-idx3-ubyte"][16:]
        assert data.test_labels.tobytes() == tiny.raw["t10k-labels-idx1-ubyte"][8:]
        assert data.test_labels.dtype == np.uint8
        assert data.class_names == ("a", "b")
    with pytest.raises(KeyError, match=re.escape("unknown data set 'cifar'")):
        load("cifar", tmp_path)


@pytest.mark.parametrize("name", names())
def test_every_known_data_set_has_mirrors_and_a_registry(name):
    entry = find(name)
    assert sum(isinstance(source, WebMirror) for source in entry.sources) >= 2
    assert not isinstance(entry.sources[-1], WebMirror)
    assert len(entry.class_names) == 10
    assert [file.size for file in entry.files.values()] == [47040016, 60008, 7840016, 10008]


@pytest.mark.parametrize("module", [None, "platformdirs"])
def test_where_the_cache_is(monkeypatch, tmp_path, module):
    if module is not None:  # a user who did not install the extra
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setenv("NP_DATA_CACHE", "~/mine")
    assert cache_folder() == Path.home() / "mine"
    monkeypatch.delenv("NP_DATA_CACHE")
    if sys.platform == "linux":
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
        assert cache_folder() == tmp_path / "np-data"
        monkeypatch.delenv("XDG_CACHE_HOME")
        assert cache_folder() == Path.home() / ".cache" / "np-data"
