"""fetch with several processes, killed processes, full disks and folders without rights."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest

from np_data import FetchError, fetch

FIRST = "train-images-idx3-ubyte"

PROGRAM = """
import json, sys
from np_data import DatasetEntry, IdxFile, fetch
place, out, files = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
entry = DatasetEntry("tiny", {role: IdxFile(*file) for role, file in files.items()})
fetch(entry, out, sources=[place])
"""


def start(tiny, place, out, before="", stderr=subprocess.PIPE):
    files = {role: (f.name, f.sha256, f.size) for role, f in tiny.entry.files.items()}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", before + PROGRAM, place, out, json.dumps(files)],
        stderr=stderr,
        text=True,
    )


def test_processes_at_same_time_all_succeed(tiny, serve, tmp_path, contents):
    server = serve(lambda request, name: request.whole(tiny.packed[name]))
    outs = [tmp_path / "shared", tmp_path / "shared", tmp_path / "own"]
    running = [start(tiny, server.url, out) for out in outs]
    errors = [process.communicate(timeout=50)[1] for process in running]
    assert errors == ["", "", ""]
    assert [process.returncode for process in running] == [0, 0, 0]
    assert contents(tmp_path / "shared") == contents(tmp_path / "own") == tiny.raw


def test_fetch_after_kill_completes_the_folder(tiny, serve, tmp_path, contents):
    def answer(request, name):
        if name == FIRST:
            request.begin(Content_Length=len(tiny.packed[name]))
            request.wfile.write(tiny.packed[name][:40_000])
            os.kill(running.pid, signal.SIGKILL)
            request.server.over.wait()

    server = serve(answer)
    running = start(tiny, server.url, tmp_path / "out")
    running.communicate(timeout=50)
    assert running.returncode == -signal.SIGKILL
    assert contents(tmp_path / "out") == {}
    server.answer = lambda request, name: request.whole(tiny.packed[name])
    fetch(tiny.entry, tmp_path / "out", sources=[server.url])
    assert contents(tmp_path / "out") == tiny.raw


def test_full_disk_is_named_and_leaves_no_partial_file(tiny, folder_of, tmp_path, cache, contents):
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))\n"
    place = folder_of(tiny.packed, suffix=".gz")
    running = start(tiny, place, tmp_path / "out", before=limit)
    last = running.communicate(timeout=50)[1].strip().split("\n")[-1]
    assert running.returncode == 1
    assert f"FetchError: {tmp_path / 'out' / FIRST} cannot be written: File too large" in last
    assert contents(tmp_path / "out") == {}
    assert list(cache.iterdir()) == []


@pytest.fixture
def without_rights():
    """Act as a user who is not root, so that permissions count; return a folder of that user."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        user = os.geteuid()
        if user == 0:
            os.seteuid(65534)
        yield Path(folder)
        os.seteuid(user)


def test_read_only_cache_is_read_but_not_written(tiny, without_rights, monkeypatch, contents):
    kept, mirror = without_rights / "cache" / "tiny", without_rights / "mirror"
    kept.mkdir(parents=True)
    mirror.mkdir()
    for name, data in tiny.raw.items():
        ((kept if name == FIRST else mirror) / name).write_bytes(data)
    kept.chmod(0o555)
    monkeypatch.setenv("NP_DATA_CACHE", str(without_rights / "cache"))
    fetch(tiny.entry, without_rights / "out", sources=[mirror])
    assert contents(without_rights / "out") == tiny.raw
    assert [path.name for path in kept.iterdir()] == [FIRST]
    kept.chmod(0o755)


def test_read_only_folder_is_named(tiny, folder_of, without_rights, monkeypatch):
    monkeypatch.setenv("NP_DATA_CACHE", str(without_rights / "cache"))
    mirror, out = without_rights / "mirror", without_rights / "out"
    mirror.mkdir()
    for name, data in tiny.raw.items():
        (mirror / name).write_bytes(data)
    out.mkdir(mode=0o555)
    for folder, named in ((out, out / FIRST), (out / "new", out / "new")):
        expected = re.escape(f"{named} cannot be written: Permission denied")
        with pytest.raises(FetchError, match=expected):
            fetch(tiny.entry, folder, sources=[mirror])


def test_unreadable_file_is_a_reason(tiny, without_rights, monkeypatch):
    monkeypatch.setenv("NP_DATA_CACHE", str(without_rights / "cache"))
    (without_rights / "mirror").mkdir()
    (without_rights / "mirror" / FIRST).touch(mode=0o000)
    with pytest.raises(FetchError, match=re.escape("Permission denied")) as caught:
        fetch(tiny.entry, without_rights / "out", sources=[without_rights / "mirror"])
    assert "no source had" in str(caught.value)


def test_progress_is_shown_on_terminals_only(tiny, serve, tmp_path, monkeypatch):
    server = serve(lambda request, name: request.whole(tiny.packed[name]))
    assert start(tiny, server.url, tmp_path / "one").communicate(timeout=50)[1] == ""
    monkeypatch.setenv("NP_DATA_CACHE", str(tmp_path / "another cache"))
    watcher, terminal = os.openpty()
    process = start(tiny, server.url, tmp_path / "two", stderr=terminal)
    os.close(terminal)
    shown = b""
    with suppress(OSError):  # a terminal raises it when the other side is closed
        while piece := os.read(watcher, 4096):
            shown += piece
    os.close(watcher)
    assert process.wait(timeout=50) == 0
    assert b"\rnp-data: train-images-idx3-ubyte 0.1 of 0.1 MB\r\n" in shown
