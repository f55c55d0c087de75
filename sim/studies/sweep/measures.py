"""What is measured at each point: shares of runs with an outcome, mean peak level, mean deaths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.analysis.quantities import mean_interval
from sim.ensemble.files import opened
from sim.ensemble.folder import Folder
from sim.ensemble.intervals import wilson
from sim.studies.sweep.play import NAME
from sim.studies.sweep.points import Points

Floats = NDArray[np.float64]

OUTCOME, MEAN = "outcome", "mean"
MEANS = {"peak_level": "mean peak level", "deaths": "mean deaths"}
"""What is measured besides outcomes, by its column, and how it is called."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One measure over the grid; the arrays have the grid's shape.

    id : an outcome's, or a key of MEANS; name : for people; kind : OUTCOME or MEAN.
    of : the runs that tell. estimate, low, high : a share with its 95 % Wilson interval, or a mean with its 95 %
    t-interval; NaN where nothing is known.
    """

    id: str
    name: str
    kind: str
    of: Floats
    estimate: Floats
    low: Floats
    high: Floats


def read_each(points: Points, folder: Folder, column: str) -> NDArray[np.float32]:
    """One column of the runs of all points, shape (*grid, runs), NaN where it is not known.

    Raises
    ------
    StorageError
        If it cannot be read.
    """
    with opened(folder.file(NAME)) as file:
        values = pq.read_table(file, columns=[column])[column]
    numbers = values.cast(pa.int64() if pa.types.is_boolean(values.type) else values.type).to_numpy()
    each: NDArray[np.float32] = numbers.astype(np.float32).reshape(*points.shape, points.runs)
    return each


def curve(id_: str, name: str, kind: str, each: NDArray[np.float32]) -> Curve:
    """A measure from what each run has, shape (*grid, runs)."""
    known = ~np.isnan(each)
    of = known.sum(axis=-1).astype(float)
    numbers = np.where(known, each, 0).astype(float)
    totals = numbers.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        estimate = totals / of
    if kind == OUTCOME:
        low, high = wilson(totals, of)
        return Curve(id_, name, kind, of, estimate, low, high)
    squares = (numbers**2).sum(axis=-1)
    ends = np.array([mean_interval(*one, runs=int(n)) for *one, n in zip(totals.flat, squares.flat, of.flat)])  # noqa: B905
    low, high = ends[:, 1].reshape(of.shape), ends[:, 2].reshape(of.shape)
    return Curve(id_, name, kind, of, estimate, low, high)
