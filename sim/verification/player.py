"""The small scenarios of this package, loaded and played."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engines.choice import engine_of, silent
from sim.model import Tables, build
from sim.scenario.load import Changes, load
from sim.scenario.times import DAY_MS

SCENARIOS = Path(__file__).with_name("scenarios")
_BLOCK_RUNS = 1000


def data_of(name: str) -> dict[str, Any]:
    """A scenario of this package as plain data, its includes resolved."""
    data: dict[str, Any] = load(SCENARIOS / f"{name}.yaml").root.plain()
    return {key: value for key, value in data.items() if key != "include"}


@dataclass(frozen=True)
class Sample:
    """Some runs of a scenario, from number 0.

    counts : int64, shape (runs,), the events of each; log : all events, one run behind the other.
    times : int64, shape (runs, outcomes), ms at which each came true, negative if never.
    stood_down : int64, shape (runs, rules). truncated : bool, shape (runs,).
    """

    tables: Tables
    counts: NDArray[np.int64]
    log: NDArray[np.void]
    times: NDArray[np.int64]
    stood_down: NDArray[np.int64]
    truncated: NDArray[np.bool_]

    @property
    def runs(self) -> int:
        """How many."""
        return len(self.counts)

    @cached_property
    def run(self) -> NDArray[np.int64]:
        """The run of each event of the log."""
        return np.repeat(np.arange(self.runs), self.counts)

    def of(self, *actions: str, actor: str | None = None) -> NDArray[np.bool_]:
        """Which events are such an action, by this actor if one is given."""
        found = np.isin(self.log["action"], [self._action(action) for action in actions])
        return found if actor is None else found & (self.log["actor"] == self.tables.actors.index(actor))

    def days(self, *actions: str, actor: str | None = None) -> NDArray[np.float64]:
        """When such events happen, in days, run by run."""
        return self.log["time"][self.of(*actions, actor=actor)] / DAY_MS

    def number(self, *actions: str, actor: str | None = None, by: float = math.inf) -> NDArray[np.int64]:
        """How many such events each run has up to a day."""
        chosen = self.of(*actions, actor=actor) & (self.log["time"] <= by * DAY_MS)
        return np.bincount(self.run[chosen], minlength=self.runs)

    def outcome(self, name: str) -> NDArray[np.float64]:
        """The day on which an outcome first comes true in each run; infinite if never."""
        (column,) = (i for i, one in enumerate(self.tables.outcomes) if one.id == name)
        times = self.times[:, column]
        return np.where(times < 0, math.inf, times / DAY_MS)

    def _action(self, name: str) -> int:
        (number,) = (i for i, one in enumerate(self.tables.actions) if one.name == name)
        return number


@dataclass(frozen=True)
class Player:
    """Plays the scenarios of this package.

    engine : ``simpy`` or ``compiled``; runs : of a scenario that is played in full; changes : made to a scenario
    before it is played, by its name; tell : is told what is being played.
    """

    engine: str
    seed: int
    runs: int
    changes: Mapping[str, Changes] = field(default_factory=dict)
    tell: Callable[[str], None] = silent

    def __call__(self, name: str, share: float = 1.0) -> Sample:
        """The runs of a scenario: this share of all."""
        return self._played(SCENARIOS / f"{name}.yaml", share, self.changes.get(name))

    def told(self, data: Mapping[str, Any], share: float = 1.0) -> Sample:
        """The runs of a scenario that is given as plain data."""
        with TemporaryDirectory(prefix="brinkline-") as folder:
            path = Path(folder) / f"{data['scenario']}.yaml"
            path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
            return self._played(path, share, self.changes.get(str(data["scenario"])))

    def _played(self, path: Path, share: float, changes: Changes | None) -> Sample:
        tables = build(load(path, changes))
        engine, runs = engine_of(self.engine, tables), max(1, round(share * self.runs))
        parts = []
        for first in range(0, runs, _BLOCK_RUNS):
            self.tell(f"{tables.scenario}: run {first:,} of {runs:,}")
            parts.append(engine.play_runs(self.seed, range(first, min(first + _BLOCK_RUNS, runs)), states=False))
        return Sample(
            tables,
            np.concatenate([part.counts for part in parts]),
            np.concatenate([part.log for part in parts]),
            np.concatenate([part.outcomes for part in parts]),
            np.concatenate([part.stood_down for part in parts]),
            np.concatenate([part.truncated for part in parts]),
        )
