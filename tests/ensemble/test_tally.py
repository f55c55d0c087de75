"""Tallies: exact sums over runs that need no event log afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from io import BytesIO

import numpy as np
import pytest

import sim
from sim.engines.played import LOG, UNKNOWN, Played
from sim.engines.simpy_engine import SimPyEngine
from sim.ensemble.schema import Schema
from sim.ensemble.tally import Tally, possible_levels, totals
from sim.model import build
from sim.model.tables import Tables

RUNS = 12


@pytest.fixture(scope="module")
def tables() -> Tables:
    return build(sim.load("erbil-2024"))


@pytest.fixture(scope="module")
def some(tables: Tables) -> Played:
    return SimPyEngine(tables).play_runs(3, range(RUNS), states=False)


def first(played: Played, runs: slice) -> Played:
    """Some of the runs of what was played."""
    starts = np.cumsum(played.counts) - played.counts
    chosen = np.arange(len(played.runs))[runs]
    log = [played.log[starts[run] : starts[run] + played.counts[run]] for run in chosen]
    rest = {
        field.name: getattr(played, field.name)[runs] for field in fields(Played) if field.name not in ("log", "states")
    }
    return replace(played, log=np.concatenate([np.empty(0, LOG), *log]), **rest)


def same(one: Tally, other: Tally) -> bool:
    return all(np.array_equal(getattr(one, field.name), getattr(other, field.name)) for field in fields(Tally))


def rows_of(played: Played) -> list[tuple[int, np.void]]:
    """Run and event of every event from the start on."""
    runs = np.repeat(played.runs, played.counts)
    return [(int(run), event) for run, event in zip(runs, played.log, strict=True) if event["time"] >= 0]


@pytest.mark.parametrize("of", ["action", "actor"])
def test_events_are_counted_by_action_and_actor(tables: Tables, some: Played, of: str) -> None:
    seen = Counter((run, int(event[of])) for run, event in rows_of(some))
    tally = Tally.of(tables, some)
    with_one, total, squares = totals(tally.actions if of == "action" else tally.actors)
    for item in range(len(tables.actions if of == "action" else tables.actors)):
        counts = [seen[run, item] for run in range(RUNS)]
        found = (with_one[item], total[item], squares[item])
        assert found == (sum(n > 0 for n in counts), sum(counts), sum(n * n for n in counts))


def test_deaths_belong_to_the_doer(tables: Tables, some: Played) -> None:
    dead: Counter[tuple[int, int]] = Counter()
    for run, event in rows_of(some):
        dead[run, int(event["actor"])] += int(event["deaths"])
    _, total, squares = totals(Tally.of(tables, some).deaths)
    assert total.sum() > 0
    for actor in range(len(tables.actors)):
        each = [dead[run, actor] for run in range(RUNS)]
        assert (total[actor], squares[actor]) == (sum(each), sum(n * n for n in each))


def test_deeds_are_counted_by_actor_action_and_target(tables: Tables, some: Played) -> None:
    seen = Counter((int(e["actor"]), int(e["action"]), int(e["target"])) for _, e in rows_of(some))
    expected = [[*deed, count] for deed, count in sorted(seen.items())]
    assert Tally.of(tables, some).deeds.tolist() == expected
    assert any(target < 0 for _, _, target in seen)


def test_levels_are_counted_by_time(tables: Tables, some: Played) -> None:
    levels = Tally.of(tables, some).levels
    possible = possible_levels(action.rung for action in tables.actions).tolist()
    for time, counts in enumerate(levels.tolist()):
        assert counts == [int((some.levels[:, time] == level).sum()) for level in possible]
    assert levels.sum() == some.levels.size


def test_levels_that_are_unknown_count_nowhere(tables: Tables, some: Played) -> None:
    levels = some.levels.copy()
    levels[3, 5:] = UNKNOWN
    counts = Tally.of(tables, replace(some, levels=levels)).levels.sum(axis=1)
    assert counts.tolist() == [RUNS] * 5 + [RUNS - 1] * (levels.shape[1] - 5)


def test_responses_that_stood_down_are_summed(tables: Tables, some: Played) -> None:
    _, total, squares = totals(Tally.of(tables, some).stood_down)
    assert total.tolist() == some.stood_down.sum(axis=0).tolist()
    assert squares.tolist() == (some.stood_down**2).sum(axis=0).tolist()
    assert total.sum() > 0


@pytest.mark.parametrize("cut", [0, 1, 5, RUNS])
def test_tallies_of_parts_add_up_to_that_of_the_whole(tables: Tables, some: Played, cut: int) -> None:
    one, other = (Tally.of(tables, first(some, part)) for part in (slice(0, cut), slice(cut, RUNS)))
    whole = Tally.of(tables, some)
    assert same(one + other, whole)
    assert same(other + one, whole)
    assert whole.runs == RUNS


def test_millions_of_dead_in_millions_of_runs_are_exact(tables: Tables, some: Played) -> None:
    log = some.log.copy()
    log["deaths"] = 0
    event = int(np.flatnonzero(log["time"] >= 0)[0])
    log["deaths"][event] = dead = 7_999_999_999
    tally = Tally.of(tables, replace(some, log=log))
    for _ in range(20):
        tally += tally
    _, total, squares = totals(tally.deaths)
    assert int(total.sum()) == dead << 20
    assert squares.sum() == float(dead * dead << 20)


def test_a_tally_is_read_as_it_was_written(tables: Tables, some: Played) -> None:
    tally = Tally.of(tables, some)
    once, again = BytesIO(), BytesIO()
    tally.write(once)
    assert same(Schema(tables).tally(once), tally)
    tally.write(again)
    assert once.getvalue() == again.getvalue()


@pytest.mark.parametrize("damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"no archive"])
def test_a_damaged_tally_is_refused(tables: Tables, some: Played, damage: object) -> None:
    whole = BytesIO()
    Tally.of(tables, some).write(whole)
    with pytest.raises(ValueError, match="no tally"):
        Schema(tables).tally(BytesIO(damage(whole.getvalue())))  # type: ignore[operator]
