"""Converting between CSV and IDX, as the command ``np-data convert`` does."""

from argparse import Namespace
from pathlib import Path

from np_data.idx import read_idx
from np_data.idx_write import write_idx


def convert(chosen: Namespace) -> int:
    """Convert a file and print what was written."""
    source, target = Path(chosen.source), Path(chosen.target)
    array = read_idx(source)
    write_idx(target, array)
    print(f"{target}: {array.dtype} {array.shape}")
    return 0
