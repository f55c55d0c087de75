"""Do the names in expressions, patterns and who-fields mean something where they stand?"""

from __future__ import annotations

import math


from sim.arithmetic import BadNumber
from sim.chance import requirement_missed
from sim.scenario.constants import is_constant, value_of
from sim.scenario.faults import nearest
from sim.scenario.names import NameTable, terms_of
from sim.scenario.parser import LanguageError, parse_who
from sim.scenario.report import Report
from sim.scenario.schema import Scenario
from sim.scenario.sites import Context, Path, Site, expressions
from sim.scenario.syntax import (
    EVENT_NUMBERS,
    PATTERN_KEYS,
    ROLES,
    STATE_NUMBERS,
    Binary,
    Call,
    Choice,
    Distribution,
    Effect,
    Expression,
    Index,
    Name,
    Number,
    Pattern,
    Question,
    Unary,
    Who,
    WhoField,
)

class LanguageCheck:
    """Checks one site after the other against the names of a scenario."""

    def __init__(self, scenario: Scenario, names: NameTable, report: Report):
        self.scenario, self.names, self.report = scenario, names, report
        self.values = {name: one.value for name, one in scenario.parameters.items()}
        self.path: Path = ()
        self.context = Context("")

    def check(self, site: Site) -> None:
        """Report every fault of one site."""
        self.context = site.context
        for path, expression in expressions(site):
            self.path = path
            if self._type(expression) == "who":
                self._error(expression.at, "wrong-type", "found an actor", "a number")
        self.path = site.path
        value = site.value
        if isinstance(value, Effect):
            self._effect(value)
        elif isinstance(value, Pattern):
            self._pattern(value, asked=False)
        elif isinstance(value, Distribution):
            self._distribution(value, delay=site.kind == "delay")
        elif site.kind in ("to", "place"):
            self._weighted(site)
        elif site.kind in ("visibility", "attribution") and isinstance(value, dict):
            for key in value:
                self.path = (*site.path, key)
                self._who_text(key, ("self", "actor", "target"))
        if site.kind in ("chance", "visibility"):
            for path, expression in expressions(site):
                self._constant(path, expression, 0, 1, "a chance from 0 to 1")
        if site.kind in ("weight", "attribution", "to", "place"):
            for path, expression in expressions(site):
                self._constant(path, expression, 0, math.inf, "a weight of 0 or more")

    def _error(self, at: int, code: str, found: str, expected: str, near: str = "", *, key: bool = False) -> None:
        self.report.error(self.path, code, found, expected, near, at=at, key=key)

    def _constant(self, path: Path, expression: Expression, low: float, high: float, expected: str) -> None:
        if is_constant(expression, self.values):
            try:
                value = value_of(expression, self.values)
            except BadNumber as error:
                self.report.error(path, "wrong-value", f"found {error}", expected)
                return
            if not low <= value <= high:
                self.report.error(path, "wrong-value", f"found {value:g}", expected)

    def _type(self, node: Expression) -> str:
        """'number' or 'who'; reports what has no meaning here."""
        if isinstance(node, Name):
            return self._name(node)
        if isinstance(node, Index):
            self._index(node)
        elif isinstance(node, Question):
            self._question(node)
        elif isinstance(node, Binary):
            self._binary(node)
        elif isinstance(node, (Unary, Call, Choice)):
            parts = (node.operand,) if isinstance(node, Unary) else node.arguments if isinstance(node, Call) else (node.then, node.condition, node.other)
            for part in parts:
                if self._type(part) == "who":
                    self._error(part.at, "wrong-type", "found an actor", "a number")
        return "number"

    def _binary(self, node: Binary) -> None:
        kinds = [self._type(node.left), self._type(node.right)]
        if "who" in kinds and (node.op not in ("==", "!=") or kinds != ["who", "who"]):
            wrong = node.left if kinds[0] == "who" else node.right
            self._error(wrong.at, "wrong-type", "found an actor", "a number (actors are compared with actors, by == and !=)")

    def _name(self, node: Name) -> str:
        name, context = node.id, self.context
        if name in ROLES:
            if name not in context.roles:
                self._not_here(node, context.roles)
            return "who"
        if name == "nobody" or name in self.names.actor_index:
            return "who"
        if name in EVENT_NUMBERS and name not in context.numbers:
            self._not_here(node, context.numbers)
        elif name in STATE_NUMBERS and not context.state:
            self._not_here(node, ("parameters",))
        elif name in self.scenario.variables:
            self._variable(node, name, 0)
        elif name not in self.scenario.parameters and name not in (*EVENT_NUMBERS, *STATE_NUMBERS):
            self._error(node.at, "unknown-name", f"found {name!r}", "a parameter, a variable or a word of the language", nearest(name, self._known()))
        return "number"

    def _known(self) -> list[str]:
        context = self.context
        state = [*STATE_NUMBERS, *self.scenario.variables, *self.names.actors] if context.state else []
        return [*self.scenario.parameters, *context.roles, *context.numbers, *state]

    def _not_here(self, node: Name, allowed: tuple[str, ...]) -> None:
        allowed_text = ", ".join(allowed) if allowed else "none of the words for an event"
        self._error(node.at, "not-here", f"found {node.id!r} in {self.context.where}", f"there only {allowed_text}")

    def _index(self, node: Index) -> None:
        self._variable(node, node.id, len(node.who))
        for one in node.who:
            if one.id in ROLES:
                if one.id not in self.context.roles:
                    self._not_here(one, self.context.roles)
            elif one.id != "nobody" and one.id not in self.names.actor_index:
                self._error(one.at, "unknown-name", f"found the actor {one.id!r}", "an actor, self, actor or target", nearest(one.id, [*self.names.actors, *ROLES]))

    def _variable(self, node: Name | Index | Effect, name: str, indexes: int) -> None:
        variable = self.scenario.variables.get(name)
        if variable is None:
            self._error(node.at, "unknown-name", f"found the variable {name!r}", "a known variable", nearest(name, self.scenario.variables))
            return
        wanted = {"world": 0, "actor": 1, "dyad": 2}[variable.scope]
        if not self.context.state and not isinstance(node, Effect):
            self._error(node.at, "not-here", f"found the variable {name!r} in {self.context.where}", "there only parameters and numbers")
        elif indexes != wanted:
            form = {0: name, 1: f"{name}[self]", 2: f"{name}[self, actor]"}[wanted]
            self._error(node.at, "wrong-type", f"found {name!r} with {indexes} actors", f"{wanted}, as in {form}")

    def _question(self, node: Question) -> None:
        if not self.context.state:
            self._error(node.at, "not-here", f"found {node.kind} in {self.context.where}", "there only parameters and numbers")
            return
        self._pattern(node.pattern, asked=True)
        if node.within is None:
            return
        if self._type(node.within) == "who":
            self._error(node.within.at, "wrong-type", "found an actor", "a duration")
        elif isinstance(node.within, Number) and node.within.ms is None and node.within.value != 0:
            self._error(node.within.at, "bad-time", f"found {node.within.value:g} without a unit", "a duration such as 14 d")

    def _pattern(self, pattern: Pattern, *, asked: bool) -> None:
        """A pattern of a rule or outcome (each key has its own place), or of a question."""
        outer = self.path
        known = {"action": [*self.names.actions, *self.names.tags], "place": self.names.places, "origin": self.names.origins}
        for key in PATTERN_KEYS:
            value = getattr(pattern, key)
            if value is None:
                continue
            if not asked:
                self.path = (*outer, key)
            if key in known:
                for index, name in enumerate(value.ids):
                    if name not in known[key]:
                        listed = not asked and isinstance(self.report.root.at(self.path).value, list)
                        path, self.path = self.path, (*self.path, index) if listed else self.path
                        self._error(value.at, "unknown-name", f"found the {key} {name!r}", f"a known {key}" + (" or tag" if key == "action" else ""), nearest(name, known[key]))
                        self.path = path
            elif key in ("actor", "target", "soil"):
                self._who_field(value, self.context.roles)
        self.path = outer

    def _who_field(self, field: WhoField, roles: tuple[str, ...]) -> None:
        for term in terms_of(field):
            self._who(term, roles)

    def _who(self, term: Who, roles: tuple[str, ...]) -> None:
        if term.relation and term.relation not in self.names.relations:
            self._error(term.at, "unknown-name", f"found the relation {term.relation!r}", "a known kind of relation", nearest(term.relation, self.names.relations))
        if term.id in ROLES or (term.id == "others" and not term.relation):
            needs = "self" if term.id == "others" else term.id
            if needs not in roles:
                self._error(term.at, "not-here", f"found {term.id!r} in {self.context.where}", f"there only {', '.join(roles) or 'ids, groups, any, nobody'}")
        elif term.id in ("any", "nobody") and not term.relation:
            pass
        elif term.id not in self.names.actor_index and term.id not in self.names.groups:
            known = [*self.names.actors, *self.names.groups, *roles, "others", "any", "nobody"]
            self._error(term.at, "unknown-name", f"found the actor {term.id!r}", "an actor, a group or a word such as self", nearest(term.id, known))

    def _who_text(self, text: str, roles: tuple[str, ...]) -> WhoField | None:
        try:
            field = parse_who(text)
        except LanguageError as error:
            self._error(error.at, "bad-expression", error.found, error.expected, key=True)
            return None
        self._who_field(field, roles)
        return field

    def _weighted(self, site: Site) -> None:
        names = site.value if isinstance(site.value, dict) else [site.value]
        for name in names:
            self.path = (*site.path, name) if isinstance(site.value, dict) else site.path
            key = isinstance(site.value, dict)
            if site.kind == "place":
                if name not in self.names.places:
                    self._error(0, "unknown-name", f"found the place {name!r}", "a known place", nearest(name, self.names.places), key=key)
                continue
            field = self._who_text(name, site.context.roles)
            for term in field or ():
                if not isinstance(term, Who) or term.id in ("others", "any"):
                    self._error(0, "not-here", f"found {name!r} in 'to'", "an id, self, actor, target, nobody, a group, KIND of X or KIND by X", key=key)

    def _effect(self, effect: Effect) -> None:
        self._variable(effect, effect.variable, len(effect.who))
        for one in effect.who:
            if one.id in ROLES:
                if one.id not in self.context.roles:
                    self._not_here(one, self.context.roles)
            elif one.id != "nobody" and not self.names.members(one.id):
                known = [*self.names.actors, *self.names.groups, *ROLES]
                self._error(one.at, "unknown-name", f"found the actor {one.id!r}", "an actor, a group, self, actor or target", nearest(one.id, known))

    def _distribution(self, distribution: Distribution, *, delay: bool) -> None:
        if distribution.inner is not None:
            self._distribution(distribution.inner, delay=delay)
        if not all(is_constant(one, self.values) for one in distribution.arguments):
            return
        try:
            values = [value_of(one, self.values) for one in distribution.arguments]
        except BadNumber as error:
            self._error(distribution.at, "wrong-value", f"found {error}", "arguments with finite values")
            return
        words = requirement_missed(distribution.kind, values)
        if words:
            found = ", ".join(f"{value:g}" for value in values)
            self._error(distribution.at, "wrong-value", f"found {distribution.kind}({found})", words)
        elif delay and any(value < 0 for value in values):
            self._error(distribution.at, "wrong-value", "found a negative delay", "a delay of 0 or more")
