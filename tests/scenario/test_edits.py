"""Variants, settings and injects: what they reach, in which order, and what they refuse."""

from __future__ import annotations

import pytest

PARAMETER = "parameters: {p: {value: 0.5, range: 'uniform(0, 1)', bounds: [0, 0.9], note: n}}\n"
RULE = "rules: {answer: {who: [north, south], when: {action: shoot}, do: speak, chance: p}}\n"
WORLD = PARAMETER + RULE


def codes(found):
    return [(fault.code, fault.path) for fault in found if fault.severity == "error"]


def test_a_bare_name_is_a_parameter_and_pins_it(loaded):
    found = loaded(WORLD, set={"p": "0.2"}).description.parameters["p"]
    assert (found.value, found.range, found.bounds, found.note) == (0.2, None, None, "n")


def test_the_path_of_a_parameter_pins_it_too(loaded):
    assert loaded(WORLD, set={"parameters.p": "0.2"}).description.parameters["p"].range is None


def test_a_whole_parameter_may_be_set(loaded):
    found = loaded(WORLD, set={"p": "{value: 0.1, range: 'uniform(0, 0.2)'}"}).description.parameters["p"]
    assert (found.value, found.range.kind, found.note) == (0.1, "uniform", None)


def test_value_and_range_are_set_alone(loaded):
    found = loaded(
        WORLD, set={"parameters.p.value": "0.3", "parameters.p.range": "uniform(0, 0.4)"}
    ).description.parameters["p"]
    assert (found.value, found.range.arguments[1].value, found.bounds) == (0.3, 0.4, (0, 0.9))


def test_a_parameter_beats_a_key_of_the_top_with_its_name(loaded):
    found = loaded("parameters: {horizon: {value: 1}}\noutcomes: {o: {if: horizon > 2}}\n", set={"horizon": "3"})
    assert found.description.parameters["horizon"].value == 3
    assert found.description.horizon == 10 * 86_400_000


@pytest.mark.parametrize(
    ("name", "text", "of"),
    [
        ("horizon", "3 d", lambda s: s.horizon == 3 * 86_400_000),
        ("max_events", "7", lambda s: s.max_events == 7),
        ("title", "A title", lambda s: s.title == "A title"),
        ("start", "2023-01-01", lambda s: s.start == "2023-01-01"),
        ("level.window", "2 d", lambda s: s.level.window == 2 * 86_400_000),
        ("rules.answer.limit", "3", lambda s: s.rules["answer"].limit.value == 3),
        (
            "rules.answer.when.action",
            "[shoot, speak]",
            lambda s: s.rules["answer"].when.action.ids == ("shoot", "speak"),
        ),
        ("rules.answer.who[0]", "south", lambda s: s.rules["answer"].who == ("south", "south")),
        ("rules.answer.to", "{north: 1, nobody: p}", lambda s: set(s.rules["answer"].to) == {"north", "nobody"}),
        ("rules.answer.after", "lognormal(8 h, 24 h)", lambda s: s.rules["answer"].after.kind == "lognormal"),
        ("timeline.first.deaths", "4", lambda s: s.timeline[0].deaths.arguments[0].value == 4),
        ("timeline[1].deaths", "4", lambda s: s.timeline[1].deaths.arguments[0].value == 4),
        ("timeline.1.deaths", "4", lambda s: s.timeline[1].deaths.arguments[0].value == 4),
        ("ladder.5.name", "flames", lambda s: s.ladder[2].name == "flames"),
        ("actors.north.kind", "state", lambda s: s.actors["north"].kind == "state"),
        ("actions.shoot.attribution.actor", "0.5", lambda s: s.actions["shoot"].attribution["actor"].value == 0.5),
    ],
)
def test_any_value_is_reached_by_its_path(loaded, name, text, of):
    assert of(loaded(WORLD, set={name: text}).description)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("pp", "p"), ("rules.anser.limit", "answer"), ("rules", ""), ("rules.new", ""), ("actors.east", ""),
        ("nothing.at.all", ""), ("timeline.second.deaths", ""), ("timeline.7.deaths", ""),
        ("rules.answer.chance.low", ""), ("rules..limit", ""), ("", ""), (".", ""), ("[0]", ""),
        ("rules.answer.who[5]", ""), ("include", ""), ("timeline[99999999999999999999].at", ""),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_refused(faults, name, near):
    found = [fault for fault in faults(WORLD, set={name: "0.5"}) if fault.severity == "error"]
    assert [(fault.code, fault.path, str(fault.spot)) for fault in found] == [("bad-path", name, f"--set {name}:1:1")]
    assert found[0].nearest == near or not near


