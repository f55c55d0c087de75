"""How far the uncertain parameters move each outcome's probability, apart from Monte Carlo noise.

Each run draws its own parameters. Two questions are answered: which parameters move an outcome
(its share of runs in the lowest third of a parameter against that in the highest), and how far all
of them together do (the 90 % parameter range).

**The parameter range.** Let p(θ) be the probability under parameters θ. The outcome (0 or 1) is
fitted on the standardised parameters by least squares; adjusted R², never below 0, estimates the
share of its variance p(1 − p) that lies between parameters, so that p(θ) has standard deviation
√(R² p(1 − p)) and about nine of ten parameter draws have p(θ) within

    p ± 1.645 √(max(R², 0) p(1 − p)),  clipped to 0 and 1.

Limits: only what is linear in the parameters is seen, so that thresholds and interactions make the
true range wider; the normal form is crude near 0 and 1; R² itself is an estimate, and is marked as
not `clear` when an F-test would put it down to chance; and only the ranges that the scenario states
are covered, not that its rules may be wrong.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtrc, ndtri

from sim.analysis.names import name_of
from sim.analysis.outcomes import first_times, known_runs
from sim.analysis.shares import CONFIDENCE, difference_interval, wilson

if TYPE_CHECKING:
    from sim.ensemble.results import Ensemble

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

RANGE = 0.9
STRONGEST = 5
_PREFIX = "param."
_END = ("count", "of", "probability", "from", "to")
_MOVES = [
    "name",
    *(f"low_{part}" for part in _END),
    *(f"high_{part}" for part in _END),
    "difference",
    "difference_from",
    "difference_to",
    "clear",
]


def varying_parameters(ensemble: Ensemble) -> dict[str, Floats]:
    """The parameters whose value differs between runs, with their values, shape (runs,)."""
    columns = {
        name.removeprefix(_PREFIX): ensemble.runs[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ensemble.runs.columns
        if name.startswith(_PREFIX)
    }
    return {name: values for name, values in columns.items() if len(values) > 1 and np.ptp(values) > 0}


def thirds(values: Floats) -> tuple[Mask, Mask]:
    """Which runs have the lowest and which the highest third of the values.

    Equal values stay together, so that with few different ones a "third" can be larger or smaller.
    """
    low, high = np.quantile(values, (1 / 3, 2 / 3), method="inverted_cdf")
    if low < high:
        return values <= low, values >= high
    if low < values.max():
        return values <= low, values > low
    return values < low, values >= low


def parameter_moves(ensemble: Ensemble, outcome: str) -> pd.DataFrame:
    """A row a varying parameter, the strongest first: the outcome's probability at its low and high end.

    Columns: `name`; `low_count` of `low_of` runs in the lowest third with `low_probability` and its
    Wilson interval `low_from` to `low_to`; the same for the highest third; `difference`, highest minus
    lowest, with its Newcombe interval; `clear`, whether that interval, widened for the number of
    parameters looked at (Bonferroni), leaves out 0.
    """
    happened = ~np.isnan(first_times(ensemble, outcome))
    known = known_runs(ensemble, happened)
    values = varying_parameters(ensemble)
    strict = 1 - (1 - CONFIDENCE) / max(len(values), 1)
    rows = {}
    for parameter, numbers in values.items():
        ends = [(int((happened & third).sum()), int((known & third).sum())) for third in thirds(numbers)]
        if not all(of for _, of in ends):
            continue
        row: dict[str, Any] = {"name": name_of(ensemble.description.parameters, parameter)}
        for end, (count, of) in zip(("low", "high"), ends, strict=True):
            low, high = wilson(count, of)
            row |= {f"{end}_count": count, f"{end}_of": of, f"{end}_probability": count / of}
            row |= {f"{end}_from": float(low), f"{end}_to": float(high)}
        row["difference"] = row["high_probability"] - row["low_probability"]
        row["difference_from"], row["difference_to"] = difference_interval(*ends)
        least, most = difference_interval(*ends, confidence=strict)
        row["clear"] = least > 0 or most < 0
        rows[parameter] = row
    table = pd.DataFrame.from_dict(rows, orient="index", columns=_MOVES).rename_axis("parameter")
    strength = table["difference"].astype(float).abs()
    return table.loc[strength.sort_values(ascending=False, kind="stable").index]


def parameter_range(ensemble: Ensemble, outcome: str) -> dict[str, Any] | None:
    """The 90 % range of the outcome's probability over the parameters' ranges: see the module's text.

    Returns
    -------
    dict or None
        `range` (low, high), `adjusted_r2` and `clear`. None if no parameter varies, if every run or
        none shows the outcome, or if there are fewer than three runs for each coefficient.
    """
    values = varying_parameters(ensemble)
    happened = ~np.isnan(first_times(ensemble, outcome))
    known = known_runs(ensemble, happened)
    runs = int(known.sum())
    if not values or runs < 3 * (len(values) + 1) or happened[known].all() or not happened.any():
        return None
    share = float(happened[known].mean())
    r2, slopes = _explained(np.column_stack(list(values.values()))[known], happened[known].astype(float))
    rest = runs - slopes - 1
    adjusted = 1 - (1 - r2) * (runs - 1) / rest
    spread = float(ndtri(0.5 + RANGE / 2)) * math.sqrt(max(adjusted, 0.0) * share * (1 - share))
    chance = float(fdtrc(slopes, rest, (r2 / slopes) / ((1 - r2) / rest))) if slopes and r2 < 1 else 0.0
    return {
        "range": (max(share - spread, 0.0), min(share + spread, 1.0)),
        "adjusted_r2": adjusted,
        "clear": bool(slopes) and chance < 1 - CONFIDENCE,
    }


def _explained(values: Floats, response: Floats) -> tuple[float, int]:
    """R² of the least-squares fit with an intercept, and the number of independent slopes in it.

    From the correlations: R² = r' C⁺ r, which needs no more than a small matrix for any number of runs.
    """
    values = values[:, np.ptp(values, axis=0) > 0]
    if values.shape[1] == 0:
        return 0.0, 0
    standard = (values - values.mean(axis=0)) / values.std(axis=0)
    with_response = standard.T @ ((response - response.mean()) / response.std()) / len(response)
    slopes, _, rank, _ = np.linalg.lstsq(standard.T @ standard / len(response), with_response, rcond=1e-10)
    return float(min(with_response @ slopes, 1.0)), int(rank)
