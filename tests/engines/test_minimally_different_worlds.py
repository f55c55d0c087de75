"""Section 4: a change to a scenario moves the events that descend from it and those whose conditions it alters, and no others.

Whole logs are held against each other by key: what happened, when, to whom, from what cause (the cause's key).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sim.scenario.load import Changes, load
from tests.worlds import Played, World

Data = dict[str, Any]

SMALL: Data = {
    "brinkline": 1,
    "scenario": "small",
    "start": "2024-01-01T00:00:00Z",
    "horizon": "30 d",
    "level": {"window": "5 d"},
    "ladder": [{"rung": rung, "name": f"rung {rung}"} for rung in (-2, 0, 1, 2, 5, 8)],
    "actors": {"red": {}, "blue": {}, "proxy": {}, "town": {}, "judge": {}},
    "groups": {"sides": ["red", "blue"]},
    "relations": {"patron": {"red": ["proxy"]}, "ally": {"blue": ["town"]}},
    "places": {"harbour": {"soil": ["town"]}, "hills": {"soil": ["town", "blue"]}, "sea": {}},
    "parameters": {"tempo": {"value": 0.5, "range": "uniform(0.3, 0.7)"}, "nerve": {"value": 0.4, "range": "beta(4, 6)"}},
    "variables": {
        "anger": {"scope": "dyad", "initial": 0.1, "half_life": "6 d", "range": [0, 1]},
        "fatigue": {"scope": "actor", "half_life": "10 d", "range": [0, 1]},
        "truce": {"scope": "world", "range": [0, 1]},
    },
    "actions": {
        "raid": {
            "rung": 5, "tags": ["kinetic"], "deaths": "hurdle(0.3, geometric(2))", "injured": "poisson(1 + deaths)",
            "visibility": {"target": 1, "others": 0.7}, "attribution": {"actor": 2, "patron of actor": "1 + anger[self, actor]", "nobody": 0.5},
            "effects": ["anger[target, actor] += 0.1 + 0.05 * deaths", "fatigue[actor] += 0.05"],
        },
        "strike": {"rung": 8, "tags": ["kinetic"], "deaths": "negbinomial(2, 0.8)", "effects": ["anger[target, actor] += 0.3", "fatigue[self] += 0.1"]},
        "warn": {"rung": 2, "effects": ["anger[target, actor] -= 0.02"]},
        "plead": {"rung": 0},
        "pause": {"rung": -2, "effects": ["truce = 1"]},
        "resume": {"rung": 1, "effects": ["truce = 0"]},
    },
    "rules": {
        "answer": {
            "who": "sides", "when": {"action": "kinetic", "target": "self"}, "chance": "clamp(nerve + anger[self, actor], 0, 1)",
            "choose": [
                {"do": "strike", "to": "actor", "place": {"hills": 2, "sea": 1}, "weight": "1 + deaths", "after": "lognormal(1 d, 3 d)"},
                {"do": "warn", "to": {"actor": 3, "patron of actor": 1}, "weight": 2, "after": "exponential(8 h)"},
                {"do": "nothing", "weight": 1},
            ],
            "unless": "truce", "cooldown": "12 h",
        },
        "back-ally": {"who": "blue", "when": {"soil": "ally by self", "rung": "5.."}, "if": "actor != nobody", "do": "warn", "to": "actor", "after": "exponential(1 d)", "limit": 9},
        "complain": {"who": "town", "when": {"soil": "self", "action": "kinetic"}, "chance": 0.6, "do": "plead", "to": "judge", "after": "exponential(6 h)"},
        "mediate": {"who": "judge", "when": {"action": "plead"}, "chance": "0.3 + 0.2 * (count(action=plead, within=4 d) > 2)", "do": "pause", "to": "sides", "after": "uniform(1 h, 3 d)"},
        "tire": {"who": ["proxy", "red"], "when": {"action": "strike"}, "do": "nothing", "effects": ["fatigue[self] += 0.2"], "after": "exponential(2 d)"},
        "go-on": {"who": "proxy", "when": {"action": "pause"}, "do": "resume", "after": "lognormal(2 d, 6 d)", "unless": "since(action=strike) < 1"},
    },
    "drivers": {
        "harassment": {"who": "proxy", "do": "raid", "to": {"blue": 3, "town": 1}, "place": {"harbour": 1, "hills": 1}, "rate": "tempo * (1 - truce) * (1 - 0.5 * fatigue[self])", "peak": 1},
        "patrol": {"who": "sides", "do": "warn", "to": "sides", "rate": 0.2},
    },
    "timeline": [
        {"at": "-2 d", "who": "proxy", "do": "raid", "to": "blue", "place": "harbour", "deaths": 2},
        {"at": "+3 d", "who": "red", "do": "strike", "to": {"town": 1, "blue": 2}, "place": {"harbour": 1, "hills": 2}, "chance": 0.8},
        {"id": "appeal", "at": "+9 d", "who": "judge", "do": "plead", "to": "sides"},
    ],
    "outcomes": {"strikes": {"when": {"action": "strike", "actor": "blue"}}, "calm": {"quiet": "4 d", "when": {"rung": "5.."}}, "high": {"at": "end", "if": "level >= 5"}},
}  # fmt: skip
RUNS = 45  # of each of two dozen small worlds: about a thousand runs in all


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> list[Played]:
    """The runs of the small world as it is."""
    return World.of_data(SMALL, tmp_path_factory.mktemp("base")).plays(RUNS)


def changed(change: Callable[[Data], Any]) -> Data:
    """The small world with a change made to its data."""
    data = copy.deepcopy(SMALL)
    change(data)
    return data


def backwards(data: Data, *path: str | int) -> None:
    """Turn the order of a mapping's keys or of a list round."""
    *way, last = path
    for step in way:
        data = data[step]
    data[last] = dict(reversed(data[last].items())) if isinstance(data[last], dict) else data[last][::-1]


