"""``brinkline compare`` as a user has it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import SMALL, Command

FAST = ("--runs", "60", "--engine", "compiled")


def test_each_change_is_an_alternative_of_its_own(brinkline: Command) -> None:
    said = brinkline(
        "compare", "small.yaml", "--variant", "calm", "--set", "p=0.9", "--with", "calm, horizon_=1", *FAST, "--json"
    )
    assert said.code == 2
    assert "nearest known name: horizon" in said.err
    said = brinkline(
        "compare", "small.yaml", "--variant", "calm", "--set", "p=0.9",
        "--with", "calm, actions.hit.deaths=poisson(2)", *FAST, "--no-figures", "--json",
    )  # fmt: skip
    assert (said.code, said.err) == (0, "")
    document = json.loads(said.out)
    names = [one["name"] for one in document["alternatives"]]
    assert names == ["calm", "p=0.9", "calm + actions.hit.deaths=poisson(2)"]
    assert (document["runs"], document["seed"], document["comparisons"]) == (60, 1, 3 * (1 + 2 + 1))
    changes = document["alternatives"][1]["changes"]
    assert changes[0] == {"path": "parameters.p.value", "before": "0.5", "after": "0.9"}
    folder = Path(document["folder"])
    assert json.loads((folder / "compare.json").read_text())["alternatives"] == document["alternatives"]
    assert not (folder / "report.html").exists()


def test_it_leaves_a_page_pictures_tables_and_the_runs(brinkline: Command) -> None:
    said = brinkline("compare", "small.yaml", "--variant", "calm", *FAST, "--run", "2")
    assert (said.code, said.err) == (0, "")
    folder = Path("compare/small--calm")
    names = ("differences", "differences-numbers", "differences-times", "ladders-calm")
    assert all((folder / "figures" / f"{name}.{kind}").is_file() for name in names for kind in ("png", "svg"))
    page = (folder / "report.html").read_text()
    assert "brinkline compare small.yaml --variant calm --runs 60" in page
    assert page.count("data:image/png") == len(names)
    assert "a model to think with" in page.lower()
    assert sorted(path.name for path in (folder / "runs").iterdir()) == ["0-base", "1-calm"]
    assert "Run 2 under seed 1, base and calm" in said.out
    assert "of 60 runs change at all" in said.out
    assert "parameters.p.value: 0.5 → 0" in said.out


def test_a_scenario_against_itself_is_exactly_zero(brinkline: Command) -> None:
    said = brinkline("compare", "small.yaml", "small.yaml", *FAST, "--no-figures", "--json")
    (same,) = json.loads(said.out)["alternatives"]
    assert (same["same"], same["runs_changed"], same["changes"]) == (True, 0, [])
    keys = ("difference", "low", "high", "low_alone", "high_alone", "standard_error", "more", "fewer")
    assert all(effect[key] == 0 for effect in same["effects"] for key in keys)
    told = brinkline("compare", "small.yaml", "small.yaml", *FAST, "--no-figures").out
    assert "The same scenario: none of 60 runs changes, and every difference is exactly zero." in told


def test_what_cannot_be_told_apart_is_said_to_be_so(brinkline: Command) -> None:
    said = brinkline("compare", "small.yaml", "--set", "p=0.51", *FAST, "--no-figures")
    assert "cannot be told apart with 60 runs" in said.out
    assert "not ranked" in said.out


def test_a_page_of_fewer_runs_is_not_left_beside_newer_numbers(brinkline: Command) -> None:
    words = ("compare", "small.yaml", "--variant", "calm", "--out", "grown")
    assert brinkline(*words, "--runs", "10").code == 0
    assert Path("grown/report.html").is_file()
    assert brinkline(*words, "--runs", "20", "--no-figures").code == 0
    assert not Path("grown/report.html").exists()
    assert not Path("grown/figures").exists()


def test_results_folders_of_the_same_luck_are_compared(brinkline: Command) -> None:
    for folder, more in (("one", ()), ("two", ("--variant", "calm")), ("other", ("--seed", "2"))):
        assert brinkline("run", "small.yaml", "--out", folder, "--no-figures", "--quiet", *FAST, *more).code == 0
    said = brinkline("compare", "one", "two", "--json", "--no-figures")
    assert said.code == 0
    folders = json.loads(said.out)
    played = json.loads(brinkline("compare", "small.yaml", "--variant", "calm", *FAST, "--json", "--no-figures").out)
    assert folders["alternatives"][0]["effects"] == played["alternatives"][0]["effects"]
    refused = brinkline("compare", "one", "other")
    assert refused.code == 2
    assert "the seed: found 1 and 2; expected the same luck" in refused.err


def test_two_files_need_the_same_id_or_a_word(brinkline: Command) -> None:
    Path("other.yaml").write_text(SMALL.replace("scenario: small", "scenario: other"))
    refused = brinkline("compare", "small.yaml", "other.yaml", *FAST)
    assert (refused.code, "--anyway compares two scenarios" in refused.err) == (2, True)
    said = brinkline("compare", "small.yaml", "other.yaml", *FAST, "--anyway", "--no-figures")
    assert said.code == 0
    assert "These are two scenarios, small and other" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("small.yaml",), "variants of this one: calm"),
        (("small.yaml", "--variant", "clam"), "nearest known name: calm"),
        (("small.yaml", "--set", "q=1"), "found 'q'"),
        (("small.yaml", "--set", "p"), "expected NAME=VALUE"),
        (("small.yaml", "--with", "calm,,p=1"), "between commas"),
        (("small.yaml", "--variant", "calm", "--variant", "calm"), "found the alternative 'calm' twice"),
        (("small.yaml", "--variant", "calm", "--run", "60", *FAST), "expected 0 to 59"),
        (("small.yaml", "--variant", "calm", "--runs", "0"), "expected 1 to"),
        (("small.yaml", "--set", "horizon=3 d"), "the horizon is 10 days in one and 3 days in the other"),
        (("small.yaml", "small.yaml", "--set", "p=1"), "expected no --set"),
        (("smal",), "found no file and no scenario 'smal'"),
        (("small.yaml", "--variant", "calm", "--out", "full"), "is no comparison"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_played(
    brinkline: Command, words: tuple[str, ...], told: str
) -> None:
    Path("full").mkdir()
    Path("full/letter.txt").write_text("dear")
    said = brinkline("compare", *words)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert not Path("compare").exists()


def test_options_of_playing_make_no_sense_for_results(brinkline: Command) -> None:
    for folder in ("one", "two"):
        brinkline("run", "small.yaml", "--out", folder, "--no-figures", "--quiet", *FAST)
    assert "expected no --runs" in brinkline("compare", "one", "two", "--runs", "5").err
    assert "expected two or more" in brinkline("compare", "one").err
    assert "expected only one of them" in brinkline("compare", "one", "small.yaml").err


def test_a_scenario_that_asks_for_no_outcome_still_has_peaks_and_deaths(brinkline: Command) -> None:
    Path("plain.yaml").write_text(SMALL.replace("outcomes: {death: {when: {deaths: 1..}}}\n", ""))
    said = brinkline("compare", "plain.yaml", "--variant", "calm", *FAST)
    assert (said.code, said.err) == (0, "")
    assert "peak level" in said.out
    drawn = sorted(path.stem for path in Path("compare/small--calm/figures").glob("*.png"))
    assert drawn == ["differences-numbers", "ladders-calm"]
