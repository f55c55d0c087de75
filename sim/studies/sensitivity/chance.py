"""How much of a result's spread comes of what is not known, and how much of chance.

The law of total variance: Var(Y) = Var(E[Y | parameters]) + E[Var(Y | parameters)]. For an outcome of probability p
the whole is p (1 − p). Points are drawn from the ranges, and R runs of their own are played at each. The second part is
the mean variance within points; the first is the variance of their means less the R-th part of the second, which is
what chance adds to it. Both are unbiased. The summary of a plain ensemble tells the part of the first that straight
lines through the parameters explain (:mod:`sim.analysis.parameters`), which is never more than all of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.ensemble.intervals import wilson
from sim.studies.sensitivity.inputs import Floats
from sim.studies.sensitivity.measures import Measure
from sim.studies.sensitivity.spread import Estimate, jackknifed

_BINS = 8


@dataclass(frozen=True, slots=True)
class Split:
    """The spread of one result and where it comes from.

    mean : over parameters and chance. share : of the variance, how much comes from the parameters; None where the
    result is the same in every run. deviation : the standard deviation of a run's result. moved : that of its mean (an
    outcome's probability) over the parameters.
    """

    measure: Measure
    mean: Estimate
    share: Estimate | None
    deviation: float
    moved: float

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "result": self.measure.id,
            "name": self.measure.name,
            "unit": self.measure.unit,
            "mean": self.mean.as_list(),
            "share_of_parameters": None if self.share is None else self.share.as_list(),
            "standard_deviation": self.deviation,
            "standard_deviation_over_parameters": self.moved,
        }


def split(measure: Measure, values: Floats) -> Split:
    """The split of a result's spread, from `values`, shape (points, runs), every point with runs of its own."""
    runs = values.shape[1]
    within = values.var(axis=1, ddof=1) if runs > 1 else np.zeros(len(values))
    points = np.column_stack([values.mean(axis=1), within])

    def parts(some: Floats) -> Floats:
        """Mean, variance that comes of the parameters, variance that comes of chance."""
        chance = some[:, 1].mean()
        return np.array([some[:, 0].mean(), some[:, 0].var(ddof=1) - chance / runs, chance])

    def share(some: Floats) -> Floats:
        _, known, chance = parts(some)
        return np.array([known / (known + chance) if known + chance > 0 else 0.0])

    mean = _mean(measure, points[:, 0])
    _, known, chance = parts(points).tolist()
    if known + chance <= 0:
        return Split(measure, mean, None, 0.0, 0.0)
    found = jackknifed(share, points).estimate(0)
    bounded = Estimate(min(max(found.value, 0.0), 1.0), max(found.low, 0.0), min(found.high, 1.0))
    return Split(measure, mean, bounded, math.sqrt(known + chance), math.sqrt(max(known, 0.0)))


def _mean(measure: Measure, means: Floats) -> Estimate:
    """The mean of points; probabilities and counts are not below 0, probabilities not above 1.

    Where a probability is 0 or 1 at all points, Wilson's interval of that many points bounds it.
    """
    one = jackknifed(lambda some: np.array([some.mean()]), means).estimate(0)
    if measure.is_probability and one.value in (0.0, 1.0):
        low, high = wilson(one.value * len(means), len(means))
        return Estimate(one.value, float(low), float(high))
    return Estimate(one.value, max(one.low, 0.0), min(one.high, 1.0) if measure.is_probability else one.high)


@dataclass(frozen=True, slots=True)
class Bin:
    """The points whose value of a parameter lies in one stretch of its range: mean value, mean result, how many."""

    value: float
    mean: Estimate
    points: int

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {"value": self.value, "mean": self.mean.as_list(), "points": self.points}


def curve(measure: Measure, inputs: Floats, means: Floats) -> tuple[Bin, ...]:
    """A result against one parameter, the others as they are drawn: equally many points in each stretch.

    inputs, means : shape (points,), the parameter and the mean over runs at each point.
    """
    parts = np.array_split(np.argsort(inputs, kind="stable"), _BINS)
    return tuple(Bin(float(inputs[part].mean()), _mean(measure, means[part]), len(part)) for part in parts)
