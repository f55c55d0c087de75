"""The reference table: for each run the parameters that it drew and the statistics that it left.

It is a plain ensemble. The scenario's own ranges of the parameters that are fitted give way to the record's wide ones,
and every run draws from them as every run does: a row is a pure function of the scenario, the record's statistics, the
seed and the run's number. So any number of threads may make the table; killed, it goes on; and it can be lengthened.
Blocks of rows lie in ``blocks/`` until they are joined to ``table.parquet``, which says itself what it was made of.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from queue import SimpleQueue

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.calibration.record import FitParameter, Record, Statistic
from sim.calibration.statistics import Measure
from sim.engines.choice import chosen, engine_of, make_ready
from sim.ensemble.executors import keep_busy
from sim.ensemble.files import kind_of, opened
from sim.ensemble.folder import BLOCKS, Folder
from sim.ensemble.parts import MADE_OF, part_bytes, sound_part
from sim.ensemble.plan import blocks
from sim.ensemble.run import Interrupted
from sim.ensemble.schema import DAMAGES
from sim.ensemble.threads import Threads
from sim.errors import StorageError, UsageError
from sim.model import Tables
from sim.scenario.load import Changes
from sim.scenario.schema import Parameter

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]
Say = Callable[[str], None]

NAME = "table.parquet"
_PARAMETER, _STATISTIC = "param.", "stat."
_ROWS = 100_000


@dataclass(frozen=True)
class Plan:
    """What a table is made of: a scenario with wide ranges, the parameters that have them, a record and a seed."""

    tables: Tables
    scenario_hash: str
    record: Record
    parameters: tuple[str, ...]
    seed: int

    @cached_property
    def identity(self) -> str:
        """A hash of all that a row depends on, the run's number apart.

        What was observed is not in it: a record can be put right and the table stays.
        """
        parts = (self.scenario_hash, self.seed, self.parameters, [_made_of(one) for one in self.record.statistics])
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    @cached_property
    def schema(self) -> pa.Schema:
        """The columns of its table."""
        nothing = np.empty((0, len(self.columns)))
        return _arrow(self, range(0), np.empty(0, np.bool_), nothing).schema

    @cached_property
    def columns(self) -> list[str]:
        """The names of the table's columns of numbers."""
        statistics = [f"{_STATISTIC}{one.id}" for one in self.record.statistics]
        return [f"{_PARAMETER}{name}" for name in self.parameters] + statistics


def _made_of(statistic: Statistic) -> tuple[object, ...]:
    one = statistic
    about = (one.kind, one.events, one.outcome, one.other, one.counting, one.stretches, one.within_ms, one.link)
    return (one.id, *about)


def widened(fit: tuple[FitParameter, ...], parameters: Mapping[str, Parameter]) -> Changes:
    """The change that gives a scenario's parameters the record's wide ranges, and no bounds but the record's."""
    settings = []
    for one in fit:
        wide = {"value": parameters[one.name].value, "range": one.range_text}
        settings.append((f"parameters.{one.name}", json.dumps(wide | ({"bounds": one.bounds} if one.bounds else {}))))
    return Changes(settings=tuple(settings))


@dataclass(frozen=True)
class Table:
    """A reference table's rows, by number of run.

    truncated : bool, shape (runs,): the run's log was full, and its statistics are not known.
    parameters : float64, shape (runs, parameters). statistics : float64, shape (runs, statistics), NaN where a run
    does not define one.
    """

    truncated: NDArray[np.bool_]
    parameters: Floats
    statistics: Floats

    def __len__(self) -> int:
        """How many runs."""
        return len(self.truncated)


class _Player:
    """Plays blocks of rows. One at a time: every thread has its own."""

    def __init__(self, plan: Plan, engine: str):
        names = [one.name for one in plan.tables.parameters]
        self.plan = plan
        self.engine = engine_of(engine, plan.tables)
        self.measure = Measure(plan.record, plan.tables)
        self.fitted = [names.index(name) for name in plan.parameters]

    def play(self, runs: range) -> tuple[bytes, int]:
        """The bytes of the file of these rows, and how many events there were."""
        played = self.engine.play_runs(self.plan.seed, runs, states=False)
        statistics = np.where(played.truncated[:, np.newaxis], np.nan, self.measure.of(played))
        numbers = np.column_stack([played.parameters[:, self.fitted], statistics])
        return part_bytes(_arrow(self.plan, runs, played.truncated, numbers)), len(played.log)


def _arrow(plan: Plan, runs: range, truncated: NDArray[np.bool_], numbers: Floats) -> pa.Table:
    columns: dict[str, pa.Array] = {"run": pa.array(np.arange(runs.start, runs.stop)), "truncated": pa.array(truncated)}
    for name, values in zip(plan.columns, numbers.T, strict=True):
        columns[name] = pa.array(np.ascontiguousarray(values), from_pandas=True)
    return pa.table(columns).replace_schema_metadata({MADE_OF: plan.identity})


