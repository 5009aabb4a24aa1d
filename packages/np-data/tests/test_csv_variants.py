"""CSV files as users have them: each is read correctly or refused with the fix."""

import bz2
import gzip
import io
import lzma
import re
import zipfile

import numpy as np
import pytest

from np_data import CsvError, iter_csv, read_csv

PLAIN = b"label,a,b\n5,6,7\n8,9,0\n"
ROWS = ([[6, 7], [9, 0]], [5, 8])
UNLABELLED = ([[5, 6, 7], [8, 9, 0]], None)
NO_HEADER = {"label": 0}
INDEX = b"0,5,6,7\n1,8,9,0\n"
FLOAT = {"dtype": "f4"}
TEXT = {"label_dtype": str}


def zipped(data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("train.csv", data)
    return file.getvalue()


READ = {
    "plain": (PLAIN, {}, ROWS),
    "no newline at the end": (PLAIN[:-1], {}, ROWS),
    "CRLF": (PLAIN.replace(b"\n", b"\r\n"), {}, ROWS),
    "byte order mark": (b"\xef\xbb\xbf" + PLAIN, {}, ROWS),
    "byte order mark, quoted header": (b'\xef\xbb\xbf"label","a","b"\n5,6,7\n8,9,0\n', {}, ROWS),
    "all cells quoted": (b'"label","a","b"\n"5","6","7"\n"8","9","0"\n', {}, ROWS),
    "all cells quoted, no header": (b'"5","6","7"\r\n"8","9","0"\r\n', NO_HEADER, ROWS),
    "some cells quoted": (b'label,"a","b"\n5,"6",7\n8,9,"0"\n', {}, ROWS),
    "quoted name with a comma": (b'label,"a,1",b\n5,6,7\n8,9,0\n', {}, ROWS),
    "spaces after commas": (b'label, "a", b\n5, 6, 7\n8, 9, 0\n', {}, ROWS),
    "spaces before commas": (b"label ,a ,b\n5 ,6 ,7\n8 ,9 ,0\n", {}, ROWS),
    "zeros in front": (b"label,a,b\n5,006,007\n08,9,000\n", {}, ROWS),
    "plus signs": (b"label,a,b\n+5,+6,7\n8,9,-0\n", {}, ROWS),
    "blank lines at the end": (PLAIN + b"\n\r\n \t\n\n", {}, ROWS),
    "semicolons": (PLAIN.replace(b",", b";"), {"delimiter": ";"}, ROWS),
    "tabs": (PLAIN.replace(b",", b"\t"), {"delimiter": "\t"}, ROWS),
    "bars": (PLAIN.replace(b",", b"|"), {"delimiter": "|"}, ROWS),
    "spaces": (PLAIN.replace(b",", b" "), {"delimiter": " "}, ROWS),
    "aligned columns": (b"  5  6   7\n  8  9   0\n", {**NO_HEADER, "delimiter": " "}, ROWS),
    "zip.train": (
        b"6.0000 -1.0000 0.5000 \n5.0000 0.2500 1.0000 \n",
        {**NO_HEADER, **FLOAT, "delimiter": " "},
        ([[-1.0, 0.5], [0.25, 1.0]], [6, 5]),
    ),
    "text labels": (
        "label,a\n고양이 ,6\nred lily,7\n".encode(),
        TEXT,
        ([[6], [7]], ["고양이", "red lily"]),
    ),
    "text labels in quotes": (
        b'a,b,label\n6,7,"cat"\n9,0,a "b"\n',
        TEXT,
        (ROWS[0], ["cat", 'a "b"']),
    ),
    "text labels and fractions": (b"a,label\n.5,cat\n", {**TEXT, **FLOAT}, ([[0.5]], ["cat"])),
    "text labels, dropped columns": (
        b"x,6,cat,y,7\n,9,5,,0\n",
        {**TEXT, "label": 2, "drop": [0, -2]},
        (ROWS[0], ["cat", "5"]),
    ),
    "text labels, no header": (
        b"6,7,cat\n9,0,dog\n",
        {**TEXT, "label": 2},
        (ROWS[0], ["cat", "dog"]),
    ),
    "text labels, header only": (b"label,a\n", TEXT, ([], [])),
    "text labels and a header of text": (
        b"a,b,c\n6,7,cat\n",
        {**TEXT, "label": 2},
        ([[6, 7]], ["cat"]),
    ),
    "text labels alone": (b"label\ncat\n", TEXT, ([[]], ["cat"])),
    "header only": (b"label,a,b\n", {}, ([], [])),
    "one column": (b"label\n5\n8\n", {}, ([[], []], [5, 8])),
    "one row": (b"5,6,7", NO_HEADER, ([[6, 7]], [5])),
    "label last": (b"a,b,label\n6,7,5\n9,0,8\n", {}, ROWS),
    "label last, no header": (b"6,7,5\n9,0,8\n", {"label": -1}, ROWS),
    "label in the middle": (b"a,class,b\n6,5,7\n9,8,0\n", {"label": "class"}, ROWS),
    "label by index under a header": (b"a,class,b\n6,5,7\n9,8,0\n", {"label": np.int64(1)}, ROWS),
    "label as wide as int64": (b"label,a\n-9223372036854775808,6\n", {}, ([[6]], [-(2**63)])),
    "label 5.0 among floats": (b"label,a\n5.0,.5\n", {"dtype": "f8"}, ([[0.5]], [5])),
    "no label": (b"a,b,c\n5,6,7\n8,9,0\n", {"label": None}, UNLABELLED),
    "no label, no header": (b"5,6,7\n8,9,0\n", {"label": None}, UNLABELLED),
    "header with numbers and label": (b"label,0,1\n5,6,7\n8,9,0\n", {}, ROWS),
    "header of column numbers": (b"0,1,2\n5,6,7\n8,9,0\n", {**NO_HEADER, "header": True}, ROWS),
    "row of 0, 1, 2": (
        b"0,1,2\n5,6,7\n",
        {**NO_HEADER, "header": False},
        ([[1, 2], [6, 7]], [0, 5]),
    ),
    "index column without a header": (INDEX, {"label": 1, "drop": 0}, ROWS),
    "unnamed index column": (b",label,a,b\n" + INDEX, {"drop": 0}, ROWS),
    "index column by name": (b"id,label,a,b\n" + INDEX, {"drop": "id"}, ROWS),
    "index and column numbers": (
        b",0,1,2\n" + INDEX,
        {"label": "0", "drop": 0, "header": True},
        ROWS,
    ),
    "index column beyond a byte": (
        b"id,label,a\n255,5,6\n256,7,8\n",
        {"drop": "id"},
        ([[6], [8]], [5, 7]),
    ),
    "text in dropped columns": (
        b"file,label,a,split,b\nx.png,5,6,train,7\n-,8,9,,0\n",
        {"drop": ["file", -2]},
        ROWS,
    ),
    "comma at the end of lines": (b"label,a,b,\n5,6,7,\n8,9,0,\n", {"drop": 3}, ROWS),
    "gzip": (gzip.compress(PLAIN), {}, ROWS),
    "gzip padded with zeros": (gzip.compress(PLAIN) + bytes(512), {}, ROWS),
    "negative": (b"label,a\n-1,-6\n", {"dtype": "i1"}, ([[-6]], [-1])),
    "16 bits": (b"label,a\n5,65535\n", {"dtype": "u2"}, ([[65535]], [5])),
    "64 bits": (b"label,a\n5,18446744073709551615\n", {"dtype": "u8"}, ([[2**64 - 1]], [5])),
    "floats": (b"label,a,b\n5,0.25,1e2\n8,-.5,3.\n", FLOAT, ([[0.25, 100], [-0.5, 3]], [5, 8])),
    "integers as floats": (PLAIN, FLOAT, ROWS),
    "row like 0, 0.1, 0.2": (
        b"0,0.1,0.25\n",
        {**NO_HEADER, **FLOAT},
        ([[np.float32(0.1), 0.25]], [0]),
    ),
    "largest float32": (b"label,a\n1,3.4028235e38\n", FLOAT, ([[float(np.finfo("f4").max)]], [1])),
}

REFUSED = {
    "empty": (b"", {}, "line 1: expected a row or a header, got the end of the file"),
    "blank lines only": (
        b"\n\n",
        {},
        "line 1: expected a row or a header, got the end of the file",
    ),
    "blank first line": (b"\n" + PLAIN, {}, "line 1: expected a row or a header, got a blank line"),
    "blank line in the middle": (
        PLAIN + b"\n1,2,3\n",
        {},
        "line 4: expected 3 cells, got a blank line",
    ),
    "semicolons": (PLAIN.replace(b",", b";"), {}, "got 'label;a;b'; pass delimiter=';'"),
    "semicolons, no header": (b"5;6\n8;9\n", NO_HEADER, "got '5;6'; pass delimiter=';'"),
    "tabs": (PLAIN.replace(b",", b"\t"), {}, r"got 'label\ta\tb'; pass delimiter='\t'"),
    "spaces": (b"5 6 7 \n", NO_HEADER, "got '5 6 7 '; pass delimiter=' '"),
    "commas": (PLAIN, {"delimiter": ";"}, "got 'label,a,b'; pass delimiter=','"),
    "decimal commas": (
        b"label;a\n5;0,5\n",
        {**FLOAT, "delimiter": ";"},
        "a finite number, got '0,5'",
    ),
    "header of column numbers": (
        b"0,1,2\n5,6,7\n",
        NO_HEADER,
        "line 1: expected a header or a row, got 0, 1, 2, …, which may be a row or names "
        "that pandas gave; pass header=True or header=False",
    ),
    "unnamed index column": (
        b",label,a\n0,5,6\n",
        {},
        "line 1, column 1: expected a name, got '', which pandas writes above row numbers; "
        "pass drop=0 to leave the column out",
    ),
    "index column saved twice": (b"Unnamed: 0,label\n0,5\n", {}, "got 'Unnamed: 0', which pandas"),
    "index and column numbers": (
        b",0,1\n0,5,6\n",
        {"label": "0", "header": True},
        "column 1: expected a name, got ''",
    ),
    "dropped index and column numbers": (
        b",0,1\n0,5,6\n",
        {"label": 1, "drop": 0},
        "got 0, 1, …, which may be a row or names",
    ),
    "number among names": (
        b"5,x\n",
        NO_HEADER,
        "got a mixture with 'x'; pass header=True or header=False",
    ),
    "comment": (
        b"# made today\n" + PLAIN,
        {},
        "expected one column named 'label', got '# made today'",
    ),
    "no such label": (
        b"a,b\n5,6\n",
        {},
        "line 1: expected one column named 'label', got 'a', 'b'; pass its name or position as "
        "label, or label=None",
    ),
    "no label, no header": (
        b"5,6\n",
        {},
        "line 1: expected one column named 'label', got '5', '6'; pass its name or position as "
        "label, or label=None",
    ),
    "two labels": (
        b"label,label\n5,6\n",
        {},
        "one column named 'label', got 'label', 'label'",
    ),
    "label out of range": (b"5,6\n", {"label": 2}, "expected a column for label=2, got 2 columns"),
    "drop out of range": (PLAIN, {"drop": [0, 3]}, "expected a column for drop=3, got 3 columns"),
    "no such column to drop": (
        PLAIN,
        {"drop": "id"},
        "one column named 'id', got 'label'",
    ),
    "text as label": (
        b"label,a\ncat,6\n",
        {},
        "line 2, column 1: expected an integer from -9223372036854775808 to 9223372036854775807, "
        "got 'cat'; pass label_dtype=str to read text",
    ),
    "no text as label": (
        b"label,a\ncat,6\n ,7\n",
        TEXT,
        "line 3, column 1: expected text in UTF-8, got an empty cell",
    ),
    "text as label in another encoding": (
        "label,a\n개,6\n".encode("cp949"),
        TEXT,
        "text in UTF-8, got",
    ),
    "text as label with quotes in quotes": (
        b'label,a\n"a ""b""",6\n',
        TEXT,
        'expected text in UTF-8, got \'"a ""b"""\'',
    ),
    "text as label with the delimiter": (b'label,a\n"a,b",6\n', TEXT, "expected 2 cells, got 3"),
    "fraction as label": (b"label,a\n0.5,6\n", FLOAT, "line 2, column 1: expected an integer, got"),
    "missing value": (b"label,a,b\n5,,7\n", {}, "an integer from 0 to 255, got an empty cell"),
    "missing value, spaces": (b"label,a,b\n5, ,7\n", FLOAT, "finite number, got an empty cell"),
    "nan": (b"label,a\n5,nan\n", FLOAT, "line 2, column 2: expected a finite number, got 'nan'"),
    "fractions for a byte": (
        b"label,a\n5,12.0\n",
        {},
        "expected an integer from 0 to 255, got '12.0'; pass a dtype that holds it, such as "
        "dtype='float32'",
    ),
    "256": (b"label,a\n5,256\n", {}, "expected an integer from 0 to 255, got '256'; pass a dtype"),
    "1000": (b"label,a\n5,1000\n", {}, "expected an integer from 0 to 255, got '1000'; pass a"),
    "negative": (b"label,a\n5,-1\n", {}, "expected an integer from 0 to 255, got '-1'; pass a"),
    "beyond 64 bits": (b"label,a\n" + b"9" * 30 + b",1\n", {}, "line 2, column 1: expected an int"),
    "beyond float32": (b"label,a\n1,3.4028236e38\n", FLOAT, "line 2, column 2: expected a finite"),
    "thousands": (b'label,a\n5,"1,000"\n', {"dtype": "i4"}, "line 2: expected 2 cells, got 3"),
    "short row": (b"label,a,b\n5,6,7\n8,9\n", {}, "line 3: expected 3 cells, got 2"),
    "long row": (b"label,a,b\n5,6,7\n8,9,0,1\n", {}, "line 3: expected 3 cells, got 4"),
    "short and long row": (b"label,a,b\n5,6\n8,9,0,1\n", {}, "line 2: expected 3 cells, got 2"),
    "row too short to drop from": (
        b"a,b,c\n5,6\n",
        {"label": None, "drop": "c"},
        "line 2: expected 3",
    ),
    "comma at the end of rows": (b"label,a\n5,6,\n", {}, "line 2: expected 2 cells, got 3"),
    "comma at the end of lines": (b"label,a,\n5,6,\n", {}, "line 1, column 3: expected a name"),
    "NUL": (
        b"label,a,b\n5,6,\0\n",
        {},
        r"line 2, column 3: expected an integer from 0 to 255, got '\x00'",
    ),
    "old Mac line ends": (
        PLAIN.replace(b"\n", b"\r"),
        {},
        r"line 1: expected a header, and lines that end in \n or \r\n, got 'label,a,b\r",
    ),
    "one old Mac line end": (b"label,a\n5,6\r8,9\n", {}, "line 2: expected 2 cells, got 3"),
    "UTF-16": (PLAIN.decode().encode("utf-16"), {}, "got UTF-16 text; save the file as UTF-8"),
    "UTF-16, no mark": (
        PLAIN.decode().encode("utf-16-le"),
        {},
        "got UTF-16 text; save the file as",
    ),
    "Git LFS pointer": (
        b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 109575994\n",
        {},
        "line 1: expected a row or a header, got a Git LFS pointer; fetch the file itself with "
        "`git lfs pull`",
    ),
    "web page": (b"\n<!DOCTYPE html>\n<html>", {}, "got HTML or XML; the download may have failed"),
    "JSON": (b'{"message": "Not Found"}', {}, "got JSON; check where the file comes from"),
    "xz": (lzma.compress(PLAIN), {}, "got an xz file; decompress it with `unxz` first"),
    "bzip2": (bz2.compress(PLAIN), {}, "got a bzip2 file; decompress it with `bunzip2` first"),
    "zip": (zipped(PLAIN), {}, "got a zip archive (or an Excel file); unpack it or save it as CSV"),
    "gzip twice": (gzip.compress(gzip.compress(PLAIN)), {}, "got gzip inside gzip; decompress the"),
    "gzip cut": (
        gzip.compress(PLAIN)[:-9],
        {},
        "gzip: after 0 decompressed bytes the data is truncated; ",
    ),
    "PNG": (b"\x89PNG\r\n\x1a\n", {}, "got a picture; read it with an image library"),
    "IDX": (b"\0\0\x08\1\0\0\0\n0123456789", {}, "got an IDX file; read it with `read_idx`"),
    "NumPy file": (b"\x93NUMPY\1\0", {}, "got a NumPy file; read it with `numpy.load`"),
}


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [*READ.values(), *REFUSED.values()],
    ids=[*(f"read {name}" for name in READ), *(f"refuse {name}" for name in REFUSED)],
)
def test_read_csv_reads_or_refuses_real_world_variants(data, options, expected):
    if isinstance(expected, str):
        message = "BytesIO: .*" + re.escape(expected)
        with pytest.raises(CsvError, match=message):
            read_csv(io.BytesIO(data), **options)
        with pytest.raises(CsvError, match=message):
            list(iter_csv(io.BytesIO(data), **options))
        return
    features, labels = read_csv(io.BytesIO(data), **options)
    assert features.dtype == np.dtype(options.get("dtype", "u1"))
    assert (features.tolist(), None if labels is None else labels.tolist()) == expected
    for features, labels in iter_csv(io.BytesIO(data), **options):
        assert (features.tolist(), None if labels is None else labels.tolist()) == expected
