"""What of a chronicle is told: the filters, and what they leave."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from sim.errors import UsageError
from sim.escapes import quoted
from sim.reading.chronicle import Chronicle, Event, LevelStep, Missed, Response, Truth
from sim.reading.prose import WIDTH, joined
from sim.scenario import times
from sim.scenario.faults import hint
from sim.scenario.times import DAY_MS

_WITHOUT_DEED = ("change of mind", "stood down")


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told of a run.

    history : what happened before the start, one by one instead of in a sentence.
    reasons : conditions, chances, options and `unless`, with the values in them.
    effects : what each event did to the variables. considered : rules that matched and did not answer.
    from_ms, to_ms : from here, and before there. actors : only what one of them does or suffers.
    min_rung : only events of this rung or above. event : only this one, its ancestors and what it led to.
    width : the columns of a line.
    """

    history: bool = False
    reasons: bool = True
    effects: bool = False
    considered: bool = False
    from_ms: int | None = None
    to_ms: int | None = None
    actors: tuple[str, ...] = ()
    min_rung: int | None = None
    event: int | None = None
    width: int = WIDTH

    @property
    def is_whole(self) -> bool:
        """Whether no filter is on."""
        return not self.actors and all(one is None for one in (self.from_ms, self.to_ms, self.min_rung, self.event))


def instant_ms(text: str, chronicle: Chronicle, *, end: bool = False) -> int:
    """Milliseconds from the start to an instant that a user names.

    A date, a date and time, an offset (``+8 h``), or a number of days from the start. With `end` a bare date or
    day means the end of that day, so that it is told too.

    Raises
    ------
    UsageError
        If it is none of these.
    """
    text = text.strip()
    is_day = re.fullmatch(r"[-+]?\d+", text)
    try:
        instant = int(text) * DAY_MS if is_day else times.instant_ms(text, chronicle.start)
        instant += DAY_MS if end and (is_day or re.fullmatch(r"\d{4}-\d\d-\d\d", text)) else 0
        times.moment_of(instant, chronicle.start)  # the calendar has it
    except OverflowError:
        raise UsageError(f"found {quoted(text)}, which the calendar does not reach; expected a nearer one") from None
    except ValueError as error:
        raise UsageError(f"{error}; expected {times.INSTANT_FORM}, or a number of days from the start") from None
    return instant


@dataclass(frozen=True, slots=True)
class Told:
    """What is left to tell, each in order of time.

    lapses : responses that stood down or changed a mind; hidden : events of the history that are only summed up;
    stopped : by event, the rules that matched and did not answer, where they are asked for.
    """

    events: tuple[Event, ...]
    lapses: tuple[Response, ...]
    missed: tuple[Missed, ...]
    levels: tuple[LevelStep, ...]
    truths: tuple[Truth, ...]
    hidden: tuple[Event, ...]
    stopped: dict[int, tuple[Response, ...]]
    pending: tuple[Response, ...]


def told(chronicle: Chronicle, telling: Telling) -> Told:
    """What the filters leave of a chronicle.

    Raises
    ------
    UsageError
        If a filter names an event or an actor that is not there.
    """
    _check(chronicle, telling)
    if telling.event is not None:
        return _family(chronicle, telling)
    sieve = _Sieve(chronicle, telling)
    kept = [event for event in chronicle.events if sieve.keeps_event(event)]
    shown = tuple(event for event in kept if event.at_ms >= 0 or sieve.tells_history)
    indices = {event.index for event in shown}
    lapses = [one for one in chronicle.responses if one.fate in _WITHOUT_DEED and sieve.keeps_response(one)]
    levels = [step for step in chronicle.levels if step.at_ms >= 0 or sieve.tells_history]
    truths = [one for one in chronicle.truths if sieve.within(one.at_ms)]
    if telling.actors:  # level and outcomes are everybody's: only what came with these events
        levels = [step for step in levels if step.event in indices]
        truths = [one for one in truths if one.event in indices]
    return Told(
        events=shown,
        lapses=tuple(sorted(lapses, key=lambda one: one.end_ms)),
        missed=tuple(one for one in chronicle.missed if sieve.keeps(one.at_ms, one.action, one.actor)),
        levels=tuple(step for step in levels if sieve.within(step.at_ms) and sieve.keeps_step(step)),
        truths=tuple(truths),
        hidden=tuple(event for event in kept if event.at_ms < 0 and not sieve.tells_history),
        stopped=_stopped(chronicle, indices) if telling.considered else {},
        pending=tuple(one for one in chronicle.responses if one.fate == "pending" and telling.is_whole),
    )