def make_table(
    plan: Plan,
    folder: Folder,
    *,
    runs: int,
    workers: int | None,
    engine: str,
    progress: Progress | None,
    say: Say,
) -> None:
    """Have the rows of runs 0 … runs − 1 in a folder's table, playing what is not there yet.

    Raises
    ------
    RunError
        Of the lowest run in which an expression goes wrong.
    StorageError
        If something cannot be written; finished blocks stay.
    Interrupted
        On Ctrl-C; finished blocks stay.
    """
    joined = joined_rows(plan, folder)
    wanted = [block for block in blocks(runs, block_runs=None, cuts=(joined,)) if block.start >= joined]
    left = (name for name in folder.names(f"{BLOCKS}/*") if name[-9:].isdigit())
    folder.remove_work([name for name in left if int(name[-9:]) < joined])  # a kill may have come before that
    folder.remove_empty(BLOCKS)
    if not wanted:
        return
    done = _Done(joined, progress)
    missing = []
    for block in wanted:
        if _sound(plan, folder, block) is None:
            missing.append(block)
        else:
            done.count(block, 0)
    try:
        if missing:
            engine = chosen(engine, sum(map(len, missing)))
            make_ready(engine, say)
            _play(plan, folder, missing, engine, workers or os.cpu_count() or 1, done)
        _join(plan, folder, joined, wanted)
    except KeyboardInterrupt:
        raise Interrupted(folder.path if done.runs else None, done.runs) from None
    except StorageError as error:
        raise StorageError(f"{error}; {done.runs:,} finished runs are kept; the same command goes on") from error


@dataclass
class _Done:
    """How many rows are there and how many events were played for them."""

    runs: int
    progress: Progress | None
    events: int = 0

    def count(self, block: range, events: int) -> None:
        self.runs += len(block)
        self.events += events
        if self.progress is not None and events:
            self.progress(self.runs, self.events)


def _play(plan: Plan, folder: Folder, missing: list[range], engine: str, workers: int, done: _Done) -> None:
    """Play these blocks, as many at a time as there are workers."""
    players: SimpleQueue[_Player] = SimpleQueue()
    for _ in range(min(workers, len(missing))):
        players.put(_Player(plan, engine))
    events: dict[int, int] = {}

    def play(runs: range) -> bytes:
        player = players.get()
        try:
            data, events[runs.start] = player.play(runs)
            return data
        finally:
            players.put(player)

    def keep(runs: range, data: bytes) -> None:
        folder.write_work(_file(runs), data)
        done.count(runs, events.pop(runs.start))

    ahead: Iterator[range] = iter(missing)
    with Threads(workers) as threads:
        keep_busy(lambda runs: threads.submit(play, runs), lambda: threads.room, lambda: next(ahead, None), keep)


def _join(plan: Plan, folder: Folder, joined: int, wanted: list[range]) -> None:
    """The old table and the blocks behind it as the new table."""
    parts = [_read(folder)] if joined else []
    for block in wanted:
        part = _sound(plan, folder, block)
        if part is None:
            raise StorageError(f"{folder.file(_file(block))} is damaged")
        parts.append(part)
    table = pa.concat_tables(parts).combine_chunks()
    folder.write(
        NAME,
        lambda file: pq.write_table(table, file, compression="zstd", row_group_size=_ROWS, write_page_checksum=True),
    )
    folder.remove(f"{BLOCKS}/*")


def _file(runs: range) -> str:
    return f"{BLOCKS}/{runs.start:09d}"


def _sound(plan: Plan, folder: Folder, runs: range) -> pa.Table | None:
    """The rows of a block, if it is there, undamaged and made of the same."""
    return sound_part(folder.file(_file(runs)), plan.identity, len(runs), plan.schema)


def joined_rows(plan: Plan, folder: Folder) -> int:
    """How many rows a folder's table has; 0 if there is none, or it is damaged.

    Raises
    ------
    UsageError
        If it is a table of something else.
    """
    path = folder.file(NAME)
    if kind_of(path) is None:
        return 0
    try:
        table = _read(folder)
    except DAMAGES:
        return 0
    if (table.schema.metadata or {}).get(MADE_OF) != plan.identity.encode():
        raise UsageError(f"{path} was made of another scenario, of other statistics, wide ranges or another seed")
    whole = table.schema.equals(plan.schema) and np.array_equal(table["run"].to_numpy(), np.arange(table.num_rows))
    return int(table.num_rows) if whole else 0


def _read(folder: Folder) -> pa.Table:
    """A folder's table as it lies there. Raises one of DAMAGES if it is damaged."""
    with opened(folder.file(NAME)) as file:
        return pq.read_table(file, page_checksum_verification=True)


def read_table(plan: Plan, folder: Folder) -> Table:
    """A folder's table. Raises StorageError if it cannot be read."""
    try:
        table = _read(folder)
    except DAMAGES as error:
        raise StorageError(f"{folder.file(NAME)} could not be read: {error}") from error
    numbers = np.column_stack([table[name].to_numpy() for name in plan.columns])
    width = len(plan.parameters)
    return Table(table["truncated"].to_numpy(), numbers[:, :width], numbers[:, width:])
