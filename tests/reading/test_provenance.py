"""Where numbers come from: which count, whose source they have, and which sources are too late."""

from __future__ import annotations

import json
from datetime import date

import pytest

from sim.errors import UsageError
from sim.reading.numbers import numbers_of
from sim.reading.provenance import Provenance, days_of, provenance_of, share_text
from sim.scenario.files import shipped_ids
from sim.scenario.load import Changes, load
from tests.reading.stories import loaded

SOURCED = """
brinkline: 1
scenario: sourced
title: Sourced
start: 2024-03-01
horizon: 5 d
level: {window: 2 d, source: assumed}
sources:
  study: {title: A study, kind: study, date: "2012"}
  paper: {title: A paper, kind: article, date: 2024-02-28}
  month: {title: Counts of a month, kind: study, date: 2024-02}
  plain: {title: Without kind and date}
  spare: {title: Nobody needs it, date: "2025"}
  of-variant: {title: For a variant}
ladder: [{rung: 0, name: calm, source: study}, {rung: 5, name: blow}]
actors: {a: {source: paper}, b: {}}
places: {home: {soil: b, lat: 1.5, lon: 2.5}, field: {}}
parameters:
  p: {value: 0.5, range: "uniform(0.2, 0.8)", source: study}
  unread: {value: 3}
variables:
  anger: {scope: actor, initial: p, half_life: 2 d, range: [0, 1], own: {a: p, b: 0.3}, source: plain}
  dead: {scope: world, initial: 7}
actions:
  nod: {rung: 0, goldstein: 1, source: month}
  hit: {rung: 5, cameo: "190", deaths: geometric(p + 1), effects: ["anger[target] += 0.2", "dead += 1"]}
  never: {rung: 5, deaths: 9}
rules:
  answer:
    who: b
    when: {action: hit, target: self}
    if: anger[self] > 0 and count(action=hit) >= 1
    chance: 1 - p
    choose:
      - {do: nod, weight: 1, source: paper}
      - {do: hit, to: actor, weight: 2 * p, after: 2 d}
      - {do: nothing, weight: p}
    after: lognormal(8 h, 24 h)
    source: assumed
  once: {who: a, when: {rung: 5.., target: self}, if: "count(deaths=2.., within=p) > 0", do: nod, limit: 1}
drivers:
  habit: {who: a, do: hit, to: b, place: {home: 2, field: p}, rate: p, source: paper}
timeline:
  - {id: first, at: +1 d, who: a, do: hit, to: b, deaths: 0, source: paper}
  - {at: 2024-02-01, who: a, do: nod}
outcomes:
  hurt: {when: {deaths: 1..}, base_rate: 0.25, source: month}
  asked: {at: end, if: level >= 5}
  calm: {at: +2 d, if: level < 1}
  more: {if: "anger[a] > p", ends: true}
variants:
  other: {set: {rules.once.source: of-variant, rules.once.limit: 2}}
"""

EXPECTED = {
    "level.window": "assumed",
    "ladder.0.rung": "study", "ladder.5.rung": None,
    "parameters.p.value": "study", "parameters.p.range": "study",
    "variables.anger.half_life": "plain", "variables.anger.range": "plain", "variables.anger.own": "plain",
    "actions.nod.rung": "month", "actions.nod.goldstein": "month",
    "actions.hit.rung": None, "actions.hit.effects": None,
    "rules.answer.after": "assumed", "rules.answer.choose[0].weight": "paper",
    "rules.answer.choose[1].weight": "assumed", "rules.answer.choose[1].after": "assumed",
    "rules.once.when": None, "rules.once.if": None, "rules.once.limit": None,
    "drivers.habit.place": "paper",
    "timeline.first.deaths": "paper", "timeline.first.at": "paper", "timeline[1].at": None,
    "outcomes.hurt.when": "month", "outcomes.hurt.base_rate": "month",
    "outcomes.asked.if": None, "outcomes.calm.at": None,
}  # fmt: skip
"""Every number of the scenario above that matters. Not among them: a bare parameter (chance, weight, rate), formulas
whose only numbers are 0 and 1, what nothing reads or takes, coordinates, the horizon."""


@pytest.fixture
def found(tmp_path) -> Provenance:
    return provenance_of(loaded(SOURCED, tmp_path))


def test_each_number_that_matters_has_the_source_of_its_option_or_item(found):
    assert {one.path: one.source for one in found.numbers} == EXPECTED
    assert len(found.numbers) == len(EXPECTED)


def test_a_number_is_told_as_it_is_written(found):
    texts = {one.path: one.text for one in found.numbers}
    assert texts["rules.answer.after"] == "lognormal(8 h, 24 h)"
    assert texts["variables.anger.own"] == "{a: p, b: 0.3}"
    assert texts["rules.once.when"] == "{rung: 5.., target: self}"
    assert texts["variables.anger.range"] == "[0, 1]"


def test_kinds_are_counted_and_add_up(found):
    assert list(found.kinds().items()) == [("study", 7), ("article", 4), ("other", 3), ("assumed", 4), ("none", 9)]
    assert found.coverage() == "18 of 27 numbers (66.7 %) name a source or say that they are assumed."
    shares = found.shares()
    assert (shares["total"], shares["carried"], shares["moved"]) == (27, 18, 0)
    assert sum(kind["numbers"] for kind in shares["kinds"].values()) == 27
    assert sum(kind["share"] for kind in shares["kinds"].values()) == pytest.approx(1)


def test_sources_are_listed_with_what_cites_them(found):
    assert {one.id: (one.kind, one.date, one.numbers, one.items) for one in found.origins} == {
        "study": ("study", "2012", 3, 2), "paper": ("article", "2024-02-28", 4, 4), "month": ("study", "2024-02", 4, 2),
        "plain": ("other", None, 3, 1), "spare": ("other", "2025", 0, 0), "of-variant": ("other", None, 0, 0),
    }  # fmt: skip
    assert found.uncited == ("spare",)


