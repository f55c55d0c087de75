"""Results folders that somebody else made: whatever is in them, nothing outside is touched and nothing hangs."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import sim
from sim.ensemble import cost
from sim.ensemble.blocks import BlockPlayer, Blocks, Job
from sim.ensemble.files import sealed
from sim.ensemble.folder import held
from sim.ensemble.run import play, resume
from sim.errors import BrinklineError, StorageError, UsageError
from sim.model import build
from tests.ensemble.folders import asked, contents

OUTSIDE = {"thesis.txt": "years of work", "photos/wedding.png": "mine", "photos/b.svg": "mine", ".profile": "# mine"}
LIMIT_S = 20
"""Processor time that one folder may take: far more than an undamaged one does here, far less than for ever."""


@pytest.fixture(scope="module")
def good(small: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished folder with all that commands leave in it. Nothing may be changed here."""
    folder = play(small, tmp_path_factory.mktemp("good") / "out", asked()).folder
    with held(folder, "run", existing=True) as home:
        home.write_all(
            {"summary.json": "{}", "report.html": "<p>", "figures/deaths.png": "p", "figures/deaths.svg": "s"}
        )
    return folder


@pytest.fixture
def home(good: Path, tmp_path: Path) -> Path:
    """A home with things in it, and among them the folder that was sent: ``home/evil``."""
    for name, text in OUTSIDE.items():
        (tmp_path / "home" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / name).write_text(text)
    shutil.copytree(good, tmp_path / "home" / "evil")
    return tmp_path / "home"


def uses(folder: Path) -> Iterator[Callable[[], object]]:
    """Everything that is done with a folder that was sent, by its name in the commands."""
    opened = sim.open_results(folder)
    yield lambda: opened.summary
    yield lambda: opened.runs
    yield lambda: opened.events
    yield lambda: opened.trajectories
    yield lambda: opened.digests
    yield lambda: opened.replay(range(2))
    yield lambda: resume(folder, workers=1)
    yield lambda: resume(folder, runs=14, workers=1)


def survives(home: Path) -> int:
    """Use the folder in every way; how often it was refused comes back. Raises whatever is not one of our errors."""
    began, refusals = time.process_time(), list[str]()
    try:
        for use in uses(home / "evil"):
            try:
                use()
            except BrinklineError as error:
                refusals.append(str(error))
    except BrinklineError as error:  # it could not even be opened
        refusals.append(str(error))
    assert time.process_time() - began < LIMIT_S
    assert all("\n" not in text and len(text) < 2000 for text in refusals)
    outside = {name: data for name, (data, _) in contents(home).items() if not name.startswith("evil/")}
    assert outside == {name: text.encode() for name, text in OUTSIDE.items()}
    return len(refusals)


# --- what is not as it was written ------------------------------------------------------------------------------------


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_undamaged_folder_is_used_in_every_way(home: Path) -> None:
    assert survives(home) == 0


@pytest.mark.parametrize("part", range(4))
def test_any_file_with_any_edit_is_used_or_refused(good: Path, home: Path, part: int) -> None:
    chance = np.random.default_rng(part)
    for name in files_of(good)[part::4]:
        whole = (good / name).read_bytes()
        for edit in range(4):
            data = bytearray(whole)
            place = int(chance.integers(len(data)))
            if edit < 2:
                data[place] ^= int(chance.integers(1, 256))
            elif edit == 2:
                del data[place:]
            else:
                data[place:place] = chance.bytes(int(chance.integers(1, 300)))
            shutil.rmtree(home / "evil")
            shutil.copytree(good, home / "evil")
            (home / "evil" / name).write_bytes(data)
            survives(home)


VALUES: tuple[Any, ...] = (
    None, -1, 10**30, "../thesis.txt\x1b[2J", [], {"../.profile": "0" * 64}
)  # fmt: skip


