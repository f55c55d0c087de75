"""Random scenarios of the whole language, and such as go wrong in some run, on both engines.

What the numbered ones are about is held by :mod:`tests.equivalence.test_coverage`.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.equivalence.both import disagreement_about
from tests.generated import example, scenarios

NUMBERED, RISKY, PART = 600, 200, 25
SEEDS = st.sampled_from([0, 1, -1, 2**70])
SOME = settings(max_examples=50, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("first", range(0, NUMBERED, PART))
def test_the_runs_of_random_scenarios_are_the_same(first):
    for number in range(first, first + PART):
        text = disagreement_about(example(number), number, range(4))
        assert text == "", f"example({number})"


@pytest.mark.parametrize("first", range(0, RISKY, PART))
def test_the_runs_of_scenarios_that_may_go_wrong_are_the_same_or_go_wrong_in_the_same_words(first):
    for number in range(first, first + PART):
        text = disagreement_about(example(number, risky=True), number, range(4))
        assert text == "", f"example({number}, risky=True)"


@pytest.mark.parametrize("part", range(6))
def test_the_runs_of_whatever_scenario_hypothesis_makes_are_the_same(part):
    @seed(part)
    @SOME
    @given(scenario=scenarios(risky=part == 0), of=SEEDS, run=st.integers(0, 10**6))
    def the_same(scenario, of, run):
        assert disagreement_about(scenario, of, range(run, run + 3)) == ""

    the_same()
