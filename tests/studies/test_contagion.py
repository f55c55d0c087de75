"""Reproduction numbers where they are known: branching processes that the rules of a small scenario are.

Runs are seeded. Where an interval is held against the truth, a test states the probability of a false alarm, which is
0 from the day on when its seed was chosen.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from sim.engines.choice import engine_of
from sim.errors import UsageError
from sim.studies.contagion.contagion import Contagion, contagion
from sim.studies.contagion.forest import Forest, forest
from sim.studies.contagion.radius import radius
from sim.studies.contagion.reproduction import Effects
from tests.worlds import World

FAMILY = """
scenario: family
horizon: {horizon} d
rules:
  one: {{who: a, when: {{action: hit, actor: self}}, chance: {chance}, do: hit, to: b, after: exponential(2 d)}}
  two: {{who: a, when: {{action: hit, actor: self}}, chance: {chance}, do: hit, to: b, after: exponential(2 d)}}
drivers:
  first: {{who: a, do: hit, to: b, rate: 0.3}}
"""
"""A Galton-Watson process: a hit brings about 2 × chance further ones on average. `first` starts families."""

FEUD = """
scenario: feud
horizon: 40 d
rules:
  back:  {who: b, when: {action: hit, actor: a}, chance: 0.6, do: bomb, to: a, after: exponential(3 d)}
  back2: {who: b, when: {action: hit, actor: a}, chance: 0.6, do: bomb, to: a, after: exponential(3 d)}
  again: {who: a, when: {action: bomb, actor: b}, chance: 0.5, do: hit, to: b, after: exponential(1 d)}
  talk:  {who: c, when: {action: bomb}, chance: 0.3, do: speak, to: b, after: 1 d}
drivers:
  first: {who: a, do: hit, to: b, rate: 0.3}
"""
"""Two types: a hit brings about 1.2 bombs, a bomb 0.5 hits and 0.3 words; the radius is √(1.2 × 0.5)."""


def studied(text: str, folder: Path, *, runs: int, seed: int = 1) -> Contagion:
    """The contagion of a text over the common cast."""
    return contagion(World.of_text(text, folder).loaded, runs=runs, seed=seed)


def trees(world: World, runs: range, seed: int = 1) -> Forest:
    """The forest of some runs."""
    return forest(world.tables, [engine_of("compiled", world.tables).play_runs(seed, runs, states=False)])


def test_a_family_has_its_mean_and_the_radius_is_the_same(tmp_path: Path) -> None:
    """Five standard errors to either side: a false alarm in fewer than 1 in a million."""
    found = studied(FAMILY.format(horizon=30, chance=0.4), tmp_path, runs=600)
    half = math.log(found.overall.high / found.overall.low) / 2 / 1.96
    assert abs(math.log(found.overall.value / 0.8)) < 5 * half
    assert found.radius.value == pytest.approx(found.overall.value)
    assert found.radius.low < 0.8 < found.radius.high
    assert found.verdict == "dies out"
    assert [kind.actor for kind in found.actors] == ["a"]


def test_what_the_horizon_hides_is_made_up_for(tmp_path: Path) -> None:
    """With a horizon of three mean delays the plain average is far too low."""
    world = World.of_text(FAMILY.format(horizon=6, chance=0.4), tmp_path)
    some = trees(world, range(4000))
    plain = len(some.links) / len(some.run)
    one = Effects.of(some, np.zeros_like(some.run), 1).estimate(0)
    assert plain < 0.6
    assert abs(one.value - 0.8 * (1 - math.exp(-3))) < 0.03  # what may come within the horizon: 0.76


def test_a_family_that_grows_without_bound_is_told(tmp_path: Path) -> None:
    """Though each event but the roots is somebody's effect, so that plain averages have no radius above 1."""
    found = studied(FAMILY.format(horizon=16, chance=0.8), tmp_path, runs=200)
    assert found.radius.low > 1.4
    assert found.radius.high < 1.8
    assert found.verdict == "runs away"


def test_the_interval_of_a_mean_holds_the_truth_in_95_of_100_ensembles(tmp_path: Path) -> None:
    """Of 200 ensembles of 60 runs; fewer than 175 or none outside would be a false alarm in 1 in 10,000."""
    world = World.of_text(FAMILY.format(horizon=20, chance=0.35), tmp_path)
    inside = inside_radius = 0
    for seed in range(200):
        some = trees(world, range(60), seed)
        effects = Effects.of(some, np.zeros_like(some.run), 1)
        one, own = effects.estimate(0), radius(effects, seed=seed)
        inside += one.low < 0.7 < one.high
        inside_radius += own.low < 0.7 < own.high
    assert stats.binom.cdf(174, 200, 0.95) < 1e-4
    assert 175 <= inside <= 199
    assert 172 <= inside_radius <= 200


