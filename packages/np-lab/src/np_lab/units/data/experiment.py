# mypy: ignore-errors
"""Break it: skip a fixed number of bytes. Prove it: read a file of digits that is written here.

Run:  python experiment.py
"""

from pathlib import Path

import numpy as np
from data import one_hot, read_csv, read_idx

from np_lab.digits import digits, show

images, labels = digits(12, seed=2)
images = np.clip(images * 255, 0, 255).astype(np.uint8)


def write_idx(path, array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    Path(path).write_bytes(header + array.tobytes())


write_idx("images.idx", images)
write_idx("labels.idx", labels.astype(np.uint8))


def flawed_read(path):
    """The founding mistake: 16 bytes of header, whatever the file is."""
    return np.frombuffer(Path(path).read_bytes(), np.uint8, offset=16)


print("12 labels, 16 bytes skipped:", flawed_read("labels.idx"))
print("12 labels, read by you:     ", read_idx(Path("labels.idx").read_bytes()))
print("first image, read by you:")
print(show(read_idx(Path("images.idx").read_bytes())[0] / 255))
text = "label,a,b\n" + "\n".join(f"{y},{x[5, 5]},{x[6, 6]}" for x, y in zip(images, labels)) + "\n"
print("from CSV:", read_csv(text)[1], "one-hot:", one_hot(labels, 10).argmax(axis=1))
