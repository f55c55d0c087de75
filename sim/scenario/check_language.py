"""Everything that the scenario language says in a scenario, place by place: does it mean something there?"""

from __future__ import annotations

import math
from dataclasses import replace

from sim.arithmetic import BadNumber
from sim.chance import requirement_missed
from sim.scenario.check_expressions import check_bounds, check_number, check_variable
from sim.scenario.check_patterns import Here, check_index, check_pattern, check_who
from sim.scenario.constants import given, is_constant, known_values, value_of
from sim.scenario.faults import short
from sim.scenario.names import NameTable
from sim.scenario.parser import LanguageError, parse_who
from sim.scenario.report import Report
from sim.scenario.schema import Scenario
from sim.scenario.sites import Site, expressions
from sim.scenario.syntax import Distribution, Effect, Pattern, Who, WhoField

_CHANCES = ("chance", "visibility")
_WEIGHTS = ("weight", "attribution", "to", "place")
_TO_FORM = "an id, self, actor, target, nobody, a group, KIND of X or KIND by X"


class LanguageCheck:
    """Checks one site after the other against the names of a scenario."""

    def __init__(self, scenario: Scenario, names: NameTable, report: Report):
        self._here = Here(scenario, names, report, known_values(scenario, report))

    def check(self, site: Site) -> None:
        """Report every fault of one site."""
        here = replace(self._here, path=site.path, context=site.context)
        for path, expression in expressions(site):
            there = here.at(path)
            check_number(expression, there)
            if site.kind in _CHANCES:
                check_bounds(expression, there, 0, 1, "a chance from 0 to 1")
            elif site.kind in _WEIGHTS:
                check_bounds(expression, there, 0, math.inf, "a weight of 0 or more")
        value = site.value
        if isinstance(value, Effect):
            _effect(value, here)
        elif isinstance(value, Pattern):
            check_pattern(value, here)
        elif isinstance(value, Distribution):
            _distribution(value, here, delay=site.kind == "delay")
        elif site.kind == "place":
            _places(value if isinstance(value, dict) else [value], here, key=isinstance(value, dict))
        elif site.kind == "to":
            for name in value if isinstance(value, dict) else [value]:
                _to(name, here.at((*site.path, name)) if isinstance(value, dict) else here, key=isinstance(value, dict))
        elif site.kind in ("visibility", "attribution") and isinstance(value, dict):
            for name in value:
                _who_text(name, here.at((*site.path, name)), key=True)


def _who_text(text: str, here: Here, *, key: bool) -> WhoField:
    """The who-field of a key, or of a text that stands by itself."""
    try:
        field = parse_who(text)
    except LanguageError as error:
        here.error(error.at, "bad-expression", error.found, error.expected, key=key)
        return ()
    check_who(field, here, key=key)
    return field


def _to(name: str, here: Here, *, key: bool) -> None:
    field = _who_text(name, here, key=key)
    if field and (len(field) > 1 or not isinstance(field[0], Who) or field[0].id in ("others", "any")):
        here.error(0, "not-here", f"found {short(name)} in 'to'", _TO_FORM, key=key)


def _places(names: list[str] | dict[str, object], here: Here, *, key: bool) -> None:
    for name in names:
        if name not in here.scenario.places:
            there = here.at((*here.path, name)) if key else here
            there.unknown(0, "place", name, here.scenario.places, homes=("places",), key=key)


def _effect(effect: Effect, here: Here) -> None:
    check_variable(effect, effect.variable, len(effect.who), here)
    for one in effect.who:
        check_index(one, here, groups=True)


def _distribution(distribution: Distribution, here: Here, *, delay: bool) -> None:
    """Report arguments that the distribution cannot have, where they can be known now."""
    if distribution.inner is not None:
        _distribution(distribution.inner, here, delay=delay)
    if not all(is_constant(one, here.values) for one in distribution.arguments):
        return
    try:
        values = [value_of(one, here.values) for one in distribution.arguments]
    except BadNumber as error:
        here.error(distribution.at, "wrong-value", f"found {error}", "arguments with finite values")
        return
    shown = ", ".join(f"{value:g}{' d' if delay else ''}" for value in values)
    found = f"found {shown}" if distribution.kind == "fixed" else f"found {distribution.kind}({shown})"
    found += given(distribution.arguments, here.values)
    words = requirement_missed(distribution.kind, values)
    if words:
        here.error(distribution.at, "wrong-value", found, words)
    elif delay and any(value < 0 for value in values):
        here.error(distribution.at, "wrong-value", found, "a delay of 0 or more")
