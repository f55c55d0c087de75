"""Section 3 and 4: how a rule responds: chance, delay, target, place, choice, standing down, cooldown and limit."""

from __future__ import annotations

import pytest

HIT = "\ntimeline: [{at: +1 d, who: a, do: hit, to: b, place: home}]\n"
HITS = "\ntimeline: [" + ", ".join(f"{{at: +{day} d, who: a, do: hit, to: b}}" for day in (1, 2, 3)) + "]\n"


def rule(keys, who="b"):
    return f"rules: {{answer: {{who: {who}, when: {{action: hit}}, {keys}}}}}"


def answers(played):
    """The responses, as text."""
    return [str(event) for event in played.events if event.origin == "answer"]


def test_a_rule_with_chance_one_always_responds(play):
    assert answers(play(rule("do: speak, chance: 1") + HIT)) == ["1 b speak"]


def test_a_rule_with_chance_zero_never_responds(world):
    assert not any(answers(played) for played in world(rule("do: speak, chance: 0") + HIT).plays(50))


def test_a_rule_responds_at_once_unless_it_has_a_delay(play):
    assert answers(play(rule("do: speak") + HIT)) == ["1 b speak"]


@pytest.mark.parametrize(
    ("after", "day"), [("36 h", 2.5), ("fixed(1 d)", 2), ("1 + 0.5", 2.5), ("rung", 6), ("uniform(12 h, 12 h)", 1.5)]
)
def test_a_response_comes_after_its_delay(play, after, day):
    assert answers(play(rule(f"do: speak, after: '{after}'") + HIT)) == [f"{day:g} b speak"]


def test_a_delays_expression_is_read_at_commitment(play):
    played = play(
        "variables: {x: {scope: world, initial: 3}}\nactions: {nod: {effects: [x = 0]}}\n"
        + rule("do: speak, after: x")
        + """
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: nod}]"""
    )
    assert answers(played) == ["4 b speak"]


@pytest.mark.parametrize(
    ("condition", "held"),
    [
        ("self == b", True),
        ("actor == a", True),
        ("target == b", True),
        ("target == self", True),
        ("actor == nobody", False),
        ("actor != target", True),
        ("rung == 5", True),
        ("deaths == 2", True),
        ("injured", True),
        ("injured - 3", False),
        ("t == 1", True),
        ("level == 5", True),
        ("deaths > 1 and not injured > 3", True),
        ("0 or 0", False),
        ("2 and 3", True),
        ("(1 if deaths else 0) == 1", True),
        ("0 < deaths < 3", True),
        ("-2 ** 2 == -4", True),
        ("clamp(deaths, 0, 1) == 1", True),
        ("2 ** 3 ** 0 == 2", True),
        ("min(deaths, injured, 1) == 1 and max(deaths, injured) == 3", True),
    ],
)
def test_a_condition_speaks_of_the_event_answered(play, condition, held):
    text = f"rules: {{answer: {{who: b, when: {{action: hit}}, if: '{condition}', do: speak}}}}\n"
    played = play(text + "timeline: [{at: +1 d, who: a, do: hit, to: b, deaths: 2, injured: 3}]")
    assert bool(answers(played)) == held


@pytest.mark.parametrize(
    ("to", "target"),
    [
        ("c", "c"),
        ("actor", "a"),
        ("target", "d"),
        ("nobody", None),
        ("{c: 1}", "c"),
        ("{c: 0, d: 1}", "d"),
        ("{c: 0, d: 0}", None),
        ("{b: 1}", None),
        ("{b: 1000, c: 1}", "c"),
        ("pair", "c"),
        ("{pair: 1, d: 0}", "c"),
        ("friend of actor", "d"),
        ("friend by self", "c"),
        ("friend of d", None),
        ("{friend of target: 5, c: 1}", "c"),
        ("{actor: rung, c: 0}", "a"),
        ("{self: 1}", None),
        ("{self: 9, target: 1}", "d"),
        ("{nobody: 1}", None),
    ],
)
def test_the_target_of_a_response(play, to, target):
    played = play(f"""
groups: {{pair: [b, c]}}
relations: {{friend: {{d: [a], b: [c]}}}}
{rule(f"do: speak, to: {to}")}
timeline: [{{at: +1 d, who: a, do: hit, to: d}}]
""")
    assert played.events[1].target == target


