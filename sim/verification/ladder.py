"""A crisis that goes up the ladder by one with probability p, else down by one, is a gambler's ruin (Feller, *An
Introduction to Probability Theory and Its Applications* I, 1968, chapter XIV, sections 2 and 3).

From rung i of 0 … N, with r = (1 − p)/p, the top comes before the bottom with probability (1 − rⁱ)/(1 − rᴺ), or i/N if
p = ½; the expected number of steps is (i − N·P(top))/(1 − 2p), or i(N − i). The distribution of the number of steps
comes from powers of the matrix of the walk. If p differs from run to run, the probability of the top is the mean of
its value over the distribution of p. A walk lasts beyond the 2,400 hours of a run with a probability below 10⁻¹⁰⁰.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad

from sim.verification.checks import Check, mean, moments, never, numbers, share
from sim.verification.player import Player

TOP, START, UP = 6, 2, 0.45
UNCERTAIN = (0.3, 0.6)
_LONGEST = 1200


def reaches_top(p: float) -> float:
    """The probability of the top before the bottom."""
    if p == 0.5:
        return START / TOP
    r = (1 - p) / p
    return float((1 - r**START) / (1 - r**TOP))


def expected_steps(p: float) -> float:
    """The expected number of steps to either."""
    return float(START * (TOP - START)) if p == 0.5 else (START - TOP * reaches_top(p)) / (1 - 2 * p)


def steps(p: float) -> NDArray[np.float64]:
    """The probability of 0, 1, 2, … steps to either."""
    walk = np.diag([p] * (TOP - 2), 1) + np.diag([1 - p] * (TOP - 2), -1)  # among the rungs between
    where = np.eye(TOP - 1)[START - 1]
    masses = [0.0]
    for _ in range(_LONGEST):
        masses.append(p * where[-1] + (1 - p) * where[0])
        where = where @ walk
    return np.array(masses)


def checks(play: Player) -> list[Check]:
    """``ruin.yaml``, the same with p = ½, and with an uncertain p."""
    sample, unsure = play("ruin"), play("ruin-uncertain")
    hours = np.rint(24 * np.minimum(sample.outcome("top"), sample.outcome("bottom"))).astype(int)
    low, high = UNCERTAIN
    overall = quad(reaches_top, low, high, points=[0.5], epsabs=1e-12)[0] / (high - low)
    masses = steps(UP)
    return [
        never(
            "runs that reach both or neither",
            np.isfinite(sample.outcome("top")) == np.isfinite(sample.outcome("bottom")),
        ),
        share("top first, p = 0.45", np.isfinite(sample.outcome("top")), reaches_top(UP)),
        mean("steps to either", hours, expected_steps(UP), central=moments(masses)),
        numbers("number of steps", hours, masses.tolist(), law="the walk's", unit="runs"),
        share("top first, p uncertain", np.isfinite(unsure.outcome("top")), overall),
    ]
