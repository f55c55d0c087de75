"""What a run of the readable engine is made of: which parts of the language were not only written but played."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest

from sim.engines import simpy_engine
from sim.engines.closures import functions
from sim.engines.parts import Parts
from sim.engines.record import Record
from sim.engines.simpy_engine import SimPyEngine
from sim.model.code import NOBODY, ROLE, Op
from sim.model.tables import EffectTable, Tables
from sim.parameters import share_ends
from sim.scenario.parser import parse_who
from sim.scenario.syntax import PATTERN_KEYS, Not, Pattern, Question, WhoField, walk
from tests.worlds import World


class Noted(set[str]):
    """Words for what was played. It watches runs, too (see :class:`sim.engines.record.Watcher`)."""

    def __init__(self) -> None:
        super().__init__()
        self.world: Any = None

    # --- as a watcher ---

    def began(self, world: Any, outcomes: list[int | None]) -> None:
        self.world = world

    def given(self, item: Any, why: dict[str, Any], happens: bool) -> None:
        self.add("an item by chance" if happens else "no item by chance")

    def arose(self, driver: Any, why: dict[str, Any]) -> None:
        self.add("a driver's choice" if driver.chooses else "a driver's event")

    def considered(self, rule: Any, event: int, why: dict[str, Any]) -> None:
        row = self.world.rows[event]
        if "stopped" in why:
            self.add(f"stopped by {why['stopped']}")
            return
        self.add("committed")
        if row[1] != self.world.actor:
            self.add("nobody blamed" if self.world.actor < 0 else "somebody else blamed")
        if rule.table.actor == row[1]:
            self.add("own deed answered")
        if rule.table.chooses:
            self.add(f"chosen {'by id' if why['option'].startswith('option-') else 'by name'}")
            if " #" in why["option"]:
                self.add("an equal option chosen")
        if why["due"] > self.world.tables.horizon_ms:
            self.add("due after the horizon")

    def due(self, rule: Any, event: int, unless: int, stands_down: bool) -> None:
        if unless >= 0:
            self.add("stood down" if stands_down else "went ahead")

    def happened(self, event: int, response_to: object) -> None:
        for effect in self.world.tables.actions[self.world.rows[event][2]].effects:
            self.update(_of_effect(self.world.tables, effect))

    def settled(self, event: int) -> None:
        if event < 0:
            self.add("a mind changed")


def noted(worlds: Iterator[World], monkeypatch: pytest.MonkeyPatch) -> Noted:
    """What some runs of each world are made of."""
    found = Noted()
    quantile = Parts.quantile

    def noting(tables: Tables) -> list[Callable[..., float]]:
        return [_noting(tables, number, one, found) for number, one in enumerate(functions(tables))]

    def noting_draws(parts: Parts, draw: Any) -> Callable[..., float]:
        draws = quantile(parts, draw)
        what = "delay" if draw.path[-1] == "after" else "casualties"
        word = f"{what} {draw.kind}" + (f" of {draw.inner.kind}" if draw.inner else "")

        def note(w: Any, u: float) -> float:
            found.add(word)
            return draws(w, u)

        return note

    monkeypatch.setattr(simpy_engine, "functions", noting)
    monkeypatch.setattr(Parts, "quantile", noting_draws)
    for world in worlds:
        engine = SimPyEngine(world.tables)
        for run in range(3):
            found.update(_of_run(world, engine.play(run, run, found)))
    return found


def _noting(tables: Tables, number: int, function: Callable[..., float], found: Noted) -> Callable[..., float]:
    """A program's function that notes what it is made of when it is called."""
    program = tables.programs[number]
    code = tables.instructions[program.start : program.stop]
    sites = [step for step in program.path if isinstance(step, str) and step in SITES]
    words = {f"op {Op(op).name}" for op, *_ in code} | {f"in {site}" for site in sites[-1:]}
    words |= {f"constant in {site}" for site in sites[-1:] if len(code) == 1}
    for node in walk(program.expression):
        if isinstance(node, Question):
            words |= {f"{node.kind} {word}" for word in _of_pattern(tables, node.pattern)}
            words.add(f"{node.kind} {'within' if node.within else 'for ever'}")
    for site in ("visibility", "attribution", "to"):
        if site in program.path and program.path[-1] != site:
            words |= {f"{site} {form}" for form in forms(tables, parse_who(str(program.path[-1])))}

    def note(w: Any) -> float:
        if words:
            found.update(words)
            words.clear()
        return function(w)

    return note


