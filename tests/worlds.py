"""Small worlds for tests: a short YAML text over a common cast, loaded, played and told in names.

The only place in these tests that knows how an engine is made. Each run that is told here was played by both engines,
which have to agree on it to the bit, or on the words of its error.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from sim.engines.compiled.engine import CompiledEngine
from sim.engines.played import played
from sim.engines.simpy_engine import SimPyEngine
from sim.ensemble.columns import Columns
from sim.errors import RunError
from sim.model import Tables, build
from sim.scenario.load import Changes, Loaded, load
from tests.equivalence.difference import first_difference

CAST = """
scenario: small
start: 2024-01-01T00:00:00Z
horizon: 10 d
ladder:
  - {rung: -2, name: truce}
  - {rung: 0, name: calm}
  - {rung: 1, name: words}
  - {rung: 2, name: warning}
  - {rung: 5, name: blow}
  - {rung: 8, name: campaign}
actors: {a: {}, b: {}, c: {}, d: {}}
groups: {everybody: [a, b, c, d], couple: [a, b]}
places:
  desert: {}
  home: {soil: b}
  border: {soil: [b, c]}
actions:
  nod: {rung: 0}
  speak: {rung: 1, tags: [verbal]}
  warn: {rung: 2, tags: [verbal]}
  hit: {rung: 5, tags: [kinetic]}
  bomb: {rung: 8, tags: [kinetic]}
  peace: {rung: -2}
"""
"""What every small world has unless its text says otherwise. It lies in a file of its own and is included."""


@dataclass(frozen=True)
class Event:
    """One event of a log, in names."""

    t: float
    actor: str
    action: str
    target: str | None
    place: str | None
    rung: int
    deaths: int
    injured: int
    cause: int
    origin: str
    key: int

    def __str__(self) -> str:
        """As the tests write it: ``1.5 a hit b``, with the place behind ``at`` if there is one."""
        words = [f"{self.t:g}", self.actor, self.action, *([self.target] if self.target else [])]
        return " ".join([*words, "at", self.place] if self.place else words)


@dataclass(frozen=True)
class Played:
    """One run, as the files of section 5 tell it."""

    events: list[Event]
    run: dict[str, Any]
    trajectory: list[dict[str, Any]]
    digest: bytes

    @property
    def log(self) -> list[str]:
        """The events, a line each."""
        return [str(event) for event in self.events]

    @property
    def actions(self) -> list[str]:
        """Who did what, without times: ``a hit``."""
        return [f"{event.actor} {event.action}" for event in self.events]

    @property
    def lineage(self) -> dict[int, tuple[Any, ...]]:
        """The events by key, told without places in the log: the cause is the cause's key."""
        keys = [event.key for event in self.events]
        return {
            e.key: (
                e.t,
                e.actor,
                e.action,
                e.target,
                e.place,
                e.deaths,
                e.injured,
                e.origin,
                keys[e.cause] if e.cause >= 0 else None,
            )
            for e in self.events
        }

    def outcome(self, name: str) -> float | None:
        """The day on which an outcome first came true, or None."""
        found: float | None = self.run[f"outcome.{name}"]
        return found

    def on_day(self, day: float, name: str) -> Any:
        """The level or a variable in the trajectory's row of a day."""
        (row,) = [row for row in self.trajectory if row["day"] == day]
        return row[name]

    def at_end(self, name: str) -> Any:
        """The level or a variable in the trajectory's last row."""
        return self.trajectory[-1][name]


class World:
    """A scenario, loaded and ready to be played."""

    def __init__(self, loaded: Loaded):
        self.loaded = loaded

    @classmethod
    def of_text(cls, text: str, folder: Path, changes: Changes | None = None) -> World:
        """The world of a text that stands over the common cast."""
        (folder / "cast.yaml").write_text(CAST, encoding="utf-8")
        path = folder / "case.yaml"
        path.write_text(f"include: [cast.yaml]\n{text}\nbrinkline: 1\n", encoding="utf-8")
        return cls(load(path, changes))

    @classmethod
    def of_data(
        cls, data: dict[str, Any], folder: Path, changes: Changes | None = None, *, name: str = "whole.yaml"
    ) -> World:
        """The world of a whole scenario as plain data."""
        path = folder / name
        path.write_text(json.dumps(data, indent=1, ensure_ascii=False), encoding="utf-8")
        return cls(load(path, changes))

    @cached_property
    def tables(self) -> Tables:
        return build(self.loaded)

    @cached_property
    def engine(self) -> SimPyEngine:
        return engine_of(self.tables)

    @cached_property
    def columns(self) -> Columns:
        return Columns(self.tables)

    @cached_property
    def compiled(self) -> CompiledEngine:
        return CompiledEngine(self.tables)

    def play(self, run: int = 0, seed: int = 1, watcher: Any = None) -> Played:
        """One run."""
        runs = range(run, run + 1)
        try:
            record = self.engine.play(seed, run, watcher)
        except RunError as error:
            with pytest.raises(RunError, match=f"^{re.escape(str(error))}$"):
                self.compiled.play_runs(seed, runs)
            raise
        difference = first_difference(self.tables, played(self.tables, [record]), self.compiled.play_runs(seed, runs))
        assert difference == "", difference
        return told(self.columns, record)

    def plays(self, runs: int, seed: int = 1) -> list[Played]:
        """The runs 0 … runs − 1."""
        return [self.play(run, seed) for run in range(runs)]


def data_of(path: Path) -> dict[str, Any]:
    """A scenario file as plain data, its includes resolved."""
    data: dict[str, Any] = load(path).root.plain()
    return data


def engine_of(tables: Tables) -> SimPyEngine:
    """The engine under test."""
    return SimPyEngine(tables)


def told(columns: Columns, record: Any) -> Played:
    """What a record says, in names."""
    arrays = played(columns.tables, [record])
    rows = columns.events(arrays).select(list(Event.__dataclass_fields__)).to_pylist()
    (run,) = columns.runs(arrays).to_pylist()
    (digest,) = columns.digests(arrays)
    return Played([Event(**row) for row in rows], run, columns.trajectories(arrays).to_pylist(), digest)
