"""The scenario language in English: who, which events, conditions, amounts of time, chance and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sim.analysis.wording import number_text
from sim.arithmetic import BadNumber
from sim.reading.code import expression_text
from sim.reading.names import Names
from sim.reading.prose import days_text, joined, small
from sim.scenario.constants import is_constant, value_of
from sim.scenario.load import Loaded
from sim.scenario.syntax import (
    Binary,
    Distribution,
    Effect,
    Expression,
    Index,
    Name,
    Not,
    Number,
    Pattern,
    Question,
    Span,
    Unary,
    Who,
    WhoField,
)

FEW = 6
"""A group of so many members is named one by one."""

_COMPARED = {">": "is above", ">=": "is at least", "<": "is below", "<=": "is at most", "==": "is", "!=": "is not"}
_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "==": "==", "!=": "!="}
_TIMES = {">": "more than", ">=": "at least", "<": "fewer than", "<=": "at most", "==": "exactly", "!=": "other than"}
_STATE = {
    "level": "the level", "rung": "the rung", "deaths": "the number of dead", "injured": "the number of injured",
    "waited": "the time since then", "t": "the day",
}  # fmt: skip
_MOVES = {"+=": "raises {} by {}", "-=": "lowers {} by {}", "*=": "multiplies {} by {}", "/=": "divides {} by {}",
          "=": "sets {} to {}"}  # fmt: skip


@dataclass(frozen=True)
class English:
    """Says pieces of one scenario in English.

    roles : what `self`, `actor` and `target` are called where it speaks, and `owner`, whose rule it is.
    """

    loaded: Loaded
    names: Names
    roles: Mapping[str, str]

    def with_roles(self, /, **roles: str) -> English:
        """The same, with other words for roles."""
        return English(self.loaded, self.names, {**self.roles, **roles})

    # ---- who ---------------------------------------------------------------------------------------

    def who(self, name: str) -> str:
        """An id, a role or a group: ``Iran``, ``it``, ``one of western``."""
        if name in self.roles:
            return self.roles[name]
        if name in self.names.actors:
            return self.names.who(name)
        if name not in self.loaded.description.groups:
            return name
        members = [self.names.who(self.loaded.names.actors[one]) for one in self.loaded.names.each([name])]
        return joined(members, "or") if 0 < len(members) <= FEW else f"one of the group {name}"

    def someone(self, field: WhoField) -> str:
        """Whom a who-field holds: ``Iran or the United States``, ``whoever is patron of it``."""
        return joined([self._term(term) for term in field], "or")

    def _doer(self, term: Who | Not, words: Mapping[str, str]) -> str:
        if isinstance(term, Who) and not term.relation and words.get(term.id):
            return words[term.id]
        return self._term(term)

    def _term(self, term: Who | Not) -> str:
        if isinstance(term, Not):
            return f"anybody but {self.someone(term.field)}"
        if term.relation:
            whole = self.who(term.id)
            if term.direction == "of":
                return f"whoever is {term.relation} of {whole}"
            return f"whomever {whole} is {term.relation} of"
        words = {"others": "somebody else", "any": "anybody", "nobody": "nobody"}
        return words.get(term.id) or self.who(term.id)

    # ---- which events ------------------------------------------------------------------------------

    def event(self, pattern: Pattern, *, doer: str = "anybody", self_acts: str = "") -> str:
        """A clause: ``Iran strikes one target openly on the soil of Iraq, killing somebody``.

        `doer` is who acts where no actor is named; `self_acts` what `self` is called as the one who acts.
        """
        subject = doer
        if pattern.actor is not None:
            words = {"self": self_acts, "nobody": "somebody unknown"} if self_acts else {"nobody": "nobody known"}
            subject = joined([self._doer(term, words) for term in pattern.actor], "or")
        parts = [subject, self._deed(pattern)]
        if pattern.place is not None:
            parts.append("at " + joined([self.names.places.get(one, one) for one in pattern.place.ids], "or"))
        if pattern.soil is not None:
            parts.append(self._soil(pattern.soil))
        hurt = self._hurt(pattern)
        if hurt:
            parts.append(hurt)
        if pattern.origin is not None:
            parts.append(f"(made by {joined(pattern.origin.ids, 'or')})")
        return " ".join(parts).replace(" ,", ",")

    def _deed(self, pattern: Pattern) -> str:
        """The verb and what it aims at."""
        rung = "" if pattern.rung is None else f" of rung {span_text(pattern.rung, 'less')}"
        to = None if pattern.target is None else self.someone(pattern.target)
        if pattern.action is None:
            return f"does anything{rung}" + (" without a target" if to == "nobody" else f" against {to}" if to else "")
        verbs, kinds = [], []
        for one in pattern.action.ids:
            if one in self.names.actions:
                verbs.append(self.names.phrases[one] or f"does ‘{self.names.doing(one, None, None)}’")
            else:
                kinds.append(one.replace("_", "-"))
        if kinds:
            listed = joined(kinds, "or")
            verbs.append(f"carries out {'an' if listed[0] in 'aeiou' else 'a'} {listed} deed")
        text = joined(verbs, "or") + (rung if kinds or not rung else f" ({rung.strip()})")
        return text + self._aimed(pattern.action.ids, to)

    def _aimed(self, actions: tuple[str, ...], to: str | None) -> str:
        if to is None:
            return ""
        if to == "nobody":
            return " without a target"
        if len(actions) == 1 and actions[0] in self.names.actions:
            return self.names.towards(actions[0], to)
        calm = all(self.names.rung_of.get(one, 1) <= 0 for one in actions)
        return f" {'towards' if calm else 'against'} {to}"

    def _soil(self, field: WhoField) -> str:
        parts = []
        for term in field:
            if isinstance(term, Not):
                parts.append(f"anywhere but on the soil of {self.someone(term.field)}")
            elif term.id == "nobody":
                parts.append("on nobody's soil")
            else:
                own = self.roles.get("owner") if term.id == "self" and not term.relation else None
                parts.append(f"on the soil of {own or self._term(term)}")
        first = "on the soil of "
        shortened = [part.removeprefix(first) if parts[0].startswith(first) else part for part in parts[1:]]
        return joined([parts[0], *shortened], "or")

    def _hurt(self, pattern: Pattern) -> str:
        spans = (("killing", pattern.deaths), ("injuring", pattern.injured))
        parts = [f"{verb} {_people(span)}" for verb, span in spans if span is not None]
        return f", {joined(parts)}," if parts else ""

    # ---- conditions --------------------------------------------------------------------------------

    def condition(self, node: Expression) -> str:
        """A clause: ``the hostility of Iraq towards Iran is above 0.5``."""
        if isinstance(node, Binary) and node.op in ("and", "or"):
            sides = [self._joined_by(node.op, side) for side in (node.left, node.right)]
            return f"{sides[0]} {node.op} {sides[1]}"
        if isinstance(node, Binary) and node.op in _COMPARED:
            return self._comparison(node.op, node.left, node.right)
        if isinstance(node, Unary) and node.op == "not":
            return f"it is not so that {self.condition(node.operand)}"
        if isinstance(node, Question) and node.kind == "count":
            return self._times(node, ">", Number(0, 0.0))
        if isinstance(node, Number):
            return "always" if node.value else "never"
        return f"{self.term(node)} is not 0"

    def _joined_by(self, op: str, side: Expression) -> str:
        text = self.condition(side)
        mixed = isinstance(side, Binary) and side.op in ("and", "or") and side.op != op
        return f"({text})" if mixed else text

    def _comparison(self, op: str, left: Expression, right: Expression) -> str:
        if isinstance(right, Question) and not isinstance(left, Question):
            op, left, right = _TURNED[op], right, left
        if isinstance(left, Question):
            text = self._times(left, op, right) if left.kind == "count" else self._since(left, op, right)
            if text:
                return text
        if isinstance(left, Name) and left.id in self.roles and op in ("==", "!="):
            return self._identity(left.id, op, right)
        unit = "d" if any(isinstance(side, Name) and side.id in ("waited", "t") for side in (left, right)) else ""
        return f"{self.term(left)} {_COMPARED[op]} {self.term(right, unit)}"

    def _identity(self, role: str, op: str, right: Expression) -> str:
        other = right.id if isinstance(right, Name) else expression_text(right)
        word = self.who(other)
        if role == "actor" and self.roles["actor"].startswith("the one "):
            blamer = self.roles["actor"].removeprefix("the one ")
            if op == "==":
                return f"{blamer} {word}"
            return f"{blamer} somebody" if other == "nobody" else f"{blamer} somebody other than {word}"
        if other == "self":
            return f"{word} {_COMPARED[op]} {self.roles[role]}"
        return f"{self.roles[role]} {_COMPARED[op]} {word}"

    def _since(self, question: Question, op: str, right: Expression) -> str:
        """``“…” has happened in the meantime``; nothing where it is compared with another question."""
        if isinstance(right, Question) or op not in ("<", "<=", ">", ">="):
            return ""
        has = "has happened" if op in ("<", "<=") else "has not happened"
        if isinstance(right, Name) and right.id == "waited":
            return f"“{self._asked(question)}” {has} in the meantime"
        return f"“{self._asked(question)}” {has} in the last {self.length(right)}"

    def _times(self, question: Question, op: str, right: Expression) -> str:
        """``“…” has happened at least 2 times in the last 7 days``."""
        when = "" if question.within is None else f" in the last {self.length(question.within)}"
        event, number = self._asked(question), right.value if isinstance(right, Number) else None
        if (op, number) in ((">", 0.0), (">=", 1.0), ("!=", 0.0)):
            return f"“{event}” has happened{when or ' before'}"
        if (op, number) in (("==", 0.0), ("<", 1.0), ("<=", 0.0)):
            return f"“{event}” has {'not' if when else 'never'} happened{when}"
        times = "once" if number == 1 else f"{self.term(right)} times"
        return f"“{event}” has happened {_TIMES[op]} {times}{when}"

    def _asked(self, question: Question) -> str:
        return self.event(question.pattern).rstrip(",")

    def term(self, node: Expression, unit: str = "") -> str:
        """A number in words: a variable, the level, a parameter; else as code."""
        if isinstance(node, Number):
            return days_text(node.value) if node.ms is not None or unit == "d" else number_text(node.value)
        if isinstance(node, Index):
            return self.variable(node.id, [one.id for one in node.who])
        if isinstance(node, Name):
            if node.id in self.loaded.description.variables:
                return self.variable(node.id, [])
            if node.id in self.loaded.description.parameters:
                return self.quantity(node)
            return _STATE.get(node.id) or self.who(node.id)
        if isinstance(node, Question):
            when = "" if node.within is None else f" in the last {self.length(node.within)}"
            return f"the {'time since' if node.kind == 'since' else 'number of times of'} “{self._asked(node)}”{when}"
        return self.quantity(node)

    def variable(self, name: str, who: list[str]) -> str:
        """``the hostility of Iraq towards Iran``."""
        called = self.loaded.description.variables[name].name
        text = f"the {small(called)}" if called else f"`{name}`"
        people = [self._each(one) for one in who]
        if people and people[0] == "it":
            text, people = f"its {small(called) if called else f'`{name}`'}", ["", *people[1:]]
        words = zip(("of", "towards"), people, strict=False)
        return text + "".join(f" {word} {one}" for word, one in words if one)

    def _each(self, name: str) -> str:
        """Whose variable an effect means: of a group, each member's."""
        if name not in self.loaded.description.groups or name in self.roles:
            return self.who(name)
        members = [self.names.who(self.loaded.names.actors[one]) for one in self.loaded.names.each([name])]
        return joined(members) if len(members) <= FEW else f"each of the group {name}"

    # ---- amounts -----------------------------------------------------------------------------------

    def at_values(self, node: Expression) -> float | None:
        """The value of an expression of parameters, each at its value; None of any other."""
        parameters = self.loaded.description.parameters
        if not is_constant(node, parameters):
            return None
        try:
            return value_of(node, {name: one.value for name, one in parameters.items()})
        except BadNumber:
            return None

    def quantity(self, node: Expression, show: str = "") -> str:
        """A number; of parameters ``p_condemn = 0.98``; of anything else code.

        `show` is 'length' for days in words, 'percent' for a share.
        """
        value = self.at_values(node)
        if value is None:
            return f"`{expression_text(node)}`" + (" days" if show == "length" else "")
        text = days_text(value) if show == "length" else percent(value) if show == "percent" else number_text(value)
        return text if isinstance(node, Number) else f"`{expression_text(node)}` = {text}"

    def length(self, node: Expression) -> str:
        """A length of time, given in days."""
        return self.quantity(node, "length")

    def delay(self, distribution: Distribution) -> str:
        """``at once``, ``after 48 hours``, ``after a median of 8 hours (90th percentile 24 hours)``."""
        a, kind = [self.length(one) for one in distribution.arguments], distribution.kind
        if kind == "fixed":
            return "at once" if self.at_values(distribution.arguments[0]) == 0 else f"after {a[0]}"
        if kind == "lognormal":
            return f"after a median of {a[0]} (90th percentile {a[1]})"
        if kind == "exponential":
            return f"after {a[0]} on average (exponential)"
        likely = f", most likely {a[1]}" if kind == "triangular" else " (uniform)"
        return f"after between {a[0]} and {a[-1]}{likely}"

    def casualties(self, distribution: Distribution) -> str:
        """``nobody with a chance of 90 %, else 4 on average``."""
        kind = distribution.kind
        if distribution.inner is not None:
            share = self.quantity(distribution.arguments[0], "percent")
            return f"none or, with a chance of {share}, {self.casualties(distribution.inner)}"
        a = [self.quantity(one) for one in distribution.arguments]
        if kind == "fixed":
            return "none" if self.at_values(distribution.arguments[0]) == 0 else a[0]
        if kind == "lognormal":
            return f"a median of {a[0]} (90th percentile {a[1]})"
        if kind in ("uniform", "triangular"):
            return f"{a[0]} to {a[-1]}" + (f", most likely {a[1]}" if kind == "triangular" else "")
        words = {"geometric": " and at least 1", "negbinomial": f", widely spread (k = {a[-1]})"}
        return f"{a[0]} on average{words.get(kind, '')}"

    def chance(self, node: Expression) -> str:
        """``with a chance of 60 %``; nothing where it is certain."""
        if isinstance(node, Number) and node.value == 1:
            return ""
        return f"with a chance of {self.quantity(node, 'percent')}"

    def effect(self, effect: Effect) -> str:
        """``raises the pressure of Iraq by 0.1``."""
        variable = self.variable(effect.variable, [one.id for one in effect.who])
        return _MOVES[effect.op].format(variable, self.quantity(effect.expression))

    def weighted(self, weights: Mapping[str, Expression], say: Mapping[str, str]) -> str:
        """``Idlib (67 %) or Deir ez-Zor (33 %)``; where a weight is no plain number, weights as they are."""
        if len(weights) == 1:
            return "".join(say.values())
        shares = self.shares(list(weights.values()))
        return joined([f"{say[name]} ({share})" for name, share in zip(weights, shares, strict=True)], "or")

    def shares(self, weights: list[Expression]) -> list[str]:
        """The share of each weight in percent, or the weights themselves where not all are numbers."""
        numbers = [one.value for one in weights if isinstance(one, Number)]
        if len(numbers) == len(weights) and sum(numbers) > 0:
            return [percent(one / sum(numbers), digits=2) for one in numbers]
        return [f"weight {self.quantity(one)}" for one in weights]


def percent(share: float, *, digits: int = 3) -> str:
    """``60 %``, with a space that no line breaks at."""
    return f"{number_text(100 * share, digits=digits)}\N{NO-BREAK SPACE}%"


def span_text(span: Span, below: str = "fewer") -> str:
    """``5``, ``5 or more``, ``3 or fewer``, ``2 to 4``."""
    low, high = (None if one is None else str(one).replace("-", "−") for one in (span.low, span.high))
    if low == high:
        return str(low)
    if low is None:
        return f"{high} or {below}"
    return f"{low} or more" if high is None else f"{low} to {high}"


def _people(span: Span) -> str:
    if (span.low, span.high) == (1, None):
        return "somebody"
    return "nobody" if span.high == 0 else span_text(span)
