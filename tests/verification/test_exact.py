"""The exact answers, held against each other: closed forms, recursions, matrices and sums have to agree."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sim.verification import chains, crowds, hawkes, ladder
from sim.verification.checks import moments
from sim.verification.fitting import Excitation, fit, log_likelihood, residuals


def spread(masses: np.ndarray) -> tuple[float, float, float]:
    """Sum, mean and variance."""
    return float(masses.sum()), float(masses @ np.arange(masses.size)), moments(masses)[2]


def test_otter_and_dwass_agree_with_mean_and_variance():
    found = spread(chains.binomial_progeny(3, 0.2, 3000))
    assert found == pytest.approx((1, 1 / 0.4, 3 * 0.2 * 0.8 / 0.4**3))
    assert spread(chains.borel(0.5, 3000)) == pytest.approx((1, 2, 0.5 / 0.5**3))


def test_the_chance_that_a_chain_ends_is_the_least_fixed_point():
    ends = chains.extinct(2, 0.7, 10_000)
    assert ends == pytest.approx((0.3 / 0.7) ** 2)
    assert ends == pytest.approx((0.3 + 0.7 * ends) ** 2)
    assert float(chains.binomial_progeny(2, 0.7, 99).sum()) == pytest.approx(ends, abs=1e-9)


def test_a_generation_has_its_moments():
    g, m = chains.GENERATIONS, 1.4
    found = chains._generation(2, 0.7)
    assert found[:3] == pytest.approx([1, 0, 0.42 * m ** (g - 1) * (m**g - 1) / (m - 1)], abs=1e-9)


@pytest.mark.parametrize("p", [0.3, 0.45, 0.5, 0.7])
def test_the_walk_has_the_gamblers_expectations(p):
    total, steps, _ = spread(ladder.steps(p))
    assert (total, steps) == pytest.approx((1, ladder.expected_steps(p)))


def test_the_gamblers_chances_are_those_of_first_steps():
    for p in (0.3, 0.5, 0.6):
        chances = np.linalg.solve(
            np.eye(5) - np.diag([p] * 4, 1) - np.diag([1 - p] * 4, -1), np.array([0.0, 0, 0, 0, p])
        )
        assert ladder.reaches_top(p) == pytest.approx(chances[ladder.START - 1])


@pytest.mark.parametrize("days", [0.5, 1.0, 4.0])
def test_a_family_has_kendalls_moments(days):
    growth = math.exp(-0.2 * days)
    assert spread(crowds.family(days)) == pytest.approx((1, growth, -7 * growth * (growth - 1)))


@pytest.mark.parametrize("days", [0.1, 1.0, 20.0])
def test_the_self_exciting_mean_is_the_closed_form(days):
    assert hawkes.raw_moments(hawkes.TRUE, days, 2)[1] == pytest.approx(hawkes.expected_events(hawkes.TRUE, days))


def test_without_excitation_the_moments_are_poissons():
    calm = Excitation(base=2.0, branching=0.0, decay=1.0)
    assert hawkes.central_moments(calm, 1.5) == pytest.approx([1, 0, 3, 3, 30, 93, 633])


def test_the_ratio_of_variance_and_mean_tends_to_its_limit():
    mean, variance = hawkes.expected_events(hawkes.TRUE, 5000), hawkes.central_moments(hawkes.TRUE, 5000)[2]
    assert variance / mean == pytest.approx(1 / 0.4**2, rel=2e-3)


def test_the_likelihood_is_that_of_the_integrated_rate():
    """Of an event after each residual: the sum of ln(rate) less that of the residuals."""
    times = np.array([[0.3, 0.4, 1.9], [1.0, 1.1, 1.2]])
    process = Excitation(0.7, 0.5, 1.3)
    rates = [
        [
            process.base
            + sum(process.branching * process.decay * math.exp(-process.decay * (t - s)) for s in run if s < t)
            for t in run
        ]
        for run in times.tolist()
    ]
    exact = float(np.log(rates).sum() - residuals(times, process).sum())
    assert log_likelihood(times, process) == pytest.approx(exact)


def test_a_planted_process_is_fitted_back_within_its_errors():
    """Ogata's thinning, in a few lines and with another generator: no engine takes part. False alarm: below 10⁻⁶."""
    dice = np.random.default_rng(11)
    true = Excitation(base=0.8, branching=0.5, decay=2.0)
    runs = []
    for _ in range(20):
        times, now, heat = [], 0.0, 0.0
        while len(times) < 250:
            most = true.base + heat
            step = dice.exponential(1 / most)
            now, heat = now + step, heat * math.exp(-true.decay * step)
            if dice.random() * most < true.base + heat:
                times.append(now)
                heat += true.branching * true.decay
        runs.append(times)
    found, errors = fit(np.array(runs))
    assert abs(math.log(found.base / true.base)) < 5 * errors.base < 0.5
    assert abs(found.branching - true.branching) < 5 * errors.branching < 0.25
    assert abs(math.log(found.decay / true.decay)) < 5 * errors.decay < 1
