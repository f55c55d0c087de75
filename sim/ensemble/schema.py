"""What the tables of an ensemble can hold, and whether a file that says so does: it may come from a stranger.

A hash tells damage, not intent: whoever sends a folder can compute it. So columns, types, numbers of rows and the
ranges of whatever is used as a place in another table are looked at before use, and the numbers of rows first, since
a file of a few bytes can claim to hold billions.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.engines.played import played
from sim.ensemble.columns import Columns
from sim.ensemble.files import opened
from sim.ensemble.tally import FORMAT as TALLY_FORMAT
from sim.ensemble.tally import Tally, possible_levels
from sim.errors import StorageError
from sim.model.tables import Tables
from sim.scenario.times import DAY_MS

DIGEST_BYTES = 32
"""Bytes of a run in ``digests``: they cannot be compressed, so a folder is at least as large as its runs are many."""

_SUMS = 5
_HEADER = 256  # bytes; more than the header of any array here
DAMAGES = (OSError, ValueError, KeyError, TypeError, EOFError, MemoryError, NotImplementedError, RuntimeError,
           zipfile.BadZipFile, pa.ArrowException, StorageError)  # fmt: skip
"""What libraries raise over a file that is not what it says it is."""


class Schema:
    """The columns of a scenario's tables, and checks of files against them."""

    def __init__(self, tables: Tables):
        self.tables = tables
        self.columns = Columns(tables)

    @cached_property
    def nothing(self) -> dict[str, pa.Table]:
        """Events, runs and trajectories of no run: the columns and their types."""
        none = played(self.tables, [])
        times, cells = len(self.columns.days), len(self.columns.cells)
        none = replace(none, levels=np.empty((0, times), np.int64), states=np.empty((0, times, cells)))
        return {
            "events": self.columns.events(none),
            "runs": self.columns.runs(none),
            "trajectories": self.columns.trajectories(none),
        }

    def rows_of(self, name: str, runs: int) -> int | None:
        """Return how many rows a table of so many runs has, or None where it depends on them."""
        return {"runs": runs, "trajectories": runs * len(self.columns.days)}.get(name)

    def check(self, name: str, schema: pa.Schema, rows: int, runs: int) -> None:
        """Raise ValueError unless a table of so many runs can have these columns and so many rows."""
        expected = self.nothing[name].schema
        if not schema.equals(expected):
            wrong = [field.name for field in schema if field not in expected]
            wrong += [field.name for field in expected if field.name not in schema.names]
            raise ValueError(f"its columns are not those of this scenario's {name}: {', '.join(wrong) or 'the order'}")
        most = self.rows_of(name, runs)
        if most is None and rows > runs * self.tables.max_events:
            raise ValueError(f"found {rows:,} rows, expected at most {runs * self.tables.max_events:,}")
        if most is not None and rows != most:
            raise ValueError(f"found {rows:,} rows, expected {most:,}")

    def check_file(self, name: str, file: BinaryIO, runs: int) -> pq.FileMetaData:
        """Return a Parquet file's footer. Raises one of DAMAGES unless it is such a table of so many runs."""
        footer = pq.read_metadata(file)
        self.check(name, footer.schema.to_arrow_schema(), footer.num_rows, runs)
        return footer

    def fits(self, name: str, path: Path, runs: int) -> bool:
        """Return whether a file is such a table of so many runs: of events, of at most so many."""
        try:
            with opened(path) as file:
                if name == "digests":
                    return len(file.read(DIGEST_BYTES * runs + 1)) == DIGEST_BYTES * runs
                if name == "tally":
                    return self.tally(file).runs == runs
                self.check_file(name, file, runs)
        except DAMAGES:
            return False
        return True

    def tally(self, file: BinaryIO) -> Tally:
        """Return the tally that a file holds. Raises ValueError if it holds none of this scenario."""
        shapes = self._tally_shapes
        try:
            with zipfile.ZipFile(file) as archive:
                known = {f"{name}.npy" for name in (*shapes, "format")}
                members = {one.filename: one for one in archive.infolist()}
                if len(members) != len(archive.infolist()) or not set(members) <= known:
                    raise ValueError("no tally: it holds what a tally does not")
                arrays = {
                    name.removesuffix(".npy"): self._array(archive, one, name.removesuffix(".npy"))
                    for name, one in members.items()
                }
        except DAMAGES as error:
            raise ValueError(f"no tally: {error}") from error
        if arrays.pop("format", np.int64(TALLY_FORMAT)) != TALLY_FORMAT or arrays.keys() != shapes.keys():
            raise ValueError("no tally of this version")
        found = Tally(int(arrays.pop("runs")), **arrays)
        if not self._is_possible(found):
            raise ValueError("no tally of this scenario: it counts what is not in it")
        return found

    @cached_property
    def _tally_shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each array of a tally, that of `deeds` at its largest."""
        tables = self.tables
        actors, actions = len(tables.actors), len(tables.actions)
        levels = possible_levels(action.rung for action in tables.actions)
        return {
            "runs": (),
            "actions": (_SUMS, actions),
            "actors": (_SUMS, actors),
            "deaths": (_SUMS, actors),
            "stood_down": (_SUMS, len(tables.rule_ids)),
            "deeds": (actors * actions * (actors + 1), 4),
            "levels": (len(self.columns.days), len(levels)),
        }

    def _array(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> NDArray[np.int64]:
        """An array of an archive, its size known before it is read."""
        shape = self._tally_shapes.get(name, ())
        most = 8 * int(np.prod(shape, dtype=object)) + _HEADER
        if member.file_size > most:
            raise ValueError(f"{name} holds {member.file_size:,} bytes, expected at most {most:,}")
        array: NDArray[np.int64] = np.lib.format.read_array(io.BytesIO(archive.read(member)), allow_pickle=False)
        fits = array.shape == shape or (name == "deeds" and array.ndim == 2 and array.shape[1] == 4)
        if array.dtype.kind != "i" or not fits:
            raise ValueError(f"{name} is no array of whole numbers of shape {shape}")
        return array.astype(np.int64)

    def _is_possible(self, tally: Tally) -> bool:
        actors, actions = len(self.tables.actors), len(self.tables.actions)
        actor, action, target, count = tally.deeds.T
        inside = [
            ((actor >= 0) & (actor < actors)).all(),
            ((action >= 0) & (action < actions)).all(),
            ((target >= -1) & (target < actors)).all(),
            (count >= 0).all(),
            (tally.levels >= 0).all() and (tally.levels.sum(axis=1) <= tally.runs).all(),
            tally.runs >= 0,
        ]
        inside += [(getattr(tally, one.name) >= 0).all() for one in fields(tally) if one.name not in ("runs", "deeds")]
        return all(map(bool, inside))

    def check_values(self, name: str, table: pa.Table, runs: range) -> None:
        """Raise ValueError if a table of these runs holds a number or a name that none of them can leave."""
        problems = {"runs": self._runs, "events": self._events, "trajectories": self._trajectories}[name](table, runs)
        wrong = [column for column, sound in problems.items() if not bool(sound)]
        if wrong:
            raise ValueError(f"its columns hold what no run leaves: {', '.join(wrong)}")

    def _runs(self, table: pa.Table, runs: range) -> dict[str, Any]:
        """Of the columns that are there."""
        outcomes = [one.id for one in self.tables.outcomes]
        horizon = self.tables.horizon_ms / DAY_MS
        counts = ("events", "peak_level", "final_level", "deaths", "injured")
        checks: dict[str, Callable[[pa.ChunkedArray], bool]] = {
            "run": lambda column: np.array_equal(_numbers(column), np.arange(runs.start, runs.stop)),
            "truncated": lambda column: bool(column.null_count == 0),
            "ended": lambda column: set(pc.unique(column).to_pylist()) <= {None, *outcomes},
            "cut": lambda column: _within(column, None, horizon),
            **{name: lambda column: _within(column, 0, None) for name in counts},
            **{f"outcome.{one}": lambda column: _within(column, 0, horizon) for one in outcomes},
        }
        return {name: check(table[name]) for name, check in checks.items() if name in table.column_names}

    def _events(self, table: pa.Table, runs: range) -> dict[str, Any]:
        run, event, cause = (_numbers(table[name]) for name in ("run", "event", "cause"))
        begins = np.flatnonzero(np.diff(run, prepend=-1))
        first = np.repeat(begins, np.diff(np.append(begins, len(run))))
        checks = {
            "run": _within(table["run"], runs.start, runs.stop - 1) and bool((np.diff(run) >= 0).all()),
            "event": np.array_equal(event, np.arange(len(run)) - first),
            "cause": bool(((cause >= -1) & (cause < event)).all()),
            "t": _within(table["t"], None, self.tables.horizon_ms / DAY_MS),
            "deaths": _within(table["deaths"], 0, None),
            "injured": _within(table["injured"], 0, None),
        }
        for name, names in self.columns.names.items():
            nulls = name in ("target", "place")
            checks[name] = (nulls or table[name].null_count == 0) and _names(table[name]) <= set(names)
        return checks

    def _trajectories(self, table: pa.Table, runs: range) -> dict[str, Any]:
        days = self.columns.days
        return {
            "run": np.array_equal(_numbers(table["run"]), np.repeat(np.arange(runs.start, runs.stop), len(days))),
            "day": np.array_equal(_numbers(table["day"]), np.tile(days, len(runs))),
            "level": _within(table["level"], 0, None),
        }


def _numbers(column: pa.ChunkedArray) -> NDArray[Any]:
    """The values of a column; −1 where there is none."""
    numbers: NDArray[Any] = column.fill_null(-1).to_numpy()
    return numbers


def _names(column: pa.ChunkedArray) -> set[str | None]:
    """The names that a column uses. Raises ArrowException if one of its places is outside of its dictionary."""
    column.validate(full=True)
    return set(pc.unique(column.cast(pa.string())).to_pylist()) - {None}


def _within(column: pa.ChunkedArray, low: float | None, high: float | None) -> bool:
    """Whether all known values lie between two numbers, those included."""
    ends = pc.min_max(column).as_py()
    least, most = ends["min"], ends["max"]
    return least is None or ((low is None or least >= low) and (high is None or most <= high))
