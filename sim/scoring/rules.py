"""The scoring rules. All are from ``scoringrules``, whose only home this is; smaller is better in each of them.

Source of the rules: Gneiting and Raftery 2007, Journal of the American Statistical Association 102, 359-378.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_GRID = 2000


def brier(probability: ArrayLike, happened: ArrayLike) -> Floats:
    """The Brier score (probability − happened)², from 0 to 1."""
    import scoringrules

    forecast, truth = np.broadcast_arrays(np.asarray(probability, float), np.asarray(happened, float))
    return np.asarray(scoringrules.brier_score(truth, forecast, backend="numpy"))


def log_score(probability: ArrayLike, happened: ArrayLike) -> Floats:
    """The log score −ln(probability of what came), in nats; the probability is between 0 and 1, neither included."""
    import scoringrules

    forecast, truth = np.broadcast_arrays(np.asarray(probability, float), np.asarray(happened, float))
    return np.asarray(scoringrules.log_score(truth, forecast, backend="numpy"))


def held_off(count: ArrayLike, of: ArrayLike) -> Floats:
    """The probability (count + ½) / (of + 1): Jeffreys' estimate, never 0 or 1."""
    return (np.asarray(count, float) + 0.5) / (np.asarray(of, float) + 1.0)


def crps(values: Floats, observed: float) -> float:
    """The continuous ranked probability score of an empirical distribution: ∫ (F(x) − 1{x ≥ observed})² dx.

    Of a distribution at one point it is the distance; its unit is that of the values.

    Parameters
    ----------
    values : float array, shape (runs,)
    """
    import scoringrules

    return float(scoringrules.crps_ensemble(np.float64(observed), values, estimator="qd", backend="numpy"))


def crps_of_count_before(before: int, observed: float) -> float:
    """The CRPS of a count whose only clue is that as long a stretch before held `before`.

    The forecast is the negative binomial with shape before + ½ and p = ½: a Poisson count whose rate has Jeffreys'
    prior and that one observation. Its mean is before + ½.
    """
    import scoringrules

    shape = before + 0.5
    return float(scoringrules.crps_negbinom(np.float64(observed), shape, 0.5, backend="numpy"))


def crps_of_steady_rate(probability: float, observed_days: float, horizon_days: float) -> float:
    """The CRPS of the first time of something that comes at a steady rate, with that probability within the horizon.

    Times beyond the horizon count as the horizon. The forecast is the exponential distribution at 2,000 even quantiles.
    """
    rate = -np.log1p(-probability) / horizon_days
    evenly = (np.arange(_GRID) + 0.5) / _GRID
    times = np.minimum(-np.log1p(-evenly) / rate, horizon_days)
    return crps(times, min(observed_days, horizon_days))


def skill(score: float, baseline: float) -> float | None:
    """1 − score / baseline: 1 is perfect, 0 as good as the baseline, below 0 worse; None where it has no meaning."""
    return 1.0 - score / baseline if baseline > 0 else None
