"""Web mirrors that answer with the wrong content, half of it, too much of it, or not at all."""

import gzip
import re
import socket
import threading

import pytest

from np_data import FetchError, fetch
from np_data.datasets.source import SourceError
from np_data.datasets.sources import WebMirror
from np_data.datasets.sources.web import check_reachable

FIRST = "train-images-idx3-ubyte"


def mirror(server, **options):
    return WebMirror(server.url, **{"connect_seconds": 5.0, "read_seconds": 5.0, **options})


def test_html_page_is_refused(serve, reason_of):
    server = serve(lambda request, name: request.whole(b"<!doctype html><title>Sorry</title>"))
    assert "(35 bytes that begin with b'<!doctype html><')" in reason_of(mirror(server))
    assert server.seen == [FIRST]


def test_content_of_another_file_is_refused(tiny, serve, reason_of):
    wrong = {name: gzip.compress(data[::-1]) for name, data in tiny.raw.items()}
    server = serve(lambda request, name: request.whole(wrong[name]))
    assert f"{FIRST}: expected sha256" in reason_of(mirror(server))


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_http_error_is_named_and_not_repeated(serve, reason_of, status):
    server = serve(lambda request, name: request.whole(b"no", status))
    assert f"{FIRST}.gz: {status} " in reason_of(mirror(server))
    assert server.seen == [FIRST]


def test_redirect_is_followed(tiny, serve, tmp_path, contents):
    there = serve(lambda request, name: request.whole(tiny.packed[name]))

    def answer(request, name):
        request.whole(b"moved", 302, Location=there.url.replace("{name}", name))

    fetch(tiny.entry, tmp_path / "out", sources=[mirror(serve(answer))])
    assert contents(tmp_path / "out") == tiny.raw


def test_redirect_to_local_file_is_refused(serve, reason_of):
    server = serve(lambda request, name: request.whole(b"", 302, Location="file:///etc/hostname"))
    assert "302" in reason_of(mirror(server))


def test_broken_connection_is_named_and_next_mirror_asked(
    tiny, serve, tmp_path, contents, reason_of
):
    def half(request, name):
        request.begin(Content_Length=len(tiny.packed[name]))
        request.wfile.write(tiny.packed[name][:40_000])

    broken = serve(half)
    total = len(tiny.packed[FIRST])
    assert f"the connection broke off after 40000 of {total} bytes" in reason_of(mirror(broken))
    whole = serve(lambda request, name: request.whole(tiny.packed[name]))
    fetch(tiny.entry, tmp_path / "out", sources=[mirror(broken), mirror(whole)])
    assert contents(tmp_path / "out") == tiny.raw


@pytest.mark.parametrize("promise", [None, 1 << 50], ids=["no length", "length"])
def test_endless_answer_is_stopped_at_size_limit(tiny, serve, reason_of, promise):
    sent = []

    def answer(request, name):
        request.begin(**({"Content_Length": promise} if promise else {}))
        while not request.server.over.is_set():
            request.wfile.write(bytes(1 << 16))
            sent.append(1 << 16)

    size = tiny.entry.files["train_images"].size
    limit = size + size // 1000 + (1 << 16)
    assert f"more than {limit} bytes" in reason_of(mirror(serve(answer)))
    assert sum(sent) < 50 << 20  # what fits into the buffers of the system


def test_gzip_bomb_is_stopped_at_size_limit(tiny, serve, reason_of):
    bomb = gzip.compress(bytes(100 << 20), 1)[:100_000]
    limit = tiny.entry.files["train_images"].limit
    server = serve(lambda request, name: request.whole(bomb))
    assert f"it has more than the {limit} bytes" in reason_of(mirror(server))


def test_silent_server_times_out(serve, reason_of):
    server = serve(lambda request, name: request.server.over.wait())
    assert "timed out" in reason_of(mirror(server, read_seconds=0.2))
    assert server.seen == [FIRST]


def test_closed_port_is_named(tiny, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/{{name}}"
        with pytest.raises(FetchError, match=re.escape("127.0.0.1 cannot be reached: [Errno")):
            fetch(tiny.entry, tmp_path / "out", sources=[url])


def test_name_server_that_never_answers_is_not_waited_for(monkeypatch):
    over = threading.Event()

    def silent(*_, **__):
        over.wait()
        raise OSError

    monkeypatch.setattr(socket, "create_connection", silent)
    message = "example.org cannot be reached: no connection within 0.1 s"
    with pytest.raises(SourceError, match=re.escape(message)):
        check_reachable("example.org", 443, 0.1)
    over.set()


def test_proxy_is_asked_without_name_lookup(tiny, serve, tmp_path, monkeypatch, contents):
    proxy = serve(lambda request, name: request.whole(tiny.packed[name]))
    monkeypatch.setenv("http_proxy", proxy.url.partition("/set")[0])
    fetch(tiny.entry, tmp_path / "out", sources=["http://nowhere.invalid/{name}.gz"])
    assert contents(tmp_path / "out") == tiny.raw


@pytest.mark.parametrize("url", ["https://example.org/a.gz", "ftp://example.org/{name}", "{name}"])
def test_mirror_rejects_wrong_url(url):
    with pytest.raises(ValueError, match=re.escape(f"the file's name, got {url!r}")):
        WebMirror(url)
