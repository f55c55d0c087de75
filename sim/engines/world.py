"""The state of one run: the clock, the variables, the level, the log, and the event that names speak of."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from sim.model.tables import PatternTable, Tables
from sim.scenario.times import DAY_MS

Row = tuple[int, int, int, int, int, int, int, int, int, int]
TIME, ACTOR, ACTION, TARGET, PLACE, DEATHS, INJURED, CAUSE, ORIGIN, KEY = range(10)


class Sample(NamedTuple):
    """The state at a time: value and time of setting of the cells that had moved by then."""

    time: int
    values: tuple[float, ...]
    touched: tuple[int, ...]


def fits(pattern: PatternTable, row: Row) -> bool:
    """Whether an event, told by its true doer, fits a pattern."""
    return (
        row[ACTION] in pattern.actions
        and (pattern.actor is None or row[ACTOR] in pattern.actor)
        and (pattern.target is None or row[TARGET] in pattern.target)
        and (pattern.places is None or row[PLACE] in pattern.places)
        and fits_rest(pattern, row)
    )


def fits_rest(pattern: PatternTable, row: Row) -> bool:
    """The keys that are seldom given: origin, deaths, injured."""
    if pattern.origins is not None and row[ORIGIN] not in pattern.origins:
        return False
    if pattern.deaths is not None and not pattern.deaths[0] <= row[DEATHS] <= pattern.deaths[1]:
        return False
    return pattern.injured is None or pattern.injured[0] <= row[INJURED] <= pattern.injured[1]


class World:
    """What expressions read and effects write.

    values, touched : for each cell the value and the time (ms) at which it was last set; between events a
    value moves to its base by itself. Reading changes nothing, so that nobody's looking moves a bit.
    moved : the cells that were ever set, in order, each with its variable.
    seen : questions to the log look at the events before this index.
    """

    __slots__ = (
        "actor", "baselines", "bases", "deaths", "decays", "hits", "injured", "levelled", "levels", "moved",
        "nobody", "now", "parameters", "pick", "picked", "rows", "rung", "rungs", "seen", "self_", "shared",
        "tables", "target", "touched", "values", "waited", "window", "zero",
    )  # fmt: skip

    def __init__(self, tables: Tables, parameters: list[float], now: int):
        self.tables = tables
        self.parameters = parameters
        self.now = now
        self.rows: list[Row] = []
        self.hits: list[list[int]] = [[] for _ in tables.questions]
        self.levels: deque[tuple[int, int]] = deque()
        self.levelled = 0
        self.rungs = [action.rung for action in tables.actions]
        self.window = tables.window_ms
        self.seen = 0
        self.self_ = self.actor = self.target = self.nobody = -1
        self.rung = self.deaths = self.injured = 0
        self.zero = 0
        self.shared = 0.0
        self.waited = 0.0
        self.values: list[float] = []
        self.bases: list[float] = []
        self.touched: list[int] = []
        self.decays: list[float] = []
        self.baselines: list[float] = []
        self.moved: dict[int, int] = {}
        self.picked = 0
        self.pick: Callable[[list[Any]], tuple[Any, ...]] = _pick_few([])

    def read(self, variable: int, cell: int) -> float:
        """A cell's value now: base + (value − base) · 2^(−Δt / half-life)."""
        value, base, age = self.values[cell], self.bases[cell], self.touched[cell] - self.now
        rate = self.decays[variable]
        if value == base or rate == 0.0 or not age:
            return value
        return base + (value - base) * math.exp(age * rate)

    def sample(self, time: int) -> Sample:
        """The state at a time after which nothing has happened yet."""
        if self.picked != len(self.moved):
            self.picked = len(self.moved)
            self.pick = itemgetter(*self.moved) if self.picked > 1 else _pick_few(list(self.moved))
        return Sample(time, self.pick(self.values), self.pick(self.touched))

    def moved_cells(self) -> list[tuple[int, float]]:
        """The cells that were ever set, in order, each with its decay a millisecond."""
        return [(cell, self.decays[variable]) for cell, variable in self.moved.items()]

    def level(self) -> float:
        """The highest rung of the last while, never below 0.

        `levels` holds the events that are the highest since they happened, oldest first; the log is read on
        from where it was read before.
        """
        levels, rungs, gone = self.levels, self.rungs, self.now - self.window
        for row in self.rows[self.levelled :]:
            rung = rungs[row[ACTION]]
            if rung > 0:
                while levels and levels[-1][1] <= rung:
                    levels.pop()
                levels.append((row[TIME], rung))
        self.levelled = len(self.rows)
        while levels and levels[0][0] <= gone:
            levels.popleft()
        return float(levels[0][1]) if levels else 0.0

    def count(self, question: int, within: float) -> float:
        """How many of the events before `seen`, in the last `within` days, fit a question."""
        table, hits, rows, now = self.tables.questions[question], self.hits[question], self.rows, self.now
        if not (table.actor is table.target is table.soil is None):
            return float(sum(1 for _ in self._asked(question, within)))
        behind = bisect_left(hits, self.seen)
        first = bisect_left(hits, True, 0, behind, key=lambda index: (now - rows[index][TIME]) / DAY_MS < within)
        return float(behind - first)

    def since(self, question: int, within: float) -> float:
        """Days since the last event that fits a question; infinity if there is none."""
        for index in self._asked(question, within):
            return (self.now - self.rows[index][TIME]) / DAY_MS
        return math.inf

    def _asked(self, question: int, within: float) -> Iterator[int]:
        """The events that fit a question, latest first."""
        table = self.tables.questions[question]
        roles = (self.self_, self.actor, self.target)
        actors = None if table.actor is None else table.actor.given(*roles)
        targets = None if table.target is None else table.target.given(*roles)
        for index in reversed(self.hits[question]):
            row = self.rows[index]
            if index >= self.seen:
                continue
            if (self.now - row[TIME]) / DAY_MS >= within:
                return
            if actors is not None and row[ACTOR] not in actors:
                continue
            if targets is not None and row[TARGET] not in targets:
                continue
            if table.soil is not None:
                owners = self.tables.soil[row[PLACE]] if row[PLACE] >= 0 else frozenset()
                if not self.tables.names.soil_fits(table.soil.who, owners, *roles):
                    continue
            yield index


def _pick_few(cells: list[int]) -> Callable[[list[Any]], tuple[Any, ...]]:
    return lambda values: tuple(values[cell] for cell in cells)


def half_life_rate(half_life_days: float) -> float:
    """The decay a millisecond of a half-life in days: ln 2 / half-life."""
    return math.log(2.0) / (half_life_days * DAY_MS)