def test_a_target_that_is_not_given_is_none(play):
    assert play(rule("do: speak") + HIT).events[1].target is None


def test_the_target_is_whom_the_responder_blames(play):
    played = play("actions: {hit: {attribution: {nobody: 1}}}\n" + rule("do: speak, to: actor") + HIT)
    assert played.events[1].target is None


def test_the_target_by_weight_is_drawn_at_commitment(play):
    played = play(
        "variables: {x: {scope: world}}\nactions: {nod: {effects: [x = 1]}}\n"
        + rule("do: speak, to: {c: 1 - x, d: x}, after: 2 d")
        + """
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: nod}]"""
    )
    assert played.events[-1].target == "c"


def test_a_group_as_target_is_one_of_its_members_and_never_the_doer(world):
    found = {played.events[1].target for played in world(rule("do: speak, to: everybody") + HIT).plays(60)}
    assert found == {"a", "c", "d"}


def test_weights_of_an_actor_named_twice_add_up(world):
    found = {played.events[1].target for played in world(rule("do: speak, to: {couple: 1, a: 1}") + HIT).plays(20)}
    assert found == {"a"}


@pytest.mark.parametrize(
    ("place", "where"),
    [("border", "border"), ("{border: 1}", "border"), ("{border: 0, desert: 2}", "desert"), ("{border: 0}", None)],
)
def test_the_place_of_a_response(play, place, where):
    assert play(rule(f"do: speak, place: {place}") + HIT).events[1].place == where


def test_a_place_that_is_not_given_is_none(play):
    assert play(rule("do: speak") + HIT).events[1].place is None


def test_places_by_weight_are_all_taken(world):
    found = {
        played.events[1].place
        for played in world(rule("do: speak, place: {home: 1, desert: 1, border: 0}") + HIT).plays(40)
    }
    assert found == {"home", "desert"}


def test_casualties_of_a_response_are_the_actions(play):
    played = play("actions: {speak: {deaths: 4, injured: deaths + 1}}\n" + rule("do: speak") + HIT)
    assert (played.events[1].deaths, played.events[1].injured) == (4, 5)


def test_a_responses_own_casualties_replace_the_actions_and_speak_of_the_event_answered(play):
    played = play(
        "actions: {speak: {deaths: 4, injured: 9}}\n"
        + rule("do: speak, deaths: 10 * deaths + rung")
        + """
timeline: [{at: +1 d, who: a, do: hit, deaths: 2}]"""
    )
    assert (played.events[1].deaths, played.events[1].injured) == (25, 9)


def test_an_actions_casualties_speak_of_the_deed_itself(play):
    played = play(
        "variables: {x: {scope: dyad, own: {b: {c: 7}}}}\nactions: {speak: {deaths: 'x[actor, target] + 10 * rung'}}\n"
        + rule("do: speak, to: c")
        + HIT
    )
    assert played.events[1].deaths == 17


@pytest.mark.parametrize(("number", "rounded"), [(2.4, 2), (2.6, 3), (0.4, 0), (-3, 0)])
def test_casualties_are_rounded_and_never_below_zero(play, number, rounded):
    played = play(f"timeline: [{{at: +1 d, who: a, do: hit, deaths: {number}, injured: {number}}}]")
    assert (played.events[0].deaths, played.events[0].injured) == (rounded, rounded)


def test_a_choice_takes_an_option_with_all_the_weight(play):
    played = play(rule("choose: [{do: speak, weight: 0}, {do: warn, weight: 3}, {do: nod, weight: 0}]") + HIT)
    assert played.events[1].action == "warn"


def test_options_weigh_one_unless_given(world):
    found = {played.events[1].action for played in world(rule("choose: [{do: speak}, {do: warn}]") + HIT).plays(40)}
    assert found == {"speak", "warn"}


