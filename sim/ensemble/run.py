"""Play an ensemble and leave its results folder."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow import feather

from sim import __version__
from sim.ensemble import blocks
from sim.ensemble.blocks import Plan
from sim.ensemble.columns import digest_of
from sim.ensemble.files import make_folder, remove_folder, write_json, write_text, write_whole
from sim.ensemble.pool import play_blocks
from sim.ensemble.results import FORMAT, Ensemble
from sim.errors import StorageError, UsageError
from sim.model import Tables, build
from sim.scenario.load import Loaded
from sim.scenario.times import DAY_MS

BLOCK_RUNS = 25
MOST_RUNS = 100_000_000
_GROUP_BLOCKS = 40

Progress = Callable[[int, int], None]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C: what was finished is kept in `folder`, or `folder` is None if nothing was."""

    def __init__(self, folder: Path | None, runs: int):
        self.folder, self.runs = folder, runs
        super().__init__(f"{runs} runs kept")


@dataclass(frozen=True)
class Request:
    """What is asked for.

    runs, seed : how many, and under which seed; workers : processes (None: one for each core);
    block_runs : runs in a block; force : an older results folder may be replaced.
    """

    runs: int = 1000
    seed: int = 1
    workers: int | None = None
    block_runs: int = BLOCK_RUNS
    force: bool = False


def play(loaded: Loaded, out: Path, request: Request, progress: Progress | None = None) -> Ensemble:
    """Play the runs and leave events, runs, trajectories, scenario and manifest in the folder `out`.

    `progress(runs, events)` is called after each block with the totals so far.

    Raises
    ------
    UsageError
        If `out` is there already and may not be replaced, or a number is out of range.
    RunError
        If an expression goes wrong in a run; nothing is written.
    StorageError
        If something could not be written. What was finished is kept if it still fits.
    Interrupted
        On Ctrl-C; what was finished is in `out`.
    """
    _check(request)
    refuse_overwriting(out, request.force)
    tables = build(loaded)
    staging = out.parent / f".{out.name}.partial"
    remove_folder(staging)
    plan = Plan(request.seed, request.runs, request.block_runs, staging / "blocks")
    try:
        blocks.make_folders(plan)
        stopped = _play(tables, plan, request, progress)
        done = blocks.finished(plan)
        if stopped is not None and not done:
            raise Interrupted(None, 0) if isinstance(stopped, KeyboardInterrupt) else stopped
        with _held_back() as caught:
            kept = _assemble(loaded, tables, plan, done, staging)
            _publish(staging, out)
    except OSError as error:
        raise StorageError(f"{out} could not be written: {error.strerror or error}") from error
    finally:
        remove_folder(staging)
    if isinstance(stopped, KeyboardInterrupt) or caught:
        raise Interrupted(out, kept) from None
    if stopped is not None:
        raise StorageError(f"{stopped}; {kept} finished runs are kept in {out}") from stopped
    return Ensemble(out)


def _play(tables: Tables, plan: Plan, request: Request, progress: Progress | None) -> BaseException | None:
    """Play all blocks; the interruption or storage error that stopped it comes back."""
    runs = events = 0

    def done(block: int, count: int) -> None:
        nonlocal runs, events
        runs, events = runs + len(plan.runs_of(block)), events + count
        if progress is not None:
            progress(runs, events)

    workers = min(request.workers or os.cpu_count() or 1, plan.blocks)
    try:
        play_blocks(tables, plan, range(plan.blocks), workers=workers, done=done)
    except (KeyboardInterrupt, StorageError) as error:
        return error
    return None


def _check(request: Request) -> None:
    if not 1 <= request.runs <= MOST_RUNS:
        raise UsageError(f"found {request.runs} runs; expected 1 to {MOST_RUNS:,}")
    for name, number in (("runs in a block", request.block_runs), ("workers", request.workers)):
        if number is not None and number < 1:
            raise UsageError(f"found {number} {name}; expected 1 or more")


def refuse_overwriting(out: Path, force: bool) -> None:
    """Raise UsageError if `out` is there and may not be replaced."""
    try:
        if not out.exists() or (out.is_dir() and not any(out.iterdir())):
            return
        ours = out.is_dir() and (out / "manifest.json").is_file()
    except OSError as error:
        raise StorageError(f"{out} could not be read: {error.strerror or error}") from error
    if not ours:
        raise UsageError(f"{out} is there already and is no results folder; expected another --out")
    if not force:
        raise UsageError(f"{out} is there already; --force replaces it, --out names another folder")


def _assemble(loaded: Loaded, tables: Tables, plan: Plan, done: list[int], staging: Path) -> int:
    """Make the folder's files from the finished blocks; the number of runs comes back."""
    events = staging / "events.parquet"
    make_folder(events)
    for block in done:
        plan.file(block, "events").replace(events / f"part-{block:06d}.parquet")
    for part in blocks.JOINED:
        write_whole(staging / f"{part}.parquet", partial(_join, [plan.file(block, part) for block in done]))
    digests = [digest for block in done for digest in blocks.digests(plan, block)]
    write_text(staging / "scenario.yaml", loaded.resolved)
    runs = pq.read_table(staging / "runs.parquet", columns=["truncated"])
    write_json(
        staging / "manifest.json", _manifest(loaded, tables, plan, digests, int(pc.sum(runs["truncated"]).as_py() or 0))
    )
    remove_folder(plan.folder)
    return len(digests)


def _join(files: list[Path], path: Path) -> None:
    """The Arrow files of several blocks as one Parquet file, in row groups of many blocks."""
    schema = feather.read_table(files[0]).schema
    with pq.ParquetWriter(path, schema, compression="zstd", compression_level=1) as writer:
        for first in range(0, len(files), _GROUP_BLOCKS):
            tables = [feather.read_table(file) for file in files[first : first + _GROUP_BLOCKS]]
            writer.write_table(pa.concat_tables(tables), row_group_size=1 << 24)


def _manifest(loaded: Loaded, tables: Tables, plan: Plan, digests: list[bytes], truncated: int) -> dict[str, Any]:
    description = loaded.description
    packages = ("numpy", "pyarrow", "scipy", "simpy")
    return {
        "format": FORMAT,
        "scenario": description.scenario,
        "title": description.title or description.scenario,
        "hash": loaded.hash,
        "seed": plan.seed,
        "runs": len(digests),
        "runs_asked": plan.runs,
        "engine": "simpy",
        "start": tables.start.isoformat(),
        "horizon_days": tables.horizon_ms / DAY_MS,
        "truncated": truncated,
        "digest": digest_of(digests),
        "command": f"brinkline run scenario.yaml --runs {plan.runs} --seed {plan.seed} --out again",
        "versions": {
            "brinkline": __version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in packages},
        },
    }


def _version(package: str) -> str:
    with contextlib.suppress(PackageNotFoundError):
        return version(package)
    return "unknown"


def _publish(staging: Path, out: Path) -> None:
    """Give the finished folder its name; an older one goes."""
    old = out.parent / f".{out.name}.old"
    remove_folder(old)
    if out.exists():
        out.replace(old)
    try:
        staging.replace(out)
    except OSError:
        if old.exists():
            old.replace(out)
        raise
    remove_folder(old)


@contextlib.contextmanager
def _held_back() -> Iterator[list[int]]:
    """Hold Ctrl-C back while finished runs are made into files; the signals that came are listed."""
    caught: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield caught  # only the main thread hears of signals
        return
    before = signal.signal(signal.SIGINT, lambda number, _: caught.append(number))
    try:
        yield caught
    finally:
        signal.signal(signal.SIGINT, before)
