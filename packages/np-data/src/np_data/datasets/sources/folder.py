"""A folder that already holds the files: a mirror on a disk or a network mount.

``FOLDER/DATASET/`` is searched before ``FOLDER/``. Raw and gzip files are taken, and also the
spelling with a dot that some archives use (``train-images.idx3-ubyte``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from np_data.datasets.source import FetchRequest, RefusedError, SourceError


@dataclass(frozen=True)
class LocalFolder:
    """Files in a folder, given as a path or a ``file://`` URL."""

    location: str | Path

    def fetch(self, request: FetchRequest) -> None:
        """Offer every file with a fitting name, those in the folder of the data set first."""
        folder = self._path()
        if not folder.is_dir():
            raise SourceError(f"{folder} is not a folder")
        reasons = []
        for file in request.files:
            refused = []
            for path in _candidates(folder, request.dataset, file.name):
                try:
                    request.accept(file, path)
                    break
                except RefusedError as error:
                    refused.append(f"{path}: {error}")
            else:
                reasons += refused or [f"no {file.name} or {file.name}.gz"]
        if reasons:
            raise SourceError("; ".join(reasons))

    def _path(self) -> Path:
        text = str(self.location)
        scheme, host, path, *_ = urlsplit(text)
        if scheme == "file" and host in ("", "localhost"):
            return Path(url2pathname(path))
        if "://" in text:
            raise SourceError(f"location must be a folder or a file:///… URL, got {text!r}")
        return Path(self.location).expanduser()

    def __str__(self) -> str:
        return f"folder {self.location}"


def _candidates(folder: Path, dataset: str, name: str) -> Iterator[Path]:
    """Yield the files in ``folder`` that may be the file called ``name``."""
    dotted = name.replace("-idx", ".idx")
    for place in (folder / dataset, folder):
        for spelling in dict.fromkeys((name, dotted)):
            for suffix in ("", ".gz"):
                path = place / (spelling + suffix)
                if path.is_file():
                    yield path
