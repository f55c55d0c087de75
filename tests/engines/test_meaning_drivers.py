"""Section 3 and 4: drivers, thinned against their peak."""

from __future__ import annotations

import itertools

import pytest

from sim import chance
from sim.errors import RunError

DAY_MS = 86_400_000


def driver(keys, who="a"):
    return f"horizon: 30 d\ndrivers: {{source: {{who: {who}, do: nod, {keys}}}}}\n"


def keys_of(played):
    return {event.key for event in played.events}


def test_a_driver_without_a_rate_does_nothing(play):
    assert play(driver("rate: 0")).events == []


def test_the_events_of_a_driver_have_no_cause_and_its_id_as_origin(play):
    events = play(driver("rate: 1")).events
    assert events
    assert {(event.cause, event.origin, event.actor) for event in events} == {(-1, "source", "a")}


def test_a_drivers_target_place_and_casualties(play):
    events = play(driver("to: c, place: home, deaths: 2, rate: 1")).events
    assert {(event.target, event.place, event.deaths, event.injured) for event in events} == {("c", "home", 2, 0)}


def test_a_driver_keeps_within_the_run(play):
    times = [event.t for event in play(driver("rate: 20")).events]
    assert 0 < times[0] < times[-1] < 30


def test_candidates_come_at_the_rounded_sums_of_exponential_gaps_not_at_the_sums_of_rounded_ones(play):
    """At 86,400 candidates a day most gaps are a second or so: a rounding of each would add up."""
    played = play("horizon: 10 min\ndrivers: {source: {who: a, do: nod, rate: 8640000}}\nmax_events: 200000")
    source = chance.mix(chance.run_key(1, 0) ^ chance.salt("driver", "source", "a"))
    gaps = (
        -chance.math.log1p(-chance.draw(chance.numbered(source, n), chance.salt("gap"))) / 8640000
        for n in itertools.count()
    )
    sums = itertools.takewhile(lambda days: round(days * DAY_MS) < 600_000, itertools.accumulate(gaps))
    assert [round(event.t * DAY_MS) for event in played.events] == [round(days * DAY_MS) for days in sums]


def test_a_rate_below_the_peak_lets_some_candidates_through(play):
    every, some = (keys_of(play(driver(f"rate: {rate}, peak: 4"))) for rate in (4, 1))
    assert set() < some < every


def test_a_higher_rate_lets_through_what_a_lower_one_does(play):
    passed = [keys_of(play(driver(f"rate: {rate}, peak: 4"))) for rate in (0.5, 1, 2, 3, 4)]
    assert all(low < high for low, high in itertools.pairwise(passed))


def test_the_peak_is_the_rate_where_it_is_left_out(play):
    text = "parameters: {tempo: {value: 2}}\n"
    assert play(text + driver("rate: tempo")).log == play(text + driver("rate: tempo, peak: 2")).log


def test_a_rate_that_becomes_zero_stops_the_driver(play):
    truce = "variables: {truce: {scope: world}}\nactions: {peace: {effects: [truce = 1]}}\n"
    played = play(truce + driver("rate: 4 * (1 - truce), peak: 4")
                  + "timeline: [{at: +5 d, who: b, do: peace}]")  # fmt: skip
    assert [event.t < 5 for event in played.events if event.action == "nod"].count(False) == 0
    assert len(played.events) > 2


def test_a_rate_may_depend_on_who_drives(play):
    played = play(
        "variables: {tempo: {scope: actor, own: {b: 1}}}\n" + driver("rate: 'tempo[self]', peak: 1", who="everybody")
    )
    assert {event.actor for event in played.events} == {"b"}


def test_a_rate_above_the_peak_is_an_error(play):
    with pytest.raises(RunError, match=r"case\.yaml:4:\d+: drivers\.source\.rate.*peak"):
        play("variables: {x: {scope: world, initial: 1}}\n" + driver("rate: 2 + 3 * x, peak: 4"))


