"""A Debian package that carries the files, for networks that reach little else.

``apt-get`` is given folders of its own for package lists and cache, so neither root nor lists that
are already there are needed, and the system stays as it is: nothing is installed.
"""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from np_data.datasets.progress import note
from np_data.datasets.source import Order, SourceError
from np_data.datasets.sources.archive import offer_members, only_file
from np_data.datasets.sources.command import program, run


@dataclass(frozen=True)
class DebianPackage:
    """Files inside a Debian package, fetched with ``apt-get`` and unpacked with ``dpkg-deb``.

    Parameters
    ----------
    package
        Its name.
    member
        Path of a file inside the package, with ``{name}`` for the file's name.
    """

    package: str
    member: str

    def bring(self, order: Order) -> None:
        """Download the package and offer the files in it."""
        apt_get = program("apt-get", "this is no Debian or Ubuntu")
        dpkg_deb = program("dpkg-deb", "this is no Debian or Ubuntu")
        folder = Path(tempfile.mkdtemp(dir=order.folder))
        for name in ("lists/partial", "cache/archives/partial", "package"):
            (folder / name).mkdir(parents=True)
        note(f"apt-get download {self.package}", order.progress)
        options = [
            f"Dir::State::Lists={folder / 'lists'}",
            f"Dir::Cache={folder / 'cache'}",
            "Dir::Cache::pkgcache=",
            "Dir::Cache::srcpkgcache=",
            "Acquire::Languages=none",
            "Acquire::Retries=1",
            "Acquire::http::Timeout=10",
            "Acquire::https::Timeout=10",
            # as root, apt would drop to a user who cannot enter our folders, and say so
            "APT::Sandbox::User=root",
        ]
        apt = [apt_get, "-qq", *(word for option in options for word in ("-o", option))]
        try:
            run([*apt, "update"], folder=folder / "package")
            problem = ""
        except SourceError as error:  # one broken list of many need not matter
            problem = f" after {error}"
        try:
            run([*apt, "download", self.package], folder=folder / "package")
        except SourceError as error:
            raise SourceError(f"{error}{problem}") from error
        unpacking = subprocess.Popen(  # noqa: S603 - its arguments are ours
            [dpkg_deb, "--fsys-tarfile", only_file(folder / "package", "*.deb")],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        with unpacking:
            try:
                if unpacking.stdout is not None:
                    offer_members(unpacking.stdout, order, member=self.member, folder=folder)
            finally:
                unpacking.kill()

    def __str__(self) -> str:
        return f"Debian package {self.package}"