def test_two_types_have_their_matrix_and_its_radius(tmp_path: Path) -> None:
    """Each entry within five standard errors."""
    found = studied(FEUD, tmp_path, runs=800)
    truth = {("hit", "bomb"): 1.2, ("bomb", "hit"): 0.5, ("bomb", "speak"): 0.3}
    assert {(cell.cause, cell.effect) for cell in found.by_action.cells} == set(truth)
    for cell in found.by_action.cells:
        half = math.log(cell.mean.high / cell.mean.low) / 2 / stats.norm.ppf(1 - 0.025 / 3)
        assert abs(math.log(cell.mean.value / truth[cell.cause, cell.effect])) < 5 * half
    assert abs(found.radius.value - math.sqrt(0.6)) < 5 * (found.radius.high - found.radius.low) / 3.92
    assert set(found.in_cycles) == {("a", "hit"), ("b", "bomb")}
    numbers = {kind.action: kind.effects.value for kind in found.actions}
    sums = {kind: sum(c.mean.value for c in found.by_action.cells if c.cause == kind) for kind in numbers}
    assert numbers == pytest.approx(sums)


def test_a_chain_without_chance_is_exact(tmp_path: Path) -> None:
    text = """
scenario: chain
rules:
  back: {who: b, when: {action: hit}, do: bomb, to: a, after: 2 d}
  call: {who: c, when: {action: bomb}, do: peace, after: 3 d}
  late: {who: d, when: {action: bomb}, do: speak, after: 9 d}
timeline:
  - {at: -1 d, who: a, do: hit, to: b}
  - {at: +1 d, who: a, do: hit, to: b}
"""
    found = studied(text, tmp_path, runs=50)
    numbers = {kind.action: (kind.effects.value, kind.effects.low, kind.effects.high) for kind in found.actions}
    assert numbers["hit"] == (1, 1, 1)
    assert found.of_history == 50  # the bomb that answers the hit before the start
    bombs = next(kind for kind in found.actions if kind.action == "bomb").effects
    assert (bombs.events, bombs.seen, bombs.value) == (100, 100, pytest.approx(1))
    assert numbers["peace"][0] == 0
    assert found.radius.value == 0
    assert found.tree[0] == pytest.approx(5 / 2)  # a bomb of history's with its peace; a hit, its bomb and its peace


def test_the_event_that_ends_a_run_is_an_effect_and_what_it_cuts_off_is_made_up_for(tmp_path: Path) -> None:
    text = """
scenario: cut
rules: {back: {who: b, when: {action: hit}, do: bomb, after: 1 d}}
timeline: [{at: +1 d, who: a, do: hit, id: one}, {at: +1.5 d, who: a, do: hit, id: two}]
outcomes: {over: {when: {action: bomb}, ends: true}}
"""
    some = trees(World.of_text(text, tmp_path), range(10))
    assert len(some.links) == 10
    assert set(some.followed.tolist()) == {86_400_001, 43_200_001, 0}
    hits = Effects.of(some, np.zeros_like(some.run), 1).estimate(0)
    assert hits.value == pytest.approx(1)  # of the ten that were followed for a day, all were answered


def test_the_same_seed_gives_the_same_study_on_either_engine(tmp_path: Path) -> None:
    loaded = World.of_text(FEUD, tmp_path).loaded
    first, second = (contagion(loaded, runs=40, engine=name).as_dict() for name in ("simpy", "compiled"))
    assert first | {"engine": ""} == second | {"engine": ""}


def test_a_scenario_without_events_has_no_numbers(tmp_path: Path) -> None:
    found = studied("scenario: still", tmp_path, runs=2)
    assert (found.verdict, found.events, found.actions) == ("unknown", 0, ())
    assert found.as_dict()["spectral_radius"]["value"] is None


@pytest.mark.parametrize("runs", [0, 1, 20_001])
def test_too_few_or_too_many_runs_are_refused(tmp_path: Path, runs: int) -> None:
    with pytest.raises(UsageError, match="expected 2 to 20,000"):
        studied(FEUD, tmp_path, runs=runs)
