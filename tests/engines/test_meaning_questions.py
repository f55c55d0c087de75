"""Section 3: ``count`` and ``since`` ask the true log, history included; how much of it depends on where they stand."""

from __future__ import annotations

import pytest

TWO_HITS = "timeline: [{at: +1 d, who: a, do: hit, to: b}, {at: +3 d, who: a, do: hit, to: b}]\n"


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("if: count(action=hit) == 1, do: speak", ["3 b speak"]),
        ("chance: count(action=hit), do: speak", ["3 b speak"]),
        ("do: speak, after: 2 * count(action=hit)", ["1 b speak", "5 b speak"]),
        (
            "choose: [{do: speak, weight: count(action=hit)}, {do: nothing, weight: 1 - count(action=hit)}]",
            ["3 b speak"],
        ),
        ("do: speak, to: {c: count(action=hit)}", ["1 b speak", "3 b speak c"]),
        ("do: speak, place: {home: count(action=hit)}", ["1 b speak", "3 b speak at home"]),
    ],
)
def test_in_a_rule_questions_look_at_the_events_before_the_one_answered(play, where, expected):
    played = play(f"rules: {{answer: {{who: b, when: {{action: hit}}, {where}}}}}\n{TWO_HITS}")
    assert [line for line in played.log if "speak" in line] == expected


def test_in_visibility_questions_look_at_the_events_before(play):
    played = play(
        "actions: {hit: {visibility: count(action=hit)}}\nrules: {answer: {who: b, when: {action: hit}, do: speak}}\n"
        + TWO_HITS
    )
    assert played.log == ["1 a hit b", "3 a hit b", "3 b speak"]


def test_in_attribution_questions_look_at_the_events_before(play):
    played = play(
        "actions: {hit: {attribution: {d: count(action=hit), actor: 1 - count(action=hit)}}}\n"
        "rules: {answer: {who: b, when: {action: hit}, do: speak, to: actor}}\n" + TWO_HITS
    )
    assert played.log == ["1 a hit b", "1 b speak a", "3 a hit b", "3 b speak d"]


def test_in_the_effects_of_an_action_questions_look_at_the_events_before_it(play):
    played = play(
        "variables: {x: {scope: world, initial: 9}}\nactions: {hit: {effects: [x = count(action=hit)]}}\n" + TWO_HITS
    )
    assert [played.on_day(day, "x") for day in (0, 1, 3)] == [9, 0, 1]


def test_in_the_effects_of_a_timeline_item_questions_look_at_the_events_before_it(play):
    played = play("""
variables: {x: {scope: world, initial: 9}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +3 d, who: a, do: hit, effects: [x = count(action=hit)]}]
""")
    assert played.at_end("x") == 1


def test_in_the_effects_of_a_response_questions_look_at_the_events_before_the_response(play):
    played = play(
        """
variables: {x: {scope: world}}
rules:
  answer:
    who: b
    when: {action: hit}
    do: speak
    after: 1 d
    effects: [x = 10 * count(action=hit) + count(action=speak)]
"""
        + TWO_HITS
    )
    assert [played.on_day(day, "x") for day in (1, 2, 4)] == [0, 10, 21]


def test_in_the_effects_of_nothing_questions_look_at_all_so_far(play):
    played = play("""
variables: {x: {scope: world}}
rules: {think: {who: b, when: {action: hit}, do: nothing, after: 2 d, effects: [x = count(rung=..8)]}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: nod}, {at: +3 d, who: a, do: nod}]
""")
    assert played.at_end("x") == 3


def test_in_unless_questions_look_at_all_so_far(play):
    played = play("""
rules: {answer: {who: b, when: {action: hit}, do: speak, after: 2 d, unless: count(action=peace) > 0}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: peace}]
""")
    assert (played.actions, played.run["stood_down.answer"]) == (["a hit", "a peace"], 1)


def test_in_unless_questions_see_what_came_before_at_the_same_millisecond(play):
    played = play("""
rules: {answer: {who: b, when: {action: hit}, do: speak, after: 1 d, unless: count(action=peace) > 0}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: peace}]
""")
    assert played.actions == ["a hit", "a peace"]


def test_in_outcomes_questions_look_at_all_so_far(play):
    played = play(
        "outcomes: {twice: {if: count(action=hit) == 2}, named: {when: {action: hit}, if: count(action=hit) == 2}}\n"
        + TWO_HITS
    )
    assert (played.outcome("twice"), played.outcome("named")) == (3.0, 3.0)


def test_in_an_outcome_asked_at_an_instant_questions_look_at_all_so_far(play):
    played = play(
        "outcomes: {once: {at: +2 d, if: count(action=hit) == 1}, twice: {at: end, if: count(action=hit) == 2}}\n"
        + TWO_HITS
    )
    assert (played.outcome("once"), played.outcome("twice")) == (2.0, 10.0)


def test_in_a_rate_questions_look_at_all_so_far(play):
    played = play("drivers: {source: {who: c, do: nod, rate: 4 * (count(action=hit) == 1), peak: 4}}\n" + TWO_HITS)
    times = [event.t for event in played.events if event.action == "nod"]
    assert times
    assert all(1 < t < 3 for t in times)


def test_in_a_drivers_if_questions_look_at_all_so_far(play):
    played = play("drivers: {source: {who: c, do: nod, rate: 4, if: count(action=hit) == 1}}\n" + TWO_HITS)
    times = [event.t for event in played.events if event.action == "nod"]
    assert times
    assert all(1 < t < 3 for t in times)


