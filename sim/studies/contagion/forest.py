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
    followed = ends(tables, block)[run][kept] - time[kept]
    columns = (
        run[kept] + first_run,
        log["actor"][kept].astype(np.int64),
        log["action"][kept].astype(np.int64),
        np.where(known, index[cause], -1),
        delay,
        followed,
    )
    return columns, history


def ends(tables: Tables, block: Played) -> Whole:
    """When each run ended, in ms: shape (runs,)."""
    end = np.full(len(block.runs), tables.horizon_ms, np.int64)
    early = np.flatnonzero(block.ended != NEVER)
    end[early] = block.outcomes[early, block.ended[early]]
    last = np.cumsum(block.counts) - 1
    end[block.truncated] = block.log["time"][last[block.truncated]]
    return end