def test_any_value_of_the_manifest_may_be_anything(good: Path, home: Path) -> None:
    manifest = json.loads((good / "manifest.json").read_text())
    for key in manifest:
        for value in VALUES:
            shutil.rmtree(home / "evil")
            shutil.copytree(good, home / "evil")
            (home / "evil" / "manifest.json").write_text(json.dumps(manifest | {key: value}))
            survives(home)


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{", "[" * 100_000, '{"format": 1e999}', "\ufeff{}", "\x00", "{}" * 2]
)
def test_a_manifest_may_be_any_text(home: Path, text: str) -> None:
    (home / "evil" / "manifest.json").write_text(text)
    assert survives(home) == 1


def test_a_manifest_of_any_size_is_not_read(home: Path) -> None:
    with (home / "evil" / "manifest.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(StorageError, match="expected at most"):
        sim.open_results(home / "evil")


# --- links, pipes, devices --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["link", "link to a folder", "lost link", "pipe", "folder", "socket link"])
def test_any_file_may_be_something_else(good: Path, home: Path, kind: str) -> None:
    for name in files_of(good):
        shutil.rmtree(home / "evil")
        shutil.copytree(good, home / "evil")
        path = home / "evil" / name
        path.unlink()
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "folder":
            path.mkdir()
        else:
            targets = {"link": "thesis.txt", "link to a folder": "photos", "lost link": "new.txt"}
            path.symlink_to(home / targets[kind] if kind in targets else Path("/dev/zero"))
        assert survives(home) > 0 or name.startswith(("figures", "report", "summary"))


@pytest.mark.parametrize("name", ["figures", "events.parquet", "blocks", ".next", ".old", ".lock"])
def test_a_folder_that_leads_elsewhere_is_refused(home: Path, name: str) -> None:
    path = home / "evil" / name
    if path.is_dir():
        shutil.rmtree(path)
    path.symlink_to(home / "photos")
    with pytest.raises(BrinklineError, match="is a link"):
        resume(home / "evil", runs=14, workers=1)
    survives(home)


def test_what_a_file_is_written_under_first_cannot_be_prepared(home: Path) -> None:
    for name in (".summary.json.part", ".manifest.json.part", ".brinkline-0123456789abcdef.part"):
        (home / "evil" / name).symlink_to(home / "thesis.txt")
    resume(home / "evil", runs=14, workers=1)
    survives(home)


# --- made on purpose, with the right hashes ---------------------------------------------------------------------------


def put(folder: Path, name: str, data: bytes) -> None:
    """A file of a folder, and its hash in the manifest."""
    (folder / name).write_bytes(data)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"][name] = hashlib.sha256(data).hexdigest()
    if name == "digests":
        manifest["digest"] = manifest["files"][name]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def with_value(column: str, value: Any) -> Callable[[pa.Table], pa.Table]:
    """The table with this value in the middle row of a column."""

    def change(table: pa.Table) -> pa.Table:
        values = table[column].to_pylist()
        values[len(values) // 2] = value
        place = table.column_names.index(column)
        return table.set_column(place, column, pa.array(values).cast(table[column].type, safe=False))

    return change


TABLES: dict[str, dict[str, Callable[[pa.Table], pa.Table]]] = {
    "runs.parquet": {
        "a column less": lambda table: table.drop_columns(["deaths"]),
        "a column more": lambda table: table.append_column("spy", table["run"]),
        "another type": lambda table: table.set_column(1, "events", table["events"].cast(pa.string())),
        "a run twice": with_value("run", 0),
        "an outcome before the start": with_value("outcome.spoken", -1.0),
        "an outcome after the end": with_value("outcome.spoken", 1e9),
        "a negative number of dead": with_value("deaths", -5),
        "an unknown ending": with_value("ended", "peace"),
        "no rows": lambda table: table.slice(0, 0),
        "rows twice": lambda table: pa.concat_tables([table, table]),
    },
    "events.parquet/part-000000004.parquet": {
        "a cause that is not there": with_value("cause", 10**6),
        "an unknown actor": lambda table: table.set_column(
            4, "actor", pa.array(["\x1b[2J"] * len(table)).dictionary_encode()
        ),
        "another run": with_value("run", 9),
        "an event out of order": with_value("event", 500),
        "no columns": lambda table: table.select(["run"]),
    },
    "trajectories.parquet": {
        "a day twice": with_value("day", 3.0),
        "a column less": lambda table: table.drop_columns(["mood"]),
        "rows missing": lambda table: table.slice(0, 5),
    },
}
CHANGES = [(name, what) for name, changes in TABLES.items() for what in changes]


@pytest.mark.parametrize(("name", "what"), CHANGES, ids=[f"{name} {what}" for name, what in CHANGES])
def test_a_table_that_no_run_leaves_is_refused_though_its_hash_is_right(home: Path, name: str, what: str) -> None:
    folder = home / "evil"
    put(folder, name, parquet(TABLES[name][what](pq.read_table(folder / name))))
    part = name.partition(".")[0]
    with pytest.raises(StorageError, match=r"could not be read: .*; brinkline resume .*evil makes it again"):
        getattr(sim.open_results(folder), part)
    survives(home)


def test_a_table_of_a_few_bytes_that_claims_many_rows_is_not_read(home: Path) -> None:
    folder = home / "evil"
    table = pq.read_table(folder / "trajectories.parquet")
    many = pa.concat_tables([table.slice(0, 1)] * 4).take(pa.array(np.zeros(3_000_000, np.int64)))
    put(folder, "trajectories.parquet", parquet(many))
    with pytest.raises(StorageError, match="found 3,000,000 rows, expected 110"):
        _ = sim.open_results(folder).trajectories


def npz(**arrays: Any) -> bytes:
    sink = io.BytesIO()
    np.savez(sink, **arrays)
    return sink.getvalue()


def bomb(name: str) -> bytes:
    """An array of a few bytes that unpacks into a gigabyte."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(header, {"descr": "<i8", "fortran_order": False, "shape": (1 << 24, 8)})
        archive.writestr(f"{name}.npy", header.getvalue() + bytes(1 << 24))
    return sink.getvalue()


@pytest.mark.parametrize(
    "tally",
    [
        {"runs": 10, "levels": np.zeros((1 << 20, 2), np.int64)},
        {"runs": 10, "deeds": np.array([[99, 0, 0, 1]])},
        {"runs": 11},
        {"runs": -1},
        {"runs": 10, "spy": np.zeros(3)},
        {"runs": 10, "actions": np.array([{"a": 1}], object)},
        {"runs": 10, "actions": np.full((5, 1), 1e9)},
        "bomb",
    ],
    ids=str,
)  # fmt: skip
def test_a_tally_that_no_run_leaves_is_refused(home: Path, tally: Any) -> None:
    folder = home / "evil"
    with np.load(folder / "tally.npz") as archive:
        arrays = dict(archive)
    put(folder, "tally.npz", bomb("levels") if tally == "bomb" else npz(**(arrays | tally)))
    with pytest.raises(StorageError, match=r"tally.npz could not be read"):
        _ = sim.open_results(folder).tally
    survives(home)


def test_digests_of_other_runs_are_refused(home: Path) -> None:
    put(home / "evil", "digests", bytes(32 * 3))
    with pytest.raises(StorageError, match="digests could not be read"):
        _ = sim.open_results(home / "evil").digests
    assert resume(home / "evil", workers=1)


@pytest.mark.parametrize("change", ["another scenario", "packed", "a member less", "facts"])
def test_a_block_that_is_not_of_these_runs_is_played_again(
    small: Any, good: Path, home: Path, change: str, tmp_path: Path
) -> None:
    folder = home / "evil"
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"runs_asked": 12, "state": "stopped"}))
    data = BlockPlayer(Job(build(small), "simpy", 1, 12)).play(range(10, 12))
    members = zipfile.ZipFile(io.BytesIO(data[32:]))
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED if change == "packed" else zipfile.ZIP_STORED) as archive:
        for name in members.namelist():
            if change == "a member less" and name == "events":
                continue
            content = members.read(name)
            if change == "facts" and name == "facts.json":
                content = json.dumps(json.loads(content) | {"events": "many", "happened": [1e99]}).encode()
            if change == "another scenario" and name == "runs":
                content = members.read("trajectories")
            archive.writestr(name, content)
    with held(folder, "run", existing=True) as held_folder:
        Blocks(held_folder).write(range(10, 12), sealed(sink.getvalue()))
    assert resume(folder, workers=1)
    whole = play(small, tmp_path / "whole", asked(runs=12))
    assert sim.open_results(folder).manifest["digest"] == whole.manifest["digest"]
    survives(home)


# --- what going on costs ----------------------------------------------------------------------------------------------


def test_a_plan_that_costs_more_than_it_may_is_told_and_asked_for(home: Path, monkeypatch) -> None:
    assert cost.MOST_S == 600.0
    monkeypatch.setattr(cost, "MOST_S", 2.0)  # runs of this scenario are short
    folder = home / "evil"
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"runs_asked": 99_999_999, "state": "stopped"}))
    before = contents(folder)
    with pytest.raises(UsageError, match=r"plans 99,999,989 more runs, about \d+ (s|min|h|days) on this"):
        resume(folder, workers=1)
    assert contents(folder) == before

    def stop(runs: int, events: int) -> None:
        raise ArithmeticError  # it went on

    with pytest.raises(ArithmeticError):
        resume(folder, workers=1, engine="simpy", yes=True, progress=stop)


# --- modes, owners of files -------------------------------------------------------------------------------------------


def test_a_file_that_is_replaced_keeps_its_mode_and_a_new_one_has_the_users(home: Path) -> None:
    folder = home / "evil"
    (folder / "manifest.json").chmod(0o640)
    before = os.umask(0o027)
    try:
        with held(folder, "run", existing=True) as home_folder:
            home_folder.write("figures/level-fan.png", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "manifest.json").stat().st_mode) == 0o640
    assert stat.S_IMODE((folder / "figures" / "level-fan.png").stat().st_mode) == 0o640


def test_a_picture_of_the_users_is_not_overwritten(home: Path) -> None:
    (home / "evil" / "figures" / "level-fan.png").write_text("mine")
    with held(home / "evil", "run", existing=True) as folder, pytest.raises(UsageError, match="is not Brinkline's"):
        folder.write("figures/level-fan.png", b"new")
    assert (home / "evil" / "figures" / "level-fan.png").read_text() == "mine"
