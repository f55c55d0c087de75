"""Random small scenarios that use most of the language: a Hypothesis strategy, and random ones by number.

``scenarios()`` draws a scenario as plain data: actors, groups, relations, places with and without soil, parameters
with ranges, variables of each scope, actions with casualties, visibility, attribution and effects, rules, drivers,
a timeline with history, and outcomes of every kind. Whatever is drawn is valid, ends soon (``max_events``), and
goes wrong in no run: expressions are built so that they stay finite, and chances, weights, delays and rates are
clamped to what is allowed.

``World.of_data`` writes one down and loads it. ``example(number)`` gives the same scenario for the same number, for
comparisons of engines that want many scenarios without Hypothesis.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

RUNGS = (-2, -1, 0, 1, 2, 3, 5, 8)
VERBS = ("nod", "speak", "warn", "march", "hit", "bomb", "parley")
TAGS = ("kinetic", "verbal")
ROLES = ("self", "actor", "target")
ENOUGH = 1_500  # choices: no scenario needs as many


class Dice:
    """Choices by a seeded generator; when the budget is used up, always the first one."""

    def __init__(self, number: int, budget: int):
        self._random, self._left = random.Random(number), budget

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        self._left -= 1
        return self._random.randint(low, high) if self._left >= 0 else low

    def one_of(self, items: Sequence[T]) -> T:
        """One of some things."""
        return items[self.whole(0, len(items) - 1)]

    def some_of(self, items: Sequence[T], least: int = 0, most: int = 99) -> list[T]:
        """A few different ones of some things, in their order."""
        left, count = list(items), self.whole(min(least, len(items)), min(most, len(items)))
        while len(left) > count:
            left.pop(self.whole(0, len(left) - 1))
        return left

    def way(self, *ways: Any) -> Any:
        """One of several ways; one that is a function is only gone if it is chosen."""
        way = self.one_of(ways)
        return way() if callable(way) else way

    def perhaps(self, one_in: int = 2) -> bool:
        """True now and then."""
        return self.whole(1, one_in) == 1


@dataclass(frozen=True)
class Cast:
    """The names of a scenario: what expressions, patterns and deeds may speak of."""

    actors: list[str]
    groups: dict[str, list[str]]
    relations: dict[str, dict[str, list[str]]]
    places: list[str]
    actions: list[str]
    tags: list[str]
    origins: list[str]
    parameters: list[str]
    variables: dict[str, str]


@dataclass(frozen=True)
class Here:
    """Which words mean something at one place of a scenario."""

    roles: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    state: bool = True
    questions: bool = True


FORMS = (
    "({a} + {b})", "({a} - {b})", "({a} * {b})", "({a}) / (1 + abs({b}))", "-({a})", "abs({a}) ** 0.5",
    "min({a}, {b})", "max({a}, {b}, 1)", "clamp({a}, 0, 3)", "exp(-abs({a}))", "log(1 + abs({a}))", "sqrt(abs({a}))",
    "logistic({a})", "({a} if {test} else {b})", "{test}",
)  # fmt: skip
RANGES: tuple[dict[str, Any], ...] = (
    {},
    {"range": "uniform(0.1, 0.9)"},
    {"range": "beta(2, 3)"},
    {"range": "normal(0.5, 0.4)", "bounds": [0.2, 2]},
)
EVENT = ("rung", "deaths", "injured")
PARAMETERS = Here(state=False, questions=False)
RULE = Here(ROLES, EVENT)
LATER = Here(ROLES, (*EVENT, "waited"))
DOER = Here(ROLES, EVENT)
DEATHS = Here(ROLES, ("rung",))
INJURED = Here(ROLES, ("rung", "deaths"))
OWN = Here(("self",))
OUTCOME_EVENT = Here(("actor", "target"), EVENT)
OUTCOME = Here()
RULE_PATTERN = Here(("self",))


@dataclass
class Writer:
    """Writes a scenario piece by piece."""

    dice: Dice
    cast: Cast
    history: bool = field(default=False)

    # --- expressions ----------------------------------------------------------------------------------------------

    def expression(self, here: Here, depth: int = 2) -> str:
        """An expression that is finite whatever the state."""
        if depth == 0 or self.dice.perhaps(3):
            return self.leaf(here)
        form = self.dice.one_of(FORMS)
        parts = {name: self.expression(here, depth - 1) for name in "ab" if f"{{{name}}}" in form}
        return form.format(**parts, test=self.condition(here, depth - 1) if "{test}" in form else "")

    def condition(self, here: Here, depth: int = 1) -> str:
        """A comparison, or several."""
        comparison = self.dice.one_of(("<", "<=", ">", ">=", "==", "!="))
        if here.roles and self.dice.perhaps(4):
            simple = f"({self.who_word(here)} {self.dice.one_of(('==', '!='))} {self.who_word(here)})"
        else:
            simple = f"({self.leaf(here)} {comparison} {self.leaf(here)})"
        if depth == 0 or self.dice.perhaps():
            return simple
        form = self.dice.one_of(("({0} and {1})", "({0} or {1})", "(not {0})", "(1 < {2} + 1 <= 3)"))
        return form.format(simple, self.condition(here, depth - 1), self.leaf(here))

    def leaf(self, here: Here) -> str:
        """A number, a duration, a name, or a question."""
        dice = self.dice
        ways: list[Any] = [
            lambda: str(dice.whole(0, 4)),
            lambda: str(dice.whole(0, 20) / 10),
            lambda: f"{dice.whole(1, 48)} h",
        ]
        ways += [*self.cast.parameters, *here.numbers]
        if here.state:
            ways += ["t", "level", *(lambda name=name: self.variable(name, here) for name in self.cast.variables)]
        if here.questions:
            ways += [lambda: f"count({self.question(here)})", lambda: f"min(since({self.question(here)}), 30)"]
        return str(dice.way(*ways))

    def variable(self, name: str, here: Here) -> str:
        """A variable with actors for its scope."""
        indexes = {"world": 0, "actor": 1, "dyad": 2}[self.cast.variables[name]]
        return name + (f"[{', '.join(self.who_word(here) for _ in range(indexes))}]" if indexes else "")

    def who_word(self, here: Here) -> str:
        """An actor as an index."""
        return self.dice.one_of([*here.roles, *here.roles, *self.cast.actors, "nobody"])

    def chance(self, here: Here) -> Any:
        """A chance from 0 to 1."""
        return self.dice.way(
            1,
            1,
            0.5,
            0.8,
            lambda: f"clamp({self.expression(here)}, 0, 1)",
            lambda: f"logistic({self.expression(here, 1)})",
        )

    def weight(self, here: Here) -> Any:
        """A weight of 0 or more."""
        return self.dice.way(1, 0, 2.5, lambda: f"max({self.expression(here, 1)}, 0)")

    def delay(self) -> Any:
        """A delay; a few are equal, so that things meet at the same millisecond."""
        return self.dice.way(
            0, "6 h", "1 d", "1 d", "fixed(12 h)",
            "exponential(1 d)", "lognormal(8 h, 1 d)", "uniform(0 h, 2 d)", "triangular(1 h, 2 h, 30 h)",
            lambda: f"clamp({self.expression(RULE, 1)}, 0, 4)", lambda: f"exponential(0.1 + abs({self.leaf(RULE)}))",
            lambda: f"lognormal(1 h, 1 h + abs({self.leaf(RULE)}))",
        )  # fmt: skip

    def casualties(self, here: Here) -> Any:
        """A number of people."""
        return self.dice.way(
            0, 2, 3.6, "poisson(1.5)", "geometric(1.8)", "negbinomial(2, 0.7)",
            "hurdle(0.4, geometric(2))", "hurdle(0.5, poisson(1))",
            "lognormal(2, 9)", "uniform(0, 5)", "exponential(3)", lambda: f"clamp({self.expression(here, 1)}, 0, 9)",
            lambda: f"poisson(clamp({self.leaf(here)}, 0, 5))",
            lambda: f"hurdle(clamp({self.leaf(here)}, 0, 1), geometric(2))",
        )  # fmt: skip

    def effects(self, here: Here) -> list[str]:
        """What moves variables; a group may stand as an index."""
        return [self.effect(here) for _ in range(self.dice.whole(0, 3))]

    def effect(self, here: Here) -> str:
        name = self.dice.one_of(list(self.cast.variables))
        indexes = {"world": 0, "actor": 1, "dyad": 2}[self.cast.variables[name]]
        who = [self.dice.one_of([self.who_word(here), *self.cast.groups]) for _ in range(indexes)]
        sign = self.dice.one_of(("=", "+=", "+=", "-=", "*=", "/="))
        value = f"1 + abs({self.leaf(here)})" if sign == "/=" else self.expression(here, 1)
        return f"{name}{'[' + ', '.join(who) + ']' if who else ''} {sign} {value}"

    # --- who and which --------------------------------------------------------------------------------------------

    def who_field(self, here: Here, *, lists: bool = True) -> Any:
        """Whom a pattern names."""
        plain = [
            *self.cast.actors,
            *self.cast.groups,
            *here.roles,
            *here.roles,
            "any",
            "nobody",
            *(["others"] * 2 if "self" in here.roles else []),
        ]
        if self.cast.relations and self.dice.perhaps(4):
            plain = [self.related(here)]
        one = self.dice.one_of(plain)
        if lists and self.dice.perhaps(6):
            return [one, self.dice.one_of(self.cast.actors)]
        return f"not {one}" if self.dice.perhaps(6) else one

    def related(self, here: Here) -> str:
        """Those who are something to somebody, or to whom somebody is."""
        dice, cast = self.dice, self.cast
        ends = [*cast.actors, *cast.groups, *here.roles]
        return f"{dice.one_of(list(cast.relations))} {dice.one_of(('of', 'by'))} {dice.one_of(ends)}"

    def pattern(self, here: Here, *, asked: bool = False) -> dict[str, Any]:
        """Which events: a few keys, and not too narrow."""
        dice, cast = self.dice, self.cast
        keys: dict[str, Callable[[], Any]] = {
            "action": lambda: dice.one_of([dice.some_of([*cast.actions, *cast.tags], 1, 3), *cast.actions, *cast.tags]),
            "rung": self.span,
            "actor": lambda: self.who_field(here),
            "target": lambda: self.who_field(here),
            "soil": lambda: self.who_field(here),
            "place": lambda: dice.one_of([*cast.places, dice.some_of(cast.places, 1, 2)]),
            "origin": lambda: dice.some_of(cast.origins, 1, 3),
            "deaths": lambda: dice.one_of((0, "1..", "..2")),
            "injured": lambda: dice.one_of((0, "1..", "..2")),
        }
        usable = [
            key for key in keys if (key != "place" or cast.places) and (key != "origin" or (cast.origins and not asked))
        ]
        chosen = dice.some_of(usable, 0, 2) if dice.perhaps(3) else dice.some_of(["action", "rung", "actor"], 0, 1)
        return {key: keys[key]() for key in chosen}

    def span(self) -> Any:
        low = self.dice.one_of(RUNGS)
        return self.dice.one_of((low, f"{low}..", f"..{low}", f"{low}..{low + 3}"))

    def question(self, here: Here) -> str:
        """The inside of ``count`` and ``since``."""
        words = []
        for key, value in self.pattern(here, asked=True).items():
            words.append(f"{key}={'[' + ', '.join(value) + ']' if isinstance(value, list) else value}")
        if self.dice.perhaps(3):
            words.append(f"within={self.dice.one_of(('12 h', '3 d', '1 d * 2'))}")
        return ", ".join(words)

    # --- deeds ----------------------------------------------------------------------------------------------------

    def target(self, here: Here) -> Any:
        """To whom: one, one of some, or by weight."""
        roles = [role for role in here.roles if role != "self"]
        words = [
            *self.cast.actors,
            *self.cast.groups,
            *roles,
            *roles,
            "nobody",
            *([self.related(here)] * 2 if self.cast.relations else []),
        ]
        if self.dice.perhaps(3):
            return {word: self.weight(here) for word in dict.fromkeys(self.dice.some_of(words, 1, 3))}
        return self.dice.one_of(words)

    def place(self, here: Here) -> Any:
        if self.dice.perhaps():
            return {place: self.weight(here) for place in self.dice.some_of(self.cast.places, 1)}
        return self.dice.one_of(self.cast.places)

    def details(self, here: Here, effects: Here, deaths: Here, injured: Here) -> dict[str, Any]:
        """What a deed may have besides ``do``."""
        made: dict[str, Any] = {}
        if not self.dice.perhaps(4):
            made["to"] = self.target(here)
        if self.cast.places and self.dice.perhaps():
            made["place"] = self.place(here)
        if self.dice.perhaps(6):
            made["deaths"] = self.casualties(deaths)
        if self.dice.perhaps(6):
            made["injured"] = self.casualties(injured)
        if self.dice.perhaps(3):
            made["effects"] = self.effects(effects)
        return made

    def options(self, here: Here, details: Callable[[], dict[str, Any]], *, rule: bool) -> list[dict[str, Any]]:
        """The options of ``choose``."""
        made: list[dict[str, Any]] = []
        for number in range(self.dice.whole(1, 3)):
            option: dict[str, Any] = {"do": self.dice.one_of([*self.cast.actions, *(["nothing"] * 2 if rule else [])])}
            if option["do"] != "nothing" and self.dice.perhaps():
                option |= details()
            elif self.dice.perhaps():
                option["effects"] = self.effects(replace(here, numbers=(*here.numbers, "waited")) if rule else DOER)
            if rule and self.dice.perhaps(3):
                option["after"] = self.delay()
            if self.dice.perhaps(3):
                option["id"] = f"option-{number}"
            made.append({**option, "weight": self.weight(here)})
        return made

    def who(self) -> Any:
        return self.dice.one_of(
            [self.dice.one_of(self.cast.actors), *self.cast.groups, self.dice.some_of(self.cast.actors, 1)]
        )

    def brakes(self) -> dict[str, Any]:
        """Limit and cooldown."""
        made: dict[str, Any] = {}
        if self.dice.perhaps(4):
            made["limit"] = self.dice.whole(1, 4)
        if self.dice.perhaps(4):
            made["cooldown"] = self.dice.one_of(("12 h", "1 d", "3 d"))
        return made

    def rule(self) -> dict[str, Any]:
        made: dict[str, Any] = {"who": self.who(), "when": self.pattern(RULE_PATTERN), **self.brakes()}
        if self.dice.perhaps(4):
            made["if"] = self.condition(RULE)
        made["chance"] = self.chance(RULE)
        made["after"] = self.delay()
        if self.dice.perhaps(4):
            made["unless"] = self.condition(LATER)

        def details() -> dict[str, Any]:
            return self.details(RULE, LATER, RULE, RULE)

        if self.dice.perhaps(3):
            return {
                **made,
                **(details() if self.dice.perhaps() else {}),
                "choose": self.options(RULE, details, rule=True),
            }
        if self.dice.perhaps(6):
            return {**made, "do": "nothing", "effects": self.effects(LATER)}
        return {**made, "do": self.dice.one_of(self.cast.actions), **details()}

    def driver(self) -> dict[str, Any]:
        made: dict[str, Any] = {"who": self.who(), **self.brakes()}
        if self.dice.perhaps():
            made["rate"] = self.dice.one_of((1, 2, 4))
        else:
            made |= {"rate": f"clamp({self.expression(OWN)}, 0, 4)", "peak": 4}
        if self.dice.perhaps(4):
            made["if"] = self.condition(OWN)

        def details() -> dict[str, Any]:
            return self.details(OWN, DOER, DEATHS, INJURED)

        if self.dice.perhaps(4):
            return {**made, "choose": self.options(OWN, details, rule=False)}
        return {**made, "do": self.dice.one_of(self.cast.actions), **details()}

    def item(self, number: int) -> dict[str, Any]:
        """A timeline item, before or after the start."""
        at = self.dice.one_of(
            ("-3 d", "-1 d", "-6 h", "+0 d", "+0 d", "+12 h", "+1 d", "+1 d", "+2 d", "2024-01-03T06:00")
        )
        made: dict[str, Any] = {
            "at": at,
            "who": self.dice.one_of(self.cast.actors),
            "do": self.dice.one_of(self.cast.actions),
        }
        if f"item-{number}" in self.cast.origins:
            made["id"] = f"item-{number}"
        if self.dice.perhaps(4):
            made["chance"] = self.chance(OWN)
        return made | self.details(OWN, DOER, DEATHS, INJURED)

    def outcome(self) -> dict[str, Any]:
        kind = self.dice.one_of(("when", "if", "both", "quiet", "asked", "asked", "end"))
        ends = {"ends": True} if self.dice.perhaps(8) else {}
        if kind == "quiet":
            return {"quiet": self.dice.one_of(("12 h", "1 d", "3 d")), "when": self.pattern(OUTCOME), **ends}
        if kind == "asked":
            return {"at": self.dice.one_of(("+0 d", "+1 d", "+2 d", "+36 h")), "if": self.condition(OUTCOME), **ends}
        if kind == "end":
            return {"at": "end", "if": self.condition(OUTCOME)}
        made: dict[str, Any] = {} if kind == "if" else {"when": self.pattern(OUTCOME)}
        return (
            made | ({} if kind == "when" else {"if": self.condition(OUTCOME if kind == "if" else OUTCOME_EVENT)}) | ends
        )

    def action(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "rung": self.dice.one_of(RUNGS),
            "tags": self.dice.some_of(self.cast.tags),
            "effects": self.effects(DOER),
        }
        if self.dice.perhaps(3):
            made["deaths"] = self.casualties(DEATHS)
        if self.dice.perhaps(3):
            made["injured"] = self.casualties(INJURED)
        if self.dice.perhaps(3):
            words = dict.fromkeys(self.who_field(RULE, lists=False) for _ in range(self.dice.whole(1, 3)))
            by_who = {word: self.chance(RULE) for word in words}
            made["visibility"] = self.dice.way(0.5, lambda: f"clamp({self.expression(RULE, 1)}, 0, 1)", by_who, by_who)
        if self.dice.perhaps(3):
            words = dict.fromkeys(["actor", *(self.who_field(RULE, lists=False) for _ in range(self.dice.whole(0, 3)))])
            made["attribution"] = {word: self.weight(RULE) for word in words}
        return made

    def own(self, scope: str) -> dict[str, Any]:
        """Own values of some actors or dyads."""
        names = [*self.cast.actors, *self.cast.groups]
        if scope == "actor":
            return {name: self.dice.whole(0, 4) for name in self.dice.some_of(names, 0, 2)}
        return {
            name: {other: self.dice.whole(0, 4) for other in self.dice.some_of(names, 1, 2)}
            for name in self.dice.some_of(names, 0, 2)
        }

    def variable_block(self, scope: str) -> dict[str, Any]:
        made: dict[str, Any] = {"scope": scope, "initial": self.dice.whole(0, 10) / 5, "range": [-1, 5]}
        if self.dice.perhaps():
            made["half_life"] = self.dice.one_of(("6 h", "2 d", "0.5 + p0" if "p0" in self.cast.parameters else "1 d"))
        if self.dice.perhaps(3):
            made["baseline"] = self.dice.whole(0, 3)
        if scope != "world" and self.dice.perhaps():
            made["own"] = self.own(scope)
        return made


def written(dice: Dice) -> dict[str, Any]:
    """A whole scenario as plain data."""
    actors = [f"a{i}" for i in range(dice.whole(2, 5))]
    groups = {f"g{i}": dice.some_of(actors, 1) for i in range(dice.whole(0, 2))}
    relations = {
        kind: {one: dice.some_of([*actors, *groups], 1, 2) for one in dice.some_of([*actors, *groups], 1, 2)}
        for kind in ("patron", "ally")[: dice.whole(0, 2)]
    }
    places = {
        f"p{i}lace": {"soil": dice.some_of([*actors, *groups], 0, 2)} if dice.perhaps() else {}
        for i in range(dice.whole(0, 3))
    }
    rules, drivers, items, outcomes = dice.whole(1, 9), dice.one_of((1, 2, 2, 3, 0)), dice.whole(1, 6), dice.whole(1, 6)
    named = [f"item-{i}" for i in range(items) if dice.perhaps()]
    cast = Cast(
        actors, groups, relations, list(places), list(VERBS[: dice.whole(2, len(VERBS))]), list(TAGS),
        [*(f"rule-{i}" for i in range(rules)), *(f"driver-{i}" for i in range(drivers)), *named],
        [f"p{i}" for i in range(dice.whole(0, 2))],
        {f"v{i}": dice.one_of(("world", "actor", "dyad")) for i in range(dice.whole(1, 4))},
    )  # fmt: skip
    w = Writer(dice, cast)
    first = cast.actions[0]
    actions = {name: w.action() for name in cast.actions}
    actions[first]["tags"] = list(TAGS)  # both tags are somebody's
    return {
        "brinkline": 1,
        "scenario": "generated",
        "start": "2024-01-01T00:00:00+02:00",
        "horizon": dice.one_of(("6.5 d", "8 d", "10 d", "12 h")),
        "level": {"window": dice.one_of(("1 d", "7 d", "6 h"))},
        "max_events": dice.one_of((200, 60, 200, 200, 5)),
        "ladder": [{"rung": rung, "name": f"rung {rung}"} for rung in RUNGS],
        "actors": {name: {} for name in actors},
        "groups": groups,
        "relations": relations,
        "places": places,
        "parameters": {name: {"value": 0.5, **dice.one_of(RANGES)} for name in cast.parameters},
        "variables": {name: w.variable_block(scope) for name, scope in cast.variables.items()},
        "actions": actions,
        "rules": {f"rule-{i}": w.rule() for i in range(rules)},
        "drivers": {f"driver-{i}": w.driver() for i in range(drivers)},
        "timeline": [w.item(i) for i in range(items)],
        "outcomes": {f"outcome-{i}": w.outcome() for i in range(outcomes)},
    }  # fmt: skip


def scenarios() -> st.SearchStrategy[dict[str, Any]]:
    """Scenarios, as plain data. A failing one shrinks by having fewer and fewer of its choices made freely."""
    numbers, budgets = st.integers(0, 2**32), st.integers(0, ENOUGH).map(lambda missing: ENOUGH - missing)
    return st.builds(example, numbers, st.one_of(st.just(ENOUGH), budgets))


def example(number: int, budget: int = ENOUGH) -> dict[str, Any]:
    """The scenario of a number: always the same for the same number. After `budget` choices the first one is taken."""
    return written(Dice(number, budget))
