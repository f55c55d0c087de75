"""The small scenario of an earlier crisis: nothing in it is later than its first day, and its record settles it."""

from __future__ import annotations

import csv
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.cli import main
from sim.scenario.check_names import citations
from sim.scenario.load import Loaded, load

DAY = "2019-12-27"
SCENARIOS = Path(__file__).parents[2] / "scenarios"
RECORD = SCENARIOS / "observed" / "soleimani-2020.csv"

COUNTED = {
    "us-strikes-back": (1, 3),
    "embassy-stormed": (0, 12),
    "commander-killed": (0, 12),
    "iran-strikes-us": (1, 12),
    "us-strikes-iran": (0, 12),
    "american-dies": (1, 12),
    "expulsion-vote": (0, 12),
    "new-sanctions": (12, 12),
    "airliner": (1, 380),
    "war": (0, 18),
}
RANGES = {"p_death": (0, 10), "p_condemn": (2, 2), "p_us_hits_iran": (0, 3)}
HINDSIGHT = re.compile(r"202\d|January")


@pytest.fixture(scope="module")
def crisis() -> Loaded:
    return load("soleimani-2020")


@pytest.fixture(scope="module")
def record() -> list[dict[str, str]]:
    with RECORD.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def own_lines() -> list[str]:
    """The file's lines from its actors on, without comments and variants: what plays a part in a run or a score."""
    text = (SCENARIOS / "soleimani-2020.yaml").read_text(encoding="utf-8")
    inside = text[text.index("\nactors:") : text.index("\nvariants:")]
    return [line for line in inside.splitlines() if not line.lstrip().startswith("#")]


def test_it_has_neither_errors_nor_warnings(crisis):
    assert crisis.warnings == []


def test_it_stays_small_enough_to_be_read_in_one_sitting(crisis):
    text = (SCENARIOS / "soleimani-2020.yaml").read_text(encoding="utf-8")
    scenario = crisis.description
    assert len(text.splitlines()) <= 260
    assert (len(scenario.actors), len(scenario.rules), len(scenario.outcomes)) == (8, 19, 12)


def test_no_number_rests_on_anything_later_than_the_day(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["sources", "soleimani-2020", "--before", DAY])
    assert (stopped.value.code or 0, "None does." in capsys.readouterr().out) == (0, True)


def test_what_its_own_items_cite_is_not_later_either(crisis):
    sources = crisis.description.sources
    offered = {name for name, action in crisis.description.actions.items() if action.source == "record"}
    cited = {source for path, source in citations(crisis.description) if not set(path) & offered} - {"assumed"}
    assert {source for source in cited if (sources[source].date or "9999") > DAY} == set()


def test_no_line_in_play_tells_what_came_later():
    assert [line for line in own_lines() if HINDSIGHT.search(line.split("url:")[0])] == []


def test_no_deed_of_the_library_that_is_done_keeps_its_later_counts(crisis):
    done = {deed for item in _deeds(crisis) for deed in item}
    assert {name for name in done if crisis.description.actions[name].source == "record"} == set()


def test_nothing_is_given_after_the_start(crisis):
    for item in crisis.root.plain()["timeline"]:
        assert datetime.fromisoformat(item["at"] + "+03:00") < crisis.start


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_a_base_rate_is_the_count_that_its_note_names(crisis, name):
    k, n = COUNTED[name]
    digits = 3 if name == "airliner" else 2
    assert crisis.description.outcomes[name].base_rate == round((k + 0.5) / (n + 1), digits)


def test_outcomes_without_a_count_have_no_base_rate(crisis):
    bare = {name for name, outcome in crisis.description.outcomes.items() if outcome.base_rate is None}
    assert bare == {"iraq-condemns-us", "both-step-back"} == crisis.description.outcomes.keys() - COUNTED.keys()


@pytest.mark.parametrize("name", sorted(RANGES))
def test_a_range_is_made_from_its_count(crisis, name):
    k, n = RANGES[name]
    parameter = crisis.root.plain()["parameters"][name]
    assert parameter["range"] == f"beta({k + 0.5:g}, {n - k + 0.5:g})"
    assert parameter["value"] == pytest.approx((k + 0.5) / (n + 1), abs=0.01)


def test_the_rate_of_fire_is_ten_attacks_in_sixty_one_days(crisis):
    parameter = crisis.root.plain()["parameters"]["attack_rate"]
    assert parameter["range"] == f"gamma(10.5, {1 / 61:.4f})"
    assert parameter["value"] == pytest.approx(10.5 / 61, abs=0.005)


def test_the_record_settles_every_outcome_once(crisis, record):
    told = [row["outcome"] for row in record if row["outcome"]]
    assert sorted(told) == sorted(crisis.description.outcomes)
    assert {row["happened"] for row in record if row["outcome"]} == {"yes", "no"}


def test_what_happened_has_a_date_within_the_thirty_days_and_what_did_not_has_none(crisis, record):
    first, last = crisis.start.date(), (crisis.start + timedelta(days=30)).date()
    for row in record:
        if row["happened"] == "no":
            assert row["date"] == ""
        else:
            assert first <= datetime.fromisoformat(row["date"]).date() <= last


def test_the_deeds_of_the_record_are_told_in_the_words_of_the_scenario(crisis, record):
    scenario = crisis.description
    for row in record:
        if not row["outcome"]:
            assert row["actor"] in scenario.actors
            assert row["action"] in scenario.actions
            assert row["target"] in ("", *scenario.actors)


def test_the_deeds_of_the_record_bear_out_the_outcomes_that_came_true(crisis, record):
    wanted = {
        "us-strikes-back": ("us", "strike_campaign", "militias"),
        "embassy-stormed": ("street", "storm_embassy", "us"),
        "commander-killed": ("us", "kill_commander", "iran"),
        "iran-strikes-us": ("iran", "missile_strike", "us"),
        "iraq-condemns-us": ("iraq", "condemn", "us"),
        "expulsion-vote": ("iraq", "expulsion_demand", "us"),
        "new-sanctions": ("us", "sanctions", "iran"),
        "airliner": ("iran", "shoot_down_airliner", ""),
        "both-step-back": ("us", "stand_down", "iran"),
    }
    happened = {row["outcome"]: row["date"] for row in record if row["happened"] == "yes"}
    first: dict[tuple[str, str, str], str] = {}
    for row in record:
        if not row["outcome"]:
            first.setdefault((row["actor"], row["action"], row["target"]), row["date"])
    assert happened == {name: first[deed] for name, deed in wanted.items()}


def test_what_the_united_states_threatened_comes_in_about_seven_runs_of_ten_and_the_rest_hangs_on_the_killing():
    """Frozen numbers of 1,000 runs under seed 1, so that a change of the file is seen; no claim about the world."""
    plain = sim.run("soleimani-2020", runs=1000, seed=1, keep="summary").runs
    given = sim.run(
        sim.load("soleimani-2020", variants=("the-commander-dies",)), runs=1000, seed=1, keep="summary"
    ).runs
    assert plain["outcome.us-strikes-back"].notna().mean() == pytest.approx(0.71, abs=0.02)
    assert plain["outcome.iran-strikes-us"].notna().mean() < 0.05
    assert given["outcome.iran-strikes-us"].notna().mean() > 0.5


def _deeds(crisis: Loaded) -> list[set[str]]:
    plain: dict[str, Any] = crisis.root.plain()
    items = [*plain["rules"].values(), *plain["drivers"].values(), *plain["timeline"]]
    options = [option for item in items for option in item.get("choose", [])]
    return [{item["do"]} for item in [*items, *options] if item.get("do", "nothing") != "nothing"]
