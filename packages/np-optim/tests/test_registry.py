"""The registry of the shared invariants is complete."""

import inspect

import np_optim


def optimizers():
    found = {name: getattr(np_optim, name) for name in np_optim.__all__}
    return {
        name: cls
        for name, cls in found.items()
        if inspect.isclass(cls)
        and issubclass(cls, np_optim.Optimizer)
        and cls is not np_optim.Optimizer
    }


def test_every_optimizer_and_option_is_in_the_registry(request):
    cases = request.config.pluginmanager.get_plugin(
        str(request.path.parent / "conftest.py")
    ).CASES.values()
    for name, cls in optimizers().items():
        options = set(inspect.signature(cls).parameters) - {"check_finite"}
        covered = set().union(*(set(used) for case, used in cases if case == name))
        assert options <= covered, f"add {name} with all its options to CASES in conftest.py"


def test_names_of_version_0_2_are_public():
    assert set(np_optim.__all__) >= {
        *("SGD", "Adagrad", "RMSprop", "Adadelta", "Adam", "AdamW", "NAdam", "Lion"),
        *("Optimizer", "EMA", "clip_by_norm", "clip_by_value", "constant", "step", "exponential"),
        *("cosine", "linear_warmup", "one_cycle", "polynomial", "piecewise", "join"),
    }


def test_options_are_keyword_only():
    for cls in optimizers().values():
        first, *others = inspect.signature(cls).parameters.values()
        assert first.name == "lr"
        assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in others)
