"""Section 4, step 4: who learns of an event, and whom each holds responsible."""

from __future__ import annotations

import pytest

HIT = "timeline: [{at: +1 d, who: a, do: hit, to: b}]\n"
EACH = "rules: {answer: {who: everybody, when: {action: hit, actor: [any, self, nobody]}, do: speak, to: actor}}\n"


def hears(play, visibility, extra=""):
    """Who answers a hit by a on b."""
    played = play(f"{extra}actions: {{hit: {{visibility: {visibility}}}}}\n{EACH}{HIT}")
    return "".join(event.actor for event in played.events if event.action == "speak")


def test_everybody_learns_of_an_event_unless_its_visibility_says_otherwise(play):
    assert hears(play, 1) == "abcd"


def test_with_visibility_zero_only_the_doer_knows(play):
    assert hears(play, 0) == "a"


@pytest.mark.parametrize(
    ("visibility", "who"),
    [
        ("{target: 1}", "ab"),
        ("{c: 1}", "ac"),
        ("{couple: 1}", "ab"),
        ("{others: 1}", "abcd"),
        ("{target: 0, others: 1}", "acd"),
        ("{others: 1, target: 0}", "abcd"),
        ("{target: 1, others: 0}", "ab"),
        ("{friend of actor: 1}", "ad"),
        ("{friend by d: 1}", "a"),
        ("{friend by actor: 1}", "ac"),
        ("{not target: 1}", "acd"),
        ("{any: 1}", "abcd"),
        ("{nobody: 1}", "a"),
        ("{self: 1}", "abcd"),
        ("{actor: 1}", "a"),
        ('{"[c, d]": 1}', "acd"),
    ],
)
def test_visibility_by_who_field_is_that_of_the_first_that_fits_and_none_is_not_at_all(play, visibility, who):
    assert hears(play, visibility, "relations: {friend: {d: [a], a: [c]}}\n") == who


def test_in_visibility_self_is_the_observer(play):
    assert hears(play, "'eyes[self]'", "variables: {eyes: {scope: actor, own: {c: 1}}}\n") == "ac"


def test_in_visibility_actor_and_target_are_the_true_ones(play):
    assert hears(play, "actor == a and target == b") == "abcd"


def test_visibility_is_asked_after_the_effects(play):
    played = play(
        f"variables: {{x: {{scope: world}}}}\nactions: {{hit: {{visibility: x, effects: [x = 1]}}}}\n{EACH}{HIT}"
    )
    assert len(played.events) == 5


def test_who_does_not_learn_of_an_event_has_its_variables_moved_all_the_same(play):
    played = play("variables: {x: {scope: actor}}\nactions: {hit: {visibility: 0, effects: ['x[target] = 1']}}\n" + HIT)
    assert played.at_end("x.b") == 1


def blamed(play, attribution, extra="", who="c"):
    """Whom an actor blames for a hit by a on b."""
    played = play(f"""
{extra}
actions: {{hit: {{attribution: {attribution}}}}}
rules: {{answer: {{who: {who}, when: {{action: hit, actor: [any, nobody, self]}}, do: speak, to: actor}}}}
{HIT}""")
    return played.events[1].target


@pytest.mark.parametrize(
    ("attribution", "who"),
    [
        ("{actor: 1}", "a"),
        ("{d: 1}", "d"),
        ("{target: 1}", "b"),
        ("{nobody: 1}", None),
        ("{d: 0, actor: 1}", "a"),
        ("{d: 1, actor: 0}", "d"),
        ("{patron of actor: 1}", "d"),
        ("{patron by d: 1}", "a"),
        ("{patron of target: 1000, actor: 1}", "a"),
        ("{patron of target: 1}", None),
        ("{self: 1000, actor: 1}", "a"),
        ("{self: 1}", None),
        ("{c: 1}", None),
        ("{actor: 0, d: 0}", None),
        ('{"[c, d]": 1}', "d"),
    ],
)
def test_whom_an_observer_holds_responsible(play, attribution, who):
    assert blamed(play, attribution, "relations: {patron: {d: [a]}}") == who


def test_unless_an_action_says_otherwise_its_doer_is_held_responsible(play):
    played = play(f"rules: {{answer: {{who: c, when: {{action: hit}}, do: speak, to: actor}}}}\n{HIT}")
    assert played.events[1].target == "a"


def test_an_observer_fits_no_entry_even_in_a_group(play):
    assert blamed(play, "{couple: 1}", who="b") == "a"


def test_in_attribution_self_is_the_observer(play):
    suspicion = "variables: {suspicion: {scope: dyad, own: {c: {a: 1}}}}"
    attribution = '{d: "suspicion[self, actor]", actor: "1 - suspicion[self, actor]"}'
    assert (blamed(play, attribution, suspicion, who="c"), blamed(play, attribution, suspicion, who="b")) == ("d", "a")


