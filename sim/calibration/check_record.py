"""Does a record that has the right shape also mean something for its scenario? Every fault, with its path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sim.calibration.form import EXTRAS, KINDS, Kind, Observed, OutcomeName, RecordFile, StatisticItem
from sim.scenario import times
from sim.scenario.check_language import LanguageCheck
from sim.scenario.check_patterns import Here, check_pattern
from sim.scenario.faults import short
from sim.scenario.load import Loaded
from sim.scenario.parser import STATEMENT_ID
from sim.scenario.report import Path, Report
from sim.scenario.sites import NUMBERS, Context, Site
from sim.scenario.syntax import Pattern

MOST_STATISTICS = 200
_PATTERN = Context("a record's pattern")
_FORM = "an id of the letters a to z and A to Z, digits, _ and -"


@dataclass(frozen=True, slots=True)
class Where:
    """The time that is simulated: the start, and how many ms follow."""

    start: datetime
    horizon_ms: int

    def ms(self, text: str) -> int:
        """An instant, in ms from the start."""
        return times.instant_ms(text, self.start)

    def window(self, item: StatisticItem) -> tuple[int, int]:
        """From where to where a statistic looks."""
        first = 0 if item.from_ is None else self.ms(item.from_)
        return first, self.horizon_ms if item.to is None else self.ms(item.to)

    def stretches(self, item: StatisticItem) -> tuple[tuple[int, int], ...]:
        """The stretches in which a statistic looks: its window without what is left out, or its intervals."""
        if item.intervals is not None:
            return tuple((self.ms(first), self.ms(last)) for first, last in item.intervals)
        found = []
        first, stop = self.window(item)
        for out, back in sorted((self.ms(a), self.ms(b)) for a, b in item.without or ()):
            if first < min(out, stop):
                found.append((first, min(out, stop)))
            first = max(first, back)
        return tuple([*found, (first, stop)] if first < stop else found)


def check_record(form: RecordFile, report: Report, loaded: Loaded) -> None:
    """Report everything that is wrong with the meaning of a record."""
    check = _Check(form, report, loaded)
    check.top()
    check.sources()
    check.fit()
    for name, pattern in form.events.items():
        check.id(("events", name), name)
        check.pattern(("events", name), pattern)
    for name, item in form.statistics.items():
        check.id(("statistics", name), name)
        check.statistic(("statistics", name), item)


class _Check:
    def __init__(self, form: RecordFile, report: Report, loaded: Loaded):
        self.form, self.report, self.loaded = form, report, loaded
        self.scenario = loaded.description
        self.where = Where(loaded.start, self.scenario.horizon)
        self.here = Here(self.scenario, loaded.names, report, {}, (), _PATTERN)
        self.cited: set[str] = set()

    def top(self) -> None:
        form = self.form
        if form.brinkline_record != 1:
            expected = "1, the version that this program reads"
            self._wrong(("brinkline_record",), f"found version {form.brinkline_record}", expected)
        self.id(("record",), form.record, key=False)
        if form.scenario != self.scenario.scenario:
            expected = f"{short(self.scenario.scenario)}, the scenario that was loaded"
            self._wrong(("scenario",), f"found {short(form.scenario)}", expected)
        if not 1 <= len(form.statistics) <= MOST_STATISTICS and not self.report.is_broken_inside(("statistics",)):
            self._wrong(("statistics",), f"found {len(form.statistics)}", f"1 to {MOST_STATISTICS} statistics")

    def id(self, path: Path, name: str, *, key: bool = True) -> None:
        """Report a name that is no id."""
        if not STATEMENT_ID.fullmatch(name):
            self.report.error(path, "bad-id", f"found {short(name)}", _FORM, key=key)

    def sources(self) -> None:
        known = [*self.form.sources, *self.scenario.sources, "assumed"]
        for path, source in self._cited():
            self.cited.add(source)
            if source not in known:
                self.report.unknown(path, "source", source, known, homes=("sources",))
        for name in self.form.sources:
            home: Path = ("sources", name)
            self.id(home, name)
            if name in self.scenario.sources or name == "assumed":
                found = f"found the id {short(name)}, which the scenario's sources have already"
                found = f"found {short(name)}, a word of the language" if name == "assumed" else found
                self.report.error(home, "duplicate-id", found, "an id of its own", key=True)
            elif name not in self.cited and not self.report.is_broken_inside(("statistics",)):
                found = f"found the source {short(name)}, which nothing cites"
                self.report.error(home, "unused", found, "a statistic or parameter that cites it", key=True)

    def _cited(self) -> Iterator[tuple[Path, str]]:
        for block in ("sources", "fit", "statistics"):
            for name, item in getattr(self.form, block).items():
                if item.source is not None:
                    yield (block, name, "source"), item.source

    def fit(self) -> None:
        known = self.scenario.parameters
        language = LanguageCheck(self.scenario, self.loaded.names, self.report)
        for name, item in self.form.fit.items():
            language.check(Site(("fit", name, "range"), "range", item.range, NUMBERS))
            if name not in known:
                expected = "a parameter of the scenario"
                self.report.unknown(
                    ("fit", name), "parameter", name, known, homes=("parameters",), key=True, expected=expected
                )

    def pattern(self, path: Path, events: Pattern | str | OutcomeName | None) -> None:
        """Report the names of a pattern, or of what stands for one, that mean nothing."""
        if isinstance(events, Pattern):
            check_pattern(events, self.here.at(path))
        elif isinstance(events, OutcomeName) and events.id not in self.scenario.outcomes:
            known = self.scenario.outcomes
            self.report.unknown((*path, "outcome"), "outcome", events.id, known, homes=("outcomes",))
        elif isinstance(events, str) and events not in self.form.events:
            expected = "a pattern, or the name of one of 'events'"
            self.report.unknown(path, "name", events, self.form.events, homes=("events",), expected=expected)

    def statistic(self, path: Path, item: StatisticItem) -> None:
        """Report what is wrong with one statistic."""
        if item.source is None:
            expected = "a key of sources, or 'assumed'"
            self.report.error((*path, "source"), "missing-key", "found no 'source'", expected, key=True)
        given = [kind for kind in KINDS if getattr(item, kind) is not None]
        for key in (*given, "of", "by"):
            self.pattern((*path, key), getattr(item, key))
        if len(given) != 1:
            if not self.report.is_broken_inside(path):
                found = " and ".join(f"'{key}'" for key in given) or "none of them"
                self.report.error(path, "conflict", f"found {found}", f"one of {', '.join(KINDS)}", key=True)
            return
        self._keys(path, item, given[0])
        self._times(path, item)
        self._seen(path, item, KINDS[given[0]])

    def _keys(self, path: Path, item: StatisticItem, name: str) -> None:
        kind = KINDS[name]
        allowed = (*kind.needs, *kind.may, *(("from", "to") if kind.window else ()))
        for key in EXTRAS:
            has = getattr(item, "from_" if key == "from" else key) is not None
            if has and key not in allowed:
                expected = f"only {', '.join(allowed)} beside {name!r}"
                self.report.error((*path, key), "conflict", f"found {key!r}", expected, allowed, key=True)
            elif not has and key in kind.needs:
                expected = f"this key, which {name!r} requires"
                self.report.error((*path, key), "missing-key", f"found no {key!r}", expected, key=True)
        if name == "mean" and item.counting == "events":
            self._wrong((*path, "counting"), "found 'events'", "deaths or injured: an event is one event on average")

    def _times(self, path: Path, item: StatisticItem) -> None:
        end = self.where.horizon_ms
        inside = f"an instant from the start to the end of the scenario, {times.moment_text(end, self.where.start)}"
        sound = True
        for key, text in (("from", item.from_), ("to", item.to)):
            if text is not None and not 0 <= self.where.ms(text) <= end:
                sound = False
                self.report.error((*path, key), "bad-time", f"found {short(text)}", inside)
        for key in ("intervals", "without"):
            for index, pair in enumerate(getattr(item, key) or ()):
                first, last = (self.where.ms(text) for text in pair)
                if not 0 <= first < last <= end:
                    expected = f"[from, to] with from before to, each {inside}"
                    found = f"found [{pair[0]}, {pair[1]}]"
                    self.report.error((*path, key, index), "bad-time", found, expected)
        first, last = self.where.window(item)
        if sound and first >= last:
            self.report.error((*path, "to"), "bad-time", "found no time between 'from' and 'to'", "'from' before 'to'")
        elif sound and not self.where.stretches(item):
            self.report.error((*path, "without"), "bad-time", "found nothing that is left", "less to be left out")
        if item.intervals is not None and len(item.intervals) < 2:
            self._wrong((*path, "intervals"), "found one interval", "two or more")
        if item.within is not None and item.within <= 0:
            self._wrong((*path, "within"), "found no time at all", times.DURATION_FORM)

    def _seen(self, path: Path, item: StatisticItem, kind: Kind) -> None:
        seen = item.observed
        if (seen is None) == (item.band is None):
            if not self.report.is_broken_inside(path):
                found = "found neither 'observed' nor 'band'" if seen is None else "found 'observed' and 'band'"
                self.report.error(path, "conflict", found, "one of them", key=True)
            return
        if item.fit and seen is None:
            self.report.error((*path, "fit"), "conflict", "found 'fit' with a band", "an observation to meet", key=True)
        values = [*(item.band or ())] if seen is None else [seen.value, seen.low, seen.high]
        spot = (*path, "band" if seen is None else "observed")
        numbers = [one for one in values if one is not None]
        if kind.share and not all(0 <= one <= 1 for one in numbers):
            self._wrong(spot, f"found {max(numbers, key=abs):g}", "a share from 0 to 1")
        elif item.highest is None and min(numbers) < 0:
            self._wrong(spot, f"found {min(numbers):g}", "0 or more")
        if seen is not None:
            self._form_of_seen(spot, seen, item, kind)

    def _form_of_seen(self, spot: Path, seen: Observed, item: StatisticItem, kind: Kind) -> None:
        if seen.k is not None and not kind.share:
            self._wrong(spot, "found k of n", "a number or [low, high]: this statistic is no share")
        if item.happens is not None and seen.k is None and seen.low is None and seen.value not in (0, 1):
            expected = "0 or 1, what happened; or a probability with its ends, such as {k: 2, n: 5} or [0.4, 0.9]"
            self._wrong(spot, f"found {seen.value:g}", expected)
        scaled = [one for one in (seen.value, seen.low, seen.high) if one is not None]
        if item.scale == "log" and min(scaled) <= 0:
            self._wrong((*spot[:-1], "scale"), "found 'log' of a number that is not above 0", "sqrt or identity")

    def _wrong(self, path: Path, found: str, expected: str) -> None:
        self.report.error(path, "wrong-value", found, expected)
