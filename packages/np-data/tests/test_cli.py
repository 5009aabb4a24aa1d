"""Command line: output, error output and exit code of each command."""

import gzip
import hashlib
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from np_data.cli import main


def run(*arguments, cwd=None, script=False):
    program = [Path(sysconfig.get_path("scripts")) / "np-data"] if script else []
    return subprocess.run(
        [*(program or [sys.executable, "-W", "error", "-m", "np_data"]), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=cwd,
    )


@pytest.fixture
def registry(tiny, tmp_path):
    lines = ["[tiny.files]"]
    for role, file in tiny.entry.files.items():
        lines.append(f'{role} = {{ name = "{file.name}", sha256 = "{file.sha256}" }}')
    path = tmp_path / "tiny.toml"
    path.write_text("\n".join(lines))
    return path


@pytest.mark.parametrize("command", ["fetch", "info", "verify"])
def test_help_of_each_command_shows_its_usage(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"usage: np-data {command}" in capsys.readouterr().out


def test_help_lists_commands_and_exit_codes():
    for done in (run("--help", script=True), run("-h")):
        assert (done.returncode, done.stderr) == (0, "")
        for word in ("fetch", "info", "verify", "NP_DATA_MIRROR", "exit code"):
            assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("fly",), "invalid choice: 'fly'"),
        (("fetch",), "the following arguments are required: name"),
        (("fetch", "cifar"), "unknown data set 'cifar'; known: emnist-balanced, "),
        (("fetch", "cifar"), "(a data set of your own needs --registry TOML)"),
        (("verify", ".", "--name", "cifar"), "unknown data set 'cifar'"),
        (("info",), "the following arguments are required: FILE"),
    ],
)
def test_main_exits_with_2_when_arguments_are_wrong(
    arguments, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err
    assert list(tmp_path.iterdir()) == []


def test_fetch_prints_the_folder_and_writes_the_files(tiny, folder_of, registry, tmp_path):
    mirror = folder_of(tiny.packed, suffix=".gz")
    done = run("fetch", "tiny", "--registry", registry, "--from", mirror, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "data/tiny\n", "")
    done = run("fetch", "tiny", tmp_path / "여기 2", "--registry", registry, script=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path / '여기 2'}\n", "")
    for folder in (tmp_path / "data" / "tiny", tmp_path / "여기 2"):
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == tiny.raw


def test_fetch_prints_why_each_source_failed(registry, tmp_path):
    places = ("--from", "/nowhere", "--from", "http://127.0.0.1:9/{name}")
    done = run("fetch", "tiny", "--registry", registry, *places, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.split("\n")
    assert lines[0].startswith("np-data: tiny: no source had train-images-idx3-ubyte")
    assert lines[1] == "  folder /nowhere: /nowhere is not a folder"
    assert lines[2].startswith("  http://127.0.0.1:9/…: 127.0.0.1 cannot be reached")
    assert lines[3].startswith("Put the files, gzip or not, into FOLDER/tiny")


def test_fetch_rejects_an_invalid_registry(tmp_path):
    (tmp_path / "bad.toml").write_text("[tiny]")
    done = run("fetch", "tiny", "--registry", tmp_path / "bad.toml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        f"np-data: {tmp_path / 'bad.toml'}: tiny: expected the keys files"
    )


def test_info_describes_idx_files(tiny, folder_of, registry):
    folder = folder_of(tiny.packed, suffix=".gz")
    names = ["train-images-idx3-ubyte", "t10k-labels-idx1-ubyte"]
    done = run("info", *(folder / f"{name}.gz" for name in names), "--registry", registry)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 12
    for name, shape, role in zip(
        names, ["(300, 20, 10)", "(50,)"], ["train_images", "test_labels"], strict=True
    ):
        raw = tiny.raw[name]
        assert f"{folder / name}.gz\n  uint8 {shape}\n  from " in done.stdout
        assert f"{len(raw)} bytes decompressed, {len(tiny.packed[name])} on disk" in done.stdout
        assert f"sha256 {hashlib.sha256(raw).hexdigest()}\n  {role} of tiny\n" in done.stdout


def test_info_exits_with_1_when_a_file_is_wrong_or_missing(tmp_path):
    (tmp_path / "a").write_bytes(b"<html>")
    done = run("info", tmp_path / "a")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"np-data: {tmp_path / 'a'}: ")
    done = run("info", tmp_path / "nothing")
    assert done.returncode == 1
    assert "No such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_verify_accepts_a_complete_folder(tiny, folder_of, registry):
    folder = folder_of(tiny.packed, suffix=".gz")
    done = run("verify", folder, "--registry", registry)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[:-1] == [
        *(f"ok       {file.name}.gz" for file in tiny.entry.files.values()),
        f"{folder} is a complete tiny",
    ]


def test_verify_reports_damaged_and_missing_files(tiny, folder_of, registry):
    folder = folder_of(tiny.packed, suffix=".gz")
    (folder / "train-images-idx3-ubyte.gz").unlink()
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(b"other"))
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(b"\x1f\x8b\x08")
    done = run("verify", folder, "--registry", registry)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.split("\n")
    assert lines[0] == "missing  train-images-idx3-ubyte"
    other = hashlib.sha256(b"other").hexdigest()
    expected = tiny.entry.files["train_labels"].sha256
    assert lines[1] == (
        f"damaged  train-labels-idx1-ubyte.gz: expected sha256 {expected}, got {other}"
    )
    assert lines[2] == "ok       t10k-images-idx3-ubyte.gz"
    assert lines[3].startswith("damaged  t10k-labels-idx1-ubyte.gz: expected sha256 ")
    assert lines[4] == f"{folder} is not a complete tiny"


def test_verify_asks_for_a_name_when_no_file_is_known(tmp_path):
    (tmp_path / "notes").write_text("nothing")
    done = run("verify", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert ", qmnist; give the data set with --name" in done.stderr
    done = run("verify", tmp_path, "--name", "mnist")
    assert done.returncode == 1
    assert "missing  train-images-idx3-ubyte" in done.stdout
    assert "No such file" in run("verify", tmp_path / "nowhere").stderr


def test_help_of_fetch_says_that_the_cache_is_searched_first(capsys):
    with pytest.raises(SystemExit):
        main(["fetch", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "where to look after the folder and the cache" in text
