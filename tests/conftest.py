"""A small copy of the repository: all of its code, a hundred pictures, two recipes.

The pipeline runs once in it. Each test that takes ``workshop`` gets a copy of the result.
"""

import copy
import gzip
import hashlib
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

import pipelines  # noqa: F401 - from here on the packages of this checkout are found

ROOT = Path(__file__).resolve().parents[1]

# A shell lets what it starts in the background ignore Ctrl-C, and so would what is tested here.
signal.signal(signal.SIGINT, signal.default_int_handler)

RECIPE = """
  {name}:
    dataset: small
    val_fraction: 0.2
    preprocess: [Scale]
    layers:
      - Flatten
      - Dense: {{units: 16}}
      - ReLU
      - Dropout: {{rate: 0.1}}
      - Dense: {{units: 3}}
    weight_init: he_normal
    loss: cross_entropy
    optimizer: {{SGD: {{momentum: 0.9}}}}
    lr: 0.05
    batch_size: 8
    epochs: {epochs}
    seed: 7
"""


def idx(array: np.ndarray) -> bytes:
    """Write an IDX file of bytes by hand, so that nothing is tested with itself."""
    header = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


def pictures(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw noisy pictures of 28 x 28 with a bright third that tells the class."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, rows)
    images = rng.integers(0, 90, (rows, 28, 28))
    for image, label in zip(images, labels, strict=True):
        image[9 * label : 9 * label + 9] += 120
    return images, labels


PUBLICATIONS = """
writeups:
  small: {title: A small document, author: nobody, year: 2026, link: ""}
recipes:
  first:
    title: A small network
    writeup: small
    published: {test_accuracy: 0.95}
"""


class Workshop:
    """The copy, and how its commands are run."""

    def __init__(self, folder: Path, mirror: Path, files: dict[str, str]) -> None:
        self.folder = folder
        self.env = {
            key: value
            for key, value in os.environ.items()
            if key not in {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
            and not key.startswith("DVC_")
        } | {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "NP_DATA_MIRROR": str(mirror),
            "NP_DATA_CACHE": str(folder.parent / "cache"),
        }
        self.files = files
        self.printed = ""
        self.write_params({"first": 3, "second": 2})

    def write_params(self, recipes: dict[str, int]) -> None:
        """Write params.yaml with recipes by name and number of epochs."""
        lines = ["datasets:", "  small:", "    files:"]
        for role, sha256 in self.files.items():
            lines.append(f"      {role}: {{name: {role}, sha256: {sha256}}}")
        lines += ["    class_names: [top, middle, bottom]"]
        lines += ["own_datasets: {}", "recipes:"]
        text = "\n".join(lines) + "".join(
            RECIPE.format(name=name, epochs=epochs) for name, epochs in recipes.items()
        )
        (self.folder / "params.yaml").write_text(text, encoding="utf-8")

    def change(self, old: str, new: str, file: str = "params.yaml") -> None:
        path = self.folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def run(
        self, *words: str, under: Sequence[str] = (), cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `python -m …` in the copy, through the command `under` if there is one."""
        return subprocess.run(
            [*under, sys.executable, "-m", *words],
            cwd=cwd or self.folder,
            env=self.env | env,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(
        self, *words: str, stderr: int = subprocess.PIPE, under: Sequence[str] = ()
    ) -> subprocess.Popen[str]:
        """Start `python -m …` in the copy, as a process group of its own."""
        return subprocess.Popen(
            [*under, sys.executable, "-m", *words],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            text=True,
            start_new_session=True,
        )

    def sha256(self, name: str) -> str:
        return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()

    def elsewhere(self, folder: Path, **env: str) -> "Workshop":
        """Return a workshop of the same data in another folder, with other variables set."""
        other = copy.copy(self)
        other.folder = folder
        other.env = self.env | {"NP_DATA_CACHE": str(folder.parent / "cache")} | env
        return other

    def copied(self, place: Path) -> "Workshop":
        """Copy everything into a folder below `place`."""
        return self.elsewhere(shutil.copytree(self.folder, place / self.folder.name))

    def stage(self, name: str, subject: str, **env: str) -> str:
        """Run a stage, which must succeed; return its messages."""
        done = self.run(f"pipelines.stages.{name}", subject, **env)
        assert done.returncode == 0, done.stderr
        return done.stderr

    def results(self, *, checkpoints: bool = True) -> dict[str, str]:
        """Return the hash of every file that a run leaves, hidden ones too, but not of locks."""
        names = ["data", "models", "reports", *([".ckpt"] if checkpoints else [])]
        folders = [self.folder / name for name in names]
        return {
            path.relative_to(self.folder).as_posix(): self.sha256(str(path))
            for folder in folders
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".lock"
        }


def build_workshop(place: Path) -> Workshop:
    """Make a copy and its mirror in `place`, in a folder with a space and Korean letters."""
    folder = place / "작업 폴더"
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        kept = name.startswith(
            (".dvc", "pipelines/", "packages/", "experiments/", "dvc.yaml", ".git")
        )
        kept = kept and not name.startswith("pipelines/flagships/") and "/tests/" not in name
        if kept and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    mirror = place / "mirror"
    (mirror / "small").mkdir(parents=True)
    files = {}
    for part, rows, seed in (("train", 100, 0), ("test", 40, 1)):
        for kind, array in zip(("images", "labels"), pictures(rows, seed), strict=True):
            content = idx(array)
            (mirror / "small" / f"{part}_{kind}.gz").write_bytes(gzip.compress(content))
            files[f"{part}_{kind}"] = hashlib.sha256(content).hexdigest()
    workshop = Workshop(folder, mirror, files)
    text = (folder / "dvc.yaml").read_text(encoding="utf-8")
    text = text[: text.index("\n# Curves of")]
    text = re.sub(r"      - (models|data/processed)/\w+(/train)?\n", "", text)
    (folder / "dvc.yaml").write_text(text, encoding="utf-8")
    (folder / "pipelines" / "publications.yaml").write_text(PUBLICATIONS, encoding="utf-8")
    (folder / "pipelines" / "flagships").mkdir()
    (folder / "pipelines" / "flagships" / "params.yaml").write_text("flagships: {}\n")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    return workshop


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Return a workshop after a whole run, which no test may change."""
    workshop = build_workshop(tmp_path_factory.mktemp("finished"))
    done = workshop.run("dvc", "repro")
    assert done.returncode == 0, done.stdout + done.stderr
    workshop.printed = done.stdout
    return workshop


@pytest.fixture
def workshop(finished: Workshop, tmp_path: Path) -> Workshop:
    """Return a copy of the workshop after a whole run."""
    return finished.copied(tmp_path)
