"""A model file whose class names are run as code.

>>> name = "print('any command can stand here') or list"
>>> broken(name)
any command can stand here
[]
>>> right(name)
Traceback (most recent call last):
    ...
KeyError: "print('any command can stand here') or list"
"""

import np_layers

HERE = "np_layers.load"


def broken(name):
    return eval(name + "()")


def right(name):
    layers = {"ReLU": np_layers.ReLU}
    return layers[name]()
