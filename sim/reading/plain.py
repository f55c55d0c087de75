"""A chronicle as plain data, for ``--json``: ids instead of names, times as ISO text and as days from the start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from sim.analysis.wording import DISCLAIMER
from sim.reading.chronicle import Change, Chronicle, Event, Response
from sim.reading.prose import ended, opened, sentence
from sim.reading.telling import Telling, told

_OF_EVENT = ("actor", "action", "target", "place", "rung", "deaths", "injured", "cause", "origin", "kind", "note")
_OF_RESPONSE = ("rule", "responder", "event", "doer", "blamed", "fate")


def chronicle_dict(chronicle: Chronicle, telling: Telling) -> dict[str, Any]:
    """The chronicle, filtered; history and reasons are always there."""
    return _Plain(chronicle, telling).whole()


class _Plain:
    def __init__(self, chronicle: Chronicle, telling: Telling):
        self.chronicle, self.telling = chronicle, telling
        self.told = told(chronicle, replace(telling, history=True))

    def whole(self) -> dict[str, Any]:
        """All of it."""
        c, t = self.chronicle, self.told
        considered = [self.response(one) for ones in t.stopped.values() for one in ones]
        return {
            "scenario": c.scenario,
            "title": c.title,
            "disclaimer": sentence(DISCLAIMER),
            "seed": c.seed,
            "run": c.run,
            "start": c.start.isoformat(),
            "horizon_days": c.day(c.horizon_ms),
            "parameters": c.parameters,
            "events": [self.event(one) for one in t.events],
            "stood_down": [self.response(one) for one in t.lapses if one.fate == "stood down"],
            "changes_of_mind": [self.response(one) for one in t.lapses if one.fate == "change of mind"],
            "pending": [self.response(one) for one in t.pending],
            **({"considered": considered} if self.telling.considered else {}),
            "did_not_happen": [
                {**self.time(one.at_ms), "origin": one.origin, "actor": one.actor, "action": one.action,
                 "chance": one.chance.as_dict(), "drawn": one.drawn} for one in t.missed
            ],
            "levels": [
                {**self.time(one.at_ms), "before": one.before, "after": one.after, "event": one.event}
                for one in t.levels
            ],
            "outcomes": self.outcomes(),
            "end": {**self.time(c.end.at_ms), **{key: value for key, value in asdict(c.end).items() if key != "at_ms"}},
        }  # fmt: skip

    def time(self, at_ms: int) -> dict[str, Any]:
        """A moment as ISO text in the start's zone and as days from the start."""
        return {"time": self.chronicle.moment(at_ms).isoformat(timespec="milliseconds"), "t": self.chronicle.day(at_ms)}

    def outcomes(self) -> dict[str, Any]:
        """Each outcome with the time at which it came true, or None."""
        true = {
            one.outcome: {**self.time(one.at_ms), "event": one.event, "ends": one.ends} for one in self.chronicle.truths
        }
        return {outcome: true.get(outcome) for outcome in self.chronicle.names.outcomes}

    def event(self, event: Event) -> dict[str, Any]:
        """One event with its reasons."""
        found: dict[str, Any] = {"event": event.index, **self.time(event.at_ms)}
        deed = self.chronicle.names.deed(event.actor, event.action, event.target, event.place)
        found["text"] = ended(opened(deed))
        for key in _OF_EVENT:
            found[key] = getattr(event, key)
        if event.kind == "driver":
            found |= {"rate_per_day": event.rate, "choice": None if event.choice is None else asdict(event.choice)}
        if event.chance is not None:
            found |= {"chance": event.chance.as_dict(), "drawn": event.drawn}
        if event.response is not None:
            found["response"] = self.response(event.response)
        found["effects"] = _changes(event.changes)
        return found

    def response(self, response: Response) -> dict[str, Any]:
        """What came of a rule that matched."""
        found: dict[str, Any] = {key: getattr(response, key) for key in _OF_RESPONSE}
        for key in ("condition", "chance", "unless", "brake"):
            look = getattr(response, key)
            found[key] = None if look is None else look.as_dict()
        found |= {key: getattr(response, key) for key in ("drawn", "action", "target", "place", "result")}
        found["choice"] = None if response.choice is None else asdict(response.choice)
        found["committed_before"] = response.so_far
        since = response.since_last_ms
        found["days_since_last"] = None if since is None else self.chronicle.day(since)
        if response.due_ms is not None and response.fate != "pending":
            found["due"] = self.time(response.due_ms)
            found["delay_days"] = self.chronicle.day(response.due_ms - response.at_ms)
        found["effects"] = _changes(response.changes)
        return found


def _changes(changes: Iterable[Change]) -> list[dict[str, Any]]:
    return [asdict(one) for one in changes]
