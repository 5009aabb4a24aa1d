"""Unit 2 without a network: from `np-lab new` to the last `np-lab check`.

`nox -s offline` runs the same in a fresh environment that has nothing but pip and np-lab.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Python imports sitecustomize at its start: every socket of these processes then fails.
NO_SOCKETS = """
import socket

class NoNetwork(socket.socket):
    def __init__(self, *arguments, **options):
        raise OSError("the network is cut")

socket.socket = NoNetwork
"""
WRONG = """
def dense_forward(x, W, b):
    return x @ W + b


def dense_backward(x, W, b, G):
    return G @ W.T, x.T @ G, G.mean()
"""
RIGHT = """
import numpy as np


def dense_forward(x, W, b):
    return x @ W + b


def dense_backward(x, W, b, G):
    return G @ W.T, x.T @ G, G.sum(axis=0)


class Dense:
    def __init__(self, inputs, outputs, rng):
        self.W = rng.normal(size=(inputs, outputs)) * np.sqrt(2 / inputs)
        self.b = np.zeros(outputs)
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return dense_forward(x, self.W, self.b)

    def backward(self, G):
        dx, self.dW, self.db = dense_backward(self.x, self.W, self.b, G)
        return dx
"""


def work_through_unit_two(python, folder):
    """Do what the notes of unit 2 ask for; `unshare` cuts the network where the system has it."""
    course, path = folder / "course", folder / "course" / "02_dense" / "dense.py"
    (folder / "cut").mkdir()
    (folder / "cut" / "sitecustomize.py").write_text(NO_SOCKETS, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(folder / "cut"), "PYTHONUTF8": "1", "PATH": ""}
    cut = [shutil.which("unshare"), "--map-root-user", "--net"]
    if cut[0] is None or subprocess.run([*cut, "true"], capture_output=True).returncode:
        cut = []

    def run(*arguments, code=0, cwd=folder):
        result = subprocess.run(
            [*cut, str(python), *map(str, arguments)],
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert result.returncode == code, result.stdout + result.stderr
        return result.stdout

    run("-c", "import socket; socket.socket()", code=1)
    run("-m", "np_lab", "new", course, "--language", "en")
    lab = ("-m", "np_lab")
    assert run(*lab, "check", "2", code=1, cwd=course).count("not written yet") == 3
    assert "-1 is right" in run(*lab, "predict", "2", "-1", cwd=course)
    path.write_text(WRONG, encoding="utf-8")
    assert "G.mean(), one number" in run(*lab, "check", "dense_backward", code=1, cwd=course)
    assert "shape of what it belongs to" in run(*lab, "hint", "dense_backward", cwd=course)
    path.write_text(RIGHT, encoding="utf-8")
    assert "3 of 3 tasks are right" in run(*lab, "check", "2", cwd=course)
    assert "Dense        b = [ 3. -3.]" in run("experiment.py", cwd=path.parent)


def test_unit_two_needs_no_network(tmp_path):
    work_through_unit_two(sys.executable, tmp_path)


if __name__ == "__main__":
    work_through_unit_two(Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute())
    print("unit 2 is worked through, with the network cut")
