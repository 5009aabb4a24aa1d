"""Which recipes share a call of DVC, what is said of the time that is left, and DVC without git."""

from __future__ import annotations

from configparser import ConfigParser

from pipelines import reproduce
from pipelines.shared.console import Console


def test_the_first_comes_first_then_the_longest_and_the_shortest_share_a_call():
    efforts = {"first": 10, "short": 1, "long": 60, "other": 1, "middle": 28}
    groups = reproduce.in_groups(efforts)
    assert groups == [["first"], ["long"], ["middle"], ["short", "other"]]


def test_every_recipe_is_in_one_group_where_none_is_short():
    assert reproduce.in_groups({"a": 1, "b": 1, "c": 2}) == [["a"], ["c"], ["b"]]


def test_time_left_counts_what_the_other_jobs_have_begun(monkeypatch, capsys):
    now = [100.0]
    monkeypatch.setattr(reproduce.time, "monotonic", lambda: now[0])
    progress = reproduce.Progress({"a": 1, "b": 2, "c": 3}, 2, Console("reproduce"))
    now[0] += 60
    # A sixth took a job 60 s, so all take 360 s of work: two jobs need 180 s, 60 are over.
    progress.ready(["a"], 60)
    assert "a is ready, see reports/a (1 of 3, about 2.0 minutes left)" in capsys.readouterr().err
    now[0] += 130
    progress.ready(["b", "c"], 120)
    assert capsys.readouterr().err.splitlines() == [
        "reproduce: b is ready, see reports/b (3 of 3)",
        "reproduce: c is ready, see reports/c (3 of 3)",
    ]


def test_an_unpacked_folder_keeps_its_own_settings_of_dvc(monkeypatch, tmp_path):
    local = tmp_path / ".dvc" / "config.local"
    local.parent.mkdir()
    remote = "['remote \"mine\"']\n"
    local.with_name("config").write_text(f"{remote}url = s3://a/b\n", encoding="utf-8")
    local.write_text(f"{remote}access_key_id = word\n", encoding="utf-8")
    monkeypatch.setattr(reproduce, "ROOT", tmp_path)
    for _ in range(2):
        reproduce.without_git(Console("reproduce"))
        settings = ConfigParser()
        settings.read(local, encoding="utf-8")
        assert settings["core"]["no_scm"] == "true"
        assert settings["'remote \"mine\"'"]["access_key_id"] == "word"


def test_a_clone_needs_no_setting_of_dvc(monkeypatch, tmp_path):
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(reproduce, "ROOT", tmp_path)
    reproduce.without_git(Console("reproduce"))
    assert not (tmp_path / ".dvc").exists()
