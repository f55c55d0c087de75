"""Random statements: variables, actions, rules, drivers, timeline items and outcomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.generated.expressions import (
    DEATHS,
    DOER,
    INDEXES,
    INJURED,
    LATER,
    OUTCOME,
    OUTCOME_EVENT,
    OWN,
    PARAMETERS,
    RULE,
    RULE_PATTERN,
    Here,
)
from tests.generated.patterns import RUNGS, Patterns

RANGE = [-1, 5]
INSTANTS = (
    "-3 d", "-1 d", "-6 h", "-6 h", "+0 d", "+0 d", "+12 h", "+1 d", "+1 d", "+2 d", "2024-01-03T06:00",
    "2024-01-02T12:00:00Z", "+99 d",
)  # fmt: skip
ASKED = ("+0 d", "+1 d", "+1 d", "+2 d", "+2 d", "+2 d", "+36 h", "+8 d", "+99 d", "-1 d")


class Statements(Patterns):
    """Writes whole statements."""

    # --- variables and actions

    def variable_block(self, name: str) -> dict[str, Any]:
        """A variable: the wide ones have no range."""
        scope = self.cast.variables[name]
        made: dict[str, Any] = {"scope": scope, "initial": self.start_value(name)}
        if name not in self.cast.wide:
            made["range"] = RANGE
        if self.dice.perhaps():
            made["half_life"] = self.length()
        if self.dice.perhaps(3):
            made["baseline"] = self.start_value(name)
        if scope != "world" and self.dice.perhaps():
            made["own"] = self.own(name)
        return made

    def start_value(self, name: str) -> Any:
        """An initial value or baseline: a number or an expression of parameters."""
        bounded = "clamp({}, -1, 5)" if name not in self.cast.wide else "{}"
        return self.dice.way(
            0,
            lambda: self.dice.whole(-5, 20) / 5,
            lambda: bounded.format(self.expression(PARAMETERS)),
        )

    def own(self, name: str) -> dict[str, Any]:
        """Own values of some actors or dyads."""
        who = [*self.cast.actors, *self.cast.groups]
        if self.cast.variables[name] == "actor":
            return {one: self.start_value(name) for one in self.dice.some_of(who, 1, 3)}
        return {
            one: {other: self.start_value(name) for other in self.dice.some_of(who, 1, 3)}
            for one in self.dice.some_of(who, 1, 2)
        }

    def action(self) -> dict[str, Any]:
        """An action."""
        made: dict[str, Any] = {
            "rung": self.dice.one_of(RUNGS),
            "tags": self.dice.some_of(self.cast.tags),
            "effects": self.effects(DOER),
        }
        if self.dice.perhaps(3):
            made["deaths"] = self.casualties(DEATHS)
        if self.dice.perhaps(3):
            made["injured"] = self.casualties(INJURED)
        if self.dice.perhaps():
            by_who = lambda: {self.who_key(RULE): self.chance(RULE) for _ in range(self.dice.whole(1, 4))}  # noqa: E731
            made["visibility"] = self.dice.way(0.5, lambda: self.loose(RULE, "clamp({}, 0, 1)"), by_who, by_who)
        if self.dice.perhaps(3):
            words = ["actor", *(self.who_key(RULE) for _ in range(self.dice.whole(0, 3)))]
            made["attribution"] = {word: self.weight(RULE) for word in dict.fromkeys(words)}
        return made

    def effects(self, here: Here) -> list[str]:
        """What moves variables; a group may stand as an index."""
        return [self.effect(here) for _ in range(self.dice.whole(0, 3))]

    def effect(self, here: Here) -> str:
        """One effect. A wide variable is only moved so far, so that it stays finite however often."""
        name = self.dice.one_of(list(self.cast.variables))
        count = INDEXES[self.cast.variables[name]]
        who = [self.dice.one_of([self.who_word(here), *self.cast.groups]) for _ in range(count)]
        sign = self.dice.one_of(("=", "+=", "+=", "-=", "*=", "/="))
        value = f"1 + abs({self.leaf(here)})" if sign == "/=" else self.expression(here, 1)
        if self.risky and self.dice.perhaps(12):
            value = self.leaf(here) if sign == "/=" else f"({value}) * 1e150"
        elif name in self.cast.wide and sign != "/=":
            value = f"clamp({value}, -9, 9)" if sign != "*=" else f"clamp({value}, -1.5, 1.5)"
        return f"{name}{'[' + ', '.join(who) + ']' if who else ''} {sign} {value}"

    # --- deeds

    def target(self, here: Here) -> Any:
        """To whom: one, one of some, or by weight."""
        roles = [role for role in here.roles if role != "self"]
        words = [*self.cast.actors, *self.cast.groups, *roles, *roles, "self", "nobody"]
        words += [self.related(here)] * 2 if self.cast.relations else []
        if self.dice.perhaps(3):
            return {word: self.weight(here) for word in dict.fromkeys(self.dice.some_of(words, 1, 3))}
        return self.dice.one_of(words)

    def place(self, here: Here) -> Any:
        """Where: one, or by weight."""
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
        if self.dice.perhaps(5):
            made["deaths"] = self.casualties(deaths)
        if self.dice.perhaps(5):
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
                option["effects"] = self.effects(LATER if rule else DOER)
            if rule and self.dice.perhaps(3):
                option["after"] = self.delay()
            if rule and self.dice.perhaps(4):
                option["unless"] = self.condition(LATER)
            if self.dice.perhaps(3):
                option["id"] = f"option-{number}"
            made.append({**option, "weight": self.weight(here)})
            if self.dice.perhaps(5):  # an equal one, but for its number
                made.append(dict(made[-1]))
                made[-1].pop("id", None)
        return made

    def who(self) -> Any:
        """Who has a rule or driver."""
        some = self.dice.some_of([*self.cast.actors, *self.cast.groups], 1)
        return self.dice.one_of([self.dice.one_of(self.cast.actors), *self.cast.groups, some])

    def brakes(self) -> dict[str, Any]:
        """Limit and cooldown."""
        made: dict[str, Any] = {}
        of_parameter = [f"6 * {name}" for name in self.cast.parameters]
        if self.dice.perhaps(4):
            made["limit"] = self.dice.one_of([self.dice.whole(1, 4), *of_parameter, 0])
        if self.dice.perhaps(4):
            made["cooldown"] = self.dice.one_of(["12 h", "1 d", "3 d", "0 d", *(f"abs({one})" for one in of_parameter)])
        return made

    def rule(self) -> dict[str, Any]:
        """A rule."""
        made: dict[str, Any] = {"who": self.who(), "when": self.pattern(RULE_PATTERN), **self.brakes()}
        if self.dice.perhaps(4):
            made["if"] = self.condition(RULE) if self.dice.perhaps() else self.expression(RULE)
        made["chance"] = self.chance(RULE)
        made["after"] = self.delay()
        if self.dice.perhaps(3):
            made["unless"] = self.dice.way(
                lambda: self.condition(LATER),
                lambda: f"since({self.question(LATER)}) < waited",
                lambda: f"waited > {self.leaf(LATER)}",
            )

        def details() -> dict[str, Any]:
            return self.details(RULE, LATER, RULE, RULE)

        if self.dice.perhaps(3):
            shared = {"do": self.dice.one_of(self.cast.actions), **details()} if self.dice.perhaps() else {}
            options = self.options(RULE, details, rule=True)
            if shared and self.dice.perhaps():
                options.append({"weight": self.weight(RULE)})  # takes everything from its rule
            return {**made, **shared, "choose": options}
        if self.dice.perhaps(6):
            return {**made, "do": "nothing", "effects": self.effects(LATER)}
        return {**made, "do": self.dice.one_of(self.cast.actions), **details()}

    def driver(self) -> dict[str, Any]:
        """A driver."""
        made: dict[str, Any] = {"who": self.who(), **self.brakes(), **self.rate()}
        if self.dice.perhaps(4):
            made["if"] = self.condition(OWN)

        def details() -> dict[str, Any]:
            return self.details(OWN, DOER, DEATHS, INJURED)

        if self.dice.perhaps(4):
            return {**made, "choose": self.options(OWN, details, rule=False)}
        return {**made, "do": self.dice.one_of(self.cast.actions), **details()}

    def rate(self) -> dict[str, Any]:
        """How often a driver acts: a number, an expression of parameters, or of the state below a peak."""
        of_parameters = f"abs({self.expression(PARAMETERS, 1)}) / 2"
        return self.dice.way(
            {"rate": 1},
            {"rate": 4},
            {"rate": 0.05},
            {"rate": of_parameters},
            {"rate": f"min({of_parameters}, 2)", "peak": 3},
            lambda: {"rate": f"clamp({self.expression(OWN)}, 0, 4)", "peak": 4},
            lambda: {"rate": self.loose(OWN, f"clamp({{}}, 0, {of_parameters})"), "peak": of_parameters},
        )

    # --- what is given, and what is asked

    def item(self, number: int) -> dict[str, Any]:
        """A timeline item, before or after the start."""
        made: dict[str, Any] = {
            "at": self.dice.one_of(INSTANTS),
            "who": self.dice.one_of(self.cast.actors),
            "do": self.dice.one_of(self.cast.actions),
        }
        if f"item-{number}" in self.cast.origins:
            made["id"] = f"item-{number}"
        if self.dice.perhaps(4):
            made["chance"] = self.chance(OWN)
        return made | self.details(OWN, DOER, DEATHS, INJURED)

    def outcome(self) -> dict[str, Any]:
        """An outcome of any kind."""
        kind = self.dice.one_of(("when", "if", "both", "quiet", "asked", "asked", "end"))
        ends = {"ends": True} if self.dice.perhaps(8) else {}
        if kind == "quiet":
            return {"quiet": self.dice.one_of(("12 h", "1 d", "36 h", "3 d")), "when": self.pattern(OUTCOME), **ends}
        if kind == "asked":
            ends = ends or ({"ends": True} if self.dice.perhaps(6) else {})
            asked = self.dice.way("t > 0", lambda: self.condition(OUTCOME))
            return {"at": self.dice.one_of(ASKED), "if": asked, **ends}
        if kind == "end":
            return {"at": "end", "if": self.condition(OUTCOME), **ends}
        made: dict[str, Any] = {} if kind == "if" else {"when": self.pattern(OUTCOME)}
        if kind != "when":
            made["if"] = self.expression(OUTCOME if kind == "if" else OUTCOME_EVENT)
        return made | ends
