"""Does the calibration find parameters that are known? Runs of the table stand in for the record, one after the other.

Each of them is left out, its statistics are taken for the record, and the share of the posterior below the parameter
that it really had is its rank. Were the posterior right, ranks would be uniform between 0 and 1 (simulation-based
calibration: Talts, Betancourt, Simpson, Vehtari and Gelman 2018, arXiv 1804.06788); this holds too for runs chosen
near the record, where it matters (Prangle, Blum, Popovic and Sisson 2014, arXiv 1301.3166).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from sim.calibration.abc import Accepted, Floats, Reference, Target, at_target, nearest
from sim.ensemble.intervals import wilson

RUNS = 300
INTERVAL = 0.8
BINS = 10


@dataclass(frozen=True, slots=True)
class Uniformity:
    """What the ranks of one parameter say.

    covered : the share of runs whose own parameter lay in the posterior's 80 % interval, with its 95 % interval.
    p_value : of the ranks, were they uniform (χ² of ten classes).
    """

    covered: float
    covered_from: float
    covered_to: float
    p_value: float


def ranks(reference: Reference, target: Target, accepted: Accepted, *, count: int, seed: int) -> Floats:
    """The ranks of known parameters, shape (runs, parameters), of up to RUNS rows near the target.

    accepted : the rows that the record itself accepts; count : how many each of them accepts in its turn.
    """
    chosen = accepted.rows if len(accepted.rows) >= RUNS else nearest(reference, target, count=RUNS).rows
    chosen = chosen[:RUNS]
    generator = np.random.default_rng([seed, 2])
    found = np.empty((len(chosen), reference.line.shape[1]))
    pretended = target.laid_over(reference.columns[:, chosen].T, generator)
    for place, (row, other) in enumerate(zip(chosen, pretended, strict=True)):
        near = nearest(reference, other, count=count, without=int(row))
        found[place] = rank(at_target(reference, other, near), near.weights, reference.line[row])
    return found


def rank(draws: Floats, weights: Floats, truth: Floats) -> Floats:
    """The share of the weighted draws, shape (draws, parameters), below the truth, shape (parameters,)."""
    share: Floats = weights @ (draws < truth) / weights.sum()
    return share


def uniformity(ranks: Floats) -> Uniformity:
    """What the ranks of one parameter, shape (runs,), say."""
    inside = int(np.count_nonzero(np.abs(ranks - 0.5) <= INTERVAL / 2))
    low, high = wilson(inside, len(ranks))
    counts = np.histogram(ranks, BINS, (0.0, 1.0))[0]
    return Uniformity(inside / len(ranks), float(low), float(high), float(stats.chisquare(counts).pvalue))
