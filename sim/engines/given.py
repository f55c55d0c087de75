"""Runs whose parameters are given instead of drawn; all other chance is that of the run's number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.engines.choice import engine_of
from sim.engines.played import Played
from sim.model.tables import ParameterTable, Tables

_GIVEN = 0
"""The kind, in the compiled engine's arrays, of a parameter that has its value and draws nothing."""


class GivenEngine:
    """Plays runs of one scenario at parameters of your choice. One at a time: every thread has its own.

    A run is the one that the scenario with these parameters pinned (``--set``) has under the same number: nothing is
    built anew for another point.
    """

    def __init__(self, name: str, tables: Tables):
        self.tables = tables
        self.engine: Any = engine_of(name, tables)
        flat = getattr(self.engine, "flat", None)
        self._table = None if flat is None else flat["parameters"]
        self._drawn = None if self._table is None else self._table.copy()

    def play_runs(self, values: NDArray[np.float64], seed: int, runs: range) -> Played:
        """These runs at `values`, float64, shape (parameters,), NaN where a run draws its own; no states are kept.

        Raises
        ------
        RunError
            Of the first of the runs in which an expression goes wrong.
        """
        given = ~np.isnan(values)
        pinned = tuple(_pinned(one, value) for one, value in zip(self.tables.parameters, values.tolist(), strict=True))
        self.engine.tables = replace(self.tables, parameters=pinned)
        if self._table is not None:
            self._table[:] = self._drawn
            self._table["kind"][given] = _GIVEN
            self._table["value"][given] = values[given]
        played: Played = self.engine.play_runs(seed, runs, states=False)
        return played


def _pinned(one: ParameterTable, value: float) -> ParameterTable:
    """The parameter at this value; as it is where that is NaN."""
    return one if np.isnan(value) else replace(one, value=value, kind="", arguments=(), bounds=None)
