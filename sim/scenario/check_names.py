"""Are the ids of a scenario well formed and unlike each other, and do its lists name things that exist?"""

from __future__ import annotations

from collections.abc import Iterable

from sim.scenario.faults import short
from sim.scenario.parser import ID, STATEMENT_ID
from sim.scenario.report import Path, Report
from sim.scenario.schema import STATEMENTS, Scenario
from sim.scenario.source import scalar_value
from sim.scenario.syntax import WORDS
from sim.scenario.times import UNIT_MS

_THINGS = ("actors", "groups", "relations", "places", "parameters", "variables", "actions")
_THING_FORM = "an id of the letters a to z and A to Z, digits and _, not a number"
_STATEMENT_FORM = "an id of the letters a to z and A to Z, digits, _ and -"


def check_names(scenario: Scenario, report: Report) -> None:
    """Report ids that are no ids, ids that are taken, and members, owners and sources that do not exist."""
    check = _Check(scenario, report)
    check.things()
    check.statements()
    check.origins()
    check.members()
    check.sources()


class _Check:
    def __init__(self, scenario: Scenario, report: Report):
        self.scenario, self.report = scenario, report
        self.who = {**scenario.actors, **scenario.groups}

    def things(self) -> None:
        home: dict[str, str] = {}
        for block in _THINGS:
            for name in getattr(self.scenario, block):
                self._new((block, name), name, block, home, key=True)
                self._thing((block, name), name, key=True)
        for action, item in self.scenario.actions.items():
            for index, tag in enumerate(item.tags):
                path: Path = ("actions", action, "tags", index)
                if home.get(tag) != "tags":
                    self._new(path, tag, "tags", home)
                    self._thing(path, tag)

    def statements(self) -> None:
        self._statement(("scenario",), self.scenario.scenario)
        for block in STATEMENTS:
            for name in getattr(self.scenario, block):
                self._statement((block, name), name, key=True)
        for block in ("rules", "drivers"):
            for name, item in getattr(self.scenario, block).items():
                seen: dict[str, str] = {}
                for index, option in enumerate(item.choose or ()):
                    if option.id is not None:
                        path: Path = (block, name, "choose", index, "id")
                        self._new(path, option.id, "choose", seen)
                        self._statement(path, option.id)
        if "assumed" in self.scenario.sources:
            self.report.error(("sources", "assumed"), "bad-id", *_taken("assumed"), key=True)

    def origins(self) -> None:
        """Rules, drivers and timeline items are all asked for by `origin`."""
        home: dict[str, str] = {}
        for block in ("rules", "drivers"):
            for name in getattr(self.scenario, block):
                self._new((block, name), name, block, home, key=True)
        for index, event in enumerate(self.scenario.timeline):
            if event.id is not None:
                self._statement(("timeline", index, "id"), event.id)
                self._new(("timeline", index, "id"), event.id, "timeline", home)

    def _new(self, path: Path, name: str, block: str, home: dict[str, str], *, key: bool = False) -> None:
        if name in home:
            found = f"found the id {short(name)}, which {home[name]} has already"
            self.report.error(path, "duplicate-id", found, "an id of its own", key=key)
        home.setdefault(name, block)

    def _thing(self, path: Path, name: str, *, key: bool = False) -> None:
        if name in WORDS:
            self.report.error(path, "bad-id", *_taken(name), key=key)
        elif not ID.fullmatch(name) or not isinstance(scalar_value(name), str) or _is_duration(name):
            self.report.error(path, "bad-id", f"found {short(name)}", _THING_FORM, key=key)

    def _statement(self, path: Path, name: str, *, key: bool = False) -> None:
        if name in WORDS:
            self.report.error(path, "bad-id", *_taken(name), key=key)
        elif not STATEMENT_ID.fullmatch(name):
            self.report.error(path, "bad-id", f"found {short(name)}", _STATEMENT_FORM, key=key)

    def members(self) -> None:
        s = self.scenario
        for group, members in s.groups.items():
            for index, name in enumerate(members):
                if name not in s.actors:
                    self._actor(("groups", group, index), name)
        for kind, pairs in s.relations.items():
            for one, others in pairs.items():
                self._who(("relations", kind, one), one, key=True)
                self._each(("relations", kind, one), others)
        for name, place in s.places.items():
            self._each(("places", name, "soil"), place.soil)
        for block in ("rules", "drivers"):
            for name, item in getattr(s, block).items():
                self._each((block, name, "who"), item.who)
                if not item.who:
                    self.report.error(
                        (block, name, "who"), "wrong-value", "found nobody", "an actor, a group or a list"
                    )
        for index, event in enumerate(s.timeline):
            if event.who not in s.actors:
                self._actor(("timeline", index, "who"), event.who)

    def _actor(self, path: Path, name: str) -> None:
        kind = "group" if name in self.scenario.groups else "actor"
        expected = "a known actor alone"
        self.report.unknown(path, kind, name, self.scenario.actors, homes=("actors",), expected=expected)

    def _each(self, path: Path, names: Iterable[str]) -> None:
        for index, name in enumerate(names):
            self._who((*path, index), name)

    def _who(self, path: Path, name: str, *, key: bool = False) -> None:
        if name not in self.who:
            self.report.unknown(path, "actor or group", name, self.who, homes=("actors", "groups"), key=key)

    def sources(self) -> None:
        known = dict.fromkeys([*self.scenario.sources, "assumed"])
        for path, source in citations(self.scenario):
            if source not in known:
                self.report.unknown(path, "source", source, known, homes=("sources",))


def _taken(name: str) -> tuple[str, str]:
    return f"found {short(name)}, a word of the language", "another id"


def _is_duration(name: str) -> bool:
    """Whether a name reads as a number with a unit of time, such as 12h."""
    return any(
        name.endswith(unit) and isinstance(scalar_value(name.removesuffix(unit)), (int, float)) for unit in UNIT_MS
    )


def citations(scenario: Scenario) -> Iterable[tuple[Path, str]]:
    """Every citation of a source, with its path."""
    yield from _source(("source",), scenario.source)
    yield from _source(("level", "source"), scenario.level.source)
    for block in (
        "sources", "actors", "places", "parameters", "variables", "actions", "rules", "drivers", "outcomes", "variants",
    ):  # fmt: skip
        for name, item in getattr(scenario, block).items():
            yield from _source((block, name, "source"), item.source)
            for index, option in enumerate(getattr(item, "choose", None) or ()):
                yield from _source((block, name, "choose", index, "source"), option.source)
    for block in ("ladder", "timeline"):
        for index, item in enumerate(getattr(scenario, block)):
            yield from _source((block, index, "source"), item.source)


def _source(path: Path, source: str | None) -> Iterable[tuple[Path, str]]:
    if source is not None:
        yield path, source
