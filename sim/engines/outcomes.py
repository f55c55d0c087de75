"""Outcomes while a run is played: which came true, and when."""

from __future__ import annotations

from sim.engines.closures import Function, finite
from sim.engines.world import Row, World, fits
from sim.model.tables import NO_PROGRAM, Tables


class Outcomes:
    """The outcomes of one run. Every test returns whether one that came true ends the run.

    times : for each outcome the time (ms) at which it first came true, or None.
    ended : the outcome that ended the run, or −1.
    waiting : whether an event may still change anything here.
    """

    def __init__(self, tables: Tables, functions: list[Function], world: World):
        self.tables, self.world = tables, world
        self.times: list[int | None] = [None] * len(tables.outcomes)
        self.ended = -1
        self._conditions = [
            None if one.condition == NO_PROGRAM else finite(tables, one.condition, functions[one.condition])
            for one in tables.outcomes
        ]
        self._open = [(number, one) for number, one in enumerate(tables.outcomes) if one.kind in ("event", "state")]
        self._state = [(number, one) for number, one in self._open if one.kind == "state"]
        self._quiet = [(number, one) for number, one in enumerate(tables.outcomes) if one.kind == "quiet"]
        self._asked = [
            (number, one)
            for number, one in enumerate(tables.outcomes)
            if one.kind == "asked" and 0 <= one.at_ms <= tables.horizon_ms
        ]
        self.waiting = bool(self._open or self._quiet)
        self._deadline = {number: one.at_ms for number, one in self._quiet}
        self._latest = dict.fromkeys((number for number, _ in self._quiet), 0)

    def begin(self) -> bool:
        """t = 0, before anything happens: what is asked then is asked too, whatever ends the run."""
        ends = self.of_state()
        return self.asked(0)[0] or ends

    def of_state(self) -> bool:
        """No event, but the state has changed: outcomes without a pattern are tested."""
        self._nameless()
        return self._record(
            [number for number, one in self._state if self.times[number] is None and self._holds(number)]
        )

    def after(self, row: Row, rung: int) -> bool:
        """An event has happened."""
        for number, one in self._quiet:
            if one.pattern is not None and fits(one.pattern, row):
                self._latest[number] = row[0]
        if not self._open:
            return False
        true = []
        for number, one in self._open:
            if one.kind == "state":
                self._nameless()
            elif one.pattern is None or not fits(one.pattern, row):
                continue
            else:
                self._name(row, rung)
            if self._holds(number):
                true.append(number)
        return self._record(true) if true else False

    def asked_times(self) -> list[int]:
        """The instants before the horizon at which something may be asked or a quiet may have lasted."""
        times = [one.at_ms for _, one in self._asked] + [one.at_ms for _, one in self._quiet]
        return sorted({time for time in times if 0 < time < self.tables.horizon_ms})

    def asked(self, now: int) -> tuple[bool, list[int]]:
        """All that is asked at this instant; then the instants at which a broken quiet may have lasted."""
        self._nameless()
        true = [
            number
            for number, one in self._asked
            if one.at_ms == now and self.times[number] is None and self._holds(number)
        ]
        later: list[int] = []
        for number, one in self._quiet:
            if self._deadline[number] == now:
                self._deadline[number] = self._latest[number] + one.at_ms
                if self._deadline[number] == now:
                    true.append(number)
                else:
                    later.append(self._deadline[number])
        return self._record(sorted(true)), later

    def close(self, end: int) -> None:
        """The run is over: what is asked later is answered from the state that stays."""
        self._nameless()
        for number, one in self._asked:
            later = one.at_ms > end or one.at_ms == self.tables.horizon_ms
            if self.times[number] is None and later and self._holds(number):
                self.times[number] = one.at_ms

    def _holds(self, number: int) -> bool:
        condition = self._conditions[number]
        return condition is None or bool(condition(self.world))

    def _nameless(self) -> None:
        world = self.world
        world.self_ = world.actor = world.target = -1
        world.rung = world.deaths = world.injured = 0
        world.seen = len(world.rows)

    def _name(self, row: Row, rung: int) -> None:
        world = self.world
        world.self_, world.actor, world.target = -1, row[1], row[3]
        world.rung, world.deaths, world.injured = rung, row[5], row[6]
        world.seen = len(world.rows)

    def _record(self, true: list[int]) -> bool:
        ends = False
        for number in true:
            self.times[number] = self.world.now
            if self.tables.outcomes[number].ends:
                self.ended = number if self.ended < 0 else self.ended
                ends = True
        if true:
            self._open = [(number, one) for number, one in self._open if self.times[number] is None]
            self._state = [(number, one) for number, one in self._state if self.times[number] is None]
            self._quiet = [(number, one) for number, one in self._quiet if self.times[number] is None]
            self.waiting = bool(self._open or self._quiet)
        return ends
