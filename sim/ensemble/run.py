"""Play an ensemble, or go on with one, and leave its results folder.

The folder is there from the beginning: its manifest, the scenario, and a file for each block that is finished.
When all are there they are joined into tables. Whatever cuts it short (Ctrl-C, kill −9, a full disk, a power cut)
costs the blocks that were being played and nothing else: :func:`resume` goes on.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from sim.engines.choice import ENGINES, chosen, make_ready, to_stderr
from sim.engines.room import runs_together
from sim.ensemble.blocks import Block, Blocks, Job
from sim.ensemble.cost import refuse_costly
from sim.ensemble.course import Course, Target
from sim.ensemble.executors import on_cluster, play_blocks
from sim.ensemble.files import opened
from sim.ensemble.folder import Folder, held
from sim.ensemble.joining import Joint, join
from sim.ensemble.manifest import (
    FINISHED,
    STOPPED,
    Manifest,
    RunManifest,
    new_manifest,
    own_manifest,
    with_target,
)
from sim.ensemble.plan import (
    KEEP,
    Request,
    block_size,
    check_cluster,
    check_runs,
    check_word,
    check_workers,
    kept_runs,
)
from sim.ensemble.precision import Precision
from sim.ensemble.results import Ensemble, scenario_of
from sim.ensemble.schema import Schema
from sim.ensemble.standing import NOTHING, RUNS, Standing, standing
from sim.errors import BrinklineError, RunError, StorageError, UsageError
from sim.interrupts import held_back
from sim.model import build
from sim.scenario.load import Loaded

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
    with held(out, "run", RunManifest) as folder:
        _refuse_overwriting(folder, force=request.force)
        if request.force and (others := folder.kept_text()):
            say(others)
        tables = build(loaded)
        runs = request.most_runs
        block_runs = block_size(request.block_runs, runs_together(tables))
        manifest = new_manifest(loaded, tables, seed=request.seed, block_runs=block_runs)
        engine = chosen(request.engine, runs)
        manifest = with_target(manifest, runs=runs, keep=request.keep, precision=precision, engine=engine)
        kept = kept_runs(request.keep, runs)
        with on_cluster(request.cluster, request.workers) as cluster:
            work = _Work(folder, Schema(tables), manifest, NOTHING, kept, engine, request.workers, cluster, say)
            return _anew(work, loaded.resolved, progress)


def _refuse_overwriting(folder: Folder, *, force: bool) -> None:
    """Raise UsageError if older results are there and may not be replaced.

    A folder in which a kill left no scenario yet holds nothing that could be gone on with.
    """
    if folder.manifest is not None and folder.there("scenario.yaml") and not force:
        ways = f"--force replaces it, --out names another folder, brinkline resume {folder.path} goes on with it"
        raise UsageError(f"{folder.path} is there already; {ways}")


def _anew(work: _Work, scenario: str, progress: Progress | None) -> Ensemble:
    """Play all that a folder is to hold; older results wait aside, and come back if nothing is finished."""
    folder = work.folder
    try:
        folder.set_aside()
        folder.begin(work.manifest)
        folder.write("scenario.yaml", scenario)
        return _go_on(work, progress)
    except BaseException as error:
        if isinstance(error, RunError) or not _anything(folder):
            with _not_instead_of(error):
                folder.undo()
        if isinstance(error, KeyboardInterrupt) and not isinstance(error, Interrupted):
            raise Interrupted(None, 0) from None
        raise


@contextlib.contextmanager
def _not_instead_of(error: BaseException) -> Iterator[None]:
    """Keep what goes wrong while something is put right from hiding why that was needed."""
    try:
        yield
    except StorageError as another:
        error.add_note(str(another))


def resume(
    folder: Path,
    *,
    runs: int | None = None,
    keep: str | None = None,
    workers: int | None = None,
    engine: str = "auto",
    cluster: str | None = None,
    yes: bool = False,
    progress: Progress | None = None,
    say: Say = to_stderr,
) -> bool:
    """Go on with a results folder until it holds all its runs; whether there was anything to do comes back.

    What is damaged is made again. `runs`, `keep` : as many runs, and as much of them, as are asked for now. `yes` : go
    on by the folder's own plan, which may be a stranger's, whatever it costs.

    Raises
    ------
    UsageError
        If it is no results folder that can be gone on with, something that is asked for makes no sense, or the
        folder's plan would cost more than ten minutes here and neither `runs` nor `yes` says that it may.
    RunError
        If an expression goes wrong in a run; what was there is as it was.
    StorageError, Interrupted
        As :func:`play`.
    """
    check_workers(workers)
    check_cluster(cluster, workers)
    check_word("engine", engine, ENGINES)
    with held(folder, "run", RunManifest, existing=True) as home:
        manifest = own_manifest(folder)
        asked = _asked(manifest, runs, keep)
        schema = Schema(build(scenario_of(folder, manifest)))
        before = standing(home, schema)
        kept = kept_runs(asked["keep"], asked["runs_asked"], kept=before.kept)
        whole = (before.runs, before.kept, manifest["state"]) == (asked["runs_asked"], kept, FINISHED)
        if whole and not before.damaged:
            home.forget()
            return False
        total, precision = asked["runs_asked"], Precision.recorded(asked)
        work = _Work(home, schema, asked, before, kept, engine, workers, None, say)
        if not yes and runs is None and cluster is None:
            refuse_costly(
                work.schema.tables, work.manifest["seed"], work.missing,
                kept=max(kept - before.kept, 0), workers=workers, engine=engine, folder=folder,
            )  # fmt: skip
        engine = chosen(engine, work.missing)
        told = with_target(manifest, runs=total, keep=asked["keep"], precision=precision, engine=engine)
        if told["state"] == FINISHED and told["runs"] < told["runs_asked"]:
            told["state"] = STOPPED
        with on_cluster(cluster, workers) as dask:
            home.begin(told)
            try:
                _go_on(replace(work, manifest=told, engine=engine, cluster=dask), progress)
            except RunError as error:
                with _not_instead_of(error):
                    home.begin(manifest)
                    if manifest["state"] == FINISHED:
                        Blocks(home).remove_all()
                raise
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


@dataclass(frozen=True)
class _Work:
    """A folder, what its runs are made of, what it is to hold (manifest and `kept`), what it holds, and who plays.

    engine, workers : which engine, and how many; cluster : where, if not here; say : what is told of what takes long.
    """

    folder: Folder
    schema: Schema
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
        counted = self.before.counted  # what lies behind is all to be played: a plan may be of very many blocks
        there = takewhile(lambda runs: runs.start < counted, self.target.blocks())
        again = sum(len(runs) for runs in there if self.before.needs(runs, kept=self.kept))
        wanted: int = self.manifest["runs_asked"]
        return again + wanted - counted


def _go_on(work: _Work, progress: Progress | None) -> Ensemble:
    """Play what is missing and join it."""
    blocks, before, path = Blocks(work.folder), work.before, work.folder.path
    course = Course(work.target, before, blocks, work.schema)
    if work.target.precision and before.counted:
        course.count_joined(*_joined_counts(work.folder.file(RUNS), course.outcomes))
    stopped = _play(work, course, progress)
    if isinstance(stopped, StorageError | UsageError) and course.runs:
        raise _resumable(stopped, path, course.runs) from stopped
    if stopped is not None and course.stop <= before.runs:
        raise (
            Interrupted(path if before.runs else None, before.runs)
            if isinstance(stopped, KeyboardInterrupt)
            else stopped
        )
    with held_back() as caught:
        try:
            manifest = _join(work, course, complete=stopped is None)
        except StorageError as error:
            raise _resumable(error, path, course.runs) from error
        work.folder.forget()
    if stopped is not None or caught:
        raise Interrupted(path, manifest["runs"]) from None
    return Ensemble(path)


def _play(work: _Work, course: Course, progress: Progress | None) -> BaseException | None:
    """Play what is missing; what stopped it, if it can be gone on with, comes back."""
    job = Job(work.schema.tables, work.engine, work.manifest["seed"], work.kept)

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
    joint = Joint(work.folder, work.schema, work.before, course.needed, course.stop, min(work.kept, course.stop))
    return join(joint, manifest, state=FINISHED if complete else STOPPED)


def _joined_counts(path: Path, outcomes: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """For each outcome, in how many runs of the table it came true, and how many tell whether it did."""
    happened, known = np.zeros(len(outcomes), np.int64), np.zeros(len(outcomes), np.int64)
    names = [f"outcome.{outcome}" for outcome in outcomes]
    with opened(path) as source, pq.ParquetFile(source) as file:
        for batch in file.iter_batches(columns=["truncated", *names]):
            whole = ~batch["truncated"].to_numpy(zero_copy_only=False)
            true = np.stack([batch[name].is_valid().to_numpy(zero_copy_only=False) for name in names])
            happened += true.sum(axis=1)
            known += (true | whole).sum(axis=1)
    return happened.tolist(), known.tolist()


def _resumable(error: BrinklineError, folder: Path, runs: int) -> BrinklineError:
    return type(error)(f"{error}; {runs} finished runs are kept; brinkline resume {folder} goes on")


def _anything(folder: Folder) -> bool:
    """Whether anything was finished in a folder."""
    return folder.manifest is not None and (folder.there(RUNS) or Blocks(folder).any())
