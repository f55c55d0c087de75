"""Finished blocks → the tables of a results folder.

New tables are made in ``.next``. Then the manifest learns their hashes, which settles it, and they take their
places; whatever is cut short before that leaves the old tables and the blocks, whatever after it is made up for
when the folder is looked at. One block at a time is in memory.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.engines.played import played
from sim.ensemble.blocks import Blocks, parquet_bytes
from sim.ensemble.columns import Columns
from sim.ensemble.files import (
    hash_of,
    make_folder,
    remove_folder,
    sync_folder,
    write_bytes,
    write_json,
    write_whole,
)
from sim.ensemble.manifest import FINISHED, NAME, Manifest
from sim.ensemble.results import PLAYING
from sim.ensemble.standing import DIGESTS, EVENTS, NEXT, RUNS, TALLY, TRAJECTORIES, Standing, part_name
from sim.ensemble.tally import Tally
from sim.errors import StorageError
from sim.model.tables import Tables

_ALL = 1 << 30
"""More rows than a row group ever has."""

_OUTDATED = ("summary.json", "report.html", "figures/*.png", "figures/*.svg")


@dataclass(frozen=True)
class _Options:
    """How a table is written: a row group as soon as it is so long or so large, and what Parquet is told."""

    group_rows: int
    group_bytes: int
    parquet: dict[str, Any]


_MIXED = _Options(8192, 8 << 20, {"compression_level": 1})
_NUMBERS = _Options(_ALL, 32 << 20, {"compression_level": -5, "use_dictionary": False, "write_statistics": False})
"""Real numbers that change from day to day: dictionaries of them would cost more than they save."""


@dataclass(frozen=True)
class Joint:
    """What is joined: the tables that stand, and the blocks that were played, in order, up to run `stop`."""

    folder: Path
    tables: Tables
    before: Standing
    blocks: list[range]
    stop: int
    kept: int

    @property
    def new(self) -> Path:
        """Where new tables are made."""
        return self.folder / NEXT

    def from_run(self, first: int) -> list[range]:
        """The blocks from a run on."""
        return [runs for runs in self.blocks if runs.start >= first]


def join(joint: Joint, manifest: Manifest, *, state: str) -> Manifest:
    """Make the tables and write the manifest, which comes back; blocks that are joined go.

    Raises
    ------
    StorageError
        If something could not be written: all that was there is still there.
    """
    before = joint.before
    remove_folder(joint.new)
    try:
        make_folder(joint.new / EVENTS)
        files = _parts(joint, manifest["files"])
        for name, make, rows in _TABLES:
            if rows(joint) == before.joined[name] and name in manifest["files"] and name not in before.damaged:
                files[name] = manifest["files"][name]
            else:
                write_whole(joint.new / name, partial(make, joint))
                files[name] = _hash(joint.new / name)
        told = manifest | {
            "state": PLAYING,
            "runs": joint.stop,
            "kept_runs": joint.kept,
            "truncated": _truncated(joint),
            "digest": files[DIGESTS],
            "files": dict(sorted(files.items())),
        }
        write_json(joint.folder / NAME, told)
    except BaseException:
        remove_folder(joint.new)
        raise
    _settle(joint, told)
    if state == FINISHED:
        remove_folder(Blocks(joint.folder).folder)
    else:
        Blocks(joint.folder).remove(joint.blocks)
    told |= {"state": state}
    write_json(joint.folder / NAME, told)
    return told


def _settle(joint: Joint, manifest: Manifest) -> None:
    """New tables take their places; what was made of fewer runs goes."""
    if joint.stop > joint.before.runs:
        for pattern in _OUTDATED:
            for path in joint.folder.glob(pattern):
                path.unlink(missing_ok=True)
    make_folder(joint.folder / EVENTS)
    for name in manifest["files"]:
        if (joint.new / name).exists():
            (joint.new / name).replace(joint.folder / name)
    for path in (joint.folder / EVENTS).iterdir():
        if f"{EVENTS}/{path.name}" not in manifest["files"]:
            path.unlink()
    remove_folder(joint.new)
    sync_folder(joint.folder)


def _parts(joint: Joint, old: dict[str, str]) -> dict[str, str]:
    """Write the events; the hashes of all parts by name come back."""
    before, blocks = joint.before, Blocks(joint.folder)
    hashes = {part_name(first): old[part_name(first)] for first, ok in before.parts.items() if ok and before.kept}
    for runs in joint.blocks:
        name = part_name(runs.start)
        if runs.start < joint.kept and name not in hashes:
            hashes[name] = _part(joint, name, blocks.read(runs).member("events"))
    if not joint.kept:
        hashes[part_name(0)] = _part(joint, part_name(0), parquet_bytes(_nothing(joint.tables)[0]))
    return hashes


def _part(joint: Joint, name: str, data: bytes) -> str:
    write_bytes(joint.new / name, data)
    return hashlib.sha256(data).hexdigest()


def _nothing(tables: Tables) -> tuple[pa.Table, pa.Table]:
    """Events and trajectories of no run: the columns."""
    columns = Columns(tables)
    none = played(tables, [])
    times, cells = len(columns.days), len(tables.cells)
    none = replace(none, levels=np.empty((0, times), np.int64), states=np.empty((0, times, cells)))
    return columns.events(none), columns.trajectories(none)


def _runs(joint: Joint, path: Path) -> None:
    _write_tables(path, _old_and_new(joint, RUNS, "runs", joint.blocks), _MIXED)


def _trajectories(joint: Joint, path: Path) -> None:
    if not joint.kept:
        path.write_bytes(parquet_bytes(_nothing(joint.tables)[1]))
        return
    kept = [runs for runs in joint.blocks if runs.start < joint.kept]
    _write_tables(path, _old_and_new(joint, TRAJECTORIES, "trajectories", kept), _NUMBERS)


def _old_and_new(joint: Joint, name: str, member: str, blocks: list[range]) -> Iterator[pa.Table]:
    """A table's rows that stand already, then those of the blocks."""
    joined = joint.before.joined[name]
    if joined:
        with pq.ParquetFile(joint.folder / name) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group)
    for runs in blocks:
        if runs.start >= joined:
            yield Blocks(joint.folder).read(runs).table(member)


