"""What a billion runs would take: measured here with a few thousand, then multiplied.

``python -m tests.benchmarks.plan`` measures for less than a minute and prints the costs and the plan that follows
from them; ``python -m tests.docs.bench plan`` puts what it prints into CONTRIBUTING.

Playing and the head of a cluster are measured in processor time, which other programs disturb little. What waits
for the disk is measured on the wall.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.bench.machine import machine
from sim.engines.choice import engine_of, make_ready
from sim.ensemble.blocks import Block, BlockPlayer, Blocks, Job
from sim.ensemble.cluster import connected
from sim.ensemble.plan import LOCAL, MOST_RUNS, blocks
from sim.ensemble.results import Ensemble
from sim.ensemble.run import Request, play
from sim.model import build
from sim.model.tables import Tables
from sim.scenario.load import Loaded, load
from tests.ensemble.folders import folder_at

CRISIS, SEED = "erbil-2024", 1
BLOCK_RUNS, LARGE_BLOCK_RUNS = 250, 2500
"""Runs in a block of a large ensemble, and with ``--block-runs 2500``."""
SUMMARY_BYTES = 62
"""Of memory that a summary takes for each run: that of 3,000,000 less that of 1,500,000 runs, too many for here."""
BILLION = 1_000_000_000
WORKERS = (2, 8, 64)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: runs of a folder that keeps all and of one that keeps none; tasks, and large ones."""

    kept_runs: int
    runs: int
    tasks: int
    large_tasks: int


THOROUGH = Size(kept_runs=1000, runs=11_000, tasks=60, large_tasks=8)


@dataclass(frozen=True, slots=True)
class Cost:
    """What was measured; seconds are of one processor unless another meaning is named.

    run_s : a run played, nothing else; events : in its log.
    block_s, kept_block_s : a block played and packed, without and with events and trajectories; its bytes likewise.
    task_s : what a task costs beside the runs in it, on the wall.
    head_s, large_head_s : what the head of a cluster spends on a block, and on a large one: handing out, receiving,
        checking, writing.
    join_s, summary_s : of joining blocks into tables, and of the summary, for a run, on the wall.
    run_bytes, event_bytes, trajectory_bytes : on disk, of a run in all tables that hold all runs, of an event, of a
        run's trajectories.
    """

    run_s: float
    events: float
    block_s: float
    kept_block_s: float
    block_bytes: float
    kept_block_bytes: float
    task_s: float
    head_s: float
    large_head_s: float
    join_s: float
    summary_s: float
    run_bytes: float
    event_bytes: float
    trajectory_bytes: float


def measure(size: Size) -> Cost:
    """The costs on this machine."""
    make_ready("compiled", size.runs)
    loaded = load(CRISIS)
    tables = build(loaded)
    block_s, block_bytes = _block(tables, kept=0)
    kept_block_s, kept_block_bytes = _block(tables, kept=BLOCK_RUNS)
    run_s, events = _run(tables)
    with TemporaryDirectory(prefix="brinkline-") as name:
        task_s, head_s, large_head_s = _cluster(tables, Blocks(folder_at(Path(name) / "blocks", "run")), size)
        few, _ = _folder(loaded, Path(name) / "kept", size.kept_runs, "all")
        many, join_s = _folder(loaded, Path(name) / "many", size.runs, "summary")
        few.summary  # noqa: B018  (what it imports is not to be measured)
        few_s, many_s = (_summary(Ensemble(one.folder)) for one in (few, many))
        return Cost(
            run_s=run_s,
            events=events,
            block_s=block_s,
            kept_block_s=kept_block_s,
            block_bytes=block_bytes,
            kept_block_bytes=kept_block_bytes,
            task_s=task_s,
            head_s=head_s,
            large_head_s=large_head_s,
            join_s=join_s / size.runs,
            summary_s=(many_s - few_s) / (size.runs - size.kept_runs),
            run_bytes=_bytes(many.folder, "runs.parquet", "digests") / size.runs,
            event_bytes=_bytes(few.folder, "events.parquet/*") / (events * size.kept_runs),
            trajectory_bytes=_bytes(few.folder, "trajectories.parquet") / size.kept_runs,
        )


