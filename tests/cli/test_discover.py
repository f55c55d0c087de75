"""``brinkline discover`` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command
from tests.studies import planted

QUICK = ("discover", "planted.yaml", "--runs", "1500", "--workers", "1", "--out", "out")


@pytest.fixture(autouse=True)
def scenario(brinkline: Command) -> None:
    """The scenario with the planted box, where commands are called."""
    Path("planted.yaml").write_text(planted.SCENARIO)


def test_it_says_the_ranges_in_a_sentence_and_draws_them(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--outcome", "answered")
    assert (said.code, said.err) == (0, "")
    text = " ".join(said.out.split())
    assert "A model to think with, never a forecast to act on." in text
    assert "In the model, “An answer” came true in" in text
    assert "of the runs with p above 0." in text
    assert "500 runs found the ranges, 500 others chose among them" in text
    for name in ("box.png", "box.svg", "trade-off.png", "trade-off.svg"):
        assert (Path("out/figures") / name).stat().st_size > 5000
    page = Path("out/report.html").read_text()
    assert "brinkline discover planted.yaml --runs 1500 --workers 1 --out out --outcome answered" in page
    assert "One of the two." in page


def test_a_results_folder_is_looked_through_as_it_is(brinkline: Command) -> None:
    assert brinkline("run", "planted.yaml", "--runs", "900", "--out", "runs", "--no-figures", "--quiet").code == 0
    said = brinkline("discover", "runs", "--outcome", "answered", "--out", "out", "--json", "--no-figures")
    told = json.loads(said.out)
    assert (said.code, told["folder"], told["runs"], told["verdict"]) == (0, "out", 900, "likely")
    assert set(told["box"]) == {"p", "q"}
    assert sorted(path.name for path in Path("out").iterdir()) == ["discover.csv", "discover.json", "manifest.json"]
    said = brinkline("discover", "runs", "--outcome", "answered", "--seed", "2")
    assert said.code == 2
    assert "found --seed for a results folder" in said.err


def test_no_ranges_is_an_answer(brinkline: Command) -> None:
    said = brinkline(*QUICK, "--outcome", "never")
    assert said.code == 0
    assert "came true in fewer than 1 in" in " ".join(said.out.split())
    assert Path("out/report.html").exists()


def test_bad_input_ends_with_2(brinkline: Command) -> None:
    for words, message in {
        ("--outcome", "answred"): "nearest known name: answered",
        ("--outcome", "answered", "--threshold", "2"): "found 2 as the threshold",
        ("--outcome", "answered", "--fixed"): "found no parameter that differs",
        (): "Missing option '--outcome'",
    }.items():
        said = brinkline("discover", "planted.yaml", "--runs", "30", "--out", "out", *words)
        assert (said.code, said.out) == (2, "")
        assert message in " ".join(said.err.split())
