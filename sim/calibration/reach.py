"""Can the model reach the record at all? Statistic by statistic, and all of them together.

A statistic is out of reach if fewer than one run in a thousand comes to the record's value or beyond it on either
side, or if it is defined in fewer.

Each may be in reach and their combination not. So it is asked how far the record is from the runs nearest to it, and
how far these are from the runs nearest to them (after the local outlier factor of Breunig, Kriegel, Ng and Sander
2000). The same is asked of runs of the table, which are reachable by construction (the prior check of Lemaire, Jay,
Lee, Csilléry and Blum 2016, arXiv 1601.04096): if not one in a thousand is as lonely as the record, it is out of
reach. So a record that the model itself has made is refused with a probability of one in a thousand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from sim.calibration.abc import Floats, Reference, Target

OUT_OF_REACH = 0.001
"""Shares of runs, and probabilities, below this say that the record is out of reach."""

NEIGHBOURS = 10
_AROUND, _COMPARED, _FEWEST = 6_000, 3_000, 1_001
_CLOSE = 0.1
"""Distances much shorter than a tenth of a statistic's spread are as good as none: numbers may be whole."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the runs reach towards what the record says of one statistic.

    defined : in what share of runs it has a value.
    lowest, highest : the range that all but one in a thousand of these runs leave empty on either side.
    tail : the share of these runs that come to the record, or beyond it, on the emptier side.
    """

    defined: float
    lowest: float
    highest: float
    tail: float

    @property
    def reached(self) -> bool:
        """Whether the record is in reach."""
        return self.defined >= OUT_OF_REACH and self.tail >= OUT_OF_REACH


def reach(values: Floats, low: float, high: float) -> Reach:
    """The reach of one statistic, shape (runs,), NaN where it is not defined, towards a record from `low` to `high`."""
    known = values[~np.isnan(values)]
    if not len(known):
        return Reach(0.0, np.nan, np.nan, 0.0)
    lowest, highest = np.quantile(known, (OUT_OF_REACH, 1 - OUT_OF_REACH))
    tail = min(np.mean(known <= high), np.mean(known >= low))
    return Reach(len(known) / len(values), float(lowest), float(highest), float(tail))


@dataclass(frozen=True, slots=True)
class Loneliness:
    """How many times as far the record is from the runs nearest to it as these are from theirs.

    typical : the median of the same for runs of the table. compared : how many of these. probability : the share that
    is as lonely as the record, itself among them.
    """

    record: float
    typical: float
    compared: int
    probability: float

    @property
    def reached(self) -> bool:
        """Whether the record is no lonelier than rows of the table can be."""
        return self.probability >= OUT_OF_REACH


def loneliness(reference: Reference, target: Target, *, seed: int) -> Loneliness | None:
    """How lonely the record is among the rows of the table; None if there are too few of them to tell.

    The first half of the rows at most is the neighbourhood, and rows behind it are compared with the record.
    """
    around = min(_AROUND, len(reference) // 2)
    compared = min(_COMPARED, len(reference) - around)
    if compared < _FEWEST:
        return None
    columns = reference.columns[:, :around]
    rows = reference.columns[:, around : around + compared].T
    usual = _usual(columns)
    generator = np.random.default_rng([seed, 1])
    others = np.array([_loneliness(other, columns, usual) for other in target.laid_over(rows, generator)])
    own = _loneliness(target, columns, usual)
    as_lonely = 1 + int(np.count_nonzero(others >= own))
    return Loneliness(own, float(np.median(others)), compared, as_lonely / (1 + compared))


def _usual(columns: Floats) -> Floats:
    """The mean distance of each row, shape (rows,), from its nearest neighbours."""
    rows = columns.T
    found = []
    for part in np.array_split(rows, max(len(rows) // 500, 1)):
        distances = np.partition(cdist(part, rows), NEIGHBOURS, axis=1)[:, : NEIGHBOURS + 1]
        found.append(distances.sum(axis=1) / NEIGHBOURS)  # the row itself is there at a distance of 0
    return np.concatenate(found)


def _loneliness(target: Target, columns: Floats, usual: Floats) -> float:
    distances = target.distances(columns)
    near = distances <= np.partition(distances, NEIGHBOURS - 1)[NEIGHBOURS - 1]
    return float((distances[near].mean() + _CLOSE) / (usual[near].mean() + _CLOSE))
