"""The causal trees of some runs as flat arrays: who did what, what caused it, how long its effects could be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.engines.played import NEVER, Played
from sim.model import Tables

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Forest:
    """The events since the start, run after run, in the order of the logs.

    runs : how many; truncated : how many of them were cut off. of_history : events that history brought about.
    run : counts from 0. actor, action : numbers in the tables.
    cause : index here of the event that brought it about; −1 for a driver's, a given one, or one that answers history.
    delay : ms since that event; of what has no cause 0.
    followed : ms from the event to the end of its run: responses that are due later are not seen.
    """

    runs: int
    truncated: int
    of_history: int
    run: Whole
    actor: Whole
    action: Whole
    cause: Whole
    delay: Whole
    followed: Whole

    @property
    def links(self) -> Whole:
        """The events with a cause whose run went on behind them."""
        linked = np.flatnonzero(self.cause >= 0)
        seen: Whole = linked[self.delay[linked] < self.followed[self.cause[linked]]]
        return seen


def forest(tables: Tables, blocks: Iterable[Played]) -> Forest:
    """The trees of blocks of runs.

    A run ends at the horizon, with the outcome that ended it, or, truncated, with the last event of its log.
    """
    parts: list[tuple[Whole, ...]] = []
    runs = events = truncated = of_history = 0
    for block in blocks:
        columns, history = _columns(tables, block, runs, events)
        parts.append(columns)
        runs, events = runs + len(block.runs), events + len(columns[0])
        truncated, of_history = truncated + int(block.truncated.sum()), of_history + history
    empty = (np.zeros(0, np.int64),) * 6
    run, actor, action, cause, delay, followed = (
        np.concatenate(part) for part in zip(*(parts or [empty]), strict=True)
    )
    return Forest(runs, truncated, of_history, run, actor, action, cause, delay, followed)


def _columns(tables: Tables, block: Played, first_run: int, first_event: int) -> tuple[tuple[Whole, ...], int]:
    log, counts = block.log, block.counts
    begins = np.cumsum(counts) - counts
    run = np.repeat(np.arange(len(counts)), counts)
    time = log["time"].astype(np.int64)
    kept = time >= 0
    index = np.cumsum(kept) - 1 + first_event
    cause = np.where(log["cause"] >= 0, begins[run] + log["cause"], -1)[kept]
    known = (cause >= 0) & kept[cause]
    history = int(((cause >= 0) & ~kept[cause]).sum())
    delay = np.where(known, time[kept] - time[cause], 0)
    followed = _followed(tables, block, run, time)[kept]
    columns = (
        run[kept] + first_run,
        log["actor"][kept].astype(np.int64),
        log["action"][kept].astype(np.int64),
        np.where(known, index[cause], -1),
        delay,
        followed,
    )
    return columns, history


def _followed(tables: Tables, block: Played, run: Whole, time: Whole) -> Whole:
    """Ms from each event of a block's logs to the first instant at which nothing happens any more in its run.

    An event that ends its run is still an effect, but nobody answers it.
    """
    last = np.cumsum(block.counts) - 1
    end = np.full(len(block.runs), tables.horizon_ms, np.int64)
    early = np.flatnonzero(block.ended != NEVER)
    end[early] = block.outcomes[early, block.ended[early]]
    end[block.truncated] = time[last[block.truncated]]
    cut = np.flatnonzero(((block.ended != NEVER) | block.truncated) & (block.counts > 0))
    by_event = cut[time[last[cut]] == end[cut]]
    end[by_event] += 1
    followed: Whole = end[run] - time
    followed[last[by_event]] = 0
    return followed
