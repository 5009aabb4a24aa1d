"""IDX headers that are skipped and not read.

A file with twelve labels has a header of 8 bytes, not of 16.

>>> labels = np.arange(12, dtype=np.uint8)
>>> file = bytes([0, 0, 8, 1, 0, 0, 0, 12]) + labels.tobytes()
>>> broken(file)
array([ 8,  9, 10, 11], dtype=uint8)
>>> right(file)
array([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11], dtype=uint8)
"""

import numpy as np

HERE = "np_data.read_idx"


def broken(file):
    return np.frombuffer(file, np.uint8, offset=16)


def right(file):
    rank = file[3]
    shape = np.frombuffer(file, ">i4", rank, offset=4)
    start = 4 + 4 * rank
    data = np.frombuffer(file, np.uint8, offset=start)
    return data.reshape(shape)
