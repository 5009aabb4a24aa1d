"""save replaces a file completely or not at all, whenever it is interrupted."""

import os
import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from np_layers import Dense, Sequential, load, save

PRELUDE = """
import os, signal, sys
import numpy as np
from np_layers import Dense, Sequential, load, save

def model(seed):
    return Sequential([Dense(50)], input_shape=(400,), rng=np.random.default_rng(seed))

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

path = sys.argv[1]
"""


def run(code: str, path, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PRELUDE + code, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def weight(seed: int) -> bytes:
    model = Sequential([Dense(50)], input_shape=(400,), rng=np.random.default_rng(seed))
    return model.parameters()["0.weight"].tobytes()


@pytest.mark.parametrize(
    "moment",
    [
        "import zipfile; zipfile.ZipFile.writestr = die",
        "import zipfile; zipfile.ZipFile._write_end_record = die",
        "os.fsync = die",
        "os.replace = os.rename = die; import pathlib; pathlib.Path.replace = die",
    ],
)
def test_save_killed_at_worst_moment_leaves_old_file(tmp_path, moment):
    path = tmp_path / "model.npz"
    result = run(f"save(model(1), path)\n{moment}\nsave(model(2), path)", path)
    assert result.returncode == -signal.SIGKILL, result.stderr
    assert load(path).parameters()["0.weight"].tobytes() == weight(1)
    save(load(path), path)  # the temporary file of the killed process does no harm
    assert load(path).parameters()["0.weight"].tobytes() == weight(1)


def test_save_killed_at_any_moment_leaves_whole_file(tmp_path):
    path = tmp_path / "model.npz"
    code = "a, b = model(1), model(2)\nwhile True: save(a, path); print(flush=True); save(b, path)"
    generator = np.random.default_rng(0)
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code, str(path)], stdout=subprocess.PIPE
        ) as process:
            process.stdout.readline()
            time.sleep(generator.uniform(0, 0.02))
            process.kill()
        assert load(path).parameters()["0.weight"].tobytes() in {weight(1), weight(2)}


def test_save_on_full_disk_leaves_only_old_file(tmp_path):
    path = tmp_path / "model.npz"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))"
    result = run(f"save(model(1), path)\n{limit}\nsave(model(2), path)", path)
    assert result.returncode == 1
    assert re.search(r"OSError: .*File too large", result.stderr)
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.npz"]
    assert load(path).parameters()["0.weight"].tobytes() == weight(1)


def test_save_interrupted_leaves_only_old_file(tmp_path):
    path = tmp_path / "model.npz"
    # A process in the background of a shell may ignore the signal.
    handler = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    interrupt = f"{handler}\nos.fsync = lambda _: os.kill(os.getpid(), signal.SIGINT)"
    result = run(f"save(model(1), path)\n{interrupt}\nsave(model(2), path)", path)
    assert "KeyboardInterrupt" in result.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.npz"]
    assert load(path).parameters()["0.weight"].tobytes() == weight(1)


def test_save_replaces_link_and_leaves_its_target(tmp_path):
    cache, path = tmp_path / "cache", tmp_path / "model.npz"
    save(Sequential([Dense(1)], input_shape=(1,), rng=np.random.default_rng(0)), cache)
    cache.chmod(0o444)
    before = cache.read_bytes()
    path.symlink_to(cache)
    save(Sequential([Dense(9)], input_shape=(1,), rng=np.random.default_rng(0)), path)
    assert cache.read_bytes() == before
    assert not path.is_symlink()
    assert load(path).layers[0].units == 9


def test_save_gives_permissions_of_new_file(tmp_path):
    (tmp_path / "plain").touch()
    save(
        Sequential([Dense(1)], input_shape=(1,), rng=np.random.default_rng(0)),
        tmp_path / "model.npz",
    )
    assert (tmp_path / "model.npz").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_save_gives_equal_bytes_in_every_process(tmp_path):
    environments = [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "7", "TZ": "Asia/Seoul", "LC_ALL": "C"},
        {"OPENBLAS_NUM_THREADS": "1", "SOURCE_DATE_EPOCH": "1000000000", "PYTHONOPTIMIZE": "2"},
    ]
    for number, environment in enumerate(environments):
        result = run("save(model(1), path)", tmp_path / str(number), env=os.environ | environment)
        assert result.returncode == 0, result.stderr
    assert len({path.read_bytes() for path in tmp_path.iterdir()}) == 1
