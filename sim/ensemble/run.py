"""Play an ensemble, or go on with one, and leave its results folder.

The folder is there from the beginning: its manifest, the scenario, and a file for each block that is finished.
When all are there they are joined into tables. Whatever cuts it short (Ctrl-C, kill −9, a full disk, a power cut)
costs the blocks that were being played and nothing else: :func:`resume` goes on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from sim.engines.choice import ENGINES, chosen, make_ready, to_stderr
from sim.ensemble.blocks import Block, Blocks, Job
from sim.ensemble.course import Course, Target
from sim.ensemble.executors import on_cluster, play_blocks
from sim.ensemble.files import alone, make_folder, remove_folder, write_json, write_text
from sim.ensemble.joining import Joint, join
from sim.ensemble.manifest import (
    FINISHED,
    NAME,
    STOPPED,
    Manifest,
    manifest_of,
    new_manifest,
    with_target,
)
from sim.ensemble.older import forget, refuse_overwriting, set_aside, undo
from sim.ensemble.plan import (
    KEEP,
    Request,
    check_cluster,
    check_runs,
    check_word,
    check_workers,
    kept_runs,
)
from sim.ensemble.precision import Precision
from sim.ensemble.results import Ensemble
from sim.ensemble.standing import RUNS, Standing, standing
from sim.errors import BrinklineError, RunError, ScenarioError, StorageError, UsageError
from sim.model import Tables, build
from sim.scenario.load import Loaded, load

if TYPE_CHECKING:
    from sim.ensemble.cluster import Cluster

__all__ = ["Interrupted", "Request", "play", "resume"]

Progress = Callable[[int, int], None]
Say = Callable[[str], None]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C: what was finished is kept in `folder`, or `folder` is None if nothing was."""

    def __init__(self, folder: Path | None, runs: int):
        self.folder, self.runs = folder, runs
        super().__init__(f"{runs} runs kept")


def play(
    loaded: Loaded, out: Path, request: Request, progress: Progress | None = None, *, say: Say = to_stderr
) -> Ensemble:
    """Play the runs and leave their tables, the scenario and the manifest in the folder `out`.

    `progress(runs, events)` is called after each block: how many runs are finished, and the events made so far.
    `say` is told what takes long before the first block.

    Raises
    ------
    UsageError
        If `out` is there already and may not be replaced, something that is asked for makes no sense, or the
        cluster is not as this machine is.
    RunError
        If an expression goes wrong in a run; nothing is left, and older results are as they were.
    StorageError
        If something could not be written, or the cluster is lost. Finished blocks are in `out`, for :func:`resume`.
    Interrupted
        On Ctrl-C; what was finished is in `out`.
    """
    request.check()
    precision = Precision.of(request, loaded.description)
    refuse_overwriting(out, request.force)
    tables = build(loaded)
    runs = request.most_runs
    manifest = new_manifest(loaded, tables, seed=request.seed, block_runs=request.block_runs)
    engine = chosen(request.engine, runs)
    manifest = with_target(manifest, runs=runs, keep=request.keep, precision=precision, engine=engine)
    kept = kept_runs(request.keep, runs)
    with on_cluster(request.cluster, request.workers) as cluster:
        work = _Work(out, tables, manifest, standing(out, manifest), kept, engine, request.workers, cluster, say)
        return _anew(work, loaded.resolved, progress)


def _anew(work: _Work, scenario: str, progress: Progress | None) -> Ensemble:
    """Make the folder and play all that it is to hold."""
    out = work.folder
    try:
        was_there = out.exists()
        set_aside(out)
        try:
            make_folder(out)
            with alone(out):
                write_json(out / NAME, work.manifest)
                write_text(out / "scenario.yaml", scenario)
                return _go_on(work, progress)
        except BaseException as error:
            if isinstance(error, RunError) or not _anything(out):
                undo(out, was_there)
            if isinstance(error, KeyboardInterrupt) and not isinstance(error, Interrupted):
                raise Interrupted(None, 0) from None
            raise
    except OSError as error:
        raise StorageError(f"{out} could not be written: {error.strerror or error}") from error


