"""How many people die in a run, from the start on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.analysis.shares import wilson

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

_EACH_UP_TO = 10


def deaths_per_run(ensemble: Ensemble) -> NDArray[np.int64]:
    """Deaths of each run, shape (runs,)."""
    return ensemble.runs["deaths"].to_numpy(dtype=np.int64)


def deaths_histogram(ensemble: Ensemble) -> pd.DataFrame:
    """The share of runs with so many deaths: none, then each number or, beyond ten, doubling classes.

    Indexed by `least`, the smallest number in the class; columns `most`, `label`, `count`, `share`,
    `low`, `high` (95 % Wilson).
    """
    deaths = deaths_per_run(ensemble)
    top = int(deaths.max(initial=0))
    edges = np.arange(top + 2) if top <= _EACH_UP_TO else np.append(0, 2 ** np.arange(top.bit_length() + 1))
    least, most = edges[:-1], edges[1:] - 1
    count = np.bincount(np.searchsorted(edges, deaths, side="right") - 1, minlength=len(least))
    low, high = wilson(count, len(deaths))
    columns = {
        "most": most,
        "label": [_label(a, b) for a, b in zip(least.tolist(), most.tolist(), strict=True)],
        "count": count,
        "share": count / max(len(deaths), 1),
        "low": low,
        "high": high,
    }
    return pd.DataFrame(columns, index=pd.Index(least, name="least"))


def deaths_exceedance(ensemble: Ensemble) -> pd.DataFrame:
    """The share of runs with at least so many deaths, for each number above zero that was seen.

    Indexed by `deaths`; columns `count`, `share`, `low`, `high` (95 % Wilson).
    """
    deaths = np.sort(deaths_per_run(ensemble))
    seen = np.unique(deaths[deaths > 0])
    count = len(deaths) - np.searchsorted(deaths, seen, side="left")
    low, high = wilson(count, len(deaths))
    columns = {"count": count, "share": count / max(len(deaths), 1), "low": low, "high": high}
    return pd.DataFrame(columns, index=pd.Index(seen, name="deaths"))


def _label(least: int, most: int) -> str:
    if least == 0:
        return "none"
    return str(least) if least == most else f"{least}\N{EN DASH}{most}"
