"""The first part of a scenario's description: who and what is in it, at which scales, and how a run unfolds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sim.analysis.wording import number_text
from sim.reading.code import expression_text, number_code
from sim.reading.english import English
from sim.reading.page import Block, Items, Prose, Section, Table
from sim.reading.prose import (
    clock_text,
    counted,
    day_text,
    ended,
    joined,
    length_text,
    opened,
    sentence,
    zone_text,
)
from sim.reading.sentences import Sentences
from sim.scenario.load import Loaded
from sim.scenario.schema import Item, Variable
from sim.scenario.syntax import Expression, Number
from sim.scenario.times import moment_of

_BEFORE = (
    "First the history is played, in order of time: its effects count, actors learn of it, hold somebody responsible "
    "and commit to responses. A response that would fall before the start is dropped, because the file says what "
    "happened then; one that falls later stands. Then the outcomes are tested for the first time, and the clock starts."
)
_SOURCES = (
    "From then on events come from three sources: what is given for its time, the drivers, and responses that are due. "
    "Between two events nothing happens but that variables return towards their usual values."
)
_STEPS = (
    "Something happens: the timeline, a driver or a response makes an event. It is written into the log, with the "
    "people it hurts, and the level follows.",
    "Its effects change the variables: first those of the deed itself, then those of whatever made it.",
    "The outcomes are tested. One that ends the run ends it here.",
    "Each other actor, in order, learns of it or not, and holds somebody responsible, rightly or wrongly; the doer "
    "sees its own deeds truly. Then the actor goes through its rules, in order: one that fits, and whose limit, "
    "cooldown, condition and chance let it through, commits it to a response after a delay.",
    "When the delay is over, the actor looks again: it stands down, or its response is the next event.",
)
_TIES = (
    "What falls on the same millisecond comes in this order: what is asked at that instant, what is given (in the "
    "order of the file), and then the rest as it was scheduled."
)


def remarks(item: Item) -> str:
    """The note and the source of an item, as they follow what is said of it."""
    source = "Assumed." if item.source == "assumed" else f"Source: {item.source}." if item.source else ""
    return said_of(note_of(item), source)


def note_of(item: Item) -> str:
    """The note of an item, in one line."""
    return sentence(" ".join((item.note or "").split()))


def said_of(*parts: str) -> str:
    """Sentences with one space between them, the empty ones left out."""
    return " ".join(part for part in parts if part)


class Entities:
    """Entities, state variables, scales, and how a run unfolds."""

    def __init__(self, loaded: Loaded, sentences: Sentences):
        self.loaded, self.scenario, self.names = loaded, loaded.description, sentences.names
        self.english = English(loaded, sentences.names, {})

    def sections(self) -> list[Section]:
        """The part's sections, in order."""
        return [
            self._actors(),
            self._places(),
            self._variables(),
            self._scales(),
            self._process(),
        ]

    def _actors(self) -> Section:
        s = self.scenario
        doing: dict[str, dict[str, int]] = {}
        for block in ("rules", "drivers"):
            for item in getattr(s, block).values():
                for one in self.loaded.names.each(item.who):
                    name = self.loaded.names.actors[one]
                    doing.setdefault(name, dict.fromkeys(("rules", "drivers"), 0))[block] += 1
        items = []
        for key, actor in s.actors.items():
            parts = [counted(number, block[:-1]) for block, number in doing.get(key, {}).items() if number]
            by = f"Acts by {joined(parts)}." if parts else "Acts by no rule of its own."
            items.append((named(key, actor), said_of(sentence(actor.kind or ""), by, remarks(actor))))
        blocks: list[Block] = [Items(tuple(items))] if items else [Prose("Nobody.")]
        if s.groups:
            groups = [(name, joined([self.names.actors[one] for one in self._members(name)])) for name in s.groups]
            blocks += [Prose("Groups:"), Items(tuple(groups))]
        related = [self._relation(kind, who, to) for kind, pairs in s.relations.items() for who, to in pairs.items()]
        if related:
            blocks += [Prose("Relations:"), Items(tuple((text, "") for text in related))]
        return Section("Actors", 2, tuple(blocks))

    def _members(self, name: str) -> list[str]:
        return [self.loaded.names.actors[one] for one in self.loaded.names.each([name])]

    def _relation(self, kind: str, who: str, to: Iterable[str]) -> str:
        others = [self.names.who(one) for name in to for one in self._members(name)]
        subjects = joined([self.names.who(one) for one in self._members(who)])
        verb = "is" if len(self._members(who)) == 1 else "are each"
        article = "an" if kind[:1].lower() in "aeiou" else "a"
        return ended(opened(f"{subjects} {verb} {article} {kind} of {joined(others)}"))

    def _places(self) -> Section:
        rows = []
        for key, place in self.scenario.places.items():
            soil = joined([self.names.actors[one] for name in place.soil for one in self._members(name)]) or "nobody's"
            rows.append((key, self.names.places[key], soil, remarks(place)))
        if not rows:
            return Section("Places", 2, (Prose("None."),))
        return Section("Places", 2, (_without_empty(("place", "name", "soil", "remark"), rows),))

    def _variables(self) -> Section:
        rows = []
        for key, variable in self.scenario.variables.items():
            scope = {"world": "world", "actor": "actor", "dyad": "pair"}[variable.scope]
            low_high = "any" if variable.range is None else " to ".join(number_text(one) for one in variable.range)
            half = "stays" if variable.half_life is None else self.short_length(variable.half_life)
            rows.append((key, variable.name or "", scope, self._start(variable), self._rest(variable), half, low_high))
        if not rows:
            return Section("State variables", 2, (Prose("None: nothing is remembered but the log of events."),))
        headers = ("variable", "name", "of", "at the start", "returns to", "half-life", "range")
        notes = [(key, remarks(one)) for key, one in self.scenario.variables.items() if remarks(one)]
        text = "One number for the world, one an actor, or one for each directed pair of actors."
        table = Table(headers, tuple(rows))
        return Section("State variables", 2, (Prose(text), table, *([Items(tuple(notes))] if notes else [])))

    def _start(self, variable: Variable) -> str:
        return self.short(variable.initial) + (" or own" if variable.own else "")

    def _rest(self, variable: Variable) -> str:
        if variable.half_life is None:
            return ""
        return "the start" if variable.baseline is None else self.short(variable.baseline)

    def short(self, node: Expression) -> str:
        """A number, or an expression of parameters with its value."""
        value = self.english.at_values(node)
        text = expression_text(node)
        return text if isinstance(node, Number) or value is None else f"{text} = {number_text(value)}"

    def short_length(self, node: Expression) -> str:
        """A length of time, or an expression of parameters with its value in days."""
        if isinstance(node, Number):
            return number_code(node) if node.ms is not None else f"{number_text(node.value)} d"
        value = self.english.at_values(node)
        return expression_text(node) + ("" if value is None else f" = {number_text(value)} d")

    def _scales(self) -> Section:
        s, start = self.scenario, self.loaded.start
        end = moment_of(s.horizon, start)
        texts = [
            f"The clock starts on {day_text(start)} at {clock_text(start)} ({zone_text(start)}) and runs for "
            f"{length_text(s.horizon)}, to {day_text(end)}; what is due exactly then does not happen.",
            "Time goes from event to event, in whole milliseconds; there are no steps. Variables change in between by "
            "their half-lives, exactly.",
            f"The level is the highest rung of the last {length_text(s.level.window)}, never below 0.",
            f"A run stops when its log holds {s.max_events:,} events.",
        ]
        return Section("Scales", 2, tuple(Prose(text) for text in texts))

    def _process(self) -> Section:
        ends = [key for key, one in self.scenario.outcomes.items() if one.ends]
        end = f", with an outcome that ends it ({joined(ends, 'or')})" if ends else ""
        items = tuple((f"{number}", text) for number, text in enumerate(_STEPS, 1))
        blocks = (
            Prose(_BEFORE), Prose(_SOURCES), Prose("At each event, in this order:"), Items(items), Prose(_TIES),
            Prose(f"A run ends at the horizon{end}, or when its log is full."),
        )  # fmt: skip
        return Section("How a run unfolds", 2, blocks)


def named(key: str, item: Item) -> str:
    """``Iran (iran)``, or the id alone."""
    return f"{item.name} ({key})" if item.name else key


def _without_empty(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Table:
    """The table, without its last column where that is empty."""
    if any(row[-1] for row in rows):
        return Table(headers, tuple(rows))
    return Table(headers[:-1], tuple(row[:-1] for row in rows))
