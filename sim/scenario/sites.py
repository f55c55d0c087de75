"""Every place in a scenario where the language is used, and which names mean something there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sim.scenario.schema import Action, Deed, Driver, Option, Rule, Scenario
from sim.scenario.syntax import ROLES, Distribution, Effect, Expression, Pattern

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Which names an expression may use: roles, numbers of the event, parameters, the state.

    (The state is the variables, t, level and questions.)
    """

    where: str
    roles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    parameters: bool = True
    state: bool = True


NOWHERE = Context("")
_EVENT = ("rung", "deaths", "injured")
NUMBERS = Context("a parameter's range", parameters=False, state=False)
PARAMETERS = Context("an expression of parameters", state=False)
RULE = Context("a rule", ROLES, _EVENT)
RULE_LATER = Context("a response", ROLES, (*_EVENT, "waited"))
DOER = Context("effects of a deed", ROLES, _EVENT)
DEATHS = Context("deaths", ROLES, ("rung",))
INJURED = Context("injured", ROLES, ("rung", "deaths"))
OBSERVER = Context("visibility and attribution", ROLES, _EVENT)
OWN = Context("a driver or timeline item", ("self",))
OUTCOME_EVENT = Context("an outcome with 'when'", ("actor", "target"), _EVENT)
OUTCOME = Context("an outcome without 'when'")

RULE_PATTERN = Context("a rule's 'when'", ("self",))
OUTCOME_PATTERN = Context("an outcome's 'when'")


@dataclass(frozen=True, slots=True)
class Site:
    """One use of the language.

    kind : 'number', 'chance', 'weight', 'length', 'delay', 'casualties', 'range', 'effect', 'pattern',
    'to', 'place', 'visibility', 'attribution' or 'own'
    """

    path: Path
    kind: str
    value: Any
    context: Context


def sites(scenario: Scenario) -> Iterator[Site]:
    """All uses of the language in a scenario, in the order of its blocks."""
    for name, parameter in scenario.parameters.items():
        if parameter.range is not None:
            yield Site(("parameters", name, "range"), "range", parameter.range, NUMBERS)
    for name, variable in scenario.variables.items():
        path: Path = ("variables", name)
        yield Site((*path, "initial"), "number", variable.initial, PARAMETERS)
        if variable.baseline is not None:
            yield Site((*path, "baseline"), "number", variable.baseline, PARAMETERS)
        if variable.half_life is not None:
            yield Site((*path, "half_life"), "length", variable.half_life, PARAMETERS)
        if variable.own is not None:
            yield Site((*path, "own"), "own", variable.own, PARAMETERS)
    for name, action in scenario.actions.items():
        yield from _action(("actions", name), action)
    for name, rule in scenario.rules.items():
        yield from _rule(("rules", name), rule)
    for name, driver in scenario.drivers.items():
        yield from _driver(("drivers", name), driver)
    for index, item in enumerate(scenario.timeline):
        yield Site(("timeline", index, "chance"), "chance", item.chance, OWN)
        yield from _deed(("timeline", index), item, OWN)
    for name, outcome in scenario.outcomes.items():
        if outcome.when is not None:
            yield Site(("outcomes", name, "when"), "pattern", outcome.when, OUTCOME_PATTERN)
        if outcome.if_ is not None:
            context = OUTCOME if outcome.when is None else OUTCOME_EVENT
            yield Site(("outcomes", name, "if"), "number", outcome.if_, context)


def _action(path: Path, action: Action) -> Iterator[Site]:
    if action.deaths is not None:
        yield Site((*path, "deaths"), "casualties", action.deaths, DEATHS)
    if action.injured is not None:
        yield Site((*path, "injured"), "casualties", action.injured, INJURED)
    if action.visibility is not None:
        yield Site((*path, "visibility"), "visibility", action.visibility, OBSERVER)
    if action.attribution is not None:
        yield Site((*path, "attribution"), "attribution", action.attribution, OBSERVER)
    for index, effect in enumerate(action.effects):
        yield Site((*path, "effects", index), "effect", effect, DOER)


