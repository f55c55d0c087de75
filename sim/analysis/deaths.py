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
    return ensemble.column("deaths")


def deaths_histogram(ensemble: Ensemble) -> pd.DataFrame:
    """The share of runs with so many deaths: none, then each number or, beyond ten, doubling classes.

    Indexed by `least`, the smallest number in the class; columns `most`, `label`, `count`, `share`,
    `low`, `high` (95 % Wilson).
    """
    deaths, runs = np.unique(deaths_per_run(ensemble), return_counts=True)
    top = int(deaths.max(initial=0))
    edges = np.arange(top + 2) if top <= _EACH_UP_TO else np.append(0, 2 ** np.arange(top.bit_length() + 1))
    least, most = edges[:-1], edges[1:] - 1
    count = np.zeros(len(least), np.int64)
    np.add.at(count, np.searchsorted(edges, deaths, side="right") - 1, runs)
    low, high = wilson(count, len(ensemble))
    columns = {
        "most": most,
        "label": [_label(a, b) for a, b in zip(least.tolist(), most.tolist(), strict=True)],
        "count": count,
        "share": count / max(len(ensemble), 1),
        "low": low,
        "high": high,
    }
    return pd.DataFrame(columns, index=pd.Index(least, name="least"))


def deaths_exceedance(ensemble: Ensemble) -> pd.DataFrame:
    """The share of runs with at least so many deaths, for each number above zero that was seen.

    Indexed by `deaths`; columns `count`, `share`, `low`, `high` (95 % Wilson).
    """
    deaths, runs = np.unique(deaths_per_run(ensemble), return_counts=True)
    count = np.cumsum(runs[::-1])[::-1]
    low, high = wilson(count, len(ensemble))
    columns = {"count": count, "share": count / max(len(ensemble), 1), "low": low, "high": high}
    return pd.DataFrame(columns, index=pd.Index(deaths, name="deaths"))[deaths > 0]


def _label(least: int, most: int) -> str:
    if least == 0:
        return "none"
    return str(least) if least == most else f"{least}\N{EN DASH}{most}"