def test_with_all_weights_zero_there_is_no_response_and_no_commitment(play):
    played = play(
        "variables: {x: {scope: world}}\nactions: {nod: {effects: [x = 1]}}\n"
        + rule("choose: [{do: speak, weight: x}], limit: 1")
        + """
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: c, do: nod}, {at: +3 d, who: a, do: hit},
  {at: +4 d, who: a, do: hit}]"""
    )
    assert answers(played) == ["3 b speak"]


def test_an_option_takes_from_its_rule_what_it_leaves_out(play):
    played = play("variables: {x: {scope: world}}\n" + rule(
        "do: speak, to: c, place: border, deaths: 2, injured: 3, after: 1 d, effects: [x += 1], choose: [{weight: 1}]"
    ) + HIT)  # fmt: skip
    event = played.events[1]
    assert (str(event), event.deaths, event.injured, played.at_end("x")) == ("2 b speak c at border", 2, 3, 1)


def test_an_option_overrides_its_rule(play):
    played = play("variables: {x: {scope: world}}\n" + rule(
        "do: speak, to: c, place: border, deaths: 2, injured: 3, after: 1 d, effects: [x += 1], "
        "choose: [{do: warn, to: d, place: home, deaths: 4, injured: 5, after: 2 d, effects: [x += 10]}]"
    ) + HIT)  # fmt: skip
    event = played.events[1]
    assert (str(event), event.deaths, event.injured, played.at_end("x")) == ("3 b warn d at home", 4, 5, 10)


def test_an_option_nothing_does_not_take_the_rules_effects(play):
    played = play("variables: {x: {scope: world}}\n" + rule("effects: [x += 1], choose: [{do: nothing}]") + HIT)
    assert (len(played.events), played.at_end("x")) == (1, 0)


def test_an_option_nothing_has_effects_of_its_own(play):
    played = play(
        "variables: {x: {scope: world}}\n"
        + rule("effects: [x += 1], after: 1 d, choose: [{do: nothing, effects: [x += 10]}]")
        + HIT
    )
    assert (len(played.events), played.on_day(1, "x"), played.on_day(2, "x")) == (1, 0, 10)


def test_an_option_may_leave_its_unless_to_the_rule(play):
    played = play(rule("after: 1 d, unless: 1, choose: [{do: speak}]") + HIT)
    assert (len(played.events), played.run["stood_down.answer"]) == (1, 1)


def test_nothing_with_effects_changes_a_mind_when_its_delay_is_over_and_leaves_no_event(play):
    played = play(
        "variables: {x: {scope: world}}\n" + rule("do: nothing, after: 2 d, effects: [x += 1 + waited]") + HIT
    )
    assert (len(played.events), [played.on_day(day, "x") for day in (1, 2, 3)]) == (1, [0, 0, 3])


def test_when_a_mind_has_changed_outcomes_with_an_if_are_tested(play):
    played = play(
        "variables: {x: {scope: world}}\noutcomes: {changed: {if: x == 1}}\n"
        + rule("do: nothing, after: 2 d, effects: [x = 1]")
        + HIT
    )
    assert played.outcome("changed") == 3.0


def test_a_changed_mind_can_end_the_run(play):
    played = play(
        "variables: {x: {scope: world}}\noutcomes: {changed: {if: x == 1, ends: true}}\n"
        + rule("do: nothing, after: 2 d, effects: [x = 1]")
        + """
timeline: [{at: +1 d, who: a, do: hit}, {at: +4 d, who: a, do: nod}]"""
    )
    assert (played.log, played.run["ended"]) == (["1 a hit"], "changed")


def test_a_changed_mind_makes_no_outcome_with_when_true(play):
    played = play(
        "variables: {x: {scope: world}}\noutcomes: {changed: {when: {action: hit}, if: x == 1}}\n"
        + rule("do: nothing, after: 2 d, effects: [x = 1]")
        + HIT
    )
    assert played.outcome("changed") is None


def test_a_mind_stands_down_like_a_deed(play):
    played = play(
        "variables: {x: {scope: world}}\n" + rule("do: nothing, after: 2 d, effects: [x = 1], unless: t >= 3") + HIT
    )
    assert (played.at_end("x"), played.run["stood_down.answer"]) == (0, 1)


