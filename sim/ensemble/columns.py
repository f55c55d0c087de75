"""What runs left → columns of tables, and the digest of each run's log."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.chance import salt
from sim.engines.played import NEVER, UNKNOWN, Played
from sim.engines.record import sample_times
from sim.model.tables import Tables
from sim.scenario.times import DAY_MS


class Columns:
    """Turns runs into tables; holds what all blocks of a scenario share."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.start_ms = round(tables.start.timestamp() * 1000)
        self.rungs = np.array([action.rung for action in tables.actions] or [0], dtype=np.int16)
        self.names = {
            "actor": tables.actors,
            "action": tuple(action.name for action in tables.actions),
            "target": tables.actors,
            "place": tables.places,
            "origin": tables.origins,
        }
        self.hashes = {
            column: np.array([*(salt(name) for name in names), 0], dtype=np.uint64)
            for column, names in self.names.items()
        }
        self.days = np.array(sample_times(tables.horizon_ms)) / DAY_MS
        self.cells = tables.cell_names()

    def events(self, played: Played) -> pa.Table:
        """A row an event, history included."""
        log = played.log
        starts = np.repeat(np.cumsum(played.counts) - played.counts, played.counts)
        times = log["time"]
        return pa.table(
            {
                "run": np.repeat(played.runs, played.counts).astype(np.int32),
                "event": (np.arange(len(log)) - starts).astype(np.int32),
                "time": pa.array(times + self.start_ms, type=pa.timestamp("ms", tz="UTC")),
                "t": times / DAY_MS,
                "actor": self._named("actor", log),
                "action": self._named("action", log),
                "target": self._named("target", log),
                "place": self._named("place", log),
                "rung": self.rungs[log["action"]],
                "deaths": np.ascontiguousarray(log["deaths"]),
                "injured": np.ascontiguousarray(log["injured"]),
                "cause": np.ascontiguousarray(log["cause"]),
                "origin": self._named("origin", log),
                "key": np.ascontiguousarray(log["key"]),
            }
        )

    def _named(self, column: str, log: NDArray[Any]) -> pa.DictionaryArray:
        values = np.ascontiguousarray(log[column])
        return pa.DictionaryArray.from_arrays(
            pa.array(values, mask=values < 0), pa.array(self.names[column], type=pa.string())
        )

    def runs(self, played: Played) -> pa.Table:
        """A row a run; `cut` is the day of the event at which a truncated run was cut off."""
        tables = self.tables
        after = played.log["time"] >= 0
        run = np.repeat(np.arange(len(played.runs)), played.counts)[after]
        ids = pa.array([outcome.id for outcome in tables.outcomes], type=pa.string())
        data: dict[str, Any] = {
            "run": played.runs.astype(np.int32),
            "events": np.bincount(run, minlength=len(played.runs)).astype(np.int32),
            "peak_level": played.peak_level.astype(np.int16),
            "final_level": _masked(played.final_level, UNKNOWN, pa.int16()),
            "deaths": _sums(run, played.log["deaths"][after], len(played.runs)),
            "injured": _sums(run, played.log["injured"][after], len(played.runs)),
            "truncated": played.truncated,
            "ended": ids.take(_masked(played.ended, NEVER, pa.int64())),
        }
        for i, outcome in enumerate(tables.outcomes):
            times = played.outcomes[:, i]
            data[f"outcome.{outcome.id}"] = pa.array(times / DAY_MS, mask=times == NEVER)
        for i, rule in enumerate(tables.rule_ids):
            data[f"stood_down.{rule}"] = played.stood_down[:, i].astype(np.int32)
        for i, parameter in enumerate(tables.parameters):
            data[f"param.{parameter.name}"] = np.ascontiguousarray(played.parameters[:, i])
        last = np.zeros(len(played.runs))
        last[played.truncated] = played.log["time"][(np.cumsum(played.counts) - 1)[played.truncated]] / DAY_MS
        data["cut"] = pa.array(last, mask=~played.truncated)
        return pa.table(data)

    def trajectories(self, played: Played) -> pa.Table:
        """A row a run and sampled time: level and variables. `played` has states."""
        assert played.states is not None
        columns = np.ascontiguousarray(
            played.states.reshape(len(played.runs) * len(self.days), len(self.tables.cells)).T
        )
        data: dict[str, Any] = {
            "run": np.repeat(played.runs.astype(np.int32), len(self.days)),
            "day": np.tile(self.days, len(played.runs)),
            "level": _masked(played.levels.ravel(), UNKNOWN, pa.int16()),
        }
        some_unknown = bool(played.truncated.any())
        for name, cell in self.cells:
            data[name] = pa.array(columns[cell], from_pandas=some_unknown)
        return pa.table(data)

    def digests(self, played: Played) -> list[bytes]:
        """SHA-256 of each run's log in whole numbers and hashed names, little-endian."""
        log = played.log
        names = log.dtype.names or ()
        matrix = np.empty((len(log), len(names) + 1), dtype="<u8")
        for i, column in enumerate(names):
            values = log[column]
            matrix[:, i] = self.hashes[column][values] if column in self.hashes else values.astype(np.int64)
        matrix[:, -1] = self.rungs[log["action"]].astype(np.int64)
        ends = np.cumsum(played.counts).tolist()
        return [
            hashlib.sha256(matrix[end - count : end].data).digest()
            for count, end in zip(played.counts.tolist(), ends, strict=True)
        ]


def _masked(values: NDArray[np.int64], unknown: int, kind: pa.DataType) -> pa.Array:
    return pa.array(values, mask=values == unknown).cast(kind)


def _sums(run: NDArray[np.int64], numbers: NDArray[np.int64], runs: int) -> NDArray[np.int64]:
    """The sum of the numbers in each run, in whole numbers."""
    sums = np.zeros(runs, np.int64)
    np.add.at(sums, run, numbers)
    return sums
