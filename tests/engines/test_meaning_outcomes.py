"""Section 4 and 5: outcomes, how a run ends, and what a truncated run knows."""

from __future__ import annotations

import pytest

from sim.engines.outcomes import Outcomes

HITS = "timeline: [{at: +1 d, who: a, do: hit}, {at: +3 d, who: a, do: hit}, {at: +5 d, who: a, do: bomb}]\n"


def outcome(play, keys, rest=HITS):
    """When an outcome first came true."""
    return play(f"outcomes: {{o: {{{keys}}}}}\n{rest}").outcome("o")


@pytest.mark.parametrize(
    ("keys", "day"),
    [
        ("when: {action: hit}", 1),
        ("when: {action: bomb}", 5),
        ("when: {action: peace}", None),
        ("if: level >= 8", 5),
        ("if: level >= 6 and t > 20", None),
        ("when: {action: hit}, if: t > 2", 3),
        ("when: {action: hit}, if: actor == a and target == nobody and rung == 5", 1),
        ("when: {rung: 3..}, if: rung == 8", 5),
        ("when: {action: hit}, if: t > 4", None),
        ("at: +4 d, if: count(action=hit) == 2", 4),
        ("at: +2 d, if: count(action=hit) == 2", None),
        ("at: 2024-01-05, if: count(action=hit) == 2", 4),
        ("at: end, if: count(action=kinetic) == 3", 10),
        ("at: +10 d, if: count(action=kinetic) == 3", 10),
        ("at: +0 d, if: level == 0", 0),
        ("at: -1 d, if: level == 0", None),
        ("at: +11 d, if: level >= 0", None),
        ("quiet: 1 d, when: {rung: 3..}", 1),
        ("quiet: 36 h, when: {rung: 3..}", 2.5),
        ("quiet: 2 d, when: {rung: 3..}", 3),
        ("quiet: 3 d, when: {rung: 3..}", 8),
        ("quiet: 5 d, when: {rung: 3..}", None),
        ("quiet: 114 h, when: {rung: 3..}", 9.75),
        ("quiet: 3 d, when: {action: hit}", 6),
        ("quiet: 9 d, when: {action: peace}", 9),
    ],
)
def test_when_an_outcome_first_comes_true(play, keys, day):
    assert outcome(play, keys) == day


def test_outcomes_are_tested_at_the_start_before_anything_happens(play):
    played = play("outcomes: {calm: {if: level == 0}}\ntimeline: [{at: +0 d, who: a, do: hit}]")
    assert played.outcome("calm") == 0.0


def test_an_outcome_with_an_if_alone_is_not_looked_at_between_events(play):
    """The level falls on day 8, the next event comes on day 9."""
    assert (
        outcome(
            play, "if: level == 0 and t > 0", "timeline: [{at: +1 d, who: a, do: hit}, {at: +9 d, who: a, do: nod}]"
        )
        == 9.0
    )


def test_a_quiet_that_would_have_lasted_at_the_horizon_does_not_come_true(play):
    assert outcome(play, "quiet: 10 d, when: {rung: 3..}", "") is None


def test_a_quiet_may_last_until_just_before_the_horizon(play):
    assert outcome(play, "quiet: 234 h, when: {rung: 3..}", "") == 9.75


def test_a_quiet_comes_true_once_at_its_first_time(play):
    assert outcome(play, "quiet: 1 d, when: {rung: 3..}", "timeline: [{at: +5 d, who: a, do: hit}]") == 1.0


def test_a_quiet_is_broken_only_by_what_it_names(play):
    assert outcome(play, "quiet: 2 d, when: {rung: 3..}", "timeline: [{at: +1 d, who: a, do: nod}]") == 2.0


def test_a_quiet_is_broken_by_an_event_at_the_start(play):
    assert outcome(play, "quiet: 2 d, when: {rung: 3..}", "timeline: [{at: +0 d, who: a, do: hit}]") == 2.0


def test_an_outcome_keeps_its_first_time(play):
    assert outcome(play, "if: level == 5") == 1.0


def test_a_run_ends_after_all_outcomes_are_tested_and_before_anybody_responds(play):
    played = play("""
outcomes: {first: {if: level >= 5}, over: {when: {action: hit}, ends: true}, third: {when: {rung: 5}}}
rules: {answer: {who: b, when: {action: hit}, do: speak}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +1 d, who: a, do: nod}]
""")
    assert (played.log, played.run["ended"]) == (["1 a hit"], "over")
    assert [played.outcome(name) for name in ("first", "over", "third")] == [1.0, 1.0, 1.0]


