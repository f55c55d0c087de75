"""The statistics read one event at a time, as their definitions are worded: for comparison with the quick ones."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from sim.calibration.matching import Lookup
from sim.calibration.record import Statistic
from sim.engines.played import NEVER, Played
from sim.model.tables import Tables
from sim.scenario.times import DAY_MS


def slowly(statistic: Statistic, played: Played, tables: Tables) -> np.ndarray[Any, Any]:
    """The statistic in each run."""
    values, begin = [], 0
    for run, count in enumerate(played.counts.tolist()):
        log = played.log[begin : begin + count]
        begin += count
        ended = played.ended[run]
        end = tables.horizon_ms if ended == NEVER else int(played.outcomes[run, ended])
        values.append(math.nan if played.truncated[run] else _Run(statistic, log, end, tables).value())
    return np.array(values)


@dataclass
class _Run:
    s: Statistic
    log: Any
    end: int
    tables: Tables

    def value(self) -> float:
        columns = {name: self.log[name] for name in self.log.dtype.names}
        self.fits = Lookup.of(self.s.events, self.tables).mask(columns).tolist()
        self.others = Lookup.of(self.s.other, self.tables).mask(columns).tolist()
        self.times = self.log["time"].tolist()
        self.chosen = [i for i, fit in enumerate(self.fits) if fit and self._inside(i)]
        return float(getattr(self, self.s.kind)())

    def _inside(self, event: int) -> bool:
        return any(first <= self.times[event] < stop for first, stop in self.s.stretches)

    def count(self) -> float:
        if self.s.counting == "events":
            return len(self.chosen)
        return sum(int(self.log[self.s.counting][event]) for event in self.chosen)

    def rate(self) -> float:
        days = sum(max(0, min(self.end, stop) - first) for first, stop in self.s.stretches) / DAY_MS
        return self.count() / days if days else math.nan

    def dispersion(self) -> float:
        if any(self.end < stop for _, stop in self.s.stretches) or not self.chosen:
            return math.nan
        days = [(stop - first) / DAY_MS for first, stop in self.s.stretches]
        counts = [sum(first <= self.times[i] < stop for i in self.chosen) for first, stop in self.s.stretches]
        rate = sum(counts) / sum(days)
        return sum((n - rate * d) ** 2 / (rate * d) for n, d in zip(counts, days, strict=True)) / (len(days) - 1)

    def share(self) -> float:
        among = [i for i, other in enumerate(self.others) if other and self._inside(i)]
        return sum(self.fits[i] for i in among) / len(among) if among else math.nan

    def _lags(self) -> list[float | None]:
        within = math.inf if self.s.within_ms is None else self.s.within_ms
        lags: list[float | None] = []
        for event in self.chosen:
            if within < math.inf and self.times[event] + within >= self.end:
                continue
            answers = [
                self.times[later] - self.times[event]
                for later in range(event + 1, len(self.times))
                if self.others[later] and self._linked(event, later) and self.times[later] - self.times[event] <= within
            ]
            lags.append(answers[0] if answers else None)
        return lags

    def _linked(self, event: int, later: int) -> bool:
        if self.s.link == "cause":
            return int(self.log["cause"][later]) == event
        return self.s.link == "time" or not any(self.fits[event + 1 : later])

    def answered(self) -> float:
        lags = self._lags()
        return sum(lag is not None for lag in lags) / len(lags) if lags else math.nan

    def lag(self) -> float:
        lags = [lag for lag in self._lags() if lag is not None]
        return median(lags) / DAY_MS if lags else math.nan

    def happens(self) -> float:
        return bool(self.chosen)

    def first(self) -> float:
        return (self.times[self.chosen[0]] - self.s.stretches[0][0]) / DAY_MS if self.chosen else math.nan

    def highest(self) -> float:
        return max((self.tables.actions[self.log["action"][i]].rung for i in self.chosen), default=math.nan)

    def mean(self) -> float:
        return self.count() / len(self.chosen) if self.chosen else math.nan

    def quiet(self) -> float:
        ((first, stop),) = self.s.stretches
        if self.end <= first:
            return math.nan
        times = [first, *(self.times[i] for i in self.chosen), min(stop, self.end)]
        return max(b - a for a, b in pairwise(times)) / DAY_MS
