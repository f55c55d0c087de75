"""Drivers and timeline items, ready to make events that answer nothing."""

from __future__ import annotations

import math

from sim.engines.agents import probability
from sim.engines.closures import Trouble
from sim.engines.parts import Parts
from sim.engines.world import World
from sim.model.tables import NO_PROGRAM, DriverTable, Tables, TimelineTable
from sim.scenario.times import DAY_MS


class Given:
    """A timeline item; `chance` is None where it happens for certain."""

    def __init__(self, tables: Tables, parts: Parts, table: TimelineTable):
        self.table, self.actor, self.origin = table, table.actor, table.origin
        self.chance = None if table.chance == NO_PROGRAM else probability(tables, parts, table.chance)
        self.deed = parts.deed(table.deed)


def too_many(tables: Tables, table: DriverTable, candidates: int, peak: float, events: int) -> Trouble:
    """What is said of a driver at whose candidate a run's drivers have more of them than they may.

    candidates, events : its own so far in this run; peak : at which they come, a day.
    """
    bound = table.peak if table.peak != NO_PROGRAM else table.rate
    found = f"more than {tables.max_candidates:,} candidates of drivers; this one had {candidates:,} of them"
    made = f"at {peak:g} a day, and {events:,} became events"
    return Trouble(tables.spots[bound], f"{found}, {made}; expected a lower peak, nearer the rate, or more max_events")


class Driver:
    """One actor's copy of a driver.

    thinned : whether its rate may be lower than its peak; guarded : whether anything but the rate holds it back.
    """

    def __init__(self, tables: Tables, parts: Parts, table: DriverTable):
        self.table, self.actor, self.origin = table, table.actor, table.origin
        self.thinned = table.peak != NO_PROGRAM
        self._rate, self._rate_place = parts.functions[table.rate], tables.spots[table.rate]
        bound = table.peak if self.thinned else table.rate
        self._peak, self._peak_place = parts.functions[bound], tables.spots[bound]
        self._condition, self._cooldown, self._limit = (
            parts.optional(program) for program in (table.condition, table.cooldown, table.limit)
        )
        self.guarded = not (self._condition is self._cooldown is self._limit is None)
        self.options = parts.options(table)

    def peak(self, world: World) -> float:
        """The rate's upper bound in this run, a day."""
        peak = self._peak(world)
        if 0.0 <= peak < math.inf:
            return peak
        raise Trouble(self._peak_place, f"a rate of {peak:g} a day")

    def rate(self, world: World, peak: float) -> float:
        """The rate now, a day; one that is not from 0 to the peak is an error."""
        rate = self._rate(world)
        if 0.0 <= rate <= peak:
            return rate
        raise Trouble(self._rate_place, f"a rate of {rate:g} a day, which is not from 0 to the peak of {peak:g}")

    def is_held_back(self, world: World, events: int, latest: int | None) -> bool:
        """Whether limit, cooldown or condition keep it from making an event now.

        events : how many it has made in this run; latest : when it made the last one (ms).
        """
        if self._limit is not None and events >= self._limit(world):
            return True
        rests = self._cooldown is not None and latest is not None
        if rests and (world.now - latest) / DAY_MS < self._cooldown(world):  # type: ignore[operator, misc]
            return True
        return self._condition is not None and not self._condition(world)
