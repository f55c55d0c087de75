"""What is read back from a results folder: columns, batches, sums, single runs; and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.analysis.summary import summarise
from sim.ensemble import runs_table
from sim.ensemble.columns import Columns
from sim.ensemble.results import Ensemble
from sim.ensemble.runs_table import RunsTable, Stored
from sim.errors import StorageError, UsageError
from sim.figures import draw

RUNS = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sim.run("erbil-2024", runs=RUNS, seed=5, out=tmp_path_factory.mktemp("results") / "out", workers=1).folder


@pytest.fixture
def ensemble(folder: Path) -> Ensemble:
    return Ensemble(folder)


def copy_of(folder: Path, to: Path, **manifest: object) -> Path:
    """A results folder of the same files with another manifest."""
    to.mkdir()
    for file in folder.iterdir():
        if file.is_file():
            (to / file.name).write_bytes(file.read_bytes())
    told = json.loads((folder / "manifest.json").read_text()) | manifest
    (to / "manifest.json").write_text(json.dumps(told))
    return to


def test_it_is_as_long_as_it_has_runs(ensemble: Ensemble) -> None:
    assert len(ensemble) == len(ensemble.runs) == ensemble.tally.runs == RUNS
    assert ensemble.columns == tuple(ensemble.runs.columns)


@pytest.mark.parametrize("held", [True, False], ids=["held", "read one by one"])
def test_a_column_is_that_of_the_whole_table(ensemble: Ensemble, held: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ensemble.runs
    monkeypatch.setattr(runs_table, "HELD", 2_000_000 if held else 0)
    fresh = Ensemble(ensemble.folder)
    for name in fresh.columns:
        column = fresh.column(name)
        assert column.shape == (RUNS,)
        expected = whole[name].astype(object).where(whole[name].notna(), None).tolist()
        assert [None if value is None or value != value else value for value in column.tolist()] == expected


@pytest.fixture
def gappy(tmp_path: Path) -> Path:
    """A table of several row groups, with gaps of every kind in the later ones only."""
    runs = 10
    gap = np.arange(runs) == 7
    table = pa.table(
        {
            "whole": pa.array(np.arange(runs), mask=gap),
            "real": pa.array(np.arange(runs) / 2, mask=gap),
            "text": pa.array(["war", "peace"] * 5, mask=gap),
            "flag": gap,
        }
    )
    pq.write_table(table, tmp_path / "runs.parquet", row_group_size=4)
    return tmp_path / "runs.parquet"


@pytest.mark.parametrize("held", [100, 0], ids=["held", "read one by one"])
def test_what_is_unknown_is_nan_or_none(gappy: Path, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs_table, "HELD", held)
    table = RunsTable(Stored(gappy.parent, gappy.name))
    assert np.array_equal(table.column("whole"), [0, 1, 2, 3, 4, 5, 6, np.nan, 8, 9], equal_nan=True)
    assert np.array_equal(table.column("real"), [0, 0.5, 1, 1.5, 2, 2.5, 3, np.nan, 4, 4.5], equal_nan=True)
    assert table.column("text").tolist() == ["war", "peace"] * 3 + ["war", None, "war", "peace"]
    assert table.column("flag").tolist() == [False] * 7 + [True] + [False] * 2


@pytest.mark.parametrize("held", [100, 0], ids=["held", "read one by one"])
def test_batches_hold_every_run_once(gappy: Path, held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs_table, "HELD", held)
    monkeypatch.setattr(runs_table, "BATCH", 3)
    batches = list(RunsTable(Stored(gappy.parent, gappy.name)).batches(["real", "flag"]))
    assert max(len(batch["real"]) for batch in batches) == 3
    assert np.concatenate([batch["flag"] for batch in batches]).tolist() == [0.0] * 7 + [1.0] + [0.0] * 2
    real = np.concatenate([batch["real"] for batch in batches])
    assert np.array_equal(real, RunsTable(Stored(gappy.parent, gappy.name)).column("real"), equal_nan=True)


def test_a_column_may_be_changed_by_who_has_it(ensemble: Ensemble) -> None:
    for name in ("run", "events"):
        ensemble.column(name)[:] = -1
        assert (ensemble.column(name) >= 0).all()


def test_a_column_that_is_not_there_is_refused(ensemble: Ensemble) -> None:
    with pytest.raises(UsageError, match="has no column 'weather'"):
        ensemble.column("weather")


def test_the_summary_is_the_same_however_the_columns_are_read(
    ensemble: Ensemble, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = summarise(ensemble)
    monkeypatch.setattr(runs_table, "HELD", 0)
    assert summarise(Ensemble(ensemble.folder)) == told


def test_a_run_is_replayed_as_it_was(ensemble: Ensemble) -> None:
    replayed = Columns(ensemble.tables).events(ensemble.replay(range(7, 9))).to_pandas()
    kept = ensemble.events[ensemble.events["run"].isin([7, 8])].reset_index(drop=True)
    assert replayed.astype(object).equals(kept.astype(object))


@pytest.mark.parametrize("name", ["events", "trajectories"])
def test_what_was_not_kept_is_refused_with_the_ways_to_get_it(folder: Path, tmp_path: Path, name: str) -> None:
    kept = Ensemble(copy_of(folder, tmp_path / "none", kept_runs=0))
    with pytest.raises(UsageError, match=rf"keeps no {name}: .*--keep all.*brinkline trace .*none --run N"):
        getattr(kept, name)


def test_summary_and_figures_need_no_events(folder: Path, tmp_path: Path) -> None:
    kept = Ensemble(copy_of(folder, tmp_path / "none", kept_runs=0))
    assert summarise(kept) == summarise(Ensemble(folder)) | {"kept_runs": 0}
    for name in ("level-fan", "swimlanes", "network"):
        draw(kept, name)


def test_an_unfinished_folder_is_refused_with_the_way_on(folder: Path, tmp_path: Path) -> None:
    copy = copy_of(folder, tmp_path / "half", state="playing")
    with pytest.raises(UsageError, match=r"half is unfinished: brinkline resume .*half goes on with it"):
        sim.open_results(copy)


@pytest.mark.parametrize(("file", "part"), [("runs.parquet", "columns"), ("tally.npz", "tally")])
@pytest.mark.parametrize("damage", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes()[:50])])
def test_a_damaged_file_is_said_with_the_way_to_mend_it(
    folder: Path, tmp_path: Path, file: str, part: str, damage: object
) -> None:
    copy = copy_of(folder, tmp_path / "damaged")
    damage(copy / file)  # type: ignore[operator]
    with pytest.raises(StorageError, match=rf"{file} could not be read: .*; brinkline resume .*damaged makes it again"):
        getattr(Ensemble(copy), part)
