"""What a stage says: what it read, what it wrote, how far it is, how long it took.

Lines go to standard error, so that what a command prints on standard output stays its answer. A
terminal gets a progress bar, a file or a pipe plain lines; `--quiet` keeps only errors.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from tqdm import tqdm

from pipelines.shared._env import ROOT

T = TypeVar("T")


class Console:
    """The voice of one stage; used as a context, it says at the end how long the stage took."""

    def __init__(self, stage: str, *, quiet: bool = False) -> None:
        self.stage = stage
        self.quiet = quiet

    def __enter__(self) -> Self:
        self._start = time.monotonic()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.say(f"done in {time.monotonic() - self._start:.1f} s")

    def say(self, text: str) -> None:
        """Print one line."""
        if not self.quiet:
            tqdm.write(f"{self.stage}: {text}", file=sys.stderr)

    def read(self, path: Path, what: str) -> None:
        """Say what was read and what it holds."""
        self.say(f"read {_short(path)}: {what}")

    def wrote(self, path: Path) -> None:
        """Say what was written and its size."""
        size = path.stat().st_size
        self.say(f"wrote {_short(path)} ({_bytes(size)})")

    def rounds(
        self, rounds: Iterable[T], total: int, done: int, status: Callable[[], str]
    ) -> Iterator[T]:
        """Go through the rounds of a training, showing `status()` after each."""
        terminal = sys.stderr.isatty() and not self.quiet
        bar = tqdm(
            total=total,
            initial=done,
            desc=self.stage,
            unit="round",
            disable=not terminal,
            leave=False,
        )
        with bar:
            for count, item in enumerate(rounds, start=done + 1):
                yield item
                bar.set_postfix_str(status(), refresh=False)
                bar.update()
                if not terminal:
                    self.say(f"round {count}/{total}: {status()}")


def _short(path: Path) -> str:
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def _bytes(size: int) -> str:
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def arguments(
    module_doc: str | None, stage: str, subject: str, help_text: str
) -> argparse.Namespace:
    """Read the command line that every stage has: its subject and `--quiet`."""
    parser = parser_for(module_doc, stage)
    parser.add_argument(subject, help=help_text)
    return parser.parse_args()


def parser_for(module_doc: str | None, stage: str) -> argparse.ArgumentParser:
    """Make the parser of `python -m pipelines.<stage>`, described by the module's own words."""
    parser = argparse.ArgumentParser(
        prog=f"python -m pipelines.{stage}",
        description=module_doc,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    return parser


def run(main: Callable[[], None]) -> None:
    """Run a stage's `main`; what a user can mend becomes one clear message and exit code 1."""
    try:
        main()
    except (OSError, ValueError, KeyError, FloatingPointError, MemoryError) as error:
        text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        sys.exit(f"error: {text or 'not enough memory'}")
    except KeyboardInterrupt:
        sys.exit("interrupted; run it again to go on")
