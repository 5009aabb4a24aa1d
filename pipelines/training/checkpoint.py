"""Checkpoints, from which a killed training continues. DVC does not track them.

The name of a checkpoint holds a fingerprint of all that decides the result (recipe, data, sources,
versions), so a changed recipe or a changed line of code never continues an old run. The file ends
with the SHA-256 of its content; a damaged one is ignored with a message. If a training runs twice
at the same time, the second run waits: the first may have outlived a killed ``dvc repro``.
"""

import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from pipelines.environment import ROOT
from pipelines.io.files import atomic_write, file_hash
from pipelines.recipes.plugins import plugin_hashes
from pipelines.recipes.schema import Recipe

FOLDER = ROOT / ".ckpt"
SOURCES = ("pipelines/**/*.py", "packages/*/src/**/*.py")

Arrays = dict[str, NDArray[Any]]


def fingerprint(recipe: Recipe, data: Path) -> str:
    """Return a hash of everything that decides the bits of a training."""
    digest = hashlib.sha256((recipe.model_dump_json() + str(plugin_hashes(recipe))).encode())
    files = [path for pattern in SOURCES for path in ROOT.glob(pattern)]
    for path in sorted([*files, *data.glob("*.npy")]):
        digest.update((path.relative_to(ROOT).as_posix() + file_hash(path)).encode())
    return digest.hexdigest()[:16]


class Checkpoint:
    """One file with the newest state of one training, locked until ``release``."""

    def __init__(self, name: str, key: str, say: Callable[[str], None]) -> None:
        self.path = FOLDER / f"{name}-{key}.npz"
        self._say = say
        FOLDER.mkdir(exist_ok=True)
        self._lock = FileLock(FOLDER / f"{name}.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            say("waiting for another run of this training to end")
            self._lock.acquire()
        for other in FOLDER.glob(f"{name}-*.npz"):
            if other != self.path:
                self._ignore(other, "of another recipe, code or data")
                other.unlink()

    def save(self, state: Mapping[str, Any], arrays: Mapping[str, Arrays]) -> None:
        """Replace the file by ``state`` (JSON values) and groups of arrays."""
        text = np.frombuffer(json.dumps(state).encode(), np.uint8)
        named: dict[str, Any] = {
            f"{group}/{key}": array for group in arrays for key, array in arrays[group].items()
        }
        with atomic_write(self.path) as temporary, temporary.open("w+b") as file:
            np.savez(file, state=text, **named)
            file.seek(0)
            file.write(hashlib.file_digest(file, "sha256").digest())

    def load(self) -> tuple[dict[str, Any], dict[str, Arrays]] | None:
        """Return the kept state and arrays, or None without a valid checkpoint."""
        if not self.path.exists():
            return None
        raw = self.path.read_bytes()
        if hashlib.sha256(raw[:-32]).digest() != raw[-32:]:
            self._ignore(self.path, "damaged")
            return None
        arrays: dict[str, Arrays] = defaultdict(dict)
        with np.load(io.BytesIO(raw[:-32]), allow_pickle=False) as content:
            for name in content.files:
                group, _, key = name.partition("/")
                arrays[group][key] = content[name]
        return json.loads(arrays["state"][""].tobytes()), arrays

    def discard(self) -> None:
        """Remove the file, because the training is complete, and release the lock."""
        self.path.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Let other processes continue this training."""
        self._lock.release()

    def _ignore(self, path: Path, reason: str) -> None:
        self._say(f"the checkpoint {path.name} is {reason}: ignored")
