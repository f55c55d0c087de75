"""What happens in a run: how often, by whom, against whom. Events before the start do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.names import name_of
from sim.analysis.quantities import mean_interval
from sim.analysis.shares import wilson
from sim.ensemble.tally import totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.ensemble.results import Ensemble
    from sim.scenario.schema import Item

Whole = NDArray[np.int64]

NOBODY = "nobody"


def events_per_run(ensemble: Ensemble, by: Literal["action", "actor"]) -> pd.DataFrame:
    """A row an action or actor, the most frequent first: how many events a run has of it.

    Columns: `name`; `mean` events per run with its 95 % t-interval `low` to `high`; `share` of runs
    with at least one, with its Wilson interval `share_low` to `share_high`. What never happens is left out.
    """
    description, tally = ensemble.description, ensemble.tally
    items, sums = (description.actions, tally.actions) if by == "action" else (description.actors, tally.actors)
    table = mean_table(items, sums, runs=tally.runs)
    with_one = totals(sums)[0]
    table["share"] = with_one / max(tally.runs, 1)
    table["share_low"], table["share_high"] = wilson(with_one, tally.runs)
    return _seen_first(table.rename_axis(by))


def deaths_by_actor(ensemble: Ensemble) -> pd.DataFrame:
    """A row an actor, the deadliest first: the deaths per run in its events.

    Columns: `name`, `mean` deaths per run with its 95 % t-interval `low` to `high`. Who kills nobody is
    left out.
    """
    tally = ensemble.tally
    return _seen_first(mean_table(ensemble.description.actors, tally.deaths, runs=tally.runs).rename_axis("actor"))


def mean_table(items: Mapping[str, Item], sums: Whole, *, runs: int) -> pd.DataFrame:
    """A row an item: its `name`, and the `mean` per run of a tally's sums with its 95 % t-interval `low` to `high`."""
    _, total, squares = totals(sums)
    mean, low, high = mean_interval(total, squares, runs=runs)
    names = [name_of(items, key) for key in items]
    return pd.DataFrame({"name": names, "mean": mean, "low": low, "high": high}, index=pd.Index(items, dtype=object))


def who_against_whom(ensemble: Ensemble, *, min_rung: int | None = None) -> pd.DataFrame:
    """Mean events per run by actor (rows) and target (columns, the last `nobody`), in the scenario's order.

    Parameters
    ----------
    min_rung : int, optional
        Count only events at this rung or above.
    """
    deeds = ensemble.tally.deeds
    chosen = deeds if min_rung is None else deeds[_rungs(ensemble, deeds) >= min_rung]
    return _by_actor_and_target(ensemble, chosen, chosen[:, 3]) / max(ensemble.tally.runs, 1)


def mean_rungs(ensemble: Ensemble) -> pd.DataFrame:
    """Mean rung of the events by actor (rows) and target (columns, the last `nobody`); NaN where there are none."""
    deeds = ensemble.tally.deeds
    events = _by_actor_and_target(ensemble, deeds, deeds[:, 3])
    return _by_actor_and_target(ensemble, deeds, deeds[:, 3] * _rungs(ensemble, deeds)) / events.where(events > 0)


def typical_run(ensemble: Ensemble) -> int:
    """The number of the run with the median peak and, among those, the number of events nearest their median.

    Of the runs that were not truncated, if there are any; of equals the first.
    """
    whole = np.flatnonzero(~ensemble.column("truncated"))
    pool = whole if len(whole) else np.arange(len(ensemble))
    peaks = ensemble.column("peak_level")[pool]
    middle = pool[peaks == np.quantile(peaks, 0.5, method="inverted_cdf")]
    counts = ensemble.column("events")[middle]
    return int(middle[np.abs(counts - np.median(counts)).argmin()])


def _seen_first(table: pd.DataFrame) -> pd.DataFrame:
    seen = table[table["mean"] > 0]
    return seen.iloc[np.lexsort((seen.index.to_numpy(dtype=str), -seen["mean"].to_numpy()))]


def _rungs(ensemble: Ensemble, deeds: Whole) -> Whole:
    """The rung of each kind of event."""
    return np.array([action.rung for action in ensemble.description.actions.values()], np.int64)[deeds[:, 1]]


def _by_actor_and_target(ensemble: Ensemble, deeds: Whole, numbers: Whole) -> pd.DataFrame:
    """The sum of a number of each kind of event, by actor and target."""
    actors = list(ensemble.description.actors)
    sums = np.zeros((len(actors), len(actors) + 1), np.int64)
    np.add.at(sums, (deeds[:, 0], deeds[:, 2]), numbers)  # nobody is −1: the last column
    index, columns = pd.Index(actors, name="actor"), pd.Index([*actors, NOBODY], name="target")
    return pd.DataFrame(sums, index, columns, dtype=float)
