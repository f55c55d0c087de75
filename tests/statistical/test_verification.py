"""The engines against exact mathematics, and proof that wrong ones are found: the cases of ``brinkline verify``.

Each check fails below p = 10⁻⁶; there are fewer than 200, and each is played by the compiled engine and some by the
readable one. So the probability of a false alarm was below 4·10⁻⁴ in all when the seeds were chosen, and is 0 from
then on. The wrong worlds have to be found at the same level with the same number of runs.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sim.scenario.load import Changes, load
from sim.verification import hawkes
from sim.verification.fitting import fit
from sim.verification.player import SCENARIOS, Player
from sim.verification.suite import CASES

FALSE_ALARM = 1e-6
RUNS, FEW = 10_000, 1_000
SEED, OTHER_SEED = 2024, 17

BY_ID = {case.id: case for case in CASES}
WRONG = [
    ("poisson", "poisson", "drivers.thinned.rate", "1.575"),
    ("poisson", "poisson", "drivers.plain.rate", "0.7875"),
    ("poisson", "poisson", "drivers.rising.rate", "t / 4.2"),
    ("poisson", "gaps", "drivers.source.cooldown", "1 h"),
    ("poisson", "rests", "drivers.source.cooldown", "9 h"),
    ("poisson", "rests", "rules.answer.cooldown", "47 h"),
    ("races", "race", "mean_a", "1.1"),
    ("races", "race", "mean_c", "3.4"),
    ("races", "race", "rules.answer-b.unless", "0"),
    ("weights", "weights", "actions.hit.attribution.actor", "6"),
    ("weights", "weights", "actions.hit.attribution.nobody", "1.3"),
    ("weights", "weights", "actions.hit.visibility.d", "0.33"),
    ("weights", "weights", "actions.hit.deaths", "hurdle(0.37, geometric(2))"),
    ("weights", "weights", "actions.hit.injured", "negbinomial(3, 1.9)"),
    ("weights", "weights", "pace", "0.108"),
    ("weights", "weights", "rules.shell.after", "lognormal(pace, 3.5 * pace)"),
    ("weights", "weights", "rules.shell.to.d", "1.2"),
    ("weights", "weights", "rules.shell.place.road", "1.3"),
    ("weights", "weights", "rules.learn.choose.1.weight", "4"),
    ("chains", "retaliation", "p", "0.21"),
    ("chains", "retaliation", "rules.third.chance", "0.23"),
    ("chains", "vengeance", "actions.hit.deaths", "poisson(0.55)"),
    ("chains", "vengeance", "actions.hit.deaths", "negbinomial(0.5, 2)"),
    ("chains", "growth", "p", "0.72"),
    ("chains", "growth", "rules.second.limit", "20"),
    ("chains", "endless", "p", "0.65"),
    ("ladder", "ruin", "up", "0.48"),
    ("ladder", "ruin", "rules.from5.after", "2 h"),
    ("ladder", "ruin-uncertain", "parameters.up.range", "uniform(0.35, 0.6)"),
    ("crowds", "crowds", "rules.departures.after", "lognormal(13 h, 2 d)"),
    ("crowds", "crowds", "drivers.voices.rate", "3.15"),
    ("crowds", "families", "births", "0.66"),
    ("hawkes", "hawkes", "branching", "0.63"),
    ("hawkes", "hawkes", "variables.heat.half_life", "13 h"),
    ("hawkes", "hawkes-long", "branching", "0.4"),
    ("hawkes", "hawkes-long", "variables.heat.half_life", "10 h"),
    ("scripts", "ultimatum", "rules.give-in.chance", "0.8"),
    ("scripts", "ultimatum", "rules.strike-back.who", "[b]"),
    ("scripts", "exchange", "rules.answer.limit", "1"),
    ("scripts", "incidents", "rules.react.choose.0.weight", "1.3"),
    ("scripts", "quarrel", "rules.talk.after", "uniform(0 d, 2 d)"),
    ("retold", "exchange", "rules.once-more.if", "count(action=shell) < 4"),
    ("retold", "ultimatum", "rules.give-in.after", "exponential(14 d)"),
]
"""Case, scenario, and a path with a value that breaks the scenario."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_compiled_engine_agrees_with_exact_mathematics(case):
    wrong = [check for check in case.checks(Player("compiled", SEED, RUNS)) if check.p_value < FALSE_ALARM]
    assert wrong == []


@pytest.mark.parametrize("case", ["races", "ladder", "scripts"])
def test_so_does_the_readable_engine(case):
    wrong = [check for check in BY_ID[case].checks(Player("simpy", OTHER_SEED, FEW)) if check.p_value < FALSE_ALARM]
    assert wrong == []


@pytest.mark.parametrize(("case", "scenario", "path", "value"), WRONG)
def test_a_slightly_wrong_world_is_found(case, scenario, path, value):
    player = Player("compiled", SEED, RUNS, {scenario: Changes(settings=((path, value),))})
    assert min(check.p_value for check in BY_ID[case].checks(player)) < FALSE_ALARM


def test_there_are_as_many_checks_as_is_said():
    assert sum(len(case.checks(Player("compiled", 1, FEW // 4))) for case in CASES) < 200
    assert {case for case, *_ in WRONG} == set(BY_ID), "each case has a world that it finds wrong"


def test_every_scenario_is_sound_and_has_no_warnings():
    names = {path.stem for path in SCENARIOS.glob("*.yaml")} - {"cast"}
    assert [load(SCENARIOS / f"{name}.yaml").warnings for name in sorted(names)] == [[]] * len(names)


def test_the_branching_ratio_comes_back_from_five_thousand_events():
    """Its standard error is 0.02; the domain expects less than 0.05. The decay comes back within a fifth."""
    times = hawkes.times_of(Player("compiled", SEED, 10)("hawkes-long"))
    assert times.size == 5000
    found, errors = fit(times)
    assert abs(found.branching - 0.6) < 0.05
    assert abs(found.decay / hawkes.TRUE.decay - 1) < 0.2
    assert 0.01 < errors.branching < 0.03


def test_a_rate_above_the_peak_is_as_good_as_impossible():
    """The bound of :mod:`sim.verification.hawkes`, for the rate at one instant however late."""
    true, s, peak = hawkes.TRUE, 1.1, 60.0
    jump = true.branching * true.decay

    def slopes(_: float, state: np.ndarray) -> list[float]:
        push = math.expm1(jump * state[0])
        return [push - true.decay * state[0], true.base * push]

    solved = solve_ivp(slopes, (0, 200), [s, 0.0], rtol=1e-9, atol=1e-12)
    assert solved.y[0, -1] == pytest.approx(0, abs=1e-9), "s is small enough for the mean of exp(sX) to stay finite"
    assert solved.y[1, -1] - s * (peak - true.base) < math.log(1e-22)
