"""Random expressions: every operation of the language, on whatever has a meaning where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.generated.dice import Dice

ROLES = ("self", "actor", "target")
INDEXES = {"world": 0, "actor": 1, "dyad": 2}


@dataclass(frozen=True)
class Cast:
    """The names of a scenario: what expressions, patterns and deeds may speak of.

    wide : the variables that have no range, which nothing may multiply without bounds.
    """

    actors: list[str]
    groups: dict[str, list[str]]
    relations: dict[str, dict[str, list[str]]]
    places: list[str]
    actions: list[str]
    tags: list[str]
    origins: list[str]
    parameters: list[str]
    variables: dict[str, str]
    wide: list[str]


@dataclass(frozen=True)
class Here:
    """Which words mean something at one place of a scenario."""

    roles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    state: bool = True


EVENT = ("rung", "deaths", "injured")
PARAMETERS = Here(state=False)
RULE = Here(ROLES, EVENT)
LATER = Here(ROLES, (*EVENT, "waited"))
DOER = Here(ROLES, EVENT)
DEATHS = Here(ROLES, ("rung",))
INJURED = Here(ROLES, ("rung", "deaths"))
OWN = Here(("self",))
OUTCOME_EVENT = Here(("actor", "target"), EVENT)
OUTCOME = Here()
RULE_PATTERN = Here(("self",))

FORMS = (
    "({a} + {b})", "({a} - {b})", "({a} * {b})", "({a}) / (1 + abs({b}))", "-({a})", "+({a})", "abs({a}) ** 0.5",
    "clamp({a}, -3, 3) ** 2", "2 ** clamp({a}, -4, 4)", "(0.5 + abs({a})) ** clamp({b}, -1, 1)", "0 ** abs({a})",
    "min({a}, {b})", "min(2, {a})", "min({a}, 1.5)", "max({a}, {b}, 1)", "max(0, {a})", "max({a}, 0)",
    "clamp({a}, 0, 3)", "clamp({a}, {b}, 2)", "exp(-abs({a}))", "log(1 + abs({a}))", "sqrt(abs({a}))", "logistic({a})",
    "({a} if {test} else {b})", "{test}", "(not {a})", "({a} and {b})", "({a} or {b})",
)  # fmt: skip
FOREVER = (
    "min({s}, 30)", "min(30, {s})", "max(-{s}, -9)", "clamp({s}, 0, 3)", "exp(-{s})", "1 / (1 + {s})", "logistic({s})",
    "logistic(-{s})", "({s} if {s} < 4 else 2)", "({s} < 2)", "({s} >= {s2})", "({s} == {s2})", "(1 < {s} + 1 <= 3)",
    "({s} > 10 ** 9)", "(not {s})", "({s} != 0)", "(2 ** -{s})",
    "(since({q}, within={s2}) < 3)", "count({q}, within={s})",
)  # fmt: skip
"""What takes a number of days that may be infinite, and gives a finite one."""
WILD = (
    "({a}) / ({b})", "1 / ({a} - {b})", "log({a})", "log({a} - {b})", "sqrt({a} - {b})", "exp(99 * ({a}))",
    "({a} - {b}) ** ({b} - {a})", "(0 - abs({a})) ** 0.5", "(10 + abs({a})) ** (99 * abs({b}))", "{s}", "0 * {s}",
    "({s} - {s2})", "({a} * 1e200) * 1e200", "(({a} * 1e200) * 1e200 - ({b} * 1e200) * 1e200)",
    "min(0.5, ({a} * 1e200) * 1e200 * 0)", "(({a} * 1e200) * 1e200 * 0 < 1)", "({a} * 1e200) * 1e200 / (1 + {s})",
    "({a}) ** -1", "-(9 * ({a}))",
)  # fmt: skip
"""What goes wrong in some state."""


class Expressions:
    """Writes expressions. `risky`: some of them go wrong in some state; else they are finite whatever the state."""

    def __init__(self, dice: Dice, cast: Cast, *, risky: bool = False):
        self.dice, self.cast, self.risky = dice, cast, risky

    def expression(self, here: Here, depth: int = 2) -> str:
        """An expression."""
        if depth == 0 or self.dice.perhaps(3):
            return self.leaf(here)
        if self.risky and here.state and self.dice.perhaps(12):
            return f"({self.form(self.dice.one_of(WILD), here, depth - 1)} + 0 * t)"  # which no check can foresee
        return self.form(self.dice.one_of(FORMS), here, depth - 1)

    def form(self, form: str, here: Here, depth: int) -> str:
        """A form with its gaps filled: a and b by expressions, s by questions that may never end."""
        parts: dict[str, str] = {name: self.expression(here, depth) for name in "ab" if f"{{{name}}}" in form}
        if "{test}" in form:
            parts["test"] = self.condition(here, depth)
        for name in ("s", "s2"):
            if f"{{{name}}}" in form:
                parts[name] = f"since({self.question(here)})"
        if "{q}" in form:
            parts["q"] = self.question(here, within=False)
        return form.format(**parts).replace("(, ", "(")

    def condition(self, here: Here, depth: int = 1) -> str:
        """A comparison, or several."""
        comparison = self.dice.one_of(("<", "<=", ">", ">=", "==", "!="))
        if here.roles and self.dice.perhaps(4):
            simple = f"({self.who_word(here)} {self.dice.one_of(('==', '!='))} {self.who_word(here)})"
        else:
            simple = f"({self.leaf(here)} {comparison} {self.leaf(here)})"
        if depth == 0 or self.dice.perhaps():
            return simple
        form = self.dice.one_of(
            ("({0} and {1})", "({0} or {1})", "(not {0})", "(1 < {2} + 1 <= 3)", "({2} < {3} < {2})")
        )
        return form.format(simple, self.condition(here, depth - 1), self.leaf(here), self.leaf(here))

    def leaf(self, here: Here) -> str:
        """A number, a duration, a name, or a question."""
        dice = self.dice
        ways: list[Any] = [
            lambda: str(dice.whole(0, 4)),
            lambda: str(dice.whole(0, 20) / 10),
            lambda: f"{dice.whole(1, 48)} h",
        ]
        ways += [*self.cast.parameters, *here.numbers, *here.numbers]
        if here.state:
            ways += ["t", "level", *(lambda name=name: self.variable(name, here) for name in self.cast.variables)]
            ways += [lambda: f"count({self.question(here)})", lambda: self.form(dice.one_of(FOREVER), here, 0)]
        return str(dice.way(*ways))

    def variable(self, name: str, here: Here) -> str:
        """A variable with actors for its scope."""
        count = INDEXES[self.cast.variables[name]]
        return name + (f"[{', '.join(self.who_word(here) for _ in range(count))}]" if count else "")

    def who_word(self, here: Here) -> str:
        """An actor as an index."""
        return self.dice.one_of([*here.roles, *here.roles, *self.cast.actors, "nobody"])

    def question(self, here: Here, *, within: bool = True) -> str:
        """The inside of ``count`` and ``since``; with `within`, sometimes for how long."""
        words = []
        for key, value in self.pattern(here, asked=True).items():
            words.append(f"{key}={'[' + ', '.join(value) + ']' if isinstance(value, list) else value}")
        if within and self.dice.perhaps(3):
            words.append(
                f"within={self.dice.way('12 h', '1 d', '3 d', '1 d * 2', '0 h', lambda: self.leaf_days(here))}"
            )
        return ", ".join(words)

    def leaf_days(self, here: Here) -> str:
        """A number of days of 0 or more that no number of the file fixes."""
        return f"abs({self.dice.one_of([*here.numbers, *self.cast.parameters, 't'])}) / 2"

    def pattern(self, here: Here, *, asked: bool = False) -> dict[str, Any]:
        """Which events (see :class:`tests.generated.patterns.Patterns`)."""
        raise NotImplementedError

    # --- numbers that must lie somewhere

    def loose(self, here: Here, kept: str) -> str:
        """An expression kept where it may lie by the form `kept`; now and then, where it may go wrong, let loose."""
        inside = self.expression(here)
        return f"{inside} + 0 * t" if self.risky and self.dice.perhaps(8) else kept.format(inside)

    def chance(self, here: Here) -> Any:
        """A chance from 0 to 1."""
        return self.dice.way(
            1,
            1,
            0.5,
            0.8,
            lambda: self.loose(here, "clamp({}, 0, 1)"),
            lambda: self.loose(here, "min(0.9, abs({}))"),
            lambda: f"logistic({self.expression(here, 1)})",
        )

    def weight(self, here: Here) -> Any:
        """A weight of 0 or more."""
        return self.dice.way(1, 0, 2.5, lambda: self.loose(here, "max({}, 0)"))
