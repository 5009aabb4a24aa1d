"""Offering the members of a package's archive, the part that npm and Debian have in common."""

from pathlib import Path

from np_data.datasets.source import Order, SourceError
from np_data.datasets.sources.tar import Stream, extract

_OTHERS = 64 << 20  # bytes that the rest of the package may have


def only_file(folder: Path, pattern: str) -> Path:
    """Return the one file that the client was to leave in `folder`."""
    found = list(folder.glob(pattern))
    if len(found) != 1:
        raise SourceError(f"expected one {pattern} file from the client, got {len(found)}")
    return found[0]


def offer_members(stream: Stream, order: Order, *, member: str, folder: Path) -> None:
    """Extract the ordered files from a tar stream into `folder` and offer them.

    `member` is the path of a file in the archive, with ``{name}`` for the file's name.
    """
    places = {member.replace("{name}", file.name): file for file in order.files}
    wanted = {place: (folder / file.name, file.packed_limit) for place, file in places.items()}
    most = 4 * sum(file.packed_limit for file in order.files) + _OTHERS
    extract(stream, wanted, limit=most)
    for place, file in places.items():
        if not wanted[place][0].exists():
            raise SourceError(f"the package has no {place}")
        order.accept(file, wanted[place][0])
