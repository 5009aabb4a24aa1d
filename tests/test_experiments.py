"""DVC's own queue of experiments, as an alternative to a sweep."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from .conftest import Workshop

METRICS = "reports/recipes/first/metrics.json"


def git(workshop: Workshop, *words: str) -> None:
    identity = ["-c", "user.name=A Student", "-c", "user.email=student@example.org"]
    subprocess.run(["git", *identity, *words], cwd=workshop.folder, check=True, capture_output=True)


def dvc(workshop: Workshop, *words: str) -> str:
    """Run dvc as the README says: its queue finds `dvc` on the PATH only."""
    path = os.pathsep.join([str(Path(sys.executable).parent), workshop.env["PATH"]])
    done = workshop.run("dvc", *words, PATH=path)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_dvc_queue_runs_and_compares_experiments(workshop: Workshop) -> None:
    # DVC's queue writes the checkout's path as ASCII.
    workshop.folder = workshop.folder.rename(workshop.folder.with_name("a checkout"))
    git(workshop, "add", "--all")
    git(workshop, "commit", "--quiet", "--message", "the committed run")
    words = ("--name", "slow", "--set-param", "recipes.first.lr=0.02")
    dvc(workshop, "exp", "run", "--queue", *words, "evaluate@first")
    dvc(workshop, "queue", "start", "--jobs", "1")
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        states = dvc(workshop, "queue", "status")
        if "Success" in states:
            break
        assert "Failed" not in states, states
        time.sleep(1)
    assert "Success" in states, states
    shown = json.loads(dvc(workshop, "exp", "show", "--json"))
    found = {}
    for commit in shown:
        for experiment in commit.get("experiments") or []:
            data = experiment["revs"][0]["data"]
            lr = data["params"]["params.yaml"]["data"]["recipes"]["first"]["lr"]
            metrics = data["metrics"][METRICS]["data"]
            found[lr] = metrics["test_log_loss"]
    committed = json.loads((workshop.folder / METRICS).read_text(encoding="utf-8"))
    assert [*found] == [0.02]
    assert found[0.02] != committed["test_log_loss"]
    names = dvc(workshop, "exp", "show", "--only-changed", "--csv").splitlines()[0].split(",")
    assert len(names) < 60, names
