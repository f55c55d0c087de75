"""What holds in every run of every scenario, on scenarios that Hypothesis makes up (:mod:`tests.generated`)."""

from __future__ import annotations

import itertools
import math
import pickle
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario.load import load
from tests.generated import scenarios
from tests.oracle import Oracle, days
from tests.worlds import Played, World

SOME = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
FEW = settings(SOME, max_examples=30)


def world_of(scenario: dict[str, Any]) -> World:
    with tempfile.TemporaryDirectory() as folder:
        return World.of_data(scenario, Path(folder))


def end_of(played: Played, scenario: dict[str, Any]) -> tuple[float, bool]:
    """The day on which a run ended, and whether that was before the horizon."""
    if played.run["truncated"]:
        return played.events[-1].t, True
    if played.run["ended"] is not None:
        ended = played.outcome(played.run["ended"])
        assert ended is not None
        return ended, ended < days(scenario["horizon"])
    return days(scenario["horizon"]), False


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_the_log_is_in_order_and_every_cause_comes_before_its_effect(scenario, run):
    played = world_of(scenario).play(run)
    times = [event.t for event in played.events]
    assert times == sorted(times)
    for index, event in enumerate(played.events):
        assert -1 <= event.cause < index
        assert (event.cause < 0) == (event.origin not in scenario["rules"])
    assert len({event.key for event in played.events}) == len(played.events)
    assert all(event.t < days(scenario["horizon"]) for event in played.events)


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_before_the_start_there_is_only_what_the_file_says(scenario, run):
    played = world_of(scenario).play(run)
    history = [event for event in played.events if event.t < 0]
    assert all(event.origin not in (*scenario["rules"], *scenario["drivers"]) for event in history)
    given_ = [item for item in scenario["timeline"] if str(item["at"]).startswith("-")]
    assert len(history) <= len(given_)
    if not any("deaths" in item for item in given_):
        assert all(event.deaths == 0 for event in history)


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_every_response_answers_an_event_that_its_rule_is_about(scenario, run):
    oracle = Oracle(scenario)
    played = world_of(scenario).play(run)
    for event in played.events:
        rule = scenario["rules"].get(event.origin)
        if rule is None:
            continue
        answered, names = played.events[event.cause], {"self": event.actor}
        assert event.actor in set().union(
            *(oracle.members(one) for one in ([rule["who"]] if isinstance(rule["who"], str) else rule["who"]))
        )
        told = dict(rule["when"])
        if "attribution" in scenario["actions"][answered.action] or answered.actor == event.actor:
            told.pop("actor", None)
        assert oracle.fits(told, answered, names)
        if answered.actor == event.actor:
            asked = rule["when"].get("actor", [])
            assert {"self", event.actor} & set([asked] if isinstance(asked, str) else asked)


