"""Each number of erbil-2024 says where it comes from; nothing comes from after its start, nothing speaks of persons."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sim.reading.provenance import days_of, provenance_of
from sim.scenario.load import load
from tests.scenarios.tables import SCENARIOS

LOADED = load("erbil-2024")
SHEET = provenance_of(LOADED)
CUT_OFF = "2024-01-17"
KINDS = {"article", "count", "report", "study", "data", "memory", "fit"}
TEXTS = [SCENARIOS / "erbil-2024.yaml", *SCENARIOS.glob("erbil-2024.*.csv"), *(SCENARIOS / "library").rglob("*.yaml")]
PERSONS = {
    "abdul-mohsen",
    "amini",
    "arouri",
    "barzani",
    "dizayee",
    "kanaani",
    "khanjani",
    "masjedi",
    "mousavi",
    "muhandis",
    "soleimani",
    "sudani",
    "taqwa",
    "tawil",
}
"""Whom the article and the record name."""
COUNTED = re.compile(r"\b(\d+) of (?:the )?(\d+)\b")


def test_every_number_names_a_source_or_says_that_it_is_assumed():
    assert [one.path for one in SHEET.numbers if one.source is None] == []
    assert len(SHEET.numbers) > 500


def test_no_number_rests_on_anything_later_than_the_articles_day():
    assert SHEET.hindsight(CUT_OFF).clear


def test_no_source_at_all_is_later_than_the_articles_day_or_undated():
    for name, source in LOADED.description.sources.items():
        days = days_of(source.date)
        assert days is not None, name
        assert days[1].isoformat() <= CUT_OFF, name


def test_every_source_is_cited_by_something():
    assert SHEET.uncited == ()


def test_every_source_says_of_which_kind_it_is():
    assert {source.kind for source in LOADED.description.sources.values()} == KINDS


def test_less_than_half_of_the_numbers_are_assumed():
    kinds = SHEET.kinds()
    assert kinds["assumed"] < len(SHEET.numbers) / 2


RATED = {name: one for name, one in LOADED.description.outcomes.items() if one.base_rate is not None}


def test_all_outcomes_but_the_one_without_precedent_have_a_base_rate():
    assert set(LOADED.description.outcomes) - set(RATED) == {"ambassador-returns"}


@pytest.mark.parametrize("name", RATED)
def test_a_base_rate_is_what_its_note_counts(name):
    """(k + 1/2) / (n + 1) for k of n: never 0, never 1."""
    outcome = RATED[name]
    found = COUNTED.search(outcome.note or "")
    assert found is not None
    k, n = (int(number) for number in found.groups())
    assert outcome.base_rate == pytest.approx((k + 0.5) / (n + 1), abs=5e-4)


@pytest.mark.parametrize("name", [one for one, rated in RATED.items() if rated.source == "count-stretches"])
def test_stretches_are_all_those_since_december_2019(name):
    assert (COUNTED.search(RATED[name].note or "") or [""] * 3)[2] == "25"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_it_speaks_of_institutions_never_of_persons(path: Path):
    words = set(re.findall(r"[a-z-]+", path.read_text(encoding="utf-8").lower()))
    assert words & PERSONS == set()
