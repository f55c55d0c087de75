"""Plays a small ensemble of a scenario and says what looks wrong in it.

A warning is given only where the probe shows enough. What is rare is no fault: a rule that its events seldom fit, an
outcome that seldom comes true, a chance of 1 in 1,000 are passed over. So a rule that never fired is told only if it
was asked often and nothing but its own words held it back; an outcome that never came true only if it cannot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engines.played import played
from sim.engines.record import Record
from sim.errors import UsageError
from sim.model import Tables, build
from sim.scenario.faults import Fault, in_order
from sim.studies.contagion.forest import forest
from sim.studies.contagion.radius import Radius, radius
from sim.studies.contagion.reproduction import Effects
from sim.studies.probe.attendance import Attendance
from sim.studies.probe.silent import Silent, switched_off
from sim.studies.probe.standing import saturated, sure_outcomes

if TYPE_CHECKING:
    from sim.scenario.load import Loaded

MOST_RUNS = 10_000
_MOST_EVENTS = 1_000_000
_MOST_TRUNCATED = 3
_OF_ITEMS = ("never-fires", "never-true", "always-true")
_BLOCKS = ("rules", "drivers", "outcomes")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Probe:
    """What a probe found.

    runs : how many were played, which is fewer than `asked` where they were long or ran away. radius : of what an event
    brings about (:mod:`sim.studies.contagion`). outcomes : in how many runs each came true. faults : warnings by place.
    """

    asked: int
    runs: int
    seed: int
    events: int
    truncated: int
    radius: Radius
    outcomes: dict[str, int]
    faults: tuple[Fault, ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything but the faults as plain data."""
        one = self.radius
        return {
            "asked": self.asked, "runs": self.runs, "seed": self.seed, "events": self.events,
            "truncated": self.truncated,
            "spectral_radius": None if np.isnan(one.value) else one.value,
            "interval": [None if np.isnan(end) else end for end in (one.low, one.high)],
            "outcomes": self.outcomes,
        }  # fmt: skip


def probe(
    loaded: Loaded,
    *,
    runs: int = 200,
    seed: int = 1,
    variants: Iterable[Loaded] = (),
    progress: Progress | None = None,
) -> Probe:
    """Play so many runs of a scenario and warn of what looks wrong; what an included file offers is not warned of.

    Parameters
    ----------
    variants : the scenario with each of its variants, played too if there is something to warn of: a rule that fires
        in one of them, or an outcome that is open there, is no fault.

    Raises
    ------
    UsageError
        If the number of runs is not from 1 to 10,000.
    RunError
        Of the lowest run in which an expression goes wrong.
    """
    if not 1 <= runs <= MOST_RUNS:
        raise UsageError(f"found {runs} runs for a probe; expected 1 to {MOST_RUNS:,}")
    tables = build(loaded)
    attendance = Attendance(tables)
    records: list[Record] = []
    events = truncated = 0
    for run in range(runs):
        records.append(attendance.play(seed, run))
        events, truncated = events + len(records[-1].rows), truncated + records[-1].truncated
        if progress is not None:
            progress(len(records), events)
        if events >= _MOST_EVENTS or truncated >= _MOST_TRUNCATED:
            break
    own = _radius(tables, records, seed)
    faults = [
        *_runaway(loaded, own, records, truncated),
        *Silent(loaded, tables, attendance, len(records)).faults(),
        *sure_outcomes(loaded, tables, records),
        *saturated(loaded, tables, records),
    ]
    true = {one.id: sum(record.outcomes[i] is not None for record in records) for i, one in enumerate(tables.outcomes)}
    faults = _common([fault for fault in faults if fault.spot.file == loaded.root.spot.file], variants, runs, seed)
    return Probe(runs, len(records), seed, events, truncated, own, true, tuple(in_order(faults)))


def _common(faults: list[Fault], variants: Iterable[Loaded], runs: int, seed: int) -> list[Fault]:
    """The faults without those of rules, drivers and outcomes that some variant puts right."""
    found = faults
    rest = iter(variants)
    while any(fault.code in _OF_ITEMS for fault in found) and (variant := next(rest, None)) is not None:
        about, off = variant.description, switched_off(variant.description)
        there = {f"{block}.{name}" for block in _BLOCKS for name in getattr(about, block) if name not in off}
        told = {(fault.code, fault.path) for fault in probe(variant, runs=runs, seed=seed).faults}
        found = [
            fault
            for fault in found
            if fault.code not in _OF_ITEMS or fault.path not in there or (fault.code, fault.path) in told
        ]
    return found


def _radius(tables: Tables, records: list[Record], seed: int) -> Radius:
    """The spectral radius by actor and action."""
    trees = forest(tables, [played(tables, records, states=False)])
    kinds, kind = np.unique(trees.actor * len(tables.actions) + trees.action, return_inverse=True)
    return radius(Effects.of(trees, kind, len(kinds)), seed=seed)


def _runaway(loaded: Loaded, own: Radius, records: list[Record], truncated: int) -> list[Fault]:
    """Runs that were cut off, or events that breed more than one each for certain."""
    told = []
    wanted = []
    if truncated:
        told.append(f"{truncated} of {len(records)} runs with more events than max_events")
        wanted.append("all runs to end before max_events: slower drivers or a higher max_events")
    if own.low > 1:
        told.append(f"a spectral radius of {own.value:.2f} (95 % interval {own.low:.2f} to {own.high:.2f})")
        wanted.append("below 1: what an event sets off dies out; a cooldown, a limit or smaller chances do that")
    if not told:
        return []
    expected = wanted[-1]
    spot = loaded.root.at(("scenario",)).key_spot
    return [Fault(spot, "runs-away", "scenario", f"found {' and '.join(told)}", expected, "", "warning")]
