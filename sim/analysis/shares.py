"""Shares of runs and what the number of runs lets one say about them."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from sim.ensemble.intervals import CONFIDENCE, Floats, wilson

__all__ = ["CONFIDENCE", "POWER", "difference_interval", "smallest_difference", "wilson"]

POWER = 0.8


def difference_interval(
    first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike], *, confidence: float = CONFIDENCE
) -> tuple[Floats, Floats]:
    """Newcombe's interval of (second share − first share), from two independent (count, of), for whole arrays.

    Source: Newcombe 1998, Statistics in Medicine 17, 873-890, method 10.
    """
    p1, p2 = (np.asarray(count, float) / np.asarray(of, float) for count, of in (first, second))
    (low1, high1), (low2, high2) = (wilson(*pair, confidence=confidence) for pair in (first, second))
    below = np.hypot(p2 - low2, high1 - p1)
    above = np.hypot(high2 - p2, p1 - low1)
    return p2 - p1 - below, p2 - p1 + above


def smallest_difference(runs: int) -> float | None:
    """The difference between two shares near one half that two ensembles of so many runs can tell apart.

    Told apart: at 95 % confidence, four times out of five, were the ensembles independent. What-ifs
    under the same seed are paired run by run and tell smaller differences apart. None without runs,
    or where even 0 against 1 is too close.
    """
    if runs == 0:
        return None
    difference = float(ndtri(0.5 + CONFIDENCE / 2) + ndtri(POWER)) * math.sqrt(0.5 / runs)
    return difference if difference < 1 else None
