"""The statistics of a record, measured in every run.

Events are those of the true log from t = 0 on (history never counts) that fit the statistic's pattern and lie in its
stretches, half-open: ``from`` to ``to``, without what is left out. A run ends at the horizon, or when an outcome that
``ends`` it comes true. In a truncated run every statistic is undefined (NaN): nobody knows what would have followed.

``count``
    N, the number of events; with ``counting``, the sum of their deaths or injured. Always defined.
``rate``
    N / T, where T is the length of the stretches, in days, up to the end of the run. Undefined if T = 0.
``dispersion``
    Pearson's, Σ (nᵢ − λ Tᵢ)² / (λ Tᵢ) / (k − 1), for the counts nᵢ in k intervals of length Tᵢ and λ = Σ nᵢ / Σ Tᵢ:
    1 on average for a Poisson process. Undefined without any event, and where the run ends before the last interval.
``share``
    Of the events ``of`` in the stretches, the share that fit the pattern too. Undefined if there are none.
``answered``
    Of the events in the stretches, the share that an event ``by`` follows, later in the log, ``within`` so long (both
    ends included) and before the run ends, wherever the stretches do. Left out are those for which ``within`` reaches
    to the end of the run or beyond. Undefined if none is left. What counts as following is said by ``link``:
    ``time``, any later event ``by`` (the default); ``latest``, one that no other event of the first kind stands before,
    history included; ``cause``, one that it caused itself.
``lag``
    The median of the days from each event that is answered in that sense to the first event that answers it (the mean
    of the middle two if they are even in number). Undefined if none is.
``happens``
    1 if there is such an event, or the outcome first came true in the stretch, else 0. Its mean over runs is a
    probability. Always defined.
``first``
    Days from ``from`` to the first such event, or to the outcome's first coming true. Undefined if there is none.
``highest``
    The highest rung among the events. Undefined if there are none.
``mean``
    Deaths, or injured, for one of the events: their sum over N. Undefined if N = 0.
``quiet``
    The longest time in days without such an event, between ``from`` and ``to`` or the end of the run, these included
    as if an event stood there. Undefined if the run ends by ``from``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.calibration.matching import Lookup, Truths
from sim.calibration.record import Record, Statistic
from sim.engines.played import NEVER, Played
from sim.model.tables import Tables
from sim.scenario.syntax import Pattern
from sim.scenario.times import DAY_MS

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_NONE = np.iinfo(np.int64).max


class Measure:
    """Measures the statistics of a record in runs of a scenario."""

    def __init__(self, record: Record, tables: Tables):
        self.statistics = record.statistics
        self.tables = tables
        patterns = [one for each in record.statistics for one in (each.events, each.other)]
        self._lookups = {pattern: Lookup.of(pattern, tables) for pattern in patterns}
        self._outcomes = {outcome.id: number for number, outcome in enumerate(tables.outcomes)}

    def of(self, played: Played) -> Floats:
        """The statistics of some runs.

        Returns
        -------
        values : float64 array, shape (runs, statistics)
            NaN where a run does not define a statistic.
        """
        log = _Log(played, self.tables, self._lookups)
        values = np.empty((log.runs, len(self.statistics)))
        for number, statistic in enumerate(self.statistics):
            if statistic.outcome is None:
                values[:, number] = _KINDS[statistic.kind](statistic, log)
            else:
                values[:, number] = _of_outcome(statistic, log, self._outcomes[statistic.outcome])
        values[played.truncated] = np.nan
        return values


class _Log:
    """The logs of some runs, one behind the other.

    run : each event's run, from 0; time : in ms; end : ms at which each run ends.
    """

    def __init__(self, played: Played, tables: Tables, lookups: Mapping[Pattern, Lookup]):
        self.played, self.tables = played, tables
        self.runs = len(played.counts)
        self.run: Whole = np.repeat(np.arange(self.runs), played.counts)
        asked = {column for one in lookups.values() for column in one.columns}
        self.columns = {name: np.ascontiguousarray(played.log[name]) for name in sorted({"time", *asked})}
        self.time: Whole = self.columns["time"]
        self._masks = {pattern: lookup.mask(self.columns) for pattern, lookup in lookups.items()}
        self.end: Whole = np.full(self.runs, tables.horizon_ms)
        (early,) = np.nonzero(played.ended != NEVER)
        self.end[early] = played.outcomes[early, played.ended[early]]

    def fitting(self, pattern: Pattern) -> Whole:
        """The numbers of the events that fit, history included."""
        return np.flatnonzero(self._masks[pattern])

    def fits(self, pattern: Pattern, events: Whole) -> Truths:
        """Whether these events fit."""
        return self._masks[pattern][events]

    def within(self, events: Whole, stretches: Iterable[tuple[int, int]]) -> Whole:
        """Those of the events that lie in one of the stretches."""
        times = self.time[events]
        inside = np.zeros(len(events), np.bool_)
        for first, stop in stretches:
            inside |= (first <= times) & (times < stop)
        return events[inside]

    def chosen(self, statistic: Statistic) -> Whole:
        """The events of a statistic: those that fit, in its stretches."""
        return self.within(self.fitting(statistic.events), statistic.stretches)

    def number(self, events: Whole) -> Whole:
        """How many of the events each run has."""
        return np.bincount(self.run[events], minlength=self.runs).astype(np.int64)

    def total(self, events: Whole, counting: str) -> Floats:
        """How many each run has, or their deaths or injured."""
        if counting == "events":
            return self.number(events).astype(np.float64)
        numbers = self.played.log[counting][events].astype(np.float64)
        return np.bincount(self.run[events], weights=numbers, minlength=self.runs).astype(np.float64)

    def days(self, stretches: Iterable[tuple[int, int]]) -> Floats:
        """How many days of the stretches each run has before it ends."""
        ms = np.zeros(self.runs)
        for first, stop in stretches:
            ms += np.clip(self.end, first, stop) - first
        return ms / DAY_MS


def _count(statistic: Statistic, log: _Log) -> Floats:
    return log.total(log.chosen(statistic), statistic.counting)


def _rate(statistic: Statistic, log: _Log) -> Floats:
    return _ratio(_count(statistic, log), log.days(statistic.stretches))


def _dispersion(statistic: Statistic, log: _Log) -> Floats:
    events = log.fitting(statistic.events)
    counts = np.stack([log.number(log.within(events, [one])) for one in statistic.stretches], axis=1)
    days = np.array([stop - first for first, stop in statistic.stretches]) / DAY_MS
    expected = counts.sum(axis=1, keepdims=True) / days.sum() * days
    dispersion = _ratio((counts - expected) ** 2, expected).sum(axis=1) / (len(days) - 1)
    return np.where(log.end < max(stop for _, stop in statistic.stretches), np.nan, dispersion)


def _share(statistic: Statistic, log: _Log) -> Floats:
    among = log.within(log.fitting(statistic.other), statistic.stretches)
    return _ratio(log.number(among[log.fits(statistic.events, among)]), log.number(among))


def _answered(statistic: Statistic, log: _Log) -> Floats:
    events, lags = _answers(statistic, log)
    return _ratio(log.number(events[lags >= 0]), log.number(events))


def _lag(statistic: Statistic, log: _Log) -> Floats:
    events, lags = _answers(statistic, log)
    answered = lags >= 0
    return _medians(log.run[events[answered]], lags[answered], log.runs) / DAY_MS


def _answers(statistic: Statistic, log: _Log) -> tuple[Whole, Whole]:
    """The events that may be answered, and the ms to the first that answers each (−1: none)."""
    every, answers = log.fitting(statistic.events), log.fitting(statistic.other)
    events = log.within(every, statistic.stretches)
    if statistic.within_ms is not None:
        events = events[log.time[events] + statistic.within_ms < log.end[log.run[events]]]
    first = (_caused if statistic.link == "cause" else _following)(events, answers, log)
    if statistic.link == "latest":
        first[first > _next(every, events)] = _NONE
    found = first != _NONE
    lags: Whole = np.full(len(events), -1)
    lags[found] = log.time[first[found]] - log.time[events[found]]
    if statistic.within_ms is not None:
        lags[lags > statistic.within_ms] = -1
    return events, lags


def _next(candidates: Whole, events: Whole) -> Whole:
    """The first of the candidates behind each event, in whatever run."""
    return np.append(candidates, _NONE)[np.searchsorted(candidates, events, side="right")]


def _following(events: Whole, answers: Whole, log: _Log) -> Whole:
    """The first answer behind each event in its own run."""
    following = _next(answers, events)
    found = following != _NONE
    found[found] = log.run[following[found]] == log.run[events[found]]
    return np.where(found, following, _NONE)


def _caused(events: Whole, answers: Whole, log: _Log) -> Whole:
    """The first answer that each event caused."""
    causes = log.played.log["cause"][answers].astype(np.int64)
    begins = np.cumsum(log.played.counts) - log.played.counts
    parents, first = np.unique((begins[log.run[answers]] + causes)[causes >= 0], return_index=True)
    answer = np.full(len(log.time), _NONE)
    answer[parents] = answers[causes >= 0][first]
    return answer[events]


def _happens(statistic: Statistic, log: _Log) -> Floats:
    return (log.number(log.chosen(statistic)) > 0).astype(float)


def _first(statistic: Statistic, log: _Log) -> Floats:
    events = log.chosen(statistic)
    runs, first = np.unique(log.run[events], return_index=True)
    days = np.full(log.runs, np.nan)
    days[runs] = (log.time[events[first]] - statistic.stretches[0][0]) / DAY_MS
    return days


def _of_outcome(statistic: Statistic, log: _Log, outcome: int) -> Floats:
    """``happens`` and ``first`` of an outcome. What is asked at the end of the run belongs to it."""
    ((first, stop),) = statistic.stretches
    times = log.played.outcomes[:, outcome]
    happens = (times != NEVER) & (first <= times) & ((times < stop) | (stop == log.tables.horizon_ms))
    return happens.astype(float) if statistic.kind == "happens" else np.where(happens, (times - first) / DAY_MS, np.nan)


def _highest(statistic: Statistic, log: _Log) -> Floats:
    events = log.chosen(statistic)
    rungs = np.array([float(action.rung) for action in log.tables.actions])
    highest = np.full(log.runs, -np.inf)
    np.maximum.at(highest, log.run[events], rungs[log.played.log["action"][events]])
    return np.where(np.isinf(highest), np.nan, highest)


def _mean(statistic: Statistic, log: _Log) -> Floats:
    events = log.chosen(statistic)
    return _ratio(log.total(events, statistic.counting), log.number(events))


def _quiet(statistic: Statistic, log: _Log) -> Floats:
    ((first, stop),) = statistic.stretches
    events = log.chosen(statistic)
    every = np.arange(log.runs)
    runs = np.concatenate([every, log.run[events], every])
    times = np.concatenate([np.full(log.runs, first), log.time[events], np.clip(log.end, first, stop)])
    order = np.lexsort((times, runs))
    runs, gaps = runs[order], np.diff(times[order], prepend=first)
    begins = np.searchsorted(runs, every)
    gaps[begins] = 0
    longest = np.maximum.reduceat(gaps, begins) if log.runs else gaps
    return np.where(log.end <= first, np.nan, longest / DAY_MS)


def _ratio(above: ArrayLike, below: ArrayLike) -> Floats:
    """A quotient; NaN where the divisor is 0."""
    upper, lower = np.asarray(above, float), np.asarray(below, float)
    quotient = np.full_like(upper, np.nan)
    np.divide(upper, lower, out=quotient, where=lower > 0)
    return quotient


def _medians(groups: Whole, values: Whole, count: int) -> Floats:
    """The median of the values of each group 0 … count − 1; NaN where there are none."""
    order = np.lexsort((values, groups))
    ordered, sizes = values[order], np.bincount(groups, minlength=count)
    some = sizes > 0
    begins = (np.cumsum(sizes) - sizes)[some]
    medians = np.full(count, np.nan)
    medians[some] = (ordered[begins + (sizes[some] - 1) // 2] + ordered[begins + sizes[some] // 2]) / 2
    return medians


_KINDS: dict[str, Callable[[Statistic, _Log], Floats]] = {
    "count": _count,
    "rate": _rate,
    "dispersion": _dispersion,
    "share": _share,
    "answered": _answered,
    "lag": _lag,
    "happens": _happens,
    "first": _first,
    "highest": _highest,
    "mean": _mean,
    "quiet": _quiet,
}
