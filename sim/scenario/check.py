"""Does a scenario that has the right shape also mean something? Every fault, with its path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sim.arithmetic import BadNumber
from sim.scenario import times
from sim.scenario.check_language import LanguageCheck
from sim.scenario.constants import is_constant, value_of
from sim.scenario.faults import nearest
from sim.scenario.names import NameTable
from sim.scenario.parser import ID, STATEMENT_ID
from sim.scenario.report import Report
from sim.scenario.schema import Deed, Driver, Outcome, Rule, Scenario, Variable
from sim.scenario.sites import Path, sites
from sim.scenario.syntax import WORDS, Expression

_NUMBERLIKE = re.compile(r"\d+([eE]\d+)?|\d+(min|h|d|w)")
_THINGS = ("actors", "groups", "relations", "places", "parameters", "variables", "actions")


def check(scenario: Scenario, report: Report) -> NameTable:
    """Report everything that is wrong with the meaning of a scenario."""
    names = NameTable(scenario)
    _Check(scenario, names, report).run()
    language = LanguageCheck(scenario, names, report)
    for site in sites(scenario):
        language.check(site)
    return names


class _Check:
    def __init__(self, scenario: Scenario, names: NameTable, report: Report):
        self.scenario, self.names, self.report = scenario, names, report
        self.values = {name: one.value for name, one in scenario.parameters.items()}
        self.start: datetime | None = None

    def run(self) -> None:
        self._top()
        self._ids()
        self._sources()
        self._members()
        self._parameters()
        for name, variable in self.scenario.variables.items():
            self._variable(("variables", name), variable)
        self._actions()
        for name, rule in self.scenario.rules.items():
            self._rule(("rules", name), rule)
        for name, driver in self.scenario.drivers.items():
            self._driver(("drivers", name), driver)
        self._timeline()
        for name, outcome in self.scenario.outcomes.items():
            self._outcome(("outcomes", name), outcome)

    def _top(self) -> None:
        s, error = self.scenario, self.report.error
        if s.brinkline != 1:
            error(("brinkline",), "wrong-value", f"found version {s.brinkline}", "1, the version that this program reads")
        if not STATEMENT_ID.fullmatch(s.scenario):
            error(("scenario",), "bad-id", f"found {s.scenario!r}", "an id of letters, digits, _ and -")
        if s.horizon <= 0:
            error(("horizon",), "wrong-value", "found no time at all", "a horizon above 0")
        if s.level.window <= 0:
            error(("level", "window"), "wrong-value", "found no time at all", "a window above 0")
        if not 1 <= s.max_events <= 10_000_000:
            error(("max_events",), "wrong-value", f"found {s.max_events}", "1 to 10,000,000")
        seen: set[int] = set()
        for index, rung in enumerate(s.ladder):
            if rung.rung in seen:
                error(("ladder", index, "rung"), "duplicate-id", f"found the rung {rung.rung} a second time", "each rung once")
            if abs(rung.rung) > 100:
                error(("ladder", index, "rung"), "wrong-value", f"found the rung {rung.rung}", "−100 to 100")
            seen.add(rung.rung)

        try:
            self.start = times.parse_start(s.start)
        except ValueError as problem:
            error(("start",), "bad-time", str(problem), "an ISO date or date-time such as 2024-01-17T00:00:00+03:00")

    def _instant(self, path: Path, text: str) -> None:
        try:
            times.instant_ms(text, self.start or datetime(2000, 1, 1, tzinfo=UTC))
        except (ValueError, OverflowError) as problem:
            self.report.error(path, "bad-time", str(problem), times.INSTANT_FORM)

    def _ids(self) -> None:
        s = self.scenario
        home: dict[str, str] = {}
        for block in _THINGS:
            for name in getattr(s, block):
                self._thing((block, name), name, block, home)
        for action, item in s.actions.items():
            for tag in item.tags:
                if home.get(tag, "tags") != "tags":
                    self._twice(("actions", action, "tags"), tag, home[tag])
                else:
                    self._thing(("actions", action, "tags"), tag, "tags", {})
                    home[tag] = "tags"
        for block in ("rules", "drivers", "outcomes", "variants", "sources"):
            for name in getattr(s, block):
                self._statement((block, name), name)
        origins: dict[str, str] = {name: "rules" for name in s.rules}
        for name in s.drivers:
            if name in origins:
                self._twice(("drivers", name), name, "rules")
            origins.setdefault(name, "drivers")
        for index, event in enumerate(s.timeline):
            if event.id is not None:
                self._statement(("timeline", index, "id"), event.id)
                if event.id in origins:
                    self._twice(("timeline", index, "id"), event.id, origins[event.id])
                origins.setdefault(event.id, "timeline")

    def _thing(self, path: Path, name: str, block: str, home: dict[str, str]) -> None:
        if name in home:
            self._twice(path, name, home[name])
        elif name in WORDS:
            self.report.error(path, "bad-id", f"found {name!r}, a word of the language", "another id", key=True)
        elif not ID.fullmatch(name) or _NUMBERLIKE.fullmatch(name):
            self.report.error(path, "bad-id", f"found {name!r}", "an id of letters, digits and _, not a number", key=True)
        home.setdefault(name, block)

    def _statement(self, path: Path, name: str) -> None:
        if not STATEMENT_ID.fullmatch(name):
            self.report.error(path, "bad-id", f"found {name!r}", "an id of letters, digits, _ and -", key=True)

    def _twice(self, path: Path, name: str, block: str) -> None:
        self.report.error(path, "duplicate-id", f"found the id {name!r}, which {block} has already", "an id of its own", key=True)

    def _sources(self) -> None:
        known = [*self.scenario.sources, "assumed"]
        if "assumed" in self.scenario.sources:
            self.report.error(("sources", "assumed"), "bad-id", "found 'assumed', a word of the language", "another id", key=True)
        for path, source in _cited(self.scenario):
            if source not in known:
                self._unknown(path, "source", source, known)

    def _members(self) -> None:
        s = self.scenario
        for group, members in s.groups.items():
            for index, name in enumerate(members):
                if name not in s.actors:
                    self._unknown(("groups", group, index), "actor", name, s.actors)
        who = [*s.actors, *s.groups]
        for kind, pairs in s.relations.items():
            for one, others in pairs.items():
                if one not in who:
                    self._unknown(("relations", kind, one), "actor or group", one, who, key=True)
                for index, other in enumerate(others):
                    if other not in who:
                        self._unknown(("relations", kind, one, index), "actor or group", other, who)
        for name, place in s.places.items():
            for index, owner in enumerate(place.soil):
                if owner not in who:
                    self._unknown(("places", name, "soil", index), "actor or group", owner, who)

    def _parameters(self) -> None:
        for name, parameter in self.scenario.parameters.items():
            bounds = parameter.bounds
            if bounds and not bounds[0] <= parameter.value <= bounds[1]:
                self.report.error(("parameters", name, "value"), "wrong-value", f"found {parameter.value:g}", f"a value within the bounds [{bounds[0]:g}, {bounds[1]:g}]")
            if bounds and parameter.range is None:
                self.report.error(("parameters", name, "bounds"), "conflict", "found bounds without a range", "a range that they truncate", key=True)

    def _variable(self, path: Path, variable: Variable) -> None:
        low, high = variable.range or (-1e300, 1e300)
        values: list[tuple[Path, Any]] = [((*path, "initial"), variable.initial)]
        if variable.baseline is not None:
            values.append(((*path, "baseline"), variable.baseline))
        for who, own in (variable.own or {}).items():
            inside = isinstance(own, dict)
            if inside != (variable.scope == "dyad") or variable.scope == "world":
                form = {"world": "no own values: it has a single one", "actor": "a value by actor", "dyad": "values by actor and actor"}
                self.report.error((*path, "own", who), "wrong-type", f"found an own value that does not fit the scope {variable.scope}", form[variable.scope])
                continue
            values += [((*path, "own", who, other), v) for other, v in own.items()] if isinstance(own, dict) else [((*path, "own", who), own)]
            known = [*self.scenario.actors, *self.scenario.groups]
            for key, spot in [(who, (*path, "own", who))] + [(k, (*path, "own", who, k)) for k in (own if isinstance(own, dict) else ())]:
                if key not in known:
                    self._unknown(spot, "actor or group", key, known, key=True)
        for spot, expression in values:
            value = self._value(expression)
            if value is not None and not low <= value <= high:
                self.report.error(spot, "wrong-value", f"found {value:g}", f"a value in the range [{low:g}, {high:g}]")
        if variable.half_life is not None:
            half_life = self._value(variable.half_life)
            if half_life is not None and half_life <= 0:
                self.report.error((*path, "half_life"), "wrong-value", f"found {half_life:g} d", "a half-life above 0")

    def _value(self, expression: Expression) -> float | None:
        """The value at the parameters' own values, where it can be known now."""
        if not is_constant(expression, self.values):
            return None
        try:
            return value_of(expression, self.values)
        except BadNumber:
            return None

    def _actions(self) -> None:
        rungs = [rung.rung for rung in self.scenario.ladder]
        for name, action in self.scenario.actions.items():
            if action.rung not in rungs:
                close = min(rungs, key=lambda r: abs(r - action.rung), default=None)
                self.report.error(("actions", name, "rung"), "not-on-ladder", f"found the rung {action.rung}", "a rung of the ladder", "" if close is None else str(close))
            if action.cameo is not None and not re.fullmatch(r"\d{2,4}", action.cameo):
                self.report.error(("actions", name, "cameo"), "wrong-value", f"found {action.cameo!r}", "a CAMEO code of two to four digits, quoted")

    def _rule(self, path: Path, rule: Rule) -> None:
        self._who(path, rule.who)
        self._deeds(path, rule, nothing=True)
        self._counts(path, rule)

    def _driver(self, path: Path, driver: Driver) -> None:
        self._who(path, driver.who)
        self._deeds(path, driver, nothing=False)
        self._counts(path, driver)
        if driver.peak is None and not is_constant(driver.rate, self.values):
            self.report.error((*path, "peak"), "missing-key", "found no peak", "the rate's upper bound, since the rate is more than an expression of parameters")
        for key, expression in (("rate", driver.rate), ("peak", driver.peak)):
            value = None if expression is None else self._value(expression)
            if value is not None and value < 0:
                self.report.error((*path, key), "wrong-value", f"found {value:g}", "a rate of 0 or more")

    def _counts(self, path: Path, item: Rule | Driver) -> None:
        for key, expression in (("cooldown", item.cooldown), ("limit", item.limit)):
            value = None if expression is None else self._value(expression)
            if value is not None and (value < 0 or (key == "limit" and value != int(value))):
                self.report.error((*path, key), "wrong-value", f"found {value:g}", "0 or more" if key == "cooldown" else "a whole number, 0 or more")

    def _who(self, path: Path, who: Iterable[str]) -> None:
        known = [*self.scenario.actors, *self.scenario.groups]
        for index, name in enumerate(who):
            if name not in known:
                self._unknown((*path, "who", index), "actor or group", name, known)

    def _deeds(self, path: Path, item: Rule | Driver, *, nothing: bool) -> None:
        if item.choose is None:
            self._do(path, item, nothing=nothing)
            return
        if not item.choose:
            self.report.error((*path, "choose"), "wrong-value", "found no option", "at least one option")
        if item.do is not None:
            self._do(path, item, nothing=nothing)
        seen: set[str] = set()
        for index, option in enumerate(item.choose):
            inside = (*path, "choose", index)
            if option.do is not None or item.do is None:
                self._do(inside, option, nothing=nothing)
            if isinstance(item, Driver) and option.after is not None:
                self.report.error((*inside, "after"), "unknown-key", "found the key 'after'", "no delay: a driver's event happens at once", key=True)
            if option.id is not None:
                if option.id in seen:
                    self.report.error((*inside, "id"), "duplicate-id", f"found the id {option.id!r} a second time", "an id of its own")
                seen.add(option.id)

    def _do(self, path: Path, deed: Deed, *, nothing: bool) -> None:
        known = [*self.scenario.actions, *(["nothing"] if nothing else [])]
        if deed.do is None:
            self.report.error((*path, "do"), "missing-key", "found no 'do'", "an action" + (", nothing or choose" if nothing else " or choose"))
        elif deed.do == "nothing" and not nothing:
            self.report.error((*path, "do"), "not-here", "found 'nothing'", "an action ('nothing' has a meaning in rules only)")
        elif deed.do not in known:
            self._unknown((*path, "do"), "action", deed.do, known)

    def _timeline(self) -> None:
        for index, item in enumerate(self.scenario.timeline):
            path: Path = ("timeline", index)
            if item.who not in self.scenario.actors:
                self._unknown((*path, "who"), "actor", item.who, self.scenario.actors)
            self._do(path, item, nothing=False)
            self._instant((*path, "at"), item.at)

    def _outcome(self, path: Path, outcome: Outcome) -> None:
        has = {key for key, value in (("when", outcome.when), ("if", outcome.if_), ("quiet", outcome.quiet), ("at", outcome.at)) if value is not None}
        if has not in ({"when"}, {"if"}, {"when", "if"}, {"quiet", "when"}, {"at", "if"}):
            found = " and ".join(f"'{key}'" for key in ("when", "if", "quiet", "at") if key in has) or "none of them"
            self.report.error(path, "conflict", f"found {found}", "'when', 'if' or both; or 'quiet' and 'when'; or 'at' and 'if'", key=True)
        if outcome.quiet is not None and outcome.quiet <= 0:
            self.report.error((*path, "quiet"), "wrong-value", "found no time at all", times.DURATION_FORM)
        if outcome.at is not None and outcome.at != "end":
            self._instant((*path, "at"), outcome.at)

    def _unknown(self, path: Path, kind: str, name: str, known: Iterable[str], *, key: bool = False) -> None:
        self.report.error(path, "unknown-name", f"found the {kind} {name!r}", f"a known {kind}", nearest(name, known), key=key)


def _cited(scenario: Scenario) -> Iterable[tuple[Path, str]]:
    """Every citation of a source, with its path."""
    if scenario.source is not None:
        yield ("source",), scenario.source
    for block in ("actors", "places", "parameters", "variables", "actions", "rules", "drivers", "outcomes", "variants"):
        for name, item in getattr(scenario, block).items():
            if item.source is not None:
                yield (block, name, "source"), item.source
            for index, option in enumerate(getattr(item, "choose", None) or ()):
                if option.source is not None:
                    yield (block, name, "choose", index, "source"), option.source
    for block in ("ladder", "timeline"):
        for index, item in enumerate(getattr(scenario, block)):
            if item.source is not None:
                yield (block, index, "source"), item.source
