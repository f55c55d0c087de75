"""A compiled engine with a fault: the comparison finds each of them and says in names where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import nextafter
from typing import Any

import numpy as np
import pytest

from sim.engines.compiled.engine import CompiledEngine
from sim.engines.simpy_engine import SimPyEngine
from sim.model import Tables
from tests.equivalence.difference import first_difference
from tests.worlds import World

TEXT = """
horizon: 8 d
level: {window: 1 d}
max_events: 20
parameters: {p: {value: 0.5, range: 'uniform(0.2, 0.9)'}}
variables:
  tension: {scope: dyad, half_life: 2 d, range: [0, 5]}
  mood: {scope: world, initial: 1}
actions:
  hit: {deaths: poisson(2), effects: ["tension[target, actor] += 0.3", mood += 1, mood *= 1.1]}
  warn: {visibility: 0.7}
  bomb: {attribution: {actor: 1, c: 1}}
drivers: {source: {who: a, do: hit, to: {b: 1, c: p}, rate: "1 + tension[b, a] / 5", peak: 2}}
rules:
  answer:
    who: [b, c]
    when: {action: hit}
    chance: logistic(tension[self, actor])
    do: warn
    to: actor
    after: exponential(12 h)
    unless: count(action=warn, within=6 h) > 0
    effects: ["tension[self, actor] += 0.1"]
  strike: {who: a, when: {action: warn}, choose: [{do: bomb, to: actor}, {do: nod, to: d}], cooldown: 1 d, after: 1 d}
  blame: {who: [b, d], when: {action: bomb, actor: [a, c]}, do: speak, to: actor, after: 90 min, limit: 1}
timeline:
  - {at: -1 d, who: b, do: hit, to: a}
  - {at: +1 d, who: c, do: speak, to: d}
  - {at: +1 d, who: d, do: nod, to: c}
  - {at: +7.5 d, who: d, do: peace, to: c}
outcomes:
  mourning: {when: {action: hit, deaths: 3..}}
  calm: {quiet: 12 h, when: {rung: 1..}}
  late: {at: +7 d, if: mood > 0, ends: true}
"""
RUNS = range(12)
Fault = Callable[[Any], None]


def flipped(array: str, column: str | None = None) -> Fault:
    """One bit of salts, which are what a decision is thrown for."""

    def fault(flat: Any) -> None:
        salts = flat[array] if column is None else flat[array][column]
        salts ^= np.uint64(1)

    return fault


def put(array: str, column: str, value: Any) -> Fault:
    """Another number in place of all that an array's column holds."""

    def fault(flat: Any) -> None:
        flat[array][column] = value

    return fault


def more(array: str, column: str, step: int) -> Fault:
    """A number more or less."""

    def fault(flat: Any) -> None:
        flat[array][column] += step

    return fault


def ties_backwards(flat: Any) -> None:
    """Of two that are due at the same instant the later one comes first."""
    agenda = flat["agenda"]
    first = next(i for i in range(len(agenda) - 1) if agenda["time"][i] == agenda["time"][i + 1] == 86_400_000)
    agenda["index"][[first, first + 1]] = agenda["index"][[first + 1, first]]


def effects_backwards(flat: Any) -> None:
    """The effects of an action in another order."""
    first = flat["actions"][3]["first_effect"]  # of hit: += 1 and *= 1.1
    flat["effects"][[first + 1, first + 2]] = flat["effects"][[first + 2, first + 1]]


def effects_forgotten(flat: Any) -> None:
    """The effects of the action alone, not those of the response."""
    flat["deeds"]["effects"] = 0


def a_longer_quiet(flat: Any) -> None:
    """A quiet that has to last a millisecond more."""
    flat["outcomes"]["at"][1] += 1


def actors_backwards(flat: Any) -> None:
    """Who comes last answers first."""
    flat["audience"][:] = flat["audience"][::-1].copy()


FAULTS: dict[str, tuple[Fault, str]] = {
    "the dice of a chance": (flipped("rules", "chance_salt"), "event "),
    "the keys of responses": (flipped("rules", "key_salt"), "event "),
    "the keys of candidates": (flipped("drivers", "key_salt"), "from source"),
    "the keys of items": (flipped("items", "key_salt"), "event 0 differs in key:"),
    "the dice of options": (flipped("options", "salt"), "from strike"),
    "the dice of targets": (flipped("to_salts"), "differs in target"),
    "who learns": (flipped("learn_salts"), "event "),
    "whom they blame": (flipped("blame_salts"), "from blame"),
    "the dice of a parameter": (flipped("parameters", "salt"), "the parameter p: "),
    "ties backwards": (ties_backwards, "c speak d"),
    "effects backwards": (effects_backwards, "the variable mood on "),
    "effects of responses forgotten": (effects_forgotten, "the variable tension["),
    "nobody stands down": (put("options", "unless", -1), "from answer"),
    "no cooldown": (put("rules", "cooldown", -1), "from strike"),
    "no limit": (put("rules", "limit", -1), "from blame"),
    "no half-life": (put("variables", "half_life", -1), "run "),
    "a lower bound": (put("variables", "high", 9.0), "the variable mood"),
    "a window that is closed at its beginning": (more("sizes", "window", 1), "the level on "),
    "a log that is longer": (more("sizes", "max_events", 1), "event 20 is in the second log alone"),
    "a span of deaths from 2": (put("patterns", "least_deaths", 2), "the outcome mourning: "),
    "a quiet that is longer": (a_longer_quiet, "the outcome calm: "),
    "a run that does not end": (put("outcomes", "ends", 0), "is in the second log alone"),
    "actors backwards": (actors_backwards, "event "),
}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return World.of_text(TEXT, tmp_path_factory.mktemp("world")).tables


def difference(tables: Tables, faulty: CompiledEngine) -> str:
    return first_difference(tables, SimPyEngine(tables).play_runs(1, RUNS), faulty.play_runs(1, RUNS))


def test_without_a_fault_there_is_no_difference(tables):
    assert difference(tables, CompiledEngine(tables)) == ""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_told_in_names(tables, fault):
    spoil, told = FAULTS[fault]
    engine = CompiledEngine(tables)
    spoil(engine.flat)
    text = difference(tables, engine)
    assert text.startswith("run ")
    assert told in text


def test_a_constant_that_is_off_by_one_bit_is_found(tables):
    constants = tuple(nextafter(one, 9.0) if one == 0.3 else one for one in tables.constants)
    assert "the variable tension[" in difference(tables, CompiledEngine(replace(tables, constants=constants)))
