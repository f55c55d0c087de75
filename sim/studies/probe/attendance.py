"""Looks on while runs are played and counts what became of every rule and driver."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sim.engines.agents import Rule
from sim.engines.record import Record
from sim.engines.simpy_engine import SimPyEngine
from sim.engines.sources import Driver
from sim.engines.world import World, fits
from sim.model import Tables
from sim.model.tables import DriverTable, TimelineTable


@dataclass
class Asked:
    """What became of a rule, all its owners together, over some runs.

    stopped : by what (``condition``, ``chance``, ``limit``, ``weights``, …), how often; a chance of 0 counts as
    ``no chance``. committed : responses; stood_down, done : those whose delay was over. unheard : events that its
    pattern fits, though it was never asked about any.
    """

    stopped: Counter[str] = field(default_factory=Counter)
    committed: int = 0
    stood_down: int = 0
    done: int = 0
    unheard: int = 0

    @property
    def times(self) -> int:
        """How often an event fitted it."""
        return self.committed + self.stopped.total()


@dataclass
class Offered:
    """What became of a driver's candidates, all its actors together.

    runs, idle : in how many runs it stood, and with a peak of 0. candidates : how many there were; at_rest : those at
    a rate of 0; held_back : those that its rate let through but its `if`, limit or cooldown did not; events : the rest.
    """

    runs: int = 0
    idle: int = 0
    candidates: int = 0
    at_rest: int = 0
    held_back: int = 0
    events: int = 0


class Attendance:
    """Plays runs with the readable engine; a watcher (:class:`sim.engines.record.Watcher`) of each of them."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.rules = {rule: Asked() for rule in tables.rule_ids}
        self.drivers = {one.id: Offered() for one in tables.drivers}
        self._engine = SimPyEngine(tables)
        counted = [_Counted(tables, self._engine, table, self.drivers[table.id]) for table in tables.drivers]
        self._engine.drivers = [*counted]
        self._fitted = [0] * len(tables.rules)

    def play(self, seed: int, run: int) -> Record:
        """One run. Raises RunError if an expression goes wrong."""
        record = self._engine.play(seed, run, self)
        cut = record.ended >= 0 or record.truncated  # then nobody learns of the last event
        answered = record.rows[:-1] if cut else record.rows
        for number, table in enumerate(self.tables.rules):
            asked = self.rules[table.id]
            if not asked.times:
                own = [row for row in answered if fits(table.pattern, row)]
                self._fitted[number] += sum(row[1] != table.actor or table.own for row in own)
                asked.unheard = max(asked.unheard, self._fitted[number])
        return record

    def began(self, world: World, outcomes: list[int | None]) -> None:
        """Nothing to count."""

    def given(self, item: TimelineTable, why: dict[str, Any], happens: bool) -> None:
        """Nothing to count."""

    def arose(self, driver: DriverTable, why: dict[str, Any]) -> None:
        """A driver's event."""
        self.drivers[driver.id].events += 1

    def considered(self, rule: Rule, event: int, why: dict[str, Any]) -> None:
        """A rule that an event fits."""
        asked, stopped = self.rules[rule.table.id], why.get("stopped", "")
        if not stopped:
            asked.committed += 1
        else:
            asked.stopped["no chance" if stopped == "chance" and why["chance"] == 0 else stopped] += 1

    def due(self, rule: Rule, event: int, unless: int, stands_down: bool) -> None:
        """A response whose delay is over."""
        asked = self.rules[rule.table.id]
        asked.stood_down += stands_down
        asked.done += not stands_down

    def happened(self, event: int, response_to: object) -> None:
        """Nothing to count."""

    def settled(self, event: int) -> None:
        """Nothing to count."""


class _Counted(Driver):
    """A driver that counts its candidates."""

    def __init__(self, tables: Tables, engine: SimPyEngine, table: DriverTable, offered: Offered):
        super().__init__(tables, engine.parts, table)
        self.offered = offered

    def peak(self, world: World) -> float:
        peak = super().peak(world)
        self.offered.runs += 1
        self.offered.idle += peak == 0.0
        return peak

    def rate(self, world: World, peak: float) -> float:
        rate = super().rate(world, peak)
        self.offered.candidates += 1
        self.offered.at_rest += rate == 0.0
        return rate

    def is_held_back(self, world: World, events: int, latest: int | None) -> bool:
        held = super().is_held_back(world, events, latest)
        self.offered.held_back += held
        return held
