"""Where a scenario's numbers come from: each with its source, the share of each kind of source, and their dates.

Which numbers count is said in :mod:`sim.reading.numbers`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sim.errors import UsageError
from sim.reading.numbers import Held, numbers_of
from sim.reading.page import Block, Items, Prose, Section, Table, page_text
from sim.reading.prose import WIDTH, counted, joined
from sim.scenario.check_names import citations
from sim.scenario.faults import hint, short
from sim.scenario.load import Loaded
from sim.scenario.schema import Source
from sim.scenario.warn import uncited

ASSUMED, NONE, OTHER = "assumed", "none", "other"

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?")
_DATE_FORM = "a date such as 2024-01-17, 2024-01 or 2024"
_LONGEST = 32


@dataclass(frozen=True, slots=True)
class Number:
    """A number that matters: its path, how it is written, its source and what kind that is of.

    source : the id of a source, ``assumed``, or None; kind : the source's kind, ``other`` where it has none,
    ``assumed`` or ``none``; date : the source's, as it is written; moved : whether the source stands in another file.
    """

    path: str
    text: str
    source: str | None
    kind: str
    date: str | None
    moved: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """A source: its kind, its date as it is written, how many numbers and how many items cite it."""

    id: str
    kind: str
    date: str | None
    title: str | None
    numbers: int
    items: int


@dataclass(frozen=True, slots=True)
class Hindsight:
    """Of the sources that numbers rest on: which are dated after a day, and of which that cannot be told."""

    day: date
    late: tuple[Origin, ...]
    unknown: tuple[Origin, ...]

    @property
    def clear(self) -> bool:
        """Whether no number rests on anything later."""
        return not self.late and not self.unknown


@dataclass(frozen=True)
class Provenance:
    """The numbers of a scenario and its sources; uncited : the sources that nothing cites, wherever they stand."""

    title: str
    numbers: tuple[Number, ...]
    origins: tuple[Origin, ...]
    uncited: tuple[str, ...]

    def kinds(self) -> dict[str, int]:
        """How many numbers rest on each kind: the most frequent first, then ``assumed``, then ``none``."""
        counts: dict[str, int] = {}
        for one in self.numbers:
            counts[one.kind] = counts.get(one.kind, 0) + 1
        last = {ASSUMED: 1, NONE: 2}
        return {kind: counts[kind] for kind in sorted(counts, key=lambda one: (last.get(one, 0), -counts[one], one))}

    @property
    def carried(self) -> int:
        """How many numbers have a source or are marked as assumed."""
        return sum(one.source is not None for one in self.numbers)

    def coverage(self) -> str:
        """``312 of 330 numbers (94.5 %) name a source or say that they are assumed.``"""
        of = len(self.numbers)
        if not of:
            return "There are no numbers that matter."
        verb = "names a source or says that it is" if self.carried == 1 else "name a source or say that they are"
        return f"{self.carried:,} of {counted(of, 'number')} ({share_text(self.carried, of)}) {verb} assumed."

    @property
    def latest(self) -> Origin | None:
        """The latest of the sources that numbers rest on, by the last day that its date can mean."""
        dated = [(days[1], one) for one in self.origins if one.numbers and (days := days_of(one.date))]
        return max(dated, key=lambda pair: pair[0])[1] if dated else None

    def summary(self) -> str:
        """Coverage, kinds, the latest date and what is wrong, as sentences."""
        parts = [self.coverage()]
        if self.numbers:
            parts.append(f"By kind of source: {joined(f'{kind} {count:,}' for kind, count in self.kinds().items())}.")
        if self.latest is not None:
            parts.append(f"The latest source that a number rests on is of {self.latest.date}.")
        undated = [one.id for one in self.origins if one.numbers and days_of(one.date) is None]
        parts += [f"Without a date: {joined(undated)}."] if undated else []
        moved = sum(one.moved for one in self.numbers)
        parts += [f"{moved_text(moved)}."] if moved else []
        parts += [f"Cited by nothing: {joined(self.uncited)}."] if self.uncited else []
        return " ".join([*parts, "`brinkline sources` lists them all."])

    def of_kind(self, kind: str) -> tuple[Number, ...]:
        """The numbers that rest on one kind of source.

        Raises
        ------
        UsageError
            If the scenario has no such kind.
        """
        known = [*dict.fromkeys([*self.kinds(), *(one.kind for one in self.origins), ASSUMED, NONE])]
        if kind not in known:
            raise UsageError(f"found the kind {short(kind)}; expected one of {', '.join(known)}{hint(kind, known)}")
        return tuple(one for one in self.numbers if one.kind == kind)

    def hindsight(self, day: str) -> Hindsight:
        """Which of the sources that numbers rest on are later than a day, and of which that cannot be told.

        Parameters
        ----------
        day : str
            ``2024-01-17``; of a month or a year its last day is meant.

        Raises
        ------
        UsageError
            If it is no date.
        """
        span = days_of(day)
        if span is None:
            raise UsageError(f"found {short(day)}; expected {_DATE_FORM}")
        used = [(one, days_of(one.date)) for one in self.origins if one.numbers]
        late = tuple(one for one, days in used if days is not None and days[0] > span[1])
        unknown = tuple(one for one, days in used if days is None or days[0] <= span[1] < days[1])
        return Hindsight(span[1], late, unknown)

    def as_dict(self, shown: tuple[Number, ...] | None = None, hindsight: Hindsight | None = None) -> dict[str, Any]:
        """The same as plain data, for ``--json``."""
        found: dict[str, Any] = {
            **self.shares(),
            "numbers": [_dict(one) for one in (self.numbers if shown is None else shown)],
            "sources": [_dict(one) for one in self.origins],
            "uncited": list(self.uncited),
        }
        if hindsight is not None:
            found["hindsight"] = {
                "day": hindsight.day.isoformat(),
                "late": [one.id for one in hindsight.late],
                "unknown": [one.id for one in hindsight.unknown],
            }
        return found

    def shares(self) -> dict[str, Any]:
        """How many numbers there are, how many have a source or are marked as assumed, and how many of each kind."""
        kinds, of = self.kinds(), len(self.numbers)
        return {
            "total": of,
            "carried": self.carried,
            "share": self.carried / of if of else None,
            "kinds": {kind: {"numbers": count, "share": count / of} for kind, count in kinds.items()},
            "moved": sum(one.moved for one in self.numbers),
            "latest": None if self.latest is None else self.latest.date,
        }

    def text(
        self, shown: tuple[Number, ...] | None = None, hindsight: Hindsight | None = None, *, width: int = WIDTH
    ) -> str:
        """Tables for the terminal: the numbers by block (those in `shown`, if given), the shares, the sources."""
        numbers = self.numbers if shown is None else shown
        sections = [
            *_blocks(numbers),
            self._shares(),
            self._sources(),
            *([] if hindsight is None else [_late(hindsight)]),
        ]
        return page_text(self.title, sections, width=width)

    def _shares(self) -> Section:
        of = len(self.numbers)
        rows = tuple((kind, f"{count:,}", share_text(count, of)) for kind, count in self.kinds().items())
        meant = "A number is a key of an item that holds one and that a run or a score reads."
        blocks: list[Block] = [Prose(f"{self.coverage()} {meant}")]
        if rows:
            blocks.append(Table(("kind", "numbers", "share"), rows))
        moved = sum(one.moved for one in self.numbers)
        if moved:
            blocks.append(Prose(f"* {moved_text(moved)}: see whether that was meant."))
        return Section("What the numbers rest on", 1, tuple(blocks))

    def _sources(self) -> Section:
        rows = tuple((one.id, one.kind, one.date or "", f"{one.numbers:,}", f"{one.items:,}") for one in self.origins)
        blocks: list[Block] = [Prose("None are given.")]
        if rows:
            text = "How many numbers rest on each, and how many items cite it, those without numbers included."
            blocks = [Prose(text), Table(("source", "kind", "date", "numbers", "items"), rows)]
        if self.uncited:
            blocks.append(Prose(f"Cited by nothing: {joined(self.uncited)}."))
        return Section("Sources", 1, tuple(blocks))


def provenance_of(loaded: Loaded) -> Provenance:
    """Where the numbers of a scenario come from, changes applied."""
    scenario = loaded.description
    numbers = tuple(_number(one, scenario.sources) for one in numbers_of(loaded))
    cited = [source for _, source in citations(scenario)]
    resting = [one.source for one in numbers]
    origins = tuple(
        Origin(name, _kind(one), one.date, one.title or one.name, resting.count(name), cited.count(name))
        for name, one in scenario.sources.items()
    )
    return Provenance(scenario.title or scenario.scenario, numbers, origins, tuple(uncited(scenario)))


def moved_text(count: int) -> str:
    """``31 numbers stand in another file than the source of their item``."""
    stand = "stands in another file than the source of its item" if count == 1 else ""
    return f"{counted(count, 'number')} {stand or 'stand in another file than the source of their item'}"


def _number(held: Held, sources: dict[str, Source]) -> Number:
    if held.source is None or held.source not in sources:
        kind = NONE if held.source is None else ASSUMED
        return Number(held.path, held.text, held.source, kind, None, held.moved)
    source = sources[held.source]
    return Number(held.path, held.text, held.source, _kind(source), source.date, held.moved)


def _kind(source: Source) -> str:
    return source.kind or OTHER


def _dict(one: Number | Origin) -> dict[str, Any]:
    return {key: getattr(one, key) for key in type(one).__slots__}


def days_of(text: str | None) -> tuple[date, date] | None:
    """The first and the last day that a date can mean; None where it is none.

    >>> days_of("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    match = _DATE.fullmatch((text or "").strip())
    if match is None:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        after = (year, month + 1) if 0 < month < 12 else (year + 1, 1)
        return date(year, month or 1, 1), date(*after, 1) - timedelta(days=1)
    except (ValueError, OverflowError):
        return None


def share_text(count: int, of: int) -> str:
    """``94.5 %``, and 100 or 0 only for all or none."""
    share = 100 * count / of
    return f"{share:.0f} %" if count in (0, of) else f"{min(max(share, 0.1), 99.9):.1f} %"


def _blocks(numbers: tuple[Number, ...]) -> list[Section]:
    rows: dict[str, list[tuple[str, ...]]] = {}
    for one in numbers:
        block = re.split(r"[.\[]", one.path)[0]
        text = one.text if len(one.text) <= _LONGEST else f"{one.text[: _LONGEST - 1]}…"
        source = f"{one.source} *" if one.moved else one.source or ""
        rows.setdefault(block, []).append((one.path, text, source, one.kind, one.date or ""))
    headers = ("path", "number", "source", "kind", "date")
    tables = [Section(block, 2, (Table(headers, tuple(part)),)) for block, part in rows.items()]
    return tables or [Section("numbers", 2, (Prose("None."),))]


def _late(found: Hindsight) -> Section:
    text = f"No number may rest on anything later than {found.day.isoformat()}."
    blocks: list[Block] = [Prose(f"{text} None does." if found.clear else text)]
    if found.late:
        blocks += [Prose("Later:"), _origins(found.late)]
    if found.unknown:
        blocks += [
            Prose(f"Not known to be earlier (expected {_DATE_FORM}, all of it before):"),
            _origins(found.unknown),
        ]
    return Section("Hindsight", 1, tuple(blocks))


def _origins(origins: tuple[Origin, ...]) -> Items:
    return Items(tuple((one.id, f"{one.date or 'no date'}; {counted(one.numbers, 'number')}") for one in origins))
