"""Acceptance, adjustment and what is said of a posterior, on arrays whose answer is known.

Where chance is involved a seed is fixed, and the test would have failed for at most one seed in a million.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim import parameters
from sim.calibration import reach
from sim.calibration.abc import Accepted, Reference, Target, adjusted, at_target, nearest, spreads
from sim.calibration.posterior import Posterior, predicted
from sim.calibration.ranges import Range
from sim.calibration.selfcheck import rank, uniformity
from sim.calibration.writing import written

SIGMAS = stats.norm.isf(1e-6 / 2)

RANGES = [
    Range("uniform", (0.2, 3.0)),
    Range("triangular", (1.0, 2.0, 5.0)),
    Range("lognormal", (2.0, 6.0)),
    Range("lognormal", (2.0, 6.0), (1.0, 4.0)),
    Range("loguniform", (0.01, 1.0)),
    Range("normal", (3.0, 2.0), (-1.0, 4.0)),
    Range("beta", (2.0, 5.0)),
    Range("gamma", (2.0, 0.5), (0.1, 9.0)),
]


def table_of(line, statistics):
    return Reference.of(line, statistics)


@pytest.mark.parametrize("one", RANGES, ids=lambda one: f"{one.text} in {one.bounds}")
def test_a_range_is_the_one_that_runs_draw_from(one):
    shares = np.array([0.001, 0.1, 0.5, 0.77, 0.999])
    low, high = one.bounds or (-np.inf, np.inf)
    bottom, top = (parameters.cumulative(one.kind, end, one.arguments) for end in (low, high))
    theirs = [parameters.quantile(one.kind, bottom + u * (top - bottom), one.arguments) for u in shares.tolist()]
    assert one.quantile(shares) == pytest.approx(theirs, rel=1e-9)
    assert one.cdf(theirs) == pytest.approx(shares, rel=1e-9)
    assert one.from_line(one.to_line(theirs)) == pytest.approx(theirs, rel=1e-6)


@pytest.mark.parametrize("one", RANGES, ids=lambda one: f"{one.text} in {one.bounds}")
def test_nothing_on_the_line_leads_out_of_the_range(one):
    low, high = one.support
    values = one.from_line([-50.0, -3.0, 0.0, 3.0, 50.0])
    assert ((values >= low) & (values <= high) & np.isfinite(values)).all()
    assert (np.diff(values) >= 0).all()


def test_the_posterior_of_a_linear_model_with_normal_noise_is_the_exact_one():
    generator = np.random.default_rng(1)
    slopes, noise = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), np.diag([1.0, 0.25, 1.0])
    line = generator.normal(size=(100_000, 2))
    statistics = line @ slopes.T + generator.normal(size=(100_000, 3)) @ np.sqrt(noise)
    seen = np.array([1.0, 0.2, -0.5])
    covariance = np.linalg.inv(np.eye(2) + slopes.T @ np.linalg.inv(noise) @ slopes)
    mean = covariance @ slopes.T @ np.linalg.inv(noise) @ seen
    reference = table_of(line, statistics)
    target = reference.target(seen, seen)
    accepted = nearest(reference, target, count=4000)
    draws = at_target(reference, target, accepted)
    deviation = np.sqrt(np.diag(covariance))
    # a mean is estimated by the draws and by the regression: twice the variance of the draws alone covers both
    allowed = SIGMAS * deviation * np.sqrt(2 / accepted.effective)
    assert (np.abs(np.average(draws, axis=0, weights=accepted.weights) - mean) < allowed).all()
    found = np.cov(draws.T, aweights=accepted.weights)
    assert found == pytest.approx(covariance, abs=SIGMAS * covariance.max() * np.sqrt(2 / accepted.effective))


def test_without_noise_the_adjustment_is_exact():
    generator = np.random.default_rng(2)
    offsets = generator.normal(size=(200, 3))
    values = np.array([2.0, -1.0]) + offsets @ np.array([[1.0, 0.5], [0.0, 3.0], [-2.0, 1.0]])
    found = adjusted(values, offsets, generator.uniform(0.1, 1, 200))
    assert found == pytest.approx(np.tile([2.0, -1.0], (200, 1)), abs=1e-9)


def test_a_spread_that_changes_is_taken_as_it_is_at_the_target():
    generator = np.random.default_rng(3)
    offsets = generator.uniform(-1, 3, size=(20_000, 1))
    values = np.exp(0.7 * offsets) * generator.normal(size=(20_000, 1))
    found = adjusted(values, offsets, np.ones(20_000))
    assert values.std() > 2
    assert found.std() == pytest.approx(1, abs=0.06)


def test_a_statistic_that_never_varies_or_says_nothing_new_does_no_harm():
    generator = np.random.default_rng(4)
    offset = generator.normal(size=200)
    offsets = np.column_stack([offset, 2 * offset, np.zeros(200)])
    assert adjusted(offset[:, np.newaxis] + 5, offsets, np.ones(200)) == pytest.approx(np.full((200, 1), 5.0))


def test_the_nearest_rows_are_accepted_and_weigh_the_more_the_nearer():
    reference = Reference(np.zeros((6, 1)), np.array([[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]]), np.ones(1))
    accepted = nearest(reference, Target(np.array([1.0]), np.array([1.0])), count=4)
    assert accepted.rows.tolist() == [0, 1, 2, 3]
    assert accepted.tolerance == 3
    assert accepted.weights == pytest.approx([1 - 1 / 9, 1, 1 - 1 / 9, 1 - 4 / 9])
    assert nearest(reference, Target(np.array([1.0]), np.array([1.0])), count=2, without=1).rows.tolist() == [0, 2]


def test_of_equally_near_rows_the_first_are_accepted():
    reference = Reference(np.zeros((9, 1)), np.array([[2.0] * 4 + [1.0] * 5]), np.ones(1))
    accepted = nearest(reference, Target(np.array([1.0]), np.array([1.0])), count=3)
    assert (accepted.rows.tolist(), accepted.weights.tolist()) == ([4, 5, 6], [1, 1, 1])


def test_inside_a_band_nothing_is_nearer_than_anything_else():
    columns = np.array([[0.0, 1.0, 1.5, 2.0, 4.0], [1.0, 1.0, 1.0, 1.0, 1.0]])
    target = Target(np.array([1.0, 1.0]), np.array([2.0, 1.0]))
    assert target.distances(columns).tolist() == [1, 0, 0, 0, 2]
    assert target.offsets(columns)[:, 0].tolist() == [-1, 0, 0, 0, 2]


def test_a_band_laid_over_a_value_holds_it_anywhere():
    target = Target(np.array([1.0, 7.0]), np.array([3.0, 7.0]))
    points = np.full((2000, 2), 5.0)
    laid = list(target.laid_over(points, np.random.default_rng(5)))
    below = np.array([(5.0 - one.low[0]) / 2 for one in laid])
    assert stats.kstest(below, "uniform").pvalue > 1e-6
    assert all(one.high[0] == one.low[0] + 2 and one.low[1] == one.high[1] == 5 for one in laid)


def test_a_statistic_is_measured_by_its_deviation_and_never_by_nothing():
    mostly_one = np.array([0.0] * 9 + [1.0])
    units = spreads(np.column_stack([np.arange(10.0), mostly_one, np.zeros(10)]))
    assert units == pytest.approx([stats.median_abs_deviation(np.arange(10.0), scale="normal"), mostly_one.std(), 1])


def posterior_of(draws, one):
    """A posterior of these draws of one parameter, all of one weight."""
    draws = np.asarray(draws, float)[:, np.newaxis]
    accepted = Accepted(np.arange(len(draws)), np.zeros(len(draws)), np.ones(len(draws)), 1.0)
    return Posterior((one,), accepted, one.to_line(draws), draws)


@pytest.mark.parametrize(
    ("of", "end"),
    [
        (stats.expon(scale=0.02), "lower"),
        (stats.halfnorm(scale=0.05), "lower"),
        (stats.beta(60, 1), "upper"),
        (stats.norm(0.1, 0.02), ""),
        (stats.beta(8, 200), ""),
        (stats.beta(200, 8), ""),
        (stats.uniform(), ""),
        (stats.norm(0.5, 0.1), ""),
    ],
)
def test_a_parameter_that_piles_up_at_an_end_is_found(of, end):
    draws = of.ppf((np.arange(1000) + 0.5) / 1000)
    assert posterior_of(3 + draws, Range("uniform", (3.0, 4.0))).pressed(0) == end
    assert posterior_of(draws, Range("uniform", (0.0, 1.0))).pressed(0) == ""


def test_what_the_record_says_nothing_of_does_not_contract():
    one = Range("lognormal", (2.0, 6.0))
    same = posterior_of(one.quantile((np.arange(4000) + 0.5) / 4000), one)
    assert same.contraction(0) == pytest.approx(0, abs=0.01)
    assert same.spread(0).low == pytest.approx(same.prior(0).low, rel=0.01)
    assert posterior_of(one.quantile(np.linspace(0.49, 0.51, 1000)), one).contraction(0) > 0.99


@pytest.mark.parametrize(
    ("of", "prior", "own", "text"),
    [
        (stats.lognorm(0.3), Range("uniform", (0.1, 6.0)), "lognormal", "lognormal(1, 1.47) in (0.1, 6.0)"),
        (stats.beta(3, 9), Range("uniform", (0.0, 1.0)), "beta", "beta(3, 9) in None"),
        (stats.norm(3, 0.5), Range("normal", (3.0, 2.0)), "normal", "normal(3, 0.5) in None"),
        (stats.uniform(1, 2), Range("loguniform", (0.5, 9.0)), "uniform", "uniform(1, 3) in None"),
        (stats.triang(0.25, 1, 4), Range("uniform", (0.0, 6.0)), "triangular", "triangular(1, 2, 5) in None"),
    ],
)
def test_a_posterior_is_written_in_the_family_that_it_has(of, prior, own, text):
    draws = of.ppf((np.arange(2000) + 0.5) / 2000)
    found = written(draws, np.ones(2000), prior, own=own, bounded=False)
    assert f"{found.range.text} in {found.range.bounds}" == text
    assert found.misfit < 0.01
    assert found.value == pytest.approx(of.median(), rel=0.02)


def test_another_family_is_taken_where_the_scenarios_own_is_far_off():
    draws = stats.lognorm(1.2, scale=0.5).ppf((np.arange(2000) + 0.5) / 2000)
    found = written(draws, np.ones(2000), Range("uniform", (0.0, 50.0)), own="triangular", bounded=False)
    assert found.range.kind == "lognormal"
    assert found.misfit < 0.01


def test_bounds_of_the_scenario_are_replaced_by_those_of_the_wide_range():
    draws = stats.beta(3, 9).ppf((np.arange(2000) + 0.5) / 2000)
    found = written(draws, np.ones(2000), Range("uniform", (0.0, 1.0)), own="beta", bounded=True)
    assert (found.range.text, found.range.bounds) == ("beta(3, 9)", (0.0, 1.0))


def model(rows, generator):
    """Five statistics of two parameters, the last two of them nearly the same."""
    line = generator.normal(size=(rows, 2))
    one, two = line.T
    noise = generator.normal(size=(rows, 5)) * [0.3, 0.3, 0.3, 0.02, 0.02]
    return line, np.column_stack([one, two, one + two, one - two, one - two]) + noise


def test_a_statistic_beyond_every_run_is_out_of_reach():
    values = np.append(np.linspace(0, 10, 2000), np.full(500, np.nan))
    found = reach.reach(values, 11, 11)
    assert (found.reached, found.tail, found.defined) == (False, 0, 0.8)
    assert (found.lowest, found.highest) == pytest.approx((0.01, 9.99))
    assert reach.reach(values, 9, 9).reached
    assert reach.reach(values, 9, 12).reached
    assert not reach.reach(values, -2, -1).reached
    assert not reach.reach(np.full(10, np.nan), 1, 1).reached


def test_statistics_that_are_in_reach_each_and_not_together_are_out_of_reach():
    line, statistics = model(20_000, np.random.default_rng(6))
    reference = table_of(line, statistics)
    seen = np.array([0.0, 0.0, 0.0, 1.0, -1.0])  # the last two are the same in every run
    assert all(reach.reach(statistics[:, one], seen[one], seen[one]).reached for one in range(5))
    found = reach.loneliness(reference, reference.target(seen, seen), seed=1)
    assert not found.reached
    assert found.probability == 1 / (1 + found.compared)


def test_runs_of_the_model_itself_are_in_reach_as_often_as_is_said():
    line, statistics = model(2_400, np.random.default_rng(7))
    reference = table_of(line, statistics)
    _, others = model(40, np.random.default_rng(8))
    found = [reach.loneliness(reference, reference.target(one, one), seed=1).probability for one in others]
    assert stats.kstest(found, "uniform").pvalue > 1e-6


def test_too_few_rows_cannot_tell_whether_the_record_is_in_reach():
    line, statistics = model(1_000, np.random.default_rng(9))
    reference = table_of(line, statistics)
    assert reach.loneliness(reference, reference.target(np.zeros(5), np.zeros(5)), seed=1) is None


def test_a_rank_is_the_weight_below_the_truth():
    draws = np.array([[1.0], [2.0], [3.0]])
    assert rank(draws, np.array([1.0, 2.0, 1.0]), np.array([2.5])) == pytest.approx([0.75])


def test_uniform_ranks_are_told_from_others():
    even = (np.arange(300) + 0.5) / 300
    assert uniformity(even).covered == pytest.approx(0.8)
    assert uniformity(even).p_value > 0.99
    narrow = uniformity(stats.norm.cdf(2 * stats.norm.ppf(even)))
    assert narrow.p_value < 1e-6
    assert narrow.covered_to < 0.6


def test_a_prediction_says_whether_the_record_lies_inside():
    values = np.append(np.arange(101.0), np.nan)
    weights = np.ones(102)
    found = predicted(values, values, weights, low=95, high=95)
    assert (found.after.low, found.after.median, found.after.high) == (10, 50, 90)
    assert not found.inside
    assert predicted(values, values, weights, low=85, high=99).inside
    assert found.defined == pytest.approx(101 / 102)
