import re

import numpy as np
import pytest

from np_layers import (
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    ReLU,
    Residual,
    Sequential,
    from_torch_state_dict,
    to_torch_state_dict,
)


def model(seed=0) -> Sequential:
    return Sequential(
        [
            Conv2D(3, 3, padding="same"),
            BatchNorm(),
            ReLU(),
            Flatten(),
            Dropout(0.5),
            Residual([Dense(48, bias=False), ("last", BatchNorm())]),
            Sequential([("head", Dense(2))]),
        ],
        input_shape=(2, 4, 4),
        rng=np.random.default_rng(seed),
    )


def test_to_torch_state_dict_has_names_and_shapes_of_torch():
    shapes = {name: array.shape for name, array in to_torch_state_dict(model()).items()}
    statistics = {"weight": (48,), "bias": (48,), "running_mean": (48,), "running_var": (48,)}
    assert shapes == {
        "0.weight": (3, 2, 3, 3),
        "0.bias": (3,),
        **{f"1.{name}": (3,) for name in statistics},
        "1.num_batches_tracked": (),
        "5.0.weight": (48, 48),
        **{f"5.last.{name}": shape for name, shape in statistics.items()},
        "5.last.num_batches_tracked": (),
        "6.head.weight": (2, 48),
        "6.head.bias": (2,),
    }


def test_to_torch_state_dict_returns_transposed_contiguous_copies():
    ours = model()
    weight = to_torch_state_dict(ours)["6.head.weight"]
    assert (weight == ours.parameters()["6.head.weight"].T).all()
    assert weight.flags.c_contiguous
    before = ours.state_dict()
    for array in to_torch_state_dict(ours).values():
        array[...] = 9
    assert all((array == before[name]).all() for name, array in ours.state_dict().items())


def test_from_torch_state_dict_inverts_to_torch_state_dict():
    one, two = model(0), model(1)
    one.forward(np.random.default_rng(2).normal(size=(5, 2, 4, 4)), training=True)
    state = to_torch_state_dict(one)
    before = {name: array.copy() for name, array in state.items()}
    dropout = {name: array for name, array in two.state_dict().items() if name.startswith("4.")}
    from_torch_state_dict(two, state)
    assert all((state[name] == before[name]).all() for name in before)
    for name, array in two.state_dict().items():
        assert (array == (dropout if name in dropout else one.state_dict())[name]).all()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda s: s.pop("6.head.bias"), KeyError, "missing ['6.head.bias']"),
        (lambda s: s.update(extra=np.zeros(1)), KeyError, "unknown ['extra']"),
        (lambda s: s.update({"0.num_batches_tracked": np.zeros(())}), KeyError, "unknown ['0.num"),
        (lambda s: s.update({"6.head.weight": np.zeros((48, 2), "f4")}), ValueError, "'6.head.we"),
        (lambda s: s.update({"0.bias": np.zeros(3)}), ValueError, "'0.bias' must have dtype floa"),
    ],
)
def test_from_torch_state_dict_rejects_wrong_state_and_changes_nothing(change, error, message):
    ours = model(0)
    state = to_torch_state_dict(model(1))
    change(state)
    with pytest.raises(error, match=re.escape(message)):
        from_torch_state_dict(ours, state)
    before = model(0).state_dict()
    assert all((array == before[name]).all() for name, array in ours.state_dict().items())


def test_from_torch_state_dict_accepts_state_without_batch_counter():
    state = to_torch_state_dict(model(1))
    del state["1.num_batches_tracked"]
    from_torch_state_dict(model(0), state)
