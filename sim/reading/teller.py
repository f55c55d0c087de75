"""A chronicle as text for the terminal, to be read aloud: a paragraph an event, a heading a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sim.analysis.wording import DISCLAIMER
from sim.reading import reasons
from sim.reading.chronicle import Chronicle, Event, LevelStep, Missed, Response, Truth
from sim.reading.names import casualties_text
from sim.reading.prose import (
    clock_text,
    counted,
    date_text,
    day_text,
    ended,
    joined,
    length_text,
    moment_text,
    opened,
    sentence,
    wrapped,
    zone_text,
)
from sim.reading.telling import Telling, Told, told

_LABEL = 9
Entry = tuple[int, float, list[str]]
"""A paragraph with its time and its place among those of the same time."""


def chronicle_text(chronicle: Chronicle, telling: Telling) -> str:
    """The chronicle as text; no line is longer than the telling's width unless a word is."""
    return "\n".join(_Teller(chronicle, telling).lines()) + "\n"


def event_lines(chronicle: Chronicle, index: int, telling: Telling) -> list[str]:
    """One event of a chronicle as a paragraph, with its date and, if told, its reasons."""
    return _Teller(chronicle, telling)._event(chronicle.events[index], dated=True)


class _Teller:
    def __init__(self, chronicle: Chronicle, telling: Telling):
        self.chronicle, self.telling, self.names = chronicle, telling, chronicle.names
        self.told: Told = told(chronicle, telling)
        self.indent = 10 + max(3, len(str(len(chronicle.events))) + 1)
        self.shows_effects = telling.effects or telling.event is not None
        self.rises = {step.event: step for step in self.told.levels if step.after > step.before}
        self.truths: dict[int, list[Truth]] = {}
        for truth in self.told.truths:
            if truth.event is not None:
                self.truths.setdefault(truth.event, []).append(truth)

    def lines(self) -> Iterator[str]:
        """Heading, what had happened before, the days, the end."""
        yield from self._heading()
        if self.telling.event is None:
            yield from self._before()
            yield from self._days(sorted(self._entries(), key=lambda entry: entry[:2]))
            if self.telling.is_whole:
                yield from self._end()
        else:
            yield from self._family(self.telling.event)

    def _heading(self) -> Iterator[str]:
        c = self.chronicle
        yield from wrapped(c.title, width=self.telling.width)
        yield from self._wrap(f"Run {c.run} under seed {c.seed}, told as a chronicle. {sentence(DISCLAIMER)}")
        clock = f"The clock starts on {day_text(c.start)} at {clock_text(c.start)} ({zone_text(c.start)})"
        yield from self._wrap(f"{clock} and runs for {length_text(c.horizon_ms)} at most.")
        how = "An event that answers no other comes by itself, from a driver, or is given in the timeline."
        yield from self._wrap(how if self.telling.is_whole else self._filters())

    def _filters(self) -> str:
        """What is left out, in a sentence."""
        t, c, parts = self.telling, self.chronicle, []
        if t.event is not None:
            return f"Told here: event #{t.event}, what led to it and what it led to directly."
        if t.from_ms is not None:
            parts.append(f"from {moment_text(c.moment(t.from_ms))}")
        if t.to_ms is not None:
            parts.append(f"before {moment_text(c.moment(t.to_ms))}")
        if t.actors:
            parts.append(f"what {joined([self.names.who(one) for one in t.actors], 'or')} does or suffers")
        if t.min_rung is not None:
            parts.append(f"deeds of rung {t.min_rung} or more")
        return f"Told here: only {joined(parts)}."

    def _wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        return wrapped(text, first, rest, width=self.telling.width)

    def _before(self) -> Iterator[str]:
        """The history in a sentence, and the level at the start."""
        hidden = self.told.hidden
        starts_at_zero = (self.telling.from_ms or 0) <= 0
        if hidden:
            dates = [date_text(self.chronicle.moment(event.at_ms)) for event in (hidden[0], hidden[-1])]
            period = f"from {dates[0]} to {dates[1]}" if dates[0] != dates[1] else f"on {dates[0]}"
            deaths, injured = sum(event.deaths for event in hidden), sum(event.injured for event in hidden)
            hurt = casualties_text(deaths, injured, none="nobody hurt")
            given = counted(len(hidden), "event")
            yield ""
            yield from self._wrap(f"Given as history: {given} {period}, {hurt} (--history tells them one by one).")
        earlier = [step for step in self.chronicle.levels if step.at_ms < 0]
        if earlier and starts_at_zero and not self._tells_history():
            yield from self._wrap(f"At the start the level stands at {self.names.rung_text(earlier[-1].after)}.")

    def _tells_history(self) -> bool:
        return any(event.at_ms < 0 for event in self.told.events)

    def _entries(self) -> Iterator[Entry]:
        """All that is told, each with its time."""
        for event in self.told.events:
            yield event.at_ms, event.index, self._event(event)
        for response in self.told.lapses:
            yield response.end_ms, response.event + 0.5, self._lapse(response)
        for missed in self.told.missed:
            yield missed.at_ms, -1, self._missed(missed)
        for step in self.told.levels:
            if step.event is None or step.after < step.before:
                yield step.at_ms, -2 if step.event is None else step.event + 0.1, self._fall(step)
        for truth in self.told.truths:
            if truth.event is None and truth.at_ms < self.chronicle.end.at_ms:
                yield truth.at_ms, -1, self._paragraph(truth.at_ms, None, self._truth(truth))

    def _days(self, entries: list[Entry]) -> Iterator[str]:
        """A heading for each day, then its paragraphs."""
        today: date | None = None
        if not entries:
            yield from ("", "Nothing happens." if self.telling.is_whole else "Nothing to tell.")
        for at_ms, _, lines in entries:
            moment = self.chronicle.moment(at_ms)
            if moment.date() != today:
                today = moment.date()
                yield from ("", day_text(moment), "")
            yield from lines

    def _family(self, index: int) -> Iterator[str]:
        """The ancestors from the root on, the event, and its direct consequences."""
        ancestors = [event for event in self.told.events if event.index < index]
        if ancestors:
            yield from ("", "What led to it", "")
        for event in ancestors:
            yield from self._event(event, dated=True)
        yield from ("", "The event", "")
        yield from self._event(self.chronicle.events[index], dated=True)
        later = [event for event in self.told.events if event.index > index]
        followers = [(event.at_ms, float(event.index), self._event(event, dated=True)) for event in later]
        followers += [(one.end_ms, one.event + 0.5, self._lapse(one, dated=True)) for one in self.told.lapses]
        if not followers and not self.told.pending:
            yield from ("", "Nothing followed directly.")
            return
        yield from ("", "What followed directly", "")
        for _, _, lines in sorted(followers, key=lambda entry: entry[:2]):
            yield from lines
        for one in self.told.pending:
            yield from self._wrap(self._pending(one), " " * self.indent)

    def _paragraph(self, at_ms: int, index: int | None, text: str, *, dated: bool = False) -> list[str]:
        """A paragraph with its time and the event's number before it."""
        moment = self.chronicle.moment(at_ms)
        head = f"  {'' if dated else clock_text(moment):5}  {'' if index is None else f'#{index}'}"
        text = f"{moment_text(moment)}: {text}" if dated else text
        return self._wrap(text, head.ljust(self.indent), " " * self.indent)

    def _labelled(self, lines: list[reasons.Line]) -> list[str]:
        """Reasons below a paragraph, keyword first."""
        found: list[str] = []
        for label, text in lines:
            found += self._wrap(text, " " * self.indent + label.ljust(_LABEL))
        return found

    def _event(self, event: Event, *, dated: bool = False) -> list[str]:
        """What happened, why, and what it brought with it."""
        parts = [ended(opened(self.names.deed(event.actor, event.action, event.target, event.place)))]
        if event.deaths or event.injured or event.action in self.names.can_hurt:
            parts.append(sentence(casualties_text(event.deaths, event.injured)))
        parts += [part for part in (self._why(event), self._rise(event)) if part]
        lines = self._paragraph(event.at_ms, event.index, " ".join(parts), dated=dated)
        for truth in self.truths.get(event.index, ()):
            lines += self._wrap(self._truth(truth), " " * self.indent)
        if self.telling.reasons:
            lines += self._labelled(reasons.of_event(event, effects=self.shows_effects))
        elif self.shows_effects:
            lines += self._labelled(reasons.of_changes(event.changes))
        stopped = self.told.stopped.get(event.index, ())
        return lines + self._labelled([("no reply", reasons.not_answered(one, self.names)) for one in stopped])

    def _why(self, event: Event) -> str:
        """The event answered, or the note of a given event; of a driver's event there is nothing to say."""
        response = event.response
        if response is not None:
            blame = reasons.blame_text(response, self.names)
            return f"{self._answer(response)}{' ' + blame if blame else ''}"
        note = sentence(event.note) if event.note else ""
        return note if event.kind == "timeline" else ""

    def _answer(self, response: Response) -> str:
        """Which event a response answers, and after how long."""
        return f"In answer to {self._cause(response)}, {_delay(response)}."

    def _cause(self, response: Response) -> str:
        """``#38 (Iran strikes with ballistic missiles)``."""
        cause = self.chronicle.events[response.event]
        return f"#{cause.index} ({self.names.deed(cause.actor, cause.action, None)})"

    def _rise(self, event: Event) -> str:
        step = self.rises.get(event.index)
        return f"The level rises from {step.before} to {self.names.rung_text(step.after)}." if step else ""

    def _fall(self, step: LevelStep) -> list[str]:
        why = f"nothing as grave has happened for {length_text(self.chronicle.window_ms)}"
        text = f"The level falls from {step.before} to {self.names.rung_text(step.after)}: {why}."
        return self._paragraph(step.at_ms, None, text)

    def _truth(self, truth: Truth) -> str:
        name = self.names.outcomes[truth.outcome]
        return f"NOW TRUE: {ended(name)}{' The run ends with it.' if truth.ends else ''}"

    def _lapse(self, response: Response, *, dated: bool = False) -> list[str]:
        """A response that changed a mind, or stood down."""
        who, stood_down = self.names.who(response.responder), response.fate == "stood down"
        if stood_down:
            meant, cause = self._meant(response), self._cause(response)
            text = f"{who} stands down. Now, {_delay(response)}, it was to {meant}, in answer to {cause}."
        else:
            text = f"{who} does nothing, but its mind changes. {self._answer(response)}"
        lines = self._paragraph(response.end_ms, None, opened(text), dated=dated)
        why = reasons.of_response(response) if self.telling.reasons else []
        return lines + self._labelled(why + reasons.of_changes(response.changes))

    def _meant(self, response: Response) -> str:
        """The deed that a response had in mind, behind ``to``."""
        if response.action is None:
            return "change its mind"
        to = None if response.target is None else self.names.who(response.target)
        where = None if response.place is None else self.names.places[response.place]
        return self.names.to_do(response.action, to, where)

    def _missed(self, missed: Missed) -> list[str]:
        what = self.names.to_do(missed.action, None, None)
        text = f"{self.names.who(missed.actor)} might have been expected to {what}, but it does not come to that."
        lines = self._paragraph(missed.at_ms, None, opened(text))
        why = [] if " " in missed.origin else [("timeline", missed.origin)]
        return lines + self._labelled([*why, ("chance", reasons.chance_text(missed.chance, missed.drawn))])

    def _pending(self, response: Response) -> str:
        who = self.names.who(response.responder)
        meant, cause = self._meant(response), self._cause(response)
        return f"Still to come when the run ends: {who} was to {meant}, in answer to {cause}."

    def _end(self) -> Iterator[str]:
        """How the run ended, what came true and what did not."""
        c, end = self.chronicle, self.chronicle.end
        how = {
            "horizon": "at its horizon",
            "outcome": f"with “{self.names.outcomes.get(end.outcome or '', '')}”",
            "truncated": "because its log is full: it is truncated, and what would have followed is unknown",
        }[end.kind]
        moment = c.moment(end.at_ms)
        level = "" if end.final_level is None else f", with the level at {self.names.rung_text(end.final_level)}"
        hurt = casualties_text(end.deaths, end.injured, none="nobody hurt")
        highest = self.names.rung_text(end.peak_level)
        yield from ("", "The end", "")
        yield from self._wrap(f"The run ends on {day_text(moment)} at {clock_text(moment)} {how}{level}.", "  ", "    ")
        totals = f"Since the start: {counted(end.events, 'event')}, {hurt}; the level at its highest: {highest}."
        yield from self._wrap(totals, "  ", "    ")
        yield from self._verdicts()
        down = sum(response.fate == "stood down" for response in c.responses)
        if down:
            yield from self._wrap(f"{counted(down, 'response')} stood down.", "  ")
        for response in self.told.pending:
            yield from self._wrap(self._pending(response), "  ", "    ")

    def _verdicts(self) -> Iterator[str]:
        """Which outcomes came true and when, and which did not."""
        c = self.chronicle
        for truth in c.truths:
            since = moment_text(c.moment(truth.at_ms))
            name = ended(self.names.outcomes[truth.outcome])
            yield from self._wrap(f"Came true on {since}: {name}", "  ", "    ")
        known = {truth.outcome for truth in c.truths}
        others = [name for outcome, name in self.names.outcomes.items() if outcome not in known]
        if others:
            unknown = "Not true as far as is known" if c.end.kind == "truncated" else "Not true"
            yield from self._wrap(f"{unknown}: {'; '.join(others)}.", "  ", "    ")


def _delay(response: Response) -> str:
    """``at once``, ``after 14 hours``."""
    waited = response.end_ms - response.at_ms
    return "at once" if waited == 0 else f"after {length_text(waited)}"
