"""Results in the order of the items, few items ahead, the first error in order."""

import re
import time

import pytest

from np_data.in_order import in_order


def test_results_come_in_order_whichever_is_ready_first():
    def slow_at_first(i):
        time.sleep(0.002 * (5 - i))
        return i

    assert list(in_order(slow_at_first, range(5))) == [0, 1, 2, 3, 4]


def test_few_items_are_taken_ahead():
    taken = []
    results = in_order(abs, (taken.append(i) or i for i in range(1000)))
    for i in range(500):
        assert next(results) == i
        assert len(taken) <= i + 7
    results.close()
    assert len(taken) < 510


@pytest.mark.parametrize("n", [0, 1, 2, 100])
def test_any_number_of_items(n):
    assert list(in_order(abs, range(n))) == list(range(n))


def test_the_first_error_in_order_is_raised_after_the_results_before_it():
    def fail(i):
        if i % 3 == 2:
            raise ValueError(f"item {i}")
        return i

    results = in_order(fail, range(100))
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match=re.escape("item 2")):
        next(results)
