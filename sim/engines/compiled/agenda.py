"""What is due next: a heap of what a run has scheduled, beside what the scenario schedules for every run."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.engines.compiled.jit import called, inlined
from sim.engines.compiled.layout import RANK, Due, Status

NO_ROOM, LATEST_KIND = int(Status.NO_ROOM), int(Due.CANDIDATE)
SHIFT = np.int64(RANK)


@inlined
def before(heap: Any, i: int, time: int, rank: int) -> bool:
    """Whether an entry comes before a time and rank."""
    return heap[i].time < time or (heap[i].time == time and heap[i].rank < rank)


@called
def push(heap: Any, w: Any, time: int, kind: int, index: int) -> None:
    """Schedule something behind all else of its kind at that time."""
    if w.due >= len(heap):
        w.status = NO_ROOM
        return
    rank = (np.int64(min(kind, LATEST_KIND)) << SHIFT) + w.sequence
    w.sequence += 1
    child = w.due
    w.due += 1
    while child > 0:
        parent = (child - 1) >> 1
        if before(heap, parent, time, rank):
            break
        heap[child] = heap[parent]
        child = parent
    heap[child].time, heap[child].rank, heap[child].kind, heap[child].index = time, rank, kind, index


@called
def drop_first(heap: Any, w: Any) -> None:
    """Take the first entry away: the hole sinks to the bottom, and the last entry rises from there."""
    w.due -= 1
    last, hole, child = w.due, 0, 1
    while child < last:
        if child + 1 < last and before(heap, child + 1, heap[child].time, heap[child].rank):
            child += 1
        heap[hole] = heap[child]
        hole, child = child, 2 * child + 1
    time, rank = heap[last].time, heap[last].rank
    while hole > 0:
        parent = (hole - 1) >> 1
        if before(heap, parent, time, rank):
            break
        heap[hole] = heap[parent]
        hole = parent
    heap[hole] = heap[last]
