"""A Debian package that holds the files, for networks where only package registries are reachable.

``apt-get`` gets its own folders for package lists and cache. So it needs neither root nor existing
lists, nothing is installed, and the system stays as it is.
"""

import shutil
from dataclasses import dataclass

from np_data.datasets._progress import note
from np_data.datasets.source import FetchRequest, SourceError
from np_data.datasets.sources.command import only_file, run


@dataclass(frozen=True)
class DebianPackage:
    """Files in a Debian package, fetched with ``apt-get`` and unpacked with ``dpkg-deb``.

    ``member`` is the path of a file in the package, with ``{name}`` for the file's name.
    """

    package: str
    member: str

    def fetch(self, request: FetchRequest) -> None:
        """Download the package and offer the files in it."""
        apt_get, dpkg_deb = shutil.which("apt-get"), shutil.which("dpkg-deb")
        if apt_get is None or dpkg_deb is None:
            raise SourceError("apt-get or dpkg-deb is missing: this is not Debian or Ubuntu")
        folder = request.folder
        for name in ("lists/partial", "cache/archives/partial", "package", "unpacked"):
            (folder / name).mkdir(parents=True)
        note(f"apt-get download {self.package}", request.progress)
        options = [
            f"Dir::State::Lists={folder / 'lists'}",
            f"Dir::Cache={folder / 'cache'}",
            "Dir::Cache::pkgcache=",
            "Dir::Cache::srcpkgcache=",
            "Acquire::Languages=none",
            "Acquire::Retries=1",
            "Acquire::http::Timeout=10",
            # As root, apt-get would change to a user who cannot enter these folders, and warn.
            "APT::Sandbox::User=root",
        ]
        apt = [apt_get, "-qq", *(word for option in options for word in ("-o", option))]
        try:
            run([*apt, "update"], folder=folder)
            earlier = ""
        except SourceError as error:  # one broken list may not matter
            earlier = f" after {error}"
        try:
            run([*apt, "download", self.package], folder=folder / "package")
        except SourceError as error:
            raise SourceError(f"{error}{earlier}") from error
        package = only_file(folder / "package", "*.deb")
        run([dpkg_deb, "-x", package, folder / "unpacked"], folder=folder)
        for file in request.files:
            member = self.member.replace("{name}", file.name)
            path = folder / "unpacked" / member
            if path.is_symlink() or not path.is_file():
                raise SourceError(f"the package has no file {member}")
            request.accept(file, path)

    def __str__(self) -> str:
        return f"Debian package {self.package}"