def _run(tables: Tables) -> tuple[float, float]:
    """Seconds and events of a run."""
    engine = engine_of("compiled", tables)
    runs = range(4 * BLOCK_RUNS)
    engine.play_runs(SEED, range(1))
    begin = time.process_time()
    events = sum(
        len(engine.play_runs(SEED, block, states=False).log) for block in blocks(len(runs), block_runs=BLOCK_RUNS)
    )
    return (time.process_time() - begin) / len(runs), events / len(runs)


def _block(tables: Tables, kept: int) -> tuple[float, float]:
    """Seconds and bytes of a block."""
    player = BlockPlayer(Job(tables, "compiled", SEED, kept))
    size = len(player.play(range(BLOCK_RUNS)))
    return _least(lambda: player.play(range(BLOCK_RUNS))), size


def _least(do: Callable[[], object], times: int = 4) -> float:
    """Seconds of the processor, the least of several times: caches filled by others only ever add to it."""
    took = []
    for _ in range(times):
        begin = time.process_time()
        do()
        took.append(time.process_time() - begin)
    return min(took)


def _cluster(tables: Tables, there: Blocks, size: Size) -> tuple[float, float, float]:
    """Seconds that a task costs beside its runs, and those that the head spends on a block and on a large one."""
    job = Job(tables, "compiled", SEED, 0)
    one_run = BlockPlayer(job)
    one_run.play(range(1))
    with connected(LOCAL, 1) as cluster:

        def spent(tasks: int, runs: int, clock: Callable[[], float]) -> float:
            """By the clock, for a block of so many runs; from the first that comes back on, when all is warm."""
            ticks: list[float] = []

            def done(block: range, data: bytes) -> None:
                there.write(block, data)
                assert Block(data).facts.stop == block.stop
                ticks.append(clock())

            cluster.play(job, _taken(blocks(tasks * runs, block_runs=runs)), done)
            return (ticks[-1] - ticks[0]) / (tasks - 1)

        return (
            spent(size.tasks, 1, time.perf_counter) - _least(lambda: one_run.play(range(1))),
            spent(size.tasks, BLOCK_RUNS, time.process_time),
            spent(size.large_tasks, LARGE_BLOCK_RUNS, time.process_time),
        )


def _taken(ahead: Iterator[range]) -> Callable[[], range | None]:
    return lambda: next(ahead, None)


def _folder(loaded: Loaded, folder: Path, runs: int, keep: str) -> tuple[Ensemble, float]:
    """A results folder, and the seconds that joining its blocks took."""
    last = [0.0]

    def progress(runs: int, events: int) -> None:
        last[0] = time.perf_counter()

    request = Request(runs=runs, seed=SEED, workers=1, engine="compiled", keep=keep, block_runs=BLOCK_RUNS)
    ensemble = play(loaded, folder, request, progress)
    return ensemble, time.perf_counter() - last[0]


def _summary(ensemble: Ensemble) -> float:
    """Seconds of a summary."""
    begin = time.perf_counter()
    ensemble.summary  # noqa: B018
    return time.perf_counter() - begin


def _bytes(folder: Path, *patterns: str) -> int:
    return sum(path.stat().st_size for pattern in patterns for path in folder.glob(pattern))