def brake(value: Any, played: Played) -> float:
    """A limit or cooldown in a run: a number, a duration, or so many times a parameter."""
    number, times, name = str(value).removeprefix("abs(").removesuffix(")").partition(" * ")
    if times:
        found = float(number) * played.run[f"param.{name}"]
        return abs(found) if "abs" in value else found
    return days(value) if isinstance(value, str) else value


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_limits_and_the_cooldowns_of_drivers_are_kept(scenario, run):
    played = world_of(scenario).play(run)
    for block in ("rules", "drivers"):
        for name, item in scenario[block].items():
            for actor in scenario["actors"]:
                times = [event.t for event in played.events if (event.origin, event.actor) == (name, actor)]
                assert len(times) <= math.ceil(max(brake(item.get("limit", 10**9), played), 0))
                if block == "drivers" and "cooldown" in item:
                    pause = brake(item["cooldown"], played) - 1e-9
                    assert all(later - earlier >= pause for earlier, later in itertools.pairwise(times))


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_the_level_is_that_of_the_log(scenario, run):
    oracle = Oracle(scenario)
    played = world_of(scenario).play(run)
    end, early = end_of(played, scenario)
    for row in played.trajectory:
        if played.run["truncated"] and row["day"] >= end:
            assert row["level"] is None
        else:
            assert row["level"] == oracle.level(played.events, min(row["day"], end) if early else row["day"])
    if played.run["truncated"]:
        assert played.run["final_level"] is None
    else:
        assert played.run["final_level"] == oracle.level(played.events, end)
        after = [event.rung for event in played.events if event.t >= 0]
        assert played.run["peak_level"] == max([oracle.level([e for e in played.events if e.t < 0], 0.0), *after])


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_outcomes_of_patterns_and_of_quiet_are_those_of_the_log(scenario, run):
    oracle = Oracle(scenario)
    played = world_of(scenario).play(run)
    end, early = end_of(played, scenario)
    for name, outcome in scenario["outcomes"].items():
        if "quiet" in outcome:
            due = oracle.quiet(outcome, played.events, end, early)
            assert played.outcome(name) == pytest.approx(due, abs=1e-9)
        elif "if" not in outcome:
            assert played.outcome(name) == oracle.first(outcome["when"], played.events)


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_outcomes_come_true_within_the_run_and_not_twice_at_the_end(scenario, run):
    played = world_of(scenario).play(run)
    end, _ = end_of(played, scenario)
    for name, outcome in scenario["outcomes"].items():
        time = played.outcome(name)
        assert time is None or 0 <= time <= days(scenario["horizon"])
        if time is not None and "at" in outcome:
            assert time == (days(scenario["horizon"]) if outcome["at"] == "end" else days(outcome["at"]))
        elif time is not None:
            assert time <= end
    ended = played.run["ended"]
    assert ended is None or scenario["outcomes"][ended].get("ends")


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_variables_stay_within_their_range(scenario, run):
    played = world_of(scenario).play(run)
    for row in played.trajectory:
        for name, value in row.items():
            low, high = scenario["variables"].get(name.split(".")[0], {}).get("range", (-math.inf, math.inf))
            assert value is None or low <= value <= high


@SOME
@given(scenario=scenarios(), run=st.integers(0, 5))
def test_a_run_that_reaches_max_events_is_truncated_and_no_other(scenario, run):
    played = world_of(scenario).play(run)
    assert len(played.events) <= scenario["max_events"]
    assert played.run["truncated"] == (len(played.events) == scenario["max_events"])
    assert played.run["events"] == sum(event.t >= 0 for event in played.events)
    assert played.run["deaths"] == sum(event.deaths for event in played.events if event.t >= 0)


@FEW
@given(scenario=scenarios(), seed=st.sampled_from([0, 1, -1, 2**70]))
def test_a_run_is_the_same_again(scenario, seed):
    world = world_of(scenario)
    first = [world.play(run, seed).digest for run in (0, 1, 2)]
    assert [world.play(run, seed).digest for run in (2, 1, 0)] == first[::-1]
    again = World(world.loaded)
    again.__dict__["tables"] = pickle.loads(pickle.dumps(world.tables))
    assert [again.play(run, seed).digest for run in (0, 1, 2)] == first


@FEW
@given(scenario=scenarios())
def test_the_resolved_scenario_gives_the_same_runs(scenario):
    world = world_of(scenario)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_text(world.loaded.resolved, encoding="utf-8")
        again = World(load(path))
    assert again.loaded.hash == world.loaded.hash
    assert [again.play(run).digest for run in (0, 1)] == [world.play(run).digest for run in (0, 1)]


@FEW
@given(scenario=scenarios(), days_more=st.sampled_from([1, 3]))
def test_a_longer_horizon_leaves_what_comes_before_it_as_it_was(scenario, days_more):
    longer = {**scenario, "horizon": f"{days(scenario['horizon']) + days_more} d"}
    short, long = (world_of(one).play() for one in (scenario, longer))
    assert long.log[: len(short.log)] == short.log
    if not short.run["truncated"] and short.run["ended"] is None:
        assert all(event.t >= days(scenario["horizon"]) for event in long.events[len(short.log) :])
