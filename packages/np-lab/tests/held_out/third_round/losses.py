"""Fresh mistakes of unit 4, as students make them."""

import numpy as np


def log_softmax(z):
    s = z - z.max(axis=1, keepdims=True)
    return s - np.log(np.exp(s).sum(axis=1, keepdims=True))


def softmax__maximum_of_first_row(z):
    e = np.exp(z - z[0].max())
    return e / e.sum(axis=1, keepdims=True)


def softmax__sum_as_row(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1).reshape(1, -1)


def softmax__python_max(z):
    e = np.exp(z - max(z))
    return e / e.sum(axis=1, keepdims=True)


def softmax__integer_array(z):
    p = np.zeros(z.shape, dtype=int)
    for n in range(len(z)):
        e = np.exp(z[n] - z[n].max())
        p[n] = e / e.sum()
    return p


def softmax__exponent_and_bracket(z):
    return np.exp(z - z.max(axis=1, keepdims=True) / np.exp(z).sum(axis=1, keepdims=True))


def softmax__divided_by_length(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / np.sqrt((e**2).sum(axis=1, keepdims=True))


def softmax__of_one_vector(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)


def cross_entropy__p_is_changed_before_the_loss(z, labels):
    p = np.exp(log_softmax(z))
    rows = np.arange(len(z))
    dz = p
    dz[rows, labels] -= 1
    return -np.log(p[rows, labels]).mean(), dz / len(z)


def cross_entropy__rows_of_labels(z, labels):
    log_p = log_softmax(z)
    dz = np.exp(log_p)
    dz[np.arange(len(z)), labels] -= 1
    return -log_p[labels].mean(), dz / len(z)


def cross_entropy__labels_as_column(z, labels):
    log_p = log_softmax(z)
    labels = labels.reshape(-1, 1)
    dz = np.exp(log_p)
    dz[np.arange(len(z)), labels[:, 0]] -= 1
    return -log_p[np.arange(len(z)), labels].mean(), dz / len(z)


def cross_entropy__loss_as_array(z, labels):
    log_p = log_softmax(z)
    rows = np.arange(len(z))
    dz = np.exp(log_p)
    dz[rows, labels] -= 1
    return -log_p[rows, labels].mean(keepdims=True), dz / len(z)


def cross_entropy__minus_one_everywhere(z, labels):
    log_p = log_softmax(z)
    return -log_p[np.arange(len(z)), labels].mean(), (np.exp(log_p) - 1) / len(z)


def cross_entropy__label_of_the_first(z, labels):
    log_p = log_softmax(z)
    rows = np.arange(len(z))
    dz = np.exp(log_p)
    dz[rows, labels] -= 1
    return -log_p[rows, labels[0]].mean(), dz / len(z)


def cross_entropy__floor_division(z, labels):
    log_p = log_softmax(z)
    rows = np.arange(len(z))
    dz = np.exp(log_p)
    dz[rows, labels] -= 1
    return -log_p[rows, labels].mean(), dz // len(z)


def cross_entropy__writes_into_z(z, labels):
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    rows = np.arange(len(z))
    dz = np.exp(log_p)
    dz[rows, labels] -= 1
    return -log_p[rows, labels].mean(), dz / len(z)


def cross_entropy__half(z, labels):
    log_p = log_softmax(z)
    rows = np.arange(len(z))
    dz = np.exp(log_p)
    dz[rows, labels] -= 1
    return -0.5 * log_p[rows, labels].mean(), dz / len(z)


def cross_entropy__log_of_the_sum_missing(z, labels):
    s = z - z.max(axis=1, keepdims=True)
    p = np.exp(log_softmax(z))
    rows = np.arange(len(z))
    p[rows, labels] -= 1
    return -s[rows, labels].mean(), p / len(z)


def cross_entropy__order(z, labels):
    log_p = log_softmax(z)
    rows = np.arange(len(z))
    dz = np.exp(log_p)
    dz[rows, labels] -= 1
    return dz / len(z), -log_p[rows, labels].mean()
