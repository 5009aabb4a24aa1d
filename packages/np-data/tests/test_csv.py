"""Read and write CSV files: round trips, the parsers against a plain loop, errors, chunks."""

import gzip
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from np_data import CsvError, iter_csv, read_csv, write_csv
from np_data.csv import blocks as csv_blocks
from np_data.csv.layout import Layout
from np_data.csv.parser import BlockParser
from np_data.csv.pixels import PixelParser

DTYPES = ["u1", "i1", "u2", "i2", "i4", "u4", "i8", "u8", "f4", "f8"]


def read(text, **options):
    data = text.encode() if isinstance(text, str) else text
    return read_csv(io.BytesIO(data), **options)


def as_lists(table):
    features, labels = table
    return features.tolist(), None if labels is None else labels.tolist()


@st.composite
def tables(draw):
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    shape = (draw(st.integers(0, 6)), draw(st.integers(1, 5)))
    options = {"allow_nan": False, "allow_infinity": False} if dtype.kind == "f" else {}
    features = draw(hnp.arrays(dtype, shape, elements=hnp.from_dtype(dtype, **options)))
    largest = 2**53 - 1 if dtype.kind == "f" else 2**63 - 1
    ids = hnp.arrays(np.int64, shape[0], elements=st.integers(-largest, largest))
    labels = draw(st.none() | ids)
    return features, labels


@given(
    table=tables(),
    delimiter=st.sampled_from(",;\t| "),
    header=st.booleans(),
    pack=st.booleans(),
    crlf=st.booleans(),
    final=st.booleans(),
    bom=st.booleans(),
)
def test_read_csv_returns_what_write_csv_wrote(
    tmp_path_factory, table, delimiter, header, pack, crlf, final, bom
):
    features, labels = table
    if not header and not len(features):
        return
    path = tmp_path_factory.mktemp("csv") / "a"
    write_csv(path, features, labels, header=header, delimiter=delimiter, compress=pack)
    data = path.read_bytes()
    if not pack:
        data = data.replace(b"\n", b"\r\n") if crlf else data
        data = data if final else data[: -1 - crlf]
        path.write_bytes(b"\xef\xbb\xbf" * bom + data)
    label = None if labels is None else "label" if header else 0
    options = {"label": label, "dtype": features.dtype, "delimiter": delimiter, "header": header}
    got, ids = read_csv(path, **options)
    assert got.dtype == features.dtype
    assert got.shape == features.shape
    assert got.tobytes() == features.tobytes()  # -0.0 included
    if labels is None:
        assert ids is None
    else:
        assert ids.dtype == np.int64
        assert ids.tolist() == labels.tolist()
    for rows in (1, 2, 100):
        chunks = list(iter_csv(str(path), chunk_rows=rows, **options))
        assert all(len(f) == rows for f, _ in chunks[:-1])
        assert all(f.dtype == features.dtype and len(f) for f, _ in chunks)
        assert b"".join(f.tobytes() for f, _ in chunks) == features.tobytes()


CELLS = st.one_of(
    st.integers(-300, 300).map(str),
    st.integers(0, 255).map("{:03d}".format),
    st.integers(-(10**20), 10**20).map(str),
    st.decimals(-(10**6), 10**6, places=4, allow_nan=False).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.sampled_from(["0", "7.", ".5", "-.25", "+3", " 4", "5 ", "1e3", "-0", "-0.0", "00"]),
)
WRONG = st.sampled_from(
    [
        "",
        "-",
        ".",
        "+",
        "e",
        "1e",
        "1.2.3",
        "1-2",
        "--1",
        "nan",
        "inf",
        "1_0",
        "0x1",
        "٣",
        "\0",
        '1"1"',
    ]
)


def holds(dtype, value):
    """Return whether the type holds the value or a finite value next to it."""
    if dtype.kind != "f":
        return np.iinfo(dtype).min <= value <= np.iinfo(dtype).max
    with np.errstate(over="ignore"):
        return bool(np.isfinite(dtype.type(value)))


