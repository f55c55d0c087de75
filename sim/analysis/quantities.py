"""Means and quantiles of a number per run, with their Monte Carlo intervals."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, bdtrik, stdtrit

from sim.analysis.shares import CONFIDENCE

Floats = NDArray[np.float64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def quantile_key(q: float) -> str:
    """How tables name a quantile: ``q05``."""
    return f"q{round(100 * q):02d}"


def mean_interval(totals: ArrayLike, squares: ArrayLike, *, runs: int) -> tuple[Floats, Floats, Floats]:
    """Means and the ends of their 95 % t-intervals.

    For very skewed numbers and few runs the interval is too short; the quantiles say more then.

    Parameters
    ----------
    totals, squares : array-like
        Sums over the runs of the numbers and of their squares.
    runs : int
        How many runs; with fewer than two the interval is unknown (NaN).
    """
    sums = np.asarray(totals, float)
    mean = sums / runs if runs else np.full_like(sums, np.nan)
    if runs < 2:
        unknown = np.full_like(sums, np.nan)
        return mean, unknown, unknown
    variance = np.maximum(np.asarray(squares, float) - runs * mean**2, 0.0) / (runs - 1)
    spread = float(stdtrit(runs - 1, 0.5 + CONFIDENCE / 2)) * np.sqrt(variance / runs)
    return mean, mean - spread, mean + spread


def quantile_ranks(count: int, q: float) -> tuple[int, int]:
    """The ranks, from 1, of the order statistics between which the quantile lies with at least 95 % confidence.

    Free of any assumption about the distribution. With few numbers they are the least and the greatest
    one, and the confidence is lower.

    Parameters
    ----------
    count : int
        How many numbers were seen; at least one.
    """
    tail = (1 - CONFIDENCE) / 2
    first, last = (_binomial_quantile(share, count, q) for share in (tail, 1 - tail))
    return max(first, 1), min(last + 1, count)


def _binomial_quantile(share: float, count: int, q: float) -> int:
    """The least k with P(X ≤ k) ≥ share for X successes in `count` trials of chance `q`."""
    k = max(math.ceil(float(bdtrik(share, count, q))), 0)
    return k - 1 if k > 0 and bdtr(k - 1, count, q) >= share else k


def describe(values: ArrayLike) -> dict[str, Any]:
    """Mean, standard deviation and quantiles of a number per run, each mean and quantile with its interval.

    Quantiles are numbers that were seen (the inverse of the empirical distribution), so that counts
    stay whole. Unknown values (NaN) are left out.
    """
    numbers = np.asarray(values)
    if np.isnan(np.min(numbers, initial=0)):
        numbers = numbers[~np.isnan(numbers)]
    count = len(numbers)
    seen, times = np.unique(numbers, return_counts=True)
    seen, up_to = seen.astype(float), np.cumsum(times)
    mean, low, high = (float(x) for x in mean_interval(times @ seen, times @ seen**2, runs=count))
    return {
        "of": count,
        "mean": mean,
        "interval": (low, high),
        "standard_deviation": math.sqrt(times @ (seen - mean) ** 2 / (count - 1)) if count > 1 else float("nan"),
        "quantiles": {quantile_key(q): _quantile(seen, up_to, q) for q in QUANTILES if count},
    }


def _quantile(seen: Floats, up_to: NDArray[np.int64], q: float) -> dict[str, Any]:
    """A quantile and its interval, from the different numbers, ascending, and how many lie up to each."""
    count = int(up_to[-1])
    ranks = (math.ceil(q * count - 1e-9), *quantile_ranks(count, q))
    value, low, high = seen[np.searchsorted(up_to, ranks)].tolist()
    return {"value": value, "interval": (low, high)}
