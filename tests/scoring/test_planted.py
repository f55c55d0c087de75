"""Is a model that is right scored as right, and one that is wrong as wrong?

Records are drawn from the quarrel itself, under another seed. Every test computes a p-value under the hypothesis that
the scores are what they should be, and fails below 10⁻⁶: so much was the probability of a false alarm when the seeds
were chosen.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy import stats

import sim
from sim.ensemble.results import Ensemble
from sim.scenario.faults import Spot
from sim.scoring import Observed, Score, score
from sim.scoring.observed import ObservedEvent, ObservedOutcome
from tests.scoring.conftest import QUARREL

FALSE_ALARM = 1e-6
RECORDS = 60
NOWHERE = Spot("drawn", 1, 1)
KNOWN = ("struck", "answered", "spoken", "many", "still")


def records(ensemble: Ensemble) -> list[Observed]:
    """The first runs of an ensemble as records."""
    times = {outcome: ensemble.column(f"outcome.{outcome}") for outcome in KNOWN}
    events = ensemble.events
    found = []
    for run in range(RECORDS):
        days = {outcome: None if np.isnan(one[run]) else float(one[run]) for outcome, one in times.items()}
        outcomes = tuple(ObservedOutcome(name, day is not None, day, NOWHERE) for name, day in days.items())
        own = events[(events["run"] == run) & (events["t"] >= 0)]
        deeds = zip(own["t"], own["actor"], own["action"], own["target"], strict=True)
        named = tuple(
            ObservedEvent(t, str(a), str(d), b if isinstance(b, str) else None, NOWHERE) for t, a, d, b in deeds
        )
        found.append(Observed(outcomes, named, ()))
    return found


@pytest.fixture(scope="module")
def scored(quarrel: Ensemble) -> list[Score]:
    drawn = sim.run(quarrel.folder / "scenario.yaml", runs=RECORDS, seed=77, workers=1)
    return [score(quarrel, record, complete=True) for record in records(drawn)]


def uniform(pits: list[tuple[float, float]]) -> float:
    """The p-value of probability integral transforms, each drawn evenly from its stretch, being uniform."""
    low, high = np.array(pits).T
    drawn = low + (high - low) * np.random.default_rng(5).random(len(pits))
    return float(stats.kstest(drawn, "uniform").pvalue)


def test_the_truth_lies_anywhere_among_the_runs(scored: list[Score]) -> None:
    for outcome in KNOWN:
        pits = [one.pit for each in scored for one in each.times if one.key == (outcome,)]
        assert len(pits) == RECORDS
        assert uniform(pits) > FALSE_ALARM
    pits = [one.pit for each in scored for one in each.counts if one.key == ("a", "hit")]
    assert uniform(pits) > FALSE_ALARM


def test_intervals_hold_as_much_as_is_expected_of_them(scored: list[Score]) -> None:
    for key in (("struck",), ("answered",), ("a", "hit")):
        spreads = [one for each in scored for one in (*each.times, *each.counts) if one.key == key]
        for place in range(3):
            intervals = [one.intervals[place] for one in spreads]
            share = intervals[0].share
            assert {one.share for one in intervals} == {share}
            assert share >= intervals[0].level
            covered = sum(one.covered for one in intervals)
            assert stats.binomtest(covered, len(intervals), share).pvalue > FALSE_ALARM


def better(scores: list[Score]) -> list[float]:
    return [each.means[0].another_run.better for each in scores if each.means[0].another_run is not None]


def test_reality_is_like_another_run(scored: list[Score]) -> None:
    shares = better(scored)
    deviation = np.std(shares, ddof=1) / np.sqrt(RECORDS)
    assert 2 * stats.norm.sf(abs(np.mean(shares) - 0.5) / deviation) > FALSE_ALARM


def test_the_right_model_has_the_skill_that_it_promises(scored: list[Score]) -> None:
    promised = scored[0].means[0].another_run
    assert promised is not None
    briers = [each.means[0].mean for each in scored]
    deviation = np.std(briers, ddof=1) / np.sqrt(RECORDS)
    assert 2 * stats.norm.sf(abs(np.mean(briers) - promised.mean) / deviation) > FALSE_ALARM
    differences = [each.means[0].against["half"].difference for each in scored]
    skill = partial(stats.ttest_1samp, differences, 0.0)
    assert skill(alternative="less").pvalue < FALSE_ALARM  # planted: better than one half


def test_a_wrong_model_is_told(quarrel: Ensemble, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("other") / "other.yaml"
    file.write_text(QUARREL.replace("rate: 0.15", "rate: 0.01").replace("rate: 0.05", "rate: 0.3"))
    drawn = sim.run(file, runs=RECORDS, seed=78, workers=1)
    found = [score(quarrel, record) for record in records(drawn)[:25]]
    assert np.mean(better(found)) > 0.8
    assert uniform([one.pit for each in found for one in each.times if one.key == ("struck",)]) < FALSE_ALARM