def by_hand(text, dtype, columns):
    """Parse without the library; None if the file must be refused."""
    rows = []
    for line in text.removesuffix("\n").split("\n"):
        row = []
        for cell in line.split(","):
            plain = cell.strip(" \t")
            pattern = r"[+-]?\d+" if dtype.kind != "f" else r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
            if not re.fullmatch(pattern, plain, re.ASCII):
                return None
            value = int(plain) if dtype.kind != "f" else float(plain)
            if not holds(dtype, value):
                return None
            row.append(value)
        if len(row) != columns:
            return None
        rows.append(row)
    with np.errstate(under="ignore"):
        return np.array(rows, dtype=object).astype(dtype)


@given(
    rows=st.lists(st.lists(CELLS | CELLS | CELLS | WRONG, min_size=2, max_size=2), min_size=1),
    ragged=st.none() | st.integers(0, 5),
    dtype=st.sampled_from(DTYPES).map(np.dtype),
)
def test_read_csv_agrees_with_a_loop_or_both_refuse(rows, ragged, dtype):
    if ragged is not None:
        rows[ragged % len(rows)].append("1")
    text = "\n".join(",".join(row) for row in rows) + "\n"
    want = by_hand(text, dtype, len(rows[0]))
    if want is None:
        with pytest.raises(CsvError, match=re.escape("BytesIO: line ")):
            read(text, label=None, header=False, dtype=dtype)
    else:
        got, _ = read(text, label=None, header=False, dtype=dtype)
        assert got.tobytes() == want.tobytes()


@given(
    values=hnp.arrays(
        np.int64, st.tuples(st.integers(1, 8), st.just(3)), elements=st.integers(0, 255)
    )
)
def test_both_parsers_agree_on_small_integers(values):
    text = "".join(",".join(map(str, row)) + "\n" for row in values.tolist()).encode()
    cells = BlockParser(Layout(3, None, (), False), np.dtype("u1"), ",", "x")._parse_cells(text)[0]
    assert PixelParser(3, ",").parse(text).tolist() == cells.tolist() == values.tolist()


@pytest.mark.parametrize(
    "text",
    [
        b"0,256\n",
        b"0,0001\n",
        b"0,-1\n",
        b"0, 1\n",
        b"0,1e2\n",
        b"0,\n",
        b"0,1\n\n",
        b"0\n1,2,3\n",
        b"0,nan\n",
    ],
)
def test_pixel_parser_declines_text_that_it_cannot_read(text):
    assert PixelParser(2, ",").parse(b"0,255\n003,9\n") is not None
    assert PixelParser(2, ",").parse(text) is None


@pytest.mark.parametrize("size", [*range(1, 40), 1000])
def test_read_csv_gives_the_same_rows_for_any_block_size(monkeypatch, size):
    monkeypatch.setattr(csv_blocks, "_BLOCK", size)
    values = np.random.default_rng(size).integers(0, 256, (30, 4), dtype=np.uint8)
    text = "label,a,b,c\r\n" + "".join(",".join(map(str, row)) + "\r\n" for row in values.tolist())
    features, labels = read(text)
    assert features.tolist() == values[:, 1:].tolist()
    assert labels.tolist() == values[:, 0].tolist()
    with pytest.raises(
        CsvError, match=re.escape("BytesIO: line 32, column 2: expected an integer")
    ):
        read(text + "1,256,0,0\n1,x,0,0\n")


@pytest.mark.parametrize("size", range(1, 20))
def test_read_csv_accepts_blank_lines_only_at_the_end_for_any_block_size(monkeypatch, size):
    monkeypatch.setattr(csv_blocks, "_BLOCK", size)
    assert as_lists(read("1,2\n3,4\n \n\r\n\n", label=0)) == ([[2], [4]], [1, 3])
    with pytest.raises(CsvError, match=re.escape("line 3: expected 2 cells, got a blank line")):
        read("1,2\n3,4\n\n\t\n\n5,6\n", label=0)


