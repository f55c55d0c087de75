"""Records of runs → columns of tables, and the digest of each run's log."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from sim.chance import salt
from sim.engines.record import Record, sample_times
from sim.model.tables import Tables
from sim.scenario.times import DAY_MS

TIME, ACTOR, ACTION, TARGET, PLACE, DEATHS, INJURED, CAUSE, ORIGIN, KEY = range(10)


@dataclass(frozen=True)
class Block:
    """The tables of some runs, and the SHA-256 of each run's log."""

    events: pa.Table
    runs: pa.Table
    trajectories: pa.Table
    digests: list[bytes]


class Columns:
    """Turns records into tables; holds what all blocks of a scenario share."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.start_ms = round(tables.start.timestamp() * 1000)
        self.rungs = np.array([action.rung for action in tables.actions] or [0], dtype=np.int16)
        self.names = {
            ACTOR: tables.actors,
            ACTION: tuple(action.name for action in tables.actions),
            TARGET: tables.actors,
            PLACE: tables.places,
            ORIGIN: tables.origins,
        }
        self.hashes = {
            column: np.array([*(salt(name) for name in names), 0], dtype=np.uint64)
            for column, names in self.names.items()
        }
        self.days = np.array(sample_times(tables.horizon_ms)) / DAY_MS

    def block(self, records: list[Record]) -> Block:
        """The tables of these runs, in their order."""
        counts = [len(record.rows) for record in records]
        rows = [row for record in records for row in record.rows]
        parts = list(zip(*rows, strict=True)) if rows else [()] * 10
        columns = [np.array(part, dtype=np.uint64 if i == KEY else np.int64) for i, part in enumerate(parts)]
        return Block(
            self._events(records, counts, columns),
            self._runs(records),
            self._trajectories(records),
            self._digests(counts, columns),
        )

    def _events(self, records: list[Record], counts: list[int], columns: list[Any]) -> pa.Table:
        runs = np.repeat(np.array([record.run for record in records], dtype=np.int32), counts)
        numbers = (
            np.concatenate([np.arange(count, dtype=np.int32) for count in counts]) if counts else np.zeros(0, np.int32)
        )
        times = columns[TIME]
        return pa.table(
            {
                "run": runs,
                "event": numbers,
                "time": pa.array(times + self.start_ms, type=pa.timestamp("ms", tz="UTC")),
                "t": times / DAY_MS,
                "actor": self._named(ACTOR, columns),
                "action": self._named(ACTION, columns),
                "target": self._named(TARGET, columns),
                "place": self._named(PLACE, columns),
                "rung": self.rungs[columns[ACTION]],
                "deaths": columns[DEATHS],
                "injured": columns[INJURED],
                "cause": columns[CAUSE].astype(np.int32),
                "origin": self._named(ORIGIN, columns),
                "key": columns[KEY],
            }
        )

    def _named(self, column: int, columns: list[Any]) -> pa.DictionaryArray:
        values = columns[column]
        indices = pa.array(values.astype(np.int32), mask=values < 0)
        return pa.DictionaryArray.from_arrays(indices, pa.array(self.names[column], type=pa.string()))

    def _runs(self, records: list[Record]) -> pa.Table:
        tables = self.tables
        ended = [tables.outcomes[record.ended].id if record.ended >= 0 else None for record in records]
        data: dict[str, Any] = {
            "run": pa.array([record.run for record in records], type=pa.int32()),
            "events": pa.array([sum(row[TIME] >= 0 for row in record.rows) for record in records], type=pa.int32()),
            "peak_level": pa.array([record.peak_level for record in records], type=pa.int16()),
            "final_level": pa.array([record.final_level for record in records], type=pa.int16()),
            "deaths": pa.array([_after_start(record, DEATHS) for record in records], type=pa.int64()),
            "injured": pa.array([_after_start(record, INJURED) for record in records], type=pa.int64()),
            "truncated": pa.array([record.truncated for record in records], type=pa.bool_()),
            "ended": pa.array(ended, type=pa.string()),
        }
        for i, outcome in enumerate(tables.outcomes):
            times = [record.outcomes[i] for record in records]
            data[f"outcome.{outcome.id}"] = pa.array(
                [None if time is None else time / DAY_MS for time in times], type=pa.float64()
            )
        for i, rule in enumerate(tables.rule_ids):
            data[f"stood_down.{rule}"] = pa.array([record.stood_down[i] for record in records], type=pa.int32())
        for i, parameter in enumerate(tables.parameters):
            data[f"param.{parameter.name}"] = pa.array([record.parameters[i] for record in records], type=pa.float64())
        return pa.table(data)

    def _trajectories(self, records: list[Record]) -> pa.Table:
        state = (
            np.concatenate([_states(record) for record in records])
            if records
            else np.zeros((0, len(self.tables.cells)))
        )
        data: dict[str, Any] = {
            "run": np.repeat(np.array([record.run for record in records], dtype=np.int32), len(self.days)),
            "day": np.tile(self.days, len(records)),
            "level": pa.array([level for record in records for level in self._levels(record)], type=pa.int16()),
        }
        for name, cell in self.tables.cell_names():
            data[name] = pa.array(np.ascontiguousarray(state[:, cell]), from_pandas=True)
        return pa.table(data)

    def _levels(self, record: Record) -> list[int | None]:
        """The level at each sampled time, as :meth:`World.level` has it; None after a truncation."""
        times = np.array([row[TIME] for row in record.rows], dtype=np.int64)
        rungs = np.append(np.maximum(self.rungs[[row[ACTION] for row in record.rows]], 0), np.int16(0))
        known = np.array([sample.time for sample in record.samples if sample is not None], dtype=np.int64)
        first = np.searchsorted(times, known - self.tables.window_ms, side="right")
        behind = np.searchsorted(times, known, side="right")
        stretches = np.stack([first, behind], axis=1).ravel()
        highest = np.where(first < behind, np.maximum.reduceat(rungs, stretches)[::2], 0) if len(known) else known
        return [int(level) for level in highest] + [None] * (len(record.samples) - len(known))

    def _digests(self, counts: list[int], columns: list[Any]) -> list[bytes]:
        """SHA-256 of each run's log in whole numbers and hashed names, little-endian."""
        parts = [
            self.hashes[i][column] if i in self.hashes else column.view(np.uint64) for i, column in enumerate(columns)
        ]
        parts.append(self.rungs[columns[ACTION]].astype(np.int64).view(np.uint64))
        matrix = np.ascontiguousarray(np.stack(parts, axis=1), dtype="<u8")
        ends = np.cumsum(counts)
        return [
            hashlib.sha256(matrix[end - count : end].tobytes()).digest()
            for count, end in zip(counts, ends, strict=True)
        ]


def digest_of(digests: list[bytes]) -> str:
    """The digest of an ensemble from those of its runs, in the order of the runs."""
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _states(record: Record) -> Any:
    """The values of all cells at the sampled times. float64, shape (times, cells); NaN after a truncation.

    Each is base + (value − base) · exp(−Δt · decay), as the engines read it.
    """
    state = np.tile(np.array(record.bases, dtype=np.float64), (len(record.samples), 1))
    cells = np.array([cell for cell, _ in record.moved], dtype=np.int64)
    decays = np.array([decay for _, decay in record.moved], dtype=np.float64)
    for number, sample in enumerate(record.samples):
        if sample is None:
            state[number] = np.nan
        elif sample.values:
            moved = cells[: len(sample.values)]
            base = state[number, moved]
            age = np.array(sample.touched, dtype=np.float64) - sample.time
            values = np.array(sample.values)
            rate = age * decays[: len(moved)]
            state[number, moved] = np.where(
                (rate == 0.0) | (values == base), values, base + (values - base) * np.exp(rate)
            )
    return state


def _after_start(record: Record, column: int) -> int:
    return sum(row[column] for row in record.rows if row[TIME] >= 0)
