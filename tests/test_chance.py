"""Keys, draws, choices and quantile functions: known answers, and scipy's."""

from __future__ import annotations

import hashlib
import itertools
import math

import numpy as np
import pytest
from scipy import special, stats

from sim import chance, parameters
from sim.model.tables import ParameterTable

U = [*np.random.default_rng(1).uniform(size=300), 1e-12, 1e-6, 0.5, 1 - 1e-6, 1 - 1e-12]
GRID = [float(u) for u in U]


# --- keys ---------------------------------------------------------------------------------------------------------


def test_mix_is_the_output_function_of_splitmix64():
    """The generator's first outputs from seeds 0 and 1234567, as its reference code prints them."""
    gamma = 0x9E3779B97F4A7C15
    assert [chance.mix(n * gamma & chance.MASK) for n in (1, 2, 3, 4)] == [
        0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC,
    ]  # fmt: skip
    assert [chance.mix((1234567 + n * gamma) & chance.MASK) for n in (1, 2, 3, 4, 5)] == [
        6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
    ]  # fmt: skip


def test_mix_maps_zero_to_zero_and_stays_within_64_bits():
    assert chance.mix(0) == 0
    assert 0 <= chance.mix(chance.MASK) <= chance.MASK


def test_every_input_bit_moves_about_half_of_the_output_bits():
    for bit in range(64):
        moved = [(chance.mix(n) ^ chance.mix(n ^ (1 << bit))).bit_count() for n in range(1, 200)]
        assert 28 < sum(moved) / len(moved) < 36


def test_a_salt_is_the_blake2b_of_its_words_each_behind_its_length():
    data = b"\x04\x00\x00\x00rule\x06\x00\x00\x00b\xc3\xa9b\xc3\xa9"
    assert chance.salt("rule", "bébé") == int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def test_a_salt_knows_where_its_words_end_and_in_which_order_they_come():
    assert (
        len(
            {
                chance.salt(*words)
                for words in [("ab", "c"), ("a", "bc"), ("abc",), ("abc", ""), ("", "abc"), ("c", "ab"), ()]
            }
        )
        == 7
    )


SALT = 2544836276694023430
RUN_KEYS = [2125261301357798766, 13784615490817276385, 15053876963867515128, 6362468643199884985, 5324258201193375928]
NUMBERED = [2225144207802895912, 13162183499940063827, 7600404996791782234]
DRAWS = [0.7208612628762302, 0.4010102810914985, 0.16687572880356483]


def test_frozen_values():
    """What these give must never change: digests of published results depend on it."""
    key = chance.run_key(1, 0)
    assert chance.salt("rule", "answer", "us") == SALT
    assert [chance.run_key(seed, run) for seed, run in [(1, 0), (1, 1), (0, 0), (-1, 0), (2**70, 3)]] == RUN_KEYS
    assert [chance.numbered(key, n) for n in (0, 1, 10**9)] == NUMBERED
    assert [chance.draw(key, chance.salt(what)) for what in ("deaths", "injured", "delay")] == DRAWS


def test_run_keys_differ_between_seeds_and_runs():
    seeds = (0, 1, -1, 2, 10, 2**63, 2**64, 2**64 + 1, 2**70, -(2**70))
    keys = {chance.run_key(seed, run) for seed in seeds for run in range(500)}
    assert len(keys) == len(seeds) * 500


def test_numbered_keys_differ_from_each_other_and_from_their_parent():
    key = chance.run_key(3, 5)
    assert len({key, *(chance.numbered(key, n) for n in range(5000))}) == 5001


@pytest.mark.parametrize(
    ("bits", "number"),
    [(0, 2.0**-53), (chance.MASK, 1 - 2.0**-53), (1 << 63, 0.5 + 2.0**-53), ((1 << 12) - 1, 2.0**-53)],
)
def test_a_uniform_number_is_never_nought_or_one(bits, number):
    assert chance.uniform(bits) == number


def test_a_draw_is_the_uniform_number_of_the_mixed_key():
    for key in range(1, 10**6, 99_991):
        assert chance.draw(key, 17) == chance.uniform(chance.mix(key ^ 17))


# --- choices ------------------------------------------------------------------------------------------------------

NAMES = [
    (chance.salt("choose", name), weight)
    for name, weight in [("a", 1.0), ("b", 2.5), ("c", 0.0), ("d", 0.3), ("e", 4.0)]
]
KEYS = [chance.run_key(11, run) for run in range(300)]


