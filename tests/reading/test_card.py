"""The card in a scenario's description: purpose, trust, the order of ODD, input, base rates, and a file of its own."""

from __future__ import annotations

import json

import pytest

from sim.analysis.wording import DISCLAIMER
from sim.reading.describe import Description, describe
from sim.reading.page import Items, Prose, Section
from sim.reading.trust import NOT_FOR
from sim.scenario.load import load
from tests.cli.conftest import Command, brinkline  # noqa: F401  # a fixture
from tests.reading.stories import QUARREL, loaded

CARD = """
card:
  purpose: To see how
    patience matters
  calibrated: patience, to the border record of 2019
  validated: Held against 2021, where it was too quiet.
  not_for: Any border but this one
"""
ORDER = (
    "Overview", "Purpose", "How far to trust it", "Actors", "Places", "State variables", "Scales", "How a run unfolds",
    "Design concepts", "The ladder and the level", "Who may do what to whom", "Who answers what", "Loops",
    "What moves which variable, and what reads it", "What actors know", "Memory", "Chance and uncertainty",
    "What is observed", "What is not modelled",
    "Details", "At the start", "What is given", "Parameters", "Deeds", "What comes by itself", "Rules", "Outcomes",
    "Variants", "Sources",
)  # fmt: skip


def section(description: Description, title: str) -> Section:
    (found,) = (one for one in description.sections if one.title == title)
    return found


def words(part: Section) -> str:
    """Everything that a section says in prose."""
    return " ".join(block.text for block in part.blocks if isinstance(block, Prose))


def trust(description: Description) -> dict[str, str]:
    (items,) = section(description, "How far to trust it").blocks
    assert isinstance(items, Items)
    return dict(items.items)


def test_the_sections_stand_in_the_order_of_the_protocol(tmp_path):
    assert tuple(one.title for one in describe(loaded(QUARREL, tmp_path)).sections) == ORDER
    assert tuple(one.title for one in describe(load("erbil-2024")).sections) == ORDER


def test_the_scenario_s_own_words_stand_where_they_belong(tmp_path):
    description = describe(loaded(QUARREL + CARD, tmp_path))
    assert words(section(description, "Purpose")).startswith("To see how patience matters. It is a model to think with")
    said = trust(description)
    assert said["Calibrated"] == "Patience, to the border record of 2019."
    assert said["Validated"] == "Held against 2021, where it was too quiet."
    assert said["Not for"] == f"Any border but this one. {NOT_FOR}"
    facts = description.as_dict()["card"]
    assert facts["calibrated"] == "patience, to the border record of 2019"
    assert facts["never"] == NOT_FOR


def test_what_the_scenario_does_not_say_is_said_to_be_missing(tmp_path):
    description = describe(loaded(QUARREL, tmp_path))
    said = trust(description)
    assert said["Calibrated"] == "Nothing is said to have been fitted."
    assert said["Validated"] == "It is not said to have been held against any record."
    assert said["Not for"] == NOT_FOR
    assert description.text().lower().count(DISCLAIMER) == 1
    assert description.as_dict()["card"] == {
        "purpose": None, "calibrated": None, "validated": None, "not_for": None, "never": NOT_FOR,
    }  # fmt: skip


def test_the_questions_stand_with_the_purpose(tmp_path):
    purpose = section(describe(loaded(QUARREL, tmp_path)), "Purpose")
    assert purpose.blocks[-1] == Items((("Borduria answers", ""), ("Two days without a blow", ""), ("All-out war", "")))


def test_the_shares_of_the_sources_stand_in_the_card(tmp_path):
    text = QUARREL.replace("horizon: 6 d", "horizon: 6 d\nsources: {diary: {kind: memory, date: 2024-02}, book: {}}")
    text = text.replace("range: [0, 1]}}", "range: [0, 1], source: diary}}").replace(
        "rate: 0.3}", "rate: 0.3, source: book}"
    )
    description = describe(loaded(text, tmp_path))
    facts = description.as_dict()["provenance"]
    assert {kind: one["numbers"] for kind, one in facts["kinds"].items()} == {
        "memory": 3, "other": 2, "assumed": 2, "none": facts["total"] - 7,
    }  # fmt: skip
    said = trust(description)["Where its numbers come from"]
    assert f"7 of {facts['total']} numbers" in said
    assert f"memory 3, other 2, assumed 2 and none {facts['total'] - 7}." in said
    assert "The latest source that a number rests on is of 2024-02. Without a date: book." in said


def test_input_names_the_files_without_the_folders_above_them(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "more.yaml").write_text("brinkline: 1\nactors: {e: {}}\n")
    text = QUARREL.replace("horizon: 6 d", "horizon: 6 d\ninclude: [parts/more.yaml, library/ladder.yaml]")
    description = describe(loaded(text, tmp_path))
    names = ["case.yaml", "parts/more.yaml", "library/ladder.yaml"]
    assert description.as_dict()["files"] == names
    assert "`case.yaml`, `parts/more.yaml` and `library/ladder.yaml`" in words(section(description, "What is given"))


def test_what_happens_at_an_event_is_told_in_its_order(tmp_path):
    part = section(describe(loaded(QUARREL, tmp_path)), "How a run unfolds")
    (steps,) = (block for block in part.blocks if isinstance(block, Items))
    assert [term for term, _ in steps.items] == ["1", "2", "3", "4", "5"]
    starts = ("Something happens", "Its effects", "The outcomes", "Each other actor", "When the delay is over")
    assert all(text.startswith(start) for (_, text), start in zip(steps.items, starts, strict=True))
    assert "with an outcome that ends it (war), or when its log is full." in words(part)


def test_a_base_rate_is_told_with_its_outcome(tmp_path):
    text = QUARREL.replace("when: {actor: b}}", "when: {actor: b}, base_rate: 0.125}")
    description = describe(loaded(text, tmp_path))
    told = " ".join(description.text().split())
    assert "Base rate, from comparable stretches before the start: 12.5 %." in told
    assert description.as_dict()["outcomes"]["answered"]["base_rate"] == 0.125
    assert description.as_dict()["outcomes"]["war"]["base_rate"] is None


@pytest.mark.parametrize(("flags", "start"), [((), "A small quarrel\n="), (("--markdown",), "# A small quarrel\n"),
                                              (("--dot",), "digraph"), (("--json",), "{")])  # fmt: skip
def test_out_writes_what_would_be_printed(brinkline: Command, tmp_path, flags, start):  # noqa: F811
    printed = brinkline("describe", "small.yaml", *flags)
    said = brinkline("describe", "small.yaml", *flags, "--out", "card")
    assert (said.code, said.out) == (0, "card\n")
    assert (tmp_path / "card").read_text(encoding="utf-8") == printed.out
    assert printed.out.startswith(start)
    if flags == ("--json",):
        json.loads(printed.out)


def test_out_that_cannot_be_written_leaves_nothing(brinkline: Command, tmp_path):  # noqa: F811
    said = brinkline("describe", "small.yaml", "--out", "small.yaml/card.md")
    assert said.code == 3
    assert said.err == "brinkline: the folder small.yaml could not be made: File exists\n"
    assert [path.name for path in tmp_path.iterdir()] == ["small.yaml"]
