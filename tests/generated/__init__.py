"""Random small scenarios that use the whole language: a Hypothesis strategy, and random ones by number.

``scenarios()`` draws a scenario as plain data: actors, groups, relations, places with and without soil, parameters
with ranges, variables of each scope, actions with casualties, visibility, attribution and effects, rules, drivers,
a timeline with history, and outcomes of every kind. Whatever is drawn is valid, ends soon (``max_events``), and
goes wrong in no run: expressions are built so that they stay finite, and chances, weights, delays and rates are
kept to what is allowed. With ``risky=True`` some of them are not, and a run of it may go wrong.

``tests.worlds.World.of_data`` writes one down and loads it. ``example(number)`` gives the same scenario for the same
number, for comparisons of engines that want many scenarios without Hypothesis.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.generated.dice import Dice
from tests.generated.expressions import Cast
from tests.generated.patterns import RUNGS
from tests.generated.statements import Statements

VERBS = ("nod", "speak", "warn", "march", "hit", "bomb", "parley")
TAGS = ("kinetic", "verbal")
ENOUGH = 3_000  # choices: hardly any scenario needs as many


def scenarios(*, risky: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Scenarios, as plain data. A failing one shrinks by having fewer and fewer of its choices made freely."""
    numbers, budgets = st.integers(0, 2**32), st.integers(0, ENOUGH).map(lambda missing: ENOUGH - missing)
    return st.builds(example, numbers, st.one_of(st.just(ENOUGH), budgets), risky=st.just(risky))


def example(number: int, budget: int = ENOUGH, *, risky: bool = False) -> dict[str, Any]:
    """The scenario of a number: always the same for the same number. After `budget` choices the first one is taken."""
    return _written(Dice(number, budget), risky=risky)


def _written(dice: Dice, *, risky: bool) -> dict[str, Any]:
    """A whole scenario as plain data."""
    actors = [f"a{i}" for i in range(dice.whole(2, 5))]
    groups = {f"g{i}": dice.some_of(actors, 0 if dice.perhaps(4) else 1) for i in range(dice.whole(0, 2))}
    relations = {
        kind: {one: dice.some_of([*actors, *groups], 1, 2) for one in dice.some_of([*actors, *groups], 1, 2)}
        for kind in ("patron", "ally")[: dice.whole(0, 2)]
    }
    places = {
        f"p{i}lace": {"soil": dice.some_of([*actors, *groups], 0, 2)} if dice.perhaps() else {}
        for i in range(dice.whole(0, 3))
    }
    rules, drivers, items, outcomes = (
        dice.whole(1, 12),
        dice.one_of((1, 2, 2, 3, 0)),
        dice.whole(1, 6),
        dice.whole(1, 6),
    )
    named = [f"item-{i}" for i in range(items) if dice.perhaps()]
    variables = {f"v{i}": dice.one_of(("world", "actor", "dyad")) for i in range(dice.whole(1, 4))}
    cast = Cast(
        actors, groups, relations, list(places), list(VERBS[: dice.whole(2, len(VERBS))]), list(TAGS),
        [*(f"rule-{i}" for i in range(rules)), *(f"driver-{i}" for i in range(drivers)), *named],
        [f"p{i}" for i in range(dice.whole(0, 2))],
        variables, [name for name in variables if dice.perhaps(4)],
    )  # fmt: skip
    w = Statements(dice, cast, risky=risky)
    actions = {name: w.action() for name in cast.actions}
    actions[cast.actions[0]]["tags"] = list(TAGS)  # both tags are somebody's
    return {
        "brinkline": 1,
        "scenario": "generated",
        "start": "2024-01-01T00:00:00+02:00",
        "horizon": dice.one_of(("6.5 d", "8 d", "10 d", "12 h", "1.53125 d", "9 d", "300 d")),
        "level": {"window": dice.one_of(("1 d", "7 d", "6 h", "12 h"))},
        "max_events": dice.one_of((200, 60, 200, 200, 300, 120, 5, 1)),
        "ladder": [{"rung": rung, "name": f"rung {rung}"} for rung in RUNGS],
        "actors": {name: {} for name in actors},
        "groups": groups,
        "relations": relations,
        "places": places,
        "parameters": {name: {"value": 0.5, **w.range()} for name in cast.parameters},
        "variables": {name: w.variable_block(name) for name in variables},
        "actions": actions,
        "rules": {f"rule-{i}": w.rule() for i in range(rules)},
        "drivers": {f"driver-{i}": w.driver() for i in range(drivers)},
        "timeline": [w.item(i) for i in range(items)],
        "outcomes": {f"outcome-{i}": w.outcome() for i in range(outcomes)},
    }