def chosen(key, alternatives):
    index = chance.least(key, alternatives)
    return None if index < 0 else alternatives[index][0]


def test_the_alternative_with_the_least_time_is_chosen():
    for key in KEYS:
        times = {name: -math.log(chance.draw(key, name)) / weight for name, weight in NAMES if weight}
        assert chosen(key, NAMES) == min(times, key=times.get)


def test_an_alternative_without_weight_is_never_chosen():
    assert all(chosen(key, NAMES) != NAMES[2][0] for key in KEYS)


def test_without_any_weight_nothing_is_chosen():
    assert chance.least(KEYS[0], []) == -1
    assert chance.least(KEYS[0], [(1, 0.0), (2, 0.0)]) == -1


def test_the_order_of_the_alternatives_moves_no_choice():
    for order in itertools.islice(itertools.permutations(NAMES), 0, 120, 7):
        assert [chosen(key, list(order)) for key in KEYS] == [chosen(key, NAMES) for key in KEYS]


def test_a_further_alternative_moves_no_choice_among_the_others():
    new = (chance.salt("choose", "new"), 1.5)
    for key in KEYS:
        assert chosen(key, [new, *NAMES]) in (new[0], chosen(key, NAMES))
    assert any(chosen(key, [new, *NAMES]) == new[0] for key in KEYS)


def test_taking_an_alternative_away_moves_only_the_choices_of_itself():
    for key in KEYS:
        before = chosen(key, NAMES)
        if before != NAMES[4][0]:
            assert chosen(key, NAMES[:4]) == before


def test_a_heavier_alternative_is_chosen_wherever_it_was_and_in_more_places():
    heavier = [*NAMES[:3], (NAMES[3][0], 1.3), NAMES[4]]
    before, after = ({key for key in KEYS if chosen(key, names) == NAMES[3][0]} for names in (NAMES, heavier))
    assert before < after


def test_a_common_factor_of_all_weights_moves_no_choice():
    assert [chosen(key, [(name, 8 * weight) for name, weight in NAMES]) for key in KEYS] == [
        chosen(key, NAMES) for key in KEYS
    ]


# --- distributions ------------------------------------------------------------------------------------------------


def test_the_normal_quantile_is_scipys():
    grid = np.array([*GRID, 2.0**-53, 1e-300, 0.07, 0.925, 0.075, 0.4999999])
    assert [chance.normal_quantile(float(u)) for u in grid] == pytest.approx(special.ndtri(grid), rel=1e-15, abs=1e-17)


def test_the_normal_quantile_is_odd():
    assert all(chance.normal_quantile(1 - k / 1024) == -chance.normal_quantile(k / 1024) for k in range(1, 512))
    assert chance.normal_quantile(0.5) == 0


def test_the_90th_percentile_of_the_normal():
    assert stats.norm.ppf(0.9) == chance.Z90


SIGMA = math.log(5 / 2) / stats.norm.ppf(0.9)
CONTINUOUS = [
    ("uniform", (2.0, 5.0), stats.uniform(2, 3)),
    ("uniform", (-1.0, 1.0), stats.uniform(-1, 2)),
    ("triangular", (1.0, 2.0, 5.0), stats.triang(0.25, 1, 4)),
    ("triangular", (1.0, 1.0, 5.0), stats.triang(0, 1, 4)),
    ("triangular", (1.0, 5.0, 5.0), stats.triang(1, 1, 4)),
    ("exponential", (3.0,), stats.expon(scale=3)),
    ("lognormal", (2.0, 5.0), stats.lognorm(SIGMA, scale=2)),
]


