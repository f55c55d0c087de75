"""A sweep: its grid, the runs of its points, what they say, and going on after an interruption."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import sim
from sim.ensemble.run import Interrupted
from sim.errors import RunError, ScenarioError, UsageError
from sim.scenario.load import Changes
from sim.studies.sweep.grid import axis
from sim.studies.sweep.measures import read_each
from sim.studies.sweep.play import play_points
from sim.studies.sweep.sweep import Request, Sweep, sweep
from tests.cli.conftest import SMALL
from tests.ensemble.folders import folder_at

KNOWN = """\
brinkline: 1
scenario: known
start: 2024-01-01
horizon: 10 d
ladder: [{rung: 0, name: calm}, {rung: 5, name: blow}]
actors: {a: {}, b: {}}
parameters:
  p: {value: 0.3, range: "uniform(0, 1)"}
  q: {value: 0.5, range: "uniform(0, 1)"}
variables: {mood: {scope: world, initial: 0.25}}
actions: {hit: {rung: 5, deaths: 2}, talk: {rung: 0}}
rules:
  back: {who: b, when: {action: hit}, chance: p, do: talk, to: actor}
  forth: {who: a, when: {action: talk}, chance: q, do: hit, to: actor, limit: 1}
timeline: [{id: first, at: +1 d, who: a, do: hit, to: b}]
outcomes:
  answered: {when: {action: talk}}
  unanswered: {at: +5 d, if: count(action=talk) == 0}
  twice: {if: count(action=hit) > 1}
  angry: {if: mood > 0.6}
"""
"""An answer comes with the chance p, a second blow with the chance p q."""


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """The scenario's file."""
    path = tmp_path / "known.yaml"
    path.write_text(KNOWN)
    return path


def swept(path: Path, *over: tuple[str, str], out: str = "out", changes: Changes | None = None, **asked) -> Sweep:
    """A sweep in a folder beside the scenario; one thread and the compiled engine unless told otherwise."""
    request = Request(over, **({"workers": 1, "engine": "compiled"} | asked))
    return sweep(path, path.parent / out, request, changes=changes)


def test_a_grid_is_even_or_even_in_its_logarithm_or_a_list() -> None:
    assert axis("p", "0.1:0.3:3").texts == ("0.1", "0.2", "0.3")
    assert axis("p", "0.01:1:3:log").texts == ("0.01", "0.1", "1")
    assert axis("p", "3,1,2.5,1").texts == ("1", "2.5", "3")
    assert axis("rules.back.limit", "1:3:3").texts == ("1", "2", "3")
    assert axis("horizon", "6 h:2.4e1h:3").texts == ("6 h", "15 h", "24 h")
    assert axis("horizon", "2 d,1d").values.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1:2:0", "found a grid of 0 values; expected 2 or more"),
        ("1:2:1", "found a grid of 1 values"),
        ("1:2:2.5", "found '2.5' as the number of values"),
        ("3:1:4", "found nothing from 3 to 1; expected LOW below HIGH"),
        ("1:1:4", "found nothing from 1 to 1"),
        ("0:1:4:log", "found 0 as the low end; expected it above 0"),
        ("0:1:4:lag", "expected LOW:HIGH:N, LOW:HIGH:N:log or A,B,C"),
        ("1:2", "found '1:2'; expected LOW:HIGH:N"),
        ("low:2:3", "found 'low'; expected a number"),
        ("1:inf:3", "found inf; expected a finite number"),
        ("", "found ''; expected two different values or more"),
        ("1 h:2 d:3", "found the units d and h; expected one unit for all values"),
        ("1,2 d", "found the units none and d"),
        ("2,2", "found '2,2'; expected two different values or more"),
    ],
)
def test_a_grid_that_makes_no_sense_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        axis("p", text)
    assert f"--over p: {words}" in str(error.value) or words in str(error.value)


def test_a_point_has_the_runs_of_the_scenario_with_these_values_set(known: Path) -> None:
    over = (("p", "0.2,0.9"), ("variables.mood.initial", "0.5:0.7:2"))
    for names, out in ((over, "path"), ((over[0], ("parameters.q", "0.25,0.5")), "parameters")):
        swept(known, *names, out=out, runs=60, seed=7)
        table = pq.read_table(known.parent / out / "runs.parquet").to_pandas()
        settings = {names[0][0]: 0.9, names[1][0]: 0.5}
        point = 2 if out == "path" else 3
        runs = sim.run(sim.load(known, settings=settings), runs=60, seed=7, engine="simpy").runs
        mine = table[table["point"] == point]
        for outcome in ("answered", "unanswered", "twice", "angry"):
            assert mine[f"outcome.{outcome}"].tolist() == runs[f"outcome.{outcome}"].notna().tolist()
        for column in ("peak_level", "deaths", "truncated"):
            assert mine[column].tolist() == runs[column].tolist()


