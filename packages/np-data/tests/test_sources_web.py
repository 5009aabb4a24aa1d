"""Web mirrors that answer with the wrong thing, half of it, too much of it, or not at all."""

import gzip
import re
import socket
import sys
import threading

import pytest

from np_data import FetchError, fetch
from np_data.datasets.source import SourceError
from np_data.datasets.sources import WebMirror
from np_data.datasets.sources.patience import reach

NAMES = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte"]
FIRST = NAMES[0]


def patient(url, **options):
    return WebMirror(url, **{"connect_seconds": 5.0, "read_seconds": 5.0, **options})


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def reason(tiny, server, tmp_path, **options):
    """Fetch from a server that must not be believed, and return why it was not."""
    with pytest.raises(FetchError) as caught:
        fetch(tiny.entry, tmp_path / "out", sources=[patient(server.url, **options)])
    assert contents(tmp_path / "out") == {}
    return str(caught.value).split("\n")[1]


def test_a_page_that_says_sorry(tiny, serve, tmp_path):
    server = serve(lambda request, name: request.whole(b"<!doctype html><title>Sorry</title>"))
    assert "(35 bytes that begin with b'<!doctype html><')" in reason(tiny, server, tmp_path)
    assert len(server.seen) == 1


def test_the_bytes_of_another_file(tiny, serve, tmp_path):
    wrong = {name: gzip.compress(data[::-1]) for name, data in tiny.raw.items()}
    server = serve(lambda request, name: request.whole(wrong[name]))
    assert f"{FIRST}: expected sha256" in reason(tiny, server, tmp_path)


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_error_is_not_asked_for_twice(tiny, serve, tmp_path, status):
    server = serve(lambda request, name: request.whole(b"no", status))
    assert f": {status} " in reason(tiny, server, tmp_path)
    assert server.seen == [(FIRST, None)]


def test_a_redirect_is_followed(tiny, serve, tmp_path):
    there = serve(lambda request, name: request.whole(tiny.packed[name]))

    def answer(request, name):
        request.whole(b"moved", 302, Location=there.url.replace("{name}", name))

    here = serve(answer)
    fetch(tiny.entry, tmp_path / "out", sources=[patient(here.url)])
    assert contents(tmp_path / "out") == tiny.raw


def test_compression_on_the_way_is_undone(tiny, serve, tmp_path):
    def answer(request, name):
        assert request.headers["Accept-Encoding"] == "identity"
        request.whole(gzip.compress(tiny.packed[name]), Content_Encoding="gzip")

    fetch(tiny.entry, tmp_path / "out", sources=[patient(serve(answer).url)])
    assert contents(tmp_path / "out") == tiny.raw


def test_what_broke_off_goes_on(tiny, serve, tmp_path, cache):
    server = serve(lambda request, name: request.rest(tiny.packed[name], 40_000))
    fetch(tiny.entry, tmp_path / "out", sources=[patient(server.url)])
    assert contents(tmp_path / "out") == tiny.raw
    assert [asked for name, asked in server.seen if name == FIRST] == [None, "bytes=32768-"]
    assert not list(cache.glob("*.work"))


def test_a_server_without_ranges_begins_again_once(tiny, serve, tmp_path):
    def answer(request, name):
        body = tiny.packed[name]
        request.begin(Content_Length=len(body))
        request.wfile.write(body if request.server.seen.count((name, None)) < 1 else body[:40_000])

    server = serve(answer)
    assert "Connection broken" in reason(tiny, server, tmp_path)
    assert server.seen == [(FIRST, None), (FIRST, "bytes=32768-")]


def test_attempts_come_to_an_end(tiny, serve, tmp_path):
    server = serve(lambda request, name: request.rest(tiny.packed[name], 17_000))
    assert "Connection broken" in reason(tiny, server, tmp_path, attempts=2)
    assert server.seen == [(FIRST, None), (FIRST, "bytes=16384-")]
    fetch(tiny.entry, tmp_path / "out", sources=[patient(server.url, attempts=4)])
    assert server.seen[2] == (FIRST, "bytes=32768-"), "the next run goes on"
    assert contents(tmp_path / "out") == tiny.raw


def test_a_part_of_an_older_file_is_thrown_away(tiny, serve, tmp_path):
    old = {name: gzip.compress(data[::-1], 1) for name, data in tiny.raw.items()}
    server = serve(lambda request, name: request.rest(old[name], 40_000))
    reason(tiny, server, tmp_path, attempts=1)
    server.answer = lambda request, name: request.rest(tiny.packed[name], 1 << 20)
    fetch(tiny.entry, tmp_path / "out", sources=[patient(server.url)])
    assert contents(tmp_path / "out") == tiny.raw
    assert server.seen[1:3] == [(FIRST, "bytes=32768-"), (FIRST, None)]


