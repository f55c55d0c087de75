"""The runs of a comparison: played once, gone on with, never mixed up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sim.ensemble.run import Interrupted, Request
from sim.errors import RunError, ScenarioError, UsageError
from sim.scenario.load import Changes
from sim.studies.compare import play_plan
from sim.studies.compare.arms import alternatives, slug, with_commas
from tests.studies.compare.planted import PLANTED, plan

SMALL = Request(runs=100, keep="summary", engine="compiled")


def digests(folder: Path) -> list[str]:
    return [str(one.manifest["digest"]) for one in play_plan(plan(folder, "raised"), folder / "out", SMALL)]


def test_the_same_again_plays_nothing(tmp_path: Path) -> None:
    first = digests(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert digests(tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_more_runs_are_added_to_those_that_are_there(tmp_path: Path) -> None:
    request = replace(SMALL, runs=160)
    at_once = play_plan(plan(tmp_path, "raised"), tmp_path / "at-once", request)
    play_plan(plan(tmp_path, "raised"), tmp_path / "out", SMALL)
    later = play_plan(plan(tmp_path, "raised"), tmp_path / "out", request)
    assert [one.manifest["digest"] for one in later] == [one.manifest["digest"] for one in at_once]


def test_what_cuts_it_short_keeps_what_was_finished_and_the_same_goes_on(tmp_path: Path) -> None:
    whole = digests(tmp_path)
    (tmp_path / "other").mkdir()

    def stop(runs: int, events: int) -> None:
        if runs >= 150:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as stopped:
        play_plan(plan(tmp_path, "raised"), tmp_path / "other", replace(SMALL, workers=1), stop)
    assert stopped.value.folder == tmp_path / "other"
    assert 100 < stopped.value.runs < 200
    found = play_plan(plan(tmp_path, "raised"), tmp_path / "other", SMALL)
    assert [one.manifest["digest"] for one in found] == whole


def test_progress_counts_the_runs_of_all(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    play_plan(plan(tmp_path, "raised"), tmp_path / "out", SMALL, lambda *numbers: told.append(numbers))
    assert told[-1][0] == 200
    assert told == sorted(told)


@pytest.mark.parametrize(
    ("variants", "request_", "problem"),
    [
        (("swapped",), SMALL, "it holds '1-raised'"),
        (("raised",), replace(SMALL, seed=2), "it has the seed 1"),
        (("raised",), replace(SMALL, runs=50), "it has 100 runs"),
        (("raised", "swapped"), replace(SMALL, runs=99), "it has 100 runs"),
    ],
)
def test_another_comparison_is_replaced_only_by_force(
    tmp_path: Path, variants: tuple[str, ...], request_: Request, problem: str
) -> None:
    digests(tmp_path)
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="is another comparison") as refused:
        play_plan(plan(tmp_path, *variants), out, request_)
    assert problem in str(refused.value)
    found = play_plan(plan(tmp_path, *variants), out, replace(request_, force=True))
    assert [len(one) for one in found] == [request_.runs] * (1 + len(variants))
    assert len(list((out / "runs").iterdir())) == 1 + len(variants)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="is no comparison"):
        play_plan(plan(tmp_path, "raised"), tmp_path / "out", Request(runs=10, force=True))
    assert (tmp_path / "out" / "letter.txt").read_text() == "dear"


def test_an_expression_that_goes_wrong_says_in_which_alternative(tmp_path: Path) -> None:
    wrong = PLANTED + '  wrong: {set: {rules.grown.chance: "log(level - 1)"}}\n'
    with pytest.raises(RunError, match=r"\(of wrong\)$"):
        play_plan(plan(tmp_path, "wrong", text=wrong), tmp_path / "out", SMALL)


def test_all_wrong_alternatives_are_told_at_once(tmp_path: Path) -> None:
    plan(tmp_path)
    wrong = [("raise", Changes(variants=("raise",))), ("x=1", Changes(settings=(("x", "1"),)))]
    with pytest.raises(ScenarioError) as refused:
        alternatives(tmp_path / "planted.yaml", Changes(), wrong)
    assert [fault.code for fault in refused.value.faults] == ["unknown-name", "bad-path"]
    assert "nearest known name: raised" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "parts"),
    [("a", ("a",)), ("a, p=0.5", ("a", "p=0.5")), ("p=uniform(0, 1),b", ("p=uniform(0, 1)", "b")), ("a,", ("a", ""))],
)
def test_commas_in_brackets_divide_nothing(text: str, parts: tuple[str, ...]) -> None:
    assert with_commas(text) == parts


@pytest.mark.parametrize(
    ("name", "folder"),
    [("a/../b", "a-..-b"), ("rules.x.chance=0", "rules.x.chance=0"), ("..", "x"), ("p=f(0, 1)", "p=f-0-1")],
)
def test_a_name_makes_a_harmless_folder(name: str, folder: str) -> None:
    assert slug(name) == folder