def first_actor(data: Data) -> None:
    """A new actor before all others, with rules that match everything and never fire, and one that stands down."""
    data["actors"] = {"newcomer": {"name": "Nobody knows it"}, **data["actors"]}
    data["rules"]["never-by-chance"] = {"who": "newcomer", "when": {}, "chance": 0, "do": "strike", "to": "red"}
    data["rules"]["never-by-if"] = {"who": "newcomer", "when": {}, "if": "count() < 0", "do": "strike", "to": "red"}
    data["rules"]["never-by-weight"] = {"who": "newcomer", "when": {}, "choose": [{"do": "strike", "weight": 0}]}
    data["rules"]["stands-down"] = {"who": "newcomer", "when": {}, "do": "strike", "after": "exponential(1 d)", "unless": 1}
    data["drivers"]["idle"] = {"who": "newcomer", "do": "strike", "rate": 0}


NO_DIFFERENCE: dict[str, Callable[[Data], Any]] = {
    "an actor that never does anything": first_actor,
    "actors the other way round": lambda d: backwards(d, "actors"),
    "rules the other way round": lambda d: backwards(d, "rules"),
    "drivers the other way round": lambda d: backwards(d, "drivers"),
    "outcomes the other way round": lambda d: backwards(d, "outcomes"),
    "actions the other way round": lambda d: backwards(d, "actions"),
    "variables the other way round": lambda d: backwards(d, "variables"),
    "parameters the other way round": lambda d: backwards(d, "parameters"),
    "places the other way round": lambda d: backwards(d, "places"),
    "the members of a group the other way round": lambda d: backwards(d, "groups", "sides"),
    "the timeline the other way round": lambda d: backwards(d, "timeline"),
    "the options of a choice the other way round": lambda d: backwards(d, "rules", "answer", "choose"),
    "the weights of a place the other way round": lambda d: backwards(d, "drivers", "harassment", "place"),
    "the weights of a target the other way round": lambda d: backwards(d, "drivers", "harassment", "to"),
    "the weights of an option's target the other way round": lambda d: backwards(d, "rules", "answer", "choose", 1, "to"),
    "the weights of an option's place the other way round": lambda d: backwards(d, "rules", "answer", "choose", 0, "place"),
    "the weights of a timeline item's target the other way round": lambda d: backwards(d, "timeline", 1, "to"),
    "the weights of an attribution the other way round": lambda d: backwards(d, "actions", "raid", "attribution"),
    "an action that nobody takes": lambda d: d["actions"].update(scold={"rung": 1, "tags": ["kinetic"], "effects": ["truce = 1"]}),
    "a parameter that nobody reads": lambda d: d["parameters"].update(idle={"value": 1, "range": "normal(0, 1)"}),
    "a variable that nobody reads": lambda d: d["variables"].update(idle={"scope": "dyad", "half_life": "1 d", "initial": 3, "baseline": 1}),
    "an outcome more": lambda d: d["outcomes"].update(more={"quiet": "2 d", "when": {"actor": "red"}}, asked={"at": "+7.3 d", "if": "level > 2"}),
    "an outcome less": lambda d: d["outcomes"].pop("calm"),
    "a driver that is switched off": lambda d: d["drivers"].update(off={"who": "red", "do": "strike", "rate": 5, "limit": 0}),
    "a rule that nothing can match": lambda d: d["rules"].update(never={"who": "red", "when": {"actor": "self", "target": "self"}, "do": "strike"}),
    "an item that falls behind the horizon": lambda d: d["timeline"].insert(0, {"at": "+30 d", "who": "red", "do": "strike"}),
    "an item that does not happen": lambda d: d["timeline"].insert(0, {"at": "+1 d", "who": "red", "do": "strike", "chance": 0}),
    "an option without weight": lambda d: d["rules"]["answer"]["choose"].insert(0, {"do": "pause", "weight": 0}),
    "an alternative target without weight": lambda d: d["drivers"]["harassment"]["to"].update(judge=0),
    "an entry of an attribution that fits nobody": lambda d: d["actions"]["raid"]["attribution"].update({"patron of judge": 50}),
    "the same number in other words": lambda d: d["rules"]["complain"].update(chance="0.5 + 0.1"),
    "a higher ceiling of events": lambda d: d.update(max_events=99_999),
}  # fmt: skip


