"""A results folder, read back: tables as data frames, the manifest, the scenario it was run from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import StorageError, UsageError
from sim.scenario.load import Loaded, load
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FORMAT = 1


@dataclass(frozen=True)
class Ensemble:
    """The runs of one scenario under one seed, on disk.

    Tables are read when they are first asked for, as pandas data frames:

    events : run, event, time (UTC, ms), t (days), actor, action, target, place, rung, deaths, injured,
        cause (index of the event that caused it, −1 none), origin, key.
    runs : a row a run: events, peak_level, final_level, deaths, injured, truncated, ended, ``outcome.ID``
        (days, NaN if never), ``stood_down.RULE``, ``param.NAME``.
    trajectories : run, day, level and a column a variable.
    """

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was run: scenario, seed, number of runs, engine, versions, digest."""
        try:
            manifest = json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            raise UsageError(f"{self.folder} is no results folder: it has no manifest.json") from None
        except (OSError, ValueError) as error:
            raise StorageError(f"{self.folder}/manifest.json could not be read: {error}") from None
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise UsageError(f"{self.folder}/manifest.json has a format that this version does not read")
        return manifest

    @cached_property
    def scenario(self) -> Loaded:
        """The scenario as it was run."""
        return load(self.folder / "scenario.yaml")

    @property
    def description(self) -> Scenario:
        """The scenario's description."""
        return self.scenario.description

    @property
    def start(self) -> datetime:
        """The calendar time at t = 0."""
        return self.scenario.start

    @property
    def horizon_days(self) -> float:
        """How long was simulated, in days."""
        return float(self.manifest["horizon_days"])

    @cached_property
    def events(self) -> pd.DataFrame:
        """All events, history included, sorted by run and event."""
        return self._table("events.parquet")

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row a run."""
        return self._table("runs.parquet")

    @cached_property
    def trajectories(self) -> pd.DataFrame:
        """Level and variables by day."""
        return self._table("trajectories.parquet")

    @cached_property
    def levels(self) -> pd.DataFrame:
        """Of the trajectories only run, day and level: quick to read."""
        return self._table("trajectories.parquet", ["run", "day", "level"])

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What ``summary.json`` holds."""
        from sim.analysis.summary import summarise

        return summarise(self)

    def plot(self, name: str = "ladder-heatmap", **options: Any) -> Figure:
        """A figure by its name; ``sim.figures.FIGURES`` lists them."""
        from sim.figures import draw

        return draw(self, name, **options)

    def _table(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        import pyarrow.parquet as pq

        try:
            frame: pd.DataFrame = pq.read_table(self.folder / name, columns=columns).to_pandas()
        except (OSError, ValueError) as error:
            raise StorageError(f"{self.folder / name} could not be read: {error}") from None
        return frame
