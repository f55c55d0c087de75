"""Section 4: a change to a scenario moves what descends from it and those whose conditions it alters, and no others.

Whole logs are held against each other by key: what happened, when, to whom, from what cause (the cause's key).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.scenario import source
from sim.scenario.load import Changes, load
from tests.worlds import Played, World, data_of

Data = dict[str, Any]


def parsed(text: str) -> Data:
    """A piece of a scenario as plain data."""
    node, faults = source.parse(text, "piece")
    assert node is not None
    assert not faults
    data: Data = node.plain()
    return data


SMALL = data_of(Path(__file__).with_name("small.yaml"))
CHAINS = data_of(Path(__file__).with_name("chains.yaml"))
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


def adding(text: str, *, first: bool = False) -> Callable[[Data], None]:
    """A change that adds items to blocks, behind those that are there or before them."""

    def change(data: Data) -> None:
        for block, items in parsed(text).items():
            if isinstance(items, list):
                data[block] = [*items, *data[block]] if first else [*data[block], *items]
            else:
                data[block] = {**items, **data[block]} if first else {**data[block], **items}

    return change


def setting(path: str, value: Any) -> Callable[[Data], None]:
    """A change that sets one value by its path."""

    def change(data: Data) -> None:
        *way, last = path.split(".")
        for step in way:
            data = data[int(step)] if isinstance(data, list) else data[step]
        data[last] = value

    return change


def turning(*path: str | int) -> Callable[[Data], None]:
    """A change that turns the order of a mapping's keys or of a list round."""
    return lambda data: backwards(data, *path)


NEWCOMER = """
actors: {newcomer: {name: Nobody knows it}}
rules:
  never-by-chance: {who: newcomer, when: {}, chance: 0, do: strike, to: red}
  never-by-if: {who: newcomer, when: {}, if: count() < 0, do: strike, to: red}
  never-by-weight: {who: newcomer, when: {}, choose: [{do: strike, weight: 0}]}
  stands-down: {who: newcomer, when: {}, do: strike, after: exponential(1 d), unless: 1}
drivers: {idle: {who: newcomer, do: strike, rate: 0}}
"""
UNREAD = "variables: {idle: {scope: dyad, half_life: 1 d, initial: 3, baseline: 1}}"
MORE = "outcomes: {more: {quiet: 2 d, when: {actor: red}}, asked: {at: +7.3 d, if: level > 2}}"

NO_DIFFERENCE: dict[str, Callable[[Data], Any]] = {
    "an actor that never does anything": adding(NEWCOMER, first=True),
    "actors the other way round": turning("actors"),
    "rules the other way round": turning("rules"),
    "drivers the other way round": turning("drivers"),
    "outcomes the other way round": turning("outcomes"),
    "actions the other way round": turning("actions"),
    "variables the other way round": turning("variables"),
    "parameters the other way round": turning("parameters"),
    "places the other way round": turning("places"),
    "the members of a group the other way round": turning("groups", "sides"),
    "the timeline the other way round": turning("timeline"),
    "the options of a choice the other way round": turning("rules", "answer", "choose"),
    "the weights of a place the other way round": turning("drivers", "harassment", "place"),
    "the weights of a target the other way round": turning("drivers", "harassment", "to"),
    "the weights of an option's target the other way round": turning("rules", "answer", "choose", 1, "to"),
    "the weights of an option's place the other way round": turning("rules", "answer", "choose", 0, "place"),
    "the weights of a timeline item's target the other way round": turning("timeline", 1, "to"),
    "the weights of an attribution the other way round": turning("actions", "raid", "attribution"),
    "an action that nobody takes": adding("actions: {scold: {rung: 1, tags: [kinetic], effects: [truce = 1]}}"),
    "a parameter that nobody reads": adding('parameters: {idle: {value: 1, range: "normal(0, 1)"}}'),
    "a variable that nobody reads": adding(UNREAD, first=True),
    "an outcome more": adding(MORE),
    "an outcome less": lambda data: data["outcomes"].pop("calm"),
    "a driver that is switched off": adding("drivers: {off: {who: red, do: strike, rate: 5, limit: 0}}"),
    "a rule that nothing can match": adding("rules: {no: {who: red, when: {actor: self, target: self}, do: strike}}"),
    "an item behind the horizon": adding("timeline: [{at: +30 d, who: red, do: strike}]", first=True),
    "an item that does not happen": adding("timeline: [{at: +1 d, who: red, do: strike, chance: 0}]", first=True),
    "an option without weight": lambda data: data["rules"]["answer"]["choose"].insert(0, {"do": "pause", "weight": 0}),
    "an alternative target without weight": setting("drivers.harassment.to.judge", 0),
    "an entry of an attribution that fits nobody": setting("actions.raid.attribution.patron of judge", 50),
    "the same number in other words": setting("rules.complain.chance", "0.5 + 0.1"),
    "a higher ceiling of events": setting("max_events", 99_999),
}


