"""``--precision``: runs are played on until the intervals are narrow enough, wherever they are played."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sim
from sim.ensemble.intervals import wilson
from sim.ensemble.run import Interrupted, play, resume
from sim.errors import RunError, UsageError
from tests.ensemble.folders import asked, same, stop_at
from tests.worlds import World

WIDTH = 0.25


@pytest.fixture(scope="module")
def enough(small: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """For each outcome the first border of a block, from 10 runs on, at which its interval is narrow enough."""
    runs = play(small, tmp_path_factory.mktemp("many") / "out", asked(runs=400, block_runs=50, keep="summary")).runs
    found = {}
    for outcome in ("spoken", "twice"):
        happened = runs[f"outcome.{outcome}"].notna().to_numpy()
        borders = np.arange(10, 400, 7) // 7 * 7
        borders = np.array([10, *(border for border in borders if border > 10)])
        low, high = wilson([happened[:border].sum() for border in borders], borders)
        found[outcome] = int(borders[np.argmax(high - low <= WIDTH)])
    assert len(set(found.values())) == 2
    assert min(found.values()) > 14
    return found


def precise(*widths: tuple[str, float], **keys: Any) -> Any:
    return asked(**{"runs": 10, "block_runs": 7, "precision": widths, "max_runs": 400} | keys)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_it_plays_on_until_every_interval_is_narrow_enough(small, out, enough, workers):
    made = play(small, out, precise(("*", WIDTH), workers=workers))
    runs = max(enough.values())
    assert (made.manifest["runs"], made.manifest["runs_asked"], len(made.runs)) == (runs, runs, runs)
    assert made.manifest["precision"] == {"asked": {"*": WIDTH}, "reached": True, "max_runs": 400}
    assert not (out / "blocks").exists()


def test_it_is_the_same_as_so_many_runs_asked_for(small, out, enough, tmp_path):
    play(small, out, precise(("*", WIDTH), workers=3))
    assert same(out, play(small, tmp_path / "plain", asked(runs=max(enough.values()))).folder)


@pytest.mark.parametrize("outcome", ["spoken", "twice"])
def test_of_outcomes_that_are_not_named_nothing_is_asked(small, out, enough, outcome):
    assert play(small, out, precise((outcome, WIDTH))).manifest["runs"] == enough[outcome]


def test_a_name_goes_before_the_width_of_every_outcome(small, out, enough):
    made = play(small, out, precise(("spoken", WIDTH), ("*", 0.99)))
    assert made.manifest["runs"] == enough["spoken"]


def test_it_is_not_looked_at_before_the_runs_asked_for(small, out):
    made = play(small, out, precise(("*", 0.99), runs=60))
    assert (made.manifest["runs"], made.manifest["precision"]["reached"]) == (60, True)


@pytest.mark.parametrize("workers", [1, 2])
def test_it_ends_at_the_most_runs_that_there_may_be(small, out, workers):
    made = play(small, out, precise(("*", 0.01), max_runs=45, workers=workers))
    assert (made.manifest["runs"], made.manifest["precision"]["reached"]) == (45, False)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("runs", [7, 10, 24])
def test_after_ctrl_c_it_ends_where_it_would_have_ended(small, out, enough, tmp_path, runs, workers):
    with pytest.raises(Interrupted):
        play(small, out, precise(("*", WIDTH)), stop_at(runs))
    assert sim.open_results(out).manifest["precision"]["reached"] is None
    assert resume(out, workers=workers)
    assert same(out, play(small, tmp_path / "calm", precise(("*", WIDTH))).folder)


def test_with_runs_asked_for_it_is_gone_on_to_these(small, out, enough, tmp_path):
    play(small, out, precise(("*", WIDTH)))
    runs = max(enough.values())
    with pytest.raises(UsageError, match=f"at least the {runs}"):
        resume(out, runs=runs - 1)
    assert resume(out, runs=runs + 9, workers=1)
    assert same(out, play(small, tmp_path / "plain", asked(runs=runs + 9)).folder)


def test_runs_that_were_cut_off_and_do_not_tell_are_not_counted(tmp_path):
    text = """
max_events: 6
outcomes: {early: {when: {action: hit}}, late: {at: end, if: level >= 0}}
drivers: {source: {who: a, do: hit, rate: 0.5}}
"""
    loaded = World.of_text(text, tmp_path).loaded
    rows = play(loaded, tmp_path / "many", asked(runs=200)).runs
    known = (rows["outcome.late"].notna() | ~rows["truncated"]).cumsum().to_numpy()
    low, high = wilson(known, known)
    expected = 1 + int(np.argmax((high - low <= 0.05) & (np.arange(200) >= 9)))
    made = play(loaded, tmp_path / "out", precise(("late", 0.05), block_runs=1))
    assert made.manifest["runs"] == expected
    assert made.manifest["truncated"] > 0


def test_a_fault_in_a_block_that_was_played_ahead_and_is_not_needed_stops_nothing(tmp_path):
    text = """
drivers: {source: {who: a, do: hit, rate: 1}}
variables: {x: {scope: world}}
outcomes: {struck: {when: {action: hit}}}
actions: {hit: {effects: ["x = 1 / (count(action=hit) - 17)"]}}
"""
    world = World.of_text(text, tmp_path)
    wrong = next(run for run in range(500) if not _plays(world, run))
    request = precise(("*", 0.9), runs=wrong, block_runs=1, workers=3)
    assert play(world.loaded, tmp_path / "out", request).manifest["runs"] == wrong


def _plays(world: World, run: int) -> bool:
    try:
        world.play(run)
    except RunError:
        return False
    return True


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"precision": (("spokn", 0.1),)}, "nearest known name: spoken"),
        ({"precision": (("*", 0.0),)}, "between 0 and 1"),
        ({"precision": (("spoken", 1.5),)}, "between 0 and 1"),
        ({"precision": (("*", float("nan")),)}, "between 0 and 1"),
        ({"max_runs": 100}, "without a precision"),
        ({"precision": (("*", 0.1),), "max_runs": 9}, "at least the 10"),
        ({"precision": (("*", 0.1),), "max_runs": 10**12}, "expected 1 to"),
        ({"keep": "some"}, "expected one of auto, all, sample, summary"),
        ({"engine": "steam"}, "steam"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(small, out, keys, told):
    with pytest.raises(UsageError, match=told):
        play(small, out, asked(**keys))
    assert not out.exists()


def test_a_scenario_without_outcomes_has_no_precision(out, tmp_path):
    with pytest.raises(UsageError, match="asks for no outcomes"):
        play(World.of_text("", tmp_path).loaded, out, precise(("*", 0.1)))
    assert not out.exists()


def test_python_takes_a_width_or_widths_by_outcome(small, out, enough, tmp_path):
    runs = sim.run(small, runs=10, out=out, workers=1, precision=0.9, max_runs=100)
    assert runs.manifest["precision"]["asked"] == {"*": 0.9}
    runs = sim.run(small, runs=10, out=tmp_path / "two", workers=1, precision={"spoken": 0.9})
    assert runs.manifest["precision"] == {"asked": {"spoken": 0.9}, "reached": True, "max_runs": 1_000_000}
    assert len(sim.resume(tmp_path / "two", runs=30, workers=1)) == 30
