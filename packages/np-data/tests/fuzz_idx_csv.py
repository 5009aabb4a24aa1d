"""Feed damaged and random files to the readers: ``python tests/fuzz_idx_csv.py 100000 --seed 0``.

For any bytes, a reader returns an array or raises its own error. An array must be what the decoders
in this file find: for IDX element by element, for CSV cell by cell. The first input that breaks
this is printed and written to ``fuzz-failure.bin`` in the current folder.
"""

import argparse
import gzip
import io
import math
import re
import struct
import sys
from pathlib import Path

import numpy as np

from np_data import CsvError, IdxError, read_csv, read_idx

LETTERS = {0x08: "B", 0x09: "b", 0x0B: "h", 0x0C: "i", 0x0D: "f", 0x0E: "d"}
CHARACTERS = b'0123456789,,,,\n\n.-+eE \t\r""x\0\xff'
CSV_DTYPES = [np.dtype(name) for name in ("u1", "i2", "i8", "f4", "f8")]


def idx_file(rng):
    """Return a small valid IDX file."""
    code = int(rng.choice(list(LETTERS)))
    shape = rng.integers(0, 4, rng.integers(0, 4)).tolist()
    size = math.prod(shape) * struct.calcsize(">" + LETTERS[code])
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, code, len(shape), *shape) + rng.bytes(size)


def csv_file(rng):
    """Return a small CSV file, mostly valid."""
    rows, columns = rng.integers(1, 6, 2)
    kind = rng.integers(4)
    if kind == 0:
        cells = rng.integers(0, 256, (rows, columns)).astype(str)
    elif kind == 1:
        cells = rng.integers(-(10 ** int(rng.integers(1, 18))), 10**6, (rows, columns)).astype(str)
    elif kind == 2:
        cells = np.round(rng.normal(0, 100, (rows, columns)), int(rng.integers(0, 6))).astype(str)
    else:
        return bytes(rng.choice(np.frombuffer(CHARACTERS, np.uint8), rng.integers(0, 40)))
    return b"".join(",".join(row).encode() + b"\n" for row in cells.tolist())


def damaged(data, rng):
    """Return the data with a few bytes changed, removed, repeated or added."""
    data = bytearray(data)
    for _ in range(rng.integers(0, 4)):
        at = int(rng.integers(len(data) + 1))
        match rng.integers(5):
            case 0:
                data[at : at + 1] = rng.bytes(1)
            case 1:
                data[at : at + 1] = bytes([CHARACTERS[rng.integers(len(CHARACTERS))]])
            case 2:
                del data[at : at + int(rng.integers(1, 5))]
            case 3:
                data[at:at] = data[at : at + int(rng.integers(1, 9))]
            case 4:
                del data[at:]
    return bytes(data)


def idx_by_hand(data):
    """Decode IDX element by element; None if the file must be refused."""
    if len(data) < 4 or data[:2] != b"\0\0" or data[2] not in LETTERS:
        return None
    rank = data[3]
    if rank > 32 or len(data) < 4 + 4 * rank:
        return None
    shape = struct.unpack_from(f">{rank}I", data, 4)
    letter = LETTERS[data[2]]
    body = data[4 + 4 * rank :]
    if math.prod(shape) * struct.calcsize(letter) != len(body):
        return None
    if math.prod(max(1, n) for n in shape) * struct.calcsize(letter) > sys.maxsize:
        return None
    # Bits and not values: Python's floats would change the bits of some NaNs.
    bits = letter.translate(str.maketrans("fd", "IQ"))
    values = struct.unpack(f">{math.prod(shape)}{bits}", body)
    return np.array(values, dtype=bits).view(letter).reshape(shape)


def holds(dtype, value):
    """Return whether the type holds the value or a finite value next to it."""
    if dtype.kind != "f":
        return np.iinfo(dtype).min <= value <= np.iinfo(dtype).max
    with np.errstate(over="ignore"):
        return bool(np.isfinite(dtype.type(value)))


def csv_by_hand(data, dtype):
    """Decode CSV cell by cell; None if the file must be refused."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("latin-1") + "\n"
    text = text.replace("\r\n", "\n").rstrip(" \t\n") + "\n"
    text = re.sub(r'(^|[,\n])"([^",\n]*)"(?=[,\n])', r"\1\2", text)
    number = (
        r"[+-]?[0-9]+"
        if dtype.kind != "f"
        else r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
    )
    rows = []
    for line in text.removesuffix("\n").split("\n"):
        cells = [cell.strip(" \t") for cell in line.split(",")]
        if not all(re.fullmatch(number, cell) for cell in cells):
            return None
        row = [float(cell) if dtype.kind == "f" else int(cell) for cell in cells]
        if not all(holds(dtype, value) for value in row):
            return None
        rows.append(row)
    if len({len(row) for row in rows}) != 1:
        return None
    return np.array(rows, dtype=object).astype(dtype)


def same(a, b):
    return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())


def check_idx(data, packed):
    want = idx_by_hand(data)
    try:
        got = read_idx(io.BytesIO(gzip.compress(data, 1) if packed else data))
    except IdxError:
        return want is None
    return want is not None and same(got, want)


def check_csv(data, packed, dtype):
    want = csv_by_hand(data, dtype)
    source = io.BytesIO(gzip.compress(data, 1) if packed else data)
    try:
        got, _ = read_csv(source, label=None, header=False, dtype=dtype)
    except CsvError:
        return want is None
    return want is not None and same(got, want)


def check_gzip(data):
    """Return whether a damaged gzip file raises the reader's own error or is read."""
    for read, error in ((read_idx, IdxError), (read_csv, CsvError)):
        try:
            read(io.BytesIO(data))
        except error:
            continue
    return True


def fuzz(count, seed):
    """Return the first input that is handled wrongly, with its number, or None."""
    for i in range(count):
        rng = np.random.default_rng([seed, i])
        packed = bool(rng.random() < 0.1)
        if i % 2:
            data = damaged(idx_file(rng), rng)
            good = check_idx(data, packed)
        else:
            data = damaged(csv_file(rng), rng)
            good = check_csv(data, packed, CSV_DTYPES[rng.integers(len(CSV_DTYPES))])
        if good and i % 10 == 0:
            data = damaged(gzip.compress(idx_file(rng), 1), rng)
            good = check_gzip(data)
        if not good:
            return i, data
    return None


def main():
    """Fuzz as many inputs as asked for and print the result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int, nargs="?", default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    broken = fuzz(options.count, options.seed)
    if broken is None:
        print(f"{options.count} inputs from seed {options.seed}: every one was read or refused")
        return
    Path("fuzz-failure.bin").write_bytes(broken[1])
    sys.exit(f"input {broken[0]} of seed {options.seed} was handled wrongly: {broken[1]!r}")


if __name__ == "__main__":
    main()