def test_a_value_that_a_range_is_drawn_around_is_no_pin(known: Path) -> None:
    found = swept(known, ("parameters.p.value", "0.1,0.9"), runs=200)
    assert found.outcomes[0].estimate[0] == found.outcomes[0].estimate[1]


def test_a_duration_goes_over_a_range_with_its_unit(known: Path) -> None:
    found = swept(known, ("horizon", "12 h,36 h"), runs=40, outcomes=("answered",))
    assert found.outcomes[0].estimate[0] == 0 < found.outcomes[0].estimate[1]  # the first blow comes after a day
    assert found.as_csv().splitlines()[1].startswith("12,answered,answered,40,0,")
    assert found.as_dict()["over"][0]["unit"] == "h"


def test_shares_means_and_thresholds_are_those_of_the_known_model(known: Path) -> None:
    found = swept(known, ("p", "0:1:11"), runs=1000)
    answered, unanswered, twice, angry = found.outcomes
    truth = np.linspace(0, 1, 11)
    # each Wilson interval holds the truth with 95 %; the points share their luck, so that they miss together
    assert np.all(np.abs(answered.estimate - truth) < 4 * np.sqrt(0.25 / 1000))  # false alarm below 1e-4
    each = {
        name: read_each(found.points, folder_at(found.folder, "sweep"), name)
        for name in ("outcome.answered", "outcome.unanswered", "outcome.twice", "deaths")
    }
    assert np.array_equal(each["outcome.unanswered"], 1 - each["outcome.answered"])
    assert np.array_equal(each["deaths"], 2 + 2 * each["outcome.twice"])
    assert np.allclose(found.means[1].estimate, 2 + 2 * twice.estimate)
    assert np.allclose(unanswered.estimate, 1 - answered.estimate)
    by_id = {line.outcome: line.crossings for line in found.lines}
    ten, fifty = by_id["answered"]
    assert [one.direction for one in (*ten, *fifty)] == ["rises", "rises"]
    for one, true in ((ten[0], 0.1), (fifty[0], 0.5)):  # false alarm 1e-4: four standard errors of a share
        assert abs(one.at - true) < 4 * np.sqrt(true * (1 - true) / 1000)
        assert one.low < one.at < one.high
    assert [one.direction for one in by_id["unanswered"][1]] == ["falls"]
    assert by_id["angry"] == ((), ())
    assert angry.estimate.tolist() == [0.0] * 11
    moves = {move.id: move.difference for move in found.moves}
    assert (moves["answered"].difference, moves["angry"].difference) == (1.0, 0.0)
    assert moves["answered"].clear
    assert not moves["angry"].clear


