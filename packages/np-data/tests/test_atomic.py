"""Write a file atomically: the old content or the new one, and errors that name the user's path."""

import errno
import os
import re
import stat

import pytest

from np_data._atomic import atomic_write


def names(folder):
    return [path.name for path in folder.iterdir()]


def fill(path):
    with atomic_write(path) as file:
        file.write(b"new")


@pytest.fixture
def umask():
    """Set a known umask and return it."""
    before = os.umask(0o027)
    yield 0o027
    os.umask(before)


def test_atomic_write_shows_new_content_only_after_the_block(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with atomic_write(path) as file:
        file.write(b"new!")
        assert path.read_bytes() == b"old"
        file.seek(0)
        assert file.read() == b"new!"
    assert path.read_bytes() == b"new!"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, OSError])
def test_atomic_write_keeps_old_file_when_block_fails(tmp_path, error):
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(error, match=re.escape("stop")), atomic_write(tmp_path / "a"):
        raise error("stop")
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("name", ["missing/x.idx", "", "folder", "folder/"])
def test_atomic_write_error_names_the_given_path_when_it_cannot_be_written(
    tmp_path, monkeypatch, name
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match=re.escape(f": {name!r}") + "$"), atomic_write(name):
        pass
    assert names(tmp_path) == ["folder"]
    assert names(tmp_path / "folder") == []


def test_atomic_write_error_names_the_given_path_when_disk_is_full(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(OSError, match=re.escape(f"device: '{tmp_path / 'a'}'") + "$") as caught:
        fill(tmp_path / "a")
    assert caught.value.errno == errno.ENOSPC
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == ["a"]


def test_atomic_write_leaves_errors_about_other_files_as_they_are(tmp_path):
    other = tmp_path / "other"
    with (
        pytest.raises(FileNotFoundError, match=re.escape(f"'{other}'") + "$"),
        atomic_write(tmp_path / "a"),
    ):
        other.read_bytes()
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["n" * 255, "숫" * 85, "😀" * 63])
def test_atomic_write_takes_names_of_255_bytes(tmp_path, name):
    fill(tmp_path / name)
    assert names(tmp_path) == [name]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_atomic_write_permissions_follow_umask_or_replaced_file(tmp_path, umask):
    for mode in (0o666 & ~umask, 0o604):
        fill(tmp_path / "a")
        assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode
        (tmp_path / "a").chmod(0o604)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_atomic_write_replaces_a_symbolic_link_and_not_its_target(tmp_path, umask):
    (tmp_path / "cached").write_bytes(b"old")
    (tmp_path / "cached").chmod(0o444)
    (tmp_path / "link").symlink_to(tmp_path / "cached")
    fill(tmp_path / "link")
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "link").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "link").stat().st_mode) == 0o666 & ~umask
    assert (tmp_path / "cached").read_bytes() == b"old"
