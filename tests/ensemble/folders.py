"""What tests of results folders share: a small scenario, requests, and comparisons of folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import sim
from sim.ensemble import run
from sim.ensemble.blocks import BlockPlayer
from sim.ensemble.folder import Folder, Kind
from sim.ensemble.run import Request
from sim.ensemble.tally import Tally

TEXT = """
parameters: {p: {value: 0.5, range: "uniform(0, 1)"}}
variables: {mood: {scope: world, initial: 0.5}}
actions: {hit: {effects: [mood += 0.1]}}
rules: {answer: {who: b, when: {action: hit}, chance: p, do: speak, after: exponential(1 d)}}
drivers: {source: {who: a, do: hit, to: b, rate: 0.3}}
outcomes: {spoken: {when: {action: speak}}, twice: {if: "count(action=speak) > 1"}}
"""
TABLES = ("events.parquet", "runs.parquet", "trajectories.parquet")


def asked(**keys: Any) -> Request:
    """Ten runs in blocks of two, one after the other, unless told otherwise."""
    return Request(**{"runs": 10, "workers": 1, "block_runs": 2, **keys})


def folder_at(path: Path, kind: Kind) -> Folder:
    """A folder of a kind that nobody else works on, made if it is not there."""
    path.mkdir(parents=True, exist_ok=True)
    folder = Folder(path, kind)
    folder.mend()
    if folder.manifest is None:
        folder.begin({})
    return folder


def finished(folder: Path) -> int:
    """How many blocks or points are finished: what is still being written has a hidden name."""
    return len([path for path in folder.iterdir() if not path.name.startswith(".")]) if folder.is_dir() else 0


def same(one: Path, other: Path) -> bool:
    """Whether two folders hold the same results, to the last bit of every table."""
    manifests = [sim.open_results(folder).manifest for folder in (one, other)]
    facts = [
        {key: manifest[key] for key in ("state", "runs", "runs_asked", "kept_runs", "truncated", "digest", "command")}
        for manifest in manifests
    ]
    tables = all(pq.read_table(one / name).equals(pq.read_table(other / name)) for name in TABLES)
    tallies = [sim.open_results(folder).tally for folder in (one, other)]
    sums = all((getattr(tallies[0], field.name) == getattr(tallies[1], field.name)) for field in fields(Tally)[:1])
    arrays = all(
        (getattr(tallies[0], field.name) == getattr(tallies[1], field.name)).all() for field in fields(Tally)[1:]
    )
    names = [{path.name for path in folder.iterdir()} for folder in (one, other)]
    return facts[0] == facts[1] and tables and sums and arrays and names[0] == names[1]


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a folder: its bytes, and when it was written."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def flip(path: Path, place: float = 0.5) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[int(len(data) * place)] ^= 1
    path.write_bytes(data)


def played(monkeypatch: pytest.MonkeyPatch) -> list[range]:
    """The blocks that are played from now on in this process; what they would cost is not measured."""
    calls: list[range] = []
    play = BlockPlayer.play

    def noted(self: BlockPlayer, runs: range) -> bytes:
        calls.append(runs)
        return play(self, runs)

    monkeypatch.setattr(BlockPlayer, "play", noted)
    monkeypatch.setattr(run, "refuse_costly", lambda *_, **__: None)
    return calls


def stop_at(runs: int) -> Callable[[int, int], None]:
    """Ctrl-C as soon as so many runs are finished."""

    def progress(done: int, events: int) -> None:
        if done >= runs:
            raise KeyboardInterrupt

    return progress


def environment() -> dict[str, str]:
    """For a process that is to find what this one finds."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
