"""Wrong solutions of unit 1, written after its mutants."""

import numpy as np


def read_idx__reads_lengths_as_little_endian(data):
    axes = data[3]
    shape = np.frombuffer(data, "<i4", axes, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def read_idx__header_of_three_axes(data):
    n, h, w = np.frombuffer(data, ">i4", 3, 4)
    return np.frombuffer(data, np.uint8, offset=16).reshape(n, h, w)


def read_idx__returns_none_for_wrong_files(data):
    types = {8: ">u1", 12: ">i4", 13: ">f4", 14: ">f8"}
    axes = data[3]
    shape = np.frombuffer(data, ">i4", axes, 4)
    numbers = np.frombuffer(data[4 + 4 * axes :], types[data[2]]) if len(data) % 2 == 1 else None
    return None if numbers is None or numbers.size != np.prod(shape) else numbers.reshape(shape)


def read_csv__drops_label_by_value(text):
    lines = text.split()
    names = lines[0].split(",")
    k = names.index("label")
    pixels, labels = [], []
    for line in lines[1:]:
        values = [int(v) for v in line.split(",")]
        labels.append(values[k])
        values.remove(values[k])
        pixels.append(values)
    return np.array(pixels, np.uint8) // 2, np.array(labels)


def read_csv__strings(text):
    lines = text.split()
    k = lines[0].split(",").index("label")
    rows = [line.split(",") for line in lines[1:]]
    return np.array([r[:k] + r[k + 1 :] for r in rows]), np.array([r[k] for r in rows])


def one_hot__boolean_of_labels(labels, classes):
    return np.repeat(np.arange(classes)[None], len(labels), axis=0) >= labels[:, None]


def one_hot__identity(labels, classes):
    return np.eye(len(labels), classes)
