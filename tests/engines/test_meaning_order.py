"""Section 4: time in whole milliseconds, what comes first at the same millisecond, and the five steps of an event."""

from __future__ import annotations

import pytest

from sim.scenario.load import Changes

DAY_MS = 86_400_000
ANSWER = "rules: {answer: {who: b, when: {action: hit}, do: speak, to: actor"


def test_the_timeline_comes_in_file_order_at_the_same_millisecond(play):
    played = play("""
timeline:
  - {at: +1 d, who: c, do: nod}
  - {at: +1 d, who: a, do: nod}
  - {at: +1 d, who: b, do: nod}
""")
    assert played.log == ["1 c nod", "1 a nod", "1 b nod"]


def test_the_timeline_comes_in_order_of_time_whatever_its_order_in_the_file(play):
    played = play("timeline: [{at: +2 d, who: a, do: nod}, {at: +1 d, who: b, do: nod}, {at: -1 d, who: c, do: nod}]")
    assert played.log == ["-1 c nod", "1 b nod", "2 a nod"]


def test_an_inject_is_last_in_file_order(world, tmp_path):
    (tmp_path / "inject.yaml").write_text("- {id: new, at: +1 d, who: a, do: warn}\n")
    text = "timeline: [{at: +1 d, who: c, do: nod}, {at: +1 d, who: b, do: nod}]"
    played = world(text, Changes(injects=(str(tmp_path / "inject.yaml"),))).play()
    assert played.log == ["1 c nod", "1 b nod", "1 a warn"]


def test_the_timeline_comes_before_a_response_that_was_scheduled_earlier(play):
    played = play(ANSWER + ", after: 1 d}}\ntimeline: [{at: +0 d, who: a, do: hit}, {at: +1 d, who: c, do: nod}]")
    assert played.log == ["0 a hit", "1 c nod", "1 b speak a"]


def test_responses_at_the_same_millisecond_come_in_the_order_in_which_they_were_scheduled(play):
    played = play("""
rules:
  early: {who: d, when: {action: hit}, do: speak, after: 2 d}
  late: {who: b, when: {action: warn}, do: speak, after: 1 d}
timeline: [{at: +0 d, who: a, do: hit}, {at: +1 d, who: a, do: warn}]
""")
    assert played.log == ["0 a hit", "1 a warn", "2 d speak", "2 b speak"]


def test_actors_respond_in_their_own_order_and_each_with_its_rules_in_theirs(play):
    played = play("""
rules:
  second: {who: [d, b], when: {action: hit}, do: warn}
  third: {who: [b, d], when: {action: hit}, do: nod}
timeline: [{at: +0 d, who: a, do: hit}]
""")
    assert played.actions == ["a hit", "b warn", "b nod", "d warn", "d nod"]


def test_a_response_without_delay_waits_for_what_was_scheduled_at_its_millisecond(play):
    played = play(
        """
rules:
  answer: {who: b, when: {action: hit}, do: warn}
  echo: {who: c, when: {action: warn}, do: nod}
timeline: [{at: +1 d, who: a, do: hit}, {at: +1 d, who: d, do: hit}]
"""
    )
    assert played.actions == ["a hit", "d hit", "b warn", "b warn", "c nod", "c nod"]


def test_an_outcome_asked_at_an_instant_comes_before_the_timeline(play):
    played = play("outcomes: {high: {at: +1 d, if: level >= 5}}\ntimeline: [{at: +1 d, who: a, do: hit}]")
    assert played.outcome("high") is None


def test_a_quiet_deadline_comes_before_the_timeline(play):
    played = play(
        "outcomes: {calm: {quiet: 1 d, when: {rung: 3..}, ends: true}}\ntimeline: [{at: +1 d, who: a, do: hit}]"
    )
    assert (played.outcome("calm"), played.log) == (1.0, [])


def test_an_outcome_asked_at_an_instant_comes_before_a_response_due_then(play):
    played = play(
        ANSWER + ", after: 1 d}}\noutcomes: {said: {at: +1 d, if: count(action=speak) > 0}}\n"
        "timeline: [{at: +0 d, who: a, do: hit}]"
    )
    assert (played.outcome("said"), played.log[-1]) == (None, "1 b speak a")


@pytest.mark.parametrize(("lag", "milliseconds"), [(0.4, 0), (0.6, 1), (1.4, 1), (1.6, 2), (86_399_999.7, 86_400_000)])
def test_a_delay_is_rounded_once_to_whole_milliseconds(play, lag, milliseconds):
    played = play(
        f"parameters: {{lag: {{value: {lag}}}}}\n{ANSWER}, after: lag / {DAY_MS}}}}}\n"
        "timeline: [{at: +0 d, who: a, do: hit}]"
    )
    assert played.events[1].t * DAY_MS == pytest.approx(milliseconds, abs=1e-6)


def test_what_is_due_exactly_at_the_horizon_does_not_happen(play):
    played = play(ANSWER + ", after: 1 d}}\ntimeline: [{at: +9 d, who: a, do: hit}, {at: +10 d, who: c, do: nod}]")
    assert played.log == ["9 a hit"]


