"""Checkpoints: where a killed training continues, outside everything that DVC tracks.

The name of a checkpoint holds a fingerprint of all that decides the result (recipe, data, sources,
versions), so a changed recipe or a changed line of code never continues an old run. The file ends
with the SHA-256 of its content; a damaged one is ignored with a message. If a training runs twice
at the same time, the second run waits: the first may have outlived a killed ``dvc repro``.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.environment import ROOT, arithmetic
from pipelines.io.files import atomic_write, file_hash
from pipelines.io.lock import acquire_lock
from pipelines.recipes.schema import Recipe

FOLDER = ROOT / ".ckpt"
SOURCES = ("pipelines/**/*.py", "packages/*/src/**/*.py")

Arrays = dict[str, NDArray[Any]]


def fingerprint(recipe: Recipe, data: Path) -> str:
    """Return a hash of everything that decides the bits of a training."""
    digest = hashlib.sha256(arithmetic().encode())
    digest.update(recipe.model_dump_json().encode())
    files = [path for pattern in SOURCES for path in ROOT.glob(pattern)]
    for path in sorted([*files, *data.glob("*.npy")]):
        digest.update((path.relative_to(ROOT).as_posix() + file_hash(path)).encode())
    return digest.hexdigest()[:16]


class Checkpoint:
    """One file with the newest state of one training."""

    def __init__(self, name: str, key: str, say: Callable[[str], None]) -> None:
        self.path = FOLDER / f"{name}-{key}.npz"
        self._say = say
        self._lock = FOLDER / f"{name}.lock"
        self.release = weakref.finalize(self, os.close, acquire_lock(self._lock, say))
        for other in FOLDER.glob(f"{name}-*.npz"):
            if other != self.path:
                self._ignore(other, "of another recipe, code or data")
                other.unlink()
        for leftover in FOLDER.glob(f".{name}-*"):  # of a process that was killed while writing
            leftover.unlink()

    def save(self, state: Mapping[str, Any], arrays: Arrays) -> None:
        """Replace the file by ``state`` (JSON values) and ``arrays``."""
        text = np.frombuffer(json.dumps(state).encode(), np.uint8)
        named: dict[str, Any] = {f"array/{key}": array for key, array in arrays.items()}
        with atomic_write(self.path) as temporary, temporary.open("w+b") as file:
            np.savez(file, state=text, **named)
            file.seek(0)
            file.write(hashlib.file_digest(file, "sha256").digest())

    def load(self) -> tuple[dict[str, Any], Arrays] | None:
        """Return the kept state and arrays, or None if there is no valid checkpoint."""
        if not self.path.exists():
            return None
        raw = self.path.read_bytes()
        if hashlib.sha256(raw[:-32]).digest() != raw[-32:]:
            self._ignore(self.path, "damaged")
            return None
        with np.load(io.BytesIO(raw[:-32]), allow_pickle=False) as content:
            arrays = {key: content[key] for key in content.files}
        state = json.loads(arrays.pop("state").tobytes())
        return state, {key.removeprefix("array/"): array for key, array in arrays.items()}

    def discard(self) -> None:
        """Remove the file, because the training is complete, and release the lock."""
        self.path.unlink(missing_ok=True)
        with suppress(PermissionError):  # Windows removes no open file
            self._lock.unlink(missing_ok=True)
        self.release()

    def _ignore(self, path: Path, reason: str) -> None:
        self._say(f"the checkpoint {path.name} is {reason}: ignored")
