"""Command line: fetch a data set, describe IDX files, verify a folder.

Results go to stdout and everything else to stderr. The exit code is 0 if there was no error, 1 if a
file is wrong or not available, and 2 if the command was called with wrong arguments.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from np_data.datasets._payload import pieces
from np_data.datasets.entry import DatasetEntry
from np_data.datasets.fetch import fetch
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.registry import find, names, register
from np_data.datasets.registry_file import read_registry
from np_data.datasets.source import RefusedError
from np_data.datasets.sources import source_at
from np_data.idx import read_idx

_MAX_SIZE = 1 << 40  # decompressed bytes that are hashed of a file that nothing is known about

_EPILOG = """\
examples:
  np-data fetch mnist                     into data/mnist
  np-data fetch fashion-mnist here --from /media/stick
  np-data info train-images-idx3-ubyte.gz
  np-data verify data/mnist

environment:
  NP_DATA_MIRROR  a folder to search before any other source
  NP_DATA_CACHE   where fetched data sets are kept, instead of the user's cache folder

exit code: 0 no error, 1 a file is wrong or not available, 2 wrong usage
"""


class UsageError(Exception):
    """The command was called with wrong arguments."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    top = argparse.ArgumentParser(
        prog="np-data",
        description="Fetch, describe and verify MNIST-like data sets.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--registry",
        metavar="TOML",
        action="append",
        default=[],
        help="a file that describes more data sets, see np_data.read_registry",
    )

    verb = verbs.add_parser(
        "fetch", parents=[common], help="fetch a data set into a folder, verified by SHA-256"
    )
    verb.add_argument("name", help=f"{', '.join(names())}, or a name from --registry")
    verb.add_argument("directory", nargs="?", help="the folder (default: data/NAME)")
    verb.add_argument(
        "--from",
        dest="places",
        metavar="PLACE",
        action="append",
        help="where to find what is neither in the folder nor in the cache, instead of the usual "
        "sources: a folder, a file:// URL or an http(s) URL with {name} in it; may be repeated",
    )
    verb.add_argument("--quiet", action="store_true", help="no progress on the terminal")
    verb.set_defaults(run=fetch_set)

    verb = verbs.add_parser(
        "info", parents=[common], help="describe IDX files, compressed by gzip or not"
    )
    verb.add_argument("files", nargs="+", metavar="FILE")
    verb.set_defaults(run=info)

    verb = verbs.add_parser(
        "verify", parents=[common], help="check the files in a folder against the known hashes"
    )
    verb.add_argument("directory")
    verb.add_argument("--name", help="the data set (default: that of most of the files)")
    verb.set_defaults(run=verify)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    top = parser()
    parsed = top.parse_args(arguments)
    try:
        for path in parsed.registry:
            for entry in read_registry(path):
                register(entry)
        code: int = parsed.run(parsed)
    except UsageError as error:
        top.error(str(error))
    except (OSError, ValueError) as error:
        print(f"np-data: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("np-data: interrupted", file=sys.stderr)
        return 130
    return code


def fetch_set(arguments: argparse.Namespace) -> int:
    """Fetch a data set and print its folder."""
    entry = _entry(arguments.name)
    try:
        sources = [source_at(place) for place in arguments.places] if arguments.places else None
    except ValueError as error:
        raise UsageError(f"--from: {error}") from error
    folder = arguments.directory or Path("data") / entry.name
    print(fetch(entry, folder, sources=sources, progress=not arguments.quiet))
    return 0


def info(arguments: argparse.Namespace) -> int:
    """Print type, shape, range, size and SHA-256 of IDX files."""
    for path in map(Path, arguments.files):
        array = read_idx(path)
        sha256, size = _payload(path)
        print(f"{path}\n  {array.dtype} {array.shape}")
        if array.size:
            print(f"  from {array.min()} to {array.max()}")
        print(f"  {size} bytes decompressed, {path.stat().st_size} on disk\n  sha256 {sha256}")
        for name in names():
            for role, file in find(name).files.items():
                if file.sha256 == sha256:
                    print(f"  {role} of {name}")
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Compare the files of a folder with a known data set."""
    folder = Path(arguments.directory)
    present = {path: _sha256_or_reason(path) for path in sorted(folder.iterdir()) if path.is_file()}
    entry = _entry(arguments.name or _best_match(folder, set(present.values())))
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


def _best_match(folder: Path, hashes: set[str]) -> str:
    """Return the name of the data set that the most hashes belong to."""
    counts = {
        name: sum(file.sha256 in hashes for file in find(name).files.values()) for name in names()
    }
    best = max(counts, key=lambda name: counts[name])
    if not counts[best]:
        raise ValueError(
            f"{folder} holds no file of {', '.join(names())}; give the data set with --name to "
            "see what is wrong with each file"
        )
    return best


def _payload(path: Path) -> tuple[str, int]:
    """Return SHA-256 and size of the decompressed content."""
    digest, size = hashlib.sha256(), 0
    for piece in pieces(path, _MAX_SIZE):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


def _sha256_or_reason(path: Path) -> str:
    try:
        return _payload(path)[0]
    except RefusedError as error:
        return str(error)


def _entry(name: str) -> DatasetEntry:
    try:
        return find(name)
    except KeyError as error:
        raise UsageError(error.args[0]) from error
