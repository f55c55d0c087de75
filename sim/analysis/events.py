"""What happens in a run: how often, by whom, against whom. Events before the start do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.names import name_of
from sim.analysis.quantities import mean_interval
from sim.analysis.shares import wilson

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

Floats = NDArray[np.float64]

NOBODY = "nobody"


def since_start(ensemble: Ensemble) -> pd.DataFrame:
    """The events from t = 0 on."""
    return ensemble.events[ensemble.events["t"].to_numpy() >= 0]


def event_counts(ensemble: Ensemble) -> NDArray[np.intp]:
    """Events of each run from the start on, shape (runs,)."""
    run = pd.Index(ensemble.runs["run"]).get_indexer(pd.Index(since_start(ensemble)["run"]))
    return np.bincount(run, minlength=len(ensemble.runs))


def events_per_run(ensemble: Ensemble, by: Literal["action", "actor"]) -> pd.DataFrame:
    """A row an action or actor, the most frequent first: how many events a run has of it.

    Columns: `name`; `mean` events per run with its 95 % t-interval `low` to `high`; `share` of runs
    with at least one, with its Wilson interval `share_low` to `share_high`. What never happens is left out.
    """
    events = since_start(ensemble)
    items = ensemble.description.actions if by == "action" else ensemble.description.actors
    counts, keys = _per_run(ensemble, events, by, weights=None)
    table = _mean_table(counts, keys, [name_of(items, key) for key in keys])
    runs = len(ensemble.runs)
    with_one = (counts > 0).sum(axis=1)
    table["share"] = with_one / max(runs, 1)
    table["share_low"], table["share_high"] = wilson(with_one, runs)
    return _seen_first(table.rename_axis(by))


def deaths_by_actor(ensemble: Ensemble) -> pd.DataFrame:
    """A row an actor, the deadliest first: the deaths per run in its events.

    Columns: `name`, `mean` deaths per run with its 95 % t-interval `low` to `high`. Who kills nobody is
    left out.
    """
    events = since_start(ensemble)
    deadly = events[events["deaths"].to_numpy() > 0]
    counts, keys = _per_run(ensemble, deadly, "actor", weights="deaths")
    names = [name_of(ensemble.description.actors, key) for key in keys]
    return _seen_first(_mean_table(counts, keys, names).rename_axis("actor"))


def who_against_whom(ensemble: Ensemble, *, min_rung: int | None = None) -> pd.DataFrame:
    """Mean events per run by actor (rows) and target (columns, the last `nobody`), in the scenario's order.

    Parameters
    ----------
    min_rung : int, optional
        Count only events at this rung or above.
    """
    totals, _ = _dyads(ensemble, min_rung)
    return totals / max(len(ensemble.runs), 1)


def mean_rungs(ensemble: Ensemble) -> pd.DataFrame:
    """Mean rung of the events by actor (rows) and target (columns, the last `nobody`); NaN where there are none."""
    totals, rungs = _dyads(ensemble, None)
    return rungs / totals.where(totals > 0)


def typical_run(ensemble: Ensemble) -> int:
    """The number of the run with the median peak and, among those, the number of events nearest their median.

    Of the runs that were not truncated, if there are any; of equals the first.
    """
    runs = ensemble.runs
    whole = runs[~runs["truncated"].to_numpy(dtype=bool)]
    pool = whole if len(whole) else runs
    peaks = pool["peak_level"].to_numpy(dtype=float, na_value=np.nan)
    middle = pool[peaks == np.quantile(peaks, 0.5, method="inverted_cdf")]
    distance = (middle["events"] - middle["events"].median()).abs().to_numpy(dtype=float)
    return int(middle["run"].iloc[int(distance.argmin())])


def _per_run(ensemble: Ensemble, events: pd.DataFrame, column: str, *, weights: str | None) -> tuple[Floats, list[str]]:
    """Events (or their weights) by key and run, shape (keys, runs), and the keys."""
    runs = pd.Index(ensemble.runs["run"])
    code, keys = pd.factorize(events[column])
    cell = code * len(runs) + runs.get_indexer(events["run"])
    size = len(keys) * len(runs)
    amounts = events[weights].to_numpy(dtype=float) if weights else None
    table = np.bincount(cell, amounts, minlength=size).astype(float).reshape(len(keys), len(runs))
    return table, [str(key) for key in keys]


def _mean_table(counts: Floats, keys: list[str], names: list[str]) -> pd.DataFrame:
    mean, low, high = mean_interval(counts.sum(axis=1), (counts**2).sum(axis=1), runs=counts.shape[1])
    return pd.DataFrame({"name": names, "mean": mean, "low": low, "high": high}, index=pd.Index(keys, dtype=object))


def _seen_first(table: pd.DataFrame) -> pd.DataFrame:
    seen = table[table["mean"] > 0]
    return seen.iloc[np.lexsort((seen.index.to_numpy(dtype=str), -seen["mean"].to_numpy()))]


def _dyads(ensemble: Ensemble, min_rung: int | None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Number of events and sum of their rungs by actor and target."""
    events = since_start(ensemble)
    if min_rung is not None:
        events = events[events["rung"].to_numpy() >= min_rung]
    actors = list(ensemble.description.actors)
    width = len(actors) + 1
    place = pd.Index(actors)
    doer = place.get_indexer(pd.Index(events["actor"].astype(object)))
    target = place.get_indexer(pd.Index(events["target"].astype(object)))
    cell = doer * width + np.where(target < 0, len(actors), target)
    shape = (len(actors), width)
    totals = np.bincount(cell, minlength=len(actors) * width).reshape(shape).astype(float)
    rungs = np.bincount(cell, events["rung"].to_numpy(dtype=float), minlength=len(actors) * width).reshape(shape)
    index, columns = pd.Index(actors, name="actor"), pd.Index([*actors, NOBODY], name="target")
    return pd.DataFrame(totals, index, columns), pd.DataFrame(rungs, index, columns)