def test_a_run_that_nothing_ends_has_no_ending_outcome(play):
    assert play("outcomes: {over: {when: {action: peace}, ends: true}}\n" + HITS).run["ended"] is None


def test_of_two_outcomes_that_end_the_run_the_first_in_the_file_is_named(play):
    played = play("outcomes: {z: {if: level >= 5, ends: true}, b: {when: {action: hit}, ends: true}}\n" + HITS)
    assert (played.run["ended"], played.outcome("z"), played.outcome("b")) == ("z", 1.0, 1.0)


def test_all_that_is_asked_at_one_instant_is_recorded_before_the_run_ends(play):
    played = play("""
outcomes:
  one: {at: +2 d, if: level >= 0, ends: true}
  two: {at: +2 d, if: level >= 5}
  calm: {quiet: 1 d, when: {rung: 3..}}
  both: {quiet: 2 d, when: {action: nod}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: nod}]
""")
    assert [played.outcome(name) for name in ("one", "two", "calm", "both")] == [2.0, 2.0, 1.0, 2.0]
    assert played.log == ["1 a hit"]


def test_a_quiet_can_end_the_run(play):
    played = play("outcomes: {calm: {quiet: 1 d, when: {rung: 8}, ends: true}}\n" + HITS)
    assert (played.run["ended"], played.log) == ("calm", [])


def test_a_run_can_end_at_the_start_before_anything_happens(play):
    played = play("""
outcomes: {over: {if: count(action=hit) == 1, ends: true}}
drivers: {source: {who: c, do: nod, rate: 10}}
timeline: [{at: -1 d, who: a, do: hit}, {at: +0 d, who: a, do: bomb}]
""")
    assert (played.log, played.run["ended"], played.outcome("over")) == (["-1 a hit"], "over", 0.0)


def test_a_run_that_ends_early_keeps_its_last_level_and_variables(play):
    played = play("""
variables: {x: {scope: world, half_life: 1 d}}
actions: {hit: {effects: [x = 8]}}
outcomes: {over: {when: {action: nod}, ends: true}}
timeline: [{at: +1 d, who: a, do: hit}, {at: +3 d, who: a, do: nod}, {at: +4 d, who: a, do: bomb}]
""")
    assert [row["x"] for row in played.trajectory] == [0, 8, 4] + [2] * 8
    assert [row["level"] for row in played.trajectory] == [0] + [5] * 10
    assert played.run["final_level"] == 5


