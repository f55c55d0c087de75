"""Section 3 and 4: variables start, decay exactly, and are moved by effects, in order and clamped."""

from __future__ import annotations

import pytest

HIT = "\ntimeline: [{at: +1 d, who: a, do: hit, to: b}]"


def close(value):
    return pytest.approx(value, rel=1e-12, abs=1e-15)


def test_a_variable_without_half_life_stays_until_it_is_set(play):
    played = play("variables: {x: {scope: world, initial: 0.5}}\nactions: {hit: {effects: [x += 0.25]}}" + HIT)
    assert [row["x"] for row in played.trajectory] == [0.5] + [0.75] * 10


@pytest.mark.parametrize("day", range(1, 11))
def test_between_events_a_variable_decays_by_half_in_each_half_life(play, day):
    played = play("variables: {x: {scope: world, half_life: 2 d}}\nactions: {hit: {effects: [x += 1]}}" + HIT)
    assert played.on_day(day, "x") == close(2.0 ** (-(day - 1) / 2))


@pytest.mark.parametrize("day", range(11))
def test_after_the_start_a_variable_decays_from_its_initial_value_towards_its_baseline(play, day):
    played = play("variables: {x: {scope: world, initial: 0.2, baseline: 0.6, half_life: 3 d}}")
    assert played.on_day(day, "x") == close(0.6 + (0.2 - 0.6) * 2.0 ** (-day / 3))


def test_the_baseline_is_the_initial_value_unless_given(play):
    text = "variables: {x: {scope: world, initial: 0.2, half_life: 1 d}}\nactions: {hit: {effects: [x += 0.8]}}"
    played = play(text + HIT)
    assert (played.on_day(0, "x"), played.on_day(3, "x")) == (0.2, close(0.2 + 0.8 / 4))


def test_before_the_start_a_variable_decays_towards_its_initial_value(play):
    played = play("""
variables: {x: {scope: world, initial: 0.2, baseline: 0.6, half_life: 2 d}}
actions: {hit: {effects: [x += 1]}}
timeline: [{at: -4 d, who: a, do: hit}]
""")
    at_start = 0.2 + 1 * 2.0**-2
    assert (played.on_day(0, "x"), played.on_day(2, "x")) == (close(at_start), close(0.6 + (at_start - 0.6) / 2))


def test_the_initial_value_is_the_value_at_the_start_had_nothing_happened(play):
    text = "variables: {x: {scope: world, initial: 0.2, baseline: 0.6, half_life: 2 d}}\n"
    assert play(text + "timeline: [{at: -9 d, who: a, do: hit}]").on_day(0, "x") == 0.2


def test_before_the_start_an_effect_meets_the_decayed_value(play):
    played = play("""
variables: {x: {scope: world, initial: 1, baseline: 0, half_life: 1 d}}
actions: {hit: {effects: [x = 2 * x]}}
timeline: [{at: -3 d, who: a, do: hit}, {at: -2 d, who: a, do: hit}]
""")
    assert played.on_day(0, "x") == close(1 + (2 * (1 + 1 / 2) - 1) / 4)


def test_an_effect_meets_the_decayed_value(play):
    played = play("""
variables: {x: {scope: world, initial: 1, baseline: 0, half_life: 1 d}}
actions: {hit: {effects: [x *= 3]}}
timeline: [{at: +2 d, who: a, do: hit}]
""")
    assert played.on_day(2, "x") == close(3 / 4)


def test_an_expression_reads_the_decayed_value(play):
    played = play("""
variables: {x: {scope: world, initial: 1, baseline: 0, half_life: 1 d}, y: {scope: world}}
actions: {hit: {effects: [y = x]}}
timeline: [{at: +3 d, who: a, do: hit}]
""")
    assert played.at_end("y") == close(1 / 8)


def test_an_own_value_is_that_actors_initial_value_and_baseline(play):
    played = play("variables: {x: {scope: actor, initial: 0.2, baseline: 0.6, half_life: 1 d, own: {a: 0.9}}}")
    assert [row["x.a"] for row in played.trajectory] == [0.9] * 11
    assert (played.on_day(0, "x.b"), played.on_day(1, "x.b")) == (0.2, close(0.4))


