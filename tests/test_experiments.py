"""DVC's own queue of experiments, as an alternative to a sweep."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from .conftest import Workshop


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
    workshop.write_params({"first": 2, "second": 1})
    dvc(workshop, "repro")
    git(workshop, "add", "--all")
    git(workshop, "commit", "--quiet", "--message", "the committed run")
    for rate in (0.02, 0.1):
        words = ("--name", f"lr-{rate}", "--set-param", f"recipes.first.lr={rate}")
        dvc(workshop, "exp", "run", "--queue", *words, "evaluate@first")
    dvc(workshop, "queue", "start", "--jobs", "2")
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        states = dvc(workshop, "queue", "status")
        if states.count("Success") == 2:
            break
        assert "Failed" not in states, states
        time.sleep(1)
    shown = json.loads(dvc(workshop, "exp", "show", "--json"))
    found = {}
    for commit in shown:
        for experiment in commit.get("experiments") or []:
            data = experiment["revs"][0]["data"]
            lr = data["params"]["params.yaml"]["data"]["recipes"]["first"]["lr"]
            metrics = data["metrics"]["reports/recipes/first/metrics.json"]["data"]
            found[lr] = metrics["test_log_loss"]
    assert sorted(found) == [0.02, 0.1]
    assert found[0.02] != found[0.1]
    names = dvc(workshop, "exp", "show", "--only-changed", "--csv").splitlines()[0].split(",")
    assert len(names) < 60, names
