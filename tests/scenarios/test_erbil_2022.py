"""The worked example of scoring: nothing in it is later than its eve, and its record settles every outcome."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import sim
from sim.scenario.check_names import citations
from sim.scenario.load import Loaded, load

EVE = "2022-03-12"
RECORD = Path(__file__).parents[2] / "scenarios" / "observed" / "erbil-2022.csv"
HINDSIGHT = re.compile(
    r"202[3-9]|(?:spring|summer|autumn|(?:April|May|June|July|August|September|October|November|December)) 2022"
    r"|\b(?:the|an) article\b|March 2022 (?:no|yes)"
)
OFFERED = {("actions", "sign_agreement"), ("actions", "mass_attack")}
"""Deeds of the shared catalogue that nobody takes here; their notes are the catalogue's."""

COUNTED = {
    "iraq-condemns": (6, 6),
    "envoy-summoned": (4, 6),
    "committee": (1, 6),
    "ambassador-recalled": (0, 6),
    "unsc-complaint": (2, 6),
    "relations-broken": (0, 6),
    "krg-answers": (1, 2),
    "us-condemns": (2, 2),
    "us-sanctions": (1, 3),
    "iran-claims": (4, 4),
    "iran-justifies": (2, 2),
    "missiles-again": (0, 2),
    "coalition-death": (3, 14),
    "us-strike-iraq": (3, 14),
    "quiet-14": (2, 2),
    "interstate-war": (0, 18),
}
RANGES = {
    "p_condemn": (6, 6),
    "p_summon": (4, 6),
    "p_unsc": (2, 6),
    "p_recall": (0, 6),
    "p_expulsion": (1, 1),
    "p_us_sanctions": (1, 3),
    "p_iran_mass": (2, 2),
    "repeat_strike": (0, 2),
    "p_strike_death": (3, 3),
    "campaign_share": (2, 3),
    "p_strike_harmless": (2, 66),
    "p_us_death": (3, 115),
    "p_us_wounded": (6, 115),
    "p_militia_answer": (4, 5),
}


@pytest.fixture(scope="module")
def erbil() -> Loaded:
    return load("erbil-2022")


@pytest.fixture(scope="module")
def record() -> list[dict[str, str]]:
    with RECORD.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def texts(data: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text below some plain data, with its path."""
    if isinstance(data, str):
        yield path, data
    elif isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from texts(value, (*path, str(key)))


def happened(record: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    return {row["outcome"]: row for row in record if row["outcome"]}


def deeds(record: list[dict[str, str]]) -> list[dict[str, str]]:
    return [row for row in record if not row["outcome"]]


def fits(pattern: dict[str, Any], row: dict[str, str], rungs: dict[str, int]) -> bool:
    """Whether a deed of the record is what an outcome asks for (the keys that these outcomes use)."""
    for key in ("actor", "action", "target"):
        wanted = pattern.get(key, row[key])
        if row[key] not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return "rung" not in pattern or rungs[row["action"]] >= int(str(pattern["rung"]).removesuffix(".."))


def test_it_has_neither_errors_nor_warnings(erbil):
    assert erbil.warnings == []


def test_nothing_that_it_cites_is_later_than_the_eve(erbil):
    sources = erbil.description.sources
    cited = {source for _, source in citations(erbil.description)} - {"assumed"}
    assert {source: sources[source].date for source in cited if (sources[source].date or "9999") > EVE} == {}


def test_no_text_in_play_tells_what_came_later(erbil):
    plain = erbil.root.plain()
    kept = {key: value for key, value in plain.items() if key not in ("sources", "description", "card", "title")}
    told = [(path, text) for path, text in texts(kept) if path[:2] not in OFFERED and HINDSIGHT.search(text)]
    assert told == []


def test_nothing_is_given_after_the_strike_and_nobody_dies_in_it(erbil):
    given = {item["id"]: item for item in erbil.root.plain()["timeline"]}
    strike = given.pop("erbil-220313")
    assert (strike["deaths"], strike["place"], strike["to"]) == (0, "erbil", "israel")
    eve = datetime.fromisoformat("2022-03-13T00:00")
    assert [name for name, item in given.items() if datetime.fromisoformat(item["at"]) >= eve] == []


@pytest.mark.parametrize("name", sorted(COUNTED))
def test_a_base_rate_is_the_count_that_its_note_names(erbil, name):
    k, n = COUNTED[name]
    assert erbil.description.outcomes[name].base_rate == round((k + 0.5) / (n + 1), 2)


def test_only_the_outcome_without_a_count_has_no_base_rate(erbil):
    bare = {name for name, outcome in erbil.description.outcomes.items() if outcome.base_rate is None}
    assert bare == {"complaint-dropped"} == erbil.description.outcomes.keys() - COUNTED.keys()


@pytest.mark.parametrize("name", sorted(RANGES))
def test_a_range_is_made_from_its_count(erbil, name):
    k, n = RANGES[name]
    parameter = erbil.root.plain()["parameters"][name]
    assert parameter["range"] == f"beta({k + 0.5:g}, {n - k + 0.5:g})"
    assert parameter["value"] == pytest.approx((k + 0.5) / (n + 1), abs=0.06)


def test_the_record_settles_every_outcome_once(erbil, record):
    told = [row["outcome"] for row in record if row["outcome"]]
    assert sorted(told) == sorted(erbil.description.outcomes)
    assert {row["happened"] for row in happened(record).values()} == {"yes", "no"}


def test_what_happened_has_a_date_within_the_sixty_days_and_what_did_not_has_none(erbil, record):
    first = erbil.start.date()
    last = (erbil.start + timedelta(days=60)).date()
    for row in record:
        if row["happened"] == "no":
            assert (row["day"], row["date"]) == ("", "")
        else:
            assert first <= datetime.fromisoformat(row["date"]).date() <= last


def test_the_deeds_of_the_record_are_told_in_the_words_of_the_scenario(erbil, record):
    scenario = erbil.description
    for row in deeds(record):
        assert row["actor"] in scenario.actors
        assert row["action"] in scenario.actions
        assert row["target"] in ("", *scenario.actors)


def test_the_deeds_of_the_record_bear_out_its_outcomes(erbil, record):
    plain = erbil.root.plain()
    rungs = {name: int(action["rung"]) for name, action in plain["actions"].items()}
    strike, *later = deeds(record)
    assert (strike["actor"], strike["action"]) == ("iran", "missile_strike")
    for name, outcome in plain["outcomes"].items():
        row = happened(record)[name]
        if "quiet" in outcome:
            continue
        first = next((deed["date"] for deed in later if fits(outcome["when"], deed, rungs)), None)
        assert (name, first or "") == (name, row["date"])


def test_the_strike_comes_as_it_is_told_and_there_is_never_a_truce():
    events = sim.run("erbil-2022", runs=300, seed=3).events
    strikes = events[events["origin"] == "erbil-220313"]
    assert len(strikes) == 300
    assert set(strikes["deaths"]) == {0}
    assert strikes["t"].to_numpy() == pytest.approx(20 / 1440)
    assert not events["action"].isin(["ceasefire", "end_truce", "mass_attack"]).any()
