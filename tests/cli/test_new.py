"""A new scenario is complete, without faults, and never written over another file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sim
from tests.cli.conftest import Command


def test_a_new_scenario_has_no_faults_and_no_warnings(brinkline: Command, tmp_path: Path) -> None:
    said = brinkline("new", "mine.yaml")
    assert said.code == 0
    assert "brinkline validate mine.yaml" in said.out
    checked = brinkline("validate", "mine.yaml")
    assert (checked.code, checked.out) == (0, "mine.yaml: no errors, no warnings\n")


def test_a_new_scenario_shows_what_a_scenario_has(brinkline: Command, tmp_path: Path) -> None:
    brinkline("new", "mine.yaml", "--quiet")
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    scenario = sim.load(tmp_path / "mine.yaml").description
    assert 80 <= len(text.splitlines()) <= 130
    assert all(len(line) <= 120 for line in text.splitlines())
    assert text.count("#") >= 30
    assert "never a forecast to act on" in text
    for block in ("sources", "parameters", "variables", "rules", "drivers", "timeline", "outcomes", "variants"):
        assert getattr(scenario, block), block


def test_every_number_of_a_new_scenario_has_a_source_or_is_assumed(brinkline: Command) -> None:
    brinkline("new", "mine.yaml")
    found = json.loads(brinkline("sources", "mine.yaml", "--json").out)
    assert found["carried"] == found["total"] > 40
    assert found["kinds"]["assumed"]["numbers"] > 0
    assert found["moved"] == 0


def test_the_outcomes_of_a_new_scenario_are_open_and_its_variant_moves_them(brinkline: Command) -> None:
    brinkline("new", "mine.yaml")
    shares = []
    for number, change in enumerate(([], ["--variant", "proud-norland"])):
        words = ("--runs", "300", "--out", f"r{number}", "--no-figures", "--engine", "simpy", "--json")
        played = json.loads(brinkline("run", "mine.yaml", *words, *change).out)
        shares.append({name: one["probability"] for name, one in played["summary"]["outcomes"].items()})
    assert all(0.1 < share < 0.9 for arm in shares for share in arm.values())
    assert shares[1]["strike"] > shares[0]["strike"] + 0.1


def test_a_file_that_is_there_is_left_alone(brinkline: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("mine")
    said = brinkline("new", "mine.yaml")
    assert (said.code, said.out) == (2, "")
    assert said.err == "brinkline: mine.yaml is there already; expected a new name, or --force to replace it\n"
    assert (tmp_path / "mine.yaml").read_text() == "mine"
    assert brinkline("new", "mine.yaml", "--force").code == 0
    assert (tmp_path / "mine.yaml").read_text().startswith("# A SMALL CRISIS")


@pytest.mark.parametrize(
    ("file", "code", "told"),
    [("small.yaml/mine.yaml", 3, "could not be"), ("folder", 2, "is a directory"), (".", 2, "is a directory")],
)
def test_a_file_that_cannot_be_written_is_said(
    brinkline: Command, tmp_path: Path, file: str, code: int, told: str
) -> None:
    (tmp_path / "folder").mkdir()
    said = brinkline("new", file, "--force")
    assert said.code == code
    assert told in said.err


def test_the_start_is_no_scenario_of_the_package(brinkline: Command) -> None:
    assert "narrows" not in brinkline("list").out
    assert brinkline("describe", "the-narrows").code == 2
