"""The third part of a scenario's description: its details, from the start and the parameters to the sources."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sim.analysis.wording import number_text
from sim.model.tables import ParameterTable, Tables
from sim.parameters import cumulative, quantile
from sim.reading.code import distribution_text
from sim.reading.entities import Entities, named, note_of, remarks, said_of
from sim.reading.page import Items, Prose, Section, Table
from sim.reading.prose import joined, sentence
from sim.reading.sentences import Sentences
from sim.reading.submodels import Submodels
from sim.scenario import times
from sim.scenario.files import shipped_folder
from sim.scenario.load import Loaded
from sim.scenario.schema import Outcome, Source, TimelineItem, Variable


class Details:
    """The details of one scenario."""

    def __init__(self, loaded: Loaded, tables: Tables, sentences: Sentences, entities: Entities):
        self.loaded, self.scenario, self.tables = loaded, loaded.description, tables
        self.sentences, self.names, self.entities = sentences, sentences.names, entities

    def sections(self) -> list[Section]:
        """The part's sections, in order."""
        return [
            Section("Details", 1),
            self._start(),
            self._given(),
            self._parameters(),
            *Submodels(self.loaded, self.sentences).sections(),
            self._rules(),
            self._outcomes(),
            self._variants(),
            self._sources(),
        ]

    def _start(self) -> Section:
        items = [(key, self._own(one)) for key, one in self.scenario.variables.items() if one.own]
        level = self._level()
        texts = ["Values at t = 0 are the variables' initial values, moved by what the history did to them."]
        if level is not None:
            texts.append(f"The level then stands at {self.names.rung_text(level)}.")
        blocks = [Prose(" ".join(texts))]
        if items:
            return Section("At the start", 2, (*blocks, Prose("Own values:"), Items(tuple(items))))
        return Section("At the start", 2, tuple(blocks))

    def _own(self, variable: Variable) -> str:
        parts = []
        for who, value in (variable.own or {}).items():
            if isinstance(value, dict):
                parts += [f"{who} towards {to} {self.entities.short(one)}" for to, one in value.items()]
            else:
                parts.append(f"{who} {self.entities.short(value)}")
        return ", ".join(parts)

    def _level(self) -> int | None:
        """The level at t = 0, where chance has no say in the history."""
        rungs = [0]
        for item in self.tables.timeline:
            if -self.tables.window_ms < item.at_ms < 0:
                if item.chance >= 0:
                    return None
                rungs.append(self.tables.actions[item.deed.action].rung)
        return max(rungs)

    def _given(self) -> Section:
        def at(item: TimelineItem) -> int:
            return times.instant_ms(item.at, self.loaded.start)

        items = sorted(self.scenario.timeline, key=at)
        names = joined(f"`{name}`" for name in files_of(self.loaded))
        text = f"Nothing is read while a run goes on. All that is given stands in the scenario, that is in {names}."
        blocks: list[Prose | Items] = [Prose(text)]
        for title, part in (
            ("Before the start, the history:", [item for item in items if at(item) < 0]),
            ("From the start on:", [item for item in items if at(item) >= 0]),
        ):
            if part:
                said = [(item.id or "(no id)", said_of(self.sentences.item(item), remarks(item))) for item in part]
                blocks += [Prose(title), Items(tuple(said))]
        if not items:
            blocks.append(Prose("No event is given: the timeline is empty."))
        return Section("What is given", 2, tuple(blocks))

    def _parameters(self) -> Section:
        rows = []
        for (key, one), table in zip(self.scenario.parameters.items(), self.tables.parameters, strict=True):
            drawn = "fixed" if one.range is None else distribution_text(one.range)
            if one.bounds is not None:
                drawn += f" in [{number_text(one.bounds[0])}, {number_text(one.bounds[1])}]"
            middle = most_runs(table)
            spread = "" if middle is None else f"{number_text(middle[0])} to {number_text(middle[1])}"
            rows.append((key, number_text(one.value), one.unit or "", drawn, spread, one.source or ""))
        if not rows:
            return Section("Parameters", 2, (Prose("None."),))
        headers = ("parameter", "value", "unit", "range", "90 % of runs", "source")
        parameters = self.scenario.parameters.items()
        notes = [(key, said_of(sentence(one.name or ""), note_of(one))) for key, one in parameters]
        said = tuple((key, text) for key, text in notes if text)
        return Section("Parameters", 2, (Table(headers, tuple(rows)), *([Items(said)] if said else [])))

    def _rules(self) -> Section:
        rules = self.scenario.rules.items()
        items = [(named(key, rule), said_of(self.sentences.rule(rule), remarks(rule))) for key, rule in rules]
        text = (
            "In these sentences the one whom a responder blames may not be the true doer. “In the meantime” is the "
            "time between the event answered and the moment at which the response is due."
        )
        blocks = (Prose(text), Items(tuple(items))) if items else (Prose("None."),)
        return Section("Rules", 2, blocks)

    def _outcomes(self) -> Section:
        items = [
            (named(key, one), said_of(self.sentences.outcome(one), _base_rate(one), remarks(one)))
            for key, one in self.scenario.outcomes.items()
        ]
        return Section("Outcomes", 2, (Items(tuple(items)),) if items else (Prose("None."),))

    def _variants(self) -> Section:
        items = [
            (named(key, one), said_of(self.sentences.variant(one), remarks(one)))
            for key, one in self.scenario.variants.items()
        ]
        return Section("Variants", 2, (Items(tuple(items)),) if items else (Prose("None."),))

    def _sources(self) -> Section:
        items = [(key, source_text(one)) for key, one in self.scenario.sources.items()]
        return Section("Sources", 2, (Items(tuple(items)) if items else Prose("None are given."),))


def files_of(loaded: Loaded) -> list[str]:
    """The files that a scenario was read from, its own first, without the folders above it."""
    files = [Path(name) for name in loaded.texts if not name.startswith("--")]
    homes = (files[0].resolve().parent, shipped_folder().resolve())
    return [_inside(one.resolve(), homes) for one in files]


def _inside(file: Path, homes: Iterable[Path]) -> str:
    for home in homes:
        if file.is_relative_to(home):
            return file.relative_to(home).as_posix()
    return file.name


def _base_rate(outcome: Outcome) -> str:
    if outcome.base_rate is None:
        return ""
    return f"Base rate, from comparable stretches before the start: {number_text(100 * outcome.base_rate)} %."


def source_text(source: Source) -> str:
    """``Title. Author, publisher, date. Address``."""
    origin = ", ".join(part for part in (source.author, source.publisher, source.date) if part)
    parts = [
        sentence(source.kind or ""),
        sentence(source.title or source.name or ""),
        sentence(origin),
        sentence(source.pages or ""),
    ]
    parts += [source.url or "", f"doi:{source.doi}." if source.doi else ""]
    parts += [f"Seen {source.accessed}." if source.accessed else "", sentence(" ".join((source.note or "").split()))]
    return said_of(*parts)


def most_runs(parameter: ParameterTable) -> tuple[float, float] | None:
    """Between which values nine in ten runs have a parameter; None where it has no range."""
    if not parameter.kind:
        return None
    kind, arguments = parameter.kind, parameter.arguments
    bottom, top = 0.0, 1.0
    if parameter.bounds is not None:
        bottom, top = (cumulative(kind, bound, arguments) for bound in parameter.bounds)
    low, high = (quantile(kind, bottom + u * (top - bottom), arguments) for u in (0.05, 0.95))
    return low, high