def test_nothing_with_effects_is_a_commitment(play):
    played = play("variables: {x: {scope: world}}\n" + rule("do: nothing, effects: [x += 1], limit: 2") + HITS)
    assert played.at_end("x") == 2


def test_nothing_without_effects_is_no_commitment(play):
    played = play(rule("limit: 1, choose: [{do: nothing, weight: t < 2}, {do: speak, weight: t >= 2}]") + HITS)
    assert answers(played) == ["2 b speak"]


def test_nothing_without_effects_starts_no_cooldown(play):
    played = play(rule("cooldown: 5 d, choose: [{do: nothing, weight: t < 2}, {do: speak, weight: t >= 2}]") + HITS)
    assert answers(played) == ["2 b speak"]


def test_unless_is_looked_at_when_the_delay_is_over_not_before(play):
    played = play(
        "variables: {x: {scope: world, initial: 1}}\nactions: {nod: {effects: [x = 0]}}\n"
        + rule("do: speak, after: 2 d, unless: x")
        + """
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: nod}]"""
    )
    assert (answers(played), played.run["stood_down.answer"]) == (["3 b speak"], 0)


def test_a_response_that_stands_down_leaves_no_event_and_is_counted(play):
    played = play(
        "variables: {x: {scope: world}}\n" + rule("do: speak, after: 1 d, unless: t > 2.5, effects: [x += 1]") + HITS
    )
    assert (answers(played), played.run["stood_down.answer"], played.at_end("x")) == (["2 b speak"], 2, 1)


def test_a_rule_that_never_stands_down_is_counted_as_zero(play):
    assert play(rule("do: speak") + HIT).run["stood_down.answer"] == 0


def test_standing_down_is_counted_over_all_actors_of_a_rule(play):
    assert play(rule("do: speak, unless: 1", who="[b, c, d]") + HIT).run["stood_down.answer"] == 3


def test_in_unless_names_mean_the_event_answered_as_the_responder_sees_it(play):
    condition = "actor == d and target == b and self == c and rung == 5 and deaths == 2 and waited == 1.5"
    played = play(
        "actions: {hit: {attribution: {d: 1}}}\n"
        + rule(f"do: speak, after: 36 h, unless: {condition}", who="c")
        + """
timeline: [{at: +1 d, who: a, do: hit, to: b, deaths: 2}, {at: +2 d, who: d, do: nod, to: a}]"""
    )
    assert played.run["stood_down.answer"] == 1


def test_waited_is_the_time_since_the_event_answered(play):
    played = play("""
rules:
  warn: {who: a, when: {action: hit, actor: self}, do: warn, after: 1 d}
  runs-out:
    who: a
    when: {action: warn, actor: self}
    do: bomb
    after: 48 h
    unless: since(action=peace, actor=b) < waited
timeline:
  - {at: +0 d, who: b, do: peace}
  - {at: +1 d, who: a, do: hit}
  - {at: +5 d, who: a, do: hit}
  - {at: +7 d, who: b, do: peace}
""")
    assert [event.t for event in played.events if event.action == "bomb"] == [4]
    assert played.run["stood_down.runs-out"] == 1


def test_a_limit_counts_commitments(play):
    assert answers(play(rule("do: speak, limit: 2") + HITS)) == ["1 b speak", "2 b speak"]


def test_a_limit_counts_from_the_moment_of_commitment(play):
    assert answers(play(rule("do: speak, limit: 1, after: 5 d") + HITS)) == ["6 b speak"]


def test_a_limit_counts_commitments_that_stand_down(play):
    played = play(rule("do: speak, limit: 2, after: 1 d, unless: t < 2.5") + HITS)
    assert (answers(played), played.run["stood_down.answer"]) == (["3 b speak"], 1)


def test_a_limit_of_zero_lets_nothing_through(play):
    assert answers(play(rule("do: speak, limit: 0") + HITS)) == []


