"""Random scenarios whose drivers may have few candidates, on both engines: the same runs end, with the same words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.engines.simpy_engine import SimPyEngine
from sim.errors import RunError
from tests.equivalence.both import disagreement
from tests.generated import example
from tests.worlds import World

NUMBERED, PART = 75, 25
RUNS = range(4)


@pytest.mark.parametrize("first", range(0, NUMBERED, PART))
def test_random_runs_with_too_many_candidates_end_in_the_same_words(first, tmp_path):
    ended = 0
    for number in range(first, first + PART):
        tables = World.of_data(example(number), tmp_path).tables
        for most in (0, 3, 20):
            few = replace(tables, max_candidates=most)
            assert disagreement(few, number, RUNS) == "", f"example({number}) with {most} candidates"
            ended += _says_so(few, number)
    assert ended > PART // 2


def _says_so(tables, number):
    try:
        SimPyEngine(tables).play_runs(number, RUNS, states=False)
    except RunError as error:
        return "candidates of drivers" in error.problem
    return False
