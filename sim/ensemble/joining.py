"""Finished blocks → the tables of a results folder.

New tables are made in ``.next``. Then the manifest learns their hashes, which settles it, and they take their
places; whatever is cut short before that leaves the old tables and the blocks, whatever after it is made up for
when the folder is looked at. One block at a time is in memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.ensemble.blocks import Blocks, parquet_bytes
from sim.ensemble.files import hash_of, kind_of, make_folder, opened, storing, sync_folder
from sim.ensemble.folder import NEXT, Folder
from sim.ensemble.manifest import FINISHED, PLAYING, Manifest
from sim.ensemble.schema import Schema
from sim.ensemble.standing import DIGESTS, EVENTS, RUNS, TALLY, TRAJECTORIES, Standing, part_name
from sim.errors import StorageError

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

    folder: Folder
    schema: Schema
    before: Standing
    blocks: list[range]
    stop: int
    kept: int

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
    before, folder = joint.before, joint.folder
    _discard(folder)
    try:
        files = _parts(joint, manifest["files"])
        for name, make, rows in _TABLES:
            if rows(joint) == before.joined[name] and name in manifest["files"] and name not in before.damaged:
                files[name] = manifest["files"][name]
            else:
                folder.write_work(f"{NEXT}/{name}", partial(make, joint))
                files[name] = _hash(joint, name)
        told = manifest | {
            "state": PLAYING,
            "runs": joint.stop,
            "kept_runs": joint.kept,
            "truncated": _truncated(joint),
            "digest": files[DIGESTS],
            "files": dict(sorted(files.items())),
        }
        folder.begin(told)
    except BaseException:
        with contextlib.suppress(StorageError):
            _discard(folder)
        raise
    _settle(joint, told)
    if state == FINISHED:
        Blocks(folder).remove_all()
    else:
        Blocks(folder).remove(joint.blocks)
    told |= {"state": state}
    folder.begin(told)
    return told


def _discard(folder: Folder) -> None:
    """Remove new tables that nobody knows of."""
    folder.remove(f"{NEXT}/*", f"{NEXT}/*/*")
    folder.remove_empty(f"{NEXT}/{EVENTS}")


def _settle(joint: Joint, manifest: Manifest) -> None:
    """New tables take their places; what was made of fewer runs goes."""
    folder = joint.folder
    if joint.stop > joint.before.runs:
        folder.remove(*_OUTDATED)
    for name in manifest["files"]:
        new, path = folder.file(f"{NEXT}/{name}"), folder.file(name)
        if kind_of(new) is not None:
            make_folder(path.parent)
            with storing(path, "written"):
                new.replace(path)
    folder.remove_work(
        name for name in folder.names(f"{EVENTS}/*") if folder.is_own(name) and name not in manifest["files"]
    )
    _discard(folder)
    sync_folder(folder.path)


def _parts(joint: Joint, old: dict[str, str]) -> dict[str, str]:
    """Write the events; the hashes of all parts by name come back."""
    before, blocks = joint.before, Blocks(joint.folder)
    hashes = {part_name(first): old[part_name(first)] for first, ok in before.parts.items() if ok and before.kept}
    for runs in joint.blocks:
        name = part_name(runs.start)
        if runs.start < joint.kept and name not in hashes:
            hashes[name] = _part(joint, name, blocks.read(runs).member("events"))
    if not joint.kept:
        hashes[part_name(0)] = _part(joint, part_name(0), parquet_bytes(joint.schema.nothing["events"]))
    return hashes


def _part(joint: Joint, name: str, data: bytes) -> str:
    joint.folder.write_work(f"{NEXT}/{name}", data)
    return hashlib.sha256(data).hexdigest()


def _runs(joint: Joint, file: BinaryIO) -> None:
    _write_tables(file, _old_and_new(joint, RUNS, "runs", joint.blocks), _MIXED)


def _trajectories(joint: Joint, file: BinaryIO) -> None:
    if not joint.kept:
        file.write(parquet_bytes(joint.schema.nothing["trajectories"]))
        return
    kept = [runs for runs in joint.blocks if runs.start < joint.kept]
    _write_tables(file, _old_and_new(joint, TRAJECTORIES, "trajectories", kept), _NUMBERS)


def _old_and_new(joint: Joint, name: str, member: str, blocks: list[range]) -> Iterator[pa.Table]:
    """A table's rows that stand already, then those of the blocks."""
    joined = joint.before.joined[name]
    if joined:
        with opened(joint.folder.file(name)) as source, pq.ParquetFile(source) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group)
    for runs in blocks:
        if runs.start >= joined:
            yield Blocks(joint.folder).read(runs).table(member)


def _write_tables(file: BinaryIO, tables: Iterator[pa.Table], options: _Options) -> None:
    """Tables one after the other as one Parquet file."""
    waiting = [next(tables)]
    rows, size = waiting[0].num_rows, waiting[0].nbytes
    with pq.ParquetWriter(file, waiting[0].schema, compression="zstd", **options.parquet) as writer:
        for table in tables:
            if rows >= options.group_rows or size >= options.group_bytes:
                writer.write_table(pa.concat_tables(waiting).combine_chunks(), row_group_size=_ALL)
                waiting, rows, size = [], 0, 0
            waiting.append(table)
            rows, size = rows + table.num_rows, size + table.nbytes
        writer.write_table(pa.concat_tables(waiting).combine_chunks(), row_group_size=_ALL)


def _tally(joint: Joint, file: BinaryIO) -> None:
    joined = joint.before.joined[TALLY]
    tallies = (Blocks(joint.folder).read(runs).tally(joint.schema) for runs in joint.from_run(joined))
    if joined:
        with opened(joint.folder.file(TALLY)) as old:
            total = joint.schema.tally(old)
    else:
        total = next(tallies)
    for tally in tallies:
        total += tally
    total.write(file)


def _digests(joint: Joint, file: BinaryIO) -> None:
    joined = joint.before.joined[DIGESTS]
    if joined:
        with opened(joint.folder.file(DIGESTS)) as old:
            shutil.copyfileobj(old, file)
    for runs in joint.from_run(joined):
        file.write(Blocks(joint.folder).read(runs).member("digests"))


_TABLES: tuple[tuple[str, Callable[[Joint, BinaryIO], None], Callable[[Joint], int]], ...] = (
    (RUNS, _runs, lambda joint: joint.stop),
    (TRAJECTORIES, _trajectories, lambda joint: joint.kept),
    (TALLY, _tally, lambda joint: joint.stop),
    (DIGESTS, _digests, lambda joint: joint.stop),
)


def _truncated(joint: Joint) -> int:
    """How many runs were cut off, from the table that will be there."""
    new = joint.folder.file(f"{NEXT}/{RUNS}")
    with opened(new if kind_of(new) else joint.folder.file(RUNS)) as source, pq.ParquetFile(source) as file:
        batches = file.iter_batches(columns=["truncated"])
        return sum(pc.sum(batch.column(0)).as_py() or 0 for batch in batches)


def _hash(joint: Joint, name: str) -> str:
    path = joint.folder.file(f"{NEXT}/{name}")
    found = hash_of(path)
    if found is None:
        raise StorageError(f"{path} could not be read")
    return found
