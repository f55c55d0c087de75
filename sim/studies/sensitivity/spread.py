"""Averages over points that are free of the noise of few runs, and their intervals.

A mean over R runs differs by luck from what infinitely many runs would give. In a product of two such means of the
same runs this noise does not average out, however many points there are. So products leave out the pairs in which both
factors come of the same run; what is left is unbiased, because different runs have independent luck. With one run a
point the response is taken as it is: a function without luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from sim.analysis.shares import CONFIDENCE
from sim.studies.sensitivity.inputs import Floats

_GROUPS = 1024


def product(first: Floats, second: Floats) -> Floats:
    """The product of two means over runs (the last axis), unbiased: pairs of the same run are left out."""
    runs = first.shape[-1]
    means: Floats = first.mean(axis=-1) * second.mean(axis=-1)
    if runs == 1:
        return means
    same = np.einsum("...r,...r->...", first, second) / runs
    unbiased: Floats = (runs * means - same) / (runs - 1)
    return unbiased


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval."""

    value: float
    low: float
    high: float

    def as_list(self) -> list[float]:
        """Value, low and high end."""
        return [self.value, self.low, self.high]


@dataclass(frozen=True)
class Estimates:
    """Several numbers made of the same points: their values and the covariances of their errors."""

    values: Floats
    covariance: Floats
    freedom: int

    def estimate(self, number: int, *, confidence: float = CONFIDENCE) -> Estimate:
        """One of them."""
        return self._told(self.values[number], self.covariance[number, number], confidence)

    def combined(self, weights: Floats, *, confidence: float = CONFIDENCE) -> Estimate:
        """A sum of them, each times its weight."""
        variance = np.einsum("i,ij,j->", weights, self.covariance, weights)
        return self._told(np.einsum("i,i->", weights, self.values), variance, confidence)

    def _told(self, value: float, variance: float, confidence: float) -> Estimate:
        value, deviation = float(value), math.sqrt(max(variance, 0.0))
        half = float(stdtrit(self.freedom, 0.5 + confidence / 2)) * deviation if deviation > 0 else 0.0
        return Estimate(value, value - half, value + half)

    def chosen(self, numbers: NDArray[np.intp]) -> Estimates:
        """Some of them, in this order."""
        return Estimates(self.values[numbers], self.covariance[np.ix_(numbers, numbers)], self.freedom)


def jackknifed(statistic: Callable[[Floats], Floats], values: Floats) -> Estimates:
    """A statistic of independent rows, which gives an array of numbers, with errors from leaving out each row in turn.

    Of very many rows, groups of them are left out. Source: Efron and Stein 1981, Annals of Statistics 9, 586-596.
    """
    count = min(len(values), _GROUPS)
    group = np.arange(len(values)) % count
    left = np.array([statistic(values[group != number]) for number in range(count)])
    off = left - left.mean(axis=0)
    return Estimates(statistic(values), (count - 1) / count * np.einsum("gi,gj->ij", off, off), count - 1)
