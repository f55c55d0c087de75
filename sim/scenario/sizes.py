"""What a scenario comes to when its lists are multiplied out, and how much of that is allowed.

A file of a mebibyte can ask for gigabytes: a relation of a large group with itself, a rule for each member of it, a
variable for each pair of actors, options that each take long effects from their rule. These products are computed
from the lengths of the lists alone, before anything is multiplied out; beyond a limit the scenario is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.scenario.names import NameTable, roles_in
from sim.scenario.report import Path, Report
from sim.scenario.schema import Deed, Driver, Rule, Scenario
from sim.scenario.sites import expressions, sites
from sim.scenario.syntax import Distribution, Not, Pattern, Question, WhoField, walk

MOST_CELLS = 250_000
MOST_PAIRS = 200_000
MOST_COPIES = 100_000
MOST_OWNERS = 100_000
MOST_STEPS = 500_000
MOST_MATCHES = 3_000_000

_BYTES_A_CELL = 8
_INHERITED = ("to", "place", "deaths", "injured", "effects", "after", "unless")
"""What an option takes from its rule or driver, apart from its action."""

_HURT = ("deaths", "injured")
_ITEMS_OWN = ("if_", "chance", "rate", "peak", "cooldown", "limit")

Amounts = Iterator[tuple[Path, int]]


@dataclass(frozen=True)
class _Limit:
    """What is counted, where how much of it stands, how much is allowed, and what the total costs."""

    what: str
    amounts: Callable[[Scenario, NameTable], Amounts]
    most: int
    cost: Callable[[int], str] = lambda total: ""


def check_sizes(scenario: Scenario, names: NameTable, report: Report) -> None:
    """Report products that come to more than is allowed, each where most of it stands."""
    for limit in _LIMITS:
        amounts = list(limit.amounts(scenario, names))
        total = sum(amount for _, amount in amounts)
        if total > limit.most:
            path, largest = max(amounts, key=lambda one: one[1])
            found = f"found {total:,} {limit.what}{limit.cost(total)}, {largest:,} of them here"
            report.error(path, "too-large", found, f"at most {limit.most:,} in all", key=True)


def _cells(scenario: Scenario, names: NameTable) -> Amounts:
    """The values of variables: one, one an actor, or one a directed dyad."""
    n = len(names.actors)
    for name, variable in scenario.variables.items():
        yield ("variables", name), {"world": 1, "actor": n, "dyad": n * n}[variable.scope]


def _memory(cells: int) -> str:
    return f" ({cells * _BYTES_A_CELL / 1e6:,.0f} MB for each day of each run's trajectory)"


def _pairs(scenario: Scenario, names: NameTable) -> Amounts:
    """The pairs of actors that relations hold."""
    for kind, entries in scenario.relations.items():
        for one, others in entries.items():
            yield ("relations", kind, one), _size(names, [one]) * _size(names, others)


def _owners(scenario: Scenario, names: NameTable) -> Amounts:
    """The actors that own places."""
    for name, place in scenario.places.items():
        yield ("places", name), _size(names, place.soil)


def _copies(scenario: Scenario, names: NameTable) -> Amounts:
    """The copies of rules and drivers, one for each of their actors."""
    for block, item in _items(scenario):
        yield block, _size(names, item.who)


def _matches(scenario: Scenario, names: NameTable) -> Amounts:
    """The actions, places and actors that patterns are made of; what depends on `self` counts for each actor."""
    told: dict[WhoField, int] = {}
    for name, rule in scenario.rules.items():
        yield ("rules", name), _matched(rule.when, names, _size(names, rule.who), told)
    for name, outcome in scenario.outcomes.items():
        if outcome.when is not None:
            yield ("outcomes", name), _matched(outcome.when, names, 1, told)
    for site in sites(scenario):
        for path, expression in expressions(site):
            for node in walk(expression):
                if isinstance(node, Question):
                    yield path, _matched(node.pattern, names, 1, told)


def _matched(pattern: Pattern, names: NameTable, copies: int, told: dict[WhoField, int]) -> int:
    """How many actions, places and actors a pattern adds, for so many copies of a rule.

    told : for each who-field that was met before, for how many actors it has been counted.
    """
    ids = () if pattern.action is None else pattern.action.ids
    found = len(names.actions) if pattern.action is None else sum(len(names.tags.get(one, ())) + 1 for one in ids)
    for field in (pattern.actor, pattern.target, pattern.soil):
        if field is not None:
            before = told.get(field, 0)
            told[field] = min(before + copies, len(names.actors)) if roles_in(field) else 1
            places = len(names.places) if field is pattern.soil else 1
            found += max(told[field] - before, 0) * _held(field, names) * places
    return found + (0 if pattern.place is None else len(pattern.place.ids))


def _held(field: WhoField, names: NameTable) -> int:
    """At most how many actors a who-field holds, those of each entry counted by themselves."""
    n, held = len(names.actors) + 1, 0
    for term in field:
        if isinstance(term, Not):
            held += n + _held(term.field, names)
        else:
            held += n if term.relation or term.id in ("others", "any") else max(len(names.members(term.id)), 1)
    return held


def _steps(scenario: Scenario, names: NameTable) -> Amounts:
    """The steps of all programs: each option's with what it takes from its rule, each cell's of own values."""
    for name, variable in scenario.variables.items():
        yield ("variables", name), _nodes(variable.initial) + _nodes(variable.half_life) + _nodes(variable.baseline)
        for who, own in (variable.own or {}).items():
            inner = own.items() if isinstance(own, dict) else [("", own)]
            cells = sum((_size(names, [other]) if other else 1) * _nodes(value) for other, value in inner)
            yield ("variables", name, "own", who), _size(names, [who]) * cells
    drawn: dict[str, dict[str, int]] = {}
    for name, action in scenario.actions.items():
        drawn[name] = {key: _nodes(getattr(action, key)) for key in _HURT}
        amount = _nodes(action.visibility) + _nodes(action.attribution)
        yield ("actions", name), amount + _value(action.effects, names)
    for path, item in _items(scenario):
        amount = sum(_nodes(getattr(item, key, None)) for key in _ITEMS_OWN)
        taken = _taken(item, names)
        options = [item] if item.choose is None else item.choose
        yield path, amount + sum(_deed_steps(option, item, taken, drawn, names) for option in options)
    for index, event in enumerate(scenario.timeline):
        amount = _nodes(event.chance)
        yield ("timeline", index), amount + _deed_steps(event, event, _taken(event, names), drawn, names)
    for name, outcome in scenario.outcomes.items():
        yield ("outcomes", name), _nodes(outcome.if_)


def _taken(deed: Deed, names: NameTable) -> dict[str, int]:
    """The steps of what an option could take from its rule or driver, by key."""
    return {key: _value(getattr(deed, key, None), names) for key in _INHERITED}


def _deed_steps(
    deed: Deed, item: Deed, taken: dict[str, int], drawn: dict[str, dict[str, int]], names: NameTable
) -> int:
    """The steps of a deed, of what it takes from its rule or driver, and of the casualties that are its action's.

    taken : by key, the steps of what the rule or driver has; drawn : by action and key, those of its casualties.
    """
    found = _nodes(getattr(deed, "weight", None))
    for key, inherited in taken.items():
        own = getattr(deed, key, None)
        found += inherited if own is None or deed is item else _value(own, names)
    usual = drawn.get(deed.do or item.do or "", {})
    return found + sum(
        steps for key, steps in usual.items() if getattr(deed, key) is None and getattr(item, key) is None
    )


def _value(value: Any, names: NameTable) -> int:
    """The steps of effects, or of what else holds expressions."""
    if not isinstance(value, tuple):
        return _nodes(value)
    return sum(_nodes(one.expression) + _size(names, (who.id for who in one.who)) + 1 for one in value)


def _nodes(value: Any) -> int:
    """How many nodes the expressions of a value have."""
    if value is None or isinstance(value, str):
        return 0
    if isinstance(value, dict):
        return sum(_nodes(one) + 1 for one in value.values())
    if isinstance(value, Distribution):
        return sum(map(_nodes, value.arguments)) + _nodes(value.inner)
    return len(walk(value))


def _items(scenario: Scenario) -> Iterator[tuple[Path, Rule | Driver]]:
    for block in ("rules", "drivers"):
        for name, item in getattr(scenario, block).items():
            yield (block, name), item


def _size(names: NameTable, listed: Iterable[str]) -> int:
    """How many actors a list of ids and groups names, those named twice counted twice."""
    return sum(len(names.members(name)) for name in listed)


_LIMITS = (
    _Limit("values of variables", _cells, MOST_CELLS, _memory),
    _Limit("pairs of actors in relations", _pairs, MOST_PAIRS),
    _Limit("owners of places", _owners, MOST_OWNERS),
    _Limit("copies of rules and drivers, one for each of their actors", _copies, MOST_COPIES),
    _Limit("actions, places and actors that fit patterns", _matches, MOST_MATCHES),
    _Limit("steps of arithmetic, options with what they take from their rule", _steps, MOST_STEPS),
)
