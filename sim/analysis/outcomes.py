"""How probable each outcome is, and when it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from sim.analysis.names import name_of
from sim.analysis.quantities import QUANTILES, quantile_key
from sim.analysis.shares import wilson

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

Floats = NDArray[np.float64]


def first_times(ensemble: Ensemble, outcome: str) -> Floats:
    """Days from the start to when the outcome first came true, NaN if never or unknown, shape (runs,)."""
    return ensemble.column(f"outcome.{outcome}")


def outcome_table(ensemble: Ensemble) -> pd.DataFrame:
    """A row an outcome, in the scenario's order: how often it came true, and when.

    Columns: `name`; `count` of `of` runs that tell; `probability`, `low`, `high` (95 % Wilson);
    `unknown`, the truncated runs that do not tell; `q05` … `q95`, days from the start to the first
    time, given that it happened.
    """
    rows = {}
    whole = ~ensemble.column("truncated")
    for outcome in ensemble.description.outcomes:
        times = first_times(ensemble, outcome)
        happened = ~np.isnan(times)
        count, of = int(happened.sum()), int((happened | whole).sum())
        low, high = wilson(count, of)
        row = {
            "name": name_of(ensemble.description.outcomes, outcome),
            "count": count,
            "of": of,
            "unknown": len(times) - of,
            "probability": count / of if of else np.nan,
            "low": float(low),
            "high": float(high),
        }
        times.sort()  # in place, as all of a million runs take some memory; NaN last
        quantiles = np.quantile(times[:count], QUANTILES) if count else np.full(len(QUANTILES), np.nan)
        rows[outcome] = row | dict(zip(map(quantile_key, QUANTILES), quantiles, strict=True))
    columns = ["name", "count", "of", "unknown", "probability", "low", "high", *map(quantile_key, QUANTILES)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("outcome")


def cumulative_incidence(ensemble: Ensemble, outcome: str, *, days: ArrayLike | None = None) -> pd.DataFrame:
    """The share of runs in which the outcome has come true by each day, with its 95 % interval.

    Every run has the same horizon, so it is the plain share with its Wilson interval. A run that ended
    early counts as one in which nothing more happens. Truncated runs are censored where they stop: the
    share is then 1 − the Kaplan-Meier estimate, and the Wilson interval is that of the sample size
    which has the same (Greenwood) variance. Truncation is not by chance: the busiest runs are cut.

    Parameters
    ----------
    days : array-like of float, optional
        Days from the start; unless given, whole days and the horizon.

    Returns
    -------
    DataFrame
        Indexed by `day`; columns `share`, `low`, `high`.
    """
    horizon = ensemble.horizon_days
    asked = np.unique(np.append(np.arange(np.floor(horizon) + 1), horizon)) if days is None else np.asarray(days, float)
    ends = first_times(ensemble, outcome)
    happened = ~np.isnan(ends)
    cut = ensemble.column("truncated") & ~happened
    ends = np.where(cut, ensemble.column("cut"), ends) if cut.any() else ends
    share, of = kaplan_meier(ends, happened, days=asked)
    low, high = wilson(share * of, of)
    return pd.DataFrame({"share": share, "low": low, "high": high}, index=pd.Index(asked, name="day"))


def kaplan_meier(ends: Floats, happened: NDArray[np.bool_], *, days: Floats) -> tuple[Floats, Floats]:
    """The share of runs in which it has happened by each day, and the effective number of runs behind it.

    The effective number is that of the binomial share with Greenwood's variance; without censoring it
    is the number of runs. Source: Rothman 1978, Journal of Chronic Diseases 31, 557-560.

    Parameters
    ----------
    ends : float array, shape (runs,), days
        When it happened or, if it did not, until when the run was watched (NaN: to the horizon).
    happened : bool array, shape (runs,)
    days : float array, shape (days,)
    """
    runs = len(ends)
    censored = np.sort(ends[~happened & ~np.isnan(ends)])
    came = ends[happened]
    if not len(censored):
        came.sort()
        return np.searchsorted(came, days, side="right") / max(runs, 1), np.full(len(days), float(runs))
    moments, count = np.unique(came, return_counts=True)
    at_risk = runs - (np.cumsum(count) - count) - np.searchsorted(censored, moments, side="left")
    with np.errstate(divide="ignore"):
        hazard = np.cumsum(count / (at_risk * (at_risk - count)))
    survival = np.append(1.0, np.cumprod(1 - count / at_risk))
    greenwood = np.append(0.0, hazard)
    step = np.searchsorted(moments, days, side="right")
    left, variance = survival[step], greenwood[step]
    effective = runs - np.searchsorted(censored, days, side="right").astype(float)
    inner = (left > 0) & (left < 1)
    effective[inner] = (1 - left[inner]) / (left[inner] * variance[inner])
    return 1 - left, effective