def test_outcomes_asked_for_a_later_time_are_answered_from_what_a_run_keeps_with_that_time(play):
    played = play("""
variables: {x: {scope: world, half_life: 1 d}}
actions: {hit: {effects: [x = 8]}}
outcomes:
  over: {when: {action: hit}, ends: true}
  kept: {at: +5 d, if: x == 8}
  at-end: {at: end, if: level == 5}
  never: {at: +6 d, if: level == 0}
  before: {at: +1 h, if: level == 5}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert [played.outcome(name) for name in ("over", "kept", "at-end", "never", "before")] == [
        1.0,
        5.0,
        10.0,
        None,
        None,
    ]


def test_an_outcome_asked_at_the_instant_at_which_the_run_ends_has_been_asked(play):
    played = play("outcomes: {asked: {at: +1 d, if: level >= 5}, over: {when: {action: hit}, ends: true}}\n" + HITS)
    assert played.outcome("asked") is None


def test_a_running_quiet_does_not_come_true_when_a_run_ends_early(play):
    played = play(
        "outcomes: {over: {when: {action: hit}, ends: true}, calm: {quiet: 2 d, when: {rung: 3..}}, "
        "other: {quiet: 5 d, when: {action: bomb}}}\n" + HITS
    )
    assert (played.outcome("calm"), played.outcome("other")) == (None, None)


def test_an_ending_outcome_asked_for_the_end_ends_nothing_early(play):
    played = play("outcomes: {over: {at: end, if: level == 8, ends: true}}\n" + HITS)
    assert (len(played.events), played.outcome("over")) == (3, 10.0)


def test_a_run_whose_log_reaches_max_events_is_truncated(play):
    played = play("max_events: 2\n" + HITS)
    assert (played.log, played.run["truncated"]) == (["1 a hit", "3 a hit"], True)


def test_a_run_below_max_events_is_whole(play):
    played = play("max_events: 4\n" + HITS)
    assert (len(played.events), played.run["truncated"]) == (3, False)


def test_history_counts_towards_max_events(play):
    played = play(
        "max_events: 2\n"
        "timeline: [{at: -1 d, who: a, do: nod}, {at: +1 d, who: a, do: hit}, {at: +2 d, who: a, do: hit}]"
    )
    assert (played.log, played.run["truncated"]) == (["-1 a nod", "1 a hit"], True)


def test_a_history_that_reaches_max_events_truncates_the_run_before_its_start(play):
    played = play(
        "max_events: 1\noutcomes: {calm: {if: level >= 0}}\n"
        "timeline: [{at: -2 d, who: a, do: nod}, {at: -1 d, who: a, do: hit}]"
    )
    assert (played.log, played.run["truncated"], played.outcome("calm")) == (["-2 a nod"], True, None)


def test_a_truncated_run_stops_after_its_outcomes_and_before_anybody_responds(play):
    played = play(
        "max_events: 2\noutcomes: {twice: {if: count(action=hit) == 2}}\n"
        "rules: {answer: {who: b, when: {action: hit}, if: t > 2, do: speak}}\n" + HITS
    )
    assert (len(played.events), played.outcome("twice")) == (2, 3.0)


def test_in_a_truncated_run_what_was_not_yet_known_is_null(play):
    played = play(
        """
max_events: 2
variables: {x: {scope: world}}
outcomes:
  hit: {when: {action: hit}}
  bomb: {when: {action: bomb}}
  asked: {at: +2 d, if: level == 5}
  later: {at: +4 d, if: level == 5}
  at-end: {at: end, if: level >= 0}
  calm: {quiet: 4 d, when: {action: hit}}
"""
        + HITS
    )
    assert [played.outcome(name) for name in ("hit", "bomb", "asked", "later", "at-end", "calm")] == [
        1.0,
        None,
        2.0,
        None,
        None,
        None,
    ]
    assert played.run["final_level"] is None
    assert [row["level"] for row in played.trajectory] == [0, 5, 5] + [None] * 8
    assert [row["x"] for row in played.trajectory] == [0, 0, 0] + [None] * 8


def test_trajectories_have_whole_days_and_the_end(play):
    assert [row["day"] for row in play("horizon: 2.5 d").trajectory] == [0, 1, 2, 2.5]
    assert [row["day"] for row in play("horizon: 2 d").trajectory] == [0, 1, 2]
    assert [row["day"] for row in play("horizon: 6 h").trajectory] == [0, 0.25]


def test_a_day_of_the_trajectory_includes_what_happens_at_its_very_beginning(play):
    played = play("variables: {x: {scope: world}}\nactions: {hit: {effects: [x += 1]}}\n" + HITS)
    assert [row["x"] for row in played.trajectory[:4]] == [0, 1, 1, 2]


def test_a_changed_mind_on_a_whole_day_stands_in_that_days_row(play):
    played = play(
        """
variables: {x: {scope: world}}
rules: {think: {who: b, when: {action: hit}, do: nothing, after: 1 d, effects: [x += 1]}}
"""
        + HITS
    )
    assert [row["x"] for row in played.trajectory[:5]] == [0, 0, 1, 1, 2]


def test_an_outcome_asked_at_the_start_is_asked_though_the_run_ends_there(play):
    played = play(
        "outcomes: {over: {if: level == 0, ends: true}, asked: {at: +0 d, if: level == 0}, "
        "later: {at: +1 d, if: level == 0}}"
    )
    assert [played.outcome(name) for name in ("over", "asked", "later")] == [0.0, 0.0, 1.0]


def test_a_run_can_end_by_what_is_asked_at_the_start(play):
    played = play("outcomes: {over: {at: +0 d, if: level == 0, ends: true}}\n" + HITS)
    assert (played.log, played.run["ended"]) == ([], "over")


def test_several_quiets_that_keep_being_broken_are_looked_at_a_few_times_each(play, monkeypatch):
    """A deadline that has passed asks for one new deadline, not for one of every quiet."""
    asked, real = [], Outcomes.asked

    def counted(self, now):
        asked.append(now)
        assert len(asked) < 500
        return real(self, now)

    monkeypatch.setattr(Outcomes, "asked", counted)
    quiets = "\n".join(f"  calm-{hours}: {{quiet: {hours} h, when: {{rung: 3..}}}}" for hours in range(24, 30))
    played = play(f"horizon: 20 d\noutcomes:\n{quiets}\ndrivers: {{source: {{who: a, do: hit, rate: 8}}}}")
    assert [played.outcome(f"calm-{hours}") for hours in range(24, 30)] == [None] * 6