def test_a_wrong_file_in_parts_is_not_asked_for_without_end(tiny, serve, tmp_path):
    wrong = {name: gzip.compress(data[::-1], 1) for name, data in tiny.raw.items()}
    server = serve(lambda request, name: request.rest(wrong[name], 40_000))
    assert f"{FIRST}: expected sha256" in reason(tiny, server, tmp_path)
    assert [asked for _, asked in server.seen] == [None, "bytes=32768-"] * 2


def test_a_part_that_is_longer_than_the_file_is_thrown_away(tiny, serve, tmp_path):
    def answer(request, name):
        if request.start >= len(tiny.packed[name]):
            request.whole(b"", 416)
        else:
            request.rest(tiny.packed[name], 1 << 20)

    longer = serve(lambda request, name: request.rest(tiny.packed[name] + bytes(20_000), 66_000))
    reason(tiny, longer, tmp_path, attempts=1)
    longer.answer = answer
    fetch(tiny.entry, tmp_path / "out", sources=[patient(longer.url)])
    assert contents(tmp_path / "out") == tiny.raw
    assert longer.seen[1:3] == [(FIRST, "bytes=65536-"), (FIRST, None)]


def test_another_range_than_the_one_asked_for(tiny, serve, tmp_path):
    def answer(request, name):
        body = tiny.packed[name]
        if request.start:
            request.begin(206, Content_Range=f"bytes 7-{len(body) - 1}/{len(body)}")
        else:
            request.rest(body, 40_000)

    found = reason(tiny, serve(answer), tmp_path)
    assert "asked for the bytes from 32768 on, the server sent from 7" in found


@pytest.mark.parametrize("promise", [None, 1 << 50], ids=["silently", "by promise"])
def test_endless_bytes(tiny, serve, tmp_path, promise, cache):
    sent = []

    def answer(request, name):
        request.begin(**({"Content_Length": promise} if promise else {}))
        while not request.server.over.is_set():
            request.wfile.write(bytes(1 << 16))
            sent.append(1 << 16)

    limit = tiny.entry.files["train_images"].packed_limit
    found = reason(tiny, serve(answer), tmp_path)
    assert f"expected at most {limit} bytes, the server sends more" in found
    assert sum(path.stat().st_size for path in cache.rglob("*") if path.is_file()) == 0
    assert sum(sent) < 50 << 20  # what fits into the buffers of the system


def test_a_page_that_inflates_without_end(tiny, serve, tmp_path, cache):
    bomb = gzip.compress(bytes(100 << 20), 1)
    limit = tiny.entry.files["train_images"].limit
    assert f"it has more than the {limit} bytes" in reason(
        tiny, serve(lambda request, name: request.whole(bomb[:100_000])), tmp_path
    )
    encoded = serve(lambda request, name: request.whole(bomb, Content_Encoding="gzip"))
    assert "expected at most" in reason(tiny, encoded, tmp_path)
    assert sum(path.stat().st_size for path in cache.rglob("*") if path.is_file()) == 0


def test_silence(tiny, serve, tmp_path):
    server = serve(lambda request, name: request.server.over.wait())
    assert "timed out" in reason(tiny, server, tmp_path, read_seconds=0.2)
    assert server.seen == [(FIRST, None)]


def test_a_byte_now_and_then(tiny, serve, tmp_path):
    def answer(request, name):
        request.begin(Content_Length=60_000)
        while not request.server.over.wait(0.05):
            request.wfile.write(b"\x1f")

    found = reason(tiny, serve(answer), tmp_path, connect_seconds=0.5, read_seconds=0.5)
    assert "nothing came for 1 s" in found


def test_nobody_there(tiny, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/{{name}}"
        with pytest.raises(FetchError, match=re.escape("127.0.0.1 cannot be reached: [Errno")):
            fetch(tiny.entry, tmp_path / "out", sources=[patient(url)])


def test_a_name_server_that_never_answers_is_not_waited_for(monkeypatch):
    over = threading.Event()

    def silent(*_, **__):
        over.wait()
        raise OSError

    monkeypatch.setattr(socket, "create_connection", silent)
    with pytest.raises(
        SourceError, match=re.escape("example.org cannot be reached: nothing came for 0.1 s")
    ):
        reach("https://example.org/a", 0.1)
    over.set()


@pytest.mark.parametrize("module", ["pooch", "requests"])
def test_without_the_extra_the_reason_names_it(tiny, serve, tmp_path, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    server = serve(lambda request, name: request.whole(tiny.packed[name]))
    expected = f"{module} is missing: pip install 'np-data[download]'"
    assert expected in reason(tiny, server, tmp_path)


@pytest.mark.parametrize("url", ["https://example.org/a.gz", "ftp://example.org/{name}", "{name}"])
def test_urls_that_cannot_be_right(url):
    with pytest.raises(ValueError, match=re.escape(f"the file's name, got {url!r}")):
        WebMirror(url)
