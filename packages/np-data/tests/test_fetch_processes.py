"""Several processes at once, processes that are killed, full disks and folders without rights."""

import errno
import fcntl
import json
import os
import re
import runpy
import signal
import subprocess
import sys
import tempfile
import termios
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from np_data import FetchError, fetch
from np_data.datasets import lock
from np_data.datasets.sources import LocalFolder, WebMirror

FIRST = "train-images-idx3-ubyte"

PROGRAM = """
import json, sys
from np_data import DatasetEntry, IdxFile, fetch
from np_data.datasets.sources import LocalFolder, WebMirror
place, out, files = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
entry = DatasetEntry("tiny", {role: IdxFile(*file) for role, file in files.items()})
source = WebMirror(place) if place.startswith("http") else LocalFolder(place)
fetch(entry, out, sources=[source])
"""


def start(tiny, place, out, before="", stderr=subprocess.PIPE):
    files = {role: (f.name, f.sha256, f.size) for role, f in tiny.entry.files.items()}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", before + PROGRAM, place, out, json.dumps(files)],
        stderr=stderr,
        text=True,
    )


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_of_several_at_once_one_downloads_and_the_others_wait(tiny, serve, tmp_path):
    server = serve(lambda request, name: request.whole(tiny.packed[name]))
    outs = [tmp_path / "shared", tmp_path / "shared", tmp_path / "own"]
    running = [start(tiny, server.url, out) for out in outs]
    said = [process.communicate(timeout=50)[1] for process in running]
    assert said == ["", "", ""]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert sorted(server.seen) == sorted((name, None) for name in tiny.raw)
    assert contents(tmp_path / "shared") == contents(tmp_path / "own") == tiny.raw


def test_after_kill_9_the_next_run_goes_on(tiny, serve, tmp_path, cache):
    def answer(request, name):
        request.rest(tiny.packed[name], 40_000)
        if request.start == 0 and name == FIRST:
            os.kill(running.pid, signal.SIGKILL)
            request.server.over.wait()

    server = serve(answer)
    running = start(tiny, server.url, tmp_path / "out")
    running.communicate(timeout=50)
    assert running.returncode == -signal.SIGKILL
    assert contents(tmp_path / "out") == {}
    (tmp_path / "out" / f".{FIRST}.0123abcd.part").write_bytes(b"killed while writing this")
    (cache / f".{tiny.entry.files['train_images'].sha256}.0123abcd.part").write_bytes(b"and this")
    parts = [path.stat().st_size for path in (cache / "tiny.work").iterdir()]
    fetch(tiny.entry, tmp_path / "out", sources=[WebMirror(server.url)])
    assert contents(tmp_path / "out") == tiny.raw
    went_on = (FIRST, f"bytes={parts[0]}-") if sum(parts) else (FIRST, None)
    assert server.seen[1] == went_on
    hashes = {file.sha256 for file in tiny.entry.files.values()}
    assert {path.name for path in cache.iterdir()} == hashes | {"tiny.lock"}


def test_where_a_file_system_knows_no_locks_the_block_is_entered(tmp_path, monkeypatch):
    def flock(file, operation):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", flock)
    with (tmp_path / "a.lock").open("ab") as file, lock.locked(file):
        entered = True
    assert entered


@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        ([], ["lock", "block", "unlock"]),
        ([errno.EACCES, errno.EACCES], ["lock", "lock", "lock", "block", "unlock"]),
        ([errno.EINVAL], ["lock", "block"]),
    ],
    ids=["free", "held by another", "no locks"],
)
def test_the_lock_on_windows(errors, expected, tmp_path, monkeypatch):
    done = []

    def locking(file, mode, size):
        assert size == 1
        done.append(mode)
        if len(done) <= len(errors):
            raise OSError(errors[len(done) - 1], "refused")

    fake = SimpleNamespace(LK_NBLCK="lock", LK_UNLCK="unlock", locking=locking)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    locked = runpy.run_path(lock.__file__)["locked"]
    with (tmp_path / "a.lock").open("ab") as file, locked(file):
        done.append("block")
    assert done == expected


