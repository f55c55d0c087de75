"""Section 4: history is played first and counts, but what happened before the start is what the file says."""

from __future__ import annotations

import pytest

ANSWER = "rules: {answer: {who: b, when: {action: hit}, do: speak, to: actor, after: %s}}\n"


def test_history_stands_in_the_log_with_t_below_zero(play):
    assert play("timeline: [{at: 2023-12-30, who: a, do: hit, to: b}]").log == ["-2 a hit b"]


def test_a_response_that_falls_before_the_start_is_dropped(play):
    assert play(ANSWER % "1 d" + "timeline: [{at: -2 d, who: a, do: hit}]").log == ["-2 a hit"]


def test_a_response_that_falls_later_stands(play):
    assert play(ANSWER % "5 d" + "timeline: [{at: -2 d, who: a, do: hit}]").log == ["-2 a hit", "3 b speak a"]


def test_a_response_that_falls_at_the_start_stands(play):
    assert play(ANSWER % "2 d" + "timeline: [{at: -2 d, who: a, do: hit}]").log == ["-2 a hit", "0 b speak a"]


def test_a_response_that_falls_a_millisecond_before_the_start_is_dropped(play):
    assert play(ANSWER % "2 - 1 / 86400000" + "timeline: [{at: -2 d, who: a, do: hit}]").log == ["-2 a hit"]


def test_a_response_that_is_dropped_is_no_commitment(play):
    text = "rules: {answer: {who: b, when: {action: hit}, do: speak, after: 1 d, %s}}\n"
    timeline = "timeline: [{at: -3 d, who: a, do: hit}, {at: +1 d, who: a, do: hit}]"
    assert play(text % "limit: 1" + timeline).log[-1] == "2 b speak"
    assert play(text % "cooldown: 9 d" + timeline).log[-1] == "2 b speak"


def test_a_response_to_history_that_stands_is_a_commitment(play):
    text = "rules: {answer: {who: b, when: {action: hit}, do: speak, after: 4 d, %s}}\n"
    timeline = "timeline: [{at: -3 d, who: a, do: hit}, {at: +1 d, who: a, do: hit}]"
    assert play(text % "limit: 1" + timeline).log == ["-3 a hit", "1 a hit", "1 b speak"]
    assert play(text % "cooldown: 9 d" + timeline).log == ["-3 a hit", "1 a hit", "1 b speak"]


def test_a_mind_that_would_have_changed_before_the_start_does_not(play):
    played = play("""
variables: {x: {scope: world}}
rules: {think: {who: b, when: {action: hit}, do: nothing, after: 1 d, effects: [x = 1]}}
timeline: [{at: -3 d, who: a, do: hit}]
""")
    assert played.at_end("x") == 0


def test_a_response_to_a_response_cannot_fall_before_the_start(play):
    played = play("""
rules:
  answer: {who: b, when: {action: hit}, do: speak, after: 1 d}
  echo: {who: c, when: {action: speak}, do: warn, after: 9 d}
timeline: [{at: -3 d, who: a, do: hit}]
""")
    assert played.log == ["-3 a hit"]


def test_a_response_to_history_may_stand_down(play):
    played = play("""
rules: {answer: {who: b, when: {action: hit}, do: speak, after: 3 d, unless: count(action=peace) > 0}}
timeline: [{at: -2 d, who: a, do: hit}, {at: -1 d, who: a, do: peace}]
""")
    assert (len(played.events), played.run["stood_down.answer"]) == (2, 1)


def test_casualties_of_history_that_are_not_given_are_none(play):
    played = play("""
actions: {hit: {deaths: 5, injured: 6}}
timeline: [{at: -2 d, who: a, do: hit}, {at: -1 d, who: a, do: hit, deaths: 2}, {at: +1 d, who: a, do: hit}]
""")
    assert [(event.deaths, event.injured) for event in played.events] == [(0, 0), (2, 0), (5, 6)]


def test_the_effects_of_history_count(play):
    played = play("""
variables: {x: {scope: world}}
actions: {hit: {effects: [x += 1]}}
timeline: [{at: -2 d, who: a, do: hit, effects: [x += 10]}]
""")
    assert played.on_day(0, "x") == 11


