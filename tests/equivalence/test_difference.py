"""The comparison of two plays can fail, and says in names where."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from sim.engines.played import Played
from sim.engines.simpy_engine import SimPyEngine
from sim.model import Tables, build
from sim.scenario.load import load
from tests.equivalence.difference import first_difference
from tests.worlds import World

TEXT = """
parameters: {p: {value: 0.5, range: 'uniform(0, 1)'}}
variables: {tension: {scope: dyad, half_life: 2 d}}
actions: {hit: {deaths: poisson(2), effects: ["tension[target, actor] += p"]}}
drivers: {source: {who: a, do: hit, to: b, place: home, rate: 2}}
rules:
  answer: {who: b, when: {action: hit}, chance: 0.5, do: hit, to: actor, after: 1 d, unless: "count(action=hit) > 9"}
outcomes: {hurt: {when: {deaths: 1..}}, done: {at: end, if: level > 0}}
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, Played]:
    """The tables of a scenario, and three runs of it."""
    tables = World.of_text(TEXT, tmp_path_factory.mktemp("world")).tables
    return tables, SimPyEngine(tables).play_runs(1, range(5, 8))


def changed(played: Played, name: str, place: tuple[int, ...], value: object, column: str | None = None) -> Played:
    """The same play but for one number."""
    array = getattr(played, name).copy()
    (array if column is None else array[column])[place] = value
    return replace(played, **{name: array})


def test_equal_plays_have_no_difference(told):
    tables, played = told
    copies = {field.name: getattr(played, field.name).copy() for field in fields(Played)}
    assert first_difference(tables, played, Played(**copies)) == ""


def test_the_first_event_that_differs_is_told_by_both(told):
    tables, played = told
    second = int(played.counts[0])
    other = changed(played, "log", (second + 2,), 9, "deaths")
    text = first_difference(tables, played, changed(other, "log", (second + 3,), 0, "key"))
    row = played.log[second + 2]
    assert text.startswith("run 6: event 2 differs in deaths:\n  ")
    assert f" {tables.actors[row['actor']]} {tables.actions[row['action']].name}" in text
    assert f"from {tables.origins[row['origin']]}, key {int(row['key']):016x}" in text
    assert ", 9 dead, " in text.splitlines()[2]


def test_an_event_more_is_told(told):
    tables, played = told
    longer = replace(played, log=np.append(played.log, played.log[-1:]), counts=played.counts + np.array([0, 0, 1]))
    assert f"event {played.counts[-1]} is in the second log alone" in first_difference(tables, played, longer)
    assert f"event {played.counts[-1]} is in the first log alone" in first_difference(tables, longer, played)


@pytest.mark.parametrize("name", [field.name for field in fields(Played) if field.name not in ("log", "counts")])
def test_nothing_that_a_run_leaves_may_differ(told, name):
    tables, played = told
    array = getattr(played, name)
    place = tuple(length - 1 for length in array.shape)
    value = np.nextafter(array[place], 99) if array.dtype.kind == "f" else array[place] ^ True
    text = first_difference(tables, played, changed(played, name, place, value))
    assert text.startswith("the runs" if name == "runs" else "run 7: ")


def test_a_number_may_differ_by_the_sign_of_nought_but_not_one_no_number_from_another(told):
    tables, played = told
    plus, minus, none, other = (changed(played, "states", (1, 1, 1), value) for value in (0.0, -0.0, np.nan, -np.nan))
    told_as = "run 6: the variable tension[a, b] on 2024-01-02 00:00 (86400000 ms): 0.0 against -0.0"
    assert first_difference(tables, plus, minus) == told_as
    assert first_difference(tables, none, other) == ""
    assert "nan against 0.0" in first_difference(tables, none, plus)


def test_a_play_without_states_is_no_play_with_them(told):
    tables, played = told
    assert first_difference(tables, played, replace(played, states=None)).startswith("states: ")


def test_a_number_that_nothing_has_is_told_as_a_number(told):
    tables, played = told
    assert " #77 " in first_difference(tables, played, changed(played, "log", (0,), 77, "action"))


def test_an_engine_that_gives_no_runs_differs_in_nothing(told):
    tables, _ = told
    engine = SimPyEngine(tables)
    assert first_difference(tables, engine.play_runs(1, range(0)), engine.play_runs(1, range(0))) == ""


def test_the_same_runs_of_another_seed_differ_at_once():
    tables = build(load(Path("erbil-2024")))
    engine = SimPyEngine(tables)
    assert first_difference(tables, engine.play_runs(1, range(2)), engine.play_runs(2, range(2))).startswith("run 0: ")
