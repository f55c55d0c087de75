"""Section 2 and 4: the level is the highest rung of the last ``level.window``, never below 0."""

from __future__ import annotations

WINDOW = "level: {window: 2 d}\nhorizon: 5 d\n"


def levels(played):
    return [row["level"] for row in played.trajectory]


def test_the_window_is_open_behind_and_closed_in_front(play):
    played = play(WINDOW + "timeline: [{at: +1 d, who: a, do: hit}]")
    assert levels(played) == [0, 5, 5, 0, 0, 0]


def test_the_window_is_seven_days_unless_given(play):
    played = play("timeline: [{at: +1 d, who: a, do: hit}]")
    assert levels(played) == [0, 5, 5, 5, 5, 5, 5, 5, 0, 0, 0]


def test_a_lower_rung_does_not_lower_the_level_and_takes_over_when_the_higher_one_has_left(play):
    played = play(WINDOW + "timeline: [{at: +0 d, who: a, do: bomb}, {at: +1 d, who: a, do: hit}]")
    assert levels(played) == [8, 8, 5, 0, 0, 0]


def test_a_higher_rung_replaces_a_lower_one(play):
    played = play(WINDOW + "timeline: [{at: +0 d, who: a, do: hit}, {at: +1 d, who: a, do: bomb}]")
    assert levels(played) == [5, 8, 8, 0, 0, 0]


def test_an_equal_rung_starts_the_window_again(play):
    played = play(WINDOW + "timeline: [{at: +0 d, who: a, do: hit}, {at: +1 d, who: a, do: hit}]")
    assert levels(played) == [5, 5, 5, 0, 0, 0]


def test_the_level_is_never_below_zero(play):
    played = play(WINDOW + "timeline: [{at: +0 d, who: a, do: peace}]")
    assert (levels(played), played.run["peak_level"], played.run["final_level"]) == ([0] * 6, 0, 0)


def test_an_expression_reads_the_level_with_the_event_it_speaks_of(play):
    played = play("""
rules: {answer: {who: b, when: {action: hit}, if: level == 5, do: speak, after: level}}
timeline: [{at: +0 d, who: a, do: hit}]
""")
    assert played.log == ["0 a hit", "5 b speak"]


def test_the_level_is_read_at_the_instant_not_at_the_last_event(play):
    played = play(
        WINDOW
        + """
outcomes: {before: {at: +1.99 d, if: level == 5}, after: {at: +2 d, if: level == 0}}
timeline: [{at: +0 d, who: a, do: hit}]
"""
    )
    assert (played.outcome("before"), played.outcome("after")) == (1.99, 2.0)


def test_history_is_known_to_the_level(play):
    played = play(WINDOW + "timeline: [{at: -1 d, who: a, do: hit}]")
    assert levels(played) == [5, 0, 0, 0, 0, 0]


def test_the_peak_includes_the_level_at_the_start(play):
    played = play(WINDOW + "timeline: [{at: -1 d, who: a, do: bomb}, {at: +1 d, who: a, do: hit}]")
    assert played.run["peak_level"] == 8


def test_the_peak_leaves_out_history_that_has_left_the_window_at_the_start(play):
    played = play(WINDOW + "timeline: [{at: -2 d, who: a, do: bomb}, {at: +1 d, who: a, do: hit}]")
    assert played.run["peak_level"] == 5


def test_the_peak_is_the_highest_level_of_the_run(play):
    played = play(
        WINDOW + "timeline: [{at: +0 d, who: a, do: hit}, {at: +1 d, who: a, do: bomb}, {at: +4 d, who: a, do: warn}]"
    )
    assert (played.run["peak_level"], played.run["final_level"]) == (8, 2)


def test_the_final_level_is_that_at_the_horizon(play):
    played = play(WINDOW + "timeline: [{at: +3 d, who: a, do: hit}]")
    assert (played.run["final_level"], levels(played)) == (0, [0, 0, 0, 5, 5, 0])


def test_a_run_that_ends_early_keeps_its_last_level(play):
    played = play(
        WINDOW + "outcomes: {over: {when: {action: hit}, ends: true}}\ntimeline: [{at: +1 d, who: a, do: hit}]"
    )
    assert (played.run["final_level"], levels(played)) == (5, [0, 5, 5, 5, 5, 5])


def test_who_asks_for_the_level_later_does_not_move_what_it_was_on_a_day_before(play):
    played = play("""
level: {window: 1 d}
horizon: 4 d
outcomes: {asked: {at: +42 h, if: level == 0}}
timeline: [{at: +12 h, who: a, do: hit}]
""")
    assert levels(played) == [0, 5, 0, 0, 0]


def test_a_rate_that_reads_the_level_does_not_move_what_it_was_on_a_day_before(play):
    text = "level: {window: 6 h}\nhorizon: 4 d\nvariables: {x: {scope: world}}\n"
    rest = "timeline: [{at: +19 h, who: a, do: hit}, {at: +43 h, who: a, do: hit}]"
    driver = "drivers: {source: {who: c, do: nod, rate: 0 * level, peak: 20}}\n"
    assert levels(play(text + driver + rest)) == levels(play(text + rest)) == [0, 5, 5, 0, 0]
