"""``brinkline explain``."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command

QUICK = ("--quiet", "--no-figures")


@pytest.fixture
def results(brinkline: Command) -> Path:
    """A results folder of 40 runs of ``small.yaml``."""
    assert brinkline("run", "small.yaml", "--runs", "40", "--out", "results", *QUICK).code == 0
    return Path("results")


def test_it_tells_the_commonest_chains_and_writes_everything(brinkline: Command, results: Path) -> None:
    said = brinkline("explain", str(results), "--outcome", "death")
    assert said.code == 0, said.err
    assert "In the model “death” came true in 40 of 40" in said.out.replace("\N{NO-BREAK SPACE}", " ")
    assert "Aland: hit (source)" in said.out
    assert "never a forecast" in said.out
    folder = Path("explain/small--death")
    assert sorted(path.name for path in folder.iterdir()) == [
        "chains.csv",
        "explain.json",
        "figures",
        "manifest.json",
        "report.html",
    ]
    assert sorted(path.name for path in (folder / "figures").iterdir()) == ["pathways.png", "pathways.svg"]
    page = (folder / "report.html").read_text()
    assert "brinkline explain results --outcome death" in page
    document = json.loads((folder / "explain.json").read_text())
    rows = list(csv.DictReader((folder / "chains.csv").read_text().splitlines()))
    assert [int(row["count"]) for row in rows] == [chain["count"] for chain in document["chains"]]
    assert sum(chain["count"] for chain in document["chains"]) + (document["others"] or {"count": 0})["count"] == 40
    assert rows[0]["chain"] == "a hit [source]"


def test_a_scenario_is_played_first(brinkline: Command, results: Path) -> None:
    of_folder = brinkline("explain", str(results), "--outcome", "death", "--json", "--no-figures")
    played = brinkline("explain", "small.yaml", "--runs", "40", "--outcome", "death", "--json", "--no-figures")
    assert json.loads(of_folder.out) == json.loads(played.out)
    calm = brinkline(
        "explain", "small.yaml", "--variant", "calm", "--runs", "40", "--outcome", "death", "--json", "--no-figures",
        "--out", "calm",
    )  # fmt: skip
    assert [one["id"] for one in json.loads(calm.out)["actors"]] == ["a"]


def test_one_run_is_told_in_words_and_nothing_is_written(brinkline: Command, results: Path) -> None:
    said = brinkline("explain", str(results), "--outcome", "death", "--run", "3")
    assert said.code == 0
    assert "“death” came true on" in said.out
    assert "The event" in said.out
    assert "NOW TRUE: death." in said.out
    assert not Path("explain").exists()
    document = json.loads(brinkline("explain", str(results), "--outcome", "death", "--run", "3", "--json").out)
    assert (document["run"], document["outcome"]) == (3, "death")
    assert document["event"] is not None


def test_an_outcome_that_never_came_true_is_no_error(brinkline: Command) -> None:
    settings = ("--set", "actions.hit.deaths=0")
    said = brinkline("explain", "small.yaml", "--runs", "50", "--outcome", "death", *settings)
    assert said.code == 0
    assert "none of 50" in said.out
    assert "fewer than 1 in 14" in said.out
    assert not Path("explain/small--death/figures").exists()
    run = brinkline("explain", "small.yaml", "--outcome", "death", "--run", "1", *settings)
    assert (run.code, run.out) == (2, "")
    assert "found run 1, in which death does not come true" in run.err


WRONG = {
    ("small.yaml",): "found no --outcome; expected one of the outcomes: death",
    ("small.yaml", "--outcome", "deth"): "nearest known name: death",
    ("results", "--outcome", "deth"): "nearest known name: death",
    ("results", "--outcome", "death", "--run", "40"): "found run 40; expected 0 to 39",
    ("results", "--outcome", "death", "--runs", "9"): "found --runs for a results folder",
    ("results", "--outcome", "death", "--set", "p=1"): "found --set for a results folder",
    ("small.yaml", "--outcome", "death", "--runs", "0"): "found 0 runs",
    ("smal", "--outcome", "death"): "found no file and no scenario 'smal'",
}


@pytest.mark.parametrize("words", WRONG)
def test_wrong_requests_are_refused(brinkline: Command, results: Path, words: tuple[str, ...]) -> None:
    said = brinkline("explain", *words)
    assert (said.code, said.out) == (2, "")
    assert WRONG[words] in said.err


def test_the_same_again_is_the_same_and_something_else_wants_force(brinkline: Command, results: Path) -> None:
    words = ("explain", str(results), "--outcome", "death", "--out", "told", *QUICK)
    assert brinkline(*words).code == 0
    before = Path("told/explain.json").read_bytes()
    assert brinkline(*words).code == 0
    assert Path("told/explain.json").read_bytes() == before
    other = brinkline(*words, "--top", "2")
    assert other.code == 2
    assert "told is there already and holds something else; --force" in other.err
    assert brinkline(*words, "--top", "2", "--force").code == 0


def test_a_folder_that_cannot_be_written_is_exit_3(brinkline: Command, results: Path) -> None:
    Path("full").write_text("a file")
    said = brinkline("explain", str(results), "--outcome", "death", "--out", "full/of", *QUICK)
    assert said.code == 3
