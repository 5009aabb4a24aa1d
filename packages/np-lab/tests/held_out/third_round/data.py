"""Fresh mistakes of unit 1, as students make them."""

import numpy as np

TYPES = {0x08: ">u1", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx__flat(data):
    axes, dtype = data[3], np.dtype(TYPES[data[2]])
    shape = np.frombuffer(data, ">i4", axes, 4)
    if len(data) != 4 + 4 * axes + dtype.itemsize * np.prod(shape):
        raise ValueError("wrong length")
    return np.frombuffer(data, dtype, offset=4 + 4 * axes)


def read_idx__always_uint8(data):
    axes = data[3]
    shape = np.frombuffer(data, ">i4", axes, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * axes).reshape(shape)


def read_idx__native_byte_order(data):
    axes, dtype = data[3], np.dtype({8: "u1", 12: "i4", 13: "f4", 14: "f8"}[data[2]])
    shape = np.frombuffer(data, ">i4", axes, 4)
    if len(data) != 4 + 4 * axes + dtype.itemsize * np.prod(shape):
        raise ValueError("wrong length")
    return np.frombuffer(data, dtype, offset=4 + 4 * axes).reshape(shape)


def read_idx__asserts(data):
    axes, dtype = data[3], np.dtype(TYPES[data[2]])
    shape = np.frombuffer(data, ">i4", axes, 4)
    assert len(data) == 4 + 4 * axes + dtype.itemsize * np.prod(shape)
    return np.frombuffer(data, dtype, offset=4 + 4 * axes).reshape(shape)


def read_idx__count_without_check(data):
    axes, dtype = data[3], np.dtype(TYPES[data[2]])
    shape = np.frombuffer(data, ">i4", axes, 4)
    return np.frombuffer(data, dtype, np.prod(shape), 4 + 4 * axes).reshape(shape)


def read_idx__axes_from_byte_two(data):
    axes, dtype = data[2], np.dtype(TYPES[data[3]])
    shape = np.frombuffer(data, ">i4", axes, 4)
    return np.frombuffer(data, dtype, offset=4 + 4 * axes).reshape(shape)


def read_csv__header_not_skipped(text):
    rows = [line.split(",") for line in text.strip().split("\n")]
    table = np.array([[int(v) for v in row] for row in rows])
    return table[:, 1:].astype(np.uint8), table[:, 0]


def read_csv__last_row_lost(text):
    lines = text.split("\n")
    k = lines[0].split(",").index("label")
    table = np.array([[int(v) for v in line.split(",")] for line in lines[1:-1] if line])
    return np.delete(table, k, axis=1).astype(np.uint8), table[:, k]


def read_csv__label_stays_among_pixels(text):
    lines = text.strip().split("\n")
    k = lines[0].split(",").index("label")
    table = np.array([[int(v) for v in line.split(",")] for line in lines[1:]])
    return table.astype(np.uint8), table[:, k]


def read_csv__delete_without_axis(text):
    lines = text.strip().split("\n")
    k = lines[0].split(",").index("label")
    table = np.array([[int(v) for v in line.split(",")] for line in lines[1:]])
    return np.delete(table, k).astype(np.uint8), table[:, k]


def read_csv__pixels_stay_int64(text):
    lines = text.strip().split("\n")
    k = lines[0].split(",").index("label")
    table = np.array([[int(v) for v in line.split(",")] for line in lines[1:]])
    return np.delete(table, k, axis=1), table[:, k]


def read_csv__labels_as_column(text):
    lines = text.strip().split("\n")
    k = lines[0].split(",").index("label")
    table = np.array([[int(v) for v in line.split(",")] for line in lines[1:]])
    return np.delete(table, k, axis=1).astype(np.uint8), table[:, k : k + 1]


def read_csv__signed_bytes(text):
    lines = text.strip().split("\n")
    k = lines[0].split(",").index("label")
    table = np.array([[int(v) for v in line.split(",")] for line in lines[1:]])
    return np.delete(table, k, axis=1).astype(np.int8), table[:, k]


def one_hot__rows_of_labels(labels, classes):
    t = np.zeros((len(labels), classes))
    t[labels] = 1
    return t


def one_hot__counts_from_one(labels, classes):
    t = np.zeros((len(labels), classes))
    t[np.arange(len(labels)), labels - 1] = 1
    return t


def one_hot__as_many_classes_as_seen(labels, classes):
    return np.eye(labels.max() + 1)[labels]


def one_hot__writes_the_label(labels, classes):
    t = np.zeros((len(labels), classes))
    t[np.arange(len(labels)), labels] = labels
    return t
