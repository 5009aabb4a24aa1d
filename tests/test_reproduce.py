"""The command reproduce: recipes side by side, and DVC without git."""

from __future__ import annotations

import threading
from configparser import ConfigParser

import pytest

from pipelines.commands import reproduce
from pipelines.io.console import Console

CONSOLE = Console("reproduce")


def test_run_recipes_runs_several_at_a_time_and_reports_each(monkeypatch, capsys):
    both = threading.Barrier(2, timeout=60)
    calls = []

    def dvc(*words, console):
        both.wait()  # goes on only when two run at the same time
        calls.append(words)

    monkeypatch.setattr(reproduce, "dvc", dvc)
    reproduce.run_recipes(["a", "b"], prefix="", force=["--force"], jobs=2, console=CONSOLE)
    stages = [("train@a", "evaluate@a", "plot@a"), ("train@b", "evaluate@b", "plot@b")]
    assert sorted(calls) == [("repro", "--force", "--single-item", *names) for names in stages]
    printed = capsys.readouterr().err
    assert "reports/recipes/a is ready (1 of 2)" in printed
    assert "reports/recipes/b is ready (2 of 2)" in printed


def test_run_recipes_starts_no_more_after_an_error(monkeypatch):
    calls = []

    def dvc(*words, console):
        calls.append(words[-1])
        raise ValueError("failed")

    monkeypatch.setattr(reproduce, "dvc", dvc)
    with pytest.raises(ValueError, match="failed"):
        reproduce.run_recipes([*"abcdefgh"], prefix="", force=[], jobs=1, console=CONSOLE)
    assert len(calls) < 8


def test_unpacked_folder_keeps_its_own_settings_of_dvc(monkeypatch, tmp_path):
    local = tmp_path / ".dvc" / "config.local"
    local.parent.mkdir()
    remote = "['remote \"mine\"']\n"
    local.with_name("config").write_text(f"{remote}url = s3://a/b\n", encoding="utf-8")
    local.write_text(f"{remote}access_key_id = word\n", encoding="utf-8")
    monkeypatch.setattr(reproduce, "ROOT", tmp_path)
    for _ in range(2):
        reproduce.work_without_git(CONSOLE)
        settings = ConfigParser()
        settings.read(local, encoding="utf-8")
        assert settings["core"]["no_scm"] == "true"
        assert settings["'remote \"mine\"'"]["access_key_id"] == "word"


def test_clone_needs_no_setting_of_dvc(monkeypatch, tmp_path):
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(reproduce, "ROOT", tmp_path)
    reproduce.work_without_git(CONSOLE)
    assert not (tmp_path / ".dvc").exists()
