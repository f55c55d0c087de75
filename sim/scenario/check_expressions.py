"""Do the names in an expression mean something where it stands, and are numbers and actors kept apart?"""

from __future__ import annotations

from collections.abc import Collection
from itertools import chain

from sim.arithmetic import BadNumber
from sim.scenario.check_patterns import Here, check_index, check_question
from sim.scenario.constants import given, is_constant, value_of
from sim.scenario.faults import short
from sim.scenario.syntax import (
    EVENT_NUMBERS,
    ROLES,
    STATE_NUMBERS,
    Binary,
    Effect,
    Expression,
    Index,
    Name,
    Number,
    Question,
    children,
)

_INDEXES = {"world": 0, "actor": 1, "dyad": 2}


def check_number(expression: Expression, here: Here) -> None:
    """Report everything in an expression that has no meaning here; it must be a number."""
    if _kind(expression, here) == "who":
        here.error(expression.at, "wrong-type", "found an actor", "a number")


def check_bounds(expression: Expression, here: Here, low: float, high: float, expected: str) -> None:
    """Report a value outside `low` to `high`, where it can be known now: at the parameters' own values."""
    if not is_constant(expression, here.values):
        return
    try:
        value = value_of(expression, here.values)
    except BadNumber as error:
        here.error(expression.at, "wrong-value", f"found {error}", expected)
        return
    if not low <= value <= high:
        here.error(expression.at, "wrong-value", f"found {value:g}{given([expression], here.values)}", expected)


def _kind(node: Expression, here: Here) -> str:
    """'number', 'who' or, where that cannot be said, 'unknown'; reports what has no meaning here."""
    if isinstance(node, Name):
        return _name(node, here)
    if isinstance(node, Index):
        check_variable(node, node.id, len(node.who), here)
        for one in node.who:
            check_index(one, here, groups=False)
    elif isinstance(node, Question):
        _question(node, here)
    elif isinstance(node, Binary):
        _binary(node, here)
    else:
        for part in children(node):
            check_number(part, here)
    return "number"


def _binary(node: Binary, here: Here) -> None:
    kinds = [_kind(node.left, here), _kind(node.right, here)]
    compared = node.op in ("==", "!=")
    if "who" in kinds and not (compared and "number" not in kinds):
        wrong = node.left if kinds[0] == "who" else node.right
        expected = "a number (actors are compared with actors, by == and !=)"
        here.error(wrong.at, "wrong-type", "found an actor", expected)


def _name(node: Name, here: Here) -> str:
    name, context = node.id, here.context
    if name in ROLES:
        if name not in context.roles:
            here.not_here(node.at, name, context.roles)
        return "who"
    if name == "nobody" or name in here.names.actor_index:
        return "who"
    if name in EVENT_NUMBERS:
        if name not in context.numbers:
            here.not_here(node.at, name, context.numbers)
    elif name in STATE_NUMBERS:
        if not context.state:
            here.not_here(node.at, name, _allowed(here))
    elif name in here.scenario.variables:
        check_variable(node, name, 0, here)
    elif name in here.scenario.parameters:
        if not context.parameters:
            here.not_here(node.at, name, _allowed(here))
    else:
        _no_name(node, here)
        return "unknown"
    return "number"


def _no_name(node: Name, here: Here) -> None:
    """The error for a name that is neither a number nor an actor, perhaps something else."""
    s, context = here.scenario, here.context
    others: dict[str, Collection[str]] = {
        "group": s.groups,
        "action": s.actions,
        "tag": here.names.tags,
        "place": s.places,
        "relation": s.relations,
    }
    kind = next((kind for kind, names in others.items() if node.id in names), "name")
    state = (STATE_NUMBERS, s.variables, here.names.actors) if context.state else ()
    known = chain(s.parameters if context.parameters else (), context.roles, context.numbers, *state)
    expected = "a parameter, a variable or a word of the language"
    if kind in ("action", "tag", "place"):
        expected += f" (a question about it is count({'place' if kind == 'place' else 'action'}={node.id}) > 0)"
    here.unknown(
        node.at,
        kind,
        node.id,
        known if kind == "name" else (),
        homes=("parameters", "variables", "actors"),
        expected=expected,
    )


def _allowed(here: Here) -> tuple[str, ...]:
    return ("numbers", "parameters") if here.context.parameters else ("numbers",)


def check_variable(node: Name | Index | Effect, name: str, indexes: int, here: Here) -> None:
    """Report a variable that does not exist, or stands with too many or too few actors."""
    variable = here.scenario.variables.get(name)
    if variable is None:
        known = here.scenario.variables
        expected = "a known variable (parameters do not change)" if name in here.scenario.parameters else ""
        here.unknown(node.at, "variable", name, known, homes=("variables",), expected=expected)
    elif not here.context.state and not isinstance(node, Effect):
        here.not_here(node.at, name, _allowed(here))
    elif indexes != _INDEXES[variable.scope] and not here.report.is_broken(("variables", name, "scope")):
        form = {0: name, 1: f"{name}[self]", 2: f"{name}[self, actor]"}[_INDEXES[variable.scope]]
        found = f"found {short(name)} with {indexes} actor{'s' * (indexes != 1)}"
        here.error(node.at, "wrong-type", found, f"{_INDEXES[variable.scope]}, as in {form}")


def _question(node: Question, here: Here) -> None:
    if not here.context.state:
        here.not_here(node.at, node.kind, _allowed(here))
        return
    check_question(node.pattern, here)
    within = node.within
    if within is None:
        return
    check_number(within, here)
    if isinstance(within, Number) and within.ms is None and within.value != 0:
        here.error(within.at, "bad-time", f"found {within.value:g} without a unit", "a duration such as 14 d")
    else:
        check_bounds(within, here, 0, float("inf"), "a duration of 0 or more")
