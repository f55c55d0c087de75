"""How high the crisis stands, day by day and at its peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.analysis.names import ladder_names
from sim.analysis.quantities import QUANTILES, quantile_key
from sim.analysis.shares import wilson
from sim.engines.record import sample_times
from sim.ensemble.tally import possible_levels
from sim.scenario.times import DAY_MS

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble


def level_shares(ensemble: Ensemble) -> pd.DataFrame:
    """The share of runs at each rung on each day, shape (days, rungs).

    Of the runs that reach the day; NaN where none does.
    """
    description = ensemble.description
    rungs = list(ladder_names(description))
    seen = possible_levels(action.rung for action in description.actions.values())
    levels = ensemble.tally.levels
    counts = np.zeros((len(levels), len(rungs)), np.int64)
    counts[:, np.searchsorted(rungs, seen)] = levels
    known = levels.sum(axis=1, keepdims=True)
    shares = np.divide(counts, known, out=np.full(counts.shape, np.nan), where=known > 0)
    days = pd.Index(np.array(sample_times(description.horizon)) / DAY_MS, name="day")
    return pd.DataFrame(shares, index=days, columns=pd.Index(rungs, name="rung"))


def level_fan(ensemble: Ensemble) -> pd.DataFrame:
    """Mean and quantiles of the level on each day: `mean`, `q05` … `q95`, indexed by day.

    A quantile is the lowest rung at or below which at least that share of the runs stands.
    """
    shares = level_shares(ensemble)
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
    peaks = ensemble.column("peak_level")
    cut = ensemble.column("truncated")
    rungs = np.array(list(names))
    count, cut_count = (len(some) - np.searchsorted(np.sort(some), rungs) for some in (peaks, peaks[cut]))
    of = len(peaks) - cut.sum() + cut_count
    low, high = wilson(count, of)
    share = np.divide(count, of, out=np.full(len(rungs), np.nan), where=of > 0)
    columns = {"name": list(names.values()), "count": count, "of": of, "probability": share, "low": low, "high": high}
    return pd.DataFrame(columns, index=pd.Index(rungs, name="rung"))
