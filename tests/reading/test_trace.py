"""One run told as a chronicle: the same run, the right causes and reasons, readable text."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from sim.engines.simpy_engine import SimPyEngine
from sim.engines.world import ACTOR, CAUSE, ORIGIN, TIME
from sim.errors import RunError, UsageError
from sim.model import build
from sim.reading.chronicle import Chronicle
from sim.reading.telling import Telling, instant_ms
from sim.reading.trace import replayed, trace
from sim.scenario.load import load
from sim.scenario.times import DAY_MS
from tests.reading.stories import FEUD, QUARREL, loaded

FEUD_TOLD = """\
A feud without chance
Run 0 under seed 1, told as a chronicle. A model to think with, never a forecast to act on.
The clock starts on Friday 1 March 2024 at 06:00 (UTC+01:00) and runs for 5 days at most.
An event that answers no other comes by itself, from a driver, or is given in the timeline.

Given as history: 1 event on 29 February 2024, 1 dead (--history tells them one by one).
At the start the level stands at 5 (blow).

Saturday 2 March 2024

  06:00      The level falls from 5 to 0 (calm): nothing as grave has happened for 2 days.
  06:00      NOW TRUE: A day without a blow.
  06:00  #1  Aland strikes with rockets against Borduria at Border town. 2 dead and 3 injured. The
             level rises from 0 to 5 (blow).
             timeline blow
  06:00  #2  d: grumble against Aland. In answer to #1 (Aland strikes with rockets), at once.
             rule     grumbling
  12:00      The United Nations of Mind does nothing, but its mind changes. In answer to #1 (Aland
             strikes with rockets), after 6 hours.
             rule     worry
             effects  anger[u, a] 0.2 → 0.3
  18:00  #3  Borduria strikes with rockets against Aland. 2 dead and 3 injured. In answer to #1
             (Aland strikes with rockets), after 12 hours.
             NOW TRUE: Borduria answers.
             NOW TRUE: Ten are hurt.
             rule     answer
             if       anger[self, actor] > 0.1 and level >= 5 (anger[b, a] = 0.7, level = 5)
             unless   count(action=peace, within=2 d) > 0 (count(…) = 0), which did not hold by then

Sunday 3 March 2024

  00:00      The United Nations of Mind does nothing, but its mind changes. In answer to #3
             (Borduria strikes with rockets), after 6 hours.
             rule     worry
             effects  anger[u, b] 0.2 → 0.3
  18:00  #4  The United Nations of Mind calls for a truce with Borduria. In answer to #3 (Borduria
             strikes with rockets), after 1 day.
             rule     call

Monday 4 March 2024

  06:00  #5  Aland strikes with rockets against Borduria. 2 dead and 3 injured.
             timeline second
  12:00      The United Nations of Mind does nothing, but its mind changes. In answer to #5 (Aland
             strikes with rockets), after 6 hours.
             rule     worry
             effects  anger[u, a] 0.3 → 0.4
  18:00      Borduria stands down. Now, after 12 hours, it was to strike with rockets against Aland,
             in answer to #5 (Aland strikes with rockets).
             rule     answer
             if       anger[self, actor] > 0.1 and level >= 5 (anger[b, a] = 0.95, level = 5)
             unless   count(action=peace, within=2 d) > 0 (count(…) = 1), which held by then

The end

  The run ends on Wednesday 6 March 2024 at 06:00 at its horizon, with the level at 0 (calm).
  Since the start: 5 events, 6 dead and 9 injured; the level at its highest: 5 (blow).
  Came true on 2 March 2024, 06:00: A day without a blow.
  Came true on 2 March 2024, 18:00: Borduria answers.
  Came true on 2 March 2024, 18:00: Ten are hurt.
  1 response stood down.
  Still to come when the run ends: Aland was to condemn d, in answer to #2 (d: grumble).
"""

EVENT_TOLD = """\
A feud without chance
Run 0 under seed 1, told as a chronicle. A model to think with, never a forecast to act on.
The clock starts on Friday 1 March 2024 at 06:00 (UTC+01:00) and runs for 5 days at most.
Told here: event #3, what led to it and what it led to directly.

What led to it

         #1  2 March 2024, 06:00: Aland strikes with rockets against Borduria at Border town. 2 dead
             and 3 injured. The level rises from 0 to 5 (blow).
             timeline blow
             effects  anger[b, a] 0.45 → 0.7

