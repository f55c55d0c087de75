"""A block's file: some runs in a row, played together and kept as one file until all blocks are joined.

A file begins with the SHA-256 of the rest, which is a stored zip archive: facts about the block, its runs, digests
and tally and, if they are kept, its events and trajectories. Whoever plays a block gives its bytes back; only
the process that was asked for the runs writes them to disk.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather
from pydantic import TypeAdapter

from sim.engines.choice import engine_of
from sim.engines.played import NEVER, Played
from sim.ensemble.columns import Columns
from sim.ensemble.files import kind_of, read_bytes, sealed, unsealed
from sim.ensemble.folder import BLOCKS, Folder
from sim.ensemble.schema import DAMAGES, DIGEST_BYTES, Schema
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


_FACTS_FORM = TypeAdapter(Facts)


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
        if any(one.compress_type != zipfile.ZIP_STORED for one in self.archive.infolist()):
            raise ValueError("packed otherwise than it was written")
        self.facts = _FACTS_FORM.validate_json(self.member(_FACTS))

    def member(self, name: str) -> bytes:
        """Return the bytes of one of its members."""
        return self.archive.read(name)

    def table(self, name: str) -> pa.Table:
        """Return its runs or trajectories."""
        return feather.read_table(io.BytesIO(self.member(name)))

    def tally(self, schema: Schema) -> Tally:
        """Return its tally."""
        return schema.tally(io.BytesIO(self.member("tally")))

    def check(self, schema: Schema, runs: range, *, kept: bool) -> None:
        """Raise one of DAMAGES unless the block holds what these runs can leave; whoever made it."""
        facts, outcomes = self.facts, len(schema.tables.outcomes)
        if (facts.first, facts.stop) != (runs.start, runs.stop) or facts.kept < kept:
            raise ValueError("made of other runs")
        if {len(facts.happened), len(facts.known)} != {outcomes} or self.tally(schema).runs != len(runs):
            raise ValueError("made of another scenario")
        if len(self.member("digests")) != DIGEST_BYTES * len(runs):
            raise ValueError("not a digest for each run")
        tables = {"runs": self.table("runs")}
        if facts.kept:
            events = pq.read_table(io.BytesIO(self.member("events")))
            tables |= {"events": events, "trajectories": self.table("trajectories")}
        for name, table in tables.items():
            schema.check(name, table.schema, table.num_rows, len(runs))
            schema.check_values(name, table, runs)


class Blocks:
    """The blocks of a results folder that are finished and not yet joined."""

    def __init__(self, folder: Folder):
        self.folder = folder

    def file(self, first: int) -> Path:
        """Return where the block lies that begins with this run."""
        return self.folder.file(_name(first))

    def write(self, runs: range, data: bytes) -> None:
        """Keep a block, whole or not at all. Raises StorageError."""
        self.folder.write_work(_name(runs.start), data)

    def read(self, runs: range) -> Block:
        """Return the block of these runs. Raises StorageError if it cannot be read or is damaged."""
        path = self.file(runs.start)
        data = read_bytes(path)
        try:
            return Block(data)
        except DAMAGES:
            raise StorageError(f"{path} is damaged") from None

    def sound(self, runs: range, schema: Schema, *, kept: bool) -> Facts | None:
        """Return the facts of the block of these runs if it is there, sound, and holds what is to be kept."""
        if kind_of(self.file(runs.start)) is None:
            return None
        try:
            block = self.read(runs)
            block.check(schema, runs, kept=kept)
        except DAMAGES:
            return None
        return block.facts

    def any(self) -> bool:
        """Return whether there is one."""
        return kind_of(self.folder.file(BLOCKS)) == "folder" and bool(os.listdir(self.folder.file(BLOCKS)))

    def remove(self, blocks: Iterable[range]) -> None:
        """Let these blocks go."""
        self.folder.remove_work(_name(runs.start) for runs in blocks)

    def remove_all(self) -> None:
        """Let all blocks go."""
        self.folder.remove(f"{BLOCKS}/*")


def _name(first: int) -> str:
    return f"{BLOCKS}/{first:09d}"
