"""The commands of the command line: fetch, info and verify."""

import hashlib
from argparse import Namespace
from pathlib import Path

from np_data._streams import Stream, opened
from np_data.csv.blocks import blocks_of_lines
from np_data.csv.layout import cells_of
from np_data.csv.reader import iter_csv
from np_data.datasets._payload import pieces
from np_data.datasets.entry import DatasetEntry
from np_data.datasets.fetch import fetch
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.registry import find, names
from np_data.datasets.source import RefusedError
from np_data.datasets.sources import source_at
from np_data.errors import CsvError
from np_data.idx import read_idx

_MAX_SIZE = 1 << 40  # decompressed bytes that are hashed of a file that nothing is known about


class UsageError(Exception):
    """The command was called with wrong arguments."""


def fetch_set(arguments: Namespace) -> int:
    """Fetch a data set and print its folder."""
    entry = _entry(arguments.name)
    try:
        sources = [source_at(place) for place in arguments.places] if arguments.places else None
    except ValueError as error:
        raise UsageError(f"--from: {error}") from error
    folder = arguments.directory or Path("data") / entry.name
    print(fetch(entry, folder, sources=sources, progress=not arguments.quiet))
    return 0


def info(arguments: Namespace) -> int:
    """Describe each file."""
    for path in map(Path, arguments.files):
        lines = _describe_csv(path) if _is_csv(path) else _describe_idx(path)
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
    label = "label" if "label" in _first_cells(path) else None
    for features, labels in iter_csv(path, label=label, dtype="float64"):
        rows, columns = rows + len(features), features.shape[1]
        classes.update(labels.tolist() if labels is not None else ())
    named = f", and labels of {len(classes)} classes" if classes else ""
    return [f"{rows} rows of {columns} numbers{named}"]


def _is_csv(path: Path) -> bool:
    """Return whether the name of a file says that it is CSV."""
    return path.name.lower().removesuffix(".gz").endswith(".csv")


def _first_cells(path: Path) -> list[str]:
    """Return the cells of the first line of a CSV file."""
    with opened(path) as file:
        stream = Stream(file, name=str(path), error=CsvError)
        first = next(blocks_of_lines(stream, ",", name=str(path)))
    return cells_of(first.partition(b"\n")[0], ",", str(path))


def verify(arguments: Namespace) -> int:
    """Compare the files of a folder with a known data set."""
    folder = Path(arguments.directory)
    present = {path: _sha256_or_reason(path) for path in sorted(folder.iterdir()) if path.is_file()}
    entry = _entry(arguments.name) if arguments.name else _best_match(set(present.values()))
    if entry is None:
        raise ValueError(
            f"{folder} holds no file of {', '.join(names())}; give the data set with --name to "
            "see what is wrong with each file"
        )
    complete = True
    for file in entry.files.values():
        lines = _verdicts(file, present)
        complete = complete and lines[0].startswith("ok")
        print("\n".join(lines))
    print(f"{folder} {'is' if complete else 'is not'} a complete {entry.name}")
    return 0 if complete else 1


def _verdicts(file: IdxFile, present: dict[Path, str]) -> list[str]:
    """Return what to print about a file of the data set, given the hashes of the folder's files."""
    if equal := [path for path, sha256 in present.items() if sha256 == file.sha256]:
        return [f"ok       {path.name}" for path in equal]
    named = [path for path in present if path.name in (file.name, f"{file.name}.gz")]
    if not named:
        return [f"missing  {file.name}"]
    return [
        f"damaged  {path.name}: expected sha256 {file.sha256}, got {present[path]}"
        for path in named
    ]


def _best_match(hashes: set[str]) -> DatasetEntry | None:
    """Return the data set that the most hashes belong to, or None if they are all unknown."""
    counts = {
        name: sum(file.sha256 in hashes for file in find(name).files.values()) for name in names()
    }
    best = max(counts, key=lambda name: counts[name])
    return find(best) if counts[best] else None


def _payload(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size of the decompressed content."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for piece in pieces(file, _MAX_SIZE):
            digest.update(piece)
            size += len(piece)
    return digest.hexdigest(), size


def _sha256_or_reason(path: Path) -> str:
    try:
        return _payload(path)[0]
    except RefusedError as error:
        return str(error)


def _known(sha256: str) -> list[tuple[DatasetEntry, str]]:
    """Return the data sets that have a file of this hash, each with the file's role."""
    return [
        (find(name), role)
        for name in names()
        for role, file in find(name).files.items()
        if file.sha256 == sha256
    ]


def _entry(name: str) -> DatasetEntry:
    try:
        return find(name)
    except KeyError as error:
        raise UsageError(error.args[0]) from error
