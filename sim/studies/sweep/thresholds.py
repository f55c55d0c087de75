"""Where a probability crosses a threshold, and where not clearly.

Between two neighbouring points the model's curve is taken as straight. The share there is a mean over runs of
(1 − w) of what a run has at one point and w of what the same run has at the other, so that its variance is known from
the pairs; its interval is Wilson's, for the number of independent runs that have this variance. A value at which the
interval holds the threshold may be where the curve crosses it: if the straight line is right, 95 % of such intervals
hold the true crossing. Fieller's idea: Fieller 1954, Journal of the Royal Statistical Society B 16, 175-185.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.ensemble.intervals import wilson

Floats = NDArray[np.float64]

THRESHOLDS = (0.1, 0.5)
RISES, FALLS, UNCLEAR = "rises", "falls", "unclear"
_STEPS = 64


@dataclass(frozen=True, slots=True)
class Crossing:
    """A place where a share crosses a threshold, or may.

    direction : RISES, FALLS; UNCLEAR where the share comes too near to the threshold to say that it crosses it.
    at : the value where the line through the shares crosses; None where it does not.
    low, high : the ends of the 95 % interval; None where it goes on beyond the range.
    """

    threshold: float
    direction: str
    at: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class _Line:
    """The share and its interval on a fine grid of positions, shape (steps,)."""

    at: Floats
    share: Floats
    low: Floats
    high: Floats

    def where(self, step: int, values: Floats, threshold: float) -> float:
        """Where values cross the threshold between a step and the next."""
        before, after = values[step] - threshold, values[step + 1] - threshold
        part = before / (before - after) if before != after else 0.5
        return float(self.at[step] + min(max(part, 0.0), 1.0) * (self.at[step + 1] - self.at[step]))


def crossings(values: Floats, each: NDArray[np.float32], threshold: float, *, log: bool = False) -> list[Crossing]:
    """Where the share of runs crosses a threshold, by ascending value; none: not reached within the range.

    Parameters
    ----------
    values : float64, shape (points,), ascending
    each : shape (points, runs)
        1 where the outcome came true in a run, else 0, NaN where it is not known; a run has the same luck at every
        point.
    log : bool
        Whether the curve is straight over the logarithm of the value.
    """
    line = _line(np.log(values) if log else values, each)
    side = np.where(line.low > threshold, 1, np.where(line.high < threshold, -1, 0))
    clear = np.flatnonzero(side)
    ends = [-1, *clear.tolist(), len(side)]
    found = [
        _between(line, side, threshold, first, last)
        for first, last in pairwise(ends)
        if last - first > 1 or (first >= 0 and last < len(side) and side[first] != side[last])
    ]
    return [_scaled(one, log) for one in found]


def _between(line: _Line, side: NDArray[np.int64], threshold: float, first: int, last: int) -> Crossing:
    """What happens between two neighbouring steps at which it is clear on which side the share is.

    first : −1 where the range begins with an unclear stretch; last : the number of steps where it ends with one.
    """
    before = side[first] if first >= 0 else 0
    after = side[last] if last < len(side) else 0
    low = line.where(first, line.high if before < 0 else line.low, threshold) if before else None
    high = line.where(last - 1, line.low if after > 0 else line.high, threshold) if after else None
    above = line.share[max(first, 0) : last + 1] > threshold
    crossed = (max(first, 0) + np.flatnonzero(above[1:] != above[:-1])).tolist()
    if before * after > 0 or not len(crossed) % 2:
        return Crossing(threshold, UNCLEAR, None, low, high)
    at = line.where(crossed[len(crossed) // 2], line.share, threshold)
    return Crossing(threshold, FALLS if above[0] else RISES, at, low, high)


def _line(at: Floats, each: NDArray[np.float32]) -> _Line:
    """The share between the points, with its interval from pairs of runs."""
    parts = [_stretch(at[i : i + 2], each[i], each[i + 1], last=i == len(at) - 2) for i in range(len(at) - 1)]
    return _Line(*(np.concatenate(one) for one in zip(*parts, strict=True)))


def _stretch(
    ends: Floats, left: NDArray[np.float32], right: NDArray[np.float32], *, last: bool
) -> tuple[Floats, Floats, Floats, Floats]:
    both = ~np.isnan(left) & ~np.isnan(right)
    runs = float(both.sum())
    a, b = left[both].astype(float), right[both].astype(float)
    p, q, together = (float(one.sum()) / max(runs, 1.0) for one in (a, b, a * b))
    w = np.linspace(0, 1, _STEPS + 1)[: None if last else -1]
    share = (1 - w) * p + w * q
    variance = (1 - w) ** 2 * p * (1 - p) + w**2 * q * (1 - q) + 2 * w * (1 - w) * (together - p * q)
    alone = share * (1 - share)
    known = (variance > 1e-15) & (alone > 1e-15)
    independent = runs * np.where(known, alone / np.where(known, variance, 1.0), 1.0)
    low, high = wilson(share * independent, independent)
    return ends[0] + w * (ends[1] - ends[0]), share, low, high


def _scaled(one: Crossing, log: bool) -> Crossing:
    if not log:
        return one
    at, low, high = (None if end is None else float(np.exp(end)) for end in (one.at, one.low, one.high))
    return Crossing(one.threshold, one.direction, at, low, high)
