"""Wilson and Newcombe intervals against scipy and the published example."""

import pytest
from scipy.stats import binomtest

from sim.analysis.shares import difference_interval, smallest_difference, wilson


@pytest.mark.parametrize(("count", "of"), [(0, 1), (1, 1), (0, 1000), (3, 10), (50, 100), (999, 1000)])
def test_wilson_interval_is_that_of_scipy(count, of):
    expected = binomtest(count, of).proportion_ci(method="wilson")
    assert [float(end) for end in wilson(count, of)] == pytest.approx([expected.low, expected.high], abs=1e-12)


def test_wilson_interval_takes_whole_arrays_and_other_confidences():
    low, high = wilson([1, 2], 10, confidence=0.8)
    expected = [binomtest(count, 10).proportion_ci(0.8, "wilson") for count in (1, 2)]
    assert low == pytest.approx([each.low for each in expected])
    assert high == pytest.approx([each.high for each in expected])


def test_no_run_tells_nothing():
    assert [float(end) for end in wilson(0, 0)] == [0.0, 1.0]


def test_newcombe_interval_is_the_published_one():
    """Newcombe 1998, example (a): 56/70 − 48/80, method 10."""
    assert difference_interval((48, 80), (56, 70)) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_smallest_difference_shrinks_with_the_root_of_the_runs():
    assert smallest_difference(1000) == pytest.approx((1.959964 + 0.841621) * (0.5 / 1000) ** 0.5, rel=1e-6)
    assert smallest_difference(4000) == pytest.approx(smallest_difference(1000) / 2)


@pytest.mark.parametrize("runs", [0, 1, 3])
def test_too_few_runs_tell_nothing_apart(runs):
    assert smallest_difference(runs) is None