def resume(
    folder: Path,
    *,
    runs: int | None = None,
    keep: str | None = None,
    workers: int | None = None,
    engine: str = "auto",
    cluster: str | None = None,
    progress: Progress | None = None,
    say: Say = to_stderr,
) -> bool:
    """Go on with a results folder until it holds all its runs; whether there was anything to do comes back.

    What is damaged is made again. `runs`, `keep` : as many runs, and as much of them, as are asked for now.

    Raises
    ------
    UsageError
        If it is no results folder that can be gone on with, or something that is asked for makes no sense.
    RunError
        If an expression goes wrong in a run; what was there is as it was.
    StorageError, Interrupted
        As :func:`play`.
    """
    manifest = manifest_of(folder)
    asked = _asked(manifest, runs, keep)
    check_workers(workers)
    check_cluster(cluster, workers)
    check_word("engine", engine, ENGINES)
    loaded = _scenario(folder, manifest)
    try:
        with alone(folder):
            before = standing(folder, manifest)
            kept = kept_runs(asked["keep"], asked["runs_asked"], kept=before.kept)
            whole = (before.runs, before.kept, manifest["state"]) == (asked["runs_asked"], kept, FINISHED)
            if whole and not before.damaged:
                forget(folder)
                return False
            total, precision = asked["runs_asked"], Precision.recorded(asked)
            work = _Work(folder, build(loaded), asked, before, kept, engine, workers, None, say)
            engine = chosen(engine, work.missing)
            told = with_target(manifest, runs=total, keep=asked["keep"], precision=precision, engine=engine)
            if told["state"] == FINISHED and told["runs"] < told["runs_asked"]:
                told["state"] = STOPPED
            with on_cluster(cluster, workers) as dask:
                write_json(folder / NAME, told)
                try:
                    _go_on(replace(work, manifest=told, engine=engine, cluster=dask), progress)
                except RunError:
                    write_json(folder / NAME, manifest)
                    if manifest["state"] == FINISHED:
                        remove_folder(Blocks(folder).folder)
                    raise
    except OSError as error:
        raise StorageError(f"{folder} could not be written: {error.strerror or error}") from error
    return True


def _asked(manifest: Manifest, runs: int | None, keep: str | None) -> Manifest:
    """The manifest with what is asked for now in the place of what was asked for then."""
    if keep is not None:
        check_word("keep", keep, KEEP)
        manifest = manifest | {"keep": keep}
    if runs is None:
        return manifest
    check_runs(runs)
    least = manifest["runs"] if manifest["precision"] else manifest["runs_asked"]
    if runs < least:
        raise UsageError(f"found {runs} runs; expected at least the {least:,} that were asked for before")
    return manifest | {"runs_asked": runs, "precision": None}


def _scenario(folder: Path, manifest: Manifest) -> Loaded:
    """The scenario of a results folder. Raises UsageError if it is not the one that was run."""
    file = folder / "scenario.yaml"
    try:
        loaded = load(file)
    except ScenarioError:
        raise UsageError(f"{file} has faults; expected the scenario as it was run") from None
    if loaded.hash != manifest["hash"]:
        raise UsageError(f"{file} is not the scenario that was run: its hash is not the manifest's")
    return loaded


@dataclass(frozen=True)
class _Work:
    """A folder, what its runs are made of, what it is to hold (manifest and `kept`), what it holds, and who plays.

    engine, workers : which engine, and how many; cluster : where, if not here; say : what is told of what takes long.
    """

    folder: Path
    tables: Tables
    manifest: Manifest
    before: Standing
    kept: int
    engine: str
    workers: int | None
    cluster: Cluster | None
    say: Say

    @property
    def target(self) -> Target:
        precision = Precision.recorded(self.manifest)
        cuts = {self.before.runs, self.before.kept, *self.before.parts, precision.from_runs if precision else 0}
        return Target(self.manifest["runs_asked"], self.kept, precision, self.manifest["block_runs"], frozenset(cuts))

    @property
    def missing(self) -> int:
        """How many runs are to be played, apart from blocks that are there already."""
        return sum(len(runs) for runs in self.target.blocks() if self.before.needs(runs, kept=self.kept))


