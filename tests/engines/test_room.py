"""What would take more memory than is right to ask for is refused with its cost, or played in smaller blocks."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engines import room
from sim.engines.compiled import engine as compiled
from sim.engines.compiled.engine import CompiledEngine
from sim.engines.simpy_engine import SimPyEngine
from sim.ensemble.plan import Request, block_size, blocks
from sim.ensemble.run import play as play_ensemble
from sim.errors import RunError, UsageError
from sim.scenario.times import DAY_MS

STEADY = "drivers: {d: {who: a, do: hit, to: b, rate: 4}}\n"
MANY = ", ".join(f"n{number}: {{}}" for number in range(150))
LARGE = STEADY + f"horizon: 3000 d\nvariables: {{v: {{scope: dyad}}}}\nactors: {{{MANY}}}\n"
BUSY = """
drivers: {d: {who: a, do: nod, to: b, rate: 200}}
rules: {r: {who: b, when: {action: nod, actor: a}, do: speak, to: actor, after: 20 d}}
outcomes: {o: {if: "count(action=nod) > 1e9"}}
"""


@pytest.mark.parametrize("engine", [SimPyEngine, CompiledEngine])
def test_trajectories_that_take_too_much_are_refused_with_their_cost(world, engine):
    player = engine(world(LARGE).tables)
    with pytest.raises(UsageError) as refused:
        player.play_runs(1, range(5))
    told = "5 runs with the level and 23,716 variables on 3,001 days take 2.8 GB; expected fewer variables, fewer days"
    assert str(refused.value) == f"{told} or no trajectories: at most 2.1 GB at a time"
    assert len(player.play_runs(1, range(2), states=False).counts) == 2


def test_blocks_are_as_small_as_their_trajectories_are_large(world):
    assert room.runs_together(world(STEADY).tables) > 250
    assert room.runs_together(world(LARGE).tables) == 1
    assert [block_size(None, most) for most in (1_000, 250, 249, 1)] == [None, None, 249, 1]
    assert [block_size(100, most) for most in (1_000, 99)] == [100, 99]


def test_smaller_blocks_leave_the_same_runs(world, tmp_path, monkeypatch):
    loaded = world(STEADY).loaded
    whole = play_ensemble(loaded, tmp_path / "whole", Request(runs=60, engine="simpy", workers=1))
    each = room.bytes_a_run(world(STEADY).tables, states=True)
    monkeypatch.setattr(room, "_BLOCK_BYTES", 7 * each)
    small = play_ensemble(loaded, tmp_path / "small", Request(runs=60, engine="simpy", workers=1))
    assert (whole.manifest["block_runs"], small.manifest["block_runs"]) == (None, 7)
    assert {len(runs) for runs in blocks(56, block_runs=7)} == {7}
    assert whole.manifest["digest"] == small.manifest["digest"]


def test_a_run_with_more_events_and_responses_under_way_than_memory_is_for_is_refused_with_its_cost(world, monkeypatch):
    player = CompiledEngine(world(BUSY + "horizon: 30 d\n").tables)
    monkeypatch.setattr(compiled, "MOST_BYTES", 200_000)
    with pytest.raises(
        UsageError, match="run 0 needs room for 2,048 events, 1,024 responses under way and 1 questions"
    ):
        player.play_runs(1, range(1))


def test_a_block_with_more_events_than_memory_is_for_is_refused(world, monkeypatch):
    player = CompiledEngine(world(STEADY + "horizon: 60 d\n").tables)
    monkeypatch.setattr(compiled, "MOST_BYTES", 5_000 * 64)
    with pytest.raises(UsageError, match=r"runs 0 to 99 leave more than [0-9,]+ events; expected fewer runs at a time"):
        player.play_runs(1, range(100))
    assert len(player.play_runs(1, range(10)).counts) == 10


@pytest.mark.parametrize("most", [1, 5, 100, 700])
@pytest.mark.parametrize("runs", [1, 10, 40])
def test_room_that_grows_never_ends_too_early(world, most, runs):
    busy = world(BUSY + f"max_events: {most}\n").tables
    logs = [engine(busy).play_runs(1, range(runs)).log for engine in (SimPyEngine, CompiledEngine)]
    assert (logs[0] == logs[1]).all()


@pytest.mark.parametrize("engine", [SimPyEngine, CompiledEngine])
def test_a_run_with_more_responses_under_way_than_there_may_be_fails_in_the_same_words(world, engine, monkeypatch):
    busy = world(BUSY + "horizon: 60 d\n").tables
    most = _most_under_way(SimPyEngine(busy).play(1, 0).rows)
    monkeypatch.setattr(room, "MOST_RESPONSES", most)
    assert len(engine(busy).play_runs(1, range(1)).counts) == 1
    monkeypatch.setattr(room, "MOST_RESPONSES", most - 1)
    with pytest.raises(RunError, match=rf"rules\.r: in run 0 at .*: more than {most - 1:,} responses"):
        engine(busy).play_runs(1, range(1))


def _most_under_way(rows):
    """The most answers of BUSY's rule under way at once: those to the nods of the last 20 days, but for what would be
    due after the 60th.
    """
    delay = 20 * DAY_MS
    nods = np.array([row[0] for row in rows if row[7] < 0 and row[0] < 60 * DAY_MS - delay])
    return max(np.searchsorted(nods, nods, side="right") - np.searchsorted(nods, nods - delay, side="right"))
