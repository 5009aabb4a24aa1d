"""Where a killed training goes on: its state after a round, outside everything that DVC tracks.

A checkpoint is keyed by a fingerprint of all that the result depends on (recipe, data, sources,
versions), so a changed recipe or a changed line of code never continues an old run. The file ends
with the SHA-256 of its content: one that was cut or altered is ignored, saying so. Of two runs of
one training the second waits for the first, which may be one that outlived a killed `dvc repro`.
"""

from __future__ import annotations

import fcntl
import hashlib
import io
import json
import os
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.shared._env import ROOT, arithmetic
from pipelines.shared.files import remove_leftovers, replaced
from pipelines.shared.recipe import Recipe

FOLDER = ROOT / ".ckpt"
SOURCES = ("pipelines/**/*.py", "packages/*/src/**/*.py")

Arrays = dict[str, NDArray[Any]]


def fingerprint(recipe: Recipe, data: Path) -> str:
    """Return a hash of everything that decides the bits of a training."""
    digest = hashlib.sha256(arithmetic().encode())
    digest.update(recipe.model_dump_json().encode())
    files = [path for pattern in SOURCES for path in ROOT.glob(pattern)]
    for path in sorted([*files, *data.glob("*.npy")]):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").digest()
        digest.update(path.relative_to(ROOT).as_posix().encode() + content)
    return digest.hexdigest()[:16]


class Checkpoint:
    """One file that holds the newest state of one training, which is the only one of its name."""

    def __init__(self, name: str, key: str, say: Callable[[str], None]) -> None:
        self.path = FOLDER / f"{name}-{key}.npz"
        self._key, self._say = key, say
        self._lock = FOLDER / f"{name}.lock"
        self._unlock = weakref.finalize(self, os.close, _alone(self._lock, say))
        for other in FOLDER.glob(f"{name}-*.npz"):
            if other != self.path:
                self._ignore(other, "of another recipe, code or data")
                other.unlink()
        remove_leftovers(FOLDER, f"{name}-")

    def save(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        """Keep `state` (JSON values) and `arrays`, replacing the earlier file as a whole."""
        text = np.frombuffer(json.dumps({"key": self._key, **state}).encode(), np.uint8)
        named: dict[str, Any] = {f"array/{key}": array for key, array in arrays.items()}
        with replaced(self.path) as temporary, temporary.open("w+b") as file:
            np.savez(file, state=text, **named)
            file.seek(0)
            file.write(hashlib.file_digest(file, "sha256").digest())

    def load(self) -> tuple[dict[str, Any], Arrays] | None:
        """Return the kept state and arrays, or None where there are none to be trusted."""
        if not self.path.exists():
            return None
        raw = self.path.read_bytes()
        if hashlib.sha256(raw[:-32]).digest() != raw[-32:]:
            self._ignore(self.path, "damaged")
            return None
        with np.load(io.BytesIO(raw[:-32]), allow_pickle=False) as content:
            arrays = {key: content[key] for key in content.files}
        state = json.loads(arrays.pop("state").tobytes())
        if state.pop("key", None) != self._key:  # it was renamed
            self._ignore(self.path, "of another recipe, code or data")
            return None
        return state, {key.removeprefix("array/"): array for key, array in arrays.items()}

    def discard(self) -> None:
        """Remove the file: the training is complete."""
        self.path.unlink(missing_ok=True)
        self._lock.unlink(missing_ok=True)
        self.release()

    def release(self) -> None:
        """Let another run of this training go on from the file."""
        self._unlock()

    def _ignore(self, path: Path, why: str) -> None:
        self._say(f"the checkpoint {path.name} is {why}: ignored")


def _alone(path: Path, say: Callable[[str], None]) -> int:
    """Return a handle of the file at `path`, locked until it is closed or this process ends."""
    path.parent.mkdir(exist_ok=True)
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another run of this training to end")
            fcntl.flock(handle, fcntl.LOCK_EX)
        except OSError:  # a file system that knows no locks
            return handle
        if path.exists() and os.path.samestat(path.stat(), os.fstat(handle)):
            return handle
        os.close(handle)  # who held it has removed it