def test_a_rate_equal_to_the_peak_is_none(play):
    assert play("variables: {x: {scope: world, initial: 1}}\n" + driver("rate: 1 + 3 * x, peak: 4")).events


def test_a_driver_of_a_group_is_one_for_each_of_its_members(play):
    together = play(driver("rate: 1", who="couple")).lineage
    alone = play(driver("rate: 1", who="a")).lineage | play(driver("rate: 1", who="b")).lineage
    assert together == alone


def test_a_limit_is_asked_of_the_candidates_that_thinning_lets_through(play):
    all_ = play(driver("rate: 1, peak: 4")).log
    assert play(driver("rate: 1, peak: 4, limit: 3")).log == all_[:3]


def test_a_cooldown_is_asked_of_the_candidates_that_thinning_lets_through(play):
    kept, latest = [], None
    for event in play(driver("rate: 1, peak: 4")).events:
        if latest is None or event.t - latest >= 2:
            kept.append(event.key)
            latest = event.t
    assert [event.key for event in play(driver("rate: 1, peak: 4, cooldown: 2 d")).events] == kept


def test_limit_and_cooldown_belong_to_a_driver_and_an_actor(play):
    played = play(driver("rate: 1, limit: 2", who="couple"))
    assert sorted(event.actor for event in played.events) == ["a", "a", "b", "b"]


def test_a_candidate_that_if_turns_away_does_not_use_up_the_limit(play):
    late = [event.key for event in play(driver("rate: 1")).events if event.t >= 10]
    assert [event.key for event in play(driver("rate: 1, if: t >= 10, limit: 2")).events] == late[:2]


def test_a_candidate_that_if_turns_away_starts_no_cooldown(play):
    late = [event.key for event in play(driver("rate: 1")).events if event.t >= 10]
    assert play(driver("rate: 1, if: t >= 10, cooldown: 3 d")).events[0].key == late[0]


def test_a_candidate_without_a_possible_option_is_no_commitment(play):
    late = [event.key for event in play(driver("rate: 1")).events if event.t >= 10]
    assert [event.key for event in play(driver("rate: 1, limit: 2, choose: [{weight: t >= 10}]")).events] == late[:2]


def test_a_driver_chooses_by_weight(play):
    played = play(
        "horizon: 30 d\n"
        "drivers: {source: {who: a, rate: 2, to: c, choose: [{do: nod}, {do: speak, to: d}, {do: hit, weight: 0}]}}"
    )
    assert {(event.action, event.target) for event in played.events} == {("nod", "c"), ("speak", "d")}


def test_a_driver_has_effects_of_its_own_after_those_of_its_action(play):
    played = play("""
variables: {x: {scope: actor, initial: 1}}
actions: {nod: {effects: ["x[actor] = x[actor] + 1"]}}
""" + driver("to: c, rate: 1, limit: 1, effects: ['x[self] = x[self] * 10', 'x[target] = 5']"))  # fmt: skip
    assert (played.at_end("x.a"), played.at_end("x.c")) == (20, 5)


def test_drivers_start_at_the_start_even_if_there_is_a_history(play):
    text = driver("rate: 2")
    with_history = play(text + "timeline: [{at: -20 d, who: b, do: warn}]")
    assert [event for event in with_history.log if "nod" in event] == play(text).log


def test_a_rate_knows_the_day_and_the_level(play):
    played = play(driver("rate: 4 * (level >= 5) * (t < 7), peak: 4") + "timeline: [{at: +5 d, who: b, do: hit}]")
    times = [event.t for event in played.events if event.action == "nod"]
    assert times
    assert all(5 < t < 7 for t in times)


def test_peak_takes_an_expression_of_parameters(play):
    text = "parameters: {p: {value: 2}}\n"
    assert play(text + driver("rate: 1, peak: p * 2")).log == play(driver("rate: 1, peak: 4")).log


def test_a_driver_that_names_a_group_as_target_never_takes_the_doer(play):
    played = play(driver("to: everybody, rate: 4"))
    assert {event.target for event in played.events} == {"b", "c", "d"}
