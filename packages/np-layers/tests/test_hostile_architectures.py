"""Descriptions of models with nonsense in any place are rejected, or harmless."""

import copy
import resource
import tracemalloc

import numpy as np
import pytest
from layer_cases import CASES

import np_layers as npl
from np_layers.files.document import document_of
from np_layers.files.rebuild import rebuild

NONSENSE = [None, True, -1, 0, 10**9, 10**30, 1.5, "", "zeros", "Dense", [], [10**9], {}, {"a": 1}]


def places(value, path=()):
    """Yield the path to every value inside a JSON value."""
    yield path
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


def replaced(value, path, new):
    value = copy.deepcopy(value)
    inside = value
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = new
    return value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nonsense_is_rejected_or_harmless_and_takes_little_memory(case):
    model = case.model(np.float32)
    document, arrays = document_of(model), model.state_dict()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (2**33, hard))  # a failure hurts nobody else
    tracemalloc.start()
    try:
        for path in places(document["model"]):
            for new in NONSENSE:
                try:
                    rebuild(replaced(document, ("model", *path), new), arrays)
                except ValueError:
                    continue
        assert tracemalloc.get_traced_memory()[1] < 4 * 10**6
    finally:
        tracemalloc.stop()
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def test_places_finds_every_place():
    assert list(places({"a": [1, {"b": 2}]})) == [(), ("a",), ("a", 0), ("a", 1), ("a", 1, "b")]


def test_deeply_nested_layers_are_rejected():
    config = {"layer": "ReLU"}
    for _ in range(5000):
        config = {"layer": "Sequential", "layers": [config]}
    model = npl.Sequential([npl.ReLU()], input_shape=(2,), rng=np.random.default_rng(0))
    document = document_of(model)
    document["model"] = {**document["model"], "layers": [config]}
    with pytest.raises(ValueError, match="cannot be built: maximum recursion"):
        rebuild(document, {})
