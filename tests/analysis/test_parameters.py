"""How far parameters move outcomes, apart from chance."""

from dataclasses import replace

import numpy as np
import pytest
import synthetic

from sim.analysis.parameters import influence, thirds, varying_parameters


def planted(happened, **parameters):
    """An ensemble in which the only outcome happened in the given runs and the parameters had the given values."""
    ensemble = synthetic.make(len(happened), outcomes=1, actors=2, busy=0.0)
    runs = ensemble.runs.drop(columns=[name for name in ensemble.runs if name.startswith("param.")])
    values = {f"param.{name}": numbers for name, numbers in parameters.items()}
    return replace(ensemble, runs=runs.assign(**{"outcome.o0": np.where(happened, 1.0, np.nan)}, **values))


def test_only_parameters_that_differ_between_runs_vary():
    found = varying_parameters(planted([True, False], moving=[1.0, 2.0], pinned=[3.0, 3.0]))
    assert [parameter.id for parameter in found] == ["moving"]


def test_thirds_of_different_values_are_thirds():
    low, high = thirds(np.arange(9.0))
    assert low == 2
    assert high in (5, 6)


@pytest.mark.parametrize("values", [[0, 0, 0, 0, 1], [0, 1, 1, 1, 1], [0, 0, 1, 1, 1]])
def test_thirds_of_two_values_are_the_two(values):
    assert thirds(np.array(values, float)) == (0, 1)


def test_strongest_parameter_comes_first_with_its_exact_shares():
    tide = np.linspace(0, 1, 300)
    idle = np.random.default_rng(1).uniform(size=300)
    moves = influence(planted(tide > 0.5, idle=idle, tide=tide)).moves("o0")
    first = moves.iloc[0]
    assert (moves.index[0], first["low_probability"], first["high_probability"]) == ("tide", 0.0, 1.0)
    assert first["difference"] == 1.0
    assert list(moves["clear"]) == [True, False]


def test_range_follows_its_formula():
    tide = np.linspace(0, 1, 200)
    happened = (np.arange(200) * 7) % 10 < 2 + 6 * tide
    share = happened.mean()
    r2 = np.corrcoef(tide, happened)[0, 1] ** 2
    adjusted = 1 - (1 - r2) * 199 / 198
    spread = 1.6448536 * np.sqrt(adjusted * share * (1 - share))
    found = influence(planted(happened, tide=tide)).range("o0")
    assert found["adjusted_r2"] == pytest.approx(adjusted)
    assert found["range"] == pytest.approx((share - spread, share + spread), abs=1e-6)
    assert found["clear"]


def test_range_finds_the_spread_that_was_planted():
    """p(θ) = θ, uniform on 0.2 to 0.8: standard deviation 0.173.

    The tolerance is over six standard errors of the estimate with 20,000 runs (about 0.0024).
    """
    random = np.random.default_rng(5)
    chance = random.uniform(0.2, 0.8, 20_000)
    found = influence(planted(random.uniform(size=20_000) < chance, chance=chance)).range("o0")
    low, high = found["range"]
    assert (high - low) / (2 * 1.645) == pytest.approx(0.6 / np.sqrt(12), abs=0.015)


def test_range_of_idle_parameters_is_within_chance():
    random = np.random.default_rng(2)
    found = influence(planted(random.uniform(size=500) < 0.4, idle=random.uniform(size=500))).range("o0")
    assert not found["clear"]
    assert found["range"][1] - found["range"][0] < 0.15


def test_widest_range_is_seldom_narrower_than_the_planted_one():
    """p(θ) uniform on 0.3 to 0.7 beside nine idle parameters; of the misses, one in ten with 300 runs, more than 24
    of 100 would come with a probability below 10⁻⁴.
    """
    random = np.random.default_rng(3)
    widths = []
    for _ in range(100):
        idle = {f"idle{number}": random.uniform(size=300) for number in range(9)}
        chance = random.uniform(0.3, 0.7, 300)
        found = influence(planted(random.uniform(size=300) < chance, chance=chance, **idle)).range("o0")
        widths.append(found["widest"])
    true = 2 * 1.6448536 * 0.4 / np.sqrt(12)
    assert sum(width >= true for width in widths) >= 76
    assert np.median(widths) < 2 * true


def test_more_runs_tell_more_surely_that_a_parameter_is_idle():
    random = np.random.default_rng(4)
    few, many = (
        influence(planted(random.uniform(size=runs) < 0.5, idle=random.uniform(size=runs))).range("o0")["widest"]
        for runs in (200, 20_000)
    )
    assert many < 0.1 < few


def test_range_stays_within_0_and_1():
    tide = np.linspace(0, 1, 100)
    assert influence(planted(tide > 0.97, tide=tide)).range("o0")["range"][0] == 0.0


@pytest.mark.parametrize("happened", [[True] * 50, [False] * 50])
def test_no_range_where_every_run_or_none_shows_the_outcome(happened):
    assert influence(planted(happened, tide=np.linspace(0, 1, 50))).range("o0") is None


def test_no_range_where_nothing_varies_or_runs_are_few():
    assert influence(planted([True, False] * 10, pinned=[1.0] * 20)).range("o0") is None
    assert influence(planted([True, False], tide=[0.0, 1.0])).range("o0") is None


def test_no_moves_where_nothing_varies():
    assert influence(planted([True, False], pinned=[1.0, 1.0])).moves("o0").empty


def test_one_run_moves_nothing():
    assert influence(planted([True], tide=[0.5])).moves("o0").empty


def test_truncated_runs_count_only_where_they_tell():
    """Against a plain fit to the runs that tell."""
    random = np.random.default_rng(8)
    tide, other = random.uniform(size=(2, 400))
    happened = random.uniform(size=400) < 0.2 + 0.6 * tide
    cut = random.uniform(size=400) < 0.3
    ensemble = planted(happened, tide=tide, other=other)
    found = influence(replace(ensemble, runs=ensemble.runs.assign(truncated=cut)))
    known = happened | ~cut
    design = np.column_stack([np.ones(400), tide, other])[known]
    rest = happened[known] - design @ np.linalg.lstsq(design, happened[known], rcond=None)[0]
    r2 = 1 - rest.var() / happened[known].var()
    runs = known.sum()
    assert found.range("o0")["adjusted_r2"] == pytest.approx(1 - (1 - r2) * (runs - 1) / (runs - 3))
    low, high = np.quantile(tide, (1 / 3, 2 / 3), method="inverted_cdf")
    row = found.moves("o0").loc["tide"]
    assert (row["low_count"], row["low_of"]) == ((happened & (tide <= low)).sum(), (known & (tide <= low)).sum())
    assert (row["high_count"], row["high_of"]) == ((happened & (tide >= high)).sum(), (known & (tide >= high)).sum())
