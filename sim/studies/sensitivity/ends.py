"""A result at the low and at the high end of a parameter's range, everything else drawn as in any run."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from sim.analysis.shares import CONFIDENCE, wilson
from sim.studies.sensitivity.design import HIGH, LOW
from sim.studies.sensitivity.inputs import Floats, Input
from sim.studies.sensitivity.measures import Measure
from sim.studies.sensitivity.model import Model
from sim.studies.sensitivity.spread import Estimate


@dataclass(frozen=True, slots=True)
class End:
    """A parameter pinned at either end, in the same runs.

    values : its 5 % and 95 % points. low, high : the result's mean there. difference : high − low, paired run by run.
    clear : whether the difference is not 0 beyond doubt, all parameters considered. differ : how many runs differ.
    """

    id: str
    values: tuple[float, float]
    low: Estimate
    high: Estimate
    difference: Estimate
    clear: bool
    differ: int

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "parameter": self.id,
            "values": list(self.values),
            "low": self.low.as_list(),
            "high": self.high.as_list(),
            "difference": self.difference.as_list(),
            "clear": self.clear,
            "differ": self.differ,
        }


@dataclass(frozen=True, slots=True)
class Ends:
    """The parameters, the one that moves the result most first, and the result with every parameter drawn."""

    runs: int
    drawn: Estimate
    parameters: tuple[End, ...]


def ends_of(model: Model, inputs: Sequence[Input], measure: Measure, *, runs: int) -> Ends:
    """Ask for every parameter drawn, then for each of the inputs pinned at either end."""
    shares = np.full((1 + 2 * len(inputs), len(model.inputs)), np.nan)
    for number, one in enumerate(inputs):
        shares[1 + 2 * number : 3 + 2 * number, model.inputs.index(one)] = LOW, HIGH
    values = model.values(model.respond(shares, runs, together=len(shares)), measure)
    strict = 1 - (1 - CONFIDENCE) / max(len(inputs), 1)
    found = []
    for number, one in enumerate(inputs):
        low, high = values[1 + 2 * number], values[2 + 2 * number]
        sure = _mean(high - low, confidence=strict)
        first, last = one.at(np.array([LOW, HIGH])).tolist()
        clear = sure.low > 0 or sure.high < 0
        ends = (_estimate(measure, low), _estimate(measure, high))
        found.append(End(one.id, (first, last), *ends, _mean(high - low), clear, int((high != low).sum())))
    found.sort(key=lambda end: -abs(end.difference.value))
    return Ends(runs, _estimate(measure, values[0]), tuple(found))


def _estimate(measure: Measure, values: Floats) -> Estimate:
    if measure.is_probability:
        low, high = wilson(values.sum(), len(values))
        return Estimate(float(values.mean()), float(low), float(high))
    return _mean(values)


def _mean(values: Floats, *, confidence: float = CONFIDENCE) -> Estimate:
    """A mean over runs with its t-interval."""
    mean, runs = float(values.mean()), len(values)
    half = float(stdtrit(runs - 1, 0.5 + confidence / 2)) * float(values.std(ddof=1)) / math.sqrt(runs)
    return Estimate(mean, mean - half, mean + half)
