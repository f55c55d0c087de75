"""A block's file: some runs in a row, played together and kept as one file until all blocks are joined.

A file begins with the SHA-256 of the rest, which is a stored zip archive: facts about the block, its runs, digests
and tally and, if they are kept, its events and trajectories. Whoever plays a block gives its bytes back; only
the process that was asked for the runs writes them to disk.
"""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

from sim.engines.choice import engine_of
from sim.engines.played import NEVER, Played
from sim.ensemble.columns import Columns
from sim.ensemble.files import read_bytes, sealed, unsealed, write_bytes
from sim.ensemble.tally import Tally
from sim.errors import StorageError
from sim.model.tables import Tables

_FACTS = "facts.json"


@dataclass(frozen=True)
class Job:
    """What a worker needs to know to play any block: it can be sent anywhere.

    engine : the engine's name; kept_runs : the first so many runs keep their events and trajectories.
    """

    tables: Tables
    engine: str
    seed: int
    kept_runs: int


@dataclass(frozen=True)
class Facts:
    """What is known of a block without looking into its tables.

    first, stop : its runs; kept : whether it holds their events and trajectories; events : how many there were.
    happened, known : for each outcome, in how many runs it came true, and how many tell whether it did.
    """

    first: int
    stop: int
    kept: bool
    events: int
    happened: list[int]
    known: list[int]


class BlockPlayer:
    """Plays blocks of one job. One at a time: every thread has its own."""

    def __init__(self, job: Job):
        self.job = job
        self.engine = engine_of(job.engine, job.tables)
        self.columns = Columns(job.tables)

    def play(self, runs: range) -> bytes:
        """The bytes of the file of the block of these runs; all of them are kept, or none.

        Raises
        ------
        RunError
            Of the first of the runs in which an expression goes wrong.
        """
        kept = runs.start < self.job.kept_runs
        played = self.engine.play_runs(self.job.seed, runs, states=kept)
        members = {
            _FACTS: json.dumps(vars(_facts(played, runs, kept))).encode(),
            "runs": arrow_bytes(self.columns.runs(played)),
            "digests": b"".join(self.columns.digests(played)),
            "tally": _tally_bytes(Tally.of(self.job.tables, played)),
        }
        if kept:
            members["events"] = parquet_bytes(self.columns.events(played))
            members["trajectories"] = arrow_bytes(self.columns.trajectories(played))
        return _packed(members)


def _facts(played: Played, runs: range, kept: bool) -> Facts:
    happened = played.outcomes != NEVER
    known = happened | ~played.truncated[:, np.newaxis]
    return Facts(
        runs.start, runs.stop, kept, len(played.log), happened.sum(axis=0).tolist(), known.sum(axis=0).tolist()
    )


def parquet_bytes(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file: small."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd", compression_level=1)
    return sink.getvalue()


def arrow_bytes(table: pa.Table) -> bytes:
    """A table as the bytes of an Arrow file: quick to read again."""
    sink = io.BytesIO()
    feather.write_feather(table, sink, compression="lz4")
    return sink.getvalue()


def _tally_bytes(tally: Tally) -> bytes:
    sink = io.BytesIO()
    np.savez(sink, **{field.name: getattr(tally, field.name) for field in fields(tally)})
    return sink.getvalue()


def _packed(members: dict[str, bytes]) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        for name, data in members.items():
            writer.writestr(zipfile.ZipInfo(name), data)
    return sealed(archive.getvalue())


class Block:
    """A block's bytes, opened.

    Raises
    ------
    ValueError
        If they are not as they were written.
    """

    def __init__(self, data: bytes):
        packed = unsealed(data)
        if packed is None:
            raise ValueError("damaged")
        self.archive = zipfile.ZipFile(io.BytesIO(packed))
        self.facts = Facts(**json.loads(self.member(_FACTS)))

    def member(self, name: str) -> bytes:
        """The bytes of one of its members."""
        return self.archive.read(name)

    def table(self, name: str) -> pa.Table:
        """Its runs or trajectories."""
        return feather.read_table(io.BytesIO(self.member(name)))

    def tally(self) -> Tally:
        """Its tally."""
        with np.load(io.BytesIO(self.member("tally"))) as arrays:
            return Tally(**{**arrays, "runs": int(arrays["runs"])})


class Blocks:
    """The blocks of a results folder that are finished and not yet joined."""

    def __init__(self, results: Path):
        self.folder = results / "blocks"

    def file(self, first: int) -> Path:
        """Where the block lies that begins with this run."""
        return self.folder / f"{first:09d}"

    def write(self, runs: range, data: bytes) -> None:
        """Keep a block, whole or not at all. Raises StorageError."""
        write_bytes(self.file(runs.start), data)

    def read(self, runs: range) -> Block:
        """The block of these runs. Raises StorageError if it cannot be read or is damaged."""
        path = self.file(runs.start)
        try:
            return Block(read_bytes(path))
        except ValueError:
            raise StorageError(f"{path} is damaged") from None

    def sound(self, runs: range, *, kept: bool) -> Facts | None:
        """The facts of the block of these runs if it is there, holds what is to be kept and is undamaged, or None."""
        if not self.file(runs.start).exists():
            return None
        try:
            facts = self.read(runs).facts
        except StorageError:
            return None
        return facts if (facts.first, facts.stop) == (runs.start, runs.stop) and facts.kept >= kept else None

    def remove(self, blocks: Iterable[range]) -> None:
        """Let these blocks go, and the folder if it is empty."""
        for runs in blocks:
            self.file(runs.start).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            self.folder.rmdir()
