"""Command line: fetch a data set, describe IDX files, verify a folder.

Results go to stdout and everything else to stderr.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from np_data.datasets._payload import pieces
from np_data.datasets.fetch import fetch
from np_data.datasets.registry import ENTRIES, register
from np_data.datasets.registry_file import read_registry
from np_data.datasets.source import RefusedError
from np_data.datasets.sources import source_at
from np_data.idx import read_idx

# What the message of an unknown name advises in Python, and on the command line.
IMPORT_FIRST = "import the file that registers your own first"
USE_REGISTRY = "a data set of your own needs --registry TOML"

_MAX_SIZE = 1 << 40  # a file of more decompressed bytes is not hashed

_EPILOG = """\
environment:
  NP_DATA_MIRROR  a folder to search before any other source
  NP_DATA_CACHE   where fetched data sets are kept, instead of the user's cache folder

exit code: 0 no error, 1 a file is wrong or not available, 2 wrong usage
"""


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
    verb.add_argument("name", help=f"{', '.join(sorted(ENTRIES))}, or a name from --registry")
    verb.add_argument("directory", nargs="?", help="the folder (default: data/NAME)")
    verb.add_argument(
        "--from",
        dest="places",
        metavar="PLACE",
        action="append",
        help="where to look after the folder and the cache, instead of the usual sources: a "
        "folder, a file:// URL or an http(s) URL with {name} in it; may be repeated",
    )
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
    verb.add_argument("--name", help="the data set (default: the one with the most files there)")
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
    except KeyError as error:  # an unknown data set
        top.error(error.args[0].replace(IMPORT_FIRST, USE_REGISTRY))
    except (OSError, ValueError) as error:
        print(f"np-data: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("np-data: interrupted", file=sys.stderr)
        return 130
    return code


def fetch_set(arguments: argparse.Namespace) -> int:
    """Fetch a data set and print its folder."""
    entry = ENTRIES[arguments.name]
    sources = [source_at(place) for place in arguments.places] if arguments.places else None
    folder = arguments.directory or Path("data") / entry.name
    print(fetch(entry, folder, sources=sources))
    return 0


def info(arguments: argparse.Namespace) -> int:
    """Print type, shape, range, size and SHA-256 of IDX files."""
    for path in map(Path, arguments.files):
        array = read_idx(path)
        hashes, size = _hashes(path), 4 + 4 * array.ndim + array.nbytes
        print(f"{path}\n  {array.dtype} {array.shape}")
        if array.size:
            print(f"  from {array.min()} to {array.max()}")
        print(f"  {size} bytes decompressed, {path.stat().st_size} on disk\n  sha256 {hashes[0]}")
        for name, entry in sorted(ENTRIES.items()):
            for role, file in entry.files.items():
                if file.sha256 in hashes:
                    print(f"  {role} of {name}")
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Compare the files of a folder with a known data set."""
    folder = Path(arguments.directory)
    present = {path: _hashes(path) for path in sorted(folder.iterdir()) if path.is_file()}
    found = set().union(*present.values())
    counts = {
        name: sum(file.sha256 in found for file in entry.files.values())
        for name, entry in sorted(ENTRIES.items())
    }
    if not arguments.name and not any(counts.values()):
        raise ValueError(
            f"{folder} holds no file of {', '.join(sorted(ENTRIES))}; give the data set with --name"
        )
    entry = ENTRIES[arguments.name or max(counts, key=lambda name: counts[name])]
    complete = True
    for file in {file.name: file for file in entry.files.values()}.values():
        right = [path for path in present if file.sha256 in present[path]]
        named = [path for path in present if path.name in (file.name, f"{file.name}.gz")]
        complete = complete and bool(right)
        for path in right or named:
            got = present[path][1 if file.stays_compressed else 0]
            wrong = f": expected sha256 {file.sha256}, got {got}"
            print(f"ok       {path.name}" if right else f"damaged  {path.name}{wrong}")
        if not (right or named):
            print(f"missing  {file.name}")
    print(f"{folder} {'is' if complete else 'is not'} a complete {entry.name}")
    return 0 if complete else 1


def _hashes(path: Path) -> tuple[str, str]:
    """Return the SHA-256 of the decompressed content and of the file as it is.

    If the file cannot be read, the reason stands in place of the hash.
    """

    def sha256(*, inflate: bool) -> str:
        digest = hashlib.sha256()
        try:
            for piece in pieces(path, _MAX_SIZE, inflate=inflate):
                digest.update(piece)
        except RefusedError as error:
            return str(error)
        return digest.hexdigest()

    return sha256(inflate=True), sha256(inflate=False)