The event

         #3  2 March 2024, 18:00: Borduria strikes with rockets against Aland. 2 dead and 3 injured.
             In answer to #1 (Aland strikes with rockets), after 12 hours.
             NOW TRUE: Borduria answers.
             NOW TRUE: Ten are hurt.
             rule     answer
             if       anger[self, actor] > 0.1 and level >= 5 (anger[b, a] = 0.7, level = 5)
             unless   count(action=peace, within=2 d) > 0 (count(…) = 0), which did not hold by then
             effects  anger[a, b] 0.2 → 0.45
             no reply grumbling (d): limit 1, reached before

What followed directly

             3 March 2024, 00:00: The United Nations of Mind does nothing, but its mind changes. In
             answer to #3 (Borduria strikes with rockets), after 6 hours.
             rule     worry
             effects  anger[u, b] 0.2 → 0.3
         #4  3 March 2024, 18:00: The United Nations of Mind calls for a truce with Borduria. In
             answer to #3 (Borduria strikes with rockets), after 1 day.
             rule     call
"""


@pytest.fixture
def feud(tmp_path: Path) -> Chronicle:
    return trace(loaded(FEUD, tmp_path), 1, 0)


@pytest.fixture(scope="module")
def erbil() -> list[Chronicle]:
    scenario = load("erbil-2024")
    return [trace(scenario, 1, run) for run in range(4)]


def told(text: str, folder: Path, run: int = 0) -> Chronicle:
    return trace(loaded(text, folder), 1, run)


def fates(chronicle: Chronicle, rule: str) -> list[str]:
    return [one.fate for one in chronicle.responses if one.rule == rule]


def test_a_run_without_chance_reads_so(feud):
    assert feud.text() == FEUD_TOLD


def test_one_event_reads_so_with_its_ancestors_and_its_direct_consequences(feud):
    assert feud.text(Telling(event=3, considered=True)) == EVENT_TOLD


def test_watching_a_run_does_not_change_a_bit_of_it(tmp_path):
    scenario = loaded(QUARREL, tmp_path)
    engine = SimPyEngine(build(scenario))
    for run in range(30):
        assert replayed(scenario, 7, run)[1] == engine.play(7, run)


def test_watching_a_run_of_erbil_does_not_change_a_bit_of_it():
    scenario = load("erbil-2024")
    engine = SimPyEngine(build(scenario))
    for run in range(4):
        assert replayed(scenario, 1, run)[1] == engine.play(1, run)


def test_events_are_those_of_the_log_with_their_causes(tmp_path):
    scenario = loaded(QUARREL, tmp_path)
    for run in range(20):
        chronicle, record = replayed(scenario, 1, run)
        tables = build(scenario)
        assert [event.index for event in chronicle.events] == list(range(len(record.rows)))
        for event, row in zip(chronicle.events, record.rows, strict=True):
            assert (event.at_ms, event.actor) == (row[TIME], tables.actors[row[ACTOR]])
            assert event.cause == (None if row[CAUSE] < 0 else row[CAUSE])
            assert event.origin == tables.origins[row[ORIGIN]]


def test_a_response_is_told_with_the_rule_that_made_it(erbil):
    for chronicle in erbil:
        for event in chronicle.events:
            response = event.response
            assert (response is not None) == (event.kind == "rule") == (event.cause is not None)
            if response is not None:
                assert (response.rule, response.responder) == (event.origin, event.actor)
                assert (response.event, response.result) == (event.cause, event.index)
                assert (response.end_ms, response.action) == (event.at_ms, event.action)
                assert (response.target, response.place) == (event.target, event.place)


def test_reasons_hold_where_a_rule_answers_and_fail_where_it_does_not(erbil):
    for one in (one for chronicle in erbil for one in chronicle.responses):
        if one.fate == "condition":
            assert one.condition is not None
            assert not one.condition.value
        elif one.condition is not None:
            assert one.condition.value
        if one.chance is not None and one.drawn is not None:
            assert (one.drawn >= one.chance.value) == (one.fate == "chance")
        if one.unless is not None:
            assert bool(one.unless.value) == (one.fate == "stood down")
        if one.choice is not None:
            assert 0 < one.choice.share <= 1


def test_responses_that_stood_down_are_counted_as_the_run_counts_them():
    scenario = load("erbil-2024")
    for run in range(4):
        chronicle, record = replayed(scenario, 1, run)
        told_of = Counter(one.rule for one in chronicle.responses if one.fate == "stood down")
        counted = dict(zip(scenario.description.rules, record.stood_down, strict=True))
        assert told_of == Counter({rule: number for rule, number in counted.items() if number})
        assert chronicle.text().count(" stands down. ") == sum(record.stood_down)


def test_a_condition_is_told_as_written_with_the_values_in_it(feud):
    response = feud.events[3].response
    assert response is not None
    assert response.condition is not None
    assert response.condition.written == "anger[self, actor] > 0.1 and level >= 5"
    assert [(one.name, one.value) for one in response.condition.values] == [("anger[b, a]", 0.7), ("level", 5.0)]


def test_values_are_those_of_the_moment_of_consideration(tmp_path):
    text = FEUD.replace("level >= 5", "t > 0 and rung == 5 and deaths >= 1 and injured >= 0 and target == self")
    text = text.replace(
        "> 0\n  worry", "> 0 or since(action=speak, actor=actor, within=temper) < waited or d == actor\n  worry"
    )
    response = told(text, tmp_path).events[3].response
    assert response is not None
    assert response.condition is not None
    assert response.unless is not None
    assert response.condition.text_of_values() == (
        "anger[b, a] = 0.7, t = 24 h, rung = 5, deaths = 2, injured = 3, target = b, self = b"
    )
    assert [one.name for one in response.unless.values] == [
        "count(action=peace, within=2 d)", "temper", "since(action=speak, actor=a, within=temper)", "waited", "actor",
    ]  # fmt: skip
    assert [one.value for one in response.unless.values] == [0.0, 0.25, None, 0.5, "a"]


@pytest.mark.parametrize(
    ("change", "rule", "fate", "words"),
    [
        ("limit: 1", "grumbling", "limit", "limit 1, reached before"),
        ("cooldown: 3 d", "call", "cooldown", "cooldown 3 d, the last time was 2 days before"),
        ("if: rung > 5", "call", "condition", "if rung > 5 (rung = 5), which did not hold"),
        ("chance: 0", "call", "chance", "chance 0.00, drawn 0."),
        ("choose: [{do: nothing, weight: 1}]", "call", "nothing", "it chose to do nothing (1 of 1 option, with 100"),
        ("choose: [{do: peace, weight: 0}]", "call", "weights", "every option had the weight 0"),
        ("after: 12 h", "call", "history", "its answer would have fallen before the start"),
    ],
)
def test_a_rule_that_matched_and_did_not_answer_is_told_with_its_reason(change, rule, fate, words, tmp_path):
    text = FEUD
    if rule == "call":
        text = text.replace("  call: {who: u, when: {action: hit, actor: b}, do: peace, to: actor, after: 1 d}",
                            f"  call: {{who: u, when: {{action: hit}}, do: peace, {change}}}")  # fmt: skip
    chronicle = told(text, tmp_path)
    assert fate in fates(chronicle, rule)
    assert words in " ".join(chronicle.text(Telling(history=True, considered=True)).split())
    assert words not in chronicle.text(Telling(history=True))


def test_whom_the_responder_blames_is_told_where_it_is_not_the_doer(tmp_path):
    blamed = FEUD.replace("deaths: 2,", "deaths: 2, attribution: {u: 1},")
    chronicle = told(blamed, tmp_path)
    (grumble,) = (event for event in chronicle.events if event.action == "grumble")
    assert grumble.response is not None
    assert (grumble.response.doer, grumble.response.blamed, grumble.target) == ("a", "u", "u")
    assert "at once. d holds the United Nations of Mind responsible." in " ".join(chronicle.text().split())
    nobody = told(FEUD.replace("deaths: 2,", "deaths: 2, attribution: {nobody: 1},"), tmp_path)
    assert "d holds nobody responsible." in " ".join(nobody.text().split())
    assert "responsible" not in told(FEUD, tmp_path).text()


def test_an_unless_of_an_option_is_told(tmp_path):
    choose = 'choose: [{do: peace, to: actor, unless: "count(action=hit) > 0"}]'
    text = FEUD.replace("do: peace, to: actor, after: 1 d", f"{choose}, after: 1 d")
    response = next(one for one in told(text, tmp_path).responses if one.rule == "call")
    assert response.unless is not None
    assert (response.fate, response.unless.written) == ("stood down", "count(action=hit) > 0")


def test_a_timeline_item_is_told_with_its_chance_whether_it_happens_or_not(tmp_path):
    text = FEUD.replace("{id: second, at: +3 d,", "{id: second, chance: 0.5, at: +3 d,")
    happened = [bool(told(text, tmp_path, run).missed) for run in range(6)]
    assert set(happened) == {True, False}
    missed, there = told(text, tmp_path, happened.index(True)), told(text, tmp_path, happened.index(False))
    assert missed.missed[0].drawn >= 0.5
    assert "Aland might have been expected to strike with rockets, but it does not come to that." in " ".join(
        missed.text().split()
    )
    (event,) = (event for event in there.events if event.origin == "second")
    assert event.drawn < 0.5
    assert "timeline second\n             chance   0.50, drawn 0." in there.text()


def test_a_driver_is_told_with_its_rate(tmp_path):
    chronicle = told(QUARREL, tmp_path)
    rates = [event.rate for event in chronicle.events if event.kind == "driver"]
    assert rates
    assert set(rates) == {0.3}
    assert "driver   quiet-talk, at 0.3 a day" in chronicle.text()


def test_outcomes_are_told_with_the_event_that_made_them_true_or_by_the_clock(feud):
    assert [(one.outcome, one.at_ms // DAY_MS, one.event) for one in feud.truths] == [
        ("calm", 1, None), ("answered", 1, 3), ("hurt", 1, 3),
    ]  # fmt: skip


def test_an_outcome_true_from_the_start_belongs_to_no_event(tmp_path):
    text = FEUD.replace("if: count(action=hit) > 2", "if: count(action=hit) > 0").replace("at: +1 d", "at: +0 d")
    (truth,) = (one for one in told(text, tmp_path).truths if one.outcome == "hurt")
    assert (truth.at_ms, truth.event) == (0, None)


def test_a_run_that_an_outcome_ends_says_so(tmp_path):
    chronicle = told(FEUD.replace("when: {actor: b}}", "when: {actor: b}, ends: true}"), tmp_path)
    assert (chronicle.end.kind, chronicle.end.outcome, len(chronicle.events)) == ("outcome", "answered", 4)
    text = " ".join(chronicle.text().split())
    assert "NOW TRUE: Borduria answers. The run ends with it." in text
    assert "The run ends on Saturday 2 March 2024 at 18:00 with “Borduria answers”, with the level at 5 (blow)." in text


def test_a_truncated_run_says_so(tmp_path):
    chronicle = told(f"{FEUD}max_events: 3\n", tmp_path)
    assert (chronicle.end.kind, len(chronicle.events)) == ("truncated", 3)
    text = " ".join(chronicle.text().split())
    assert "because its log is full: it is truncated, and what would have followed is unknown." in text
    assert "Not true as far as is known: Borduria answers; Ten are hurt." in text


def test_level_steps_follow_the_window_and_agree_with_the_record(erbil):
    for chronicle in erbil:
        assert all(step.before != step.after for step in chronicle.levels)
        for before, after in zip(chronicle.levels, chronicle.levels[1:], strict=False):
            assert before.after == after.before
            assert before.at_ms <= after.at_ms
        since_start = [step.after for step in chronicle.levels if step.at_ms >= 0]
        at_start = [step.after for step in chronicle.levels if step.at_ms < 0][-1]
        assert max([at_start, *since_start]) == chronicle.end.peak_level
        assert chronicle.levels[-1].after == chronicle.end.final_level


def test_nothing_is_told_of_an_empty_world(tmp_path):
    text = told("brinkline: 1\nscenario: empty\nstart: 2024-01-01\nhorizon: 1 d\n", tmp_path).text()
    assert "\nNothing happens.\n" in text


def test_filters_of_days_take_bare_dates_and_days_whole(feud):
    assert instant_ms("2024-03-02", feud) == 18 * 3_600_000
    assert instant_ms("2024-03-02", feud, end=True) == 18 * 3_600_000 + DAY_MS
    assert instant_ms("1", feud) == DAY_MS
    assert instant_ms("1", feud, end=True) == 2 * DAY_MS
    assert instant_ms("+36 h", feud, end=True) == 36 * 3_600_000
    with pytest.raises(UsageError, match="expected an instant"):
        instant_ms("yesterday", feud)


def indices(chronicle: Chronicle, telling: Telling) -> list[int]:
    return [event["event"] for event in chronicle.as_dict(telling)["events"]]


def test_a_filter_of_days(feud):
    telling = Telling(from_ms=instant_ms("2", feud), to_ms=instant_ms("2", feud, end=True))
    assert indices(feud, telling) == [4]
    assert "Told here: only from 3 March 2024, 06:00 and before 4 March 2024, 06:00." in feud.text(telling)
    assert "The end" not in feud.text(telling)


def test_a_filter_of_days_before_the_start_tells_the_history(feud):
    assert "\nThursday 29 February 2024\n" in feud.text(Telling(from_ms=-2 * DAY_MS))


def test_a_filter_of_actors_tells_what_they_do_and_suffer(feud):
    assert indices(feud, Telling(actors=("u",))) == [4]
    assert indices(feud, Telling(actors=("d", "u"))) == [2, 4]
    assert indices(feud, Telling(actors=("b",))) == [0, 1, 3, 4, 5]
    text = feud.text(Telling(actors=("u",)))
    assert text.count("its mind changes") == 3
    assert "stands down" not in text
    assert "The level falls" not in text
    assert "NOW TRUE" not in text


def test_a_filter_of_rungs(feud):
    assert indices(feud, Telling(min_rung=5)) == [0, 1, 3, 5]
    text = feud.text(Telling(min_rung=5))
    assert "Borduria stands down" in text
    assert "its mind changes" not in text


def test_the_history_is_told_when_asked_for(feud):
    text = feud.text(Telling(history=True))
    assert "  06:00  #0  Aland strikes with rockets against Borduria at Border town. 1 dead. What began it." in text
    assert "Given as history" not in text


def test_without_reasons_only_the_story_is_left(feud):
    text = feud.text(Telling(reasons=False))
    assert "unless   " not in text
    assert "rule     " not in text
    assert "In answer to #1 (Aland strikes with rockets), after 12 hours." in " ".join(text.split())


def test_effects_are_told_when_asked_for(feud):
    assert "effects  anger[b, a] 0.45 → 0.7" in feud.text(Telling(effects=True))
    assert "effects  anger[b, a] 0.45 → 0.7" not in feud.text()


def test_unknown_events_actors_and_runs_are_refused(feud, tmp_path):
    with pytest.raises(UsageError, match="found event 6; expected 0 to 5"):
        feud.text(Telling(event=6))
    with pytest.raises(UsageError, match="found the actor 'aa'; expected a, b, u or d; nearest known name: a"):
        feud.as_dict(Telling(actors=("aa",)))
    with pytest.raises(UsageError, match="found run -1"):
        told(FEUD, tmp_path, -1)


def test_a_run_that_goes_wrong_is_the_same_error_as_without_a_watcher(tmp_path):
    with pytest.raises(RunError, match="a division by zero"):
        told(FEUD.replace("level >= 5", "1 / (level - level) > 5"), tmp_path)


def test_looking_never_computes_what_the_run_did_not_need(tmp_path):
    text = FEUD.replace("> 0.1 and level", "> 0.99 and 1 / (level - level) > 1 and level").replace(
        "unless: count(action=peace, within=2 d)", "unless: count(action=peace, within=1 / max(1, 0 * level))"
    )
    assert "condition" in fates(told(text, tmp_path), "answer")


def test_no_line_is_too_long(erbil):
    tellings = (Telling(), Telling(history=True, considered=True, effects=True), Telling(event=60, considered=True))
    for telling in tellings:
        for line in erbil[0].text(telling).splitlines():
            assert len(line) <= 100 or " " not in line.strip()
    assert max(map(len, erbil[0].text(Telling(width=72)).splitlines())) <= 72


def test_as_plain_data_it_is_json_and_names_no_machine(erbil):
    for chronicle in erbil:
        whole = chronicle.as_dict(Telling(considered=True))
        text = json.dumps(whole, allow_nan=False)
        assert "/work" not in text
        assert "/tmp" not in text
        assert len(whole["events"]) == len(chronicle.events)
        matched = ("stood_down", "changes_of_mind", "pending", "considered")
        answered = sum(event["cause"] is not None for event in whole["events"])
        assert sum(len(whole[key]) for key in matched) + answered == len(chronicle.responses)
        assert set(whole["outcomes"]) == set(chronicle.names.outcomes)


def test_plain_data_says_what_the_text_says(feud):
    whole = feud.as_dict()
    answer = whole["events"][3]
    assert answer["text"] == "Borduria strikes with rockets against Aland."
    assert answer["time"] == "2024-03-02T18:00:00.000+01:00"
    assert answer["t"] == 1.5
    assert answer["response"]["delay_days"] == 0.5
    assert answer["response"]["condition"] == {
        "written": "anger[self, actor] > 0.1 and level >= 5", "value": 1.0,
        "values": {"anger[b, a]": 0.7, "level": 5.0},
    }  # fmt: skip
    assert answer["effects"] == [{"variable": "anger[a, b]", "before": 0.2, "after": 0.45}]
    assert whole["end"] == {
        "time": "2024-03-06T06:00:00.000+01:00", "t": 5.0, "kind": "horizon", "outcome": None, "final_level": 0,
        "peak_level": 5, "events": 5, "deaths": 6, "injured": 9,
    }  # fmt: skip