def test_what_is_due_a_millisecond_before_the_horizon_happens(play):
    played = play(f"{ANSWER}, after: 1 - 1 / {DAY_MS}}}}}\ntimeline: [{{at: +9 d, who: a, do: hit}}]")
    assert played.events[-1].t == (10 * DAY_MS - 1) / DAY_MS


def test_casualties_are_drawn_before_the_level_follows(play):
    played = play(
        "actions: {hit: {deaths: level}}\ntimeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: hit}]"
    )
    assert [event.deaths for event in played.events] == [0, 5]


def test_casualties_are_drawn_before_the_effects_are_applied(play):
    played = play("""
variables: {x: {scope: world}}
actions: {hit: {deaths: x, effects: [x += 2]}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: hit}]
""")
    assert [event.deaths for event in played.events] == [0, 2]


def test_effects_know_the_casualties_and_the_level_after_the_event(play):
    played = play("""
variables: {x: {scope: world}, y: {scope: world}}
actions: {hit: {deaths: 3, injured: 7, effects: [x = 100 * deaths + injured, y = level]}}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert (played.at_end("x"), played.at_end("y")) == (307, 5)


def test_the_effects_of_the_action_come_before_those_of_the_response(play):
    played = play("""
variables: {x: {scope: world, initial: 1}}
actions: {speak: {effects: [x = x + 10, x = x * 2]}}
rules: {answer: {who: b, when: {action: hit}, do: speak, effects: [x = x + 1, x = x * 3]}}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert played.at_end("x") == ((1 + 10) * 2 + 1) * 3


def test_the_effects_of_the_action_come_before_those_of_the_timeline_item(play):
    played = play("""
variables: {x: {scope: world, initial: 1}}
actions: {hit: {effects: [x = x + 10]}}
timeline: [{at: +1 d, who: a, do: hit, effects: [x = x * 2]}]
""")
    assert played.at_end("x") == 22


def test_outcomes_are_tested_after_the_effects(play):
    played = play("""
variables: {x: {scope: world}}
outcomes: {moved: {if: x == 3}}
rules: {answer: {who: b, when: {action: hit}, do: speak, after: 1 d, effects: [x += 2]}}
actions: {speak: {effects: [x += 1]}}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert played.outcome("moved") == 2.0


def test_outcomes_are_tested_before_anybody_responds(play):
    played = play(
        ANSWER + "}}\noutcomes: {over: {when: {action: hit}, ends: true}}\ntimeline: [{at: +1 d, who: a, do: hit}]"
    )
    assert (played.log, played.run["ended"]) == (["1 a hit"], "over")


def test_responders_see_the_variables_after_the_effects(play):
    played = play("""
variables: {x: {scope: world}}
actions: {hit: {effects: [x = 1]}}
rules: {answer: {who: b, when: {action: hit}, if: x == 1, do: speak}}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert played.actions == ["a hit", "b speak"]


def test_a_response_is_caused_by_the_event_it_answers(play):
    played = play("""
rules:
  answer: {who: b, when: {action: hit}, do: warn, after: 2 d}
  echo: {who: c, when: {action: warn}, do: speak, after: 1 d}
timeline: [{at: +0 d, who: a, do: hit}, {at: +1 d, who: d, do: nod}]
""")
    assert [(event.action, event.cause, event.origin) for event in played.events] == [
        ("hit", -1, "a hit - - 2024-01-01T00:00:00Z"),
        ("nod", -1, "d nod - - 2024-01-02T00:00:00Z"),
        ("warn", 0, "answer"),
        ("speak", 2, "echo"),
    ]


def test_an_event_is_answered_by_what_an_actor_knows_when_it_happens_not_when_the_delay_is_over(play):
    played = play("""
variables: {x: {scope: world, initial: 1}}
rules: {answer: {who: b, when: {action: hit}, if: x == 1, do: speak, after: 2 d}}
actions: {nod: {effects: [x = 0]}}
timeline: [{at: +0 d, who: a, do: hit}, {at: +1 d, who: c, do: nod}]
""")
    assert played.log[-1] == "2 b speak"


@pytest.mark.parametrize(
    "outcomes", ["", "outcomes: {o: {if: t > 99}}\n", "outcomes: {o: {when: {action: hit}, if: t > 99}}\n"]
)
def test_who_responds_to_a_response_with_effects_sees_the_response_not_what_it_answered(play, outcomes):
    played = play(
        outcomes
        + """
variables: {x: {scope: world}}
actions: {speak: {deaths: 2}}
rules:
  answer: {who: b, when: {action: hit}, do: speak, to: c, effects: [x = 1]}
  echo:
    who: d
    when: {action: speak}
    if: rung == 1 and actor == b and target == c and deaths == 2
    do: nod
    to: target
timeline: [{at: +1 d, who: a, do: hit, to: b, deaths: 7}]
"""
    )
    assert played.log == ["1 a hit b", "1 b speak c", "1 d nod c"]
