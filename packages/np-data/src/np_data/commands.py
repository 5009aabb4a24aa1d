"""What the commands of the command line do, each a function of the parsed arguments."""

import hashlib
from argparse import Namespace
from pathlib import Path

from np_data.conversion import UsageError, is_csv, label_column
from np_data.csv.reader import iter_csv
from np_data.datasets._payload import pieces
from np_data.datasets.entry import DatasetEntry
from np_data.datasets.fetch import fetch
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.registry import find, names
from np_data.datasets.source import RefusedError
from np_data.datasets.sources import source_at
from np_data.idx import read_idx

_MOST = 1 << 40  # payload bytes that are hashed of a file of which nothing is known


def fetch_set(chosen: Namespace) -> int:
    """Fetch a data set and print its folder."""
    entry = _entry(chosen.name)
    try:
        sources = [source_at(place) for place in chosen.places] if chosen.places else None
    except ValueError as problem:
        raise UsageError(f"--from: {problem}") from problem
    folder = chosen.directory or Path("data") / entry.name
    print(fetch(entry, folder, sources=sources, progress=not chosen.quiet))
    return 0


def info(chosen: Namespace) -> int:
    """Describe each file."""
    for path in map(Path, chosen.files):
        lines = _describe_csv(path) if is_csv(path) else _describe_idx(path)
        sha256, size = _payload(path)
        print(path)
        print("\n".join(f"  {line}" for line in lines))
        print(f"  {size} bytes decompressed, {path.stat().st_size} on disk")
        print(f"  sha256 {sha256}")
        for entry, role in _known(sha256):
            print(f"  {role} of {entry.name}")
    return 0


def _describe_idx(path: Path) -> list[str]:
    array = read_idx(path)
    values = [f"from {array.min()} to {array.max()}"] if array.size else []
    return [f"{array.dtype} {array.shape}", *values]


def _describe_csv(path: Path) -> list[str]:
    rows, columns, classes = 0, 0, set[int]()
    for features, labels in iter_csv(path, label=label_column(path), dtype="float64"):
        rows, columns = rows + len(features), features.shape[1]
        classes.update(labels.tolist() if labels is not None else ())
    named = f", and labels of {len(classes)} classes" if classes else ""
    return [f"{rows} rows of {columns} numbers{named}"]


def verify(chosen: Namespace) -> int:
    """Compare the files of a folder with the registry."""
    folder = Path(chosen.directory)
    present = {path: _sha256_or_reason(path) for path in sorted(folder.iterdir()) if path.is_file()}
    entry = _entry(chosen.name) if chosen.name else _best(set(present.values()))
    if entry is None:
        raise ValueError(
            f"{folder} holds no file of {', '.join(names())}; give the data set with --name to "
            "see what is wrong with each file"
        )
    good = True
    for file in entry.files.values():
        lines = _verdicts(file, present)
        good = good and lines[0].startswith("ok")
        print("\n".join(lines))
    print(f"{folder} {'is' if good else 'is not'} a complete {entry.name}")
    return 0 if good else 1


def _verdicts(file: IdxFile, present: dict[Path, str]) -> list[str]:
    if fitting := [path for path, found in present.items() if found == file.sha256]:
        return [f"ok       {path.name}" for path in fitting]
    named = [path for path in present if path.name in (file.name, f"{file.name}.gz")]
    if not named:
        return [f"missing  {file.name}"]
    return [
        f"damaged  {path.name}: expected sha256 {file.sha256}, got {present[path]}"
        for path in named
    ]


def _best(found: set[str]) -> DatasetEntry | None:
    hits = {
        name: sum(file.sha256 in found for file in find(name).files.values()) for name in names()
    }
    best = max(hits, key=lambda name: hits[name])
    return find(best) if hits[best] else None


def _payload(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for piece in pieces(file, _MOST):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def _sha256_or_reason(path: Path) -> str:
    try:
        return _payload(path)[0]
    except RefusedError as problem:
        return str(problem)


def _known(sha256: str) -> list[tuple[DatasetEntry, str]]:
    return [
        (find(name), role)
        for name in names()
        for role, file in find(name).files.items()
        if file.sha256 == sha256
    ]


def _entry(name: str) -> DatasetEntry:
    try:
        return find(name)
    except KeyError as problem:
        raise UsageError(problem.args[0]) from problem
