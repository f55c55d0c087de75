"""The methods on functions whose answer is known.

Seeds are fixed. Where chance is involved a number may lie 2.5 half-widths of its 95 % interval from the truth, which
it does less than once in a million times.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from sim.studies.sensitivity.chance import split
from sim.studies.sensitivity.design import saltelli, trajectories
from sim.studies.sensitivity.indices import OTHERS, indices
from sim.studies.sensitivity.measures import OUTCOME, Measure
from sim.studies.sensitivity.priorities import ranked
from sim.studies.sensitivity.request import Request
from sim.studies.sensitivity.screening import screen
from sim.studies.sensitivity.spread import Estimates, product
from sim.studies.sensitivity.stages import analysed
from tests.studies.sensitivity.planted import FunctionModel, OutcomeModel, ishigami, unit_input

HAPPENS = Measure("f", OUTCOME, "f", "probability", "f")
FALSE_ALARM = 1e-6

# Ishigami and Homma 1990 with a = 7, b = 0.1, in closed form.
_V1, _V2, _V13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
_V = _V1 + _V2 + _V13
ISHIGAMI_FIRST = {"a": _V1 / _V, "b": _V2 / _V, "c": 0.0}
ISHIGAMI_TOTAL = {"a": (_V1 + _V13) / _V, "b": _V2 / _V, "c": _V13 / _V}


def near(one, truth):
    """Whether an estimate is as near to the truth as its interval says."""
    return abs(one.value - truth) <= 2.5 * (one.high - one.value)


def study(model, **asked):
    return analysed(model, model.inputs, model.measures[0], Request(**asked))


def test_ishigami_has_its_known_indices():
    model = FunctionModel(ishigami, "abc")
    found = study(model, method="sobol", replicates=1, points=4096).indices
    assert {one.id for one in found.parameters} == {"a", "b", "c"}
    for one in found.parameters:
        assert one.first.value == pytest.approx(ISHIGAMI_FIRST[one.id], abs=0.03)
        assert one.total.value == pytest.approx(ISHIGAMI_TOTAL[one.id], abs=0.03)
        assert near(one.first, ISHIGAMI_FIRST[one.id])
        assert near(one.total, ISHIGAMI_TOTAL[one.id])
        assert one.clear
    assert near(found.variance, _V)
    assert near(found.sum, 1 - _V13 / _V)


def test_without_luck_indices_are_those_of_salib():
    found = study(FunctionModel(ishigami, "abc"), method="sobol", replicates=1, points=256).indices
    for one in found.parameters:
        assert (one.first.value, one.total.value) == pytest.approx(one.uncorrected, abs=1e-12)
        assert one.floor == pytest.approx(0, abs=1e-12)


def test_luck_is_taken_out_of_indices():
    found = study(FunctionModel(ishigami, "abc", noise=10.0), method="sobol", replicates=16, points=1024).indices
    for one in found.parameters:
        assert near(one.first, ISHIGAMI_FIRST[one.id])
        assert near(one.total, ISHIGAMI_TOTAL[one.id])
    least = found.parameters[-1]
    assert least.id == "c"
    assert least.uncorrected[1] > least.total.high  # luck counts as effect where it is not taken out
    assert least.floor > 0.1


def test_ishigami_is_screened():
    found = study(FunctionModel(ishigami, "abc"), method="morris", replicates=1).screening
    by_id = {one.id: one for one in found.parameters}
    assert found.clear == tuple(one.id for one in found.parameters)
    assert by_id["c"].mean.low < 0 < by_id["c"].mean.high  # up as often as down: only sizes show it
    assert by_id["c"].size.low > 2


def test_a_straight_line_has_the_same_effect_everywhere():
    model = FunctionModel(lambda u: 2 * u[..., 0] - 3 * u[..., 1], "abc")
    found = {one.id: one for one in study(model, method="morris", replicates=1).screening.parameters}
    assert (found["a"].mean.value, found["a"].size.value) == pytest.approx((1.8, 1.8))  # 0.9 of the range
    assert (found["b"].mean.value, found["b"].size.value) == pytest.approx((-2.7, 2.7))
    assert (found["a"].deviation.value, found["b"].deviation.value) == pytest.approx((0, 0), abs=1e-12)
    assert (found["c"].size.value, found["c"].changed, found["c"].clear) == (0, 0, False)


def test_the_others_are_taken_together():
    model = FunctionModel(lambda u: u[..., 0] + 2 * u[..., 1] + 2 * u[..., 2], "abc")
    found = analysed(model, model.inputs[:1], model.measures[0], Request(method="sobol", replicates=1)).indices
    totals = {one.id: one.total.value for one in found.parameters}
    assert totals == pytest.approx({"a": 1 / 9, OTHERS: 8 / 9}, abs=0.02)


def test_one_parameter_brings_about_everything():
    found = study(FunctionModel(lambda u: u[..., 0] ** 2, "a"), replicates=1)
    assert found.indices.parameters[0].total.value == pytest.approx(1, abs=0.02)
    assert found.screening.clear == ("a",)


def test_a_result_that_never_moves_has_no_indices_and_nothing_stands_out():
    found = study(FunctionModel(lambda u: 0 * u[..., 0], "ab"))
    assert found.indices is None
    assert found.screening.clear == ()
    assert found.splits[0].share is None


def test_nothing_stands_out_of_mere_luck_more_often_than_said():
    """Each of 100 screenings of luck alone may call something clear with probability 5 %: false alarm below 10⁻⁶."""
    names, dice, wrong = tuple("abcd"), np.random.default_rng(3), 0
    for seed in range(100):
        unit = trajectories(names, 8, 4, seed)
        responses = (dice.random((8, 5, 16)) < 0.3).astype(float)
        wrong += bool(screen(names, unit, responses, levels=4, seed=seed, share=0.05).clear)
    assert stats.binom.sf(wrong - 1, 100, 0.05) > FALSE_ALARM


def test_indices_of_mere_luck_are_not_told():
    """Their variance is not above 0: one in forty such studies may say otherwise. False alarm below 10⁻⁶."""
    dice = np.random.default_rng(4)
    told = sum(indices(("a", "b"), dice.normal(size=(64, 4, 16)), share=0.05) is not None for _ in range(60))
    assert stats.binom.sf(told - 1, 60, 0.025) > FALSE_ALARM


def test_products_leave_the_same_run_out():
    first, second = np.random.default_rng(5).normal(size=(2, 3, 7))
    pairs = [[a[i] * b[j] for i in range(7) for j in range(7) if i != j] for a, b in zip(first, second, strict=True)]
    assert product(first, second) == pytest.approx(np.mean(pairs, axis=1))


# --- chance -----------------------------------------------------------------------------------------------------------


def test_the_split_of_a_coin_of_unknown_bias_is_exact():
    # p uniform: Var p = 1/12, p (1 − p) on average 1/4 together: a third
    (found,) = study(OutcomeModel(lambda u: u[..., 0], "ab"), method="morris").splits
    assert near(found.share, 1 / 3)
    assert near(found.mean, 0.5)
    assert found.share.high - found.share.low < 0.07


def test_a_coin_of_known_bias_is_all_chance():
    (found,) = study(OutcomeModel(lambda u: 0 * u[..., 0] + 0.3, "ab"), method="morris").splits
    assert found.share.low == 0
    assert found.share.high < 0.01


def test_without_chance_all_comes_from_the_parameters():
    (found,) = study(FunctionModel(ishigami, "abc"), method="morris").splits
    assert found.share.value == pytest.approx(1)


@pytest.mark.parametrize("spread", [0.1, 0.5])
def test_intervals_of_the_share_hold_the_truth(spread):
    """In 93 to 97 of 100 cases and for 400 trials: fails if that had a probability below 10⁻⁶ for 95 %."""
    dice, held = np.random.default_rng(6), 0
    truth = (spread**2 / 12) / 0.25
    for _ in range(400):
        chance = 0.5 + spread * (dice.random((128, 1)) - 0.5)
        found = split(HAPPENS, (dice.random((128, 16)) < chance).astype(float)).share
        held += found.low <= truth <= found.high
    assert stats.binomtest(held, 400, 0.95).pvalue > FALSE_ALARM


# --- what to find out first -------------------------------------------------------------------------------------------


def test_ranks_are_not_told_inside_the_noise():
    inputs = [unit_input(name, number) for number, name in enumerate("abcd")]
    found = Estimates(np.array([0.9, 0.31, 0.3, 0.05]), np.diag([1e-4] * 4), 500)
    order = ranked(inputs, range(4), found)
    assert [(one.input.id, one.first, one.last) for one in order] == [
        ("a", 1, 1),
        ("b", 2, 3),
        ("c", 2, 3),
        ("d", 4, 4),
    ]


def test_designs_move_one_group_at_a_time():
    points = saltelli(("a", "b", "c"), ("a", OTHERS, OTHERS), 64, 1)
    moved = points[:, 1:-1] != points[:, :1]
    assert moved[:, 0].any(axis=0).tolist() == [True, False, False]
    assert moved[:, 1].any(axis=0).tolist() == [False, True, True]
    steps = np.diff(trajectories(("a", "b"), 5, 4, 1), axis=1) != 0
    assert (steps.sum(axis=2) == 1).all()