def test_hindsight_names_what_is_later_and_what_is_not_known_to_be_earlier(found):
    seen = found.hindsight("2024-02-15")
    assert seen.day == date(2024, 2, 15)
    assert [one.id for one in seen.late] == ["paper"]
    assert [one.id for one in seen.unknown] == ["month", "plain"]
    assert not seen.clear
    assert [one.id for one in found.hindsight("2024-02-28").late] == []
    assert [one.id for one in found.hindsight("2024-02").unknown] == ["plain"]
    assert [one.id for one in found.hindsight("2011").late] == ["study", "paper", "month"]


def test_a_scenario_without_late_sources_is_clear(tmp_path):
    text = SOURCED.replace("plain: {title", "plain: {date: 2023-12-31, title")
    seen = provenance_of(loaded(text, tmp_path)).hindsight("2024-02-29")
    assert seen.clear
    assert "None does." in provenance_of(loaded(text, tmp_path)).text(hindsight=seen)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024-01-17", date(2024, 1, 17), date(2024, 1, 17)),
        ("2024-01-17T10:00", date(2024, 1, 17), date(2024, 1, 17)),
        ("2023-12", date(2023, 12, 1), date(2023, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        (" 2012 ", date(2012, 1, 1), date(2012, 12, 31)),
    ],
)
def test_a_date_can_be_a_day_a_month_or_a_year(text, first, last):
    assert days_of(text) == (first, last)


@pytest.mark.parametrize("text", [None, "", "soon", "2024-13", "2024-02-30", "17 January 2024", "2012-2014", "0000"])
def test_what_is_no_date_is_unknown(text):
    assert days_of(text) is None


def test_an_unknown_kind_and_a_day_that_is_none_are_refused(found):
    with pytest.raises(UsageError, match=r"found the kind 'studdy'.*nearest known name: study"):
        found.of_kind("studdy")
    with pytest.raises(UsageError, match="found 'yesterday'; expected a date such as 2024-01-17"):
        found.hindsight("yesterday")


def test_nothing_is_none_and_all_is_all_alone():
    assert [share_text(count, 3000) for count in (0, 1, 2999, 3000)] == ["0 %", "0.1 %", "99.9 %", "100 %"]


def test_a_changed_scenario_is_told_as_it_is_changed(tmp_path):
    changes = Changes(variants=("other",), settings=(("p", "0.25"),))
    numbers = {one.path: one for one in numbers_of(loaded(SOURCED, tmp_path, changes))}
    assert numbers["rules.once.limit"].source == "of-variant"
    assert numbers["rules.once.limit"].text == "2"
    assert "parameters.p.range" not in numbers
    assert numbers["parameters.p.value"].moved  # the source spoke of another value


def test_a_number_in_another_file_than_its_source_is_marked(tmp_path):
    part = "brinkline: 1\nsources: {book: {title: A}}\nactions: {nod: {rung: 0, source: book}}\n"
    (tmp_path / "part.yaml").write_text(part)
    text = """
brinkline: 1
scenario: whole
start: 2024-01-01
horizon: 1 d
include: part.yaml
ladder: [{rung: 0, name: calm, source: book}]
actors: {a: {}}
actions: {nod: {deaths: 2}}
timeline: [{at: 0, who: a, do: nod, source: assumed}]
"""
    found = provenance_of(loaded(text, tmp_path))
    moved = {one.path: one.moved for one in found.numbers}
    assert moved == {
        "ladder.0.rung": False, "actions.nod.rung": False, "actions.nod.deaths": True, "timeline[0].at": False,
    }  # fmt: skip


def test_the_text_groups_numbers_by_block_and_ends_with_shares_and_sources(found):
    text = found.text()
    lines = text.splitlines()
    places = [lines.index(one) for one in ("parameters", "rules", "outcomes", "WHAT THE NUMBERS REST ON", "SOURCES")]
    assert places == sorted(places)
    assert "Cited by nothing: spare." in lines
    assert max(map(len, lines)) <= 100


def test_a_choice_of_numbers_leaves_the_shares_as_they_are(found):
    none = found.of_kind("none")
    assert [one.path for one in none] == [path for path, source in EXPECTED.items() if source is None]
    text = found.text(none)
    assert "drivers.habit.place" not in text
    assert found.coverage() in text
    document = json.loads(json.dumps(found.as_dict(none, found.hindsight("2024-02-28"))))
    assert [one["path"] for one in document["numbers"]] == [one.path for one in none]
    assert (document["total"], document["uncited"]) == (27, ["spare"])
    assert document["hindsight"] == {"day": "2024-02-28", "late": [], "unknown": ["month", "plain"]}


def test_a_scenario_without_numbers_says_so(tmp_path):
    found = provenance_of(loaded("brinkline: 1\nscenario: empty\nstart: 2024-01-01\nhorizon: 1 d\n", tmp_path))
    assert found.coverage() == "There are no numbers that matter."
    assert found.shares()["share"] is None
    assert found.hindsight("2024").clear
    assert "None are given." in found.text()


def test_a_kind_without_numbers_says_so(found):
    assert found.text(()).splitlines()[4:8] == ["numbers", "-------", "", "None."]


@pytest.mark.parametrize("scenario", shipped_ids())
def test_a_shipped_scenario_says_where_its_numbers_come_from_and_knows_nothing_later(scenario):
    found = provenance_of(load(scenario))
    assert found.carried >= 0.95 * len(found.numbers), [one.path for one in found.of_kind("none")]
    assert found.hindsight("2024-01-17").clear, found.hindsight("2024-01-17")