def test_the_small_world_is_lively(base):
    assert sum(len(played.events) for played in base) / RUNS > 20
    assert {event.origin for played in base for event in played.events} > {*SMALL["rules"]} - {"tire"} | {*SMALL["drivers"]}
    assert any(played.run["stood_down.answer"] for played in base)


@pytest.mark.parametrize("what", NO_DIFFERENCE)
def test_it_makes_no_difference_to_any_event(base, tmp_path, what):
    played = World.of_data(changed(NO_DIFFERENCE[what]), tmp_path).plays(RUNS)
    assert [one.lineage for one in played] == [one.lineage for one in base]


def test_the_name_and_folder_of_the_file_make_no_difference(base, tmp_path):
    folder = tmp_path / "another folder"
    folder.mkdir()
    world = World.of_data(SMALL, folder, name="une autre crise.yml")
    assert [played.digest for played in world.plays(RUNS)] == [played.digest for played in base]


def test_what_is_split_into_an_include_makes_no_difference(base, tmp_path):
    shared = {key: SMALL[key] for key in ("ladder", "actions", "places", "groups")}
    World.of_data({**shared, **{key: SMALL[key] for key in ("brinkline", "scenario", "start", "horizon", "actors", "relations", "variables", "parameters")}}, tmp_path, name="part.yaml")
    rest = {key: value for key, value in SMALL.items() if key not in shared}
    played = World.of_data({**rest, "include": ["part.yaml"]}, tmp_path).plays(RUNS)
    assert [one.lineage for one in played] == [one.lineage for one in base]


# --- what-ifs: exactly the descendants --------------------------------------------------------------------------------