def test_attribution_is_asked_after_the_effects(play):
    extra = "variables: {x: {scope: world}}"
    attribution = "{d: x, actor: 1 - x}, effects: [x = 1]"
    assert blamed(play, attribution, extra) == "d"


def test_the_doer_sees_its_own_deeds_truly(play):
    played = play(f"""
actions: {{hit: {{visibility: 0, attribution: {{d: 1}}}}}}
rules: {{follow: {{who: a, when: {{action: hit, actor: self}}, do: speak, to: actor}}}}
{HIT}""")
    assert played.log == ["1 a hit b", "1 a speak a"]


def test_a_rule_matches_by_whom_its_owner_blames(play):
    played = play(f"""
actions: {{hit: {{attribution: {{d: 1}}}}}}
rules:
  at-doer: {{who: c, when: {{action: hit, actor: a}}, do: nod}}
  at-blamed: {{who: c, when: {{action: hit, actor: d}}, do: speak}}
{HIT}""")
    assert played.actions == ["a hit", "c speak"]


def test_in_a_rule_actor_is_whom_its_owner_blames(play):
    played = play(f"""
variables: {{x: {{scope: dyad}}}}
actions: {{hit: {{attribution: {{d: 1}}}}}}
rules: {{answer: {{who: c, when: {{action: hit}}, if: actor == d, do: speak, effects: ["x[self, actor] = 1"]}}}}
{HIT}""")
    assert (played.at_end("x.c.d"), played.at_end("x.c.a")) == (1, 0)


def test_a_rule_can_be_about_a_deed_of_nobody_known(play):
    played = play(f"""
actions: {{hit: {{attribution: {{nobody: 1}}}}}}
rules:
  unknown: {{who: c, when: {{action: hit, actor: nobody}}, if: actor == nobody, do: speak, to: actor}}
  somebody: {{who: c, when: {{action: hit, actor: any}}, do: nod}}
  anybody-else: {{who: c, when: {{action: hit, actor: others}}, do: nod}}
  not-d: {{who: c, when: {{action: hit, actor: not d}}, do: warn}}
{HIT}""")
    assert played.log == ["1 a hit b", "1 c speak", "1 c warn"]


def test_a_rule_without_actor_answers_whomever_its_owner_blames(play):
    played = play(f"""
actions: {{hit: {{attribution: {{nobody: 1}}}}}}
rules: {{answer: {{who: c, when: {{action: hit}}, do: speak}}}}
{HIT}""")
    assert played.actions == ["a hit", "c speak"]


def test_the_target_does_not_take_its_own_blame_when_it_fits_no_entry(play):
    assert blamed(play, "{target: 1000, d: 1}", who="b") == "d"


def test_outcomes_and_effects_know_the_true_doer(play):
    played = play(f"""
variables: {{x: {{scope: actor}}}}
actions: {{hit: {{attribution: {{d: 1}}, effects: ["x[actor] = 1"]}}}}
outcomes: {{by-a: {{when: {{action: hit, actor: a}}}}, by-d: {{when: {{action: hit, actor: d}}}}}}
{HIT}""")
    assert (played.outcome("by-a"), played.outcome("by-d"), played.at_end("x.a")) == (1.0, None, 1)


EVEN = """
actions: {hit: {attribution: {c: 1, d: 1}}}
rules:
  at-c: {who: [a, b], when: {action: hit, actor: c}, do: nod}
  at-d: {who: [a, b], when: {action: hit, actor: d}, do: warn}
timeline: [{at: +1 d, who: d, do: hit}]
"""


def test_one_draw_decides_for_an_observer_and_event_whatever_its_rules(world):
    for played in world(EVEN).plays(60):
        assert sorted(event.actor for event in played.events[1:]) == ["a", "b"]


def test_each_observer_has_a_draw_of_its_own(world):
    pairs = {tuple(event.action for event in played.events[1:]) for played in world(EVEN).plays(60)}
    assert pairs == {("nod", "nod"), ("nod", "warn"), ("warn", "nod"), ("warn", "warn")}


def test_each_event_has_a_draw_of_its_own(world):
    twice = EVEN.replace("timeline: [", "timeline: [{at: +2 d, who: d, do: hit}, ")
    pairs = {tuple(e.action for e in played.events if e.actor == "a") for played in world(twice).plays(60)}
    assert pairs == {("nod", "nod"), ("nod", "warn"), ("warn", "nod"), ("warn", "warn")}


def test_who_learns_is_drawn_for_each_observer_of_its_own(world):
    text = "actions: {hit: {visibility: {others: 0.5}}}\nrules: {answer: {who: [c, d], when: {action: hit}, do: nod}}\n"
    heard = {"".join(event.actor for event in played.events[1:]) for played in world(text + HIT).plays(60)}
    assert heard == {"", "c", "d", "cd"}
