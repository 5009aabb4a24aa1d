"""The places that data sets come from, one class each, each with the one method `bring`."""

from np_data.sources.debian import DebianPackage
from np_data.sources.folder import LocalFolder
from np_data.sources.npm import NpmPackage
from np_data.sources.web import WebMirror

__all__ = ["DebianPackage", "LocalFolder", "NpmPackage", "WebMirror"]
