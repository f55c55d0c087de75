"""``brinkline sources``: the table, its filters and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def sourced(brinkline: Command, tmp_path: Path) -> None:
    """``small.yaml`` with two sources."""
    text = (tmp_path / "small.yaml").read_text()
    text = text.replace("rate: 1}", "rate: 1, source: report}").replace('0.6)"}', '0.6)", source: assumed}')
    sources = "sources: {report: {title: A report, kind: count, date: 2023-12-30}, spare: {title: None}}\n"
    (tmp_path / "small.yaml").write_text(text + sources)


def test_it_prints_numbers_shares_and_sources(brinkline: Command) -> None:
    said = brinkline("sources", "small.yaml")
    assert said.code == 0
    lines = said.out.splitlines()
    assert "drivers.source.rate  1       report  count  2023-12-30" in lines
    assert "3 of 9 numbers (33.3 %) name a source or say that they are assumed. A number is" in said.out
    assert "Cited by nothing: spare." in lines


def test_missing_and_kind_narrow_the_table(brinkline: Command) -> None:
    missing, none = (
        brinkline("sources", "small.yaml", "--missing"),
        brinkline("sources", "small.yaml", "--kind", "none"),
    )
    assert missing == none
    assert "rules.back.after" in missing.out
    assert "drivers.source.rate" not in missing.out
    assert "3 of 9 numbers" in missing.out
    counted = json.loads(brinkline("sources", "small.yaml", "--kind", "count", "--json").out)
    assert [one["path"] for one in counted["numbers"]] == ["drivers.source.rate"]


def test_before_ends_with_1_where_something_is_later(brinkline: Command) -> None:
    late = brinkline("sources", "small.yaml", "--before", "2023-12-29")
    assert late.code == 1
    assert "  report: 2023-12-30; 1 number" in late.out.splitlines()
    assert brinkline("sources", "small.yaml", "--before", "2023-12").code == 0
    same_day = brinkline("sources", "small.yaml", "--before", "2023-12-30", "--json")
    assert (same_day.code, json.loads(same_day.out)["hindsight"]["late"]) == (0, [])


def test_before_ends_with_1_where_a_date_is_not_known(brinkline: Command, tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(path.read_text().replace(", date: 2023-12-30", ""))
    said = brinkline("sources", "small.yaml", "--before", "2024-01-17")
    assert said.code == 1
    assert "  report: no date; 1 number" in said.out.splitlines()


def test_changes_are_applied_first(brinkline: Command) -> None:
    said = json.loads(brinkline("sources", "small.yaml", "--variant", "calm", "--json").out)
    assert {one["path"]: one["text"] for one in said["numbers"]}["parameters.p.value"] == "0"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--kind", "counts"), "found the kind 'counts'; expected one of assumed, none, count, other"),
        (("--before", "soon"), "found 'soon'; expected a date"),
        (("--missing", "--kind", "count"), "found both --missing and --kind"),
    ],
)
def test_what_makes_no_sense_is_refused(brinkline: Command, words: tuple[str, ...], found: str) -> None:
    said = brinkline("sources", "small.yaml", *words)
    assert said.code == 2
    assert found.split(";")[0] in said.err


def test_a_source_that_nothing_cites_is_warned_of(brinkline: Command) -> None:
    said = brinkline("validate", "small.yaml")
    assert said.code == 0
    assert "warning uncited: sources.spare: found the source 'spare', which nothing cites" in said.out
