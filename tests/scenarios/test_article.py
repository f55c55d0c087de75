"""Each thing that the article says has its place in erbil-2024 or a reason why not; each of its slips is put right."""

from __future__ import annotations

from collections import Counter

import pytest

from sim.scenario.load import load
from tests.scenarios.tables import parts, reached, rows, source_of

PLAIN = load("erbil-2024").root.plain()
ARTICLE, CORRECTIONS = rows("erbil-2024.article.csv"), rows("erbil-2024.corrections.csv")
PARAGRAPHS = {"H", "S", "C", *(f"P{n}" for n in range(1, 6))}
BETTER = {"timeline.october-7", "timeline.idlib-0115"}
"""What other reports tell better than the article, so that they are cited for it."""


def its(row: dict[str, str]) -> str:
    return row["item"]


def test_the_article_has_twelve_events_thirteen_claims_twelve_relations_and_eleven_causal_statements():
    assert Counter(row["kind"] for row in ARTICLE) == {"event": 12, "claim": 13, "relation": 12, "cause": 11}
    assert [row["item"] for row in ARTICLE] == [
        *(f"E{n}" for n in range(12)),
        *(f"C{n}" for n in range(1, 14)),
        *(f"R{n}" for n in range(1, 13)),
        *(f"K{n}" for n in range(1, 12)),
    ]


@pytest.mark.parametrize("row", [*ARTICLE, *CORRECTIONS], ids=its)
def test_a_row_names_paragraphs_of_the_article(row):
    named = {part for text in parts(row["paragraph"]) for part in text.split(".")[0].split("-")}
    assert named
    assert named <= PARAGRAPHS


@pytest.mark.parametrize("row", ARTICLE, ids=its)
def test_what_the_article_says_has_a_place_or_a_reason_why_not(row):
    assert row["says"]
    assert parts(row["path"]) or row["why_not"]


@pytest.mark.parametrize("row", ARTICLE, ids=its)
def test_each_place_is_there(row):
    for path in parts(row["path"]):
        assert reached(PLAIN, path) is not None


@pytest.mark.parametrize("row", [row for row in ARTICLE if row["path"]], ids=its)
def test_at_one_of_the_places_a_source_is_cited(row):
    cited = {source_of(PLAIN, path) for path in parts(row["path"])}
    assert cited & set(PLAIN["sources"])


@pytest.mark.parametrize("row", [row for row in ARTICLE if row["kind"] in ("event", "claim")], ids=its)
def test_what_the_article_reports_of_these_days_is_cited_from_the_paragraph_that_says_it(row):
    """Of the timeline's items; the reports that tell it better stand beside."""
    sections = {f"article-{part.split('.')[0].lower()}" for part in parts(row["paragraph"])}
    known = {"article-c": "article-caption", "article-s": "article-headline", "article-h": "article-headline"}
    paragraphs = {known.get(section, section) for section in sections}
    first, *_ = parts(row["path"])
    if first.startswith("timeline.") and first not in BETTER:
        assert source_of(PLAIN, first) in paragraphs


@pytest.mark.parametrize("section", ["headline", "p1", "caption", "p2", "p3", "p4", "p5"])
def test_each_paragraph_of_the_article_is_cited_somewhere(section):
    items = [*PLAIN["timeline"], *(item for block in ("rules", "actions") for item in PLAIN[block].values())]
    assert f"article-{section}" in {item.get("source") for item in items}


def test_the_article_has_sixteen_slips():
    assert [row["item"] for row in CORRECTIONS] == [f"X{n}" for n in range(1, 17)]


@pytest.mark.parametrize("row", CORRECTIONS, ids=its)
def test_a_slip_is_told_with_what_is_likelier_and_on_what_that_rests(row):
    assert all(row.values())


@pytest.mark.parametrize("row", CORRECTIONS, ids=its)
def test_a_slip_is_put_right_in_the_scenario_or_has_no_place_there(row):
    if not row["in_the_scenario"].startswith("No place: "):
        for path in parts(row["in_the_scenario"]):
            assert reached(PLAIN, path) is not None


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("timeline.recall-0116.place", "tehran"),
        ("timeline.davos-0116.who", "un"),
        ("timeline.idlib-0115.to", "isis"),
        ("timeline.erbil-0115.injured", "uniform(6, 17)"),
        ("timeline.protest-0116.place", "un_office"),
        ("timeline.erbil-0115.at", "2024-01-15T23:30"),
        ("places.erbil.soil", ["krg", "iraq"]),
    ],
)
def test_the_scenario_has_what_is_likelier(path, right):
    assert reached(PLAIN, path) == right
