"""Looks on while a run is played and writes down why things happen. Changes nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from sim import chance
from sim.engines.agents import Rule
from sim.engines.closures import Function
from sim.engines.world import ACTOR, KEY, World
from sim.model.tables import NO_PROGRAM, NOTHING, DriverTable, OptionTable, Tables, TimelineTable
from sim.reading.chronicle import Change, Choice, Missed, Response
from sim.reading.values import Look, Looker
from sim.scenario.load import Loaded

_ALREADY_ASKED = ("condition", "chance", "weights", "nothing", "history", "")
"""What stops a rule only after its condition was read; the empty text: nothing did."""


@dataclass
class Arising:
    """What is known of an event that answers nothing: a driver's rate and choice, or an item's chance."""

    rate: float | None = None
    choice: Choice | None = None
    chance: Look | None = None
    drawn: float | None = None


@dataclass
class Notes:
    """What a witness wrote down.

    responses : by rule (its number among all actors' copies) and event answered, in order.
    arisings : by event; changes : by event; truths : the event (or None) with which an outcome came true.
    """

    responses: dict[tuple[int, int], Response] = field(default_factory=dict)
    arisings: dict[int, Arising] = field(default_factory=dict)
    changes: dict[int, tuple[Change, ...]] = field(default_factory=dict)
    missed: list[Missed] = field(default_factory=list)
    truths: dict[int, int | None] = field(default_factory=dict)


class Witness:
    """A watcher (:class:`sim.engines.record.Watcher`) that takes notes."""

    def __init__(self, loaded: Loaded, tables: Tables, functions: list[Function]):
        self.tables, self.functions = tables, functions
        self.looker = Looker(loaded, tables, functions)
        self.notes = Notes()
        self._commitments: dict[int, list[int]] = {}
        self._arising: Arising | None = None
        self._answering: tuple[int, int] | None = None
        self._before: tuple[list[float], list[int]] = ([], [])

    def began(self, world: World, outcomes: list[int | None]) -> None:
        """Remember the world that is looked at."""
        self.world, self.outcomes = world, outcomes

    def given(self, item: TimelineTable, why: dict[str, Any], happens: bool) -> None:
        """An item with a chance: it becomes the next event, or is missed."""
        look = self.looker.look(item.chance, self.world)
        self._arising = Arising(chance=look, drawn=why["draw"]) if happens else None
        if not happens:
            action = self.tables.actions[item.deed.action].name
            self.notes.missed.append(
                Missed(item.id, item.at_ms, self.tables.actors[item.actor], action, look, why["draw"])
            )

    def arose(self, driver: DriverTable, why: dict[str, Any]) -> None:
        """A driver's next event."""
        choice = self._choice(driver.options, why["option"]) if driver.chooses else None
        self._arising = Arising(rate=why["rate"], choice=choice)

    def considered(self, rule: Rule, event: int, why: dict[str, Any]) -> None:
        """A rule matched: what the engine has just read, and what came of it."""
        world, table = self.world, rule.table
        row = world.rows[event]
        stopped = why.get("stopped", "")
        earlier = self._commitments.setdefault(rule.number, [])
        actors = self.tables.actors
        response = Response(
            table.id, actors[rule.actor], event, world.now, actors[row[ACTOR]],
            actors[world.actor] if world.actor >= 0 else None, stopped or "pending", so_far=len(earlier),
            since_last_ms=world.now - earlier[-1] if earlier else None,
        )  # fmt: skip
        if stopped in ("limit", "cooldown"):
            brake = table.limit if stopped == "limit" else table.cooldown
            response = replace(response, brake=self.looker.look(brake, world))
        if stopped in _ALREADY_ASKED:
            response = self._with_reasons(response, rule, row[KEY], why)
        if not stopped:
            earlier.append(world.now)
            response = self._with_target(response, why)
        self.notes.responses[rule.number, event] = response

    def _with_reasons(self, response: Response, rule: Rule, key: int, why: dict[str, Any]) -> Response:
        """Condition, chance, draw and option, as far as the engine came."""
        table, stopped = rule.table, response.fate
        if table.condition != NO_PROGRAM:
            response = replace(response, condition=self.looker.look(table.condition, self.world))
        if table.chance != NO_PROGRAM and stopped != "condition":
            look = self.looker.look(table.chance, self.world)
            response = replace(response, chance=look, drawn=chance.draw(key, rule.chance_salt))
        if "option" not in why:
            return response
        option = self._option(table.options, why["option"])
        action = option.deed.action
        return replace(
            response,
            choice=self._choice(table.options, why["option"]) if table.chooses else None,
            action=None if action == NOTHING else self.tables.actions[action].name,
            due_ms=why.get("due"),
        )

    def _with_target(self, response: Response, why: dict[str, Any]) -> Response:
        target, place = why["target"], why["place"]
        return replace(
            response,
            target=self.tables.actors[target] if target >= 0 else None,
            place=self.tables.places[place] if place >= 0 else None,
        )

    def due(self, rule: Rule, event: int, unless: int, stands_down: bool) -> None:
        """A response's time has come: it stands down, or is about to happen."""
        self._note_truths(None)
        key = (rule.number, event)
        response = self.notes.responses[key]
        if unless != NO_PROGRAM:
            response = replace(response, unless=self.looker.look(unless, self.world))
        if stands_down:
            response = replace(response, fate="stood down")
        else:
            self._answering = key
            self._remember()
        self.notes.responses[key] = response

    def happened(self, event: int, response_to: object) -> None:
        """An event is in the log."""
        self._note_truths(None)
        if self._answering is not None:
            response = self.notes.responses[self._answering]
            self.notes.responses[self._answering] = replace(response, fate="event", result=event)
            self._answering = None
        elif self._arising is not None:
            self.notes.arisings[event], self._arising = self._arising, None
        self._remember()

    def settled(self, event: int) -> None:
        """Effects and outcomes are through."""
        changes = self._changes()
        if event >= 0:
            self.notes.changes[event] = changes
        elif self._answering is not None:
            response = self.notes.responses[self._answering]
            self.notes.responses[self._answering] = replace(response, fate="change of mind", changes=changes)
            self._answering = None
        self._note_truths(event if event >= 0 else None)

    def _note_truths(self, event: int | None) -> None:
        """Outcomes that have come true since this was last called: with an event, or by the clock."""
        for number, time in enumerate(self.outcomes):
            if time is not None:
                self.notes.truths.setdefault(number, event)

    def _remember(self) -> None:
        self._before = (list(self.world.values), list(self.world.touched))

    def _changes(self) -> tuple[Change, ...]:
        """The cells that were set since `_remember`, each with its value right before."""
        world, (values, touched) = self.world, self._before
        changes = []
        for number, table in enumerate(self.tables.variables):
            for cell in self.tables.cells_of(table):
                if world.values[cell] == values[cell] and world.touched[cell] == touched[cell]:
                    continue
                base = world.bases[cell]
                before = base + (values[cell] - base) * math.exp((touched[cell] - world.now) * world.decays[number])
                if before != world.values[cell]:
                    changes.append(Change(self.looker.name_of_cell(number, cell), before, world.values[cell]))
        return tuple(changes)

    def _option(self, options: tuple[OptionTable, ...], name: str) -> OptionTable:
        return next(one for one in options if one.name == name)

    def _choice(self, options: tuple[OptionTable, ...], name: str) -> Choice:
        """An option with its share of the weights as they are now."""
        weights = {one.name: self._weight(one) for one in options}
        return Choice(name, weights[name] / math.fsum(weights.values()), len(weights))

    def _weight(self, option: OptionTable) -> float:
        return 1.0 if option.weight == NO_PROGRAM else self.functions[option.weight](self.world)
