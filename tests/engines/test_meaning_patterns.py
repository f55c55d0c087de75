"""Section 3: which events a pattern fits, in rules and outcomes."""

from __future__ import annotations

import pytest

EVENTS = """
relations: {patron: {c: [a]}, ally: {couple: [couple]}}
timeline:
  - {id: one, at: +1 d, who: a, do: hit, to: b, place: home, deaths: 0, injured: 1}
  - {id: two, at: +2 d, who: b, do: bomb, to: a, place: border, deaths: 2, injured: 0}
  - {id: three, at: +3 d, who: c, do: speak, place: desert}
  - {id: four, at: +4 d, who: d, do: peace, to: c}
"""
KEYS = [
    ("action: hit", "1"),
    ("action: kinetic", "12"),
    ("action: [verbal, peace]", "34"),
    ("action: [hit, kinetic]", "12"),
    ("rung: 5", "1"),
    ("rung: 5..", "12"),
    ("rung: ..1", "34"),
    ("rung: -2", "4"),
    ("rung: -3..1", "34"),
    ("deaths: 0", "134"),
    ("deaths: 1..", "2"),
    ("deaths: ..1", "134"),
    ("deaths: 2", "2"),
    ("injured: 1..", "1"),
    ("injured: 1..5, deaths: 0", "1"),
    ("place: home", "1"),
    ("place: [home, desert]", "13"),
    ("origin: two", "2"),
    ("origin: [one, three]", "13"),
    ("actor: a", "1"),
    ("actor: [a, c]", "13"),
    ("actor: couple", "12"),
    ("actor: any", "1234"),
    ("actor: not couple", "34"),
    ("actor: nobody", ""),
    ("actor: patron of a", "3"),
    ("actor: patron by c", "1"),
    ("actor: ally of a", "2"),
    ("actor: ally by a", "2"),
    ("actor: [patron of a, d]", "34"),
    ("actor: not patron of a", "124"),
    ("target: a", "2"),
    ("target: couple", "12"),
    ("target: any", "124"),
    ("target: nobody", "3"),
    ("target: not a", "134"),
    ("target: [nobody, c]", "34"),
    ("soil: b", "12"),
    ("soil: c", "2"),
    ("soil: [c, d]", "2"),
    ("soil: couple", "12"),
    ("soil: not c", "134"),
    ("soil: not b", "34"),
    ("soil: nobody", "34"),
    ("soil: any", "12"),
    ("action: kinetic, target: couple, soil: c", "2"),
]


@pytest.mark.parametrize(("pattern", "days"), KEYS)
def test_the_keys_of_an_outcomes_pattern(play, pattern, days):
    played = play(f"outcomes: {{seen: {{when: {{{pattern}}}}}}}\n{EVENTS}")
    assert played.outcome("seen") == (float(days[0]) if days else None)


@pytest.mark.parametrize(("pattern", "days"), KEYS)
def test_the_keys_of_a_rules_pattern(play, pattern, days):
    """The owner takes part in none of the events."""
    played = play(
        f"actors: {{onlooker: {{}}}}\nrules: {{answer: {{who: onlooker, when: {{{pattern}}}, do: nod}}}}\n{EVENTS}"
    )
    assert "".join(f"{event.t:g}" for event in played.events if event.actor == "onlooker") == days


def answered(play, who, pattern):
    """The days on which an actor's rule answers an event of the list above."""
    played = play(f"rules: {{answer: {{who: {who}, when: {{{pattern}}}, do: nod}}}}\n{EVENTS}")
    return "".join(f"{event.t:g}" for event in played.events if event.action == "nod")


@pytest.mark.parametrize(
    ("who", "pattern", "days"),
    [
        ("b", "target: self", "1"),
        ("b", "target: others", "4"),
        ("b", "target: not self", "34"),
        ("b", "target: any, actor: others", "14"),
        ("b", "soil: self", "1"),
        ("c", "soil: self", "2"),
        ("c", "soil: not self", "14"),
        ("c", "soil: others", "12"),
        ("d", "soil: others", "12"),
        ("a", "actor: ally of self", "2"),
        ("b", "target: ally of self", ""),
        ("d", "actor: patron of a", "3"),
        ("c", "target: patron of a", "4"),
        ("c", "actor: patron by self", "1"),
        ("a", "actor: patron of self", "3"),
    ],
)
def test_in_a_rules_pattern_self_is_its_owner(play, who, pattern, days):
    assert answered(play, who, pattern) == days


def test_a_rule_that_names_no_actor_is_about_the_deeds_of_others(play):
    assert answered(play, "a", "action: [hit, bomb]") == "2"


@pytest.mark.parametrize("actor", ["self", "a", "[self, b]", "[a, b]", "[c, self]"])
def test_own_deeds_match_where_actor_says_self_or_the_owners_id(play, actor):
    assert answered(play, "a", f"action: hit, actor: {actor}") == "1"


@pytest.mark.parametrize(
    "actor", ["couple", "any", "[couple, any]", "others", "not c", "not nobody", "patron by c", "[b, couple]"]
)
def test_own_deeds_do_not_match_by_a_group_any_a_relation_or_not(play, actor):
    assert answered(play, "a", f"action: hit, actor: {actor}") == ""


def test_a_rule_of_a_group_knows_self_for_each_of_its_members(play):
    played = play(
        f"rules: {{answer: {{who: everybody, when: {{action: [hit, bomb], target: self}}, do: nod}}}}\n{EVENTS}"
    )
    assert [str(event) for event in played.events if event.action == "nod"] == ["1 b nod", "2 a nod"]


def test_a_rule_of_a_list_is_one_rule_for_each_and_only_once(play):
    played = play(f"rules: {{answer: {{who: [c, couple, a], when: {{action: speak, actor: any}}, do: nod}}}}\n{EVENTS}")
    assert [str(event) for event in played.events if event.action == "nod"] == ["3 a nod", "3 b nod"]


def test_a_rule_answers_by_origin_of_a_rule_and_a_driver(play):
    played = play("""
rules:
  answer: {who: b, when: {action: hit}, do: speak}
  other: {who: c, when: {action: hit}, do: speak}
  echo: {who: d, when: {origin: answer}, do: nod}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert played.actions == ["a hit", "b speak", "c speak", "d nod"]
    assert played.events[3].cause == 1


def test_patterns_look_at_casualties_that_were_drawn(play):
    played = play("""
actions: {hit: {deaths: 2 + 1}}
rules: {answer: {who: b, when: {deaths: 3}, do: speak}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: hit, deaths: 1}]
""")
    assert played.log == ["1 a hit", "1 b speak", "2 a hit"]


def test_a_relation_of_groups_holds_for_each_of_their_members_but_nobody_to_itself(play):
    played = play("""
relations: {foe: {couple: [c, couple]}}
rules: {answer: {who: everybody, when: {action: hit, actor: foe of self}, do: nod}}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert played.actions == ["a hit", "b nod", "c nod"]
