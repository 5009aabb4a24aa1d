"""Unpack Debian's Python and NumPy for another architecture, to run under QEMU or natively.

Nothing is installed or configured: the packages are downloaded by apt with lists and settings of
its own, and unpacked into a folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

PACKAGES = ("python3", "python3-numpy", "libblas3", "liblapack3")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
FOLDERS = ("bin", "lib", "lib64", "sbin")


def unpack_root(root: Path, architecture: str, suite: str, packages: tuple[str, ...]) -> None:
    """Unpack the packages of an architecture and Debian suite into ``root``, once."""
    if (root / "complete").exists():
        return
    shutil.rmtree(root, ignore_errors=True)
    for name in (*(f"usr/{folder}" for folder in FOLDERS), "tmp", "proc", "dev", "work"):
        (root / name).mkdir(parents=True)
    for folder in FOLDERS:
        (root / folder).symlink_to(f"usr/{folder}")
    state = root.with_name(f"{root.name}.apt")
    apt = _apt(state, architecture, suite)
    try:
        subprocess.run([*apt, "update"], check=True)
        subprocess.run([*apt, "-y", "--download-only", "install", *packages], check=True)
        for archive in sorted((state / "cache/archives").glob("*.deb")):
            _unpack(archive, root)
    finally:
        shutil.rmtree(state, ignore_errors=True)
    _make_links_relative(root)
    _link_libraries(root)
    (root / "complete").touch()


def _apt(state: Path, architecture: str, suite: str) -> list[str]:
    """Return the apt-get command with folders of its own, for one architecture and suite."""
    shutil.rmtree(state, ignore_errors=True)
    for name in ("lists/partial", "cache/archives/partial", "etc/apt.conf.d", "etc/preferences.d"):
        (state / name).mkdir(parents=True)
    (state / "status").touch()
    sources = state / "etc/sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {_mirror()} {suite} main\n")
    options = {
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Debug::NoLocking": "1",
        "Dir::State": state,
        "Dir::State::status": state / "status",
        "Dir::Cache": state / "cache",
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
    }
    return ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]


def _mirror() -> str:
    """Return where this machine gets its own packages from."""
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
        check=True,
        capture_output=True,
        text=True,
    )
    mirrors = [line for line in listed.stdout.splitlines() if "security" not in line]
    if not mirrors:
        raise RuntimeError("apt has no package lists; run `apt-get update` first")
    return mirrors[0]


def _unpack(archive: Path, root: Path) -> None:
    with subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(archive)], stdout=subprocess.PIPE
    ) as deb:
        subprocess.run(
            ["tar", "-x", "-C", str(root), "--keep-directory-symlink", "--exclude=./usr/share/doc",
             "--exclude=./usr/share/man", "--exclude=./usr/share/locale"],
            stdin=deb.stdout,
            check=True,
        )  # fmt: skip
    if deb.returncode:
        raise RuntimeError(f"dpkg-deb could not read {archive.name}")


def _make_links_relative(root: Path) -> None:
    """Let absolute links lead into the root: QEMU would follow them on this machine."""
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            link = Path(folder, name)
            if link.is_symlink() and link.readlink().is_absolute():
                target = root / link.readlink().relative_to("/")
                link.unlink()
                link.symlink_to(os.path.relpath(target, link.parent))


def _link_libraries(root: Path) -> None:
    """Link BLAS and LAPACK where the loader looks; Debian's alternatives would do it."""
    for library in root.glob("usr/lib/*-linux-gnu*"):
        for name, folder in (("libblas.so.3", "blas"), ("liblapack.so.3", "lapack")):
            for choice in (folder, "openblas-pthread", "blis-pthread"):
                if (library / choice / name).exists() and not (library / name).exists():
                    (library / name).symlink_to(f"{choice}/{name}")
