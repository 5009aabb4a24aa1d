"""Progress messages and command lines of the stages and commands.

Messages go to standard error, so standard output holds only what a command answers. A terminal gets
a progress bar, a file or a pipe gets plain lines; ``--quiet`` keeps only errors.
"""

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from tqdm import tqdm

from pipelines.environment import ROOT

T = TypeVar("T")


class Console:
    """Progress messages of one stage; as a context it reports at the end how long it took."""

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

    def read(self, path: Path, content: str) -> None:
        """Report that a file was read, and its content."""
        self.say(f"read {_short(path)}: {content}")

    def wrote(self, path: Path) -> None:
        """Report that a file was written, and its size."""
        self.say(f"wrote {_short(path)} ({path.stat().st_size / 1000:,.1f} kB)")

    def progress(
        self, items: Iterable[T], *, unit: str, total: int, done: int, status: Callable[[], str]
    ) -> Iterator[T]:
        """Go through the epochs of a training and show ``status()`` after each."""
        terminal = sys.stderr.isatty() and not self.quiet
        with tqdm(
            total=total,
            initial=done,
            desc=self.stage,
            unit=unit,
            disable=not terminal,
            leave=False,
        ) as bar:
            for count, item in enumerate(items, start=done + 1):
                yield item
                bar.set_postfix_str(status(), refresh=False)
                bar.update()
                if not terminal:
                    self.say(f"{unit} {count}/{total}: {status()}")


def _short(path: Path) -> str:
    path = path.resolve()
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def parser_for(
    doc: str | None, module: str, *, names: Iterable[str] = ()
) -> argparse.ArgumentParser:
    """Make the parser of ``python -m pipelines.MODULE``.

    Its description is the module's docstring; ``names`` are listed at the end of the help.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m pipelines.{module}",
        description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n  ".join(["names:", *names]) if names else None,
    )
    parser.add_argument("--quiet", action="store_true", help="print errors only")
    return parser


def stage_arguments(doc: str | None, stage: str, names: Iterable[str]) -> argparse.Namespace:
    """Read the command line of a stage: the ``name`` of its subject, and ``--quiet``."""
    parser = parser_for(doc, f"stages.{stage}", names=names)
    parser.add_argument("name", help="one of the names below")
    return parser.parse_args()


def _plugin_line(error: BaseException) -> str:
    """Return ``experiments/mine.py:12: ``, the line of a plugin that failed, or nothing."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).is_relative_to(ROOT / "experiments"):
            return f"{_short(Path(frame.filename))}:{frame.lineno}: "
    return ""


def run(main: Callable[[], None]) -> None:
    """Run ``main``; an error that a user can fix becomes one message and exit code 1."""
    try:
        main()
    except (OSError, ValueError, KeyError, FloatingPointError, MemoryError) as error:
        text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        if isinstance(error, MemoryError):
            text = text or "not enough memory"
        sys.exit(f"error: {_plugin_line(error)}{text or type(error).__name__}")
    except KeyboardInterrupt:
        sys.exit("interrupted; run it again to continue")