@pytest.mark.parametrize(("kind", "arguments", "theirs"), CONTINUOUS)
def test_the_quantiles_of_continuous_distributions_are_scipys(kind, arguments, theirs):
    ours = [chance.QUANTILES[kind](u, *arguments) for u in GRID]
    assert ours == pytest.approx(theirs.ppf(GRID), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(("kind", "arguments", "theirs"), CONTINUOUS)
def test_quantiles_rise_with_the_uniform_number(kind, arguments, theirs):
    values = [chance.QUANTILES[kind](u, *arguments) for u in sorted(GRID)]
    assert values == sorted(values)


def test_a_lognormal_has_the_median_and_the_90th_percentile_it_is_given():
    assert chance.lognormal_quantile(0.5, 8, 24) == 8
    assert chance.lognormal_quantile(0.9, 8, 24) == pytest.approx(24, rel=1e-14)


def test_a_lognormal_without_spread_is_fixed():
    assert chance.lognormal_quantile(0.99, 8, 8) == 8


def negative_binomial(mean, k):
    return stats.nbinom(k, k / (k + mean))


DISCRETE = [
    ("poisson", (0.3,), stats.poisson(0.3)),
    ("poisson", (4.0,), stats.poisson(4)),
    ("poisson", (250.0,), stats.poisson(250)),
    ("poisson", (3000.0,), stats.poisson(3000)),
    ("geometric", (1.5,), stats.geom(1 / 1.5)),
    ("geometric", (40.0,), stats.geom(1 / 40)),
    ("negbinomial", (3.0, 0.5), negative_binomial(3, 0.5)),
    ("negbinomial", (20.0, 5.0), negative_binomial(20, 5)),
    ("negbinomial", (0.2, 30.0), negative_binomial(0.2, 30)),
]


@pytest.mark.parametrize(("kind", "arguments", "theirs"), DISCRETE)
def test_the_quantiles_of_discrete_distributions_are_scipys(kind, arguments, theirs):
    grid = GRID[:-1] if arguments[0] < 100 else GRID[:300]
    assert [chance.QUANTILES[kind](u, *arguments) for u in grid] == list(theirs.ppf(grid))


@pytest.mark.parametrize(("kind", "arguments"), [("poisson", (0.0,)), ("negbinomial", (0.0, 2.0))])
def test_a_mean_of_nought_gives_nought(kind, arguments):
    assert {chance.QUANTILES[kind](u, *arguments) for u in GRID} == {0}


def test_a_geometric_number_of_mean_one_is_one():
    assert {chance.geometric_quantile(u, 1.0) for u in GRID} == {1}


@pytest.mark.parametrize(("mean", "k"), [(3.0, 0.5), (20.0, 5.0), (2.0, 40.0)])
def test_a_negative_binomial_number_has_the_variance_it_says(mean, k):
    theirs = negative_binomial(mean, k)
    assert (theirs.mean(), theirs.var()) == pytest.approx((mean, mean + mean**2 / k))


def test_the_largest_uniform_number_has_a_quantile():
    last = 1 - 2.0**-53
    assert all(
        math.isfinite(chance.QUANTILES[kind](last, *arguments)) for kind, arguments, _ in [*CONTINUOUS, *DISCRETE]
    )


@pytest.mark.parametrize(("kind", "arguments", "theirs"), [*CONTINUOUS, *DISCRETE])
@pytest.mark.parametrize("p", [0.013, 0.4, 1.0])
def test_a_hurdle_is_nought_or_the_distribution_given_that_it_is_positive(kind, arguments, theirs, p):
    below = theirs.cdf(0)
    for u in GRID[:300]:
        value = chance.hurdle_quantile(u, p, kind, arguments)
        if u < 1 - p:
            assert value == 0
        else:
            given = theirs.ppf(below + (u - (1 - p)) / p * (1 - below))
            assert value > 0
            assert value == pytest.approx(given, rel=1e-9, abs=1e-9)


def test_a_hurdle_with_chance_nought_is_nought():
    assert {chance.hurdle_quantile(u, 0.0, "fixed", (3.0,)) for u in GRID} == {0}


@pytest.mark.parametrize("arguments", [(-3.0, 1.0, 2.0), (-3.0, -1.0, 2.0), (-1.0, 0.0, 1.0)])
def test_a_hurdle_leaves_out_what_is_not_positive_of_a_triangular_distribution(arguments):
    low, mode, high = arguments
    theirs = stats.triang((mode - low) / (high - low), low, high - low)
    assert chance.share_at_zero("triangular", arguments) == pytest.approx(theirs.cdf(0), rel=1e-12)


# --- uncertain parameters -----------------------------------------------------------------------------------------

RANGES = [
    ("uniform", (0.6, 0.95), stats.uniform(0.6, 0.35), (0.7, 0.9)),
    ("triangular", (0.0, 1.0, 4.0), stats.triang(0.25, 0, 4), (0.5, 3.0)),
    ("lognormal", (2.0, 5.0), stats.lognorm(SIGMA, scale=2), (1.0, 3.0)),
    ("loguniform", (0.1, 10.0), stats.loguniform(0.1, 10), (0.5, 2.0)),
    ("normal", (3.0, 2.0), stats.norm(3, 2), (0.0, 4.0)),
    ("normal", (0.0, 1.0), stats.norm(0, 1), (2.0, 5.0)),
    ("beta", (2.5, 7.5), stats.beta(2.5, 7.5), (0.1, 0.3)),
    ("beta", (0.5, 0.5), stats.beta(0.5, 0.5), (0.2, 0.9)),
    ("gamma", (2.0, 3.0), stats.gamma(2, scale=3), (1.0, 8.0)),
]


@pytest.mark.parametrize(("kind", "arguments", "theirs", "bounds"), RANGES)
def test_the_quantiles_of_ranges_are_scipys(kind, arguments, theirs, bounds):
    assert [parameters.quantile(kind, u, arguments) for u in GRID] == pytest.approx(
        theirs.ppf(GRID), rel=1e-11, abs=1e-12
    )


@pytest.mark.parametrize(("kind", "arguments", "theirs", "bounds"), RANGES)
def test_the_cumulative_probabilities_of_ranges_are_scipys(kind, arguments, theirs, bounds):
    for x in [-1.0, 0.0, *theirs.ppf(GRID[:50]), 100.0]:
        assert parameters.cumulative(kind, float(x), arguments) == pytest.approx(theirs.cdf(x), rel=1e-11, abs=1e-13)


def drawn(kind, arguments, bounds, runs=400):
    table = ParameterTable("p", 0.0, kind, arguments, bounds)
    return [parameters.drawn_parameters([table], chance.run_key(5, run))[0] for run in range(runs)]


@pytest.mark.parametrize(("kind", "arguments", "theirs", "bounds"), RANGES)
def test_bounds_truncate_a_range_and_do_not_clip_it(kind, arguments, theirs, bounds):
    """The share of u that lies below a value is that of the truncated distribution."""
    bottom, top = theirs.cdf(bounds)
    uniforms = [chance.draw(chance.run_key(5, run), chance.salt("parameter", "p")) for run in range(400)]
    expected = theirs.ppf([bottom + u * (top - bottom) for u in uniforms])
    values = drawn(kind, arguments, bounds)
    assert values == pytest.approx(expected, rel=1e-8)
    assert bounds[0] < min(values) < max(values) < bounds[1]


def test_a_parameter_is_drawn_from_its_name_and_the_run():
    one, other = (ParameterTable(name, 0.0, "uniform", (0.0, 1.0), None) for name in ("one", "other"))
    keys = [chance.run_key(5, run) for run in range(50)]
    values = [tuple(parameters.drawn_parameters([one, other], key)) for key in keys]
    assert len({value for pair in values for value in pair}) == 100
    assert [tuple(reversed(parameters.drawn_parameters([other, one], key))) for key in keys] == values


def test_a_parameter_without_a_range_keeps_its_value():
    assert parameters.drawn_parameters([ParameterTable("p", 0.7, "", (), None)], 99) == [0.7]


def test_bounds_in_the_far_tail_still_truncate():
    values = drawn("normal", (0.0, 1.0), (9.0, 11.0))
    assert 9 < min(values) < max(values) < 11
    assert len(set(values)) > 350


# --- what arguments must fulfil -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "arguments"),
    [
        ("uniform", (2.0, 1.0)),
        ("triangular", (0.0, 3.0, 2.0)),
        ("triangular", (1.0, 1.0, 1.0)),
        ("exponential", (0.0,)),
        ("lognormal", (0.0, 1.0)),
        ("lognormal", (2.0, 1.0)),
        ("poisson", (-1.0,)),
        ("poisson", (math.inf,)),
        ("geometric", (0.9,)),
        ("negbinomial", (1.0, 0.0)),
        ("hurdle", (1.1,)),
        ("fixed", (math.nan,)),
        ("loguniform", (0.0, 1.0)),
        ("normal", (0.0, 0.0)),
        ("beta", (0.0, 1.0)),
        ("gamma", (1.0, -1.0)),
    ],
)
def test_arguments_that_make_no_distribution_are_told(kind, arguments):
    assert chance.requirement_missed(kind, arguments)


@pytest.mark.parametrize(("kind", "arguments", "theirs"), [*CONTINUOUS, *DISCRETE])
def test_arguments_that_make_one_are_not(kind, arguments, theirs):
    assert chance.requirement_missed(kind, arguments) == ""