def _go_on(work: _Work, progress: Progress | None) -> Ensemble:
    """Play what is missing and join it."""
    blocks, before = Blocks(work.folder), work.before
    make_folder(blocks.folder)
    course = Course(work.target, before, blocks, tuple(outcome.id for outcome in work.tables.outcomes))
    if work.target.precision and before.counted:
        course.count_joined(*_joined_counts(work.folder / RUNS, course.outcomes))
    stopped = _play(work, course, progress)
    if isinstance(stopped, StorageError | UsageError) and course.runs:
        raise _resumable(stopped, work.folder, course.runs) from stopped
    if stopped is not None and course.stop <= before.runs:
        blocks.remove([])
        raise (
            Interrupted(work.folder if before.runs else None, before.runs)
            if isinstance(stopped, KeyboardInterrupt)
            else stopped
        )
    with _held_back() as caught:
        try:
            manifest = _join(work, course, complete=stopped is None)
        except StorageError as error:
            raise _resumable(error, work.folder, course.runs) from error
        forget(work.folder)
    if stopped is not None or caught:
        raise Interrupted(work.folder, manifest["runs"]) from None
    return Ensemble(work.folder)


def _play(work: _Work, course: Course, progress: Progress | None) -> BaseException | None:
    """Play what is missing; what stopped it, if it can be gone on with, comes back."""
    job = Job(work.tables, work.engine, work.manifest["seed"], work.kept)

    def done(runs: range, data: bytes) -> None:
        if course.enough:
            return
        course.there.write(runs, data)
        course.finished(runs, Block(data).facts)
        if progress is not None:
            progress(course.runs, course.events)

    most = work.workers or os.cpu_count() or 1
    workers = len(list(islice(work.target.blocks(), most)))
    try:
        if work.cluster is None:
            make_ready(work.engine, work.say)
        play_blocks(job, course.take, done, workers=workers, cluster=work.cluster)
    except RunError:
        if not course.enough:  # else it is in a block that was played ahead and is not needed
            raise
    except (KeyboardInterrupt, StorageError, UsageError) as error:
        return error
    return None


def _join(work: _Work, course: Course, *, complete: bool) -> Manifest:
    manifest = work.manifest
    if complete:
        told = manifest["precision"] and manifest["precision"] | {"reached": course.enough}
        command = f"brinkline run scenario.yaml --runs {course.stop} --seed {manifest['seed']} --out again"
        manifest = manifest | {"runs_asked": course.stop, "precision": told, "command": command}
    joint = Joint(work.folder, work.tables, work.before, course.needed, course.stop, min(work.kept, course.stop))
    return join(joint, manifest, state=FINISHED if complete else STOPPED)


def _joined_counts(path: Path, outcomes: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """For each outcome, in how many runs of the table it came true, and how many tell whether it did."""
    happened, known = np.zeros(len(outcomes), np.int64), np.zeros(len(outcomes), np.int64)
    names = [f"outcome.{outcome}" for outcome in outcomes]
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(columns=["truncated", *names]):
            whole = ~batch["truncated"].to_numpy(zero_copy_only=False)
            true = np.stack([batch[name].is_valid().to_numpy(zero_copy_only=False) for name in names])
            happened += true.sum(axis=1)
            known += (true | whole).sum(axis=1)
    return happened.tolist(), known.tolist()


def _resumable(error: BrinklineError, folder: Path, runs: int) -> BrinklineError:
    return type(error)(f"{error}; {runs} finished runs are kept; brinkline resume {folder} goes on")


def _anything(out: Path) -> bool:
    """Whether anything was finished in a folder."""
    folder = Blocks(out).folder
    return (out / RUNS).exists() or (folder.is_dir() and any(folder.iterdir()))


@contextlib.contextmanager
def _held_back() -> Iterator[list[int]]:
    """Hold Ctrl-C back while finished runs are made into tables; the signals that came are listed."""
    caught: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield caught  # only the main thread hears of signals
        return
    before = signal.signal(signal.SIGINT, lambda number, _: caught.append(number))
    try:
        yield caught
    finally:
        signal.signal(signal.SIGINT, before)