def test_the_small_world_is_lively(base):
    assert sum(len(played.events) for played in base) / RUNS > 20
    assert {event.origin for played in base for event in played.events} > {*SMALL["rules"]} - {"tire"} | {
        *SMALL["drivers"]
    }
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
    World.of_data(
        {
            **shared,
            **{
                key: SMALL[key]
                for key in (
                    "brinkline",
                    "scenario",
                    "start",
                    "horizon",
                    "actors",
                    "relations",
                    "variables",
                    "parameters",
                )
            },
        },
        tmp_path,
        name="part.yaml",
    )
    rest = {key: value for key, value in SMALL.items() if key not in shared}
    played = World.of_data({**rest, "include": ["part.yaml"]}, tmp_path).plays(RUNS)
    assert [one.lineage for one in played] == [one.lineage for one in base]


# --- items of the timeline ------------------------------------------------------------------------------------------

CHANCY = "{who: red, do: strike, to: {town: 1, blue: 2}, place: {harbour: 1, hills: 2}, chance: 0.5, at: '%s'}"


def played_with(tmp_path: Path, *items: str) -> list[dict[int, Any]]:
    """The runs of the small world with these items on its timeline and nothing else."""
    data = {**copy.deepcopy(SMALL), **parsed(f"timeline: [{', '.join(items)}]"), "rules": {}, "drivers": {}}
    return [played.lineage for played in World.of_data(data, tmp_path).plays(RUNS)]


@pytest.mark.parametrize("at", ["+72 h", "2024-01-04T00:00", "2024-01-04T03:00+03:00", "2024-01-03T19:00-05:00"])
def test_the_same_instant_in_other_words_is_the_same_item(tmp_path, at):
    one, other = (played_with(tmp_path, CHANCY % when) for when in ("2024-01-04", at))
    assert [set(lineage) for lineage in other] == [set(lineage) for lineage in one]
    assert any(one)
    assert not all(one)


def test_equal_items_have_draws_of_their_own_and_one_more_leaves_them_alone(tmp_path):
    two, three = (played_with(tmp_path, *[CHANCY % "2024-01-04"] * number) for number in (2, 3))
    assert {len(lineage) for lineage in two} == {0, 1, 2}
    assert all(few.items() <= many.items() for few, many in zip(two, three, strict=True))


def test_an_item_with_an_id_keeps_its_draws_wherever_and_whenever_it_stands(tmp_path):
    named = CHANCY.replace("{who", "{id: blow, who")
    one = played_with(tmp_path, named % "2024-01-04")
    other = played_with(tmp_path, CHANCY % "2024-01-04", named % "2024-01-09")
    assert all(set(few) <= set(many) for few, many in zip(one, other, strict=True))


# --- what-ifs: exactly the descendants ----------------------------------------------------------------------------


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
def test_with_a_higher_chance_what_happened_happens_and_only_descendants_of_the_rule_come_on_top(
    chains, tmp_path, rule
):
    more = 0
    for before, after in zip(chains, what_if(tmp_path, setting(f"rules.{rule}.chance", 0.9)), strict=True):
        assert before.lineage.items() <= after.lineage.items()
        assert set(after.lineage) - set(before.lineage) <= descendants(after, rule)
        more += len(after.events) - len(before.events)
    assert more > 0


