"""Archives that were made to do harm: nothing but the named files may come out of them."""

import gzip
import io
import re
import tarfile
import tracemalloc

import numpy as np
import pytest

from np_data.datasets.source import SourceError
from np_data.datasets.sources.tar import extract

LIMIT = 1 << 20


def tar_of(*members, **options):
    """Build an archive of ``(name, bytes)`` or ready TarInfo members."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", **options) as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
            else:
                info = tarfile.TarInfo(member[0])
                info.size = len(member[1])
                archive.addfile(info, io.BytesIO(member[1]))
    return buffer.getvalue()


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def header(name, size, kind=b"0"):
    """Build a header by hand, for what tarfile would not write."""
    block = bytearray(512)
    block[: len(name)] = name
    block[124:136] = b"%011o\0" % size if size >= 0 else b"-0000000001\0"
    block[156:157] = kind
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def take(data, tmp_path, name="package/data/a", *, most=1000, limit=LIMIT):
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    extract(io.BytesIO(data), {name: (out / "a", most)}, limit=limit)
    return {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} - {"out"}


@pytest.mark.parametrize(
    "options",
    [
        {"format": tarfile.USTAR_FORMAT},
        {"format": tarfile.GNU_FORMAT},
        {"format": tarfile.PAX_FORMAT},
    ],
    ids=["ustar", "gnu", "pax"],
)
@pytest.mark.parametrize("dot", ["", "./"])
def test_the_named_file_comes_out_of_every_dialect(options, dot, tmp_path):
    long = ("package/" + "x" * 80 + "/" + "y" * 80, b"other")
    data = tar_of(
        (f"{dot}package/b", b"b" * 700), long, (f"{dot}package/data/a", b"a" * 513), **options
    )
    assert take(data, tmp_path) == {"out/a"}
    assert (tmp_path / "out" / "a").read_bytes() == b"a" * 513


def test_a_path_that_is_split_in_two(tmp_path):
    name = "package/" + "/".join(["deep" * 5] * 6) + "/a"
    assert len(name) > 100
    data = tar_of((name, b"1"), format=tarfile.USTAR_FORMAT)
    assert take(data, tmp_path, name) == {"out/a"}


def test_paths_links_and_devices_never_reach_the_disk(tmp_path):
    data = tar_of(
        ("../evil", b"1"),
        ("/tmp/np-data-evil", b"1"),  # noqa: S108 - the point is that it is not written
        ("package/../../evil", b"1"),
        special("package/data/link", tarfile.SYMTYPE, "/etc/passwd"),
        special("package/data", tarfile.SYMTYPE, "/etc"),
        special("package/data/hard", tarfile.LNKTYPE, "../evil"),
        special("package/data/null", tarfile.CHRTYPE),
        special("package/data/pipe", tarfile.FIFOTYPE),
        special("package/data/", tarfile.DIRTYPE),
        ("package/data/a", b"fine"),
    )
    assert take(data, tmp_path) == {"out/a"}
    assert (tmp_path / "out" / "a").read_bytes() == b"fine"


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_the_named_file_must_be_a_file(kind, tmp_path):
    data = tar_of(special("package/data/a", kind, "/etc/passwd"))
    with pytest.raises(SourceError, match=re.escape("package/data/a in the archive is not a regu")):
        take(data, tmp_path)
    assert list((tmp_path / "out").iterdir()) == []


def test_the_first_of_two_with_one_name_counts(tmp_path):
    take(tar_of(("package/data/a", b"one"), ("package/data/a", b"two")), tmp_path)
    assert (tmp_path / "out" / "a").read_bytes() == b"one"


@pytest.mark.parametrize("size", [1001, 8**11 - 1])
def test_a_file_that_is_too_large_is_not_begun(size, tmp_path):
    with pytest.raises(SourceError, match=re.escape(f"{size} bytes")) as caught:
        take(header(b"package/data/a", size) + bytes(4096), tmp_path, limit=1 << 40)
    assert "expected at most 1000" in str(caught.value)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("kind", [b"0", b"x", b"g", b"L", b"S"])
def test_what_lies_before_it_has_a_limit_too(kind, tmp_path):
    with pytest.raises(SourceError, match=re.escape(f"more than the {LIMIT} bytes")):
        take(header(b"other", LIMIT, kind) + bytes(4096), tmp_path)


def test_an_archive_without_end_costs_no_memory(tmp_path):
    class Endless:
        count = 0

        def read(self, size):
            self.count += size
            return header(b"other", 0)[:size]

    stream = Endless()
    tracemalloc.start()
    with pytest.raises(SourceError, match=re.escape("more than the")):
        extract(stream, {"a": (tmp_path / "a", 1)}, limit=LIMIT)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stream.count <= LIMIT + 512
    assert peak < 1 << 20


def test_a_compressed_archive_that_inflates_without_end(tmp_path):
    bomb = gzip.compress(header(b"other", 8**11 - 1) + bytes(64 << 20), 9)
    tracemalloc.start()
    with gzip.open(io.BytesIO(bomb)) as stream, pytest.raises(SourceError, match="archive ends"):
        extract(stream, {"a": (tmp_path / "a", 1)}, limit=1 << 40)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 << 20


def test_damage_anywhere_is_a_reason_or_does_no_harm(tmp_path):
    data = tar_of(("package/b", b"b" * 40), ("package/data/a", b"a" * 600))
    good = b"a" * 600
    for place in range(0, len(data), 7):
        out = tmp_path / str(place)
        out.mkdir()
        damaged = data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]
        try:
            take(damaged, out)
        except SourceError:
            assert not (out / "out" / "a").exists()
        else:
            found = (out / "out" / "a").read_bytes() if (out / "out" / "a").exists() else good
            assert len(found) == 600
    for length in range(0, 2600, 100):
        out = tmp_path / f"cut {length}"
        out.mkdir()
        with pytest.raises(SourceError, match=re.escape("the archive ends in the middle")):
            take(data[:length], out)


@pytest.mark.parametrize("size", [b"99999999999\0", b"-0000000001\0", b"\x80" + bytes(11), b"abc"])
def test_sizes_that_are_no_octal_number(size, tmp_path):
    block = bytearray(header(b"package/data/a", 0))
    block[124:136] = size.ljust(12, b"\0")
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    with pytest.raises(SourceError, match=re.escape("the archive has a damaged tar header")):
        take(bytes(block), tmp_path)


def test_a_checksum_that_is_wrong(tmp_path):
    block = bytearray(header(b"package/data/a", 0))
    block[100] ^= 1  # a byte of the mode, which nobody reads
    with pytest.raises(SourceError, match=re.escape("damaged tar header (wrong checksum)")):
        take(bytes(block), tmp_path)


@pytest.mark.parametrize("cut", [5, 100, 2000])
def test_a_compressed_archive_that_is_damaged(cut, tmp_path):
    packed = gzip.compress(tar_of(("b", np.random.default_rng(0).bytes(3000))))
    wanted = {"a": (tmp_path / "a", 1)}
    for damaged, reason in ((packed[:cut], ""), (b"PK" + packed, "Not a gzipped file")):
        expected = re.escape(f"the archive is damaged: {reason}")
        with (
            gzip.open(io.BytesIO(damaged)) as stream,
            pytest.raises(SourceError, match=expected),
        ):
            extract(stream, wanted, limit=LIMIT)
