"""What some runs left, as arrays: what every engine gives, and all that files and figures are made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sim.engines.record import Record, sample_times
from sim.model.tables import Tables

LOG = np.dtype(
    [
        ("time", np.int64),
        ("actor", np.int32),
        ("action", np.int32),
        ("target", np.int32),
        ("place", np.int32),
        ("deaths", np.int64),
        ("injured", np.int64),
        ("cause", np.int32),
        ("origin", np.int32),
        ("key", np.uint64),
    ]
)
"""An event of a log: time in ms from the start; numbers of actors, action and place; −1 for none."""

NEVER, UNKNOWN = -1, -1


@dataclass(frozen=True, slots=True)
class Played:
    """Some runs, an entry of the first axis each.

    runs : int64, their numbers.
    counts : int64, the events in each run's log; `log` : the logs, one behind the other, of type LOG.
    outcomes : int64, shape (runs, outcomes), ms at which each first came true, or NEVER (in a truncated run: unknown).
    stood_down : int64, shape (runs, rules), the responses that stood down.
    peak_level, final_level : int64; the final level of a truncated run is UNKNOWN.
    ended : int64, the outcome that ended the run, or NEVER.
    truncated : bool, whether the log was full.
    parameters : float64, shape (runs, parameters), as each run drew them.
    levels : int64, shape (runs, times), at the times of :func:`sample_times`; UNKNOWN after a truncation.
    states : float64, shape (runs, times, cells), the variables then, NaN after a truncation; None if not asked for.
    """

    runs: NDArray[np.int64]
    counts: NDArray[np.int64]
    log: NDArray[Any]
    outcomes: NDArray[np.int64]
    stood_down: NDArray[np.int64]
    peak_level: NDArray[np.int64]
    final_level: NDArray[np.int64]
    ended: NDArray[np.int64]
    truncated: NDArray[np.bool_]
    parameters: NDArray[np.float64]
    levels: NDArray[np.int64]
    states: NDArray[np.float64] | None


class Engine(Protocol):
    """What plays runs of one scenario."""

    name: str

    def play_runs(self, seed: int, runs: range, *, states: bool = True) -> Played:
        """These runs, each a pure function of the scenario, the seed and its number.

        Raises
        ------
        RunError
            Of the first of the runs in which an expression goes wrong.
        UsageError
            If they take more memory than anybody should be asked for.
        """


def played(tables: Tables, records: Sequence[Record], *, states: bool = True) -> Played:
    """The records of the readable engine, as arrays."""
    whole = np.int64
    rows = [row for record in records for row in record.rows]
    return Played(
        runs=np.array([record.run for record in records], whole),
        counts=np.array([len(record.rows) for record in records], whole),
        log=np.array(rows, LOG),
        outcomes=_matrix([[_or_never(time) for time in record.outcomes] for record in records], len(tables.outcomes)),
        stood_down=_matrix([record.stood_down for record in records], len(tables.rule_ids)),
        peak_level=np.array([record.peak_level for record in records], whole),
        final_level=np.array([_or_never(record.final_level) for record in records], whole),
        ended=np.array([record.ended for record in records], whole),
        truncated=np.array([record.truncated for record in records], np.bool_),
        parameters=np.array([record.parameters for record in records], np.float64).reshape(
            len(records), len(tables.parameters)
        ),
        levels=_matrix([_levels(tables, record) for record in records], len(sample_times(tables.horizon_ms))),
        states=np.stack([_states(record) for record in records]) if states and records else None,
    )


def _or_never(number: int | None) -> int:
    return NEVER if number is None else number


def _matrix(rows: Sequence[Sequence[int]], width: int) -> NDArray[np.int64]:
    return np.array(rows, np.int64).reshape(len(rows), width)


def _levels(tables: Tables, record: Record) -> list[int]:
    """The level at each sampled time, as :meth:`World.level` has it; UNKNOWN after a truncation."""
    times = np.array([row[0] for row in record.rows], np.int64)
    rungs = np.array([*(max(tables.actions[row[2]].rung, 0) for row in record.rows), 0], np.int64)
    known = np.array([sample.time for sample in record.samples if sample is not None], np.int64)
    if not len(known):
        return [UNKNOWN] * len(record.samples)
    first = np.searchsorted(times, known - tables.window_ms, side="right")
    behind = np.searchsorted(times, known, side="right")
    stretches = np.stack([first, behind], axis=1).ravel()
    highest = np.where(first < behind, np.maximum.reduceat(rungs, stretches)[::2], 0)
    return [*highest.tolist(), *([UNKNOWN] * (len(record.samples) - len(known)))]


def _states(record: Record) -> NDArray[np.float64]:
    """The values of all cells at the sampled times, shape (times, cells), as :meth:`World.read` has them."""
    state = np.tile(np.array(record.bases, np.float64), (len(record.samples), 1))
    cells = np.array([cell for cell, _ in record.moved], np.int64)
    decays = np.array([decay for _, decay in record.moved], np.float64)
    for number, sample in enumerate(record.samples):
        if sample is None:
            state[number] = np.nan
        elif sample.values:
            moved = cells[: len(sample.values)]
            base, values = state[number, moved], np.array(sample.values)
            rate = (np.array(sample.touched, np.int64) - sample.time) * decays[: len(moved)]
            falls = (rate != 0.0) & (values != base)
            shares = np.array([math.exp(one) for one in rate[falls].tolist()])  # NumPy's exp has other last bits
            values[falls] = base[falls] + (values[falls] - base[falls]) * shares
            state[number, moved] = values
    return state