def _rule(path: Path, rule: Rule) -> Iterator[Site]:
    yield Site((*path, "when"), "pattern", rule.when, RULE_PATTERN)
    if rule.if_ is not None:
        yield Site((*path, "if"), "number", rule.if_, RULE)
    yield Site((*path, "chance"), "chance", rule.chance, RULE)
    yield Site((*path, "after"), "delay", rule.after, RULE)
    if rule.unless is not None:
        yield Site((*path, "unless"), "number", rule.unless, RULE_LATER)
    yield from _counts(path, rule)
    yield from _deed(path, rule, RULE)
    for index, option in enumerate(rule.choose or ()):
        inside = (*path, "choose", index)
        yield Site((*inside, "weight"), "weight", option.weight, RULE)
        if option.after is not None:
            yield Site((*inside, "after"), "delay", option.after, RULE)
        if option.unless is not None:
            yield Site((*inside, "unless"), "number", option.unless, RULE_LATER)
        yield from _deed(inside, option, RULE)


def _driver(path: Path, driver: Driver) -> Iterator[Site]:
    yield Site((*path, "rate"), "number", driver.rate, OWN)
    if driver.peak is not None:
        yield Site((*path, "peak"), "number", driver.peak, PARAMETERS)
    if driver.if_ is not None:
        yield Site((*path, "if"), "number", driver.if_, OWN)
    yield from _counts(path, driver)
    yield from _deed(path, driver, OWN)
    for index, option in enumerate(driver.choose or ()):
        inside = (*path, "choose", index)
        yield Site((*inside, "weight"), "weight", option.weight, OWN)
        yield from _deed(inside, option, OWN)


def _counts(path: Path, item: Rule | Driver) -> Iterator[Site]:
    if item.cooldown is not None:
        yield Site((*path, "cooldown"), "length", item.cooldown, PARAMETERS)
    if item.limit is not None:
        yield Site((*path, "limit"), "number", item.limit, PARAMETERS)


def _deed(path: Path, deed: Deed, context: Context) -> Iterator[Site]:
    in_rule = context is RULE
    if deed.to is not None:
        yield Site((*path, "to"), "to", deed.to, context)
    if deed.place is not None:
        yield Site((*path, "place"), "place", deed.place, context)
    if deed.deaths is not None:
        yield Site((*path, "deaths"), "casualties", deed.deaths, RULE if in_rule else DEATHS)
    if deed.injured is not None:
        yield Site((*path, "injured"), "casualties", deed.injured, RULE if in_rule else INJURED)
    for index, effect in enumerate(deed.effects or ()):
        yield Site((*path, "effects", index), "effect", effect, RULE_LATER if in_rule else DOER)


def expressions(site: Site) -> list[tuple[Path, Expression]]:
    """The expressions directly at a site, with their paths."""
    value = site.value
    if isinstance(value, Effect):
        return [(site.path, value.expression)]
    if isinstance(value, Distribution):
        return [(site.path, one) for one in _arguments(value)]
    if isinstance(value, (str, Pattern)):
        return []
    if isinstance(value, dict):
        found: list[tuple[Path, Expression]] = []
        for key, item in value.items():
            found += expressions(Site((*site.path, key), site.kind, item, site.context))
        return found
    return [(site.path, value)]


def _arguments(distribution: Distribution) -> list[Expression]:
    inner = _arguments(distribution.inner) if distribution.inner is not None else []
    return [*distribution.arguments, *inner]


def deeds(scenario: Scenario) -> Iterator[tuple[Path, Deed, Rule | Driver | None]]:
    """Every deed of rules, drivers and timeline; of options, with what they take from their rule or driver."""
    for block in ("rules", "drivers"):
        for name, item in getattr(scenario, block).items():
            if item.choose is None:
                yield (block, name), item, item
            for index, option in enumerate(item.choose or ()):
                yield (block, name, "choose", index), completed(option, item), item
    for index, item in enumerate(scenario.timeline):
        yield ("timeline", index), item, None


def completed(option: Option, item: Rule | Driver) -> Option:
    """An option with what it leaves out taken from its rule or driver; ``nothing`` has no effects but its own."""
    taken: dict[str, Any] = {}
    for key in ("do", "to", "place", "deaths", "injured", "effects"):
        if getattr(option, key) is None:
            taken[key] = getattr(item, key)
    if option.do == "nothing":
        taken.pop("effects", None)
    if isinstance(item, Rule):
        taken |= {key: getattr(item, key) for key in ("after", "unless") if getattr(option, key) is None}
    return option.model_copy(update=taken)