@pytest.mark.parametrize("web", [False, True], ids=["folder", "web"])
def test_a_full_disk_is_named_and_nothing_half_written_stays(
    tiny, folder_of, serve, tmp_path, cache, web
):
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
    server = serve(lambda request, name: request.whole(tiny.packed[name]))
    place = server.url if web else folder_of(tiny.packed, suffix=".gz")
    running = start(tiny, place, tmp_path / "out", before=limit)
    said = running.communicate(timeout=50)[1]
    assert running.returncode == 1
    full = cache / "tiny.work" if web else tmp_path / "out" / FIRST
    last = said.strip().split("\n")[-1]
    assert f"FetchError: {full}" in last
    assert "cannot be written: File too large; free some space and fetch again" in last
    assert contents(tmp_path / "out") == {}
    assert [path.name for path in cache.iterdir()] == ["tiny.lock"]


@pytest.fixture
def without_rights():
    """Act as a user who is not root, so that permissions count; and a folder to do so in."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        yield Path(folder)
        os.seteuid(user)


def test_a_read_only_cache_is_read_and_otherwise_done_without(
    tiny, without_rights, monkeypatch, recwarn
):
    cache, mirror = without_rights / "cache", without_rights / "mirror"
    mirror.mkdir()
    for name, data in tiny.raw.items():
        (mirror / name).write_bytes(data)
    cache.mkdir()
    kept = tiny.entry.files["train_images"]
    (cache / kept.sha256).write_bytes(tiny.raw[kept.name])
    (mirror / kept.name).unlink()
    cache.chmod(0o555)
    monkeypatch.setenv("NP_DATA_CACHE", str(cache))
    fetch(tiny.entry, without_rights / "out", sources=[LocalFolder(mirror)])
    assert contents(without_rights / "out") == tiny.raw
    assert [path.name for path in cache.iterdir()] == [kept.sha256]
    assert len(recwarn) == 0
    cache.chmod(0o755)


def test_a_read_only_folder_is_named(tiny, without_rights, monkeypatch):
    monkeypatch.setenv("NP_DATA_CACHE", str(without_rights / "cache"))
    mirror, out = without_rights / "mirror", without_rights / "out"
    mirror.mkdir()
    for name, data in tiny.raw.items():
        (mirror / name).write_bytes(data)
    out.mkdir(mode=0o555)
    expected = re.escape(f"{out / FIRST} cannot be written: Permission denied")
    with pytest.raises(FetchError, match=expected):
        fetch(tiny.entry, out, sources=[LocalFolder(mirror)])


def test_an_unreadable_file_is_a_reason(tiny, without_rights, monkeypatch):
    monkeypatch.setenv("NP_DATA_CACHE", str(without_rights / "cache"))
    (without_rights / "mirror").mkdir()
    (without_rights / "mirror" / FIRST).touch(mode=0o000)
    with pytest.raises(FetchError, match=re.escape("Permission denied")):
        fetch(tiny.entry, without_rights / "out", sources=[LocalFolder(without_rights / "mirror")])


def test_progress_is_for_terminals_only(tiny, serve, tmp_path, monkeypatch):
    server = serve(lambda request, name: request.whole(tiny.packed[name]))
    assert start(tiny, server.url, tmp_path / "one").communicate(timeout=50)[1] == ""
    monkeypatch.setenv("NP_DATA_CACHE", str(tmp_path / "another cache"))
    watcher, terminal = os.openpty()
    termios.tcsetwinsize(terminal, (24, 80))
    process = start(tiny, server.url, tmp_path / "two", stderr=terminal)
    os.close(terminal)
    said = b""
    with suppress(OSError):  # what a terminal raises when the other side has gone
        while piece := os.read(watcher, 4096):
            said += piece
    os.close(watcher)
    assert process.wait(timeout=50) == 0
    assert b"t10k-images-idx3-ubyte.gz: 100%" in said
