"""Where two runs of the same number part: the same world up to there, then either version in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sim.analysis.wording import number_text
from sim.reading import reasons
from sim.reading.chronicle import Chronicle, Event, Response
from sim.reading.prose import counted, moment_text, wrapped
from sim.reading.teller import event_lines
from sim.reading.telling import Telling
from sim.reading.trace import trace
from sim.scenario.load import Loaded


@dataclass(frozen=True)
class Parting:
    """One run of a base and of an alternative, told side by side.

    names : of both. index : the number of the first event that is not the same in both, or None if all are.
    """

    names: tuple[str, str]
    chronicles: tuple[Chronicle, Chronicle]
    index: int | None

    @property
    def versions(self) -> tuple[Event | None, Event | None]:
        """The first event that differs, in either; None where nothing more happens."""
        if self.index is None:
            return None, None
        first, second = (one.events[self.index] if self.index < len(one.events) else None for one in self.chronicles)
        return first, second

    def text(self, *, width: int = Telling().width) -> str:
        """It in words, for the terminal."""
        return "\n".join(self._lines(width)) + "\n"

    def _lines(self, width: int) -> list[str]:
        base, other = self.chronicles
        head = f"Run {base.run} under seed {base.seed}, {self.names[0]} and {self.names[1]}"
        drawn = _drawn(base, other)
        if self.index is None:
            return wrapped(f"{head}: the same world to its end, event for event.{drawn}", width=width)
        lines = wrapped(f"{head}: {self._shared()}{drawn}", width=width)
        for name, chronicle, version in zip(self.names, self.chronicles, self.versions, strict=True):
            lines += ["", *wrapped(f"{name}:", width=width)]
            if version is None:
                lines += wrapped("nothing more happens.", "  ", width=width)
            else:
                lines += event_lines(chronicle, version.index, replace(Telling(), width=width))
        why = self.why()
        return [*lines, "", *wrapped(why, width=width)] if why else lines

    def _shared(self) -> str:
        """How far the two are the same world."""
        base, _ = self.chronicles
        at_ms = min(one.at_ms for one in self.versions if one is not None)
        return (
            f"the same world up to {moment_text(base.moment(at_ms))}, for {counted(self.index or 0, 'event')}, history "
            "included. Here they part."
        )

    def why(self) -> str:
        """What became, in the other version, of the earlier of the two events; nothing if that is not known."""
        found = [(one, number) for number, one in enumerate(self.versions) if one is not None]
        if not found:
            return ""
        event, number = min(found, key=lambda pair: pair[0].at_ms)
        there, name = self.chronicles[1 - number], self.names[1 - number]
        twin = next((one for one in there.events[self.index or 0 :] if _kin(one) == _kin(event)), None)
        if twin is not None and twin.index == self.index and twin.at_ms == event.at_ms:
            return ""  # the very event, told above, with other casualties or another deed
        if twin is not None:
            same = "the same deed comes" if twin.action == event.action else f"{event.origin} leads to another deed"
            return f"In {name} {same} on {moment_text(there.moment(twin.at_ms))}, as #{twin.index}."
        answer = event.response
        if answer is None:
            return f"In {name} it does not happen: what made it, {event.origin}, has nothing at that time."
        missing = next((one for one in there.responses if _question(one) == _question(answer)), None)
        if missing is None:
            who = there.names.actors.get(answer.responder, answer.responder)
            return f"In {name} no rule {answer.rule} of {who} answers it."
        return f"In {name} {_fate(missing, there)}"

    def as_dict(self) -> dict[str, Any]:
        """It as plain data, for ``--json``."""
        base, other = self.chronicles
        return {
            "run": base.run, "seed": base.seed, "same": self.index is None, "first_difference": self.index,
            "versions": {
                name: None if one is None else _plain(one, chronicle)
                for name, chronicle, one in zip(("base", "alternative"), self.chronicles, self.versions, strict=True)
            },
            "alternative": self.names[1], "why": self.why() or None,
            "events": {"base": len(base.events), "alternative": len(other.events)},
        }  # fmt: skip


def parting(base: tuple[str, Loaded], other: tuple[str, Loaded], seed: int, run: int) -> Parting:
    """Where run `run` of two scenarios parts, each given with its name.

    Raises
    ------
    UsageError
        If the run's number is below 0.
    RunError
        If an expression goes wrong in this run.
    """
    first, second = (trace(loaded, seed, run) for _, loaded in (base, other))
    pairs = list(zip(map(_told, first.events), map(_told, second.events), strict=False))
    index = next((number for number, (one, two) in enumerate(pairs) if one != two), None)
    if index is None and len(first.events) != len(second.events):
        index = len(pairs)
    return Parting((base[0], other[0]), (first, second), index)


def _told(event: Event) -> tuple[object, ...]:
    """What an event is, whatever led to it."""
    return (
        event.at_ms, event.actor, event.action, event.target, event.place, event.rung, event.deaths, event.injured,
        event.cause, event.origin,
    )  # fmt: skip


def _plain(event: Event, chronicle: Chronicle) -> dict[str, Any]:
    told: list[dict[str, Any]] = chronicle.as_dict(Telling(event=event.index))["events"]
    return next(one for one in told if one["event"] == event.index)


def _kin(event: Event) -> tuple[object, ...]:
    """Who made it of what: a rule answers an event once for each responder; a driver's events go by their time."""
    return (event.origin, event.actor, event.cause, event.at_ms if event.kind == "driver" else None)


def _question(response: Response) -> tuple[object, ...]:
    return (response.rule, response.responder, response.event)


def _fate(response: Response, chronicle: Chronicle) -> str:
    """Why a response became no event there."""
    cause, who = f"#{response.event}", chronicle.names.who(response.responder)
    if response.is_commitment:
        fates = {"stood down": "stands down", "pending": "has not come to it when the run ends"}
        return f"{who} commits itself in answer to {cause}, and {fates.get(response.fate, 'only changes its mind')}."
    return f"there is no answer to {cause} of this kind: {reasons.not_answered(response, chronicle.names)}."


def _drawn(base: Chronicle, other: Chronicle) -> str:
    """The parameters that are not the same in both."""
    both = {
        name: (value, other.parameters[name])
        for name, value in base.parameters.items()
        if name in other.parameters and other.parameters[name] != value
    }
    told = ", ".join(f"{name} {number_text(one)} → {number_text(two)}" for name, (one, two) in both.items())
    return f" Parameters of this run that differ: {told}." if told else ""
