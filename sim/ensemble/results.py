"""A results folder, read back: runs column by column, sums over all runs, the scenario it was run from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ensemble.files import kind_of
from sim.ensemble.folder import inside
from sim.ensemble.manifest import PLAYING, manifest_of
from sim.errors import BrinklineError, ScenarioError, StorageError, UsageError
from sim.escapes import html_card, in_a_line, quoted
from sim.scenario.load import Loaded, load
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from sim.engines.played import Played
    from sim.ensemble.runs_table import RunsTable, Stored
    from sim.ensemble.schema import Schema
    from sim.ensemble.tally import Tally
    from sim.model.tables import Tables


@dataclass(frozen=True)
class Ensemble:
    """The runs of one scenario under one seed, on disk; they are numbered from 0.

    What is said of all runs is read column by column (:meth:`column`) and from sums (`tally`), so that it takes
    little memory however many runs there are. Whole tables are read when they are first asked for, as pandas data
    frames:

    runs : a row a run: events, peak_level, final_level, deaths, injured, truncated, ended, ``outcome.ID``
        (days, NaN if never), ``stood_down.RULE``, ``param.NAME``, cut (days at which a truncated run was cut off).
    events : of the runs whose events were kept: run, event, time (UTC, ms), t (days), actor, action, target, place,
        rung, deaths, injured, cause (index of the event that caused it, −1 none), origin, key.
    trajectories : of the same runs: run, day, level and a column a variable.
    """

    folder: Path

    def __repr__(self) -> str:
        """A line: which scenario, how many runs, under which seed, where."""
        try:
            told = {name: self.manifest[name] for name in ("scenario", "runs", "seed")}
        except BrinklineError:
            return f"<Ensemble in {quoted(str(self.folder))}, which cannot be read>"
        of = f"{in_a_line(str(told['scenario']))}: {told['runs']:,} runs, seed {told['seed']}"
        return f"<Ensemble of {of}, in {quoted(str(self.folder))}>"

    def _repr_html_(self) -> str | None:
        """The same for a notebook; None if it cannot be read."""
        names = ("scenario", "runs", "seed", "engine", "kept_runs", "digest")
        try:
            _ = self.manifest
        except BrinklineError:
            return None
        facts = [(name.replace("_", " "), self.manifest[name]) for name in names]
        return html_card(self.manifest["title"] or self.manifest["scenario"], [*facts, ("folder", self.folder)])

    def __len__(self) -> int:
        """How many runs."""
        return int(self.manifest["runs"])

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was run: scenario, seed, number of runs, engine, versions, digest. Raises UsageError if unfinished."""
        manifest = manifest_of(self.folder)
        if manifest["state"] == PLAYING:
            raise UsageError(f"{self.folder} is unfinished: brinkline resume {self.folder} goes on with it")
        return manifest

    @cached_property
    def scenario(self) -> Loaded:
        """The scenario as it was run. Raises UsageError if the file is not the one that was run."""
        return scenario_of(self.folder, self.manifest)

    @cached_property
    def tables(self) -> Tables:
        """The scenario's tables, which an engine plays."""
        from sim.model import build

        return build(self.scenario)

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

    @property
    def kept_runs(self) -> int:
        """The first so many runs have their events and trajectories in the folder."""
        return int(self.manifest["kept_runs"])

    @cached_property
    def tally(self) -> Tally:
        """What adds up over all runs: events by action, actor and target, deaths by actor, levels by day."""
        with self._stored("tally.npz").open() as file:
            tally = self._schema.tally(file)
            if tally.runs != len(self):
                raise ValueError(f"it counts {tally.runs:,} runs, expected {len(self):,}")
        return tally

    @cached_property
    def digests(self) -> NDArray[np.uint8]:
        """The digest of each run's log, shape (runs, 32)."""
        import numpy as np

        from sim.ensemble.schema import DIGEST_BYTES

        with self._stored("digests").open() as file:
            return np.frombuffer(file.read(), np.uint8).reshape(len(self), DIGEST_BYTES)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns of ``runs.parquet``."""
        return self._table.names

    def column(self, name: str) -> NDArray[Any]:
        """One column of ``runs.parquet``, shape (runs,), read alone; what is unknown is NaN or, of texts, None."""
        return self._table.column(name)

    def batches(self, names: Sequence[str]) -> Iterator[dict[str, NDArray[np.float64]]]:
        """Some columns as numbers, a few thousand runs after the other."""
        return self._table.batches(names)

    def replay(self, runs: range) -> Played:
        """These runs, played anew without their variables: each is what it was, whether it was kept or not."""
        from sim.engines.simpy_engine import SimPyEngine

        return SimPyEngine(self.tables).play_runs(self.manifest["seed"], runs, states=False)

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row a run, all columns. Of a million runs it takes about a gigabyte."""
        return self._table.frame()

    @cached_property
    def events(self) -> pd.DataFrame:
        """All events of the kept runs, history included, sorted by run and event. Raises UsageError if none is kept."""
        return self._of_kept_runs("events")

    @cached_property
    def trajectories(self) -> pd.DataFrame:
        """Level and variables of the kept runs by day. Raises UsageError if none is kept."""
        return self._of_kept_runs("trajectories")

    @cached_property
    def summary(self) -> dict[str, Any]:
        """What ``summary.json`` holds."""
        from sim.analysis.summary import summarise

        return summarise(self)

    def plot(self, name: str = "ladder-heatmap", **options: Any) -> Figure:
        """A figure by its name; ``sim.figures.FIGURES`` lists them."""
        from sim.figures import draw

        return draw(self, name, **options)

    @cached_property
    def _table(self) -> RunsTable:
        from sim.ensemble.runs_table import RunsTable

        return RunsTable(self._stored("runs.parquet"), self._schema, len(self))

    @cached_property
    def _schema(self) -> Schema:
        from sim.ensemble.schema import Schema

        return Schema(self.tables)

    def _stored(self, name: str) -> Stored:
        """A file, as the manifest knows it."""
        from sim.ensemble.runs_table import Stored

        return Stored(self.folder, name, self.manifest["files"].get(name, "not listed"))

    def event_tables(self) -> Iterator[pa.Table]:
        """The events of the kept runs as Arrow tables, one after the other, each of some runs in a row.

        Raises
        ------
        UsageError
            If none is kept.
        StorageError
            If a table cannot be read, or is not what this scenario's runs leave.
        """
        yield from self._parts("events")

    def _parts(self, name: str) -> Iterator[pa.Table]:
        if not self.kept_runs:
            raise UsageError(
                f"{self.folder} keeps no {name}: run again with --keep all, "
                f"or play one run with brinkline trace {self.folder} --run N"
            )
        import pyarrow.parquet as pq

        files = sorted(one for one in self.manifest["files"] if one.startswith(f"{name}.parquet"))
        firsts = [int(one[-17:-8]) if name == "events" else 0 for one in files] + [self.kept_runs]
        for file, first, stop in zip(files, firsts, firsts[1:], strict=False):
            with self._stored(file).open() as source:
                self._schema.check_file(name, source, stop - first)
                source.seek(0)
                table = pq.read_table(source)
                self._schema.check_values(name, table, range(first, stop))
            yield table

    def _of_kept_runs(self, name: str) -> pd.DataFrame:
        import pyarrow as pa

        frame: pd.DataFrame = pa.concat_tables(list(self._parts(name))).to_pandas()
        return frame


def scenario_of(folder: Path, manifest: dict[str, Any]) -> Loaded:
    """Return the scenario of a results folder.

    Raises
    ------
    UsageError
        If it is not the one that was run.
    StorageError
        If it cannot be read.
    """
    file = inside(folder, "scenario.yaml")
    if kind_of(file) != "file":
        raise StorageError(f"{file} could not be read: found {kind_of(file) or 'nothing'}, expected a plain file")
    try:
        loaded = load(file)
    except ScenarioError:
        raise UsageError(f"{file} has faults; expected the scenario as it was run") from None
    if loaded.hash != manifest["hash"]:
        raise UsageError(f"{file} is not the scenario that was run: its hash is not the manifest's")
    return loaded
