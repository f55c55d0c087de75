"""Can the model reach the record at all? Statistic by statistic, and all of them together.

A statistic is out of reach if fewer than one run in a thousand comes to the record's value or beyond it on either
side, or if it is defined in fewer. Each may be in reach and their combination not: so the record's distance from its
nearest neighbours in the table is compared with the same distance of rows of the table, which are reachable by
construction (the prior check of Lemaire, Jay, Lee, Csilléry and Blum 2016, arXiv 1601.04096). If not one row in a
thousand is as lonely as the record, it is out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.calibration.abc import Floats, Reference, Target

OUT_OF_REACH = 0.001
"""Shares of runs, and probabilities, below this say that the record is out of reach."""

NEIGHBOURS = 10
_REFERENCE, _COMPARED, _FEWEST = 10_000, 3_000, 1_001


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
    """The record's mean distance from its nearest neighbours, and that of rows of the table from theirs.

    typical : the median of the rows'; probability : the share of rows as lonely as the record, itself among them.
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
    around = min(_REFERENCE, len(reference) // 2)
    compared = min(_COMPARED, len(reference) - around)
    if compared < _FEWEST:
        return None
    columns = reference.columns[:, :around]
    rows = reference.columns[:, around : around + compared].T
    generator = np.random.default_rng([seed, 1])
    others = np.array([_from_neighbours(other, columns) for other in target.laid_over(rows, generator)])
    own = _from_neighbours(target, columns)
    as_lonely = 1 + int(np.count_nonzero(others >= own))
    return Loneliness(own, float(np.median(others)), compared, as_lonely / (1 + compared))


def _from_neighbours(target: Target, columns: Floats) -> float:
    distances: NDArray[np.float64] = target.distances(columns)
    return float(np.partition(distances, NEIGHBOURS)[:NEIGHBOURS].mean())
