"""A driver's candidates count, whatever becomes of them: a run that has too many of them ends with an error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.engines.compiled.engine import CompiledEngine
from sim.engines.simpy_engine import SimPyEngine
from sim.errors import RunError, ScenarioError
from sim.scenario.load import Loaded
from tests.worlds import World

ENDS = "outcomes: {war: {if: level >= 8, ends: true}}\n"
"""Runs that may end early: then the file alone does not tell that there are too many."""


def told(world: World, most: int, run: int = 0) -> str:
    """What both engines say of a run whose drivers may have so many candidates; nothing if they play it alike."""
    tables = replace(world.tables, max_candidates=most)
    answers = []
    for engine in (SimPyEngine(tables), CompiledEngine(tables)):
        try:
            answers.append(str(engine.play_runs(1, range(run, run + 1)).log.tolist()))
        except RunError as error:
            answers.append(str(error))
    assert answers[0] == answers[1]
    return answers[0] if "candidates" in answers[0] else ""


def least(world: World, run: int = 0) -> int:
    """The fewest candidates that a run needs."""
    low, high = -1, 10_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if told(world, middle, run) else (low, middle)
    return high


def test_a_run_whose_drivers_have_more_candidates_than_they_may_ends_with_an_error(world):
    hopeless = world(ENDS + "drivers: {d: {who: a, do: hit, to: b, rate: 1e-9, peak: 1e9}}")
    with pytest.raises(RunError, match="1,000,000 candidates") as raised:
        hopeless.play()
    assert "drivers.d.peak" in raised.value.place
    assert "this one had 1,000,001 of them, at 1e+09 a day, and 0 became events" in raised.value.problem
    assert raised.value.time == "2024-01-01 00:01"


def test_more_events_allow_more_candidates(world):
    assert world("max_events: 5").tables.max_candidates == 1_000_000
    assert world("max_events: 200000").tables.max_candidates == 2_000_000


def test_candidates_count_that_make_an_event_that_are_thinned_and_that_are_held_back(world):
    plain, thinned, held = (
        least(world(f"drivers: {{d: {{who: a, do: hit, to: b, {keys}}}}}"))
        for keys in ("rate: 4", "rate: 0.5, peak: 4", "rate: 4, if: level > 9")
    )
    assert plain == thinned == held == len(world("drivers: {d: {who: a, do: hit, to: b, rate: 4}}").play().events)


def test_candidates_of_all_drivers_and_their_actors_count_together(world):
    one, both = (least(world(f"drivers: {{d: {{who: {who}, do: hit, to: c, rate: 4}}}}")) for who in ("a", "[a, b]"))
    other = least(world("drivers: {d: {who: b, do: hit, to: c, rate: 4}}"))
    assert both == one + other
    more = least(world("drivers: {d: {who: a, do: hit, to: c, rate: 4}, e: {who: a, do: nod, rate: 0.1, peak: 9}}"))
    assert more > one


def test_the_driver_is_named_whose_candidate_is_one_too_many(world):
    text = "drivers: {slow: {who: a, do: hit, rate: 0.001}, fast: {who: b, do: nod, rate: 0.001, peak: 9}}"
    assert "drivers.fast.peak" in told(world(text), 20)


def test_candidates_are_counted_anew_in_each_run(world):
    steady = world("drivers: {d: {who: a, do: hit, to: b, rate: 4}}")
    most = max(least(steady, run) for run in range(4))
    assert [told(steady, most, run) for run in range(4)] == [""] * 4


def test_a_run_that_ends_before_has_no_error(world):
    ends = "outcomes: {hit: {when: {action: hit}, ends: true}}\ntimeline: [{at: +1 d, who: a, do: hit}]\n"
    world(ends + "drivers: {d: {who: a, do: nod, rate: 0.1, peak: 1e5}}").play()


def test_a_peak_that_alone_makes_more_candidates_than_a_run_may_have_is_an_error_of_the_file(world):
    with pytest.raises(ScenarioError, match="at most 1,000,000 candidates in a run"):
        world("drivers: {d: {who: a, do: hit, to: b, rate: 5e4, peak: 1e5 + 1}}")
    world("drivers: {d: {who: a, do: hit, to: b, rate: 5e4, peak: 1e5}}")


@pytest.mark.parametrize(
    ("keys", "warned"),
    [
        ("rate: 0.01, peak: 9", False),
        ("rate: 0.01, peak: 11", True),
        ("rate: 0.01 * x, peak: 11", True),
        ("rate: x * y, peak: 11", False),
        ("rate: 0 * x, peak: 11", False),
        ("rate: 0.01 * p, peak: 11 * p", False),
    ],
)
def test_a_peak_is_warned_of_where_the_rate_never_comes_near_it(world, keys, warned):
    variables = "variables: {x: {scope: world, range: [0, 1]}, y: {scope: world}}\n"
    variables += "actions: {hit: {effects: [x += 1, y += 1]}}\n"
    parameters = 'parameters: {p: {value: 0.5, range: "uniform(0.1, 1)"}}\n'
    loaded: Loaded = world(variables + parameters + f"drivers: {{d: {{who: a, do: hit, {keys}}}}}").loaded
    assert ("hopeless-peak" in {fault.code for fault in loaded.warnings}) is warned
