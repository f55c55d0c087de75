"""Runs played block by block for whoever looks at logs and keeps nothing on disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from queue import SimpleQueue
from typing import TypeVar

from sim.engines.choice import engine_of, make_ready
from sim.engines.played import Engine, Played
from sim.ensemble.threads import Threads
from sim.model import Tables

Progress = Callable[[int, int], None]
Say = Callable[[str], None]
Seen = TypeVar("Seen")


def played_blocks(
    tables: Tables, blocks: Iterable[range], *, seed: int, engine: str, progress: Progress | None, say: Say
) -> Iterator[Played]:
    """Blocks of runs, in the order given; see :func:`seen_blocks`."""
    return seen_blocks(tables, blocks, lambda played: played, seed=seed, engine=engine, progress=progress, say=say)


def seen_blocks(
    tables: Tables,
    blocks: Iterable[range],
    look: Callable[[Played], Seen],
    *,
    seed: int,
    engine: str,
    progress: Progress | None,
    say: Say,
) -> Iterator[Seen]:
    """What is seen in each block of runs, in the order given.

    Each run is a pure function of the scenario, the seed and its number.

    Parameters
    ----------
    look : what to take from a block; called in the thread that played it.
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

    def play(block: range) -> tuple[Seen, int]:
        player = engines.get()
        try:
            played = player.play_runs(seed, block, states=False)
        finally:
            engines.put(player)
        return look(played), len(played.log)

    wanted = list(blocks)
    runs = events = 0
    with Threads(workers) as threads, closing(threads.map(play, wanted)) as all_seen:
        for block, (seen, more) in zip(wanted, all_seen, strict=True):
            runs, events = runs + len(block), events + more
            if progress is not None:
                progress(runs, events)
            yield seen
