"""Runs played block by block for a study that looks at logs and keeps nothing on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from sim.engines.choice import engine_of, make_ready
from sim.engines.played import Engine, Played
from sim.model import Tables

Progress = Callable[[int, int], None]
Say = Callable[[str], None]


def played_blocks(
    tables: Tables, blocks: Iterable[range], *, seed: int, engine: str, progress: Progress | None, say: Say
) -> Iterator[Played]:
    """Blocks of runs, in the order given; each run is a pure function of the scenario, the seed and its number.

    Parameters
    ----------
    engine : ``simpy`` or ``compiled``.
    progress : is told after each block how many runs and events there are so far.
    say : is told if the compiled engine must be made first.

    Raises
    ------
    RunError
        Of the lowest run in which an expression goes wrong.
    """
    make_ready(engine, say)
    workers = (os.cpu_count() or 1) if engine == "compiled" else 1  # the other one lets no thread run beside it
    engines: SimpleQueue[Engine] = SimpleQueue()
    for _ in range(workers):
        engines.put(engine_of(engine, tables))

    def play(block: range) -> Played:
        player = engines.get()
        try:
            return player.play_runs(seed, block, states=False)
        finally:
            engines.put(player)

    runs = events = 0
    threads = ThreadPoolExecutor(workers)
    try:
        for played in threads.map(play, blocks):
            runs, events = runs + len(played.runs), events + len(played.log)
            if progress is not None:
                progress(runs, events)
            yield played
    finally:
        threads.shutdown(cancel_futures=True)
