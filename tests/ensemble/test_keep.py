"""``--keep``: how much of the events and trajectories stays. All else is of all runs, whatever is kept."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq
import pytest

import sim
from sim.engines.simpy_engine import SimPyEngine
from sim.ensemble import plan
from sim.ensemble.run import Interrupted, play, resume
from tests.ensemble.folders import asked, played, same, stop_at

SAMPLE = 5  # in the middle of a block


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small numbers stand for large ones: a sample is 5 runs, and all are kept of up to 8."""
    monkeypatch.setattr(plan, "SAMPLE", SAMPLE)
    monkeypatch.setattr(plan, "ALL_UP_TO", 8)


@pytest.mark.parametrize(
    ("keep", "runs", "kept"),
    [("all", 10, 10), ("sample", 10, 5), ("sample", 3, 3), ("summary", 10, 0), ("auto", 8, 8), ("auto", 10, 5)],
)
def test_so_many_of_the_first_runs_keep_events_and_trajectories(small, out, whole, keep, runs, kept):
    made = play(small, out, asked(runs=runs, keep=keep))
    assert (made.manifest["kept_runs"], made.manifest["keep"]) == (kept, keep)
    for name in ("events.parquet", "trajectories.parquet"):
        all_of_them = pq.read_table(whole / name)
        first = all_of_them.filter([run < kept for run in all_of_them["run"].to_pylist()])
        assert pq.read_table(out / name).equals(first)
    rows = pq.read_table(whole / "runs.parquet").slice(0, runs)
    assert pq.read_table(out / "runs.parquet").equals(rows)


def test_what_is_kept_changes_no_digest_and_no_tally(small, out, whole):
    made, all_kept = play(small, out, asked(keep="summary")), sim.open_results(whole)
    assert made.manifest["digest"] == all_kept.manifest["digest"]
    assert (made.tally.levels == all_kept.tally.levels).all()
    assert made.tally.runs == 10


def test_runs_that_are_not_kept_are_played_without_their_states(small, out, monkeypatch):
    asked_for: dict[int, bool] = {}
    real = SimPyEngine.play_runs

    def noted(self: Any, seed: int, runs: range, *, states: bool = True) -> Any:
        asked_for.update(dict.fromkeys(runs, states))
        return real(self, seed, runs, states=states)

    monkeypatch.setattr(SimPyEngine, "play_runs", noted)
    play(small, out, asked(keep="sample"))
    assert asked_for == {run: run < SAMPLE for run in range(10)}


@pytest.mark.parametrize("first", ["summary", "sample"])
def test_more_can_be_kept_later(small, out, whole, first):
    play(small, out, asked(keep=first))
    assert resume(out, keep="all", workers=1)
    assert same(out, whole)


def test_to_keep_more_only_runs_that_were_not_kept_are_played(small, out, monkeypatch):
    play(small, out, asked(keep="sample"))
    calls = played(monkeypatch)
    resume(out, keep="all", workers=1)
    assert calls == [range(5, 6), range(6, 8), range(8, 10)]


def test_what_is_kept_stays_when_less_is_asked_for(whole, small, out):
    play(small, out, asked(keep="all"))
    assert not resume(out, keep="summary", workers=1)
    assert same(out, whole)


@pytest.mark.parametrize(("before", "kept"), [(3, 5), (7, 7)])
def test_of_runs_added_beyond_the_number_that_keeps_all_no_more_is_kept_than_a_sample(small, out, before, kept):
    play(small, out, asked(runs=before))
    resume(out, runs=10, workers=1)
    made = sim.open_results(out)
    assert made.manifest["kept_runs"] == kept
    assert set(made.trajectories["run"]) == set(range(kept))
    assert len(made.runs) == 10


def test_an_interrupted_sample_goes_on_as_a_sample(small, out, tmp_path):
    with pytest.raises(Interrupted):
        play(small, out, asked(keep="sample"), stop_at(8))
    assert resume(out, workers=1)
    assert same(out, play(small, tmp_path / "calm", asked(keep="sample")).folder)
