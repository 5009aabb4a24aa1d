"""The places that data sets come from, one class each, each with the one method `bring`."""

from np_data.datasets.sources.debian import DebianPackage
from np_data.datasets.sources.folder import LocalFolder
from np_data.datasets.sources.npm import NpmPackage
from np_data.datasets.sources.web import WebMirror

__all__ = ["DebianPackage", "LocalFolder", "NpmPackage", "WebMirror"]
