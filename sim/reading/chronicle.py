"""One run as a chronicle: its events with their causes and reasons, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sim.reading.names import Names
from sim.reading.values import Look
from sim.scenario.times import DAY_MS, moment_of

if TYPE_CHECKING:
    from sim.reading.telling import Telling


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that effects moved: ``hostility[iraq, iran]`` from `before` to `after`."""

    variable: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The option taken out of `of`, and its share of the weights at that time."""

    name: str
    share: float
    of: int


@dataclass(frozen=True, slots=True)
class Response:
    """What came of a rule that matched an event.

    fate : 'event', 'change of mind', 'stood down', 'pending' (the run was over before it was due); or why there
    is no response: 'limit', 'cooldown', 'condition', 'chance', 'nothing' (that option was taken), 'weights' (all
    were 0), 'history' (it would have fallen before the start).
    blamed : whom the responder holds responsible; None for nobody. doer : who truly did it.
    brake : the limit or cooldown that stopped it; so_far : commitments before this one;
    since_last_ms : how long ago the last one was.
    due_ms : when the delay is over; result : the event that it became.
    """

    rule: str
    responder: str
    event: int
    at_ms: int
    doer: str
    blamed: str | None
    fate: str
    condition: Look | None = None
    chance: Look | None = None
    drawn: float | None = None
    choice: Choice | None = None
    action: str | None = None
    target: str | None = None
    place: str | None = None
    due_ms: int | None = None
    brake: Look | None = None
    so_far: int = 0
    since_last_ms: int | None = None
    unless: Look | None = None
    result: int | None = None
    changes: tuple[Change, ...] = ()

    @property
    def end_ms(self) -> int:
        """When the delay is over; where there is none, when the rule was considered."""
        return self.at_ms if self.due_ms is None else self.due_ms

    @property
    def is_commitment(self) -> bool:
        """Whether the responder committed itself."""
        return self.fate in ("event", "change of mind", "stood down", "pending")


@dataclass(frozen=True, slots=True)
class Event:
    """One event: who did what to whom, where, how many were hurt, and why.

    kind : what made it: 'rule', 'driver' or 'timeline'; origin : its id. rate : a driver's rate a day.
    chance, drawn : of a timeline item that has a chance.
    """

    index: int
    at_ms: int
    actor: str
    action: str
    target: str | None
    place: str | None
    rung: int
    deaths: int
    injured: int
    cause: int | None
    origin: str
    kind: str
    note: str | None = None
    response: Response | None = None
    rate: float | None = None
    choice: Choice | None = None
    chance: Look | None = None
    drawn: float | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Missed:
    """A timeline item that chance kept from happening."""

    origin: str
    at_ms: int
    actor: str
    action: str
    chance: Look
    drawn: float


@dataclass(frozen=True, slots=True)
class LevelStep:
    """The level rose with an event, or fell (`event` None) because nothing as grave had followed for a while."""

    at_ms: int
    before: int
    after: int
    event: int | None


@dataclass(frozen=True, slots=True)
class Truth:
    """An outcome that came true, and with which event if with one."""

    outcome: str
    at_ms: int
    event: int | None
    ends: bool


@dataclass(frozen=True, slots=True)
class End:
    """How the run ended: 'horizon', 'outcome' (which) or 'truncated'; levels and totals from the start on."""

    kind: str
    at_ms: int
    outcome: str | None
    final_level: int | None
    peak_level: int
    events: int
    deaths: int
    injured: int


@dataclass(frozen=True)
class Chronicle:
    """One run, told. Times are milliseconds from `start`; before it they are negative.

    responses : every rule that matched an event, in order, whatever came of it.
    """

    scenario: str
    title: str
    seed: int
    run: int
    start: datetime
    horizon_ms: int
    window_ms: int
    events: tuple[Event, ...]
    responses: tuple[Response, ...]
    missed: tuple[Missed, ...]
    levels: tuple[LevelStep, ...]
    truths: tuple[Truth, ...]
    end: End
    parameters: dict[str, float]
    names: Names = field(repr=False)

    def moment(self, at_ms: int) -> datetime:
        """The calendar time, in the start's zone."""
        return moment_of(at_ms, self.start)

    def text(self, telling: Telling | None = None) -> str:
        """The chronicle for the terminal; `telling` says what is told."""
        from sim.reading.teller import chronicle_text
        from sim.reading.telling import Telling

        return chronicle_text(self, telling or Telling())

    def as_dict(self, telling: Telling | None = None) -> dict[str, Any]:
        """The chronicle as plain data, for ``--json``; times are ISO and days from the start."""
        from sim.reading.plain import chronicle_dict
        from sim.reading.telling import Telling

        return chronicle_dict(self, telling or Telling())

    def day(self, at_ms: int) -> float:
        """Days from the start."""
        return at_ms / DAY_MS
