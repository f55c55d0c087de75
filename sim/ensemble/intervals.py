"""The interval of a share of runs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

CONFIDENCE = 0.95


def wilson(count: ArrayLike, of: ArrayLike, *, confidence: float = CONFIDENCE) -> tuple[Floats, Floats]:
    """Lower and upper ends of the Wilson score interval of each share.

    The same as ``scipy.stats.binomtest(count, of).proportion_ci(confidence, "wilson")``, for whole
    arrays and for the fractional sample sizes of a censored share. Of no run at all: 0 to 1.

    Parameters
    ----------
    count : array-like
        Runs in which it happened.
    of : array-like
        Runs in which it is known whether it happened; broadcast against `count`.
    """
    happened, known = np.broadcast_arrays(np.asarray(count, float), np.asarray(of, float))
    z2 = float(ndtri(0.5 + confidence / 2)) ** 2
    safe = np.where(known > 0, known, 1.0)
    share = happened / safe
    centre = share + z2 / (2 * safe)
    spread = np.sqrt(z2 * (share * (1 - share) / safe + z2 / (4 * safe**2)))
    low = np.where(happened > 0, (centre - spread) / (1 + z2 / safe), 0.0)
    high = np.where(happened < known, (centre + spread) / (1 + z2 / safe), 1.0)
    return low, high
