"""Plays points: those that are compared with each other by the same runs, under the same luck.

A point is a value for each parameter, or NaN where every run draws its own. Points are played in blocks, any number of
them at a time. A block is kept under a hash of all that it depends on, so that a study that was interrupted finds what
is there, whatever asked for it.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

import numpy as np
from numpy.typing import NDArray

from sim.engines.given import GivenEngine
from sim.ensemble.executors import keep_busy
from sim.ensemble.files import read_bytes, sealed, unsealed
from sim.ensemble.folder import BLOCKS, Folder
from sim.ensemble.threads import Threads
from sim.model.tables import Tables
from sim.studies.sensitivity.inputs import Floats
from sim.studies.sensitivity.measures import Reader

Rows = NDArray[np.float32]
Progress = Callable[[int, int], None]

_BLOCK_RUNS = 2048
_NAME = 32
_PROBE = 16
_COUNTS = 16  # bytes before the rows


@dataclass(frozen=True)
class _Block:
    """Points that are played together: where they stand, and the first of the `runs` runs of each."""

    points: Floats
    place: int
    runs: int
    firsts: tuple[int, ...]


@dataclass
class Player:
    """Plays points of one scenario.

    identity : names the scenario. workers : how many blocks at a time; None: one for each core. folder : where
    finished blocks are kept until the study is whole; None: nowhere. progress : told how many runs and events are done.
    """

    tables: Tables
    identity: str
    seed: int
    engine: str
    workers: int | None = None
    folder: Folder | None = None
    progress: Progress | None = None
    runs: int = 0
    events: int = 0
    cut: int = 0
    _engines: SimpleQueue[GivenEngine] = field(default_factory=SimpleQueue, repr=False)

    def __post_init__(self) -> None:
        self.reader = Reader(self.tables)
        self.threads = (self.workers or os.cpu_count() or 1) if self.engine == "compiled" else 1
        for _ in range(self.threads):
            self._engines.put(GivenEngine(self.engine, self.tables))

    def seconds_a_run(self) -> float:
        """How long a run takes here, of those that are played at a time."""
        engine = self._engines.get()
        values = np.array([one.value for one in self.tables.parameters])
        engine.play_runs(values, self.seed, range(1))
        began = time.perf_counter()
        engine.play_runs(values, self.seed, range(_PROBE))
        taken = (time.perf_counter() - began) / _PROBE
        self._engines.put(engine)
        return taken / self.threads

    def play(self, points: Floats, runs: int, *, together: int) -> Rows:
        """What so many runs leave at each point, shape (points, runs, numbers kept of a run).

        points : shape (points, parameters). together : so many points in a row have the same runs, and
        the next so many the next runs; the first begin with run 0.

        Raises
        ------
        RunError
            If an expression goes wrong in a run.
        StorageError
            If a block cannot be kept.
        """
        rows = np.empty((len(points), runs, self.reader.width), np.float32)
        size = max(_BLOCK_RUNS // runs, 1)
        missing = []
        for first in range(0, len(points), size):
            inside = points[first : first + size]
            block = _Block(inside, first, runs, tuple(runs * ((first + i) // together) for i in range(len(inside))))
            there = self._kept(block)
            if there is None:
                missing.append(block)
            else:
                self._take(rows, block, there)
        if missing:
            self._play(rows, missing)
        return rows

    def _play(self, rows: Rows, missing: list[_Block]) -> None:
        def play(numbers: range) -> bytes:
            engine = self._engines.get()
            try:
                return self._played(engine, missing[numbers.start])
            finally:
                self._engines.put(engine)

        def keep(numbers: range, data: bytes) -> None:
            block = missing[numbers.start]
            if self.folder is not None:
                self.folder.write_work(self._name(block), sealed(data))
            self._take(rows, block, data)

        ahead = iter([range(number, number + 1) for number in range(len(missing))])
        with Threads(self.threads) as threads:
            keep_busy(lambda one: threads.submit(play, one), lambda: threads.room, lambda: next(ahead, None), keep)

    def _played(self, engine: GivenEngine, block: _Block) -> bytes:
        """How many runs were cut short and how many events there were, then the rows."""
        counts = np.zeros(2)
        parts = []
        for point, first in zip(block.points, block.firsts, strict=True):
            played = engine.play_runs(point, self.seed, range(first, first + block.runs))
            parts.append(self.reader.rows(played))
            counts += played.truncated.sum(), len(played.log)
        return counts.tobytes() + np.stack(parts).tobytes()

    def _take(self, rows: Rows, block: _Block, data: bytes) -> None:
        counts, part = np.frombuffer(data, count=2), np.frombuffer(data, np.float32, offset=_COUNTS)
        count = len(block.points)
        rows[block.place : block.place + count] = part.reshape(count, *rows.shape[1:])
        self.cut += int(counts[0])
        self.events += int(counts[1])
        self.runs += count * block.runs
        if self.progress is not None:
            self.progress(self.runs, self.events)

    def _name(self, block: _Block) -> str:
        about = repr((self.identity, self.seed, block.runs, block.firsts)).encode()
        return f"{BLOCKS}/{hashlib.sha256(about + block.points.tobytes()).hexdigest()[:_NAME]}"

    def _kept(self, block: _Block) -> bytes | None:
        """A block from earlier, if it is there and undamaged."""
        if self.folder is None or not self.folder.there(self._name(block)):
            return None
        data = unsealed(read_bytes(self.folder.file(self._name(block))))
        numbers = len(block.points) * block.runs * self.reader.width
        return data if data is not None and len(data) == _COUNTS + numbers * np.float32().nbytes else None

    def forget(self) -> None:
        """Remove the blocks: the study is whole."""
        if self.folder is not None:
            self.folder.remove(f"{BLOCKS}/*")
