"""Files of results: written as a whole or not at all, and read back with all digits."""

import re
from pathlib import Path

import numpy as np
import pytest

from pipelines.io.files import atomic_write, read_array, read_json, write_array, write_json
from pipelines.io.tables import read_columns, read_rows, write_table


def test_atomic_write_keeps_the_earlier_file_after_an_error(tmp_path: Path) -> None:
    path = tmp_path / "result.txt"
    path.write_text("earlier", encoding="utf-8")

    def fail() -> None:
        with atomic_write(path) as temporary:
            temporary.write_text("half", encoding="utf-8")
            raise ValueError("halfway")

    with pytest.raises(ValueError, match="halfway"):
        fail()
    assert path.read_text(encoding="utf-8") == "earlier"
    assert list(tmp_path.iterdir()) == [path]


def test_atomic_write_overwrites_what_a_killed_process_left(tmp_path: Path) -> None:
    path = tmp_path / "result.txt"
    with atomic_write(path) as temporary:
        temporary.write_text("first", encoding="utf-8")
    temporary.write_text("of a killed process", encoding="utf-8")
    with atomic_write(path) as temporary:
        temporary.write_text("second", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "second"
    assert list(tmp_path.iterdir()) == [path]


def test_atomic_write_names_the_file_that_was_asked_for(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "result.json"
    with pytest.raises(OSError, match=re.escape(f"{path} was not written")):
        write_json(path, {})


def test_table_keeps_nine_digits_and_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_table(path, [{"a": 0.1 + 0.2, "b": None}, {"a": 1, "b": 1.23456789012e-300}])
    assert path.read_bytes() == b"a,b\n0.3,\n1,1.23456789e-300\n"
    columns = read_columns(path)
    np.testing.assert_array_equal(columns["a"], [0.3, 1])
    np.testing.assert_array_equal(columns["b"], [np.nan, 1.23456789e-300])
    assert read_rows(path) == [{"a": "0.3"}, {"a": "1", "b": "1.23456789e-300"}]


def test_table_with_a_short_row_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n3\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(f"{path} is damaged")):
        read_columns(path)


@pytest.mark.parametrize("shape", [(1,), (0, 3), (2, 3)])
def test_array_has_the_bytes_of_numpy_save(tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape)
    write_array(tmp_path / "ours.npy", array)
    np.save(tmp_path / "numpy.npy", array)
    assert (tmp_path / "ours.npy").read_bytes() == (tmp_path / "numpy.npy").read_bytes()
    np.testing.assert_array_equal(read_array(tmp_path / "ours.npy"), array)


def test_json_refuses_numbers_that_are_not_finite(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"x": float("nan")})
    write_json(tmp_path / "a.json", {"b": 0.1, "a": 1})
    assert read_json(tmp_path / "a.json") == {"a": 1, "b": 0.1}
