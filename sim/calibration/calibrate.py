"""Fit parameters of a scenario to a record: a folder with its reference table, and what the table says.

The folder is there from the beginning, with its manifest and the blocks of rows that are finished. The same command
goes on with it after an interruption, makes the table longer, or reads it again with another share of runs accepted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any

from sim import __version__
from sim.calibration.document import document, draws_text, out_of_reach, variant_text
from sim.calibration.ranges import Range
from sim.calibration.record import FitParameter, Record, load_record
from sim.calibration.result import Result, analysed, fewest, to_fit
from sim.calibration.table import Plan, Table, joined_rows, make_table, read_table, widened
from sim.engines.choice import ENGINES, to_stderr
from sim.ensemble.folder import PAGES, Folder, held
from sim.ensemble.plan import Asked, check_runs, check_word, check_workers
from sim.errors import UsageError
from sim.model import Tables, build
from sim.scenario.faults import hint, short
from sim.scenario.load import Loaded, load

PLAYING, FINISHED, OUT_OF_REACH = "playing", "finished", "out of reach"
_POSTERIOR = ("calibration.json", "posterior.csv", "variant.yaml")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Request(Asked):
    """What is asked for.

    runs, seed : the rows of the table. accept : the share of them that is accepted. parameters : which of the
    record's (empty: all). workers : how many blocks are played at a time (None: one for each core). engine : one of
    ENGINES. force : a table of something else may be replaced.
    """

    runs: int = 100_000
    accept: float = 0.01
    seed: int = 1
    parameters: tuple[str, ...] = ()
    workers: int | None = None
    engine: str = "auto"
    force: bool = False

    def check(self) -> None:
        """Raise UsageError if a number or a word makes no sense."""
        check_runs(self.runs)
        check_workers(self.workers)
        check_word("engine", self.engine, ENGINES)
        if not 0 < self.accept <= 0.5:
            raise UsageError(f"found {self.accept:g} as the share to accept; expected above 0, up to 0.5")


@dataclass(frozen=True)
class Calibration:
    """A calibration's folder and what was found. Its length is the number of runs."""

    folder: Path
    manifest: dict[str, Any]
    record: Record
    result: Result

    def __len__(self) -> int:
        return int(self.manifest["runs"])

    @property
    def document(self) -> dict[str, Any]:
        """All that is said, as plain data: ``calibration.json``."""
        return document(self.result, self.record, self.manifest)

    @property
    def problem(self) -> str:
        """Why the record is out of reach; empty if it is not."""
        return "" if self.result.reached else out_of_reach(self.result, self.record)


def calibrate(
    scenario: str | Path,
    out: Path | None,
    request: Request,
    *,
    record: str | Path | None = None,
    progress: Progress | None = None,
    say: Callable[[str], None] = to_stderr,
) -> Calibration:
    """Make or complete a reference table in the folder `out` and write beside it what it says.

    scenario : path or id. record : path or id; unless given, the scenario's id. out : ``calibration/SCENARIO`` unless
    given. `progress(runs, events)` is called after each block; `say` is told what takes long before the first one.

    A record out of reach is no error here: see `problem` of what comes back. Then neither a posterior nor a variant
    is written.

    Raises
    ------
    UsageError
        If `out` holds something else, or something that is asked for makes no sense.
    ScenarioError, RunError, StorageError, Interrupted
        As when an ensemble is played; finished rows are kept.
    """
    request.check()
    loaded = load(scenario)
    name = loaded.description.scenario
    read = load_record(record if record is not None else name, loaded)
    fit = _chosen(read, request.parameters)
    count, least = ceil(request.accept * request.runs), fewest(len(to_fit(read)))
    if count < least:
        found = f"found {request.runs:,} runs of which {count:,} would be accepted"
        raise UsageError(f"{found}; expected {least:,} or more for {len(to_fit(read))} statistics: more --runs")
    wide = load(scenario, widened(fit, loaded.description.parameters))
    tables = build(wide)
    plan = Plan(tables, wide.hash, read, tuple(one.name for one in fit), request.seed)
    _check_wide(tables, fit)
    folder = out or Path("calibration") / name
    with held(folder, "calibrate") as home:
        _make_room(home, plan, request, say)
        manifest = _manifest(loaded, plan, request, fit)
        home.begin(manifest)
        make_table(
            plan, home, runs=request.runs, workers=request.workers, engine=request.engine, progress=progress, say=say
        )
        table = read_table(plan, home)
        return _written(Calibration(folder, manifest, read, _analysed(loaded, plan, table, request)), home)


