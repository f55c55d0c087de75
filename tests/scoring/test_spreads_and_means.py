"""Intervals, coverage, differences and bins, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from sim.scoring.means import bins, comparison, outcome_means
from sim.scoring.outcomes import OutcomeScore
from sim.scoring.rules import brier, log_score
from sim.scoring.spreads import coverage, spread_score


def spread(observed: float, values: list[float], **baselines: float):
    return spread_score(
        "count", ("a", "hit"), "A · Hits", observed=observed, values=np.array(values), baselines=baselines
    )


def test_intervals_hold_their_ends_and_say_what_they_hold() -> None:
    one = spread(25, [float(value) for value in range(1, 101)])
    assert [(i.level, i.low, i.high, i.share, i.covered) for i in one.intervals] == [
        (0.5, 25, 75, 0.51, True),
        (0.8, 10, 90, 0.81, True),
        (0.9, 5, 95, 0.91, True),
    ]
    assert (one.median, one.mean, one.pit) == (50, 50.5, (0.24, 0.25))
    assert not any(i.covered for i in spread(4, [float(value) for value in range(1, 101)]).intervals)


def test_skill_of_a_spread_is_against_each_baseline() -> None:
    one = spread(4, [2.0, 2.0], persistence=8.0)
    assert one.crps == pytest.approx(2.0)
    assert one.baselines["persistence"].skill == pytest.approx(0.75)


def test_coverage_counts_each_kind_with_its_wilson_interval() -> None:
    values = [float(value) for value in range(1, 101)]
    scores = [spread(observed, values) for observed in (50, 50, 20, 3)]
    found = {one.level: one for one in coverage([*scores, replace(scores[0], kind="time")]) if one.kind == "count"}
    assert [(one.covered, one.of) for one in found.values()] == [(2, 4), (3, 4), (3, 4)]
    expected = stats.binomtest(2, 4).proportion_ci(method="wilson")
    assert (found[0.5].low, found[0.5].high) == pytest.approx((expected.low, expected.high))
    assert found[0.5].expected == pytest.approx(0.51)


def test_a_paired_difference_has_its_t_interval() -> None:
    model, baseline = [0.1, 0.2, 0.3], [0.25, 0.25, 0.25]
    one = comparison(model, baseline)
    interval = stats.ttest_rel(model, baseline).confidence_interval()
    assert (one.difference, one.skill) == (pytest.approx(-0.05), pytest.approx(0.2))
    assert (one.low, one.high) == pytest.approx((interval.low, interval.high))


def test_one_thing_alone_has_no_interval() -> None:
    one = comparison([0.1], [0.25])
    assert (one.of, one.low, one.high) == (1, None, None)


def outcome(name: str, probability: float, happened: bool) -> OutcomeScore:
    score, log = float(brier(probability, happened)), float(log_score(probability, happened))
    return OutcomeScore(
        name, name, happened, None, 0, 4, probability, 0, 1, probability, score, (0, 1), log, (0, 1), baselines={}
    )  # fmt: skip


def test_another_run_scores_what_the_runs_score() -> None:
    scores = [outcome("x", 0.5, True), outcome("y", 0.25, True)]
    happened = np.array([[1, 0], [1, 1], [0, 0], [0, 0]] * 5, float)
    means = outcome_means(scores, happened)
    runs = [(0.25 + 0.0625) / 2, (0.25 + 0.5625) / 2, (0.25 + 0.0625) / 2, (0.25 + 0.0625) / 2]
    assert [mean.rule for mean in means] == ["brier", "log"]
    assert means[0].mean == pytest.approx(runs[1])
    assert means[0].another_run is not None
    assert means[0].another_run.mean == pytest.approx(np.mean(runs))
    assert means[0].another_run.better == pytest.approx(0.75 + 0.125)  # runs with the same score count half
    assert outcome_means(scores, happened[:19])[0].another_run is None


def test_bins_hold_at_least_four_outcomes_and_the_spread_of_the_runs() -> None:
    scores = [outcome(str(number), number / 10, number > 4) for number in range(9)]
    happened = np.random.default_rng(1).random((500, 9)) < np.arange(9) / 10
    found = bins(scores, happened.astype(float))
    assert [(len(one.outcomes), one.happened) for one in found] == [(5, 0), (4, 4)]
    assert found[1].forecast == pytest.approx(0.65)
    assert (found[1].low, found[1].high) == (0.25, 1.0)
    assert [len(one.outcomes) for one in bins(scores[:3], happened[:, :3].astype(float))] == [3]
    assert bins([], happened[:, :0].astype(float)) == ()
