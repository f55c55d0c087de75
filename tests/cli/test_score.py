"""``brinkline score``: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import sim
from tests.cli.conftest import Command
from tests.ensemble.folders import contents

SEEN = "outcome,happened,day,date,actor,action,target\ndeath,yes,1.5,,,,\n,,,2024-01-03,a,hit,b\n"


@pytest.fixture
def played(brinkline: Command, tmp_path: Path) -> Command:
    """A results folder ``out`` and a record ``seen.csv``."""
    assert brinkline("run", "small.yaml", "--runs", "40", "--no-figures", "--workers", "1", "--out", "out").code == 0
    (tmp_path / "seen.csv").write_text(SEEN)
    return brinkline


def test_it_prints_tables_and_what_they_cannot_say(played: Command) -> None:
    said = played("score", "out", "--observed", "seen.csv", "--no-figures")
    assert said.code == 0
    for words in (
        "A small quarrel",
        "40\N{NO-BREAK SPACE}runs of 2024-01-01 to 2024-01-11, seed 1, against a record of 1 outcome and 1 event",
        "death ",
        "a hit b",
        "One crisis has few outcomes: 1 is scored here, of which 1 came true.",
        "out/score: score.json, score.csv",
    ):
        assert words in said.out


def test_what_happened_at_the_very_end_is_not_called_never(played: Command, tmp_path: Path) -> None:
    rows = {}
    for name, seen in {"late": "yes,10", "never": "no,"}.items():
        (tmp_path / "late.csv").write_text(f"outcome,happened,day\ndeath,{seen}\n")
        said = played("score", "out", "--observed", "late.csv", "--no-figures", "--out", name)
        rows[name] = said.out.split("Times to first")[1].split(" death")[1].split()
    assert (rows["late"][:2], rows["never"][0]) == (["11", "Jan"], "never")


def test_it_leaves_the_results_as_they_were(played: Command, tmp_path: Path) -> None:
    before = contents(tmp_path / "out")
    assert played("score", "out", "--observed", "seen.csv").code == 0
    after = contents(tmp_path / "out")
    assert {name: after[name] for name in before} == before
    assert sorted(set(after) - set(before)) == [
        "score/figures/reliability.png",
        "score/figures/reliability.svg",
        "score/manifest.json",
        "score/score.csv",
        "score/score.json",
    ]
    assert played("resume", "out", "--runs", "50", "--no-figures").code == 0
    assert len(sim.open_results(tmp_path / "out")) == 50
    assert (tmp_path / "out" / "score" / "score.json").exists()


def test_json_is_what_the_file_holds(played: Command, tmp_path: Path) -> None:
    said = played("score", "out", "--observed", "seen.csv", "--json", "--out", "elsewhere", "--no-figures")
    document = json.loads(said.out)
    assert document.pop("folder") == "elsewhere"
    assert document == json.loads((tmp_path / "elsewhere" / "score.json").read_text())
    assert document["outcomes"][0]["happened"] is True
    with (tmp_path / "elsewhere" / "score.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["outcome", "time", "count", "count by target"]
    assert float(rows[0]["brier"]) == document["outcomes"][0]["brier"]


def test_an_older_score_is_replaced_only_by_force(played: Command) -> None:
    command = ("score", "out", "--observed", "seen.csv", "--no-figures", "--quiet")
    assert played(*command).code == 0
    again = played(*command)
    assert (again.code, again.out) == (2, "")
    assert "out/score holds a score already; --force replaces it, --out names another folder" in again.err
    assert played(*command, "--force").code == 0


def test_a_wrong_record_is_refused_line_by_line(played: Command, tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text(f"{SEEN}deeth,yes,,,,,\ndeath,no,,,,,\n")
    said = played("score", "out", "--observed", "wrong.csv")
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines() == [
        "wrong.csv:4:1: error: found the outcome 'deeth'; expected the id of a known outcome; "
        "nearest known name: death",
        "wrong.csv:5:1: error: found the outcome 'death' with the other answer; "
        "expected it once: it is in wrong.csv:2:1",
        "2 errors; nothing was scored",
    ]
    assert not (tmp_path / "out" / "score").exists()


def test_records_base_rates_and_results_must_be_there(played: Command, tmp_path: Path) -> None:
    assert played("score", "out", "--observed", "none.csv").code == 3
    assert played("score", "out", "--observed", "seen.csv", "--base-rates", "none.csv").code == 3
    assert played("score", "small.yaml", "--observed", "seen.csv").code == 2
    assert played("score", "out").code == 2
    (tmp_path / "file").write_text("")
    assert played("score", "out", "--observed", "seen.csv", "--out", "file").code == 2


def test_several_files_make_one_record(played: Command, tmp_path: Path) -> None:
    (tmp_path / "deeds.csv").write_text("date,actor,action\n2024-01-03,b,hit\n")
    (tmp_path / "rates.csv").write_text("outcome,probability\ndeath,0.9\n")
    files = ("--observed", "seen.csv", "--observed", "deeds.csv", "--base-rates", "rates.csv", "--complete")
    said = played("score", "out", *files, "--json", "--no-figures")
    document = json.loads(said.out)
    assert [one["key"] for one in document["counts"]] == [["a", "hit"], ["b", "hit"], ["a", "hit", "b"]]
    assert document["outcomes"][0]["baselines"]["base_rate"]["probability"] == 0.9
