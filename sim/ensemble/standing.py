"""What of a results folder's tables is there and as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sim.ensemble.files import hash_of, make_folder, storing
from sim.ensemble.folder import NEXT, Folder
from sim.ensemble.manifest import Manifest
from sim.ensemble.schema import Schema

RUNS, TRAJECTORIES, TALLY, DIGESTS = "runs.parquet", "trajectories.parquet", "tally.npz", "digests"
EVENTS = "events.parquet"
_KEPT = ("events", "trajectories")
_PART = re.compile(rf"{EVENTS}/part-(\d{{9}})\.parquet")


@dataclass(frozen=True)
class Standing:
    """The sound tables of a results folder.

    runs, kept : runs 0 … runs − 1 are in its tables, and the first `kept` have events and trajectories there.
    joined : for each table how many of these runs can be taken from it: all, or none if it is damaged.
    parts : for each part of the events, by the run it begins with, whether it is sound.
    damaged : the tables that are not as they were written, or not there.
    """

    runs: int
    kept: int
    joined: dict[str, int]
    parts: dict[int, bool]
    damaged: frozenset[str]

    @property
    def counted(self) -> int:
        """The first so many runs need not be played for the tables that hold all runs."""
        return min(self.joined[name] for name in (RUNS, TALLY, DIGESTS))

    def needs(self, runs: range, *, kept: int) -> bool:
        """Whether a block is needed to make a folder whose first `kept` runs are kept."""
        first = runs.start
        told = first < self.joined[TRAJECTORIES] and self.parts.get(first, False)
        return first >= self.counted or (first < kept and not told)


NOTHING = Standing(0, 0, dict.fromkeys((RUNS, TALLY, DIGESTS, TRAJECTORIES), 0), {}, frozenset())
"""What stands in a new folder."""


def part_name(first: int) -> str:
    """The part of the events that begins with this run."""
    return f"{EVENTS}/part-{first:09d}.parquet"


def standing(folder: Folder, schema: Schema) -> Standing:
    """Look at every table. One that waits in ``.next`` for its place, as the manifest knows it, takes it.

    A table is sound if it is as the manifest knows it, and holds what the scenario's runs can leave.
    """
    manifest = folder.manifest
    assert manifest is not None
    sound = {
        name: _sound(folder, name, expected) and _fits(folder, name, schema, manifest)
        for name, expected in manifest["files"].items()
    }
    runs, kept = manifest["runs"], manifest["kept_runs"]
    joined = {name: runs if sound.get(name) else 0 for name in (RUNS, TALLY, DIGESTS)}
    joined[TRAJECTORIES] = kept if sound.get(TRAJECTORIES) else 0
    parts = {int(match[1]): ok for name, ok in sound.items() if (match := _PART.fullmatch(name))}
    tables = (RUNS, TRAJECTORIES, TALLY, DIGESTS) if runs else ()
    damaged = {name for name, ok in sound.items() if not ok} | {name for name in tables if name not in sound}
    return Standing(runs, kept, joined, parts, frozenset(damaged))


def _sound(folder: Folder, name: str, expected: str) -> bool:
    path = folder.file(name)
    if hash_of(path) == expected:
        return True
    waiting = folder.file(f"{NEXT}/{name}")
    if hash_of(waiting) != expected:
        return False
    make_folder(path.parent)
    with storing(path, "written"):
        waiting.replace(path)
    return True


def _fits(folder: Folder, name: str, schema: Schema, manifest: Manifest) -> bool:
    kind = name.partition(".")[0]
    return schema.fits(kind, folder.file(name), manifest["kept_runs" if kind in _KEPT else "runs"])
