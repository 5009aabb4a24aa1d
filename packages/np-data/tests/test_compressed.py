"""Data sets that are verified by the hash of a compressed file: a .gz, or a member of a .zip.

KMNIST, QMNIST and EMNIST are too large for a test and cannot be fetched offline, so synthetic files
of the same form stand for them. They come from a server on this machine.
"""

import gzip
import hashlib
import io
import re
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from np_data import DatasetEntry, FetchError, IdxError, IdxFile, fetch, load, read_registry
from np_data.cli import main
from np_data.datasets.registry import ENTRIES
from np_data.datasets.sources import WebMirror

# Two pictures of 3 x 2 whose columns are stored as rows, as EMNIST's are.
STORED = np.array([[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]], np.uint8)
UPRIGHT = [[[1, 4], [2, 5], [3, 6]], [[7, 10], [8, 11], [9, 12]]]


def idx(array, code=8):
    header = bytes([0, 0, code, array.ndim])
    return header + np.array(array.shape, ">u4").tobytes() + array.tobytes()


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def zip_of(part, labels):
    """Return an archive of the form of EMNIST's, with another data set beside the wanted one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in (part, "other"):
            for split in ("train", "test"):
                for kind, array in (("images-idx3", STORED), ("labels-idx1", labels)):
                    content = gzip.compress(idx(array if name == part else array + 1))
                    archive.writestr(f"gzip/emnist-{name}-{split}-{kind}-ubyte.gz", content)
    return buffer.getvalue()


def entry_like(name, archive, url):
    """Return the registered EMNIST entry of this name for another archive at ``url``."""
    entry = ENTRIES[name]
    files = {
        role: replace(file, sha256=sha256(archive), size=len(archive))
        for role, file in entry.files.items()
    }
    return replace(entry, files=files, sources=(WebMirror(url),))


@pytest.fixture
def emnist(serve):
    archive = zip_of("letters", np.array([1, 26], np.uint8))
    server = serve(lambda request, name: request.whole(archive))
    return entry_like("emnist-letters", archive, server.url), server, archive


def test_letters_come_upright_with_classes_from_zero(emnist, tmp_path):
    entry, server, archive = emnist
    data = load(entry, tmp_path / "out")
    for images, labels in (
        (data.train_images, data.train_labels),
        (data.test_images, data.test_labels),
    ):
        assert images.tolist() == UPRIGHT
        assert labels.tolist() == [0, 25]
    assert [data.class_names[label] for label in data.train_labels] == ["a", "z"]
    assert (tmp_path / "out" / "gzip.zip").read_bytes() == archive
    assert server.seen == ["gzip.zip"]  # once for four files


def test_archive_is_shared_by_its_data_sets(emnist, tmp_path, cache):
    entry, server, archive = emnist
    fetch(entry, tmp_path / "out")
    assert (cache / "emnist" / "gzip.zip").read_bytes() == archive
    other = entry_like("emnist-digits", archive, server.url)
    assert fetch(other) == cache / "emnist"
    assert len(server.seen) == 1
    with pytest.raises(IdxError, match="expected an archive with gzip/emnist-digits-train-images"):
        load(other)


def test_damaged_archive_is_replaced(emnist, tmp_path, cache):
    entry, server, archive = emnist
    folder = fetch(entry, tmp_path / "out")
    for path in (folder / "gzip.zip", cache / "emnist" / "gzip.zip"):
        path.write_bytes(archive[:-1])
    load(entry, folder)
    assert (folder / "gzip.zip").read_bytes() == archive
    assert len(server.seen) == 2


def test_wrong_archive_is_refused(serve, tmp_path):
    archive = zip_of("letters", np.array([1, 26], np.uint8))
    server = serve(lambda request, name: request.whole(archive[::-1]))
    entry = entry_like("emnist-letters", archive, server.url)
    with pytest.raises(FetchError, match=re.escape("gzip.zip: expected sha256")) as caught:
        fetch(entry, tmp_path / "out")
    assert str(caught.value).endswith(
        "Put the files into FOLDER/emnist and set NP_DATA_MIRROR=FOLDER."
    )
    assert not [*(tmp_path / "out").iterdir()]


def test_mirror_holds_the_archive_by_the_name_of_its_folder(
    emnist, tmp_path, folder_of, monkeypatch
):
    entry, server, archive = emnist
    mirror = folder_of({"gzip.zip": archive}, "mirror/emnist")
    monkeypatch.setenv("NP_DATA_MIRROR", str(mirror.parent))
    load(entry, tmp_path / "out")
    assert server.seen == []


@pytest.fixture
def gz(serve):
    """An entry of the form of QMNIST: gzip files, and labels of eight columns."""
    labels = np.array([[7, 4, 2610, 0, 0, 0, 0, 0], [2, 1, 59, 35, 0, 0, 0, 0]], ">i4")
    packed = {
        "train_images.gz": gzip.compress(idx(STORED)),
        "train_labels.gz": gzip.compress(idx(labels, 0x0C)),
        "test_images.gz": gzip.compress(idx(STORED[::-1])),
        "test_labels.gz": gzip.compress(idx(labels[::-1], 0x0C)),
    }
    server = serve(lambda request, name: request.whole(packed[f"{name}.gz"]))
    files = {
        name.removesuffix(".gz"): IdxFile(name, sha256(file), len(file))
        for name, file in packed.items()
    }
    url = server.url.removesuffix(".gz")
    entry = replace(ENTRIES["qmnist"], name="q", folder="", files=files)
    return replace(entry, sources=(WebMirror(url),)), packed


def test_gzip_file_stays_as_it_was_published(gz, tmp_path, contents):
    entry, packed = gz
    data = load(entry, tmp_path / "out")
    assert contents(tmp_path / "out") == packed
    assert data.train_images.tolist() == STORED.tolist()
    assert data.train_labels.tolist() == [7, 2]
    assert data.train_labels.dtype == np.uint8
    with pytest.raises(IdxError, match="mmap=True needs an uncompressed file, got gzip"):
        load(entry, tmp_path / "out", mmap=True)


def test_equal_content_in_another_gzip_file_is_refused(gz, tmp_path, folder_of):
    entry, packed = gz
    again = {
        name: gzip.compress(gzip.decompress(file), 1, mtime=5) for name, file in packed.items()
    }
    with pytest.raises(FetchError, match=re.escape("train_images.gz: expected sha256")):
        fetch(entry, tmp_path / "out", sources=[folder_of(again)])


def test_command_line_knows_compressed_files(gz, tmp_path, monkeypatch, capsys):
    entry, packed = gz
    monkeypatch.setitem(ENTRIES, "q", entry)
    folder = fetch(entry, tmp_path / "out")
    assert main(["info", str(folder / "train_images.gz")]) == 0
    assert "train_images of q" in capsys.readouterr().out
    assert main(["verify", str(folder)]) == 0
    assert "is a complete q" in capsys.readouterr().out
    (folder / "test_labels.gz").write_bytes(packed["test_labels.gz"][:-1])
    assert main(["verify", str(folder)]) == 1
    wrong, right = sha256(packed["test_labels.gz"][:-1]), sha256(packed["test_labels.gz"])
    assert f"expected sha256 {right}, got {wrong}" in capsys.readouterr().out


def test_registry_file_describes_an_archive(emnist, tmp_path):
    entry, _, archive = emnist
    lines = ["[mine]", f"urls = ['{entry.sources[0].url}']", "[mine.files]"]
    for role, file in entry.files.items():
        lines.append(
            f"{role} = {{ name = '{file.name}', sha256 = '{sha256(archive)}', "
            f"member = '{file.member}' }}"
        )
    (tmp_path / "mine.toml").write_text("\n".join(lines))
    [mine] = read_registry(tmp_path / "mine.toml")
    assert load(mine, tmp_path / "out").train_images.tolist() == STORED.tolist()


@pytest.mark.parametrize(("name", "member"), [("a.zip", None), ("a.gz", "b"), ("a", "b")])
def test_only_an_archive_has_members(name, member):
    with pytest.raises(ValueError, match=re.escape(f"must have a member, got {name!r}")):
        IdxFile(name, "00" * 32, member=member)


def test_entry_refuses_one_member_for_two_files():
    file = IdxFile("a.zip", "00" * 32, member="b")
    with pytest.raises(ValueError, match="files must have four different names"):
        DatasetEntry("mine", dict.fromkeys(ENTRIES["mnist"].files, file))


@pytest.mark.parametrize(
    ("name", "classes", "first", "last"),
    [
        ("kmnist", 10, "o", "wo"),
        ("qmnist", 10, "0", "9"),
        ("emnist-balanced", 47, "0", "t"),
        ("emnist-byclass", 62, "0", "z"),
        ("emnist-bymerge", 47, "0", "t"),
        ("emnist-digits", 10, "0", "9"),
        ("emnist-letters", 26, "a", "z"),
        ("emnist-mnist", 10, "0", "9"),
    ],
)
def test_published_data_set_has_its_classes(name, classes, first, last):
    entry = ENTRIES[name]
    assert len(set(entry.class_names)) == classes
    assert (entry.class_names[0], entry.class_names[-1]) == (first, last)
    assert all(file.stays_compressed for file in entry.files.values())