def costs_text(cost: Cost) -> str:
    """What was measured."""
    rows = [
        ("a run, played", f"{1e6 * cost.run_s:,.0f} µs", "processor"),
        ("its events", f"{cost.events:,.0f}", "history included"),
        ("a block, not kept", f"{1e3 * cost.block_s:,.0f} ms, {cost.block_bytes / 1e3:,.0f} kB", "processor; a file"),
        ("a block, kept", f"{1e3 * cost.kept_block_s:,.0f} ms, {cost.kept_block_bytes / 1e6:,.1f} MB", "the same"),
        ("a task of a cluster", f"{1e3 * cost.task_s:.1f} ms", "wall, beside the runs in it"),
        ("a block at the head", f"{1e3 * cost.head_s:.1f} ms", "processor: hand out, receive, check, write"),
        ("a large block there", f"{1e3 * cost.large_head_s:.1f} ms", f"the same, of {LARGE_BLOCK_RUNS:,} runs"),
        ("joining, a run", f"{1e6 * cost.join_s:,.0f} µs", "wall"),
        ("the summary, a run", f"{1e6 * cost.summary_s:,.0f} µs", "wall"),
        ("a run on disk", f"{cost.run_bytes:,.0f} bytes", "in runs.parquet and digests"),
        ("an event on disk", f"{cost.event_bytes:.1f} bytes", "in events.parquet, if kept"),
        ("its trajectories", f"{cost.trajectory_bytes / 1e3:,.1f} kB", "a run, if kept"),
    ]
    return "\n".join(f"{what:<22}{value:>22}   {how}" for what, value, how in rows)


def plan_text(cost: Cost, runs: int = BILLION) -> str:
    """What so many runs would take, with the arithmetic."""
    folders = -(-runs // MOST_RUNS)
    there = runs // folders
    run_s = cost.block_s / BLOCK_RUNS
    after_s = cost.join_s + cost.summary_s
    kept = cost.run_bytes + cost.events * cost.event_bytes + cost.trajectory_bytes
    lines = [
        f"{runs:,} runs: {folders} folders of {there:,}, each under a seed of its own",
        "",
        f"playing   {runs:,} × {1e6 * run_s:,.0f} µs = {_span(runs * run_s)} of one core",
        *_with_head(runs, run_s, BLOCK_RUNS, cost.head_s),
        *_with_head(runs, run_s, LARGE_BLOCK_RUNS, cost.large_head_s),
        f"after it  {runs:,} × {1e6 * after_s:,.0f} µs = {_span(runs * after_s)} for tables and summaries, on one core",
        f"memory    {there:,} × {SUMMARY_BYTES} bytes = {_size(there * SUMMARY_BYTES)} for the summary of a folder",
        f"disk      {runs:,} × {cost.run_bytes:,.0f} bytes = {_size(runs * cost.run_bytes)}, "
        f"and {_size(there * cost.block_bytes / BLOCK_RUNS)} for the blocks of the folder that is played",
        f"kept all  {runs:,} × {kept / 1e3:,.1f} kB = {_size(runs * kept)}",
    ]
    return "\n".join(lines)


def _with_head(runs: int, run_s: float, block_runs: int, head_s: float) -> list[str]:
    """What workers make of it, when each block passes through one head."""
    tasks = runs // block_runs
    busy = run_s * block_runs / head_s
    spans = (f"{workers} workers {_span(max(runs * run_s / workers, tasks * head_s))}" for workers in WORKERS)
    return [
        f"          blocks of {block_runs:,}: {', '.join(spans)};",
        f"          the head {tasks:,} × {1e3 * head_s:.1f} ms = {_span(tasks * head_s)}: it keeps {busy:,.0f} busy",
    ]


def _span(seconds: float) -> str:
    hours = seconds / 3600
    return f"{hours / 24:,.1f} days" if hours >= 48 else f"{hours:,.1f} hours"


def _size(size: float) -> str:
    return f"{size / 1e12:,.1f} TB" if size >= 1e12 else f"{size / 1e9:,.1f} GB"


def text() -> str:
    """What was measured on this machine, and the plan."""
    here = machine()
    head = (
        f"{here['processor']}, cores: {here['cores']} ({here['busy']} busy before it began), {here['system']}\n"
        f"Python {here['python']}, numpy {here['numpy']}, numba {here['numba']}; {CRISIS}, {BLOCK_RUNS} runs a block"
    )
    cost = measure(THOROUGH)
    return "\n\n".join([head, costs_text(cost), plan_text(cost)])


if __name__ == "__main__":
    print(text())