def test_read_csv_takes_paths_files_and_gzip_of_several_members(tmp_path):
    text = b"label,a\n3,4\n"
    (tmp_path / "a").write_bytes(gzip.compress(text[:7]) + gzip.compress(text[7:]))
    for source in (tmp_path / "a", str(tmp_path / "a"), io.BytesIO(text)):
        assert as_lists(read_csv(source)) == ([[4]], [3])
    packed = gzip.compress(text)
    for cut in range(len(packed)):
        with pytest.raises(CsvError, match=re.escape("BytesIO: ")):
            read(packed[:cut])


def test_read_csv_rounds_decimals_to_the_nearest_float():
    (numbers,), _ = read("260854520.500327955,-0,-0.0\n", label=None, dtype="f8")
    assert numbers[0] == 260854520.50032794  # dividing an integer by 10**9 would give …797
    assert np.signbit(numbers[1:]).all()


def test_iter_csv_yields_the_rows_before_a_wrong_line(monkeypatch):
    monkeypatch.setattr(csv_blocks, "_BLOCK", 8)
    chunks = iter_csv(io.BytesIO(b"1,2\n3,4\n5,6\n7,8\n9\n"), chunk_rows=1, label=0)
    assert [next(chunks)[1][0] for _ in range(3)] == [1, 3, 5]
    with pytest.raises(CsvError, match=re.escape("line 5: expected 2 cells, got 1")):
        list(chunks)


def test_iter_csv_closes_its_file_when_the_iterator_is_closed(tmp_path):
    (tmp_path / "a").write_text("1,2\n" * 10)
    chunks = iter_csv(tmp_path / "a", chunk_rows=1, label=0)
    next(chunks)
    chunks.close()


def check_against_the_loop(data):
    text = (data.decode("latin-1") + "\n").replace("\r\n", "\n").rstrip("\n\t ") + "\n"
    text = re.sub(r'(^|[,\n])"([^",\n]*)"(?=[,\n])', r"\1\2", text)
    want = by_hand(text, np.dtype("u1"), text.split("\n")[0].count(",") + 1)
    try:
        got, _ = read(data, label=None, header=False)
    except CsvError as error:
        assert want is None, text
        assert str(error).startswith("BytesIO: line ")  # noqa: PT017
    else:
        assert want is not None, text
        assert got.tolist() == want.tolist()