def test_with_another_delay_only_the_descendants_of_the_rule_move_in_time(chains, tmp_path):
    for before, after in zip(chains, what_if(tmp_path, setting("rules.second.after", "exponential(2 d)")), strict=True):
        assert without(after, descendants(after, "second")) == without(before, descendants(before, "second"))


def test_an_inject_adds_its_event_and_its_descendants_and_moves_nothing_else(chains, tmp_path):
    (tmp_path / "inject.yaml").write_text("[{id: again-start, at: +2 d, who: blue, do: seed, to: red}]")
    world = World.of_data(CHAINS, tmp_path, Changes(injects=(str(tmp_path / "inject.yaml"),)))
    for before, after in zip(chains, world.plays(RUNS), strict=True):
        new = descendants(after, "again-start")
        assert new
        assert without(after, new) == before.lineage


def test_another_time_of_an_item_with_an_id_moves_its_descendants_by_as_much(chains, tmp_path):
    after = what_if(tmp_path, setting("timeline.0.at", "+2 d"))
    for one, other in zip(chains, after, strict=True):
        mine, theirs = descendants(one, "start"), descendants(other, "start")
        assert theirs <= mine  # what falls behind the horizon is missing
        assert all(other.lineage[key][0] - one.lineage[key][0] == pytest.approx(1) for key in theirs)
        assert without(one, mine) == without(other, theirs)


def test_another_weight_of_an_option_moves_only_choices_towards_or_away_from_it(chains, tmp_path):
    after = what_if(tmp_path, setting("rules.second.choose.0.weight", 3))
    for one, other in zip(chains, after, strict=True):
        for key in one.lineage.keys() & other.lineage.keys():
            if one.lineage[key] != other.lineage[key]:
                assert (one.lineage[key][2], other.lineage[key][2]) == ("three", "two")


def test_another_option_takes_choices_and_moves_none_among_the_others(chains, tmp_path):
    taken = 0
    option = {"do": "other", "to": "judge"}
    after = what_if(tmp_path, lambda data: data["rules"]["second"]["choose"].insert(0, option))
    for one, other in zip(chains, after, strict=True):
        for key in one.lineage.keys() & other.lineage.keys():
            if one.lineage[key] != other.lineage[key]:
                assert other.lineage[key][2] == "other"
                taken += 1
    assert taken > 0


def test_another_member_of_a_rule_adds_its_responses_and_their_descendants(chains, tmp_path):
    after = what_if(tmp_path, setting("rules.second.who", ["judge", "proxy", "town"]))
    for one, other in zip(chains, after, strict=True):
        assert one.lineage.items() <= other.lineage.items()
        assert set(other.lineage) - set(one.lineage) <= descendants(other, "second")


def test_another_target_by_weight_moves_only_the_draws_that_it_wins(tmp_path):
    two = what_if(tmp_path, setting("drivers.source.to", {"town": 2, "proxy": 1}))
    three = what_if(tmp_path, setting("drivers.source.to", {"judge": 1, "town": 2, "proxy": 1}))
    pairs = {
        (event.target, other.lineage[event.key][3])
        for one, other in zip(two, three, strict=True)
        for event in one.events
        if event.origin == "source"
    }
    assert pairs == {("town", "town"), ("proxy", "proxy"), ("town", "judge"), ("proxy", "judge")}


def test_a_variant_that_switches_an_actor_off_takes_its_rules_and_drivers_away(chains, tmp_path):
    data = {**copy.deepcopy(CHAINS), "variants": {"no-judge": {"disable": ["actors.judge"]}}}
    for before, after in zip(
        chains, World.of_data(data, tmp_path, Changes(variants=("no-judge",))).plays(RUNS), strict=True
    ):
        gone = descendants(before, "third") | descendants(before, "apart")
        assert after.lineage == without(before, gone)


# --- what-ifs through the state -----------------------------------------------------------------------------------


