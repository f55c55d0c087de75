"""Do draws from keys look like chance?

Every test is seeded and computes a p-value under the hypothesis that it does; it fails below 10⁻⁶. So the
probability of a false alarm was at most 10⁻⁶ a test (chi-square counts are large enough for the approximation)
when the seeds were chosen, and is 0 from then on: the same code gives the same numbers.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim import chance, parameters
from sim.chance import salt
from sim.model.tables import ParameterTable

FALSE_ALARM = 1e-6
N = 20_000
KEYS = [chance.run_key(2024, run) for run in range(N)]
STREAMS = {
    "one purpose, many runs": [chance.draw(key, salt("delay")) for key in KEYS],
    "one key, many purposes": [chance.draw(KEYS[0], salt("choose", f"option {n}")) for n in range(N)],
    "numbered keys": [chance.draw(chance.numbered(KEYS[0], n), salt("gap")) for n in range(N)],
    "many seeds, one run": [chance.draw(chance.run_key(seed, 0), salt("delay")) for seed in range(-N // 2, N // 2)],
    "neighbouring keys": [chance.draw(key, 0) for key in range(N)],
    "a chain of causes": [],
}  # fmt: skip
_key = KEYS[1]
for _ in range(N):
    _key = chance.mix(_key ^ salt("rule", "answer", "us"))
    STREAMS["a chain of causes"].append(chance.draw(_key, salt("delay")))


@pytest.mark.parametrize("name", STREAMS)
def test_draws_are_uniform(name):
    assert stats.kstest(STREAMS[name], "uniform").pvalue > FALSE_ALARM


@pytest.mark.parametrize("name", STREAMS)
def test_neighbouring_draws_are_independent(name):
    """Pairs of successive draws fall evenly into 12 × 12 cells."""
    cells = (np.array(STREAMS[name]) * 12).astype(int)
    table = np.zeros((12, 12))
    np.add.at(table, (cells[:-1:2], cells[1::2]), 1)
    assert stats.chisquare(table.ravel()).pvalue > FALSE_ALARM


def test_two_purposes_of_one_key_are_independent():
    first, second = (
        np.array([int(10 * chance.draw(key, salt(what))) for key in KEYS]) for what in ("deaths", "injured")
    )
    table = np.zeros((10, 10))
    np.add.at(table, (first, second), 1)
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


def test_cause_and_effect_are_independent():
    first = np.array([int(10 * chance.draw(key, salt("delay"))) for key in KEYS])
    second = np.array([int(10 * chance.draw(chance.mix(key ^ salt("rule", "r", "a")), salt("delay"))) for key in KEYS])
    table = np.zeros((10, 10))
    np.add.at(table, (first, second), 1)
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    "weights", [(1, 1, 1), (1.0, 2.5, 0.3, 4.0), (0.05, 1.0), (1e-9, 2e-9, 3e-9), (1, 2, 3, 4, 5, 6, 7, 8)]
)
def test_alternatives_are_chosen_by_their_share_of_the_weights(weights):
    alternatives = [(salt("choose", f"option {n}"), weight) for n, weight in enumerate(weights)]
    counts = np.bincount([chance.least(key, alternatives) for key in KEYS], minlength=len(weights))
    expected = np.array(weights) / sum(weights) * N
    assert stats.chisquare(counts, expected).pvalue > FALSE_ALARM


def test_a_choice_and_a_delay_of_one_key_are_independent():
    alternatives = [(salt("choose", name), 1.0) for name in "abc"]
    table = np.zeros((3, 8))
    np.add.at(
        table,
        ([chance.least(key, alternatives) for key in KEYS], [int(8 * chance.draw(key, salt("delay"))) for key in KEYS]),
        1,
    )
    assert stats.chi2_contingency(table).pvalue > FALSE_ALARM


SIGMA = np.log(5 / 2) / stats.norm.ppf(0.9)


@pytest.mark.parametrize(
    ("kind", "arguments", "theirs"),
    [
        ("uniform", (2.0, 5.0), stats.uniform(2, 3)),
        ("triangular", (1.0, 2.0, 5.0), stats.triang(0.25, 1, 4)),
        ("exponential", (3.0,), stats.expon(scale=3)),
        ("lognormal", (2.0, 5.0), stats.lognorm(SIGMA, scale=2)),
    ],
)
def test_continuous_distributions(kind, arguments, theirs):
    values = [chance.QUANTILES[kind](chance.draw(key, salt("delay")), *arguments) for key in KEYS]
    assert stats.kstest(values, theirs.cdf).pvalue > FALSE_ALARM


@pytest.mark.parametrize(
    ("kind", "arguments", "theirs"),
    [
        ("poisson", (2.5,), stats.poisson(2.5)),
        ("geometric", (1.8,), stats.geom(1 / 1.8)),
        ("negbinomial", (3.0, 0.7), stats.nbinom(0.7, 0.7 / 3.7)),
    ],
)
def test_discrete_distributions(kind, arguments, theirs):
    values = [chance.QUANTILES[kind](chance.draw(key, salt("deaths")), *arguments) for key in KEYS]
    assert _fits(values, theirs.pmf(np.arange(8)))


def test_the_hurdle_distribution():
    values = [chance.hurdle_quantile(chance.draw(key, salt("deaths")), 0.3, "poisson", (1.5,)) for key in KEYS]
    positive = stats.poisson(1.5).pmf(np.arange(1, 7)) / (1 - stats.poisson(1.5).pmf(0))
    assert _fits(values, np.array([0.7, *(0.3 * positive)]))


def _fits(values: list[int], masses: np.ndarray) -> bool:
    """Whether counts of 0, 1, … and of all that is larger agree with the probabilities."""
    counts = np.bincount(np.minimum(values, len(masses)), minlength=len(masses) + 1)
    expected = np.array([*masses, 1 - masses.sum()]) * len(values)
    keep = expected > 0
    return stats.chisquare(counts[keep], expected[keep]).pvalue > FALSE_ALARM and counts[~keep].sum() == 0


@pytest.mark.parametrize(
    ("kind", "arguments", "bounds", "theirs"),
    [
        ("normal", (0.5, 0.3), (0.0, 1.0), stats.truncnorm(-0.5 / 0.3, 0.5 / 0.3, 0.5, 0.3)),
        ("beta", (2.0, 5.0), None, stats.beta(2, 5)),
        ("gamma", (2.0, 3.0), None, stats.gamma(2, scale=3)),
        ("loguniform", (0.1, 10.0), None, stats.loguniform(0.1, 10)),
        ("uniform", (0.0, 4.0), (1.0, 3.0), stats.uniform(1, 2)),
    ],
)
def test_uncertain_parameters(kind, arguments, bounds, theirs):
    table = ParameterTable("p", 0.0, kind, arguments, bounds)
    values = [parameters.drawn_parameters([table], key)[0] for key in KEYS[:4000]]
    assert stats.kstest(values, theirs.cdf).pvalue > FALSE_ALARM
