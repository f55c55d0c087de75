"""The difference between two sets of runs that share their luck: run 7 beside run 7.

A share's difference has Tango's score interval, which holds its confidence also where only a few runs differ, or none;
a mean's has the t-interval of the differences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri, stdtrit

from sim.analysis.shares import CONFIDENCE, POWER

Floats = NDArray[np.float64]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Paired:
    """Two means over the same runs, and their difference, alternative − base.

    pairs : runs of which both are known. base, other, difference : NaN of no pair.
    interval : of the difference, at the confidence asked for; alone : at 95 %.
    base_error, other_error : standard errors of the two means; error : of the difference, with the runs paired.
    more, fewer : runs in which the alternative has more, or less.
    needed : how many runs would tell such a difference apart at the confidence asked for, four times out of five;
    None where it is zero or not known.
    """

    pairs: int
    base: float
    other: float
    difference: float
    interval: Interval
    alone: Interval
    base_error: float
    other_error: float
    error: float
    more: int
    fewer: int
    needed: int | None

    @property
    def clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.interval[0] > 0 or self.interval[1] < 0

    @property
    def unpaired_error(self) -> float:
        """What the standard error would be had the alternative a luck of its own."""
        return math.hypot(self.base_error, self.other_error)

    @property
    def ratio(self) -> float | None:
        """The paired standard error over the unpaired one; None where there is no spread at all."""
        return self.error / self.unpaired_error if self.unpaired_error > 0 else None


def paired(base: Floats, other: Floats, *, confidence: float, share: bool = False, same: bool = False) -> Paired:
    """What pairs of numbers say of the difference of their means.

    Parameters
    ----------
    base, other : float array, shape (runs,)
        A number each run; NaN where it is not known, and the pair is then left out.
    confidence : float
        Of `interval`.
    share : bool
        Whether the numbers are 0 and 1.
    same : bool
        Whether both are runs of the very same scenario: the difference is then zero and nothing else.
    """
    known = ~(np.isnan(base) | np.isnan(other))
    base, other = base[known], other[known]
    gaps = other - base
    pairs, more, fewer = len(gaps), int((gaps > 0).sum()), int((gaps < 0).sum())
    if not pairs:
        nothing = (math.nan, math.nan)
        return Paired(0, math.nan, math.nan, math.nan, nothing, nothing, math.nan, math.nan, math.nan, 0, 0, None)
    difference, spread = float(gaps.mean()), _deviation(gaps)

    def at(level: float) -> Interval:
        if same:
            return (0.0, 0.0)
        if share:
            return score_interval(more, fewer, pairs, confidence=level)
        return _around(difference, spread, pairs, level)

    root = math.sqrt(pairs)
    return Paired(
        pairs, float(base.mean()), float(other.mean()), difference, at(confidence), at(CONFIDENCE),
        base_error=_deviation(base) / root, other_error=_deviation(other) / root, error=spread / root,
        more=more, fewer=fewer, needed=runs_needed(difference, spread, confidence=confidence),
    )  # fmt: skip


def score_interval(gained: int, lost: int, runs: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Tango's score interval of the difference of two paired shares, (gained − lost) / runs.

    The ends are the differences at which the score statistic, with the nuisance share at its most likely value, is
    the normal quantile. At zero the statistic is McNemar's: zero is inside just where (gained − lost)² is at most
    z² (gained + lost).

    Source: Tango 1998, Statistics in Medicine 17, 891-908.

    Parameters
    ----------
    gained, lost : int
        Runs in which it is true of the alternative only, and of the base only.
    runs : int
        All runs; at least one.
    """
    square = float(ndtri(0.5 + confidence / 2)) ** 2
    difference = (gained - lost) / runs
    if not gained and not lost:
        return -square / (runs + square), square / (runs + square)
    if abs(gained - lost) == runs:  # at the edge itself the equation below holds without saying anything
        inner = (runs - square) / (runs + square)
        return (inner, 1.0) if gained else (-1.0, -inner)

    def excess(delta: float) -> float:
        rest = _most_likely_lost(gained, lost, runs, delta)
        variance = max(2 * rest + delta * (1 - delta), 0.0) / runs
        return (difference - delta) ** 2 - square * variance

    low = float(brentq(excess, -1.0, difference, xtol=1e-14)) if excess(-1.0) > 0 else -1.0
    high = float(brentq(excess, difference, 1.0, xtol=1e-14)) if excess(1.0) > 0 else 1.0
    return low, high


def _most_likely_lost(gained: int, lost: int, runs: int, delta: float) -> float:
    """The most likely chance that a run is lost when the difference is `delta`: the root of Tango's quadratic."""
    half = (gained + lost - (2 * runs - gained + lost) * delta) / 2
    root = math.sqrt(max(half * half + 2 * runs * lost * delta * (1 - delta), 0.0))
    if half < 0 and delta >= 0:  # the same root, without a difference of near numbers
        return lost * delta * (1 - delta) / (root - half)
    return max((half + root) / (2 * runs), 0.0)


def _around(difference: float, spread: float, pairs: int, confidence: float) -> Interval:
    """The t-interval of a mean."""
    if pairs < 2:
        return (math.nan, math.nan)
    half = float(stdtrit(pairs - 1, 0.5 + confidence / 2)) * spread / math.sqrt(pairs)
    return difference - half, difference + half


def _deviation(values: Floats) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0


def runs_needed(difference: float, deviation: float, *, confidence: float) -> int | None:
    """How many pairs tell a difference of this size apart at the confidence, four times out of five.

    Rounded up to two digits, which is more than such a number deserves: it takes the difference that was seen for the
    true one. None where no number would do, or one pair has no spread to go by.
    """
    if difference == 0 or deviation == 0:
        return None
    quantiles = float(ndtri(0.5 + confidence / 2)) + float(ndtri(POWER))
    count = (quantiles * deviation / difference) ** 2
    unit: int = 10 ** max(math.floor(math.log10(max(count, 1))) - 1, 0)
    return math.ceil(count / unit) * unit
