"""Play the points of a grid, each whole or not at all, all of them under the same luck.

A finished point lies in ``points/`` until all are there; then they become ``runs.parquet``, a row a point and run,
which says itself what it was made of. Killed, the same command goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sim.engines.choice import chosen, engine_of, make_ready
from sim.engines.played import NEVER, Played, played
from sim.ensemble.executors import keep_busy
from sim.ensemble.files import kind_of, opened
from sim.ensemble.folder import POINTS, Folder
from sim.ensemble.parts import MADE_OF, fits, part_bytes, sound_part
from sim.ensemble.plan import blocks
from sim.ensemble.run import Interrupted
from sim.ensemble.schema import DAMAGES
from sim.ensemble.threads import Threads
from sim.errors import RunError, StorageError
from sim.studies.sweep.points import Points

Progress = Callable[[int, int], None]
Say = Callable[[str], None]

NAME = "runs.parquet"


def play_points(
    points: Points,
    folder: Folder,
    *,
    workers: int | None,
    engine: str,
    progress: Progress | None,
    say: Say,
) -> None:
    """Have the runs of all points in a folder's ``runs.parquet``, playing the points that are not there yet.

    Raises
    ------
    RunError
        If an expression goes wrong: of the lowest point, and its lowest run.
    StorageError
        If something cannot be written; finished points stay.
    Interrupted
        On Ctrl-C; finished points stay.
    """
    if is_there(points, folder):
        return
    missing = [point for point in range(len(points)) if _sound(points, folder, point) is None]
    done = _Done((len(points) - len(missing)) * points.runs, progress)
    try:
        if missing:
            engine = chosen(engine, len(missing) * points.runs)
            make_ready(engine, say)
            # the readable engine lets no thread run beside it
            workers = (workers or os.cpu_count() or 1) if engine == "compiled" else 1
            _play(points, folder, missing, engine, min(workers, len(missing)), done)
        _join(points, folder)
    except KeyboardInterrupt:
        raise Interrupted(folder.path if done.runs else None, done.runs) from None


@dataclass
class _Done:
    runs: int
    progress: Progress | None
    events: int = 0

    def count(self, runs: int, events: int) -> None:
        self.runs += runs
        self.events += events
        if self.progress is not None:
            self.progress(self.runs, self.events)


def _play(points: Points, folder: Folder, missing: list[int], engine: str, workers: int, done: _Done) -> None:
    """Play these points, as many at a time as there are workers."""
    events: dict[int, int] = {}
    errors: dict[int, RunError] = {}
    ahead: Iterator[int] = iter(missing)

    def play(point: range) -> bytes:
        try:
            table, events[point.start] = _played(points, engine, point.start)
        except RunError as error:
            errors[point.start] = error
            raise
        return part_bytes(table)

    def take() -> range | None:
        point = next(ahead, None)
        return None if point is None else range(point, point + 1)

    def keep(point: range, data: bytes) -> None:
        folder.write_work(_file(point.start), data)
        done.count(points.runs, events.pop(point.start))

    try:
        with Threads(workers) as threads:
            keep_busy(lambda point: threads.submit(play, point), lambda: threads.room, take, keep)
    except RunError:
        raise errors[min(errors)] from None  # points are begun in order: the lowest of all is among them


def _played(points: Points, engine: str, point: int) -> tuple[pa.Table, int]:
    """The rows of a point, and how many events there were."""
    tables = points.tables(point)
    player = engine_of(engine, tables)
    parts, events = [], 0
    for block in blocks(points.runs, block_runs=None):
        try:
            played = player.play_runs(points.seed, block, states=False)
        except RunError as error:
            problem = f"{error.problem}, with {points.said(point)}"
            raise RunError(error.place, error.run, error.time, problem) from None
        parts.append(_rows(played, [one.id for one in tables.outcomes]))
        events += len(played.log)
    table = pa.concat_tables(parts).combine_chunks()
    table = table.add_column(0, "point", pa.array(np.full(points.runs, point, np.int32)))
    return table.replace_schema_metadata({MADE_OF: points.identity}), events


def _rows(played: Played, outcomes: list[str]) -> pa.Table:
    """A row a run: whether each outcome came true (null where it is not known), peak level and deaths."""
    run = np.repeat(np.arange(len(played.runs)), played.counts)
    deaths = np.where(played.log["time"] >= 0, played.log["deaths"], 0)
    happened = played.outcomes != NEVER
    columns = {
        f"outcome.{name}": pa.array(came, mask=~came & played.truncated)
        for name, came in zip(outcomes, happened.T, strict=True)
    }
    return pa.table({
        "run": played.runs.astype(np.int32),
        **columns,
        "peak_level": played.peak_level.astype(np.int16),
        "deaths": np.bincount(run, deaths, len(played.runs)).astype(np.int64),
        "truncated": played.truncated,
    })  # fmt: skip


def _schema(points: Points) -> pa.Schema:
    """The columns of the runs of a point."""
    tables = points.tables(0)
    columns = _rows(played(tables, []), [one.id for one in tables.outcomes])
    return columns.add_column(0, "point", pa.array([], pa.int32())).schema


def _join(points: Points, folder: Folder) -> None:
    """The finished points as one table, a row group each."""

    def write(file: BinaryIO) -> None:
        writer = None
        for point in range(len(points)):
            part = _sound(points, folder, point)
            if part is None:
                raise StorageError(f"{folder.file(_file(point))} is damaged; the same command makes it again")
            writer = writer or pq.ParquetWriter(file, part.schema, compression="zstd", write_page_checksum=True)
            writer.write_table(part)
        if writer is not None:
            writer.close()

    folder.write(NAME, write)
    folder.remove(f"{POINTS}/*")


def _file(point: int) -> str:
    return f"{POINTS}/{point:06d}"


def _sound(points: Points, folder: Folder, point: int) -> pa.Table | None:
    """The rows of a point, if they are there, undamaged and made of the same."""
    return sound_part(folder.file(_file(point)), points.identity, points.runs, _schema(points))


def is_there(points: Points, folder: Folder) -> bool:
    """Whether a folder has all runs of these points already."""
    path = folder.file(NAME)
    if kind_of(path) is None:
        return False
    try:
        with opened(path) as file:
            table = pq.read_table(file, page_checksum_verification=True)
    except DAMAGES:
        return False
    place = np.divmod(np.arange(len(points) * points.runs), points.runs)
    return fits(table, points.identity, len(place[0]), _schema(points)) and all(
        np.array_equal(table[name].to_numpy(), numbers) for name, numbers in zip(("point", "run"), place, strict=True)
    )
