"""Command line: fetch a data set, describe files, verify a folder.

Results go to stdout and everything else to stderr. The exit code is 0 if there was no error, 1 if a
file is wrong or not available, and 2 if the command was called with wrong arguments.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from np_data import _commands
from np_data.datasets.registry import names, register
from np_data.datasets.registry_file import read_registry

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


def parser() -> argparse.ArgumentParser:
    """Return the parser of the arguments."""
    top = argparse.ArgumentParser(
        prog="np-data",
        description="Fetch, describe and verify MNIST-like data sets.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")

    verb = verbs.add_parser(
        "fetch",
        help="fetch a data set into a folder, verified by SHA-256",
        description="Fetch the four IDX files of a data set into a folder, from the first source "
        "that has them, and print the folder. Correct files that are already there are kept.",
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
    _add_registry(verb)
    verb.set_defaults(run=_commands.fetch_set)

    verb = verbs.add_parser(
        "info",
        help="describe IDX and CSV files",
        description="Print type, shape and range of an IDX file, or rows and columns of a CSV "
        "file, and size and SHA-256 of the decompressed content. Files may be compressed by gzip.",
    )
    verb.add_argument("files", nargs="+", metavar="FILE")
    _add_registry(verb)
    verb.set_defaults(run=_commands.info)

    verb = verbs.add_parser(
        "verify",
        help="check the files in a folder against the known hashes",
        description="Check the files of a folder, compressed by gzip or not, against a data set: "
        "by default the one that most of the files belong to.",
    )
    verb.add_argument("directory")
    verb.add_argument("--name", help=f"the data set: {', '.join(names())}")
    _add_registry(verb)
    verb.set_defaults(run=_commands.verify)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    top = parser()
    parsed = top.parse_args(arguments)
    try:
        for path in getattr(parsed, "registry", None) or ():
            for entry in read_registry(path):
                register(entry)
        code: int = parsed.run(parsed)
        sys.stdout.flush()
    except _commands.UsageError as error:
        top.error(str(error))
    except BrokenPipeError:  # the program that reads the output has ended, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, ValueError) as error:
        print(f"np-data: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("np-data: interrupted", file=sys.stderr)
        return 130
    return code


def _add_registry(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--registry",
        metavar="TOML",
        action="append",
        help="a file that describes more data sets, see np_data.read_registry",
    )
