"""What is mended of DVC's files, and what is said of those that no killed DVC has left."""

import re
from pathlib import Path

import pytest

from pipelines import mend
from pipelines.shared.console import Console

HEADER = "schema: '2.0'\nstages:\n"
STAGE = """\
  {name}:
    cmd: sh pipelines/shared/stage.sh {name}
    deps:
    - path: pipelines/{name}.py
      hash: md5
      md5: ddc95260da5a65c23b18145775ac8d90
      size: 120
    params:
      params.yaml:
        datasets.{name}: 1
"""
LOCK = HEADER + "".join(STAGE.format(name=name) for name in ("download", "train"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(mend, "ROOT", tmp_path)
    monkeypatch.setattr(mend, "IN_USE", tmp_path / "rwlock")
    return tmp_path


def test_a_lock_that_was_cut_in_its_first_stage_is_removed_and_a_whole_one_is_left(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder / "dvc.lock"
    for end in range(LOCK.index("    deps:")):
        path.write_text(LOCK[:end], encoding="utf-8")
        mend.mend(Console("mend"))
        assert not path.exists()
        said = capsys.readouterr().err
        assert said == "mend: dvc.lock was half written: 0 whole stages of it are kept\n"
    path.write_text(LOCK, encoding="utf-8")
    mend.mend(Console("mend"))
    assert path.read_text(encoding="utf-8") == LOCK
    assert capsys.readouterr().err == ""


def test_wherever_a_lock_was_cut_its_beginning_is_kept(folder: Path) -> None:
    path, second = folder / "dvc.lock", LOCK.index("  train:")
    for end in range(LOCK.index("    deps:"), len(LOCK)):
        path.write_text(LOCK[:end], encoding="utf-8")
        mend.mend(Console("mend", quiet=True))
        kept = path.read_text(encoding="utf-8") if path.exists() else HEADER
        assert LOCK[:end].startswith(kept)
        assert mend.whole_stages(kept) == kept
        assert ("  download:" in kept) >= (end > second + len("  train:")), end


@pytest.mark.parametrize(
    "content",
    [
        LOCK.replace("  train:", "<<<<<<< HEAD\n  train:").encode(),
        LOCK.replace("    cmd: sh", "<<<<<<< HEAD\n    cmd: sh", 1).encode(),
        (LOCK + "<<<<<<< HEAD\n    outs: []\n").encode(),
        LOCK.replace("    deps:\n", "", 1).replace("    cmd: sh", "    cmd: [sh", 1).encode(),
        (HEADER + "<<<<<<< HEAD\n" + STAGE.format(name="train")).encode(),
        b"\0" * 500,
        bytes(range(256)),
        b"hello\n",
    ],
)
def test_a_lock_that_cannot_be_mended_is_left_and_named(content: bytes, folder: Path) -> None:
    path = folder / "pipelines" / "flagships" / "dvc.lock"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(
        ValueError, match=re.escape("pipelines/flagships/dvc.lock is damaged and cannot be mended")
    ):
        mend.mend(Console("mend"))
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", [b"\xff\xfe\x80", b'{"/a\xff": {}}', b"\0\0\0", b""])
def test_a_note_of_use_that_is_no_json_is_removed(
    content: bytes, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "rwlock").write_bytes(content)
    mend.mend(Console("mend"))
    assert not (folder / "rwlock").exists()
    assert capsys.readouterr().err == "mend: rwlock was half written: removed\n"