def test_an_unknown_key_at_the_end_of_a_path_is_a_fault_of_shape(faults):
    (found,) = faults(WORLD, set={"rules.answer.limti": "3"})
    assert (found.code, found.nearest) == ("unknown-key", "limit")


def test_settings_come_in_their_order(loaded):
    assert loaded(WORLD, set={"p": "0.1", "parameters.p.value": "0.2"}).description.parameters["p"].value == 0.2


VARIANTS = (
    WORLD
    + """variants:
  a:
    add: {rules: {answer: {limit: 1}, second: {who: north, when: {actor: self}, do: speak}}}
    set: {rules.answer.limit: 2, rules.second.limit: 5}
    disable: [rules.second]
  b: {set: {rules.answer.limit: 3, p: 0.9}}
  c: {disable: [actors.north]}
  d: {disable: [actors.north, actors.south]}
"""
)


def test_a_variant_adds_then_sets_then_disables(loaded):
    rules = loaded(VARIANTS, variants=("a",)).description.rules
    assert (rules["answer"].limit.value, rules["second"].limit.value) == (2, 0)


def test_variants_come_in_the_order_given_then_settings(loaded):
    def limit(*variants, **changes):
        return loaded(VARIANTS, variants=variants, **changes).description.rules["answer"].limit.value

    assert limit("a", "b") == 3
    assert limit("b", "a") == 2
    assert limit("a", "b", set={"rules.answer.limit": "4"}) == 4


def test_a_disabled_actor_leaves_its_rules_to_the_others(loaded):
    assert loaded(VARIANTS, variants=("c",)).description.rules["answer"].who == ("south",)


def test_a_rule_without_anybody_left_is_off(loaded):
    assert loaded(VARIANTS, variants=("d",)).description.rules["answer"].limit.value == 0


def test_a_disabled_actor_is_taken_out_of_groups_in_rules_but_stays_a_member(loaded):
    more = "groups: {all: [north, south]}\ndrivers: {d: {who: all, do: speak, rate: 1}}\n"
    found = loaded(WORLD + more + "variants: {v: {disable: actors.north}}\n", variants=("v",))
    assert found.description.drivers["d"].who == ("south",)
    assert found.description.groups["all"] == ("north", "south")


def test_an_applied_variant_does_not_touch_the_scenario_it_came_from(loaded):
    before = loaded(VARIANTS)
    assert loaded(VARIANTS, variants=("a",)).hash != before.hash
    assert loaded(VARIANTS).hash == before.hash


def test_broken_variants_are_found_without_being_asked_for(faults):
    assert codes(faults(WORLD + "variants: {v: {set: {rules.anser.limit: 1}, disable: [rules.x]}}\n")) == [
        ("bad-path", "rules.anser.limit"),
        ("bad-path", "rules.x"),
    ]


def test_an_inject_stands_behind_everything(loaded, written):
    file = written("- {id: extra, at: -1 d, who: north, do: shoot}\n", "inject.yaml")
    found = loaded(VARIANTS, injects=(file,))
    assert [item.id for item in found.description.timeline] == ["first", None, "extra"]


def test_an_inject_may_not_have_an_id_that_is_there(faults, written):
    file = written("- {id: first, at: +1 d, who: north, do: shoot}\n", "inject.yaml")
    (found,) = faults(VARIANTS, injects=(file,))
    assert (found.code, found.spot.file, found.spot.line, found.spot.column) == ("duplicate-id", file, 1, 8)


def test_the_faults_of_an_inject_stand_in_its_file(faults, written):
    file = written("- {at: +1 d, who: nroth, do: shoot}\n", "inject.yaml")
    (found,) = faults(VARIANTS, injects=(file,))
    assert (found.code, found.spot.file, found.nearest) == ("unknown-name", file, "north")


def test_fixed_takes_every_range_away(loaded):
    found = loaded(WORLD, fixed=True).description.parameters["p"]
    assert (found.value, found.range, found.bounds) == (0.5, None, None)


def test_the_horizon_replaces_the_scenarios(loaded):
    assert loaded(WORLD, horizon="3 d").description.horizon == 3 * 86_400_000