def test_actors_learn_of_history_and_blame_as_always(play):
    rules = ANSWER.replace("who: b", "who: [b, c]") % "5 d"
    played = play("actions: {hit: {visibility: {target: 1}, attribution: {d: 1}}}\n" + rules
                  + "timeline: [{at: -2 d, who: a, do: hit, to: b}]")  # fmt: skip
    assert played.log == ["-2 a hit b", "3 b speak d"]


def test_an_item_at_the_start_is_no_history(play):
    played = play(
        "actions: {hit: {deaths: 5}}\noutcomes: {hit: {when: {action: hit}}}\ntimeline: [{at: +0 d, who: a, do: hit}]"
    )
    assert (played.events[0].deaths, played.outcome("hit")) == (5, 0.0)


def test_outcomes_are_not_tested_before_the_start(play):
    played = play("""
outcomes: {hit: {when: {action: hit}}, early: {if: t < 0}, ended: {when: {action: hit}, ends: true}}
timeline: [{at: -2 d, who: a, do: hit}, {at: +1 d, who: b, do: nod}]
""")
    assert [played.outcome(name) for name in ("hit", "early", "ended")] == [None, None, None]
    assert len(played.events) == 2


def test_outcomes_know_the_history_at_the_start(play):
    played = play(
        "outcomes: {high: {if: level >= 5}, asked: {if: count(action=hit) == 1}}\n"
        "timeline: [{at: -2 d, who: a, do: hit}]"
    )
    assert (played.outcome("high"), played.outcome("asked")) == (0.0, 0.0)


def test_the_clock_of_quiet_starts_at_the_start(play):
    played = play("outcomes: {calm: {quiet: 3 d, when: {rung: 3..}}}\ntimeline: [{at: -2 d, who: a, do: hit}]")
    assert played.outcome("calm") == 3.0


def test_columns_of_casualties_count_from_the_start(play):
    played = play(
        "timeline: [{at: -2 d, who: a, do: hit, deaths: 4, injured: 5},"
        " {at: +1 d, who: a, do: hit, deaths: 1, injured: 2}]"
    )
    assert (played.run["deaths"], played.run["injured"]) == (1, 2)


def test_the_column_of_events_counts_from_the_start(play):
    played = play("timeline: [{at: -2 d, who: a, do: hit}, {at: +0 d, who: a, do: nod}, {at: +1 d, who: a, do: hit}]")
    assert (len(played.events), played.run["events"]) == (3, 2)


def test_a_timeline_items_chance_may_be_nought_or_one(play):
    assert play("timeline: [{at: +1 d, who: a, do: hit, chance: 0}, {at: +2 d, who: a, do: hit, chance: 1}]").log == [
        "2 a hit"
    ]


def test_a_timeline_items_chance_may_depend_on_the_state(play):
    played = play("""
variables: {x: {scope: actor, own: {a: 1}}}
timeline:
  - {at: +1 d, who: a, do: hit, chance: 'x[self]'}
  - {at: +2 d, who: b, do: hit, chance: 'x[self]'}
  - {at: +3 d, who: c, do: nod, chance: count(action=hit)}
""")
    assert played.log == ["1 a hit", "3 c nod"]


@pytest.mark.parametrize("chance", [0.25, 0.5])
def test_a_timeline_item_happens_in_some_runs_and_with_a_higher_chance_in_those_and_more(world, chance):
    low, high = (
        {
            run
            for run, played in enumerate(
                world(f"timeline: [{{id: blow, at: +1 d, who: a, do: hit, chance: {p}}}]").plays(60)
            )
            if played.events
        }
        for p in (chance, chance + 0.4)
    )
    assert set() < low < high


def test_a_weighted_target_and_place_of_a_timeline_item(world):
    text = "timeline: [{at: +1 d, who: a, do: hit, to: everybody, place: {home: 1, desert: 1}}]"
    found = {(played.events[0].target, played.events[0].place) for played in world(text).plays(80)}
    assert found == {(target, place) for target in "bcd" for place in ("home", "desert")}


def test_a_start_with_a_zone_and_a_timeline_without_one(play):
    played = play(
        "start: 2024-01-17T00:00:00+03:00\n"
        "timeline: [{at: 2024-01-18, who: a, do: hit}, {at: 2024-01-18T00:00Z, who: a, do: hit}]"
    )
    assert [event.t for event in played.events] == [1, 1.125]
