"""Frozen layers: no gradients, no updates, and all else as before."""

import copy
import pickle

import numpy as np
import pytest

import np_layers as npl
from np_layers.testing import check_gradients

IMAGE = (2, 6, 5)


def make(dtype=np.float64, arithmetic="native"):
    layers = [
        npl.Conv2D(4, 3, padding=1, l2=0.1),
        npl.BatchNorm(),
        npl.ReLU(),
        npl.Flatten(),
        ("hidden", npl.Residual([npl.Dense(120, l1=0.01)])),
        ("head", npl.Dense(3, l2=0.1)),
    ]
    rng = np.random.default_rng(0)
    model = npl.Sequential(layers, input_shape=IMAGE, rng=rng, dtype=dtype, arithmetic=arithmetic)
    model(rng.normal(size=(8, *IMAGE)), training=True)  # running statistics that are not 0 and 1
    model.clear_saved()
    return model


def data(rows=6):
    rng = np.random.default_rng(1)
    return rng.normal(size=(rows, *IMAGE)), rng.integers(0, 3, rows)


def train(model, steps=3):
    x, y = data()
    for _ in range(steps):
        _, grad = npl.cross_entropy(model(x, training=True), y)
        model.backward(grad, input_gradient=False)
        for name, array in model.parameters().items():
            array -= 0.1 * model.gradients()[name]


def test_frozen_parameters_are_buffers():
    model = make()
    before = model.state_dict()
    model[:-1].freeze()
    assert list(model.parameters()) == list(model.gradients()) == ["head.weight", "head.bias"]
    assert set(model.parameters() | model.buffers()) == set(before)
    assert list(model.state_dict()) == list(before)


@pytest.mark.parametrize("arithmetic", ["native", "exact"])
def test_training_leaves_frozen_arrays_and_statistics_alone(arithmetic):
    model = make(arithmetic=arithmetic)
    model[:-1].freeze()
    before = model.state_dict()
    train(model)
    for name, array in model.state_dict().items():
        assert (array.tobytes() == before[name].tobytes()) == (not name.startswith("head")), name


def test_frozen_model_trains_its_head_like_a_head_on_fixed_features():
    model = make()
    model[:-1].freeze()
    x, y = data()
    features = model[:-1].predict(x)
    head = npl.Sequential(
        [npl.Dense(3, l2=0.1)], input_shape=120, rng=np.random.default_rng(0), dtype=np.float64
    )
    head.load_state_dict({f"0.{k}": v for k, v in model["head"].state_dict().items()})
    train(model)
    for _ in range(3):
        _, grad = npl.cross_entropy(head(features, training=True), y)
        head.backward(grad)
        for name, array in head.parameters().items():
            array -= 0.1 * head.gradients()[name]
    np.testing.assert_allclose(
        model["head"].parameters()["weight"], head.parameters()["0.weight"], rtol=1e-12
    )


@pytest.mark.parametrize("arithmetic", ["native", "exact"])
@pytest.mark.parametrize("name", ["0", "1", "hidden", "head"])
def test_gradients_of_the_other_layers_are_right(name, arithmetic):
    model = make(arithmetic=arithmetic)
    model[name].freeze()
    assert not any(key.startswith(f"{name}.") for key in model.gradients())
    check_gradients(model, npl.cross_entropy, *data())


def test_backward_stops_at_the_first_layer_that_is_trained():
    model = make()
    model[:-1].freeze()
    gradient = model["hidden"][0]._gradients["weight"]
    gradient[...] = np.nan
    train(model, steps=1)
    assert np.isnan(gradient).all()
    model.freeze()
    assert model.parameters() == {}
    train(model)
    assert model.penalty() == 0


def test_files_do_not_depend_on_freezing(tmp_path):
    model = make(np.float32)
    saved = []
    for _ in range(2):
        for save in npl.save, npl.save_safetensors, npl.export_onnx:
            save(model, tmp_path / "model")
            saved.append((tmp_path / "model").read_bytes())
        model.freeze()
    assert saved[:3] == saved[3:]
    assert list(npl.to_torch_state_dict(model)) == list(npl.to_torch_state_dict(make(np.float32)))
    npl.save(model, tmp_path / "model")
    assert len(npl.load(tmp_path / "model").parameters()) == 8


def test_copies_stay_frozen_and_unfreeze_trains_again():
    model = make()
    everything = list(model.parameters())
    model.freeze()
    for twin in copy.deepcopy(model), pickle.loads(pickle.dumps(model)):  # noqa: S301
        assert twin.parameters() == {}
        twin.unfreeze()
        assert list(twin.parameters()) == everything
        check_gradients(twin, npl.cross_entropy, *data())
    assert model.parameters() == {}


def test_summary_names_frozen_layers_and_counts_all_parameters():
    model = make()
    total = model.summary().splitlines()[-1]
    model[:-1].freeze()
    rows = {line.split()[0]: line for line in model.summary().splitlines()}
    assert model.summary().splitlines()[-1].split() == total.split()
    for name, frozen in {"0": True, "1": True, "2": False, "hidden": True, "head": False}.items():
        assert (", frozen" in rows[name]) == frozen, name