CHAINS: Data = {
    **{key: SMALL[key] for key in ("brinkline", "scenario", "start", "horizon", "ladder", "actors", "relations", "places")},
    "groups": {"sides": ["red", "blue"], "rest": ["proxy", "town", "blue"]},
    "actions": {name: {"rung": 1} for name in ("seed", "one", "two", "three", "four", "other")} | {"hurt": {"rung": 5, "deaths": "poisson(2)"}},
    "rules": {
        "first": {"who": "sides", "when": {"action": "seed"}, "chance": 0.5, "do": "one", "to": "actor", "after": "exponential(1 d)"},
        "second": {"who": ["proxy", "town"], "when": {"action": "one"}, "chance": 0.6, "after": "exponential(1 d)",
                   "choose": [{"do": "two", "to": {"red": 1, "blue": 1}}, {"do": "three"}, {"do": "nothing"}]},
        "third": {"who": "judge", "when": {"action": ["two", "three"]}, "chance": 0.7, "do": "hurt", "to": "sides", "after": "lognormal(1 d, 4 d)"},
        "fourth": {"who": "rest", "when": {"action": "hurt"}, "chance": 0.4, "do": "four", "to": "actor", "after": "uniform(1 h, 2 d)"},
        "again": {"who": "red", "when": {"action": "four"}, "chance": 0.3, "do": "seed", "after": "exponential(3 d)"},
        "apart": {"who": "judge", "when": {"action": "other"}, "chance": 0.5, "do": "seed", "after": "exponential(1 d)"},
    },
    "drivers": {
        "source": {"who": "sides", "do": "seed", "to": "town", "rate": 0.3},
        "elsewhere": {"who": "town", "do": "other", "rate": 0.3},
    },
    "timeline": [{"id": "start", "at": "+1 d", "who": "red", "do": "seed", "to": "blue"}],
}  # fmt: skip


def descendants(played: Played, origin: str) -> set[int]:
    """The keys of the events that come from a rule, driver or item, directly or through others."""
    found: set[int] = set()
    for event in played.events:
        if event.origin == origin or (event.cause >= 0 and played.events[event.cause].key in found):
            found.add(event.key)
    return found


def without(played: Played, keys: set[int]) -> dict[int, Any]:
    return {key: told for key, told in played.lineage.items() if key not in keys}


@pytest.fixture(scope="module")
def chains(tmp_path_factory) -> list[Played]:
    """A world in which nothing depends on the state: what happens follows from ancestry alone."""
    played = World.of_data(CHAINS, tmp_path_factory.mktemp("chains")).plays(RUNS)
    assert {event.origin for one in played for event in one.events} == {*CHAINS["rules"], *CHAINS["drivers"], "start"}
    return played


def what_if(tmp_path, change: Callable[[Data], Any]) -> list[Played]:
    data = copy.deepcopy(CHAINS)
    change(data)
    return World.of_data(data, tmp_path).plays(RUNS)


@pytest.mark.parametrize("rule", ["first", "second", "third", "fourth", "again", "apart"])
def test_without_a_rule_its_events_and_their_descendants_are_missing_and_no_others(chains, tmp_path, rule):
    for before, after in zip(chains, what_if(tmp_path, lambda d: d["rules"].pop(rule)), strict=True):
        assert after.lineage == without(before, descendants(before, rule))


def test_without_a_driver_its_events_and_their_descendants_are_missing_and_no_others(chains, tmp_path):
    for before, after in zip(chains, what_if(tmp_path, lambda d: d["drivers"].pop("source")), strict=True):
        assert after.lineage == without(before, descendants(before, "source"))


@pytest.mark.parametrize("rule", ["first", "third", "again"])
def test_with_a_higher_chance_what_happened_happens_and_only_descendants_of_the_rule_come_on_top(chains, tmp_path, rule):
    more = 0
    for before, after in zip(chains, what_if(tmp_path, lambda d: d["rules"][rule].update(chance=0.9)), strict=True):
        assert before.lineage.items() <= after.lineage.items()
        assert set(after.lineage) - set(before.lineage) <= descendants(after, rule)
        more += len(after.events) - len(before.events)
    assert more > 0


