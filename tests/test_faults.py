"""What a machine can do to a stage: one clear line, nothing lost, and the next run recovers."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from .conftest import Workshop, build_workshop

STAGES = {
    "preprocess": ("small", "inputs.npy"),
    "train": ("first", "history.csv"),
    "evaluate": ("first", "first.npy"),
    "plot": ("first", "learning_curves.png"),
}
FUTURE = 4_000_000_000  # seconds: the year 2096


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Return a workshop after a whole run, which every test leaves as it was."""
    workshop = build_workshop(tmp_path_factory.mktemp("faults"))
    done = workshop.run("dvc", "repro")
    assert done.returncode == 0, done.stderr
    return workshop


def limited(resource: str, value: int) -> list[str]:
    """Return the beginning of a command that runs the rest under a limit of the system."""
    code = (
        "import os, resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_{resource}, ({value}, {value}))\n"
        "os.execv(sys.argv[1], sys.argv[1:])"
    )
    return [sys.executable, "-c", code]


def without_rights() -> list[str]:
    """Return the beginning of a command whose rest is bound by permissions, even as root."""
    if os.geteuid():
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


@contextmanager
def full_disk(folder: Path) -> Iterator[list[str]]:
    """Let `folder` lie on a disk of 16 kB, where disks can be mounted; else limit every file."""
    folder.mkdir(exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True, check=False).returncode:
        yield limited("FSIZE", 16_000)
        return
    try:
        yield []
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def refused(workshop: Workshop, *words: str, under: list[str]) -> str:
    """Run a command that must fail with an error and no traceback; return its last line."""
    done = workshop.run(*words, under=under)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: ")
    return last


@pytest.mark.parametrize("stage", STAGES)
def test_stage_names_a_file_that_cannot_be_written(ready: Workshop, stage: str) -> None:
    subject, file = STAGES[stage]
    before = ready.results()
    assert file in refused(ready, f"pipelines.stages.{stage}", subject, under=limited("FSIZE", 150))
    assert ready.results(checkpoints=False) == before
    assert ready.run(f"pipelines.stages.{stage}", subject).returncode == 0
    assert ready.results() == before


def test_train_names_a_full_disk_and_dvc_continues_later(ready: Workshop) -> None:
    before = ready.results()
    with full_disk(ready.folder / "models" / "first") as under:
        last = refused(ready, "pipelines.stages.train", "first", under=under)
        assert "No space left" in last or "File too large" in last
        assert "models/first" in last or ".ckpt/first" in last
    assert ready.run("dvc", "repro", "--force", "-s", "train@first").returncode == 0
    assert ready.results() == before


def test_download_stops_at_a_full_disk(ready: Workshop, tmp_path: Path) -> None:
    raw = ready.folder / "data" / "raw"
    with full_disk(raw) as under:
        (raw / "small" / "train_images").unlink(missing_ok=True)
        done = ready.run(
            "pipelines.stages.download", "small", under=under, NP_DATA_CACHE=str(tmp_path / "cache")
        )
        assert done.returncode == 1
        reason = "File too large" if under else "No space left on device"
        assert f"train_images cannot be written: {reason}" in done.stderr
        assert "Traceback" not in done.stderr
    assert ready.run("dvc", "repro", "download@small").returncode == 0


@pytest.mark.parametrize(
    ("stage", "folder"),
    [
        ("preprocess", "data/processed/small/train"),
        ("train", "models/first"),
        ("train", ".ckpt"),
        ("train", "reports/recipes/first"),
        ("evaluate", "data/predictions"),
        ("plot", "reports/recipes/first/figures"),
    ],
)
def test_stage_names_a_folder_without_permission(ready: Workshop, stage: str, folder: str) -> None:
    before, place = ready.results(), ready.folder / folder
    place.mkdir(exist_ok=True)
    place.chmod(0o555)
    last = refused(ready, f"pipelines.stages.{stage}", STAGES[stage][0], under=without_rights())
    place.chmod(0o755)
    assert folder in last
    assert "Permission denied" in last
    assert ready.results(checkpoints=False) == before
    assert ready.run(f"pipelines.stages.{stage}", STAGES[stage][0]).returncode == 0
    assert ready.results() == before


def test_dvc_runs_again_after_a_cache_without_permission(ready: Workshop) -> None:
    before, cache = ready.results(), ready.folder / ".dvc" / "cache"
    folders = [cache, *(path for path in cache.rglob("*") if path.is_dir())]
    ready.change("epochs: 3", "epochs: 4")
    for path in folders:
        path.chmod(0o555)
    done = ready.run("dvc", "repro", "train@first", under=without_rights())
    for path in folders:
        path.chmod(0o755)
    assert done.returncode != 0
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr
    ready.change("epochs: 4", "epochs: 3")
    assert ready.run("dvc", "repro").returncode == 0
    assert ready.results() == before


