"""The results whose causes are looked for: a number for each run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.names import name_of
from sim.engines.played import NEVER, Played
from sim.errors import UsageError
from sim.model.tables import Tables
from sim.scenario.faults import hint, nearest, short
from sim.scenario.schema import Scenario
from sim.scenario.times import DAY_MS

OUTCOME, TIME = "outcome", "time"
MEASURES = {
    "peak_level": ("peak level", "rungs"),
    "deaths": ("number of deaths", ""),
    "injured": ("number of injured", ""),
    "events": ("number of events", ""),
}
"""The measures of a run that need no outcome: name and unit."""
KNOWN = (*MEASURES, TIME)
DEFAULT = "peak_level"


@dataclass(frozen=True, slots=True)
class Measure:
    """A number for each run.

    id : ``us-death``, ``peak_level`` or, for the time to an outcome, ``time:us-death``. kind : ``outcome`` (1 if it
    came true), ``time`` (days until it did; the horizon where it did not) or the measure's own name.
    """

    id: str
    kind: str
    name: str
    unit: str
    outcome: str | None = None

    @property
    def is_probability(self) -> bool:
        """Whether its mean is a probability."""
        return self.kind == OUTCOME


def measures_of(scenario: Scenario) -> tuple[Measure, ...]:
    """All that can be asked for: the probability of each outcome, the measures, the time to each outcome."""
    outcomes = {key: name_of(scenario.outcomes, key) for key in scenario.outcomes}
    return (
        *(Measure(key, OUTCOME, name, "probability", key) for key, name in outcomes.items()),
        *(Measure(key, key, name, unit) for key, (name, unit) in MEASURES.items()),
        *(Measure(f"{TIME}:{key}", TIME, f"time to “{name}”", "days", key) for key, name in outcomes.items()),
    )


def asked_for(scenario: Scenario, outcome: str | None, measure: str | None) -> Measure:
    """The one that these words mean: an outcome's probability, a measure, or the time to an outcome.

    Raises
    ------
    UsageError
        If there is no such outcome or measure, or the two do not go together.
    """
    if outcome is not None and outcome not in scenario.outcomes:
        known = list(scenario.outcomes)
        there = f"one of {', '.join(known)}" if known else "a measure: this scenario asks for no outcomes"
        raise UsageError(f"found the outcome {short(outcome)}; expected {there}{hint(outcome, known)}")
    if measure is not None and measure not in KNOWN:
        names = [*KNOWN, *scenario.outcomes]
        near = hint(measure, names)
        near += ", an outcome: ask for it by --outcome" if nearest(measure, names) in scenario.outcomes else ""
        raise UsageError(f"found the measure {short(measure)}; expected one of {', '.join(KNOWN)}{near}")
    if measure == TIME and outcome is None:
        raise UsageError(
            "found the measure 'time' without an outcome; expected --outcome ID, the one it is the time to"
        )
    if outcome is not None and measure not in (None, TIME):
        raise UsageError(f"found the outcome {outcome} and the measure {measure}; expected one of them, or time")
    wanted = f"{TIME}:{outcome}" if measure == TIME else outcome or measure or DEFAULT
    own = [one for one in measures_of(scenario) if one.id == wanted]
    return own[0] if measure is None and outcome is not None else own[-1]


class Reader:
    """Reads numbers of runs off what an engine leaves, in the order of :func:`measures_of` without the times."""

    def __init__(self, tables: Tables):
        self.outcomes = len(tables.outcomes)
        self.horizon = tables.horizon_ms / DAY_MS
        self.width = self.outcomes + len(MEASURES)

    def rows(self, played: Played) -> NDArray[np.float32]:
        """What is kept of each run, shape (runs, outcomes + measures): days to each outcome, NaN where it never came
        true, then the measures."""
        after = played.log["time"] >= 0
        run = np.repeat(np.arange(len(played.runs)), played.counts)[after]

        def total(column: str) -> NDArray[np.float64]:
            return np.bincount(run, played.log[column][after], len(played.runs)).astype(float)

        days = np.where(played.outcomes == NEVER, np.nan, played.outcomes / DAY_MS)
        events = np.bincount(run, minlength=len(played.runs))
        measures = (played.peak_level, total("deaths"), total("injured"), events)
        return np.column_stack([days, *measures]).astype(np.float32)

    def values(self, rows: NDArray[np.float32], measure: Measure, outcomes: Sequence[str]) -> NDArray[np.float64]:
        """One measure of rows whose last axis is that of :meth:`rows`."""
        if measure.outcome is None:
            return rows[..., self.outcomes + list(MEASURES).index(measure.kind)].astype(float)
        days = rows[..., outcomes.index(measure.outcome)].astype(float)
        if measure.is_probability:
            return np.asarray(~np.isnan(days), float)
        restricted: NDArray[np.float64] = np.where(np.isnan(days), self.horizon, days)
        return restricted
