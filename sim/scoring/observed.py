"""What really happened: the rows of the observed files, checked against the scenario."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sim.ensemble.files import hash_of
from sim.scenario.faults import Spot, nearest, short
from sim.scenario.files import shipped_folder
from sim.scenario.times import DAY_MS, instant_ms, moment_of, moment_text
from sim.scoring.cells import Cell, Mistake, RecordError, rows_of
from sim.scoring.header import Form, Header, header_of

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble
    from sim.scenario.schema import Item

_YES, _NO = ("yes", "true", "1", "1.0", "y", "t"), ("no", "false", "0", "0.0", "n", "f")
_MOST_SUGGESTIONS = 200
_DATE_FORM = "an ISO date or date-time such as 2024-02-01 or 2024-02-01T14:30"


@dataclass(frozen=True, slots=True)
class ObservedOutcome:
    """Whether an outcome came true, and when it first did (days from the start; None: unknown or never)."""

    outcome: str
    happened: bool
    day: float | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class ObservedEvent:
    """A deed that happened: when (days from the start), by whom, what, to whom (None: nobody, or not said)."""

    day: float
    actor: str
    action: str
    target: str | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class Observed:
    """A record of what happened from the scenario's start to its horizon.

    outcomes : one for each outcome that the record knows; events : the deeds it holds;
    files : each file's name with its SHA-256.
    """

    outcomes: tuple[ObservedOutcome, ...]
    events: tuple[ObservedEvent, ...]
    files: tuple[tuple[str, str], ...]


def read_observed(files: Iterable[str | Path], ensemble: Ensemble) -> Observed:
    """The record in some CSV files, which may hold outcome rows, event rows or both.

    A file is a path, or the id of a record that comes with the package, such as ``erbil-2022``.

    Raises
    ------
    RecordError
        With everything that is wrong in any of them.
    StorageError
        If one cannot be read.
    """
    check = _Check(ensemble)
    paths = {str(file): _found(Path(file)) for file in files}
    for path in paths.values():
        check.file(path, _OBSERVED)
    if check.mistakes:
        raise RecordError(check.mistakes)
    digests = tuple((file, hash_of(path) or "") for file, path in paths.items())
    return Observed(tuple(check.outcomes.values()), tuple(check.events), digests)


def _found(path: Path) -> Path:
    shipped = shipped_folder() / "observed" / f"{path}.csv"
    return shipped if len(path.parts) == 1 and not path.exists() and shipped.is_file() else path


def read_base_rates(file: str | Path, ensemble: Ensemble) -> dict[str, float]:
    """The base rates of a CSV file with the columns outcome and probability. Raises as :func:`read_observed`."""
    check = _Check(ensemble)
    check.file(Path(file), _RATES)
    if check.mistakes:
        raise RecordError(check.mistakes)
    return check.rates


_OBSERVED = Form(
    ("outcome", "happened", "day", "date", "actor", "action", "target"),
    (("outcome", "happened"), ("date", "actor", "action")),
)
_RATES = Form(("outcome", "probability"), (("outcome", "probability"),))


class _Check:
    """Reads files against one scenario and remembers every mistake."""

    def __init__(self, ensemble: Ensemble):
        self.description = ensemble.description
        self.start, self.horizon = ensemble.start, round(ensemble.horizon_days * DAY_MS)
        self.mistakes: list[Mistake] = []
        self.outcomes: dict[str, ObservedOutcome] = {}
        self.events: list[ObservedEvent] = []
        self.rates: dict[str, float] = {}
        self._near: dict[tuple[str, str], str] = {}

    def file(self, path: Path, form: Form) -> None:
        """Read one file."""
        try:
            rows = rows_of(path)
        except RecordError as error:
            self.mistakes += error.mistakes
            return
        if not rows:
            self._wrong(Spot(str(path), 1, 1), "found nothing", f"a header, {form}, and at least one row")
            return
        header, mistakes = header_of(rows[0], form)
        self.mistakes += mistakes
        if mistakes:
            return
        if len(rows) == 1:
            self._wrong(rows[0][0].spot, "found a header alone", "at least one row below it")
        before = len(self.mistakes)
        for row in rows[1:]:
            cells = self._cells(header, row)
            if cells is None:
                continue
            if form is _RATES:
                self._rate(cells)
            elif cells["outcome"].text:
                self._outcome(cells)
            elif any(cells[name].text for name in form.columns):
                self._event(cells, header)
        self.mistakes[before:] = sorted(self.mistakes[before:], key=lambda one: (one.spot.line, one.spot.column))

    def _wrong(self, where: Spot | Cell, found: str, expected: str = "", near: str = "") -> None:
        spot = where.spot if isinstance(where, Cell) else where
        self.mistakes.append(Mistake(spot, found, expected, near))

    def _cells(self, header: Header, row: list[Cell]) -> dict[str, Cell] | None:
        """The cells of a row by column; those that are not there are empty, and lie where the row begins."""
        extra = next((cell for cell in row[header.width :] if cell.text), None)
        if extra is not None:
            self._wrong(extra, f"found a cell beyond the header, {short(extra.text)}",
                        f'{header.width} cells; text that holds a comma is quoted: "a, b"')  # fmt: skip
            return None
        empty = Cell("", row[0].spot)
        return {
            name: row[place] if place is not None and place < len(row) else empty
            for name, place in header.places.items()
        }

    def _known(self, cell: Cell, kind: str, known: Iterable[str]) -> bool:
        """Whether a cell names something; told if not."""
        names = list(known)
        if cell.text in names:
            return True
        if not cell.text:
            self._wrong(cell, f"found no {kind}", f"the id of a known {kind}")
            return False
        what = "group" if cell.text in self.description.groups else kind
        what = (
            "tag"
            if kind == "action" and any(cell.text in one.tags for one in self.description.actions.values())
            else what
        )
        key = (kind, cell.text)
        if key not in self._near:
            named = {item.name: one for one, item in self._items(kind).items() if item.name}
            near = nearest(cell.text, [*names, *named]) if len(self._near) < _MOST_SUGGESTIONS else ""
            self._near[key] = near if near in names else named.get(near, "")
        expected = f"the id of a known {'actor' if kind == 'target' else kind}"
        self._wrong(cell, f"found the {what} {short(cell.text)}", expected, self._near[key])
        return False

    def _items(self, kind: str) -> Mapping[str, Item]:
        s = self.description
        return s.outcomes if kind == "outcome" else s.actions if kind == "action" else s.actors

    def _outcome(self, cells: dict[str, Cell]) -> None:
        before = len(self.mistakes)
        name, said = cells["outcome"], cells["happened"]
        mixed = next((cells[key] for key in ("actor", "action", "target") if cells[key].text), None)
        if mixed is not None:
            self._wrong(
                mixed, f"found {short(mixed.text)} in the row of an outcome", "an outcome or an event, not both"
            )
        self._known(name, "outcome", self.description.outcomes)
        happened = self._answer(said)
        day = None
        if happened:
            day = self._day(cells["day"], cells["date"])
        elif happened is False:
            when = cells["day"] if cells["day"].text else cells["date"]
            if when.text:
                found = f"found {short(when.text)} for an outcome that did not happen"
                self._wrong(when, found, "no day and no date, or yes under happened")
        first = self.outcomes.get(name.text)
        if first is not None:
            said_both = happened is not None and happened != first.happened
            which = "with the other answer" if said_both else "a second time"
            self._wrong(name, f"found the outcome {short(name.text)} {which}", f"it once: it is in {first.spot}")
        if len(self.mistakes) == before and happened is not None:
            self.outcomes[name.text] = ObservedOutcome(name.text, happened, day, name.spot)

    def _answer(self, cell: Cell) -> bool | None:
        text = cell.text.casefold()
        if text in _YES or text in _NO:
            return text in _YES
        found = f"found {short(cell.text)} under happened" if text else "found nothing under happened"
        self._wrong(cell, found, "yes or no; leave the row out if it is not known")
        return None

    def _day(self, day: Cell, when: Cell) -> float | None:
        """Days from the start to when an outcome came true, by its day or its date; None if neither is told."""
        horizon = self.horizon / DAY_MS
        number: float | None = None
        if day.text:
            number = self._number(day, "days from the start", 0.0, horizon)
        if not when.text:
            return number
        stretch = self._stretch(when, end=True)
        if stretch is None or (day.text and number is None):
            return None
        first, last = (ms / DAY_MS for ms in stretch)
        if number is None:
            return (first + last) / 2
        if not first - 1e-6 <= number <= last + 1e-6:
            found = f"found day {day.text} and the date {when.text}, which is day {first:.6g}"
            self._wrong(day, found, "the same moment, or one of the two")
        return number

    def _number(self, cell: Cell, what: str, low: float, high: float) -> float | None:
        text = cell.text
        try:
            number = float(text) if "_" not in text else math.nan
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            self._wrong(cell, f"found {short(text)}" if text else "found nothing", f"a number: {what}, such as 0.5")
            return None
        if not low <= number <= high:
            self._wrong(cell, f"found {short(text)}", f"{what}, from {low:g} to {high:g}")
            return None
        return number

    def _stretch(self, cell: Cell, *, end: bool) -> tuple[int, int] | None:
        """First and last millisecond that a date may mean, within the run; `end`: whether the horizon belongs to it."""
        try:
            first = instant_ms(datetime.fromisoformat(cell.text).isoformat(), self.start)
            whole_day = _is_date(cell.text)
        except (ValueError, OverflowError):
            self._wrong(cell, f"found the date {short(cell.text)}" if cell.text else "found no date", _DATE_FORM)
            return None
        last = first + DAY_MS if whole_day else first
        over = first > self.horizon if end else first >= self.horizon
        if over or (last <= 0 if whole_day else last < 0):
            span = f"{moment_text(0, self.start)} to {'' if end else 'before '}{moment_text(self.horizon, self.start)}"
            side = "at or after the horizon's end" if over else "before the start"
            self._wrong(cell, f"found the date {short(cell.text)}, {side}", f"a date from {span} ({self._zone()})")
            return None
        return max(first, 0), min(last, self.horizon)

    def _zone(self) -> str:
        return f"times are {moment_of(0, self.start).strftime('UTC%z') if self.start.utcoffset() else 'UTC'}"

    def _event(self, cells: dict[str, Cell], header: Header) -> None:
        if not header.has("date", "actor", "action"):
            first = next(cell for cell in cells.values() if cell.text)
            self._wrong(first, "found a row without an outcome", "an outcome in each row")
            return
        before = len(self.mistakes)
        stretch = self._stretch(cells["date"], end=False)
        self._known(cells["actor"], "actor", self.description.actors)
        self._known(cells["action"], "action", self.description.actions)
        target = cells["target"].text
        if target and target != "nobody":
            self._known(cells["target"], "target", self.description.actors)
        for key in ("happened", "day"):
            if cells[key].text:
                self._wrong(cells[key], f"found {short(cells[key].text)} under {key} in the row of an event",
                            "an outcome in its outcome cell, or nothing here")  # fmt: skip
        if stretch is not None and len(self.mistakes) == before:
            day = (stretch[0] + stretch[1]) / 2 / DAY_MS
            named = None if target in ("", "nobody") else target
            spot = cells["date"].spot
            self.events.append(ObservedEvent(day, cells["actor"].text, cells["action"].text, named, spot))

    def _rate(self, cells: dict[str, Cell]) -> None:
        name = cells["outcome"]
        known = self._known(name, "outcome", self.description.outcomes)
        rate = self._number(cells["probability"], "a probability", 0.0, 1.0)
        if known and name.text in self.rates:
            self._wrong(name, f"found the outcome {short(name.text)} a second time", "it once")
        elif known and rate is not None:
            self.rates[name.text] = rate


def _is_date(text: str) -> bool:
    """Whether a text that reads as a moment is a date alone."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
