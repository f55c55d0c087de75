"""What is allowed but looks wrong: rules that can never match, things that nobody uses.

Only what stands in the main file is warned of: an included file may offer more than is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from sim.arithmetic import BadNumber
from sim.scenario import times
from sim.scenario.constants import value_of
from sim.scenario.names import NOBODY, NameTable, roles_in
from sim.scenario.parser import parse_who
from sim.scenario.report import Path, Report
from sim.scenario.schema import Deed, Parameter, Scenario
from sim.scenario.sites import deeds, expressions, sites
from sim.scenario.syntax import Distribution, Effect, Index, Name, Pattern, Question, WhoField, walk

_HUGE = 1e9


def warn(scenario: Scenario, names: NameTable, report: Report) -> None:
    """Report the warnings of a scenario that has no errors."""
    _Warn(scenario, names, report).run()


@dataclass(frozen=True, slots=True)
class _Producer:
    """A deed that may happen: by whom, to whom (None: open), where, from what."""

    action: str
    doers: frozenset[int]
    targets: frozenset[int] | None
    places: frozenset[str] | None
    origin: str | None
    deadly: bool
    injuring: bool


class _Warn:
    def __init__(self, scenario: Scenario, names: NameTable, report: Report):
        self.scenario, self.names, self.report = scenario, names, report
        self.producers = list(self._producers())
        self.everyone = frozenset(range(len(names.actors)))

    def run(self) -> None:
        self._unused()
        self._patterns()
        self._times()
        self._chances()

    def _warning(self, path: Path, code: str, found: str, expected: str = "") -> None:
        if self.report.root.at(path).key_spot.file == self.report.root.spot.file:
            self.report.warning(path, code, found, expected)

    def _unused(self) -> None:
        taken = {producer.action for producer in self.producers}
        for name in self.scenario.actions:
            if name not in taken:
                self._warning(("actions", name), "unused", f"found the action {name!r}, which nobody takes")
        read = self._names_read()
        for block in ("parameters", "variables"):
            for name in getattr(self.scenario, block):
                if name not in read:
                    self._warning((block, name), "unused", f"found the {block[:-1]} {name!r}, which nobody reads")

    def _names_read(self) -> set[str]:
        """Parameters and variables that some expression reads (an effect on itself alone is no reading)."""
        read: set[str] = set()
        for site in sites(self.scenario):
            for _, expression in expressions(site):
                found = {node.id for node in walk(expression) if isinstance(node, (Name, Index))}
                read |= found - ({site.value.variable} if isinstance(site.value, Effect) else set())
        return read

    def _producers(self) -> Iterator[_Producer]:
        for path, deed, item in deeds(self.scenario):
            if deed.do is None or deed.do == "nothing" or _is_off(item if item is not None else deed):
                continue
            action = self.scenario.actions[deed.do]
            who = (self.scenario.timeline[int(path[1])].who,) if item is None else item.who
            origin = self.scenario.timeline[int(path[1])].id if item is None else str(path[1])
            yield _Producer(
                deed.do,
                frozenset(self.names.each(who)),
                self._targets(deed),
                None if isinstance(deed.place, dict) else frozenset([deed.place] if deed.place else []),
                origin,
                _may_hurt(deed.deaths or action.deaths, item is None),
                _may_hurt(deed.injured or action.injured, item is None),
            )

    def _targets(self, deed: Deed) -> frozenset[int] | None:
        if deed.to is None:
            return frozenset((NOBODY,))
        if isinstance(deed.to, dict):
            return None
        field = parse_who(deed.to)
        return None if roles_in(field) else self.names.fitting(field) | {NOBODY}

    def _patterns(self) -> None:
        for name, rule in self.scenario.rules.items():
            owners = self.names.each(rule.who)
            if not any(self._can_match(rule.when, owner) for owner in owners):
                self._warning(("rules", name), "never-matches", "found a rule that no event of this scenario can match")
        for name, outcome in self.scenario.outcomes.items():
            if outcome.when is not None and outcome.quiet is None and not self._can_match(outcome.when, None):
                self._warning(("outcomes", name), "never-matches", "found an outcome that no event of this scenario can match")
        for site in sites(self.scenario):
            for path, expression in expressions(site):
                for node in walk(expression):
                    if isinstance(node, Question) and not any(self._action_fits(node.pattern, one) for one in self.producers):
                        self._warning(path, "never-matches", f"found a {node.kind}(…) that no event of this scenario can match")

    def _action_fits(self, pattern: Pattern, producer: _Producer) -> bool:
        if pattern.action is not None and producer.action not in self.names.actions_fitting(pattern.action.ids):
            return False
        span, rung = pattern.rung, self.scenario.actions[producer.action].rung
        if span is not None and not (rung if span.low is None else span.low) <= rung <= (rung if span.high is None else span.high):
            return False
        return pattern.origin is None or producer.origin is None or producer.origin in pattern.origin.ids

    def _can_match(self, pattern: Pattern, owner: int | None) -> bool:
        return any(self._fits(pattern, producer, owner) for producer in self.producers)

    def _fits(self, pattern: Pattern, producer: _Producer, owner: int | None) -> bool:
        if not self._action_fits(pattern, producer):
            return False
        self_ = NOBODY if owner is None else owner
        if not self._actor_fits(pattern.actor, producer, owner):
            return False
        if pattern.target is not None and producer.targets is not None and not self.names.fitting(pattern.target, self_) & producer.targets:
            return False
        if pattern.place is not None and producer.places is not None and not producer.places & set(pattern.place.ids):
            return False
        if pattern.deaths is not None and (pattern.deaths.low or 0) > 0 and not producer.deadly:
            return False
        if pattern.injured is not None and (pattern.injured.low or 0) > 0 and not producer.injuring:
            return False
        return self._soil_fits(pattern.soil, producer.places, self_)

    def _actor_fits(self, field: WhoField | None, producer: _Producer, owner: int | None) -> bool:
        if owner is None:
            return field is None or bool(self.names.fitting(field) & producer.doers)
        others = producer.doers - {owner}
        if field is None:
            return bool(others)
        if owner in producer.doers and names_itself(field, self.names.actors[owner]):
            return True
        blamed = others if self.scenario.actions[producer.action].attribution is None else self.everyone | {NOBODY}
        return bool(others) and bool(self.names.fitting(field, owner) & blamed)

    def _soil_fits(self, field: WhoField | None, places: frozenset[str] | None, self_: int) -> bool:
        if field is None or places is None:
            return True
        owners = [frozenset(self.names.each(self.scenario.places[one].soil)) for one in places] or [frozenset[int]()]
        return any(self.names.soil_fits(field, one, self_) for one in owners)

    def _times(self) -> None:
        start = times.parse_start(self.scenario.start)
        for index, item in enumerate(self.scenario.timeline):
            if times.instant_ms(item.at, start) >= self.scenario.horizon:
                self._warning(("timeline", index, "at"), "never-asked", f"found {item.at!r}, which is not before the horizon: it does not happen")
        for name, outcome in self.scenario.outcomes.items():
            if outcome.at is None or outcome.at == "end":
                continue
            at = times.instant_ms(outcome.at, start)
            if at < 0 or at > self.scenario.horizon:
                where = "before the start" if at < 0 else "after the horizon"
                self._warning(("outcomes", name, "at"), "never-asked", f"found {outcome.at!r}, {where}: it is never asked")

    def _chances(self) -> None:
        for site in sites(self.scenario):
            if site.kind not in ("chance", "visibility"):
                continue
            for path, expression in expressions(site):
                used = {node.id for node in walk(expression) if isinstance(node, Name)}
                open_ = {name for name in used & set(self.scenario.parameters) if _is_open(self.scenario.parameters[name])}
                if not open_ or not used <= set(self.scenario.parameters) or len(open_) > 6:
                    continue
                values = {name: self.scenario.parameters[name].value for name in used}
                for corner in product(*(_ends(self.scenario.parameters[name]) for name in sorted(open_))):
                    try:
                        value = value_of(expression, {**values, **dict(zip(sorted(open_), corner, strict=True))})
                    except BadNumber:
                        value = math.inf
                    if not 0 <= value <= 1:
                        which = " and ".join(sorted(open_))
                        self._warning(path, "may-leave-range", f"found a chance that the unbounded range of {which} can push out of 0 to 1", "bounds: [low, high] of the parameter, or clamp(…, 0, 1)")
                        break


def names_itself(field: WhoField, name: str) -> bool:
    """Whether a rule's ``actor`` lets its owner's own deeds match: by ``self`` or the owner's own id."""
    return any(not hasattr(term, "field") and not term.relation and term.id in ("self", name) for term in field)  # type: ignore[union-attr]


def _is_off(item: object) -> bool:
    limit = getattr(item, "limit", None)
    return getattr(limit, "value", None) == 0


def _may_hurt(distribution: Distribution | None, given: bool) -> bool:
    if distribution is None:
        return False
    return not (distribution.kind == "fixed" and getattr(distribution.arguments[0], "value", 1) == 0 and given is not None)


def _is_open(parameter: Parameter) -> bool:
    return parameter.range is not None and parameter.bounds is None and parameter.range.kind in ("normal", "lognormal", "gamma")


def _ends(parameter: Parameter) -> tuple[float, float]:
    assert parameter.range is not None
    return (-_HUGE if parameter.range.kind == "normal" else 1e-9, _HUGE)
