"""Fixtures: a clean environment, a tiny data set, and a local web server with any answers."""

import gzip
import hashlib
import math
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import settings

from np_data import DatasetEntry, FetchError, IdxFile, fetch

settings.register_profile("no deadline", deadline=None)  # a busy machine is not a failure
settings.load_profile("no deadline")

ROLES = {
    "train_images": ("train-images-idx3-ubyte", (300, 20, 10)),
    "train_labels": ("train-labels-idx1-ubyte", (300,)),
    "test_images": ("t10k-images-idx3-ubyte", (50, 20, 10)),
    "test_labels": ("t10k-labels-idx1-ubyte", (50,)),
}


@pytest.fixture(autouse=True)
def cache(request, tmp_path_factory, monkeypatch):
    """Hide the user's cache and mirror, and the proxy unless the test needs the network."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("NP_DATA_CACHE", str(folder))
    monkeypatch.delenv("NP_DATA_MIRROR", raising=False)
    if request.node.get_closest_marker("network") is None:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)
    return folder


def _idx(shape, seed):
    header = bytes([0, 0, 8, len(shape)]) + b"".join(size.to_bytes(4, "big") for size in shape)
    return header + np.random.default_rng(seed).bytes(math.prod(shape))


@pytest.fixture(scope="session")
def tiny():
    """Four small files of random bytes: ``raw`` and gzip ``packed`` by name, and the entry."""
    raw = {name: _idx(shape, seed) for seed, (name, shape) in enumerate(ROLES.values())}
    files = {
        role: IdxFile(name, hashlib.sha256(raw[name]).hexdigest(), len(raw[name]))
        for role, (name, _) in ROLES.items()
    }
    return SimpleNamespace(
        raw=raw,
        packed={name: gzip.compress(data, 1) for name, data in raw.items()},
        entry=DatasetEntry("tiny", files, class_names=("a", "b")),
    )


@pytest.fixture
def folder_of(tmp_path):
    """Write ``{name: bytes}`` into a new folder."""

    def make(files, name="mirror", suffix=""):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        for file, data in files.items():
            (folder / f"{file}{suffix}").write_bytes(data)
        return folder

    return make


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(name="contents")
def contents_fixture():
    """Return ``{name: bytes}`` of the files in a folder."""
    return contents


@pytest.fixture
def reason_of(tiny, tmp_path):
    """Fetch from a source that cannot deliver, and return the reason in the error."""

    def fail(source):
        with pytest.raises(FetchError) as caught:
            fetch(tiny.entry, tmp_path / "out", sources=[source])
        assert contents(tmp_path / "out") == {}
        return str(caught.value).split("\n")[1]

    return fail


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.rpartition("/")[2].removesuffix(".gz")
        self.server.seen.append(name)
        self.close_connection = True
        self.server.answer(self, name)

    def begin(self, status=200, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), str(value))
        self.end_headers()

    def whole(self, body, status=200, **headers):
        self.begin(status, Content_Length=len(body), **headers)
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_):
        """Ignore clients that hang up: some of these tests do."""


@pytest.fixture
def serve():
    """Start a server that answers with ``answer(handler, name)``; ``seen`` lists the names."""
    servers = []
    over = threading.Event()

    def start(answer):
        server = _Server(("127.0.0.1", 0), _Handler)
        server.answer, server.seen, server.over = answer, [], over
        server.url = f"http://127.0.0.1:{server.server_port}/set/{{name}}.gz"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return server

    yield start
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()