def _chosen(record: Record, names: tuple[str, ...]) -> tuple[FitParameter, ...]:
    """The record's parameters, or those of them that are named."""
    known = [one.name for one in record.fit]
    if not known:
        raise UsageError(f"the record {record.id} names no parameters; expected some under 'fit'")
    wrong = [
        f"found the parameter {short(name)}; expected one of {', '.join(known)}{hint(name, known)}"
        for name in names
        if name not in known
    ]
    if wrong:
        raise UsageError("\n".join(wrong))
    return tuple(one for one in record.fit if not names or one.name in names)


def _check_wide(tables: Tables, fit: tuple[FitParameter, ...]) -> None:
    """Raise UsageError if a wide range holds a single value."""
    by_name = {one.name: one for one in tables.parameters}
    for one in fit:
        kind, arguments = by_name[one.name].kind, by_name[one.name].arguments
        if kind in ("uniform", "lognormal") and arguments[0] == arguments[1]:
            raise UsageError(f"found the wide range {one.range_text} of {one.name}; expected more than a single value")


def _make_room(folder: Folder, plan: Plan, request: Request, say: Callable[[str], None]) -> None:
    """See to it that nothing is in the folder but what goes into this calibration; what follows from it goes."""
    try:
        rows = joined_rows(plan, folder)
    except UsageError as error:
        if not request.force:
            raise UsageError(f"{error}; --force replaces it, --out names another folder") from None
        rows = 0
        folder.replace(say)
    if rows > request.runs:
        raise UsageError(f"found {request.runs:,} runs; expected at least the {rows:,} that {folder.path} has already")
    folder.remove(*_POSTERIOR, *PAGES)


def _manifest(loaded: Loaded, plan: Plan, request: Request, fit: tuple[FitParameter, ...]) -> dict[str, Any]:
    description = loaded.description
    return {
        "state": PLAYING,
        "scenario": description.scenario,
        "title": description.title or description.scenario,
        "hash": loaded.hash,
        "record": plan.record.id,
        "record_hash": hashlib.sha256(repr(plan.record).encode()).hexdigest(),
        "made_of": plan.identity,
        "seed": request.seed,
        "runs": request.runs,
        "truncated": 0,
        "accept": request.accept,
        "fit": {one.name: {"range": one.range_text, "bounds": one.bounds} for one in fit},
        "versions": {"brinkline": __version__},
    }


def _analysed(loaded: Loaded, plan: Plan, table: Table, request: Request) -> Result:
    by_name = {one.name: one for one in plan.tables.parameters}
    ranges = {name: Range.of(by_name[name]) for name in plan.parameters}
    parameters = loaded.description.parameters
    return analysed(table, plan.record, ranges, parameters, accept=request.accept, seed=request.seed)


def _written(found: Calibration, folder: Folder) -> Calibration:
    """Write what was found beside the table."""
    result = found.result
    state = FINISHED if result.reached else OUT_OF_REACH
    manifest = found.manifest | {"state": state, "truncated": int(result.table.truncated.sum())}
    found = replace(found, manifest=manifest)
    folder.write_json("calibration.json", found.document)
    if result.reached:
        folder.write("posterior.csv", draws_text(result))
        text = variant_text(result, found.record, manifest)
        if text:
            folder.write("variant.yaml", text)
    folder.begin(manifest)
    return found
