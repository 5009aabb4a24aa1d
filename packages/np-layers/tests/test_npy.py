import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from np_layers.files.npy import DTYPES, decode, encode


def npy(header: str, data: bytes = b"") -> bytes:
    line = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x01\x00" + len(line).to_bytes(2, "little") + line + data


def header(descr: str = "<f4", order: str = "False", shape: str = "(1,)") -> str:
    return f"{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}"


arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0))
)


@given(arrays)
def test_encode_writes_what_numpy_writes_and_decode_reads_it(array):
    data = encode(array)
    back = decode(data)
    assert (back.shape, back.dtype, back.tobytes()) == (array.shape, array.dtype, array.tobytes())
    plain = io.BytesIO()
    np.save(plain, array)
    assert data == plain.getvalue()


@pytest.mark.parametrize("view", [np.s_[::-1], np.s_[:, ::2], np.s_[1:, 1:], np.s_[..., None]])
def test_encode_ignores_memory_order_and_byte_order(view):
    array = np.arange(12.0).reshape(3, 4)[view]
    assert encode(array) == encode(np.ascontiguousarray(array)) == encode(array.astype(">f8"))
    assert encode(np.asfortranarray(array)) == encode(np.ascontiguousarray(array))


@pytest.mark.parametrize("dtype", [object, np.float16, np.complex64, "U3", "S3", "datetime64[s]"])
def test_encode_rejects_other_dtypes(dtype):
    with pytest.raises(TypeError, match=re.escape(f"got {np.dtype(dtype)}; convert it")):
        encode(np.empty(2, dtype))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "a .npy file starts with"),
        (b"PK\x03\x04", "a .npy file starts with"),
        (b"\x93NUMPY\x02\x00" + b" " * 64, "a .npy file starts with"),
        (b"\x93NUMPY\x01\x00", "a .npy header must state dtype"),
        (npy(header("|O"), b"x"), "a .npy header must state dtype"),
        (npy(header("<f2"), bytes(2)), "dtype must be one of"),
        (npy(header(">f4"), bytes(4)), "a .npy header must state dtype"),
        (npy(header("<U9"), bytes(36)), "dtype must be one of"),
        (npy(header(order="True"), bytes(4)), "a .npy header must state dtype"),
        (npy(header(shape="(-1,)"), bytes(4)), "a .npy header must state dtype"),
        (npy(header(shape="(1.0,)"), bytes(4)), "a .npy header must state dtype"),
        (npy(header(shape="(__import__('os'),)")), "a .npy header must state dtype"),
        (npy(header(shape="(" * 5000 + ")" * 5000)), "a .npy header must state dtype"),
        (npy(header(shape="(1000000000, 1000000000)"), bytes(4)), "needs 4000000000000000000 "),
        (npy(header(shape="(2,)"), bytes(4)), "shape (2,) of <f4 needs 8 bytes, got 4"),
        (npy(header(shape="(1,)"), bytes(5)), "shape (1,) of <f4 needs 4 bytes, got 5"),
        (npy(header(shape=f"({', '.join(['1'] * 99)})"), bytes(4)), "at most 32 axes, got 99"),
        (npy(header(shape=f"(0, {', '.join(['9' * 18] * 9)})")), "is larger than the maximum"),
    ],
)
def test_decode_rejects_other_headers(data, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        decode(data)