def test_with_another_delay_only_the_descendants_of_the_rule_move_in_time(chains, tmp_path):
    for before, after in zip(chains, what_if(tmp_path, lambda d: d["rules"]["second"].update(after="exponential(2 d)")), strict=True):
        assert without(after, descendants(after, "second")) == without(before, descendants(before, "second"))


def test_an_inject_adds_its_event_and_its_descendants_and_moves_nothing_else(chains, tmp_path):
    (tmp_path / "inject.yaml").write_text("[{id: again-start, at: +2 d, who: blue, do: seed, to: red}]")
    world = World.of_data(CHAINS, tmp_path, Changes(injects=(str(tmp_path / "inject.yaml"),)))
    for before, after in zip(chains, world.plays(RUNS), strict=True):
        new = descendants(after, "again-start")
        assert new
        assert without(after, new) == before.lineage


def test_another_time_of_an_item_with_an_id_moves_its_descendants_by_as_much(chains, tmp_path):
    after = what_if(tmp_path, lambda d: d["timeline"][0].update(at="+2 d"))
    for one, other in zip(chains, after, strict=True):
        mine, theirs = descendants(one, "start"), descendants(other, "start")
        assert theirs <= mine  # what falls behind the horizon is missing
        assert all(other.lineage[key][0] - one.lineage[key][0] == pytest.approx(1) for key in theirs)
        assert without(one, mine) == without(other, theirs)


def test_another_weight_of_an_option_moves_only_choices_towards_or_away_from_it(chains, tmp_path):
    after = what_if(tmp_path, lambda d: d["rules"]["second"]["choose"][0].update(weight=3))
    for one, other in zip(chains, after, strict=True):
        for key in one.lineage.keys() & other.lineage.keys():
            if one.lineage[key] != other.lineage[key]:
                assert (one.lineage[key][2], other.lineage[key][2]) == ("three", "two")


def test_a_variant_that_switches_an_actor_off_takes_its_rules_and_drivers_away(chains, tmp_path):
    data = {**copy.deepcopy(CHAINS), "variants": {"no-judge": {"disable": ["actors.judge"]}}}
    for before, after in zip(chains, World.of_data(data, tmp_path, Changes(variants=("no-judge",))).plays(RUNS), strict=True):
        gone = descendants(before, "third") | descendants(before, "apart")
        assert after.lineage == without(before, gone)


# --- what-ifs through the state ---------------------------------------------------------------------------------------


def until_first(played: Played, origin: str) -> dict[int, Any]:
    """The events before the first one that comes from a rule, driver or item."""
    first = next((event.t for event in played.events if event.origin == origin), float("inf"))
    return {key: told for key, told in played.lineage.items() if told[0] < first}


@pytest.mark.parametrize("rule", ["back-ally", "complain", "mediate", "go-on"])
def test_until_a_rule_is_first_missed_nothing_differs(base, tmp_path, rule):
    differing = 0
    for before, after in zip(base, World.of_data(changed(lambda d: d["rules"].pop(rule)), tmp_path).plays(RUNS), strict=True):
        same = until_first(before, rule)
        assert same.items() <= after.lineage.items()
        differing += before.lineage != after.lineage
    assert differing > 0


def test_two_theatres_that_share_no_state_do_not_touch_each_other(base, tmp_path):
    """Two copies of the small world side by side: whatever happens in one, the other is as if alone."""

    def doubled(second: Data) -> Data:
        both = copy.deepcopy(SMALL)
        names = {name: f"{name}_2" for block in ("actors", "groups", "relations", "places", "variables", "actions") for name in SMALL[block]} | {"kinetic": "kinetic_2"}
        for block in ("actors", "groups", "relations", "places", "variables", "actions", "rules", "drivers", "timeline"):
            renamed = _renamed(second[block], names)
            if isinstance(renamed, list):
                both[block] = [*renamed, *both[block]]
            else:
                both[block] = {**{f"{name.removesuffix('_2')}_2": value for name, value in renamed.items()}, **both[block]}
        both["outcomes"] = {}
        return both

    second = changed(lambda d: (d["rules"]["answer"].update(chance=1), d["drivers"]["harassment"].update(rate="1 - truce"), d["timeline"].pop()))
    for before, after in zip(base[:20], World.of_data(doubled(second), tmp_path).plays(20), strict=True):
        mine = {key: told for key, told in after.lineage.items() if not told[1].endswith("_2")}
        assert mine == before.lineage
        assert len(after.lineage) > len(mine)