def until_first(played: Played, origin: str) -> dict[int, Any]:
    """The events before the first one that comes from a rule, driver or item."""
    first = next((event.t for event in played.events if event.origin == origin), float("inf"))
    return {key: told for key, told in played.lineage.items() if told[0] < first}


@pytest.mark.parametrize("rule", ["back-ally", "complain", "mediate", "go-on"])
def test_until_a_rule_is_first_missed_nothing_differs(base, tmp_path, rule):
    differing = 0
    for before, after in zip(
        base, World.of_data(changed(lambda d: d["rules"].pop(rule)), tmp_path).plays(RUNS), strict=True
    ):
        same = until_first(before, rule)
        assert same.items() <= after.lineage.items()
        differing += before.lineage != after.lineage
    assert differing > 0


def test_two_theatres_that_share_no_state_do_not_touch_each_other(base, tmp_path):
    """Two copies of the small world side by side: whatever happens in one, the other is as if alone."""

    def doubled(second: Data) -> Data:
        both = copy.deepcopy(SMALL)
        names = {
            name: f"{name}_2"
            for block in ("actors", "groups", "relations", "places", "variables", "actions")
            for name in SMALL[block]
        } | {"kinetic": "kinetic_2"}
        for block in (
            "actors",
            "groups",
            "relations",
            "places",
            "variables",
            "actions",
            "rules",
            "drivers",
            "timeline",
        ):
            renamed = _renamed(second[block], names)
            if isinstance(renamed, list):
                both[block] = [*renamed, *both[block]]
            else:
                both[block] = {
                    **{f"{name.removesuffix('_2')}_2": value for name, value in renamed.items()},
                    **both[block],
                }
        both["outcomes"] = {}
        return both

    second = changed(
        lambda d: (
            d["rules"]["answer"].update(chance=1),
            d["drivers"]["harassment"].update(rate="1 - truce"),
            d["timeline"].pop(),
        )
    )
    for before, after in zip(base[:20], World.of_data(doubled(second), tmp_path).plays(20), strict=True):
        mine = {key: told for key, told in after.lineage.items() if not told[1].endswith("_2")}
        assert mine == before.lineage
        assert len(after.lineage) > len(mine)


def _renamed(data: Any, names: dict[str, str]) -> Any:
    """Data in which whole words are replaced."""
    if isinstance(data, dict):
        return {_renamed(key, names): _renamed(value, names) for key, value in data.items()}
    if isinstance(data, list):
        return [_renamed(one, names) for one in data]
    return (
        re.sub(r"[A-Za-z_]+", lambda match: names.get(match.group(), match.group()), data)
        if isinstance(data, str)
        else data
    )


# --- the scenario that comes with the package ---------------------------------------------------------------------

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


ONLOOKER = """
actors: {onlooker: {name: An onlooker}}
rules: {onlooker-never: {who: onlooker, when: {}, chance: 0, do: condemn, after: 1 h}}
"""
UNASKED = """
actions: {scold: {rung: 1}}
parameters: {idle: {value: 1, range: "uniform(0, 1)"}}
variables: {unread: {scope: dyad}}
outcomes: {never: {if: level > 99}}
"""


def all_backwards(*blocks: str) -> Callable[[Data], None]:
    def change(data: Data) -> None:
        for block in blocks:
            backwards(data, block)

    return change


ERBIL_NO_DIFFERENCE: dict[str, Callable[[Data], Any]] = {
    "an actor that never does anything": adding(ONLOOKER, first=True),
    "everything that nobody asks for": adding(UNASKED),
    "rules and drivers the other way round": all_backwards("rules", "drivers"),
    "what is defined the other way round": all_backwards("parameters", "variables", "actions", "outcomes"),
}


@pytest.mark.parametrize("what", ERBIL_NO_DIFFERENCE)
def test_it_makes_no_difference_to_erbil(erbil, erbil_data, tmp_path, what):
    data = copy.deepcopy(erbil_data)
    ERBIL_NO_DIFFERENCE[what](data)
    assert [played.lineage for played in World.of_data(data, tmp_path).plays(ERBIL_RUNS)] == [
        played.lineage for played in erbil
    ]


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