def test_an_own_value_of_a_dyad_is_directed(play):
    played = play("variables: {x: {scope: dyad, initial: 0.2, own: {a: {b: 0.9}}}}")
    assert (played.on_day(0, "x.a.b"), played.on_day(0, "x.b.a"), played.on_day(0, "x.a.c")) == (0.9, 0.2, 0.2)


@pytest.mark.parametrize("own", ["{a: 0.9, couple: 0.5}", "{couple: 0.5, a: 0.9}"])
def test_an_own_value_of_a_group_is_that_of_each_member_and_who_is_named_beats_it(play, own):
    played = play(f"variables: {{x: {{scope: actor, initial: 0.1, own: {own}}}}}")
    assert [played.on_day(0, f"x.{name}") for name in "abc"] == [0.9, 0.5, 0.1]


@pytest.mark.parametrize("own", ["{couple: {c: 0.5}, a: {c: 0.9}}", "{a: {c: 0.9}, couple: {c: 0.5}}"])
def test_a_named_dyad_beats_a_group(play, own):
    played = play(f"variables: {{x: {{scope: dyad, own: {own}}}}}")
    assert (played.on_day(0, "x.a.c"), played.on_day(0, "x.b.c"), played.on_day(0, "x.c.a")) == (0.9, 0.5, 0)


def test_initial_own_baseline_and_half_life_take_expressions_of_parameters(play):
    played = play("""
parameters: {p: {value: 2}}
variables: {x: {scope: actor, initial: p / 10, baseline: p, half_life: p * 12 h, own: {a: p + 1}}}
""")
    assert (played.on_day(0, "x.a"), played.on_day(0, "x.b"), played.on_day(1, "x.b")) == (3, close(0.2), close(1.1))


def test_effects_are_applied_in_order(play):
    played = play(
        "variables: {x: {scope: world, initial: 1}}\nactions: {hit: {effects: [x += 1, x *= 10, x -= 5]}}" + HIT
    )
    assert played.at_end("x") == 15


@pytest.mark.parametrize(
    ("effect", "value"), [("x = 3", 3), ("x += 3", 9), ("x -= 2", 4), ("x *= 2", 12), ("x /= 4", 1.5)]
)
def test_each_kind_of_effect(play, effect, value):
    played = play(f"variables: {{x: {{scope: world, initial: 6}}}}\nactions: {{hit: {{effects: [{effect}]}}}}" + HIT)
    assert played.at_end("x") == value


def test_a_variable_is_clamped_to_its_range_after_each_effect(play):
    played = play("variables: {x: {scope: world, range: [0, 1]}}\nactions: {hit: {effects: [x += 5, x -= 0.25]}}" + HIT)
    assert played.at_end("x") == 0.75


def test_a_variable_is_clamped_from_below(play):
    played = play(
        "variables: {x: {scope: world, range: [-1, 1]}}\nactions: {hit: {effects: [x -= 5, x += 0.25]}}" + HIT
    )
    assert played.at_end("x") == -0.75


def test_in_an_effect_a_group_means_each_member_in_the_order_of_the_actors_the_expression_read_anew(play):
    played = play(
        """
groups: {trio: [c, b, a]}
variables: {x: {scope: actor}}
actions: {hit: {effects: ["x[trio] = x[a] + x[b] + 1"]}}
"""
        + HIT
    )
    assert [played.at_end(f"x.{name}") for name in "abcd"] == [1, 2, 4, 0]


def test_in_an_effect_on_a_dyad_a_group_means_each_member(play):
    played = play("""
variables: {x: {scope: dyad}}
actions: {hit: {effects: ["x[couple, actor] += 1", "x[target, couple] += 10"]}}
timeline: [{at: +1 d, who: c, do: hit, to: d}]
""")
    moved = {name: value for name, value in played.trajectory[-1].items() if name.startswith("x.") and value}
    assert moved == {"x.a.c": 1, "x.b.c": 1, "x.d.a": 10, "x.d.b": 10}


