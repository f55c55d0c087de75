"""What is compared: a number each run, read from a results folder's columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from sim.analysis.names import name_of
from sim.analysis.outcomes import first_times
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

Kind = Literal["chance", "number", "time"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that each run has.

    id : as files name it: ``outcome.ID``, ``time.ID``, ``peak_level``, ``deaths``. kind : 'chance' (whether an outcome
    came true), 'time' (days up to then, the horizon where it did not), or 'number'. name : as people read it.
    """

    id: str
    kind: Kind
    name: str
    outcome: str | None = None


def measures_of(base: Scenario, other: Scenario) -> tuple[Measure, ...]:
    """What two scenarios can be compared by: every outcome of both, how likely and when; peak level; deaths.

    When is not asked of an outcome that is asked at an instant.
    """
    shared = [(key, name_of(base.outcomes, key)) for key in base.outcomes if key in other.outcomes]
    return (
        *(Measure(f"outcome.{key}", "chance", name, key) for key, name in shared),
        Measure("peak_level", "number", "peak level"),
        Measure("deaths", "number", "deaths"),
        *(Measure(f"time.{key}", "time", name, key) for key, name in shared if base.outcomes[key].at is None),
    )


def values(ensemble: Ensemble, measure: Measure) -> NDArray[np.float64]:
    """The measure in each run, shape (runs,); NaN where a truncated run does not tell.

    A time is restricted to the horizon: a run in which the outcome never comes true counts as the whole horizon, so
    that its mean is the mean time for which the outcome had not come true.
    """
    cut = ensemble.column("truncated")
    if measure.outcome is None:
        return np.where(cut, np.nan, ensemble.column(measure.id).astype(np.float64))
    times = first_times(ensemble, measure.outcome)
    never = np.isnan(times)
    found = np.where(never, ensemble.horizon_days, times) if measure.kind == "time" else np.where(never, 0.0, 1.0)
    return np.where(never & cut, np.nan, found)