def test_runs_that_are_cut_off_tell_only_what_has_come_true(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(KNOWN.replace("horizon: 10 d", "horizon: 10 d\nmax_events: 3"))
    found = swept(path, ("p", "0,1"), ("q", "0,1"), runs=50)
    assert found.truncated == 50  # with an answer to the second blow, on the first day
    by_id = {curve.id: curve for curve in found.outcomes}
    assert by_id["answered"].of.tolist() == [[50, 50], [50, 50]]
    assert by_id["unanswered"].of.tolist() == [[50, 50], [50, 0]]
    assert found.as_dict()["measures"]["unanswered"]["estimate"] == [[1.0, 1.0], [0.0, None]]
    assert "1,1,unanswered,unanswered,0,,0,1" in found.as_csv().splitlines()


def test_two_numbers_make_a_grid_with_thresholds_along_the_first(known: Path) -> None:
    found = swept(known, ("p", "0:1:6"), ("q", "0.2,1"), runs=400, outcomes=("twice",))
    (twice,) = found.outcomes
    assert twice.estimate.shape == (6, 2)
    assert np.all(np.abs(twice.estimate - np.outer(np.linspace(0, 1, 6), [0.2, 1])) < 4 * np.sqrt(0.25 / 400))
    low, high = found.lines
    assert (low.other, high.other) == (0.2, 1.0)
    assert low.crossings[1] == ()  # at most 20 %
    assert [one.direction for one in high.crossings[1]] == ["rises"]
    assert {(move.id, move.axis) for move in found.moves} == {
        (name, axis) for name in ("twice", "peak_level", "deaths") for axis in ("p", "q")
    }
    rows = found.as_csv().splitlines()
    assert rows[0] == "p,q,measure,name,runs,estimate,low,high"
    assert len(rows) == 1 + 12 * 3


def test_workers_and_engines_do_not_matter(known: Path) -> None:
    for out, how in {"one": {}, "three": {"workers": 3}, "simpy": {"engine": "simpy"}}.items():
        swept(known, ("p", "0:1:4"), runs=40, out=out, **how)
    files = [(known.parent / out / "runs.parquet").read_bytes() for out in ("one", "three", "simpy")]
    assert files[0] == files[1] == files[2]


def test_it_goes_on_after_an_interruption_with_what_is_whole(known: Path) -> None:
    request = Request((("p", "0:1:5"),), runs=40, workers=1, engine="compiled")

    def stop(runs: int, _events: int) -> None:
        if runs >= 80:
            raise KeyboardInterrupt

    out = known.parent / "out"
    with pytest.raises(Interrupted) as stopped:
        sweep(known, out, request, progress=stop)
    assert (stopped.value.folder, stopped.value.runs) == (out, 80)
    kept = sorted(path.name for path in (out / "points").iterdir())
    assert kept == ["000000", "000001"]
    (out / "points" / "000001").write_bytes(b"damaged" * 20)
    told: list[int] = []
    sweep(known, out, request, progress=lambda runs, _: told.append(runs))
    assert told == [80, 120, 160, 200]
    swept(known, ("p", "0:1:5"), runs=40, out="whole")
    assert (out / "runs.parquet").read_bytes() == (known.parent / "whole" / "runs.parquet").read_bytes()
    assert (out / "sweep.json").read_bytes() == (known.parent / "whole" / "sweep.json").read_bytes()
    told.clear()
    sweep(known, out, request, progress=lambda runs, _: told.append(runs))
    assert told == []


def test_a_folder_of_something_else_is_not_touched(known: Path) -> None:
    swept(known, ("p", "0:1:3"), runs=20)
    with pytest.raises(UsageError, match="is a sweep of another grid, seed; --force replaces it"):
        swept(known, ("p", "0:1:4"), runs=20, seed=2)
    assert len(swept(known, ("p", "0:1:4"), runs=20, seed=2, force=True)) == 80
    with pytest.raises(UsageError, match="is no sweep's folder"):
        swept(known, ("p", "0:1:4"), runs=20, out=".")


@pytest.mark.parametrize(
    ("over", "asked", "words"),
    [
        ((("p", "0:1:3"), ("p", "0:1:4")), {}, "found p twice"),
        ((("p", "0:1:3"), ("parameters.p", "0:1:4")), {}, "found p twice"),
        ((("p", "0:1:3"), ("q", "0:1:4"), ("variables.mood.initial", "0:1:2")), {}, "found 3 numbers to go over"),
        ((("p", "0:1:3"),), {"outcomes": ("answerd",)}, "nearest known name: answered"),
        ((("p", "0:1:1000000000"),), {}, "found a grid of 1,000,000,000 points, 10,000,000,000 runs: about"),
        ((("p", "0:1:3"),), {"runs": 10_000_000}, "found a grid of 3 points, 30,000,000 runs: about"),
        ((("p", "0:1:3"),), {"runs": 0}, "found 0 runs"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_cost(known: Path, over, asked, words: str) -> None:
    with pytest.raises(UsageError) as error:
        swept(known, *over, **({"runs": 10} | asked))
    assert words in str(error.value)
    assert not (known.parent / "out").exists()


def test_a_number_that_is_set_is_not_gone_over_too(known: Path) -> None:
    with pytest.raises(UsageError, match="found p in --set and in --over"):
        swept(known, ("p", "0:1:3"), changes=Changes(settings=(("p", "0.5"),)))


@pytest.mark.parametrize(
    ("path", "grid", "words"),
    [
        ("pp", "0:1:3", "--over pp:1:1: error bad-path: pp: found 'pp'"),
        ("rules.bakc.limit", "1:3:3", "nearest known name: back"),
        ("p", "0:2:3", "found 2 (with p = 2)"),
        ("horizon", "1:2:2", "found the number 1 without a unit"),
    ],
)
def test_a_value_that_the_scenario_does_not_take_is_its_own_fault(known: Path, path, grid, words: str) -> None:
    with pytest.raises(ScenarioError) as error:
        swept(known, (path, grid), runs=10)
    assert words.split(" (")[0] in str(error.value)


def test_an_error_in_a_run_says_at_which_point(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace("rate: 1}", "rate: 1 / (2 - p - level), peak: 9}"))
    with pytest.raises(RunError, match=r"with p=0\.4"):
        swept(path, ("p", "0.4:0.6:2"), runs=20)


def test_points_that_are_not_there_are_not_read(known: Path) -> None:
    found = swept(known, ("p", "0:1:3"), runs=20)
    (known.parent / "out" / "runs.parquet").write_bytes(b"damaged")
    play_points(found.points, folder_at(found.folder, "sweep"), workers=1, engine="compiled", progress=None, say=print)
    assert pq.read_table(found.folder / "runs.parquet").num_rows == 60