def test_two_runs_at_once_wait_or_say_so(ready: Workshop) -> None:
    before = ready.results()
    words = ("dvc", "repro", "--force", "-s", "train@first", "evaluate@first")
    running = [ready.start(*words) for _ in range(2)]
    printed = [process.communicate()[1] for process in running]
    codes = [process.returncode for process in running]
    assert 0 in codes, printed
    for code, text in zip(codes, printed, strict=True):
        assert "Traceback" not in text
        assert code == 0 or "is busy" in text or "Unable to acquire lock" in text
    assert ready.run("dvc", "repro").returncode == 0
    assert ready.results() == before


class Mirror(BaseHTTPRequestHandler):
    """Answers every request in the manner that the server is set to."""

    def do_GET(self) -> None:
        manner: str = self.server.manner  # type: ignore[attr-defined]
        folder: Path = self.server.folder  # type: ignore[attr-defined]
        whole = (folder / self.path.rsplit("/", 1)[-1]).read_bytes()
        if manner == "nothing":
            return
        self.send_response(200)
        if manner == "half":
            self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        if manner == "endless":
            zeros = bytes(1 << 20)
            while True:
                self.wfile.write(zeros)
        answers = {
            "html": b"<!doctype html><title>Sign in</title>",
            "wrong": gzip.compress(b"the bytes of something else"),
            "half": whole[: len(whole) // 2],
            "whole": whole,
        }
        self.wfile.write(answers[manner])

    def log_message(self, *words: object) -> None:
        """Keep the output of the tests clean."""


class Server(ThreadingHTTPServer):
    """A mirror on loopback; that a client hangs up is what some tests are about."""

    daemon_threads = True

    def handle_error(self, *words: object) -> None:
        """Say nothing of a client that hung up."""


@pytest.fixture
def mirror(ready: Workshop) -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Mirror)
    server.folder = Path(ready.env["NP_DATA_MIRROR"]) / "small"  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    params = ready.folder / "params.yaml"
    before = params.read_text(encoding="utf-8")
    url = f"http://127.0.0.1:{server.server_port}/{{name}}.gz"
    ready.change("  small:\n", f'  small:\n    urls: ["{url}"]\n')
    yield server
    server.shutdown()
    server.server_close()
    params.write_text(before, encoding="utf-8")


@pytest.mark.parametrize("manner", ["html", "wrong", "half", "endless", "nothing"])
def test_download_refuses_a_mirror_with_other_content(
    ready: Workshop, mirror: Server, tmp_path: Path, manner: str
) -> None:
    before = ready.results()
    (ready.folder / "data" / "raw" / "small" / "train_labels").unlink()
    alone = {"NP_DATA_MIRROR": "", "NP_DATA_CACHE": str(tmp_path / "cache"), "no_proxy": "*"}
    mirror.manner = manner  # type: ignore[attr-defined]
    done = ready.run("pipelines.stages.download", "small", **alone)
    assert done.returncode == 1
    assert done.stderr.startswith("error: small: no source had train_labels\n")
    assert "Traceback" not in done.stderr
    assert ready.results() == {k: h for k, h in before.items() if "raw/small/train_labels" not in k}
    mirror.manner = "whole"  # type: ignore[attr-defined]
    assert ready.run("pipelines.stages.download", "small", **alone).returncode == 0
    assert ready.results() == before


def test_clock_that_was_set_back_changes_nothing(ready: Workshop) -> None:
    before = ready.results()
    for path in ready.folder.rglob("*"):
        if ".git" not in path.parts:
            os.utime(path, (FUTURE, FUTURE))
    done = ready.run("dvc", "repro")
    assert (done.returncode, "Running stage" in done.stdout) == (0, False)
    model = ready.folder / "models" / "first" / "model.npz"
    model.write_bytes(model.read_bytes()[::-1])
    os.utime(model, (FUTURE + 9, FUTURE + 9))
    assert ready.run("dvc", "status", "-q").returncode == 1, "a damaged model must be seen"
    assert ready.run("dvc", "repro").returncode == 0
    assert ready.results() == before


@pytest.mark.parametrize("stage", ["train", "evaluate", "plot"])
def test_stage_names_a_lack_of_memory(ready: Workshop, stage: str) -> None:
    before = ready.results()
    ready.change("units: 16", "units: 2000000000")
    under = limited("AS", 1 << 32)
    if stage == "train":
        assert "params.yaml: recipes.first.layers: Unable to allocate" in refused(
            ready, "pipelines.stages.train", "first", under=under
        )
    ready.change("units: 2000000000", "units: 16")
    for megabytes in (170, 230, 260, 300, 340):  # somewhere between the start and the end
        done = ready.run(f"pipelines.stages.{stage}", "first", under=limited("AS", megabytes << 20))
        after = ready.results(checkpoints=False)
        growing = "reports/recipes/first/history.csv"  # written after every epoch
        assert after | {growing: ""} == before | {growing: ""}
        if done.stderr.startswith(f"{stage}@"):
            assert "Traceback" not in done.stderr, megabytes
    assert ready.run(f"pipelines.stages.{stage}", "first").returncode == 0
    assert ready.results() == before
