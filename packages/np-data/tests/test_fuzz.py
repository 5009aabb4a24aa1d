"""A short run of the fuzzer. See fuzz_idx_csv.py for longer runs."""

import runpy
from pathlib import Path


def test_readers_handle_a_thousand_damaged_files():
    fuzz = runpy.run_path(str(Path(__file__).with_name("fuzz_idx_csv.py")))["fuzz"]
    assert fuzz(1000, seed=1) is None
