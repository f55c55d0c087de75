"""What of a results folder's tables is there and as it was written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sim.ensemble.files import hash_of
from sim.ensemble.manifest import Manifest

RUNS, TRAJECTORIES, TALLY, DIGESTS = "runs.parquet", "trajectories.parquet", "tally.npz", "digests"
EVENTS = "events.parquet"
NEXT = ".next"
"""Where new tables lie until the manifest knows them."""

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


def part_name(first: int) -> str:
    """The part of the events that begins with this run."""
    return f"{EVENTS}/part-{first:09d}.parquet"


def standing(folder: Path, manifest: Manifest) -> Standing:
    """Look at every table. One that waits in ``.next`` for its place, as the manifest knows it, takes it."""
    sound = {name: _sound(folder, name, expected) for name, expected in manifest["files"].items()}
    runs, kept = manifest["runs"], manifest["kept_runs"]
    joined = {name: runs if sound.get(name) else 0 for name in (RUNS, TALLY, DIGESTS)}
    joined[TRAJECTORIES] = kept if sound.get(TRAJECTORIES) else 0
    parts = {int(match[1]): ok for name, ok in sound.items() if (match := _PART.fullmatch(name))}
    tables = (RUNS, TRAJECTORIES, TALLY, DIGESTS) if runs else ()
    damaged = {name for name, ok in sound.items() if not ok} | {name for name in tables if name not in sound}
    return Standing(runs, kept, joined, parts, frozenset(damaged))


def _sound(folder: Path, name: str, expected: str) -> bool:
    if hash_of(folder / name) == expected:
        return True
    waiting = folder / NEXT / name
    if hash_of(waiting) != expected:
        return False
    (folder / name).parent.mkdir(exist_ok=True)
    waiting.replace(folder / name)
    return True
