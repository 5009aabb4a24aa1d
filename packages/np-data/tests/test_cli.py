"""The command line, as a user runs it: what it prints, where, and with which exit code."""

import gzip
import hashlib
import subprocess
import sys
import sysconfig
from pathlib import Path

import numpy as np
import pytest

from np_data import read_idx, write_idx
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


@pytest.mark.parametrize("command", ["fetch", "info", "convert", "verify"])
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f"usage: np-data {command}" in capsys.readouterr().out


def test_help_names_the_commands_and_the_exit_codes():
    for done in (run("--help", script=True), run("-h")):
        assert (done.returncode, done.stderr) == (0, "")
        for word in ("fetch", "info", "convert", "verify", "NP_DATA_MIRROR", "exit code"):
            assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "the following arguments are required: COMMAND"),
        (("fly",), "invalid choice: 'fly'"),
        (("fetch",), "the following arguments are required: name"),
        (("fetch", "cifar"), "unknown data set 'cifar'; known are fashion-mnist, mnist"),
        (("fetch", "mnist", "--from", "https://example.org/"), "--from: url must be http(s)"),
        (("verify", ".", "--name", "cifar"), "unknown data set 'cifar'"),
        (("info",), "the following arguments are required: FILE"),
    ],
)
def test_wrong_usage(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_fetch_prints_the_folder(tiny, folder_of, registry, tmp_path):
    mirror = folder_of(tiny.packed, suffix=".gz")
    done = run("fetch", "tiny", "--registry", registry, "--from", mirror, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "data/tiny\n", "")
    done = run("fetch", "tiny", tmp_path / "여기 2", "--registry", registry, "--quiet", script=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{tmp_path / '여기 2'}\n", "")
    for folder in (tmp_path / "data" / "tiny", tmp_path / "여기 2"):
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == tiny.raw


def test_fetch_that_fails_says_why(registry, tmp_path):
    places = ("--from", "/nowhere", "--from", "http://127.0.0.1:9/{name}")
    done = run("fetch", "tiny", "--registry", registry, *places, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    lines = done.stderr.split("\n")
    assert lines[0].startswith("np-data: tiny: no source had train-images-idx3-ubyte")
    assert lines[1] == "  folder /nowhere: /nowhere is not a folder"
    assert lines[2].startswith("  http://127.0.0.1:9/…: 127.0.0.1 cannot be reached")
    assert lines[3].startswith("Put the files, gzip or not, into FOLDER/tiny")


def test_a_registry_that_is_not_valid(tmp_path):
    (tmp_path / "bad.toml").write_text("[tiny]")
    done = run("fetch", "tiny", "--registry", tmp_path / "bad.toml")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"np-data: {tmp_path / 'bad.toml'}: tiny: the key 'files' is missing\n"


def test_info(tiny, folder_of, registry):
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


def test_info_of_what_is_no_idx_file(tmp_path):
    (tmp_path / "a").write_bytes(b"<html>")
    done = run("info", tmp_path / "a")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"np-data: {tmp_path / 'a'}: ")
    done = run("info", tmp_path / "nothing")
    assert done.returncode == 1
    assert "No such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_verify(tiny, folder_of, registry):
    folder = folder_of(tiny.packed, suffix=".gz")
    done = run("verify", folder, "--registry", registry)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n")[:-1] == [
        *(f"ok       {file.name}.gz" for file in tiny.entry.files.values()),
        f"{folder} is a complete tiny",
    ]


def test_verify_finds_damaged_and_missing_files(tiny, folder_of, registry):
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


def test_verify_of_a_folder_without_known_files(tmp_path):
    (tmp_path / "notes").write_text("nothing")
    done = run("verify", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds no file of fashion-mnist, mnist; give the data set with --name" in done.stderr
    done = run("verify", tmp_path, "--name", "mnist")
    assert done.returncode == 1
    assert "missing  train-images-idx3-ubyte" in done.stdout
    assert "No such file" in run("verify", tmp_path / "nowhere").stderr


def test_output_that_nobody_reads_to_the_end(folder_of, tiny, monkeypatch):
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    folder = folder_of(tiny.raw)
    command = [sys.executable, "-m", "np_data", "info", *map(str, folder.iterdir())]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(timeout=50) == 1


KAGGLE = "label,p0,p1,p2,p3\n7,0,1,2,255\n1,4,5,6,7\n"


def test_convert_from_csv(tmp_path):
    (tmp_path / "a.csv").write_text(KAGGLE)
    done = run("convert", "a.csv", "b.idx.gz", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "b.idx.gz: uint8 (2, 4)\nb-labels.idx.gz: uint8 (2,)\n"
    expected = [[0, 1, 2, 255], [4, 5, 6, 7]]
    np.testing.assert_array_equal(read_idx(tmp_path / "b.idx.gz"), expected)
    np.testing.assert_array_equal(read_idx(tmp_path / "b-labels.idx.gz"), [7, 1])
    assert (tmp_path / "b.idx.gz").read_bytes()[:2] == b"\x1f\x8b"


def test_convert_with_a_shape_and_named_labels(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.CSV.gz").write_bytes(gzip.compress(KAGGLE.encode()))
    options = ["--shape", "2x2", "--labels", "c", "--dtype", "int16"]
    assert main(["convert", "a.CSV.gz", "b", *options]) == 0
    assert capsys.readouterr().out == "b: int16 (2, 2, 2)\nc: uint8 (2,)\n"
    np.testing.assert_array_equal(read_idx(tmp_path / "c"), [7, 1])


def test_convert_without_labels_or_with_others(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("1,2,300\n4,5,-600\n")
    assert main(["convert", "a.csv", "b", "--dtype", "float32"]) == 0
    np.testing.assert_array_equal(read_idx(tmp_path / "b"), [[1, 2, 300], [4, 5, -600]])
    assert main(["convert", "a.csv", "b", "--label", "2"]) == 0
    assert capsys.readouterr().out.endswith("b: uint8 (2, 2)\nb-labels: int32 (2,)\n")
    np.testing.assert_array_equal(read_idx(tmp_path / "b-labels"), [300, -600])


@pytest.mark.parametrize("header", ["{},label,b", '\ufeff{},"label" ,"b"', "{},label,b\r"])
def test_a_label_column_is_found_in_any_header(header, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    n = 30_000
    names = ",".join(f"{i:040}px" for i in range(n))  # more than a megabyte
    row = "0," * n + "2,3"
    (tmp_path / "a.csv").write_bytes(f"{header.format(names)}\n{row}\n".encode())
    for words in ([], ["--label", "label"]):
        assert main(["convert", "a.csv", "b", *words]) == 0
        assert capsys.readouterr().out == f"b: uint8 (1, {n + 1})\nb-labels: uint8 (1,)\n"
    assert main(["convert", "a.csv", "b", "--label", f"{n + 1}", "--labels", "c"]) == 0
    np.testing.assert_array_equal(read_idx("c"), [3])
    assert main(["info", "a.csv"]) == 0
    assert f"1 rows of {n + 1} numbers, and labels of 1 classes\n" in capsys.readouterr().out


def test_info_of_a_csv_file_of_another_delimiter(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("1;2;3\n4;5;6\n")
    assert main(["info", str(tmp_path / "a.csv")]) == 1
    assert capsys.readouterr().err.endswith("got '4;5;6', as if the delimiter were ';'\n")


def test_help_of_from_says_that_the_cache_is_asked_before(capsys):
    with pytest.raises(SystemExit):
        main(["fetch", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "where to find what is neither in the folder nor in the cache" in said


def test_convert_to_csv_and_back(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    images = np.random.default_rng(0).integers(0, 256, (3, 4, 5), dtype=np.uint8)
    write_idx("images", images)
    write_idx("labels", np.array([9, 0, 3], np.uint8))
    assert main(["convert", "images", "all.csv", "--labels", "labels"]) == 0
    assert (tmp_path / "all.csv").read_text().split(",", 2)[:2] == ["label", "pixel0"]
    back = ["convert", "all.csv", "images2", "--labels", "labels2", "--shape", "4x5"]
    assert main(back) == 0
    for name in ("images", "labels"):
        assert (tmp_path / name).read_bytes() == (tmp_path / f"{name}2").read_bytes()
    assert main(["convert", "images", "images.gz"]) == 0
    np.testing.assert_array_equal(read_idx("images.gz"), images)
    assert main(["info", "all.csv"]) == 0
    assert "  3 rows of 20 numbers, and labels of 3 classes\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.csv", "b.csv"), "one of FROM and TO must be an IDX file"),
        (("images", "b", "--labels", "c"), "--labels goes with a CSV file"),
        (("images", "b.csv", "--shape", "2x2"), "--shape is for a CSV file"),
        (("images", "b.csv", "--label", "0"), "--label is for a CSV file"),
        (("images", "b.csv", "--dtype", "int8"), "--dtype is for a CSV file"),
        (("plain.csv", "b", "--labels", "c"), "plain.csv has no column named label"),
        (("a.csv", "b", "--labels", "./b"), "--labels must be neither FROM nor TO, got ./b"),
        (("a.csv", "b", "--labels", "a.csv"), "--labels must be neither FROM nor TO, got a.csv"),
        (("images", "b.csv", "--labels", "b.csv"), "--labels must be neither FROM nor TO"),
        (("a.csv", "b", "--shape", "2,2"), "expected sizes joined by x, such as 28x28, got '2,2'"),
        (("a.csv", "b", "--dtype", "int64"), "invalid choice: 'int64'"),
    ],
)
def test_convert_that_makes_no_sense(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(KAGGLE)
    (tmp_path / "plain.csv").write_text("1,2\n")
    write_idx("images", np.zeros((2, 2), np.uint8))
    with pytest.raises(SystemExit) as caught:
        main(["convert", *arguments])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("a.csv", "b", "--shape", "2x3"), "as many pixels as there are columns, 4, got 2x3"),
        (("a.csv", "b", "--label", "name"), "a.csv: "),
        (("bad.csv", "b"), "bad.csv: line 2, column 2"),
        (("images", "b.csv", "--labels", "other"), "labels must be integers of shape (N,), got"),
        (("images", "b.csv", "--labels", "three"), "labels must have the shape (2,), got (3,)"),
        (("nowhere", "b"), "No such file"),
        (("a.csv", "no/b"), "No such file"),
        (("wide.csv", "b"), "labels must fit into 32 bits, got -7 to 5000000000\n"),
        (("low.csv", "b"), "labels must fit into 32 bits, got -5000000000 to 3\n"),
        (("a.csv", "b", "--label", "nope"), "a.csv: --label must be the name of one column or a "
         "number from 0, got 'nope'; the first line is 'label,p0,p1,p2,p3'\n"),
        (("twice.csv", "b", "--label", "a"), "twice.csv: --label must be the name of one column"),
        (("bare.csv", "b", "--label", "a"), "got 'a'; the first line is '1,2'\n"),
        (("empty.csv", "b", "--label", "a"), "got 'a'; the first line is ''\n"),
        (("mac.csv", "b"), "mac.csv: line 1: expected lines that end in \\n or \\r\\n, got \\r"),
        (("spaced.csv", "b"), "spaced.csv: line 1: expected one column 'label', got 0 among 'a', "),
        (("scalar", "b.csv"), "scalar: a CSV file is made of rows, got a single number"),
    ],
)  # fmt: skip
def test_convert_of_what_is_wrong(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text(KAGGLE)
    (tmp_path / "bad.csv").write_text("label,a\n1,x\n")
    (tmp_path / "wide.csv").write_text("label,a\n-7,1\n5000000000,1\n")
    (tmp_path / "low.csv").write_text("label,a\n3,1\n-5000000000,1\n")
    (tmp_path / "twice.csv").write_text("a,b,a\n1,2,3\n")
    (tmp_path / "bare.csv").write_text("1,2\n")
    (tmp_path / "spaced.csv").write_text('a, "label"\n1,2\n')
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "mac.csv").write_bytes(b"label,a\r1,2\r")
    write_idx("images", np.zeros((2, 2), np.uint8))
    write_idx("three", np.zeros(3, np.uint8))
    write_idx("scalar", np.uint8(3))
    write_idx("other", np.zeros((2, 2), np.uint8))
    before = set(tmp_path.iterdir())
    assert main(["convert", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert set(tmp_path.iterdir()) == before
