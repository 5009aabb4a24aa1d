"""Progress on stderr for a person at a terminal."""

import sys


def note(text: str, shown: bool) -> None:
    """Print one line."""
    if shown:
        print(f"np-data: {text}", file=sys.stderr, flush=True)


def show_bytes(name: str, size: int, total: int | None, shown: bool) -> None:
    """Overwrite the current line with the number of bytes that have arrived; end it at the last."""
    if shown:
        of = f" of {total / 1e6:.1f}" if total else ""
        end = "\n" if size == total else ""
        print(f"\rnp-data: {name} {size / 1e6:.1f}{of} MB", end=end, file=sys.stderr, flush=True)