def test_an_index_that_is_nobody_reads_as_the_baseline(play):
    played = play("""
variables: {x: {scope: world}, y: {scope: actor, initial: 3, baseline: 7, own: {a: 5}}}
actions: {hit: {effects: ["x = y[target]"]}}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert played.at_end("x") == 7


def test_an_index_of_a_dyad_that_is_nobody_reads_as_the_baseline(play):
    played = play("""
variables: {x: {scope: world}, y: {scope: dyad, initial: 3, own: {a: {b: 5}}}}
actions: {hit: {effects: ["x = 10 * y[target, actor] + y[actor, b]"]}}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    assert played.at_end("x") == 35


def test_an_effect_on_nobody_is_skipped(play):
    played = play("""
variables: {x: {scope: dyad}, y: {scope: actor}}
actions: {hit: {effects: ["x[target, actor] += 1", "y[target] += 1", "y[actor] += 1"]}}
timeline: [{at: +1 d, who: a, do: hit}]
""")
    moved = {name for name, value in played.trajectory[-1].items() if name[0] in "xy" and value}
    assert moved == {"y.a"}


def test_in_an_actions_effects_actor_and_self_are_the_true_doer(play):
    played = play(
        """
variables: {x: {scope: actor}}
actions: {hit: {attribution: {d: 1}, effects: ["x[actor] += 1", "x[self] += 10", "x[target] += 100"]}}
"""
        + HIT
    )
    assert [played.at_end(f"x.{name}") for name in "abcd"] == [11, 100, 0, 0]


def test_in_a_responses_action_the_effects_speak_of_the_response_itself(play):
    played = play(
        """
variables: {x: {scope: actor}, y: {scope: world}}
actions: {speak: {effects: ["x[actor] += 1", "x[self] += 10", "x[target] += 100", y = rung]}}
rules: {answer: {who: b, when: {action: hit}, do: speak, to: c}}
"""
        + HIT
    )
    assert ([played.at_end(f"x.{name}") for name in "abcd"], played.at_end("y")) == ([0, 11, 100, 0], 1)


def test_in_a_responses_own_effects_names_mean_the_event_answered_as_the_responder_sees_it(play):
    played = play("""
variables: {x: {scope: actor}, y: {scope: world}}
actions: {hit: {attribution: {d: 1}, deaths: 4, injured: 6}}
rules:
  answer:
    who: c
    when: {action: hit}
    do: speak
    to: c
    after: 2 d
    effects:
      - x[self] += 1
      - x[actor] += 10
      - x[target] += 100
      - y = 1000 * rung + 100 * deaths + 10 * injured + waited
timeline: [{at: +1 d, who: a, do: hit, to: b}]
""")
    assert ([played.at_end(f"x.{name}") for name in "abcd"], played.at_end("y")) == ([0, 100, 1, 10], 5462)


def test_in_a_timeline_items_effects_actor_and_self_are_the_true_doer(play):
    played = play("""
variables: {x: {scope: actor}, y: {scope: world}}
timeline:
  - at: +1 d
    who: a
    do: hit
    to: b
    deaths: 2
    effects: ["x[actor] += 1", "x[self] += 10", "x[target] += 100", y = rung + deaths]
""")
    assert ([played.at_end(f"x.{name}") for name in "abcd"], played.at_end("y")) == ([11, 100, 0, 0], 7)


def test_an_effect_reads_the_day(play):
    played = play(
        "variables: {x: {scope: world}}\nactions: {hit: {effects: [x = t]}}\ntimeline: [{at: +36 h, who: a, do: hit}]"
    )
    assert played.at_end("x") == 1.5


def test_in_history_the_day_is_below_zero(play):
    played = play(
        "variables: {x: {scope: world}}\nactions: {hit: {effects: [x = t]}}\ntimeline: [{at: -36 h, who: a, do: hit}]"
    )
    assert (played.at_end("x"), played.events[0].t) == (-1.5, -1.5)


def test_no_actor_has_a_variable_towards_itself_in_the_trajectories(play):
    played = play("variables: {x: {scope: dyad}}")
    assert "x.a.b" in played.trajectory[0]
    assert "x.a.a" not in played.trajectory[0]


def test_at_the_instant_it_is_set_a_variable_reads_as_what_it_was_set_to_to_the_last_bit(play):
    played = play(
        """
variables: {x: {scope: world, baseline: 2, half_life: 1 d}, y: {scope: world}}
actions: {hit: {effects: [x = 0.2, y = x]}}
"""
        + HIT
    )
    assert (played.at_end("y"), played.on_day(1, "x")) == (0.2, 0.2)


def test_at_the_start_a_variable_is_its_initial_value_to_the_last_bit(play):
    played = play("variables: {x: {scope: world, initial: 0.2, baseline: 2, half_life: 1 d}}")
    assert played.on_day(0, "x") == 0.2


@pytest.mark.parametrize("who", ["a", "self", "actor", "couple"])
def test_an_effect_meets_the_decayed_value_however_its_actor_is_named(play, who):
    played = play(f"""
variables: {{x: {{scope: actor, initial: 1, baseline: 0, half_life: 1 d}}}}
actions: {{hit: {{effects: ["x[{who}] += 1"]}}}}
timeline: [{{at: +2 d, who: a, do: hit, to: b}}]
""")
    assert [played.on_day(2, f"x.{name}") for name in "abc"] == [
        close(1.25),
        close(1.25 if who == "couple" else 0.25),
        close(0.25),
    ]


@pytest.mark.parametrize("who", ["a, b", "actor, target", "a, target", "actor, b", "a, couple"])
def test_an_effect_on_a_dyad_meets_the_decayed_value_however_it_is_named(play, who):
    played = play(f"""
variables: {{x: {{scope: dyad, initial: 1, baseline: 0, half_life: 1 d}}}}
actions: {{hit: {{effects: ["x[{who}] *= 4"]}}}}
timeline: [{{at: +2 d, who: a, do: hit, to: b}}]
""")
    assert (played.on_day(2, "x.a.b"), played.on_day(2, "x.b.a")) == (close(1), close(0.25))


@pytest.mark.parametrize("index", ["a", "self", "actor", "target"])
def test_an_expression_reads_the_decayed_value_however_its_actor_is_named(play, index):
    played = play(f"""
variables: {{x: {{scope: actor, initial: 1, baseline: 0, half_life: 1 d}}, y: {{scope: world}}}}
actions: {{hit: {{effects: ["y = x[{index}]"]}}}}
timeline: [{{at: +2 d, who: a, do: hit, to: b}}]
""")
    assert played.at_end("y") == close(0.25)


@pytest.mark.parametrize("index", ["a, b", "actor, target", "a, target", "self, b", "target, actor"])
def test_an_expression_reads_the_decayed_value_of_a_dyad_however_it_is_named(play, index):
    played = play(f"""
variables: {{x: {{scope: dyad, initial: 1, baseline: 0, half_life: 1 d}}, y: {{scope: world}}}}
actions: {{hit: {{effects: ["y = x[{index}]"]}}}}
timeline: [{{at: +2 d, who: a, do: hit, to: b}}]
""")
    assert played.at_end("y") == close(0.25)


@pytest.mark.parametrize(
    ("index", "value"),
    [("a, b", 10), ("b, a", 20), ("actor, target", 10), ("target, self", 20), ("nobody, a", 3), ("b, nobody", 3)],
)
def test_a_dyad_is_read_from_its_first_index_towards_its_second(play, index, value):
    played = play(f"""
variables: {{x: {{scope: dyad, initial: 3, own: {{a: {{b: 10}}, b: {{a: 20}}}}}}, y: {{scope: world}}}}
actions: {{hit: {{effects: ["y = x[{index}]"]}}}}
timeline: [{{at: +2 d, who: a, do: hit, to: b}}]
""")
    assert played.at_end("y") == value