def test_a_limit_takes_an_expression_of_parameters(play):
    assert len(answers(play("parameters: {p: {value: 1}}\n" + rule("do: speak, limit: p + 1") + HITS))) == 2


def test_a_limit_belongs_to_a_rule_and_an_actor(play):
    played = play(rule("do: speak, limit: 1", who="[b, c]") + HITS)
    assert answers(played) == ["1 b speak", "1 c speak"]


def test_each_rule_has_a_limit_of_its_own(play):
    played = play(
        "rules: {answer: {who: b, when: {action: hit}, do: speak, limit: 1}, "
        "other: {who: b, when: {action: hit}, do: nod}}" + HITS
    )
    assert [event.action for event in played.events if event.actor == "b"] == ["speak", "nod", "nod", "nod"]


def test_a_chance_that_fails_does_not_use_up_the_limit(play):
    assert answers(play(rule("do: speak, limit: 1, chance: t >= 3") + HITS)) == ["3 b speak"]


def test_a_condition_that_fails_does_not_use_up_the_limit(play):
    assert answers(play(rule("do: speak, limit: 1, if: t >= 3") + HITS)) == ["3 b speak"]


def test_a_cooldown_runs_from_the_moment_of_commitment(play):
    assert answers(play(rule("do: speak, cooldown: 36 h, after: 5 d") + HITS)) == ["6 b speak", "8 b speak"]


def test_a_cooldown_that_is_over_at_this_instant_lets_through(play):
    assert answers(play(rule("do: speak, cooldown: 1 d") + HITS)) == ["1 b speak", "2 b speak", "3 b speak"]


def test_a_cooldown_counts_commitments_that_stand_down(play):
    assert answers(play(rule("do: speak, cooldown: 36 h, unless: t < 2") + HITS)) == ["3 b speak"]


def test_a_cooldown_belongs_to_a_rule_and_an_actor(play):
    played = play(
        "rules: {answer: {who: [b, c], when: {action: hit, target: self}, do: speak, cooldown: 5 d}}\n"
        + """
timeline: [{at: +1 d, who: a, do: hit, to: b}, {at: +2 d, who: a, do: hit, to: c},
  {at: +3 d, who: a, do: hit, to: b}]"""
    )
    assert answers(played) == ["1 b speak", "2 c speak"]


def test_a_cooldown_takes_an_expression_of_parameters_in_days(play):
    assert len(answers(play("parameters: {p: {value: 1}}\n" + rule("do: speak, cooldown: p + 0.5") + HITS))) == 2


def test_a_cooldown_starts_before_any_commitment_as_over(play):
    assert len(answers(play(rule("do: speak, cooldown: 9 d") + HIT))) == 1


def test_a_rule_answers_an_event_once_however_often_it_is_listed(play):
    assert len(answers(play(rule("do: speak", who="[b, b, couple]") + HIT))) == 1


def test_a_chance_may_depend_on_the_state(play):
    played = play(
        "variables: {x: {scope: actor, own: {c: 1}}}\n" + rule("do: speak, chance: 'x[self]'", who="[b, c, d]") + HIT
    )
    assert answers(played) == ["1 c speak"]


def test_an_option_has_an_unless_of_its_own(play):
    played = play(
        rule("after: 1 d, choose: [{do: speak, weight: t < 2, unless: 1}, {do: warn, weight: t >= 2}]") + HITS
    )
    assert (answers(played), played.run["stood_down.answer"]) == (["3 b warn", "4 b warn"], 1)


def test_an_options_unless_replaces_the_rules(play):
    played = play(rule("after: 1 d, unless: 1, choose: [{do: speak, unless: waited > 1}]") + HIT)
    assert answers(played) == ["2 b speak"]


def test_a_response_that_falls_behind_the_horizon_is_a_commitment_all_the_same(play):
    played = play(rule("do: speak, limit: 1, after: '20 d if t < 2 else 1 h'") + HITS)
    assert answers(played) == []
    played = play(rule("do: speak, cooldown: 36 h, after: '20 d if t < 2 else 1 d'") + HITS)
    assert answers(played) == ["4 b speak"]