def test_read_csv_agrees_with_a_loop_when_bytes_are_damaged():
    data = b"1,20,255\n3,4,99\n"
    for bit in range(8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        check_against_the_loop(bytes(damaged))
    for cut in range(len(data)):
        check_against_the_loop(data[:cut])
    for byte in range(256):
        check_against_the_loop(data + bytes([byte]))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"dtype": bool},
            TypeError,
            "dtype must be integer or floating, of at most 64 bits, got bool",
        ),
        (
            {"dtype": "c8"},
            TypeError,
            "dtype must be integer or floating, of at most 64 bits, got complex64",
        ),
        ({"label": 1.5}, TypeError, "label must be a column's name or position, got 1.5"),
        ({"label": True}, TypeError, "label must be a column's name or position, got True"),
        ({"label": b"a"}, TypeError, "label must be a column's name or position, got b'a'"),
        ({"drop": 1.5}, TypeError, "drop must hold names or positions of columns, got 1.5"),
        ({"drop": [True]}, TypeError, "drop must hold names or positions of columns, got True"),
        (
            {"drop": "label"},
            ValueError,
            "drop must leave the label and at least one column, got ['label']",
        ),
        (
            {"drop": ["label", 1], "label": None},
            ValueError,
            "drop must leave the label and at least one column, got ['label', 1]",
        ),
        ({"label_dtype": float}, TypeError, "label_dtype must be int or str, got <class 'float'>"),
        *(
            (
                {"header": header},
                ValueError,
                f"header must be True, False or 'infer', got {header!r}",
            )
            for header in ("yes", 0, 1, None, np.True_, np.False_)
        ),
    ],
)
def test_read_csv_rejects_wrong_options(options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        read("label,a\n1,2\n", **options)


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("delimiter", ["", ",,", "-", "1", "e", ".", '"', "\n", "\0", "é"])
def test_read_csv_and_write_csv_reject_ambiguous_delimiters(tmp_path, delimiter, header):
    message = "delimiter must be one character that cannot be part of a cell, got "
    with pytest.raises(ValueError, match=re.escape(f"{message}{delimiter!r}")):
        read("label,a\n1,2\n", delimiter=delimiter, header=header)
    with pytest.raises(ValueError, match=re.escape(f"{message}{delimiter!r}")):
        write_csv(tmp_path / "a", [[1, 2]], delimiter=delimiter, header=header)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("size", [1, 8, 100, 1000])
def test_iter_csv_gives_chunks_of_equal_length_for_any_block_size(monkeypatch, size):
    monkeypatch.setattr(csv_blocks, "_BLOCK", size)
    values = np.random.default_rng(size).integers(0, 256, (50, 3), dtype=np.uint8)
    text = "".join(",".join(map(str, row)) + "\n" for row in values.tolist()).encode()
    for rows in (1, 7, 50, 10**30):
        chunks = list(iter_csv(io.BytesIO(text), chunk_rows=rows, label=0))
        assert [len(f) for f, _ in chunks[:-1]] == [rows] * (len(chunks) - 1)
        assert np.concatenate([f for f, _ in chunks]).tolist() == values[:, 1:].tolist()
        assert np.concatenate([ids for _, ids in chunks]).tolist() == values[:, 0].tolist()


def test_iter_csv_rejects_chunk_rows_below_one_when_it_is_called():
    with pytest.raises(ValueError, match=re.escape("chunk_rows must be at least 1, got 0")):
        iter_csv(io.BytesIO(b"1"), chunk_rows=0)


@pytest.mark.parametrize(
    ("features", "options", "error", "message"),
    [
        ([["a"]], {}, TypeError, "features must be integers or floats of shape (N, ...), got <U1"),
        (3, {}, TypeError, "features must be integers or floats of shape (N, ...), got int64"),
        ([[np.nan]], {}, ValueError, "features must be finite, got NaN"),
        ([[1]], {"labels": [0.5]}, TypeError, "labels must be integers, got float64"),
        ([[1]], {"labels": [1, 2]}, ValueError, "labels must have the shape (1,), got (2,)"),
        ([[1]], {"header": "a"}, ValueError, "header must be one of True, False, got 'a'"),
        ([[1]], {"delimiter": "x"}, ValueError, "that cannot be part of a cell, got 'x'"),
    ],
)
def test_write_csv_rejects_what_cannot_be_read_back(tmp_path, features, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        write_csv(tmp_path / "a", features, **options)
    assert list(tmp_path.iterdir()) == []


def test_write_csv_writes_these_bytes(tmp_path):
    images = np.arange(8, dtype=np.uint8).reshape(2, 2, 2) * 30
    write_csv(tmp_path / "a.csv", images, np.array([7, 1], np.uint8))
    want = b"label,pixel0,pixel1,pixel2,pixel3\n7,0,30,60,90\n1,120,150,180,210\n"
    assert (tmp_path / "a.csv").read_bytes() == want
    write_csv(tmp_path / "b.csv.gz", images, [7, 1])
    packed = (tmp_path / "b.csv.gz").read_bytes()
    assert packed[3:8] == bytes(5)  # no name, no time
    assert gzip.decompress(packed) == want
    write_csv(tmp_path / "c", np.array([[0.1, -2]], np.float32), header=False, delimiter=";")
    assert (tmp_path / "c").read_bytes() == b"0.1;-2.0\n"


@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", ">i2", "i4"])
def test_write_csv_writes_all_values_of_an_integer_type(tmp_path, dtype):
    info = np.iinfo(dtype)
    values = np.arange(max(info.min, -(2**15)), min(info.max, 2**16) + 1, dtype=dtype)
    write_csv(tmp_path / "a", values[:, None], header=False)
    assert (tmp_path / "a").read_text().split() == [str(value) for value in values.tolist()]
