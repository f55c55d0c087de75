"""Simulation-based calibration: are the posteriors of records that the model itself has made right on average?

A feud's parameters are drawn from their wide ranges and a run is played, 400 times; each run is taken for the record,
and the parameter's rank in the posterior of a table under another seed is noted. Ranks of a right posterior are
uniform (Talts, Betancourt, Simpson, Vehtari and Gelman 2018, arXiv 1804.06788). The test is a χ² of twenty classes and
fails below 10⁻⁶: with that probability, at most, it was a false alarm when the seeds were chosen, and never since.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.calibration.abc import Reference, at_target, nearest
from sim.calibration.ranges import Range
from sim.calibration.result import on_scale, to_fit
from sim.calibration.selfcheck import rank
from sim.calibration.table import Plan, make_table, read_table
from sim.engines.choice import silent
from tests.calibration.feud import plan_of
from tests.ensemble.folders import folder_at

FALSE_ALARM = 1e-6
ROWS, RECORDS, ACCEPTED, CLASSES = 15_000, 400, 300, 20


def rows(plan: Plan, folder: Path, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """Parameters on the whole line and statistics on their scales, of runs that define them all."""
    folder.mkdir(parents=True)
    home = folder_at(folder, "calibrate")
    make_table(plan, home, runs=runs, workers=1, engine="compiled", progress=None, say=silent)
    table = read_table(plan, home)
    by_name = {one.name: one for one in plan.tables.parameters}
    line = [Range.of(by_name[name]).to_line(table.parameters[:, i]) for i, name in enumerate(plan.parameters)]
    statistics = [on_scale(table.statistics[:, i], plan.record.statistics[i]) for i in to_fit(plan.record)]
    whole = np.isfinite(statistics).all(axis=0)
    return np.array(line).T[whole], np.array(statistics).T[whole]


@pytest.fixture(scope="module")
def ranks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, np.ndarray]:
    """The ranks of 400 truths in posteriors that are as they are, and in ones that are half as wide."""
    folder = tmp_path_factory.mktemp("feud")
    reference = Reference.of(*rows(plan_of(folder, seed=1), folder / "table", ROWS))
    truths, seen = rows(plan_of(folder, seed=2), folder / "records", RECORDS)
    found: dict[str, list[np.ndarray]] = {"as it is": [], "too narrow": []}
    for truth, one in zip(truths, seen, strict=True):
        target = reference.target(one, one)
        accepted = nearest(reference, target, count=ACCEPTED)
        draws = at_target(reference, target, accepted)
        middle = np.average(draws, axis=0, weights=accepted.weights)
        found["as it is"].append(rank(draws, accepted.weights, truth))
        found["too narrow"].append(rank(middle + 0.5 * (draws - middle), accepted.weights, truth))
    return {name: np.array(each) for name, each in found.items()}


def chance_of(ranks: np.ndarray) -> float:
    """The p-value of ranks, were they uniform."""
    return float(stats.chisquare(np.histogram(ranks, CLASSES, (0.0, 1.0))[0]).pvalue)


@pytest.mark.parametrize("parameter", [0, 1], ids=["tempo", "temper"])
def test_ranks_of_known_parameters_are_uniform(ranks: dict[str, np.ndarray], parameter: int) -> None:
    assert chance_of(ranks["as it is"][:, parameter]) > FALSE_ALARM


@pytest.mark.parametrize("parameter", [0, 1], ids=["tempo", "temper"])
def test_a_posterior_that_is_too_narrow_is_found(ranks: dict[str, np.ndarray], parameter: int) -> None:
    assert chance_of(ranks["too narrow"][:, parameter]) < FALSE_ALARM


@pytest.mark.parametrize("parameter", [0, 1], ids=["tempo", "temper"])
def test_intervals_hold_as_many_known_parameters_as_they_say(ranks: dict[str, np.ndarray], parameter: int) -> None:
    for share in (0.5, 0.8, 0.9):
        inside = int((np.abs(ranks["as it is"][:, parameter] - 0.5) < share / 2).sum())
        assert stats.binomtest(inside, len(ranks["as it is"]), share).pvalue > FALSE_ALARM