SITES = (
    "initial", "baseline", "half_life", "own", "if", "chance", "unless", "weight", "after", "deaths", "injured",
    "visibility", "attribution", "effects", "to", "place", "rate", "peak", "limit", "cooldown",
)  # fmt: skip


def _of_effect(tables: Tables, effect: EffectTable) -> Iterator[str]:
    yield f"effect {effect.op}"
    for who in effect.who:
        if isinstance(who, int):
            yield f"effect on {next(word for word, code in ROLE.items() if code == who)}"
        else:
            yield "effect on a group" if len(who) > 1 else "effect on an actor" if who else "effect on an empty group"


def forms(tables: Tables, field: WhoField) -> Iterator[str]:
    """The forms of a who-field's entries."""
    if len(field) > 1:
        yield "list"
    for term in field:
        if isinstance(term, Not):
            yield from (f"not {form}" for form in forms(tables, term.field))
            continue
        kind = "id" if term.id in tables.actors else "group" if term.id in tables.names.groups else term.id
        yield f"KIND {term.direction} {kind}" if term.relation else kind


def _of_pattern(tables: Tables, pattern: Pattern) -> Iterator[str]:
    for key in PATTERN_KEYS:
        value = getattr(pattern, key)
        if value is None:
            continue
        yield key
        if key in ("actor", "target", "soil"):
            for form in forms(tables, value):
                yield f"{key} {form}"
                yield f"who {form}"
        elif key in ("rung", "deaths", "injured"):
            ends = "from" * (value.low is not None) + "to" * (value.high is not None)
            yield f"{key} {ends if value.low != value.high else 'one'}"


def _of_run(world: World, record: Record) -> Iterator[str]:
    """What a run's log and outcomes show."""
    tables, rows, scenario = world.tables, record.rows, world.loaded.description
    for earlier, later in pairwise(rows):
        if earlier[0] == later[0]:
            yield "two events at an instant"
            if later[7] < 0 <= earlier[7] or earlier[8] != later[8]:
                yield "events of two origins at an instant"
    for row in rows:
        yield from _of_event(tables, rows, row)
        origin = tables.origins[row[8]]
        if origin in scenario.rules:
            yield from (f"when {word}" for word in _of_pattern(tables, scenario.rules[origin].when))
    times = {row[0] for row in rows}
    for table, time in zip(tables.outcomes, record.outcomes, strict=True):
        if time is None:
            continue
        yield f"outcome {table.kind}"
        if table.kind in ("quiet", "asked") and time in times:
            yield f"{table.kind} at the instant of an event"
        if table.ends and time == record.outcomes[record.ended] and record.ended >= 0:
            yield f"ended by {table.kind}"
            if table.id != tables.outcomes[record.ended].id:
                yield "ended by two at an instant"
    if record.truncated:
        yield "truncated" if rows[-1][0] >= 0 else "truncated in history"
    for parameter in tables.parameters:
        bounded = parameter.kind and parameter.bounds is not None
        yield f"range {parameter.kind}" + bool(bounded) * (
            " above" if bounded and share_ends(parameter)[2] else " within"
        )


def _of_event(tables: Tables, rows: list[Any], row: Any) -> Iterator[str]:
    if row[7] >= 0:
        cause = rows[row[7]]
        if row[0] == cause[0]:
            yield "an answer at once"
        if cause[0] < 0:
            yield "an answer to history"
    if row[0] < 0:
        yield "history"
        if row[5] or row[6]:
            yield "casualties in history"
    yield "to nobody" if row[3] == NOBODY else "to oneself" if row[3] == row[1] else "to another"
    yield "nowhere" if row[4] < 0 else "on nobody's soil" if not tables.soil[row[4]] else "on somebody's soil"
    if tables.actions[row[2]].rung < 0:
        yield "below nought"