def asked(play, question, timeline, who="b"):
    """What a question gives in the `if` of b's rule at the last event of a timeline: a warning by a to b."""
    played = play(f"""
variables: {{x: {{scope: world, initial: -1}}}}
relations: {{patron: {{c: [a]}}}}
rules:
  ask: {{who: {who}, when: {{action: warn}}, do: nothing, effects: ["x = {question}"]}}
timeline: [{timeline}, {{at: +5 d, who: a, do: warn, to: b}}]
""")
    return played.at_end("x")


HITS = """{at: +1 d, who: a, do: hit, to: b, place: home, deaths: 0},
  {at: +2 d, who: b, do: hit, to: c, place: border, deaths: 1},
  {at: +3 d, who: c, do: hit, to: a, place: desert, deaths: 2}"""


@pytest.mark.parametrize(
    ("keys", "count"),
    [
        ("action=hit", 3),
        ("action=kinetic", 3),
        ("action=[bomb, nod]", 0),
        ("rung=5", 3),
        ("rung=..4", 1),
        ("rung=3..8", 3),
        ("deaths=1..", 2),
        ("deaths=1", 1),
        ("deaths=..1", 3),
        ("injured=0", 4),
        ("place=home", 1),
        ("place=[home, desert]", 2),
        ("soil=self", 2),
        ("soil=c", 1),
        ("soil=not self, action=hit", 1),
        ("soil=nobody, action=hit", 1),
        ("actor=a", 2),
        ("actor=couple", 3),
        ("actor=self", 1),
        ("actor=others", 3),
        ("actor=any", 4),
        ("actor=nobody", 0),
        ("actor=not a", 2),
        ("actor=[b, c]", 2),
        ("actor=actor, action=hit", 1),
        ("actor=target", 1),
        ("actor=patron of actor", 1),
        ("actor=patron by c, action=hit", 1),
        ("target=self, action=hit", 1),
        ("target=a", 1),
        ("target=actor", 1),
        ("target=others", 2),
        ("actor=a, target=self, action=hit", 1),
        ("origin=ask", 0),
    ],
)
def test_the_keys_of_a_question(play, keys, count):
    assert asked(play, f"count({keys})", HITS) == count


def test_a_question_without_keys_looks_at_every_event(play):
    assert asked(play, "count()", HITS) == 4


def test_a_question_asks_by_origin(play):
    played = play("""
variables: {x: {scope: world}}
rules:
  answer: {who: b, when: {action: hit}, do: speak}
  think:
    who: c
    when: {action: warn}
    do: nothing
    effects: [x = count(origin=answer) + 10 * count(origin=first-blow)]
timeline: [{id: first-blow, at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: hit}, {at: +3 d, who: a, do: warn}]
""")
    assert played.at_end("x") == 12


def test_a_question_looks_at_history(play):
    assert asked(play, "count(action=hit)", "{at: -3 d, who: a, do: hit}") == 1


def test_within_looks_back_so_long_and_no_longer(play):
    assert [asked(play, f"count(action=hit, within={length})", HITS) for length in ("2.1 d", "2 d", "49 h", "1 h")] == [
        1,
        0,
        1,
        0,
    ]


def test_within_takes_an_expression(play):
    assert asked(play, "count(action=hit, within=rung + 1.5)", HITS) == 2


def test_since_gives_days(play):
    assert asked(play, "since(action=hit)", HITS) == 2
    assert asked(play, "since(action=hit, actor=a)", HITS) == 4


def test_since_gives_zero_at_the_same_millisecond(play):
    assert asked(play, "since(action=nod)", "{at: +5 d, who: d, do: nod}") == 0


def test_since_gives_infinity_if_never(play):
    assert asked(play, "min(since(action=bomb), 1234)", HITS) == 1234
    assert asked(play, "1 / since(action=bomb)", HITS) == 0


def test_since_gives_infinity_if_not_within(play):
    assert asked(play, "min(since(action=hit, within=1 d), 1234)", HITS) == 1234


def test_since_reaches_back_into_history(play):
    assert asked(play, "since(action=hit)", "{at: -3 d, who: a, do: hit}") == 8


BLAMED = """
variables: {x: {scope: world}}
actions: {hit: {attribution: {d: 1}}}
rules: {ask: {who: b, when: {action: hit}, do: nothing, after: 1 d, effects: ["x = %s"]}}
timeline: [{at: +1 d, who: d, do: warn}, {at: +2 d, who: a, do: hit}]
"""


def test_the_key_actor_is_the_true_doer(play):
    assert play(BLAMED % "10 * count(actor=a) + count(action=hit, actor=d)").at_end("x") == 10


def test_the_value_actor_is_whom_the_responder_blames(play):
    assert play(BLAMED % "10 * count(action=warn, actor=actor) + count(action=hit, actor=actor)").at_end("x") == 10


def test_the_value_actor_that_is_nobody_fits_no_deed(play):
    text = BLAMED.replace("{d: 1}", "{nobody: 1}") % "count(actor=actor) + 10 * count(target=actor)"
    assert play(text).at_end("x") == 20


def test_in_a_drivers_rate_self_is_the_driver(play):
    played = play("""
drivers: {source: {who: [a, b], do: nod, rate: "4 * (count(action=hit, target=self) > 0)", peak: 4}}
timeline: [{at: +0 d, who: c, do: hit, to: b}]
""")
    assert {event.actor for event in played.events if event.action == "nod"} == {"b"}


def test_two_questions_in_one_expression_do_not_disturb_each_other(play):
    assert (
        asked(play, "count(action=hit) * 100 + count(action=hit, within=2.5 d) * 10 + count(actor=self)", HITS) == 311
    )