def _write_tables(path: Path, tables: Iterator[pa.Table], options: _Options) -> None:
    """Tables one after the other as one Parquet file."""
    waiting = [next(tables)]
    rows, size = waiting[0].num_rows, waiting[0].nbytes
    with pq.ParquetWriter(path, waiting[0].schema, compression="zstd", **options.parquet) as writer:
        for table in tables:
            if rows >= options.group_rows or size >= options.group_bytes:
                writer.write_table(pa.concat_tables(waiting).combine_chunks(), row_group_size=_ALL)
                waiting, rows, size = [], 0, 0
            waiting.append(table)
            rows, size = rows + table.num_rows, size + table.nbytes
        writer.write_table(pa.concat_tables(waiting).combine_chunks(), row_group_size=_ALL)


def _tally(joint: Joint, path: Path) -> None:
    joined = joint.before.joined[TALLY]
    tallies = (Blocks(joint.folder).read(runs).tally() for runs in joint.from_run(joined))
    total = Tally.read(joint.folder / TALLY) if joined else next(tallies)
    for tally in tallies:
        total += tally
    total.write(path)


def _digests(joint: Joint, path: Path) -> None:
    joined = joint.before.joined[DIGESTS]
    with path.open("wb") as file:
        if joined:
            with (joint.folder / DIGESTS).open("rb") as old:
                shutil.copyfileobj(old, file)
        for runs in joint.from_run(joined):
            file.write(Blocks(joint.folder).read(runs).member("digests"))


_TABLES: tuple[tuple[str, Callable[[Joint, Path], None], Callable[[Joint], int]], ...] = (
    (RUNS, _runs, lambda joint: joint.stop),
    (TRAJECTORIES, _trajectories, lambda joint: joint.kept),
    (TALLY, _tally, lambda joint: joint.stop),
    (DIGESTS, _digests, lambda joint: joint.stop),
)


def _truncated(joint: Joint) -> int:
    """How many runs were cut off, from the table that will be there."""
    path = joint.new / RUNS
    with pq.ParquetFile(path if path.exists() else joint.folder / RUNS) as file:
        batches = file.iter_batches(columns=["truncated"])
        return sum(pc.sum(batch.column(0)).as_py() or 0 for batch in batches)


def _hash(path: Path) -> str:
    found = hash_of(path)
    if found is None:
        raise StorageError(f"{path} could not be read")
    return found