def _renamed(data: Any, names: dict[str, str]) -> Any:
    """Data in which whole words are replaced."""
    import re

    if isinstance(data, dict):
        return {_renamed(key, names): _renamed(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [_renamed(one, names) for one in data]
    return re.sub(r"[A-Za-z_]+", lambda match: names.get(match.group(), match.group()), data) if isinstance(data, str) else data


# --- the scenario that comes with the package ---------------------------------------------------------------------------

ERBIL_RUNS = 20


@pytest.fixture(scope="module")
def erbil_data() -> Data:
    data: Data = load("erbil-2024").root.plain()
    data.pop("include", None)
    data.pop("variants", None)
    return data


@pytest.fixture(scope="module")
def erbil(erbil_data, tmp_path_factory) -> list[Played]:
    return World.of_data(erbil_data, tmp_path_factory.mktemp("erbil")).plays(ERBIL_RUNS)


def onlooker(data: Data) -> None:
    data["actors"] = {"onlooker": {"name": "An onlooker"}, **data["actors"]}
    data["rules"]["onlooker-never"] = {"who": "onlooker", "when": {}, "chance": 0, "do": next(iter(data["actions"])), "after": "1 h"}


ERBIL_NO_DIFFERENCE: dict[str, Callable[[Data], Any]] = {
    "an actor that never does anything": onlooker,
    "rules and drivers the other way round": lambda d: (backwards(d, "rules"), backwards(d, "drivers")),
    "everything that nobody asks for": lambda d: (
        d["actions"].update(scold={"rung": 1}), d["parameters"].update(idle={"value": 1, "range": "uniform(0, 1)"}),
        d["variables"].update(unread={"scope": "dyad"}), d["outcomes"].update(idle={"if": "level > 99"}),
    ),
    "parameters, variables, actions and outcomes the other way round": lambda d: [backwards(d, block) for block in ("parameters", "variables", "actions", "outcomes")],
}  # fmt: skip


@pytest.mark.parametrize("what", ERBIL_NO_DIFFERENCE)
def test_it_makes_no_difference_to_erbil(erbil, erbil_data, tmp_path, what):
    data = copy.deepcopy(erbil_data)
    ERBIL_NO_DIFFERENCE[what](data)
    assert [played.lineage for played in World.of_data(data, tmp_path).plays(ERBIL_RUNS)] == [played.lineage for played in erbil]


def test_erbil_read_back_is_the_shipped_one(erbil):
    shipped = World(load("erbil-2024"))
    assert [shipped.play(run).digest for run in range(ERBIL_RUNS)] == [played.digest for played in erbil]


def test_until_a_rule_is_first_missed_nothing_differs_in_erbil(erbil, erbil_data, tmp_path):
    """Of each of the rules that respond most often."""
    counts: dict[str, int] = {}
    for played in erbil:
        for event in played.events:
            if event.origin in erbil_data["rules"]:
                counts[event.origin] = counts.get(event.origin, 0) + 1
    for rule in sorted(counts, key=counts.get)[-3:]:  # type: ignore[arg-type]
        data = copy.deepcopy(erbil_data)
        data["rules"].pop(rule)
        data["outcomes"] = {}
        for before, after in zip(erbil[:6], World.of_data(data, tmp_path).plays(6), strict=True):
            assert until_first(before, rule).items() <= after.lineage.items()
