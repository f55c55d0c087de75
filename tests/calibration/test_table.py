"""The reference table: the same whoever makes it, however often it is cut short."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.calibration.table import Plan, joined_rows, make_table, read_table
from sim.engines.choice import silent
from sim.ensemble.folder import Folder
from sim.ensemble.run import Interrupted
from sim.errors import RunError, StorageError, UsageError
from tests.calibration import feud
from tests.calibration.feud import plan_of
from tests.ensemble.folders import folder_at

RUNS = 700


def made(plan: Plan, folder: Path, runs: int = RUNS, **how) -> bytes:
    """The bytes of the table, made in a folder."""
    make_table(
        plan,
        folder_at(folder, "calibrate"),
        **({"workers": 1, "engine": "compiled", "progress": None, "say": silent, "runs": runs} | how),
    )
    return (folder / "table.parquet").read_bytes()


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return plan_of(tmp_path)


def stopping_at(runs: int):
    """A progress that is interrupted once so many rows are there."""

    def progress(there: int, _events: int) -> None:
        if there >= runs:
            raise KeyboardInterrupt

    return progress


def test_a_row_is_a_run_of_the_scenario_with_wide_ranges(plan: Plan, tmp_path: Path) -> None:
    made(plan, tmp_path / "out", 50)
    wide = {"parameters.tempo": {"value": 1, "range": "loguniform(0.2, 8)"}}
    wide["parameters.temper"] = {"value": 0.5, "range": "uniform(0, 1)"}
    runs = sim.run(sim.load(tmp_path / "feud.yaml", settings=wide), runs=50, out=tmp_path / "runs", keep="all")
    table = read_table(plan, folder_at(tmp_path / "out", "calibrate"))
    assert table.parameters.tolist() == runs.runs[["param.tempo", "param.temper"]].to_numpy().tolist()
    events = runs.events
    for column, action in ((0, "hit"), (2, "strike")):
        counts = events[events["action"] == action].groupby("run").size().reindex(range(50), fill_value=0)
        assert table.statistics[:, column].tolist() == counts.tolist()


def test_workers_and_engines_do_not_matter(plan: Plan, tmp_path: Path) -> None:
    alone = made(plan, tmp_path / "one")
    assert made(plan, tmp_path / "three", workers=3) == alone
    assert made(plan, tmp_path / "read", 60, engine="simpy") == made(plan, tmp_path / "compiled", 60)


def test_what_was_cut_short_goes_on_and_is_the_same(plan: Plan, tmp_path: Path) -> None:
    whole, folder = made(plan, tmp_path / "whole"), tmp_path / "cut"
    with pytest.raises(Interrupted) as stopped:
        made(plan, folder, progress=stopping_at(300))
    assert stopped.value.folder == folder
    assert 300 <= stopped.value.runs < RUNS
    assert not (folder / "table.parquet").exists()
    left = {path.name: path.stat().st_mtime_ns for path in (folder / "blocks").iterdir()}
    seen: list[int] = []
    assert made(plan, folder, progress=lambda runs, _: seen.append(runs)) == whole
    assert seen[0] > stopped.value.runs
    assert len(left) > 2
    assert not (folder / "blocks").exists()


def test_a_damaged_block_is_made_again(plan: Plan, tmp_path: Path) -> None:
    whole, folder = made(plan, tmp_path / "whole"), tmp_path / "cut"
    with pytest.raises(Interrupted):
        made(plan, folder, progress=stopping_at(300))
    first, second, *_ = sorted((folder / "blocks").iterdir())
    first.write_bytes(first.read_bytes()[:-1] + b"\0")
    second.write_bytes(b"")
    assert made(plan, folder) == whole


def test_a_damaged_table_is_made_again(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    whole = made(plan, folder)
    place = len(whole) // 2
    for data in (whole[:-10], whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :]):
        (folder / "table.parquet").write_bytes(data)
        assert joined_rows(plan, folder_at(folder, "calibrate")) == 0
        assert made(plan, folder) == whole


def test_a_longer_table_begins_with_the_shorter_one(plan: Plan, tmp_path: Path) -> None:
    made(plan, tmp_path / "grown", 200)
    played: list[int] = []
    made(plan, tmp_path / "grown", progress=lambda runs, _: played.append(runs))
    assert played[0] > 200
    grown = (tmp_path / "grown" / "table.parquet").read_bytes()
    assert grown == made(plan, tmp_path / "at once")


def test_a_table_of_something_else_is_refused(plan: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    made(plan, folder, 50)
    (tmp_path / "other").mkdir()
    counted = feud.RECORD.replace("{count: {action: strike}", "{count: {action: talk}")
    wider = feud.RECORD.replace("loguniform(0.2, 8)", "loguniform(0.2, 9)")
    for other in ({"seed": 2}, {"record": counted}, {"record": wider}):
        with pytest.raises(UsageError, match="was made of another scenario"):
            made(plan_of(tmp_path / "other", **other), folder, 50)


def test_a_record_put_right_keeps_the_table(plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = plan_of(tmp_path / "other", record=feud.RECORD.replace("observed: 45", "observed: [40, 45], scale: log"))
    assert other.identity == plan.identity


def test_the_scenarios_bounds_give_way_to_the_wide_range(plan: Plan, tmp_path: Path) -> None:
    made(plan, tmp_path / "out")
    tempo = read_table(plan, folder_at(tmp_path / "out", "calibrate")).parameters[:, 0]
    assert tempo.max() > 7.5
    assert tempo.min() < 0.22


def test_what_a_truncated_run_left_is_not_known(tmp_path: Path) -> None:
    short = plan_of(tmp_path, scenario=feud.SCENARIO + "max_events: 100\n")
    made(short, tmp_path / "out", 200)
    table = read_table(short, folder_at(tmp_path / "out", "calibrate"))
    assert 0 < table.truncated.sum() < 200
    assert np.isnan(table.statistics[table.truncated]).all()
    assert not np.isnan(table.statistics[~table.truncated][:, 0]).any()


def test_an_error_in_a_run_names_the_lowest_run(tmp_path: Path) -> None:
    bad = feud.SCENARIO.replace("chance: temper,", 'chance: "temper * 1.02",')
    broken = plan_of(tmp_path, scenario=bad)
    errors = []
    for workers in (1, 3):
        with pytest.raises(RunError) as error:
            made(broken, tmp_path / f"out{workers}", workers=workers)
        errors.append(str(error.value))
    assert errors[0] == errors[1]


def test_when_no_more_can_be_written_blocks_are_kept(
    plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    write = Folder.write_work

    def full(folder: Folder, name: str, data: bytes) -> Path:
        if len(written) == 3:
            raise StorageError(f"{name} could not be written: No space left on device")
        written.append(name)
        return write(folder, name, data)

    monkeypatch.setattr(Folder, "write_work", full)
    with pytest.raises(StorageError, match="75 finished runs are kept; the same command goes on"):
        made(plan, tmp_path / "out")
    monkeypatch.undo()
    assert made(plan, tmp_path / "out") == made(plan, tmp_path / "calm")
