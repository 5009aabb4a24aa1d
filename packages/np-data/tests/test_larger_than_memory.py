"""Read batches from a file of 40 GB in a process that may allocate 300 MB.

The file is sparse, so it takes no room on the disk. The limit (RLIMIT_DATA, Linux) is on what the
process allocates. A memory map of a file does not count: its pages belong to the system's cache.
"""

import os
import subprocess
import sys

SCRIPT = """
import resource, sys
import numpy as np
from np_data import Batches, read_idx

if sys.platform == "linux":
    resource.setrlimit(resource.RLIMIT_DATA, (300 << 20, 300 << 20))
    try:
        np.empty(300 << 20, np.uint8)
    except MemoryError:
        pass
    else:
        sys.exit("the limit has no effect")

images = read_idx(sys.argv[1], mmap=True)
assert images.nbytes > 40e9
seen = 0
for number, (batch, rows) in enumerate(
    Batches(images, np.arange(len(images)), batch_size=256, seed=0, steps=320)
):
    assert batch.shape == (256, 1, 64, 64) and batch.dtype == np.uint8
    scaled = batch.astype(np.float32) / 255
    seen += len(batch)
    assert scaled.sum() == (rows == len(images) - 1).sum()  # only the last image is not black
print(seen)
"""


def test_batches_of_a_memory_map_stay_below_a_memory_limit(tmp_path):
    n, side = 9_800_000, 64
    header = b"\0\0\x08\4" + b"".join(k.to_bytes(4, "big") for k in (n, 1, side, side))
    with (tmp_path / "large.idx").open("wb") as file:
        file.write(header)
        file.seek(len(header) + n * side * side - 1)
        file.write(b"\xff")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT, tmp_path / "large.idx"],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # more threads would allocate more
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "81920"), done.stderr
