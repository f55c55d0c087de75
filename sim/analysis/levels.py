"""How high the crisis stands, day by day and at its peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.names import ladder_names
from sim.analysis.quantities import QUANTILES, quantile_key
from sim.analysis.shares import wilson

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

Floats = NDArray[np.float64]


def level_matrix(ensemble: Ensemble) -> pd.DataFrame:
    """The level of each run on each day, shape (runs, days); NaN after a truncated run's end."""
    table = ensemble.levels
    days, column = np.unique(table["day"].to_numpy(dtype=float), return_inverse=True)
    runs = pd.Index(ensemble.runs["run"])
    levels = np.full((len(runs), len(days)), np.nan)
    levels[runs.get_indexer(table["run"]), column] = table["level"].to_numpy(dtype=float, na_value=np.nan)
    return pd.DataFrame(levels, index=runs, columns=pd.Index(days, name="day"))


def level_shares(ensemble: Ensemble, *, matrix: pd.DataFrame | None = None) -> pd.DataFrame:
    """The share of runs at each rung on each day, shape (days, rungs).

    Of the runs that reach the day; NaN where none does.

    Parameters
    ----------
    matrix : DataFrame, optional
        What :func:`level_matrix` gave, when it is at hand.
    """
    levels = (level_matrix(ensemble) if matrix is None else matrix).T
    rungs = list(ladder_names(ensemble.description))
    values = levels.to_numpy()
    counts = np.stack([(values == rung).sum(axis=1) for rung in rungs], axis=1)
    known = (~np.isnan(values)).sum(axis=1, keepdims=True)
    shares = np.divide(counts, known, out=np.full(counts.shape, np.nan), where=known > 0)
    return pd.DataFrame(shares, index=levels.index, columns=pd.Index(rungs, name="rung"))


def level_fan(ensemble: Ensemble, *, matrix: pd.DataFrame | None = None) -> pd.DataFrame:
    """Mean and quantiles of the level on each day: `mean`, `q05` … `q95`, indexed by day.

    A quantile is the lowest rung at or below which at least that share of the runs stands.
    """
    shares = level_shares(ensemble, matrix=matrix)
    rungs = shares.columns.to_numpy(dtype=float)
    below = shares.to_numpy().cumsum(axis=1)
    unknown = np.isnan(below[:, -1])
    fan = {"mean": shares.to_numpy() @ rungs}
    for q in QUANTILES:
        at = (below < q - 1e-9).sum(axis=1)
        fan[quantile_key(q)] = np.where(unknown, np.nan, rungs[np.minimum(at, len(rungs) - 1)])
    return pd.DataFrame(fan, index=shares.index)


def peak_reached(ensemble: Ensemble) -> pd.DataFrame:
    """A row a rung: the share of runs whose level ever stood there or higher.

    Columns: `name`, `count`, `of`, `probability`, `low`, `high` (95 % Wilson). A truncated run counts
    for the rungs it had reached; of those above it tells nothing.
    """
    names = ladder_names(ensemble.description)
    peaks = ensemble.runs["peak_level"].to_numpy(dtype=float, na_value=np.nan)
    cut = ensemble.runs["truncated"].to_numpy(dtype=bool)
    rungs = np.array(list(names))
    reached = peaks[:, None] >= rungs
    count = reached.sum(axis=0)
    of = (reached | ~cut[:, None]).sum(axis=0)
    low, high = wilson(count, of)
    share = np.divide(count, of, out=np.full(len(rungs), np.nan), where=of > 0)
    columns = {"name": list(names.values()), "count": count, "of": of, "probability": share, "low": low, "high": high}
    return pd.DataFrame(columns, index=pd.Index(rungs, name="rung"))
