"""The command line: fetch a data set, say what a file holds, convert one, verify a folder.

Results go to stdout, everything else to stderr. The exit code is 0 when all is well, 1 when a file
is wrong or cannot be had, and 2 when the command itself makes no sense.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence

from np_data import commands, conversion
from np_data.datasets.registry import names, register
from np_data.datasets.registry_file import read_registry

_EPILOG = """\
examples:
  np-data fetch mnist                     into data/mnist
  np-data fetch fashion-mnist here --from /media/stick
  np-data info train-images-idx3-ubyte.gz
  np-data convert mnist.csv images.idx.gz --labels labels.idx.gz --shape 28x28
  np-data verify data/mnist

environment:
  NP_DATA_MIRROR  a folder that is asked before any other source
  NP_DATA_CACHE   where fetched data sets are kept, instead of the user's cache folder

exit code: 0 all is well, 1 a file is wrong or cannot be had, 2 wrong usage
"""


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="np-data",
        description="Fetch, inspect, convert and verify MNIST-like data sets.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="COMMAND")

    verb = verbs.add_parser(
        "fetch",
        help="bring a data set into a folder, verified by SHA-256",
        description="Bring the four IDX files of a data set into a folder, from the first source "
        "that has them, and print the folder. Files that are there and right are kept.",
    )
    verb.add_argument("name", help=f"{', '.join(names())}, or a name from --registry")
    verb.add_argument("directory", nargs="?", help="the folder (default: data/NAME)")
    verb.add_argument(
        "--from",
        dest="places",
        metavar="PLACE",
        action="append",
        help="where to find what is neither in the folder nor in the cache, instead of the usual "
        "sources: a folder, file:// URL or http(s) URL with {name} in it; may be repeated",
    )
    verb.add_argument("--quiet", action="store_true", help="no progress on the terminal")
    _add_registry(verb)
    verb.set_defaults(run=commands.fetch_set)

    verb = verbs.add_parser(
        "info",
        help="say what an IDX or CSV file holds",
        description="Print type, shape, range, size and SHA-256 of the decompressed content of "
        "an IDX file, or rows and columns of a CSV file. Either may be gzip.",
    )
    verb.add_argument("files", nargs="+", metavar="FILE")
    _add_registry(verb)
    verb.set_defaults(run=commands.info)

    verb = verbs.add_parser(
        "convert",
        help="CSV to IDX, IDX to CSV, or IDX to IDX",
        description="Convert between CSV (names in .csv or .csv.gz) and IDX (any other name); a "
        "target that ends in .gz is compressed. The labels of a CSV file go into, or come from, "
        "an IDX file of their own.",
    )
    verb.add_argument("source", metavar="FROM")
    verb.add_argument("target", metavar="TO")
    verb.add_argument(
        "--labels",
        metavar="IDX",
        help="the IDX file of the labels (default from CSV: TO with -labels in its name)",
    )
    verb.add_argument(
        "--label",
        metavar="COLUMN",
        help="the CSV's label column, a name or a number from 0 (default: 'label' if it is there)",
    )
    verb.add_argument(
        "--shape", type=_shape, metavar="HxW", help="shape of one image, such as 28x28"
    )
    verb.add_argument(
        "--dtype",
        choices=["uint8", "int8", "int16", "int32", "float32", "float64"],
        help="the type of the pixels of a CSV file (default: uint8)",
    )
    verb.set_defaults(run=conversion.convert)

    verb = verbs.add_parser(
        "verify",
        help="check the files in a folder against the known hashes",
        description="Check a folder, raw or gzip files, against a data set: by default the one "
        "of which it holds the most files.",
    )
    verb.add_argument("directory")
    verb.add_argument("--name", help=f"the data set: {', '.join(names())}")
    _add_registry(verb)
    verb.set_defaults(run=commands.verify)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code."""
    top = parser()
    chosen = top.parse_args(arguments)
    try:
        for path in getattr(chosen, "registry", None) or ():
            for entry in read_registry(path):
                register(entry)
        code: int = chosen.run(chosen)
        sys.stdout.flush()
    except conversion.UsageError as problem:
        top.error(str(problem))
    except BrokenPipeError:  # the reader of our output has seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (OSError, ValueError) as problem:
        print(f"np-data: {problem}", file=sys.stderr)
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


def _shape(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"[1-9]\d*(x[1-9]\d*)*", text):
        raise argparse.ArgumentTypeError(f"expected sizes joined by x, such as 28x28, got {text!r}")
    return tuple(int(size) for size in text.split("x"))
