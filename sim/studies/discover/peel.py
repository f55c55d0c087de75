"""The boxes that the patient rule induction method goes through: the only home of the library that does it.

It begins with a box that holds all runs and peels off, again and again, the twentieth of its runs at one end of one
parameter that leaves the outcome most frequent in the rest; in the end it pastes on what it took too much of.
Source: Friedman and Fisher 1999, Statistics and Computing 9, 123-143; Bryant and Lempert 2010, Technological
Forecasting and Social Change 77, 34-49. The library is Kwakkel's: 2017, Environmental Modelling and Software 96,
239-250.
"""

from __future__ import annotations

import warnings
from inspect import signature
from typing import Any

import numpy as np

from sim.studies.discover.boxes import Box, Flags, Floats, Limit

PEEL, LEAST = 0.05, 0.05
"""The share of a box's runs that is peeled off at a time, and the share of all runs that a box has at least."""


def boxes(values: Floats, came: Flags) -> list[Box]:
    """The boxes from all runs to the smallest, and those pasted.

    Parameters
    ----------
    values : float64, shape (runs, parameters)
        What each run drew; every column varies.
    came : bool, shape (runs,)
        Whether the outcome came true; in some runs, not in all.

    Raises
    ------
    UsageError
        If the library is not installed.
    """
    import pandas as pd

    prim = _library()
    frame = pd.DataFrame(values, columns=[f"x{number}" for number in range(values.shape[1])])
    how = {"threshold": 0.0} if "threshold" in signature(prim).parameters else {}  # gone with version 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, about how the library uses it
        found = prim(frame, came.astype(np.int64), peel_alpha=PEEL, mass_min=LEAST, **how).find_box()
    ends = [lims.to_numpy(np.float64) for lims in found.box_lims]
    return [_box(one, ends[0]) for one in ends]


def _box(ends: Floats, widest: Floats) -> Box:
    limits = []
    for number in range(ends.shape[1]):
        for end, above in ((0, True), (1, False)):
            if ends[end, number] != widest[end, number]:
                limits.append(Limit(number, float(ends[end, number]), above))
    return tuple(limits)


def _library() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what else could be installed
        from ema_workbench.analysis.prim import Prim
    return Prim