def _check(chronicle: Chronicle, telling: Telling) -> None:
    for actor in telling.actors:
        if actor not in chronicle.names.actors:
            known = chronicle.names.actors
            raise UsageError(f"found the actor {actor!r}; expected {joined(known, 'or')}{hint(actor, known)}")
    if telling.event is not None and not 0 <= telling.event < len(chronicle.events):
        last = len(chronicle.events) - 1
        expected = f"0 to {last}" if last >= 0 else "a run with events; this one has none"
        raise UsageError(f"found event {telling.event}; expected {expected}")


class _Sieve:
    def __init__(self, chronicle: Chronicle, telling: Telling):
        self.chronicle, self.telling = chronicle, telling
        self.tells_history = telling.history or (telling.from_ms is not None and telling.from_ms < 0)
        self.start = -math.inf if telling.from_ms is None else telling.from_ms
        self.stop = math.inf if telling.to_ms is None else telling.to_ms

    def within(self, at_ms: int) -> bool:
        return self.start <= at_ms < self.stop

    def keeps(self, at_ms: int, action: str | None, *actors: str | None) -> bool:
        wanted, lowest = self.telling.actors, self.telling.min_rung
        if not self.within(at_ms) or (wanted and not set(actors) & set(wanted)):
            return False
        return lowest is None or (action is not None and self.chronicle.names.rung_of[action] >= lowest)

    def keeps_step(self, step: LevelStep) -> bool:
        """Whether a step of the level begins or ends at a rung that is told."""
        return self.telling.min_rung is None or max(step.before, step.after) >= self.telling.min_rung

    def keeps_event(self, event: Event) -> bool:
        return self.keeps(event.at_ms, event.action, event.actor, event.target)

    def keeps_response(self, response: Response) -> bool:
        return self.keeps(response.end_ms, response.action, response.responder, response.target)


def _family(chronicle: Chronicle, telling: Telling) -> Told:
    """An event, its ancestors up to the root, and what it led to directly."""
    assert telling.event is not None
    family, index = {telling.event}, chronicle.events[telling.event].cause
    while index is not None:
        family.add(index)
        index = chronicle.events[index].cause
    family |= {event.index for event in chronicle.events if event.cause == telling.event}
    own = [one for one in chronicle.responses if one.event == telling.event]
    return Told(
        events=tuple(event for event in chronicle.events if event.index in family),
        lapses=tuple(sorted((one for one in own if one.fate in _WITHOUT_DEED), key=lambda one: one.end_ms)),
        missed=(),
        levels=tuple(step for step in chronicle.levels if step.event in family),
        truths=tuple(one for one in chronicle.truths if one.event in family),
        hidden=(),
        stopped=_stopped(chronicle, {telling.event}) if telling.considered else {},
        pending=tuple(one for one in own if one.fate == "pending"),
    )


def _stopped(chronicle: Chronicle, indices: set[int]) -> dict[int, tuple[Response, ...]]:
    """By event the rules that matched it and did not answer."""
    found: dict[int, list[Response]] = {}
    for one in chronicle.responses:
        if one.event in indices and not one.is_commitment:
            found.setdefault(one.event, []).append(one)
    return {index: tuple(ones) for index, ones in found.items()}
