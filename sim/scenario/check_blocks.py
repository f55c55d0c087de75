"""Do the values of a scenario's blocks lie where they may, and do its keys go together?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import UTC
from itertools import chain

from sim.arithmetic import BadNumber
from sim.scenario import times
from sim.scenario.constants import NotConstant, is_constant, known_values, support, value_of
from sim.scenario.faults import short
from sim.scenario.names import NameTable
from sim.scenario.report import Path, Report
from sim.scenario.schema import Deed, Driver, Option, Outcome, Parameter, Rule, Scenario, Variable
from sim.scenario.syntax import Expression

_CAMEO = re.compile(r"[0-9]{2,4}")
_FIRST_YEAR, _LAST_YEAR = 100, 9899
_BEYOND = "beyond the calendar"
_CALENDAR = f"dates from the year {_FIRST_YEAR} to the year {_LAST_YEAR}"
_OUTCOMES = ({"when"}, {"if"}, {"when", "if"}, {"quiet", "when"}, {"at", "if"})
_OWN_FORMS = {
    "world": "no own values: it is a single number",
    "actor": "a value by actor",
    "dyad": "values by actor and actor",
}


def check_blocks(scenario: Scenario, names: NameTable, report: Report) -> None:
    """Report values out of bounds and keys that do not go together, block by block."""
    check = _Check(scenario, names, report)
    check.top()
    check.ladder()
    check.places()
    for name, parameter in scenario.parameters.items():
        check.parameter(("parameters", name), parameter)
    for name, variable in scenario.variables.items():
        check.variable(("variables", name), variable)
    check.actions()
    for name, rule in scenario.rules.items():
        check.rule(("rules", name), rule)
    for name, driver in scenario.drivers.items():
        check.driver(("drivers", name), driver)
    check.timeline()
    for name, outcome in scenario.outcomes.items():
        check.outcome(("outcomes", name), outcome)


class _Check:
    def __init__(self, scenario: Scenario, names: NameTable, report: Report):
        self.scenario, self.names, self.report = scenario, names, report
        self.values = known_values(scenario, report)
        self.start = times.parse_start(scenario.start)
        self.who = {**scenario.actors, **scenario.groups}

    def _wrong(self, path: Path, found: str, expected: str) -> None:
        self.report.error(path, "wrong-value", found, expected)

    def _value(self, path: Path, expression: Expression | None, fits: Callable[[float], bool], expected: str) -> None:
        """Report a value that does not fit, where it can be known now: at the parameters' own values."""
        if expression is None or not is_constant(expression, self.values):
            return
        try:
            value = value_of(expression, self.values)
        except BadNumber as problem:
            self._wrong(path, f"found {problem}", expected)
            return
        if not fits(value):
            self._wrong(path, f"found {value:g}", expected)

    def _known(self, expression: Expression) -> float | None:
        """The value at the parameters' own values, if it has one."""
        try:
            return value_of(expression, self.values)
        except (BadNumber, NotConstant):
            return None

    def top(self) -> None:
        s = self.scenario
        if s.brinkline != 1:
            self._wrong(("brinkline",), f"found version {s.brinkline}", "1, the version that this program reads")
        if not self._in_calendar(0):
            self.report.error(("start",), "bad-time", f"found {short(s.start)}, {_BEYOND}", _CALENDAR)
        if s.horizon <= 0:
            self._wrong(("horizon",), "found no time at all", "a horizon above 0")
        elif self._in_calendar(0) and not self._in_calendar(s.horizon):
            self._wrong(("horizon",), f"found an end {_BEYOND}", _CALENDAR)
        if s.level.window <= 0:
            self._wrong(("level", "window"), "found no time at all", "a window above 0")
        if not 1 <= s.max_events <= 10_000_000:
            self._wrong(("max_events",), f"found {s.max_events}", "1 to 10,000,000")

    def _in_calendar(self, ms: int) -> bool:
        """Whether a moment has a date, with room around it for zones and for the margins of figures."""
        try:
            return _FIRST_YEAR <= times.moment_of(ms, self.start).astimezone(UTC).year <= _LAST_YEAR
        except OverflowError:
            return False

    def ladder(self) -> None:
        seen: set[int] = set()
        for index, rung in enumerate(self.scenario.ladder):
            path: Path = ("ladder", index, "rung")
            if self.report.is_broken(path):
                continue
            if rung.rung in seen:
                self.report.error(path, "duplicate-id", f"found the rung {rung.rung} a second time", "each rung once")
            if abs(rung.rung) > 100:
                self._wrong(path, f"found the rung {rung.rung}", "a rung from -100 to 100")
            seen.add(rung.rung)

    def places(self) -> None:
        for name, place in self.scenario.places.items():
            for key, degrees, most in (("lat", place.lat, 90), ("lon", place.lon, 180)):
                if degrees is not None and abs(degrees) > most:
                    self._wrong(("places", name, key), f"found {degrees:g}", f"degrees from -{most} to {most}")

    def parameter(self, path: Path, parameter: Parameter) -> None:
        if parameter.bounds is None:
            return
        low, high = parameter.bounds
        inside = f"within the bounds [{low:g}, {high:g}]"
        if not low <= parameter.value <= high:
            self._wrong((*path, "value"), f"found {parameter.value:g}", f"a value {inside}")
        if parameter.range is None:
            if not self.report.is_broken((*path, "range")):
                expected = "a range that they truncate"
                self.report.error((*path, "bounds"), "conflict", "found bounds without a range", expected, key=True)
        elif not _overlap(parameter, low, high):
            self._wrong(
                (*path, "bounds"), f"found no value of the range {inside}", "bounds that leave some of the range"
            )

    def variable(self, path: Path, variable: Variable) -> None:
        values: list[tuple[Path, Expression]] = [((*path, "initial"), variable.initial)]
        if variable.baseline is not None:
            values.append(((*path, "baseline"), variable.baseline))
        values += self._own((*path, "own"), variable)
        low, high = variable.range or (-1e300, 1e300)
        for spot, expression in values:
            expected = f"a value in the range [{low:g}, {high:g}]"
            if spot[-1] == "initial" and "initial" not in self.report.root.at(path).entries:
                expected = f"an initial value in the range [{low:g}, {high:g}] (unless given it is 0)"
            self._value(spot, expression, lambda value: low <= value <= high, expected)
        self._value((*path, "half_life"), variable.half_life, lambda days: days > 0, "a half-life above 0")

    def _own(self, path: Path, variable: Variable) -> Iterable[tuple[Path, Expression]]:
        """The own values, each with its path; those that do not fit the scope are reported."""
        known, homes = self.who, ("actors", "groups")
        for who, own in (variable.own or {}).items():
            spot = (*path, who)
            if self.report.is_broken((*path[:-1], "scope")):
                continue
            if variable.scope == "world" or isinstance(own, dict) != (variable.scope == "dyad"):
                found = f"found an own value that does not fit the scope {variable.scope}"
                self.report.error(spot, "wrong-type", found, _OWN_FORMS[variable.scope], key=True)
                continue
            if who not in known:
                self.report.unknown(spot, "actor or group", who, known, homes=homes, key=True)
            for other, value in own.items() if isinstance(own, dict) else ():
                if other not in known:
                    self.report.unknown((*spot, other), "actor or group", other, known, homes=homes, key=True)
                yield (*spot, other), value
            if not isinstance(own, dict):
                yield spot, own

    def actions(self) -> None:
        rungs = sorted({rung.rung for rung in self.scenario.ladder})
        for name, action in self.scenario.actions.items():
            path: Path = ("actions", name)
            place = bisect_left(rungs, action.rung)
            around = rungs[max(place - 1, 0) : place + 1]
            if action.rung not in around and not self.report.is_broken_inside(("ladder",)):
                close = min(around, key=lambda one: abs(one - action.rung), default="")
                found = f"found the rung {action.rung}"
                self.report.error((*path, "rung"), "not-on-ladder", found, "a rung of the ladder", near=str(close))
            if action.cameo is not None and not _CAMEO.fullmatch(action.cameo):
                expected = "a CAMEO code of two to four digits, quoted"
                self._wrong((*path, "cameo"), f"found {short(action.cameo)}", expected)

    def rule(self, path: Path, rule: Rule) -> None:
        self._deeds(path, rule, nothing=True)
        self._counts(path, rule)

    def driver(self, path: Path, driver: Driver) -> None:
        self._deeds(path, driver, nothing=False)
        self._counts(path, driver)
        self._value((*path, "rate"), driver.rate, lambda rate: rate >= 0, "a rate of 0 or more")
        least = max(self._known(driver.rate) or 0.0, 0.0)
        self._value((*path, "peak"), driver.peak, lambda peak: peak >= least, f"a peak of {least:g} or more")
        if driver.peak is None and not is_constant(driver.rate, self.scenario.parameters):
            expected = "the rate's upper bound, since the rate is more than an expression of parameters"
            self.report.error((*path, "peak"), "missing-key", "found no peak", expected, key=True)

        self._candidates(path, driver)

    def _candidates(self, path: Path, driver: Driver) -> None:
        """Report a peak that alone has more candidates than a run may, on average, where runs last to the horizon."""
        peak = None if driver.peak is None else self._known(driver.peak)
        if peak is None or any(outcome.ends for outcome in self.scenario.outcomes.values()):
            return
        most, days = self.scenario.max_candidates, self.scenario.horizon / times.DAY_MS
        if peak * days > most:
            found = f"found a peak of {peak:g} a day, which makes {peak * days:,.3g} candidates in {days:g} days"
            self._wrong((*path, "peak"), found, f"a peak nearer the rate: at most {most:,} candidates in a run")

    def _counts(self, path: Path, item: Rule | Driver) -> None:
        self._value((*path, "cooldown"), item.cooldown, lambda days: days >= 0, "a cooldown of 0 or more")
        whole = "a whole number, 0 or more"
        self._value((*path, "limit"), item.limit, lambda limit: limit >= 0 and limit == int(limit), whole)

    def _deeds(self, path: Path, item: Rule | Driver, *, nothing: bool) -> None:
        if item.do is not None or (item.choose is None and not self.report.is_broken((*path, "choose"))):
            self._do(path, item, nothing=nothing)
        if item.choose == ():
            self._wrong((*path, "choose"), "found no option", "at least one option")
        for index, option in enumerate(item.choose or ()):
            inside = (*path, "choose", index)
            if option.do is not None or item.do is None:
                self._do(inside, option, nothing=nothing)
            if isinstance(item, Driver):
                self._at_once(inside, option)

    def _at_once(self, path: Path, option: Option) -> None:
        for key in ("after", "unless"):
            if getattr(option, key) is not None:
                expected = "no delay and nothing to stand down from: a driver's event happens at once"
                self.report.error((*path, key), "not-here", f"found the key {key!r} in a driver", expected, key=True)

    def _do(self, path: Path, deed: Deed, *, nothing: bool) -> None:
        if deed.do is None:
            expected = "an action or 'choose'" if isinstance(deed, (Rule, Driver)) else "an action"
            self.report.error((*path, "do"), "missing-key", "found no 'do'", expected, key=True)
        elif deed.do == "nothing" and not nothing:
            expected = "an action ('nothing' has a meaning in rules only)"
            self.report.error((*path, "do"), "not-here", "found 'nothing'", expected)
        elif deed.do != "nothing" and deed.do not in self.scenario.actions:
            kind = "tag" if deed.do in self.names.tags else "action"
            known = chain(self.scenario.actions, ["nothing"] if nothing else [])
            self.report.unknown((*path, "do"), kind, deed.do, known, homes=("actions",), expected="a known action")

    def timeline(self) -> None:
        for index, item in enumerate(self.scenario.timeline):
            self._do(("timeline", index), item, nothing=False)
            self._instant(("timeline", index, "at"), item.at)

    def _instant(self, path: Path, text: str) -> None:
        if self._in_calendar(0) and not self._in_calendar(times.instant_ms(text, self.start)):
            self.report.error(path, "bad-time", f"found {short(text)}, {_BEYOND}", _CALENDAR)

    def outcome(self, path: Path, outcome: Outcome) -> None:
        given = {"when": outcome.when, "if": outcome.if_, "quiet": outcome.quiet, "at": outcome.at}
        has = {key for key, value in given.items() if value is not None}
        if has not in _OUTCOMES and not self.report.is_broken_inside(path):
            found = " and ".join(f"'{key}'" for key in given if key in has) or "none of them"
            expected = "'when', 'if' or both; or 'quiet' and 'when'; or 'at' and 'if'"
            self.report.error(path, "conflict", f"found {found}", expected, key=True)
        if outcome.quiet is not None and outcome.quiet <= 0:
            self._wrong((*path, "quiet"), "found no time at all", times.DURATION_FORM)
        if outcome.at is not None and outcome.at != "end":
            self._instant((*path, "at"), outcome.at)


def _overlap(parameter: Parameter, low: float, high: float) -> bool:
    """Whether a range has values within the bounds; so it has where it is broken itself."""
    try:
        bottom, top = support(parameter)
    except (BadNumber, NotConstant):
        return True
    return (low < top and bottom < high) or low <= bottom == top <= high
