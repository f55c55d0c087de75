"""A block: some runs in a row, played together and written as one set of files.

Blocks are fixed by the plan, never by the number of workers. A block is finished when its ``digests`` file
is there, which is written last.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

from sim.engines.played import Played
from sim.engines.simpy_engine import SimPyEngine
from sim.ensemble.columns import Columns
from sim.ensemble.files import make_folder, write_whole
from sim.model.tables import Tables

JOINED = ("runs", "trajectories")
"""Parts that become one file in the end: kept as Arrow files, which are quick to read again."""


@dataclass(frozen=True)
class Plan:
    """What is to be played: runs 0 … runs − 1 under one seed, in blocks of `block_runs`."""

    seed: int
    runs: int
    block_runs: int
    folder: Path

    @property
    def blocks(self) -> int:
        return -(-self.runs // self.block_runs)

    def runs_of(self, block: int) -> range:
        """The numbers of a block's runs."""
        return range(block * self.block_runs, min((block + 1) * self.block_runs, self.runs))

    def file(self, block: int, part: str) -> Path:
        """Where a part of a block lies."""
        return self.folder / part / f"{block:06d}"


class BlockPlayer:
    """Plays and writes blocks of one scenario."""

    def __init__(self, tables: Tables, plan: Plan):
        self.plan = plan
        self.engine = SimPyEngine(tables)
        self.columns = Columns(tables)

    def play(self, block: int) -> int:
        """Play a block and write its files; the number of its events comes back."""
        played = self.engine.play_runs(self.plan.seed, self.plan.runs_of(block))
        self._write(block, played)
        return len(played.log)

    def _write(self, block: int, played: Played) -> None:
        write_whole(self.plan.file(block, "events"), partial(_parquet, self.columns.events(played)))
        for part in JOINED:
            write_whole(self.plan.file(block, part), partial(_arrow, getattr(self.columns, part)(played)))
        digests = b"".join(self.columns.digests(played))
        write_whole(self.plan.file(block, "digests"), partial(_bytes, digests))


def _parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd", compression_level=1)


def _arrow(table: pa.Table, path: Path) -> None:
    feather.write_feather(table, path, compression="lz4")


def _bytes(data: bytes, path: Path) -> None:
    path.write_bytes(data)


def make_folders(plan: Plan) -> None:
    """The folders that blocks are written to."""
    for part in ("events", *JOINED, "digests"):
        make_folder(plan.folder / part)


def finished(plan: Plan) -> list[int]:
    """The blocks whose files are all there."""
    return [block for block in range(plan.blocks) if plan.file(block, "digests").is_file()]


def digests(plan: Plan, block: int) -> list[bytes]:
    """The SHA-256 of each run's log in a finished block."""
    data = plan.file(block, "digests").read_bytes()
    return [data[i : i + 32] for i in range(0, len(data), 32)]
