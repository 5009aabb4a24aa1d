"""Surroundings of the tests: Hypothesis without a deadline, and forked processes."""

import os
import time
import warnings
from collections.abc import Callable

import pytest
from hypothesis import settings

settings.register_profile("np-layers", deadline=None)  # a loaded machine is slow, not wrong
settings.load_profile("np-layers")


@pytest.fixture
def true_in_a_fork() -> Callable[[Callable[[], bool]], bool]:
    """Return a function that asks a forked process whether something holds there."""

    def ask(holds: Callable[[], bool]) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # 3.12: fork beside threads
            child = os.fork()
        if child == 0:
            try:
                os._exit(0 if holds() else 1)
            finally:
                os._exit(2)
        deadline = time.monotonic() + 60
        while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
            if time.monotonic() > deadline:
                os.kill(child, 9)
                os.waitpid(child, 0)
                pytest.fail("the forked process waits for threads that it does not have")
            time.sleep(0.01)
        return ended[1] == 0

    return ask
